//! Protected instances: list, show, rename, delete, resize, and their pairs and network interfaces.

mod create;

use super::body::{NewName, Text, Wrapped};
use super::error::Failure;
use super::input::{Call, Filter, Input, Project, Query};
use super::query::QueryString;
use super::reply::Reply;
use crate::domain;
use crate::domain::code::{Code, Refusal};
use crate::domain::inventory::{Nic, Subnet};
use crate::domain::protected_instance::{
    AddNic, AttachPair, DeleteInstance, DeleteNic, DetachPair, Device, ProtectedInstance, ResizeInstance,
    instances_of_batch,
};
use crate::domain::protection_group::ProtectionGroup;
use crate::domain::replication_pair::ReplicationPair;
use crate::domain::resource::{Id, Object};
use crate::domain::server::parse_address;
use crate::domain::status::Status;
use crate::domain::table::Page;
use crate::domain::work::Submission;

pub use self::create::{create, create_batch};

/// `ListProtectedInstances`.
pub fn list(project: Project<'_>, filter: Query<InstanceFilter>, page: Page) -> Result<Reply, Refusal> {
    let filter = filter.0;
    Ok(project.look(|project| {
        let narrow = |instance: &ProtectedInstance| filter.admits(instance, project);
        let narrow: Option<&dyn Fn(&_) -> bool> = if filter.narrows() { Some(&narrow) } else { None };
        Reply::many(project.instances.page(filter.group(), narrow, page))
    }))
}

/// `ShowProtectedInstance`.
pub fn show(project: Project<'_>, id: Id<ProtectedInstance>) -> Result<Reply, Refusal> {
    project.show(id)
}

/// `UpdateProtectedInstanceName`: allowed in every status; the servers keep their names.
pub fn rename(
    project: Project<'_>,
    id: Id<ProtectedInstance>,
    new: Wrapped<ProtectedInstance, NewName<'_>>,
) -> Result<Reply, Refusal> {
    let name = new.0.parse(project.names())?;
    project.rename(id, name)
}

/// `DeleteProtectedInstance`.
pub fn delete(project: Project<'_>, instance: Id<ProtectedInstance>, how: Deletion) -> Result<Reply, Refusal> {
    project.submit(how.of(instance, Vec::new()))
}

/// `BatchDeleteProtectedInstances`: all or none, as the parts of one job.
pub fn delete_batch(project: Project<'_>, how: BatchDeletion) -> Result<Reply, Refusal> {
    let all = how.instances?;
    let works = all.iter().map(|&instance| how.how.of(instance, all.clone()).into());
    let submission = Submission::Batch(works.collect());
    project.submit_with(|_| submission).map(|reply| reply.with_status(202))
}

/// `ResizeProtectedInstance`.
pub fn resize(project: Project<'_>, instance: Id<ProtectedInstance>, new: Sizes) -> Result<Reply, Refusal> {
    let Sizes { production, recovery } = new;
    if production.is_none() && recovery.is_none() {
        let members = "flavorRef, production_flavorRef, dr_flavorRef";
        return Err(Code::InvalidParameters.because(format!("resize must name one of {members}")));
    }
    project.submit(ResizeInstance {
        instance,
        production,
        recovery,
    })
}

/// `AttachProtectedInstanceReplication`.
pub fn attach(project: Project<'_>, instance: Id<ProtectedInstance>, what: NewAttachment) -> Result<Reply, Refusal> {
    let NewAttachment { pair, device } = what;
    project.submit(AttachPair { instance, pair, device })
}

/// `DetachProtectedInstanceReplication`.
pub fn detach(
    project: Project<'_>,
    instance: Id<ProtectedInstance>,
    pair: Id<ReplicationPair>,
) -> Result<Reply, Refusal> {
    project.submit(DetachPair { instance, pair })
}

/// `AddProtectedInstanceNic`.
pub fn add_nic(project: Project<'_>, instance: Id<ProtectedInstance>, new: NewNic) -> Result<Reply, Refusal> {
    let (subnet, ip) = (new.subnet, new.ip);
    project.submit(AddNic { instance, subnet, ip })
}

/// `DeleteProtectedInstanceNic`.
pub fn delete_nic(project: Project<'_>, instance: Id<ProtectedInstance>, nic: OldNic) -> Result<Reply, Refusal> {
    let OldNic(nic) = nic;
    project.submit(DeleteNic { instance, nic })
}

/// What goes with an instance that is deleted; without a body, nothing does.
#[derive(Default, serde::Deserialize)]
pub struct Deletion {
    delete_target_server: Option<bool>,
    delete_target_eip: Option<bool>,
}

impl Deletion {
    fn of(&self, instance: Id<ProtectedInstance>, batch: Vec<Id<ProtectedInstance>>) -> DeleteInstance {
        DeleteInstance {
            instance,
            delete_target_server: self.delete_target_server.unwrap_or_default(),
            delete_target_eip: self.delete_target_eip.unwrap_or_default(),
            batch,
        }
    }
}

impl<'r> Input<'r> for Deletion {
    fn read(call: &mut Call<'r>) -> Result<Self, Failure> {
        if call.body.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        Ok(call.json::<Object<Self>>()?.0)
    }
}

/// The instances to delete, and what goes with them.
pub struct BatchDeletion {
    instances: Result<Vec<Id<ProtectedInstance>>, Refusal>,
    how: Deletion,
}

impl<'r> Input<'r> for BatchDeletion {
    fn read(call: &mut Call<'r>) -> Result<Self, Failure> {
        #[derive(serde::Deserialize)]
        struct Body<'r> {
            #[serde(borrow)]
            protected_instances: Option<Vec<Object<Named<'r>>>>,
            #[serde(flatten)]
            how: Deletion,
        }
        #[derive(serde::Deserialize)]
        struct Named<'r> {
            #[serde(borrow)]
            id: Option<Text<'r>>,
        }
        let Object(body) = call.json::<Object<Body<'r>>>()?;
        let named = body.protected_instances.unwrap_or_default();
        let ids = named.iter().map(|Object(named)| named.id.as_ref().map(|id| &*id.0));
        Ok(Self {
            instances: instances_of_batch(ids),
            how: body.how,
        })
    }
}

/// What the servers of an instance are to become; one size for both beats one for each.
pub struct Sizes {
    production: Option<Box<str>>,
    recovery: Option<Box<str>>,
}

impl<'r> Input<'r> for Sizes {
    fn read(call: &mut Call<'r>) -> Result<Self, Failure> {
        #[derive(serde::Deserialize)]
        struct Body<'r> {
            #[serde(borrow)]
            resize: Object<Inner<'r>>,
        }
        #[derive(serde::Deserialize)]
        struct Inner<'r> {
            #[serde(rename = "flavorRef", borrow)]
            both: Option<Text<'r>>,
            #[serde(rename = "production_flavorRef", borrow)]
            production: Option<Text<'r>>,
            #[serde(rename = "dr_flavorRef", borrow)]
            recovery: Option<Text<'r>>,
        }
        let Object(inner) = call.json::<Object<Body<'r>>>()?.0.resize;
        // The sizes of one side have no effect beside that of both, not even when they are wrong.
        if let Some(both) = flavor(inner.both.as_ref(), "flavorRef")? {
            let (production, recovery) = (Some(both.clone()), Some(both));
            return Ok(Self { production, recovery });
        }
        Ok(Self {
            production: flavor(inner.production.as_ref(), "production_flavorRef")?,
            recovery: flavor(inner.recovery.as_ref(), "dr_flavorRef")?,
        })
    }
}

/// The name of specifications, which may be anything but blank.
fn flavor(text: Option<&Text<'_>>, member: &str) -> Result<Option<Box<str>>, Refusal> {
    match text {
        Some(text) if text.0.trim().is_empty() => {
            Err(Code::InvalidParameters.because(format!("{member} must be the name of a flavor, it is blank")))
        }
        given => Ok(given.map(|text| Box::from(&*text.0))),
    }
}

/// The pair to attach, and where.
pub struct NewAttachment {
    pair: Id<ReplicationPair>,
    device: Device,
}

impl<'r> Input<'r> for NewAttachment {
    fn read(call: &mut Call<'r>) -> Result<Self, Failure> {
        #[derive(serde::Deserialize)]
        struct Body<'r> {
            #[serde(rename = "replicationAttachment", borrow)]
            attachment: Object<Inner<'r>>,
        }
        #[derive(serde::Deserialize)]
        struct Inner<'r> {
            #[serde(borrow)]
            replication_id: Option<Text<'r>>,
            #[serde(borrow)]
            device: Option<Text<'r>>,
        }
        let Object(inner) = call.json::<Object<Body<'r>>>()?.0.attachment;
        Ok(Self {
            pair: Text::id(inner.replication_id.as_ref(), "replication_id")?,
            device: Device::parse(inner.device.as_ref().map_or("", |device| &device.0))?,
        })
    }
}

/// The network interface to add.
pub struct NewNic {
    subnet: Id<Subnet>,
    ip: Option<std::net::IpAddr>,
}

impl<'r> Input<'r> for NewNic {
    fn read(call: &mut Call<'r>) -> Result<Self, Failure> {
        #[derive(serde::Deserialize)]
        struct Body<'r> {
            #[serde(borrow)]
            subnet_id: Option<Text<'r>>,
            #[serde(borrow)]
            ip_address: Option<Text<'r>>,
            // Read for its shape and forgotten, for nothing shows it.
            #[serde(rename = "security_groups")]
            _security_groups: Option<Vec<Object<SecurityGroup>>>,
        }
        #[derive(serde::Deserialize)]
        struct SecurityGroup {}
        let Object(body) = call.json::<Object<Body<'r>>>()?;
        let ip = body.ip_address.as_ref().map(|ip| parse_address(&ip.0, "ip_address"));
        Ok(Self {
            subnet: Text::id(body.subnet_id.as_ref(), "subnet_id")?,
            ip: ip.transpose()?,
        })
    }
}

/// The network interface to delete.
pub struct OldNic(Id<Nic>);

impl<'r> Input<'r> for OldNic {
    fn read(call: &mut Call<'r>) -> Result<Self, Failure> {
        #[derive(serde::Deserialize)]
        struct Body<'r> {
            #[serde(borrow)]
            nic_id: Option<Text<'r>>,
        }
        let Object(body) = call.json::<Object<Body<'r>>>()?;
        Ok(Self(Text::id(body.nic_id.as_ref(), "nic_id")?))
    }
}

/// The filters of the list, in the order of the documentation.
pub struct InstanceFilter {
    groups: Option<Vec<Id<ProtectionGroup>>>,
    instances: Option<Vec<Id<ProtectedInstance>>>,
    status: Option<Status>,
    name: Option<String>,
    abnormal: bool,
    az: Option<String>,
}

impl Filter for InstanceFilter {
    fn from_query(query: &QueryString<'_>) -> Result<Self, Refusal> {
        let groups = query.id_or_ids("server_group_id", "server_group_ids")?;
        // Groups and instances are no filters beside each other: where groups are named, only they count.
        let instances = if groups.is_none() {
            query.ids("protected_instance_ids")?
        } else {
            query.look("protected_instance_ids");
            None
        };
        Ok(Self {
            instances,
            groups,
            status: query.status::<ProtectedInstance>()?,
            name: query.text("name").map(Into::into),
            abnormal: query.kind(&["status_abnormal"])?.is_some(),
            az: query.word("availability_zone").map(Into::into),
        })
    }
}

impl InstanceFilter {
    /// The only group that is asked for, which the table finds by itself.
    fn group(&self) -> Option<Id<ProtectionGroup>> {
        match self.groups.as_deref() {
            Some([group]) => Some(*group),
            _ => None,
        }
    }

    /// Whether there is more to it than one group.
    fn narrows(&self) -> bool {
        self.groups.as_ref().is_some_and(|groups| groups.len() > 1)
            || self.instances.is_some()
            || self.status.is_some()
            || self.name.is_some()
            || self.abnormal
            || self.az.is_some()
    }

    fn admits(&self, instance: &ProtectedInstance, project: &domain::project::Project) -> bool {
        let group = instance.server_group_id;
        let produces_in = |az: &str| {
            project
                .groups
                .find(group)
                .is_some_and(|group| group.production_az() == az)
        };
        self.groups.as_ref().is_none_or(|groups| groups.contains(&group))
            && self
                .instances
                .as_ref()
                .is_none_or(|instances| instances.contains(&instance.id))
            && self.status.is_none_or(|status| instance.status == status)
            && self
                .name
                .as_deref()
                .is_none_or(|part| instance.name.as_str().contains(part))
            && (!self.abnormal || instance.status.is_abnormal())
            && self.az.as_deref().is_none_or(produces_in)
    }
}
