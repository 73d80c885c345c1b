//! What stands around the router: a panic is answered, and no answer leaves without its request ID.

use std::any::Any;
use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use bytes::Bytes;
use http::StatusCode;
use http::header::CONTENT_TYPE;
use http_body_util::Full;
use tower::{Layer, ServiceExt};
use tower_http::catch_panic::CatchPanicLayer;

use super::App;
use super::endpoint::{REQUEST_ID, request_id};
use super::router::router;
use crate::api::error::{Dialect, Failure};
use crate::domain::code::Code;
use crate::shared::Shared;

/// All routes with what every request passes.
pub(crate) fn front(shared: &Arc<Shared>, added: Router) -> impl App + Sync {
    let caught = CatchPanicLayer::custom(answer_panic).layer(router(shared, added));
    let shared = Arc::clone(shared);
    ServiceExt::<Request>::map_response(caught, move |mut answer: http::Response<_>| {
        // Everything that belongs to a project has the project's own ID by now.
        if !answer.headers().contains_key(REQUEST_ID) {
            let id = request_id(shared.store.request_id());
            answer.headers_mut().insert(REQUEST_ID, id);
        }
        answer
    })
}

/// 500 in the documented envelope, which is the same in both dialects. The state is as it was: rules check first and
/// change last.
#[expect(clippy::needless_pass_by_value, reason = "the signature that tower-http calls")]
fn answer_panic(panic: Box<dyn Any + Send>) -> http::Response<Full<Bytes>> {
    let said = panic
        .downcast_ref::<&str>()
        .copied()
        .or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    tracing::error!(panic = said.unwrap_or("without a message"), "a handler panicked");
    let failure = Failure::from(Code::InternalError.because("a handler panicked, the server's log says where"));
    let (status, body) = failure.render(Dialect::Documented, "");
    let mut answer = http::Response::new(Full::from(body));
    *answer.status_mut() = StatusCode::from_u16(status).expect("the catalogue holds only real statuses");
    answer
        .headers_mut()
        .insert(CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
    answer
}
