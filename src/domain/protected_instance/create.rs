//! Creating a protected instance, alone or as one of a batch.

use core::net::IpAddr;

use serde::{Deserialize, Serialize};

use super::{Attachment, GROUP_IN_ORDER, Metadata, ProtectedInstance};
use crate::domain::code::{Code, Refusal};
use crate::domain::ids::Ids;
use crate::domain::inventory::{Flavor, Lock, Nic, Section, Server, ServerDisk, Subnet, Volume};
use crate::domain::job::{Entities, Subject, Target};
use crate::domain::name::{Description, Name};
use crate::domain::project::Project;
use crate::domain::protection_group::ProtectionGroup;
use crate::domain::resource::Id;
use crate::domain::server::SYSTEM_DEVICE;
use crate::domain::status::Status;
use crate::domain::tag::Tag;
use crate::domain::time::Time;
use crate::domain::work::{End, Of, Rule, Things, Work};

/// `CreateProtectedInstance`: makes a server at the DR site, and a replication pair for each disk of the production
/// server (`protected-instances.md` section 3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateInstance {
    /// The group to put it in.
    pub group: Id<ProtectionGroup>,
    /// The production server.
    pub server: Id<Server>,
    /// The instance's name.
    pub name: Name,
    /// Its description.
    pub description: Option<Description>,
    /// The subnet of the DR server's primary network interface.
    pub subnet: Option<Id<Subnet>>,
    /// That interface's address.
    pub ip: Option<IpAddr>,
    /// The DR server's specifications; without them it has those of the production server.
    pub flavor: Option<Box<str>>,
    /// Its tags.
    pub tags: Vec<Tag>,
    /// The production servers of the whole batch, none where this instance is created alone.
    pub batch: Vec<Id<Server>>,
}

impl Work for CreateInstance {
    fn rule() -> &'static Rule {
        &Rule {
            job_type: "createProtectedInstanceNoCG",
            of: Of::Instance,
            gates: &[GROUP_IN_ORDER],
            during: Status::Creating,
            done: End::Base,
            failed: End::Is(Status::Error),
            members: true,
            failure: Code::InstanceNotCreated,
            record: Some("createFail"),
        }
    }

    fn find<'p>(&self, project: &'p Project) -> Result<Things<'p>, Refusal> {
        let group = project.groups.named(self.group)?;
        project.inventory.server(self.server)?;
        if let Some(subnet) = self.subnet {
            project.inventory.admits_subnet(subnet, group.source_vpc_id)?;
        }
        Ok(Things {
            group: Some(group),
            ..Things::default()
        })
    }

    fn guard(&self, project: &Project) -> Result<(), Refusal> {
        self.check_unprotected(project)?;
        let group = project.groups.named(self.group)?;
        if let Some(server) = project.inventory.server(self.server)? {
            check_place(server, group)?;
            self.check_disks(server, project)?;
        }
        self.check_flavors(project)?;
        if let Some((subnet, ip)) = self.subnet.zip(self.ip) {
            project.admits_address(subnet, ip)?;
        }
        // Every part of a batch sees the whole of it, so the last one speaks for all.
        match self.batch.last() {
            Some(last) if *last != self.server => Ok(()),
            _ => self.check_quota(project),
        }
    }

    fn begin(&self, project: &mut Project, ids: &mut Ids, now: Time) -> Target {
        let id = project.fresh_id(ids);
        let target_server = self.make_target_server(project, ids);
        let group = project.groups.find(self.group).expect("the group was found before");
        let priority_station = group.priority_station;
        project.insert(ProtectedInstance {
            id,
            name: self.name,
            description: self.description.clone(),
            server_group_id: self.group,
            status: Status::Creating,
            progress: 0,
            source_server: self.server,
            target_server,
            created_at: now.to_millis(),
            updated_at: now.to_millis(),
            priority_station,
            attachment: Vec::new(),
            tags: self.tags.clone(),
            metadata: Metadata::default(),
        });
        for disk in disks(self.server, project, ids) {
            let pair = project.pair_of_disk(self.group, &disk, ids, now);
            let device = disk.device;
            project.attach(
                id,
                Attachment {
                    replication: pair,
                    device,
                },
            );
        }
        Target {
            subject: Subject::Instance(id),
            entities: Entities {
                protected_instance_id: Some(id),
                ..Entities::default()
            },
        }
    }
}

impl CreateInstance {
    /// Refuses a server that an instance has, on whichever side.
    fn check_unprotected(&self, project: &Project) -> Result<(), Refusal> {
        let has =
            |instance: &&ProtectedInstance| [instance.source_server, instance.target_server].contains(&self.server);
        match project.instances.newest_first().find(has) {
            None => Ok(()),
            Some(other) => {
                let detail = format!("server {} belongs to protected instance {}", self.server, other.id);
                Err(Code::ServerAlreadyProtected.because(detail))
            }
        }
    }

    fn check_disks(&self, server: &Server, project: &Project) -> Result<(), Refusal> {
        let id = server.id;
        let Some(disks) = &server.disks else { return Ok(()) };
        if disks.is_empty() {
            return Err(Code::ServerWithoutDisk.because(format!("server {id} has no disk")));
        }
        if !disks.iter().any(|disk| disk.bootable) {
            return Err(Code::ServerWithoutSystemDisk.because(format!("server {id} has no system disk")));
        }
        disks.iter().try_for_each(|disk| self.check_disk(disk, project))
    }

    fn check_disk(&self, disk: &ServerDisk, project: &Project) -> Result<(), Refusal> {
        if disk.shared && self.batch.is_empty() {
            return Err(
                Code::DiskTypeForbids.because(format!("disk {} is shared, protect its servers as a batch", disk.id))
            );
        }
        let carries = |server: &Server| server.disks.iter().flatten().any(|other| other.id == disk.id);
        let left_out = |server: &&Server| !self.batch.contains(&server.id) && carries(server);
        if disk.shared
            && let Some(other) = project.inventory.servers.values().find(left_out)
        {
            let detail = format!("server {} shares disk {}", other.id, disk.id);
            return Err(Code::SharedDiskServerMissing.because(detail));
        }
        match project.pairs.newest_first().find(|pair| pair.volume_ids.has(disk.id)) {
            None => Ok(()),
            Some(pair) => {
                let detail = format!("disk {} belongs to replication pair {}", disk.id, pair.id);
                Err(Code::DiskAlreadyInPair.because(detail))
            }
        }
    }

    /// Refuses specifications that a site does not support, and a server that somebody locks.
    fn check_flavors(&self, project: &Project) -> Result<(), Refusal> {
        let inventory = &project.inventory;
        let production = inventory.flavor_of(self.server);
        let supported = |flavor: &str, at: fn(&Flavor) -> bool, denied: Code| {
            if inventory.supports(flavor, at) {
                return Ok(());
            }
            Err(denied.because(format!("flavor {flavor} is not supported there")))
        };
        if let Some(flavor) = production {
            supported(
                flavor,
                |flavor| flavor.supported_production,
                Code::ProductionFlavorNotSupported,
            )?;
        }
        if let Some(flavor) = self.flavor.as_deref().or(production) {
            supported(flavor, |flavor| flavor.supported_dr, Code::DrFlavorNotSupported)?;
        }
        match inventory.servers.get(&self.server).and_then(|server| server.locked) {
            None => Ok(()),
            Some(Lock::System) => Err(Code::ServerLockedBySystem.refusal()),
            Some(Lock::Service) => Err(Code::ServerLockedByService.refusal()),
        }
    }

    fn check_quota(&self, project: &Project) -> Result<(), Refusal> {
        let Some(quota) = project.rules.pair_quota else {
            return Ok(());
        };
        let alone = [self.server];
        let servers = if self.batch.is_empty() { &alone } else { &*self.batch };
        let mut seen = Vec::new();
        let mut new = 0;
        for &server in servers {
            let Some(disks) = project.inventory.disks_of(server) else {
                new += 1;
                continue;
            };
            for disk in disks {
                // What several servers of a batch share becomes one pair.
                if !seen.contains(&disk.id) {
                    seen.push(disk.id);
                    new += 1;
                }
            }
        }
        let used = project.pairs.len();
        if used + new <= quota {
            return Ok(());
        }
        Err(Code::PairQuotaExceeded.because(format!("{new} pairs are needed, {used} of {quota} are in use")))
    }

    /// Draws the server at the DR site; it is listed where something about it has to be remembered.
    fn make_target_server(&self, project: &mut Project, ids: &mut Ids) -> Id<Server> {
        let mut id = Id::new(ids.draw());
        while project.inventory.servers.contains_key(&id) {
            id = Id::new(ids.draw());
        }
        let group = project.groups.find(self.group).expect("the group was found before");
        let inventory = &mut project.inventory;
        let flavor = self
            .flavor
            .as_deref()
            .or(inventory.flavor_of(self.server))
            .map(str::to_owned);
        if flavor.is_some() || self.subnet.is_some() || inventory.is_closed(Section::Servers) {
            let nic = self.subnet.map(|subnet_id| Nic {
                id: Id::new(ids.draw()),
                subnet_id,
                ip: self.ip.map(|ip| ip.to_string()),
                primary: true,
            });
            let server = Server {
                az: Some(group.recovery_az().to_owned()),
                vpc_id: Some(group.target_vpc_id),
                flavor,
                nics: nic.into_iter().collect(),
                ..Server::unlisted(id)
            };
            inventory.servers.insert(id, server);
        }
        id
    }
}

/// Refuses a server that stands elsewhere than the group's production site, or is in no sound status.
fn check_place(server: &Server, group: &ProtectionGroup) -> Result<(), Refusal> {
    let id = server.id;
    if let Some(vpc) = server.vpc_id.filter(|vpc| *vpc != group.source_vpc_id) {
        let detail = format!("server {id} is in VPC {vpc}, the group in {}", group.source_vpc_id);
        return Err(Code::ServerInOtherVpc.because(detail));
    }
    let production = group.production_az();
    if let Some(az) = server.az.as_deref().filter(|az| *az != production) {
        let detail = format!("server {id} is in {az}, production is in {production}");
        return Err(Code::ServerInOtherAz.because(detail));
    }
    let sound = |status: &str| {
        ["active", "shutoff"]
            .iter()
            .any(|sound| sound.eq_ignore_ascii_case(status))
    };
    match server.status.as_deref().filter(|status| !sound(status)) {
        None => Ok(()),
        Some(status) => Err(Code::ServerNotActiveOrShutoff.because(format!("server {id} is {status}"))),
    }
}

/// The disks of a server; one whose disks are not listed has one system disk, which is listed where disks have to be.
fn disks(server: Id<Server>, project: &mut Project, ids: &mut Ids) -> Vec<ServerDisk> {
    if let Some(listed) = project.inventory.disks_of(server) {
        return listed.to_vec();
    }
    let id = Id::new(ids.draw());
    if project.inventory.is_closed(Section::Volumes) {
        project.inventory.volumes.insert(id, Volume::unlisted(id));
    }
    vec![ServerDisk {
        id,
        device: SYSTEM_DEVICE.to_owned(),
        bootable: true,
        shared: false,
    }]
}
