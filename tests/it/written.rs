//! What is written by arithmetic of our own, beside the libraries that it stands in for: times and IDs.

use chrono::{DateTime, NaiveDate};
use proptest::prelude::*;
use sdrs_mock::domain::ids::{hyphenated, simple};
use sdrs_mock::domain::time::{MICROS, MILLIS, Time, ZONED};
use uuid::Uuid;

/// Whether all three forms of a time are those of chrono, and are read as the time that they show.
fn is_written_as_chrono_writes_it(micros: i64) {
    let time = Time::from_micros(micros);
    let date = DateTime::from_timestamp_micros(micros).expect("chrono knows these years");
    let written = [MILLIS, MICROS, ZONED].map(|format| time.display(format).to_string());
    let expected = [
        "%Y-%m-%d %H:%M:%S%.3f",
        "%Y-%m-%dT%H:%M:%S%.6f",
        "%Y-%m-%dT%H:%M:%S%.3fZ",
    ];
    assert_eq!(written, expected.map(|format| date.format(format).to_string()));
    assert_eq!(Time::parse(&written[1]), Some(time));
    assert_eq!(Time::parse(&written[0]), Some(time.to_millis()));
    assert_eq!(Time::parse(&written[2]), Some(time.to_millis()));
}

#[test]
fn the_first_and_the_last_moment_of_every_month_are_written_right() {
    let first = |year, month| NaiveDate::from_ymd_opt(year, month, 1).expect("a month");
    for (year, month) in (0..=9999).flat_map(|year| (1..=12).map(move |month| (year, month))) {
        let midnight = first(year, month).and_hms_opt(0, 0, 0).expect("midnight");
        let midnight = midnight.and_utc().timestamp_micros();
        is_written_as_chrono_writes_it(midnight);
        if midnight > Time::MIN.as_micros() {
            is_written_as_chrono_writes_it(midnight - 1);
        }
    }
    is_written_as_chrono_writes_it(Time::MAX.as_micros());
}

proptest! {
    #[test]
    fn every_time_is_written_as_chrono_writes_it(micros in Time::MIN.as_micros()..=Time::MAX.as_micros()) {
        is_written_as_chrono_writes_it(micros);
    }

    #[test]
    fn every_id_is_written_as_uuid_writes_it(bits in any::<u128>()) {
        let id = Uuid::from_u128(bits);
        let (short, long) = (simple(id), hyphenated(id));
        prop_assert_eq!(str::from_utf8(&short), Ok(&*id.simple().to_string()));
        prop_assert_eq!(str::from_utf8(&long), Ok(&*id.hyphenated().to_string()));
    }
}
