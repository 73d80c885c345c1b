//! What happens, told to whoever watches: requests, jobs, resources, faults, clocks.
//!
//! Nothing is written down before somebody has watched once, so that a server without a watcher pays one load.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Waker;

use parking_lot::Mutex;
use serde::Serialize;

use super::ProjectId;
use crate::domain::drill::Drill;
use crate::domain::project::Project;
use crate::domain::protected_instance::ProtectedInstance;
use crate::domain::protection_group::ProtectionGroup;
use crate::domain::replication_pair::ReplicationPair;
use crate::domain::resource::Resource;

/// How many events are kept for watchers that come back.
const KEPT: usize = 4096;

/// Something that happened.
#[derive(Debug, Clone)]
pub struct Event {
    /// Its number.
    pub id: u64,
    /// The project that it happened in.
    pub project: Option<Arc<str>>,
    /// What happened: `request`, `job`, `resource`, `fault`, `clock`.
    pub kind: &'static str,
    /// What is told of it, as JSON.
    pub data: String,
}

/// The events of a server.
#[derive(Debug, Default)]
pub struct Events {
    watched: AtomicBool,
    told: Mutex<Told>,
}

#[derive(Debug, Default)]
struct Told {
    last: u64,
    events: VecDeque<Event>,
    wakers: Vec<Waker>,
}

impl Events {
    /// Whether anybody watches or has watched.
    pub fn is_watched(&self) -> bool {
        self.watched.load(Ordering::Relaxed)
    }

    /// From now on somebody watches; the number of the last event so far.
    pub fn watch(&self) -> u64 {
        self.watched.store(true, Ordering::Relaxed);
        self.told.lock().last
    }

    /// Tells of something.
    pub fn tell(&self, project: Option<&str>, kind: &'static str, data: &impl Serialize) {
        if !self.is_watched() {
            return;
        }
        let data = serde_json::to_string(data).expect("an event is JSON");
        let mut told = self.told.lock();
        told.last += 1;
        let (id, project) = (told.last, project.map(Arc::from));
        told.events.push_back(Event {
            id,
            project,
            kind,
            data,
        });
        if told.events.len() > KEPT {
            told.events.pop_front();
        }
        told.wakers.drain(..).for_each(Waker::wake);
    }

    /// Wakes whoever waits for the next event.
    pub fn wake(&self) {
        self.told.lock().wakers.drain(..).for_each(Waker::wake);
    }

    /// The events after this number that are about a project, or all; whoever finds none is woken by the next one.
    pub fn after(&self, last: u64, only: Option<&str>, waker: Option<&Waker>) -> Vec<Event> {
        let mut told = self.told.lock();
        let is_new = |event: &&Event| event.id > last;
        let is_wanted = |event: &&Event| only.is_none() || event.project.as_deref() == only;
        let events: Vec<_> = told.events.iter().filter(is_new).filter(is_wanted).cloned().collect();
        if events.is_empty()
            && let Some(waker) = waker
            && !told.wakers.iter().any(|known| known.will_wake(waker))
        {
            told.wakers.push(waker.clone());
        }
        events
    }

    /// Tells of all that is different in a project now.
    pub fn compare(&self, id: &ProjectId, before: &Project, after: &Project) {
        self.compare_rows::<ProtectionGroup>(id, before, after);
        self.compare_rows::<ProtectedInstance>(id, before, after);
        self.compare_rows::<ReplicationPair>(id, before, after);
        self.compare_rows::<Drill>(id, before, after);
        for job in after.jobs.iter() {
            if before.jobs.find(&job.id).is_none_or(|old| old.status() != job.status()) {
                let data = ChangedJob {
                    job_id: job.id.as_str(),
                    job_type: &job.job_type,
                    status: job.status(),
                };
                self.tell(Some(&id.0), "job", &data);
            }
        }
    }

    fn compare_rows<T: Resource + PartialEq>(&self, id: &ProjectId, before: &Project, after: &Project) {
        let (old, new) = (T::table(before), T::table(after));
        let mut changed = BTreeMap::new();
        for row in new.newest_first() {
            if old.find(row.id()).is_none_or(|old| old != row) {
                changed.insert(row.id().uuid(), Some(row.status().word()));
            }
        }
        for row in old.newest_first() {
            if new.find(row.id()).is_none() {
                changed.insert(row.id().uuid(), None);
            }
        }
        for (row, status) in changed {
            self.tell(
                Some(&id.0),
                "resource",
                &ChangedRow {
                    collection: T::COLLECTION,
                    id: row,
                    status,
                },
            );
        }
    }
}

/// A row that is different now; without a status it is gone.
#[derive(Serialize)]
struct ChangedRow {
    collection: &'static str,
    id: uuid::Uuid,
    status: Option<&'static str>,
}

/// A job that is further now.
#[derive(Serialize)]
struct ChangedJob<'j> {
    job_id: &'j str,
    job_type: &'j str,
    status: &'static str,
}
