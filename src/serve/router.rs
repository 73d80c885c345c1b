//! The way into the server: operations of SDRS first, then the control plane and what the user added, then nothing.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use http::Method;
use tower::Service;
use tower::util::option_layer;
use tower::{Layer, ServiceExt};
use tower_http::cors::{AllowHeaders, CorsLayer};

use super::endpoint::REQUEST_ID;
use super::routes::Routes;
use crate::config::Origin;
use crate::control;
use crate::shared::Shared;

/// What takes every request.
pub(crate) trait Entry:
    Service<Request, Response = Response, Error = Infallible, Future: Send + 'static> + Clone + Send + Sync + 'static
{
}

impl<S> Entry for S where
    S: Service<Request, Response = Response, Error = Infallible, Future: Send + 'static>
        + Clone
        + Send
        + Sync
        + 'static
{
}

/// All routes: those of SDRS, the control plane, and whatever the user adds.
pub(super) fn router(shared: &Arc<Shared>, added: Router) -> impl Entry {
    let routes = Arc::new(Routes::new(shared));
    let unknown = Arc::clone(&routes);
    let unknown = tower::service_fn(move |request| {
        let routes = Arc::clone(&unknown);
        async move { Ok(routes.unknown().answer(request).await) }
    });
    let others = control::router(shared).merge(added).fallback_service(unknown);
    let both = Arc::new((routes, others));
    let entry = tower::service_fn(move |request: Request| {
        let both = Arc::clone(&both);
        async move {
            let (routes, others) = &*both;
            match routes.find(request.uri().path()) {
                Some(endpoint) => Ok(endpoint.answer(request).await),
                None => others.clone().oneshot(request).await,
            }
        }
    });
    option_layer(shared.safety.cors.as_ref().map(cors)).layer(entry)
}

/// Lets the web pages of one origin call the routes of SDRS; the control plane refuses them by itself.
fn cors(origin: &Origin) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(origin.header())
        .allow_methods([Method::GET, Method::PUT, Method::POST, Method::DELETE])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([REQUEST_ID])
}
