//! The binary: what it prints, how it starts, stops and fails.

use std::io::{BufRead, BufReader, ErrorKind, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::Command;

use expect_test::expect;

use crate::support::files::{Folder, built_in, text, with_drills};
use crate::support::process::Process;
use crate::support::wire::{Wire, get, naming, put};
use crate::support::{DRILL, PROJECT, drill};

fn sample() -> String {
    format!("/v1/{PROJECT}{}", drill(DRILL))
}

/// A listener on `::1`, where the machine has IPv6.
fn on_ipv6(port: u16) -> Option<TcpListener> {
    TcpListener::bind(("::1", port)).ok()
}

/// A client in the middle of its request, which the server is waiting for, and the rest of its body.
fn half_sent(address: SocketAddr, name: &str) -> (Wire, String) {
    let request = put(&sample(), &naming(name));
    let (head, body) = request.split_once("\r\n\r\n").expect("a head and a body");
    let (first, rest) = body.split_at(10);
    let mut wire = Wire::to(address);
    // Whoever is told to continue knows that the server has read the head.
    let told = wire.ask(format!("{head}\r\nExpect: 100-continue\r\n\r\n"));
    assert_eq!(told.status(), 100);
    wire.send(first);
    (wire, rest.to_owned())
}

#[test]
fn the_last_line_of_start_up_is_the_ready_line() {
    let server = Process::start(&["--listen", "127.0.0.1:0"], &[]);
    let (example, ready) = (server.line(), server.line());
    assert!(example.starts_with("try: curl "), "{example}");
    let address = ready
        .strip_prefix("sdrs-mock 0.1.0 ready on http://127.0.0.1:")
        .and_then(|rest| rest.strip_suffix(" (flavor=huawei, dialect=documented, auth=off)"));
    let port: u16 = address
        .unwrap_or_default()
        .parse()
        .unwrap_or_else(|_| panic!("{ready}"));
    assert_eq!(
        Wire::to(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))
            .ask(get("/_mock/ready"))
            .status(),
        200
    );
    server.signal("TERM");
    assert_eq!(server.end().stdout, "");
}

#[test]
fn the_ready_line_names_flavour_and_dialect_in_force() {
    let server = Process::start(&["--listen", "127.0.0.1:0", "--flavor=otc", "--dialect=live"], &[]);
    server.line();
    let ready = server.line();
    assert!(ready.ends_with(" (flavor=otc, dialect=live, auth=off)"), "{ready}");
}

#[test]
fn the_example_printed_at_the_start_works_as_pasted() {
    let server = Process::start(&["--listen", "127.0.0.1:0"], &[]);
    let line = server.line();
    let command = line.strip_prefix("try: ").expect("an example");
    let address = server.ready();
    let url = format!("http://{address}/v1/");
    let path = command
        .split(' ')
        .find_map(|word| word.strip_prefix(&url))
        .expect("it names the server");
    let body = command.split('\'').nth(3).expect("it has a body");
    let answer = Wire::to(address).ask(put(&format!("/v1/{path}"), body));
    assert_eq!(answer.status(), 200);
    assert!(answer.body.contains(r#""name":"new_dr_drill_name""#));
    if Command::new("curl").arg("--version").output().is_ok() {
        let pasted = Command::new("sh")
            .args(["-c", command])
            .env("NO_PROXY", "*")
            .output()
            .expect("there is a shell");
        let said = String::from_utf8_lossy(&pasted.stdout);
        assert!(said.contains(r#""name":"new_dr_drill_name""#), "{said}");
    }
}

#[test]
fn the_example_of_a_world_without_drills_lists_them() {
    let folder = Folder::new("the_example_without_drills");
    let file = folder.write("empty.json", r#"{"schema_version":1}"#);
    let server = Process::start(&["--listen", "127.0.0.1:0", "--fixtures", text(&file)], &[]);
    let line = server.line();
    let address = server.ready();
    assert_eq!(
        line,
        format!("try: curl http://{address}/v1/{PROJECT}/disaster-recovery-drills")
    );
}

#[test]
fn localhost_is_both_loopbacks() {
    // Between finding a port free and taking it, another process may be faster.
    for _ in 0..10 {
        let free = TcpListener::bind("127.0.0.1:0").expect("a port is free");
        let port = free.local_addr().expect("it is bound").port();
        let ipv6 = on_ipv6(port).is_some();
        drop(free);
        let server = Process::start(&["--listen", &format!("localhost:{port}")], &[]);
        if server.next().is_none() {
            continue;
        }
        assert_eq!(server.ready(), SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
        assert_eq!(Wire::to(server_v4(port)).ask(get("/_mock/health")).status(), 200);
        if ipv6 {
            let info = Wire::to(SocketAddr::from((std::net::Ipv6Addr::LOCALHOST, port))).ask(get("/_mock/info"));
            assert!(
                info.body
                    .contains(&format!("[\"http://127.0.0.1:{port}\",\"http://[::1]:{port}\"]"))
            );
        }
        return;
    }
    panic!("ten ports were taken one after the other");
}

fn server_v4(port: u16) -> SocketAddr {
    SocketAddr::from((Ipv4Addr::LOCALHOST, port))
}

#[test]
fn a_port_in_use_ends_the_start_with_1_naming_the_address_and_the_cause() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = taken.local_addr().expect("it is bound");
    // The number in it differs between systems.
    let cause = TcpListener::bind(address).expect_err("it is taken");
    assert_eq!(cause.kind(), ErrorKind::AddrInUse);
    for listen in [address.to_string(), format!("localhost:{}", address.port())] {
        let ended = Process::run(&["--listen", &listen], &[]);
        assert_eq!((ended.code, &*ended.stdout), (Some(1), ""));
        assert_eq!(
            ended.stderr,
            format!("sdrs-mock: cannot listen on {address}: {cause}\n")
        );
    }
}

#[test]
fn localhost_is_not_served_by_halves() {
    let Some(taken) = on_ipv6(0) else {
        return; // a machine without IPv6 has only one half
    };
    let address = taken.local_addr().expect("it is bound");
    let ended = Process::run(&["--listen", &format!("localhost:{}", address.port())], &[]);
    assert_eq!((ended.code, &*ended.stdout), (Some(1), ""));
    assert!(ended.stderr.contains("Address already in use"), "{}", ended.stderr);
    assert!(
        ended.stderr.contains(&format!(":{}", address.port())),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_request_under_way_is_finished_before_either_signal_ends_the_server() {
    for signal in ["TERM", "INT"] {
        let (server, address) = Process::serve(&[]);
        let (mut under_way, rest) = half_sent(address, "finished");
        let mut idle = Wire::to(address);
        assert_eq!(idle.ask(get(&sample())).status(), 200);
        server.signal(signal);
        idle.is_cut();
        under_way.send(rest);
        let answer = under_way.answer();
        assert_eq!(answer.status(), 200);
        assert!(answer.body.contains(r#""name":"finished""#));
        under_way.is_cut();
        assert_eq!(server.end().code, Some(0));
    }
}

#[test]
fn a_signal_right_after_the_ready_line_is_an_orderly_end_too() {
    for _ in 0..5 {
        let (server, _) = Process::serve(&[]);
        server.signal("TERM");
        assert_eq!(server.end().code, Some(0));
    }
}

#[test]
fn a_stop_cuts_idle_connections_and_half_heads_at_once() {
    let (server, address) = Process::serve(&["--shutdown-timeout", "1h"]);
    let mut used = Wire::to(address);
    assert_eq!(used.ask(get(&sample())).status(), 200);
    let mut fresh = Wire::to(address);
    let mut half = Wire::to(address);
    half.send("GET /v1/");
    server.signal("TERM");
    for wire in [&mut used, &mut fresh, &mut half] {
        wire.is_cut();
    }
    assert_eq!(server.end().code, Some(0));
}

#[test]
fn a_request_that_does_not_end_delays_the_end_by_no_more_than_the_shutdown_timeout() {
    let (server, address) = Process::serve(&["--shutdown-timeout", "100ms"]);
    let (mut under_way, _) = half_sent(address, "never");
    server.signal("TERM");
    under_way.is_cut();
    assert_eq!(server.end().code, Some(0));
}

#[test]
fn healthcheck_ends_with_0_where_a_server_is_and_with_1_where_none_is() {
    let (server, address) = Process::serve(&[]);
    let listen = address.to_string();
    let variable = [("SDRS_MOCK_LISTEN", &*listen)];
    assert_eq!(Process::run(&["healthcheck", "--listen", &listen], &[]).code, Some(0));
    assert_eq!(Process::run(&["healthcheck"], &variable).code, Some(0));
    server.signal("TERM");
    assert_eq!(server.end().code, Some(0));
    let ended = Process::run(&["healthcheck"], &variable);
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.stderr.starts_with(&format!("sdrs-mock: {address} is not well: ")),
        "{}",
        ended.stderr
    );
}

#[test]
fn healthcheck_ends_with_1_where_something_else_answers() {
    let other = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = other.local_addr().expect("it is bound").to_string();
    let check = Process::start(&["healthcheck", "--listen", &address], &[]);
    let (mut socket, _) = other.accept().expect("the check comes");
    let fields = BufReader::new(&socket).lines().map_while(Result::ok);
    assert_eq!(fields.take_while(|field| !field.is_empty()).count(), 3);
    socket
        .write_all(b"HTTP/1.1 503 Service Unavailable\r\n\r\n")
        .expect("it reads");
    drop(socket);
    let ended = check.end();
    assert_eq!(ended.code, Some(1));
    assert!(ended.stderr.contains("503"), "{}", ended.stderr);
}

#[test]
fn validate_ends_with_0_for_good_fixtures_and_with_2_for_bad_ones() {
    let folder = Folder::new("validate");
    let good = folder.write("good.json", built_in());
    let ended = Process::run(&["validate", text(&good)], &[]);
    assert_eq!((ended.code, &*ended.stdout, &*ended.stderr), (Some(0), "", ""));
    let bad = folder.write("bad.json", r#"{"schema_version":2}"#);
    let ended = Process::run(&["validate", text(&bad)], &[]);
    assert_eq!((ended.code, &*ended.stdout), (Some(2), ""));
    let file = text(&bad);
    assert_eq!(
        ended.stderr,
        format!("sdrs-mock: {file}: $.schema_version: must be 1, the version of this form; it is 2\n")
    );
    let served = Process::run(&["--listen", "127.0.0.1:0", "--fixtures", file], &[]);
    assert_eq!(
        (served.code, served.stdout, served.stderr),
        (ended.code, ended.stdout, ended.stderr)
    );
}

#[test]
fn validate_prints_what_was_derived_otherwise_and_accepts_it() {
    let folder = Folder::new("validate_warns");
    let mut fixture = built_in();
    fixture["template"]["server_groups"][2]["replication_num"] = 7.into();
    let file = folder.write("warns.json", fixture);
    let ended = Process::run(&["validate", text(&file)], &[]);
    assert_eq!(ended.code, Some(0));
    let place = "$.template.server_groups[2].replication_num: is derived and was replaced by 3; it is 7";
    assert_eq!(ended.stderr, format!("warning: {}: {place}\n", text(&file)));
}

#[test]
fn fixtures_replace_the_built_in_world_by_flag_and_by_variable() {
    let folder = Folder::new("fixtures_replace");
    let split = with_drills(1);
    let mut groups = split.clone();
    groups["template"]["disaster_recovery_drills"] = serde_json::json!([]);
    let mut drills = split.clone();
    drills["template"]["server_groups"] = serde_json::json!([]);
    let whole = folder.write("whole.json", split);
    let groups = folder.write("parts/1-groups.json", groups);
    let drills = folder.write("parts/2-drills.json", drills);
    folder.write("parts/readme.txt", "not read");
    let joined = format!("{}:{}", text(&groups), text(&drills));
    let parts = folder.path().join("parts");
    let listen = ["--listen", "127.0.0.1:0"];
    for (flags, variables) in [
        (vec!["--fixtures", text(&whole)], vec![]),
        (vec!["--fixtures", text(&parts)], vec![]),
        (vec!["--fixtures", text(&groups), "--fixtures", text(&drills)], vec![]),
        (vec![], vec![("SDRS_MOCK_FIXTURES", &*joined)]),
        (
            vec!["--fixtures", text(&whole)],
            vec![("SDRS_MOCK_FIXTURES", "/nowhere")],
        ),
    ] {
        let server = Process::start(&[&listen[..], &flags].concat(), &variables);
        let list = Wire::to(server.ready()).ask(get("/v1/p/disaster-recovery-drills"));
        assert!(list.body.starts_with(r#"{"count":1,"#), "{flags:?}: {}", list.body);
        assert!(list.body.contains(r#""name":"drill-0""#), "{}", list.body);
    }
}

#[test]
fn help_begins_with_what_it_is_and_names_every_command() {
    let help = Process::run(&["--help"], &[]);
    assert_eq!(help.code, Some(0));
    expect![[r"A mock server of SDRS, the Storage Disaster Recovery Service of Huawei Cloud and Open Telekom Cloud"]]
        .assert_eq(help.stdout.lines().next().unwrap_or_default());
    for command in ["serve", "healthcheck", "validate"] {
        assert!(
            help.stdout.contains(&format!("\n  {command} ")),
            "{command} in {}",
            help.stdout
        );
    }
}
