//! Expanding both disks of a replication pair.

use serde::{Deserialize, Serialize};

use super::ReplicationPair;
use crate::domain::code::{Code, Refusal};
use crate::domain::ids::Ids;
use crate::domain::inventory::Volume;
use crate::domain::job::{Entities, Subject, Target};
use crate::domain::project::Project;
use crate::domain::protection_group::SETTLED;
use crate::domain::resource::Id;
use crate::domain::rules::Flavour;
use crate::domain::status::Status;
use crate::domain::time::Time;
use crate::domain::work::{End, Gate, Of, Rule, Things, Work};

/// `ExpandReplication`: both disks grow to a size (`replication-pairs.md` section 6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExpandPair {
    /// The pair.
    pub pair: Id<ReplicationPair>,
    /// The size that both disks are to have, in GB.
    pub new_size: u32,
}

impl Work for ExpandPair {
    fn rule() -> &'static Rule {
        &Rule {
            job_type: "expandReplicationPairNew",
            of: Of::Pair,
            gates: &[
                SETTLED,
                Gate {
                    of: Of::Pair,
                    allowed: &[Status::Available, Status::Protected, Status::ErrorExtending],
                    denied: Code::PairNotAvailable,
                },
            ],
            during: Status::Extending,
            done: End::Base,
            failed: End::Is(Status::ErrorExtending),
            members: false,
            failure: Code::PairNotExpanded,
            record: Some("expandFail"),
        }
    }

    fn find<'p>(&self, project: &'p Project) -> Result<Things<'p>, Refusal> {
        let pair = project.pairs.get(self.pair)?;
        Ok(Things {
            group: project.groups.find(pair.server_group_id),
            pair: Some(pair),
            ..Things::default()
        })
    }

    fn guard(&self, project: &Project) -> Result<(), Refusal> {
        let pair = project.pairs.get(self.pair)?;
        let volumes = &project.inventory.volumes;
        let disks = [pair.volume_ids.production, pair.volume_ids.recovery];
        let listed: Vec<_> = disks.iter().filter_map(|disk| volumes.get(disk)).collect();
        let shared = |disk: &Volume| disk.shared || pair.record_metadata.multiattach;
        let online = project.rules.flavour == Flavour::Huawei;
        let refuse = |code: Code, goes_against: &dyn Fn(&Volume) -> bool| {
            let disk = listed.iter().find(|disk| goes_against(disk));
            disk.map_or(Ok(()), |Volume { id, status, .. }| {
                Err(code.because(format!("disk {id} is {status}")))
            })
        };
        let in_use = |disk: &Volume| disk.status == IN_USE;
        refuse(Code::PairDiskNotAvailableOrInUse, &|disk| {
            disk.status != AVAILABLE && !in_use(disk)
        })?;
        refuse(Code::SharedPairDiskNotAvailable, &|disk| in_use(disk) && shared(disk))?;
        refuse(Code::PairDiskNotAvailable, &|disk| in_use(disk) && !online)?;
        match listed.iter().find(|disk| disk.locked) {
            Some(disk) => Err(Code::PairDiskLocked.because(format!("disk {} is locked", disk.id))),
            None => Ok(()),
        }
    }

    fn begin(&self, _project: &mut Project, _ids: &mut Ids, _now: Time) -> Target {
        Target {
            subject: Subject::Pair(self.pair),
            entities: Entities {
                replication_pair_id: Some(self.pair),
                ..Entities::default()
            },
        }
    }

    fn verdict(&self, project: &Project) -> Option<Code> {
        // Disks only grow; the block storage service, not SDRS, is who finds out.
        let size = project.pairs.find(self.pair)?.record_metadata.volume_size;
        (self.new_size <= size).then_some(Code::PairNotExpanded)
    }

    fn finish(&self, project: &mut Project, _target: &Target, _now: Time) {
        let Some(pair) = project.pairs.find_mut(self.pair) else {
            return;
        };
        pair.record_metadata.volume_size = self.new_size;
        for disk in [pair.volume_ids.production, pair.volume_ids.recovery] {
            if let Some(volume) = project.inventory.volumes.get_mut(&disk) {
                volume.size = self.new_size;
            }
        }
    }
}

/// A disk that no server has.
const AVAILABLE: &str = "available";
/// A disk that a server has.
const IN_USE: &str = "in-use";
