//! Operations that share a path and a method: the body tells which one is meant, and nothing else in it does.

use sdrs_mock::domain::plan::Outcome;
use sdrs_mock::store::job_rules::JobRule;
use serde_json::{Value, json};

use crate::stage::{self, group, group_id, instance, instance_id, pair, pair_id, speaking};
use crate::support::{DIALECTS, PROJECT};

#[test]
fn an_action_of_a_group_is_told_by_its_member_whatever_another_is_called() {
    let members = |status: &str| {
        json!({
            "server_groups": [group(1, status)], "protected_instances": [instance(1, 1, status, &[1])],
            "replications": [pair(1, 1, status)],
        })
    };
    let path = format!("/server-groups/{}/action", group_id(1));
    for dialect in DIALECTS {
        let world = stage::world(&members("available"), speaking(dialect));
        let both = r#"{"stop-server-group":{},"action":"start-server-group"}"#;
        let code = "Operation not allowed for the protection group in the current state";
        world.tell("POST", &path, both).is_refused(dialect, "SDRS.1002", code);
        assert_eq!(world.group(1)["status"], "available");
        let world = stage::world(&members("protected"), speaking(dialect));
        let both = r#"{"failover-server-group":{},"action":"stop-server-group"}"#;
        assert_eq!(world.tell("POST", &path, both).status, 200);
        assert_eq!(world.group(1)["status"], "failed-over");
    }
}

#[test]
fn a_batch_of_tags_is_told_by_the_value_of_its_action_whatever_members_are_called() {
    let template = json!({
        "server_groups": [group(1, "available")], "protected_instances": [instance(1, 1, "available", &[])],
    });
    let path = format!("/protected-instances/{}/tags/action", instance_id(1));
    for dialect in DIALECTS {
        let world = stage::world(&template, speaking(dialect));
        let add = r#"{"delete":1,"action":"create","tags":[{"key":"k","value":"v"}]}"#;
        assert_eq!(world.tell("POST", &path, add).status, 204);
        assert_eq!(world.instance(1)["tags"], json!([{"key": "k", "value": "v"}]));
        let remove = r#"{"create":1,"action":"delete","tags":[{"key":"k","value":"v"}]}"#;
        assert_eq!(world.tell("POST", &path, remove).status, 204);
        assert_eq!(world.instance(1)["tags"], json!([]));
    }
}

#[test]
fn what_a_pair_failed_at_is_told_with_the_status_error_only() {
    let template = json!({
        "server_groups": [group(1, "available")], "protected_instances": [instance(1, 1, "available", &[1])],
        "replications": [pair(1, 1, "available")],
    });
    let world = stage::world(&template, speaking(DIALECTS[0]));
    let control = world.server.control().project(PROJECT);
    let fail = Outcome::Fail {
        error_code: None,
        fail_reason: None,
    };
    control.rule(&JobRule::ending(fail).times(2)).expect("a rule");
    let body = json!({"replication": {
        "server_group_id": group_id(1), "volume_id": "0f000000-0000-4000-8000-000000000001", "name": "doomed",
    }});
    assert_eq!(world.tell("POST", "/replications", body).status, 200);
    let newest =
        |world: &crate::support::World| world.ask_for("/replications?limit=1").json()["replications"][0].clone();
    let failed = newest(&world);
    assert_eq!(
        (&failed["status"], &failed["failure_detail"]),
        (&json!("error"), &json!("SDRS.1609"))
    );
    let path = format!("/replications/{}", failed["id"].as_str().expect("an ID"));
    assert_eq!(world.tell("DELETE", &path, "{}").status, 200);
    let failed = newest(&world);
    assert_eq!(
        (&failed["status"], &failed["failure_detail"]),
        (&json!("error-deleting"), &Value::Null)
    );
    assert_eq!(world.pair(1)["id"], pair_id(1));
}

#[test]
fn what_another_filter_overrides_is_not_looked_at() {
    let template = json!({
        "server_groups": [group(1, "available")], "protected_instances": [instance(1, 1, "available", &[])],
    });
    let world = stage::world(&template, speaking(DIALECTS[0]));
    let group = group_id(1);
    for query in [
        format!("/protected-instances?protected_instance_ids=x&server_group_id={group}"),
        format!("/protected-instances?server_group_id=x&server_group_ids={group}"),
        format!("/replications?server_group_id=x&server_group_ids={group}"),
    ] {
        assert_eq!(world.ask_for(&query).status, 200, "{query}");
    }
    let requests = world.server.control().project(PROJECT).requests().expect("a project");
    assert!(
        requests.iter().all(|request| request.unread.is_empty()),
        "overridden is not unread"
    );
}
