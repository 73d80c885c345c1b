//! What goes wrong on purpose: which requests, which of them, and how.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::armed::{Armed, Disarmed};
pub use super::effect::Effect;
use super::matching::{RequestMatch, Seen};
use crate::domain::ids::{chance, fingerprint};
use crate::domain::resource::object;
use crate::domain::span::Span;
use crate::domain::time::{Time, precise_if_any};

/// A fault that a tester has armed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Its name; drawn where none is given.
    #[serde(default)]
    pub id: String,
    /// Which requests it is for.
    #[serde(rename = "match", default, deserialize_with = "object")]
    pub wanted: RequestMatch,
    /// Which of these requests it meets; without a choice all of them.
    #[serde(default, deserialize_with = "object", skip_serializing_if = "When::is_always")]
    pub when: When,
    /// How long the request waits first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay: Option<Span>,
    /// What becomes of it then.
    #[serde(default)]
    pub effect: Effect,
    /// How long the fault stays armed, on the project's clock.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ttl: Option<Span>,
    /// Until when that is.
    #[serde(default, with = "precise_if_any", skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Time>,
    /// How many requests it matched.
    #[serde(default)]
    pub matched: u64,
    /// How often it fired.
    #[serde(default)]
    pub hits: u64,
    /// Fingerprints of the tokens that it has met; the tokens themselves are kept nowhere.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub tokens: BTreeSet<u32>,
    /// Who waits for its end.
    #[serde(skip)]
    pub armed: Armed,
}

/// Which of the requests that match a fault it meets; at most one choice is made.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct When {
    /// The first so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<u64>,
    /// Each n-th.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<u64>,
    /// All after the first so many.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
    /// The first one of each.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub once_per: Option<OncePer>,
    /// Each with this probability.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// What chance derives from: the same seed, the same sequence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
}

/// What requests can be told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OncePer {
    /// The credentials that they bring.
    Token,
}

/// A fault that fires.
#[derive(Debug, Clone)]
pub struct Fired {
    /// Its name.
    pub id: String,
    /// How long the request waits first.
    pub delay: Option<Span>,
    /// What becomes of it.
    pub effect: Effect,
    /// How long a request is held at most.
    pub ttl: Option<Span>,
    /// The end of the fault, which is that of what it holds too.
    pub end: Option<Disarmed>,
}

impl When {
    /// Whether no choice is made.
    pub fn is_always(&self) -> bool {
        *self == Self::default()
    }

    /// Whether at most one choice is made, and one that can be.
    pub fn is_sound(&self) -> bool {
        let choices = [
            self.first.is_some(),
            self.every.is_some(),
            self.after.is_some(),
            self.once_per.is_some(),
            self.probability.is_some(),
        ];
        choices.into_iter().filter(|chosen| *chosen).count() <= 1
            && self.every != Some(0)
            && (self.seed.is_none() || self.probability.is_some())
            && self
                .probability
                .is_none_or(|probability| (0.0..=1.0).contains(&probability))
    }
}

impl Default for Fault {
    /// A fault for every request that does nothing yet.
    fn default() -> Self {
        serde_json::from_str("{}").expect("every member has a default")
    }
}

impl Fault {
    /// A fault for every request with this effect.
    pub fn new(effect: Effect) -> Self {
        Self {
            effect,
            ..Self::default()
        }
    }

    /// A fault that refuses with this status.
    pub fn error(status: u16) -> Self {
        Self::new(Effect::Error {
            status,
            code: None,
            retry_after: None,
        })
    }

    /// The same fault for one operation only.
    #[must_use]
    pub fn on(mut self, operation: &str) -> Self {
        self.wanted.operation = Some(operation.to_owned());
        self
    }

    /// The same fault for the first so many requests only.
    #[must_use]
    pub fn first(mut self, number: u64) -> Self {
        self.when.first = Some(number);
        self
    }

    /// The same fault after a wait.
    #[must_use]
    pub fn delayed(mut self, delay: Span) -> Self {
        self.delay = Some(delay);
        self
    }

    /// Arms it: its time begins.
    pub fn start(&mut self, now: Time) {
        self.expires_at = self.expires_at.or_else(|| self.ttl.map(|ttl| now.after(ttl)));
    }

    /// Whether it is no longer armed.
    pub fn is_over(&self, now: Time) -> bool {
        self.expires_at.is_some_and(|at| at <= now)
    }

    /// How many requests it will still meet, where that is known: none once its time is over.
    pub fn remaining(&self, now: Time) -> Option<u64> {
        if self.is_over(now) {
            return Some(0);
        }
        self.when.first.map(|first| first.saturating_sub(self.matched))
    }

    /// Whether the next request that matches is one that it meets, and counts that request.
    fn meets(&mut self, token: &str) -> bool {
        self.matched += 1;
        let (when, n) = (&self.when, self.matched);
        when.first.is_none_or(|first| n <= first)
            && when.every.is_none_or(|every| n.is_multiple_of(every))
            && when.after.is_none_or(|after| n > after)
            && when
                .probability
                .is_none_or(|probability| chance(when.seed.unwrap_or(0), n) < probability)
            && when
                .once_per
                .is_none_or(|OncePer::Token| self.tokens.insert(fingerprint(token)))
    }

    /// The first of these faults that meets the request.
    pub(super) fn fire(faults: &mut [Self], seen: &Seen<'_>, token: &str, now: Time) -> Option<Fired> {
        let armed = faults.iter_mut().filter(|fault| !fault.is_over(now));
        let fault = armed
            .filter(|fault| fault.wanted.fits(seen))
            .find_map(|fault| fault.meets(token).then_some(fault))?;
        fault.hits += 1;
        Some(Fired {
            id: fault.id.clone(),
            delay: fault.delay,
            effect: fault.effect.clone(),
            ttl: fault.expires_at.map(|at| Span(at.since(now))),
            end: matches!(fault.effect, Effect::Timeout {}).then(|| fault.armed.end()),
        })
    }
}
