//! Fixtures that change while the server serves.

use std::net::SocketAddr;
use std::path::Path;

use serde_json::{Value, json};

use crate::support::drill;
use crate::support::files::{Folder, nth, text, with_drills};
use crate::support::process::Process;
use crate::support::wire::{Wire, get, naming, put};

/// How often a test asks before it gives up: enough for a minute of a slow machine.
const ATTEMPTS: usize = 200_000;

fn serve(path: &Path, more: &[&str]) -> (Process, SocketAddr) {
    Process::serve(&[&["--fixtures", text(path), "--watch"], more].concat())
}

/// Asks until `info` says so.
#[track_caller]
fn until(wire: &mut Wire, is_so: impl Fn(&Value) -> bool) -> Value {
    let mut last = Value::Null;
    for _ in 0..ATTEMPTS {
        last = serde_json::from_str(&wire.ask(get("/_mock/info")).body).expect("info is JSON");
        if is_so(&last) {
            return last;
        }
    }
    panic!("it never came to that: {last}");
}

/// Waits until the fixtures were read again so often.
#[track_caller]
fn reloaded(wire: &mut Wire, times: usize) {
    until(wire, |info| info["reloads"] == times && info["reload_error"].is_null());
}

/// How many drills a project has.
fn count(wire: &mut Wire, project: &str) -> Value {
    let list = wire.ask(get(&format!("/v1/{project}/disaster-recovery-drills?limit=1")));
    serde_json::from_str::<Value>(&list.body).expect("a list")["count"].clone()
}

#[test]
fn projects_follow_the_fixtures_and_keep_what_was_changed_in_them() {
    let folder = Folder::new("projects_follow");
    let mut first = with_drills(2);
    first["projects"] = json!({"own": first["template"]});
    let path = folder.write("fixture.json", &first);
    let (server, address) = serve(&path, &[]);
    let mut wire = Wire::to(address);
    for project in ["looked-at", "renamed", "reset", "frozen", "own"] {
        assert_eq!(count(&mut wire, project), 2, "{project}");
    }
    for project in ["renamed", "reset"] {
        let path = format!("/v1/{project}{}", drill(&nth(0)));
        assert_eq!(wire.ask(put(&path, &naming("mine"))).status(), 200);
    }
    let post = "POST /_mock/reset?project=reset HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(wire.ask(post).status(), 200);
    let frozen = put(
        "/_mock/clock?project=frozen",
        r#"{"mode":"frozen","now":"2030-01-01T00:00:00Z"}"#,
    );
    assert_eq!(wire.ask(frozen).status(), 200);

    let mut second = with_drills(3);
    second["projects"] = json!({"own": with_drills(4)["template"]});
    folder.write("fixture.json", &second);
    reloaded(&mut wire, 1);
    for (project, drills) in [
        ("looked-at", 3),
        ("renamed", 2),
        ("reset", 3),
        ("frozen", 3),
        ("own", 4),
        ("new", 3),
    ] {
        assert_eq!(count(&mut wire, project), drills, "{project}");
    }
    let clock = wire.ask(get("/_mock/clock?project=frozen")).body;
    assert!(clock.contains("2030-01-01T00:00:00.000Z"), "{clock}");
    // What was changed goes back to what the fixtures say now.
    assert_eq!(wire.ask(post.replace("=reset ", "=renamed ")).status(), 200);
    assert_eq!(count(&mut wire, "renamed"), 3);
    server.signal("TERM");
    let log = server.end().stderr;
    assert!(
        log.contains("were read again") && log.contains("following=3") && log.contains("keeping=2"),
        "{log}"
    );
}

#[test]
fn a_broken_edit_keeps_the_old_world_and_says_why_with_all_its_faults() {
    let folder = Folder::new("a_broken_edit");
    let path = folder.write("fixture.json", with_drills(2));
    let (server, address) = serve(&path, &[]);
    let mut wire = Wire::to(address);
    let mut broken = with_drills(3);
    broken["template"]["disaster_recovery_drills"][0]["name"] = json!("a b");
    broken["template"]["disaster_recovery_drills"][1]["status"] = json!("lost");
    broken["default"] = json!({"faults": [{"match": {"operation": "Nothing"}}]});
    folder.write("fixture.json", &broken);
    let info = until(&mut wire, |info| info["reload_error"].is_string());
    let told = info["reload_error"].as_str().expect("a text").to_owned();
    for place in ["disaster_recovery_drills[0].name", "disaster_recovery_drills[1].status"] {
        assert!(
            told.contains(&format!("{}: $.template.{place}: ", text(&path))),
            "{told}"
        );
    }
    assert_eq!((&info["reloads"], count(&mut wire, "p")), (&json!(0), json!(2)));
    // Rules that are sound by their form and name what there is not.
    broken["template"] = with_drills(3)["template"].clone();
    folder.write("fixture.json", &broken);
    until(&mut wire, |info| {
        info["reload_error"]
            .as_str()
            .is_some_and(|error| error.contains("Nothing"))
    });
    assert_eq!(count(&mut wire, "p"), 2);
    folder.write("fixture.json", with_drills(4));
    reloaded(&mut wire, 1);
    assert_eq!(count(&mut wire, "p"), 4);
    server.signal("TERM");
    let log = server.end().stderr;
    assert!(
        log.contains("ERROR") && told.lines().all(|line| log.contains(line)),
        "{log}"
    );
}

#[test]
fn files_that_are_replaced_come_and_go_are_seen() {
    let folder = Folder::new("files_that_are_replaced");
    let file = folder.write("parts/1.json", with_drills(2));
    let (_server, address) = serve(&folder.path().join("parts"), &[]);
    let mut wire = Wire::to(address);
    assert_eq!(count(&mut wire, "p"), 2);
    // As many editors save.
    let new = folder.write("new.json", with_drills(3));
    std::fs::rename(new, &file).expect("it is the same folder's file system");
    reloaded(&mut wire, 1);
    assert_eq!(count(&mut wire, "p"), 3);
    let mut more = with_drills(4);
    more["template"]["server_groups"] = json!([]);
    more["template"]["disaster_recovery_drills"]
        .as_array_mut()
        .expect("a list")
        .drain(..3);
    let more = folder.write("parts/2.json", more);
    reloaded(&mut wire, 2);
    assert_eq!(count(&mut wire, "p"), 4);
    std::fs::remove_file(more).expect("it is there");
    reloaded(&mut wire, 3);
    assert_eq!(count(&mut wire, "p"), 3);
    std::fs::remove_file(&file).expect("it is there");
    let info = until(&mut wire, |info| info["reload_error"].is_string());
    assert!(
        info["reload_error"]
            .as_str()
            .is_some_and(|error| error.contains("holds no *.json")),
        "{info}"
    );
    assert_eq!(count(&mut wire, "p"), 3);
    // A file that is not read is not watched.
    folder.write("parts/1.json", with_drills(1));
    reloaded(&mut wire, 4);
    folder.write("parts/notes.txt", "nothing");
    folder.write("parts/1.json", with_drills(5));
    reloaded(&mut wire, 5);
}

#[test]
fn a_state_that_was_gone_on_from_follows_too() {
    let folder = Folder::new("a_state_follows");
    let (fixture, state) = (
        folder.write("fixture.json", with_drills(2)),
        folder.path().join("state.json"),
    );
    let more = ["--state", text(&state)];
    let (server, address) = serve(&fixture, &more);
    let mut wire = Wire::to(address);
    assert_eq!(count(&mut wire, "looked-at"), 2);
    assert_eq!(
        wire.ask(put(&format!("/v1/changed{}", drill(&nth(0))), &naming("mine")))
            .status(),
        200
    );
    server.signal("TERM");
    assert_eq!(server.end().code, Some(0));
    let (_server, address) = serve(&fixture, &more);
    let mut wire = Wire::to(address);
    folder.write("fixture.json", with_drills(3));
    reloaded(&mut wire, 1);
    assert_eq!(
        (count(&mut wire, "looked-at"), count(&mut wire, "changed")),
        (json!(3), json!(2))
    );
}

#[test]
fn without_fixtures_there_is_nothing_to_watch() {
    let ended = Process::run(&["--listen", "127.0.0.1:0", "--watch"], &[]);
    assert_eq!((ended.code, &*ended.stdout), (Some(2), ""));
    assert_eq!(
        ended.stderr,
        "sdrs-mock: --watch needs --fixtures: what is built in does not change\n"
    );
    let help = Process::run(&["--help"], &[]).stdout;
    assert!(help.contains("--watch"));
}
