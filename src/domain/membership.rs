//! Rows that come and go: counts, tombstones, and the status that a group implies for its members.

use super::code::{Code, Refusal};
use super::ids::Ids;
use super::job::Subject;
use super::project::Project;
use super::protected_instance::ProtectedInstance;
use super::protection_group::ProtectionGroup;
use super::resource::{Id, Resource};
use super::status::Status;

/// How many deleted IDs a project remembers; the oldest go first.
const TOMBSTONES: usize = 10_000;

impl Project {
    /// An ID that nothing here has.
    pub fn fresh_id<T>(&self, ids: &mut Ids) -> Id<T> {
        loop {
            let uuid = ids.draw();
            let used = self.groups.find(Id::new(uuid)).is_some()
                || self.instances.find(Id::new(uuid)).is_some()
                || self.pairs.find(Id::new(uuid)).is_some()
                || self.drills.find(Id::new(uuid)).is_some()
                || self.deleted.contains(&Subject::Instance(Id::new(uuid)))
                || self.deleted.contains(&Subject::Drill(Id::new(uuid)));
            if !used {
                return Id::new(uuid);
            }
        }
    }

    /// Adds a row, and counts it in its group.
    pub fn insert<T: Resource>(&mut self, row: T) {
        let group = row.group();
        T::table_mut(self).insert(row);
        self.recount(group);
    }

    /// Takes a row out with all that hangs on it alone.
    pub fn remove(&mut self, subject: Subject) {
        match subject {
            Subject::Group(id) => {
                self.groups.remove(id);
                self.failure_records.forget_group(id);
            }
            Subject::Instance(id) => {
                let group = self.instances.remove(id).map(|instance| instance.server_group_id);
                self.dissolve(id, group);
                self.bury(subject);
                self.recount(group);
            }
            Subject::Pair(id) => {
                let pair = self.pairs.remove(id);
                for attached in pair.iter().flat_map(|pair| &pair.attachment) {
                    if let Some(instance) = self.instances.find_mut(attached.protected_instance) {
                        instance.attachment.retain(|attachment| attachment.replication != id);
                    }
                }
                self.recount(pair.map(|pair| pair.server_group_id));
            }
            Subject::Drill(id) => {
                let group = self.drills.remove(id).map(|drill| drill.server_group_id);
                self.bury(subject);
                self.recount(group);
            }
        }
    }

    /// Takes a deleted instance out of the drills of its group and off the pairs that others share with it.
    fn dissolve(&mut self, id: Id<ProtectedInstance>, group: Option<Id<ProtectionGroup>>) {
        let Some(group) = group else { return };
        let drills: Vec<_> = self.drills.of_group(group).map(|drill| drill.id).collect();
        for drill in drills {
            let drill = self.drills.find_mut(drill).expect("it was just listed");
            drill.drill_servers.retain(|server| server.protected_instance != id);
        }
        let pairs: Vec<_> = self.pairs.of_group(group).map(|pair| pair.id).collect();
        for pair in pairs {
            let pair = self.pairs.find_mut(pair).expect("it was just listed");
            pair.attachment.retain(|attached| attached.protected_instance != id);
        }
    }

    fn bury(&mut self, row: Subject) {
        self.deleted.insert(row);
        if self.deleted.len() > TOMBSTONES {
            self.deleted.shift_remove_index(0);
        }
    }

    fn recount(&mut self, group: Option<Id<ProtectionGroup>>) {
        let Some(id) = group else { return };
        let (instances, pairs) = (self.instances.of_group(id).len(), self.pairs.of_group(id).len());
        let drills = self.drills.of_group(id).len();
        if let Some(group) = self.groups.find_mut(id) {
            group.protected_instance_num = instances;
            group.replication_num = pairs;
            group.disaster_recovery_drill_num = drills;
        }
    }

    /// The status that a group's implies for a member that has nothing of its own going on.
    pub fn base(&self, group: Id<ProtectionGroup>) -> Status {
        match self.groups.find(group).map_or(Status::Available, |group| group.status) {
            // Whoever finishes while the group is on its way joins in, and arrives with it.
            on_its_way @ (Status::Starting
            | Status::Stopping
            | Status::Reversing
            | Status::FailingOver
            | Status::Reprotecting) => on_its_way,
            Status::Protected | Status::ErrorStopping | Status::ErrorReversing | Status::ErrorFailingOver => {
                Status::Protected
            }
            Status::FailedOver | Status::ErrorReprotecting => Status::FailedOver,
            _ => Status::Available,
        }
    }

    /// The refusal of a second delete, which the dialects answer with different codes.
    pub fn gone(&self, row: Subject, (code, live): (Code, Code)) -> Refusal {
        if self.deleted.contains(&row) {
            code.deleted(live)
        } else {
            code.absent()
        }
    }
}
