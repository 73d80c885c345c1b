//! Groups from their creation to their deletion, and from one site to the other and back.

use sdrs_mock::Config;
use serde_json::{Value, json};

use super::{Client, SERVER, create_group, create_instance, new_group, twice};
use crate::stage::polls;

/// A group of the built-in world that has an instance and a pair, available, with its production at the target site.
const SWITCHED: &str = "943c7d15-0371-4b89-b1a6-db1ef35c9263";
const PAIR: &str = "6568f7c4-0510-4f39-929d-8ffccbd4fd47";

fn fail_over_and_return(client: &mut Client) {
    let group = format!("/server-groups/{SWITCHED}");
    for (key, inner, status, station) in [
        ("start", json!({}), "protected", "target"),
        ("failover", json!({}), "failed-over", "source"),
        ("start", json!({}), "protected", "source"),
        ("reverse", json!({"priority_station": "target"}), "protected", "target"),
    ] {
        let key = format!("{key}-server-group");
        let accepted = client.tell("POST", &format!("{group}/action"), &json!({ key: inner }));
        assert_eq!(client.wait(&accepted)["server_group_id"], SWITCHED);
        for path in [&group, &format!("/replications/{PAIR}")] {
            let row = client.one(path);
            assert_eq!(
                (&row["status"], &row["priority_station"]),
                (&json!(status), &json!(station)),
                "{path}"
            );
        }
        client.look_around();
    }
    let new = json!({"disaster_recovery_drill": {"server_group_id": SWITCHED, "name": "rehearsal"}});
    let accepted = client.tell("POST", "/disaster-recovery-drills", &new);
    let drill = client.wait(&accepted)["disaster_recovery_drill_id"].clone();
    let drill = client.one(&format!(
        "/disaster-recovery-drills/{}",
        drill.as_str().expect("a text")
    ));
    assert_eq!(drill["drill_servers"].as_array().map(Vec::len), Some(1));
}

#[test]
fn enable_fail_over_reprotect_and_return() {
    twice(&Config::test(), fail_over_and_return);
    twice(&polls(3), fail_over_and_return);
}

/// Puts a protected instance into a new group, takes both to the other site and back, and says where it is.
fn protect(client: &mut Client, id: &str) -> String {
    let group = format!("/server-groups/{id}");
    let start = json!({"start-server-group": {}});
    let empty = client.tell("POST", &format!("{group}/action"), &start);
    assert_eq!(empty.verdict(), "SDRS.1002", "there is nothing to protect yet");
    let (instance, pair) = create_instance(client, id, SERVER);
    for (key, inner, status, station) in [
        ("start", json!({}), "protected", "source"),
        ("failover", json!({}), "failed-over", "target"),
        ("start", json!({}), "protected", "target"),
        ("reverse", json!({"priority_station": "source"}), "protected", "source"),
        ("stop", json!({}), "available", "source"),
    ] {
        let key = format!("{key}-server-group");
        let accepted = client.tell("POST", &format!("{group}/action"), &json!({ key: inner }));
        let about = client.wait(&accepted);
        assert_eq!(about["sub_jobs"].as_array().map(Vec::len), Some(1), "one for the pair");
        for path in [&group, &instance, &pair] {
            let row = client.one(path);
            assert_eq!(
                (&row["status"], &row["priority_station"]),
                (&json!(status), &json!(station)),
                "{path}"
            );
        }
    }
    let row = client.one(&group);
    assert_eq!(
        (&row["protected_instance_num"], &row["replication_num"]),
        (&json!(1), &json!(1))
    );
    instance
}

fn from_creation_to_deletion(client: &mut Client) {
    let accepted = client.tell("POST", "/server-groups", &new_group());
    let list = client.get("/server-groups?name=mine").json();
    let id = list["server_groups"][0]["id"].as_str().expect("a text").to_owned();
    let group = format!("/server-groups/{id}");
    let new = json!({"disaster_recovery_drill": {"server_group_id": id, "name": "rehearsal"}});
    let drills = "/disaster-recovery-drills";
    assert_eq!(
        client.tell("POST", drills, &new).verdict(),
        "SDRS.1002",
        "the group is creating"
    );
    assert_eq!(client.wait(&accepted)["server_group_id"], id);

    let instance = protect(client, &id);
    let accepted = client.tell("POST", drills, &new);
    let drill = client.wait(&accepted)["disaster_recovery_drill_id"].clone();
    let drill = format!("{drills}/{}", drill.as_str().expect("a text"));
    assert_eq!(client.one(&drill)["drill_servers"].as_array().map(Vec::len), Some(1));
    assert_eq!(client.tell("DELETE", &group, &Value::Null).verdict(), "SDRS.1001");
    let accepted = client.tell("DELETE", &instance, &Value::Null);
    client.wait(&accepted);
    assert_eq!(client.get(&instance).verdict(), "SDRS.1320");
    assert_eq!(client.tell("DELETE", &group, &Value::Null).verdict(), "SDRS.1003");
    for (path, wrapper) in [(&drill, "disaster_recovery_drill"), (&group, "server_group")] {
        let renamed = client.tell("PUT", path, &json!({ wrapper: {"name": "renamed"} }));
        assert_eq!(renamed.json()[wrapper]["name"], "renamed");
    }
    client.look_around();
    assert_eq!(client.one(&group)["disaster_recovery_drill_num"], 1);

    for (path, code) in [(&drill, "SDRS.1902"), (&group, "SDRS.1013")] {
        let accepted = client.tell("DELETE", path, &Value::Null);
        client.wait(&accepted);
        assert_eq!(client.get(path).verdict(), code);
        assert_eq!(client.tell("DELETE", path, &Value::Null).verdict(), code);
    }
}

#[test]
fn a_group_with_its_instance_and_its_drill_from_creation_to_deletion() {
    twice(&polls(2), from_creation_to_deletion);
}

/// Asserts that each of these rows has this status.
#[track_caller]
fn all_are(client: &mut Client, paths: &[&String], status: &str) {
    for path in paths {
        assert_eq!(client.one(path)["status"], status, "{path}");
    }
}

fn rehearse(client: &mut Client) {
    let before = client.get("/sdrs/quotas").json();
    let id = create_group(client);
    let group = format!("/server-groups/{id}");
    let (instance, pair) = create_instance(client, &id, SERVER);
    all_are(client, &[&group, &instance, &pair], "available");
    assert_eq!(client.act(&id, "start-server-group", json!({}))["server_group_id"], id);
    all_are(client, &[&group, &instance, &pair], "protected");

    let new = json!({"disaster_recovery_drill": {"server_group_id": id, "name": "rehearsal"}});
    let accepted = client.tell("POST", "/disaster-recovery-drills", &new);
    let drill = client.wait(&accepted)["disaster_recovery_drill_id"].clone();
    let drill = format!("/disaster-recovery-drills/{}", drill.as_str().expect("a text"));
    let shown = client.one(&drill);
    assert_eq!(
        (&shown["status"], &shown["name"]),
        (&json!("available"), &json!("rehearsal"))
    );
    assert!(instance.ends_with(shown["drill_servers"][0]["protected_instance"].as_str().expect("an ID")));
    let renamed = client.tell(
        "PUT",
        &drill,
        &json!({"disaster_recovery_drill": {"name": "dress-rehearsal"}}),
    );
    let expected = client.one(&drill);
    assert_eq!(renamed.json()["disaster_recovery_drill"], expected);
    assert_eq!(expected["name"], "dress-rehearsal");
    assert_eq!(client.one(&group)["disaster_recovery_drill_num"], 1);
    client.delete(&drill, "SDRS.1902");
    assert_eq!(client.one(&group)["disaster_recovery_drill_num"], 0);

    client.act(&id, "stop-server-group", json!({}));
    all_are(client, &[&group, &instance, &pair], "available");
    client.delete(&instance, "SDRS.1320");
    assert_eq!(client.get(&pair).verdict(), "SDRS.1608", "it went with its instance");
    client.delete(&group, "SDRS.1013");
    assert_eq!(client.get("/sdrs/quotas").json(), before);
}

#[test]
fn a_group_is_protected_rehearsed_and_taken_down() {
    twice(&Config::test(), rehearse);
    twice(&polls(2), rehearse);
}
