//! The canonical request: what of a request its signature covers, in the one form that both sides can write.

use std::borrow::Cow;

use http::HeaderMap;
use http::request::Parts;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, percent_encode};
use sha2::{Digest, Sha256};

use crate::store::journal;

/// A SHA-256 in hexadecimal digits.
pub(super) type Hex = [u8; 64];

/// What is percent-encoded in names and values of the query.
const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// What is percent-encoded in a path.
const PATH: &AsciiSet = &QUERY.remove(b'/');

/// The header by which a client says that the body is not signed, with the value that says so.
const CONTENT_HASH: &str = "x-sdk-content-sha256";
const UNSIGNED: &[u8] = b"UNSIGNED-PAYLOAD";

/// What a canonical request is written for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To be hashed: its lines end with a line feed.
    Hash,
    /// To be read in an answer: its lines are parted by `|`, and values that tell who somebody is are blotted out.
    Show,
}

impl Purpose {
    const fn separator(self) -> u8 {
        match self {
            Self::Hash => b'\n',
            Self::Show => b'|',
        }
    }
}

/// Writes the canonical request: method, path, query, signed headers, their names, hash of the body.
pub(super) fn canonical(head: &Parts, signed_headers: &str, body: &[u8], purpose: Purpose) -> Vec<u8> {
    let separator = purpose.separator();
    let mut out = Vec::with_capacity(1024);
    out.extend_from_slice(head.method.as_str().as_bytes());
    out.push(separator);
    push_path(&mut out, head.uri.path());
    out.push(separator);
    push_query(&mut out, head.uri.query().unwrap_or_default());
    out.push(separator);
    for name in signed_headers.split(';') {
        push_header(&mut out, &head.headers, name, purpose);
    }
    out.push(separator);
    out.extend_from_slice(signed_headers.as_bytes());
    out.push(separator);
    match head.headers.get(CONTENT_HASH) {
        Some(value) if value == UNSIGNED => out.extend_from_slice(UNSIGNED),
        // A hash that the client states must be the body's, or the body would not be covered.
        _ => out.extend_from_slice(&hash(body)),
    }
    out
}

/// The SHA-256 of these bytes.
pub(super) fn hash(bytes: &[u8]) -> Hex {
    hex(&Sha256::digest(bytes).into())
}

/// These bytes in lower-case hexadecimal digits.
pub(super) fn hex(bytes: &[u8; 32]) -> Hex {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut hex = [0; 64];
    for (byte, digits) in bytes.iter().zip(hex.chunks_exact_mut(2)) {
        digits.copy_from_slice(&[DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    }
    hex
}

/// The path, decoded once and encoded again, always with a `/` at its end.
fn push_path(out: &mut Vec<u8>, path: &str) {
    push_encoded(out, &Cow::from(percent_decode_str(path)), PATH);
    if out.last() != Some(&b'/') {
        out.push(b'/');
    }
}

/// The pairs of the query, decoded, by name and then by value, encoded again.
fn push_query(out: &mut Vec<u8>, query: &str) {
    if query.is_empty() {
        return;
    }
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let mut pairs: Vec<_> = pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (decoded(name), decoded(value)))
        .collect();
    pairs.sort_unstable();
    for (place, (name, value)) in pairs.iter().enumerate() {
        if place > 0 {
            out.push(b'&');
        }
        push_encoded(out, name, QUERY);
        out.push(b'=');
        push_encoded(out, value, QUERY);
    }
}

/// A name or a value of a query, in which a blank may be a `+`.
fn decoded(text: &str) -> Cow<'_, [u8]> {
    if text.contains('+') {
        return Cow::Owned(percent_decode_str(&text.replace('+', " ")).collect());
    }
    percent_decode_str(text).into()
}

fn push_encoded(out: &mut Vec<u8>, bytes: &[u8], set: &'static AsciiSet) {
    for piece in percent_encode(bytes, set) {
        out.extend_from_slice(piece.as_bytes());
    }
}

/// A line for each value that the header has, in the order of the values; none where the request has no such header.
fn push_header(out: &mut Vec<u8>, headers: &HeaderMap, name: &str, purpose: Purpose) {
    let mut push = |value: &[u8]| {
        out.extend_from_slice(name.as_bytes());
        out.push(b':');
        let shown = purpose == Purpose::Hash || !journal::is_secret(name);
        out.extend_from_slice(if shown { value.trim_ascii() } else { journal::BLOT });
        out.push(purpose.separator());
    };
    let mut values = headers.get_all(name).iter().map(http::HeaderValue::as_bytes);
    match (values.next(), values.next()) {
        (None, _) => {}
        (Some(value), None) => push(value),
        (Some(first), Some(second)) => {
            let mut all: Vec<_> = [first, second].into_iter().chain(values).collect();
            all.sort_unstable();
            all.into_iter().for_each(push);
        }
    }
}
