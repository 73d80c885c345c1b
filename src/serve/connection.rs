//! One connection: idle, head, busy, answering, and how long it may be each of them.

use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use http::HeaderValue;
use http::header::CONNECTION;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tokio::time::{Instant, Sleep};

use super::door::{self, Entry};
use super::faulty::{Breakage, is_delayed};
use super::socket::Socket;
use super::stream::Stream;
use super::{App, Limits, Stage};
use crate::store::armed::Disarmed;

/// Serves one connection until either side is done with it, it breaks a limit, or the server stops.
pub(super) async fn serve(
    stream: TcpStream,
    entry: Entry,
    app: impl App,
    limits: Limits,
    mut stopping: watch::Receiver<Stage>,
) {
    let here = stream.local_addr().ok();
    let Some(stream) = entry.admit(stream, limits.header_timeout, &mut stopping).await else {
        return;
    };
    // Declared first, and so let go of last: whoever waits for the receivers to go waits for the connection too.
    let mut stop = pin!(past(Stage::Serving, stopping));
    let progress = Arc::new(Progress::new());
    let service = Tracked {
        app,
        is_secure: matches!(stream, Stream::Secure(_)),
        here: here.map(|address| SocketAddr::new(address.ip().to_canonical(), address.port())),
        progress: Arc::clone(&progress),
    };
    let mut connection = pin!(
        http1::Builder::new()
            .half_close(true) // who sent a whole request and closed its writing half is still answered
            .title_case_headers(true) // some SDKs look `X-Request-Id` up by its exact case
            .header_read_timeout(None) // cuts idle connections too; `Progress` tells the two apart
            .serve_connection(Socket::new(stream, Arc::clone(&progress)), service)
    );
    let mut stopped = false;
    let mut limit = pin!(alarm(limits.idle_timeout));
    std::future::poll_fn(|cx| {
        while let Poll::Ready(stopping) = stop.as_mut().poll(cx) {
            stop.set(past(Stage::Ending, stopping));
            // What is not answered by the second time never is.
            if stopped || progress.waits() {
                return Poll::Ready(());
            }
            stopped = true;
            connection.as_mut().graceful_shutdown();
        }
        // What went wrong on a connection is the client's to know: it closed, or sent what is not HTTP.
        if connection.as_mut().poll(cx).is_ready() {
            return Poll::Ready(());
        }
        // A fault may hold back what was still under way when the server was told to stop.
        if stopped && progress.is_held() {
            return Poll::Ready(());
        }
        progress.poll_limit(&limits, limit.as_mut(), cx)
    })
    .await;
}

/// Waits until the server is past this stage, and gives back what that was told by.
async fn past(stage: Stage, mut stopping: watch::Receiver<Stage>) -> watch::Receiver<Stage> {
    // An error means that the server is gone, which is past every stage.
    let _ = stopping.wait_for(|now| *now > stage).await;
    stopping
}

/// What a connection is about, and since when.
#[derive(Debug)]
pub(super) struct Progress {
    started: Instant,
    phase: AtomicU8,
    /// When the phase began or last got on, in microseconds since the start.
    since: AtomicU64,
    /// Whether the request's body has not been read to its end.
    unread: AtomicBool,
    /// What a fault does to the connection.
    broken: AtomicU8,
}

/// The connection serves.
const WHOLE: u8 = 0;
/// It is to be reset.
const RESET: u8 = 1;
/// It is to be closed without an answer.
const CLOSED: u8 = 2;
/// It is held, or delayed, and ends with its client.
const HELD: u8 = 3;

/// Nothing has come since the last answer, or ever.
const IDLE: u8 = 0;
/// Some of a request's head has come.
const HEAD: u8 = 1;
/// A request is being read or answered.
const BUSY: u8 = 2;
/// The answer is being written, or has been: the next byte begins another request.
const ANSWERED: u8 = 3;

impl Progress {
    fn new() -> Self {
        let phase = AtomicU8::new(IDLE);
        Self {
            started: now(),
            phase,
            since: AtomicU64::new(0),
            unread: AtomicBool::new(false),
            broken: AtomicU8::new(WHOLE),
        }
    }

    /// Whether nothing may be written any more, and whether the client is to be told so by a reset.
    pub(super) fn broken(&self) -> Option<bool> {
        match self.broken.load(Ordering::Relaxed) {
            RESET => Some(true),
            CLOSED => Some(false),
            _ => None,
        }
    }

    /// Whether a fault holds the answer back, so that nothing but the client's leaving ends the connection.
    pub(super) fn is_held(&self) -> bool {
        self.broken.load(Ordering::Relaxed) == HELD
    }

    /// Bytes came in.
    pub(super) fn read(&self) {
        if matches!(self.phase.load(Ordering::Relaxed), IDLE | ANSWERED) {
            self.enter(HEAD);
        }
    }

    /// Bytes went out.
    pub(super) fn written(&self) {
        if self.phase.load(Ordering::Relaxed) == ANSWERED {
            self.enter(ANSWERED);
        }
    }

    /// Whether the client may still be sending what nobody will read.
    pub(super) fn lingers(&self) -> bool {
        self.unread.load(Ordering::Relaxed)
    }

    /// Whether no request is under way, so that nobody would miss the connection.
    fn waits(&self) -> bool {
        matches!(self.phase.load(Ordering::Relaxed), IDLE | HEAD) || self.is_held()
    }

    fn enter(&self, phase: u8) {
        self.phase.store(phase, Ordering::Relaxed);
        let since = u64::try_from(now().duration_since(self.started).as_micros()).unwrap_or(u64::MAX);
        self.since.store(since, Ordering::Relaxed);
    }

    /// Ready once the phase has taken longer than it may.
    fn poll_limit(&self, limits: &Limits, mut limit: Pin<&mut Sleep>, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let allowed = match self.phase.load(Ordering::Relaxed) {
                HEAD => limits.header_timeout,
                // How long a body or a handler may take is theirs to say; looked at again when the timer rings.
                BUSY => Duration::MAX,
                _ => limits.idle_timeout,
            };
            let since = self.started + Duration::from_micros(self.since.load(Ordering::Relaxed));
            let deadline = since.checked_add(allowed);
            // The timer may ring too early but never too late, so that a request seldom moves it.
            if let Some(deadline) = deadline
                && deadline < limit.deadline()
            {
                limit.as_mut().reset(deadline);
            }
            std::task::ready!(limit.as_mut().poll(cx));
            match deadline {
                Some(deadline) if deadline <= now() => return Poll::Ready(()),
                Some(deadline) => limit.as_mut().reset(deadline),
                None => limit.as_mut().reset(now() + limits.idle_timeout),
            }
        }
    }
}

/// A timer that rings after this long; nothing waits for it but the connection's limits.
#[expect(clippy::disallowed_methods, reason = "limits of connections go by the real time")]
pub(super) fn alarm(after: Duration) -> Sleep {
    tokio::time::sleep(after)
}

#[expect(clippy::disallowed_methods, reason = "limits of connections go by the real time")]
fn now() -> Instant {
    Instant::now()
}

/// The application, with [`Progress`] told of each request.
struct Tracked<S> {
    app: S,
    is_secure: bool,
    /// The server's own end of the connection.
    here: Option<SocketAddr>,
    progress: Arc<Progress>,
}

impl<S: App> hyper::service::Service<http::Request<Incoming>> for Tracked<S> {
    type Response = Response<S::Body>;
    type Error = std::convert::Infallible;
    type Future = Answering<S::Future>;

    fn call(&self, request: http::Request<Incoming>) -> Self::Future {
        self.progress.enter(BUSY);
        let unread = !request.body().is_end_stream();
        self.progress.unread.store(unread, Ordering::Relaxed);
        let progress = Arc::clone(&self.progress);
        let mut request: Request = request.map(|body| {
            if unread {
                axum::body::Body::new(Reading { body, progress })
            } else {
                axum::body::Body::empty()
            }
        });
        door::complete(&mut request, self.is_secure, self.here);
        // Axum's services are always ready.
        let answer = Box::pin(self.app.clone().call(request));
        Answering {
            answer,
            progress: Arc::clone(&self.progress),
            held: None,
        }
    }
}

/// A request's body, with [`Progress`] told of its end.
struct Reading {
    body: Incoming,
    progress: Arc<Progress>,
}

impl Body for Reading {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        let frame = std::task::ready!(Pin::new(&mut self.body).poll_frame(cx));
        if frame.is_none() || self.body.is_end_stream() {
            self.progress.unread.store(false, Ordering::Relaxed);
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// An answer that is held back, until a timer rings or its fault is gone, where there are these.
struct Held<A> {
    answer: A,
    limit: Option<Pin<Box<Sleep>>>,
    end: Option<Disarmed>,
}

/// The answer to one request, on its way.
struct Answering<F: Future> {
    answer: Pin<Box<F>>,
    progress: Arc<Progress>,
    /// The answer that a fault holds back.
    held: Option<Held<F::Output>>,
}

// Nothing in it is pinned in place: the answer has a box of its own.
impl<F: Future> Unpin for Answering<F> {}

impl<F: Future> Answering<F> {
    /// The answer that was held back, once its time is over; nothing of it is sent then.
    fn poll_held(&mut self, cx: &mut Context<'_>) -> Poll<F::Output> {
        let is_over = self.held.as_mut().is_some_and(|held| {
            let rings = held
                .limit
                .as_mut()
                .is_some_and(|limit| limit.as_mut().poll(cx).is_ready());
            rings || held.end.as_ref().is_some_and(|end| end.poll(cx).is_ready())
        });
        if is_over && let Some(held) = self.held.take() {
            self.progress.broken.store(CLOSED, Ordering::Relaxed);
            return Poll::Ready(held.answer);
        }
        Poll::Pending
    }
}

impl<F, B, E> Future for Answering<F>
where
    F: Future<Output = Result<Response<B>, E>>,
{
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        if self.held.is_some() {
            return self.poll_held(cx);
        }
        let Poll::Ready(mut answer) = self.answer.as_mut().poll(cx) else {
            if is_delayed() {
                self.progress.broken.store(HELD, Ordering::Relaxed);
            }
            return Poll::Pending;
        };
        if self.progress.is_held() {
            // It was delayed, and now it goes on.
            self.progress.broken.store(WHOLE, Ordering::Relaxed);
        }
        let breakage = answer.as_mut().ok().and_then(|answer| answer.extensions_mut().remove());
        match breakage {
            None => {}
            Some(Breakage::Reset) => self.progress.broken.store(RESET, Ordering::Relaxed),
            Some(Breakage::Close) => self.progress.broken.store(CLOSED, Ordering::Relaxed),
            Some(Breakage::Hold(limit, end)) => {
                let limit = limit.map(|limit| Box::pin(alarm(limit)));
                self.held = Some(Held { answer, limit, end });
                self.progress.broken.store(HELD, Ordering::Relaxed);
                return self.poll_held(cx);
            }
        }
        if let Ok(answer) = &mut answer
            && self.progress.lingers()
        {
            // The rest of the body is still to come, and nobody will read it as a body.
            let close = HeaderValue::from_static("close");
            answer.headers_mut().insert(CONNECTION, close);
        }
        self.progress.enter(ANSWERED);
        Poll::Ready(answer)
    }
}
