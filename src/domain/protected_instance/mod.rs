//! Protected instances: a production server and the server that stands in for it at the DR site.

mod attach;
mod batch;
mod create;
mod delete;
mod nic;
mod pairs;
mod resize;

use serde::{Deserialize, Serialize};

pub use self::attach::{AttachPair, DetachPair, Device};
pub use self::batch::{instances_of_batch, servers_of_batch};
pub use self::create::CreateInstance;
pub use self::delete::DeleteInstance;
pub use self::nic::{AddNic, DeleteNic};
pub use self::resize::ResizeInstance;

use crate::domain::code::Code;
use crate::domain::inventory::Server;
use crate::domain::name::{Description, Name};
use crate::domain::project::Project;
use crate::domain::protection_group::{ProtectionGroup, Station, follow};
use crate::domain::replication_pair::ReplicationPair;
use crate::domain::resource::{Faults, Id, Identified, Resource, object, objects};
use crate::domain::status::Status;
use crate::domain::table::Table;
use crate::domain::tag::Tag;
use crate::domain::time::{Time, millis};
use crate::domain::work::{Gate, Of};

/// What most operations on an instance ask of its group (`protection-groups.md` section 4).
const GROUP_IN_ORDER: Gate = Gate {
    of: Of::Group,
    allowed: &[Status::Available, Status::Protected],
    denied: Code::GroupNotAvailableOrProtected,
};

/// A protected instance, its 14 members in the order of the documentation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProtectedInstance {
    /// Its ID.
    pub id: Id<ProtectedInstance>,
    /// Its name.
    pub name: Name,
    /// Its description, null when none was given.
    pub description: Option<Description>,
    /// The group it belongs to.
    pub server_group_id: Id<ProtectionGroup>,
    /// One of [`ProtectedInstance::STATUSES`](Resource::STATUSES).
    pub status: Status,
    /// How far the synchronization is, in percent.
    pub progress: u8,
    /// The production server given at creation.
    pub source_server: Id<Server>,
    /// The server at the DR site, which the service made.
    pub target_server: Id<Server>,
    /// When it was created, to the millisecond.
    #[serde(with = "millis")]
    pub created_at: Time,
    /// When it last changed, to the millisecond.
    #[serde(with = "millis")]
    pub updated_at: Time,
    /// The group's, copied.
    pub priority_station: Station,
    /// The replication pairs that are attached, in the order of attaching.
    #[serde(deserialize_with = "objects")]
    pub attachment: Vec<Attachment>,
    /// Its tags, in the order of adding.
    #[serde(deserialize_with = "objects")]
    pub tags: Vec<Tag>,
    /// Empty, unless the server is frozen.
    #[serde(default, deserialize_with = "object")]
    pub metadata: Metadata,
}

/// A replication pair on a protected instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// The pair.
    pub replication: Id<ReplicationPair>,
    /// The device that its disk is on the server, such as `/dev/vdb`.
    pub device: String,
}

/// What the service notes on an instance.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metadata {
    /// `"true"` where the server is frozen; a text, as clients decode it.
    #[serde(rename = "__system__frozen", default, skip_serializing_if = "Option::is_none")]
    pub frozen: Option<String>,
}

impl Identified for ProtectedInstance {
    const NAME: &'static str = "protected instance";
    const MALFORMED: Code = Code::InvalidInstanceId;
}

impl Resource for ProtectedInstance {
    const WRAPPER: &'static str = "protected_instance";
    const COLLECTION: &'static str = "protected_instances";
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
        Status::Resizing,
        Status::NicCreating,
        Status::NicDeleting,
        Status::ErrorStarting,
        Status::ErrorStopping,
        Status::ErrorReversing,
        Status::ErrorFailingOver,
        Status::ErrorReprotecting,
        Status::ErrorDeleting,
        Status::ErrorResizing,
        Status::Invalid,
        Status::Fault,
    ];
    const NOT_FOUND: Code = Code::InstanceNotFound;

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
        &project.instances
    }

    fn table_mut(project: &mut Project) -> &mut Table<Self> {
        &mut project.instances
    }

    fn check(&self, project: &Project, faults: &mut Faults) {
        faults.vocabulary(self, &project.rules);
        faults.member_of_group(self.server_group_id, self.priority_station, self.progress, project);
        for (index, attachment) in self.attachment.iter().enumerate() {
            let member = format!("attachment[{index}].replication");
            match project.pairs.find(attachment.replication) {
                None => faults.dangling(member, attachment.replication, project),
                Some(pair) if pair.server_group_id != self.server_group_id => {
                    faults.broken(member, "must be a replication pair of the instance's group", pair.id);
                }
                Some(_) => {}
            }
            if self.attachment[..index]
                .iter()
                .any(|earlier| earlier.device == attachment.device)
            {
                let member = format!("attachment[{index}].device");
                faults.broken(
                    member,
                    "must be a device that no other attachment names",
                    &attachment.device,
                );
            }
        }
    }
}
