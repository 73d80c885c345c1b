//! The task center: the records that failed jobs left.

use uuid::Uuid;

use super::error::Failure;
use super::input::{Call, Filter, Input, Project, Query};
use super::query::QueryString;
use super::reply::Reply;
use crate::domain::code::{Code, Refusal};
use crate::domain::failure_job::{FAILURE_STATUSES, FailureRecord, RESOURCE_TYPES};
use crate::domain::job::JobId;
use crate::domain::protection_group::ProtectionGroup;
use crate::domain::resource::Id;
use crate::domain::table::{Page, sift};

/// `ListFailureJobs`: without a group only what groups themselves failed at.
pub fn list(project: Project<'_>, filter: Query<FailureFilter>, page: Page) -> Result<Reply, Refusal> {
    let filter = filter.0;
    Ok(project.look(|project| {
        let records = project.failure_records.newest_first();
        let (count, records) = sift(records, &|record| filter.admits(record), page);
        Reply::listed(
            "failure_jobs",
            (count, records.iter().map(|record| &record.job).collect()),
        )
    }))
}

/// `DeleteAllServerGroupFailureJobs`: exactly what the list without a group shows.
pub fn delete_all(project: Project<'_>) -> Result<Reply, Refusal> {
    forget(&project, None)
}

/// `DeleteServerGroupFailureJobs`: exactly what the list with this group shows.
pub fn delete_of_group(project: Project<'_>, group: Id<ProtectionGroup>) -> Result<Reply, Refusal> {
    forget(&project, Some(group))
}

/// `DeleteFailureJob`: no record is as good as one, for no code says that there is none.
pub fn delete(project: Project<'_>, named: Named) -> Result<Reply, Refusal> {
    project.shard().write(
        |_| Ok(()),
        |project, (), _| {
            project.failure_records.forget_newest(|record| named.is(record));
            Reply::no_content()
        },
    )
}

fn forget(project: &Project<'_>, group: Option<Id<ProtectionGroup>>) -> Result<Reply, Refusal> {
    project.shard().write(
        |project| group.map_or(Ok(()), |group| project.groups.get(group).map(|_| ())),
        |project, (), _| {
            project.failure_records.forget(|record| record.is_within(group));
            Reply::no_content()
        },
    )
}

/// What a record is named by: its job, or as the documentation's example has it, the resource.
pub enum Named {
    /// The job.
    ByJob(JobId),
    /// The resource, whose newest record is meant.
    ByResource(Uuid),
}

impl<'r> Input<'r> for Named {
    fn read(call: &mut Call<'r>) -> Result<Self, Failure> {
        let parameter = call.parameter();
        let (member, text) = (parameter.name, parameter.text());
        if let Some(resource) = Id::<()>::read(&text) {
            return Ok(Self::ByResource(resource.uuid()));
        }
        JobId::parse(&text).map(Self::ByJob).map_err(|_| {
            let detail = format!("{member} must be a job ID of 32 letters and digits, or a UUID, it is {text:?}");
            Code::InvalidParameters.because(detail).into()
        })
    }
}

impl Named {
    fn is(&self, record: &FailureRecord) -> bool {
        match self {
            Self::ByJob(job) => record.job.job_id == *job,
            Self::ByResource(resource) => record.job.resource_id == *resource,
        }
    }
}

/// The filters of the list, in the order of the documentation.
pub struct FailureFilter {
    failure_status: Option<String>,
    resource_name: Option<String>,
    group: Option<Id<ProtectionGroup>>,
    resource_type: Option<String>,
}

impl Filter for FailureFilter {
    fn from_query(query: &QueryString<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            failure_status: query.word_of("failure_status", FAILURE_STATUSES)?.map(Into::into),
            resource_name: query.word("resource_name").map(Into::into),
            group: query.id("server_group_id")?,
            resource_type: query.word_of("resource_type", RESOURCE_TYPES)?.map(Into::into),
        })
    }
}

impl FailureFilter {
    fn admits(&self, record: &FailureRecord) -> bool {
        let is = |asked: &Option<String>, given: &str| asked.as_deref().is_none_or(|asked| asked == given);
        record.is_within(self.group)
            && is(&self.failure_status, &record.job.failure_status)
            && is(&self.resource_name, &record.job.resource_name)
            && is(&self.resource_type, &record.job.resource_type)
    }
}
