//! Protection groups: list, create, show, rename, delete, and their four actions.

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::body::{Inner, Members, NewName, Text, Wrapped};
use super::error::Failure;
use super::input::{Call, Filter, Input, Project, Query};
use super::query::QueryString;
use super::reply::Reply;
use crate::domain;
use crate::domain::code::{Code, Refusal};
use crate::domain::protection_group::{
    CreateGroup, DeleteGroup, Failover, ProtectionGroup, Reverse, Station, StopProtection, start as enable,
};
use crate::domain::resource::{Id, Object};
use crate::domain::status::Status;
use crate::domain::table::Page;
use crate::domain::time::Time;

/// `ListProtectionGroups`.
pub fn list(project: Project<'_>, filter: Query<GroupFilter>, page: Page) -> Result<Reply, Refusal> {
    let (filter, now) = (filter.0, project.now());
    Ok(project.look(|project| {
        let narrow = |group: &ProtectionGroup| filter.admits(group, project, now);
        let narrow: Option<&dyn Fn(&_) -> bool> = if filter.narrows() { Some(&narrow) } else { None };
        Reply::many(project.groups.page(None, narrow, page))
    }))
}

/// `CreateProtectionGroup`.
pub fn create(project: Project<'_>, new: Wrapped<ProtectionGroup, NewGroup<'_>>) -> Result<Reply, Refusal> {
    project.submit(new.0.parse(&project)?)
}

/// `ShowProtectionGroup`.
pub fn show(project: Project<'_>, id: Id<ProtectionGroup>) -> Result<Reply, Refusal> {
    project.show(id)
}

/// `UpdateProtectionGroupName`: allowed in every status.
pub fn rename(
    project: Project<'_>,
    id: Id<ProtectionGroup>,
    new: Wrapped<ProtectionGroup, NewName<'_>>,
) -> Result<Reply, Refusal> {
    let name = new.0.parse(project.names())?;
    project.rename(id, name)
}

/// `DeleteProtectionGroup`.
pub fn delete(project: Project<'_>, group: Id<ProtectionGroup>) -> Result<Reply, Refusal> {
    project.submit(DeleteGroup { group })
}

/// `StartProtectionGroup`: enables protection, again where the group has failed over.
pub fn start(project: Project<'_>, group: Id<ProtectionGroup>, _action: Action) -> Result<Reply, Refusal> {
    project.submit_with(|project| enable(project, group).into())
}

/// `StopProtectionGroup`.
pub fn stop(project: Project<'_>, group: Id<ProtectionGroup>, _action: Action) -> Result<Reply, Refusal> {
    project.submit(StopProtection { group })
}

/// `StartReverseProtectionGroup`: a planned failover.
pub fn reverse(project: Project<'_>, group: Id<ProtectionGroup>, action: Action) -> Result<Reply, Refusal> {
    let to = action.priority_station?;
    project.submit(Reverse { group, to })
}

/// `StartFailoverProtectionGroup`.
pub fn failover(project: Project<'_>, group: Id<ProtectionGroup>, _action: Action) -> Result<Reply, Refusal> {
    project.submit(Failover { group })
}

/// The body of a creation; members that it does not name are ignored.
#[derive(serde::Deserialize)]
pub struct NewGroup<'r> {
    #[serde(borrow)]
    name: Option<Text<'r>>,
    #[serde(borrow)]
    description: Option<Text<'r>>,
    #[serde(borrow)]
    source_availability_zone: Option<Text<'r>>,
    #[serde(borrow)]
    target_availability_zone: Option<Text<'r>>,
    #[serde(borrow)]
    domain_id: Option<Text<'r>>,
    #[serde(borrow)]
    source_vpc_id: Option<Text<'r>>,
    #[serde(borrow)]
    dr_type: Option<Text<'r>>,
}

impl Inner for NewGroup<'_> {}

impl NewGroup<'_> {
    fn parse(&self, project: &Project<'_>) -> Result<CreateGroup, Refusal> {
        let name = Text::name(self.name.as_ref(), project.names())?;
        let description = Text::description(self.description.as_ref())?;
        let source_az = site(self.source_availability_zone.as_ref(), "source_availability_zone")?;
        let target_az = site(self.target_availability_zone.as_ref(), "target_availability_zone")?;
        if source_az == target_az {
            return Err(Code::InvalidAz.because("target_availability_zone must differ from source_availability_zone"));
        }
        let domain = Text::id(self.domain_id.as_ref(), "domain_id")?;
        let vpc = Text::id(self.source_vpc_id.as_ref(), "source_vpc_id")?;
        if let Some(Text(other)) = self.dr_type.as_ref().filter(|dr_type| dr_type.0 != "migration") {
            return Err(Code::InvalidDrType.because(format!("dr_type must be migration, it is {other:?}")));
        }
        Ok(CreateGroup {
            name,
            description,
            source_az,
            target_az,
            domain,
            vpc,
        })
    }
}

fn site(text: Option<&Text<'_>>, member: &str) -> Result<String, Refusal> {
    match text {
        Some(Text(az)) if !az.trim().is_empty() => Ok(az.clone().into_owned()),
        _ => Err(Code::InvalidAz.because(format!("{member} must name an availability zone"))),
    }
}

/// The keys of the four actions.
const ACTIONS: [&str; 4] = [
    "start-server-group",
    "stop-server-group",
    "reverse-server-group",
    "failover-server-group",
];

/// The body of an action: one key, an object below it, and in that of the planned failover the new production site.
pub struct Action {
    priority_station: Result<Station, Refusal>,
}

impl<'r> Input<'r> for Action {
    fn read(call: &mut Call<'r>) -> Result<Self, Failure> {
        #[derive(serde::Deserialize)]
        struct Inner<'r> {
            #[serde(borrow)]
            priority_station: Option<Text<'r>>,
        }
        let members = call.json::<Members<&'r RawValue>>()?.0;
        let asked: Vec<_> = members.iter().filter(|(name, _)| ACTIONS.contains(&&**name)).collect();
        let [(name, value)] = asked[..] else {
            let words = ACTIONS.join(", ");
            return Err(Code::InvalidAction
                .because(format!("the body must have one member of {words}"))
                .into());
        };
        let shape =
            |error: serde_json::Error| Code::InvalidParameters.because(format!("{name} is not as documented: {error}"));
        let given = if *name == "reverse-server-group" {
            let Object(inner) = serde_json::from_str::<Object<Inner<'r>>>(value.get()).map_err(shape)?;
            inner.priority_station
        } else {
            serde_json::from_str::<Members<IgnoredAny>>(value.get()).map_err(shape)?;
            None
        };
        let given = given.as_ref().map(|given| &*given.0);
        let priority_station = given.and_then(Station::parse).ok_or_else(|| {
            Code::InvalidPreferredAz.because(format!("priority_station must be source or target, it is {given:?}"))
        });
        Ok(Self { priority_station })
    }
}

/// The filters of the list, in the order of the documentation.
pub struct GroupFilter {
    status: Option<Status>,
    name: Option<String>,
    kind: Option<&'static str>,
    az: Option<String>,
}

/// The kinds of group that `query_type` asks for.
const KINDS: [&str; 3] = ["status_abnormal", "stop_protected", "period_no_dr_drill"];

/// How long a group without a drill is left in peace, in months.
const DRILL_PERIOD: u32 = 3;

impl Filter for GroupFilter {
    fn from_query(query: &QueryString<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            status: query.status::<ProtectionGroup>()?,
            name: query.text("name").map(Into::into),
            kind: query.kind(&KINDS)?,
            az: query.word("availability_zone").map(Into::into),
        })
    }
}

impl GroupFilter {
    fn narrows(&self) -> bool {
        self.status.is_some() || self.name.is_some() || self.kind.is_some() || self.az.is_some()
    }

    fn admits(&self, group: &ProtectionGroup, project: &domain::project::Project, now: Time) -> bool {
        let of_kind = |kind: &str| match kind {
            "status_abnormal" => group.status.is_abnormal(),
            "stop_protected" => matches!(
                group.status,
                Status::Available | Status::FailedOver | Status::ErrorStarting | Status::ErrorReprotecting
            ),
            _ => {
                let since = now.months_before(DRILL_PERIOD);
                !project.drills.of_group(group.id).any(|drill| drill.created_at >= since)
            }
        };
        self.status.is_none_or(|status| group.status == status)
            && self
                .name
                .as_deref()
                .is_none_or(|part| group.name.as_str().contains(part))
            && self.kind.is_none_or(of_kind)
            && self.az.as_deref().is_none_or(|az| group.production_az() == az)
    }
}
