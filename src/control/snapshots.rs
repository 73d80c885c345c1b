//! Snapshots: worlds set aside and put back.

use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::ask::{Ask, Scope, closed};
use super::problem::{Problem, parameter};
use super::{Answer, Removed};
use crate::store::ProjectId;
use crate::store::snapshot::Told;

#[derive(Serialize)]
struct Listed {
    snapshots: Vec<Told>,
}

/// `GET /_mock/snapshots`.
pub(super) fn list(ask: &Ask<'_>) -> Result<Answer, Problem> {
    Answer::ok(&Listed {
        snapshots: ask.shared.store.snapshots(),
    })
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct New {
    #[serde(default)]
    name: Option<String>,
}

/// `POST /_mock/snapshots`: 201.
pub(super) fn take(ask: &Ask<'_>) -> Result<Answer, Problem> {
    let scope = ask.changing_scope()?;
    let New { name } = ask.json()?;
    let store = &ask.shared.store;
    let projects = match scope {
        Scope::One(id) => vec![id],
        Scope::All => store.projects().into_iter().map(|(id, _)| id).collect(),
    };
    let told = store.take_snapshot(name, &projects);
    Ok(Answer::json(StatusCode::CREATED, &told))
}

/// The project that a call for one snapshot names, if it names one; the snapshot must hold it.
fn held(ask: &Ask<'_>, snapshot: &str) -> Result<Option<ProjectId>, Problem> {
    let Some(project) = ask.one()? else { return Ok(None) };
    match ask.shared.store.snapshot_holds(snapshot, &project) {
        None => Err(Problem::absent("snapshot", snapshot)),
        Some(true) => Ok(Some(project)),
        Some(false) => {
            let message = format!(
                "{snapshot} does not hold project {project}: name one that it holds (GET /_mock/snapshots), or none"
            );
            Err(Problem::invalid("project_not_in_snapshot", message).at(parameter("project")))
        }
    }
}

/// `POST /_mock/snapshots/{id}/restore`: with a project only that one.
pub(super) fn restore(ask: &Ask<'_>) -> Result<Answer, Problem> {
    let id = ask.parameter(0);
    let project = held(ask, id)?;
    let restored = ask
        .shared
        .store
        .restore_snapshot(id, project.as_ref())
        .map_err(closed)?;
    Answer::ok(&restored.ok_or_else(|| Problem::absent("snapshot", id))?)
}

/// `DELETE /_mock/snapshots/{id}`.
pub(super) fn forget(ask: &Ask<'_>) -> Result<Answer, Problem> {
    let id = ask.parameter(0);
    held(ask, id)?;
    if ask.shared.store.forget_snapshot(id) {
        Answer::ok(&Removed { removed: id })
    } else {
        Err(Problem::absent("snapshot", id))
    }
}
