//! Who walks along with the row that a job is about, and how all of them change their status.

use super::job::Subject;
use super::name::Name;
use super::project::Project;
use super::protected_instance::ProtectedInstance;
use super::replication_pair::ReplicationPair;
use super::resource::{Id, Resource};
use super::status::Status;
use super::time::Time;
use super::work::{End, Rule};

/// The rows that walk along with the one that a job is about.
#[derive(Debug, Default)]
pub(super) struct Companions {
    pub(super) instances: Vec<Id<ProtectedInstance>>,
    pub(super) pairs: Vec<Id<ReplicationPair>>,
}

impl Project {
    /// The rows that walk along: a group's instances and pairs, or an instance's pairs, whose status admits it.
    pub(super) fn companions(&self, rule: &Rule, subject: Subject, admits: impl Fn(Status) -> bool) -> Companions {
        match subject {
            Subject::Group(id) if rule.members => Companions {
                instances: self
                    .instances
                    .of_group(id)
                    .filter(|row| admits(row.status))
                    .map(|row| row.id)
                    .collect(),
                pairs: self
                    .pairs
                    .of_group(id)
                    .filter(|row| admits(row.status))
                    .map(|row| row.id)
                    .collect(),
            },
            Subject::Instance(id) if rule.members => {
                let attached = self
                    .instances
                    .find(id)
                    .into_iter()
                    .flat_map(|instance| &instance.attachment);
                let walking = attached
                    .map(|attachment| attachment.replication)
                    .filter(|&pair| self.walks_with(pair, id, rule.during));
                Companions {
                    instances: Vec::new(),
                    pairs: walking.collect(),
                }
            }
            _ => Companions::default(),
        }
    }

    /// Whether a pair comes and goes with this instance: the others that hold it, if any, do the same just now.
    fn walks_with(&self, pair: Id<ReplicationPair>, instance: Id<ProtectedInstance>, during: Status) -> bool {
        let goes_along = |holder: Id<ProtectedInstance>| {
            holder == instance || self.instances.find(holder).is_none_or(|holder| holder.status == during)
        };
        self.pairs.find(pair).is_some_and(|pair| {
            let mut holders = pair.attachment.iter().map(|attached| attached.protected_instance);
            holders.all(goes_along)
        })
    }

    /// Whether this row is there.
    pub fn has(&self, subject: Subject) -> bool {
        match subject {
            Subject::Group(id) => self.groups.find(id).is_some(),
            Subject::Instance(id) => self.instances.find(id).is_some(),
            Subject::Pair(id) => self.pairs.find(id).is_some(),
            Subject::Drill(id) => self.drills.find(id).is_some(),
        }
    }

    /// The IDs of the rows whose status says that something goes on.
    pub fn transient(&self) -> impl Iterator<Item = uuid::Uuid> {
        fn of<T: Resource>(table: &super::table::Table<T>) -> impl Iterator<Item = uuid::Uuid> {
            let rows = table.newest_first().filter(|row| row.status().is_transient());
            rows.map(|row| row.id().uuid())
        }
        of(&self.groups)
            .chain(of(&self.instances))
            .chain(of(&self.pairs))
            .chain(of(&self.drills))
    }

    /// The name of what a job is about, then those of what walks along.
    pub(super) fn names(&self, subject: Subject, companions: &Companions) -> Vec<&str> {
        let own = match subject {
            Subject::Group(id) => self.groups.find(id).map(Resource::name),
            Subject::Instance(id) => self.instances.find(id).map(Resource::name),
            Subject::Pair(id) => self.pairs.find(id).map(Resource::name),
            Subject::Drill(id) => self.drills.find(id).map(Resource::name),
        };
        let instances = companions
            .instances
            .iter()
            .filter_map(|&id| self.instances.find(id).map(Resource::name));
        let pairs = companions
            .pairs
            .iter()
            .filter_map(|&id| self.pairs.find(id).map(Resource::name));
        own.into_iter()
            .chain(instances)
            .chain(pairs)
            .map(Name::as_str)
            .collect()
    }

    pub(super) fn move_all(&mut self, subject: Subject, companions: &Companions, end: End, now: Time) {
        for &pair in &companions.pairs {
            // What several instances share goes with the last of them.
            let held = |pair: &ReplicationPair| pair.attachment.len() > 1;
            if end != End::Vanishes || !self.pairs.find(pair).is_some_and(held) {
                self.move_one(Subject::Pair(pair), end, now);
            }
        }
        for &instance in &companions.instances {
            self.move_one(Subject::Instance(instance), end, now);
        }
        self.move_one(subject, end, now);
    }

    fn move_one(&mut self, subject: Subject, end: End, now: Time) {
        let group = match subject {
            Subject::Group(id) => Some(id),
            Subject::Instance(id) => self.instances.find(id).and_then(Resource::group),
            Subject::Pair(id) => self.pairs.find(id).and_then(Resource::group),
            Subject::Drill(id) => self.drills.find(id).and_then(Resource::group),
        };
        let status = match end {
            End::Vanishes => return self.remove(subject),
            End::Is(status) => status,
            End::Base => group.map_or(Status::Available, |group| self.base(group)),
        };
        match subject {
            Subject::Group(id) => enter(self.groups.find_mut(id), status, now),
            Subject::Instance(id) => enter(self.instances.find_mut(id), status, now),
            Subject::Pair(id) => enter(self.pairs.find_mut(id), status, now),
            Subject::Drill(id) => enter(self.drills.find_mut(id), status, now),
        }
    }
}

fn enter<T: Resource>(row: Option<&mut T>, status: Status, now: Time) {
    if let Some(row) = row {
        row.enter(status, now);
    }
}
