//! What only the control plane does to a project.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::shard::Shard;
use super::world::World;
use crate::domain::job::JobId;
use crate::domain::span::Span;
use crate::domain::time::Time;

impl Shard {
    /// Looks at everything, after what has fallen due was settled; jobs that count looks do not count this one.
    pub fn inspect<R>(&self, look: impl FnOnce(&World, Time) -> R) -> R {
        let world = self.settled();
        let now = world.now(self.common.real.now());
        look(&world, now)
    }

    /// Changes anything, after what has fallen due was settled.
    pub fn govern<R>(&self, change: impl FnOnce(&mut World, Time) -> R) -> R {
        let changed: Result<R, std::convert::Infallible> = self.try_govern(|world, now| Ok(change(world, now)));
        match changed {
            Ok(result) => result,
            Err(never) => match never {},
        }
    }

    /// The same for a change that may be refused, and then changes nothing.
    pub fn try_govern<R, E>(&self, change: impl FnOnce(&mut World, Time) -> Result<R, E>) -> Result<R, E> {
        self.put(|world, now| {
            let result = change(world, now)?;
            self.changed.store(true, Ordering::Relaxed);
            Ok(result)
        })
    }

    /// The same, of what does not count as a change of this project.
    pub(super) fn put<R>(&self, change: impl FnOnce(&mut World, Time) -> R) -> R {
        let mut world = self.settled();
        let (now, clock) = (world.now(self.common.real.now()), world.clock);
        let numbered = self.requests.load(Ordering::Relaxed);
        world.ids.requests = numbered;
        let result = change(&mut world, now);
        // What is looked at without the lock follows what stands behind it.
        self.wake.store(world.project.jobs.wake(), Ordering::Relaxed);
        self.armed.store(!world.faults.is_empty(), Ordering::Relaxed);
        self.request_base.store(world.ids.base(), Ordering::Relaxed);
        // Requests go on being numbered meanwhile: only another number is set.
        if world.ids.requests != numbered {
            self.requests.store(world.ids.requests, Ordering::Relaxed);
        }
        if world.clock != clock {
            self.common.events.tell(Some(&self.id.0), "clock", &world.clock);
        }
        result
    }

    /// A copy of the world, which costs no more than its settings.
    pub fn copy(&self) -> World {
        let mut copy = self.settled().clone();
        copy.ids.requests = self.requests.load(Ordering::Relaxed);
        copy
    }

    /// The same without a look at what has fallen due, for whoever writes it down is nobody who looks.
    pub(super) fn copy_as_it_is(&self) -> World {
        let world = self.world.read();
        let mut copy = world.clone();
        copy.ids.requests = self.requests.load(Ordering::Relaxed);
        copy
    }

    /// Forgets the requests of this project; how many there were.
    pub fn clear_journal(&self) -> usize {
        self.journal.lock().clear(&self.common.journals)
    }

    /// Ends every job that is due at the next instant, and turns the clock to it; the jobs that ended.
    pub fn advance_to_next_due(&self) -> Vec<JobId> {
        self.govern(|world, now| {
            let Some(due) = world.project.jobs.next_due() else {
                return Vec::new();
            };
            world.clock = world.clock.turned_to(due, now);
            let now = world.now(self.common.real.now());
            ended(world, due.min(now))
        })
    }

    /// Turns the clock ahead; the jobs that ended by it.
    pub fn advance(&self, by: Span) -> Vec<JobId> {
        self.govern(|world, _| {
            world.clock = world.clock.turned(by);
            // What the clock shows now, for it may be at the end of what it can show.
            let now = world.now(self.common.real.now());
            ended(world, now)
        })
    }
}

/// Settles what is due by then, and says which jobs that ended.
fn ended(world: &mut World, by: Time) -> Vec<JobId> {
    let going_on = |world: &World| -> Vec<JobId> {
        let jobs = world.project.jobs.iter().filter(|job| !job.has_ended());
        jobs.map(|job| job.id.clone()).collect()
    };
    let mut jobs = going_on(world);
    Arc::make_mut(&mut world.project).settle(by);
    let left: HashSet<_> = going_on(world).into_iter().collect();
    jobs.retain(|job| !left.contains(job));
    jobs
}
