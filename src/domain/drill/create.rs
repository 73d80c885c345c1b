//! Creating a drill.

use serde::{Deserialize, Serialize};

use super::{Drill, DrillServer};
use crate::domain::code::{Code, Refusal};
use crate::domain::ids::Ids;
use crate::domain::inventory::Vpc;
use crate::domain::job::{Entities, Subject, Target};
use crate::domain::name::Name;
use crate::domain::project::Project;
use crate::domain::protection_group::ProtectionGroup;
use crate::domain::resource::Id;
use crate::domain::status::Status;
use crate::domain::time::Time;
use crate::domain::work::{End, Gate, Of, Rule, Things, Work};

/// `CreateDisasterRecoveryDrill`: copies the group's servers into a network of their own (`drills.md` section 4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateDrill {
    /// The group to rehearse.
    pub group: Id<ProtectionGroup>,
    /// The drill's name.
    pub name: Name,
    /// The network for its servers; without one, one is made.
    pub vpc: Option<Id<Vpc>>,
}

impl Work for CreateDrill {
    fn rule() -> &'static Rule {
        &Rule {
            job_type: "createDisasterRecoveryDrill",
            of: Of::Drill,
            gates: &[Gate {
                of: Of::Group,
                allowed: &[
                    Status::Available,
                    Status::Protected,
                    Status::FailedOver,
                    Status::ErrorStarting,
                    Status::ErrorStopping,
                    Status::ErrorReversing,
                    Status::ErrorReprotecting,
                    Status::ErrorFailingOver,
                ],
                denied: Code::GroupStateForbids,
            }],
            during: Status::Creating,
            done: End::Is(Status::Available),
            failed: End::Is(Status::Error),
            members: false,
            failure: Code::DrillNotCreated,
            record: Some("createFail"),
        }
    }

    fn find<'p>(&self, project: &'p Project) -> Result<Things<'p>, Refusal> {
        let group = project.groups.named(self.group)?;
        if let Some(vpc) = self.vpc {
            project.inventory.vpc(vpc)?;
        }
        Ok(Things {
            group: Some(group),
            ..Things::default()
        })
    }

    fn guard(&self, project: &Project) -> Result<(), Refusal> {
        let group = project.groups.named(self.group)?;
        if let Some(vpc) = self.vpc.filter(|vpc| *vpc == group.source_vpc_id) {
            return Err(Code::DrillVpcIsGroupVpc.because(format!("drill_vpc_id {vpc} is the group's own VPC")));
        }
        project.inventory.admits_drill(self.vpc, group.source_vpc_id)?;
        let Some(vpc) = self.vpc else { return Ok(()) };
        let creating = |drill: &&Drill| drill.drill_vpc_id == vpc && drill.status == Status::Creating;
        match project.drills.newest_first().find(creating) {
            Some(other) => {
                Err(Code::DrillVpcInUse.because(format!("drill {} is being created in VPC {vpc}", other.id)))
            }
            None => Ok(()),
        }
    }

    fn begin(&self, project: &mut Project, ids: &mut Ids, now: Time) -> Target {
        let id = project.fresh_id(ids);
        let drill_vpc_id = self
            .vpc
            .unwrap_or_else(|| project.inventory.make_vpc_like(self.vpc_of_group(project), ids));
        project.insert(Drill {
            id,
            name: self.name,
            status: Status::Creating,
            server_group_id: self.group,
            drill_vpc_id,
            created_at: now.to_millis(),
            updated_at: now.to_millis(),
            drill_servers: Vec::new(),
        });
        let entities = Entities {
            disaster_recovery_drill_id: Some(id),
            ..Entities::default()
        };
        Target {
            subject: Subject::Drill(id),
            entities,
        }
    }

    fn finish(&self, project: &mut Project, target: &Target, _now: Time) {
        let Some(id) = target.entities.disaster_recovery_drill_id else {
            return;
        };
        // The servers' IDs derive from the drill's: what a job does at its end draws nothing from the project's
        // sequence, so the order in which jobs end changes no ID.
        let mut ids = Ids::of_project(id.uuid().as_u64_pair().0, "drill servers");
        let mut servers: Vec<_> = project
            .instances
            .of_group(self.group)
            .map(|instance| DrillServer {
                protected_instance: instance.id,
                drill_server_id: Id::new(ids.draw()),
            })
            .collect();
        servers.reverse();
        if let Some(drill) = project.drills.find_mut(id) {
            drill.drill_servers = servers;
        }
    }
}

impl CreateDrill {
    fn vpc_of_group(&self, project: &Project) -> Option<Id<Vpc>> {
        project.groups.find(self.group).map(|group| group.source_vpc_id)
    }
}
