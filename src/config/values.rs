//! The values that flags take: addresses, durations, sizes, words.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use clap::ValueEnum;
use clap::builder::PossibleValue;

use crate::api::auth::Auth;
use crate::api::error::Dialect;
use crate::api::signature::Skew;
use crate::domain::plan::Progression;
use crate::domain::rules::Flavour;
use crate::domain::span::Span;
use crate::domain::time::{Time, ZONED};
use crate::environment::Client;
use crate::store::clock::Clock;
use crate::store::fixtures::Scenario;
use crate::store::{ProjectId, UnseenProjects};

/// Where to listen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Listen {
    /// 127.0.0.1, and the same port of `::1` where the machine has IPv6. A literal of ours: no resolver is asked.
    Localhost(u16),
    /// This address only.
    Address(SocketAddr),
}

impl Listen {
    /// The address to bind first, whose port the others share.
    pub const fn first(self) -> SocketAddr {
        match self {
            Self::Localhost(port) => SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), port),
            Self::Address(address) => address,
        }
    }

    /// The address to bind beside it, where the machine has IPv6. A free port is only free on one of the two.
    pub const fn second(self) -> Option<SocketAddr> {
        match self {
            Self::Localhost(port) if port != 0 => Some(SocketAddr::new(IpAddr::V6(Ipv6Addr::LOCALHOST), port)),
            _ => None,
        }
    }

    /// The address at which the server is met from this machine.
    pub fn reachable(self) -> SocketAddr {
        let address = self.first();
        match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => SocketAddr::new(Ipv4Addr::LOCALHOST.into(), address.port()),
            IpAddr::V6(ip) if ip.is_unspecified() => SocketAddr::new(Ipv6Addr::LOCALHOST.into(), address.port()),
            _ => address,
        }
    }
}

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Localhost(port) => write!(f, "localhost:{port}"),
            Self::Address(address) => address.fmt(f),
        }
    }
}

impl FromStr for Listen {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let listen = match text.strip_prefix("localhost:") {
            Some(port) => port.parse().map(Self::Localhost).ok(),
            None => text.parse().map(Self::Address).ok(),
        };
        listen.ok_or_else(|| "expected localhost:PORT, IP:PORT or [IPv6]:PORT, such as 0.0.0.0:7705".to_owned())
    }
}

/// When jobs end where nothing else is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct JobDuration(pub Progression);

impl fmt::Display for JobDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Progression::Immediate => f.write_str("immediate"),
            Progression::Manual => f.write_str("manual"),
            Progression::Polls { n } => write!(f, "polls={n}"),
            Progression::After { duration } => duration.fmt(f),
        }
    }
}

impl FromStr for JobDuration {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let progression = match (text, text.strip_prefix("polls=")) {
            ("immediate", _) => Some(Progression::Immediate),
            ("manual", _) => Some(Progression::Manual),
            (_, Some(n)) => n.parse().ok().filter(|&n| n > 0).map(|n| Progression::Polls { n }),
            _ => text
                .parse::<Span>()
                .ok()
                .map(|duration| Progression::After { duration }),
        };
        progression
            .map(Self)
            .ok_or_else(|| "expected immediate, manual, polls=N with N above 0, or a duration such as 30s".to_owned())
    }
}

/// A number of bytes, as in `65536`, `512KiB`, `12MiB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size(pub usize);

/// The units of a [`Size`], the largest first.
const SIZE_UNITS: [(&str, usize); 4] = [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("", 1)];

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unit, size) = SIZE_UNITS
            .into_iter()
            .find(|&(_, size)| self.0 >= size && self.0.is_multiple_of(size))
            .unwrap_or(("", 1));
        write!(f, "{}{unit}", self.0 / size)
    }
}

impl FromStr for Size {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        let size = SIZE_UNITS
            .into_iter()
            .find(|&(name, _)| name == unit)
            .map(|(_, size)| size);
        size.zip(number.parse::<usize>().ok())
            .and_then(|(size, number)| number.checked_mul(size))
            .map(Self)
            .ok_or_else(|| "expected a number of bytes, or of KiB, MiB or GiB, such as 65536 or 12MiB".to_owned())
    }
}

pub(super) fn parse_count(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|&count| count > 0)
        .ok_or_else(|| "expected a whole number above 0".to_owned())
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Real { .. } => f.write_str("real"),
            Self::Frozen { now } => now.display(ZONED).fmt(f),
        }
    }
}

impl FromStr for Clock {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "real" {
            return Ok(Self::REAL);
        }
        let time = text.ends_with('Z').then(|| Time::parse_by_hand(text)).flatten();
        time.map(|now| Self::Frozen { now })
            .ok_or_else(|| "expected real, or a time in UTC such as 2026-01-01T00:00:00Z".to_owned())
    }
}

impl fmt::Display for Skew {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(span) => span.fmt(f),
            None => f.write_str("off"),
        }
    }
}

impl FromStr for Skew {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let span = (text != "off").then(|| text.parse()).transpose();
        span.map(Self)
            .map_err(|_: String| "expected off, or a duration such as 15m".to_owned())
    }
}

/// The origin of a web page, as browsers send it: scheme, host and perhaps a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin(String);

impl Origin {
    /// The origin as a header has it.
    pub fn header(&self) -> http::HeaderValue {
        http::HeaderValue::from_str(&self.0).expect("it was read as one")
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Origin {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let authority = text.split_once("://").map(|(_, authority)| authority);
        let sound = authority.is_some_and(|authority| !authority.is_empty() && !authority.contains(['/', ' ']))
            && http::HeaderValue::from_str(text).is_ok();
        sound
            .then(|| Self(text.to_owned()))
            .ok_or_else(|| "expected an origin without path, such as http://localhost:3000".to_owned())
    }
}

pub(super) fn parse_public_url(text: &str) -> Result<Origin, String> {
    let origin = text.strip_suffix('/').unwrap_or(text).parse::<Origin>().ok();
    origin.filter(|origin| is_met(&origin.0)).ok_or_else(|| {
        "expected http or https, a host and perhaps a port, no path, such as http://sdrs-mock:7705".to_owned()
    })
}

/// Whether clients can begin their URLs with this: http or https, a host, and perhaps a port.
fn is_met(origin: &str) -> bool {
    let rest = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"));
    let authority = rest.and_then(|rest| rest.parse::<http::uri::Authority>().ok());
    authority.is_some_and(|authority| {
        let port = authority.as_str().strip_prefix(authority.host());
        let is_port =
            |port: &str| port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.parse::<u16>().is_ok());
        !authority.host().is_empty() && port.is_some_and(is_port)
    })
}

pub(super) fn parse_key(text: &str) -> Result<String, String> {
    (!text.is_empty())
        .then(|| text.to_owned())
        .ok_or_else(|| "expected a text of at least one character".to_owned())
}

pub(super) fn parse_region(text: &str) -> Result<String, String> {
    ProjectId::admits(text)
        .then(|| text.to_owned())
        .ok_or_else(|| "expected 1 to 64 characters of 0-9 A-Z a-z _ -, such as eu-de".to_owned())
}

/// How much is logged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "the usual words")]
pub enum LogLevel {
    Off,
    Error,
    Warn,
    Info,
    Debug,
    Trace,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
#[expect(missing_docs, reason = "the usual words")]
pub enum LogFormat {
    Text,
    Json,
}

impl fmt::Display for LogFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.to_possible_value().expect("every format has a word").get_name())
    }
}

impl LogLevel {
    /// The level as the log filter knows it.
    pub const fn filter(self) -> tracing::level_filters::LevelFilter {
        use tracing::level_filters::LevelFilter;
        match self {
            Self::Off => LevelFilter::OFF,
            Self::Error => LevelFilter::ERROR,
            Self::Warn => LevelFilter::WARN,
            Self::Info => LevelFilter::INFO,
            Self::Debug => LevelFilter::DEBUG,
            Self::Trace => LevelFilter::TRACE,
        }
    }
}

impl fmt::Display for LogLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.to_possible_value().expect("every level has a word").get_name())
    }
}

impl ValueEnum for Dialect {
    fn value_variants<'v>() -> &'v [Self] {
        &[Self::Documented, Self::Live]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.word()))
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl ValueEnum for Auth {
    fn value_variants<'v>() -> &'v [Self] {
        &[Self::Off, Self::Present, Self::Strict]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.word()))
    }
}

impl fmt::Display for Auth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl ValueEnum for Flavour {
    fn value_variants<'v>() -> &'v [Self] {
        &[Self::Huawei, Self::Otc]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.word()))
    }
}

impl fmt::Display for Flavour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl ValueEnum for UnseenProjects {
    fn value_variants<'v>() -> &'v [Self] {
        &[Self::Template, Self::Empty, Self::Refuse]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.word()))
    }
}

impl fmt::Display for UnseenProjects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl ValueEnum for Client {
    fn value_variants<'v>() -> &'v [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.word()))
    }
}

impl ValueEnum for Scenario {
    fn value_variants<'v>() -> &'v [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.word()))
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
