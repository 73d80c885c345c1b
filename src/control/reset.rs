//! `POST /_mock/reset`: projects put back to what they were at first, part by part.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::Answer;
use super::ask::{Ask, Scope};
use super::problem::{Problem, parameter};
use super::state::Counts;
use crate::domain::job::Job;
use crate::domain::project::Project;
use crate::store::world::World;
use crate::store::{ProjectId, Shard};

/// The parts of a project that a reset can be about, in the order in which they are told of.
const SCOPES: [&str; 7] = ["state", "jobs", "job-rules", "faults", "clock", "ids", "journal"];

fn reset_scopes<'a>(ask: &'a Ask<'_>) -> Result<Vec<&'a str>, Problem> {
    let all = || SCOPES.to_vec();
    // An empty value is a variable that somebody forgot to set, which must not clear everything.
    let scopes = ask
        .query
        .get("scope")
        .map_or_else(all, |word| word.split(',').map(str::trim).collect());
    match scopes.iter().find(|scope| !SCOPES.contains(scope)) {
        Some(given) => Err(Problem::unknown("unknown_scope", "scope", given, SCOPES).at(parameter("scope"))),
        None => Ok(scopes),
    }
}

fn resets_to_empty(ask: &Ask<'_>) -> Result<bool, Problem> {
    match ask.word("to") {
        None | Some("seed") => Ok(false),
        Some("empty") => Ok(true),
        Some(given) => {
            Err(Problem::unknown("unknown_value", "world to reset to", given, ["seed", "empty"]).at(parameter("to")))
        }
    }
}

/// What a reset cleared, counted, by project and scope.
#[derive(Serialize)]
struct Reset<'r> {
    cleared: BTreeMap<ProjectId, BTreeMap<&'r str, usize>>,
    /// What the parts that were kept no longer find in those that were put back.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    warnings: BTreeMap<ProjectId, Vec<String>>,
}

/// `POST /_mock/reset`: says what was cleared, counted.
pub(super) fn reset(ask: &Ask<'_>) -> Result<Answer, Problem> {
    let (scope, store) = (ask.changing_scope()?, &ask.shared.store);
    let (scopes, empty) = (reset_scopes(ask)?, resets_to_empty(ask)?);
    let mut warnings = BTreeMap::new();
    let mut put_back = |id: &ProjectId, shard: &Shard| {
        let seed = if empty {
            store.seed_of(id).emptied()
        } else {
            store.seed_of(id)
        };
        let fresh = store.grow(&seed, id);
        let (mut cleared, found) = shard.govern(|world, _| {
            let cleared = put_back(world, &fresh, &scopes);
            (cleared, orphans(&world.project, &scopes))
        });
        if !found.is_empty() {
            warnings.insert(id.clone(), found);
        }
        if scopes.contains(&"journal") {
            let strays = store.clear_strays(|entry| entry.path().split('/').nth(2) == Some(&*id.to_string()));
            cleared.insert("journal", shard.clear_journal() + strays);
        }
        cleared
    };
    let cleared: BTreeMap<_, _> = match scope {
        Scope::One(id) => {
            let shard = ask.govern(&id)?;
            [(id.clone(), put_back(&id, &shard))].into()
        }
        Scope::All => {
            store.reset_defaults(|default| scopes.contains(&default));
            store
                .projects()
                .into_iter()
                .map(|(id, shard)| (id.clone(), put_back(&id, &shard)))
                .collect()
        }
    };
    Answer::ok(&Reset { cleared, warnings })
}

/// What belongs together and was put back only in part: it stays as the tester wants it, but not unsaid.
fn orphans(project: &Project, scopes: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let going_on = || project.jobs.iter().filter_map(Job::subject);
    if scopes.contains(&"state") && !scopes.contains(&"jobs") {
        let lone = going_on().filter(|subject| !project.has(*subject)).count();
        if lone > 0 {
            found.push(format!(
                "{lone} running jobs are about rows that are no longer there: they end and change nothing; \
                 scope=state,jobs puts both back"
            ));
        }
    }
    if scopes.contains(&"jobs") && !scopes.contains(&"state") {
        let waiting = project.transient().count();
        if waiting > 0 && going_on().next().is_none() {
            found.push(format!(
                "{waiting} rows are in a status that only a job would end, and none is there: they stay in it; \
                 scope=state,jobs puts both back"
            ));
        }
    }
    found
}

/// Puts these parts of a world back to what they were at first; says how much there was of each.
fn put_back<'s>(world: &mut World, fresh: &World, scopes: &[&'s str]) -> BTreeMap<&'s str, usize> {
    let mut cleared = BTreeMap::new();
    let before = Counts::of(&world.project);
    for &scope in scopes {
        let number = match scope {
            "state" => {
                let mut project = Project::clone(&fresh.project);
                project.jobs.clone_from(&world.project.jobs);
                project.failure_records.clone_from(&world.project.failure_records);
                world.project = Arc::new(project);
                before.server_groups
                    + before.protected_instances
                    + before.replications
                    + before.disaster_recovery_drills
            }
            "jobs" => {
                let project = Arc::make_mut(&mut world.project);
                project.jobs.clone_from(&fresh.project.jobs);
                project.failure_records.clone_from(&fresh.project.failure_records);
                before.jobs
            }
            "job-rules" => std::mem::replace(&mut world.job_rules, fresh.job_rules.clone()).len(),
            "faults" => std::mem::replace(&mut world.faults, fresh.faults.clone()).len(),
            "clock" => usize::from(std::mem::replace(&mut world.clock, fresh.clock) != fresh.clock),
            "ids" => usize::from(std::mem::replace(&mut world.ids, fresh.ids.clone()) != fresh.ids),
            _ => continue,
        };
        cleared.insert(scope, number);
    }
    if *world.project == *fresh.project {
        // All of it is as at first: shared with the template again.
        world.project = Arc::clone(&fresh.project);
    }
    cleared
}
