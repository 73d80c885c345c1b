//! The way into the server: operations of SDRS first, then the control plane and what the user added, then nothing.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::response::Response;
use http::Method;
use tower::Service;
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
    // The layer stands around the operations alone: the control plane is no business of another origin's pages.
    let cors = shared.safety.cors.as_ref().map(|origin| {
        let routes = Arc::clone(&routes);
        cors(origin).layer(tower::service_fn(move |request: Request| {
            let routes = Arc::clone(&routes);
            async move { Ok::<_, Infallible>(routes.find_or_unknown(request.uri().path()).answer(request).await) }
        }))
    });
    let all = Arc::new((routes, others, cors));
    tower::service_fn(move |request: Request| {
        let all = Arc::clone(&all);
        async move {
            let (routes, others, cors) = &*all;
            match (routes.find(request.uri().path()), cors) {
                (Some(_), Some(cors)) => cors.clone().oneshot(request).await,
                (Some(endpoint), None) => Ok(endpoint.answer(request).await),
                (None, _) => others.clone().oneshot(request).await,
            }
        }
    })
}

/// Lets the web pages of one origin call the operations of SDRS.
fn cors(origin: &Origin) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(origin.header())
        .allow_methods([Method::GET, Method::PUT, Method::POST, Method::DELETE])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([REQUEST_ID])
}
