//! What a tester decides about jobs before they are accepted: when they end, and how.

use serde::{Deserialize, Serialize};

use super::pattern::Pattern;
use crate::domain::plan::{Outcome, Plan, Progression};
use crate::domain::resource::object;

/// A rule for jobs; the first one that matches a job governs it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobRule {
    /// Its name in the list of jobs; drawn where none is given.
    #[serde(default)]
    pub id: String,
    /// Which jobs it is for; without conditions for all of them.
    #[serde(rename = "match", default, deserialize_with = "object")]
    pub wanted: JobMatch,
    /// When they end; null as the server's default has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progression: Option<Progression>,
    /// How they end.
    #[serde(default)]
    pub outcome: Outcome,
    /// How many jobs it is for; null is without limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<u32>,
    /// How many jobs it governed.
    #[serde(default)]
    pub hits: u32,
}

/// The conditions of a rule, all of which must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobMatch {
    /// The job's type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job_type: Option<String>,
    /// The name of what the job changes, or of a member that walks along.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<Pattern>,
}

impl JobRule {
    /// A rule for all jobs that ends them so.
    pub fn ending(outcome: Outcome) -> Self {
        Self {
            id: String::new(),
            wanted: JobMatch::default(),
            progression: None,
            outcome,
            times: None,
            hits: 0,
        }
    }

    /// A rule for all jobs that ends them then, with success.
    pub fn lasting(progression: Progression) -> Self {
        Self {
            progression: Some(progression),
            ..Self::ending(Outcome::Success)
        }
    }

    /// The same rule for jobs of one type only.
    #[must_use]
    pub fn of_type(mut self, job_type: &str) -> Self {
        self.wanted.job_type = Some(job_type.to_owned());
        self
    }

    /// The same rule for jobs only that change what has such a name.
    #[must_use]
    pub fn named(mut self, pattern: &str) -> Self {
        self.wanted.name = Some(Pattern::new(pattern));
        self
    }

    /// The same rule for so many jobs only.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    fn governs(&self, job_type: &str, names: &[&str]) -> bool {
        self.times.is_none_or(|times| self.hits < times)
            && self.wanted.job_type.as_deref().is_none_or(|wanted| wanted == job_type)
            && self
                .wanted
                .name
                .as_ref()
                .is_none_or(|pattern| names.iter().any(|name| pattern.fits(name)))
    }

    /// What the first of these rules that governs the job decides about it, and counts it.
    pub(super) fn decide(rules: &mut [Self], job_type: &str, names: &[&str], default: Progression) -> Option<Plan> {
        let rule = rules.iter_mut().find(|rule| rule.governs(job_type, names))?;
        rule.hits += 1;
        Some(Plan {
            progression: rule.progression.unwrap_or(default),
            outcome: rule.outcome.clone(),
            rule: Some(rule.id.clone()),
        })
    }
}
