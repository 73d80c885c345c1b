//! What SDRS protects and stands on but does not own: domains, servers, disks, networks, flavours.

use std::collections::BTreeSet;

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::code::{Code, Refusal};
use super::ids::Ids;
use super::resource::{Id, Identified, nullable_objects, object, objects};

/// The name of an active-active domain that no inventory lists.
const UNLISTED_DOMAIN: &str = "domain_001";

/// The surroundings of a project, which the API itself hardly shows.
///
/// In an open section every well-formed ID exists; in a closed one only those that are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inventory {
    /// The sections in which only listed IDs exist.
    pub closed: BTreeSet<Section>,
    /// Listed servers.
    pub servers: IndexMap<Id<Server>, Server>,
    /// Listed disks.
    pub volumes: IndexMap<Id<Volume>, Volume>,
    /// Listed networks.
    pub vpcs: IndexMap<Id<Vpc>, Vpc>,
    /// Listed active-active domains, in the order in which they are shown.
    pub domains: IndexMap<Id<Domain>, Domain>,
    /// Listed server specifications.
    pub flavors: IndexMap<String, Flavor>,
}

/// A part of the inventory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Section {
    /// Servers.
    Servers,
    /// Disks.
    Volumes,
    /// Networks.
    Vpcs,
    /// Active-active domains.
    Domains,
    /// Server specifications.
    Flavors,
}

/// An active-active domain: two sites that can stand in for each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Domain {
    /// Its ID.
    pub id: Id<Domain>,
    /// Its name.
    pub name: String,
    /// Its description.
    pub description: String,
    /// Whether its resources are sold out; information only.
    pub sold_out: bool,
    /// One of the two sites.
    #[serde(deserialize_with = "object")]
    pub local_replication_cluster: Cluster,
    /// The other one.
    #[serde(deserialize_with = "object")]
    pub remote_replication_cluster: Cluster,
}

/// One site of a domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cluster {
    /// Its availability zone.
    pub availability_zone: String,
}

/// A server; all but its ID may be left out of a fixture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Its ID.
    pub id: Id<Server>,
    /// Its availability zone; null is whichever one is asked for.
    #[serde(default)]
    pub az: Option<String>,
    /// Its network; null is whichever one is asked for.
    #[serde(default)]
    pub vpc_id: Option<Id<Vpc>>,
    /// Whether it runs.
    #[serde(default)]
    pub power: Power,
    /// Its status in the compute service; `active` and `shutoff` are the sound ones.
    #[serde(default)]
    pub status: Option<String>,
    /// Its specifications; null is some supported one.
    #[serde(default)]
    pub flavor: Option<String>,
    /// Who locks it.
    #[serde(default)]
    pub locked: Option<Lock>,
    /// Its disks; null is one system disk `/dev/vda`.
    #[serde(default, deserialize_with = "nullable_objects")]
    pub disks: Option<Vec<ServerDisk>>,
    /// Its network interfaces.
    #[serde(default, deserialize_with = "objects")]
    pub nics: Vec<Nic>,
}

/// Whether a server runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Power {
    /// It runs.
    Running,
    /// It does not.
    #[default]
    Stopped,
}

/// Who locks a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lock {
    /// The system.
    System,
    /// Another cloud service.
    Service,
}

/// A disk as a server carries it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerDisk {
    /// The disk.
    pub id: Id<Volume>,
    /// The device, such as `/dev/vda`.
    pub device: String,
    /// Whether it is the system disk.
    #[serde(default)]
    pub bootable: bool,
    /// Whether several servers may share it.
    #[serde(default)]
    pub shared: bool,
}

/// A network interface of a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Nic {
    /// Its ID.
    pub id: Id<Nic>,
    /// Its subnet.
    pub subnet_id: Id<Subnet>,
    /// Its private address.
    #[serde(default)]
    pub ip: Option<String>,
    /// Whether it is the primary one, which cannot be deleted.
    #[serde(default)]
    pub primary: bool,
}

/// A disk; all but its ID may be left out of a fixture.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Volume {
    /// Its ID.
    pub id: Id<Volume>,
    /// Its availability zone; null is whichever one is asked for.
    #[serde(default)]
    pub az: Option<String>,
    /// Its size in GB.
    #[serde(default = "Volume::default_size")]
    pub size: u32,
    /// Its type, such as `SATA`.
    #[serde(rename = "type", default = "Volume::default_type")]
    pub kind: String,
    /// Its status in the block storage service.
    #[serde(default = "Volume::default_status")]
    pub status: String,
    /// Whether it is encrypted.
    #[serde(default)]
    pub encrypted: bool,
    /// Whether it is locked.
    #[serde(default)]
    pub locked: bool,
    /// Whether several servers may share it.
    #[serde(default)]
    pub shared: bool,
}

impl Volume {
    /// Every type that pairs are documented with.
    pub const TYPES: &[&str] = &["SATA", "SAS", "SSD", "co-p1", "uh-l1"];

    /// What an ID that no inventory lists stands for.
    pub fn unlisted(id: Id<Self>) -> Self {
        Self {
            id,
            az: None,
            size: Self::default_size(),
            kind: Self::default_type(),
            status: Self::default_status(),
            encrypted: false,
            locked: false,
            shared: false,
        }
    }

    fn default_size() -> u32 {
        10
    }

    fn default_type() -> String {
        "SATA".to_owned()
    }

    fn default_status() -> String {
        "available".to_owned()
    }
}

/// A network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vpc {
    /// Its ID.
    pub id: Id<Vpc>,
    /// Its subnets.
    #[serde(default, deserialize_with = "objects")]
    pub subnets: Vec<Subnet>,
}

/// A subnet of a network.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Subnet {
    /// Its ID.
    pub id: Id<Subnet>,
    /// Its address block.
    pub cidr: String,
}

/// Specifications of servers, and at which of the two sites SDRS supports them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Flavor {
    /// Its name.
    pub id: String,
    /// Whether a production server may have it.
    #[serde(default = "yes")]
    pub supported_production: bool,
    /// Whether a DR server may have it.
    #[serde(default = "yes")]
    pub supported_dr: bool,
}

fn yes() -> bool {
    true
}

impl Inventory {
    /// Whether only listed things of this section exist.
    pub fn is_closed(&self, section: Section) -> bool {
        self.closed.contains(&section)
    }

    /// The network of this ID if it is listed; refused where it would have to be.
    pub fn vpc(&self, id: Id<Vpc>) -> Result<Option<&Vpc>, Refusal> {
        match self.vpcs.get(&id) {
            None if self.is_closed(Section::Vpcs) => Err(Code::VpcNotFound.because(format!("there is no VPC {id}"))),
            listed => Ok(listed),
        }
    }

    /// Whether a drill may take place in this network, or in one to be made; an unlisted network has the subnets that
    /// it needs.
    pub fn admits_drill(&self, drill: Option<Id<Vpc>>, group: Id<Vpc>) -> Result<(), Refusal> {
        let group = self.vpcs.get(&group);
        if group.is_some_and(|group| group.subnets.is_empty()) {
            return Err(Code::DrVpcWithoutSubnet.refusal());
        }
        let Some(drill) = drill.and_then(|drill| self.vpcs.get(&drill)) else {
            return Ok(());
        };
        if drill.subnets.is_empty() {
            return Err(Code::DrillVpcWithoutSubnet.because(format!("VPC {} has no subnet", drill.id)));
        }
        let has = |cidr: &str| drill.subnets.iter().any(|subnet| subnet.cidr == cidr);
        let lacks = group
            .into_iter()
            .flat_map(|group| &group.subnets)
            .find(|subnet| !has(&subnet.cidr));
        lacks.map_or(Ok(()), |subnet| {
            Err(Code::DrillVpcWithoutCidr.because(format!("VPC {} has no subnet {}", drill.id, subnet.cidr)))
        })
    }

    /// A new network with the subnets of this one, listed where networks have to be or where that one is.
    pub fn make_vpc_like(&mut self, model: Option<Id<Vpc>>, ids: &mut Ids) -> Id<Vpc> {
        let id = Id::new(ids.draw());
        let model = model.and_then(|model| self.vpcs.get(&model));
        if model.is_some() || self.is_closed(Section::Vpcs) {
            let subnets = model.map(|model| model.subnets.clone()).unwrap_or_default();
            let subnets = subnets
                .into_iter()
                .map(|subnet| Subnet {
                    id: Id::new(ids.draw()),
                    ..subnet
                })
                .collect();
            self.vpcs.insert(id, Vpc { id, subnets });
        }
        id
    }

    /// The disk of this ID as it is listed, or as an unlisted one is; refused where it would have to be listed.
    pub fn volume(&self, id: Id<Volume>) -> Result<Volume, Refusal> {
        match self.volumes.get(&id) {
            Some(volume) => Ok(volume.clone()),
            None if self.is_closed(Section::Volumes) => Err(Code::NullDisk.because(format!("there is no disk {id}"))),
            None => Ok(Volume::unlisted(id)),
        }
    }

    /// The disk as a listed server carries it.
    pub fn carried(&self, id: Id<Volume>) -> Option<&ServerDisk> {
        let disks = self.servers.values().filter_map(|server| server.disks.as_ref());
        disks.flatten().find(|disk| disk.id == id)
    }

    /// A new disk like this one at another site, listed where disks have to be or where that one is.
    pub fn make_volume_like(&mut self, model: Id<Volume>, az: &str, ids: &mut Ids) -> Id<Volume> {
        let mut id = Id::new(ids.draw());
        while self.volumes.contains_key(&id) {
            id = Id::new(ids.draw());
        }
        let listed = self.volumes.get(&model).cloned();
        if listed.is_some() || self.is_closed(Section::Volumes) {
            let copy = Volume {
                id,
                az: Some(az.to_owned()),
                status: Volume::default_status(),
                ..listed.unwrap_or_else(|| Volume::unlisted(model))
            };
            self.volumes.insert(id, copy);
        }
        id
    }

    /// The name of this domain, where it exists.
    pub fn domain_name(&self, id: Id<Domain>) -> Option<&str> {
        match self.domains.get(&id) {
            Some(domain) => Some(&domain.name),
            None if self.closed.contains(&Section::Domains) => None,
            None => Some(UNLISTED_DOMAIN),
        }
    }
}

impl Identified for Domain {
    const NAME: &'static str = "active-active domain";
    const MALFORMED: Code = Code::InvalidDomainId;
}

impl Identified for Server {
    const NAME: &'static str = "server";
    const MALFORMED: Code = Code::InvalidServerId;
}

impl Identified for Volume {
    const NAME: &'static str = "disk";
    const MALFORMED: Code = Code::InvalidDiskId;
}

impl Identified for Vpc {
    const NAME: &'static str = "VPC";
    const MALFORMED: Code = Code::InvalidVpc;
}

impl Identified for Nic {
    const NAME: &'static str = "NIC";
    const MALFORMED: Code = Code::InvalidNicId;
}
