//! The jobs of all projects: what governs each, what it waits for, and how a tester ends it.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Answer;
use super::ask::Ask;
use super::job_rules::check_code;
use super::problem::{Problem, parameter};
use crate::domain::drill::Drill;
use crate::domain::job::{Job, JobId, Running, State, Subject};
use crate::domain::plan::Outcome;
use crate::domain::protected_instance::ProtectedInstance;
use crate::domain::protection_group::ProtectionGroup;
use crate::domain::replication_pair::ReplicationPair;
use crate::domain::resource::Resource;
use crate::domain::time::{Time, precise, precise_if_any, zoned};
use crate::store::world::World;
use crate::store::{ProjectId, Shard};

/// What is told of a job.
#[derive(Debug, Serialize)]
pub(super) struct Told {
    project: ProjectId,
    job_id: JobId,
    job_type: String,
    status: &'static str,
    #[serde(with = "zoned")]
    begin_time: Time,
    #[serde(with = "precise_if_any")]
    end_time: Option<Time>,
    /// What it changes, while it goes on.
    changes: Option<Changes>,
    /// The rule that governs it; null is the server's default.
    rule: Option<String>,
    /// What it waits for, while it goes on.
    waits_for: Option<WaitsFor>,
    error_code: Option<String>,
    fail_reason: Option<String>,
}

/// The row that a job changes.
#[derive(Debug, Serialize)]
struct Changes {
    collection: &'static str,
    id: Uuid,
}

/// What a job waits for.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum WaitsFor {
    /// A time.
    Time {
        #[serde(with = "precise")]
        due: Time,
    },
    /// So many looks more.
    Polls { left: u32 },
    /// Its parts, or what it is a part of.
    Parts,
    /// `complete` or `fail`.
    Completion,
    /// The same, for it is stuck.
    Stuck,
}

impl Told {
    pub(super) fn new(project: &ProjectId, world: &World, job: &Job) -> Self {
        let running = match &job.state {
            State::Running(running) => Some(&**running),
            State::Ended { .. } => None,
        };
        let own = running.and_then(|running| running.own.as_ref());
        Self {
            project: project.clone(),
            job_id: job.id.clone(),
            job_type: job.job_type.clone(),
            status: status(world, job),
            begin_time: job.begin_time,
            end_time: job.ended_at(),
            changes: own.map(|own| changes(own.target.subject)),
            rule: job.rule.clone(),
            waits_for: running.map(waits_for),
            error_code: job.failure().map(|failure| failure.error_code.clone()),
            fail_reason: job.failure().map(|failure| failure.fail_reason.clone()),
        }
    }
}

fn changes(subject: Subject) -> Changes {
    let collection = match subject {
        Subject::Group(_) => ProtectionGroup::COLLECTION,
        Subject::Instance(_) => ProtectedInstance::COLLECTION,
        Subject::Pair(_) => ReplicationPair::COLLECTION,
        Subject::Drill(_) => Drill::COLLECTION,
    };
    Changes {
        collection,
        id: subject.id(),
    }
}

fn waits_for(running: &Running) -> WaitsFor {
    match (&running.own, running.due, running.polls_left) {
        (None, ..) => WaitsFor::Parts,
        (_, Some(due), _) => WaitsFor::Time { due },
        (_, _, Some(left)) => WaitsFor::Polls { left },
        (Some(own), None, None) if own.outcome == Outcome::Stuck => WaitsFor::Stuck,
        _ => WaitsFor::Completion,
    }
}

/// The words that `status` can be, as a look at the job would read.
const STATUSES: [&str; 4] = ["INIT", "RUNNING", "SUCCESS", "FAIL"];

fn status(world: &World, job: &Job) -> &'static str {
    if world.runs(job) { "RUNNING" } else { job.status() }
}

#[derive(Serialize)]
struct Listed {
    count: usize,
    jobs: Vec<Told>,
}

/// `GET /_mock/jobs`: newest first.
pub(super) fn list(ask: &Ask<'_>) -> Result<Answer, Problem> {
    let wanted = ask.word("status");
    if let Some(wanted) = wanted.filter(|wanted| !STATUSES.contains(wanted)) {
        return Err(Problem::unknown("unknown_value", "job status", wanted, STATUSES).at(parameter("status")));
    }
    let mut jobs = Vec::new();
    for (id, shard) in ask.projects()? {
        shard.inspect(|world, _| {
            let told = world.project.jobs.iter().rev().map(|job| Told::new(&id, world, job));
            jobs.extend(told.filter(|job| wanted.is_none_or(|wanted| job.status == wanted)));
        });
    }
    Answer::ok(&Listed {
        count: jobs.len(),
        jobs,
    })
}

/// `POST /_mock/jobs/{id}/complete`: it succeeds, whatever was planned.
pub(super) fn complete(ask: &Ask<'_>) -> Result<Answer, Problem> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}
    let Nothing {} = ask.json()?;
    end(ask, &Outcome::Success)
}

/// What a job that is told to fail reports; without a code that of its type.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reported {
    #[serde(default)]
    error_code: Option<String>,
    #[serde(default)]
    fail_reason: Option<String>,
}

/// `POST /_mock/jobs/{id}/fail`: it fails, whatever was planned.
pub(super) fn fail(ask: &Ask<'_>) -> Result<Answer, Problem> {
    let Reported {
        error_code,
        fail_reason,
    } = ask.json()?;
    check_code(error_code.as_deref()).map_err(|problem| problem.at("/error_code"))?;
    end(
        ask,
        &Outcome::Fail {
            error_code,
            fail_reason,
        },
    )
}

fn end(ask: &Ask<'_>, outcome: &Outcome) -> Result<Answer, Problem> {
    let text = ask.parameter(0);
    let absent = || Problem::absent("job", text);
    let id = JobId::parse(text).map_err(|_| absent())?;
    let knows = |shard: &Shard| shard.inspect(|world, _| world.project.jobs.find(&id).is_some());
    let mut holders = ask.projects()?.into_iter().filter(|(_, shard)| knows(shard));
    let (project, _) = holders.next().ok_or_else(absent)?;
    if holders.next().is_some() {
        let message = format!("several projects have a job {text}: name one of them (?project=ID)");
        return Err(Problem::invalid("missing_project", message));
    }
    ask.govern(&project)?.try_govern(|world, now| {
        let job = world.project.jobs.find(&id).ok_or_else(absent)?;
        if job.has_ended() {
            return Err(Problem::conflict(format!(
                "job {text} has ended already: {}",
                status(world, job)
            )));
        }
        Arc::make_mut(&mut world.project).tell(&id, now, outcome);
        let job = world.project.jobs.find(&id).ok_or_else(absent)?;
        Answer::ok(&Told::new(&project, world, job))
    })
}
