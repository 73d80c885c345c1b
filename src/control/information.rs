//! Life and information: `health`, `ready`, `info`.

use http::StatusCode;
use serde::Serialize;
use serde_json::Value;

use super::Answer;
use super::ask::Ask;
use super::problem::Problem;
use crate::api::HUAWEI_ONLY;
use crate::config::JobDuration;
use crate::domain::rules::Flavour;
use crate::domain::time::{Time, precise_if_any};
use crate::spec;
use crate::store::fixtures::Scenario;
use crate::store::state_file::StateFile;

/// The version of this crate.
const VERSION: &str = env!("CARGO_PKG_VERSION");

#[derive(Serialize)]
struct Health {
    status: &'static str,
    version: &'static str,
    uptime_seconds: u64,
}

/// `GET /_mock/health`: 200 for as long as the process serves.
pub(super) fn health(ask: &Ask<'_>) -> Result<Answer, Problem> {
    let uptime_seconds = ask.shared.store.uptime().as_secs();
    Answer::ok(&Health {
        status: "ok",
        version: VERSION,
        uptime_seconds,
    })
}

/// `GET /_mock/ca.pem`: what clients can verify the server's certificate with.
pub(super) fn authority(ask: &Ask<'_>) -> Result<Answer, Problem> {
    let Some(pem) = ask.shared.authority.get() else {
        let message =
            "this server has made no certificate: only --tls self-signed makes one, and an authority that signs it";
        return Err(Problem::new(StatusCode::NOT_FOUND, "no_authority", message));
    };
    Ok(Answer {
        status: StatusCode::OK,
        content_type: "application/x-pem-file",
        body: pem.clone().into_bytes(),
    })
}

#[derive(Serialize)]
struct Ready {
    status: &'static str,
}

/// `GET /_mock/ready`: 200, for the port opens only once the world is loaded; 503 while the server stops.
pub(super) fn ready(ask: &Ask<'_>) -> Result<Answer, Problem> {
    if ask.shared.is_stopping() {
        let message = "the server is about to stop";
        return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "stopping", message));
    }
    Answer::ok(&Ready { status: "ready" })
}

#[derive(Serialize)]
struct Info<'i> {
    version: &'static str,
    flavor: &'static str,
    dialect: &'static str,
    auth: &'static str,
    auth_skew: String,
    seed: u64,
    clock: String,
    job_duration: String,
    listeners: Vec<String>,
    fixtures: &'i [String],
    /// How often they were read again.
    reloads: u64,
    /// What is wrong with them now, so that what they were before is in effect.
    reload_error: Option<String>,
    state: Option<State>,
    /// Those that `--scenario` can name.
    scenarios: [&'static str; Scenario::ALL.len()],
    unseen_projects: &'static str,
    identity: Identity<'i>,
    projects: usize,
    control: Control<'i>,
    limits: Limits,
}

/// Where the state is kept and how saving it goes.
#[derive(Serialize)]
struct State {
    path: String,
    interval_ms: u128,
    saves: u64,
    #[serde(with = "precise_if_any")]
    saved_at: Option<Time>,
    bytes: Option<u64>,
    /// Of the last attempt; null where that went well.
    error: Option<String>,
    #[serde(with = "precise_if_any")]
    failed_at: Option<Time>,
}

impl State {
    fn of(file: &StateFile) -> Self {
        let told = file.told();
        let (failed_at, error) = told.error.unzip();
        Self {
            path: file.path().display().to_string(),
            interval_ms: file.interval().0.as_millis(),
            saves: told.saves,
            saved_at: told.saved_at,
            bytes: told.bytes,
            error,
            failed_at,
        }
    }
}

/// Who may use the control plane and how; of a secret only that there is one.
#[derive(Serialize)]
struct Control<'i> {
    token: Option<&'static str>,
    allowed_hosts: &'i [String],
    cors: Option<String>,
    prefer: bool,
}

/// How callers are known; of the key only that one was given.
#[derive(Serialize)]
struct Identity<'i> {
    public_url: Option<String>,
    regions: &'i [String],
    token_key: Option<&'static str>,
    token_lifetime_seconds: u64,
}

#[derive(Serialize)]
struct Limits {
    max_projects: usize,
    project_idle_seconds: Option<u64>,
    quota_groups: Option<usize>,
    quota_pairs: Option<usize>,
    body_limit_bytes: usize,
    body_timeout_ms: u128,
    header_timeout_ms: u128,
    idle_timeout_ms: u128,
    shutdown_timeout_ms: u128,
}

/// `GET /_mock/openapi.json`: the document, without what the flavour lacks.
pub(super) fn openapi(ask: &Ask<'_>) -> Result<Answer, Problem> {
    let text = spec::openapi();
    if ask.shared.store.settings().rules.flavour == Flavour::Huawei {
        let body = text.into_bytes();
        return Ok(Answer {
            status: StatusCode::OK,
            content_type: "application/json",
            body,
        });
    }
    let mut document: Value = serde_json::from_str(&text).expect("a test reads the same document");
    let lacks = |operation: &Value| HUAWEI_ONLY.iter().any(|name| operation["operationId"] == *name);
    if let Some(paths) = document["paths"].as_object_mut() {
        for item in paths.values_mut().filter_map(Value::as_object_mut) {
            item.retain(|_, operation| !lacks(operation));
        }
        let methods = ["get", "put", "post", "delete"];
        paths.retain(|_, item| methods.iter().any(|method| item.get(method).is_some()));
    }
    Answer::ok(&document)
}

/// `GET /_mock/info`: how this server was started.
pub(super) fn info(ask: &Ask<'_>) -> Result<Answer, Problem> {
    let shared = ask.shared;
    let settings = shared.store.settings();
    let watch = shared.watch.lock().clone();
    let info = Info {
        version: VERSION,
        flavor: settings.rules.flavour.word(),
        dialect: shared.dialect.word(),
        auth: shared.access.auth.word(),
        auth_skew: shared.access.skew.to_string(),
        seed: settings.seed,
        clock: settings.clock.to_string(),
        job_duration: JobDuration(settings.progression).to_string(),
        listeners: shared.listeners().iter().map(ToString::to_string).collect(),
        fixtures: &shared.fixtures,
        reloads: watch.reloads,
        reload_error: watch.error,
        state: shared.state.as_ref().map(State::of),
        scenarios: Scenario::ALL.map(Scenario::word),
        unseen_projects: settings.unseen.word(),
        identity: Identity {
            public_url: shared.access.public_url.as_ref().map(ToString::to_string),
            regions: &shared.access.regions,
            token_key: shared.access.has_key.then_some("***"),
            token_lifetime_seconds: shared.access.lifetime.0.as_secs(),
        },
        projects: shared.store.len(),
        control: Control {
            token: shared.safety.control_token.as_ref().map(|_| "***"),
            allowed_hosts: &shared.safety.allowed_hosts,
            cors: shared.safety.cors.as_ref().map(ToString::to_string),
            prefer: !shared.safety.no_prefer,
        },
        limits: Limits {
            max_projects: settings.max_projects,
            quota_groups: settings.rules.group_quota,
            quota_pairs: settings.rules.pair_quota,
            project_idle_seconds: settings.project_idle.map(|idle| idle.as_secs()),
            body_limit_bytes: shared.body_limit,
            body_timeout_ms: shared.body_timeout.as_millis(),
            header_timeout_ms: shared.limits.header_timeout.as_millis(),
            idle_timeout_ms: shared.limits.idle_timeout.as_millis(),
            shutdown_timeout_ms: shared.limits.shutdown_timeout.as_millis(),
        },
    };
    Answer::ok(&info)
}
