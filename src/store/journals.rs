//! The journals of all projects together, and that of requests without one.

use std::cmp::Reverse;

use super::journal::{self, Entry, Record, Ring, Totals};
use super::{ProjectId, Store};

/// How many entries go at once where journals are trimmed.
const TRIMMED: usize = 64;

impl Store {
    /// What the journals of all projects share.
    pub fn journals(&self) -> &Totals {
        &self.common.journals
    }

    /// Writes down a request that belongs to no project that exists.
    pub fn record_stray(&self, record: Record<'_>) {
        if self.strays.lock().record(record, &self.common.journals) {
            self.trim_journals();
        }
    }

    /// Looks at the requests that belong to no project.
    pub fn strays<R>(&self, look: impl FnOnce(&Ring) -> R) -> R {
        look(&self.strays.lock())
    }

    /// Forgets those of the requests without a project that this says so of; how many there were.
    pub fn clear_strays(&self, goes: impl Fn(&Entry) -> bool) -> usize {
        self.strays.lock().forget(goes, &self.common.journals)
    }

    /// How many entries were lost with projects that were dropped and are not there again.
    pub fn lost_entries(&self) -> u64 {
        self.lost.all()
    }

    /// Forgets what was lost with this project, or with any, as clearing a journal does.
    pub fn forget_lost(&self, only: Option<&ProjectId>) {
        self.lost.clear(only);
    }

    /// Drops entries until a sixteenth of the bound is free again, so that it happens seldom: the oldest ones of the
    /// largest journal, for a neighbour's traffic must not cost a small project its own.
    pub fn trim_journals(&self) {
        let journals = &self.common.journals;
        let projects = self.projects();
        while journals.bytes() > journal::BYTES / 16 * 15 {
            let sizes = projects.iter().map(|(_, shard)| {
                (
                    shard.journal(|ring| (ring.bytes(), Reverse(ring.oldest()))),
                    Some(shard),
                )
            });
            let strays = self.strays(|ring| (ring.bytes(), Reverse(ring.oldest())));
            // Of journals of one size the one with the oldest entry.
            match sizes.chain([(strays, None)]).max_by_key(|(size, _)| *size) {
                Some(((1.., _), Some(shard))) => shard.drop_entries(TRIMMED),
                Some(((1.., _), None)) => (0..TRIMMED).for_each(|_| self.strays.lock().drop_oldest(journals)),
                _ => return,
            }
        }
    }
}
