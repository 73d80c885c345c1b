//! What is decided about a job when it is accepted: when it ends, and how.

use core::time::Duration;

use serde::{Deserialize, Serialize};

/// When a job ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Progression {
    /// With the next look of any kind.
    #[default]
    Immediate,
    /// With the n-th look at the job or at what it changes.
    Polls {
        /// How many looks it takes.
        n: u32,
    },
    /// After this long on the project's clock.
    After {
        /// How long.
        duration: Duration,
    },
    /// When it is told to.
    Manual,
}

/// How a job ends.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Outcome {
    /// As asked for.
    #[default]
    Success,
    /// Nothing is done, and the job says so.
    Fail {
        /// Instead of the code that the job's type has.
        #[serde(default)]
        error_code: Option<String>,
        /// Instead of the reason that is made of the code.
        #[serde(default)]
        fail_reason: Option<String>,
    },
    /// All is done, but the job says that it failed.
    FalseNegative {
        /// Instead of the code that the job's type has.
        #[serde(default)]
        error_code: Option<String>,
        /// Instead of the reason that is made of the code.
        #[serde(default)]
        fail_reason: Option<String>,
    },
    /// Never, whatever the progression says.
    Stuck,
}

/// What was decided about a job when it was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Plan {
    /// When it ends.
    pub progression: Progression,
    /// How it ends.
    pub outcome: Outcome,
}

impl Plan {
    /// A job that ends when it is told to, or with the jobs that are its parts.
    pub fn manual() -> Self {
        Self {
            progression: Progression::Manual,
            outcome: Outcome::Success,
        }
    }
}
