//! `sdrs-mock demo`: the world it shows, what it prints, and that `docs/demo.md` can be followed to the letter.

use std::net::SocketAddr;
use std::process::Command;

use serde_json::{Value, json};

use crate::support::process::Process;
use crate::support::wire::{Wire, get};
use crate::support::{PROJECT, World};

/// What a viewer follows.
const SCRIPT: &str = include_str!("../../docs/demo.md");

fn demo(flags: &[&str], variables: &[(&str, &str)]) -> Process {
    Process::start(&[&["demo", "--listen", "127.0.0.1:0"], flags].concat(), variables)
}

fn json(address: SocketAddr, path: &str) -> Value {
    let answer = Wire::to(address).ask(get(path));
    serde_json::from_str(&answer.body).expect("JSON")
}

/// What a row of the demonstration's list says, newest or oldest as they come.
fn column(list: &Value, collection: &str, member: &str) -> Vec<String> {
    let rows = list[collection].as_array().expect("a list");
    rows.iter()
        .map(|row| row[member].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn the_console_is_named_between_the_example_and_the_ready_line() {
    let server = demo(&["--log", "off"], &[]);
    let lines = [server.line(), server.line(), server.line()];
    assert!(lines[0].starts_with("try: curl -X PUT "), "{}", lines[0]);
    assert!(lines[2].starts_with("sdrs-mock 0.1.0 ready on "), "{}", lines[2]);
    let console = lines[1].strip_prefix("console: ").expect("its address");
    let ready = lines[2].split(' ').nth(4).expect("an address");
    assert_eq!(console, format!("{ready}/_mock/"));
    let address = ready.trim_start_matches("http://").parse().expect("an address");
    let page = Wire::to(address).ask(get("/_mock/"));
    assert!(page.body.contains("<title>sdrs-mock console</title>"), "{}", page.body);
}

#[test]
fn a_console_of_a_server_that_listens_everywhere_is_named_where_a_browser_finds_it() {
    let server = Process::start(&["demo", "--listen", "0.0.0.0:0", "--log", "off"], &[]);
    let lines = [server.line(), server.line(), server.line()];
    let ready = lines[2].split(' ').nth(4).expect("an address");
    let port = ready.strip_prefix("http://0.0.0.0:").expect("everywhere");
    assert_eq!(lines[1], format!("console: http://127.0.0.1:{port}/_mock/"));
}

#[test]
fn without_a_control_plane_there_is_no_console_to_name() {
    let server = demo(&["--no-control", "--log", "off"], &[]);
    let (first, second) = (server.line(), server.line());
    assert!(
        first.starts_with("try: ") && second.contains(" ready on "),
        "{first}\n{second}"
    );
}

#[test]
fn the_world_is_lively_seeded_and_logs_each_request() {
    let server = demo(&[], &[]);
    let address = server.ready();
    let groups = json(address, &format!("/v1/{PROJECT}/server-groups"));
    assert_eq!(column(&groups, "server_groups", "name"), ["shop", "billing", "archive"]);
    let info = json(address, "/_mock/info");
    assert_eq!(info["fixtures"], json!(["scenario demo (built in)"]));
    assert_eq!((&info["job_duration"], &info["seed"]), (&json!("4s"), &json!(7705)));
    server.signal("TERM");
    let log = server.end().stderr;
    assert!(log.contains("ListProtectionGroups"), "{log}");
}

#[test]
fn whatever_is_said_otherwise_holds() {
    let flags = [
        "--job-duration",
        "immediate",
        "--log",
        "info",
        "--seed",
        "1",
        "--scenario",
        "busy-project",
    ];
    let variables = [
        ("SDRS_MOCK_JOB_DURATION", "immediate"),
        ("SDRS_MOCK_LOG", "info"),
        ("SDRS_MOCK_SEED", "1"),
        ("SDRS_MOCK_SCENARIO", "busy-project"),
    ];
    for server in [demo(&flags, &[]), demo(&[], &variables)] {
        let address = server.ready();
        let info = json(address, "/_mock/info");
        assert_eq!(info["fixtures"], json!(["scenario busy-project (built in)"]));
        assert_eq!((&info["job_duration"], &info["seed"]), (&json!("immediate"), &json!(1)));
        server.signal("TERM");
        assert!(!server.end().stderr.contains("DEBUG"));
    }
}

#[test]
fn the_dates_lie_in_the_week_before_the_clocks_day() {
    let server = demo(&["--log", "off", "--clock", "2030-03-03T12:00:00Z"], &[]);
    let address = server.ready();
    let drills = json(address, &format!("/v1/{PROJECT}/disaster-recovery-drills"));
    let days: Vec<_> = column(&drills, "disaster_recovery_drills", "created_at")
        .iter()
        .map(|at| at[..10].to_owned())
        .collect();
    assert_eq!(days, ["2030-03-02", "2030-03-01"]);
    let groups = json(address, &format!("/v1/{PROJECT}/server-groups"));
    let created = column(&groups, "server_groups", "created_at");
    assert!(
        created
            .iter()
            .all(|at| ("2030-02-24".."2030-03-03").contains(&&at[..10])),
        "{created:?}"
    );
    let pairs = json(address, &format!("/v1/{PROJECT}/replications"));
    let created = column(&pairs, "replications", "created_at");
    assert!(
        created
            .iter()
            .all(|at| ("2030-02-24".."2030-03-03").contains(&&at[..10])),
        "{created:?}"
    );
    // A project that is put there later is as old on its own day.
    let world = World::new();
    world.told("PUT", "/projects/later", json!({"from": "scenario:demo"}));
    let drills = world.ask("GET", "/v1/later/disaster-recovery-drills", &[], "").json();
    assert!(column(&drills, "disaster_recovery_drills", "created_at")[0].starts_with("2025-12-31 "));
}

/// The blocks of commands, each with the block below it.
fn steps() -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut lines = SCRIPT.lines();
    while let Some(line) = lines.next() {
        let Some(kind) = line.strip_prefix("```") else { continue };
        let text: Vec<_> = lines.by_ref().take_while(|line| *line != "```").collect();
        blocks.push((kind, text.join("\n")));
    }
    let pairs = blocks.windows(2).filter(|pair| pair[0].0 == "sh");
    pairs.map(|pair| (pair[0].1.clone(), pair[1].1.clone())).collect()
}

#[test]
fn every_command_of_the_script_prints_what_stands_below_it() {
    let server = demo(&["--log", "off"], &[]);
    let origin = format!("http://{}", server.ready());
    let steps = steps();
    assert!(steps.len() >= 7, "the script lost its steps");
    // One shell for all of them: they go on where the one before ended.
    let marked = |(commands, _): &(String, String)| format!("{commands}\necho ====");
    let script: Vec<_> = steps.iter().map(marked).collect();
    let mut bash = Command::new("bash");
    bash.args(["-uo", "pipefail", "-c", &script.join("\n")]);
    let output = bash.env("SDRS", &origin).env("NO_PROXY", "*").output();
    let output = output.expect("bash and curl are there");
    let printed = String::from_utf8(output.stdout).expect("it is text");
    let errors = String::from_utf8_lossy(&output.stderr);
    let printed: Vec<_> = printed.split("====\n").collect();
    for ((commands, expected), printed) in steps.iter().zip(&printed) {
        assert_eq!(printed.trim_end(), expected, "{commands}\n{errors}");
    }
    assert_eq!(printed.len(), steps.len() + 1);
}

#[test]
fn the_lines_of_the_start_are_those_that_the_script_shows() {
    let server = demo(&["--log", "off"], &[]);
    let lines = [server.line(), server.line(), server.line()];
    let address = lines[2].split(' ').nth(4).expect("an address").to_owned();
    let lines = lines.join("\n");
    let (before, drill) = lines.split_once("/disaster-recovery-drills/").expect("a drill");
    let drill = &drill[..36];
    let seen = lines.replace(&address, "http://127.0.0.1:7705").replace(drill, "DRILL");
    assert!(
        !before.is_empty() && SCRIPT.contains(&seen),
        "the script does not show\n{seen}"
    );
}
