//! Servers, their specifications and their subnets, as an inventory lists them or leaves them out.

use core::net::IpAddr;

use super::code::{Code, Refusal};
use super::inventory::{Flavor, Inventory, Nic, Power, Section, Server, ServerDisk, Subnet, Volume, Vpc};
use super::resource::{Id, Identified};

/// The system disk's place on every server.
pub const SYSTEM_DEVICE: &str = "/dev/vda";

impl Server {
    /// What an ID that no inventory lists stands for: a stopped server with one system disk.
    pub fn unlisted(id: Id<Self>) -> Self {
        Self {
            id,
            az: None,
            vpc_id: None,
            power: Power::Stopped,
            status: None,
            flavor: None,
            locked: None,
            disks: None,
            nics: Vec::new(),
        }
    }
}

impl Inventory {
    /// The server of this ID if it is listed; refused where it would have to be.
    pub fn server(&self, id: Id<Server>) -> Result<Option<&Server>, Refusal> {
        match self.servers.get(&id) {
            None if self.is_closed(Section::Servers) => {
                Err(Code::ServerNotFound.because(format!("there is no server {id}")))
            }
            listed => Ok(listed),
        }
    }

    /// The server of this ID, to change it; one that is not listed is from now on.
    pub fn server_mut(&mut self, id: Id<Server>) -> &mut Server {
        self.servers.entry(id).or_insert_with(|| Server::unlisted(id))
    }

    /// Whether this server is known to run.
    pub fn is_running(&self, id: Id<Server>) -> bool {
        self.servers
            .get(&id)
            .is_some_and(|server| server.power == Power::Running)
    }

    /// What a server's specifications are, where that is known.
    pub fn flavor_of(&self, id: Id<Server>) -> Option<&str> {
        self.servers.get(&id)?.flavor.as_deref()
    }

    /// The disks of a server, where they are listed; else it has one system disk.
    pub fn disks_of(&self, id: Id<Server>) -> Option<&[ServerDisk]> {
        self.servers.get(&id)?.disks.as_deref()
    }

    /// The size in GB and the type of a disk, listed or not.
    pub fn size_and_type(&self, id: Id<Volume>) -> (u32, String) {
        let volume = self.volumes.get(&id).cloned().unwrap_or_else(|| Volume::unlisted(id));
        (volume.size, volume.kind)
    }

    /// Whether the site that is asked about supports these specifications; an unlisted one of an open section is
    /// supported at both.
    pub fn supports(&self, flavor: &str, at: impl Fn(&Flavor) -> bool) -> bool {
        self.flavors.get(flavor).map_or(!self.is_closed(Section::Flavors), at)
    }

    /// Whether this subnet is one of this network; an unlisted network has the subnets that it needs.
    pub fn admits_subnet(&self, subnet: Id<Subnet>, vpc: Id<Vpc>) -> Result<(), Refusal> {
        let has = |vpc: &&Vpc| vpc.subnets.iter().any(|listed| listed.id == subnet);
        match self.vpcs.values().find(has) {
            Some(other) if other.id != vpc => {
                let detail = format!(
                    "subnet {subnet} belongs to VPC {}, not to the group's VPC {vpc}",
                    other.id
                );
                Err(Code::InvalidVpc.because(detail))
            }
            None if self.vpcs.contains_key(&vpc) || self.is_closed(Section::Vpcs) => {
                Err(Code::SubnetNotFound.because(format!("VPC {vpc} has no subnet {subnet}")))
            }
            _ => Ok(()),
        }
    }

    /// Whether a server has this address in this subnet.
    pub fn is_taken(&self, subnet: Id<Subnet>, ip: IpAddr) -> bool {
        let has = |nic: &Nic| nic.subnet_id == subnet && nic.ip.as_deref().and_then(|ip| ip.parse().ok()) == Some(ip);
        self.servers.values().flat_map(|server| &server.nics).any(has)
    }
}

/// Reads a private address or refuses it with `SDRS.0219`.
pub fn parse_address(text: &str, member: &str) -> Result<IpAddr, Refusal> {
    text.parse()
        .map_err(|_| Code::InvalidIpAddress.because(format!("{member} must be an IP address, it is {text:?}")))
}

impl Identified for Subnet {
    const NAME: &'static str = "subnet";
    const MALFORMED: Code = Code::SubnetNotFound;
}
