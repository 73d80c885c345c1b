//! Counters of what a server was asked, without a lock and without a label that grows.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use crate::api::{IDENTITY, OPERATIONS};

/// The statuses that are told apart; 0 is a connection that was broken, and the last one is any that is not listed.
pub(crate) const STATUSES: [u16; 21] = [
    0, 200, 202, 204, 400, 401, 403, 404, 405, 406, 407, 408, 409, 413, 429, 500, 501, 502, 503, 504, OTHER,
];

/// Stands for a status that no documentation lists; a fault can ask for it.
pub(crate) const OTHER: u16 = u16::MAX;

/// The upper bounds of the latency histogram, in microseconds.
pub(crate) const BOUNDS: [u64; 12] = [
    50, 100, 250, 500, 1000, 2500, 5000, 10_000, 50_000, 250_000, 1_000_000, 10_000_000,
];

/// The counters.
pub(crate) struct Metrics {
    /// By operation, the last one for requests that none was found for, and by status.
    requests: Vec<[AtomicU64; STATUSES.len()]>,
    /// By bound, the last one for what took longer.
    latency: [AtomicU64; BOUNDS.len() + 1],
    micros: AtomicU64,
    faults: AtomicU64,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        Self {
            requests: OPERATIONS
                .iter()
                .chain(IDENTITY)
                .map(|_| Default::default())
                .chain([Default::default()])
                .collect(),
            latency: Default::default(),
            micros: AtomicU64::new(0),
            faults: AtomicU64::new(0),
        }
    }

    /// Counts one request.
    pub(crate) fn count(&self, operation: Option<usize>, status: u16, took: Duration) {
        let row = operation.unwrap_or(self.requests.len() - 1);
        let column = STATUSES
            .iter()
            .position(|known| *known == status)
            .unwrap_or(STATUSES.len() - 1);
        self.requests[row][column].fetch_add(1, Ordering::Relaxed);
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let bucket = BOUNDS.iter().position(|bound| micros <= *bound).unwrap_or(BOUNDS.len());
        self.latency[bucket].fetch_add(1, Ordering::Relaxed);
        self.micros.fetch_add(micros, Ordering::Relaxed);
    }

    /// Counts a fault that met a request.
    pub(crate) fn count_fault(&self) {
        self.faults.fetch_add(1, Ordering::Relaxed);
    }

    /// How many faults met a request.
    pub(crate) fn faults(&self) -> u64 {
        self.faults.load(Ordering::Relaxed)
    }

    /// How often each operation was answered with each status; an operation's name is missing for requests without one.
    pub(crate) fn requests(&self) -> impl Iterator<Item = (Option<&'static str>, u16, u64)> {
        self.requests.iter().enumerate().flat_map(|(row, columns)| {
            let name = OPERATIONS
                .iter()
                .chain(IDENTITY)
                .nth(row)
                .map(|operation| operation.name);
            let numbers = STATUSES.iter().zip(columns);
            numbers.map(move |(status, number)| (name, *status, number.load(Ordering::Relaxed)))
        })
    }

    /// How many requests took no longer than each bound, then all of them, and the sum of their microseconds.
    pub(crate) fn latency(&self) -> (Vec<u64>, u64, u64) {
        let mut sum = 0;
        let mut upto: Vec<_> = self
            .latency
            .iter()
            .map(|bucket| {
                sum += bucket.load(Ordering::Relaxed);
                sum
            })
            .collect();
        let all = upto.pop().unwrap_or(0);
        (upto, all, self.micros.load(Ordering::Relaxed))
    }
}
