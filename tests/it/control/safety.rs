//! Who may use the control plane: no foreign web page, nobody under a foreign name, nobody without the token.

use sdrs_mock::Config;
use sdrs_mock::api::error::Dialect;
use sdrs_mock::config::Listen;
use serde_json::{Value, json};

use super::calls;
use crate::support::process::Process;
use crate::support::wire::{Raw, Wire};
use crate::support::{Answer, DIALECTS, PROJECT, World};

/// One request with these header fields and no other, to the letter.
fn ask(world: &World, method: &str, target: &str, headers: &[&str]) -> Raw {
    let lines = headers.join("\r\n");
    Wire::to(world.server.address()).ask(format!("{method} {target} HTTP/1.1\r\n{lines}\r\n\r\n"))
}

/// The code of a refusal, or the status of a success.
fn verdict(raw: &Raw) -> String {
    let body: Value = serde_json::from_str(&raw.body).unwrap_or_default();
    match body["error"]["code"].as_str() {
        Some(code) => format!("{} {code}", raw.status()),
        None => raw.status().to_string(),
    }
}

const PROBES: [&str; 2] = ["/_mock/health", "/_mock/ready"];

#[test]
fn a_page_of_another_origin_is_refused_by_every_call() {
    let world = World::new();
    let host = format!("Host: {}", world.server.address());
    for call in calls() {
        let foreign_scheme = format!("ftp://{}", world.server.address());
        let second = format!("http://{}\r\nOrigin: http://evil.example", world.server.address());
        for origin in [
            "http://evil.example",
            "null",
            "http://localhost:1",
            "https://127.0.0.1",
            &foreign_scheme,
            &second,
        ] {
            let raw = ask(
                &world,
                call.method,
                &call.target(),
                &[&host, &format!("Origin: {origin}")],
            );
            assert_eq!(
                verdict(&raw),
                "403 foreign_origin",
                "{} {} {origin}",
                call.method,
                call.path
            );
            assert!(!raw.head.contains("Access-Control"), "{}", raw.head);
        }
    }
    let own = format!("Origin: {}", world.server.url());
    assert_eq!(verdict(&ask(&world, "GET", "/_mock/info", &[&host, &own])), "200");
    let sdrs = format!("/v1/{PROJECT}/server-groups");
    assert_eq!(
        ask(&world, "GET", &sdrs, &[&host, "Origin: http://evil.example"]).status(),
        200
    );
}

#[test]
fn on_the_loopback_only_its_own_names_are_hosts() {
    let world = World::new();
    for (host, is_own) in [
        ("localhost", true),
        ("LocalHost:7705", true),
        ("127.0.0.1", true),
        ("127.9.9.9:80", true),
        ("[::1]:7705", true),
        ("evil.example", false),
        ("evil.example:7705", false),
        ("localhost.evil.example", false),
        ("127.0.0.1.evil.example", false),
        ("10.0.0.1", false),
        ("[2001:db8::1]", false),
        ("", false),
    ] {
        let expected = if is_own { "200" } else { "403 foreign_host" };
        let host = format!("Host: {host}");
        assert_eq!(
            verdict(&ask(&world, "GET", "/_mock/info", &[&host])),
            expected,
            "{host}"
        );
        assert_eq!(verdict(&ask(&world, "GET", "/_mock/health", &[&host])), "200", "{host}");
        let sdrs = format!("/v1/{PROJECT}/server-groups");
        assert_eq!(ask(&world, "GET", &sdrs, &[&host]).status(), 200, "{host}");
    }
    // It must be right wherever it stands.
    for (target, hosts) in [
        ("/_mock/info", "Host: localhost\r\nHost: evil.example"),
        ("http://evil.example/_mock/info", "Host: localhost"),
    ] {
        let raw = ask(&world, "GET", target, &[hosts]);
        assert!([400, 403].contains(&raw.status()), "{target} {hosts}: {}", raw.status());
    }
    let raw = ask(&world, "GET", "http://localhost/_mock/info", &["Host: localhost"]);
    assert_eq!(raw.status(), 200);
    let before = world.whole();
    let target = format!("/_mock/reset?project={PROJECT}");
    assert_eq!(
        verdict(&ask(&world, "POST", &target, &["Host: evil.example"])),
        "403 foreign_host"
    );
    assert_eq!(world.whole(), before);
}

#[test]
fn allowed_hosts_are_admitted_whatever_their_port_and_case() {
    let allowed_hosts = vec!["mock.test".to_owned(), "sdrs".to_owned()];
    let world = World::with(Config {
        allowed_hosts,
        ..Config::test()
    });
    for (host, expected) in [
        ("mock.test", "200"),
        ("Mock.Test:80", "200"),
        ("sdrs:7705", "200"),
        ("localhost", "200"),
        ("other.test", "403 foreign_host"),
        ("mock.test.evil.example", "403 foreign_host"),
    ] {
        assert_eq!(
            verdict(&ask(&world, "GET", "/_mock/info", &[&format!("Host: {host}")])),
            expected,
            "{host}"
        );
    }
}

#[test]
fn away_from_the_loopback_any_host_is_taken() {
    let listen = Listen::Address("0.0.0.0:0".parse().expect("an address"));
    let world = World::with(Config {
        listen,
        ..Config::test()
    });
    assert_eq!(verdict(&ask(&world, "GET", "/_mock/info", &["Host: mock.test"])), "200");
    let foreign = ["Host: mock.test", "Origin: http://evil.example"];
    assert_eq!(
        verdict(&ask(&world, "GET", "/_mock/info", &foreign)),
        "403 foreign_origin"
    );
}

#[test]
fn a_token_is_demanded_by_every_call_but_the_probes() {
    let world = World::with(Config {
        control_token: Some("s3cret".to_owned()),
        ..Config::test()
    });
    let target = |target: &str| format!("{target}?project={PROJECT}");
    for call in calls() {
        let is_probe = PROBES.contains(&call.path);
        let path = if call.is_scoped() {
            target(&call.target())
        } else {
            call.target()
        };
        for wrong in [
            "X: y",
            "Authorization: Bearer s3cre",
            "Authorization: Bearer s3cret2",
            "Authorization: s3cret",
            "Authorization: Basic s3cret",
            "X-Auth-Token: s3cret",
        ] {
            let raw = ask(&world, call.method, &path, &["Host: localhost", wrong]);
            let expected = if is_probe { "200" } else { "401 missing_token" };
            assert_eq!(verdict(&raw), expected, "{} {} {wrong}", call.method, call.path);
        }
        let raw = ask(
            &world,
            call.method,
            &path,
            &["Host: localhost", "Authorization: Bearer s3cret"],
        );
        assert_ne!(raw.status(), 401, "{} {}", call.method, call.path);
    }
    let unknown = ask(&world, "GET", "/_mock/nowhere", &["Host: localhost"]);
    assert_eq!(
        verdict(&unknown),
        "401 missing_token",
        "what there is is nobody's business"
    );
    let sdrs = format!("/v1/{PROJECT}/server-groups");
    assert_eq!(ask(&world, "GET", &sdrs, &["Host: localhost"]).status(), 200);
    let info = ask(
        &world,
        "GET",
        "/_mock/info",
        &["Host: localhost", "Authorization: Bearer s3cret"],
    )
    .body;
    assert!(info.contains(r#""token":"***""#) && !info.contains("s3cret"), "{info}");
}

#[test]
fn the_scheme_of_a_token_is_read_in_any_case() {
    let world = World::with(Config {
        control_token: Some("s3cret".to_owned()),
        ..Config::test()
    });
    let refused = ask(&world, "GET", "/_mock/info", &["Host: localhost"]);
    let named = refused
        .head
        .to_lowercase()
        .contains("\r\nwww-authenticate: bearer realm=");
    assert!(named, "{}", refused.head);
    for scheme in ["bearer", "BEARER"] {
        let fields = ["Host: localhost", &format!("Authorization: {scheme} s3cret")];
        assert_eq!(ask(&world, "GET", "/_mock/info", &fields).status(), 200, "{scheme}");
    }
}

#[test]
fn the_flags_of_the_binary_do_the_same() {
    let (server, address) = Process::serve(&["--control-token", "s3cret", "--allowed-hosts", "mock.test,sdrs"]);
    let mut wire = Wire::to(address);
    let mut ask = |headers: &str| wire.ask(format!("GET /_mock/info HTTP/1.1\r\n{headers}\r\n")).status();
    assert_eq!(ask("Host: sdrs\r\n"), 401);
    assert_eq!(ask("Host: mock.test\r\nAuthorization: Bearer s3cret\r\n"), 200);
    assert_eq!(ask("Host: other.test\r\nAuthorization: Bearer s3cret\r\n"), 403);
    drop(server);
    let (_server, address) = Process::serve(&["--no-control"]);
    assert_eq!(
        Wire::to(address)
            .ask("GET /_mock/info HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .status(),
        404
    );
    assert_eq!(
        Wire::to(address)
            .ask("GET /_mock/ready HTTP/1.1\r\nHost: localhost\r\n\r\n")
            .status(),
        200
    );
}

/// An answer without what differs from request to request.
fn alike(answer: &Answer, path: &str) -> (u16, String, Vec<String>) {
    let id = answer.header("X-Request-Id");
    let body = answer.body.replace(id, "ID").replace(path, "PATH");
    let fields = answer.headers.keys().map(ToString::to_string);
    (answer.status, body, fields.collect())
}

#[test]
fn without_the_control_plane_its_paths_are_unknown_as_any_other() {
    for dialect in DIALECTS {
        let world = World::with(Config {
            no_control: true,
            dialect,
            ..Config::test()
        });
        for call in calls() {
            if PROBES.contains(&call.path) {
                assert_eq!(world.ask(call.method, call.path, &[], "").status, 200);
                continue;
            }
            let target = call.target();
            let unknown = target.replace("/_mock", "/elsewhere");
            let answer = world.ask(call.method, &target, &[], "");
            let expected = world.ask(call.method, &unknown, &[], "");
            assert_eq!(
                alike(&answer, &target),
                alike(&expected, &unknown),
                "{} {target}",
                call.method
            );
            match dialect {
                Dialect::Documented => assert!(answer.body.contains("itemNotFound"), "{}", answer.body),
                Dialect::Live => assert!(answer.body.contains("error_msg"), "{}", answer.body),
            }
        }
        for path in ["/_mock", "/_mock/", "/_mock/health/x"] {
            assert_eq!(world.ask("GET", path, &[], "").status, 404, "{path}");
        }
    }
}

#[test]
fn no_call_reads_a_file_that_a_request_names() {
    let world = World::new();
    let folder = crate::support::files::Folder::new("no_call_reads_a_file");
    let file = folder.write("world.json", json!({"schema_version": 1}));
    let path = file.to_str().expect("a path");
    for (method, target, body) in [
        ("PUT", "/state?project=*", json!({"schema_version": 1, "file": path})),
        ("PUT", "/state?project=*", json!(path)),
        ("PUT", "/projects/p", json!({"from": path})),
        ("PUT", "/projects/p", json!({"from": format!("file:{path}")})),
        ("PUT", "/projects/p", json!({"from": format!("scenario:{path}")})),
        ("PUT", "/projects/p", json!({"from": "scenario:../protected-group"})),
        ("PUT", "/projects/p", json!({"file": path})),
        ("POST", "/snapshots?project=p", json!({"file": path})),
    ] {
        let answer = world.keeps_whole(|world| world.mock(method, target, &body));
        assert_eq!(answer.status, 400, "{target} {body}: {}", answer.body);
    }
}
