//! What is decided about a job when it is accepted: when it ends, and how.

use serde::de::{Deserializer, Error, Unexpected};
use serde::{Deserialize, Serialize};

use super::resource::nothing;
use super::span::Span;

/// When a job ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", try_from = "Form")]
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
        duration: Span,
    },
    /// When it is told to.
    Manual,
}

/// A [`Progression`] as it is written: flat, so that what is wrong is told of with the place where it stands.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    kind: Kind,
    #[serde(default, deserialize_with = "above_zero")]
    n: Option<u32>,
    #[serde(default)]
    duration: Option<Span>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    Immediate,
    Polls,
    After,
    Manual,
}

impl TryFrom<Form> for Progression {
    type Error = &'static str;

    // In the words that the reader of JSON has for the same.
    fn try_from(form: Form) -> Result<Self, Self::Error> {
        match form {
            Form {
                kind: Kind::Polls,
                n,
                duration: None,
            } => n.map(|n| Self::Polls { n }).ok_or("missing field `n`"),
            Form {
                kind: Kind::After,
                n: None,
                duration,
            } => {
                let after = duration.map(|duration| Self::After { duration });
                after.ok_or("missing field `duration`")
            }
            Form {
                kind: Kind::Immediate,
                n: None,
                duration: None,
            } => Ok(Self::Immediate),
            Form {
                kind: Kind::Manual,
                n: None,
                duration: None,
            } => Ok(Self::Manual),
            Form { kind: Kind::Polls, .. } => Err("unknown field `duration`, expected `n`"),
            Form { kind: Kind::After, .. } => Err("unknown field `n`, expected `duration`"),
            Form { n: Some(_), .. } => Err("unknown field `n`, there are none"),
            Form { .. } => Err("unknown field `duration`, there are none"),
        }
    }
}

fn above_zero<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    match u32::deserialize(deserializer)? {
        0 => Err(D::Error::invalid_value(Unexpected::Unsigned(0), &"a number above 0")),
        n => Ok(Some(n)),
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
