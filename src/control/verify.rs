//! Questions to the journal: whether something was asked, how often, and in which order.

use http::StatusCode;
use serde::{Deserialize, Serialize};

use super::Answer;
use super::ask::Ask;
use super::faults::check_match;
use super::journal::{Shown, each, entries, is_of, with_seen};
use super::problem::Problem;
use crate::store::journal::Entry;
use crate::store::matching::RequestMatch;

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

    /// Refuses bounds that every number keeps, or none.
    fn check(&self) -> Result<(), Problem> {
        let given = (self.exactly, self.at_least, self.at_most);
        let message = match given {
            (None, None, None) => "expected exactly, at_least or at_most: without a bound every number is right",
            _ if !self.admits(self.exactly.or(self.at_least).or(self.at_most).unwrap_or_default()) => {
                "the bounds exclude each other: no number keeps all of them"
            }
            _ => return Ok(()),
        };
        Err(Problem::invalid("invalid_value", message).at("/times"))
    }

    /// Whether entries that are no longer there could make the answer another one.
    fn is_open(&self, number: usize, dropped: bool) -> bool {
        let upper = self.exactly.into_iter().chain(self.at_most).min();
        // More of them can only be too many, where there is an upper bound that is already broken.
        dropped && upper.map_or(!self.admits(number), |upper| number <= upper)
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
            if sequence.is_empty() {
                let message = "expected at least one match: a sequence of nothing has always come";
                return Err(Problem::invalid("invalid_value", message).at("/sequence"));
            }
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
            let times = times.unwrap_or(Times {
                exactly: None,
                at_least: Some(1),
                at_most: None,
            });
            times.check()?;
            verify_number(ask, &wanted, &times)
        }
        _ => Err(Problem::invalid("invalid_value", "ask either for a match with times or for a sequence").at("")),
    }
}

fn verify_number(ask: &Ask<'_>, wanted: &RequestMatch, times: &Times) -> Result<Answer, Problem> {
    let (matching, dropped) = entries(ask, |entry| with_seen(entry, |seen| wanted.fits(seen)))?;
    // What was cut off a body may have been what is asked for.
    let cut = |entry: &Entry| wanted.body.is_some() && entry.cut && with_seen(entry, |seen| !wanted.fits(seen));
    let unknown = dropped + dropped_strays(ask, wanted) + entries(ask, cut)?.0.len() as u64;
    let number = matching.len();
    if times.is_open(number, unknown > 0) {
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

/// How many requests were dropped that belonged to no project and may have been asked for.
fn dropped_strays(ask: &Ask<'_>, wanted: &RequestMatch) -> u64 {
    let may_be_stray = wanted.operation.is_none();
    ask.shared
        .store
        .strays(|ring| if may_be_stray { ring.dropped } else { 0 })
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
    if dropped > 0 || dropped_strays(ask, &sequence[came]) > 0 {
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
