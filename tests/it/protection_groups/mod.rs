//! Protection groups: rename, delete, and what all share; creation, statuses, actions and lists in files of their own.

mod actions;
mod create;
mod failures;
mod lists;
mod members;
mod statuses;

use sdrs_mock::Config;
use serde_json::{Value, json};

use crate::stage::{self, drill, group, group_id, instance, pair, speaking};
use crate::support::{DIALECTS, NOBODY, World};

const GROUPS: &str = "/server-groups";

#[test]
fn a_body_of_another_shape_is_refused() {
    for dialect in DIALECTS {
        let world = stage::world(&json!({"server_groups": [group(1, "available")]}), speaking(dialect));
        let one = format!("{GROUPS}/{}", group_id(1));
        world.stays(|world| {
            for (method, path) in [("POST", GROUPS), ("PUT", &one)] {
                for body in [
                    "",
                    "{",
                    "[]",
                    "null",
                    "{}",
                    r#"{"server_group":null}"#,
                    r#"{"server_group":[]}"#,
                    r#"{"server_group":"x"}"#,
                    r#"{"server_group":{"name":1}}"#,
                    r#"{"server_group":{"name":[]}}"#,
                ] {
                    let answer = world.tell(method, path, body);
                    assert_eq!(answer.verdict(), "SDRS.0201", "{method} {body}");
                    answer.is_refused(dialect, "SDRS.0201", "Invalid request parameters");
                }
            }
        });
    }
}

#[test]
fn a_group_that_does_not_exist_or_cannot_is_refused_by_every_operation() {
    for dialect in DIALECTS {
        let world = World::speaking(dialect);
        let rename = r#"{"server_group":{"name":"x"}}"#;
        let action = |key: &str, inner: Value| json!({ key: inner }).to_string();
        world.stays(|world| {
            for (method, below, body) in [
                ("GET", "", String::new()),
                ("PUT", "", rename.to_owned()),
                ("DELETE", "", String::new()),
                ("POST", "/action", action("start-server-group", json!({}))),
                ("POST", "/action", action("stop-server-group", json!({}))),
                ("POST", "/action", action("failover-server-group", json!({}))),
                (
                    "POST",
                    "/action",
                    action("reverse-server-group", json!({"priority_station": "target"})),
                ),
            ] {
                let answer = world.tell(method, &format!("{GROUPS}/{NOBODY}{below}"), &body);
                answer.is_absent(dialect, "SDRS.1013", "Protection group not found");
                for id in ["x", "%20", "decf224d87fe403a8721037a1a45c287"] {
                    let answer = world.tell(method, &format!("{GROUPS}/{id}{below}"), &body);
                    answer.is_refused(dialect, "SDRS.0207", "Invalid protection group ID");
                }
            }
        });
    }
}

#[test]
fn a_rename_changes_the_name_and_when_it_was_changed() {
    let world = stage::world(&json!({"server_groups": [group(1, "available")]}), Config::test());
    let mut expected = world.group(1);
    expected["name"] = "新-name".into();
    expected["updated_at"] = "2026-01-01 00:00:00.000".into();
    let body = json!({"server_group": {"name": "新-name", "description": "not this", "status": "error"}});
    let answer = world.tell("PUT", &format!("{GROUPS}/{}", group_id(1)), body);
    assert_eq!(
        (answer.status, answer.json()),
        (200, json!({ "server_group": expected }))
    );
    assert_eq!(world.group(1), expected);
}

#[test]
fn a_bad_name_is_refused_by_a_rename() {
    for dialect in DIALECTS {
        let world = stage::world(&json!({"server_groups": [group(1, "available")]}), speaking(dialect));
        world.stays(|world| {
            for name in [Value::Null, json!(""), json!("a b"), json!("x".repeat(65))] {
                let body = json!({"server_group": {"name": name}});
                let answer = world.tell("PUT", &format!("{GROUPS}/{}", group_id(1)), body);
                answer.is_refused(dialect, "SDRS.0202", "Invalid name");
            }
        });
    }
}

#[test]
fn a_deleted_group_is_gone_when_its_job_has_ended() {
    for dialect in DIALECTS {
        let world = stage::world(
            &json!({"server_groups": [group(1, "available"), group(2, "error")]}),
            speaking(dialect),
        );
        let path = format!("{GROUPS}/{}", group_id(1));
        let job = world.job(&world.tell("DELETE", &path, "").job_id());
        assert_eq!(job["job_type"], "deleteProtectionGroupNoCG");
        assert_eq!(job["entities"], json!({"server_group_id": group_id(1)}));
        assert_eq!(world.ask_for(GROUPS).json()["count"], 1);
        for method in ["GET", "DELETE"] {
            let answer = world.tell(method, &path, "");
            answer.is_absent(dialect, "SDRS.1013", "Protection group not found");
        }
    }
}

#[test]
fn a_group_with_anything_in_it_cannot_be_deleted() {
    let message = |what: &str| format!("Protection group deletion not allowed due to a {what}");
    for dialect in DIALECTS {
        let template = json!({
            "server_groups": [group(1, "available"), group(2, "protected"), group(3, "error"), group(4, "deleting")],
            "protected_instances": [instance(1, 1, "available", &[]), instance(4, 4, "error", &[])],
            "replications": [pair(1, 1, "available"), pair(2, 2, "creating")],
            "disaster_recovery_drills": [drill(1, 1, "error"), drill(2, 2, "error"), drill(3, 3, "deleting")],
        });
        let world = stage::world(&template, speaking(dialect));
        world.stays(|world| {
            for (n, code, message) in [
                (1, "SDRS.1001", message("protected instance")),
                (2, "SDRS.1010", message("replication pair")),
                (3, "SDRS.1003", message("DR drill")),
                (
                    4,
                    "SDRS.1002",
                    "Operation not allowed for the protection group in the current state".to_owned(),
                ),
            ] {
                let answer = world.tell("DELETE", &format!("{GROUPS}/{}", group_id(n)), "");
                answer.is_refused(dialect, code, &message);
            }
        });
    }
}
