//! The replication pairs that come with an instance, and what attaches a pair to one.

use super::{Attachment, ProtectedInstance};
use crate::domain::ids::Ids;
use crate::domain::inventory::ServerDisk;
use crate::domain::name::{Name, NameRule};
use crate::domain::project::Project;
use crate::domain::protection_group::ProtectionGroup;
use crate::domain::replication_pair::{
    AttachedTo, Disks, FaultLevel, RecordMetadata, ReplicationModel, ReplicationPair, ReplicationStatus,
};
use crate::domain::resource::Id;
use crate::domain::status::Status;
use crate::domain::time::Time;

impl Project {
    /// Notes on both sides that a pair is on an instance, where both are still there.
    pub(super) fn attach(&mut self, id: Id<ProtectedInstance>, attachment: Attachment) {
        if let Some(instance) = self.instances.find_mut(id)
            && let Some(pair) = self.pairs.find_mut(attachment.replication)
        {
            pair.attachment.push(AttachedTo {
                device: attachment.device.clone(),
                protected_instance: id,
            });
            instance.attachment.push(attachment);
        }
    }

    /// The pair of a server's disk: a new one, or that of the server before it in a batch that shares the disk.
    pub(super) fn pair_of_disk(
        &mut self,
        group: Id<ProtectionGroup>,
        disk: &ServerDisk,
        ids: &mut Ids,
        now: Time,
    ) -> Id<ReplicationPair> {
        let same_disk = |pair: &&ReplicationPair| disk.shared && pair.volume_ids.production == disk.id;
        let shared = self.pairs.of_group(group).find(same_disk).map(|pair| pair.id);
        if let Some(shared) = shared {
            return shared;
        }
        let pair = self.new_pair(group, disk, ids, now);
        let id = pair.id;
        self.insert(pair);
        id
    }

    /// A pair that is made without anybody asking for it; its name is made of its ID.
    fn new_pair(&mut self, group: Id<ProtectionGroup>, disk: &ServerDisk, ids: &mut Ids, now: Time) -> ReplicationPair {
        let id: Id<ReplicationPair> = self.fresh_id(ids);
        let digits = id.to_string();
        let name = format!("Replication-Pair-{}", &digits[..4]);
        let owner = self.groups.find(group).expect("the group was found before");
        let (priority_station, az) = (owner.priority_station, owner.recovery_az().to_owned());
        let (volume_size, volume_type) = self.inventory.size_and_type(disk.id);
        ReplicationPair {
            id,
            name: Name::parse(&name, NameRule::Ascii).expect("hex digits may stand in a name"),
            description: None,
            replication_model: ReplicationModel::default(),
            status: Status::Creating,
            progress: 0,
            replication_status: ReplicationStatus::Inactive,
            attachment: Vec::new(),
            server_group_id: group,
            volume_ids: Disks {
                production: disk.id,
                recovery: self.inventory.make_volume_like(disk.id, &az, ids),
            },
            priority_station,
            fault_level: FaultLevel::default(),
            created_at: now,
            updated_at: now,
            failure_detail: None,
            record_metadata: RecordMetadata {
                multiattach: disk.shared,
                bootable: disk.bootable,
                volume_size,
                volume_type,
            },
        }
    }
}
