//! What one request met on its way, and what of it is written down.

use std::borrow::Cow;
use std::pin::Pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::header::AUTHORIZATION;
use http::request::Parts;
use http::{HeaderMap, HeaderValue};
use hyper::body::Body as _;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use super::connection::alarm;
use super::faulty::{self, Breakage, MOCK_FAULT, PREFERENCE_APPLIED};
use crate::api::Operation;
use crate::api::query::QueryString;
use crate::control::{FAULT_STATUSES, merge};
use crate::domain::time::Time;
use crate::shared::Shared;
use crate::store::Shard;
use crate::store::faults::{Effect, Fired};
use crate::store::journal::Record;
use crate::store::matching::Seen;

/// What is known of a request when it has been answered.
#[derive(Default)]
pub(super) struct Met {
    pub(super) body: Bytes,
    /// The fault that it met.
    pub(super) fired: Option<Fired>,
    /// What of `Prefer` was kept to.
    pub(super) preference: Option<HeaderValue>,
    pub(super) status: u16,
    pub(super) code: Option<Cow<'static, str>>,
    /// The body of the answer, where somebody watches.
    pub(super) answer: Option<Bytes>,
    /// What of it nothing has read.
    pub(super) unread: Vec<String>,
}

/// What is told of a request while it happens; the journal has the rest.
#[derive(Serialize)]
struct ToldRequest<'r> {
    operation: Option<&'static str>,
    method: &'r str,
    path: &'r str,
    status: u16,
    code: Option<&'r str>,
    fault: Option<&'r str>,
}

/// What is told of a fault that fired.
#[derive(Serialize)]
struct FiredFault<'r> {
    id: Option<&'r str>,
    operation: Option<&'static str>,
}

impl Met {
    /// Looks for a fault that the request asks for, or that is armed for it.
    pub(super) fn fault(&mut self, shared: &Shared, operation: &Operation, world: Option<&Shard>, head: &Parts) {
        if !shared.safety.no_prefer
            && let Some((fired, applied)) = faulty::preferred(&head.headers, &FAULT_STATUSES)
        {
            (self.fired, self.preference) = (Some(fired), Some(applied));
            return;
        }
        let header = |name: &str| Some(String::from_utf8_lossy(head.headers.get(name)?.as_bytes()));
        let query = |name: &str| QueryString::new(head.uri.query().unwrap_or_default()).text(name);
        let seen = Seen {
            operation: Some(operation.name),
            method: head.method.as_str(),
            path: head.uri.path(),
            query: &query,
            header: &header,
            body: &self.body,
            answer: None,
        };
        let credentials = || credentials(&head.headers);
        self.fired = match world {
            Some(world) => world.fault(&seen, &credentials),
            None => shared.store.fault(&seen, &credentials),
        };
    }

    /// Whether the request is carried out.
    pub(super) fn is_applied(&self) -> bool {
        self.fired
            .as_ref()
            .is_none_or(|fired| faulty::is_applied(&fired.effect))
    }

    /// Changes the answer, where the fault does that.
    pub(super) fn patch(&self, body: &mut Vec<u8>) {
        if let Some(Fired {
            effect: Effect::Patch { patch },
            ..
        }) = &self.fired
            && let Ok(mut value) = serde_json::from_slice::<Value>(body)
        {
            merge(&mut value, patch);
            *body = value.to_string().into_bytes();
        }
    }

    /// Says in the answer which fault it met.
    pub(super) fn mark(&self, response: &mut Response) {
        if let Some(applied) = &self.preference {
            response.headers_mut().insert(PREFERENCE_APPLIED, applied.clone());
        } else if let Some(fired) = &self.fired
            && let Ok(id) = HeaderValue::from_str(&fired.id)
        {
            response.headers_mut().insert(MOCK_FAULT, id);
        }
    }

    /// Keeps the answer's body for whoever watches; one that a fault cuts or slows down is not waited for.
    fn keep(&mut self, shared: &Shared, answer: &mut Response) {
        let in_pieces = |fired: &Fired| matches!(fired.effect, Effect::Truncate { .. } | Effect::SlowBody { .. });
        let is_broken = self.status == 0 || self.fired.as_ref().is_some_and(in_pieces);
        if is_broken || !shared.store.events().is_watched() {
            return;
        }
        let mut body = std::mem::take(answer.body_mut());
        // It lies in memory as one piece, so it is there at once.
        let whole = match Pin::new(&mut body).poll_frame(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Some(Ok(frame))) => frame.into_data().unwrap_or_default(),
            _ => Bytes::new(),
        };
        self.answer = Some(whole.clone());
        *answer.body_mut() = Body::from(whole);
    }

    /// The name of the armed fault that it met; one that a request asked for itself has none.
    fn fault_id(&self) -> Option<&str> {
        let armed = self.fired.as_ref().filter(|_| self.preference.is_none());
        armed.map(|fired| &*fired.id)
    }

    /// Writes the request down where it belongs.
    pub(super) fn record(
        &mut self,
        shared: &Shared,
        (operation, world): (Option<(&'static Operation, usize)>, Option<&Shard>),
        (head, answer): (&Parts, &mut Response),
        (time, took, request_id): (Time, Duration, Uuid),
    ) {
        self.keep(shared, answer);
        let target = head.uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
        let mut headers = head
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_bytes()));
        self.tell(shared, operation.map(|(operation, _)| operation.name), world, head);
        let unread = std::mem::take(&mut self.unread);
        let record = Record {
            operation: operation.map(|(operation, place)| (operation.name, place)),
            time,
            request_id,
            method: head.method.as_str(),
            target,
            headers: &mut headers,
            // Those of identity hold passwords.
            body: operation
                .filter(|(operation, _)| !operation.is_of_identity())
                .map_or(&[], |_| &self.body),
            answer: self.answer.as_deref(),
            status: self.status,
            code: self.code.as_deref(),
            took,
            fault: self.fault_id(),
            unread,
        };
        if self.fired.is_some() {
            shared.metrics.count_fault();
        }
        shared
            .metrics
            .count(operation.map(|(_, place)| place), self.status, took);
        match world {
            Some(world) => {
                if world.record(record) {
                    shared.store.trim_journals();
                }
            }
            None => shared.store.record_stray(record),
        }
    }

    /// Tells of the request to whoever watches.
    fn tell(&self, shared: &Shared, operation: Option<&'static str>, world: Option<&Shard>, head: &Parts) {
        let events = shared.store.events();
        if !events.is_watched() {
            return;
        }
        let project = world.map(|world| world.id().to_string());
        let fault = self.fault_id();
        if self.fired.is_some() {
            events.tell(project.as_deref(), "fault", &FiredFault { id: fault, operation });
        }
        let (method, path) = (head.method.as_str(), head.uri.path());
        let (status, code) = (self.status, self.code.as_deref());
        let told = ToldRequest {
            operation,
            method,
            path,
            status,
            code,
            fault,
        };
        events.tell(project.as_deref(), "request", &told);
    }

    /// Holds the answer back, where the fault does that and there is no connection to do it.
    pub(super) async fn hold(&self, answer: &mut Response) {
        if let Some(Fired {
            effect: Effect::Timeout {},
            ttl,
            end,
            ..
        }) = &self.fired
            && answer.extensions().get::<Breakage>().is_none()
        {
            let mut limit = std::pin::pin!(ttl.map(|ttl| alarm(ttl.0)));
            std::future::poll_fn(|cx| {
                let rings = limit
                    .as_mut()
                    .as_pin_mut()
                    .is_some_and(|limit| limit.poll(cx).is_ready());
                if rings || end.as_ref().is_some_and(|end| end.poll(cx).is_ready()) {
                    Poll::Ready(())
                } else {
                    Poll::Pending
                }
            })
            .await;
        }
    }
}

/// What a request says of who sends it: a token, or the key that it is signed with, for each signature is another.
fn credentials(headers: &HeaderMap) -> Cow<'_, str> {
    if let Some(token) = headers.get("x-auth-token") {
        return String::from_utf8_lossy(token.as_bytes());
    }
    let Some(signed) = headers.get(AUTHORIZATION) else {
        return Cow::Borrowed("");
    };
    let key = signed.as_bytes().split(|byte| *byte == b',').next();
    String::from_utf8_lossy(key.unwrap_or_default())
}
