//! The console's page: what is served, under which rules, to whom; what it does is tested with a browser.

use std::collections::BTreeSet;

use sdrs_mock::Config;
use serde_json::{Value, json};

use crate::support::wire::{Raw, Wire, get, naming, put};
use crate::support::{DRILL, PROJECT, World, drill};

/// The most that the page and all that it asks for may weigh.
const WEIGHT: usize = 120_000;

fn fetch(world: &World, path: &str) -> Raw {
    Wire::to(world.server.address()).ask(get(path))
}

/// The paths of its own server that a file names: whole ones, and modules beside it.
fn named(text: &str) -> BTreeSet<String> {
    let quoted = text.split('"').skip(1).step_by(2);
    let whole = quoted
        .clone()
        .filter(|text| text.starts_with("/_mock/console/"))
        .map(str::to_owned);
    let beside = quoted
        .filter_map(|text| text.strip_prefix("./"))
        .map(|name| format!("/_mock/console/{name}"));
    whole.chain(beside).collect()
}

/// The page and all that it asks for, by path.
fn files(world: &World) -> Vec<(String, Raw)> {
    let mut files = vec![("/_mock/".to_owned(), fetch(world, "/_mock/"))];
    let mut next = 0;
    while let Some((_, file)) = files.get(next) {
        next += 1;
        for path in named(&file.body) {
            if !files.iter().any(|(known, _)| *known == path) {
                let file = fetch(world, &path);
                files.push((path, file));
            }
        }
    }
    files
}

#[test]
fn the_page_and_all_that_it_asks_for_are_served_and_light() {
    let world = World::new();
    let files = files(&world);
    assert!(files.len() > 10, "the page asks for its modules");
    let mut weight = 0;
    for (path, file) in &files {
        assert_eq!(file.status(), 200, "{path}");
        let expected = match path.rsplit('.').next() {
            Some("js") => "text/javascript; charset=utf-8",
            Some("css") => "text/css; charset=utf-8",
            Some("svg") => "image/svg+xml",
            _ => "text/html; charset=utf-8",
        };
        assert_eq!(file.header("Content-Type"), expected, "{path}");
        weight += file.body.len();
    }
    assert!(weight < WEIGHT, "the console weighs {weight} bytes");
    assert_eq!(fetch(&world, "/_mock").body, files[0].1.body);
}

#[test]
fn every_file_of_the_console_is_kept_by_no_cache_and_runs_nothing_but_the_servers_own_scripts() {
    let world = World::new();
    for (path, file) in files(&world) {
        assert_eq!(file.header("Cache-Control"), "no-store", "{path}");
        assert_eq!(file.header("X-Content-Type-Options"), "nosniff", "{path}");
        let policy = file.header("Content-Security-Policy");
        for rule in [
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "connect-src 'self'",
        ] {
            assert!(policy.split("; ").any(|own| own == rule), "{path}: {policy}");
        }
        assert!(!policy.contains("unsafe") && !policy.contains('*'), "{path}: {policy}");
        let elsewhere = file.body.replace("http://www.w3.org/2000/svg", "");
        assert!(!elsewhere.contains("://"), "{path} names another host");
        for way in ["innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval("] {
            assert!(!file.body.contains(way), "{path} makes more of a text than text: {way}");
        }
    }
}

#[test]
fn the_console_is_only_read() {
    let world = World::new();
    for path in ["/_mock/", "/_mock/console/main.js"] {
        let answer = world.ask("PUT", path, &[], "x");
        assert_eq!((answer.status, answer.header("Allow")), (405, "GET, HEAD"));
    }
    assert_eq!(world.ask("GET", "/_mock/console/../main.js", &[], "").status, 404);
    world
        .ask("GET", "/_mock/console/nothing.js", &[], "")
        .is_problem(404, "unknown_path", None);
}

#[test]
fn the_console_needs_no_token_but_is_of_the_same_origin_and_goes_with_the_control_plane() {
    let world = World::with(Config {
        control_token: Some("s3cret".to_owned()),
        ..Config::test()
    });
    for (path, file) in files(&world) {
        assert_eq!(file.status(), 200, "{path}");
    }
    for headers in ["Host: localhost\r\nOrigin: http://evil.example", "Host: evil.example"] {
        let raw = Wire::to(world.server.address()).ask(format!("GET /_mock/ HTTP/1.1\r\n{headers}\r\n\r\n"));
        assert_eq!(raw.status(), 403, "{headers}");
    }
    let without = World::with(Config {
        no_control: true,
        ..Config::test()
    });
    for path in ["/_mock", "/_mock/", "/_mock/console/main.js"] {
        assert_eq!(fetch(&without, path).status(), 404, "{path}");
    }
}

/// The newest entry of the journal.
fn newest(world: &World) -> Value {
    world.told("GET", &format!("/requests?project={PROJECT}&limit=1"), "")["requests"][0].clone()
}

#[test]
fn the_journal_has_the_answers_bodies_once_somebody_watches() {
    let world = World::new();
    let path = format!("/v1/{PROJECT}{}", drill(DRILL));
    let mut wire = Wire::to(world.server.address());
    wire.ask(get(&path));
    assert_eq!(newest(&world).get("answer"), None, "nobody watches");
    let (status, _) = world.server.control().call("GET", "/_mock/events", "");
    assert_eq!(status, 200);
    for (request, status) in [
        (get(&path), 200),
        (put(&path, &naming("a b")), 400),
        (get("/v1/p/nowhere"), 404),
    ] {
        let seen = wire.ask(request);
        assert_eq!(seen.status(), status);
        let entries = world.told("GET", "/requests?limit=1", "");
        let body: Value = serde_json::from_str(&seen.body).expect("JSON");
        assert_eq!(entries["requests"][0]["answer"], body);
    }
    let fault = json!({"effect": {"kind": "error", "status": 503}, "when": {"first": 1}});
    world.told("POST", &format!("/faults?project={PROJECT}"), fault);
    let seen = wire.ask(get(&path));
    let entry = newest(&world);
    assert_eq!(
        entry["answer"],
        serde_json::from_str::<Value>(&seen.body).expect("JSON")
    );
    assert_eq!((entry["status"].as_u64(), seen.status()), (Some(503), 503));
    let fault = json!({"effect": {"kind": "truncate", "bytes": 10}, "when": {"first": 1}});
    world.told("POST", &format!("/faults?project={PROJECT}"), fault);
    let cut = world.raw(get(&path).replace("Host", "Connection: close\r\nHost").as_bytes());
    assert!(cut.starts_with("HTTP/1.1 200"), "{cut}");
    assert_eq!(
        newest(&world).get("answer"),
        None,
        "what was cut is not told as if it had come whole"
    );
}
