//! Connections: header names, limits, half-closed and pipelining clients, request IDs and dates.

use std::future::pending;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::routing::any;
use expect_test::expect;
use sdrs_mock::config::{Size, Span};
use sdrs_mock::serve::{self, Limits};
use sdrs_mock::{Config, Server};

use crate::support::wire::{Wire, get, naming, put};
use crate::support::{DRILL, PROJECT, drill};

fn list() -> String {
    format!("/v1/{PROJECT}/disaster-recovery-drills")
}

fn sample() -> String {
    format!("/v1/{PROJECT}{}", drill(DRILL))
}

fn start(config: Config) -> (Server, Wire) {
    let server = Server::start(config).expect("the server starts");
    let wire = Wire::to(server.address());
    (server, wire)
}

#[test]
fn header_names_leave_in_title_case() {
    let (_server, mut wire) = start(Config::test());
    let answer = wire.ask(format!("DELETE {} HTTP/1.1\r\nHost: localhost\r\n\r\n", list()));
    let mut names: Vec<_> = answer
        .head
        .lines()
        .skip(1)
        .filter_map(|line| Some(line.split_once(": ")?.0))
        .collect();
    names.sort_unstable();
    assert_eq!(
        names,
        ["Allow", "Content-Length", "Content-Type", "Date", "X-Request-Id"]
    );
    assert_eq!(answer.header("Allow"), "GET, POST");
}

#[test]
fn a_slow_head_is_cut_off_while_idle_connections_live_on_until_their_own_limit() {
    let (server, mut used) = start(Config {
        header_timeout: Span(Duration::from_millis(200)),
        idle_timeout: Span(Duration::from_secs(2)),
        ..Config::test()
    });
    let mut fresh = Wire::to(server.address());
    assert_eq!(used.ask(get(&list())).status(), 200);
    let mut slow = Wire::to(server.address());
    slow.send("GET /v1/");
    slow.is_cut();
    // Both have been idle for longer than a head may take.
    assert_eq!(used.ask(get(&list())).status(), 200);
    assert_eq!(fresh.ask(get(&list())).status(), 200);
    used.is_cut();
    fresh.is_cut();
    Wire::to(server.address()).is_cut();
}

#[test]
fn a_second_request_may_be_no_slower_than_the_first() {
    let (_server, mut wire) = start(Config {
        header_timeout: Span(Duration::from_millis(200)),
        ..Config::test()
    });
    assert_eq!(wire.ask(get(&list())).status(), 200);
    wire.send("GET /v1/");
    wire.is_cut();
}

#[test]
fn a_client_that_closed_its_writing_half_is_still_answered() {
    let (_server, mut wire) = start(Config::test());
    wire.send(put(&sample(), &naming("half-closed")));
    wire.close_writing();
    let answer = wire.answer();
    assert_eq!(answer.status(), 200);
    assert!(answer.body.contains(r#""name":"half-closed""#));
    wire.is_cut();
}

#[test]
fn pipelined_requests_are_all_answered_in_their_order() {
    let (_server, mut wire) = start(Config::test());
    let requests: String = (0..50).map(|n| put(&sample(), &naming(&format!("name-{n}")))).collect();
    wire.send(requests + &get("/nowhere") + &get(&sample()));
    for n in 0..50 {
        assert!(wire.answer().body.contains(&format!(r#""name":"name-{n}""#)));
    }
    assert_eq!(wire.answer().status(), 404);
    assert!(wire.answer().body.contains(r#""name":"name-49""#));
}

#[test]
fn a_connection_outlives_an_error_answer() {
    let (_server, mut wire) = start(Config::test());
    for request in [
        get("/nowhere"),
        get(&format!("/v1/{PROJECT}/disaster-recovery-drills/x")),
        put(&sample(), "{"),
        format!(
            "POST {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{{}}",
            list()
        ),
    ] {
        let answer = wire.ask(request);
        assert!(answer.status() >= 400);
        assert_eq!(answer.header("Connection"), "");
        assert_eq!(wire.ask(get(&list())).status(), 200);
    }
}

#[test]
fn a_client_that_goes_on_sending_a_body_over_the_limit_reads_the_whole_answer() {
    let limited = || Config {
        body_limit: Size(1024),
        ..Config::test()
    };
    let megabytes = "x".repeat(4 << 20);
    for (head, body) in [
        (format!("Content-Length: {}", megabytes.len()), megabytes.clone()),
        (
            "Transfer-Encoding: chunked".to_owned(),
            format!("{:x}\r\n{megabytes}\r\n0\r\n\r\n", megabytes.len()),
        ),
    ] {
        let (_server, mut wire) = start(limited());
        wire.send(format!(
            "PUT {} HTTP/1.1\r\nHost: localhost\r\n{head}\r\n\r\n",
            sample()
        ));
        wire.send(body);
        let answer = wire.answer();
        assert_eq!(answer.status(), 413);
        assert_eq!(answer.header("Connection").to_lowercase(), "close");
        assert!(answer.body.contains("--body-limit"), "{}", answer.body);
        wire.close_writing();
        wire.is_cut();
    }
}

#[test]
fn a_client_that_goes_on_sending_a_body_nobody_reads_reads_the_whole_answer() {
    let body = "x".repeat(4 << 20);
    let length = body.len();
    for (target, status) in [
        ("PUT /nowhere HTTP/1.1".to_owned(), 404),
        (format!("PUT {} HTTP/1.1", list()), 405),
        (format!("PUT {} HTTP/1.1\r\nAccept: text/html", sample()), 406),
    ] {
        let (_server, mut wire) = start(Config::test());
        wire.send(format!(
            "{target}\r\nHost: localhost\r\nContent-Length: {length}\r\n\r\n"
        ));
        wire.send(&body);
        let answer = wire.answer();
        assert_eq!(answer.status(), status);
        assert_eq!(answer.header("Connection").to_lowercase(), "close");
        wire.close_writing();
        wire.is_cut();
    }
}

#[test]
fn a_body_of_exactly_the_limit_is_read() {
    let body = naming("x");
    let (_server, mut wire) = start(Config {
        body_limit: Size(body.len()),
        ..Config::test()
    });
    assert_eq!(wire.ask(put(&sample(), &body)).status(), 200);
    assert_eq!(wire.ask(put(&sample(), &naming("xy"))).status(), 413);
}

#[test]
fn a_body_that_does_not_come_is_answered_with_408_and_the_connection_closed() {
    let (_server, mut wire) = start(Config {
        body_timeout: Span(Duration::from_millis(100)),
        ..Config::test()
    });
    wire.send(format!(
        "PUT {} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{{",
        sample()
    ));
    let answer = wire.answer();
    assert_eq!(answer.status(), 408);
    assert_eq!(answer.header("Connection").to_lowercase(), "close");
    expect![[
        r#"{"error":{"message":"Request timeout.: the body has 100ms to arrive (--body-timeout)","code":"APIGW.0201"}}"#
    ]]
    .assert_eq(&answer.body);
    wire.close_writing();
    wire.is_cut();
}

#[test]
fn what_is_no_http_is_refused_bare_and_the_connection_closed() {
    let many = "X-Many: x\r\n".repeat(101);
    for (bytes, line) in [
        ("HELLO\r\n\r\n".to_owned(), "HTTP/1.1 400 Bad Request"),
        (
            "GET / HTTP/1.1\r\nNo colon\r\n\r\n".to_owned(),
            "HTTP/1.1 400 Bad Request",
        ),
        (
            format!("GET / HTTP/1.1\r\n{many}\r\n"),
            "HTTP/1.1 431 Request Header Fields Too Large",
        ),
    ] {
        let (_server, mut wire) = start(Config::test());
        let answer = wire.ask(bytes);
        let fields = answer.head.trim_end().split("\r\n");
        let mut fields: Vec<_> = fields.filter(|field| !field.starts_with("Date: ")).collect();
        fields.sort_unstable();
        assert_eq!(fields, ["Connection: close", "Content-Length: 0", line]);
        wire.is_cut();
    }
}

#[test]
fn nothing_is_carried_out_or_answered_once_serving_has_ended() {
    let chunked = "PUT /reads HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n";
    for request in [get("/waits"), chunked.to_owned()] {
        let here = Arc::new(());
        let (came, mut comes) = tokio::sync::mpsc::unbounded_channel();
        let (waiting, reading) = (Arc::clone(&here), Arc::clone(&here));
        let waits = move || {
            // The test may have gone on already.
            let _ = came.send(());
            let here = Arc::clone(&waiting);
            async move {
                pending::<()>().await;
                drop(here);
            }
        };
        let reads = move |_: Bytes| {
            let here = Arc::clone(&reading);
            async move { drop(here) }
        };
        let app = Router::new().route("/waits", any(waits)).route("/reads", any(reads));
        let limits = Limits {
            shutdown_timeout: Duration::from_millis(1),
            ..Limits::default()
        };
        let runtime = tokio::runtime::Runtime::new().expect("there are threads");
        let mut wire = runtime.block_on(async {
            let listener = serve::bind(([127, 0, 0, 1], 0).into()).expect("a port is free");
            let mut wire = Wire::to(listener.local_addr().expect("it is bound"));
            wire.send(&request);
            // A second one, so that something has come when the server stops.
            let mut other = Wire::to(listener.local_addr().expect("it is bound"));
            other.send(get("/waits"));
            let stop = async move { assert_eq!(comes.recv().await, Some(())) };
            serve::run(vec![listener], app, limits, stop).await;
            wire
        });
        assert_eq!(Arc::strong_count(&here), 1, "a connection goes on: {request}");
        wire.is_cut();
    }
}

#[test]
fn the_date_of_an_answer_follows_the_clock_of_the_project() {
    let (_server, mut wire) = start(Config::test());
    for request in [
        get(&list()),
        get(&format!("{}/x", list())),
        put(&sample(), &naming("x")),
    ] {
        assert_eq!(wire.ask(request).header("Date"), "Thu, 01 Jan 2026 00:00:00 GMT");
    }
}

#[test]
fn the_same_requests_to_the_same_seed_are_answered_byte_for_byte_alike() {
    let requests = [
        get(&list()),
        put(&sample(), &naming("new_dr_drill_name")),
        get(&format!("/v1/another{}", drill(DRILL))),
        put(&sample(), &naming("no blanks")),
        get(&sample()),
        get(&format!("{}?limit=x", list())),
        put("/v1/another/disaster-recovery-drills/x", "{}"),
    ];
    let told = || {
        let (_server, mut wire) = start(Config::test());
        requests.iter().map(|request| wire.ask(request)).collect::<Vec<_>>()
    };
    let (first, second) = (told(), told());
    assert_eq!(first, second);
    let (_server, mut wire) = start(Config {
        seed: Some(1),
        ..Config::test()
    });
    let other = wire.ask(&requests[0]);
    assert_eq!(other.body, first[0].body);
    assert_ne!(other.header("X-Request-Id"), first[0].header("X-Request-Id"));
}

#[test]
fn every_request_has_an_id_of_its_own_and_never_the_clients() {
    let (_server, mut wire) = start(Config::test());
    let sent = "0123456789abcdef0123456789abcdef";
    let mut seen = std::collections::HashSet::new();
    for path in [
        list(),
        "/nowhere".to_owned(),
        "/_mock/health".to_owned(),
        "/v1/another/x".to_owned(),
        sample(),
    ] {
        for _ in 0..20 {
            let answer = wire.ask(format!(
                "GET {path} HTTP/1.1\r\nHost: localhost\r\nX-Request-Id: {sent}\r\n\r\n"
            ));
            let id = answer.header("X-Request-Id").to_owned();
            assert_eq!(id.len(), 32, "{id}");
            assert_ne!(id, sent);
            assert!(seen.insert(id.clone()), "{id} came twice");
        }
    }
}
