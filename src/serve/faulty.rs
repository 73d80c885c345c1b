//! What a fault does to an answer: another one, a changed one, a slow one, half of one, or none.

use std::cell::Cell;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use hyper::body::{Body as _, Frame, SizeHint};
use tokio::time::Sleep;
use uuid::Uuid;

use super::connection::alarm;
use super::endpoint::{JSON, REQUEST_ID, request_id};
use crate::api::error::{self, Dialect};
use crate::domain::span::Span;
use crate::store::armed::Disarmed;
use crate::store::faults::{Effect, Fired};

/// The name of the fault that an answer met.
pub(super) const MOCK_FAULT: HeaderName = HeaderName::from_static("x-mock-fault");
/// What of `Prefer` was kept to (RFC 7240).
pub(super) const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");
const PREFER: HeaderName = HeaderName::from_static("prefer");

/// What becomes of a connection instead of an answer; the connection itself sees to it.
#[derive(Debug, Clone)]
pub(super) enum Breakage {
    /// It is reset.
    Reset,
    /// It is closed without a byte.
    Close,
    /// It is held so long at most, or until the fault is gone, then closed.
    Hold(Option<Duration>, Option<Disarmed>),
}

/// Whether a request is carried out although it meets this fault.
pub(super) fn is_applied(effect: &Effect) -> bool {
    matches!(
        effect,
        Effect::None
            | Effect::Truncate { .. }
            | Effect::SlowBody { .. }
            | Effect::Patch { .. }
            | Effect::ApplyThenFail { .. }
    )
}

/// What a faulted request is answered with.
pub(super) struct Faulted {
    pub(super) response: Response,
    /// The status that the client reads; 0 where it reads none.
    pub(super) status: u16,
    /// The code of the error, where the fault has one.
    pub(super) code: Option<String>,
}

/// How the answers of a server are written.
#[derive(Clone, Copy)]
pub(super) struct Voice {
    pub(super) dialect: Dialect,
    pub(super) id: Uuid,
    /// Whether there is a socket that can be broken.
    pub(super) on_socket: bool,
}

/// What a fault makes of the answer that the request would have had, if it was carried out.
pub(super) fn spoil(fired: &Fired, answer: Option<Response>, voice: Voice) -> Faulted {
    let answer = answer.unwrap_or_default();
    let kept = |response: Response| Faulted {
        status: response.status().as_u16(),
        response,
        code: None,
    };
    match &fired.effect {
        // A patch is made while the body is whole in memory, before the answer comes here.
        Effect::None | Effect::Patch { .. } => kept(answer),
        Effect::Error {
            status,
            code,
            retry_after,
        } => refuse(*status, code.as_deref(), *retry_after, voice),
        Effect::ApplyThenFail {
            status: Some(status),
            code,
        } => refuse(*status, code.as_deref(), None, voice),
        Effect::ApplyThenFail { status: None, .. } | Effect::Empty {} => broken(Breakage::Close, voice),
        Effect::Reset {} => broken(Breakage::Reset, voice),
        Effect::Timeout {} => {
            let limit = fired.ttl.map(|ttl| ttl.0);
            broken(Breakage::Hold(limit, fired.end.clone()), voice)
        }
        Effect::Truncate { .. } if !voice.on_socket => no_socket(voice),
        Effect::Truncate { bytes } => kept(answer.map(|body| {
            let total = body.size_hint().exact().unwrap_or(0);
            let is_short = u64::try_from(*bytes).is_ok_and(|bytes| bytes < total);
            Body::new(Truncated {
                body,
                total,
                left: *bytes,
                is_short,
                flushed: false,
            })
        })),
        Effect::SlowBody { chunk, pause } => kept(answer.map(|body| {
            let (chunk, pause) = (*chunk, pause.0);
            Body::new(Slow {
                body,
                rest: Bytes::new(),
                chunk,
                pause,
                waiting: None,
            })
        })),
        Effect::Raw { status, headers, body } => raw(*status, headers, body, voice),
    }
}

fn refuse(status: u16, code: Option<&str>, retry_after: Option<Span>, voice: Voice) -> Faulted {
    let body = error::faulted(status, code, voice.dialect, &voice.id.simple().to_string());
    let code = error::faulted_code(status, code);
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::from_u16(status).expect("the control plane admits only real statuses");
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    if let Some(retry_after) = retry_after {
        let seconds = retry_after.0.as_millis().div_ceil(1000);
        response.headers_mut().insert(
            RETRY_AFTER,
            HeaderValue::from_str(&seconds.to_string()).expect("digits"),
        );
    }
    Faulted {
        response: identified(response, voice.id),
        status,
        code: Some(code.to_owned()),
    }
}

fn raw(status: u16, headers: &std::collections::BTreeMap<String, String>, body: &str, voice: Voice) -> Faulted {
    let mut response = Response::new(Body::from(body.to_owned()));
    *response.status_mut() = StatusCode::from_u16(status).expect("the control plane admits only real statuses");
    for (name, value) in headers {
        let name: HeaderName = name.parse().expect("the control plane has read it");
        response.headers_mut().append(
            name,
            HeaderValue::from_str(value).expect("the control plane has read it"),
        );
    }
    Faulted {
        response: identified(response, voice.id),
        status,
        code: None,
    }
}

fn broken(breakage: Breakage, voice: Voice) -> Faulted {
    if !voice.on_socket {
        return no_socket(voice);
    }
    let mut response = identified(Response::default(), voice.id);
    response.extensions_mut().insert(breakage);
    Faulted {
        response,
        status: 0,
        code: None,
    }
}

/// 500: without a socket a connection can be neither reset nor cut.
fn no_socket(voice: Voice) -> Faulted {
    let body = r#"{"error":{"message":"this fault breaks the connection, and a router without a socket has none","code":"500"}}"#;
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
    response.headers_mut().insert(CONTENT_TYPE, JSON);
    Faulted {
        response: identified(response, voice.id),
        status: 500,
        code: None,
    }
}

fn identified(mut response: Response, id: Uuid) -> Response {
    response
        .headers_mut()
        .entry(REQUEST_ID)
        .or_insert_with(|| request_id(id));
    response
}

thread_local! {
    /// Whether what was just polled on this thread, and is not ready, waits on purpose; the connection that polled it
    /// takes this down, and ends with its client then.
    static DELAYED: Cell<bool> = const { Cell::new(false) };
}

/// Whether what was just polled, and is not ready, is a delay.
pub(super) fn is_delayed() -> bool {
    DELAYED.take()
}

/// Waits as long as a fault says before anything else.
pub(super) async fn delay(fired: &Fired) {
    if let Some(delay) = fired.delay {
        let mut timer = std::pin::pin!(alarm(delay.0));
        std::future::poll_fn(|cx| {
            let waiting = timer.as_mut().poll(cx);
            DELAYED.set(waiting.is_pending());
            waiting
        })
        .await;
    }
}

/// The fault that a request asks for by `Prefer: code=503, delay=200ms`, and what of it can be kept to; what cannot be
/// is ignored, as preferences are.
pub(super) fn preferred(headers: &HeaderMap, statuses: &[u16]) -> Option<(Fired, HeaderValue)> {
    // Hardly any request has one.
    headers.get(PREFER)?;
    let lines = headers.get_all(PREFER).iter().filter_map(|line| line.to_str().ok());
    let (mut code, mut delay) = (None, None);
    let mut applied = Vec::new();
    // Of a preference that stands there twice the first one counts.
    for preference in lines.flat_map(|line| line.split([',', ';'])).map(str::trim) {
        let Some((name, value)) = preference.split_once('=') else {
            continue;
        };
        let value = value.trim().trim_matches('"');
        let is_kept = match name.trim().to_ascii_lowercase().as_str() {
            "code" if code.is_none() => {
                code = value.parse().ok().filter(|status| statuses.contains(status));
                code.is_some()
            }
            "delay" if delay.is_none() => {
                delay = value.parse::<Span>().ok();
                delay.is_some()
            }
            _ => false,
        };
        if is_kept {
            applied.push(preference);
        }
    }
    let header = HeaderValue::from_str(&applied.join(", ")).ok()?;
    let effect = code.map_or(Effect::None, |status| Effect::Error {
        status,
        code: None,
        retry_after: None,
    });
    let fired = Fired {
        id: String::new(),
        delay,
        effect,
        ttl: None,
        end: None,
    };
    (!applied.is_empty()).then_some((fired, header))
}

/// A body that ends too early, and with it the connection.
struct Truncated {
    body: Body,
    total: u64,
    left: usize,
    is_short: bool,
    /// Whether what was sent had time to leave.
    flushed: bool,
}

impl hyper::body::Body for Truncated {
    type Data = Bytes;
    type Error = axum::BoxError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::BoxError>>> {
        if self.left > 0 {
            let frame = std::task::ready!(Pin::new(&mut self.body).poll_frame(cx));
            let Some(Ok(frame)) = frame else {
                return Poll::Ready(None);
            };
            let Ok(mut data) = frame.into_data() else {
                return Poll::Ready(None);
            };
            data.truncate(self.left);
            self.left -= data.len();
            return Poll::Ready(Some(Ok(Frame::data(data))));
        }
        if !self.is_short {
            return Poll::Ready(None);
        }
        if !std::mem::replace(&mut self.flushed, true) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err("truncated on purpose".into())))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.total)
    }
}

/// A body that comes in pieces.
struct Slow {
    body: Body,
    rest: Bytes,
    chunk: usize,
    pause: Duration,
    waiting: Option<Pin<Box<Sleep>>>,
}

impl hyper::body::Body for Slow {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Some(waiting) = &mut self.waiting {
            std::task::ready!(waiting.as_mut().poll(cx));
            self.waiting = None;
        }
        if self.rest.is_empty() {
            match std::task::ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                Some(Ok(frame)) => self.rest = frame.into_data().unwrap_or_default(),
                ended => return Poll::Ready(ended),
            }
        }
        let chunk = self.chunk.min(self.rest.len());
        let piece = self.rest.split_to(chunk);
        if !self.rest.is_empty() {
            self.waiting = Some(Box::pin(alarm(self.pause)));
        }
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }

    fn size_hint(&self) -> SizeHint {
        let mut hint = self.body.size_hint();
        if let Some(exact) = hint.exact() {
            hint.set_exact(exact + self.rest.len() as u64);
        }
        hint
    }
}
