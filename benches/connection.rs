//! One server under load: its connections, and what they count together.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::exchange::{Answer, exchange, vary};
use crate::histogram::Histogram;
use crate::{Fallible, now};

/// How long a server may take for one slice beyond its end before the run is given up.
const PATIENCE: Duration = Duration::from_mins(5);

/// When the connections stop.
#[derive(Clone, Copy)]
pub(crate) enum End {
    /// At this moment; an answer that comes later is awaited but not counted.
    At(Instant),
    /// When this many requests were sent.
    After(u64),
}

/// A server and the connections to it, which stay open from one slice to the next.
pub(crate) struct Server {
    /// Which of the servers it is, in the order of the command line.
    pub(crate) place: usize,
    /// How long its requests were counted for, all slices together.
    pub(crate) counted_for: Duration,
    /// What its connections count together.
    pub(crate) tally: Arc<Mutex<Tally>>,
    /// The connections that are still without a fault.
    connections: Vec<Connection>,
}

/// What the connections to one server count together.
pub(crate) struct Tally {
    /// Latencies of the requests counted.
    pub(crate) latencies: Histogram,
    /// What the first answer weighed; every other one has to weigh the same.
    pub(crate) answer: Option<Answer>,
    /// What went wrong, a connection ending with its first fault.
    pub(crate) faults: Vec<String>,
    /// Requests sent, counted or not.
    sent: u64,
}

/// A connection with all that its next request needs.
struct Connection {
    /// The socket.
    stream: TcpStream,
    /// The request, ready to be written.
    request: Vec<u8>,
    /// Whether each request has a name of its own.
    names: bool,
    /// Room for an answer.
    buffer: Vec<u8>,
}

impl Server {
    /// Opens all connections, so that no slice pays for one.
    pub(crate) async fn connect(
        place: usize,
        address: SocketAddr,
        request: &[u8],
        count: usize,
        names: bool,
    ) -> Fallible<Self> {
        let mut connections = Vec::with_capacity(count);
        for _ in 0..count {
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            connections.push(Connection {
                stream,
                request: request.to_vec(),
                names,
                buffer: vec![0; 4096],
            });
        }
        let tally = Tally {
            latencies: Histogram::new(),
            answer: None,
            faults: vec![],
            sent: 0,
        };
        Ok(Self {
            place,
            counted_for: Duration::ZERO,
            tally: Arc::new(Mutex::new(tally)),
            connections,
        })
    }

    /// Loads the server until the end, and waits for the last answer.
    pub(crate) async fn slice(&mut self, end: End, counted: bool) -> Fallible<()> {
        let begun = now();
        let mut running = JoinSet::new();
        for connection in self.connections.drain(..) {
            running.spawn(connection.run(end, counted, Arc::clone(&self.tally)));
        }
        let left = tokio::time::timeout(PATIENCE, running.join_all()).await?;
        self.connections.extend(left.into_iter().flatten());
        if counted {
            self.counted_for += match end {
                End::At(until) => until - begun,
                End::After(_) => begun.elapsed(),
            };
        }
        Ok(())
    }
}

impl Connection {
    /// Sends and counts until the end; a connection with a fault does not come back.
    async fn run(mut self, end: End, counted: bool, tally: Arc<Mutex<Tally>>) -> Option<Self> {
        match self.requests(end, counted, &tally).await {
            Ok(()) => Some(self),
            Err(fault) => {
                tally.lock().faults.push(fault.to_string());
                None
            }
        }
    }

    /// One request after the other; each begins where the one before ended, for nothing waits in between.
    async fn requests(&mut self, end: End, counted: bool, tally: &Mutex<Tally>) -> Fallible<()> {
        let mut sent_at = now();
        loop {
            let Some(number) = tally.lock().next(end) else {
                return Ok(());
            };
            if self.names {
                vary(&mut self.request, number);
            }
            let answer = exchange(&mut self.stream, &self.request, &mut self.buffer).await?;
            let answered_at = now();
            if matches!(end, End::At(until) if answered_at >= until) {
                return Ok(());
            }
            tally.lock().note(answer, counted.then(|| answered_at - sent_at))?;
            sent_at = answered_at;
        }
    }
}

impl Tally {
    /// The number of the next request, unless there is none.
    fn next(&mut self, end: End) -> Option<u64> {
        if matches!(end, End::After(limit) if self.sent >= limit) {
            return None;
        }
        self.sent += 1;
        Some(self.sent)
    }

    /// Checks an answer against the first one, and counts its latency if it has one to count.
    fn note(&mut self, answer: Answer, latency: Option<Duration>) -> Fallible<()> {
        let first = *self.answer.get_or_insert(answer);
        if first != answer {
            return Err(format!("an answer of {answer:?} came after one of {first:?}").into());
        }
        if let Some(latency) = latency {
            self.latencies.record(latency);
        }
        Ok(())
    }
}
