//! Where time comes from: one real clock for the server, and each project's own clock on top of it.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

use crate::domain::span::Span;
use crate::domain::time::{Time, precise};

/// The real clock: the time of the start plus what a monotonic clock has counted since, so it never steps back.
#[derive(Debug, Clone, Copy)]
pub struct RealClock {
    started_at: Time,
    started: Instant,
}

impl RealClock {
    /// A clock that starts now.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn start() -> Self {
        let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let micros = i64::try_from(since_epoch.as_micros()).unwrap_or(i64::MAX);
        Self {
            started_at: Time::from_micros(micros),
            started: Instant::now(),
        }
    }

    /// The time now.
    pub fn now(&self) -> Time {
        Time::from_micros(self.started_at.as_micros().saturating_add(self.uptime_micros()))
    }

    /// Microseconds since the start.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn uptime_micros(&self) -> i64 {
        let elapsed = Instant::now().saturating_duration_since(self.started);
        // In 64 bits: `as_micros` divides in 128, once for every request.
        let seconds = i64::try_from(elapsed.as_secs()).unwrap_or(i64::MAX);
        seconds
            .saturating_mul(1_000_000)
            .saturating_add(i64::from(elapsed.subsec_micros()))
    }
}

/// A project's clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "mode", rename_all = "lowercase", deny_unknown_fields)]
pub enum Clock {
    /// Goes with the real one, perhaps ahead of it.
    Real {
        /// How far ahead.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        offset: Option<Span>,
    },
    /// Stands.
    Frozen {
        /// At this time.
        #[serde(with = "precise")]
        now: Time,
    },
}

impl Default for Clock {
    fn default() -> Self {
        Self::REAL
    }
}

impl Clock {
    /// The real clock itself.
    pub const REAL: Self = Self::Real { offset: None };

    /// What this clock shows when the real one shows `real`.
    pub fn now(self, real: Time) -> Time {
        match self {
            Self::Real { offset: None } => real,
            Self::Real { offset: Some(offset) } => real.after(offset),
            Self::Frozen { now } => now,
        }
    }

    /// What this clock shows when the real one shows `real`, and whether it stands.
    pub fn at(self, real: Time) -> (Time, bool) {
        (self.now(real), matches!(self, Self::Frozen { .. }))
    }

    /// This clock, turned ahead to this time where it now shows an earlier one; a standing one keeps the microseconds.
    #[must_use]
    pub fn turned_to(self, then: Time, now: Time) -> Self {
        match self {
            Self::Frozen { .. } => Self::Frozen { now: then.max(now) },
            Self::Real { .. } => {
                let ahead = u64::try_from(then.as_micros().saturating_sub(now.as_micros())).unwrap_or(0);
                // Offsets are whole milliseconds, as spans are written.
                let millis = Duration::from_millis(ahead.div_ceil(1000));
                if millis.is_zero() {
                    self
                } else {
                    self.turned(Span(millis))
                }
            }
        }
    }

    /// This clock, turned ahead by so much.
    #[must_use]
    pub fn turned(self, by: Span) -> Self {
        match self {
            Self::Real { offset } => {
                let offset = offset.map_or(by, |before| before.and(by));
                Self::Real { offset: Some(offset) }
            }
            Self::Frozen { now } => Self::Frozen { now: now.after(by) },
        }
    }
}
