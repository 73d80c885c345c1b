//! Jobs: how far what was accepted has come.

use serde::Serialize;

use super::error::Failure;
use super::input::{Call, Input, Project};
use super::reply::Reply;
use crate::domain;
use crate::domain::code::{Code, Refusal};
use crate::domain::job::{Entities, Job, JobId, State};
use crate::domain::time::{Time, zoned};

/// `ShowJobStatus`: 200 even where the job failed.
pub fn show(project: Project<'_>, id: JobId) -> Result<Reply, Refusal> {
    project.shard().show_job(&id, |job, runs, project| match job {
        Some(job) => Ok(Reply::json(&Shown::new(job, runs, project))),
        None => Err(Code::NullJob.absent()),
    })
}

impl<'r> Input<'r> for JobId {
    fn read(call: &mut Call<'r>) -> Result<Self, Failure> {
        Ok(Self::parse(&call.parameter().text())?)
    }
}

/// A job as the API shows it, its eight members in the order of the documentation.
#[derive(Serialize)]
struct Shown<'j> {
    status: &'static str,
    entities: ShownEntities<'j>,
    job_id: &'j JobId,
    job_type: &'j str,
    #[serde(with = "zoned")]
    begin_time: Time,
    #[serde(serialize_with = "zoned_if_any")]
    end_time: Option<Time>,
    error_code: Option<&'j str>,
    fail_reason: Option<&'j str>,
}

/// The IDs of a job and its parts; where there are none, strictly typed clients must find no member for them.
#[derive(Serialize)]
struct ShownEntities<'j> {
    #[serde(flatten)]
    ids: &'j Entities,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sub_jobs: Vec<Shown<'j>>,
}

impl<'j> Shown<'j> {
    fn new(job: &'j Job, runs: bool, project: &'j domain::project::Project) -> Self {
        let (status, end_time) = match &job.state {
            State::Running(_) => (if runs { "RUNNING" } else { "INIT" }, None),
            State::Ended { at, failure: None } => ("SUCCESS", Some(*at)),
            State::Ended { at, failure: Some(_) } => ("FAIL", Some(*at)),
        };
        let parts = job.sub_jobs.iter().filter_map(|part| project.jobs.find(part));
        Self {
            status,
            entities: ShownEntities {
                ids: &job.entities,
                sub_jobs: parts.map(|part| Shown::new(part, runs, project)).collect(),
            },
            job_id: &job.id,
            job_type: &job.job_type,
            begin_time: job.begin_time,
            end_time,
            error_code: job.failure().map(|failure| &*failure.error_code),
            fail_reason: job.failure().map(|failure| &*failure.fail_reason),
        }
    }
}

#[expect(clippy::ref_option, reason = "the signature that serde calls")]
fn zoned_if_any<S: serde::Serializer>(time: &Option<Time>, serializer: S) -> Result<S::Ok, S::Error> {
    match time {
        Some(time) => zoned::serialize(time, serializer),
        None => serializer.serialize_none(),
    }
}
