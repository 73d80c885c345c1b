//! The mock's own face under `/_mock`: what a tester asks of the server rather than of SDRS.

mod information;

use std::sync::Arc;

use axum::Json;
use axum::Router;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get};
use http::header::CACHE_CONTROL;
use http::{HeaderValue, StatusCode};
use serde::Serialize;

use crate::shared::Shared;

/// The routes of the control plane.
pub(crate) fn router(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route("/_mock/health", get(information::health))
        .route("/_mock/ready", get(information::ready))
        .route("/_mock/info", get(information::info))
        .route("/_mock", any(unknown_path))
        .route("/_mock/", any(unknown_path))
        .route("/_mock/{*path}", any(unknown_path))
        .method_not_allowed_fallback(wrong_method)
        .with_state(Arc::clone(shared))
}

/// An answer of the control plane: never to be kept by a cache.
fn answer(status: StatusCode, body: impl Serialize) -> Response {
    let mut response = (status, Json(body)).into_response();
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// The control plane's own envelope of errors.
#[derive(Debug, Serialize)]
struct Envelope {
    error: ControlError,
}

/// What was wrong with a request to the control plane.
#[derive(Debug, Serialize)]
struct ControlError {
    code: &'static str,
    message: String,
}

fn refuse(status: StatusCode, code: &'static str, message: String) -> Response {
    answer(
        status,
        Envelope {
            error: ControlError { code, message },
        },
    )
}

async fn unknown_path(request: Request) -> Response {
    let path = request.uri().path();
    refuse(
        StatusCode::NOT_FOUND,
        "unknown_path",
        format!("the control plane has no {path}"),
    )
}

async fn wrong_method(request: Request) -> Response {
    let (method, path) = (request.method(), request.uri().path());
    refuse(
        StatusCode::METHOD_NOT_ALLOWED,
        "wrong_method",
        format!("{path} does not take {method}"),
    )
}
