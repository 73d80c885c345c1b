//! The journal: what was asked and how it was answered, and questions to it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::ask::{Ask, Scope};
use super::faults::check_match;
use super::problem::{Problem, nearest};
use super::{Answer, ask};
use crate::api::OPERATIONS;
use crate::api::query::QueryString;
use crate::domain::time::{Time, precise};
use crate::store::ProjectId;
use crate::store::journal::{Entry, Ring};
use crate::store::matching::{RequestMatch, Seen};

/// How many entries are shown where nothing else is said.
const LIMIT: usize = 100;

/// An entry as it is shown.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Shown {
    id: u64,
    #[serde(with = "precise")]
    time: Time,
    project: Option<ProjectId>,
    operation: Option<&'static str>,
    method: String,
    path: String,
    query: String,
    headers: BTreeMap<String, String>,
    body: Value,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    body_cut: bool,
    /// 0 where the connection was broken instead of an answer.
    status: u16,
    code: Option<Box<str>>,
    request_id: String,
    duration_us: u64,
    fault: Option<Box<str>>,
    unread: Vec<String>,
}

impl Shown {
    pub(super) fn of(project: Option<&ProjectId>, entry: &Entry) -> Self {
        Self {
            id: entry.id,
            time: entry.time(),
            project: project.cloned(),
            operation: entry.operation,
            method: entry.method().to_owned(),
            path: entry.path().to_owned(),
            query: entry.query().to_owned(),
            headers: entry.headers().map(|(name, value)| (name.to_owned(), value)).collect(),
            body: body(entry),
            body_cut: entry.cut,
            status: entry.status,
            code: entry.code.clone(),
            request_id: entry.request_id.simple().to_string(),
            duration_us: entry.micros,
            fault: entry.fault.clone(),
            unread: entry.unread.clone(),
        }
    }
}

/// The body as JSON where it is some, else as text; null where there is none.
fn body(entry: &Entry) -> Value {
    match entry.body() {
        [] => Value::Null,
        body => serde_json::from_slice(body).unwrap_or_else(|_| String::from_utf8_lossy(body).into_owned().into()),
    }
}

/// Lets a condition look at an entry.
fn with_seen<R>(entry: &Entry, look: impl FnOnce(&Seen<'_>) -> R) -> R {
    let query = |name: &str| QueryString::new(entry.query()).text(name);
    let header = |name: &str| {
        let mut fields = entry.headers();
        let field = fields.find(|(given, _)| given.eq_ignore_ascii_case(name));
        field.map(|(_, value)| Cow::Owned(value))
    };
    look(&Seen {
        operation: entry.operation,
        method: entry.method(),
        path: entry.path(),
        query: &query,
        header: &header,
        body: entry.body(),
        answer: Some((entry.status, entry.code.as_deref())),
    })
}

/// Looks at every journal that the request is about, each with its project; the strays belong to whom their path names.
fn each(ask: &Ask<'_>, mut look: impl FnMut(Option<&ProjectId>, &Ring)) -> Result<(), Problem> {
    for (id, shard) in ask.projects()? {
        shard.journal(|ring| look(Some(&id), ring));
    }
    ask.shared.store.strays(|ring| look(None, ring));
    Ok(())
}

/// Whether a stray is what a request about one project asks for.
fn is_of(entry: &Entry, only: Option<&ProjectId>) -> bool {
    only.is_none_or(|only| entry.path().split('/').nth(2) == Some(&*only.to_string()))
}

/// The entries that the request is about and that a filter admits, newest first.
fn entries(ask: &Ask<'_>, admits: impl Fn(&Entry) -> bool) -> Result<(Vec<Shown>, u64), Problem> {
    let only = ask.one()?;
    let (mut shown, mut dropped) = (Vec::new(), 0);
    each(ask, |project, ring| {
        let own = project.is_some();
        if own {
            dropped += ring.dropped;
        }
        let entries = ring
            .entries()
            .filter(|entry| (own || is_of(entry, only.as_ref())) && admits(entry));
        shown.extend(entries.map(|entry| Shown::of(project, entry)));
    })?;
    shown.sort_by_key(|entry| std::cmp::Reverse(entry.id));
    Ok((shown, dropped))
}

#[derive(Serialize)]
struct Listed {
    /// How many entries pass the filter.
    total: usize,
    /// How many entries had to go, whatever they were.
    dropped: u64,
    requests: Vec<Shown>,
}

/// `GET /_mock/requests`: newest first.
pub(super) fn list(ask: &Ask<'_>) -> Result<Answer, Problem> {
    let operation = ask.word("operation");
    let wanted = RequestMatch {
        operation: operation.map(str::to_owned),
        ..RequestMatch::default()
    };
    check_match(&wanted)?;
    let status = ask.number("status")?;
    let since = ask.number("since")?.unwrap_or(0);
    let limit = ask.number("limit")?.unwrap_or(LIMIT);
    let (mut requests, dropped) = entries(ask, |entry| {
        operation.is_none_or(|operation| entry.operation == Some(operation))
            && status.is_none_or(|status| usize::from(entry.status) == status)
            && usize::try_from(entry.id).is_ok_and(|id| id > since)
    })?;
    let total = requests.len();
    requests.truncate(limit);
    Answer::ok(&Listed {
        total,
        dropped,
        requests,
    })
}

/// `GET /_mock/requests/{id}`.
pub(super) fn show(ask: &Ask<'_>) -> Result<Answer, Problem> {
    let text = ask.parameter(0);
    let (found, _) = entries(ask, |entry| entry.id.to_string() == text)?;
    Answer::ok(found.first().ok_or_else(|| Problem::absent("request", text))?)
}

/// A request that no route knew.
#[derive(Serialize)]
struct Unmatched {
    #[serde(flatten)]
    request: Shown,
    /// The operations whose method and path are most like it.
    nearest: Vec<Near>,
}

#[derive(Clone, Serialize)]
struct Near {
    operation: &'static str,
    method: &'static str,
    path: &'static str,
}

/// `GET /_mock/requests/unmatched`.
pub(super) fn unmatched(ask: &Ask<'_>) -> Result<Answer, Problem> {
    #[derive(Serialize)]
    struct All {
        total: usize,
        requests: Vec<Unmatched>,
    }
    let (requests, _) = entries(ask, |entry| entry.operation.is_none())?;
    let requests: Vec<_> = requests
        .into_iter()
        .map(|request| Unmatched {
            nearest: near(&request.path),
            request,
        })
        .collect();
    Answer::ok(&All {
        total: requests.len(),
        requests,
    })
}

/// The operations whose path is most like this one, its IDs left out of the comparison.
fn near(path: &str) -> Vec<Near> {
    let shape = |path: &str| {
        let is_name = |part: &&str| part.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        path.split('/').filter(is_name).collect::<Vec<_>>().join("/")
    };
    let shapes: Vec<_> = OPERATIONS.iter().map(|operation| shape(operation.path)).collect();
    let Some(best) = nearest(&shape(path), shapes.iter().map(String::as_str)).map(str::to_owned) else {
        return Vec::new();
    };
    let alike = OPERATIONS.iter().zip(&shapes).filter(|(_, shape)| **shape == best);
    alike
        .map(|(operation, _)| Near {
            operation: operation.name,
            method: operation.method.as_str(),
            path: operation.path,
        })
        .collect()
}

/// How often a request must have come.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Times {
    exactly: Option<usize>,
    at_least: Option<usize>,
    at_most: Option<usize>,
}

impl Times {
    fn admits(&self, number: usize) -> bool {
        self.exactly.is_none_or(|exactly| number == exactly)
            && self.at_least.is_none_or(|least| number >= least)
            && self.at_most.is_none_or(|most| number <= most)
    }

    /// Whether entries that are no longer there could make the answer another one.
    fn is_open(&self, number: usize, dropped: bool) -> bool {
        let upper = self.exactly.into_iter().chain(self.at_most).min();
        // More of them can only be too many, where there is an upper bound that is already broken.
        dropped && !upper.is_some_and(|upper| number > upper) && !(upper.is_none() && self.admits(number))
    }
}

/// A question to the journal.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    #[serde(default, rename = "match")]
    wanted: Option<RequestMatch>,
    #[serde(default)]
    times: Option<Times>,
    #[serde(default)]
    sequence: Option<Vec<RequestMatch>>,
}

/// The answer to a question.
#[derive(Serialize)]
struct Verdict {
    ok: Option<bool>,
    /// How many requests matched, or how much of the sequence came.
    #[serde(skip_serializing_if = "Option::is_none")]
    actual: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    /// The requests that are most like what was asked for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    nearest: Vec<Shown>,
}

impl Verdict {
    fn answer(ok: Option<bool>, actual: usize, nearest: Vec<Shown>) -> Answer {
        let (status, reason) = match ok {
            Some(true) => (StatusCode::OK, None),
            Some(false) => (StatusCode::CONFLICT, None),
            None => (StatusCode::FAILED_DEPENDENCY, Some("dropped")),
        };
        let actual = (ok != Some(true)).then_some(actual);
        Answer::json(
            status,
            &Self {
                ok,
                actual,
                reason,
                nearest,
            },
        )
    }
}

/// How many near misses are shown.
const NEAREST: usize = 3;

/// `POST /_mock/requests/verify`: 200, 409, or 424 where what was dropped may have changed the answer.
pub(super) fn verify(ask: &Ask<'_>) -> Result<Answer, Problem> {
    let question: Question = ask.json()?;
    match question {
        Question {
            sequence: Some(sequence),
            wanted: None,
            times: None,
        } => {
            for (index, wanted) in sequence.iter().enumerate() {
                check_match(wanted).map_err(|problem| problem.below(&format!("/sequence/{index}")))?;
            }
            verify_sequence(ask, &sequence)
        }
        Question {
            sequence: None,
            wanted,
            times,
        } => {
            let wanted = wanted.unwrap_or_default();
            check_match(&wanted).map_err(|problem| problem.below("/match"))?;
            let once = Times {
                exactly: None,
                at_least: Some(1),
                at_most: None,
            };
            verify_number(ask, &wanted, &times.unwrap_or(once))
        }
        _ => Err(Problem::invalid("invalid_value", "ask either for a match with times or for a sequence").at("")),
    }
}

fn verify_number(ask: &Ask<'_>, wanted: &RequestMatch, times: &Times) -> Result<Answer, Problem> {
    let (matching, dropped) = entries(ask, |entry| with_seen(entry, |seen| wanted.fits(seen)))?;
    let number = matching.len();
    if times.is_open(number, dropped > 0) {
        return Ok(Verdict::answer(None, number, Vec::new()));
    }
    if times.admits(number) {
        return Ok(Verdict::answer(Some(true), number, Vec::new()));
    }
    let nearest = if number == 0 {
        near_misses(ask, wanted)?
    } else {
        matching.into_iter().take(NEAREST).collect()
    };
    Ok(Verdict::answer(Some(false), number, nearest))
}

fn verify_sequence(ask: &Ask<'_>, sequence: &[RequestMatch]) -> Result<Answer, Problem> {
    let mut ids: Vec<(u64, Vec<bool>)> = Vec::new();
    let (_, dropped) = entries(ask, |_| false)?;
    let only = ask.one()?;
    each(ask, |project, ring| {
        let own = ring
            .entries()
            .filter(|entry| project.is_some() || is_of(entry, only.as_ref()));
        ids.extend(own.map(|entry| {
            let fits = sequence.iter().map(|wanted| with_seen(entry, |seen| wanted.fits(seen)));
            (entry.id, fits.collect())
        }));
    })?;
    ids.sort_by_key(|(id, _)| *id);
    let mut came = 0;
    for (_, fits) in &ids {
        if fits.get(came) == Some(&true) {
            came += 1;
        }
    }
    if came == sequence.len() {
        return Ok(Verdict::answer(Some(true), came, Vec::new()));
    }
    if dropped > 0 {
        return Ok(Verdict::answer(None, came, Vec::new()));
    }
    Ok(Verdict::answer(Some(false), came, near_misses(ask, &sequence[came])?))
}

/// The entries that keep most of the conditions.
fn near_misses(ask: &Ask<'_>, wanted: &RequestMatch) -> Result<Vec<Shown>, Problem> {
    let only = ask.one()?;
    let mut scored = Vec::new();
    each(ask, |project, ring| {
        let own = ring
            .entries()
            .filter(|entry| project.is_some() || is_of(entry, only.as_ref()));
        let with_score = own.map(|entry| (with_seen(entry, |seen| wanted.score(seen)).0, entry));
        let some = with_score.filter(|(held, _)| *held > 0);
        scored.extend(some.map(|(held, entry)| (held, Shown::of(project, entry))));
    })?;
    scored.sort_by_key(|(held, entry)| std::cmp::Reverse((*held, entry.id)));
    Ok(scored.into_iter().map(|(_, entry)| entry).take(NEAREST).collect())
}

/// `DELETE /_mock/requests`.
pub(super) fn clear(ask: &Ask<'_>) -> Result<Answer, Problem> {
    #[derive(Serialize)]
    struct Cleared {
        cleared: usize,
    }
    let store = &ask.shared.store;
    let cleared = match ask.changing_scope()? {
        Scope::One(id) => store.govern(&id).map_err(ask::closed)?.clear_journal(),
        Scope::All => {
            let projects = store.projects();
            projects.iter().map(|(_, shard)| shard.clear_journal()).sum::<usize>() + store.clear_strays()
        }
    };
    Answer::ok(&Cleared { cleared })
}
