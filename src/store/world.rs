//! [`World`]: what one lock guards, everything that is particular to one project.

use std::sync::Arc;

use super::clock::Clock;
use crate::domain::ids::Ids;
use crate::domain::plan::Plan;
use crate::domain::project::Project;

/// One project's state and settings.
#[derive(Debug, Clone)]
pub struct World {
    /// The tables; shared with the template until the first accepted change.
    pub project: Arc<Project>,
    /// What time it is here.
    pub clock: Clock,
    /// What new IDs are drawn from.
    pub ids: Ids,
    /// What is decided about a job when it is accepted.
    pub plan: Plan,
}
