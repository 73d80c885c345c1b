//! Where TLS is spoken, who gets in, and what the rest of the server knows of it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use sdrs_mock::Config;
use sdrs_mock::config::{OwnTls, Span};
use serde_json::Value;

use super::{Trust, authority, client, drills, exchange, last, own};
use crate::support::process::Process;
use crate::support::wire::{PATIENCE, Wire, get};
use crate::support::{Answer, World, below_project, read_all};

/// A server that speaks with and without TLS.
fn both() -> World {
    World::with(Config {
        tls: Some(OwnTls::SelfSigned),
        tls_listen: Some("127.0.0.1:0".parse().expect("an address")),
        ..Config::test()
    })
}

fn listeners(world: &World) -> Vec<String> {
    let (_, info) = world.server.control().call("GET", "/_mock/info", "");
    let info: Value = serde_json::from_str(&info).expect("info is JSON");
    let listeners = info["listeners"].as_array().expect("a list").iter();
    listeners.filter_map(Value::as_str).map(ToOwned::to_owned).collect()
}

#[test]
fn plain_and_secured_connections_meet_the_same_worlds() {
    let world = both();
    let listeners = listeners(&world);
    assert_eq!(listeners.len(), 2);
    assert_eq!(listeners[0], world.server.url());
    assert!(
        listeners[0].starts_with("http://") && listeners[1].starts_with("https://"),
        "{listeners:?}"
    );
    world.rename_with(crate::support::naming(r#""both""#)).is_named("both");
    let address = listeners[1].trim_start_matches("https://").parse().expect("an address");
    let mut client = Trust::in_this(&authority(&world.server))
        .connect(address, "localhost")
        .expect("they agree");
    let listed = drills(&mut client);
    assert!(listed.body.contains(r#""name":"both""#), "{}", listed.body);
}

#[test]
fn links_begin_as_the_request_did() {
    let asked = |request: &str| {
        let answer = Answer::read(&exchange(&mut client(&own()), request));
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()["versions"][0]["links"][0]["href"]
            .as_str()
            .expect("a link")
            .to_owned()
    };
    let request = last("/", "");
    assert_eq!(asked(&request), "https://localhost/v1");
    assert_eq!(
        asked(&request.replace("localhost", "mock.test:7705")),
        "https://mock.test:7705/v1"
    );
    assert_eq!(
        asked(&request.replace("GET /", "GET http://other.test/")),
        "https://other.test/v1"
    );
    let here = asked(&request.replace("Host: localhost\r\n", ""));
    assert!(
        here.starts_with("https://127.0.0.1:") && here.ends_with("/v1"),
        "{here}"
    );
}

#[test]
fn who_speaks_no_tls_or_another_protocol_is_shut_out_and_hurts_nobody() {
    let world = own();
    for bytes in [
        &get("/_mock/health").into_bytes()[..],
        &[0x16, 3, 1, 0, 2, 1, 2],
        &[0; 4096],
    ] {
        let mut socket = world.socket();
        socket.write_all(bytes).expect("the server reads");
        let mut answer = Vec::new();
        // However the server closes.
        let _ = socket.read_to_end(&mut answer);
        assert!(!answer.starts_with(b"HTTP"), "{answer:?}");
    }
    drop(TcpStream::connect(world.server.address()));
    assert_eq!(drills(&mut client(&world)).status, 200);
}

#[test]
fn a_handshake_has_the_time_that_a_head_has() {
    let world = World::with(Config {
        tls: Some(OwnTls::SelfSigned),
        header_timeout: Span(Duration::from_millis(50)),
        ..Config::test()
    });
    for bytes in [&b""[..], &[0x16, 3, 1]] {
        let mut socket = world.socket();
        socket.write_all(bytes).expect("the server reads");
        assert_eq!(read_all(&mut socket), "");
    }
}

#[test]
fn a_server_that_stops_waits_for_no_handshake_and_no_idle_connection() {
    let world = own();
    let half = world.socket();
    let mut idle = client(&world);
    idle.write_all(get(&below_project("/sdrs/quotas")).as_bytes())
        .expect("the server reads");
    assert!(idle.read(&mut [0; 16]).is_ok_and(|read| read > 0));
    let (stopped, stopping) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        drop(world);
        stopped.send(())
    });
    assert_eq!(stopping.recv_timeout(PATIENCE), Ok(()));
    drop((half, idle));
}

#[test]
fn the_health_check_goes_through_tls_without_asking_who_answers() {
    for more in [&[][..], &["--tls-listen", "127.0.0.1:0"]] {
        let arguments = [&["--tls", "self-signed"], more].concat();
        let server = Process::start(&[&["--listen", "127.0.0.1:0"][..], &arguments].concat(), &[]);
        server.line();
        let ready = server.line();
        let scheme = if more.is_empty() { "https" } else { "http" };
        let place = ready
            .split(' ')
            .find_map(|word| word.strip_prefix(&format!("{scheme}://")));
        let place = place.unwrap_or_else(|| panic!("{ready}"));
        let check = [&["healthcheck", "--listen", place][..], &arguments].concat();
        let ended = Process::run(&check, &[]);
        assert_eq!((ended.code, &*ended.stderr), (Some(0), ""));
        server.signal("TERM");
        assert_eq!(server.end().code, Some(0));
        assert_eq!(Process::run(&check, &[]).code, Some(1));
    }
}

#[test]
fn a_page_without_tls_may_not_control_a_server_with_it() {
    let asked = |world: &World, origin: &str| {
        let request = last("/_mock/info", &format!("Origin: {origin}\r\n"));
        Answer::read(&exchange(&mut client(world), &request)).status
    };
    let world = own();
    assert_eq!(asked(&world, "https://localhost"), 200);
    assert_eq!(asked(&world, "http://localhost"), 403);
    assert_eq!(asked(&world, "https://example.org"), 403);
    // In front of a plain server something else may speak TLS.
    let plain = World::new();
    for origin in ["https://localhost", "http://localhost"] {
        let answer = plain.ask("GET", "/_mock/info", &[&format!("Origin: {origin}")], "");
        assert_eq!(answer.status, 200, "{origin}");
    }
}

#[test]
fn a_connection_lasts_for_many_requests_and_large_ones() {
    let world = own();
    let mut client = client(&world);
    let body = format!(r#"{{"disaster_recovery_drill":{{"name":"{}"}}}}"#, "x".repeat(1 << 20));
    for _ in 0..3 {
        let head = format!(
            "PUT {} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n",
            crate::support::sample()
        );
        client
            .write_all(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes())
            .expect("it reads");
        let mut answer = [0; 12];
        client.read_exact(&mut answer).expect("the server answers");
        assert_eq!(&answer, b"HTTP/1.1 400");
        let mut rest = vec![0; 1 << 14];
        while !String::from_utf8_lossy(&rest).contains("SDRS.0202") {
            let read = client.read(&mut rest).expect("the rest comes");
            assert_ne!(read, 0);
        }
    }
    assert_eq!(drills(&mut client).status, 200);
    drop(Wire::to(world.server.address()));
}
