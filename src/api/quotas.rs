//! Quotas: how many groups and pairs a project has and may have.

use super::input::Project;
use super::reply::Reply;
use crate::domain::code::Refusal;
use crate::domain::quota::Quotas;

/// `ShowQuota`.
pub fn show(project: Project<'_>) -> Result<Reply, Refusal> {
    Ok(project.look(|project| {
        let quotas = Quotas::of(&project.rules, project.groups.len(), project.pairs.len());
        Reply::json(&Shown { quotas })
    }))
}

/// `{"quotas":{"resources":[…]}}`.
#[derive(serde::Serialize)]
struct Shown {
    quotas: Quotas,
}
