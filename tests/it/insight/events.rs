//! The stream of events: what happens, as it happens, and what was missed meanwhile.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::time::Duration;

use sdrs_mock::config::Span;
use sdrs_mock::domain::plan::Progression;
use sdrs_mock::store::faults::Fault;
use sdrs_mock::store::job_rules::JobRule;
use serde_json::{Value, json};

use crate::support::{PROJECT, World};

/// The group of the sample world that takes a drill.
const GROUP: &str = "decf224d-87fe-403a-8721-037a1a45c287";

/// An open stream of events.
struct Watch(BufReader<TcpStream>);

impl Watch {
    /// Opens a stream; when this returns, the server tells of everything.
    fn open(world: &World, query: &str, headers: &str) -> Self {
        let mut socket = world.socket();
        let request = format!("GET /_mock/events{query} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n");
        socket.write_all(request.as_bytes()).expect("the server reads");
        let mut watch = Self(BufReader::new(socket));
        let head = watch.until("\r\n\r\n");
        assert!(head.contains("Content-Type: text/event-stream"), "{head}");
        watch.until(": watching\n\n");
        watch
    }

    fn until(&mut self, end: &str) -> String {
        let mut text = String::new();
        while !text.ends_with(end) {
            let read = self.0.read_line(&mut text).expect("the server goes on");
            assert_ne!(read, 0, "the stream ended after {text:?}");
        }
        text
    }

    /// The next event: its number, its kind, what it tells.
    fn next(&mut self) -> (u64, String, Value) {
        let (mut id, mut kind) = (0, String::new());
        loop {
            let line = self.until("\n");
            match line.trim_end().split_once(": ") {
                Some(("id", number)) => id = number.parse().expect("a number"),
                Some(("event", word)) => word.clone_into(&mut kind),
                Some(("data", data)) => return (id, kind, serde_json::from_str(data).expect("JSON")),
                _ => {}
            }
        }
    }

    /// The next event of this kind, without what is told of others.
    fn next_of(&mut self, wanted: &str) -> Value {
        loop {
            let (_, kind, data) = self.next();
            if kind == wanted {
                return data[wanted].clone();
            }
        }
    }
}

fn create(world: &World) {
    let body = json!({"disaster_recovery_drill": {"server_group_id": GROUP, "name": "rehearsal"}});
    let answer = world.tell("POST", "/disaster-recovery-drills", body);
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[test]
fn a_watcher_is_told_of_requests_jobs_resources_faults_and_clocks() {
    let world = World::new();
    let control = world.server.control().project(PROJECT);
    let mut watch = Watch::open(&world, &format!("?project={PROJECT}"), "");
    control.freeze("2026-02-01T00:00:00Z").expect("a clock");
    assert_eq!(
        watch.next_of("clock"),
        json!({"mode": "frozen", "now": "2026-02-01T00:00:00.000Z"})
    );
    control
        .arm(&Fault::error(503).on("ShowQuota").first(1))
        .expect("a fault");
    assert_eq!(world.ask_for("/sdrs/quotas").status, 503);
    assert_eq!(
        watch.next_of("fault"),
        json!({"id": "fault-1", "operation": "ShowQuota"})
    );
    let request = watch.next_of("request");
    assert_eq!(
        (&request["status"], &request["fault"]),
        (&json!(503), &json!("fault-1"))
    );
    world.ask_for("/neighbour");
    control
        .rule(&JobRule::lasting(Progression::After {
            duration: Span(Duration::from_secs(30)),
        }))
        .expect("a rule");
    create(&world);
    assert_eq!(watch.next_of("resource")["collection"], "server_groups");
    let drill = watch.next_of("resource");
    assert_eq!(
        (&drill["collection"], &drill["status"]),
        (&json!("disaster_recovery_drills"), &json!("creating"))
    );
    assert_eq!(watch.next_of("job")["status"], "INIT");
    control.advance_to_next_due().expect("a turn");
    assert_eq!(
        watch.next_of("resource"),
        json!({"collection": "disaster_recovery_drills", "id": drill["id"], "status": "available"})
    );
    let ended = watch.next_of("job");
    assert_eq!(
        (&ended["status"], &ended["job_type"]),
        (&json!("SUCCESS"), &json!("createDisasterRecoveryDrill"))
    );
}

#[test]
fn a_watcher_of_one_project_hears_nothing_of_another() {
    let world = World::new();
    let mut watch = Watch::open(&world, &format!("?project={PROJECT}"), "");
    let mut all = Watch::open(&world, "", "");
    world.ask("GET", "/v1/neighbour/sdrs/quotas", &[], "");
    world.ask_for("/sdrs/quotas");
    assert_eq!(watch.next().2["project"], PROJECT);
    assert_eq!(all.next().2["project"], "neighbour");
    assert_eq!(all.next().2["project"], PROJECT);
}

#[test]
fn an_open_stream_looks_by_itself_when_something_is_due() {
    let world = World::new();
    let control = world.server.control().project(PROJECT);
    control.unfreeze().expect("a clock");
    control
        .rule(&JobRule::lasting(Progression::After {
            duration: Span(Duration::from_millis(60)),
        }))
        .expect("a rule");
    let mut watch = Watch::open(&world, &format!("?project={PROJECT}"), "");
    create(&world);
    assert_eq!(watch.next_of("job")["status"], "INIT");
    // Nobody asks again.
    assert_eq!(watch.next_of("job")["status"], "SUCCESS");
}

#[test]
fn what_was_missed_is_told_again() {
    let world = World::new();
    let mut watch = Watch::open(&world, "", "");
    world.ask_for("/sdrs/quotas");
    let (seen, ..) = watch.next();
    drop(watch);
    world.ask_for("/active-domains");
    let mut watch = Watch::open(&world, "", &format!("Last-Event-ID: {seen}\r\n"));
    let (id, kind, data) = watch.next();
    assert_eq!((id, &*kind), (seen + 1, "request"));
    assert_eq!(data["request"]["operation"], "ListActiveActiveDomains");
}

#[test]
fn a_stream_ends_with_the_server() {
    let world = World::new();
    let mut watch = Watch::open(&world, "", "");
    drop(world);
    let mut rest = String::new();
    let _ = std::io::Read::read_to_string(&mut watch.0, &mut rest);
    // At most the last chunk, which is empty.
    assert!(["", "0"].contains(&rest.trim()), "{rest:?}");
}
