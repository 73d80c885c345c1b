//! Points in time: microseconds since the epoch, UTC, and the three forms in which the API writes them.

use core::time::Duration;
use std::fmt;

use chrono::{DateTime, NaiveDate};
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
    ///
    /// The arithmetic is our own, for every answer holds two times; a test compares it with chrono's.
    pub fn display(self, format: Format) -> Written {
        let mut written = Written {
            bytes: [0; LONGEST],
            length: 0,
        };
        let (days, micros) = (self.0.div_euclid(MICROS_A_DAY), self.0.rem_euclid(MICROS_A_DAY));
        let (seconds, micros) = (small(micros / 1_000_000), small(micros % 1_000_000));
        let (year, month, day) = date_of(days);
        written.two(year / 100);
        written.two(year % 100);
        for (before, value) in [
            (b'-', month),
            (b'-', day),
            (format.separator, seconds / 3600),
            (b':', seconds / 60 % 60),
            (b':', seconds % 60),
        ] {
            written.push(before);
            written.two(value);
        }
        written.push(b'.');
        written.three(micros / 1000);
        if format.digits > 3 {
            written.three(micros % 1000);
        }
        if format.zone {
            written.push(b'Z');
        }
        written
    }
}

const MICROS_A_DAY: i64 = 24 * 3600 * 1_000_000;

/// A number that is known to be small and not negative.
fn small(number: i64) -> u32 {
    u32::try_from(number).expect("it is part of a day or of an era")
}

/// Year, month and day of a number of days since the epoch, in the proleptic Gregorian calendar.
///
/// Years are counted from March, so that the leap day is a year's last; 400 of them have a fixed number of days.
fn date_of(days: i64) -> (u32, u32, u32) {
    const DAYS_OF_400_YEARS: u32 = 146_097;
    const FROM_0000_03_01_TO_EPOCH: i64 = 719_468;
    // One era more, so that the first days of the year 0 are counted from a March before them.
    let days = small(days + FROM_0000_03_01_TO_EPOCH + i64::from(DAYS_OF_400_YEARS));
    let (era, day) = (days / DAYS_OF_400_YEARS, days % DAYS_OF_400_YEARS);
    let year = (day - day / 1460 + day / 36_524 - day / (DAYS_OF_400_YEARS - 1)) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let (year, day) = (era * 400 + year, day - (153 * month + 2) / 5 + 1);
    if month < 10 {
        (year - 400, month + 3, day)
    } else {
        (year + 1 - 400, month - 9, day)
    }
}

/// The number that these ASCII digits spell, at most nine of them.
fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |value, digit| {
        digit.is_ascii_digit().then(|| value * 10 + u32::from(digit - b'0'))
    })
}

/// Every number below 100 as two digits.
const TWO_DIGITS: [[u8; 2]; 100] = {
    let digits = b"0123456789";
    let mut table = [[0; 2]; 100];
    let mut number = 0;
    while number < 100 {
        table[number] = [digits[number / 10], digits[number % 10]];
        number += 1;
    }
    table
};

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

    /// A number below 100.
    fn two(&mut self, value: u32) {
        let [tens, ones] = TWO_DIGITS[value as usize];
        self.push(tens);
        self.push(ones);
    }

    /// A number below 1000.
    fn three(&mut self, value: u32) {
        self.push(TWO_DIGITS[value as usize / 100][1]);
        self.two(value % 100);
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
