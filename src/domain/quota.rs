//! Quotas: how many groups and pairs a project may have, in the form in which the API answers.

use serde::{Deserialize, Serialize};

use super::project::Project;
use super::protection_group::ProtectionGroup;
use super::replication_pair::ReplicationPair;
use super::resource::{Faults, Resource, objects};
use super::rules::Rules;

/// What stands for "without limit".
const UNLIMITED: i64 = -1;

/// All quotas of a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quotas {
    /// One for each kind of resource that has a quota.
    #[serde(deserialize_with = "objects")]
    pub resources: Vec<Quota>,
}

/// The quota of one kind of resource, its members in the order of the documentation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Quota {
    /// What is counted.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// How many there are, whatever their status; null in a fixture that does not say.
    #[serde(default)]
    pub used: Option<usize>,
    /// How many there may be; -1 is without limit.
    pub quota: i64,
    /// The least that the quota can be set to.
    #[serde(default)]
    pub min: i64,
    /// The most that the quota can be set to; -1 is without limit.
    #[serde(default = "unlimited")]
    pub max: i64,
}

/// What has a quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Protection groups.
    ServerGroups,
    /// Replication pairs.
    Replications,
}

fn unlimited() -> i64 {
    UNLIMITED
}

impl Kind {
    /// The word of the wire, the name of the collection that is counted.
    pub const fn word(self) -> &'static str {
        match self {
            Self::ServerGroups => ProtectionGroup::COLLECTION,
            Self::Replications => ReplicationPair::COLLECTION,
        }
    }
}

impl Quota {
    /// Reports what of this row of a fixture breaks a rule; how many there are is counted, not believed.
    pub fn check(&self, project: &Project, faults: &mut Faults) {
        if self.quota < UNLIMITED {
            faults.broken("quota", "must be a number from 0, or -1 for no limit", self.quota);
        }
        if (self.min, self.max) != (0, UNLIMITED) {
            let stated = format!("{} and {}", self.min, self.max);
            faults.broken("min", "must be 0, and max -1: they never differ", stated);
        }
        let used = match self.kind {
            Kind::ServerGroups => project.groups.len(),
            Kind::Replications => project.pairs.len(),
        };
        if let Some(stated) = self.used.filter(|stated| *stated != used) {
            faults.derived("used", used, stated);
        }
    }

    /// Puts this quota into force.
    pub fn apply(&self, rules: &mut Rules) {
        // A negative number does not convert: it stands for "without limit".
        let quota = usize::try_from(self.quota).ok();
        match self.kind {
            Kind::ServerGroups => rules.group_quota = quota,
            Kind::Replications => rules.pair_quota = quota,
        }
    }
}

impl Quotas {
    /// The quotas of a project with these rules, which has so many groups and pairs.
    pub fn of(rules: &Rules, groups: usize, pairs: usize) -> Self {
        let quota = |kind, used, quota: Option<usize>| Quota {
            kind,
            used: Some(used),
            quota: quota.map_or(UNLIMITED, |quota| i64::try_from(quota).unwrap_or(i64::MAX)),
            min: 0,
            max: UNLIMITED,
        };
        Self {
            resources: vec![
                quota(Kind::ServerGroups, groups, rules.group_quota),
                quota(Kind::Replications, pairs, rules.pair_quota),
            ],
        }
    }
}
