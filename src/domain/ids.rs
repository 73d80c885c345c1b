//! The counters that IDs derive from: nothing in a world is random, so two runs with one seed are alike.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A sequence of IDs that depends on nothing but where it started and how many were drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ids {
    base: u64,
    drawn: u64,
}

impl Ids {
    /// The sequence of the project of this name in a server with this seed.
    pub fn of_project(seed: u64, project: &str) -> Self {
        // FNV-1a: only meant to tell projects apart; `mix` does the spreading.
        let hash = project.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        Self {
            base: mix(seed ^ mix(hash)),
            drawn: 0,
        }
    }

    /// The next ID, shaped as a version-4 UUID.
    pub fn draw(&mut self) -> Uuid {
        self.drawn += 1;
        nth(self.base, self.drawn)
    }

    /// Where the sequence starts; with a number, [`request_id`] makes an ID of it.
    pub fn base(&self) -> u64 {
        self.base
    }
}

/// The ID of the n-th request that was counted from this base, never equal to a resource's.
pub fn request_id(base: u64, n: u64) -> Uuid {
    // The complement keeps requests out of the sequence that resources draw from.
    nth(!base, n)
}

/// The n-th value of the SplitMix64 sequence that starts at `base`, two of its words at a time.
fn nth(base: u64, n: u64) -> Uuid {
    const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;
    let state = base.wrapping_add(n.wrapping_mul(2).wrapping_mul(GAMMA));
    let bits = u128::from(mix(state)) << 64 | u128::from(mix(state.wrapping_add(GAMMA)));
    uuid::Builder::from_random_bytes(bits.to_be_bytes()).into_uuid()
}

/// SplitMix64's output function.
fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
