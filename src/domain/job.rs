//! Jobs: what was accepted, when it ends, and what became of it.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

use super::code::Code;
use super::drill::Drill;
use super::inventory::Nic;
pub use super::job_id::JobId;
use super::plan::{Outcome, Plan, Progression};
use super::protected_instance::ProtectedInstance;
use super::protection_group::ProtectionGroup;
use super::replication_pair::{Disks, ReplicationPair};
use super::resource::Id;
use super::time::{Time, precise_if_any, zoned};
use super::work::{AnyWork, Rule};

/// How many ended jobs a project keeps; the oldest go first.
pub const KEPT: usize = 10_000;

/// The row whose status a job changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
    place: u64,
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

/// The jobs of a project: all by ID in the order of acceptance, and those that go on by their due time.
#[derive(Debug, Clone, Default)]
pub struct Jobs {
    all: IndexMap<JobId, Job>,
    /// Due time and place in the order of acceptance, so that what is due at once ends in that order.
    due: BTreeSet<(Time, u64, JobId)>,
    polled: BTreeSet<JobId>,
    accepted: u64,
    ended: usize,
}

impl Jobs {
    /// Takes a job in.
    pub fn insert(&mut self, mut job: Job) {
        self.accepted += 1;
        match &mut job.state {
            State::Ended { .. } => self.ended += 1,
            State::Running(running) => {
                running.place = self.accepted;
                if let Some(due) = running.due {
                    self.due.insert((due, self.accepted, job.id.clone()));
                }
                if running.polls_left.is_some() {
                    self.polled.insert(job.id.clone());
                }
            }
        }
        self.all.insert(job.id.clone(), job);
    }

    /// The job of this ID.
    pub fn find(&self, id: &JobId) -> Option<&Job> {
        self.all.get(id)
    }

    /// The same, to change it.
    pub fn find_mut(&mut self, id: &JobId) -> Option<&mut Job> {
        self.all.get_mut(id)
    }

    /// Notes that somebody has looked at a job.
    pub fn see(&mut self, id: &JobId) {
        if let Some(Job {
            state: State::Running(running),
            ..
        }) = self.all.get_mut(id)
        {
            running.seen = true;
        }
    }

    /// All jobs, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Job> {
        self.all.values()
    }

    /// The works of the jobs that go on.
    pub fn going_on(&self) -> impl Iterator<Item = &AnyWork> {
        self.all.values().filter_map(|job| match &job.state {
            State::Running(running) => running.own.as_ref().map(|own| &own.work),
            State::Ended { .. } => None,
        })
    }

    /// When a reader has to settle something: at this time, at once while a job waits for looks, or never.
    pub fn wake(&self) -> i64 {
        if !self.polled.is_empty() {
            return 0;
        }
        self.next_due().map_or(i64::MAX, Time::as_micros)
    }

    /// When the next job ends by itself.
    pub fn next_due(&self) -> Option<Time> {
        self.due.first().map(|&(due, ..)| due)
    }

    /// The job that ends first, if that is by `now`, and its due time.
    pub fn first_due(&self, now: Time) -> Option<(JobId, Time)> {
        let (due, _, id) = self.due.first()?;
        (*due <= now).then(|| (id.clone(), *due))
    }

    /// The jobs that wait for looks and are looked at through this ID or this row.
    pub fn polled(&self, looked_at: impl Fn(&Job) -> bool) -> Vec<JobId> {
        self.polled
            .iter()
            .filter(|id| self.all.get(*id).is_some_and(&looked_at))
            .cloned()
            .collect()
    }

    /// Ends a job, and hands out what it was about; `None` if it had ended before.
    pub fn end(&mut self, id: &JobId, at: Time) -> Option<Option<Own>> {
        let job = self.all.get_mut(id)?;
        let ended = State::Ended {
            at: at.to_millis(),
            failure: None,
        };
        match std::mem::replace(&mut job.state, ended) {
            State::Running(running) => {
                if let Some(due) = running.due {
                    self.due.remove(&(due, running.place, id.clone()));
                }
                self.polled.remove(id);
                self.ended += 1;
                Some(running.own)
            }
            before @ State::Ended { .. } => {
                job.state = before;
                None
            }
        }
    }

    /// Drops the oldest ended jobs above the number that is kept.
    pub fn forget_old(&mut self) {
        if self.ended <= KEPT {
            return;
        }
        // A tenth at once, so that the order of the others is rebuilt seldom.
        let mut surplus = self.ended - KEPT + KEPT / 10;
        self.ended -= surplus;
        self.all.retain(|_, job| {
            let goes = surplus > 0 && matches!(job.state, State::Ended { .. });
            surplus -= usize::from(goes);
            !goes
        });
    }
}

impl PartialEq for Jobs {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Serialize for Jobs {
    /// A list, the newest job first, as lists of resources are.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().rev())
    }
}

impl Job {
    /// Whether it goes on and changes the row of this ID.
    pub fn is_about(&self, id: Uuid) -> bool {
        let State::Running(running) = &self.state else {
            return false;
        };
        running.own.as_ref().is_some_and(|own| own.target.subject.id() == id)
    }

    /// Whether it has ended.
    pub fn has_ended(&self) -> bool {
        matches!(self.state, State::Ended { .. })
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
