//! DER, the encoding of certificates: a tag, a length, the content.

use chrono::{DateTime, Datelike, Timelike};

use crate::domain::time::Time;

/// True, as a boolean of an extension.
pub(super) const TRUE: [u8; 3] = [0x01, 0x01, 0xff];

/// A value of this tag; its content is these parts, one after the other.
pub(super) fn value(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let content = parts.concat();
    let length = content.len().to_be_bytes();
    let digits = &length[length.iter().position(|&byte| byte != 0).unwrap_or(length.len() - 1)..];
    let mut bytes = vec![tag];
    if content.len() >= 0x80 {
        bytes.push(0x80 | u8::try_from(digits.len()).expect("a length has at most eight bytes"));
    }
    bytes.extend_from_slice(digits);
    bytes.extend(content);
    bytes
}

/// A sequence.
pub(super) fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    value(0x30, parts)
}

/// A string of bytes.
pub(super) fn octets(parts: &[&[u8]]) -> Vec<u8> {
    value(0x04, parts)
}

/// A string of bits, the last byte full.
pub(super) fn bits(bytes: &[u8]) -> Vec<u8> {
    value(0x03, &[&[0], bytes])
}

/// An object identifier, whose content is encoded already.
pub(super) fn object(encoded: &[u8]) -> Vec<u8> {
    value(0x06, &[encoded])
}

/// The name of somebody who is called this.
pub(super) fn name(common: &str) -> Vec<u8> {
    let attribute = sequence(&[&object(&[0x55, 0x04, 0x03]), &value(0x0c, &[common.as_bytes()])]);
    sequence(&[&value(0x31, &[&attribute])])
}

/// A time, to the second; of two forms the one that its year demands.
pub(super) fn time(time: Time) -> Vec<u8> {
    let time = DateTime::from_timestamp_micros(time.as_micros()).expect("every Time lies within chrono's range");
    let (month, day) = (time.month(), time.day());
    let (hour, minute, second) = (time.hour(), time.minute(), time.second());
    let rest = format!("{month:02}{day:02}{hour:02}{minute:02}{second:02}Z");
    match time.year() {
        year @ 1950..2050 => value(0x17, &[format!("{:02}{rest}", year % 100).as_bytes()]),
        year => value(0x18, &[format!("{year:04}{rest}").as_bytes()]),
    }
}

/// This as PEM.
pub(super) fn pem(label: &str, der: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = format!("-----BEGIN {label}-----");
    // Forty-eight bytes are the 64 characters of a line.
    for line in der.chunks(48) {
        text.push('\n');
        for group in line.chunks(3) {
            let bits =
                group.iter().fold(0_usize, |bits, &byte| bits << 8 | usize::from(byte)) << (8 * (3 - group.len()));
            for digit in 0..4 {
                let is_there = digit <= group.len();
                text.push(if is_there {
                    DIGITS[bits >> (18 - 6 * digit) & 63].into()
                } else {
                    '='
                });
            }
        }
    }
    text + &format!("\n-----END {label}-----\n")
}
