//! The axum router, built from the tables of `api` and `control`.

use std::sync::Arc;

use axum::Router;

use super::endpoint::Endpoint;
use crate::api::{OPERATIONS, places};
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
    router
        .merge(control::router(shared))
        .merge(added)
        .fallback_service(endpoint(&[]))
}
