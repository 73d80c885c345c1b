//! RPO statistics: at how many replication pairs the recovery point objective was exceeded, and when.

use serde::{Deserialize, Serialize};

use super::code::Code;
use super::resource::{Id, Identified};
use super::time::{Time, millis, minutes};

/// One point of the statistics, its members in the order of the documentation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RpoRecord {
    /// Its ID.
    pub id: Id<RpoRecord>,
    /// The point, to the minute.
    #[serde(with = "minutes")]
    pub point_time: Time,
    /// How many pairs exceed their objective at that point.
    pub resource_num: u32,
    /// What is counted.
    #[serde(default)]
    pub resource_type: Counted,
    /// When the record was made, to the millisecond.
    #[serde(with = "millis")]
    pub created_at: Time,
    /// When it last changed, to the millisecond.
    #[serde(with = "millis")]
    pub updated_at: Time,
}

/// The only thing that is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Counted {
    /// Replication pairs; singular, unlike everywhere else.
    #[default]
    Replication,
}

impl Identified for RpoRecord {
    const NAME: &'static str = "RPO record";
    const MALFORMED: Code = Code::InvalidParameters;
}
