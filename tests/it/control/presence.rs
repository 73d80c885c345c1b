//! Which projects exist: a look makes none, a refused call neither, and what went with one is never denied.

use sdrs_mock::Config;
use serde_json::{Value, json};

use super::calls;
use crate::support::{Answer, PROJECT, World};

/// The projects that exist, by their IDs.
fn existing(world: &World) -> Vec<Value> {
    let told = world.told("GET", "/projects", "");
    let rows = told["projects"].as_array().expect("a list");
    rows.iter().map(|row| row["id"].clone()).collect()
}

/// Asks for the drills of a project.
fn list_in(world: &World, project: &str) -> Answer {
    world.ask("GET", &format!("/v1/{project}/disaster-recovery-drills"), &[], "")
}

/// How often the drills of a project were asked for, as a question to the journal answers it.
fn verify(world: &World, project: &str, times: Value) -> (u16, Value) {
    let asked = json!({"match": {"operation": "ListDisasterRecoveryDrills"}, "times": times});
    let answer = world.mock("POST", &format!("/requests/verify?project={project}"), asked);
    (answer.status, answer.json()["ok"].clone())
}

#[test]
fn a_look_makes_no_project_and_shows_what_its_first_request_would_find() {
    let world = World::new();
    for call in calls().iter().filter(|call| call.method == "GET" && call.is_scoped()) {
        // A stream of events does not end.
        if call.path != "/_mock/events" {
            world.ask("GET", &format!("{}?project=looked-at", call.target()), &[], "");
        }
    }
    world.told("POST", "/snapshots?project=looked-at", "{}");
    world.told("DELETE", "/requests?project=looked-at", "");
    assert_eq!(verify(&world, "looked-at", json!({"exactly": 0})), (200, json!(true)));
    assert_eq!(existing(&world), [] as [Value; 0]);
    let state = world.told("GET", "/state?project=looked-at", "");
    let seen = state["projects"]["looked-at"]["disaster_recovery_drills"]
        .as_array()
        .map(Vec::len);
    assert_eq!(seen, Some(2), "{state}");
    assert_eq!(list_in(&world, "looked-at").json()["count"], 2);
    assert_eq!(existing(&world), [json!("looked-at")]);
}

#[test]
fn a_refused_call_makes_no_project_and_keeps_none() {
    let world = World::with(Config {
        max_projects: 1,
        ..Config::test()
    });
    let refused = [
        ("PATCH", "/resources/server-groups/0", json!({"name": "x"}), 404),
        ("PATCH", "/resources/servers/0", json!({}), 404),
        (
            "POST",
            "/jobs/ffff80828000000000000000000000ff/complete",
            json!({}),
            404,
        ),
        (
            "POST",
            "/faults",
            json!({"effect": {"kind": "error", "status": 499}}),
            400,
        ),
        ("POST", "/job-rules", json!({"match": {"job_type": "none"}}), 400),
        ("PUT", "/state", json!({"schema_version": 1, "projects": {}}), 400),
        ("PUT", "/clock", json!({"mode": "slow"}), 400),
        ("POST", "/reset?scope=all", Value::Null, 400),
    ];
    let refuse = |project: &str| {
        for (method, path, body, status) in &refused {
            let separator = if path.contains('?') { '&' } else { '?' };
            let body = if body.is_null() {
                String::new()
            } else {
                body.to_string()
            };
            let answer = world.mock(method, &format!("{path}{separator}project={project}"), body);
            assert_eq!(answer.status, *status, "{method} {path}: {}", answer.body);
        }
    };
    refuse("one");
    assert_eq!(existing(&world), [] as [Value; 0]);
    // One that is there is still one that nobody has changed, so that it may make room.
    assert_eq!(list_in(&world, "one").status, 200);
    refuse("one");
    assert_eq!(list_in(&world, "two").status, 200);
    assert_eq!(existing(&world), [json!("two")]);
    // One that was really governed stays.
    world.told("PUT", "/clock?project=two", json!({"mode": "real"}));
    assert_eq!(list_in(&world, "three").status, 503);
    let shown = world.told("GET", "/clock?project=three", "");
    assert_eq!(shown["mode"], "frozen", "a look needs no room");
}

#[test]
fn what_was_dropped_with_a_project_leaves_questions_open() {
    let world = World::with(Config {
        max_projects: 1,
        ..Config::test()
    });
    assert_eq!(list_in(&world, "one").status, 200);
    assert_eq!(verify(&world, "one", json!({"exactly": 1})), (200, json!(true)));
    assert_eq!(list_in(&world, "two").status, 200);
    let open = (424, Value::Null);
    assert_eq!(verify(&world, "one", json!({"exactly": 1})), open);
    assert_eq!(verify(&world, "one", json!({"exactly": 0})), open);
    assert_eq!(
        verify(&world, "two", json!({"exactly": 1})),
        (200, json!(true)),
        "a neighbour's own are known"
    );
    // There again it goes on counting what was lost, until a tester says that it does not matter.
    assert_eq!(list_in(&world, "one").status, 200);
    assert_eq!(verify(&world, "one", json!({"exactly": 1})), open);
    assert_eq!(verify(&world, "one", json!({"at_least": 1})), (200, json!(true)));
    assert_eq!(world.told("GET", "/requests?project=one", "")["dropped"], 1);
    world.told("DELETE", "/requests?project=one", "");
    assert_eq!(verify(&world, "one", json!({"exactly": 0})), (200, json!(true)));
    // `two` was dropped for it meanwhile.
    assert_eq!(world.told("GET", "/requests", "")["dropped"], 1);
    world.told("DELETE", "/requests?project=*", "");
    assert_eq!(verify(&world, "two", json!({"exactly": 0})), (200, json!(true)));
}

#[test]
fn a_project_that_is_deleted_or_replaced_by_others_takes_its_journal_along() {
    let world = World::new();
    let asked = |times: Value| {
        let asked = json!({"match": {"operation": "UpdateDisasterRecoveryDrillName"}, "times": times});
        world
            .mock("POST", &format!("/requests/verify?project={PROJECT}"), asked)
            .status
    };
    let drops: [&dyn Fn(); 2] = [
        &|| drop(world.told("DELETE", &format!("/projects/{PROJECT}"), "")),
        &|| drop(world.told("PUT", "/state?project=*", json!({"schema_version": 1, "projects": {}}))),
    ];
    for dropping in drops {
        world.told("POST", &format!("/reset?project={PROJECT}"), "");
        assert_eq!(world.rename_with("{}").status, 400);
        assert_eq!(asked(json!({"exactly": 1})), 200);
        dropping();
        assert_eq!(existing(&world), [] as [Value; 0]);
        assert_eq!(asked(json!({"exactly": 1})), 424);
        world.told("PUT", &format!("/projects/{PROJECT}"), "{}");
        assert_eq!(asked(json!({"exactly": 0})), 424);
        world.told("POST", &format!("/reset?project={PROJECT}"), "");
        assert_eq!(asked(json!({"exactly": 0})), 200);
    }
}
