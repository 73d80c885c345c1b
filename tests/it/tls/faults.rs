//! Faults that break a connection break a secured one in the same way.

use std::io::{ErrorKind, Read, Write};

use sdrs_mock::store::faults::{Effect, Fault};

use super::{Client, client, exchange, own};
use crate::support::wire::{naming, put};
use crate::support::{PROJECT, World, sample};

/// A secured server with this fault, and a client that has sent the request it is for.
fn broken(effect: Effect) -> (World, Client) {
    let world = own();
    let fault = Fault::new(effect).on("UpdateDisasterRecoveryDrillName");
    world
        .server
        .control()
        .project(PROJECT)
        .arm(&fault)
        .expect("a sound fault");
    let mut client = client(&world);
    client
        .write_all(put(&sample(), &naming("x")).as_bytes())
        .expect("the server reads");
    (world, client)
}

#[test]
fn a_reset_is_a_reset() {
    let (_world, mut client) = broken(Effect::Reset {});
    let read = client.read(&mut [0; 64]).map_err(|error| error.kind());
    assert_eq!(read, Err(ErrorKind::ConnectionReset));
}

#[test]
fn empty_says_goodbye_and_nothing_else() {
    let (_world, mut client) = broken(Effect::Empty {});
    assert_eq!(exchange(&mut client, ""), "");
}

#[test]
fn a_truncated_answer_promises_more_than_comes_before_the_goodbye() {
    let (_world, mut client) = broken(Effect::Truncate { bytes: 10 });
    let text = exchange(&mut client, "");
    let (head, body) = text.split_once("\r\n\r\n").expect("a whole head");
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    assert!(!head.contains("\r\nContent-Length: 10\r\n"), "{head}");
    assert_eq!(body.len(), 10);
}

#[test]
fn a_server_notices_that_a_client_whose_answer_is_held_says_goodbye() {
    let (_world, mut client) = broken(Effect::Timeout {});
    client.conn.send_close_notify();
    client.conn.complete_io(&mut client.sock).expect("the server reads");
    // The writing half of the socket stays open: only the goodbye tells it.
    let mut rest = Vec::new();
    client.sock.read_to_end(&mut rest).expect("the server closes");
}
