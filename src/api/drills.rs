//! DR drills: rename, show, list, create, delete.

use super::body::{Inner, NewName, Text, Wrapped};
use super::input::{Filter, Project, Query};
use super::query::QueryString;
use super::reply::Reply;
use crate::domain::code::Refusal;
use crate::domain::drill::{CreateDrill, DeleteDrill, Drill};
use crate::domain::inventory::Vpc;
use crate::domain::protection_group::ProtectionGroup;
use crate::domain::resource::Id;
use crate::domain::status::Status;
use crate::domain::table::Page;

/// `UpdateDisasterRecoveryDrillName`: allowed in every status, changes `name` and `updated_at`, answers with all.
pub fn rename(project: Project<'_>, id: Id<Drill>, new: Wrapped<Drill, NewName<'_>>) -> Result<Reply, Refusal> {
    let name = new.0.parse(project.names())?;
    project.rename(id, name)
}

/// `ShowDisasterRecoveryDrill`.
pub fn show(project: Project<'_>, id: Id<Drill>) -> Result<Reply, Refusal> {
    project.show(id)
}

/// `ListDisasterRecoveryDrills`.
pub fn list(project: Project<'_>, filter: Query<DrillFilter>, page: Page) -> Result<Reply, Refusal> {
    let filter = filter.0;
    let narrow = |drill: &Drill| filter.admits(drill);
    Ok(project.list(page, filter.group, filter.narrows().then_some(&narrow)))
}

/// `CreateDisasterRecoveryDrill`.
pub fn create(project: Project<'_>, new: Wrapped<Drill, NewDrill<'_>>) -> Result<Reply, Refusal> {
    let new = new.0;
    project.submit(CreateDrill {
        group: Text::id(new.server_group_id.as_ref(), "server_group_id")?,
        name: Text::name(new.name.as_ref(), project.names())?,
        vpc: new
            .drill_vpc_id
            .as_ref()
            .map(|vpc| Text::id(Some(vpc), "drill_vpc_id"))
            .transpose()?,
    })
}

/// `DeleteDisasterRecoveryDrill`.
pub fn delete(project: Project<'_>, drill: Id<Drill>) -> Result<Reply, Refusal> {
    project.submit(DeleteDrill { drill })
}

/// The body of a creation; members that it does not name are ignored.
#[derive(serde::Deserialize)]
pub struct NewDrill<'r> {
    #[serde(borrow)]
    server_group_id: Option<Text<'r>>,
    #[serde(borrow)]
    name: Option<Text<'r>>,
    #[serde(borrow)]
    drill_vpc_id: Option<Text<'r>>,
}

impl Inner for NewDrill<'_> {}

/// The filters of the list, in the order of the documentation.
pub struct DrillFilter {
    group: Option<Id<ProtectionGroup>>,
    name: Option<String>,
    status: Option<Status>,
    vpc: Option<Id<Vpc>>,
}

impl Filter for DrillFilter {
    fn from_query(query: &QueryString<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            group: query.id("server_group_id")?,
            name: query.text("name").map(Into::into),
            status: query.status::<Drill>()?,
            vpc: query.id("drill_vpc_id")?,
        })
    }
}

impl DrillFilter {
    /// Whether there is more to it than the group, which the table finds by itself.
    fn narrows(&self) -> bool {
        self.name.is_some() || self.status.is_some() || self.vpc.is_some()
    }

    fn admits(&self, drill: &Drill) -> bool {
        self.name
            .as_deref()
            .is_none_or(|part| drill.name.as_str().contains(part))
            && self.status.is_none_or(|status| drill.status == status)
            && self.vpc.is_none_or(|vpc| drill.drill_vpc_id == vpc)
    }
}
