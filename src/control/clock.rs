//! What time it is in a project, and how a tester turns it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Answer;
use super::ask::{Ask, Scope};
use super::jobs::Told;
use super::problem::Problem;
use crate::domain::span::Span;
use crate::domain::time::{Time, precise, precise_if_any};
use crate::store::clock::Clock;
use crate::store::{ProjectId, Shard};

/// A project's clock, and what waits for it.
#[derive(Serialize)]
struct Shown {
    mode: &'static str,
    #[serde(with = "precise")]
    now: Time,
    offset: Option<Span>,
    jobs_pending: usize,
    #[serde(with = "precise_if_any")]
    next_due: Option<Time>,
}

impl Shown {
    fn of(clock: Clock, now: Time) -> Self {
        let (mode, offset) = match clock {
            Clock::Real { offset } => ("real", offset),
            Clock::Frozen { .. } => ("frozen", None),
        };
        Self {
            mode,
            now,
            offset,
            jobs_pending: 0,
            next_due: None,
        }
    }

    fn of_project(shard: &Shard) -> Self {
        shard.inspect(|world, now| Self {
            jobs_pending: world.project.jobs.iter().filter(|job| !job.has_ended()).count(),
            next_due: world.project.jobs.next_due(),
            ..Self::of(world.clock, now)
        })
    }
}

/// The clocks of all projects, and that of projects to come.
#[derive(Serialize)]
struct Clocks {
    default: Shown,
    projects: BTreeMap<ProjectId, Shown>,
}

impl Clocks {
    fn of(ask: &Ask<'_>) -> Self {
        let store = &ask.shared.store;
        let projects = store
            .projects()
            .into_iter()
            .map(|(id, shard)| (id, Shown::of_project(&shard)));
        Self {
            default: Shown::of(store.default_clock(), store.default_now()),
            projects: projects.collect(),
        }
    }
}

/// `GET /_mock/clock`.
pub(super) fn show(ask: &Ask<'_>) -> Result<Answer, Problem> {
    match ask.one()? {
        Some(id) => Answer::ok(&Shown::of_project(&ask.shared.store.look(&id))),
        None => Answer::ok(&Clocks::of(ask)),
    }
}

/// What a clock is set to.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewClock {
    mode: Mode,
    /// Without a time a clock stops where it is.
    #[serde(default, with = "precise_if_any")]
    now: Option<Time>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Mode {
    /// The real one; an offset is dropped.
    Real,
    /// A standing one.
    Frozen,
}

impl NewClock {
    fn clock(&self, shown: Time) -> Clock {
        match self.mode {
            Mode::Real => Clock::REAL,
            Mode::Frozen => Clock::Frozen {
                now: self.now.unwrap_or(shown),
            },
        }
    }
}

/// `PUT /_mock/clock`.
pub(super) fn set(ask: &Ask<'_>) -> Result<Answer, Problem> {
    let scope = ask.changing_scope()?;
    let new: NewClock = ask.json()?;
    if let NewClock {
        mode: Mode::Real,
        now: Some(_),
    } = new
    {
        let message = "the real clock shows the real time: it cannot be set, only turned ahead";
        return Err(Problem::invalid("invalid_value", message).at("/now"));
    }
    let store = &ask.shared.store;
    let set = |shard: &Shard| shard.govern(|world, now| world.clock = new.clock(now));
    match scope {
        Scope::One(id) => set(&*ask.govern(&id)?),
        Scope::All => {
            let clock = new.clock(store.default_now());
            store.change_defaults(|defaults| defaults.clock = Some(clock));
            store.projects().iter().for_each(|(_, shard)| set(shard));
        }
    }
    show(ask)
}

/// How far a clock is turned.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Turn {
    by: Option<Span>,
    to: Option<To>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum To {
    NextDue,
}

/// What a turn of the clock ended.
#[derive(Serialize)]
struct Turned {
    project: ProjectId,
    #[serde(flatten)]
    clock: Shown,
    ended: Vec<Told>,
}

/// Refuses a turn that would end short of where it is meant to.
fn check_turn(clock: Clock, now: Time, by: Span) -> Result<(), Problem> {
    let message = match clock {
        Clock::Real { offset: Some(offset) } if offset.and(by).as_micros() < offset.as_micros() + by.as_micros() => {
            format!("the clock is {offset} ahead, and can be at most 100 years (878400h) ahead: set it with PUT first")
        }
        _ if now.as_micros() + by.as_micros() > Time::MAX.as_micros() => {
            format!("{by} from now is after 9999-12-31T23:59:59.999999Z, the last time that a clock can show")
        }
        _ => return Ok(()),
    };
    Err(Problem::invalid("invalid_value", message).at("/by"))
}

/// Looks at all clocks before any is turned.
fn check_turns(ask: &Ask<'_>, scope: &Scope, by: Option<Span>) -> Result<(), Problem> {
    let (Some(by), store) = (by, &ask.shared.store) else {
        return Ok(());
    };
    if *scope == Scope::All {
        check_turn(store.default_clock(), store.default_now(), by)?;
    }
    for (_, shard) in ask.projects()? {
        shard.inspect(|world, now| check_turn(world.clock, now, by))?;
    }
    Ok(())
}

/// `POST /_mock/clock/advance`.
pub(super) fn advance(ask: &Ask<'_>) -> Result<Answer, Problem> {
    let scope = ask.changing_scope()?;
    let by = match ask.json()? {
        Turn { by: Some(by), to: None } => Some(by),
        Turn {
            by: None,
            to: Some(To::NextDue),
        } => None,
        _ => {
            let message = r#"expected {"by":"10m"} or {"to":"next-due"}"#;
            return Err(Problem::invalid("invalid_value", message).at(""));
        }
    };
    let store = &ask.shared.store;
    check_turns(ask, &scope, by)?;
    let turn = |id: ProjectId, shard: &Shard| {
        let ended = match by {
            Some(by) => shard.advance(by),
            None => shard.advance_to_next_due(),
        };
        let ended = shard.inspect(|world, _| {
            let jobs = ended.iter().filter_map(|job| world.project.jobs.find(job));
            jobs.map(|job| Told::new(&id, world, job)).collect()
        });
        Turned {
            project: id,
            clock: Shown::of_project(shard),
            ended,
        }
    };
    match scope {
        Scope::One(id) => {
            let shard = ask.govern(&id)?;
            Answer::ok(&turn(id, &shard))
        }
        Scope::All => {
            if let Some(by) = by {
                let turned = store.default_clock().turned(by);
                store.change_defaults(|defaults| defaults.clock = Some(turned));
            }
            let turned = store.projects().into_iter().map(|(id, shard)| turn(id, &shard));
            Answer::ok(&turned.collect::<Vec<_>>())
        }
    }
}
