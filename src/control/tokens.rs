//! Tokens of a project: one to act with, and an end of those that were issued.

use http::StatusCode;
use serde::Serialize;

use super::Answer;
use super::ask::{Ask, Scope, closed};
use super::problem::Problem;
use crate::api::identity::tokens::issue;
use crate::domain::time::{Time, precise};
use crate::store::ProjectId;

#[derive(Serialize)]
struct Issued {
    token: String,
    #[serde(with = "precise")]
    expires_at: Time,
}

#[derive(Serialize)]
struct Expired {
    /// None where those of all projects, and those for no project, have expired.
    project: Option<ProjectId>,
    /// What was issued until then is no longer taken.
    #[serde(with = "precise")]
    issued_until: Time,
}

/// `POST /_mock/tokens`: a token of the project, as a login would issue it.
pub(super) fn create(ask: &Ask<'_>) -> Result<Answer, Problem> {
    let Scope::One(id) = ask.changing_scope()? else {
        let message = "a token is for one project: name it (?project=ID)";
        return Err(Problem::invalid("missing_project", message));
    };
    let (token, expires_at) = issue(&ask.shared.access, &ask.shared.store, &id);
    Ok(Answer::json(StatusCode::CREATED, &Issued { token, expires_at }))
}

/// `DELETE /_mock/tokens`: those that were issued are no longer taken.
pub(super) fn expire(ask: &Ask<'_>) -> Result<Answer, Problem> {
    let store = &ask.shared.store;
    let (project, issued_until) = match ask.changing_scope()? {
        Scope::One(id) => {
            let until = store.govern(&id).map_err(closed)?.expire_tokens();
            (Some(id), until)
        }
        Scope::All => (None, store.expire_tokens()),
    };
    Answer::ok(&Expired { project, issued_until })
}
