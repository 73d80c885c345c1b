//! `Prefer`: a request asks for a fault of its own, once.

use sdrs_mock::Config;
use serde_json::json;

use super::{arm_rename, is_renamed, listed, rename, renaming};
use crate::support::{Answer, DIALECTS, PROJECT, World, naming, sample};

/// A rename with these header fields.
fn preferring(world: &World, fields: &[&str]) -> Answer {
    let fields = [&["Content-Type: application/json"], fields].concat();
    world.ask("PUT", &sample(), &fields, naming(r#""x""#))
}

#[test]
fn a_code_is_answered_once() {
    for dialect in DIALECTS {
        let world = World::speaking(dialect);
        let answer = preferring(&world, &["Prefer: code=503"]);
        answer.is_error(503, "error", "503", "Service unavailable");
        assert_eq!(answer.header("Preference-Applied"), "code=503");
        assert_eq!(answer.header("X-Mock-Fault"), "");
        assert!(!is_renamed(&world));
        let next = rename(&world);
        assert_eq!((next.status, next.header("Preference-Applied")), (200, ""));
    }
}

#[test]
fn what_can_be_kept_to_is_and_the_rest_is_ignored() {
    for (fields, status, applied) in [
        (&["Prefer: code=409, delay=2ms"][..], 409, "code=409, delay=2ms"),
        (&["Prefer: delay=1ms"], 200, "delay=1ms"),
        (&["Prefer: respond-async, code=404, wait=10"], 404, "code=404"),
        (&["Prefer: wait=10", "Prefer: Code = \"500\""], 500, "Code = \"500\""),
        (&["Prefer: code=502; delay=1ms"], 502, "code=502, delay=1ms"),
        (&["Prefer: code=429, code=500"], 429, "code=429"),
        (&["Prefer: code=418"], 200, ""),
        (&["Prefer: code=x, delay=1 day"], 200, ""),
        (&["Prefer: return=minimal"], 200, ""),
        (&["Prefer: code"], 200, ""),
        (&["Prefer:"], 200, ""),
    ] {
        let world = World::new();
        let answer = preferring(&world, fields);
        assert_eq!(
            (answer.status, answer.header("Preference-Applied")),
            (status, applied),
            "{fields:?}"
        );
        assert_eq!(is_renamed(&world), status == 200);
    }
}

#[test]
fn a_preference_goes_before_faults_and_counts_for_none() {
    let world = World::new();
    arm_rename(&world, &json!({"kind": "error", "status": 503}));
    assert_eq!(preferring(&world, &["Prefer: code=409"]).status, 409);
    assert_eq!(listed(&world)[0]["matched"], 0);
    assert_eq!(rename(&world).status, 503);
}

#[test]
fn a_preferred_fault_has_no_name_in_the_journal() {
    let world = World::new();
    preferring(&world, &["Prefer: code=409"]);
    let requests = world.server.control().project(PROJECT).requests().expect("a journal");
    assert_eq!((requests[0].status, requests[0].fault.as_deref()), (409, None));
}

#[test]
fn preferences_can_be_turned_off() {
    let world = World::with(Config {
        no_prefer: true,
        ..Config::test()
    });
    let answer = preferring(&world, &["Prefer: code=503"]);
    answer.is_named("x");
    assert_eq!(answer.header("Preference-Applied"), "");
    // Faults of the control plane are another matter.
    arm_rename(&world, &json!({"kind": "empty"}));
    assert_eq!(crate::support::read_all(&mut renaming(&world)), "");
}
