//! Projects follow fixtures that have changed: what nobody changed in a project becomes what the fixtures say now.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::world::{Seed, World};
use super::{ProjectId, Seeds, Shard, Store, UnseenProjects};

impl Store {
    /// Puts these worlds in the place of those that projects start from and go back to. How many projects follow, and how
    /// many keep something that was changed in them.
    pub fn follow(&self, new: Seeds) -> (usize, usize) {
        let old = std::mem::replace(&mut *self.seeds.write(), new.clone());
        self.change_defaults(|defaults| {
            let mut before = old.default.clone();
            before.start(self.common.settings.clock, self.common.real.now());
            if *defaults == before {
                *defaults = new.default.clone();
                defaults.start(self.common.settings.clock, self.common.real.now());
            }
        });
        let projects = self.projects();
        let following = projects.iter().filter(|(id, shard)| {
            let grown = |seeds| self.grow(&self.seed_among(seeds, id), id);
            shard.follow(&grown(&old), &grown(&new))
        });
        let following = following.count();
        (following, projects.len() - following)
    }

    fn seed_among(&self, seeds: &Seeds, id: &ProjectId) -> Seed {
        let unseen = || match self.common.settings.unseen {
            UnseenProjects::Empty => seeds.template.emptied(),
            UnseenProjects::Template | UnseenProjects::Refuse => seeds.template.clone(),
        };
        seeds.projects.get(id).cloned().unwrap_or_else(unseen)
    }
}

impl Shard {
    /// Takes over those parts of the new world in which this one is as the old one was; whether those are all of them.
    fn follow(&self, old: &World, new: &World) -> bool {
        // What has ended by itself meanwhile is no change that anybody made.
        let is_untouched = !self.changed.load(Ordering::Relaxed);
        self.put(|world, _| {
            let tables = is_untouched || Arc::ptr_eq(&world.project, &old.project) || world.project == old.project;
            let clock = is_untouched || world.clock == old.clock;
            let job_rules = is_untouched || world.job_rules == old.job_rules;
            let faults = is_untouched || world.faults == old.faults;
            if tables {
                world.project = Arc::clone(&new.project);
            }
            if clock {
                world.clock = new.clock;
            }
            if job_rules {
                world.job_rules.clone_from(&new.job_rules);
            }
            if faults {
                world.faults.clone_from(&new.faults);
            }
            tables && clock && job_rules && faults
        })
    }
}
