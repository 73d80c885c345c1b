//! Which requests a fault is for: by operation, method, path, query, header and body; and of which projects.

use serde_json::{Value, json};

use super::{RENAME, arm, arm_in, call, rename};
use crate::support::{DRILL, PROJECT, World, below_project, naming, sample};

const LIST: &str = "/disaster-recovery-drills?limit=1&name=dr_drill";

/// Whether requests met a fault with these conditions: a rename, a list, and the drill shown.
fn met(conditions: &Value) -> [bool; 3] {
    let world = World::new();
    arm(
        &world,
        &json!({"match": conditions, "effect": {"kind": "error", "status": 503}}),
    );
    let fields = ["Content-Type: application/json", "X-Test: case-1"];
    let answers = [
        world.ask("PUT", &sample(), &fields, naming(r#""演练""#)),
        world.ask("GET", &below_project(LIST), &fields, ""),
        world.ask("GET", &sample(), &fields, ""),
    ];
    answers.map(|answer| answer.status == 503)
}

#[test]
fn every_condition_tells_requests_apart() {
    let path = format!("/v1/*/disaster-recovery-drills/{}", &DRILL[..8]);
    for (conditions, expected) in [
        (json!({}), [true, true, true]),
        (json!({"operation": RENAME}), [true, false, false]),
        (json!({"operation": "ListDisasterRecoveryDrills"}), [false, true, false]),
        (json!({"method": "PUT"}), [true, false, false]),
        (json!({"method": "get"}), [false, true, true]),
        (json!({"path": format!("{path}*")}), [true, false, true]),
        (json!({"path": path}), [false, false, false]),
        (json!({"path": sample()}), [true, false, true]),
        (json!({"path": "*drills"}), [false, true, false]),
        (json!({"query": {"limit": "1"}}), [false, true, false]),
        (json!({"query": {"name": "dr_*", "limit": "*"}}), [false, true, false]),
        (json!({"query": {"limit": "2"}}), [false, false, false]),
        (json!({"query": {"offset": "*"}}), [false, false, false]),
        (json!({"header": {"x-test": "case-1"}}), [true, true, true]),
        (json!({"header": {"X-TEST": "case-*"}}), [true, true, true]),
        (json!({"header": {"x-test": "case-2"}}), [false, false, false]),
        (json!({"header": {"content-length": "0"}}), [false, true, true]),
        (json!({"body": {"disaster_recovery_drill": {}}}), [true, false, false]),
        (
            json!({"body": {"disaster_recovery_drill": {"name": "演练"}}}),
            [true, false, false],
        ),
        (
            json!({"body": {"disaster_recovery_drill": {"name": "x"}}}),
            [false, false, false],
        ),
        (
            json!({"method": "PUT", "header": {"x-test": "case-2"}}),
            [false, false, false],
        ),
        (json!({"method": "GET", "query": {"limit": "1"}}), [false, true, false]),
    ] {
        assert_eq!(met(&conditions), expected, "{conditions}");
    }
}

#[test]
fn a_subset_of_lists_in_the_body_is_enough() {
    let world = World::new();
    let tags = |key: &str| json!({"body": {"tags": [{"key": key}]}});
    let effect = json!({"kind": "error", "status": 503});
    arm(&world, &json!({"match": tags("b"), "effect": effect}));
    let path = below_project(&format!("/protected-instances/{DRILL}/tags/action"));
    let body = |keys: &[&str]| {
        let tags: Vec<_> = keys.iter().map(|key| json!({"key": key, "value": "v"})).collect();
        json!({"action": "create", "tags": tags}).to_string()
    };
    let status = |keys: &[&str]| {
        let fields = ["Content-Type: application/json"];
        world.ask("POST", &path, &fields, body(keys)).status
    };
    assert_eq!(status(&["a", "b", "c"]), 503);
    assert_ne!(status(&["a", "c"]), 503);
}

#[test]
fn operations_of_one_route_are_told_apart_by_their_body() {
    let world = World::new();
    let effect = json!({"kind": "error", "status": 503});
    arm(
        &world,
        &json!({"match": {"operation": "StopProtectionGroup"}, "effect": effect}),
    );
    let path = below_project("/server-groups/c2aee29a-2959-4d01-9755-01cc76a4d17d/action");
    let status = |body: &str| {
        world
            .ask("POST", &path, &["Content-Type: application/json"], body)
            .status
    };
    assert_eq!(status(r#"{"stop-server-group":{}}"#), 503);
    assert_ne!(status(r#"{"start-server-group":{}}"#), 503);
}

#[test]
fn a_fault_of_one_project_never_meets_another() {
    let world = World::new();
    arm_in(&world, "one", &json!({"effect": {"kind": "error", "status": 503}}));
    let shown = |project: &str| {
        let path = format!("/v1/{project}/disaster-recovery-drills");
        world.ask("GET", &path, &[], "").status
    };
    assert_eq!(
        [shown("one"), shown("two"), shown("one"), shown(PROJECT)],
        [503, 200, 503, 200]
    );
    // Nor does it meet what belongs to no project.
    assert_eq!(world.ask("GET", "/v1", &[], "").status, 200);
}

#[test]
fn a_projects_own_faults_go_before_those_of_all() {
    let world = World::new();
    let fault = |status: u16| json!({"match": {"method": "PUT"}, "when": {"first": 1}, "effect": {"kind": "error", "status": status}});
    assert_eq!(call(&world, "POST", "faults?project=*", &fault(502)).status, 200);
    arm(&world, &fault(504));
    assert_eq!(
        [rename(&world).status, rename(&world).status, rename(&world).status],
        [504, 502, 200]
    );
}

#[test]
fn a_fault_of_all_projects_meets_each_those_to_come_and_what_has_none() {
    let world = World::new();
    world.ask("GET", "/v1/there/disaster-recovery-drills", &[], "");
    let answer = call(
        &world,
        "POST",
        "faults?project=*",
        &json!({"effect": {"kind": "error", "status": 503}}),
    );
    let id = answer.json()["added"][0]["id"].as_str().expect("an ID").to_owned();
    for path in [
        "/v1/there/disaster-recovery-drills",
        "/v1/to-come/disaster-recovery-drills",
        "/v1/no.project/disaster-recovery-drills",
        "/v1",
        "/",
    ] {
        let answer = world.ask("GET", path, &[], "");
        assert_eq!(
            (answer.status, answer.header("X-Mock-Fault")),
            (503, id.as_str()),
            "{path}"
        );
    }
}
