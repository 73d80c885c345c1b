//! Where time comes from: one real clock for the server, and each project's own clock on top of it.

use std::time::{Instant, SystemTime, UNIX_EPOCH};

use crate::domain::time::Time;

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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Clock {
    /// Goes with the real one.
    #[default]
    Real,
    /// Stands.
    Frozen(Time),
}

impl Clock {
    /// What this clock shows when the real one shows `real`.
    pub fn now(self, real: Time) -> Time {
        match self {
            Self::Real => real,
            Self::Frozen(at) => at,
        }
    }
}
