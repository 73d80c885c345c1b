//! [`Lost`]: what journals of dropped projects held, so that nobody takes what is no longer known for what never was.

use indexmap::IndexMap;
use parking_lot::Mutex;

use super::{ProjectId, Shard};

/// Of how many projects it is remembered; of those that were dropped before these nothing is known any more.
const PROJECTS: usize = 65_536;

/// How many entries were lost with each project that was dropped.
#[derive(Debug, Default)]
pub(super) struct Lost(Mutex<IndexMap<ProjectId, u64>>);

impl Lost {
    /// Counts what goes with this project.
    pub(super) fn add(&self, shard: &Shard) {
        let entries = shard.journal(|ring| ring.dropped + ring.entries().len() as u64);
        if entries == 0 {
            return;
        }
        let mut lost = self.0.lock();
        // Those that were dropped first are forgotten, many at once, for that moves all the others.
        if lost.len() >= PROJECTS {
            lost.drain(..PROJECTS / 16);
        }
        *lost.entry(shard.id().clone()).or_default() += entries;
    }

    /// How many entries of this project were lost.
    pub(super) fn of(&self, id: &ProjectId) -> u64 {
        self.0.lock().get(id).copied().unwrap_or_default()
    }

    /// How many entries of all projects were lost.
    pub(super) fn all(&self) -> u64 {
        self.0.lock().values().sum()
    }

    /// How many entries were lost of a project that is there again, and counts them itself from now on.
    pub(super) fn take(&self, id: &ProjectId) -> u64 {
        self.0.lock().swap_remove(id).unwrap_or_default()
    }

    /// Forgets what was lost with this project, as clearing its journal does; or with any project.
    pub(super) fn clear(&self, only: Option<&ProjectId>) {
        let mut lost = self.0.lock();
        match only {
            Some(id) => drop(lost.swap_remove(id)),
            None => lost.clear(),
        }
    }
}
