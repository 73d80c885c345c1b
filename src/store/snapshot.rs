//! Snapshots: worlds set aside, to be put back as often as a tester likes.

use indexmap::IndexMap;
use parking_lot::Mutex;
use serde::Serialize;

use super::world::World;
use super::{Closed, ProjectId, Store};

/// All snapshots of a server, oldest first.
#[derive(Debug, Default)]
pub struct Snapshots {
    taken: Mutex<(u64, IndexMap<String, Snapshot>)>,
}

/// Worlds as they were at one moment; the tables are shared until they change.
#[derive(Debug, Clone)]
pub struct Snapshot {
    name: Option<String>,
    worlds: IndexMap<ProjectId, World>,
}

/// What is told of a snapshot.
#[derive(Debug, Clone, Serialize)]
pub struct Told {
    /// Its ID.
    pub id: String,
    /// What the tester called it.
    pub name: Option<String>,
    /// The projects that it holds.
    pub projects: Vec<ProjectId>,
}

impl Snapshot {
    fn told(&self, id: &str) -> Told {
        Told {
            id: id.to_owned(),
            name: self.name.clone(),
            projects: self.worlds.keys().cloned().collect(),
        }
    }
}

impl Store {
    /// Sets the worlds of these projects aside.
    pub fn take_snapshot(&self, name: Option<String>, projects: &[ProjectId]) -> Told {
        let worlds = projects.iter().map(|id| (id.clone(), self.look(id).copy()));
        let worlds = worlds.collect();
        let mut taken = self.snapshots.taken.lock();
        let (drawn, snapshots) = &mut *taken;
        *drawn += 1;
        let id = format!("snapshot-{drawn}");
        let snapshot = Snapshot { name, worlds };
        let told = snapshot.told(&id);
        snapshots.insert(id, snapshot);
        told
    }

    /// All snapshots.
    pub fn snapshots(&self) -> Vec<Told> {
        let taken = self.snapshots.taken.lock();
        taken.1.iter().map(|(id, snapshot)| snapshot.told(id)).collect()
    }

    /// Whether a snapshot holds this project; none where there is no such snapshot.
    pub fn snapshot_holds(&self, id: &str, project: &ProjectId) -> Option<bool> {
        let taken = self.snapshots.taken.lock();
        taken.1.get(id).map(|snapshot| snapshot.worlds.contains_key(project))
    }

    /// Puts the worlds of a snapshot back, or that of one project `only`, if there is such a snapshot; it stays.
    pub fn restore_snapshot(&self, id: &str, only: Option<&ProjectId>) -> Result<Option<Told>, Closed> {
        let snapshot = self.snapshots.taken.lock().1.get(id).cloned();
        let Some(mut snapshot) = snapshot else { return Ok(None) };
        snapshot
            .worlds
            .retain(|project, _| only.is_none_or(|only| only == project));
        let told = snapshot.told(id);
        // All are opened before any is changed.
        let places = snapshot
            .worlds
            .into_iter()
            .map(|(project, world)| Ok((self.govern(&project)?, world)));
        for (shard, world) in places.collect::<Result<Vec<_>, Closed>>()? {
            shard.govern(|place, _| *place = world);
        }
        Ok(Some(told))
    }

    /// Forgets a snapshot; whether there was one.
    pub fn forget_snapshot(&self, id: &str) -> bool {
        self.snapshots.taken.lock().1.shift_remove(id).is_some()
    }
}
