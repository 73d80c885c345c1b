//! The server that a client is pointed at: where it is met, and as whom.

use std::borrow::Cow;

use crate::api::auth::{Access, Auth};
use crate::config::Config;
use crate::store::identity::Identity;

/// What clients must know of a server.
#[derive(Debug, Clone)]
pub struct Target {
    /// Scheme and authority, without a slash at the end.
    url: String,
    auth: Auth,
    /// Whether clients meet a certificate that the server made.
    has_own_certificate: bool,
    who: Who,
}

/// Somebody of the table of identity, with a project to work in.
#[derive(Debug, Clone)]
struct Who {
    access: String,
    secret: String,
    user: String,
    password: String,
    domain: String,
    project: String,
    project_id: String,
    project_domain: String,
}

impl Who {
    /// The owner of the first pair of keys, or the first user, in the first project of the same domain.
    fn first(identity: &Identity) -> Option<Self> {
        let key = identity.keys.first();
        let user = key.and_then(|key| identity.users_named(&key.user).next());
        let user = user.or_else(|| identity.users.first())?;
        let mut projects = identity.projects.iter();
        let own = projects.find(|project| project.domain == user.domain);
        let project = own.or_else(|| identity.projects.first())?;
        Some(Self {
            access: key.map_or_else(String::new, |key| key.access.clone()),
            secret: key.map_or_else(String::new, |key| key.secret.reveal().to_owned()),
            user: user.name.clone(),
            password: user.password.reveal().to_owned(),
            domain: user.domain.clone(),
            project: project.name.clone(),
            project_id: project.id.clone(),
            project_domain: project.domain.clone(),
        })
    }
}

impl Target {
    /// The server that this configuration starts; an error says why nothing can be said of it.
    pub(crate) fn new(config: &Config, access: &Access, identity: &Identity) -> Result<Self, &'static str> {
        let address = config.listen.reachable();
        let url = match &config.public_url {
            Some(url) => url.to_string(),
            None if address.port() == 0 => {
                return Err(
                    "port 0 takes a free port, which only the ready line of the server tells: \
                     give --listen the address that stands there, or --public-url",
                );
            }
            // With an address of its own for TLS, the first one is without.
            None if config.is_secure() && config.tls_listen.is_none() => format!("https://{address}"),
            None => format!("http://{address}"),
        };
        let who = Who::first(identity)
            .ok_or("nobody can log in: give the fixtures' `identity` a user and a project, or leave it out")?;
        Ok(Self {
            has_own_certificate: config.tls.is_some() && url.starts_with("https:"),
            url,
            auth: access.auth,
            who,
        })
    }

    /// Whether a line is for this server that a template has for some only.
    pub(super) fn meets(&self, condition: &str) -> bool {
        match condition {
            "ca" => self.has_own_certificate,
            // A region may be called as no variable can be.
            "region" => self
                .region()
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)),
            mode => mode == self.auth.word(),
        }
    }

    /// What a template calls by this name.
    pub(super) fn value(&self, name: &str) -> Cow<'_, str> {
        let who = &self.who;
        match name {
            "url" => (&*self.url).into(),
            "url_ca" => format!("{}/_mock/ca.pem", self.url).into(),
            "url_v3" => format!("{}/v3", self.url).into(),
            "host" => self.host(),
            "auth" => self.auth.word().into(),
            "note" => self.note().into(),
            "access" => (&*who.access).into(),
            "secret" => (&*who.secret).into(),
            "user" => (&*who.user).into(),
            "password" => (&*who.password).into(),
            "domain" => (&*who.domain).into(),
            "project" => (&*who.project).into(),
            "project_id" => (&*who.project_id).into(),
            "project_domain" => (&*who.project_domain).into(),
            "region" => self.region().into(),
            "REGION" => self.region().to_uppercase().replace('-', "_").into(),
            "login" => self.login().into(),
            _ => unreachable!("a test prints every template, and none has <<{name}>>"),
        }
    }

    /// The host without its port, as proxies are told to leave it alone.
    fn host(&self) -> Cow<'_, str> {
        let (_, authority) = self.url.split_once("://").unwrap_or_default();
        match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
            // Clients differ in whether they look for an IPv6 address with or without its brackets.
            Some((address, _)) => format!("{address},[{address}]").into(),
            None => authority.split(':').next().unwrap_or_default().into(),
        }
    }

    /// The region that the catalog lists the service for: the name of a project up to the first `_`.
    fn region(&self) -> &str {
        self.who.project.split('_').next().unwrap_or_default()
    }

    /// What the mode of the server means to whoever pastes this.
    const fn note(&self) -> &'static str {
        match self.auth {
            Auth::Off => "Nothing checks these credentials: any others will do.",
            Auth::Present => "Any other credentials will do, but there must be some.",
            Auth::Strict => "These credentials are checked.",
        }
    }

    /// The body of a login with name and password.
    fn login(&self) -> String {
        let Who {
            user,
            password,
            domain,
            project_id,
            ..
        } = &self.who;
        serde_json::json!({ "auth": {
            "identity": { "methods": ["password"], "password": {
                "user": { "name": user, "password": password, "domain": { "name": domain } }
            } },
            "scope": { "project": { "id": project_id } }
        } })
        .to_string()
    }
}
