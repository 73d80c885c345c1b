//! [`Shard`]: one project behind its lock.

use std::borrow::Cow;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};

use parking_lot::{Mutex, RwLock, RwLockWriteGuard};
use uuid::Uuid;

use super::clock::Clock;
use super::faults::{Fault, Fired};
use super::job_rules::JobRule;
use super::journal::{Record, Ring};
use super::matching::Seen;
use super::world::World;
use super::{Common, ProjectId};
use crate::domain::code::Refusal;
use crate::domain::ids::request_id;
use crate::domain::job::{Job, JobId, State};
use crate::domain::plan::Plan;
use crate::domain::project::Project;
use crate::domain::time::Time;
use crate::domain::work::Submission;

/// One project.
pub struct Shard {
    pub(super) id: ProjectId,
    pub(super) common: Arc<Common>,
    /// A sync lock: it is held for a look-up and a change, never across anything that waits.
    pub(super) world: RwLock<World>,
    /// When a reader has something to settle, see [`Jobs::wake`](crate::domain::job::Jobs::wake).
    pub(super) wake: AtomicI64,
    /// Whether a fault may meet a request.
    pub(super) armed: AtomicBool,
    /// Where the IDs of requests start; it goes with the world.
    pub(super) request_base: AtomicU64,
    /// How many requests were numbered.
    pub(super) requests: AtomicU64,
    pub(super) used_at: AtomicI64,
    pub(super) changed: AtomicBool,
    /// Every token of the project that was issued until then has expired, in microseconds.
    pub(super) expired: AtomicI64,
    pub(super) journal: Mutex<Ring>,
}

impl Drop for Shard {
    fn drop(&mut self) {
        self.journal.get_mut().release(&self.common.journals);
    }
}

impl Shard {
    /// A project in this world; so many entries of its journal were lost when it was dropped before.
    pub(super) fn new(id: ProjectId, world: World, common: Arc<Common>, lost: u64) -> Self {
        Self {
            id,
            common,
            request_base: AtomicU64::new(world.ids.base()),
            wake: AtomicI64::new(world.project.jobs.wake()),
            armed: AtomicBool::new(!world.faults.is_empty()),
            requests: AtomicU64::new(world.ids.requests),
            world: RwLock::new(world),
            used_at: AtomicI64::new(0),
            changed: AtomicBool::new(false),
            expired: AtomicI64::new(i64::MIN),
            journal: Mutex::new(Ring::after(lost)),
        }
    }

    /// The project's ID.
    pub fn id(&self) -> &ProjectId {
        &self.id
    }

    /// When somebody who watches should look again, in microseconds of real time from now.
    pub fn wakes_in(&self) -> Option<i64> {
        let world = self.world.read();
        let due = world.project.jobs.next_due()?;
        let now = world.now(self.common.real.now());
        matches!(world.clock, Clock::Real { .. }).then(|| due.as_micros() - now.as_micros())
    }

    /// Until when issued tokens of the project have expired, in microseconds.
    pub(super) fn tokens_expired(&self) -> i64 {
        self.expired.load(Ordering::Relaxed)
    }

    /// Expires every token of the project that was issued until now, which it tells.
    pub fn expire_tokens(&self) -> Time {
        let now = self.common.real.now();
        self.changed.store(true, Ordering::Relaxed);
        self.expired.store(now.as_micros(), Ordering::Relaxed);
        self.common.touch();
        now
    }

    /// The ID of this project's next request.
    pub fn request_id(&self) -> Uuid {
        let base = self.request_base.load(Ordering::Relaxed);
        request_id(base, self.requests.fetch_add(1, Ordering::Relaxed))
    }

    /// What the project's clock shows where the real one shows this, and whether it stands.
    pub fn clock(&self, real: Time) -> (Time, bool) {
        self.world.read().clock.at(real)
    }

    /// What the project's clock shows.
    pub fn now(&self) -> Time {
        self.world.read().now(self.common.real.now())
    }

    /// Looks at the project, after what has fallen due was settled.
    pub fn read<R>(&self, look: impl FnOnce(&Project) -> R) -> R {
        if self.wake.load(Ordering::Relaxed) == i64::MAX {
            return look(&self.world.read().project);
        }
        look(&self.settled().project)
    }

    /// Looks at what a job may be about to change; jobs that count looks count this one.
    pub fn poll<R>(&self, looked_at: impl Fn(&Job) -> bool, look: impl FnOnce(&Project) -> R) -> R {
        if self.wake.load(Ordering::Relaxed) == i64::MAX {
            return look(&self.world.read().project);
        }
        let mut world = self.settled();
        if world.project.jobs.polled(&looked_at).is_empty() {
            return look(&world.project);
        }
        let now = world.now(self.common.real.now());
        Arc::make_mut(&mut world.project).poll(looked_at, now);
        self.wake.store(world.project.jobs.wake(), Ordering::Relaxed);
        look(&world.project)
    }

    /// Looks at a job: the first look at one that goes on sees `INIT`, later ones `RUNNING`, and so does any look at
    /// a standing clock that was turned since the job was accepted.
    pub fn show_job<R>(&self, id: &JobId, show: impl FnOnce(Option<&Job>, bool, &Project) -> R) -> R {
        let looked_at = |job: &Job| job.id == *id || job.parent.as_ref() == Some(id) || job.sub_jobs.contains(id);
        self.poll(looked_at, |_| ());
        let mut world = self.settled();
        let job = world.project.jobs.find(id);
        let Some(Job {
            state: State::Running(running),
            ..
        }) = job
        else {
            if job.is_some_and(|job| !job.read) {
                Arc::make_mut(&mut world.project).jobs.note_read(id);
            }
            return show(world.project.jobs.find(id), false, &world.project);
        };
        let (runs, seen) = (job.is_some_and(|job| world.runs(job)), running.seen);
        if !seen {
            Arc::make_mut(&mut world.project).jobs.see(id);
        }
        show(world.project.jobs.find(id), runs, &world.project)
    }

    /// The world, locked for writing; what is different when the lock is given back is told to whoever watches.
    fn write_watched(&self) -> Watched<'_> {
        let world = self.world.write();
        let before = self.common.events.is_watched().then(|| Arc::clone(&world.project));
        Watched {
            shard: self,
            world,
            before,
        }
    }

    /// The world with nothing left to settle, locked for writing.
    pub(super) fn settled(&self) -> Watched<'_> {
        let mut world = self.write_watched();
        if self.wake.load(Ordering::Relaxed) != i64::MAX {
            let now = world.now(self.common.real.now());
            if world.project.jobs.first_due(now).is_some() {
                Arc::make_mut(&mut world.project).settle(now);
                self.wake.store(world.project.jobs.wake(), Ordering::Relaxed);
            }
        }
        world
    }

    /// Changes the project in two halves: `check` looks and may refuse, `change` does it and cannot fail.
    ///
    /// Only then is a project parted from the template that it still shares, so a refusal changes and copies nothing.
    pub fn write<C, R, E>(
        &self,
        check: impl FnOnce(&Project) -> Result<C, E>,
        change: impl FnOnce(&mut Project, C, Time) -> R,
    ) -> Result<R, E> {
        let mut world = self.settled();
        let checked = check(&world.project)?;
        let now = world.now(self.common.real.now());
        self.changed.store(true, Ordering::Relaxed);
        Ok(change(Arc::make_mut(&mut world.project), checked, now))
    }

    /// Accepts one or several works, several as the parts of one job; `choose` sees the project that they change.
    pub fn submit(&self, choose: impl FnOnce(&Project) -> Result<Submission, Refusal>) -> Result<JobId, Refusal> {
        let mut world = self.settled();
        let submission = choose(&world.project)?;
        submission.check(&world.project)?;
        let World {
            project,
            clock,
            ids,
            job_rules,
            ..
        } = &mut *world;
        let (project, now) = (Arc::make_mut(project), clock.now(self.common.real.now()));
        let progression = self.common.settings.progression;
        let mut decide = |job_type: &str, names: &[&str]| {
            JobRule::decide(job_rules, job_type, names, progression)
                .or_else(|| {
                    JobRule::decide(
                        &mut self.common.defaults.write().job_rules,
                        job_type,
                        names,
                        progression,
                    )
                })
                .unwrap_or(Plan {
                    progression,
                    ..Plan::default()
                })
        };
        let id = submission.submit(project, &mut decide, ids, now);
        self.wake.store(project.jobs.wake(), Ordering::Relaxed);
        self.changed.store(true, Ordering::Relaxed);
        Ok(id)
    }

    /// The fault that this request meets, if any: the project's own go before those of all projects.
    pub fn fault<'r>(&self, seen: &Seen<'_>, credentials: &dyn Fn() -> Cow<'r, str>) -> Option<Fired> {
        if !self.armed.load(Ordering::Relaxed) && !self.common.armed.load(Ordering::Relaxed) {
            return None;
        }
        let mut world = self.world.write();
        self.common.touch();
        let (now, token) = (world.now(self.common.real.now()), credentials());
        Fault::fire(&mut world.faults, seen, &token, now).or_else(|| self.common.fault(seen, &token))
    }

    /// Writes a request down; whether all journals together have grown over their bound by it.
    pub fn record(&self, record: Record<'_>) -> bool {
        self.journal.lock().record(record, &self.common.journals)
    }

    /// Looks at the requests of this project.
    pub fn journal<R>(&self, look: impl FnOnce(&Ring) -> R) -> R {
        look(&self.journal.lock())
    }

    pub(super) fn drop_entries(&self, number: usize) {
        let mut journal = self.journal.lock();
        (0..number).for_each(|_| journal.drop_oldest(&self.common.journals));
    }

    /// Whether nothing would be lost with this project: nothing was changed, and no request holds it.
    pub(super) fn is_unused(self: &Arc<Self>) -> bool {
        Arc::strong_count(self) == 1 && !self.changed.load(Ordering::Relaxed)
    }
}

/// The world while it is changed.
pub(super) struct Watched<'s> {
    shard: &'s Shard,
    world: RwLockWriteGuard<'s, World>,
    /// The tables as they were, where somebody watches.
    before: Option<Arc<Project>>,
}

impl Deref for Watched<'_> {
    type Target = World;

    fn deref(&self) -> &World {
        &self.world
    }
}

impl DerefMut for Watched<'_> {
    fn deref_mut(&mut self) -> &mut World {
        self.shard.common.touch();
        &mut self.world
    }
}

impl Drop for Watched<'_> {
    fn drop(&mut self) {
        if let Some(before) = &self.before
            && !Arc::ptr_eq(before, &self.world.project)
        {
            self.shard
                .common
                .events
                .compare(&self.shard.id, before, &self.world.project);
        }
    }
}
