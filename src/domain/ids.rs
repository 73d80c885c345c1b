//! The counters that IDs derive from: nothing in a world is random, so two runs with one seed are alike.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A sequence of IDs that depends on nothing but where it started and how many were drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ids {
    #[serde(with = "hex")]
    base: u64,
    drawn: u64,
    /// How many requests were numbered. Whoever numbers them without a lock keeps count elsewhere meanwhile.
    #[serde(default)]
    pub requests: u64,
    /// How many rules and faults were named.
    #[serde(default)]
    named: u64,
}

/// Sixteen hex digits: readers of JSON that know only floating-point numbers would lose some of 64 bits.
mod hex {
    use serde::de::{Deserialize, Deserializer, Error, Unexpected};
    use serde::ser::Serializer;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature that serde calls")]
    pub(super) fn serialize<S: Serializer>(number: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{number:016x}"))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digits = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let number = digits.then(|| u64::from_str_radix(&text, 16).ok()).flatten();
        number.ok_or_else(|| D::Error::invalid_value(Unexpected::Str(&text), &"16 hex digits"))
    }
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
            requests: 0,
            named: 0,
        }
    }

    /// The same sequence from its start.
    #[must_use]
    pub fn restarted(&self) -> Self {
        Self {
            base: self.base,
            drawn: 0,
            requests: 0,
            named: 0,
        }
    }

    /// The next ID, shaped as a version-4 UUID.
    pub fn draw(&mut self) -> Uuid {
        self.drawn += 1;
        nth(self.base, self.drawn)
    }

    /// A name that tells one setting of a tester from another; it takes no ID from the sequence.
    pub fn name(&mut self, kind: &str) -> String {
        self.named += 1;
        format!("{kind}-{}", self.named)
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

/// Every byte as two hex digits: an answer holds half a dozen IDs, and one look-up a byte is what they cost.
const HEX: [[u8; 2]; 256] = {
    let digits = b"0123456789abcdef";
    let mut table = [[0; 2]; 256];
    let mut byte = 0;
    while byte < 256 {
        table[byte] = [digits[byte >> 4], digits[byte & 15]];
        byte += 1;
    }
    table
};

/// An ID as 32 hex digits.
pub fn simple(id: Uuid) -> [u8; 32] {
    let mut text = [0; 32];
    for (place, byte) in id.into_bytes().into_iter().enumerate() {
        [text[2 * place], text[2 * place + 1]] = HEX[usize::from(byte)];
    }
    text
}

/// An ID in the hyphenated form, with lower-case digits.
pub fn hyphenated(id: Uuid) -> [u8; 36] {
    const PLACES: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
    let mut text = [b'-'; 36];
    let bytes = id.into_bytes();
    for n in 0..16 {
        [text[PLACES[n]], text[PLACES[n] + 1]] = HEX[usize::from(bytes[n])];
    }
    text
}

/// The n-th number from 0 to below 1 of the sequence with this seed.
#[expect(
    clippy::cast_precision_loss,
    reason = "53 bits are what a floating-point number holds"
)]
pub fn chance(seed: u64, n: u64) -> f64 {
    let (bits, _) = nth(mix(seed), n).as_u64_pair();
    // The bits that make a UUID a version 4 are not random; they lie below the upper 48.
    (bits >> 16) as f64 / (1_u64 << 48) as f64
}

/// A short number that tells texts apart, and does not tell the text.
pub fn fingerprint(text: &str) -> u32 {
    let (bits, _) = Ids::of_project(0, text).draw().as_u64_pair();
    (bits >> 32) as u32
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
