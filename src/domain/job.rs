//! Jobs: what was accepted, when it ends, and what became of it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::code::Code;
use super::drill::Drill;
use super::inventory::Nic;
pub use super::job_id::JobId;
pub use super::jobs::{Jobs, KEPT};
use super::plan::{Outcome, Plan, Progression};
use super::protected_instance::ProtectedInstance;
use super::protection_group::ProtectionGroup;
use super::replication_pair::{Disks, ReplicationPair};
use super::resource::Id;
use super::time::{Time, precise_if_any, zoned};
use super::work::{AnyWork, Of, Rule};

/// A row of a table, such as the one whose status a job changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A protection group.
    Group(Id<ProtectionGroup>),
    /// A protected instance.
    Instance(Id<ProtectedInstance>),
    /// A replication pair.
    Pair(Id<ReplicationPair>),
    /// A drill.
    Drill(Id<Drill>),
}

impl Subject {
    /// The row's ID.
    pub const fn id(self) -> Uuid {
        match self {
            Self::Group(id) => id.uuid(),
            Self::Instance(id) => id.uuid(),
            Self::Pair(id) => id.uuid(),
            Self::Drill(id) => id.uuid(),
        }
    }

    /// What kind of row it is.
    pub const fn of(self) -> Of {
        match self {
            Self::Group(_) => Of::Group,
            Self::Instance(_) => Of::Instance,
            Self::Pair(_) => Of::Pair,
            Self::Drill(_) => Of::Drill,
        }
    }
}

/// What a job is about: the row that it changes, and the IDs that its answer shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The row.
    pub subject: Subject,
    /// The IDs.
    pub entities: Entities,
}

/// The IDs that a job's answer shows, each only where the job's type has it. Strictly typed clients read every one as
/// a text (`jobs.md` section 3).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entities {
    /// The group.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub server_group_id: Option<Id<ProtectionGroup>>,
    /// The instance.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protected_instance_id: Option<Id<ProtectedInstance>>,
    /// The pair.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replication_pair_id: Option<Id<ReplicationPair>>,
    /// The pair's two disks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub volume_ids: Option<Disks>,
    /// The drill.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disaster_recovery_drill_id: Option<Id<Drill>>,
    /// The network interface.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nic_id: Option<Id<Nic>>,
}

/// A job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Job {
    /// Its ID.
    pub id: JobId,
    /// What the documentation calls it.
    pub job_type: String,
    /// When it was accepted, to the millisecond.
    #[serde(with = "zoned")]
    pub begin_time: Time,
    /// The IDs that it shows.
    pub entities: Entities,
    /// The jobs that are parts of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub sub_jobs: Vec<JobId>,
    /// The job that it is a part of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<JobId>,
    /// The name of the rule that decided when and how it ends, if one did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Whether somebody has read what became of it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub read: bool,
    /// How far it is.
    pub state: State,
}

/// How far a job is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It goes on.
    Running(Box<Running>),
    /// It has ended.
    Ended {
        /// When, to the millisecond.
        #[serde(with = "zoned")]
        at: Time,
        /// What it reports, where it failed.
        failure: Option<Failure>,
    },
}

/// What is known of a job that goes on.
#[derive(Debug, Clone, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Running {
    /// What it does; a job of parts, and a part that only shows the whole, does nothing of its own.
    pub own: Option<Own>,
    /// When it ends by itself.
    #[serde(default, with = "precise_if_any")]
    pub due: Option<Time>,
    /// How many looks it still takes.
    pub polls_left: Option<u32>,
    /// Whether somebody has looked at it: the first look sees `INIT`.
    pub seen: bool,
    /// Its place in the order of acceptance, in which jobs end that are due at once.
    #[serde(skip)]
    pub(super) place: u64,
}

/// The work of a job and what it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Own {
    /// What it does.
    pub work: AnyWork,
    /// How it ends.
    pub outcome: Outcome,
    /// What it changes.
    pub target: Target,
}

/// What a failed job reports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failure {
    /// A documented code, or whatever a tester wants.
    pub error_code: String,
    /// The reason in words.
    pub fail_reason: String,
}

impl Failure {
    /// What a job of this type reports for this code, worded so that the `openstack` command can show it.
    pub fn of(job_type: &str, code: &str) -> Self {
        let entry = Code::ALL
            .iter()
            .map(|code| code.entry())
            .find(|entry| entry.code == code);
        let message = entry.map_or("failed as it was told to", |entry| entry.message);
        let fail_reason = format!(
            r#"{job_type}-fail:{code}:Client error : {{"badRequest": {{"message": "{message}", "code": 400}}}}"#
        );
        Self {
            error_code: code.to_owned(),
            fail_reason,
        }
    }

    /// What a part reports where the whole failed: the same, but for the job that the reason begins with.
    pub fn of_part(&self, whole: &str, part: &str) -> Self {
        let rest = self
            .fail_reason
            .strip_prefix(whole)
            .filter(|rest| rest.starts_with("-fail:"));
        Self {
            error_code: self.error_code.clone(),
            fail_reason: rest.map_or_else(|| self.fail_reason.clone(), |rest| format!("{part}{rest}")),
        }
    }

    /// What a job of this rule reports where a tester may have said otherwise.
    pub fn planned(rule: &Rule, error_code: Option<&String>, fail_reason: Option<&String>) -> Self {
        let planned = Self::of(
            rule.job_type,
            error_code.map_or(rule.failure.entry().code, String::as_str),
        );
        Self {
            fail_reason: fail_reason.cloned().unwrap_or(planned.fail_reason),
            ..planned
        }
    }
}

impl Running {
    /// A job that was accepted now.
    pub fn new(own: Option<Own>, plan: &Plan, now: Time) -> Self {
        let (due, polls_left) = match (&plan.outcome, plan.progression) {
            (Outcome::Stuck, _) | (_, Progression::Manual) => (None, None),
            (_, Progression::Immediate) => (Some(now), None),
            (_, Progression::After { duration }) => (Some(now.after(duration)), None),
            (_, Progression::Polls { n }) => (None, Some(n.max(1))),
        };
        Self {
            own,
            due,
            polls_left,
            seen: false,
            place: 0,
        }
    }
}

impl PartialEq for Running {
    /// The place counts within its project only: there the order of the jobs says the same.
    fn eq(&self, other: &Self) -> bool {
        (&self.own, self.due, self.polls_left, self.seen) == (&other.own, other.due, other.polls_left, other.seen)
    }
}

/// The job that a job is a part of, and those that are parts of it.
pub type Family = (Option<JobId>, Vec<JobId>);

impl Job {
    /// What of a job in a document could not have come about: the member, and the rule that it breaks.
    pub fn flaw(&self, family: impl Fn(&JobId) -> Option<Family>) -> Option<(&'static str, &'static str)> {
        let lists_this = |id: &JobId| family(id).is_none_or(|(_, parts)| parts.contains(&self.id));
        let is_part_of_this = |id: &JobId| family(id).is_none_or(|(parent, _)| parent.as_ref() == Some(&self.id));
        if self.parent.iter().any(|parent| !lists_this(parent)) {
            return Some(("parent", "must name a job that lists this one among its parts"));
        }
        if !self.sub_jobs.iter().all(is_part_of_this) {
            return Some(("sub_jobs", "must name jobs whose parent is this one"));
        }
        let is_middle = |id: &JobId| family(id).is_some_and(|(_, parts)| !parts.is_empty());
        if self.parent.is_some() && self.sub_jobs.iter().any(is_middle) {
            return Some((
                "sub_jobs",
                "must not have parts of their own below a job that is a part itself",
            ));
        }
        let State::Running(running) = &self.state else {
            return None;
        };
        if running.polls_left == Some(0) {
            return Some(("state.running.polls_left", "must be above 0"));
        }
        match &running.own {
            None if self.parent.is_none() && self.sub_jobs.is_empty() => Some((
                "state.running.own",
                "must be there: a job without work is a part or has parts",
            )),
            Some(own) if own.work.rule().of != own.target.subject.of() => {
                Some(("state.running.own.target", "must be what the work changes"))
            }
            Some(own) if own.work.rule().job_type != self.job_type => {
                Some(("job_type", "must be the type of the work"))
            }
            _ => None,
        }
    }

    /// The row that it changes, while it goes on.
    pub fn subject(&self) -> Option<Subject> {
        let State::Running(running) = &self.state else {
            return None;
        };
        running.own.as_ref().map(|own| own.target.subject)
    }

    /// Whether it goes on and changes the row of this ID.
    pub fn is_about(&self, id: Uuid) -> bool {
        self.subject().is_some_and(|subject| subject.id() == id)
    }

    /// Whether it has ended.
    pub fn has_ended(&self) -> bool {
        matches!(self.state, State::Ended { .. })
    }

    /// How far it is, as the next look at it would read where it goes on.
    pub fn status(&self) -> &'static str {
        match &self.state {
            State::Running(running) if running.seen => "RUNNING",
            State::Running(_) => "INIT",
            State::Ended { failure: None, .. } => "SUCCESS",
            State::Ended { failure: Some(_), .. } => "FAIL",
        }
    }

    /// When it ended, if it has.
    pub fn ended_at(&self) -> Option<Time> {
        match self.state {
            State::Ended { at, .. } => Some(at),
            State::Running(_) => None,
        }
    }

    /// What it reports, where it failed.
    pub fn failure(&self) -> Option<&Failure> {
        match &self.state {
            State::Ended { failure, .. } => failure.as_ref(),
            State::Running(_) => None,
        }
    }
}
