//! AK/SK signatures: whether whoever sent a request has the secret of the access key that it names.
//!
//! The clients' algorithm is one in three forms, which differ in the key and in the string that is signed with it; the
//! canonical request beneath is the same. What a client signs is its own choice, but for the date.

mod authorization;
mod canonical;
mod date;

use std::fmt;
use std::time::Duration;

use hmac::{Hmac, KeyInit, Mac};
use http::header::AUTHORIZATION;
use http::request::Parts;
use sha2::Sha256;

use self::authorization::Scheme;
pub use self::authorization::{Authorization, Malformed, parse};
use self::canonical::{Purpose, canonical, hash, hex};
use super::error::Failure;
use super::gateway;
use crate::domain::span::Span;
use crate::domain::time::Time;

/// How far a signature's date may be from the server's real clock; none checks no dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skew(pub Option<Span>);

impl Default for Skew {
    /// What the clouds allow.
    fn default() -> Self {
        Self(Some(Span(Duration::from_mins(15))))
    }
}

/// Why a signature is not accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The header is none that clients send.
    Malformed(Malformed),
    /// The algorithm of this name is known, and not had here.
    Unsupported(&'static str),
    /// Nobody has this access key.
    UnknownKey(String),
    /// `X-Sdk-Date` is missing, or not a date.
    Undated,
    /// It was signed too long ago, or is dated too far ahead.
    Expired {
        /// The date of the signature, as sent.
        signed: String,
        /// What time it is here.
        now: Time,
    },
    /// The secret, or what was signed, is another; here is what was received.
    Mismatch {
        /// The canonical request as the server sees it, without secrets.
        canonical: String,
    },
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(malformed) => malformed.fmt(f),
            Self::Unsupported(name) => write!(f, "signature algorithm {name} is not supported by this server"),
            Self::UnknownKey(access) => write!(f, "ak {access} not exist"),
            Self::Undated => {
                f.write_str("calc aksk signature fail:header X-Sdk-Date is missing or not of the form 20060102T150405Z")
            }
            Self::Expired { signed, now } => {
                let now = date::write(*now);
                write!(
                    f,
                    "calc aksk signature fail:signature expired, signature time:{signed},server time:{now}"
                )
            }
            Self::Mismatch { canonical } => write!(f, "verify aksk signature fail, canonicalRequest:{canonical}"),
        }
    }
}

impl From<Malformed> for Refused {
    fn from(malformed: Malformed) -> Self {
        Self::Malformed(malformed)
    }
}

impl From<Refused> for Failure {
    fn from(refused: Refused) -> Self {
        gateway::UNAUTHORIZED.because(refused.to_string()).into()
    }
}

/// Verifies the signature of a request; gives back the key that made it.
///
/// `key_of` finds the key of an access key and of the value of `X-Security-Token`, if there is one; the key is its
/// secret by `AsRef`. `now` is the real time, by which clients date what they sign.
pub fn verify<K: AsRef<[u8]>>(
    head: &Parts,
    body: &[u8],
    key_of: impl FnOnce(&str, Option<&str>) -> Result<K, Failure>,
    (now, skew): (Time, Skew),
) -> Result<K, Failure> {
    let header = |name| {
        head.headers
            .get(name)
            .map_or(b"".as_slice(), http::HeaderValue::as_bytes)
    };
    let authorization = parse(header(AUTHORIZATION.as_str())).map_err(Refused::from)?;
    if let Scheme::Unsupported(name) = authorization.scheme {
        return Err(Refused::Unsupported(name).into());
    }
    let token = head.headers.get("x-security-token").map(http::HeaderValue::as_bytes);
    // What is not text was issued by nobody, and still is not absent.
    let token = token.map(|token| str::from_utf8(token).unwrap_or_default());
    let key = key_of(authorization.access, token)?;
    let signed = str::from_utf8(header("x-sdk-date")).unwrap_or_default();
    let at = date::read(signed).ok_or(Refused::Undated)?;
    if skew.0.is_some_and(|Span(most)| now.since(at) > most) {
        let signed = signed.to_owned();
        return Err(Refused::Expired { signed, now }.into());
    }
    let names = authorization.signed_headers;
    let canonical_hash = hash(&canonical(head, names, body, Purpose::Hash));
    if is_signed(&authorization, key.as_ref(), signed, &canonical_hash) {
        return Ok(key);
    }
    let canonical = canonical(head, names, body, Purpose::Show);
    let canonical = String::from_utf8_lossy(&canonical).into_owned();
    Err(Refused::Mismatch { canonical }.into())
}

/// Whether this secret makes the signature; the comparison takes the same time wherever the two differ.
fn is_signed(authorization: &Authorization<'_>, secret: &[u8], signed: &str, canonical_hash: &[u8]) -> bool {
    let (algorithm, scope, mac) = match authorization.scheme {
        Scheme::Plain => ("SDK-HMAC-SHA256", None, keyed(secret)),
        Scheme::Scoped(scope) => ("SDK-HMAC-SHA256", Some(scope), keyed(&chained(secret, scope))),
        Scheme::Derived(scope) => {
            let key = derived(authorization.access, secret, scope);
            ("V11-HMAC-SHA256", Some(scope), keyed(&hex(&key)))
        }
        Scheme::Unsupported(_) => return false,
    };
    let Some(signature) = bytes_of(authorization.signature) else {
        return false;
    };
    let mut mac = mac
        .chain_update(algorithm)
        .chain_update("\n")
        .chain_update(signed)
        .chain_update("\n");
    if let Some(scope) = scope {
        mac = mac.chain_update(scope).chain_update("\n");
    }
    mac.chain_update(canonical_hash).verify_slice(&signature).is_ok()
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

/// The HMAC of one message.
fn mac(key: &[u8], message: &[u8]) -> [u8; 32] {
    keyed(key).chain_update(message).finalize().into_bytes().into()
}

/// The key of a scope: each part signed with the key before, the secret's own first.
fn chained(secret: &[u8], scope: &str) -> [u8; 32] {
    let (date, rest) = scope.split_once('/').unwrap_or((scope, ""));
    let first = mac(&[b"SDK", secret].concat(), date.as_bytes());
    rest.split('/').fold(first, |key, part| mac(&key, part.as_bytes()))
}

/// HKDF-SHA256 of a secret, salted with its access key: one block of output.
fn derived(access: &str, secret: &[u8], info: &str) -> [u8; 32] {
    let extracted = mac(access.as_bytes(), secret);
    mac(&extracted, &[info.as_bytes(), &[1]].concat())
}

/// The bytes that 64 lower-case hexadecimal digits spell.
fn bytes_of(digits: &str) -> Option<[u8; 32]> {
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let mut bytes = [0; 32];
    if digits.len() != 64 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.as_bytes().chunks_exact(2)) {
        *byte = value(pair[0])? << 4 | value(pair[1])?;
    }
    Some(bytes)
}
