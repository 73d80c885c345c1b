//! The log.

use std::net::TcpListener;
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::support::process::Process;
use crate::support::wire::{Wire, get};

#[test]
fn a_log_that_goes_to_a_file_has_no_colours() {
    let path = |name: &str| format!("{}/{name}", env!("CARGO_TARGET_TMPDIR"));
    let (log, fixture) = (path("colours.log"), path("colours.json"));
    // A stated number that is not the derived one is worth a warning.
    let world = include_str!("../../fixtures/default.json").replace(
        r#""disaster_recovery_drill_num": 2"#,
        r#""disaster_recovery_drill_num": 3"#,
    );
    std::fs::write(&fixture, world).expect("the folder takes files");
    // A start that finds its address taken ends by itself, after the warning.
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("it is bound").to_string();
    let status = Command::new(env!("CARGO_BIN_EXE_sdrs-mock"))
        .env_clear()
        .args(["--listen", &address, "--fixtures", &fixture])
        .stdin(Stdio::null())
        .stderr(std::fs::File::create(&log).expect("the folder takes files"))
        .status()
        .expect("the program starts");
    assert_eq!(status.code(), Some(1));
    let log = std::fs::read_to_string(&log).expect("it was written");
    assert!(log.contains(" WARN "), "{log}");
    assert!(!log.contains('\u{1b}'), "{log:?}");
}

#[test]
fn the_log_tells_of_each_request_and_of_no_secret() {
    let (server, address) = Process::serve(&["--log", "debug", "--control-token", "control-secret"]);
    let mut wire = Wire::to(address);
    let secrets = [
        "X-Auth-Token: token-secret",
        "Authorization: SDK-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature=signature-secret",
        "X-Security-Token: security-secret",
    ];
    let fields = secrets.join("\r\n");
    for path in ["/v1/p/disaster-recovery-drills", "/v1/p/nowhere", "/_mock/clock"] {
        wire.ask(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{fields}\r\n\r\n"));
    }
    drop(wire);
    server.signal("TERM");
    let log = server.end().stderr;
    assert!(log.contains("ListDisasterRecoveryDrills"), "{log}");
    assert!(!log.contains("secret"), "{log}");
}

#[test]
fn a_log_for_machines_is_one_object_a_line() {
    for (arguments, variables) in [
        (&["--log-format", "json", "--log", "debug"][..], &[][..]),
        (&["--log", "debug"], &[("SDRS_MOCK_LOG_FORMAT", "json")]),
    ] {
        let server = Process::start(&[&["--listen", "127.0.0.1:0"], arguments].concat(), variables);
        Wire::to(server.ready()).ask(get("/v1/p/disaster-recovery-drills"));
        server.signal("TERM");
        let log = server.end().stderr;
        let lines: Vec<Value> = log
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        assert!(
            lines
                .iter()
                .all(|line| line["timestamp"].is_string() && line["level"].is_string()),
            "{log}"
        );
        let request = lines
            .iter()
            .find(|line| line["operation"] == "ListDisasterRecoveryDrills");
        let request = request.unwrap_or_else(|| panic!("{log}"));
        assert_eq!((&request["level"], &request["status"]), (&json!("DEBUG"), &json!(200)));
        assert!(lines.iter().any(|line| {
            line["message"]
                .as_str()
                .is_some_and(|said| said.starts_with("told to stop"))
        }));
    }
    let ended = Process::run(&["--log-format", "xml"], &[]);
    assert_eq!(ended.code, Some(2));
    assert!(
        ended.stderr.contains("--log-format") && ended.stderr.contains("text, json"),
        "{}",
        ended.stderr
    );
}
