//! Creating protected instances, one or a batch.

use super::super::body::{HuaweiText, Inner, Text, Wrapped, Wrapper};
use super::super::input::Project;
use super::super::reply::Reply;
use super::super::tags::NewTag;
use super::flavor;
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

/// What wraps the body of a batch: the plural, though it is one object.
pub enum Batch {}

impl Wrapper for Batch {
    const NAME: &'static str = ProtectedInstance::COLLECTION;
}

/// The body of a creation, in the order of the documentation; members that it does not name are ignored.
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
    #[serde(borrow)]
    tags: Option<Vec<Object<NewTag<'r>>>>,
    #[serde(borrow, rename = "flavorRef")]
    flavor: Option<Text<'r>>,
    #[serde(borrow, flatten)]
    host: Host<'r>,
}

impl Inner for NewInstance<'_> {}

/// What the instances of a batch have in common, and their servers.
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
    servers: Option<Vec<Object<NewServer<'r>>>>,
    #[serde(borrow)]
    tags: Option<Vec<Object<NewTag<'r>>>>,
    #[serde(borrow, flatten)]
    host: Host<'r>,
}

impl Inner for NewInstances<'_> {}

/// A production server that a batch names.
#[derive(serde::Deserialize)]
pub(super) struct NewServer<'r> {
    #[serde(borrow)]
    server_id: Option<Text<'r>>,
    #[serde(borrow, rename = "flavorRef")]
    flavor: Option<Text<'r>>,
}

/// Where the DR servers are to be made; only Huawei Cloud reads it, and only its form counts here.
#[derive(serde::Deserialize)]
pub(super) struct Host<'r> {
    #[serde(borrow)]
    cluster_id: Option<HuaweiText<'r>>,
    #[serde(borrow)]
    tenancy: Option<HuaweiText<'r>>,
    #[serde(borrow)]
    dedicated_host_id: Option<HuaweiText<'r>>,
}

impl NewInstance<'_> {
    /// The work that this body asks for, its values checked in their documented order.
    fn parse(&self, project: &Project<'_>) -> Result<CreateInstance, Refusal> {
        self.host.check_shape(project)?;
        let group = Text::id(self.server_group_id.as_ref(), "server_group_id")?;
        let server = Text::id(self.server_id.as_ref(), "server_id")?;
        let name = Text::name(self.name.as_ref(), project.names())?;
        let description = Text::description(self.description.as_ref())?;
        HuaweiText::check_cluster(self.host.cluster_id.as_ref(), project.flavour())?;
        let subnet = subnet(self.primary_subnet_id.as_ref())?;
        let ip = match &self.primary_ip_address {
            Some(_) if subnet.is_none() && project.flavour() == Flavour::Huawei => {
                return Err(Code::IpAddressNeedsSubnet.refusal());
            }
            Some(_) if subnet.is_none() => {
                return Err(Code::InvalidParameters.because("primary_ip_address needs primary_subnet_id"));
            }
            ip => ip
                .as_ref()
                .map(|ip| parse_address(&ip.0, "primary_ip_address"))
                .transpose()?,
        };
        let tags = tags(self.tags.as_deref())?;
        let flavor = flavor(self.flavor.as_ref(), "flavorRef")?;
        self.host.check_tenancy(project)?;
        Ok(CreateInstance {
            group,
            server,
            name,
            description,
            subnet,
            ip,
            flavor,
            tags,
            batch: Vec::new(),
        })
    }
}

impl NewInstances<'_> {
    /// The works that this body asks for, one a server.
    fn parse(&self, project: &Project<'_>) -> Result<Vec<CreateInstance>, Refusal> {
        self.host.check_shape(project)?;
        let prefix = NamePrefix::parse(
            self.name_prefix.as_ref().map_or("", |prefix| &prefix.0),
            project.names(),
        )?;
        let description = Text::description(self.description.as_ref())?;
        let group = Text::id(self.server_group_id.as_ref(), "server_group_id")?;
        HuaweiText::check_cluster(self.host.cluster_id.as_ref(), project.flavour())?;
        let subnet = subnet(self.primary_subnet_id.as_ref())?;
        self.host.check_tenancy(project)?;
        let servers = self.servers.as_deref().unwrap_or_default();
        let batch = servers_of_batch(
            servers
                .iter()
                .map(|server| server.0.server_id.as_ref().map(|id| &*id.0)),
        )?;
        let flavors = servers
            .iter()
            .map(|server| flavor(server.0.flavor.as_ref(), "flavorRef"));
        let flavors = flavors.collect::<Result<Vec<_>, _>>()?;
        let tags = tags(self.tags.as_deref())?;
        let work = |(index, flavor)| CreateInstance {
            group,
            server: batch[index],
            name: prefix.numbered(index + 1),
            description: description.clone(),
            subnet,
            ip: None,
            flavor,
            tags: tags.clone(),
            batch: batch.clone(),
        };
        Ok(flavors.into_iter().enumerate().map(work).collect())
    }
}

impl Host<'_> {
    fn check_shape(&self, project: &Project<'_>) -> Result<(), Refusal> {
        let members = [
            (&self.cluster_id, "cluster_id"),
            (&self.tenancy, "tenancy"),
            (&self.dedicated_host_id, "dedicated_host_id"),
        ];
        let mut members = members.into_iter();
        members.try_for_each(|(given, member)| HuaweiText::check(given.as_ref(), member, project.flavour()))
    }

    fn check_tenancy(&self, project: &Project<'_>) -> Result<(), Refusal> {
        if project.flavour() != Flavour::Huawei {
            return Ok(());
        }
        let tenancy = self
            .tenancy
            .as_ref()
            .and_then(HuaweiText::text)
            .map_or("shared", |tenancy| &tenancy.0);
        if !["shared", "dedicated"].contains(&tenancy) {
            let detail = format!("tenancy must be shared or dedicated, it is {tenancy:?}");
            return Err(Code::InvalidTenancy.because(detail));
        }
        match self.dedicated_host_id.as_ref().and_then(HuaweiText::text) {
            Some(host) if !host.is_uuid() => {
                Err(Code::InvalidDedicatedHostId
                    .because(format!("dedicated_host_id must be a UUID, it is {:?}", host.0)))
            }
            Some(_) if tenancy == "shared" => Err(Code::HostNeedsDedicatedTenancy.refusal()),
            _ => Ok(()),
        }
    }
}

fn subnet(text: Option<&Text<'_>>) -> Result<Option<Id<Subnet>>, Refusal> {
    text.map(|text| Text::id(Some(text), "primary_subnet_id")).transpose()
}

fn tags(given: Option<&[Object<NewTag<'_>>]>) -> Result<Vec<Tag>, Refusal> {
    let given = given.unwrap_or_default().iter();
    Tags::parse(given.map(|Object(tag)| (tag.key(), tag.value())), AT_CREATION)
}
