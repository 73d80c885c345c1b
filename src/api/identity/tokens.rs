//! Tokens: a login, and what a token says.

use serde::{Serialize, Serializer};

use super::catalog::Service;
use super::desk::Desk;
pub use super::login::Body;
use super::who::Caller;
use super::{Denied, Kind};
use crate::api::auth::Access;
use crate::api::error::Failure;
use crate::api::input::{Call, Input};
use crate::api::reply::Reply;
use crate::api::token::{Kind as By, Named, Scope, Statement};
use crate::domain::time::{PRECISE, Time};
use crate::store::{ProjectId, Store};

/// What a token says, as identity shows it.
#[derive(Serialize)]
struct Shown {
    token: Token,
}

#[derive(Serialize)]
struct Token {
    methods: [&'static str; 1],
    #[serde(serialize_with = "precise")]
    issued_at: Time,
    #[serde(serialize_with = "precise")]
    expires_at: Time,
    user: User,
    #[serde(skip_serializing_if = "Option::is_none")]
    project: Option<Homed>,
    #[serde(skip_serializing_if = "Option::is_none")]
    domain: Option<Listed>,
    roles: [Listed; 1],
    catalog: Vec<Service>,
}

#[derive(Serialize)]
struct User {
    id: String,
    name: String,
    domain: Listed,
    password_expires_at: &'static str,
}

/// A thing that has a domain.
#[derive(Serialize)]
struct Homed {
    id: String,
    name: String,
    domain: Listed,
}

#[derive(Serialize)]
struct Listed {
    id: String,
    name: String,
}

impl From<Named> for Listed {
    fn from(Named { id, name }: Named) -> Self {
        Self { id, name }
    }
}

/// Six digits of a second and a `Z`, which the SDKs' parsers want.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
pub(super) fn precise<S: Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(time.display(PRECISE).as_str())
}

/// The token that a request asks about.
pub struct Subject(String);

impl<'r> Input<'r> for Subject {
    fn read(call: &mut Call<'r>) -> Result<Self, Failure> {
        let text = |name: &str| call.headers.get(name)?.to_str().ok().filter(|text| !text.is_empty());
        match text("x-subject-token") {
            Some(token) => Ok(Self(token.to_owned())),
            None => Err(Kind::BadRequest.because("X-Subject-Token must name the token").into()),
        }
    }
}

/// `KeystoneCreateUserTokenByPassword`: also by another token and by a pair of keys.
pub fn create(desk: Desk<'_>, body: Body) -> Result<Reply, Denied> {
    let (caller, kind) = desk.log_in(&body)?;
    let scope = desk.scope(&body)?;
    let issued = desk.store.real_now();
    let statement = Statement {
        kind,
        user: caller.user,
        domain: caller.domain,
        scope,
        issued,
        expires: issued.after(desk.access.lifetime),
    };
    let token = desk.access.signer.sign(&statement);
    Ok(desk.shown(statement).with_status(201).with_token(token))
}

/// `KeystoneValidateToken`.
pub fn validate(desk: Desk<'_>, subject: Subject) -> Result<Reply, Denied> {
    let statement = match desk.statement(&subject.0) {
        Some(statement) => statement,
        None if desk.is_strict() => return Err(Kind::NotFound.because("Could not find token.")),
        None => desk.supposed()?,
    };
    Ok(desk.shown(statement).with_token(subject.0))
}

/// A token of a project, as a login of the table's first user would get it, and when it ends.
pub fn issue(access: &Access, store: &Store, project: &ProjectId) -> (String, Time) {
    let tables = store.identity();
    let Caller { user, domain, .. } = Caller::stranger(&tables);
    let id = project.to_string();
    let project = tables.project(&id).map_or_else(|| Named::unnamed(&id), Named::from);
    let issued = store.real_now();
    let expires = issued.after(access.lifetime);
    let statement = Statement {
        kind: By::Password,
        user,
        domain,
        scope: Scope::Project(project),
        issued,
        expires,
    };
    (access.signer.sign(&statement), expires)
}

impl Desk<'_> {
    /// What a token is taken to say that was not issued here.
    fn supposed(&self) -> Result<Statement, Denied> {
        let issued = self.store.real_now();
        Ok(Statement {
            kind: By::Password,
            user: self.caller.user.clone(),
            domain: self.caller.domain.clone(),
            scope: self.current_project()?.map_or(Scope::Unscoped, Scope::Project),
            issued,
            expires: issued.after(self.access.lifetime),
        })
    }

    fn shown(&self, statement: Statement) -> Reply {
        let (project, domain) = match statement.scope {
            Scope::Project(project) => (Some(project), None),
            Scope::Domain(domain) => (None, Some(domain)),
            Scope::Unscoped => (None, None),
        };
        let catalog = self.catalog(project.as_ref());
        let home = statement.domain;
        let token = Token {
            methods: [statement.kind.method()],
            issued_at: statement.issued,
            expires_at: statement.expires,
            project: project.map(|project| Homed {
                domain: self.domain_of(&project, &home).into(),
                id: project.id,
                name: project.name,
            }),
            domain: domain.map(Listed::from),
            user: User {
                id: statement.user.id,
                name: statement.user.name,
                domain: home.into(),
                password_expires_at: "",
            },
            roles: [Listed {
                id: "0".to_owned(),
                name: "te_admin".to_owned(),
            }],
            catalog,
        };
        Reply::json(&Shown { token })
    }
}
