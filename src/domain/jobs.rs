//! [`Jobs`]: all jobs of a project, found by ID, by their due time, or by what looks at them.

use std::collections::{BTreeSet, HashSet};

use indexmap::IndexMap;
use serde::{Serialize, Serializer};

use super::job::{Job, JobId, Own, State};
use super::time::Time;
use super::work::AnyWork;

/// How many ended jobs a project keeps; the oldest go first.
pub const KEPT: usize = 10_000;

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

    /// Notes that somebody has read what became of a job, and with it of its parts.
    pub fn note_read(&mut self, id: &JobId) {
        let parts = self.all.get(id).map(|job| job.sub_jobs.clone()).unwrap_or_default();
        for id in parts.iter().chain([id]) {
            if let Some(job) = self.all.get_mut(id) {
                job.read = true;
            }
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
        // A tenth at once, so that the order of the others is rebuilt seldom; what belongs together goes together.
        let surplus = self.ended - KEPT + KEPT / 10;
        let mut gone = HashSet::new();
        for job in self.all.values().filter(|job| job.parent.is_none() && job.has_ended()) {
            if gone.len() >= surplus {
                break;
            }
            gone.insert(job.id.clone());
            gone.extend(job.sub_jobs.iter().cloned());
        }
        let before = self.all.len();
        self.all.retain(|id, _| !gone.contains(id));
        self.ended -= before - self.all.len();
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
