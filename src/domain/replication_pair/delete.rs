//! Deleting a replication pair.

use serde::{Deserialize, Serialize};

use super::ReplicationPair;
use crate::domain::code::{Code, Refusal};
use crate::domain::ids::Ids;
use crate::domain::job::{Entities, Subject, Target};
use crate::domain::project::Project;
use crate::domain::protection_group::{ProtectionGroup, Station};
use crate::domain::resource::Id;
use crate::domain::status::Status;
use crate::domain::time::Time;
use crate::domain::work::{End, Gate, Of, Rule, Things, Work};

/// `DeleteReplication`: parts the two disks; the production disk always stays (`replication-pairs.md` section 5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletePair {
    /// The pair.
    pub pair: Id<ReplicationPair>,
    /// The group that the request says it belongs to, if it says.
    pub group: Option<Id<ProtectionGroup>>,
    /// Whether the DR disk goes as well.
    pub delete_target_volume: bool,
}

impl Work for DeletePair {
    fn rule() -> &'static Rule {
        &Rule {
            job_type: "deleteReplicationPairNoCG",
            of: Of::Pair,
            gates: &[
                Gate {
                    of: Of::Group,
                    allowed: &[
                        Status::Available,
                        Status::Protected,
                        Status::FailedOver,
                        Status::ErrorStarting,
                        Status::ErrorStopping,
                        Status::ErrorReversing,
                        Status::ErrorFailingOver,
                        Status::ErrorDeleting,
                        Status::ErrorReprotecting,
                    ],
                    denied: Code::GroupStateForbids,
                },
                Gate {
                    of: Of::Pair,
                    // A failed detaching must be detached again first.
                    allowed: &[
                        Status::Available,
                        Status::Protected,
                        Status::FailedOver,
                        Status::Error,
                        Status::ErrorStarting,
                        Status::ErrorStopping,
                        Status::ErrorReversing,
                        Status::ErrorFailingOver,
                        Status::ErrorDeleting,
                        Status::ErrorReprotecting,
                        Status::ErrorAttaching,
                        Status::ErrorExtending,
                        Status::Invalid,
                        Status::Fault,
                    ],
                    denied: Code::PairNotAvailable,
                },
            ],
            during: Status::Deleting,
            done: End::Vanishes,
            failed: End::Is(Status::ErrorDeleting),
            members: false,
            failure: Code::PairNotDeleted,
            record: Some("deleteFail"),
        }
    }

    fn find<'p>(&self, project: &'p Project) -> Result<Things<'p>, Refusal> {
        let pair = project.pairs.get(self.pair)?;
        if let Some(group) = self.group {
            project.groups.named(group)?;
        }
        Ok(Things {
            group: project.groups.find(pair.server_group_id),
            pair: Some(pair),
            ..Things::default()
        })
    }

    fn guard(&self, project: &Project) -> Result<(), Refusal> {
        let pair = project.pairs.get(self.pair)?;
        if let Some(attached) = pair.attachment.first() {
            let instance = attached.protected_instance;
            return Err(Code::PairAttached.because(format!("it is attached to protected instance {instance}")));
        }
        if let Some(group) = self.group.filter(|group| *group != pair.server_group_id) {
            let own = pair.server_group_id;
            let detail = format!("server_group_id is {group}, the replication pair belongs to {own}");
            return Err(Code::PairInOtherGroup.because(detail));
        }
        if self.delete_target_volume && pair.priority_station == Station::Target {
            return Err(Code::OriginalProductionDiskKept.because("delete_target_volume would delete the disk in use"));
        }
        Ok(())
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

    fn finish(&self, project: &mut Project, _target: &Target, _now: Time) {
        if let Some(pair) = project.pairs.find(self.pair).filter(|_| self.delete_target_volume) {
            project.inventory.volumes.shift_remove(&pair.volume_ids.recovery);
        }
    }
}
