//! What only the control plane does to the store: look at all projects, replace them, take snapshots.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use indexmap::IndexMap;
use parking_lot::RwLockWriteGuard;
use serde::ser::{Serialize, SerializeStruct, Serializer};

use super::clock::Clock;
use super::fixtures::SCHEMA_VERSION;
use super::identity::Identity;
use super::world::{Seed, World};
use super::{Closed, Defaults, ProjectId, Seeds, Shard, Store};
use crate::domain::ids::Ids;
use crate::domain::time::Time;

impl Store {
    /// The projects that exist, in the order of their coming.
    pub fn projects(&self) -> Vec<(ProjectId, Arc<Shard>)> {
        let shards = self.shards.read();
        shards
            .iter()
            .map(|(id, shard)| (id.clone(), Arc::clone(shard)))
            .collect()
    }

    /// The project of this ID, made where it is not there yet, even where unseen ones are refused.
    pub fn govern(&self, id: &ProjectId) -> Result<Arc<Shard>, Closed> {
        match self.open(&id.0) {
            Err(Closed::Unseen) => self.open_first(id.clone(), self.grow(&self.seed_of(id), id), self.tick()),
            opened => opened,
        }
    }

    /// The project of this ID as its first request would find it: the one that exists, else one that is not kept.
    pub fn look(&self, id: &ProjectId) -> Arc<Shard> {
        self.existing(&id.0).unwrap_or_else(|| {
            let world = self.first_world(id).unwrap_or_else(|| self.grow(&self.seed_of(id), id));
            Arc::new(Shard::new(
                id.clone(),
                world,
                Arc::clone(&self.common),
                self.lost.of(id),
            ))
        })
    }

    /// The project of this ID, if it exists.
    pub fn existing(&self, id: &str) -> Option<Arc<Shard>> {
        self.shards.read().get(id).map(Arc::clone)
    }

    /// What a project goes back to on a reset.
    pub fn seed_of(&self, id: &ProjectId) -> Seed {
        let seeds = self.seeds.read();
        seeds.projects.get(id).unwrap_or(&seeds.template).clone()
    }

    /// What projects start from that have no world of their own.
    pub fn template(&self) -> Seed {
        self.seeds.read().template.clone()
    }

    /// The world that grows from a seed in the project of this ID.
    pub(crate) fn grow(&self, seed: &Seed, id: &ProjectId) -> World {
        let settings = &self.common.settings;
        let clock = self.default_clock();
        let ids = Ids::of_project(settings.seed, &id.0);
        seed.grow(clock, ids, self.common.real.now())
    }

    /// The clock of projects that are not there yet.
    pub fn default_clock(&self) -> Clock {
        self.common.defaults.read().clock.unwrap_or(self.common.settings.clock)
    }

    /// What the clock of projects shows that are not there yet.
    pub fn default_now(&self) -> Time {
        self.default_clock().now(self.common.real.now())
    }

    /// What holds for all projects.
    ///
    /// A copy: whoever held the lock while looking at a project would wait for one that waits for it.
    pub fn defaults(&self) -> Defaults {
        self.common.defaults.read().clone()
    }

    /// Changes what holds for all projects.
    pub fn change_defaults<R>(&self, change: impl FnOnce(&mut Defaults) -> R) -> R {
        let mut defaults: RwLockWriteGuard<'_, Defaults> = self.common.defaults.write();
        let result = change(&mut defaults);
        self.common.touch();
        self.common.armed.store(!defaults.faults.is_empty(), Ordering::Relaxed);
        result
    }

    /// Puts back those of the settings for all projects whose scope is named.
    pub fn reset_defaults(&self, is_named: impl Fn(&str) -> bool) {
        let first = self.seeds.read().default.clone();
        self.change_defaults(|defaults| {
            if is_named("clock") {
                defaults.clock = first.clock;
            }
            if is_named("job-rules") {
                defaults.job_rules = first.job_rules;
            }
            if is_named("faults") {
                defaults.faults = first.faults;
            }
            defaults.start(self.common.settings.clock, self.common.real.now());
        });
    }

    /// Who there is.
    pub fn identity(&self) -> Arc<Identity> {
        Arc::clone(&self.identity.read())
    }

    /// Expires every token that was issued until now, which it tells.
    pub fn expire_tokens(&self) -> Time {
        let now = self.real_now();
        self.expired.store(now.as_micros(), Ordering::Relaxed);
        self.common.touch();
        now
    }

    /// Whether a token that was issued then has been expired by a tester; `project` is the one that it is for.
    pub fn is_expired(&self, issued: Time, project: Option<&Shard>) -> bool {
        let own = project.map_or(i64::MIN, Shard::tokens_expired);
        issued.as_micros() <= own.max(self.expired.load(Ordering::Relaxed))
    }

    /// Drops a project; whether there was one.
    pub fn remove(&self, id: &str) -> bool {
        let removed = self.shards.write().shift_remove(id);
        if let Some(shard) = &removed {
            self.lost.add(shard);
        }
        self.common.touch();
        removed.is_some()
    }

    /// Puts these worlds in place of everything but the journals of the projects that stay.
    pub fn replace_all(&self, new: Seeds) -> Result<(), Closed> {
        if new.projects.len() > self.common.settings.max_projects {
            return Err(Closed::Full);
        }
        {
            // What a reset goes back to stays what the server was started from, but for what the document takes away.
            let mut seeds = self.seeds.write();
            seeds.template = new.template;
            seeds.projects.retain(|id, _| new.projects.contains_key(id));
        }
        if let Some(identity) = new.identity {
            *self.identity.write() = identity;
        }
        self.change_defaults(|defaults| {
            *defaults = new.default;
            defaults.start(self.common.settings.clock, self.common.real.now());
        });
        let mut shards = self.shards.write();
        let mut before = std::mem::take(&mut *shards);
        for (id, seed) in new.projects {
            let world = self.grow(&seed, &id);
            let made = |world: World| {
                let lost = self.lost.take(&id);
                Arc::new(Shard::new(id.clone(), world, Arc::clone(&self.common), lost))
            };
            let shard = before.swap_remove(&id).unwrap_or_else(|| made(world.clone()));
            shard.govern(|place, _| *place = world);
            shard.used_at.store(self.tick(), Ordering::Relaxed);
            shards.insert(id, shard);
        }
        before.values().for_each(|shard| self.lost.add(shard));
        Ok(())
    }

    /// The whole state, or that of one project: a document that is a fixture too.
    pub fn document(&self, only: Option<&ProjectId>) -> Document {
        let is_wanted = |id: &ProjectId| only.is_none_or(|only| only == id);
        let existing = self.projects().into_iter().filter(|(id, _)| is_wanted(id));
        let mut projects: IndexMap<_, _> = existing.map(|(id, shard)| (id, shard.copy())).collect();
        if let Some(id) = only {
            projects.entry(id.clone()).or_insert_with(|| self.look(id).copy());
        }
        let seeds = self.seeds.read();
        // A project of the fixtures is there, though nobody has asked for it yet.
        for (id, seed) in seeds.projects.iter().filter(|(id, _)| is_wanted(id)) {
            if !projects.contains_key(id) {
                projects.insert(id.clone(), self.grow(seed, id));
            }
        }
        Document {
            template: only.is_none().then(|| seeds.template.clone()),
            default: only.is_none().then(|| self.defaults()),
            projects,
        }
    }
}

/// The state of several projects, as it is written down.
#[derive(Debug)]
pub struct Document {
    /// What projects start from that have no world of their own.
    pub template: Option<Seed>,
    /// What holds for all projects.
    pub default: Option<Defaults>,
    /// The projects.
    pub projects: IndexMap<ProjectId, World>,
}

impl Serialize for Document {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut form = serializer.serialize_struct("Document", 4)?;
        form.serialize_field("schema_version", &SCHEMA_VERSION)?;
        if let Some(template) = &self.template {
            form.serialize_field("template", template)?;
        }
        if let Some(default) = &self.default {
            form.serialize_field("default", default)?;
        }
        form.serialize_field("projects", &self.projects)?;
        form.end()
    }
}
