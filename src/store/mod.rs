//! Where SDRS lives: one world per project, each behind a lock of its own.

pub mod clock;
pub mod fixtures;
pub mod world;

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use indexmap::IndexMap;
use parking_lot::{RwLock, RwLockWriteGuard};
use uuid::Uuid;

use self::clock::{Clock, RealClock};
use self::world::World;
use crate::domain::code::Refusal;
use crate::domain::drill::Drill;
use crate::domain::ids::{Ids, request_id};
use crate::domain::job::{Job, JobId, State};
use crate::domain::plan::Plan;
use crate::domain::project::Project;
use crate::domain::resource::Id;
use crate::domain::rules::Rules;
use crate::domain::time::Time;
use crate::domain::work::Submission;

/// The ID of a project, as it stands in every URL: 1 to 64 characters of `0-9 A-Z a-z _ -`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ProjectId(Box<str>);

impl ProjectId {
    /// The longest project ID, in characters; real ones have 32.
    pub const MAX_LENGTH: usize = 64;

    /// The project ID, if it is one.
    pub fn parse(text: &str) -> Option<Self> {
        Self::admits(text).then(|| Self(text.into()))
    }

    /// Whether this text is a project ID.
    pub fn admits(text: &str) -> bool {
        (1..=Self::MAX_LENGTH).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
    }
}

impl std::borrow::Borrow<str> for ProjectId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// What the first request of a project that no fixture names finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum UnseenProjects {
    /// A copy of the template.
    #[default]
    Template,
    /// The template's surroundings without any resource.
    Empty,
    /// A refusal, which catches a project's name sent for its ID.
    Refuse,
}

impl UnseenProjects {
    /// The word that names this choice on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Template => "template",
            Self::Empty => "empty",
            Self::Refuse => "refuse",
        }
    }
}

/// The worlds that a server starts from.
#[derive(Debug, Clone, Default)]
pub struct Seeds {
    /// What a project that has no world of its own starts from.
    pub template: Arc<Project>,
    /// Projects with a world of their own.
    pub projects: HashMap<ProjectId, Arc<Project>>,
}

/// What a store is told at its start.
#[derive(Debug, Clone)]
pub struct Settings {
    /// What IDs derive from.
    pub seed: u64,
    /// What unseen projects find.
    pub unseen: UnseenProjects,
    /// How many projects may exist at once.
    pub max_projects: usize,
    /// After how long without a request a project is dropped.
    pub project_idle: Option<Duration>,
    /// What every project's clock shows at first.
    pub clock: Clock,
    /// What is decided about jobs where nothing else is said.
    pub plan: Plan,
    /// What requests are checked against before a project is looked at.
    pub rules: Arc<Rules>,
}

/// All projects.
pub struct Store {
    seeds: Seeds,
    empty: Arc<Project>,
    settings: Settings,
    real: RealClock,
    requests: AtomicU64,
    request_base: u64,
    opened: AtomicI64,
    /// A map with an order, so that which project goes first is never up to a hash.
    shards: RwLock<IndexMap<ProjectId, Arc<Shard>>>,
}

/// One project.
pub struct Shard {
    real: RealClock,
    /// A sync lock: it is held for a look-up and a change, never across anything that waits.
    world: RwLock<World>,
    /// When a reader has something to settle, see [`Jobs::wake`](crate::domain::job::Jobs::wake).
    wake: AtomicI64,
    request_base: u64,
    requests: AtomicU64,
    used_at: AtomicI64,
    changed: AtomicBool,
}

/// Why a project cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closed {
    /// The text is no project ID.
    Malformed,
    /// The project is not known, and unseen ones are refused.
    Unseen,
    /// There are as many projects as there may be, and all of them are in use.
    Full,
}

impl Store {
    /// A store in which no project exists yet.
    pub fn new(seeds: Seeds, settings: Settings) -> Self {
        Self {
            empty: Arc::new(seeds.template.emptied()),
            seeds,
            real: RealClock::start(),
            requests: AtomicU64::new(0),
            opened: AtomicI64::new(0),
            request_base: Ids::of_project(settings.seed, "").base(),
            shards: RwLock::default(),
            settings,
        }
    }

    /// The ID of a request that belongs to no project.
    pub fn request_id(&self) -> Uuid {
        request_id(self.request_base, self.requests.fetch_add(1, Ordering::Relaxed))
    }

    /// What the store was told at its start.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The newest drill of the template, for an example that works.
    pub fn example_drill(&self) -> Option<Id<Drill>> {
        self.seeds.template.drills.newest_first().next().map(|drill| drill.id)
    }

    /// How many projects exist.
    pub fn len(&self) -> usize {
        self.shards.read().len()
    }

    /// Whether no project exists yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Microseconds since the start.
    pub fn uptime(&self) -> Duration {
        Duration::from_micros(self.real.uptime_micros().unsigned_abs())
    }

    /// The project of this ID; made on the first request.
    pub fn open(&self, id: &str) -> Result<Arc<Shard>, Closed> {
        let now = self.tick();
        if let Some(shard) = self.shards.read().get(id)
            && !self.is_idle(shard, now)
        {
            shard.used_at.store(now, Ordering::Relaxed);
            return Ok(Arc::clone(shard));
        }
        self.open_first(ProjectId::parse(id).ok_or(Closed::Malformed)?, now)
    }

    /// What tells earlier uses of a project from later ones: the time where idle projects are dropped, else a count,
    /// which costs less.
    fn tick(&self) -> i64 {
        match self.settings.project_idle {
            Some(_) => self.real.uptime_micros(),
            None => self.opened.fetch_add(1, Ordering::Relaxed),
        }
    }

    /// As [`Store::open`], where the project is not there or was left alone for too long.
    fn open_first(&self, id: ProjectId, now: i64) -> Result<Arc<Shard>, Closed> {
        let seed = self.seed_of(&id).ok_or(Closed::Unseen)?;
        let mut shards = self.shards.write();
        shards.retain(|_, shard| !self.is_idle(shard, now));
        if !shards.contains_key(&id) && shards.len() >= self.settings.max_projects {
            let unused = shards.iter().enumerate().filter(|(_, (_, shard))| shard.is_unused());
            let oldest = unused.min_by_key(|(_, (_, shard))| shard.used_at.load(Ordering::Relaxed));
            let (position, _) = oldest.ok_or(Closed::Full)?;
            shards.swap_remove_index(position);
        }
        let ids = Ids::of_project(self.settings.seed, &id.0);
        let shard = shards.entry(id).or_insert_with(|| {
            let world = World {
                project: seed,
                clock: self.settings.clock,
                ids,
                plan: self.settings.plan.clone(),
            };
            Arc::new(Shard::new(world, self.real))
        });
        shard.used_at.store(now, Ordering::Relaxed);
        Ok(Arc::clone(shard))
    }

    fn seed_of(&self, id: &ProjectId) -> Option<Arc<Project>> {
        self.seeds
            .projects
            .get(id)
            .map(Arc::clone)
            .or_else(|| match self.settings.unseen {
                UnseenProjects::Template => Some(Arc::clone(&self.seeds.template)),
                UnseenProjects::Empty => Some(Arc::clone(&self.empty)),
                UnseenProjects::Refuse => None,
            })
    }

    /// Whether this project is due to be dropped. One that a request is using is not.
    fn is_idle(&self, shard: &Arc<Shard>, now: i64) -> bool {
        self.settings.project_idle.is_some_and(|limit| {
            let idle = now.saturating_sub(shard.used_at.load(Ordering::Relaxed));
            Arc::strong_count(shard) == 1 && i64::try_from(limit.as_micros()).is_ok_and(|limit| idle > limit)
        })
    }
}

impl Shard {
    fn new(world: World, real: RealClock) -> Self {
        Self {
            real,
            request_base: world.ids.base(),
            wake: AtomicI64::new(world.project.jobs.wake()),
            world: RwLock::new(world),
            requests: AtomicU64::new(0),
            used_at: AtomicI64::new(0),
            changed: AtomicBool::new(false),
        }
    }

    /// The ID of this project's next request.
    pub fn request_id(&self) -> Uuid {
        request_id(self.request_base, self.requests.fetch_add(1, Ordering::Relaxed))
    }

    /// The time at which this project's clock stands, if it does.
    pub fn frozen_at(&self) -> Option<Time> {
        match self.world.read().clock {
            Clock::Real => None,
            Clock::Frozen(at) => Some(at),
        }
    }

    /// What the project's clock shows.
    pub fn now(&self) -> Time {
        self.world.read().clock.now(self.real.now())
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
        let now = world.clock.now(self.real.now());
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
            begin_time,
            ..
        }) = job
        else {
            return show(job, false, &world.project);
        };
        let turned = matches!(world.clock, Clock::Frozen(at) if at.to_millis() != *begin_time);
        let runs = running.seen || turned;
        if !running.seen {
            Arc::make_mut(&mut world.project).jobs.see(id);
        }
        show(world.project.jobs.find(id), runs, &world.project)
    }

    /// The world with nothing left to settle, locked for writing.
    fn settled(&self) -> RwLockWriteGuard<'_, World> {
        let mut world = self.world.write();
        if self.wake.load(Ordering::Relaxed) != i64::MAX {
            let now = world.clock.now(self.real.now());
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
        let now = world.clock.now(self.real.now());
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
            plan,
        } = &mut *world;
        let (project, now) = (Arc::make_mut(project), clock.now(self.real.now()));
        let id = submission.submit(project, plan, ids, now);
        self.wake.store(project.jobs.wake(), Ordering::Relaxed);
        self.changed.store(true, Ordering::Relaxed);
        Ok(id)
    }

    /// Whether nothing would be lost with this project: nothing was changed, and no request holds it.
    fn is_unused(self: &Arc<Self>) -> bool {
        Arc::strong_count(self) == 1 && !self.changed.load(Ordering::Relaxed)
    }
}
