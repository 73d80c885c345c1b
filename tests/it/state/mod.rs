//! State that outlives the server: read at the start, saved while it serves and at the end.

mod crashes;
mod full;
mod going_on;
mod refused;

use std::net::SocketAddr;

use serde_json::Value;

use crate::support::wire::{Wire, get};

/// How often a test asks before it gives up: enough for a minute of a slow machine.
const ATTEMPTS: usize = 100_000;

/// What `info` tells of the state file.
fn told(wire: &mut Wire) -> Value {
    let info: Value = serde_json::from_str(&wire.ask(get("/_mock/info")).body).expect("info is JSON");
    info["state"].clone()
}

/// Asks until `info` tells this of the state file.
#[track_caller]
fn until(address: SocketAddr, is_so: impl Fn(&Value) -> bool) -> Value {
    let mut wire = Wire::to(address);
    let mut last = Value::Null;
    for _ in 0..ATTEMPTS {
        last = told(&mut wire);
        if is_so(&last) {
            return last;
        }
    }
    panic!("it never came to that: {last}");
}
