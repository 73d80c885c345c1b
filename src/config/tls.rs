//! The values of the flags about TLS.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// A certificate that the server makes itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
#[expect(missing_docs, reason = "the usual word; what stands here would stretch the help")]
pub enum OwnTls {
    SelfSigned,
}

/// A name that a certificate is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TlsName {
    /// The name of a host; its first label may be `*`.
    Name(String),
    /// An address.
    Address(IpAddr),
}

impl fmt::Display for TlsName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => f.write_str(name),
            Self::Address(address) => address.fmt(f),
        }
    }
}

impl FromStr for TlsName {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(address) = text.parse() {
            return Ok(Self::Address(address));
        }
        let is_label = |label: &str| {
            let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            (1..=63).contains(&label.len()) && label.bytes().all(is_sign)
        };
        let labels = text.strip_prefix("*.").unwrap_or(text);
        (text.len() <= 253 && labels.split('.').all(is_label))
            .then(|| Self::Name(text.to_owned()))
            .ok_or_else(|| {
                "expected the name of a host or an IP address, such as mock.example.org, *.test or 10.0.0.1".to_owned()
            })
    }
}
