//! What is written down about things: the tags of an instance, the record of a job that failed.

use sdrs_mock::Config;
use serde_json::{Value, json};

use super::{Client, SERVER, create_group, create_instance, twice};
use crate::stage::polls;

const QUERY: &str = "/protected-instances/resource_instances/action";

/// The instances with this tag, and how many they are by a second question.
#[track_caller]
fn tagged(client: &mut Client, key: &str, value: &str) -> Vec<Value> {
    let ask = |action: &str| json!({"action": action, "tags": [{"key": key, "values": [value]}]});
    let found = client.tell("POST", QUERY, &ask("filter")).json();
    let counted = client.tell("POST", QUERY, &ask("count")).json();
    let rows = found["resources"].as_array().expect("a list").clone();
    for total in [&found["total_count"], &counted["total_count"]] {
        assert_eq!(total, rows.len(), "{found} {counted}");
    }
    rows.iter().map(|row| row["resource_id"].clone()).collect()
}

fn tag_and_find(client: &mut Client) {
    let group = create_group(client);
    let (instance, _) = create_instance(client, &group, SERVER);
    let id = json!(instance.rsplit('/').next().expect("its ID"));
    let project = "/protected-instances/tags";
    let before = client.get(project).json();
    assert_eq!(tagged(client, "stage", "test"), [json!(null); 0]);

    let tag = json!({"tag": {"key": "stage", "value": "test"}});
    let tags = format!("{instance}/tags");
    assert_eq!(client.tell("POST", &tags, &tag).status, 204);
    let more = json!([{"key": "owner", "value": "ops"}, {"key": "stage", "value": "live"}]);
    let batch = |action: &str| json!({"action": action, "tags": more});
    let batches = format!("{tags}/action");
    assert_eq!(client.tell("POST", &batches, &batch("create")).status, 204);
    let both = json!([{"key": "stage", "value": "live"}, {"key": "owner", "value": "ops"}]);
    assert_eq!(client.get(&tags).json()["tags"], both);
    assert_eq!(client.one(&instance)["tags"], both);
    assert_eq!(tagged(client, "stage", "test"), [json!(null); 0], "it was overwritten");
    assert_eq!(tagged(client, "stage", "live"), std::slice::from_ref(&id));
    assert_eq!(tagged(client, "owner", "ops"), [id]);
    let of_project = client.get(project).json()["tags"].clone();
    assert!(
        of_project
            .as_array()
            .expect("a list")
            .contains(&json!({"key": "stage", "values": ["live"]}))
    );

    let one = format!("{tags}/stage");
    assert_eq!(client.tell("DELETE", &one, &Value::Null).status, 204);
    assert_eq!(client.tell("DELETE", &one, &Value::Null).verdict(), "SDRS.2206");
    assert_eq!(
        client.get(&tags).json()["tags"],
        json!([{"key": "owner", "value": "ops"}])
    );
    assert_eq!(client.tell("POST", &batches, &batch("delete")).status, 204);
    assert_eq!(client.get(&tags).json()["tags"], json!([]));
    assert_eq!(tagged(client, "owner", "ops"), [json!(null); 0]);
    assert_eq!(client.get(project).json(), before);
}

#[test]
fn an_instance_is_tagged_found_by_its_tags_and_untagged() {
    twice(&Config::test(), tag_and_find);
}

fn fail_and_forget(client: &mut Client) {
    let group = create_group(client);
    let (_, pair) = create_instance(client, &group, SERVER);
    let shown = client.one(&pair);
    let center = format!("/task-center/failure-jobs?server_group_id={group}");
    assert_eq!(client.get(&center).json(), json!({"count": 0, "failure_jobs": []}));

    let expand = |size: &Value| json!({"extend-replication": {"new_size": size}});
    let size = &shown["record_metadata"]["volume_size"];
    let accepted = client.tell("POST", &format!("{pair}/action"), &expand(size));
    let job = client.end_of(&accepted);
    assert_eq!(
        (&job["status"], &job["error_code"]),
        (&json!("FAIL"), &json!("SDRS.1820"))
    );
    let failed = client.one(&pair);
    assert_eq!(failed["status"], "error-extending");
    assert_eq!(failed["record_metadata"]["volume_size"], *size);
    assert_eq!(
        client.get(&center).json(),
        json!({"count": 1, "failure_jobs": [{
            "job_status": "FAIL", "resource_id": shown["id"], "resource_name": shown["name"],
            "resource_type": "replications", "failure_status": "expandFail", "job_id": job["job_id"],
            "job_type": "expandReplicationPairNew", "begin_time": "2026-01-01T00:00:00.000Z",
            "error_code": "SDRS.1820", "fail_reason": job["fail_reason"],
        }]})
    );

    let id = job["job_id"].as_str().expect("an ID");
    let forgotten = client.tell("DELETE", &format!("/task-center/failure-jobs/{id}"), &Value::Null);
    assert_eq!((forgotten.status, &*forgotten.body), (204, ""));
    assert_eq!(client.get(&center).json(), json!({"count": 0, "failure_jobs": []}));
    assert_eq!(
        client.one(&pair)["status"],
        "error-extending",
        "the record goes, its cause stays"
    );
    let larger = json!(size.as_u64().expect("a number") + 1);
    let accepted = client.tell("POST", &format!("{pair}/action"), &expand(&larger));
    client.wait(&accepted);
    let grown = client.one(&pair);
    assert_eq!(
        (&grown["status"], &grown["record_metadata"]["volume_size"]),
        (&json!("available"), &larger)
    );
}

#[test]
fn a_failed_job_leaves_a_record_which_is_deleted_and_its_work_is_done_again() {
    twice(&Config::test(), fail_and_forget);
    twice(&polls(2), fail_and_forget);
}
