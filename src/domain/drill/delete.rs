//! Deleting a drill.

use serde::{Deserialize, Serialize};

use super::Drill;
use crate::domain::code::{Code, Refusal};
use crate::domain::ids::Ids;
use crate::domain::job::{Entities, Subject, Target};
use crate::domain::project::Project;
use crate::domain::resource::{Id, Resource};
use crate::domain::status::Status;
use crate::domain::time::Time;
use crate::domain::work::{End, Gate, Of, Rule, Things, Work};

/// `DeleteDisasterRecoveryDrill`: the drill and its servers go, its network stays (`drills.md` section 8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteDrill {
    /// The drill.
    pub drill: Id<Drill>,
}

impl Work for DeleteDrill {
    fn rule() -> &'static Rule {
        &Rule {
            job_type: "deleteDisasterRecoveryDrill",
            of: Of::Drill,
            gates: &[Gate {
                of: Of::Drill,
                allowed: &[Status::Available, Status::Error, Status::ErrorDeleting],
                denied: Code::DrillDeletionForbidden,
            }],
            during: Status::Deleting,
            done: End::Vanishes,
            failed: End::Is(Status::ErrorDeleting),
            members: false,
            failure: Code::DrillNotDeleted,
            record: Some("deleteFail"),
        }
    }

    fn find<'p>(&self, project: &'p Project) -> Result<Things<'p>, Refusal> {
        let drill = project.drills.find(self.drill);
        let drill = drill.ok_or_else(|| {
            project.gone(
                Subject::Drill(self.drill),
                (Drill::NOT_FOUND, Code::DrillDeletionForbidden),
            )
        })?;
        Ok(Things {
            drill: Some(drill),
            ..Things::default()
        })
    }

    fn begin(&self, _project: &mut Project, _ids: &mut Ids, _now: Time) -> Target {
        let entities = Entities {
            disaster_recovery_drill_id: Some(self.drill),
            ..Entities::default()
        };
        Target {
            subject: Subject::Drill(self.drill),
            entities,
        }
    }
}
