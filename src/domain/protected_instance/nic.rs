//! Adding a network interface to a protected instance, and deleting it.

use core::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::{GROUP_IN_ORDER, ProtectedInstance};
use crate::domain::code::{Code, Refusal};
use crate::domain::ids::Ids;
use crate::domain::inventory::{Nic, Subnet};
use crate::domain::job::{Entities, Subject, Target};
use crate::domain::project::Project;
use crate::domain::resource::Id;
use crate::domain::rules::NICS;
use crate::domain::status::Status;
use crate::domain::time::Time;
use crate::domain::work::{AnyWork, End, Gate, Of, Rule, Things, Work};

/// What both operations ask of the instance.
const INSTANCE_IN_ORDER: Gate = Gate {
    of: Of::Instance,
    allowed: &[Status::Available, Status::Protected],
    denied: Code::InstanceStateForbidsNic,
};

/// `AddProtectedInstanceNic` (`protected-instances.md` section 9). The production server's list of interfaces is the
/// instance's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddNic {
    /// The instance.
    pub instance: Id<ProtectedInstance>,
    /// The interface's subnet.
    pub subnet: Id<Subnet>,
    /// Its address; without one it gets some free one, which nothing shows.
    pub ip: Option<IpAddr>,
}

impl Work for AddNic {
    fn rule() -> &'static Rule {
        &Rule {
            job_type: "addNicNew",
            of: Of::Instance,
            gates: &[GROUP_IN_ORDER, INSTANCE_IN_ORDER],
            during: Status::NicCreating,
            done: End::Base,
            failed: End::Base,
            members: false,
            failure: Code::NicNotAdded,
            record: None,
        }
    }

    fn find<'p>(&self, project: &'p Project) -> Result<Things<'p>, Refusal> {
        let things = find(project, self.instance)?;
        let vpc = things.group.map(|group| group.source_vpc_id);
        project
            .inventory
            .admits_subnet(self.subnet, vpc.expect("it was just found"))?;
        Ok(things)
    }

    fn guard(&self, project: &Project) -> Result<(), Refusal> {
        if let Some(ip) = self.ip {
            project.admits_address(self.subnet, ip)?;
        }
        let instance = project.instances.get(self.instance)?;
        let listed = project.inventory.servers.get(&instance.source_server);
        let nics = listed.map_or(&[][..], |server| &server.nics);
        // Every server has a primary interface, listed or not.
        let count = nics.iter().filter(|nic| !nic.primary).count() + 1;
        if count < NICS {
            return Ok(());
        }
        Err(Code::TooManyNics.because(format!("an instance may have {NICS} NICs, it has {count}")))
    }

    fn begin(&self, _project: &mut Project, ids: &mut Ids, _now: Time) -> Target {
        target(self.instance, Id::new(ids.draw()))
    }

    fn finish(&self, project: &mut Project, target: &Target, _now: Time) {
        let Some((instance, id)) = project.instances.find(self.instance).zip(target.entities.nic_id) else {
            return;
        };
        let nic = Nic {
            id,
            subnet_id: self.subnet,
            ip: self.ip.map(|ip| ip.to_string()),
            primary: false,
        };
        project.inventory.server_mut(instance.source_server).nics.push(nic);
    }
}

/// `DeleteProtectedInstanceNic` (`protected-instances.md` section 9).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteNic {
    /// The instance.
    pub instance: Id<ProtectedInstance>,
    /// The interface.
    pub nic: Id<Nic>,
}

impl Work for DeleteNic {
    fn rule() -> &'static Rule {
        &Rule {
            job_type: "deleteNicNew",
            of: Of::Instance,
            gates: &[GROUP_IN_ORDER, INSTANCE_IN_ORDER],
            during: Status::NicDeleting,
            done: End::Base,
            failed: End::Base,
            members: false,
            failure: Code::NicNotDeleted,
            record: None,
        }
    }

    fn find<'p>(&self, project: &'p Project) -> Result<Things<'p>, Refusal> {
        let things = find(project, self.instance)?;
        let instance = things.instance.expect("it was just found");
        if nics(project, instance).any(|nic| nic.id == self.nic) {
            return Ok(things);
        }
        Err(Code::NicNotFound.because(format!("protected instance {} has no NIC {}", instance.id, self.nic)))
    }

    fn guard(&self, project: &Project) -> Result<(), Refusal> {
        let instance = project.instances.get(self.instance)?;
        if nics(project, instance).any(|nic| nic.id == self.nic && nic.primary) {
            return Err(Code::PrimaryNicNotDeletable.because(format!("NIC {} is the primary one", self.nic)));
        }
        Ok(())
    }

    fn begin(&self, _project: &mut Project, _ids: &mut Ids, _now: Time) -> Target {
        target(self.instance, self.nic)
    }

    fn finish(&self, project: &mut Project, _target: &Target, _now: Time) {
        let Some(instance) = project.instances.find(self.instance) else {
            return;
        };
        for server in [instance.source_server, instance.target_server] {
            if let Some(server) = project.inventory.servers.get_mut(&server) {
                server.nics.retain(|nic| nic.id != self.nic);
            }
        }
    }
}

impl Project {
    /// Refuses an address that a server has, or is about to get.
    pub(super) fn admits_address(&self, subnet: Id<Subnet>, ip: IpAddr) -> Result<(), Refusal> {
        let on_its_way =
            |work: &AnyWork| matches!(work, AnyWork::AddNic(add) if add.subnet == subnet && add.ip == Some(ip));
        if self.inventory.is_taken(subnet, ip) || self.jobs.going_on().any(on_its_way) {
            return Err(Code::IpAddressInUse.because(format!("{ip} in subnet {subnet}")));
        }
        Ok(())
    }
}

/// The listed interfaces of both of an instance's servers.
fn nics<'p>(project: &'p Project, instance: &ProtectedInstance) -> impl Iterator<Item = &'p Nic> {
    let servers = [instance.source_server, instance.target_server];
    let listed = servers
        .into_iter()
        .filter_map(|server| project.inventory.servers.get(&server));
    listed.flat_map(|server| &server.nics)
}

fn find(project: &Project, instance: Id<ProtectedInstance>) -> Result<Things<'_>, Refusal> {
    let instance = project.instances.get(instance)?;
    Ok(Things {
        group: Some(project.groups.named(instance.server_group_id)?),
        instance: Some(instance),
        ..Things::default()
    })
}

fn target(instance: Id<ProtectedInstance>, nic: Id<Nic>) -> Target {
    Target {
        subject: Subject::Instance(instance),
        entities: Entities {
            protected_instance_id: Some(instance),
            nic_id: Some(nic),
            ..Entities::default()
        },
    }
}
