//! Every flag and environment variable, one struct; the command line's help is its documentation.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use clap::ValueEnum;
use clap::builder::PossibleValue;

use crate::api::error::Dialect;
use crate::domain::job::Progression;
use crate::domain::rules::Flavour;
use crate::domain::time::{Time, ZONED};
use crate::store::UnseenProjects;
use crate::store::clock::Clock;

/// The variable that stands in for `--fixtures`; it separates paths by `:` as `PATH` does.
pub const FIXTURES_VARIABLE: &str = "SDRS_MOCK_FIXTURES";

/// How a server behaves. A flag beats its environment variable, which beats the default.
#[derive(Debug, Clone, PartialEq, Eq, clap::Args)]
pub struct Config {
    /// Where to listen: `localhost:PORT` (both loopbacks), `IP:PORT` or `[IPv6]:PORT`; port 0 takes a free one
    #[arg(long, global = true, value_name = "ADDRESS", env = "SDRS_MOCK_LISTEN", default_value_t = Self::default().listen)]
    pub listen: Listen,

    /// Fixture to start from, a file or a folder of *.json, repeatable [env: `SDRS_MOCK_FIXTURES`, separated by `:`]
    /// [default: built in]
    #[arg(long, global = true, value_name = "PATH")]
    pub fixtures: Vec<PathBuf>,

    /// How errors are spoken: as the documentation prints them, or as the live clouds send them
    #[arg(long, global = true, env = "SDRS_MOCK_DIALECT", default_value_t = Self::default().dialect)]
    pub dialect: Dialect,

    /// Which cloud is emulated: it decides the name rule and which operations there are
    #[arg(long, global = true, env = "SDRS_MOCK_FLAVOR", default_value_t = Self::default().flavor)]
    pub flavor: Flavour,

    /// What the first request of a project that no fixture names finds
    #[arg(long, global = true, env = "SDRS_MOCK_UNSEEN_PROJECTS", default_value_t = Self::default().unseen_projects)]
    pub unseen_projects: UnseenProjects,

    /// How many projects may exist at once; above that the least recently used one without changes goes
    #[arg(long, global = true, value_name = "N", env = "SDRS_MOCK_MAX_PROJECTS",
          default_value_t = Self::default().max_projects, value_parser = parse_count)]
    pub max_projects: usize,

    /// Drop projects that nobody used for this long, such as `2h` [default: never]
    #[arg(long, global = true, value_name = "DURATION", env = "SDRS_MOCK_PROJECT_IDLE")]
    pub project_idle: Option<Span>,

    /// What all IDs derive from; the same seed and requests give the same IDs [default: random]
    #[arg(long, global = true, value_name = "N", env = "SDRS_MOCK_SEED")]
    pub seed: Option<u64>,

    /// What every project's clock shows: `real`, or a time such as 2026-01-01T00:00:00Z at which it stands
    #[arg(long, global = true, value_name = "TIME", env = "SDRS_MOCK_CLOCK", default_value_t = Self::default().clock)]
    pub clock: Clock,

    /// When jobs end: `immediate`, `manual`, `polls=N`, or after a duration such as `30s`
    #[arg(long, global = true, value_name = "WHEN", env = "SDRS_MOCK_JOB_DURATION",
          default_value_t = Self::default().job_duration)]
    pub job_duration: JobDuration,

    /// How large a request's body may be, such as `12MiB`
    #[arg(long, global = true, value_name = "SIZE", env = "SDRS_MOCK_BODY_LIMIT", default_value_t = Self::default().body_limit)]
    pub body_limit: Size,

    /// How long a request's body may take to arrive, from the end of its head
    #[arg(long, global = true, value_name = "DURATION", env = "SDRS_MOCK_BODY_TIMEOUT",
          default_value_t = Self::default().body_timeout)]
    pub body_timeout: Span,

    /// How long a request's head may take to arrive, from its first byte
    #[arg(long, global = true, value_name = "DURATION", env = "SDRS_MOCK_HEADER_TIMEOUT",
          default_value_t = Self::default().header_timeout)]
    pub header_timeout: Span,

    /// How long a connection may stay open between two requests
    #[arg(long, global = true, value_name = "DURATION", env = "SDRS_MOCK_IDLE_TIMEOUT",
          default_value_t = Self::default().idle_timeout)]
    pub idle_timeout: Span,

    /// How long requests that are under way may take when the server is told to stop
    #[arg(long, global = true, value_name = "DURATION", env = "SDRS_MOCK_SHUTDOWN_TIMEOUT",
          default_value_t = Self::default().shutdown_timeout)]
    pub shutdown_timeout: Span,

    /// What is logged to standard error; `debug` has one line a request
    #[arg(long, global = true, value_name = "LEVEL", env = "SDRS_MOCK_LOG", default_value_t = Self::default().log)]
    pub log: LogLevel,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: Listen::Localhost(7705),
            fixtures: Vec::new(),
            dialect: Dialect::default(),
            flavor: Flavour::default(),
            unseen_projects: UnseenProjects::default(),
            max_projects: 10_000,
            project_idle: None,
            seed: None,
            clock: Clock::Real,
            job_duration: JobDuration(Progression::Immediate),
            body_limit: Size(12 << 20),
            body_timeout: Span(Duration::from_secs(30)),
            header_timeout: Span(Duration::from_secs(30)),
            idle_timeout: Span(Duration::from_mins(10)),
            shutdown_timeout: Span(Duration::from_secs(10)),
            log: LogLevel::Info,
        }
    }
}

impl Config {
    /// For tests: a free port of 127.0.0.1, seed 0, every clock standing at 2026-01-01T00:00:00Z, no log.
    pub fn test() -> Self {
        const NEW_YEAR_2026: i64 = 1_767_225_600_000_000;
        Self {
            listen: Listen::Address(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0)),
            seed: Some(0),
            clock: Clock::Frozen(Time::from_micros(NEW_YEAR_2026)),
            log: LogLevel::Off,
            ..Self::default()
        }
    }
}

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

/// A duration, as in `250ms`, `90s`, `10m`, `2h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span(pub Duration);

/// The units of a [`Span`], the largest first, in milliseconds.
const SPAN_UNITS: [(&str, u64); 4] = [("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX);
        let (unit, size) = SPAN_UNITS
            .into_iter()
            .find(|&(_, size)| millis >= size && millis.is_multiple_of(size))
            .unwrap_or(("ms", 1));
        write!(f, "{}{unit}", millis / size)
    }
}

impl FromStr for Span {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        let size = SPAN_UNITS
            .into_iter()
            .find(|&(name, _)| name == unit)
            .map(|(_, size)| size);
        let millis = size
            .zip(number.parse::<u64>().ok())
            .and_then(|(size, number)| number.checked_mul(size));
        // A hundred years are enough, and keep every deadline within what a clock can show.
        millis
            .filter(|&millis| millis > 0 && millis <= 100 * 366 * 24 * 3_600_000)
            .map(|millis| Self(Duration::from_millis(millis)))
            .ok_or_else(|| "expected a whole number above 0 with ms, s, m or h, such as 250ms, 90s or 2h".to_owned())
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
            Progression::After { duration } => Span(duration).fmt(f),
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
            _ => text.parse().ok().map(|Span(duration)| Progression::After { duration }),
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

fn parse_count(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|&count| count > 0)
        .ok_or_else(|| "expected a whole number above 0".to_owned())
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Real => f.write_str("real"),
            Self::Frozen(at) => at.display(ZONED).fmt(f),
        }
    }
}

impl FromStr for Clock {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "real" {
            return Ok(Self::Real);
        }
        let time = text.ends_with('Z').then(|| Time::parse_by_hand(text)).flatten();
        time.map(Self::Frozen)
            .ok_or_else(|| "expected real, or a time in UTC such as 2026-01-01T00:00:00Z".to_owned())
    }
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
