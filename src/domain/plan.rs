//! What is decided about a job when it is accepted: when it ends, and how.

use serde::de::{Deserializer, Error, Unexpected};
use serde::{Deserialize, Serialize};

use super::resource::nothing;
use super::span::Span;

/// When a job ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Progression {
    /// With the next look of any kind.
    #[default]
    #[serde(deserialize_with = "nothing")]
    Immediate,
    /// With the n-th look at the job or at what it changes.
    Polls {
        /// How many looks it takes.
        #[serde(deserialize_with = "above_zero")]
        n: u32,
    },
    /// After this long on the project's clock.
    After {
        /// How long.
        duration: Span,
    },
    /// When it is told to.
    #[serde(deserialize_with = "nothing")]
    Manual,
}

fn above_zero<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    match u32::deserialize(deserializer)? {
        0 => Err(D::Error::invalid_value(Unexpected::Unsigned(0), &"a number above 0")),
        n => Ok(n),
    }
}

/// How a job ends.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Outcome {
    /// As asked for.
    #[default]
    #[serde(deserialize_with = "nothing")]
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
    #[serde(deserialize_with = "nothing")]
    Stuck,
}

/// What was decided about a job when it was accepted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// When it ends.
    pub progression: Progression,
    /// How it ends.
    pub outcome: Outcome,
    /// The name of the rule that decided it, if one did.
    pub rule: Option<String>,
}

impl Plan {
    /// A job that ends when it is told to, or with the jobs that are its parts.
    pub fn manual() -> Self {
        Self {
            progression: Progression::Manual,
            ..Self::default()
        }
    }
}

/// Decides about a job of this type that changes things of these names, the first one being what it is about.
pub type Choose<'c> = dyn FnMut(&str, &[&str]) -> Plan + 'c;
