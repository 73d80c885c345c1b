//! The calls that arm faults, show them and take them back.

use sdrs_mock::Config;
use sdrs_mock::store::faults::{Effect, Fault};
use serde_json::{Value, json};

use super::{RENAME, arm, arm_in, call, listed, rename};
use crate::support::files::Folder;
use crate::support::{PROJECT, World};

fn named(id: &str) -> Value {
    json!({"id": id, "match": {"operation": RENAME}, "effect": {"kind": "error", "status": 503}})
}

fn ids(world: &World) -> Vec<String> {
    let faults = listed(world);
    let ids = faults
        .iter()
        .map(|fault| fault["id"].as_str().expect("an ID").to_owned());
    ids.collect()
}

#[test]
fn post_appends_put_replaces_and_delete_clears() {
    let world = World::new();
    let of_project = format!("faults?project={PROJECT}");
    let change = |method: &str, body: &Value| {
        let answer = call(&world, method, &of_project, body);
        assert_eq!(answer.status, 200, "{}", answer.body);
        let changed = answer.json();
        (
            changed["removed"].clone(),
            changed["added"].as_array().expect("a list").len(),
        )
    };
    assert_eq!(change("POST", &named("a")), (json!(0), 1));
    assert_eq!(change("POST", &json!([named("b"), named("c")])), (json!(0), 2));
    assert_eq!(ids(&world), ["a", "b", "c"]);
    assert_eq!(change("PUT", &json!([named("d"), named("e")])), (json!(3), 2));
    assert_eq!(ids(&world), ["d", "e"]);
    assert_eq!(change("DELETE", &Value::Null), (json!(2), 0));
    assert_eq!(ids(&world), [""; 0]);
    assert_eq!(rename(&world).status, 200);
}

#[test]
fn an_armed_fault_is_shown_as_it_was_written_with_an_id() {
    let world = World::new();
    let written = json!({
        "match": {"operation": RENAME, "header": {"x-test": "t1"}},
        "when": {"first": 2},
        "delay": "200ms",
        "effect": {"kind": "error", "status": 503, "code": "SDRS.0013", "retry_after": "1s"},
        "ttl": "5m",
    });
    let id = arm(&world, &written);
    let mut expected = written;
    for (name, value) in [
        ("id", json!(id)),
        ("expires_at", json!("2026-01-01T00:05:00.000Z")),
        ("matched", json!(0)),
        ("hits", json!(0)),
        ("remaining", json!(2)),
    ] {
        expected[name] = value;
    }
    assert_eq!(listed(&world), [expected]);
}

#[test]
fn faults_without_a_scope_are_those_of_all_projects_by_project() {
    let world = World::new();
    arm_in(&world, "one", &named("a"));
    call(&world, "POST", "faults?project=*", &named("b"));
    let all = call(&world, "GET", "faults", &Value::Null).json();
    assert_eq!(all["projects"]["one"][0]["id"], "a");
    assert_eq!(all["default"][0]["id"], "b");
    let starred = call(&world, "GET", "faults?project=*", &Value::Null).json();
    assert_eq!(starred, all);
}

#[test]
fn one_fault_can_be_taken_back_by_its_id() {
    let world = World::new();
    call(
        &world,
        "POST",
        &format!("faults?project={PROJECT}"),
        &json!([named("a"), named("b")]),
    );
    let answer = call(&world, "DELETE", "faults/a", &Value::Null);
    assert_eq!((answer.status, answer.json()), (200, json!({"removed": "a"})));
    assert_eq!(ids(&world), ["b"]);
    let answer = call(&world, "DELETE", "faults/a", &Value::Null);
    assert_eq!(
        (answer.status, &answer.json()["error"]["code"]),
        (404, &json!("not_found"))
    );
    call(&world, "POST", "faults?project=*", &named("c"));
    assert_eq!(call(&world, "DELETE", "faults/c", &Value::Null).status, 200);
    let all = call(&world, "GET", "faults", &Value::Null).json();
    assert_eq!(all["default"], json!([]));
}

#[test]
fn an_id_that_several_have_needs_the_project() {
    let world = World::new();
    for project in ["one", "two", "*"] {
        arm_in(&world, project, &named("a"));
    }
    let answer = call(&world, "DELETE", "faults/a", &Value::Null);
    assert_eq!(
        (answer.status, &answer.json()["error"]["code"]),
        (400, &json!("missing_project"))
    );
    assert_eq!(call(&world, "DELETE", "faults/a?project=one", &Value::Null).status, 200);
    let all = call(&world, "GET", "faults", &Value::Null).json();
    assert_eq!(all["projects"].as_object().expect("an object").len(), 1);
    assert_eq!(
        (&all["projects"]["two"][0]["id"], &all["default"][0]["id"]),
        (&json!("a"), &json!("a"))
    );
    assert_eq!(call(&world, "DELETE", "faults/a?project=one", &Value::Null).status, 404);
}

#[test]
fn a_change_without_a_scope_is_refused() {
    let world = World::new();
    for method in ["POST", "PUT", "DELETE"] {
        let answer = call(&world, method, "faults", &named("a"));
        let code = answer.json()["error"]["code"].clone();
        assert_eq!((answer.status, code), (400, json!("missing_project")), "{method}");
    }
    assert_eq!(ids(&world), [""; 0]);
}

#[test]
fn faults_armed_without_http_do_the_same() {
    let world = World::new();
    let project = world.server.control().project(PROJECT);
    let id = project
        .arm(&Fault::error(503).on(RENAME).first(1))
        .expect("a sound fault");
    assert_eq!(ids(&world), [id]);
    assert_eq!([rename(&world).status, rename(&world).status], [503, 200]);
    project.clear_faults().expect("they can be cleared");
    project
        .arm(&Fault::new(Effect::Empty {}).on("NoSuchOperation"))
        .expect_err("a typo");
    assert_eq!(ids(&world), [""; 0]);
}

#[test]
fn faults_of_fixtures_have_ids_and_their_time_begins_with_the_world() {
    let folder = Folder::new("faults-of-fixtures");
    let fault = json!({"match": {"operation": RENAME}, "effect": {"kind": "error", "status": 503}, "ttl": "1m"});
    let fixture =
        json!({"schema_version": 1, "projects": {PROJECT: {"faults": [fault]}}, "default": {"faults": [fault]}});
    let path = folder.write("faults.json", fixture);
    let world = World::with(Config {
        fixtures: vec![path],
        ..Config::test()
    });
    let all = call(&world, "GET", "faults?project=*", &Value::Null).json();
    let default = &all["default"][0];
    let own = &listed(&world)[0];
    for fault in [default, own] {
        assert_ne!(fault["id"], "");
        assert_eq!(fault["expires_at"], "2026-01-01T00:01:00.000Z");
    }
}
