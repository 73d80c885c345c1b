//! Server-sent events: what happens, as it happens.
//!
//! An open stream is a reader: it wakes at the next due time of the projects that it watches, and looks.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::header::{CACHE_CONTROL, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use hyper::body::Frame;
use tokio::time::Sleep;

use super::ask::{self, Ask};
use super::problem::Problem;
use super::{Answer, respond};
use crate::shared::Shared;
use crate::store::events::Event;

/// Where the stream is.
pub(super) const PATH: &str = "/_mock/events";
/// What the media type of a stream of events is.
const EVENT_STREAM: &str = "text/event-stream";
/// The header by which a client that comes back says how far it was.
const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
/// After how much silence a comment is sent, so that nothing in between takes the stream for dead.
const SILENCE: Duration = Duration::from_secs(15);

/// `GET /_mock/events` without a connection: what has been told so far.
pub(super) fn told(ask: &Ask<'_>) -> Result<Answer, Problem> {
    let only = ask.one()?.map(|id| id.to_string());
    let events = ask.shared.store.events();
    events.watch();
    let told: String = events.after(0, only.as_deref(), None).iter().map(written).collect();
    Ok(Answer {
        status: StatusCode::OK,
        content_type: EVENT_STREAM,
        body: told.into_bytes(),
    })
}

/// `GET /_mock/events`: a stream that ends with the server.
pub(super) fn stream(shared: Arc<Shared>, uri: &Uri, headers: &HeaderMap) -> Response {
    let read = || {
        let query = ask::query(uri.query().unwrap_or_default(), &["project"])?;
        let ask = Ask {
            shared: &shared,
            path: Vec::new(),
            query,
            body: b"",
        };
        ask.one().map(|only| only.map(|id| id.to_string()))
    };
    let only = match read() {
        Ok(only) => only,
        Err(problem) => return respond(problem.into(), &http::Method::GET, uri.path()),
    };
    let now = shared.store.events().watch();
    let last = headers
        .get(LAST_EVENT_ID)
        .and_then(|last| last.to_str().ok()?.parse().ok());
    let body = Stream {
        shared,
        only,
        last: last.unwrap_or(now).min(now),
        begun: false,
        timer: None,
    };
    let mut response = Response::new(Body::new(body));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(EVENT_STREAM));
    response
        .headers_mut()
        .insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// An event as it is sent.
fn written(event: &Event) -> String {
    let Event {
        id,
        project,
        kind,
        data,
    } = event;
    let project = project
        .as_deref()
        .map_or("null".to_owned(), |project| format!("{project:?}"));
    format!("id: {id}\nevent: {kind}\ndata: {{\"project\":{project},\"{kind}\":{data}}}\n\n")
}

/// A stream of events, as the body of an answer.
struct Stream {
    shared: Arc<Shared>,
    only: Option<String>,
    /// The number of the last event that was sent.
    last: u64,
    begun: bool,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Stream {
    /// Looks at every project that is watched, so that what is due by now has happened; how long until the next is due.
    fn look(&self) -> Duration {
        let store = &self.shared.store;
        let watched = match &self.only {
            Some(id) => store.existing(id).into_iter().collect(),
            None => store.projects().into_iter().map(|(_, shard)| shard).collect::<Vec<_>>(),
        };
        for shard in &watched {
            shard.inspect(|_, _| ());
        }
        let soonest = watched.iter().filter_map(|shard| shard.wakes_in()).min();
        let micros = soonest.map(|micros| u64::try_from(micros.max(1000)).unwrap_or(u64::MAX));
        micros.map_or(SILENCE, Duration::from_micros).min(SILENCE)
    }

    /// What there is to send: an opening, or the events since the last one.
    fn next(&mut self, cx: &Context<'_>) -> Option<String> {
        if !std::mem::replace(&mut self.begun, true) {
            return Some(": watching\n\n".to_owned());
        }
        let events = self
            .shared
            .store
            .events()
            .after(self.last, self.only.as_deref(), Some(cx.waker()));
        self.last = events.last()?.id;
        Some(events.iter().map(written).collect())
    }
}

impl hyper::body::Body for Stream {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        if self.shared.is_stopping() {
            return Poll::Ready(None);
        }
        let until_due = self.look();
        if let Some(text) = self.next(cx) {
            self.timer = None;
            return Poll::Ready(Some(Ok(Frame::data(text.into()))));
        }
        // A timer is set anew each time: what is due may have changed since.
        let is_silence = until_due == SILENCE;
        let rang = self
            .timer
            .as_mut()
            .is_some_and(|timer| timer.as_mut().poll(cx).is_ready());
        if rang && is_silence {
            self.timer = None;
            cx.waker().wake_by_ref();
            return Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(b": still watching\n\n")))));
        }
        let mut timer = self
            .timer
            .take()
            .filter(|_| is_silence && !rang)
            .unwrap_or_else(|| Box::pin(alarm(until_due)));
        if timer.as_mut().poll(cx).is_ready() {
            cx.waker().wake_by_ref();
        }
        self.timer = Some(timer);
        Poll::Pending
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "an open stream is a reader that wakes when something is due"
)]
fn alarm(after: Duration) -> Sleep {
    tokio::time::sleep(after)
}
