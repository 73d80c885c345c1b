//! What a client exercised: each operation and each refusal that it can answer, seen or not.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;

use super::Answer;
use super::ask::Ask;
use super::problem::Problem;
use crate::api::auth::Auth;
use crate::api::{HUAWEI_ONLY, OPERATIONS, Operation};
use crate::domain::inventory::Section;
use crate::domain::rules::Flavour;
use crate::spec::{Grade, refusals};

/// The codes that only a closed section of the inventory can lead to.
const CLOSED: [(&str, Section); 3] = [
    ("SDRS.1326", Section::Servers),
    ("SDRS.1803", Section::Volumes),
    ("SDRS.1928", Section::Vpcs),
];

/// How often an operation was called, and what it answered.
#[derive(Serialize)]
struct Covered {
    operation: &'static str,
    method: &'static str,
    path: &'static str,
    /// How often it succeeded.
    success: u64,
    refusals: Vec<Refused>,
}

/// A refusal that an operation can answer, and how often it did.
#[derive(Serialize)]
struct Refused {
    code: String,
    grade: Option<Grade>,
    when: &'static str,
    seen: u64,
    /// Why nothing but a fault leads to it as things are.
    #[serde(skip_serializing_if = "Option::is_none")]
    unreachable: Option<String>,
}

/// How often everything was answered, by the place of the operation in the table.
#[derive(Default)]
struct Counted {
    successes: BTreeMap<usize, u64>,
    refusals: BTreeMap<(usize, String), u64>,
}

impl Counted {
    fn of(ask: &Ask<'_>) -> Result<Self, Problem> {
        let mut counted = Self::default();
        for (_, shard) in ask.projects()? {
            shard.journal(|ring| {
                for (place, number) in ring.successes().iter().enumerate() {
                    *counted.successes.entry(place).or_default() += u64::from(*number);
                }
                for (place, code, number) in ring.refusals() {
                    *counted.refusals.entry((place, code.to_owned())).or_default() += u64::from(number);
                }
            });
        }
        Ok(counted)
    }

    fn operation(&mut self, ask: &Ask<'_>, operation: &'static Operation) -> Covered {
        let flavour = ask.shared.store.settings().rules.flavour;
        let place = operation.place();
        let mut rows: Vec<_> = refusals()
            .of(operation, flavour.word())
            .map(|row| Refused {
                seen: self.refusals.remove(&(place, row.code.clone())).unwrap_or(0),
                unreachable: unreachable(ask, &row.code),
                code: row.code.clone(),
                grade: Some(row.grade),
                when: &row.when,
            })
            .collect();
        // What the table does not list was raised by a fault with a code of the tester's choice.
        let others = std::mem::take(&mut self.refusals);
        for ((other, code), seen) in others {
            if other == place {
                rows.push(Refused {
                    code,
                    grade: None,
                    when: "a fault of the tester's choice",
                    seen,
                    unreachable: None,
                });
            } else {
                self.refusals.insert((other, code), seen);
            }
        }
        Covered {
            operation: operation.name,
            method: operation.method.as_str(),
            path: operation.path,
            success: self.successes.get(&place).copied().unwrap_or(0),
            refusals: rows,
        }
    }
}

/// The codes that only credentials which are looked at can lead to.
const STRICT: [&str; 3] = ["SDRS.0002", "APIGW.0301", "APIGW.0307"];

fn unreachable(ask: &Ask<'_>, code: &str) -> Option<String> {
    if STRICT.contains(&code) && ask.shared.access.auth != Auth::Strict {
        return Some("needs --auth strict".to_owned());
    }
    let (_, section) = CLOSED.into_iter().find(|(closed, _)| *closed == code)?;
    let template = ask.shared.store.template();
    let project = ask
        .one()
        .ok()
        .flatten()
        .and_then(|id| ask.shared.store.existing(&id.to_string()));
    let is_closed = match project {
        Some(shard) => shard.inspect(|world, _| world.project.inventory.is_closed(section)),
        None => template.project.inventory.is_closed(section),
    };
    let section = serde_json::to_value(section).unwrap_or_default();
    (!is_closed).then(|| format!("needs {} among inventory.closed", section.as_str().unwrap_or_default()))
}

/// The operations that this flavour has, each once.
pub(crate) fn served(flavour: Flavour) -> impl Iterator<Item = &'static Operation> {
    let mut seen = std::collections::BTreeSet::new();
    OPERATIONS
        .iter()
        .filter(move |operation| flavour == Flavour::Huawei || !HUAWEI_ONLY.contains(&operation.name))
        .filter(move |operation| seen.insert(operation.name))
}

/// `GET /_mock/operations`: how often each was called, and every refusal that it can answer.
pub(super) fn operations(ask: &Ask<'_>) -> Result<Answer, Problem> {
    #[derive(Serialize)]
    struct All {
        operations: Vec<Covered>,
    }
    let mut counted = Counted::of(ask)?;
    Answer::ok(&All {
        operations: served(ask.shared.store.settings().rules.flavour)
            .map(|operation| counted.operation(ask, operation))
            .collect(),
    })
}

/// How much of all was seen.
#[derive(Serialize)]
struct Coverage {
    operations: Share,
    /// Without those that only a fault raises and those that cannot be reached as things are.
    refusals: Share,
    covered: Vec<Covered>,
}

#[derive(Serialize)]
struct Share {
    seen: usize,
    of: usize,
}

/// `GET /_mock/coverage`: JSON, or a summary for people with `?format=markdown`.
pub(super) fn coverage(ask: &Ask<'_>) -> Result<Answer, Problem> {
    let markdown = match ask.word("format") {
        None | Some("json") => false,
        Some("markdown") => true,
        Some(given) => return Err(Problem::unknown("unknown_value", "format", given, ["json", "markdown"])),
    };
    let mut counted = Counted::of(ask)?;
    let covered: Vec<_> = served(ask.shared.store.settings().rules.flavour)
        .map(|operation| counted.operation(ask, operation))
        .collect();
    let reachable = || {
        let rows = covered.iter().flat_map(|covered| &covered.refusals);
        rows.filter(|row| row.unreachable.is_none() && row.grade.is_some_and(|grade| grade != Grade::FaultOnly))
    };
    let coverage = Coverage {
        operations: Share {
            seen: covered.iter().filter(|covered| covered.success > 0).count(),
            of: covered.len(),
        },
        refusals: Share {
            seen: reachable().filter(|row| row.seen > 0).count(),
            of: reachable().count(),
        },
        covered,
    };
    if markdown {
        return Ok(Answer {
            status: http::StatusCode::OK,
            content_type: "text/markdown; charset=utf-8",
            body: coverage.markdown().into_bytes(),
        });
    }
    Answer::ok(&coverage)
}

impl Coverage {
    /// A table for the summary of a CI run: what was called, and which refusals were seen.
    fn markdown(&self) -> String {
        let mut text = format!(
            "# SDRS coverage\n\n{} of {} operations succeeded at least once, {} of {} refusals were seen.\n\n\
             | operation | succeeded | refusals seen | not seen |\n|---|---|---|---|\n",
            self.operations.seen, self.operations.of, self.refusals.seen, self.refusals.of
        );
        for covered in &self.covered {
            let of = |seen: bool| {
                let rows = covered.refusals.iter().filter(|row| (row.seen > 0) == seen);
                let rows =
                    rows.filter(|row| seen || (row.unreachable.is_none() && row.grade != Some(Grade::FaultOnly)));
                rows.map(|row| &*row.code).collect::<Vec<_>>().join(", ")
            };
            let (name, success) = (covered.operation, covered.success);
            // Writing to a text cannot fail.
            let _ = writeln!(text, "| {name} | {success} | {} | {} |", of(true), of(false));
        }
        text
    }
}
