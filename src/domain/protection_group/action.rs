//! The actions of a protection group, in which its instances and pairs walk along.

use serde::{Deserialize, Serialize};

use super::create::target;
use super::{ProtectionGroup, Station};
use crate::domain::code::{Code, Refusal};
use crate::domain::ids::Ids;
use crate::domain::job::Target;
use crate::domain::project::Project;
use crate::domain::replication_pair::{FaultLevel, ReplicationStatus};
use crate::domain::resource::Id;
use crate::domain::status::Status;
use crate::domain::time::Time;
use crate::domain::work::{AnyWork, End, Gate, Of, Rule, Things, Work};

/// Enabling protection, for the first time or after it was stopped (`protection-groups.md` section 8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StartProtection {
    /// The group.
    pub group: Id<ProtectionGroup>,
}

/// Enabling protection again after a failover.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reprotect {
    /// The group.
    pub group: Id<ProtectionGroup>,
}

/// Disabling protection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StopProtection {
    /// The group.
    pub group: Id<ProtectionGroup>,
}

/// A planned failover: production moves to the other site, protection goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reverse {
    /// The group.
    pub group: Id<ProtectionGroup>,
    /// The site that becomes production.
    pub to: Station,
}

/// A failover: production moves to the DR site, protection ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Failover {
    /// The group.
    pub group: Id<ProtectionGroup>,
}

/// `StartProtectionGroup` is two operations in one: which of them depends on where the group stands.
pub fn start(project: &Project, id: Id<ProtectionGroup>) -> AnyWork {
    let group = project.groups.find(id);
    if group.is_some_and(|group| matches!(group.status, Status::FailedOver | Status::ErrorReprotecting)) {
        Reprotect { group: id }.into()
    } else {
        StartProtection { group: id }.into()
    }
}

impl Work for StartProtection {
    fn rule() -> &'static Rule {
        &Rule {
            job_type: "startProtectionGroupNoCG",
            of: Of::Group,
            gates: &[Gate {
                of: Of::Group,
                allowed: &[Status::Available, Status::ErrorStarting],
                denied: Code::GroupStateForbids,
            }],
            during: Status::Starting,
            done: End::Is(Status::Protected),
            failed: End::Is(Status::ErrorStarting),
            members: true,
            failure: Code::ProtectionNotEnabled,
            record: Some("startFail"),
        }
    }

    fn find<'p>(&self, project: &'p Project) -> Result<Things<'p>, Refusal> {
        group(self.group, project)
    }

    fn guard(&self, project: &Project) -> Result<(), Refusal> {
        no_invalid_instance(self.group, project)?;
        some_pair(self.group, project)
    }

    fn begin(&self, _project: &mut Project, _ids: &mut Ids, _now: Time) -> Target {
        target(self.group)
    }
}

impl Work for Reprotect {
    fn rule() -> &'static Rule {
        &Rule {
            job_type: "reprotectProtectionGroupNoCG",
            of: Of::Group,
            gates: &[Gate {
                of: Of::Group,
                allowed: &[Status::FailedOver, Status::ErrorReprotecting],
                denied: Code::GroupStateForbids,
            }],
            during: Status::Reprotecting,
            done: End::Is(Status::Protected),
            failed: End::Is(Status::ErrorReprotecting),
            members: true,
            failure: Code::ProtectionNotReenabled,
            record: Some("reprotectFail"),
        }
    }

    fn find<'p>(&self, project: &'p Project) -> Result<Things<'p>, Refusal> {
        group(self.group, project)
    }

    fn guard(&self, project: &Project) -> Result<(), Refusal> {
        no_invalid_instance(self.group, project)?;
        servers_stopped(self.group, project, Site::Recovery, Code::DrServerNotStopped)
    }

    fn begin(&self, _project: &mut Project, _ids: &mut Ids, _now: Time) -> Target {
        target(self.group)
    }
}

impl Work for StopProtection {
    fn rule() -> &'static Rule {
        &Rule {
            job_type: "stopProtectionGroupNoCG",
            of: Of::Group,
            gates: &[Gate {
                of: Of::Group,
                allowed: &[Status::Protected, Status::ErrorStopping],
                denied: Code::GroupStateForbids,
            }],
            during: Status::Stopping,
            done: End::Is(Status::Available),
            failed: End::Is(Status::ErrorStopping),
            members: true,
            failure: Code::ProtectionNotDisabled,
            record: Some("stopFail"),
        }
    }

    fn find<'p>(&self, project: &'p Project) -> Result<Things<'p>, Refusal> {
        group(self.group, project)
    }

    fn guard(&self, project: &Project) -> Result<(), Refusal> {
        no_invalid_instance(self.group, project)?;
        nothing_copying(self.group, project)
    }

    fn begin(&self, _project: &mut Project, _ids: &mut Ids, _now: Time) -> Target {
        target(self.group)
    }
}

impl Work for Reverse {
    fn rule() -> &'static Rule {
        &Rule {
            job_type: "reverseProtectionGroupNoCG",
            of: Of::Group,
            gates: &[Gate {
                of: Of::Group,
                allowed: &[Status::Protected, Status::ErrorReversing],
                denied: Code::GroupStateForbids,
            }],
            during: Status::Reversing,
            done: End::Is(Status::Protected),
            failed: End::Is(Status::ErrorReversing),
            members: true,
            failure: Code::PlannedFailoverFailed,
            record: Some("reverseFail"),
        }
    }

    fn find<'p>(&self, project: &'p Project) -> Result<Things<'p>, Refusal> {
        group(self.group, project)
    }

    fn guard(&self, project: &Project) -> Result<(), Refusal> {
        let group = project.groups.get(self.group)?;
        if group.priority_station == self.to {
            let word = self.to.word();
            return Err(Code::InvalidPreferredAz.because(format!("priority_station is {word} already")));
        }
        no_invalid_instance(self.group, project)?;
        some_pair(self.group, project)?;
        servers_stopped(self.group, project, Site::Production, Code::ProductionServerNotStopped)?;
        nothing_copying(self.group, project)?;
        link_up(self.group, project, Code::ReverseSystemError)
    }

    fn begin(&self, _project: &mut Project, _ids: &mut Ids, _now: Time) -> Target {
        target(self.group)
    }

    fn finish(&self, project: &mut Project, _target: &Target, _now: Time) {
        turn(self.group, self.to, project);
    }
}

impl Work for Failover {
    fn rule() -> &'static Rule {
        &Rule {
            job_type: "failoverProtectionGroupNoCG",
            of: Of::Group,
            gates: &[Gate {
                of: Of::Group,
                allowed: &[Status::Protected, Status::ErrorFailingOver, Status::ErrorReversing],
                denied: Code::GroupStateForbids,
            }],
            during: Status::FailingOver,
            done: End::Is(Status::FailedOver),
            failed: End::Is(Status::ErrorFailingOver),
            members: true,
            failure: Code::FailoverFailed,
            record: Some("failoverFail"),
        }
    }

    fn find<'p>(&self, project: &'p Project) -> Result<Things<'p>, Refusal> {
        group(self.group, project)
    }

    fn guard(&self, project: &Project) -> Result<(), Refusal> {
        no_invalid_instance(self.group, project)?;
        some_pair(self.group, project)?;
        nothing_copying(self.group, project)?;
        link_up(self.group, project, Code::FailoverSystemError)
    }

    fn begin(&self, _project: &mut Project, _ids: &mut Ids, _now: Time) -> Target {
        target(self.group)
    }

    fn finish(&self, project: &mut Project, _target: &Target, _now: Time) {
        if let Some(group) = project.groups.find(self.group) {
            let other = group.priority_station.other();
            turn(self.group, other, project);
        }
    }
}

fn group(id: Id<ProtectionGroup>, project: &Project) -> Result<Things<'_>, Refusal> {
    let group = Some(project.groups.get(id)?);
    Ok(Things {
        group,
        ..Things::default()
    })
}

/// An instance whose server was deleted behind the service's back blocks every action of its group.
fn no_invalid_instance(group: Id<ProtectionGroup>, project: &Project) -> Result<(), Refusal> {
    let mut instances = project.instances.of_group(group);
    match instances.find(|instance| instance.status == Status::Invalid) {
        Some(invalid) => Err(Code::AbnormalInstance.because(format!("protected instance {} is invalid", invalid.id))),
        None => Ok(()),
    }
}

/// There must be something to protect; no code names this, so it is the state's.
fn some_pair(group: Id<ProtectionGroup>, project: &Project) -> Result<(), Refusal> {
    if project.pairs.of_group(group).len() > 0 {
        return Ok(());
    }
    Err(Code::GroupStateForbids.because(format!("protection group {group} has no replication pair")))
}

fn nothing_copying(group: Id<ProtectionGroup>, project: &Project) -> Result<(), Refusal> {
    let mut pairs = project.pairs.of_group(group);
    match pairs.find(|pair| pair.replication_status == ReplicationStatus::Copying) {
        Some(pair) => Err(Code::PairsSynchronizing.because(format!("replication pair {} is copying", pair.id))),
        None => Ok(()),
    }
}

fn link_up(group: Id<ProtectionGroup>, project: &Project, denied: Code) -> Result<(), Refusal> {
    let mut pairs = project.pairs.of_group(group);
    match pairs.find(|pair| pair.fault_level == FaultLevel::Link) {
        Some(pair) => Err(denied.because(format!("the link of replication pair {} is down", pair.id))),
        None => Ok(()),
    }
}

/// One of the two sites, by its part now.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Site {
    Production,
    Recovery,
}

/// The servers of one site must not run; one that no inventory lists does not.
fn servers_stopped(id: Id<ProtectionGroup>, project: &Project, site: Site, denied: Code) -> Result<(), Refusal> {
    let group = project.groups.get(id)?;
    let at_source = (group.priority_station == Station::Source) == (site == Site::Production);
    for instance in project.instances.of_group(id) {
        let server = if at_source {
            instance.source_server
        } else {
            instance.target_server
        };
        if project.inventory.is_running(server) {
            return Err(denied.because(format!("server {server} is running")));
        }
    }
    Ok(())
}

/// Makes a site production for the group and for all that belongs to it; the copies must always agree.
fn turn(id: Id<ProtectionGroup>, to: Station, project: &mut Project) {
    let instances: Vec<_> = project.instances.of_group(id).map(|row| row.id).collect();
    for instance in instances {
        if let Some(instance) = project.instances.find_mut(instance) {
            instance.priority_station = to;
        }
    }
    let pairs: Vec<_> = project.pairs.of_group(id).map(|row| row.id).collect();
    for pair in pairs {
        if let Some(pair) = project.pairs.find_mut(pair) {
            pair.priority_station = to;
        }
    }
    if let Some(group) = project.groups.find_mut(id) {
        group.priority_station = to;
    }
}
