//! [`Span`]: durations as people write them, on the command line and in the control plane.

use core::fmt;
use core::str::FromStr;
use core::time::Duration;

use serde::{Deserialize, Serialize};

/// A duration, as in `250ms`, `90s`, `10m`, `2h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Span(pub Duration);

/// The units of a [`Span`], the largest first, in milliseconds.
const UNITS: [(&str, u64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

/// A hundred years are enough, and keep every deadline within what a clock can show.
const LONGEST: u64 = 100 * 366 * 24 * 3_600_000;

impl Span {
    /// The duration in microseconds, as points in time are counted.
    pub fn as_micros(self) -> i64 {
        i64::try_from(self.0.as_micros()).unwrap_or(i64::MAX)
    }

    /// Both one after the other, or the longest duration that can be written.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0).min(Duration::from_millis(LONGEST)))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX);
        let (unit, size) = UNITS
            .into_iter()
            .find(|&(_, size)| millis >= size && millis.is_multiple_of(size))
            .unwrap_or(("ms", 1));
        write!(f, "{}{unit}", millis / size)
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        let size = UNITS.into_iter().find(|&(name, _)| name == unit).map(|(_, size)| size);
        let millis = size
            .zip(number.parse::<u64>().ok())
            .and_then(|(size, number)| number.checked_mul(size));
        millis
            .filter(|&millis| millis > 0 && millis <= LONGEST)
            .map(|millis| Self(Duration::from_millis(millis)))
            .ok_or_else(|| "expected a whole number above 0 with ms, s, m or h, such as 250ms, 90s or 2h, of at most 100 years (878400h)".to_owned())
    }
}

impl TryFrom<String> for Span {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}

impl From<Span> for String {
    fn from(span: Span) -> Self {
        span.to_string()
    }
}
