//! Deleting a protection group.

use serde::{Deserialize, Serialize};

use super::create::target;
use super::{ProtectionGroup, SETTLED};
use crate::domain::code::{Code, Refusal};
use crate::domain::ids::Ids;
use crate::domain::job::Target;
use crate::domain::project::Project;
use crate::domain::resource::Id;
use crate::domain::status::Status;
use crate::domain::time::Time;
use crate::domain::work::{End, Of, Rule, Things, Work};

/// `DeleteProtectionGroup`: only an empty group goes (`protection-groups.md` section 7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteGroup {
    /// The group.
    pub group: Id<ProtectionGroup>,
}

impl Work for DeleteGroup {
    fn rule() -> &'static Rule {
        &Rule {
            job_type: "deleteProtectionGroupNoCG",
            of: Of::Group,
            gates: &[SETTLED],
            during: Status::Deleting,
            done: End::Vanishes,
            failed: End::Is(Status::ErrorDeleting),
            members: false,
            failure: Code::GroupNotDeleted,
            record: Some("deleteFail"),
        }
    }

    fn find<'p>(&self, project: &'p Project) -> Result<Things<'p>, Refusal> {
        Ok(Things {
            group: Some(project.groups.get(self.group)?),
            ..Things::default()
        })
    }

    fn guard(&self, project: &Project) -> Result<(), Refusal> {
        let group = project.groups.get(self.group)?;
        for (members, code) in [
            (group.protected_instance_num, Code::GroupHasInstance),
            (group.replication_num, Code::GroupHasPair),
            (group.disaster_recovery_drill_num, Code::GroupHasDrill),
        ] {
            if members > 0 {
                return Err(code.because(format!("protection group {} still has {members}", group.id)));
            }
        }
        Ok(())
    }

    fn begin(&self, _project: &mut Project, _ids: &mut Ids, _now: Time) -> Target {
        target(self.group)
    }
}
