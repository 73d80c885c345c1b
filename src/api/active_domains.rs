//! Active-active domains: the pairs of sites between which groups can be protected.

use super::input::Project;
use super::reply::Reply;
use crate::domain::code::Refusal;
use crate::domain::inventory::Domain;

/// `ListActiveActiveDomains`: all of them, without pages and without a count.
pub fn list(project: Project<'_>) -> Result<Reply, Refusal> {
    Ok(project.look(|project| {
        let domains = project.inventory.domains.values().collect();
        Reply::json(&Shown { domains })
    }))
}

/// `{"domains":[…]}`.
#[derive(serde::Serialize)]
struct Shown<'d> {
    domains: Vec<&'d Domain>,
}
