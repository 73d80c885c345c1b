//! [`World`]: what one lock guards, everything that is particular to one project.

use std::sync::Arc;

use super::clock::Clock;
use crate::domain::project::Project;

/// One project's state and settings.
#[derive(Debug, Clone)]
pub struct World {
    /// The tables; shared with the template until the first accepted change.
    pub project: Arc<Project>,
    /// What time it is here.
    pub clock: Clock,
}
