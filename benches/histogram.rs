//! A histogram of latencies with logarithmic buckets, as `HdrHistogram` has them: small, exact to 0.4 %, never full.

use std::time::Duration;

/// Each power of two of nanoseconds is cut into 2⁷ buckets, so a bucket is at most 1/128 of its value wide.
const BITS: u32 = 7;

/// How often each latency was seen, and how often any.
pub(crate) struct Histogram {
    /// One counter a bucket, in the order of the values.
    counts: Vec<u64>,
    /// The sum of all counters.
    total: u64,
}

impl Histogram {
    /// Nothing seen yet; room for every value a `u64` of nanoseconds can hold.
    pub(crate) fn new() -> Self {
        Self {
            counts: vec![0; bucket(u64::MAX) + 1],
            total: 0,
        }
    }

    /// Counts one latency.
    pub(crate) fn record(&mut self, latency: Duration) {
        let nanos = u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX);
        self.counts[bucket(nanos)] += 1;
        self.total += 1;
    }

    /// How many latencies were counted.
    pub(crate) fn total(&self) -> u64 {
        self.total
    }

    /// The latency in microseconds that `per_mille` of all stayed at or below: the middle of its bucket.
    ///
    /// 0 if nothing was counted.
    pub(crate) fn quantile(&self, per_mille: u64) -> f64 {
        let rank = (self.total * per_mille).div_ceil(1000);
        let mut seen = 0;
        let reached = self.counts.iter().position(|count| {
            seen += count;
            seen >= rank && *count > 0
        });
        reached.map_or(0.0, |index| micros(lowest(index).midpoint(lowest(index + 1))))
    }
}

/// Nanoseconds as microseconds with one decimal: finer than a bucket from 13 µs on, and than the clock before.
fn micros(nanos: u64) -> f64 {
    let tenths = u32::try_from(nanos / 100).unwrap_or(u32::MAX);
    f64::from(tenths) / 10.0
}

/// Which bucket a value falls into: its power of two, then its next seven bits.
fn bucket(nanos: u64) -> usize {
    let shift = (u64::BITS - BITS - 1).saturating_sub(nanos.leading_zeros());
    ((shift as usize) << BITS) + usize::try_from(nanos >> shift).expect("fewer than nine bits are left")
}

/// The lowest value of a bucket: what [`bucket`] does, backwards.
fn lowest(index: usize) -> u64 {
    let shift = (index >> BITS).saturating_sub(1);
    ((index - (shift << BITS)) as u64) << shift
}
