//! Replication pairs: a production disk and its copy at the DR site.

mod create;
mod delete;
mod expand;

use std::fmt;

use serde::de::{Deserializer, Error, Unexpected, Visitor};
use serde::ser::Serializer;
use serde::{Deserialize, Serialize};

pub use self::create::CreatePair;
pub use self::delete::DeletePair;
pub use self::expand::ExpandPair;

use crate::domain::code::Code;
use crate::domain::inventory::Volume;
use crate::domain::name::{Description, Name};
use crate::domain::project::Project;
use crate::domain::protected_instance::ProtectedInstance;
use crate::domain::protection_group::{ProtectionGroup, Station};
use crate::domain::resource::{Faults, Id, Identified, Resource, object, objects};
use crate::domain::status::Status;
use crate::domain::table::Table;
use crate::domain::time::{Time, micros};

/// A replication pair, its 16 members in the order of the documentation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReplicationPair {
    /// Its ID.
    pub id: Id<ReplicationPair>,
    /// Its name.
    pub name: Name,
    /// Its description, null when none was given.
    pub description: Option<Description>,
    /// The only replication model.
    #[serde(default)]
    pub replication_model: ReplicationModel,
    /// One of [`ReplicationPair::STATUSES`](Resource::STATUSES).
    pub status: Status,
    /// How far the synchronization is, in percent.
    pub progress: u8,
    /// Whether the two disks are in step.
    pub replication_status: ReplicationStatus,
    /// The instances it is attached to, derived from theirs.
    #[serde(default, deserialize_with = "objects")]
    pub attachment: Vec<AttachedTo>,
    /// The group it belongs to.
    pub server_group_id: Id<ProtectionGroup>,
    /// The production disk given at creation, and the DR disk; the order never changes.
    pub volume_ids: Disks,
    /// The group's, copied.
    pub priority_station: Station,
    /// `"0"`, `"2"` or `"5"`: whether a disk or the link between the sites fails.
    pub fault_level: FaultLevel,
    /// When it was created, to the microsecond.
    #[serde(with = "micros")]
    pub created_at: Time,
    /// When it last changed, to the microsecond.
    #[serde(with = "micros")]
    pub updated_at: Time,
    /// The code of the failure where the status is `error`, else null.
    #[serde(default)]
    pub failure_detail: Option<String>,
    /// What the two disks are.
    #[serde(deserialize_with = "object")]
    pub record_metadata: RecordMetadata,
}

/// An instance that a pair is attached to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AttachedTo {
    /// The device that the disk is on the server.
    pub device: String,
    /// The instance.
    pub protected_instance: Id<ProtectedInstance>,
}

/// What the two disks of a pair are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordMetadata {
    /// Whether several servers may share the disk.
    pub multiattach: bool,
    /// Whether it is a system disk.
    pub bootable: bool,
    /// Its size in GB.
    pub volume_size: u32,
    /// Its type, such as `SAS`.
    pub volume_type: String,
}

/// The replication model of a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReplicationModel {
    /// Both disks are written at once.
    #[default]
    Hypermetro,
}

/// Whether the disks of a pair are in step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReplicationStatus {
    /// In step.
    Active,
    /// Not in step.
    Inactive,
    /// Being brought in step.
    Copying,
    /// No longer kept in step.
    ActiveStopped,
}

/// How badly a pair fails, a digit written as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum FaultLevel {
    /// Nothing fails.
    #[default]
    #[serde(rename = "0")]
    None,
    /// The production disk cannot be read or written: a failover is advised.
    #[serde(rename = "2")]
    Disk,
    /// The link is down: a failover is impossible.
    #[serde(rename = "5")]
    Link,
}

/// The two disks of a pair, which the wire joins by a comma.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Disks {
    /// The production disk at creation.
    pub production: Id<Volume>,
    /// The disk at the DR site.
    pub recovery: Id<Volume>,
}

impl Disks {
    /// Whether this is one of the two.
    pub fn has(self, disk: Id<Volume>) -> bool {
        self.production == disk || self.recovery == disk
    }
}

impl fmt::Display for Disks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{}", self.production, self.recovery)
    }
}

impl Serialize for Disks {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Disks {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Joined;
        impl Visitor<'_> for Joined {
            type Value = Disks;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("two hyphenated UUIDs joined by a comma")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Disks, E> {
                text.split_once(',')
                    .and_then(|(production, recovery)| {
                        Some(Disks {
                            production: Id::read(production)?,
                            recovery: Id::read(recovery)?,
                        })
                    })
                    .ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_str(Joined)
    }
}

impl Identified for ReplicationPair {
    const NAME: &'static str = "replication pair";
    const MALFORMED: Code = Code::InvalidPairId;
}

impl Resource for ReplicationPair {
    const WRAPPER: &'static str = "replication";
    const COLLECTION: &'static str = "replications";
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
        Status::Attaching,
        Status::Detaching,
        Status::Extending,
        Status::ErrorStarting,
        Status::ErrorStopping,
        Status::ErrorReversing,
        Status::ErrorFailingOver,
        Status::ErrorReprotecting,
        Status::ErrorDeleting,
        Status::ErrorAttaching,
        Status::ErrorDetaching,
        Status::ErrorExtending,
        Status::Invalid,
        Status::Fault,
    ];
    const NOT_FOUND: Code = Code::PairNotFound;

    fn id(&self) -> Id<Self> {
        self.id
    }

    fn group(&self) -> Option<Id<ProtectionGroup>> {
        Some(self.server_group_id)
    }

    fn name(&self) -> &Name {
        &self.name
    }

    fn status(&self) -> Status {
        self.status
    }

    fn rename(&mut self, name: Name, now: Time) {
        self.name = name;
        self.updated_at = now;
    }

    fn touch(&mut self, now: Time) {
        self.updated_at = now;
    }

    fn enter(&mut self, status: Status, now: Time) {
        match status {
            Status::Protected => (self.replication_status, self.progress) = (ReplicationStatus::Active, 100),
            Status::FailedOver => (self.replication_status, self.progress) = (ReplicationStatus::Inactive, 0),
            // Only stopping the protection stops a pair; whatever else ends here leaves it as it was.
            Status::Available if self.status == Status::Stopping => {
                (self.replication_status, self.progress) = (ReplicationStatus::ActiveStopped, 0);
            }
            _ => {}
        }
        if status != Status::Error {
            // What failed is told with the status `error` only.
            self.failure_detail = None;
        }
        self.status = status;
        self.updated_at = now;
    }

    fn table(project: &Project) -> &Table<Self> {
        &project.pairs
    }

    fn table_mut(project: &mut Project) -> &mut Table<Self> {
        &mut project.pairs
    }

    fn check(&self, project: &Project, faults: &mut Faults) {
        faults.vocabulary(self, &project.rules);
        faults.member_of_group(self.server_group_id, self.priority_station, self.progress, project);
        if self.volume_ids.production == self.volume_ids.recovery {
            faults.broken("volume_ids", "must be two different disks", self.volume_ids);
        }
    }
}
