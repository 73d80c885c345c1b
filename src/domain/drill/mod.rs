//! DR drills: a copy of a group's servers in a network of their own, to rehearse a failover.

mod create;
mod delete;

use serde::{Deserialize, Serialize};

pub use self::create::CreateDrill;
pub use self::delete::DeleteDrill;

use crate::domain::code::Code;
use crate::domain::inventory::{Server, Vpc};
use crate::domain::name::Name;
use crate::domain::project::Project;
use crate::domain::protected_instance::ProtectedInstance;
use crate::domain::protection_group::ProtectionGroup;
use crate::domain::resource::{Faults, Id, Identified, Resource, objects};
use crate::domain::status::Status;
use crate::domain::table::Table;
use crate::domain::time::{Time, millis};

/// A DR drill, its eight members in the order of the documentation's response sample.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drill {
    /// Its ID.
    pub id: Id<Drill>,
    /// Its name, all that a rename changes besides `updated_at`.
    pub name: Name,
    /// One of [`Drill::STATUSES`](Resource::STATUSES).
    pub status: Status,
    /// The group that is rehearsed.
    pub server_group_id: Id<ProtectionGroup>,
    /// The network that the drill's servers stand in.
    pub drill_vpc_id: Id<Vpc>,
    /// When it was created, to the millisecond.
    #[serde(with = "millis")]
    pub created_at: Time,
    /// When it last changed, to the millisecond.
    #[serde(with = "millis")]
    pub updated_at: Time,
    /// One server for each protected instance of the group.
    #[serde(deserialize_with = "objects")]
    pub drill_servers: Vec<DrillServer>,
}

/// The server that a drill made for one protected instance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrillServer {
    /// The instance it stands in for.
    pub protected_instance: Id<ProtectedInstance>,
    /// The server.
    pub drill_server_id: Id<Server>,
}

impl Identified for Drill {
    const NAME: &'static str = "DR drill";
    const MALFORMED: Code = Code::InvalidDrillId;
    const BLANK: Code = Code::EmptyDrillId;
}

impl Resource for Drill {
    const WRAPPER: &'static str = "disaster_recovery_drill";
    const COLLECTION: &'static str = "disaster_recovery_drills";
    const STATUSES: &'static [Status] = &[
        Status::Creating,
        Status::Available,
        Status::Error,
        Status::Deleting,
        Status::ErrorDeleting,
    ];
    const NOT_FOUND: Code = Code::DrillNotFound;

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
        self.status = status;
        self.updated_at = now.to_millis();
    }

    fn table(project: &Project) -> &Table<Self> {
        &project.drills
    }

    fn table_mut(project: &mut Project) -> &mut Table<Self> {
        &mut project.drills
    }

    fn check(&self, project: &Project, faults: &mut Faults) {
        faults.vocabulary(self, &project.rules);
        faults.dangling("server_group_id", self.server_group_id, project);
        for (index, server) in self.drill_servers.iter().enumerate() {
            let member = format!("drill_servers[{index}].protected_instance");
            match project.instances.find(server.protected_instance) {
                None => faults.dangling(member, server.protected_instance, project),
                Some(instance) if instance.server_group_id != self.server_group_id => {
                    faults.broken(member, "must be a protected instance of the drill's group", instance.id);
                }
                Some(_) => {}
            }
        }
    }
}
