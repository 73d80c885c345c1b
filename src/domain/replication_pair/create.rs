//! Creating a replication pair.

use serde::{Deserialize, Serialize};

use super::{Disks, FaultLevel, RecordMetadata, ReplicationModel, ReplicationPair, ReplicationStatus};
use crate::domain::code::{Code, Refusal};
use crate::domain::ids::Ids;
use crate::domain::inventory::Volume;
use crate::domain::job::{Entities, Subject, Target};
use crate::domain::name::{Description, Name};
use crate::domain::project::Project;
use crate::domain::protection_group::ProtectionGroup;
use crate::domain::resource::Id;
use crate::domain::rules::UNATTACHED_PAIRS;
use crate::domain::status::Status;
use crate::domain::time::Time;
use crate::domain::work::{End, Gate, Of, Rule, Things, Work};

/// `CreateReplication`: copies a disk to the DR site (`replication-pairs.md` section 3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreatePair {
    /// The group that the pair joins.
    pub group: Id<ProtectionGroup>,
    /// The production disk.
    pub volume: Id<Volume>,
    /// The pair's name.
    pub name: Name,
    /// Its description.
    pub description: Option<Description>,
}

impl Work for CreatePair {
    fn rule() -> &'static Rule {
        &Rule {
            job_type: "createReplicationPairNoCG",
            of: Of::Pair,
            gates: &[Gate {
                of: Of::Group,
                allowed: &[Status::Available, Status::Protected],
                denied: Code::GroupNotAvailableOrProtected,
            }],
            during: Status::Creating,
            done: End::Base,
            failed: End::Is(Status::Error),
            members: false,
            failure: Code::PairNotCreated,
            record: Some("createFail"),
        }
    }

    fn find<'p>(&self, project: &'p Project) -> Result<Things<'p>, Refusal> {
        let group = project.groups.named(self.group)?;
        project.inventory.volume(self.volume)?;
        Ok(Things {
            group: Some(group),
            ..Things::default()
        })
    }

    fn guard(&self, project: &Project) -> Result<(), Refusal> {
        let group = project.groups.named(self.group)?;
        is_fit(&project.inventory.volume(self.volume)?, group)?;
        let mut pairs = project.pairs.newest_first();
        if let Some(other) = pairs.find(|pair| pair.volume_ids.has(self.volume)) {
            let detail = format!("disk {} belongs to replication pair {}", self.volume, other.id);
            return Err(Code::DiskAlreadyInPair.because(detail));
        }
        project.admits_pair(self.group)
    }

    fn begin(&self, project: &mut Project, ids: &mut Ids, now: Time) -> Target {
        let group = project.groups.find(self.group).expect("the group was found before");
        let (priority_station, az) = (group.priority_station, group.recovery_az().to_owned());
        let volume = project
            .inventory
            .volume(self.volume)
            .expect("the disk was found before");
        let carried = project.inventory.carried(self.volume);
        let record_metadata = RecordMetadata {
            multiattach: volume.shared || carried.is_some_and(|disk| disk.shared),
            bootable: carried.is_some_and(|disk| disk.bootable),
            volume_size: volume.size,
            volume_type: volume.kind,
        };
        let id = project.fresh_id(ids);
        let volume_ids = Disks {
            production: self.volume,
            recovery: project.inventory.make_volume_like(self.volume, &az, ids),
        };
        project.insert(ReplicationPair {
            id,
            name: self.name,
            description: self.description.clone(),
            replication_model: ReplicationModel::default(),
            status: Status::Creating,
            progress: 0,
            replication_status: ReplicationStatus::Inactive,
            attachment: Vec::new(),
            server_group_id: self.group,
            volume_ids,
            priority_station,
            fault_level: FaultLevel::None,
            created_at: now,
            updated_at: now,
            failure_detail: None,
            record_metadata,
        });
        let entities = Entities {
            replication_pair_id: Some(id),
            volume_ids: Some(volume_ids),
            ..Entities::default()
        };
        Target {
            subject: Subject::Pair(id),
            entities,
        }
    }
}

/// Refuses a disk that cannot be the production disk of a pair of this group.
fn is_fit(volume: &Volume, group: &ProtectionGroup) -> Result<(), Refusal> {
    let Volume { id, status, kind, .. } = volume;
    if status != "available" {
        return Err(Code::DiskNotAvailable.because(format!("disk {id} is {status}, it must be available")));
    }
    if volume.encrypted {
        return Err(Code::DiskEncrypted.because(format!("disk {id} is encrypted")));
    }
    if !Volume::TYPES.contains(&kind.as_str()) {
        let types = Volume::TYPES.join(", ");
        return Err(Code::DiskTypeForbids.because(format!("disk {id} is of type {kind}, it must be one of {types}")));
    }
    let (az, production) = (volume.az.as_deref(), group.production_az());
    if let Some(az) = az.filter(|az| *az != production) {
        let detail = format!("disk {id} is in {az}, the protection group's production site is {production}");
        return Err(Code::DiskInOtherAz.because(detail));
    }
    if volume.locked {
        return Err(Code::DiskLocked.because(format!("disk {id} is locked")));
    }
    Ok(())
}

impl Project {
    /// Refuses one more pair, attached to nothing, that the quota or the limit of this group has no place for.
    fn admits_pair(&self, group: Id<ProtectionGroup>) -> Result<(), Refusal> {
        let pairs = self.pairs.len();
        if let Some(quota) = self.rules.pair_quota.filter(|quota| pairs >= *quota) {
            let detail = format!("the project has {pairs} replication pairs, it may have {quota}");
            return Err(Code::PairQuotaExceeded.because(detail));
        }
        let unattached = self.pairs.of_group(group).filter(|pair| pair.attachment.is_empty());
        let unattached = unattached.count();
        if unattached >= UNATTACHED_PAIRS {
            let detail = format!("the protection group has {unattached} of them, it may have {UNATTACHED_PAIRS}");
            return Err(Code::TooManyUnattachedPairs.because(detail));
        }
        Ok(())
    }
}
