//! What a careful reviewer would say about a client: what it sent in vain, and what it never looked at.

use serde::Serialize;

use super::Answer;
use super::ask::Ask;
use super::problem::Problem;
use crate::domain::project::Project;
use crate::store::ProjectId;
use crate::store::faults::Fault;
use crate::store::job_rules::JobRule;
use crate::store::journal::{Entry, Ring};

/// One slip.
#[derive(Debug, Serialize)]
struct Slip {
    kind: Kind,
    #[serde(skip_serializing_if = "Option::is_none")]
    project: Option<ProjectId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation: Option<&'static str>,
    /// What it is about: a member, a parameter, a path, a job, a rule, a fault.
    subject: String,
    message: String,
    times: u32,
}

/// What kind of slip it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    /// Nothing reads a member of the body.
    UnreadMember,
    /// Nothing reads a parameter of the query.
    UnreadParameter,
    /// No route knew the request.
    Unmatched,
    /// Nobody read what became of a job.
    JobNeverRead,
    /// A rule governed no job.
    RuleNeverFired,
    /// A fault met no request.
    FaultNeverFired,
}

#[derive(Serialize)]
struct Report {
    clean: bool,
    slips: Vec<Slip>,
}

/// `GET /_mock/report`: no slips after a clean run, so that a test can fail on them.
pub(super) fn report(ask: &Ask<'_>) -> Result<Answer, Problem> {
    let (only, store) = (ask.one()?, &ask.shared.store);
    let mut slips = Vec::new();
    for (id, shard) in ask.projects()? {
        shard.journal(|ring| requests(ring, Some(&id), |_| true, &mut slips));
        shard.inspect(|world, _| {
            jobs(&world.project, &id, &mut slips);
            settings(&world.job_rules, &world.faults, Some(&id), &mut slips);
        });
    }
    let is_of = |entry: &Entry| {
        only.as_ref()
            .is_none_or(|only| entry.path().split('/').nth(2) == Some(&*only.to_string()))
    };
    store.strays(|ring| requests(ring, only.as_ref(), is_of, &mut slips));
    if only.is_none() {
        let defaults = store.defaults();
        settings(&defaults.job_rules, &defaults.faults, None, &mut slips);
    }
    Answer::ok(&Report {
        clean: slips.is_empty(),
        slips,
    })
}

fn requests(ring: &Ring, project: Option<&ProjectId>, is_of: impl Fn(&Entry) -> bool, slips: &mut Vec<Slip>) {
    for (operation, slip, times) in ring.slips() {
        let (kind, what) = match slip.strip_prefix('?') {
            Some(_) => (Kind::UnreadParameter, "parameter"),
            None => (Kind::UnreadMember, "member"),
        };
        let subject = slip.trim_start_matches('?').to_owned();
        let message = format!("{operation} does not read the {what} {subject}");
        slips.push(Slip {
            kind,
            project: project.cloned(),
            operation: Some(operation),
            subject,
            message,
            times,
        });
    }
    let unmatched = ring.entries().filter(|entry| entry.operation.is_none() && is_of(entry));
    for entry in unmatched {
        let subject = format!("{} {}", entry.method(), entry.path());
        if let Some(slip) = slips
            .iter_mut()
            .find(|slip| slip.kind == Kind::Unmatched && slip.subject == subject)
        {
            slip.times += 1;
            continue;
        }
        let message = format!("no operation has {subject}");
        slips.push(Slip {
            kind: Kind::Unmatched,
            project: project.cloned(),
            operation: None,
            subject,
            message,
            times: 1,
        });
    }
}

fn jobs(project: &Project, id: &ProjectId, slips: &mut Vec<Slip>) {
    let unread = project
        .jobs
        .iter()
        .filter(|job| job.parent.is_none() && job.has_ended() && !job.read);
    slips.extend(unread.map(|job| Slip {
        kind: Kind::JobNeverRead,
        project: Some(id.clone()),
        operation: None,
        subject: job.id.to_string(),
        message: format!("nobody read what became of the {} job {}", job.job_type, job.id),
        times: 1,
    }));
}

fn settings(rules: &[JobRule], faults: &[Fault], project: Option<&ProjectId>, slips: &mut Vec<Slip>) {
    let never = |kind, subject: &str, message| Slip {
        kind,
        project: project.cloned(),
        operation: None,
        subject: subject.to_owned(),
        message,
        times: 1,
    };
    let rules = rules.iter().filter(|rule| rule.hits == 0);
    slips.extend(rules.map(|rule| {
        never(
            Kind::RuleNeverFired,
            &rule.id,
            format!("rule {} governed no job", rule.id),
        )
    }));
    let faults = faults.iter().filter(|fault| fault.hits == 0);
    slips.extend(faults.map(|fault| {
        never(
            Kind::FaultNeverFired,
            &fault.id,
            format!("fault {} met no request", fault.id),
        )
    }));
}
