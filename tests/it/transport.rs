//! How a request arrives: its length, its time, its chunks, its connection; and what is left of one that panicked.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use sdrs_mock::api::error::Dialect;
use sdrs_mock::config::{Size, Span};
use sdrs_mock::{Config, Server};

use crate::support::{Answer, DIALECTS, World, naming, read_all, rename_head};

/// A world whose bodies have 20 milliseconds to arrive.
fn hasty(dialect: Dialect) -> World {
    World::with(Config {
        dialect,
        body_timeout: Span(Duration::from_millis(20)),
        ..Config::test()
    })
}

/// A world whose bodies may have this many bytes.
fn narrow(dialect: Dialect, limit: usize) -> World {
    World::with(Config {
        dialect,
        body_limit: Size(limit),
        ..Config::test()
    })
}

/// Sends these bytes, keeps the socket open, and reads until the server closes.
fn exchange(world: &World, bytes: &str) -> String {
    let mut socket = world.socket();
    socket.write_all(bytes.as_bytes()).expect("the server reads");
    read_all(&mut socket)
}

/// Reads one answer that says its length, and leaves the connection open.
fn read_one(socket: &mut TcpStream) -> Answer {
    let mut text = String::new();
    loop {
        let mut bytes = [0; 4096];
        let read = socket.read(&mut bytes).expect("the server answers");
        assert_ne!(read, 0, "the server closed after {text:?}");
        text.push_str(str::from_utf8(&bytes[..read]).expect("answers here are ASCII"));
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head.lines().find_map(|line| line.strip_prefix("Content-Length: "));
            if length.is_some_and(|length| length.parse() == Ok(body.len())) {
                return Answer::read(&text);
            }
        }
    }
}

#[track_caller]
fn is_too_large(answer: &Answer, dialect: Dialect) {
    answer.is_rejected(dialect, 413, "APIGW.0201", "Request entity too large.");
    assert_eq!(answer.header("Connection"), "close");
    assert!(answer.body.contains("--body-limit"));
}

#[track_caller]
fn is_too_late(answer: &Answer, dialect: Dialect) {
    answer.is_rejected(dialect, 408, "APIGW.0201", "Request timeout.");
    assert_eq!(answer.header("Connection"), "close");
    assert!(answer.body.contains("--body-timeout"));
}

#[test]
fn a_body_over_the_limit_is_refused_and_one_at_the_limit_is_not() {
    let body = naming(r#""x""#);
    for dialect in DIALECTS {
        narrow(dialect, body.len()).rename_with(&body).is_named("x");
        let world = narrow(dialect, body.len() - 1);
        is_too_large(&world.keeps_all(|world| world.rename_with(&body)), dialect);
    }
}

#[test]
fn a_chunked_body_over_the_limit_is_refused_as_soon_as_it_is_known() {
    let head = rename_head(&["Transfer-Encoding: chunked"]);
    for dialect in DIALECTS {
        let world = narrow(dialect, 16);
        for chunks in [
            "11\r\n{\"disaster_recove\r\n", // at once, and the end never comes
            "8\r\n{\"disast\r\n8\r\ner_recov\r\n1\r\ne\r\n",
        ] {
            let answer = world.keeps_all(|world| Answer::read(&exchange(world, &format!("{head}{chunks}"))));
            is_too_large(&answer, dialect);
        }
    }
}

#[test]
fn a_client_that_goes_on_sending_still_reads_that_its_body_is_too_large() {
    let body = " ".repeat(4 << 20);
    for dialect in DIALECTS {
        let world = narrow(dialect, 1024);
        let answer = world.keeps_all(|world| world.rename_with(&body));
        is_too_large(&answer, dialect);
    }
}

#[test]
fn a_body_that_stalls_is_refused_when_its_time_is_over() {
    let body = naming(r#""x""#);
    let half = &body[..body.len() / 2];
    for dialect in DIALECTS {
        let world = hasty(dialect);
        let length = format!("Content-Length: {}", body.len());
        let too_long = format!("Content-Length: {}", body.len() + 1);
        for request in [
            rename_head(&[&length]),
            rename_head(&[&length]) + half,
            // All of it has come, but more was announced.
            rename_head(&[&too_long]) + &body,
            rename_head(&["Transfer-Encoding: chunked"]) + "5\r\n{\"dis",
            rename_head(&["Transfer-Encoding: chunked"]) + &chunked(&body, 7).replace("0\r\n\r\n", ""),
        ] {
            let answer = world.keeps_all(|world| Answer::read(&exchange(world, &request)));
            is_too_late(&answer, dialect);
        }
    }
}

#[test]
fn a_body_that_breaks_off_is_refused() {
    let body = naming(r#""x""#);
    for dialect in DIALECTS {
        let world = World::speaking(dialect);
        let too_long = format!("Content-Length: {}", body.len() + 1);
        for request in [
            rename_head(&[&too_long]),
            rename_head(&[&too_long]) + &body, // what has come would parse
            rename_head(&[&too_long]) + &body[..10],
            rename_head(&["Transfer-Encoding: chunked"]),
            rename_head(&["Transfer-Encoding: chunked"]) + "5\r\n{\"dis",
            rename_head(&["Transfer-Encoding: chunked"]) + &chunked(&body, 7).replace("0\r\n\r\n", ""),
            rename_head(&["Transfer-Encoding: chunked"]) + "zz\r\n",
        ] {
            let answer = world.keeps_all(|world| Answer::read(&world.raw(request.as_bytes())));
            answer.is_refused(dialect, "SDRS.0201", "Invalid request parameters");
            answer.says("the body ended before it was complete");
        }
    }
}

#[test]
fn of_a_body_longer_than_announced_the_announced_part_is_answered() {
    let body = naming(r#""x""#);
    let head = |length: usize| rename_head(&[&format!("Content-Length: {length}")]);
    for dialect in DIALECTS {
        let world = World::speaking(dialect);
        // What follows a whole body is another request, which this is not.
        let answers = world.raw(format!("{}{body}, and more\r\n\r\n", head(body.len())).as_bytes());
        let (first, second) = answers.split_at(answers.rfind("HTTP/1.1 ").expect("two answers"));
        Answer::read(first).is_named("x");
        assert!(second.starts_with("HTTP/1.1 400 "), "{second}");
        assert!(second.to_lowercase().contains("connection: close"), "{second}");
        // The part that was announced is no JSON here.
        let answers = world.keeps_all(|world| world.raw(format!("{}{body}", head(body.len() - 1)).as_bytes()));
        let first = answers.split("HTTP/1.1 ").nth(1).expect("an answer");
        let first = Answer::read(&format!("HTTP/1.1 {first}"));
        first.is_refused(dialect, "SDRS.0201", "Invalid request parameters");
    }
}

/// The body in chunks of this many bytes, and the last one.
fn chunked(body: &str, size: usize) -> String {
    let mut chunks = String::new();
    for chunk in body.as_bytes().chunks(size) {
        let text = str::from_utf8(chunk).expect("chunked bodies here are ASCII");
        let size = chunk.len();
        chunks.extend([&format!("{size:x}"), "\r\n", text, "\r\n"]);
    }
    chunks + "0\r\n\r\n"
}

#[test]
fn a_chunked_body_is_answered_like_one_with_a_length() {
    for dialect in DIALECTS {
        for (body, status) in [
            (naming(r#""new""#), 200),
            (naming(r#""a b""#), 400),
            ("{".to_owned(), 400),
            (String::new(), 400),
        ] {
            let length = format!("Content-Length: {}", body.len());
            let plain = rename_head(&["Connection: close", &length]) + &body;
            let expected = Answer::read(&exchange(&World::speaking(dialect), &plain));
            assert_eq!(expected.status, status);
            for (size, end) in [
                (1, "0\r\n\r\n"),
                (7, "0\r\n\r\n"),
                (1000, "0\r\n\r\n"),
                (7, "0\r\nX-Trailer: x\r\n\r\n"),
            ] {
                let chunks = chunked(&body, size).replace("0\r\n\r\n", end);
                let request = rename_head(&["Connection: close", "Transfer-Encoding: chunked"]) + &chunks;
                // A world of its own, in which the request has the same ID.
                let answer = Answer::read(&exchange(&World::speaking(dialect), &request));
                assert_eq!(
                    (answer.status, answer.headers),
                    (expected.status, expected.headers.clone()),
                    "{request}"
                );
                assert_eq!(answer.body, expected.body);
            }
        }
    }
}

#[test]
fn a_client_that_waits_for_leave_to_send_its_body_gets_it() {
    let world = World::new();
    let body = naming(r#""x""#);
    let mut socket = world.socket();
    let length = format!("Content-Length: {}", body.len());
    let head = rename_head(&["Expect: 100-continue", "Connection: close", &length]);
    socket.write_all(head.as_bytes()).expect("the server reads");
    let mut leave = [0; "HTTP/1.1 100 Continue\r\n\r\n".len()];
    socket.read_exact(&mut leave).expect("the server gives leave");
    assert_eq!(&leave, b"HTTP/1.1 100 Continue\r\n\r\n");
    socket.write_all(body.as_bytes()).expect("the server reads");
    Answer::read(&read_all(&mut socket)).is_named("x");
}

#[test]
fn a_connection_takes_request_after_request_until_the_client_says_close() {
    let world = World::new();
    let mut socket = world.socket();
    let mut ask = |name: &str, close: &[&str]| {
        let body = naming(&format!("\"{name}\""));
        let length = format!("Content-Length: {}", body.len());
        let request = rename_head(&[close, &[length.as_str()]].concat()) + &body;
        socket.write_all(request.as_bytes()).expect("the server reads");
        read_one(&mut socket)
    };
    for name in ["a", "b", "c"] {
        let answer = ask(name, &[]);
        answer.is_named(name);
        assert_eq!(answer.header("Connection"), "");
    }
    // A refusal is no reason to close.
    let refused = ask("a b", &[]);
    refused.is_refused(Dialect::Documented, "SDRS.0202", "Invalid name");
    assert_eq!(refused.header("Connection"), "");
    let last = ask("d", &["Connection: close"]);
    last.is_named("d");
    assert_eq!(last.header("Connection"), "close");
    assert_eq!(read_all(&mut socket), "");
}

#[test]
fn a_client_that_has_closed_its_writing_half_is_still_answered() {
    let world = World::new();
    let body = naming(r#""x""#);
    let mut socket = world.socket();
    let request = rename_head(&[&format!("Content-Length: {}", body.len())]) + &body;
    socket.write_all(request.as_bytes()).expect("the server reads");
    socket.shutdown(Shutdown::Write).expect("the socket is open");
    Answer::read(&read_all(&mut socket)).is_named("x");
}

#[test]
fn a_panic_is_answered_and_the_next_request_is_fine() {
    for dialect in DIALECTS {
        let config = Config {
            dialect,
            ..Config::test()
        };
        let routes = Router::new()
            .route("/text", get(|| async { panic!("a text") as &str }))
            .route(
                "/formatted",
                get(|| async { panic!("a number: {}", std::hint::black_box(1)) as &str }),
            )
            .route("/value", get(|| async { std::panic::panic_any(7) as &str }))
            .route("/v1/{project}/panic", get(|| async { panic!("in a project") as &str }));
        let server = Server::builder(config)
            .routes(routes)
            .start()
            .expect("the server starts");
        let world = World::at(server);
        for path in ["/text", "/formatted", "/value", "/v1/p/panic"] {
            for _ in 0..3 {
                let answer = world.keeps_all(|world| world.ask("GET", path, &[], ""));
                answer.is_error(500, "error", "SDRS.0013", "Internal error");
            }
        }
        world.rename_with(naming(r#""x""#)).is_named("x");
    }
}

#[test]
fn a_panic_does_not_end_its_connection() {
    let routes = Router::new().route("/panic", get(|| async { panic!("a text") as &str }));
    let server = Server::builder(Config::test())
        .routes(routes)
        .start()
        .expect("the server starts");
    let world = World::at(server);
    let mut socket = world.socket();
    socket
        .write_all(b"GET /panic HTTP/1.1\r\nHost: localhost\r\n\r\n")
        .expect("the server reads");
    assert_eq!(read_one(&mut socket).status, 500);
}
