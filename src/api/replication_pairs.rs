//! Replication pairs: list, create, show, rename, delete, expand.

use super::body::{HuaweiText, Inner, NewName, Text, Wrapped};
use super::error::Failure;
use super::input::{Call, Filter, Input, Project, Query};
use super::query::QueryString;
use super::reply::Reply;
use crate::domain;
use crate::domain::code::{Code, Refusal};
use crate::domain::inventory::Volume;
use crate::domain::protected_instance::ProtectedInstance;
use crate::domain::protection_group::ProtectionGroup;
use crate::domain::replication_pair::{CreatePair, DeletePair, ExpandPair, ReplicationPair};
use crate::domain::resource::{Id, Object};
use crate::domain::status::Status;
use crate::domain::table::Page;

/// `ListReplications`.
pub fn list(project: Project<'_>, filter: Query<PairFilter>, page: Page) -> Result<Reply, Refusal> {
    let filter = filter.0;
    Ok(project.look(|project| {
        let narrow = |pair: &ReplicationPair| filter.admits(pair, project);
        let narrow: Option<&dyn Fn(&_) -> bool> = if filter.narrows() { Some(&narrow) } else { None };
        Reply::many(project.pairs.page(filter.group(), narrow, page))
    }))
}

/// `CreateReplication`.
pub fn create(project: Project<'_>, new: Wrapped<ReplicationPair, NewPair<'_>>) -> Result<Reply, Refusal> {
    let new = new.0;
    HuaweiText::check(new.cluster_id.as_ref(), "cluster_id", project.flavour())?;
    let work = CreatePair {
        group: Text::id(new.server_group_id.as_ref(), "server_group_id")?,
        volume: Text::id(new.volume_id.as_ref(), "volume_id")?,
        name: Text::name(new.name.as_ref(), project.names())?,
        description: Text::description(new.description.as_ref())?,
    };
    HuaweiText::check_cluster(new.cluster_id.as_ref(), project.flavour())?;
    project.submit(work)
}

/// `ShowReplication`.
pub fn show(project: Project<'_>, id: Id<ReplicationPair>) -> Result<Reply, Refusal> {
    project.show(id)
}

/// `UpdateReplicationName`: allowed in every status.
pub fn rename(
    project: Project<'_>,
    id: Id<ReplicationPair>,
    new: Wrapped<ReplicationPair, NewName<'_>>,
) -> Result<Reply, Refusal> {
    let name = new.0.parse(project.names())?;
    project.rename(id, name)
}

/// `DeleteReplication`.
pub fn delete(project: Project<'_>, pair: Id<ReplicationPair>, how: Deletion) -> Result<Reply, Refusal> {
    project.submit(DeletePair {
        pair,
        group: how.group,
        delete_target_volume: how.delete_target_volume,
    })
}

/// `ExpandReplication`: the only action of a pair.
pub fn expand(project: Project<'_>, pair: Id<ReplicationPair>, size: NewSize) -> Result<Reply, Refusal> {
    let NewSize(new_size) = size;
    project.submit(ExpandPair { pair, new_size })
}

/// The body of a creation; members that it does not name are ignored.
#[derive(serde::Deserialize)]
pub struct NewPair<'r> {
    #[serde(borrow)]
    server_group_id: Option<Text<'r>>,
    #[serde(borrow)]
    volume_id: Option<Text<'r>>,
    #[serde(borrow)]
    name: Option<Text<'r>>,
    #[serde(borrow)]
    description: Option<Text<'r>>,
    #[serde(borrow)]
    cluster_id: Option<HuaweiText<'r>>,
}

impl Inner for NewPair<'_> {}

/// How a pair is deleted; without a body, or without anything in it, everything of it is kept.
#[derive(Default)]
pub struct Deletion {
    group: Option<Id<ProtectionGroup>>,
    delete_target_volume: bool,
}

impl<'r> Input<'r> for Deletion {
    fn read(call: &mut Call<'r>) -> Result<Self, Failure> {
        #[derive(serde::Deserialize)]
        struct Body<'r> {
            #[serde(borrow)]
            replication: Option<Object<Inner<'r>>>,
        }
        #[derive(serde::Deserialize)]
        struct Inner<'r> {
            #[serde(borrow)]
            server_group_id: Option<Text<'r>>,
            delete_target_volume: Option<bool>,
        }
        if call.body.trim_ascii().is_empty() {
            return Ok(Self::default());
        }
        let Some(Object(inner)) = call.json::<Object<Body<'r>>>()?.0.replication else {
            return Ok(Self::default());
        };
        let group = inner.server_group_id.as_ref();
        let group = group
            .map(|group| Text::id(Some(group), "server_group_id"))
            .transpose()?;
        let delete_target_volume = inner.delete_target_volume.unwrap_or_default();
        Ok(Self {
            group,
            delete_target_volume,
        })
    }
}

/// The size to expand to, in whole GB.
pub struct NewSize(u32);

impl<'r> Input<'r> for NewSize {
    fn read(call: &mut Call<'r>) -> Result<Self, Failure> {
        #[derive(serde::Deserialize)]
        struct Body {
            #[serde(rename = "extend-replication")]
            action: Option<Object<Inner>>,
        }
        #[derive(serde::Deserialize)]
        struct Inner {
            new_size: Option<f64>,
        }
        let Some(Object(inner)) = call.json::<Object<Body>>()?.0.action else {
            return Err(Code::InvalidAction
                .because("the only action is extend-replication")
                .into());
        };
        Ok(Self(whole(inner.new_size)?))
    }
}

/// The integer part of a size that is one.
fn whole(size: Option<f64>) -> Result<u32, Refusal> {
    let in_range = size
        .map(f64::trunc)
        .filter(|size| (1.0..=f64::from(u32::MAX)).contains(size));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a whole number within the range of u32"
    )]
    in_range.map(|size| size as u32).ok_or_else(|| {
        let given = size.map_or("missing or null".to_owned(), |size| size.to_string());
        Code::InvalidParameters.because(format!("new_size must be a number of GB from 1, it is {given}"))
    })
}

/// The filters of the list, in the order of the documentation.
pub struct PairFilter {
    groups: Option<Vec<Id<ProtectionGroup>>>,
    instances: Option<Vec<Id<ProtectedInstance>>>,
    volume: Option<Id<Volume>>,
    name: Option<String>,
    status: Option<Status>,
    abnormal: bool,
    az: Option<String>,
}

impl Filter for PairFilter {
    fn from_query(query: &QueryString<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            groups: query.id_or_ids("server_group_id", "server_group_ids")?,
            instances: query.id_or_ids("protected_instance_id", "protected_instance_ids")?,
            volume: query.id("volume_id")?,
            name: query.text("name").map(Into::into),
            status: query.status::<ReplicationPair>()?,
            abnormal: query.kind(&["status_abnormal"])?.is_some(),
            az: query.word("availability_zone").map(Into::into),
        })
    }
}

impl PairFilter {
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
            || self.volume.is_some()
            || self.name.is_some()
            || self.status.is_some()
            || self.abnormal
            || self.az.is_some()
    }

    fn admits(&self, pair: &ReplicationPair, project: &domain::project::Project) -> bool {
        let group = pair.server_group_id;
        let attached_to = |instances: &Vec<_>| {
            let mut attachment = pair.attachment.iter();
            attachment.any(|attached| instances.contains(&attached.protected_instance))
        };
        let produces_in = |az: &str| {
            project
                .groups
                .find(group)
                .is_some_and(|group| group.production_az() == az)
        };
        self.groups.as_ref().is_none_or(|groups| groups.contains(&group))
            && self.instances.as_ref().is_none_or(attached_to)
            && self.volume.is_none_or(|volume| pair.volume_ids.has(volume))
            && self
                .name
                .as_deref()
                .is_none_or(|part| pair.name.as_str().contains(part))
            && self.status.is_none_or(|status| pair.status == status)
            && (!self.abnormal || pair.status.is_abnormal())
            && self.az.as_deref().is_none_or(produces_in)
    }
}
