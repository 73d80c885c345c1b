//! Creating one instance: what comes of it.

use expect_test::expect;
use sdrs_mock::Config;
use sdrs_mock::api::error::Dialect;
use serde_json::{Value, json};

use super::{GROUP, INSTANCES, SERVER, SUBNET, TARGET, VPC, at, group, manual, rows, start, usual};
use crate::support::{NOBODY, World};

/// The smallest body of a creation.
fn smallest() -> Value {
    json!({"protected_instance": {"server_group_id": GROUP, "server_id": SERVER, "name": "web"}})
}

/// The instance that a job made.
async fn made(world: &World, job: &Value) -> Value {
    let id = job["entities"]["protected_instance_id"].as_str().expect("an instance");
    world.see(&at(id, "")).await
}

#[tokio::test]
async fn a_new_instance_is_shown_whole() {
    let world = start(&usual(), Config::test());
    let answer = world
        .post_json(
            INSTANCES,
            json!({"protected_instance": {
                "server_group_id": GROUP, "server_id": SERVER, "name": "web", "description": "front end",
                "tags": [{"key": "stage", "value": "test"}, {"key": "empty", "value": ""}],
            }}),
        )
        .await;
    assert_eq!(answer.status, 200);
    let job = world.done(&answer).await;
    assert_eq!(job["job_type"], "createProtectedInstanceNoCG");
    let entities: Vec<_> = job["entities"].as_object().expect("an object").keys().collect();
    assert_eq!(entities, ["protected_instance_id"]);
    let id = job["entities"]["protected_instance_id"].as_str().expect("an ID");
    expect![[r#"{"protected_instance":{"id":"e154c8d2-daef-4674-8135-02ea06b8746a","name":"web","description":"front end","server_group_id":"10000000-0000-4000-8000-000000000001","status":"available","progress":0,"source_server":"40000000-0000-4000-8000-00000000000a","target_server":"59f51b96-b4cd-41f6-bb73-e532d5a87857","created_at":"2026-01-01 00:00:00.000","updated_at":"2026-01-01 00:00:00.000","priority_station":"source","attachment":[{"replication":"7e12e3cf-ea6c-4593-bf10-2e374cdb8586","device":"/dev/vda"}],"tags":[{"key":"stage","value":"test"},{"key":"empty","value":""}],"metadata":{}}}"#]].assert_eq(&world.get(&at(id, "")).await.body);
}

#[tokio::test]
async fn what_is_not_given_is_null_or_empty() {
    let world = start(&usual(), Config::test());
    let job = world.done(&world.post_json(INSTANCES, smallest()).await).await;
    let instance = made(&world, &job).await;
    assert_eq!(instance["description"], Value::Null);
    assert_eq!((&instance["tags"], &instance["metadata"]), (&json!([]), &json!({})));
    let nulls = json!({"protected_instance": {
        "server_group_id": GROUP, "server_id": "40000000-0000-4000-8000-00000000000b", "name": "web",
        "description": null, "primary_subnet_id": null, "primary_ip_address": null, "flavorRef": null, "tags": null,
        "cluster_id": null, "tenancy": null, "dedicated_host_id": null, "something_else": [1],
    }});
    world.done(&world.post_json(INSTANCES, nulls).await).await;
}

#[tokio::test]
async fn an_unlisted_server_has_one_system_disk_and_so_the_instance_one_pair() {
    let world = start(&usual(), Config::test());
    let job = world.done(&world.post_json(INSTANCES, smallest()).await).await;
    let instance = made(&world, &job).await;
    let attachment = instance["attachment"].as_array().expect("a list");
    assert_eq!(attachment.len(), 1);
    assert_eq!(attachment[0]["device"], "/dev/vda");
    assert_ne!(instance["target_server"], instance["source_server"]);
}

#[tokio::test]
async fn every_disk_of_a_listed_server_gets_a_pair_on_its_device() {
    let mut rows = usual();
    let disk = |n: u8, device: &str| {
        json!({
            "id": format!("80000000-0000-4000-8000-0000000000b{n}"), "device": device, "bootable": n == 0,
        })
    };
    rows["inventory"]["servers"]
        .as_array_mut()
        .expect("a list")
        .push(json!({
            "id": SERVER, "az": "zone-a", "vpc_id": VPC, "status": "ACTIVE", "power": "running",
            "disks": [disk(0, "/dev/vda"), disk(1, "/dev/vdb"), disk(2, "/dev/vdc")],
        }));
    rows["inventory"]["volumes"] = json!([{"id": "80000000-0000-4000-8000-0000000000b1", "size": 250, "type": "SSD"}]);
    let world = start(&rows, Config::test());
    let job = world.done(&world.post_json(INSTANCES, smallest()).await).await;
    let instance = made(&world, &job).await;
    let devices: Vec<_> = instance["attachment"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|a| &a["device"])
        .collect();
    assert_eq!(devices, ["/dev/vda", "/dev/vdb", "/dev/vdc"]);
    world
        .post_json(INSTANCES, smallest())
        .await
        .is_refused_with(Dialect::Documented, "SDRS.1305");
}

#[tokio::test]
async fn an_instance_of_a_protected_group_is_protected_at_once() {
    let world = start(&rows("protected", "protected", "protected"), Config::test());
    let job = world.done(&world.post_json(INSTANCES, smallest()).await).await;
    let instance = made(&world, &job).await;
    assert_eq!(
        (&instance["status"], &instance["progress"]),
        (&json!("protected"), &json!(100))
    );
}

#[tokio::test]
async fn meanwhile_the_instance_is_being_created_and_already_known() {
    let world = start(&usual(), manual());
    let job = world.job_of(&world.post_json(INSTANCES, smallest()).await).await;
    assert_eq!((&job["status"], &job["end_time"]), (&json!("INIT"), &Value::Null));
    let instance = made(&world, &job).await;
    assert_eq!(instance["status"], "creating");
    assert_eq!(instance["attachment"].as_array().expect("a list").len(), 1);
    let id = instance["id"].as_str().expect("an ID");
    world
        .delete(&at(id, ""))
        .await
        .is_refused_with(Dialect::Documented, "SDRS.1301");
}

#[tokio::test]
async fn an_instance_belongs_to_the_site_that_is_production_now() {
    let mut rows = usual();
    rows["server_groups"].as_array_mut().expect("a list").push({
        let mut switched = group("10000000-0000-4000-8000-000000000003", "available");
        switched["priority_station"] = "target".into();
        switched
    });
    rows["inventory"]["servers"] = json!([
        {"id": SERVER, "az": "zone-b"},
        {"id": "40000000-0000-4000-8000-00000000000b", "az": "zone-a"},
    ]);
    let world = start(&rows, Config::test());
    let body = |server: &str| {
        json!({"protected_instance": {
            "server_group_id": "10000000-0000-4000-8000-000000000003", "server_id": server, "name": "x",
        }})
    };
    let elsewhere = world
        .post_json(INSTANCES, body("40000000-0000-4000-8000-00000000000b"))
        .await;
    elsewhere.is_refused_with(Dialect::Documented, "SDRS.1303");
    let job = world.done(&world.post_json(INSTANCES, body(SERVER)).await).await;
    assert_eq!(made(&world, &job).await["priority_station"], "target");
}

#[tokio::test]
async fn the_dr_servers_address_is_taken_from_then_on() {
    let world = start(&usual(), Config::test());
    let mut body = smallest();
    body["protected_instance"]["primary_subnet_id"] = SUBNET.into();
    body["protected_instance"]["primary_ip_address"] = "192.168.0.77".into();
    world.done(&world.post_json(INSTANCES, body.clone()).await).await;
    body["protected_instance"]["server_id"] = "40000000-0000-4000-8000-00000000000b".into();
    world
        .post_json(INSTANCES, body.clone())
        .await
        .is_refused_with(Dialect::Documented, "SDRS.1334");
    body["protected_instance"]["primary_ip_address"] = "192.168.0.78".into();
    world.done(&world.post_json(INSTANCES, body).await).await;
}

#[tokio::test]
async fn two_runs_with_one_seed_make_the_same_ids() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let world = start(&usual(), Config::test());
        let answer = world.post_json(INSTANCES, smallest()).await;
        runs.push((answer.body.clone(), world.get(INSTANCES).await.body));
    }
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test]
async fn a_server_that_the_service_made_cannot_be_protected_itself() {
    let world = start(&usual(), Config::test());
    let mut body = smallest();
    body["protected_instance"]["server_id"] = TARGET.into();
    world
        .post_json(INSTANCES, body)
        .await
        .is_refused_with(Dialect::Documented, "SDRS.1305");
    assert_eq!(world.inhabitants().await["count"], 3);
    world
        .get(&at(NOBODY, ""))
        .await
        .is_absent_with(Dialect::Documented, "SDRS.1320");
}
