//! Listeners, connections and the way of a request; [`run`] is the serving loop by itself.

pub(crate) mod body;
mod connection;
mod door;
mod endpoint;
mod faulty;
mod front;
mod met;
mod router;
mod routes;
mod socket;
mod stream;

use std::convert::Infallible;
use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::Request;
use axum::response::Response;
use bytes::Bytes;
use hyper::body::Body;
use tokio::net::{TcpListener, TcpSocket};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::Service;

pub(crate) use self::door::{Door, scheme};
pub(crate) use self::front::front;

/// Tokio's own backlog of 128 makes ten thousand clients that come at once wait for half a minute.
const BACKLOG: u32 = 4096;

/// How long a handler that is in the midst of something is waited for when its connection is cut.
const CUT_PAUSE: Duration = Duration::from_secs(5);

/// How long to wait before accepting again when the machine has no descriptor left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// How long a connection may take over what.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// For the head of a request, from its first byte.
    pub header_timeout: Duration,
    /// Between two requests, and for an answer that the client does not read.
    pub idle_timeout: Duration,
    /// For what is under way when the server is told to stop.
    pub shutdown_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(30),
            idle_timeout: Duration::from_mins(10),
            shutdown_timeout: Duration::from_secs(10),
        }
    }
}

/// A listening socket at this address.
pub fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() {
        TcpSocket::new_v4()
    } else {
        TcpSocket::new_v6()
    }?;
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// What requests are answered by: a tower service that is cheap to clone and never fails.
pub trait App:
    Service<Request, Response = Response<Self::Body>, Error = Infallible, Future: Send> + Clone + Send + 'static
{
    /// The body of its answers.
    type Body: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static;
}

impl<S, B> App for S
where
    S: Service<Request, Response = Response<B>, Error = Infallible, Future: Send> + Clone + Send + 'static,
    B: Body<Data = Bytes, Error: Into<Box<dyn Error + Send + Sync>>> + Send + 'static,
{
    type Body = B;
}

/// How far a server has come, as its connections are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    /// Requests are taken.
    Serving,
    /// What is under way may finish.
    Ending,
    /// Nothing is answered any more.
    Over,
}

/// Serves the listeners until `shutdown` ends, then lets what is under way finish.
///
/// Idle connections and half-sent heads are cut at once then; everything else has [`Limits::shutdown_timeout`], and is cut
/// after it. When this returns nothing is answered any more, so that what is saved then is all that was answered.
pub async fn run(listeners: Vec<TcpListener>, app: impl App, limits: Limits, shutdown: impl Future<Output = ()>) {
    let doors = listeners.into_iter().map(|listener| Door::new(listener, None));
    run_doors(doors.collect(), app, limits, shutdown).await;
}

/// The same where TLS is spoken at some of them.
pub(crate) async fn run_doors(doors: Vec<Door>, app: impl App, limits: Limits, shutdown: impl Future<Output = ()>) {
    let (stop, stopping) = watch::channel(Stage::Serving);
    let mut accepting = JoinSet::new();
    for door in doors {
        accepting.spawn(accept(door, app.clone(), limits, stopping.clone()));
    }
    drop((app, stopping));
    shutdown.await;
    accepting.shutdown().await;
    stop.send_replace(Stage::Ending);
    // Every connection holds a receiver, so the channel closes with the last of them.
    if tokio::time::timeout(limits.shutdown_timeout, stop.closed())
        .await
        .is_err()
    {
        stop.send_replace(Stage::Over);
        if tokio::time::timeout(CUT_PAUSE, stop.closed()).await.is_err() {
            tracing::warn!("a request is still being carried out; the server ends all the same");
        }
    }
}

/// Takes connections for as long as it is not dropped, and serves each in a task of its own.
#[expect(
    clippy::disallowed_methods,
    reason = "a connection is a task; it changes nothing by itself"
)]
async fn accept(door: Door, app: impl App, limits: Limits, stopping: watch::Receiver<Stage>) {
    loop {
        match door.listener.accept().await {
            Ok((stream, _)) => {
                // Fails only on a socket that the client has closed already.
                let _ = stream.set_nodelay(true);
                let entry = door.entry.clone();
                tokio::spawn(connection::serve(stream, entry, app.clone(), limits, stopping.clone()));
            }
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}
