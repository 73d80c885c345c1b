//! Creating and deleting several instances at once.

use reqwest::Method;
use sdrs_mock::Config;
use sdrs_mock::api::error::Dialect;
use sdrs_mock::api::{HUAWEI_ONLY, OPERATIONS};
use sdrs_mock::config::JobDuration;
use sdrs_mock::domain::plan::Progression;
use sdrs_mock::domain::rules::Flavour;
use serde_json::{Value, json};

use super::{GROUP, INSTANCE, INSTANCES, at, manual, start, usual};
use crate::support::{World, send};

/// The n-th of a row of servers that nothing has or lists.
pub fn server(n: usize) -> String {
    format!("40000000-0000-4000-8000-0000000001{n:02}")
}

/// The body of a batch creation of instances of these servers.
pub fn new(prefix: &str, servers: &[String]) -> Value {
    let servers: Vec<_> = servers.iter().map(|server| json!({"server_id": server})).collect();
    json!({"protected_instances": {"name_prefix": prefix, "servers": servers, "server_group_id": GROUP}})
}

/// The body of a batch deletion.
pub fn list(ids: &[&str]) -> Value {
    let ids: Vec<_> = ids.iter().map(|id| json!({"id": id})).collect();
    json!({"protected_instances": ids})
}

/// The instances of a batch's parts.
fn parts(job: &Value) -> Vec<String> {
    let parts = job["entities"]["sub_jobs"].as_array().expect("a list");
    let id = |part: &Value| {
        part["entities"]["protected_instance_id"]
            .as_str()
            .expect("an ID")
            .to_owned()
    };
    parts.iter().map(id).collect()
}

#[tokio::test]
async fn a_batch_is_one_job_with_a_part_for_each_server() {
    let world = start(&usual(), Config::test());
    let mut body = new("web", &[server(1), server(2)]);
    body["protected_instances"]["servers"][1]["flavorRef"] = "s2.large".into();
    body["protected_instances"]["description"] = "a pair of them".into();
    body["protected_instances"]["tags"] = json!([{"key": "stage", "value": "test"}]);
    let answer = world.post_json(&at("batch", ""), body).await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    let job = world.done(&answer).await;
    assert_eq!(job["job_type"], "createProtectedInstanceNoCG");
    assert_eq!(
        job["entities"]
            .as_object()
            .expect("an object")
            .keys()
            .collect::<Vec<_>>(),
        ["sub_jobs"]
    );
    for part in job["entities"]["sub_jobs"].as_array().expect("a list") {
        assert_eq!(
            (&part["status"], &part["job_type"]),
            (&json!("SUCCESS"), &job["job_type"])
        );
        let id = part["job_id"].as_str().expect("a job ID");
        assert_eq!(world.get(&format!("/jobs/{id}")).await.json(), *part);
    }
    for (index, id) in parts(&job).iter().enumerate() {
        let instance = world.see(&at(id, "")).await;
        assert_eq!(instance["name"], format!("web-000{}", index + 1));
        assert_eq!(instance["source_server"], server(index + 1));
        assert_eq!(
            (&instance["status"], &instance["description"]),
            (&json!("available"), &json!("a pair of them"))
        );
        assert_eq!(instance["tags"], json!([{"key": "stage", "value": "test"}]));
        assert_eq!(instance["attachment"].as_array().expect("a list").len(), 1);
    }
}

#[tokio::test]
async fn a_batch_ends_with_its_last_part() {
    let world = start(&usual(), manual());
    let answer = world
        .post_json(&at("batch", ""), new("web", &[server(1), server(2)]))
        .await;
    let job = world.job_of(&answer).await;
    assert_eq!((&job["status"], &job["end_time"]), (&json!("INIT"), &Value::Null));
    for id in parts(&job) {
        assert_eq!(world.see(&at(&id, "")).await["status"], "creating");
    }
}

#[tokio::test]
async fn looks_at_a_batch_are_looks_at_its_parts() {
    let job_duration = JobDuration(Progression::Polls { n: 2 });
    let world = start(
        &usual(),
        Config {
            job_duration,
            ..Config::test()
        },
    );
    let answer = world
        .post_json(&at("batch", ""), new("web", &[server(1), server(2)]))
        .await;
    let job = world.job_of(&answer).await;
    assert_eq!(job["status"], "INIT");
    let job = world.done(&answer).await;
    for id in parts(&job) {
        assert_eq!(world.see(&at(&id, "")).await["status"], "available");
    }
}

#[tokio::test]
async fn a_batch_of_deletions_is_one_job_too() {
    let world = start(&usual(), Config::test());
    let answer = world
        .post_json(&at("delete", ""), list(&[INSTANCE, super::NEIGHBOUR]))
        .await;
    assert_eq!(answer.status, 202, "{}", answer.body);
    let job = world.done(&answer).await;
    assert_eq!(job["job_type"], "deleteProtectedInstanceNoCG");
    assert_eq!(parts(&job), [INSTANCE, super::NEIGHBOUR]);
    assert_eq!(world.inhabitants().await["count"], 1);
}

#[tokio::test]
async fn a_batch_deletion_can_take_the_dr_servers_along() {
    let world = start(&usual(), Config::test());
    let mut body = list(&[INSTANCE]);
    body["delete_target_server"] = true.into();
    body["delete_target_eip"] = Value::Null;
    assert_eq!(world.post_json(&at("delete", ""), body).await.status, 202);
    assert_eq!(world.inhabitants().await["count"], 2);
}

#[tokio::test]
async fn two_batches_of_five_are_deleted_as_one_of_ten() {
    let world = start(&usual(), Config::test());
    let mut made = Vec::new();
    for batch in 0..2 {
        let servers: Vec<_> = (batch * 5..batch * 5 + 5).map(server).collect();
        let answer = world
            .post_json(&at("batch", ""), new(&format!("b{batch}"), &servers))
            .await;
        made.extend(parts(&world.done(&answer).await));
    }
    assert_eq!(world.inhabitants().await["count"], 13);
    let ids: Vec<_> = made.iter().map(String::as_str).collect();
    let answer = world.post_json(&at("delete", ""), list(&ids)).await;
    assert_eq!(parts(&world.done(&answer).await), made);
    assert_eq!(world.inhabitants().await["count"], 3);
}

/// The usual world with two servers that share a disk.
pub fn sharing() -> Value {
    let mut rows = usual();
    for n in [1, 2] {
        let system = format!("80000000-0000-4000-8000-0000000001{n:02}");
        rows["inventory"]["servers"]
            .as_array_mut()
            .expect("a list")
            .push(json!({"id": server(n), "disks": [
                {"id": system, "device": "/dev/vda", "bootable": true},
                {"id": "80000000-0000-4000-8000-0000000001ff", "device": "/dev/vdb", "shared": true},
            ]}));
    }
    rows
}

#[tokio::test]
async fn servers_that_share_a_disk_share_its_pair_and_leave_together() {
    let world = start(&sharing(), Config::test());
    let answer = world
        .post_json(&at("batch", ""), new("web", &[server(1), server(2)]))
        .await;
    let ids = parts(&world.done(&answer).await);
    let (first, second) = (world.see(&at(&ids[0], "")).await, world.see(&at(&ids[1], "")).await);
    assert_eq!(first["attachment"][1], second["attachment"][1]);
    assert_ne!(
        first["attachment"][0]["replication"],
        second["attachment"][0]["replication"]
    );
    world
        .delete(&at(&ids[0], ""))
        .await
        .is_refused_with(Dialect::Documented, "SDRS.1365");
    world
        .post_json(&at("delete", ""), list(&[&ids[1]]))
        .await
        .is_refused_with(Dialect::Documented, "SDRS.1409");
    let answer = world.post_json(&at("delete", ""), list(&[&ids[0], &ids[1]])).await;
    world.done(&answer).await;
    // Their pairs went with them: their disks are free for the next ones.
    let answer = world
        .post_json(&at("batch", ""), new("web", &[server(1), server(2)]))
        .await;
    world.done(&answer).await;
}

#[tokio::test]
async fn reserved_words_take_only_their_own_method() {
    let world = World::new();
    for word in ["batch", "delete"] {
        for method in [Method::GET, Method::PUT, Method::DELETE] {
            let answer = send(world.request(method, &at(word, ""))).await;
            answer.is_error(405, "error", "APIGW.0101", "The API does not exist");
            assert_eq!(answer.header("Allow"), "POST");
        }
        let below = world.post_json(&at(word, "/resize"), json!({"resize": {}})).await;
        below.is_refused_with(Dialect::Documented, "SDRS.0208");
    }
}

#[tokio::test]
async fn flavour_otc_has_no_batches() {
    for dialect in crate::support::DIALECTS {
        let world = start(
            &usual(),
            Config {
                dialect,
                flavor: Flavour::Otc,
                ..Config::test()
            },
        );
        for (word, name) in [
            ("batch", "BatchCreateProtectedInstances"),
            ("delete", "BatchDeleteProtectedInstances"),
        ] {
            let answer = world.post_json(&at(word, ""), new("web", &[server(1)])).await;
            match dialect {
                Dialect::Documented => {
                    answer.is_error(501, "error", "501", "Operation not served here");
                    assert!(answer.body.contains(name), "{}", answer.body);
                }
                Dialect::Live => answer.is_gateway_error(
                    404,
                    "APIGW.0101",
                    "The API does not exist or has not been published in the environment",
                ),
            }
        }
        assert_eq!(world.get(INSTANCES).await.json()["count"], 3);
    }
}

#[test]
fn the_operations_that_only_one_cloud_has_are_those_of_the_documentation() {
    let documented: Vec<Value> = serde_json::from_str(include_str!("../../../src/spec/operations.json")).expect("JSON");
    let only = |row: &&Value| row["flavours"] == json!(["huawei"]);
    let mut names: Vec<_> = documented
        .iter()
        .filter(only)
        .map(|row| row["operation"].as_str().expect("text"))
        .collect();
    names.sort_unstable();
    assert_eq!(names, HUAWEI_ONLY);
    assert!(OPERATIONS.iter().any(|operation| HUAWEI_ONLY.contains(&operation.name)));
}
