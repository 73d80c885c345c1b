//! Members that follow from other rows: recomputed when a world is read, checked where they were stated.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::drill::Drill;
use super::project::Project;
use super::protected_instance::ProtectedInstance;
use super::protection_group::ProtectionGroup;
use super::protection_group::Station;
use super::replication_pair::{AttachedTo, ReplicationPair};
use super::resource::{Fault, Faults, Id, Resource};

impl Project {
    /// Recomputes every member that follows from others, and reports what had been stated otherwise.
    ///
    /// `report` is handed the ID of the row beside what was found.
    pub fn derive(&mut self, mut report: impl FnMut(Uuid, Faults)) {
        let mut attached = HashMap::<_, Vec<_>>::new();
        for instance in self.instances.newest_first() {
            for attachment in &instance.attachment {
                let (device, protected_instance) = (attachment.device.clone(), instance.id);
                attached.entry(attachment.replication).or_default().push(AttachedTo {
                    device,
                    protected_instance,
                });
            }
        }
        for pair in self.pairs.each_mut() {
            let derived = attached.remove(&pair.id).unwrap_or_default();
            // A pair lists its instances in the order of attaching, which only the pair itself can state.
            if derived.len() == pair.attachment.len()
                && derived.iter().all(|attached| pair.attachment.contains(attached))
            {
                continue;
            }
            let stated = std::mem::replace(&mut pair.attachment, derived);
            if !stated.is_empty() {
                let mut faults = Faults::default();
                faults.derived("attachment", format!("{:?}", pair.attachment), format!("{stated:?}"));
                report(pair.id.uuid(), faults);
            }
        }
        for group in self.groups.each_mut() {
            let mut faults = Faults::default();
            let name = self
                .inventory
                .domain_name(group.domain_id)
                .unwrap_or_default()
                .to_owned();
            faults.replace("domain_name", &mut group.domain_name, name);
            let (instances, pairs) = (
                self.instances.of_group(group.id).len(),
                self.pairs.of_group(group.id).len(),
            );
            faults.replace("protected_instance_num", &mut group.protected_instance_num, instances);
            faults.replace("replication_num", &mut group.replication_num, pairs);
            let drills = self.drills.of_group(group.id).len();
            faults.replace(
                "disaster_recovery_drill_num",
                &mut group.disaster_recovery_drill_num,
                drills,
            );
            report(group.id.uuid(), faults);
        }
    }
}

/// A rule between rows that a tester has broken on purpose, and that a document may break therefore.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Waived {
    /// The row.
    pub id: Uuid,
    /// The member of it that breaks the rule.
    pub member: String,
}

impl Project {
    /// The rules between rows that are broken, each with the row that breaks it.
    pub fn broken(&self) -> Vec<(Uuid, Fault)> {
        fn of<T: Resource>(project: &Project, broken: &mut Vec<(Uuid, Fault)>) {
            for row in T::table(project).newest_first() {
                let mut faults = Faults::default();
                row.check(project, &mut faults);
                broken.extend(faults.broken.into_iter().map(|fault| (row.id().uuid(), fault)));
            }
        }
        let mut broken = Vec::new();
        of::<ProtectionGroup>(self, &mut broken);
        of::<ProtectedInstance>(self, &mut broken);
        of::<ReplicationPair>(self, &mut broken);
        of::<Drill>(self, &mut broken);
        broken
    }
}

impl Faults {
    /// Puts the derived value in place of what was stated; a stated value of its type's default counts as left out.
    fn replace<V: PartialEq + Default + std::fmt::Display>(&mut self, member: &str, place: &mut V, derived: V) {
        if *place != derived && *place != V::default() {
            self.derived(member, &derived, &*place);
        }
        *place = derived;
    }

    /// Reports what instances and pairs can have wrong about the group they are in.
    pub fn member_of_group(&mut self, group: Id<ProtectionGroup>, station: Station, progress: u8, project: &Project) {
        self.dangling("server_group_id", group, project);
        if let Some(group) = project.groups.find(group)
            && group.priority_station != station
        {
            self.broken("priority_station", "must equal the protection group's", station.word());
        }
        if progress > 100 {
            self.broken("progress", "must be a percentage from 0 to 100", progress);
        }
    }
}
