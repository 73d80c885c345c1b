//! What a login asks for, read from its body: who, by what, and for what.

use serde_json::Value;

use super::desk::{Desk, unauthenticated};
use super::who::{Caller, Reference, domain, first_domain};
use super::{Denied, Kind};
use crate::api::token::Kind as By;
use crate::api::token::{Named, Scope};
use crate::store::ProjectId;
use crate::store::identity::User;

/// The body of a request to identity.
pub struct Body(Value);

impl<'r> crate::api::input::Input<'r> for Body {
    fn read(call: &mut crate::api::input::Call<'r>) -> Result<Self, crate::api::error::Failure> {
        match serde_json::from_slice(call.body) {
            Ok(body @ Value::Object(_)) => Ok(Self(body)),
            Ok(_) => Err(Kind::BadRequest.because("the body must be a JSON object").into()),
            // Its position, but nothing of the body, which may hold a password.
            Err(error) => {
                let place = format!("line {} column {}", error.line(), error.column());
                Err(Kind::BadRequest
                    .because(format!("the body is no JSON, see {place}"))
                    .into())
            }
        }
    }
}

impl Body {
    /// The value at this JSON pointer.
    pub(super) fn at(&self, pointer: &str) -> Option<&Value> {
        self.0.pointer(pointer).filter(|value| !value.is_null())
    }

    /// The text at this JSON pointer, if there is any.
    pub(super) fn text(&self, pointer: &str) -> Option<&str> {
        self.at(pointer)?.as_str().filter(|text| !text.is_empty())
    }

    /// The text that must be there.
    fn must(&self, pointer: &str) -> Result<&str, Denied> {
        self.text(pointer)
            .ok_or_else(|| Kind::BadRequest.because(format!("{} must be a text", member(pointer))))
    }

    /// What is named by a member `id` or `name` of the object at this pointer.
    fn reference(&self, pointer: &str) -> Option<Reference<'_>> {
        let id = self.text(&format!("{pointer}/id")).map(Reference::Id);
        id.or_else(|| self.text(&format!("{pointer}/name")).map(Reference::Name))
    }

    /// Refuses names that are too long for a token, which tells them all and travels in a header.
    fn check_names(&self) -> Result<(), Denied> {
        let homed = [USER, PROJECT, DOMAIN].map(|pointer| [pointer.to_owned(), format!("{pointer}/domain")]);
        let named = homed.as_flattened().iter();
        let named = named.flat_map(|pointer| ["id", "name"].map(|name| format!("{pointer}/{name}")));
        let is_long = |pointer: &String| self.text(pointer).is_some_and(|text| text.chars().count() > LONGEST);
        match named.chain([KEY.to_owned()]).find(is_long) {
            Some(long) => {
                let message = format!("{} must have at most {LONGEST} characters", member(&long));
                Err(Kind::BadRequest.because(message))
            }
            None => Ok(()),
        }
    }
}

/// A JSON pointer as people write it.
fn member(pointer: &str) -> String {
    pointer.trim_start_matches('/').replace('/', ".")
}

const USER: &str = "/auth/identity/password/user";
const PROJECT: &str = "/auth/scope/project";
const DOMAIN: &str = "/auth/scope/domain";
const KEY: &str = "/auth/identity/hw_ak_sk/access/key";

/// How many characters a name may have: with so many, a token still fits where clients and servers look for it.
const LONGEST: usize = 255;

impl Desk<'_> {
    /// Who logs in, and by what.
    pub(super) fn log_in(&self, body: &Body) -> Result<(Caller, By), Denied> {
        body.check_names()?;
        let methods = body.at("/auth/identity/methods").and_then(Value::as_array);
        let mut methods = methods.into_iter().flatten().filter_map(Value::as_str);
        match methods.next() {
            Some("password") => Ok((self.by_password(body)?, By::Password)),
            Some("token") => Ok((self.by_token(body.must("/auth/identity/token/id")?)?, By::Token)),
            Some("hw_ak_sk") => Ok((self.by_keys(body)?, By::Keys)),
            given => {
                let given = given.map_or_else(|| "missing".to_owned(), |given| format!("{given:?}"));
                let message = format!(
                    "auth.identity.methods must be [\"password\"], [\"token\"] or [\"hw_ak_sk\"], it is {given}"
                );
                Err(Kind::BadRequest.because(message))
            }
        }
    }

    fn by_password(&self, body: &Body) -> Result<Caller, Denied> {
        let wrong = || Kind::Unauthorized.because("The username or password is wrong.");
        let Some(meant) = body.reference(USER) else {
            let message = format!("{0}.name or {0}.id must be a text", member(USER));
            return Err(Kind::BadRequest.because(message));
        };
        let password = body.must(&format!("{USER}/password"))?;
        let given = body.reference(&format!("{USER}/domain"));
        let home = match given {
            None => None,
            Some(domain) => Some(self.domain(domain).ok_or_else(wrong)?),
        };
        let row = match meant {
            Reference::Id(id) => self.tables.user(id),
            Reference::Name(name) => {
                let is_at_home = |user: &&User| home.as_ref().is_none_or(|home| user.domain == home.name);
                self.tables.users_named(name).find(is_at_home)
            }
        };
        match (row, meant) {
            (Some(user), _) if !self.is_strict() || user.password.reveal() == password => {
                Ok(Caller::user(&self.tables, user))
            }
            _ if self.is_strict() => Err(wrong()),
            (_, Reference::Id(id)) => Ok(self.made_up(Named::unnamed(id), home)),
            (_, Reference::Name(name)) => Ok(self.made_up(Named::derived("user", name), home)),
        }
    }

    /// Somebody whom the table does not name.
    fn made_up(&self, user: Named, home: Option<Named>) -> Caller {
        Caller {
            user,
            domain: home.unwrap_or_else(|| first_domain(&self.tables)),
            project: None,
        }
    }

    pub(super) fn by_token(&self, token: &str) -> Result<Caller, Denied> {
        match self.statement(token) {
            Some(statement) => Ok(statement.into()),
            None if self.is_strict() => Err(unauthenticated()),
            None => Ok(Caller::stranger(&self.tables)),
        }
    }

    fn by_keys(&self, body: &Body) -> Result<Caller, Denied> {
        let access = body.must(KEY)?;
        let secret = body.must("/auth/identity/hw_ak_sk/secret/key")?;
        match self.tables.key(access) {
            Some(key) if !self.is_strict() || key.secret.reveal() == secret => {
                Ok(Caller::named(&self.tables, &key.user))
            }
            _ if self.is_strict() => Err(Kind::Unauthorized.because("The access key or secret key is wrong.")),
            _ => Ok(self.made_up(Named::derived("user", access), None)),
        }
    }

    /// What the token is to be for.
    pub(super) fn scope(&self, body: &Body) -> Result<Scope, Denied> {
        if body.at(PROJECT).is_some() {
            let Some(meant) = body.reference(PROJECT) else {
                let message = format!("{0}.name or {0}.id must be a text", member(PROJECT));
                return Err(Kind::BadRequest.because(message));
            };
            if let Reference::Id(id) = meant
                && !ProjectId::admits(id)
            {
                let message = format!(
                    "{}.id must have 1 to 64 characters of 0-9 A-Z a-z _ -, it is {id:?}",
                    member(PROJECT)
                );
                return Err(Kind::BadRequest.because(message));
            }
            let domain = body.reference(&format!("{PROJECT}/domain"));
            return self.project(meant, domain).map(Scope::Project);
        }
        if body.at(DOMAIN).is_some() {
            let Some(meant) = body.reference(DOMAIN) else {
                let message = format!("{0}.name or {0}.id must be a text", member(DOMAIN));
                return Err(Kind::BadRequest.because(message));
            };
            return self.domain(meant).map(Scope::Domain).ok_or_else(unauthenticated);
        }
        Ok(Scope::Unscoped)
    }

    /// The domain of a project's row, or whoever's it is otherwise.
    pub(super) fn named_domain(&self, name: &str) -> Named {
        domain(&self.tables, name)
    }
}
