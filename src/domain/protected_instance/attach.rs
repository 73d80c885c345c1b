//! Attaching a replication pair to a protected instance, and detaching it.

use serde::{Deserialize, Serialize};

use super::{Attachment, GROUP_IN_ORDER, ProtectedInstance};
use crate::domain::code::{Code, Refusal};
use crate::domain::ids::Ids;
use crate::domain::job::{Entities, Subject, Target};
use crate::domain::project::Project;
use crate::domain::replication_pair::ReplicationPair;
use crate::domain::resource::Id;
use crate::domain::server::SYSTEM_DEVICE;
use crate::domain::status::Status;
use crate::domain::time::Time;
use crate::domain::work::{AnyWork, End, Gate, Of, Rule, Things, Work};

/// A place for a disk on a server: `/dev/vda` to `/dev/vdz`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Device(String);

impl Device {
    /// Reads a device or refuses it with `SDRS.0201`; `/dev/sdX` is read as `/dev/vdX`, for every server is of the
    /// kind that has those.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        Self::read(text).ok_or_else(|| {
            Code::InvalidParameters.because(format!(
                "device must be /dev/vda to /dev/vdz, or /dev/sd…, it is {text:?}"
            ))
        })
    }

    fn read(text: &str) -> Option<Self> {
        let letter = text.strip_prefix("/dev/vd").or_else(|| text.strip_prefix("/dev/sd"))?;
        matches!(letter.as_bytes(), [b'a'..=b'z']).then(|| Self(format!("/dev/vd{letter}")))
    }

    /// Whether the device that an attachment names is this one.
    fn is(&self, named: &str) -> bool {
        Self::read(named).is_some_and(|named| named == *self)
    }

    /// Whether the device that an attachment names is the system disk's.
    fn is_system(named: &str) -> bool {
        Self::read(named).is_some_and(|named| named.0 == SYSTEM_DEVICE)
    }
}

/// `AttachProtectedInstanceReplication` (`protected-instances.md` section 8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttachPair {
    /// The instance.
    pub instance: Id<ProtectedInstance>,
    /// The pair.
    pub pair: Id<ReplicationPair>,
    /// Where its disk is to be on the server.
    pub device: Device,
}

impl Work for AttachPair {
    fn rule() -> &'static Rule {
        &Rule {
            job_type: "attachReplicationPairNew",
            of: Of::Pair,
            gates: &[
                GROUP_IN_ORDER,
                Gate {
                    of: Of::Instance,
                    allowed: &[Status::Available, Status::Protected],
                    denied: Code::InstanceNotAvailable,
                },
                Gate {
                    of: Of::Pair,
                    allowed: &[Status::Available, Status::Protected],
                    denied: Code::PairNotAvailable,
                },
            ],
            during: Status::Attaching,
            done: End::Base,
            failed: End::Is(Status::ErrorAttaching),
            members: false,
            failure: Code::AttachFailed,
            record: Some("attachFail"),
        }
    }

    fn find<'p>(&self, project: &'p Project) -> Result<Things<'p>, Refusal> {
        let instance = project.instances.get(self.instance)?;
        Ok(Things {
            group: Some(project.groups.named(instance.server_group_id)?),
            instance: Some(instance),
            pair: Some(project.pairs.named(self.pair)?),
            ..Things::default()
        })
    }

    fn guard(&self, project: &Project) -> Result<(), Refusal> {
        let instance = project.instances.get(self.instance)?;
        let pair = project.pairs.named(self.pair)?;
        if pair.server_group_id != instance.server_group_id {
            let detail = format!("{} is in group {}", pair.id, pair.server_group_id);
            return Err(Code::PairInOtherGroup.because(detail));
        }
        let here = |id: Id<_>| id == self.instance;
        let mut holders = pair.attachment.iter().map(|attached| attached.protected_instance);
        let shared = pair.record_metadata.multiattach;
        if let Some(other) = holders.find(|&holder| !shared || here(holder)) {
            return Err(Code::PairOrDeviceInUse.because(format!("{} is attached to {other}", pair.id)));
        }
        let on_its_way = |work: &AnyWork| matches!(work, AnyWork::AttachPair(other) if here(other.instance) && other.device == self.device);
        let taken = instance
            .attachment
            .iter()
            .any(|attachment| self.device.is(&attachment.device));
        if taken || project.jobs.going_on().any(on_its_way) {
            let Device(device) = &self.device;
            return Err(Code::PairOrDeviceInUse.because(format!("{device} is in use")));
        }
        Ok(())
    }

    fn begin(&self, _project: &mut Project, _ids: &mut Ids, _now: Time) -> Target {
        target(self.instance, self.pair)
    }

    fn finish(&self, project: &mut Project, _target: &Target, _now: Time) {
        let (replication, device) = (self.pair, self.device.0.clone());
        project.attach(self.instance, Attachment { replication, device });
    }
}

/// `DetachProtectedInstanceReplication`: the pair stays, attached to nothing (`protected-instances.md` section 8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DetachPair {
    /// The instance.
    pub instance: Id<ProtectedInstance>,
    /// The pair.
    pub pair: Id<ReplicationPair>,
}

/// What a detachment asks of all three; hardly any status forbids it.
const DETACHABLE: &[Gate] = &[
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
        ],
        denied: Code::GroupStateForbids,
    },
    Gate {
        of: Of::Instance,
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
            Status::ErrorResizing,
            Status::Invalid,
            Status::Fault,
        ],
        denied: Code::AbnormalInstance,
    },
    Gate {
        of: Of::Pair,
        allowed: &[
            Status::Available,
            Status::Protected,
            Status::FailedOver,
            Status::ErrorAttaching,
            Status::ErrorDetaching,
            Status::ErrorStarting,
            Status::ErrorStopping,
            Status::ErrorReversing,
            Status::ErrorFailingOver,
            Status::ErrorDeleting,
            Status::ErrorReprotecting,
            Status::ErrorExtending,
            Status::Invalid,
            Status::Fault,
        ],
        denied: Code::PairNotAvailable,
    },
];

impl Work for DetachPair {
    fn rule() -> &'static Rule {
        &Rule {
            job_type: "detachReplicationPairNew",
            of: Of::Pair,
            gates: DETACHABLE,
            during: Status::Detaching,
            done: End::Base,
            failed: End::Is(Status::ErrorDetaching),
            members: false,
            failure: Code::DetachFailed,
            record: Some("detachFail"),
        }
    }

    fn find<'p>(&self, project: &'p Project) -> Result<Things<'p>, Refusal> {
        let instance = project.instances.get(self.instance)?;
        Ok(Things {
            group: Some(project.groups.named(instance.server_group_id)?),
            instance: Some(instance),
            pair: Some(project.pairs.get(self.pair)?),
            ..Things::default()
        })
    }

    fn guard(&self, project: &Project) -> Result<(), Refusal> {
        let instance = project.instances.get(self.instance)?;
        let pair = project.pairs.get(self.pair)?;
        let mut attachment = instance.attachment.iter();
        let Some(attachment) = attachment.find(|attachment| attachment.replication == self.pair) else {
            // What a failed attach left behind can be cleaned up, though it never was attached.
            let remnant = pair.status == Status::ErrorAttaching && pair.server_group_id == instance.server_group_id;
            return if remnant {
                Ok(())
            } else {
                Err(Code::PairNotAttached.refusal())
            };
        };
        let servers = [instance.source_server, instance.target_server];
        let runs = servers.into_iter().find(|&server| project.inventory.is_running(server));
        match runs.filter(|_| Device::is_system(&attachment.device)) {
            None => Ok(()),
            Some(server) => {
                Err(Code::ServerNotStopped.because(format!("{server} runs, and {} is its system disk", self.pair)))
            }
        }
    }

    fn begin(&self, _project: &mut Project, _ids: &mut Ids, _now: Time) -> Target {
        target(self.instance, self.pair)
    }

    fn finish(&self, project: &mut Project, _target: &Target, _now: Time) {
        if let Some(instance) = project.instances.find_mut(self.instance) {
            instance
                .attachment
                .retain(|attachment| attachment.replication != self.pair);
        }
        if let Some(pair) = project.pairs.find_mut(self.pair) {
            pair.attachment
                .retain(|attached| attached.protected_instance != self.instance);
        }
    }
}

fn target(instance: Id<ProtectedInstance>, pair: Id<ReplicationPair>) -> Target {
    Target {
        subject: Subject::Pair(pair),
        entities: Entities {
            protected_instance_id: Some(instance),
            replication_pair_id: Some(pair),
            ..Entities::default()
        },
    }
}
