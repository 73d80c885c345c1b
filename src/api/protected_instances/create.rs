//! Creating protected instances, one or a batch.

use std::net::IpAddr;

use super::super::body::{Text, Wrapped, Wrapper};
use super::super::input::Project;
use super::super::reply::Reply;
use crate::domain::code::{Code, Refusal};
use crate::domain::inventory::Subnet;
use crate::domain::name::NamePrefix;
use crate::domain::protected_instance::{CreateInstance, ProtectedInstance, servers_of_batch};
use crate::domain::resource::{Id, Object, Resource};
use crate::domain::rules::Flavour;
use crate::domain::server::parse_address;
use crate::domain::tag::{AT_CREATION, Tag, Tags};
use crate::domain::work::Submission;

/// `CreateProtectedInstance`.
pub fn create(project: Project<'_>, new: Wrapped<ProtectedInstance, NewInstance<'_>>) -> Result<Reply, Refusal> {
    project.submit(new.0.parse(&project)?)
}

/// `BatchCreateProtectedInstances`: all or none, as the parts of one job.
pub fn create_batch(project: Project<'_>, new: Wrapped<Batch, NewInstances<'_>>) -> Result<Reply, Refusal> {
    let works = new.0.parse(&project)?.into_iter().map(Into::into);
    let submission = Submission::Batch(works.collect());
    project.submit_with(|_| submission).map(|reply| reply.with_status(202))
}

/// The body of a creation; members that it does not name are ignored, those of storage pools and hosts among them.
#[derive(serde::Deserialize)]
pub struct NewInstance<'r> {
    #[serde(borrow)]
    server_group_id: Option<Text<'r>>,
    #[serde(borrow)]
    server_id: Option<Text<'r>>,
    #[serde(borrow)]
    name: Option<Text<'r>>,
    #[serde(borrow)]
    description: Option<Text<'r>>,
    #[serde(borrow)]
    primary_subnet_id: Option<Text<'r>>,
    #[serde(borrow)]
    primary_ip_address: Option<Text<'r>>,
    #[serde(rename = "flavorRef", borrow)]
    flavor: Option<Text<'r>>,
    #[serde(borrow)]
    tenancy: Option<Text<'r>>,
    #[serde(borrow)]
    tags: Option<Vec<Object<NewTag<'r>>>>,
}

impl NewInstance<'_> {
    fn parse(&self, project: &Project<'_>) -> Result<CreateInstance, Refusal> {
        let group = Text::id(self.server_group_id.as_ref(), "server_group_id")?;
        let server = Text::id(self.server_id.as_ref(), "server_id")?;
        let name = Text::name(self.name.as_ref(), project.names())?;
        let description = Text::description(self.description.as_ref())?;
        let subnet = subnet(self.primary_subnet_id.as_ref())?;
        let ip = self.address(subnet, project)?;
        tenancy(self.tenancy.as_ref(), project)?;
        Ok(CreateInstance {
            group,
            server,
            name,
            description,
            subnet,
            ip,
            flavor: flavor(self.flavor.as_ref()),
            tags: tags(self.tags.as_deref())?,
            batch: Vec::new(),
        })
    }

    /// The address of the DR server, which only a subnet gives a meaning.
    fn address(&self, subnet: Option<Id<Subnet>>, project: &Project<'_>) -> Result<Option<IpAddr>, Refusal> {
        let Some(Text(ip)) = self.primary_ip_address.as_ref().filter(|ip| !ip.0.is_empty()) else {
            return Ok(None);
        };
        if subnet.is_none() {
            // The other documentation has no code of its own for it.
            let code = match project.flavour() {
                Flavour::Huawei => Code::IpAddressNeedsSubnet,
                Flavour::Otc => Code::InvalidParameters,
            };
            return Err(code.refusal());
        }
        parse_address(ip, "primary_ip_address").map(Some)
    }
}

/// What wraps the body of a batch: the plural, though it is one object.
pub enum Batch {}

impl Wrapper for Batch {
    const NAME: &'static str = ProtectedInstance::COLLECTION;
}

/// The body of a batch; the n-th instance is named by the prefix and its number.
#[derive(serde::Deserialize)]
pub struct NewInstances<'r> {
    #[serde(borrow)]
    name_prefix: Option<Text<'r>>,
    #[serde(borrow)]
    description: Option<Text<'r>>,
    #[serde(borrow)]
    server_group_id: Option<Text<'r>>,
    #[serde(borrow)]
    primary_subnet_id: Option<Text<'r>>,
    #[serde(borrow)]
    tenancy: Option<Text<'r>>,
    #[serde(borrow)]
    servers: Option<Vec<Object<BatchServer<'r>>>>,
    #[serde(borrow)]
    tags: Option<Vec<Object<NewTag<'r>>>>,
}

/// One production server of a batch.
#[derive(serde::Deserialize)]
pub(super) struct BatchServer<'r> {
    #[serde(borrow)]
    server_id: Option<Text<'r>>,
    #[serde(rename = "flavorRef", borrow)]
    flavor: Option<Text<'r>>,
}

impl NewInstances<'_> {
    fn parse(&self, project: &Project<'_>) -> Result<Vec<CreateInstance>, Refusal> {
        let prefix = self.name_prefix.as_ref().map_or("", |prefix| &prefix.0);
        let prefix = NamePrefix::parse(prefix, project.names())?;
        let description = Text::description(self.description.as_ref())?;
        let group = Text::id(self.server_group_id.as_ref(), "server_group_id")?;
        let subnet = subnet(self.primary_subnet_id.as_ref())?;
        tenancy(self.tenancy.as_ref(), project)?;
        let given = self.servers.as_deref().unwrap_or_default();
        let ids = given
            .iter()
            .map(|Object(server)| server.server_id.as_ref().map(|id| &*id.0));
        let batch = servers_of_batch(ids)?;
        let tags = tags(self.tags.as_deref())?;
        let one = |(index, Object(given)): (usize, &Object<BatchServer<'_>>)| CreateInstance {
            group,
            server: batch[index],
            name: prefix.numbered(index + 1),
            description: description.clone(),
            subnet,
            ip: None,
            flavor: flavor(given.flavor.as_ref()),
            tags: tags.clone(),
            batch: batch.clone(),
        };
        Ok(given.iter().enumerate().map(one).collect())
    }
}

/// A tag as a body names it.
#[derive(serde::Deserialize)]
pub(super) struct NewTag<'r> {
    #[serde(borrow)]
    key: Option<Text<'r>>,
    #[serde(borrow)]
    value: Option<Text<'r>>,
}

fn tags(given: Option<&[Object<NewTag<'_>>]>) -> Result<Vec<Tag>, Refusal> {
    let text = |text: &Option<Text<'_>>| text.as_ref().map(|text| text.0.clone().into_owned());
    let given: Vec<_> = given
        .unwrap_or_default()
        .iter()
        .map(|Object(tag)| (text(&tag.key), text(&tag.value)))
        .collect();
    Tags::parse(
        given.iter().map(|(key, value)| (key.as_deref(), value.as_deref())),
        AT_CREATION,
    )
}

fn subnet(given: Option<&Text<'_>>) -> Result<Option<Id<Subnet>>, Refusal> {
    let given = given.filter(|subnet| !subnet.0.is_empty());
    given
        .map(|subnet| Id::parse(&subnet.0, "primary_subnet_id"))
        .transpose()
}

fn flavor(given: Option<&Text<'_>>) -> Option<Box<str>> {
    given
        .filter(|flavor| !flavor.0.is_empty())
        .map(|flavor| (*flavor.0).into())
}

/// Hosts are not emulated, but a word that names no tenancy is wrong without them.
fn tenancy(given: Option<&Text<'_>>, project: &Project<'_>) -> Result<(), Refusal> {
    match given.map(|tenancy| &*tenancy.0) {
        Some(other) if !matches!(other, "" | "shared" | "dedicated") && project.flavour() == Flavour::Huawei => {
            Err(Code::InvalidTenancy.because(format!("tenancy must be shared or dedicated, it is {other:?}")))
        }
        _ => Ok(()),
    }
}
