//! [`Desk`]: identity as one request meets it, with whoever asks.

use std::borrow::Cow;
use std::sync::Arc;

use super::who::Caller;
use super::{Denied, Kind};
use crate::api::auth::{Access, Auth, Brought, Untaken, present};
use crate::api::error::Failure;
use crate::api::input::{Call, Input};
use crate::api::origin::Origin;
use crate::api::token::{Named, Statement};
use crate::store::identity::Identity;
use crate::store::{ProjectId, Store};

/// What a handler of identity works with.
pub struct Desk<'r> {
    /// Who there is by the fixtures.
    pub(super) tables: Arc<Identity>,
    pub(super) access: &'r Access,
    pub(super) store: &'r Store,
    /// Where the client meets the server.
    pub(super) origin: String,
    /// The path as the client wrote it.
    pub(super) path: &'r str,
    /// The parameter `name` of the query.
    pub(super) name: Option<Cow<'r, str>>,
    /// The project that the client says it works in.
    pub(super) project: Option<&'r str>,
    pub(super) caller: Caller,
}

impl<'r> Input<'r> for Desk<'r> {
    fn read(call: &mut Call<'r>) -> Result<Self, Failure> {
        let tables = call.store.identity();
        let caller = if call.operation.is_open() {
            Caller::stranger(&tables)
        } else {
            caller(call, &tables)?
        };
        Ok(Self {
            caller,
            tables,
            access: call.access,
            store: call.store,
            origin: Origin::read(call)?.0,
            path: call.uri.path(),
            name: call.query().text("name"),
            project: call
                .headers
                .get("x-project-id")
                .map(|id| id.to_str().unwrap_or_default()),
        })
    }
}

/// Who asks, as the credentials of the request tell.
fn caller(call: &Call<'_>, tables: &Identity) -> Result<Caller, Failure> {
    let (access, is_strict) = (call.access, call.access.auth == Auth::Strict);
    match Brought::read(call.headers) {
        Brought::Token(token) => match access.take(token, call.store) {
            Ok(signed) => Ok(signed.statement().into()),
            Err(_) if !is_strict => Ok(Caller::stranger(tables)),
            Err(Untaken::Expired) => Err(Kind::Unauthorized.because("The token must be updated").into()),
            Err(Untaken::Garbage) => Err(Kind::Forbidden.because("X-Auth-Token is invalid in the request").into()),
        },
        Brought::Signature(_) if is_strict => {
            let holder = call.holder.clone().ok_or_else(unauthenticated)?;
            Ok(Caller::holder(tables, holder))
        }
        Brought::Signature(value) => match (present(value), access.auth) {
            (Ok(key), _) => Ok(Caller::of_key(tables, key)),
            (Err(_), Auth::Off) => Ok(Caller::stranger(tables)),
            (Err(malformed), _) => Err(malformed),
        },
        Brought::Nothing if access.auth == Auth::Off => Ok(Caller::stranger(tables)),
        Brought::Nothing => Err(unauthenticated().into()),
    }
}

/// Nobody is known by what the request brings.
pub(super) fn unauthenticated() -> Denied {
    Kind::Unauthorized.because("The request you have made requires authentication.")
}

impl Desk<'_> {
    /// Whether there is nobody but whom the table names.
    pub(super) fn is_strict(&self) -> bool {
        self.access.auth == Auth::Strict
    }

    /// The statement of a token, if it is one that is still taken.
    pub(super) fn statement(&self, token: &str) -> Option<Statement> {
        self.access
            .take(token, self.store)
            .ok()
            .map(|signed| signed.statement())
    }

    /// The project that the client works in: that of its token, the one it names, or the first of the table.
    pub(super) fn current_project(&self) -> Result<Option<Named>, Denied> {
        if self.caller.project.is_some() {
            return Ok(self.caller.project.clone());
        }
        match self.project {
            Some(id) if ProjectId::admits(id) => Ok(Some(self.project_of_id(id))),
            Some(_) => Err(Kind::BadRequest.because("X-Project-Id must have 1 to 64 characters of 0-9 A-Z a-z _ -")),
            None => Ok(self.tables.projects.first().map(Named::from)),
        }
    }

    /// The project of this ID, under the name that the table has for it.
    pub(super) fn project_of_id(&self, id: &str) -> Named {
        self.tables.project(id).map_or_else(|| Named::unnamed(id), Named::from)
    }
}
