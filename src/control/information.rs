//! Life and information: `health`, `ready`, `info`.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use serde::Serialize;

use super::{answer, refuse};
use crate::config::JobDuration;
use crate::shared::Shared;
use crate::store::fixtures::Scenario;

/// The version of this crate.
const VERSION: &str = env!("CARGO_PKG_VERSION");

#[derive(Serialize)]
struct Health {
    status: &'static str,
    version: &'static str,
    uptime_seconds: u64,
}

/// `GET /_mock/health`: 200 for as long as the process serves.
pub(super) async fn health(State(shared): State<Arc<Shared>>) -> Response {
    let uptime_seconds = shared.store.uptime().as_secs();
    answer(
        StatusCode::OK,
        Health {
            status: "ok",
            version: VERSION,
            uptime_seconds,
        },
    )
}

#[derive(Serialize)]
struct Ready {
    status: &'static str,
}

/// `GET /_mock/ready`: 200, for the port opens only once the world is loaded; 503 while the server stops.
pub(super) async fn ready(State(shared): State<Arc<Shared>>) -> Response {
    if shared.is_stopping() {
        return refuse(
            StatusCode::SERVICE_UNAVAILABLE,
            "stopping",
            "the server is about to stop".to_owned(),
        );
    }
    answer(StatusCode::OK, Ready { status: "ready" })
}

#[derive(Serialize)]
struct Info<'i> {
    version: &'static str,
    flavor: &'static str,
    dialect: &'static str,
    auth: &'static str,
    seed: u64,
    clock: String,
    job_duration: String,
    listeners: &'i [String],
    fixtures: &'i [String],
    /// Those that `--scenario` can name.
    scenarios: [&'static str; Scenario::ALL.len()],
    unseen_projects: &'static str,
    projects: usize,
    limits: Limits,
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

/// `GET /_mock/info`: how this server was started.
pub(super) async fn info(State(shared): State<Arc<Shared>>) -> Response {
    let settings = shared.store.settings();
    let info = Info {
        version: VERSION,
        flavor: settings.rules.flavour.word(),
        dialect: shared.dialect.word(),
        auth: "off",
        seed: settings.seed,
        clock: settings.clock.to_string(),
        job_duration: JobDuration(settings.progression).to_string(),
        listeners: shared.listeners(),
        fixtures: &shared.fixtures,
        scenarios: Scenario::ALL.map(Scenario::word),
        unseen_projects: settings.unseen.word(),
        projects: shared.store.len(),
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
    answer(StatusCode::OK, info)
}
