//! Points in time: microseconds since the epoch, UTC, and the three forms in which the API writes them.

use core::time::Duration;
use std::fmt;

use chrono::{DateTime, Datelike, NaiveDate, Timelike};
use serde::de::{Deserializer, Error, Unexpected, Visitor};
use serde::ser::Serializer;

use super::plain;
use super::span::Span;

/// A point in time, in microseconds since 1970-01-01T00:00:00Z, between the years 0 and 9999.
///
/// A resource keeps its times cut to the precision in which it writes them, so that reading an answer back and
/// writing it again changes nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

/// One way of writing a time: how date and time of day are parted, how many digits a second has, whether `Z` follows.
#[derive(Debug, Clone, Copy)]
pub struct Format {
    separator: u8,
    digits: usize,
    zone: bool,
}

/// `yyyy-MM-dd HH:mm:ss.SSS`: groups, instances, drills, RPO records.
pub const MILLIS: Format = Format {
    separator: b' ',
    digits: 3,
    zone: false,
};
/// `yyyy-MM-ddTHH:mm:ss.SSSSSS`: replication pairs.
pub const MICROS: Format = Format {
    separator: b'T',
    digits: 6,
    zone: false,
};
/// `yyyy-MM-ddTHH:mm:ss.SSSZ`: jobs, and the control plane.
pub const ZONED: Format = Format {
    separator: b'T',
    digits: 3,
    zone: true,
};

/// `yyyy-MM-ddTHH:mm:ss.SSSSSSZ`: when jobs are due, in the control plane.
pub const PRECISE: Format = Format {
    separator: b'T',
    digits: 6,
    zone: true,
};

/// The longest form has this many bytes.
const LONGEST: usize = "yyyy-MM-ddTHH:mm:ss.SSSSSSZ".len();

impl Time {
    /// 0000-01-01T00:00:00Z.
    pub const MIN: Self = Self(-62_167_219_200_000_000);
    /// The last microsecond of the year 9999.
    pub const MAX: Self = Self(253_402_300_799_999_999);

    /// The time so many microseconds after the epoch, or the nearest one that can be written with four-digit years.
    pub fn from_micros(micros: i64) -> Self {
        Self(micros).clamp(Self::MIN, Self::MAX)
    }

    /// Microseconds since the epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// This time cut to whole milliseconds.
    pub const fn to_millis(self) -> Self {
        Self(self.0 - self.0.rem_euclid(1000))
    }

    /// How long before this an earlier time was.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(self.0.saturating_sub(earlier.0).unsigned_abs())
    }

    /// This time and so long.
    #[must_use]
    pub fn after(self, span: Span) -> Self {
        Self::from_micros(self.0.saturating_add(span.as_micros()))
    }

    /// The same time of day this many calendar months before.
    #[must_use]
    pub fn months_before(self, months: u32) -> Self {
        let time = DateTime::from_timestamp_micros(self.0).expect("every Time lies within chrono's range");
        let before = time.checked_sub_months(chrono::Months::new(months));
        before.map_or(Self::MIN, |before| Self::from_micros(before.timestamp_micros()))
    }

    /// Reads `yyyy-MM-dd`, `T` or a blank, `HH:mm:ss`, 1 to 6 fraction digits, and perhaps a `Z`.
    pub fn parse(text: &str) -> Option<Self> {
        Self::read(text, 1)
    }

    /// As [`Time::parse`], but whole seconds need no fraction: what people write by hand.
    pub fn parse_by_hand(text: &str) -> Option<Self> {
        Self::read(text, 0)
    }

    fn read(text: &str, least_digits: usize) -> Option<Self> {
        let text = text.strip_suffix('Z').unwrap_or(text);
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        if fraction.len() < least_digits || fraction.len() > 6 || (fraction.is_empty() && text.ends_with('.')) {
            return None;
        }
        let &[
            y1,
            y2,
            y3,
            y4,
            b'-',
            o1,
            o2,
            b'-',
            d1,
            d2,
            b'T' | b' ',
            h1,
            h2,
            b':',
            m1,
            m2,
            b':',
            s1,
            s2,
        ] = whole.as_bytes()
        else {
            return None;
        };
        let year = i32::try_from(number(&[y1, y2, y3, y4])?).ok()?;
        let date = NaiveDate::from_ymd_opt(year, number(&[o1, o2])?, number(&[d1, d2])?)?;
        let scale = 10_u32.pow(6 - u32::try_from(fraction.len()).ok()?);
        let micros = if fraction.is_empty() {
            0
        } else {
            number(fraction.as_bytes())? * scale
        };
        let time = date.and_hms_micro_opt(number(&[h1, h2])?, number(&[m1, m2])?, number(&[s1, s2])?, micros)?;
        Some(Self(time.and_utc().timestamp_micros()))
    }

    /// This time in one of the API's forms.
    pub fn display(self, format: Format) -> Written {
        let mut written = Written {
            bytes: [0; LONGEST],
            length: 0,
        };
        let date = DateTime::from_timestamp_micros(self.0).expect("every Time lies within chrono's range");
        let digits = |n: u32, width: usize, written: &mut Written| written.digits(n, width);
        digits(date.year().unsigned_abs(), 4, &mut written);
        for (before, value) in [(b'-', date.month()), (b'-', date.day())] {
            written.push(before);
            digits(value, 2, &mut written);
        }
        for (before, value) in [
            (format.separator, date.hour()),
            (b':', date.minute()),
            (b':', date.second()),
        ] {
            written.push(before);
            digits(value, 2, &mut written);
        }
        written.push(b'.');
        let micros = date.nanosecond() / 1000;
        digits(
            if format.digits == 3 { micros / 1000 } else { micros },
            format.digits,
            &mut written,
        );
        if format.zone {
            written.push(b'Z');
        }
        written
    }
}

/// The number that these ASCII digits spell, at most nine of them.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value, digit| {
        digit.is_ascii_digit().then(|| value * 10 + u32::from(digit - b'0'))
    })
}

/// A time written out, without the heap.
pub struct Written {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Written {
    fn push(&mut self, byte: u8) {
        self.bytes[self.length] = byte;
        self.length += 1;
    }

    fn digits(&mut self, mut value: u32, width: usize) {
        for place in self.bytes[self.length..self.length + width].iter_mut().rev() {
            *place = b'0' + u8::try_from(value % 10).expect("a digit");
            value /= 10;
        }
        self.length += width;
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.bytes[..self.length]).expect("digits and separators are ASCII")
    }
}

impl fmt::Display for Written {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
    struct Text;
    impl Visitor<'_> for Text {
        type Value = Time;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a time as yyyy-MM-dd HH:mm:ss.SSS (or with T, 1 to 6 fraction digits, Z)")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<Time, E> {
            Time::parse(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
        }
    }
    deserializer.deserialize_str(Text)
}

/// `#[serde(with)]` for the times of groups, instances, drills and RPO records.
pub mod millis {
    use super::{Deserializer, MILLIS, Serializer, Time, plain};

    /// Writes `yyyy-MM-dd HH:mm:ss.SSS`.
    pub fn serialize<S: Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
        plain::serialize(time.display(MILLIS).as_str(), serializer)
    }

    /// Reads a time and cuts it to milliseconds.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
        super::deserialize(deserializer).map(Time::to_millis)
    }
}

/// `#[serde(with)]` for the times of replication pairs.
pub mod micros {
    use super::{Deserializer, MICROS, Serializer, Time, plain};

    /// Writes `yyyy-MM-ddTHH:mm:ss.SSSSSS`.
    pub fn serialize<S: Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
        plain::serialize(time.display(MICROS).as_str(), serializer)
    }

    /// Reads a time.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
        super::deserialize(deserializer)
    }
}

/// `#[serde(with)]` for the times of jobs.
pub mod zoned {
    use super::{Deserializer, Serializer, Time, ZONED, plain};

    /// Writes `yyyy-MM-ddTHH:mm:ss.SSSZ`.
    pub fn serialize<S: Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
        plain::serialize(time.display(ZONED).as_str(), serializer)
    }

    /// Reads a time and cuts it to milliseconds.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
        super::deserialize(deserializer).map(Time::to_millis)
    }
}

/// `#[serde(with)]` for times of the control plane, to the microsecond; whole seconds may be written without fraction.
pub mod precise {
    use std::borrow::Cow;

    use serde::Deserialize;

    use super::{Deserializer, Error, PRECISE, Serializer, Time, Unexpected, ZONED, plain};

    /// Writes `yyyy-MM-ddTHH:mm:ss.SSSZ`, and microseconds where there are any.
    pub fn serialize<S: Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
        let format = if time.to_millis() == *time { ZONED } else { PRECISE };
        plain::serialize(time.display(format).as_str(), serializer)
    }

    /// Reads a time in UTC.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        let time = text.ends_with('Z').then(|| Time::parse_by_hand(&text)).flatten();
        time.ok_or_else(|| {
            D::Error::invalid_value(Unexpected::Str(&text), &"a time in UTC such as 2026-01-01T00:00:00Z")
        })
    }
}

/// The same for what may have no time.
pub mod precise_if_any {
    use serde::{Deserialize, Serialize};

    use super::{Deserializer, Serializer, Time, precise};

    #[derive(Serialize, Deserialize)]
    struct Precise(#[serde(with = "precise")] Time);

    /// Writes the time or null.
    pub fn serialize<S: Serializer>(time: &Option<Time>, serializer: S) -> Result<S::Ok, S::Error> {
        time.map(Precise).serialize(serializer)
    }

    /// Reads a time or null.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Time>, D::Error> {
        Ok(Option::<Precise>::deserialize(deserializer)?.map(|Precise(time)| time))
    }
}

/// `#[serde(with)]` for the points of the RPO statistics.
pub mod minutes {
    use std::borrow::Cow;

    use serde::Deserialize;

    use super::{Deserializer, Error, MILLIS, Serializer, Time, Unexpected, plain};

    /// How much of a time is written.
    const LENGTH: usize = "yyyy-MM-dd HH:mm".len();

    /// Writes `yyyy-MM-dd HH:mm`.
    pub fn serialize<S: Serializer>(time: &Time, serializer: S) -> Result<S::Ok, S::Error> {
        plain::serialize(&time.display(MILLIS).as_str()[..LENGTH], serializer)
    }

    /// Reads a time that ends with its minutes.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        Time::parse_by_hand(&format!("{text}:00"))
            .ok_or_else(|| D::Error::invalid_value(Unexpected::Str(&text), &"a time as yyyy-MM-dd HH:mm"))
    }
}
