//! RPO statistics, which only Huawei Cloud has: what the fixture says, for nothing here is ever late.

use super::input::{Filter, Project, Query};
use super::query::QueryString;
use super::reply::Reply;
use crate::domain::code::{Code, Refusal};
use crate::domain::rpo::RpoRecord;
use crate::domain::table::{Page, sift};
use crate::domain::time::Time;

/// `ListRpoStatistics`.
pub fn list(project: Project<'_>, period: Query<Period>, page: Page) -> Result<Reply, Refusal> {
    let Query(period) = period;
    Ok(project.look(|project| {
        let records = sift(project.rpo.iter(), &|record| period.has(record), page);
        Reply::listed("resource_rpo_statistics", records)
    }))
}

/// The part of the statistics that is asked for, both ends included.
pub struct Period {
    start: Option<Time>,
    end: Option<Time>,
}

impl Filter for Period {
    fn from_query(query: &QueryString<'_>) -> Result<Self, Refusal> {
        let (start, end) = (time(query, "start_time")?, time(query, "end_time")?);
        if start.zip(end).is_some_and(|(start, end)| start > end) {
            return Err(Code::InvalidParameters.because("start_time must not be after end_time"));
        }
        query.word_of("resource_type", &["replication"])?;
        Ok(Self { start, end })
    }
}

fn time(query: &QueryString<'_>, name: &str) -> Result<Option<Time>, Refusal> {
    let Some(text) = query.word(name) else { return Ok(None) };
    Time::parse_by_hand(&text).map(Some).ok_or_else(|| {
        let detail = format!("{name} must be a time as yyyy-MM-dd HH:mm:ss.SSS, it is {text:?}");
        Code::InvalidParameters.because(detail)
    })
}

impl Period {
    fn has(&self, record: &RpoRecord) -> bool {
        self.start.is_none_or(|start| start <= record.point_time) && self.end.is_none_or(|end| record.point_time <= end)
    }
}
