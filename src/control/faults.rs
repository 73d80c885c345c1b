//! Faults: what goes wrong on purpose, armed, looked at and taken back.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::ask::{Ask, Scope, unused};
use super::problem::{Problem, member};
use super::{Answer, Removed};
use crate::api::gateway;
use crate::api::{IDENTITY, OPERATIONS};
use crate::domain::code::Code;
use crate::domain::time::Time;
use crate::store::faults::{Effect, Fault};
use crate::store::matching::RequestMatch;
use crate::store::{ProjectId, Shard};

/// A fault as it is shown: as it was armed, what it did, and what it will still do.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    fault: Fault,
    /// How many requests it will still meet, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    remaining: Option<u64>,
}

impl Shown {
    fn of(faults: &[Fault], now: Time) -> Vec<Self> {
        let shown = |fault: &Fault| Self {
            remaining: fault.remaining(now),
            fault: fault.clone(),
        };
        faults.iter().map(shown).collect()
    }
}

/// The faults of all projects, and those behind them.
#[derive(Serialize)]
struct All {
    default: Vec<Shown>,
    projects: BTreeMap<ProjectId, Vec<Shown>>,
}

/// The faults that a project's requests can meet, in the order in which they are looked at.
#[derive(Serialize)]
struct Own {
    /// Its own.
    faults: Vec<Shown>,
    /// Those of all projects, which are looked at behind them.
    default: Vec<Shown>,
}

/// `GET /_mock/faults`.
pub(super) fn list(ask: &Ask<'_>) -> Result<Answer, Problem> {
    let store = &ask.shared.store;
    if let Some(id) = ask.one()? {
        let shard = store.look(&id);
        let default = Shown::of(&store.defaults().faults, store.default_now());
        return Answer::ok(&shard.inspect(|world, now| Own {
            faults: Shown::of(&world.faults, now),
            default,
        }));
    }
    let faults = |(id, shard): (ProjectId, Arc<Shard>)| (id, shard.inspect(|world, now| Shown::of(&world.faults, now)));
    let projects = store
        .projects()
        .into_iter()
        .map(faults)
        .filter(|(_, faults)| !faults.is_empty());
    Answer::ok(&All {
        default: Shown::of(&store.defaults().faults, store.default_now()),
        projects: projects.collect(),
    })
}

/// `PUT /_mock/faults`.
pub(super) fn replace(ask: &Ask<'_>) -> Result<Answer, Problem> {
    change(ask, read(ask)?, true)
}

/// `POST /_mock/faults`: behind those that are there.
pub(super) fn add(ask: &Ask<'_>) -> Result<Answer, Problem> {
    change(ask, read(ask)?, false)
}

/// `DELETE /_mock/faults`.
pub(super) fn clear(ask: &Ask<'_>) -> Result<Answer, Problem> {
    change(ask, Vec::new(), true)
}

/// What became of the faults of a scope.
#[derive(Serialize)]
struct Changed {
    removed: usize,
    added: Vec<Shown>,
}

fn change(ask: &Ask<'_>, new: Vec<Fault>, replaces: bool) -> Result<Answer, Problem> {
    let store = &ask.shared.store;
    let put = |faults: &mut Vec<Fault>, now: Time, name: &mut dyn FnMut(&[Fault]) -> String| {
        let removed = if replaces { std::mem::take(faults).len() } else { 0 };
        let before = faults.len();
        for mut fault in new {
            if fault.id.is_empty() {
                fault.id = name(faults);
            }
            fault.start(now);
            faults.push(fault);
        }
        Changed {
            removed,
            added: Shown::of(&faults[before..], now),
        }
    };
    match ask.changing_scope()? {
        Scope::One(id) => {
            let shard = ask.govern(&id)?;
            let changed = shard.govern(|world, now| put(&mut world.faults, now, &mut |_| world.ids.name("fault")));
            Answer::ok(&changed)
        }
        Scope::All => {
            let now = store.default_now();
            let mut changed = store.change_defaults(|defaults| {
                let unused = |faults: &[Fault]| unused("all-fault", |id| faults.iter().any(|fault| fault.id == id));
                put(&mut defaults.faults, now, &mut { unused })
            });
            // Those of all projects stand behind each project's own, which would go on hiding them.
            let own = |shard: &Shard| shard.inspect(|world, _| !world.faults.is_empty());
            for (_, shard) in store.projects().into_iter().filter(|(_, shard)| replaces && own(shard)) {
                changed.removed += shard.govern(|world, _| std::mem::take(&mut world.faults).len());
            }
            Answer::ok(&changed)
        }
    }
}

/// `DELETE /_mock/faults/{id}`.
pub(super) fn forget(ask: &Ask<'_>) -> Result<Answer, Problem> {
    let (id, store) = (ask.parameter(0), &ask.shared.store);
    let has = |faults: &[Fault]| faults.iter().any(|fault| fault.id == id);
    let of_all = ask.one()?.is_none() && has(&store.defaults().faults);
    let holders = ask
        .projects()?
        .into_iter()
        .filter(|(_, shard)| shard.inspect(|world, _| has(&world.faults)));
    let holders: Vec<_> = holders.collect();
    match (of_all, &*holders) {
        (true, []) => store.change_defaults(|defaults| defaults.faults.retain(|fault| fault.id != id)),
        (false, [(project, _)]) => ask
            .govern(project)?
            .govern(|world, _| world.faults.retain(|fault| fault.id != id)),
        (false, []) => return Err(Problem::absent("fault", id)),
        _ => {
            let message = format!("several projects have a fault {id}: name one of them (?project=ID)");
            return Err(Problem::invalid("missing_project", message));
        }
    }
    Answer::ok(&Removed { removed: id })
}

fn read(ask: &Ask<'_>) -> Result<Vec<Fault>, Problem> {
    ask.changing_scope()?;
    let many = ask.is_list();
    let faults: Vec<Fault> = ask.one_or_many()?;
    no_duplicate(faults.iter().map(|fault| &*fault.id))?;
    for (index, fault) in faults.iter().enumerate() {
        let place = if many { format!("/{index}") } else { String::new() };
        check(fault).map_err(|problem| problem.below(&place))?;
    }
    Ok(faults)
}

/// Refuses two settings of one name: whoever takes one of them away would take both.
pub(super) fn no_duplicate<'i>(ids: impl Iterator<Item = &'i str>) -> Result<(), Problem> {
    let mut seen = std::collections::BTreeSet::new();
    match ids.enumerate().find(|(_, id)| !id.is_empty() && !seen.insert(*id)) {
        Some((index, id)) => {
            let message = format!("{id} stands there twice, each needs a name of its own");
            Err(Problem::invalid("invalid_value", message).at(format!("/{index}/id")))
        }
        None => Ok(()),
    }
}

/// The statuses that a fault can refuse with: those that every page of the documentation lists, and 429.
pub(crate) const STATUSES: [u16; 15] = [
    400, 401, 403, 404, 405, 406, 407, 408, 409, 429, 500, 501, 502, 503, 504,
];

/// Refuses a fault that could never do what it says.
pub(crate) fn check(fault: &Fault) -> Result<(), Problem> {
    if !fault.id.bytes().all(|byte| byte.is_ascii_graphic()) {
        let message = "an ID stands in a header: it has only visible ASCII characters, and no blank";
        return Err(Problem::invalid("invalid_value", message).at("/id"));
    }
    check_match(&fault.wanted).map_err(|problem| problem.below("/match"))?;
    if fault.wanted.status.is_some() || fault.wanted.code.is_some() {
        let message = "a fault meets a request before it is answered: it cannot be told by status or code";
        return Err(Problem::invalid("invalid_value", message).at("/match"));
    }
    if !fault.when.is_sound() {
        let message =
            "expected one of first, every (above 0), after, once_per, and probability (0 to 1) perhaps with seed";
        return Err(Problem::invalid("invalid_value", message).at("/when"));
    }
    match &fault.effect {
        Effect::Error { status, code, .. } => check_error(Some(*status), code.as_deref()),
        Effect::ApplyThenFail {
            status: None,
            code: Some(_),
        } => {
            let message = "without a status the connection is closed, and nobody reads a code";
            Err(Problem::invalid("invalid_value", message).at("/code"))
        }
        Effect::ApplyThenFail { status, code } => check_error(*status, code.as_deref()),
        Effect::Raw { status, headers, .. } => check_raw(*status, headers),
        Effect::SlowBody { chunk: 0, .. } => {
            Err(Problem::invalid("invalid_value", "a piece has at least one byte").at("/chunk"))
        }
        Effect::None if fault.delay.is_none() => {
            let message =
                r#"a fault that does nothing: give it an effect, such as {"kind":"error","status":503}, or a delay"#;
            Err(Problem::invalid("invalid_value", message))
        }
        _ => Ok(()),
    }
    .map_err(|problem| problem.below("/effect"))
}

fn check_error(status: Option<u16>, code: Option<&str>) -> Result<(), Problem> {
    if let Some(status) = status.filter(|status| !STATUSES.contains(status)) {
        let known = STATUSES.map(|status| status.to_string()).join(", ");
        return Err(Problem::invalid(
            "invalid_value",
            format!("status must be one of {known}, it is {status}"),
        )
        .at("/status"));
    }
    let known = || {
        Code::ALL
            .iter()
            .map(|code| code.entry().code)
            .chain(gateway::ALL.iter().map(|row| row.code))
    };
    match code.filter(|code| !known().any(|known| known == *code)) {
        Some(given) => Err(Problem::unknown("unknown_code", "error code", given, known()).at("/code")),
        None => Ok(()),
    }
}

/// What says where an answer ends.
const FRAMING: [http::HeaderName; 2] = [http::header::CONTENT_LENGTH, http::header::TRANSFER_ENCODING];

fn check_raw(status: u16, headers: &BTreeMap<String, String>) -> Result<(), Problem> {
    if !(200..600).contains(&status) {
        return Err(
            Problem::invalid("invalid_value", format!("a status is from 200 to 599, it is {status}")).at("/status"),
        );
    }
    for (name, value) in headers {
        if FRAMING
            .iter()
            .any(|framing| framing.as_str().eq_ignore_ascii_case(name))
        {
            let message = format!("{name} is written by the server itself; `truncate` breaks an answer's promise");
            return Err(Problem::invalid("invalid_value", message).at(member("/headers", name)));
        }
        if http::HeaderName::try_from(name).is_err() || http::HeaderValue::try_from(value).is_err() {
            let message = format!("{name:?}: {value:?} is no header field");
            return Err(Problem::invalid("invalid_value", message).at(member("/headers", name)));
        }
    }
    Ok(())
}

/// Refuses conditions that no request can keep.
pub(super) fn check_match(wanted: &RequestMatch) -> Result<(), Problem> {
    let operations = || OPERATIONS.iter().chain(IDENTITY).map(|operation| operation.name);
    if let Some(given) = wanted.operation.as_deref()
        && !operations().any(|operation| operation == given)
    {
        return Err(Problem::unknown("unknown_operation", "operation", given, operations()).at("/operation"));
    }
    let methods = ["GET", "PUT", "POST", "DELETE", "HEAD", "PATCH", "OPTIONS"];
    if let Some(given) = wanted.method.as_deref()
        && !methods.iter().any(|method| method.eq_ignore_ascii_case(given))
    {
        return Err(Problem::unknown("unknown_method", "method", given, methods).at("/method"));
    }
    if let Some(name) = wanted
        .header
        .keys()
        .find(|name| http::HeaderName::try_from(*name).is_err())
    {
        let message =
            format!("no header field can be called {name:?}: a name is of letters, digits and -, such as X-Run");
        return Err(Problem::invalid("invalid_value", message).at(member("/header", name)));
    }
    let codes = || Code::ALL.iter().map(|code| code.entry().code);
    if let Some(given) = wanted.code.as_deref()
        && given.starts_with("SDRS")
        && !codes().any(|code| code == given)
    {
        return Err(Problem::unknown("unknown_code", "error code", given, codes()).at("/code"));
    }
    Ok(())
}
