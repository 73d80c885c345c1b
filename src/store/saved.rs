//! [`Saved`]: what a restart needs, copied without waiting, to be written down when no lock is held.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use indexmap::IndexMap;
use serde::Serialize;
use serde::ser::{SerializeMap, SerializeStruct, Serializer};

use super::fixtures::{Going, SCHEMA_VERSION};
use super::world::{Seed, World};
use super::{Closed, Defaults, ProjectId, Seeds, Settings, Shard, Store};
use crate::domain::time::Time;

/// All of a server's state at one moment; the tables are shared until they change.
#[derive(Debug)]
pub struct Saved {
    /// When it was copied.
    pub at: Time,
    seed: u64,
    requests: u64,
    seeds: Seeds,
    default: Defaults,
    worlds: Vec<(ProjectId, World)>,
    tokens_expired: TokensExpired,
}

/// Until when a tester has expired the tokens of each project, and of all under `*`, in microseconds.
pub type TokensExpired = IndexMap<String, i64>;

impl Store {
    /// Copies everything that a restart needs.
    pub fn saved(&self) -> Saved {
        let at = self.real_now();
        // From the map itself: whoever holds a project, as a list of all would, keeps it from making room for another.
        let shards = self.shards.read();
        let worlds = shards
            .iter()
            .map(|(id, shard)| (id.clone(), shard.copy_as_it_is()))
            .collect();
        let own = shards
            .iter()
            .map(|(id, shard)| (id.to_string(), shard.tokens_expired()));
        let all = ("*".to_owned(), self.expired.load(Ordering::Relaxed));
        let expired = own.chain([all]).filter(|(_, until)| *until != i64::MIN);
        let tokens_expired = expired.collect();
        drop(shards);
        Saved {
            at,
            seed: self.common.settings.seed,
            requests: self.requests.load(Ordering::Relaxed),
            seeds: self.seeds.read().clone(),
            default: self.defaults(),
            worlds,
            tokens_expired,
        }
    }

    /// Whether anything has changed since everything was saved.
    pub fn is_unsaved(&self) -> bool {
        self.common.unsaved.load(Ordering::Relaxed)
    }

    /// From now on everything counts as saved; said before what is saved is copied.
    pub fn take_unsaved(&self) {
        self.common.unsaved.store(false, Ordering::Relaxed);
    }

    /// Takes back that everything is saved.
    pub fn keep_unsaved(&self) {
        self.common.touch();
    }

    /// A store that goes on from what was saved: `state` is what there is, `first` is what a reset goes back to.
    pub fn resume(state: Seeds, first: Seeds, going: Going, settings: Settings) -> Result<Self, Closed> {
        if state.projects.len() > settings.max_projects {
            return Err(Closed::Full);
        }
        let template = state.template.clone();
        let store = Self::new(Seeds { template, ..first }, settings);
        let until = |scope: &str| going.tokens_expired.get(scope).copied().unwrap_or(i64::MIN);
        store.requests.store(going.requests, Ordering::Relaxed);
        store.expired.store(until("*"), Ordering::Relaxed);
        store.change_defaults(|defaults| {
            *defaults = state.default;
            defaults.start(store.common.settings.clock, store.common.real.now());
        });
        let mut shards = store.shards.write();
        for (id, seed) in state.projects {
            let (world, fresh) = (store.grow(&seed, &id), store.grow(&state.template, &id));
            let is_fresh = Arc::ptr_eq(&world.project, &fresh.project)
                && (world.clock, &world.job_rules, &world.faults) == (fresh.clock, &fresh.job_rules, &fresh.faults);
            let shard = Shard::new(id.clone(), world, Arc::clone(&store.common), 0);
            shard.changed.store(!is_fresh, Ordering::Relaxed);
            shard.expired.store(until(&id.to_string()), Ordering::Relaxed);
            shard.used_at.store(store.tick(), Ordering::Relaxed);
            shards.insert(id, Arc::new(shard));
        }
        drop(shards);
        Ok(store)
    }
}

impl Serialize for Saved {
    /// As `GET /_mock/state` has it, and how the server goes on.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut form = serializer.serialize_struct("Saved", 5)?;
        form.serialize_field("schema_version", &SCHEMA_VERSION)?;
        form.serialize_field("server", &Server(self))?;
        form.serialize_field("template", &self.seeds.template)?;
        form.serialize_field("default", &self.default)?;
        form.serialize_field("projects", &Worlds(self))?;
        form.end()
    }
}

/// How the server goes on.
struct Server<'s>(&'s Saved);

impl Serialize for Server<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct First<'s> {
            schema_version: u32,
            default: &'s Defaults,
            projects: &'s IndexMap<ProjectId, Seed>,
        }
        let Self(saved) = self;
        let mut form = serializer.serialize_struct("Server", 4)?;
        form.serialize_field("seed", &saved.seed)?;
        form.serialize_field("requests", &saved.requests)?;
        form.serialize_field("tokens_expired", &saved.tokens_expired)?;
        let first = First {
            schema_version: SCHEMA_VERSION,
            default: &saved.seeds.default,
            projects: &saved.seeds.projects,
        };
        form.serialize_field("reset_to", &first)?;
        form.end()
    }
}

/// The projects by ID. One whose tables are still the template's says only that: a suite that makes a project for each
/// test has thousands of them.
struct Worlds<'s>(&'s Saved);

impl Serialize for Worlds<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(saved) = self;
        let mut map = serializer.serialize_map(Some(saved.worlds.len()))?;
        for (id, world) in &saved.worlds {
            if Arc::ptr_eq(&world.project, &saved.seeds.template.project) {
                map.serialize_entry(id, &Alike(world))?;
            } else {
                map.serialize_entry(id, world)?;
            }
        }
        map.end()
    }
}

/// A world with the template's tables.
struct Alike<'w>(&'w World);

impl Serialize for Alike<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(world) = self;
        let mut form = serializer.serialize_struct("World", 5)?;
        form.serialize_field("from", "template")?;
        form.serialize_field("clock", &world.clock)?;
        form.serialize_field("ids", &world.ids)?;
        form.serialize_field("job_rules", &world.job_rules)?;
        form.serialize_field("faults", &world.faults)?;
        form.end()
    }
}
