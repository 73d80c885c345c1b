//! A signer of its own: it knows a request in parts that nobody has encoded yet, and writes both what is sent and what is
//! signed from them.

use std::fmt::Write;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use crate::support::DRILL;
use crate::support::wire::naming;

/// The forms of a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Access,
    Credential,
    Derived,
}

/// A request before it is written.
#[derive(Debug, Clone)]
pub(super) struct Draft {
    pub(super) method: String,
    /// `X-Sdk-Date`.
    pub(super) date: String,
    /// The last part of the path: any bytes.
    pub(super) id: Vec<u8>,
    /// The pairs of the query, in the order in which they are sent.
    pub(super) query: Vec<(Vec<u8>, Vec<u8>)>,
    /// The signed headers beside the date, by name.
    pub(super) headers: Vec<(&'static str, String)>,
    /// Headers that are sent and not signed.
    pub(super) unsigned: Vec<(String, String)>,
    pub(super) body: Vec<u8>,
    /// What is signed in place of the body's hash.
    pub(super) hash: Option<String>,
    /// Which bytes are sent percent-encoded that need not be: bit n for the n-th of them.
    pub(super) encoded: u64,
}

/// What stands before the last part of the path, where nothing needs encoding.
const BEFORE: &str = "/v1/0123456789abcdef0123456789abcdef/disaster-recovery-drills/";

impl Draft {
    /// The rename of the documentation's sample.
    pub(super) fn rename() -> Self {
        Self {
            method: "PUT".to_owned(),
            date: "20260102T030405Z".to_owned(),
            id: DRILL.into(),
            query: vec![],
            headers: vec![
                ("content-type", "application/json".to_owned()),
                ("host", "localhost".to_owned()),
            ],
            unsigned: vec![],
            body: naming("signed").into(),
            hash: None,
            encoded: 0,
        }
    }

    /// The signature that a client with these keys would make, as the header's value.
    pub(super) fn signed(&self, form: Form, access: &str, secret: &str) -> String {
        let (algorithm, scope, credential, key) = match form {
            Form::Access => (
                "SDK-HMAC-SHA256",
                None,
                format!("Access={access}"),
                secret.as_bytes().to_vec(),
            ),
            Form::Credential => {
                let parts = [&self.date[..8], "", "", "sdk_request"];
                let first = format!("SDK{secret}").into_bytes();
                let key = parts.iter().fold(first, |key, part| mac(&key, part.as_bytes()));
                let scope = parts.join("/");
                (
                    "SDK-HMAC-SHA256",
                    Some(scope.clone()),
                    format!("Credential={access}/{scope}"),
                    key,
                )
            }
            Form::Derived => {
                let scope = format!("{}/eu-test-1/sdrs", &self.date[..8]);
                let extracted = mac(access.as_bytes(), secret.as_bytes());
                let key = hex(&mac(&extracted, format!("{scope}\u{1}").as_bytes())).into_bytes();
                (
                    "V11-HMAC-SHA256",
                    Some(scope.clone()),
                    format!("Credential={access}/{scope}"),
                    key,
                )
            }
        };
        let hash = hex(&Sha256::digest(self.canonical()));
        let scope = scope.map_or(String::new(), |scope| format!("{scope}\n"));
        let signature = hex(&mac(
            &key,
            format!("{algorithm}\n{}\n{scope}{hash}", self.date).as_bytes(),
        ));
        let names = self.signed_names();
        format!("{algorithm} {credential}, SignedHeaders={names}, Signature={signature}")
    }

    /// The request with this signature, as it goes over the wire.
    pub(super) fn wire(&self, authorization: &str) -> Vec<u8> {
        let mut head = format!("{} {BEFORE}{}", self.method, self.loose(&self.id, b"-._~!$&'()*+,;=:@"));
        for (place, (name, value)) in self.query.iter().enumerate() {
            head.push(if place == 0 { '?' } else { '&' });
            head.push_str(&self.loose(name, b"-._~!*:@/?"));
            head.push('=');
            head.push_str(&self.loose(value, b"-._~!*:@/?="));
        }
        head.push_str(" HTTP/1.1\r\n");
        let length = ("Content-Length".to_owned(), self.body.len().to_string());
        let sent = self
            .headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), value.clone()));
        let more = [("X-Sdk-Date".to_owned(), self.date.clone()), length];
        let last = ("Authorization".to_owned(), authorization.to_owned());
        for (name, value) in sent.chain(more).chain(self.unsigned.clone()).chain([last]) {
            write!(head, "{name}: {value}\r\n").expect("a text takes everything");
        }
        head.push_str("\r\n");
        [head.as_bytes(), &self.body].concat()
    }

    fn signed_names(&self) -> String {
        let mut names: Vec<_> = self
            .headers
            .iter()
            .map(|(name, _)| *name)
            .chain(["x-sdk-date"])
            .collect();
        names.sort_unstable();
        names.join(";")
    }

    fn canonical(&self) -> String {
        let mut lines = vec![self.method.clone()];
        // A slash in the last part parts the path as any other; one at the end is there in any case.
        let id = strict(&self.id).replace("%2F", "/");
        lines.push(format!("{BEFORE}{}/", id.strip_suffix('/').unwrap_or(&id)));
        let mut pairs = self.query.clone();
        pairs.sort();
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(name, value)| format!("{}={}", strict(name), strict(value)))
            .collect();
        lines.push(pairs.join("&"));
        let mut headers = self.headers.clone();
        headers.push(("x-sdk-date", self.date.clone()));
        headers.sort();
        lines.extend(headers.iter().map(|(name, value)| format!("{name}:{}", value.trim())));
        lines.push(String::new());
        lines.push(self.signed_names());
        lines.push(self.hash.clone().unwrap_or_else(|| hex(&Sha256::digest(&self.body))));
        lines.join("\n")
    }

    /// These bytes as some client would encode them: what need not be encoded is, or is not.
    fn loose(&self, bytes: &[u8], plain: &[u8]) -> String {
        let mut text = String::new();
        for (place, &byte) in bytes.iter().enumerate() {
            let needless = byte.is_ascii_alphanumeric() || plain.contains(&byte);
            let encode = self.encoded >> (place % 64) & 1 == 1;
            match byte {
                _ if needless && !encode => text.push(char::from(byte)),
                // In a query only; a path is never asked to keep one.
                b' ' if !encode && !plain.contains(&b'+') => text.push('+'),
                _ => write!(text, "%{byte:02x}").expect("a text takes everything"),
            }
        }
        text
    }
}

/// These bytes as they are signed.
fn strict(bytes: &[u8]) -> String {
    let mut text = String::new();
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            write!(text, "%{byte:02X}").expect("a text takes everything");
        }
    }
    text
}

fn mac(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mac = Hmac::<Sha256>::new_from_slice(key).expect("a key may have any length");
    mac.chain_update(message).finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        write!(text, "{byte:02x}").expect("a text takes everything");
    }
    text
}
