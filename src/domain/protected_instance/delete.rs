//! Deleting a protected instance, alone or as one of a batch.

use serde::{Deserialize, Serialize};

use super::ProtectedInstance;
use crate::domain::code::{Code, Refusal};
use crate::domain::ids::Ids;
use crate::domain::job::{Entities, Subject, Target};
use crate::domain::project::Project;
use crate::domain::protection_group::{SETTLED, Station};
use crate::domain::replication_pair::ReplicationPair;
use crate::domain::resource::{Id, Resource};
use crate::domain::rules::Flavour;
use crate::domain::status::Status;
use crate::domain::time::Time;
use crate::domain::work::{AnyWork, End, Gate, Of, Rule, Things, Work};

/// `DeleteProtectedInstance`: dissolves its pairs, and may take the DR server along (`protected-instances.md` section
/// 4). The production server stays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteInstance {
    /// The instance.
    pub instance: Id<ProtectedInstance>,
    /// Whether the DR server and its disks go too.
    pub delete_target_server: bool,
    /// Whether the DR server's public address goes too.
    pub delete_target_eip: bool,
    /// The instances of the whole batch, none where this one is deleted alone.
    pub batch: Vec<Id<ProtectedInstance>>,
}

impl Work for DeleteInstance {
    fn rule() -> &'static Rule {
        &Rule {
            job_type: "deleteProtectedInstanceNoCG",
            of: Of::Instance,
            gates: &[
                Gate {
                    of: Of::Instance,
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
                        Status::ErrorResizing,
                        Status::Invalid,
                        Status::Fault,
                    ],
                    denied: Code::InstanceDeletionForbidden,
                },
                SETTLED,
            ],
            during: Status::Deleting,
            done: End::Vanishes,
            failed: End::Is(Status::ErrorDeleting),
            members: true,
            failure: Code::InstanceNotDeleted,
            record: Some("deleteFail"),
        }
    }

    fn find<'p>(&self, project: &'p Project) -> Result<Things<'p>, Refusal> {
        let codes = (ProtectedInstance::NOT_FOUND, Code::InstanceDeletionForbidden);
        let gone = |id| project.gone(Subject::Instance(id), codes);
        let instance = if let Some(&first) = self.batch.first() {
            let named = |id| project.instances.find(id).ok_or_else(|| gone(id).of_body());
            let instance = named(self.instance)?;
            let group = named(first)?.server_group_id;
            if instance.server_group_id != group {
                let detail = format!("{first} is in group {group}, {} is not", instance.id);
                return Err(Code::BatchSpansGroups.because(detail));
            }
            instance
        } else {
            let instance = project.instances.find(self.instance);
            instance.ok_or_else(|| gone(self.instance))?
        };
        Ok(Things {
            group: Some(project.groups.named(instance.server_group_id)?),
            instance: Some(instance),
            ..Things::default()
        })
    }

    fn guard(&self, project: &Project) -> Result<(), Refusal> {
        let instance = project.instances.named(self.instance)?;
        idle_pairs(instance, project)?;
        if instance.priority_station == Station::Target {
            let detail = format!("{} is production now", instance.target_server);
            if self.delete_target_server {
                return Err(Code::OriginalProductionServerKept.because(detail));
            }
            if self.delete_target_eip {
                return Err(Code::OriginalProductionEipKept.because(detail));
            }
        }
        // The other documentation knows no such rule: the pair merely loses one of its instances.
        if project.rules.flavour != Flavour::Huawei {
            return Ok(());
        }
        let shared = instance
            .attachment
            .iter()
            .filter_map(|attachment| project.pairs.find(attachment.replication));
        shared.into_iter().try_for_each(|pair| self.check_shared(pair))
    }

    fn begin(&self, _project: &mut Project, _ids: &mut Ids, _now: Time) -> Target {
        Target {
            subject: Subject::Instance(self.instance),
            entities: Entities {
                protected_instance_id: Some(self.instance),
                ..Entities::default()
            },
        }
    }

    fn finish(&self, project: &mut Project, _target: &Target, _now: Time) {
        let Some(instance) = project
            .instances
            .find(self.instance)
            .filter(|_| self.delete_target_server)
        else {
            return;
        };
        project.inventory.servers.shift_remove(&instance.target_server);
        for attachment in &instance.attachment {
            if let Some(pair) = project.pairs.find(attachment.replication)
                && pair.attachment.len() <= 1
            {
                project.inventory.volumes.shift_remove(&pair.volume_ids.recovery);
            }
        }
    }
}

/// Refuses while something goes on with a pair that would be dissolved: no job may end well about what is gone. Which
/// statuses of its pairs an instance may be deleted in is documented nowhere; a pair itself is deleted in none of these.
fn idle_pairs(instance: &ProtectedInstance, project: &Project) -> Result<(), Refusal> {
    let attached = instance.attachment.iter().map(|attachment| attachment.replication);
    let coming = project.jobs.going_on().filter_map(|work| match work {
        AnyWork::AttachPair(attach) if attach.instance == instance.id => Some(attach.pair),
        _ => None,
    });
    let mut pairs = attached.chain(coming).filter_map(|pair| project.pairs.find(pair));
    match pairs.find(|pair| pair.status.is_transient()) {
        Some(pair) => {
            let detail = format!("its replication pair {} is {}", pair.id, pair.status);
            Err(Code::InstanceDeletionForbidden.because(detail))
        }
        None => Ok(()),
    }
}

impl DeleteInstance {
    /// Refuses to take a shared pair from an instance that stays.
    fn check_shared(&self, pair: &ReplicationPair) -> Result<(), Refusal> {
        let stays = |id: &Id<ProtectedInstance>| *id != self.instance && !self.batch.contains(id);
        let holders = pair.attachment.iter().map(|attached| attached.protected_instance);
        let Some(other) = holders.into_iter().find(stays) else {
            return Ok(());
        };
        let code = if self.batch.is_empty() {
            Code::SharedPairElsewhere
        } else {
            Code::SharedPairInstanceMissing
        };
        Err(code.because(format!("replication pair {} is attached to {other} too", pair.id)))
    }
}
