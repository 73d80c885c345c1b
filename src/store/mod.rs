//! Where SDRS lives: one world per project, each behind a lock of its own.

pub mod armed;
pub mod clock;
pub mod effect;
pub mod events;
pub mod faults;
pub mod fixtures;
mod follow;
pub mod govern;
mod governed;
pub mod identity;
pub mod job_rules;
pub mod journal;
mod journals;
mod lost;
pub mod matching;
pub mod pattern;
mod project_id;
pub mod saved;
pub mod shard;
pub mod snapshot;
pub mod state_file;
pub mod world;

use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use indexmap::IndexMap;
use parking_lot::{Mutex, RwLock};
use serde::Serialize;
use uuid::Uuid;

use self::clock::{Clock, RealClock};
use self::events::Events;
use self::faults::{Fault, Fired};
use self::identity::Identity;
use self::job_rules::JobRule;
use self::journal::{Ring, Totals};
use self::lost::Lost;
use self::matching::Seen;
pub use self::project_id::ProjectId;
pub use self::shard::Shard;
use self::snapshot::Snapshots;
use self::world::{Seed, World};
use crate::domain::drill::Drill;
use crate::domain::ids::{Ids, request_id};
use crate::domain::plan::Progression;
use crate::domain::resource::Id;
use crate::domain::rules::Rules;
use crate::domain::time::Time;

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
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Seeds {
    /// What a project that has no world of its own starts from.
    pub template: Seed,
    /// Projects with a world of their own.
    pub projects: IndexMap<ProjectId, Seed>,
    /// What holds for all projects.
    pub default: Defaults,
    /// Who there is, where a document says it.
    pub identity: Option<Arc<Identity>>,
}

/// What holds for all projects, where their own settings do not say otherwise.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Defaults {
    /// The clock of projects that are not there yet; the server's own where nothing is said.
    pub clock: Option<Clock>,
    /// Rules for jobs that no rule of the project governs.
    pub job_rules: Vec<JobRule>,
    /// Faults for requests that no fault of the project meets.
    pub faults: Vec<Fault>,
}

impl Defaults {
    /// Names what has no name, and lets the time of faults begin.
    fn start(&mut self, clock: Clock, real: Time) {
        let now = self.clock.unwrap_or(clock).now(real);
        for fault in &mut self.faults {
            fault.start(now);
        }
        let rules = self.job_rules.iter_mut().map(|rule| ("all-rule", &mut rule.id));
        let faults = self.faults.iter_mut().map(|fault| ("all-fault", &mut fault.id));
        for (number, (kind, id)) in (1..).zip(rules.chain(faults)) {
            if id.is_empty() {
                *id = format!("{kind}-{number}");
            }
        }
    }
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
    /// When jobs end where nothing else is said.
    pub progression: Progression,
    /// What requests are checked against before a project is looked at.
    pub rules: Arc<Rules>,
}

/// What the store and every project in it share.
pub(crate) struct Common {
    pub(crate) settings: Settings,
    pub(crate) real: RealClock,
    pub(crate) defaults: RwLock<Defaults>,
    /// Whether a fault of all projects may meet a request.
    armed: AtomicBool,
    pub(crate) journals: Totals,
    pub(crate) events: Events,
    /// Whether there is something that a state file does not hold yet.
    unsaved: AtomicBool,
}

impl Common {
    /// Notes that there is something to save. Called under the lock of what is changed or after it: whoever saves clears
    /// the note first and takes the locks then. Looked at first, for all projects share it and each change comes here.
    pub(crate) fn touch(&self) {
        if !self.unsaved.load(Ordering::Relaxed) {
            self.unsaved.store(true, Ordering::Relaxed);
        }
    }

    /// The fault of all projects that this request meets, if any.
    fn fault(&self, seen: &Seen<'_>, token: &str) -> Option<Fired> {
        let mut defaults = self.defaults.write();
        let clock = defaults.clock.unwrap_or(self.settings.clock);
        self.touch();
        Fault::fire(&mut defaults.faults, seen, token, clock.now(self.real.now()))
    }
}

/// All projects.
pub struct Store {
    seeds: RwLock<Seeds>,
    identity: RwLock<Arc<Identity>>,
    /// Every token that was issued until then has expired, in microseconds.
    expired: AtomicI64,
    common: Arc<Common>,
    requests: AtomicU64,
    request_base: u64,
    opened: AtomicI64,
    /// A map with an order, so that which project goes first is never up to a hash.
    shards: RwLock<IndexMap<ProjectId, Arc<Shard>>>,
    snapshots: Snapshots,
    /// The requests that no project can be told of.
    strays: Mutex<Ring>,
    /// How many entries went with journals of projects that were dropped.
    lost: Lost,
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
        let real = RealClock::start();
        let mut defaults = seeds.default.clone();
        defaults.start(settings.clock, real.now());
        Self {
            requests: AtomicU64::new(0),
            opened: AtomicI64::new(0),
            request_base: Ids::of_project(settings.seed, "").base(),
            shards: RwLock::default(),
            snapshots: Snapshots::default(),
            strays: Mutex::default(),
            lost: Lost::default(),
            common: Arc::new(Common {
                armed: AtomicBool::new(!defaults.faults.is_empty()),
                defaults: RwLock::new(defaults),
                real,
                journals: Totals::default(),
                events: Events::default(),
                unsaved: AtomicBool::new(true),
                settings,
            }),
            identity: RwLock::new(seeds.identity.clone().unwrap_or_default()),
            expired: AtomicI64::new(i64::MIN),
            seeds: RwLock::new(seeds),
        }
    }

    /// The ID of a request that belongs to no project.
    pub fn request_id(&self) -> Uuid {
        request_id(self.request_base, self.requests.fetch_add(1, Ordering::Relaxed))
    }

    /// What the store was told at its start.
    pub fn settings(&self) -> &Settings {
        &self.common.settings
    }

    /// The newest drill of the template, for an example that works.
    pub fn example_drill(&self) -> Option<Id<Drill>> {
        let seeds = self.seeds.read();
        seeds
            .template
            .project
            .drills
            .newest_first()
            .next()
            .map(|drill| drill.id)
    }

    /// What time it is on no project's clock.
    pub fn real_now(&self) -> Time {
        self.common.real.now()
    }

    /// The fault that a request meets which belongs to no project, if any: one of all projects.
    pub fn fault<'r>(&self, seen: &Seen<'_>, credentials: &dyn Fn() -> Cow<'r, str>) -> Option<Fired> {
        let is_armed = self.common.armed.load(Ordering::Relaxed);
        is_armed.then(|| self.common.fault(seen, &credentials())).flatten()
    }

    /// What happens, for whoever watches.
    pub fn events(&self) -> &Events {
        &self.common.events
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
        Duration::from_micros(self.common.real.uptime_micros().unsigned_abs())
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
        let id = ProjectId::parse(id).ok_or(Closed::Malformed)?;
        let world = self.first_world(&id).ok_or(Closed::Unseen)?;
        self.open_first(id, world, now)
    }

    /// What tells earlier uses of a project from later ones: the time where idle projects are dropped, else a count,
    /// which costs less.
    fn tick(&self) -> i64 {
        match self.common.settings.project_idle {
            Some(_) => self.common.real.uptime_micros(),
            None => self.opened.fetch_add(1, Ordering::Relaxed),
        }
    }

    /// As [`Store::open`], where the project is not there or was left alone for too long.
    fn open_first(&self, id: ProjectId, world: World, now: i64) -> Result<Arc<Shard>, Closed> {
        let mut shards = self.shards.write();
        shards.retain(|_, shard| {
            let stays = !self.is_idle(shard, now);
            if !stays {
                self.lost.add(shard);
            }
            stays
        });
        if !shards.contains_key(&id) && shards.len() >= self.common.settings.max_projects {
            let unused = shards.iter().enumerate().filter(|(_, (_, shard))| shard.is_unused());
            let oldest = unused.min_by_key(|(_, (_, shard))| shard.used_at.load(Ordering::Relaxed));
            let (position, _) = oldest.ok_or(Closed::Full)?;
            if let Some((_, shard)) = shards.swap_remove_index(position) {
                self.lost.add(&shard);
            }
        }
        let common = || Arc::clone(&self.common);
        let shard = shards.entry(id.clone()).or_insert_with(|| {
            let lost = self.lost.take(&id);
            Arc::new(Shard::new(id, world, common(), lost))
        });
        shard.used_at.store(now, Ordering::Relaxed);
        self.common.touch();
        Ok(Arc::clone(shard))
    }

    /// The world in which a project's first request finds itself, if it may be there at all.
    fn first_world(&self, id: &ProjectId) -> Option<World> {
        let seeds = self.seeds.read();
        let own = seeds.projects.get(id);
        let unseen = || match self.common.settings.unseen {
            UnseenProjects::Template => Some(seeds.template.clone()),
            UnseenProjects::Empty => Some(seeds.template.emptied()),
            UnseenProjects::Refuse => None,
        };
        let seed = own.cloned().or_else(unseen)?;
        Some(self.grow(&seed, id))
    }

    /// Whether this project is due to be dropped. One that a request is using is not.
    fn is_idle(&self, shard: &Arc<Shard>, now: i64) -> bool {
        self.common.settings.project_idle.is_some_and(|limit| {
            let idle = now.saturating_sub(shard.used_at.load(Ordering::Relaxed));
            Arc::strong_count(shard) == 1 && i64::try_from(limit.as_micros()).is_ok_and(|limit| idle > limit)
        })
    }
}
