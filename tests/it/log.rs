//! The log.

use std::net::TcpListener;
use std::process::{Command, Stdio};

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
