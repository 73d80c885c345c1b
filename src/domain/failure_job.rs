//! The task center's records of failed jobs.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::drill::Drill;
use super::job::{Failure, Job, JobId};
use super::project::Project;
use super::protected_instance::ProtectedInstance;
use super::protection_group::ProtectionGroup;
use super::replication_pair::ReplicationPair;
use super::resource::{Faults, Id, Resource, object};
use super::time::{Time, zoned};

/// A failed job as the task center shows it, its ten members as documented.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailureJob {
    /// Always `FAIL`.
    pub job_status: Failed,
    /// What the job was about.
    pub resource_id: Uuid,
    /// Its name at the time.
    pub resource_name: String,
    /// The collection that it belongs to.
    pub resource_type: String,
    /// What failed, such as `createFail`.
    pub failure_status: String,
    /// The job.
    pub job_id: JobId,
    /// What the documentation calls the job.
    pub job_type: String,
    /// When the job was accepted.
    #[serde(with = "zoned")]
    pub begin_time: Time,
    /// What the job reports.
    pub error_code: String,
    /// The same in words.
    pub fail_reason: String,
}

/// The only status that a record has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Failed {
    /// The job failed.
    #[default]
    #[serde(rename = "FAIL")]
    Fail,
}

/// A record and the group that owns it, which the wire does not show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FailureRecord {
    /// The group.
    pub group: Option<Id<ProtectionGroup>>,
    /// What is shown.
    #[serde(deserialize_with = "object")]
    pub job: FailureJob,
}

/// What a record says of the resource.
pub struct About {
    group: Option<Id<ProtectionGroup>>,
    id: Uuid,
    name: String,
    kind: &'static str,
}

impl FailureJob {
    /// The beginning of a record about this row.
    pub fn about<T: Resource>(row: &T, group: Option<Id<ProtectionGroup>>) -> About {
        About {
            group,
            id: row.id().uuid(),
            name: row.name().to_string(),
            kind: T::COLLECTION,
        }
    }
}

impl About {
    /// The record of this job.
    pub fn of(self, job: &Job, failure_status: &str, failure: &Failure) -> FailureRecord {
        let job = FailureJob {
            job_status: Failed::Fail,
            resource_id: self.id,
            resource_name: self.name,
            resource_type: self.kind.to_owned(),
            failure_status: failure_status.to_owned(),
            job_id: job.id.clone(),
            job_type: job.job_type.clone(),
            begin_time: job.begin_time,
            error_code: failure.error_code.clone(),
            fail_reason: failure.fail_reason.clone(),
        };
        FailureRecord { group: self.group, job }
    }
}

impl FailureRecord {
    /// Reports what of this row of a fixture breaks a rule.
    pub fn check(&self, project: &Project, faults: &mut Faults) {
        if let Some(group) = self.group {
            faults.dangling("group", group, project);
        }
        for (member, word, words) in [
            ("job.resource_type", &self.job.resource_type, RESOURCE_TYPES),
            ("job.failure_status", &self.job.failure_status, FAILURE_STATUSES),
        ] {
            if !words.contains(&word.as_str()) {
                faults.broken(member, format!("must be one of {}", words.join(", ")), word);
            }
        }
    }

    /// Whether it belongs to this group, or, where none is named, to the project as a whole: then only what groups
    /// themselves failed at does (`task-center.md` section 3).
    pub fn is_within(&self, group: Option<Id<ProtectionGroup>>) -> bool {
        match group {
            Some(group) => self.group == Some(group),
            None => self.job.resource_type == ProtectionGroup::COLLECTION,
        }
    }
}

/// The words that `failure_status` can be.
pub const FAILURE_STATUSES: &[&str] = &[
    "createFail",
    "deleteFail",
    "attachFail",
    "detachFail",
    "expandFail",
    "resizeFail",
    "startFail",
    "stopFail",
    "reverseFail",
    "failoverFail",
    "reprotectFail",
];

/// The words that `resource_type` can be.
pub const RESOURCE_TYPES: &[&str] = &[
    ProtectionGroup::COLLECTION,
    ProtectedInstance::COLLECTION,
    ReplicationPair::COLLECTION,
    Drill::COLLECTION,
];

/// All records of a project, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FailureRecords(Vec<FailureRecord>);

impl FailureRecords {
    /// Adds the newest record.
    pub fn add(&mut self, record: FailureRecord) {
        self.0.push(record);
        if self.0.len() > super::job::KEPT {
            self.0.remove(0);
        }
    }

    /// Drops the newest record that this says so of, if there is one.
    pub fn forget_newest(&mut self, goes: impl Fn(&FailureRecord) -> bool) -> bool {
        let newest = self.0.iter().rposition(goes);
        newest.map(|position| self.0.remove(position)).is_some()
    }

    /// The records, newest first.
    pub fn newest_first(&self) -> impl Iterator<Item = &FailureRecord> {
        self.0.iter().rev()
    }

    /// Drops the records that this says so of.
    pub fn forget(&mut self, goes: impl Fn(&FailureRecord) -> bool) {
        self.0.retain(|record| !goes(record));
    }

    /// Drops the records of a group that no longer exists.
    pub fn forget_group(&mut self, group: Id<ProtectionGroup>) {
        self.forget(|record| record.group == Some(group));
    }
}
