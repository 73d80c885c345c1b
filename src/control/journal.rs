//! The journal: what was asked and how it was answered, and questions to it.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::Answer;
use super::ask::{Ask, Scope};
use super::faults::check_match;
use super::problem::{Problem, nearest, parameter};
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
    pub(super) id: u64,
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
    /// The body of the answer; only of requests that came while somebody watched the events.
    #[serde(skip_serializing_if = "Option::is_none")]
    answer: Option<Value>,
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
            query: blotted_query(entry.query()),
            headers: entry
                .headers()
                .map(|(name, value)| (name.to_owned(), if is_secret(name) { BLOT.to_owned() } else { value }))
                .collect(),
            body: blotted(read(entry.body())),
            body_cut: entry.cut,
            status: entry.status,
            code: entry.code.clone(),
            answer: entry.answer().map(|answer| blotted(read(answer))),
            request_id: entry.request_id.simple().to_string(),
            duration_us: entry.micros,
            fault: entry.fault.clone(),
            unread: entry.unread.clone(),
        }
    }
}

/// What stands in place of a secret.
const BLOT: &str = "***";

/// Whether what is called so tells who somebody is, wherever it stands.
fn is_secret(name: &str) -> bool {
    const WORDS: [&str; 8] = [
        "token",
        "signature",
        "password",
        "passwd",
        "adminpass",
        "secret",
        "api-key",
        "auth-key",
    ];
    let name = name.to_ascii_lowercase().replace('_', "-");
    WORDS.iter().any(|word| name.contains(word)) || name.contains("cookie")
}

/// A query without its secrets.
fn blotted_query(query: &str) -> String {
    let pairs = query.split('&').map(|pair| match pair.split_once('=') {
        Some((name, _)) if is_secret(name) => format!("{name}={BLOT}"),
        _ => pair.to_owned(),
    });
    pairs.collect::<Vec<_>>().join("&")
}

/// A body without its secrets.
fn blotted(mut body: Value) -> Value {
    match &mut body {
        Value::Object(members) => {
            for (name, value) in members.iter_mut() {
                *value = if is_secret(name) {
                    BLOT.into()
                } else {
                    blotted(value.take())
                };
            }
        }
        Value::Array(elements) => elements
            .iter_mut()
            .for_each(|element| *element = blotted(element.take())),
        _ => {}
    }
    body
}

/// A body as JSON where it is some, else as text; null where there is none.
fn read(body: &[u8]) -> Value {
    match body {
        [] => Value::Null,
        body => serde_json::from_slice(body).unwrap_or_else(|_| String::from_utf8_lossy(body).into_owned().into()),
    }
}

/// Lets a condition look at an entry.
pub(super) fn with_seen<R>(entry: &Entry, look: impl FnOnce(&Seen<'_>) -> R) -> R {
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
pub(super) fn each(ask: &Ask<'_>, mut look: impl FnMut(Option<&ProjectId>, &Ring)) -> Result<(), Problem> {
    for (id, shard) in ask.projects()? {
        shard.journal(|ring| look(Some(&id), ring));
    }
    ask.shared.store.strays(|ring| look(None, ring));
    Ok(())
}

/// Whether a stray is what a request about one project asks for.
pub(super) fn is_of(entry: &Entry, only: Option<&ProjectId>) -> bool {
    only.is_none_or(|only| entry.path().split('/').nth(2) == Some(&*only.to_string()))
}

/// The entries that the request is about and that a filter admits, newest first.
pub(super) fn entries(ask: &Ask<'_>, admits: impl Fn(&Entry) -> bool) -> Result<(Vec<Shown>, u64), Problem> {
    let only = ask.one()?;
    // What was lost with a project that is asked for alone is known of its own journal.
    let lost = only.is_none().then(|| ask.shared.store.lost_entries());
    let (mut shown, mut dropped) = (Vec::new(), lost.unwrap_or_default());
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
    check_match(&wanted).map_err(|problem| problem.at(parameter("operation")))?;
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

/// The operations whose path is most like this one: by the words of it, for IDs tell nothing.
fn near(path: &str) -> Vec<Near> {
    let given: Vec<_> = words(path).collect();
    let known: Vec<_> = OPERATIONS
        .iter()
        .map(|operation| words(operation.path).collect::<Vec<_>>())
        .collect();
    let score = |words: &Vec<&str>| {
        let meant = |word: &&&str| nearest(word, words.iter().copied()).is_some_and(|near| near.len() > 3);
        let found = given.iter().filter(meant).count();
        // Words that are not asked for count against an operation, so that the shortest path that fits is the nearest.
        (found, usize::MAX - words.len().abs_diff(given.len()))
    };
    let Some(best) = known.iter().map(score).max().filter(|(found, _)| *found > 0) else {
        return Vec::new();
    };
    let alike = OPERATIONS.iter().zip(&known).filter(|(_, words)| score(words) == best);
    alike
        .map(|(operation, _)| Near {
            operation: operation.name,
            method: operation.method.as_str(),
            path: operation.path,
        })
        .collect()
}

/// The words of a path, without what stands for an ID.
fn words(path: &str) -> impl Iterator<Item = &str> {
    let named = path
        .split('/')
        .filter(|part| !part.is_empty() && !part.starts_with('{'));
    let named = named.filter(|part| !part.bytes().any(|byte| byte.is_ascii_digit()));
    named.flat_map(|part| part.split(['-', '_']))
}

/// `DELETE /_mock/requests`.
pub(super) fn clear(ask: &Ask<'_>) -> Result<Answer, Problem> {
    #[derive(Serialize)]
    struct Cleared {
        cleared: usize,
    }
    let store = &ask.shared.store;
    let cleared = match ask.changing_scope()? {
        Scope::One(id) => {
            store.forget_lost(Some(&id));
            let own = store.existing(&id.to_string()).map_or(0, |shard| shard.clear_journal());
            own + store.clear_strays(|entry| is_of(entry, Some(&id)))
        }
        Scope::All => {
            store.forget_lost(None);
            let projects = store.projects();
            projects.iter().map(|(_, shard)| shard.clear_journal()).sum::<usize>() + store.clear_strays(|_| true)
        }
    };
    Answer::ok(&Cleared { cleared })
}
