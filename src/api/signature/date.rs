//! The form in which clients date what they sign: `yyyyMMddTHHmmssZ`.

use crate::domain::time::{Time, ZONED};

/// Reads such a date.
pub(super) fn read(text: &str) -> Option<Time> {
    let &[y1, y2, y3, y4, o1, o2, d1, d2, b'T', h1, h2, m1, m2, s1, s2, b'Z'] = text.as_bytes() else {
        return None;
    };
    let spaced = [
        y1, y2, y3, y4, b'-', o1, o2, b'-', d1, d2, b'T', h1, h2, b':', m1, m2, b':', s1, s2,
    ];
    Time::parse_by_hand(str::from_utf8(&spaced).ok()?)
}

/// Writes a time so, without the part of its second.
pub(super) fn write(time: Time) -> String {
    let written = time.display(ZONED);
    let (whole, _) = written.as_str().split_once('.').unwrap_or_default();
    let mut date: String = whole.chars().filter(|c| !matches!(c, '-' | ':')).collect();
    date.push('Z');
    date
}
