//! Effects that put another answer in the place of the operation's, or change it.

use serde_json::json;

use super::{arm, arm_rename, call, is_renamed, rename, renaming};
use crate::support::wire::{Wire, put};
use crate::support::{World, naming, read_all, sample};

#[test]
fn raw_is_what_a_proxy_would_say() {
    let world = World::new();
    let page = "<html><body>Bad Gateway – 网关</body></html>";
    let headers = json!({"Content-Type": "text/html; charset=utf-8", "Server": "proxy/1", "Via": "1.1 proxy"});
    let id = arm_rename(
        &world,
        &json!({"kind": "raw", "status": 502, "headers": headers, "body": page}),
    );
    let answer = rename(&world);
    assert_eq!((answer.status, answer.body.as_str()), (502, page));
    for (name, value) in headers.as_object().expect("an object") {
        assert_eq!(answer.header(name), value.as_str().expect("a text"));
    }
    assert_eq!(answer.header("X-Mock-Fault"), id);
    assert!(!is_renamed(&world));
}

#[test]
fn raw_can_be_bare_and_can_be_success() {
    let world = World::new();
    arm_rename(&world, &json!({"kind": "raw", "status": 200}));
    let answer = rename(&world);
    assert_eq!((answer.status, answer.body.as_str()), (200, ""));
    assert_eq!(answer.header("Content-Type"), "");
    assert!(!is_renamed(&world));
}

#[test]
fn raw_may_have_a_request_id_of_its_own() {
    let world = World::new();
    let headers = json!({"x-request-id": "its own"});
    arm_rename(&world, &json!({"kind": "raw", "status": 502, "headers": headers}));
    let mut wire = Wire::to(world.server.address());
    let answer = wire.ask(put(&sample(), &naming(r#""x""#)));
    assert_eq!(answer.header("X-Request-Id"), "its own");
    assert_eq!(answer.head.matches("X-Request-Id").count(), 1);
}

#[test]
fn a_patch_takes_members_away_and_changes_others() {
    let world = World::new();
    let patch = json!({"disaster_recovery_drill": {"status": null, "name": 7, "new": {"a": [1]}}});
    let id = arm_rename(&world, &json!({"kind": "patch", "patch": patch}));
    let answer = rename(&world);
    assert_eq!((answer.status, answer.header("X-Mock-Fault")), (200, id.as_str()));
    let drill = answer.json()["disaster_recovery_drill"].clone();
    assert_eq!(drill.get("status"), None);
    assert_eq!((&drill["name"], &drill["new"]), (&json!(7), &json!({"a": [1]})));
    assert_eq!(drill["id"], crate::support::DRILL);
    assert_eq!(answer.header("Content-Length"), answer.body.len().to_string());
    assert!(is_renamed(&world), "only the answer is changed");
}

#[test]
fn a_patch_changes_refusals_too() {
    let world = World::new();
    let patch = json!({"badrequest": null, "error": {"code": "X"}});
    arm_rename(&world, &json!({"kind": "patch", "patch": patch}));
    let answer = world.rename_with(naming(r#""a b""#));
    assert_eq!((answer.status, answer.json()), (400, json!({"error": {"code": "X"}})));
}

#[test]
fn a_patch_leaves_an_answer_without_a_body_as_it_is() {
    let world = World::new();
    let operation = json!({"operation": "DeleteAllServerGroupFailureJobs"});
    arm(
        &world,
        &json!({"match": operation, "effect": {"kind": "patch", "patch": {"a": 1}}}),
    );
    let path = crate::support::below_project("/task-center/failure-jobs/batch");
    let answer = world.ask("DELETE", &path, &[], "");
    assert_eq!((answer.status, answer.body.as_str()), (204, ""));
}

#[test]
fn the_control_plane_is_never_faulted_nor_is_what_no_route_knows() {
    let world = World::new();
    let everything = json!({"effect": {"kind": "empty"}});
    let answer = call(&world, "POST", "faults?project=*", &everything);
    assert_eq!(answer.status, 200);
    assert_eq!(call(&world, "GET", "health", &json!(null)).status, 200);
    assert_eq!(world.ask("GET", "/nowhere", &[], "").status, 404);
    assert_eq!(read_all(&mut renaming(&world)), "");
}
