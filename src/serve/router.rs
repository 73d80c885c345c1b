//! The axum router, built from the tables of `api` and `control`.

use std::sync::Arc;

use axum::Router;
use http::Method;
use tower_http::cors::{AllowHeaders, CorsLayer};

use super::endpoint::{Endpoint, REQUEST_ID};
use crate::api::{OPERATIONS, places};
use crate::config::Origin;
use crate::control;
use crate::shared::Shared;

/// All routes: one endpoint a path, the control plane, and whatever the user adds.
pub(crate) fn router(shared: &Arc<Shared>, added: Router) -> Router {
    let endpoint = |operations| Endpoint::new(Arc::clone(shared), operations).service();
    let mut router = Router::new();
    for operations in OPERATIONS.chunk_by(|one, next| one.path == next.path) {
        for place in places(operations[0].path) {
            router = router.route_service(place, endpoint(operations));
        }
    }
    router = router.fallback_service(endpoint(&[]));
    if let Some(origin) = &shared.safety.cors {
        router = router.layer(cors(origin));
    }
    router.merge(control::router(shared)).merge(added)
}

/// Lets the web pages of one origin call the routes of SDRS.
fn cors(origin: &Origin) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(origin.header())
        .allow_methods([Method::GET, Method::PUT, Method::POST, Method::DELETE])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([REQUEST_ID])
}
