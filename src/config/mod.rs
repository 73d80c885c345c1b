//! Every flag and environment variable, one struct; the command line's help is its documentation.

mod tls;
mod values;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

pub use self::tls::{OwnTls, TlsName};
pub use self::values::{JobDuration, Listen, LogFormat, LogLevel, Origin, Size};
use crate::api::auth::Auth;
use crate::api::error::Dialect;
use crate::api::signature::Skew;
use crate::domain::plan::Progression;
use crate::domain::rules::Flavour;
pub use crate::domain::span::Span;
use crate::domain::time::Time;
use crate::store::UnseenProjects;
use crate::store::clock::Clock;
use crate::store::fixtures::Scenario;

/// The variable that stands in for `--fixtures`; it separates paths by `:` as `PATH` does.
pub const FIXTURES_VARIABLE: &str = "SDRS_MOCK_FIXTURES";

/// How a server behaves. A flag beats its environment variable, which beats the default.
#[derive(Debug, Clone, PartialEq, Eq, clap::Args)]
pub struct Config {
    /// Where to listen: `localhost:PORT` (both loopbacks), `IP:PORT` or `[IPv6]:PORT`; port 0 takes a free one
    #[arg(long, global = true, value_name = "ADDRESS", env = "SDRS_MOCK_LISTEN", default_value_t = Self::default().listen)]
    pub listen: Listen,

    /// Certificate in PEM to speak TLS with, others of its chain behind it; needs --tls-key [default: none]
    #[arg(long, global = true, value_name = "FILE", env = "SDRS_MOCK_TLS_CERT")]
    pub tls_cert: Option<PathBuf>,

    /// Key of that certificate, in PEM and not encrypted [default: none]
    #[arg(long, global = true, value_name = "FILE", env = "SDRS_MOCK_TLS_KEY")]
    pub tls_key: Option<PathBuf>,

    /// Certificate to make at the start and to speak TLS with; /_mock/ca.pem is what clients verify it with [default:
    /// none]
    #[arg(long, global = true, value_name = "HOW", env = "SDRS_MOCK_TLS")]
    pub tls: Option<OwnTls>,

    /// Name or IP address for that certificate, besides localhost, the loopbacks and the machine's own name, repeatable
    /// [default: none]
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        env = "SDRS_MOCK_TLS_NAME",
        value_delimiter = ','
    )]
    pub tls_name: Vec<TlsName>,

    /// Where to speak TLS instead of at --listen, which then stays without it; written as that is [default: none]
    #[arg(long, global = true, value_name = "ADDRESS", env = "SDRS_MOCK_TLS_LISTEN")]
    pub tls_listen: Option<Listen>,

    /// Fixture to start from, a file or a folder of *.json, repeatable [env: `SDRS_MOCK_FIXTURES`, separated by `:`]
    /// [default: built in]
    #[arg(long, global = true, value_name = "PATH")]
    pub fixtures: Vec<PathBuf>,

    /// Read the fixtures again whenever they change; projects follow in what was not changed in them [default: off]
    #[arg(long, global = true, env = "SDRS_MOCK_WATCH")]
    pub watch: bool,

    /// Built-in world to start from, instead of the default one and of --fixtures [default: none]
    #[arg(
        long,
        global = true,
        value_name = "NAME",
        env = "SDRS_MOCK_SCENARIO",
        conflicts_with = "fixtures"
    )]
    pub scenario: Option<Scenario>,

    /// File that the state is read from at the start, where it is there, and written to; it goes before --fixtures and
    /// --scenario [default: none]
    #[arg(long, global = true, value_name = "FILE", env = "SDRS_MOCK_STATE")]
    pub state: Option<PathBuf>,

    /// How often the state is written to its file, where it has changed; at the end it always is
    #[arg(long, global = true, value_name = "DURATION", env = "SDRS_MOCK_STATE_INTERVAL",
          default_value_t = Self::default().state_interval)]
    pub state_interval: Span,

    /// How errors are spoken: as the documentation prints them, or as the live clouds send them
    #[arg(long, global = true, env = "SDRS_MOCK_DIALECT", default_value_t = Self::default().dialect)]
    pub dialect: Dialect,

    /// Whether credentials are looked at: not at all, whether there are any, or whether they are right
    #[arg(long, global = true, env = "SDRS_MOCK_AUTH", default_value_t = Self::default().auth)]
    pub auth: Auth,

    /// Where clients meet the server, in links and in the catalog, such as `https://sdrs.example.org`
    /// [default: as each client writes it]
    #[arg(long, global = true, value_name = "URL", env = "SDRS_MOCK_PUBLIC_URL", value_parser = values::parse_public_url)]
    pub public_url: Option<Origin>,

    /// Region that the catalog has beside those of the fixtures, repeatable [default: none]
    #[arg(
        long,
        global = true,
        value_name = "REGION",
        env = "SDRS_MOCK_REGION",
        value_delimiter = ',',
        value_parser = values::parse_region
    )]
    pub region: Vec<String>,

    /// What tokens are signed with, so that those of one start are good for the next [default: drawn at each start]
    #[arg(long, global = true, value_name = "KEY", env = "SDRS_MOCK_TOKEN_KEY", hide_env_values = true,
          value_parser = values::parse_key)]
    pub token_key: Option<String>,

    /// How long tokens are taken, on the real clock
    #[arg(long, global = true, value_name = "DURATION", env = "SDRS_MOCK_TOKEN_LIFETIME",
          default_value_t = Self::default().token_lifetime)]
    pub token_lifetime: Span,

    /// Which cloud is emulated: it decides the name rule and which operations there are
    #[arg(long, global = true, env = "SDRS_MOCK_FLAVOR", default_value_t = Self::default().flavor)]
    pub flavor: Flavour,

    /// What the first request of a project that no fixture names finds
    #[arg(long, global = true, env = "SDRS_MOCK_UNSEEN_PROJECTS", default_value_t = Self::default().unseen_projects)]
    pub unseen_projects: UnseenProjects,

    /// How many projects may exist at once; above that the least recently used one without changes goes
    #[arg(long, global = true, value_name = "N", env = "SDRS_MOCK_MAX_PROJECTS",
          default_value_t = Self::default().max_projects, value_parser = values::parse_count)]
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

    /// How many protection groups a project may have, where its fixture does not say
    #[arg(long, global = true, value_name = "N", env = "SDRS_MOCK_QUOTA_GROUPS", default_value_t = Self::default().quota_groups)]
    pub quota_groups: usize,

    /// How many replication pairs a project may have, where its fixture does not say
    #[arg(long, global = true, value_name = "N", env = "SDRS_MOCK_QUOTA_PAIRS", default_value_t = Self::default().quota_pairs)]
    pub quota_pairs: usize,

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

    /// How far the date of a signature may be from this machine's clock, such as `15m`; `off` checks no dates
    #[arg(long, global = true, value_name = "DURATION", env = "SDRS_MOCK_AUTH_SKEW", default_value_t = Self::default().auth_skew)]
    pub auth_skew: Skew,

    /// What callers of the control plane must bring as `Authorization: Bearer` [default: nothing]
    #[arg(
        long,
        global = true,
        value_name = "TOKEN",
        env = "SDRS_MOCK_CONTROL_TOKEN",
        hide_env_values = true
    )]
    pub control_token: Option<String>,

    /// Serve no control plane but /_mock/health, /_mock/ready and /_mock/ca.pem [default: off]
    #[arg(long, global = true, env = "SDRS_MOCK_NO_CONTROL")]
    pub no_control: bool,

    /// Name besides the loopback's under which the control plane may be met while listening there, repeatable
    /// [default: none]
    #[arg(
        long,
        global = true,
        value_name = "HOST",
        env = "SDRS_MOCK_ALLOWED_HOSTS",
        value_delimiter = ','
    )]
    pub allowed_hosts: Vec<String>,

    /// Origin whose web pages may call the SDRS routes [default: none]
    #[arg(long, global = true, value_name = "ORIGIN", env = "SDRS_MOCK_CORS")]
    pub cors: Option<Origin>,

    /// Take no faults from the `Prefer` header of requests [default: off]
    #[arg(long, global = true, env = "SDRS_MOCK_NO_PREFER")]
    pub no_prefer: bool,

    /// What is logged to standard error; `debug` has one line a request
    #[arg(long, global = true, value_name = "LEVEL", env = "SDRS_MOCK_LOG", default_value_t = Self::default().log)]
    pub log: LogLevel,

    /// How the log is written: for people, or one JSON object a line
    #[arg(long, global = true, value_name = "FORMAT", env = "SDRS_MOCK_LOG_FORMAT",
          default_value_t = Self::default().log_format)]
    pub log_format: LogFormat,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: Listen::Localhost(7705),
            tls_cert: None,
            tls_key: None,
            tls: None,
            tls_name: Vec::new(),
            tls_listen: None,
            fixtures: Vec::new(),
            watch: false,
            scenario: None,
            state: None,
            state_interval: Span(Duration::from_secs(5)),
            dialect: Dialect::default(),
            auth: Auth::default(),
            public_url: None,
            region: Vec::new(),
            token_key: None,
            token_lifetime: Span(Duration::from_hours(24)),
            flavor: Flavour::default(),
            unseen_projects: UnseenProjects::default(),
            max_projects: 10_000,
            project_idle: None,
            seed: None,
            clock: Clock::REAL,
            job_duration: JobDuration(Progression::Immediate),
            quota_groups: 50,
            quota_pairs: 100,
            body_limit: Size(12 << 20),
            body_timeout: Span(Duration::from_secs(30)),
            header_timeout: Span(Duration::from_secs(30)),
            idle_timeout: Span(Duration::from_mins(10)),
            shutdown_timeout: Span(Duration::from_secs(10)),
            auth_skew: Skew::default(),
            control_token: None,
            no_control: false,
            allowed_hosts: Vec::new(),
            cors: None,
            no_prefer: false,
            log: LogLevel::Info,
            log_format: LogFormat::Text,
        }
    }
}

impl Config {
    /// Whether there is to be TLS.
    pub fn is_secure(&self) -> bool {
        self.tls.is_some() || self.tls_cert.is_some()
    }

    /// The seed of a demonstration, which is the port that the server is known by.
    const DEMO_SEED: u64 = 7705;

    /// For demonstrations: a lively world that is seeded, jobs that take a few seconds, a line of the log for each
    /// request. `is_told` says of a flag, by its name in [`Config`], whether the user has said otherwise.
    #[must_use]
    pub fn for_demo(mut self, is_told: impl Fn(&str) -> bool) -> Self {
        if self.scenario.is_none() && self.fixtures.is_empty() {
            self.scenario = Some(Scenario::Demo);
        }
        self.seed = self.seed.or(Some(Self::DEMO_SEED));
        if !is_told("job_duration") {
            let duration = Span(Duration::from_secs(4));
            self.job_duration = JobDuration(Progression::After { duration });
        }
        if !is_told("log") {
            self.log = LogLevel::Debug;
        }
        self
    }

    /// For tests: a free port of 127.0.0.1, seed 0, every clock standing at 2026-01-01T00:00:00Z, no log.
    pub fn test() -> Self {
        const NEW_YEAR_2026: i64 = 1_767_225_600_000_000;
        Self {
            listen: Listen::Address(SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0)),
            seed: Some(0),
            clock: Clock::Frozen {
                now: Time::from_micros(NEW_YEAR_2026),
            },
            log: LogLevel::Off,
            ..Self::default()
        }
    }
}
