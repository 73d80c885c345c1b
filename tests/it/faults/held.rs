//! Answers that are held back, slow or late: how long, and what ends it.

use std::io::{ErrorKind, Read};
use std::net::{Shutdown, TcpStream};
use std::sync::mpsc;
use std::time::Duration;

use sdrs_mock::Config;
use sdrs_mock::config::Span;
use serde_json::{Value, json};

use super::{RENAME, arm, arm_rename, call, is_renamed, listed, rename, renaming, until, until_met};
use crate::support::wire::{PATIENCE, Wire, naming, put};
use crate::support::{PROJECT, World, read_all, sample};

/// A world that waits for what is under way for longer than any test does.
fn patient() -> World {
    World::with(Config {
        shutdown_timeout: Span(Duration::from_mins(10)),
        ..Config::test()
    })
}

/// A world that waits for nothing when it stops.
fn hasty() -> World {
    World::with(Config {
        shutdown_timeout: Span(Duration::from_millis(1)),
        ..Config::test()
    })
}

/// The n-th rename that a fault holds back by now.
fn held(world: &World, n: usize) -> TcpStream {
    arm_rename(world, &json!({"kind": "timeout"}));
    let socket = renaming(world);
    until_met(world, n);
    socket
}

/// A rename that meets a timeout, which is armed only once.
fn renaming_held(world: &World) -> TcpStream {
    if listed(world).is_empty() {
        arm_rename(world, &json!({"kind": "timeout"}));
    }
    renaming(world)
}

/// Asserts that nothing has come, and that the connection is open.
#[track_caller]
fn is_silent(socket: &mut TcpStream) {
    socket.set_nonblocking(true).expect("a socket can be told");
    let read = socket.read(&mut [0; 64]).map_err(|error| error.kind());
    assert_eq!(read, Err(ErrorKind::WouldBlock));
    socket.set_nonblocking(false).expect("a socket can be told");
}

/// Stops the server, which must not wait for anything.
#[track_caller]
fn stops_at_once(world: World) {
    let (stopped, stopping) = mpsc::channel();
    std::thread::spawn(move || {
        drop(world);
        stopped.send(())
    });
    assert_eq!(stopping.recv_timeout(PATIENCE), Ok(()));
}

#[test]
fn a_timeout_stalls_while_other_connections_are_served() {
    let world = World::new();
    let mut socket = held(&world, 1);
    for _ in 0..20 {
        assert!(!is_renamed(&world));
    }
    is_silent(&mut socket);
}

#[test]
fn a_timeout_ends_with_the_time_of_the_fault() {
    let world = patient();
    let fault = json!({"match": {"operation": RENAME}, "effect": {"kind": "timeout"}, "ttl": "30ms"});
    arm(&world, &fault);
    assert_eq!(read_all(&mut renaming(&world)), "");
    assert!(!is_renamed(&world));
}

#[test]
fn a_timeout_ends_with_its_fault_however_that_goes() {
    let of_own = format!("?project={PROJECT}");
    let effect = json!({"kind": "timeout"});
    for (method, path, body) in [
        ("DELETE", "faults/fault-1".to_owned(), Value::Null),
        ("DELETE", format!("faults{of_own}"), Value::Null),
        (
            "PUT",
            format!("faults{of_own}"),
            json!([{"match": {"operation": RENAME}, "effect": effect}]),
        ),
        ("POST", format!("reset{of_own}&scope=faults"), Value::Null),
        ("PUT", format!("projects/{PROJECT}"), json!({})),
    ] {
        let world = patient();
        let mut sockets = [renaming_held(&world), renaming_held(&world)];
        until_met(&world, 2);
        // A copy of the fault elsewhere, or a look at it, holds nothing.
        call(&world, "POST", &format!("snapshots{of_own}"), &json!({}));
        listed(&world);
        is_silent(&mut sockets[0]);
        let answer = call(&world, method, &path, &body);
        assert_eq!(answer.status, 200, "{method} {path}: {}", answer.body);
        for socket in &mut sockets {
            assert_eq!(read_all(socket), "", "{method} {path}");
        }
        assert!(!is_renamed(&world), "{method} {path}");
    }
}

#[test]
fn a_timeout_of_all_projects_ends_with_its_fault_too() {
    let world = patient();
    let fault = json!({"match": {"operation": RENAME}, "effect": {"kind": "timeout"}});
    assert_eq!(call(&world, "POST", "faults?project=*", &fault).status, 200);
    let mut socket = renaming(&world);
    until_met(&world, 1);
    assert_eq!(call(&world, "DELETE", "faults/all-fault-1", &Value::Null).status, 200);
    assert_eq!(read_all(&mut socket), "");
    assert!(!is_renamed(&world));
}

#[test]
fn a_timeout_ends_when_the_server_stops() {
    let world = patient();
    let mut sockets: Vec<_> = (1..=3).map(|n| held(&world, n)).collect();
    stops_at_once(world);
    for socket in &mut sockets {
        assert_eq!(read_all(socket), "");
    }
}

#[test]
fn what_is_held_only_after_the_server_was_told_to_stop_does_not_keep_it() {
    let world = patient();
    let effect = json!({"match": {"operation": RENAME}, "effect": {"kind": "timeout"}, "delay": "300ms"});
    arm(&world, &effect);
    let mut socket = renaming(&world);
    until(&world, || listed(&world)[0]["hits"] == 1);
    stops_at_once(world);
    assert_eq!(read_all(&mut socket), "");
}

#[test]
fn a_client_that_closes_its_writing_half_counts_as_one_that_left() {
    let world = World::new();
    let mut socket = held(&world, 1);
    is_silent(&mut socket);
    socket.shutdown(Shutdown::Write).expect("the socket is open");
    assert_eq!(read_all(&mut socket), "");
    // The same where it closed before it was held.
    let mut socket = renaming(&world);
    socket.shutdown(Shutdown::Write).expect("the socket is open");
    assert_eq!(read_all(&mut socket), "");
    assert!(!is_renamed(&world));
}

/// Whether the server still has its end of a connection, as the machine tells.
#[cfg(target_os = "linux")]
fn is_kept(server: std::net::SocketAddr, client: std::net::SocketAddr) -> bool {
    let ends = format!(" 0100007F:{:04X} 0100007F:{:04X} ", server.port(), client.port());
    let table = std::fs::read_to_string("/proc/net/tcp").expect("the table of connections");
    table.lines().any(|line| line.contains(&ends))
}

#[cfg(target_os = "linux")]
#[test]
fn the_server_notices_that_a_client_has_left() {
    let world = World::new();
    for n in 1..=3 {
        let socket = held(&world, n);
        let (server, client) = (world.server.address(), socket.local_addr().expect("it is connected"));
        assert!(is_kept(server, client));
        drop(socket);
        until(&world, || !is_kept(server, client));
    }
}

#[test]
fn a_slow_body_comes_in_pieces() {
    // Of the pieces the second one never comes in the time of a test, so the first one can be seen alone.
    let world = hasty();
    arm_rename(&world, &json!({"kind": "slow-body", "chunk": 10, "pause": "2h"}));
    let mut socket = renaming(&world);
    let (mut text, mut bytes) = (String::new(), [0; 4096]);
    while text.split_once("\r\n\r\n").is_none_or(|(_, body)| body.len() < 10) {
        let read = socket.read(&mut bytes).expect("a piece comes");
        assert_ne!(read, 0, "the server closed after {text:?}");
        text.push_str(str::from_utf8(&bytes[..read]).expect("ASCII"));
    }
    let (head, body) = text.split_once("\r\n\r\n").expect("a head");
    assert!(head.starts_with("HTTP/1.1 200 "), "{head}");
    assert_eq!(body, r#"{"disaster"#);
    is_silent(&mut socket);
    assert!(is_renamed(&world));
}

#[test]
fn the_pieces_of_a_slow_body_are_the_whole_body() {
    let whole = rename(&World::new());
    for chunk in [1, 7, 100_000] {
        let world = World::new();
        arm_rename(&world, &json!({"kind": "slow-body", "chunk": chunk, "pause": "1ms"}));
        let answer = rename(&world);
        assert_eq!((answer.status, &answer.body), (200, &whole.body), "{chunk}");
        assert_eq!(answer.header("Content-Length"), whole.header("Content-Length"));
    }
}

#[test]
fn a_delay_comes_before_the_answer_and_before_the_work() {
    let world = hasty();
    let fault = json!({"match": {"operation": RENAME}, "delay": "2h"});
    arm(&world, &fault);
    let mut socket = renaming(&world);
    until(&world, || listed(&world)[0]["hits"] == 1);
    is_silent(&mut socket);
    assert!(!is_renamed(&world));
}

#[test]
fn who_leaves_during_a_delay_takes_the_request_along() {
    let world = hasty();
    for leaves_by in [Shutdown::Both, Shutdown::Write] {
        // Looks are delayed as long, so that the next one comes after the time of the rename.
        let id = arm(&world, &json!({"delay": "200ms"}));
        let mut socket = renaming(&world);
        until(&world, || listed(&world)[0]["hits"] == 1);
        socket.shutdown(leaves_by).expect("the socket is open");
        if leaves_by == Shutdown::Write {
            assert_eq!(read_all(&mut socket), "");
        }
        assert!(!is_renamed(&world));
        call(&world, "DELETE", &format!("faults/{id}"), &Value::Null);
    }
}

#[test]
fn a_delay_ends_when_the_server_stops() {
    let world = patient();
    arm(&world, &json!({"match": {"operation": RENAME}, "delay": "2h"}));
    let mut socket = renaming(&world);
    until(&world, || listed(&world)[0]["hits"] == 1);
    stops_at_once(world);
    assert_eq!(read_all(&mut socket), "");
}

#[test]
fn the_connection_serves_on_after_a_delay() {
    let world = World::new();
    arm(&world, &json!({"match": {"operation": RENAME}, "delay": "1ms"}));
    let mut client = Wire::to(world.server.address());
    for _ in 0..3 {
        let answer = client.ask(put(&sample(), &naming("x")));
        assert_eq!(answer.status(), 200);
    }
}

#[test]
fn a_delay_alone_changes_no_answer() {
    for effect in [json!(null), json!({"kind": "none"})] {
        let world = World::new();
        let mut fault = json!({"match": {"operation": RENAME}, "delay": "1ms"});
        if !effect.is_null() {
            fault["effect"] = effect;
        }
        let id = arm(&world, &fault);
        let answer = rename(&world);
        answer.is_named("x");
        assert_eq!(answer.header("X-Mock-Fault"), id);
    }
}
