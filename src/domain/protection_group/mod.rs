//! Protection groups: the servers that fail over together, and the two sites between which they do.

mod action;
mod create;
mod delete;

use serde::{Deserialize, Serialize};

pub use self::action::{Failover, Reprotect, Reverse, StartProtection, StopProtection, start};
pub use self::create::CreateGroup;
pub use self::delete::DeleteGroup;

use crate::domain::code::Code;
use crate::domain::inventory::{Domain, Vpc};
use crate::domain::name::{Description, Name};
use crate::domain::project::Project;
use crate::domain::resource::{Faults, Id, Identified, Reserved, Resource};
use crate::domain::status::Status;
use crate::domain::table::Table;
use crate::domain::time::{Time, millis};
use crate::domain::work::{Gate, Of};

/// A protection group, its 25 members in the order of the documentation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProtectionGroup {
    /// Its ID.
    pub id: Id<ProtectionGroup>,
    /// Its name.
    pub name: Name,
    /// Its description, null when none was given.
    pub description: Option<Description>,
    /// The production site at creation; never changes.
    pub source_availability_zone: String,
    /// The DR site at creation; never changes.
    pub target_availability_zone: String,
    /// The active-active domain of the two sites.
    pub domain_id: Id<Domain>,
    /// That domain's name, derived from the inventory.
    #[serde(default)]
    pub domain_name: String,
    /// One of [`ProtectionGroup::STATUSES`](Resource::STATUSES).
    pub status: Status,
    /// Null for every group created today.
    #[serde(default)]
    pub protected_status: Reserved,
    /// Null for every group created today; pairs carry the live value.
    #[serde(default)]
    pub replication_status: Reserved,
    /// Null for every group created today.
    #[serde(default)]
    pub health_status: Reserved,
    /// How far the synchronization is, in percent.
    pub progress: u8,
    /// Which of the two sites is production now.
    pub priority_station: Station,
    /// How many instances the group has, derived.
    #[serde(default)]
    pub protected_instance_num: usize,
    /// How many replication pairs it has, derived.
    #[serde(default)]
    pub replication_num: usize,
    /// How many drills it has, derived.
    #[serde(default)]
    pub disaster_recovery_drill_num: usize,
    /// The VPC of the production site.
    pub source_vpc_id: Id<Vpc>,
    /// The VPC of the DR site, the same one.
    pub target_vpc_id: Id<Vpc>,
    /// Reserved.
    #[serde(default)]
    pub test_vpc_id: Reserved,
    /// The only deployment model.
    #[serde(default)]
    pub dr_type: DrType,
    /// The only kind of server.
    #[serde(default)]
    pub server_type: ServerType,
    /// When it was created, to the millisecond.
    #[serde(with = "millis")]
    pub created_at: Time,
    /// When it last changed, to the millisecond.
    #[serde(with = "millis")]
    pub updated_at: Time,
    /// The only protection mode of groups created today.
    #[serde(default)]
    pub protection_type: ProtectionType,
    /// Reserved on groups.
    #[serde(default)]
    pub replication_model: Reserved,
}

/// A site, by its part at the group's creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Station {
    /// The site that was production when the group was created.
    Source,
    /// The site that was the DR site then.
    Target,
}

impl Station {
    /// The word that the wire has for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Target => "target",
        }
    }

    /// The site of this word.
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Source, Self::Target]
            .into_iter()
            .find(|station| station.word() == word)
    }

    /// The other of the two sites.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Source => Self::Target,
            Self::Target => Self::Source,
        }
    }
}

/// The deployment model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DrType {
    /// Servers stand on the production site and move.
    #[default]
    Migration,
}

/// The kind of server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ServerType {
    /// An elastic cloud server.
    #[default]
    #[serde(rename = "ECS")]
    Ecs,
}

/// The protection mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ProtectionType {
    /// Each disk is protected by a replication pair of its own.
    #[default]
    ReplicationPair,
}

impl ProtectionGroup {
    /// The availability zone that is production now.
    pub fn production_az(&self) -> &str {
        match self.priority_station {
            Station::Source => &self.source_availability_zone,
            Station::Target => &self.target_availability_zone,
        }
    }

    /// The availability zone that is the DR site now.
    pub fn recovery_az(&self) -> &str {
        match self.priority_station {
            Station::Source => &self.target_availability_zone,
            Station::Target => &self.source_availability_zone,
        }
    }
}

/// Where nothing goes on in a group. What needs no more has no documented rule of its own, so this one is inferred.
pub(super) const SETTLED: Gate = Gate {
    of: Of::Group,
    allowed: &[
        Status::Available,
        Status::Protected,
        Status::FailedOver,
        Status::Error,
        Status::ErrorStarting,
        Status::ErrorStopping,
        Status::ErrorReversing,
        Status::ErrorFailingOver,
        Status::ErrorReprotecting,
        Status::ErrorDeleting,
    ],
    denied: Code::GroupStateForbids,
};

impl Identified for ProtectionGroup {
    const NAME: &'static str = "protection group";
    const MALFORMED: Code = Code::InvalidGroupId;
}

impl Resource for ProtectionGroup {
    const WRAPPER: &'static str = "server_group";
    const COLLECTION: &'static str = "server_groups";
    const STATUSES: &'static [Status] = &[
        Status::Creating,
        Status::Available,
        Status::Protected,
        Status::FailedOver,
        Status::Error,
        Status::Starting,
        Status::Stopping,
        Status::Reversing,
        Status::FailingOver,
        Status::Reprotecting,
        Status::Deleting,
        Status::ErrorStarting,
        Status::ErrorStopping,
        Status::ErrorReversing,
        Status::ErrorFailingOver,
        Status::ErrorReprotecting,
        Status::ErrorDeleting,
    ];
    const NOT_FOUND: Code = Code::GroupNotFound;

    fn id(&self) -> Id<Self> {
        self.id
    }

    fn group(&self) -> Option<Id<ProtectionGroup>> {
        None
    }

    fn name(&self) -> &Name {
        &self.name
    }

    fn status(&self) -> Status {
        self.status
    }

    fn rename(&mut self, name: Name, now: Time) {
        self.name = name;
        self.updated_at = now.to_millis();
    }

    fn touch(&mut self, now: Time) {
        self.updated_at = now.to_millis();
    }

    fn enter(&mut self, status: Status, now: Time) {
        follow(&mut self.progress, status);
        self.status = status;
        self.updated_at = now.to_millis();
    }

    fn table(project: &Project) -> &Table<Self> {
        &project.groups
    }

    fn table_mut(project: &mut Project) -> &mut Table<Self> {
        &mut project.groups
    }

    fn check(&self, project: &Project, faults: &mut Faults) {
        faults.vocabulary(self, &project.rules);
        if self.progress > 100 {
            faults.broken("progress", "must be a percentage from 0 to 100", self.progress);
        }
        if self.source_availability_zone == self.target_availability_zone {
            faults.broken(
                "target_availability_zone",
                "must differ from the source's",
                &self.target_availability_zone,
            );
        }
        if project.inventory.domain_name(self.domain_id).is_none() {
            faults.broken(
                "domain_id",
                "must be a domain that the inventory lists, for its section is closed",
                self.domain_id,
            );
        }
    }
}

/// How far the synchronization of a group or an instance is in a status that says so.
pub(super) fn follow(progress: &mut u8, status: Status) {
    match status {
        Status::Protected => *progress = 100,
        Status::Available | Status::FailedOver => *progress = 0,
        _ => {}
    }
}
