//! Rules for jobs: when the next ones end, and how.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::Answer;
use super::ask::{Ask, Scope, unused};
use super::faults::no_duplicate;
use super::problem::Problem;
use crate::domain::code::Code;
use crate::domain::plan::Outcome;
use crate::domain::work::AnyWork;
use crate::store::job_rules::JobRule;
use crate::store::{ProjectId, Shard};

/// The rules of all projects, and those behind them.
#[derive(Serialize)]
struct All {
    default: Vec<JobRule>,
    projects: BTreeMap<ProjectId, Vec<JobRule>>,
}

/// The rules of one project, in the order in which they are looked at.
#[derive(Serialize)]
struct Own {
    job_rules: Vec<JobRule>,
}

/// `GET /_mock/job-rules`.
pub(super) fn list(ask: &Ask<'_>) -> Result<Answer, Problem> {
    let store = &ask.shared.store;
    if let Some(id) = ask.one()? {
        let shard = store.look(&id);
        return Answer::ok(&shard.inspect(|world, _| Own {
            job_rules: world.job_rules.clone(),
        }));
    }
    let rules = |(id, shard): (ProjectId, Arc<Shard>)| (id, shard.inspect(|world, _| world.job_rules.clone()));
    let projects = store
        .projects()
        .into_iter()
        .map(rules)
        .filter(|(_, rules)| !rules.is_empty());
    Answer::ok(&All {
        default: store.defaults().job_rules,
        projects: projects.collect(),
    })
}

/// `PUT /_mock/job-rules`.
pub(super) fn replace(ask: &Ask<'_>) -> Result<Answer, Problem> {
    change(ask, read(ask)?, true)
}

/// `POST /_mock/job-rules`: behind those that are there.
pub(super) fn add(ask: &Ask<'_>) -> Result<Answer, Problem> {
    change(ask, read(ask)?, false)
}

/// `DELETE /_mock/job-rules`.
pub(super) fn clear(ask: &Ask<'_>) -> Result<Answer, Problem> {
    change(ask, Vec::new(), true)
}

/// What became of the rules of a scope.
#[derive(Serialize)]
struct Changed {
    removed: usize,
    added: Vec<String>,
}

fn change(ask: &Ask<'_>, new: Vec<JobRule>, replaces: bool) -> Result<Answer, Problem> {
    let store = &ask.shared.store;
    let put = |rules: &mut Vec<JobRule>, name: &mut dyn FnMut(&[JobRule]) -> String| {
        let removed = if replaces { std::mem::take(rules).len() } else { 0 };
        let mut added = Vec::new();
        for mut rule in new {
            if rule.id.is_empty() {
                rule.id = name(rules);
            }
            added.push(rule.id.clone());
            rules.push(rule);
        }
        Changed { removed, added }
    };
    match ask.changing_scope()? {
        Scope::One(id) => {
            let shard = ask.govern(&id)?;
            Answer::ok(&shard.govern(|world, _| put(&mut world.job_rules, &mut |_| world.ids.name("rule"))))
        }
        Scope::All => {
            let mut changed = store.change_defaults(|defaults| {
                let unused = |rules: &[JobRule]| unused("all-rule", |id| rules.iter().any(|rule| rule.id == id));
                put(&mut defaults.job_rules, &mut { unused })
            });
            // Those of all projects stand behind each project's own, which would go on hiding them.
            let own = |shard: &Shard| shard.inspect(|world, _| !world.job_rules.is_empty());
            for (_, shard) in store.projects().into_iter().filter(|(_, shard)| replaces && own(shard)) {
                changed.removed += shard.govern(|world, _| std::mem::take(&mut world.job_rules).len());
            }
            Answer::ok(&changed)
        }
    }
}

fn read(ask: &Ask<'_>) -> Result<Vec<JobRule>, Problem> {
    ask.changing_scope()?;
    let many = ask.is_list();
    let rules: Vec<JobRule> = ask.one_or_many()?;
    no_duplicate(rules.iter().map(|rule| &*rule.id))?;
    for (index, rule) in rules.iter().enumerate() {
        let place = if many { format!("/{index}") } else { String::new() };
        check(rule).map_err(|problem| problem.below(&place))?;
    }
    Ok(rules)
}

/// Refuses a rule that names what there is not.
pub(crate) fn check(rule: &JobRule) -> Result<(), Problem> {
    if rule.times == Some(0) {
        return Err(
            Problem::invalid("invalid_value", "times must be above 0: a rule for no job does nothing").at("/times"),
        );
    }
    let types = || AnyWork::rules().map(|(_, rule)| rule.job_type);
    if let Some(given) = rule.wanted.job_type.as_deref()
        && !types().any(|known| known == given)
    {
        let problem = Problem::unknown("unknown_job_type", "job type", given, types());
        return Err(problem.at("/match/job_type"));
    }
    let (Outcome::Fail { error_code, .. } | Outcome::FalseNegative { error_code, .. }) = &rule.outcome else {
        return Ok(());
    };
    check_code(error_code.as_deref()).map_err(|problem| problem.at("/outcome/error_code"))
}

/// Refuses an SDRS code that the catalogue does not have; jobs report codes of other services too.
pub(super) fn check_code(code: Option<&str>) -> Result<(), Problem> {
    let known = || Code::ALL.iter().map(|code| code.entry().code);
    match code.filter(|code| code.starts_with("SDRS") && !known().any(|known| known == *code)) {
        Some(given) => Err(Problem::unknown("unknown_code", "error code", given, known())),
        None => Ok(()),
    }
}
