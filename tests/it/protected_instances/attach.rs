//! Attaching pairs to an instance, and detaching them.

use sdrs_mock::Config;
use sdrs_mock::api::error::Dialect;
use serde_json::{Value, json};

use super::{
    DATA_PAIR, FREE_PAIR, GROUP, INSTANCE, NEIGHBOUR, SHARED_PAIR, STRANGE_PAIR, SYSTEM_PAIR, TARGET, at, manual, pair,
    speaking, start, usual,
};
use crate::support::{Answer, DIALECTS, NOBODY, World};

async fn attach(world: &World, instance: &str, pair: &str, device: &str) -> Answer {
    let body = json!({"replicationAttachment": {"replication_id": pair, "device": device}});
    world.post_json(&at(instance, "/attachreplication"), body).await
}

async fn detach(world: &World, instance: &str, pair: &str) -> Answer {
    world.delete(&at(instance, &format!("/detachreplication/{pair}"))).await
}

async fn devices(world: &World, instance: &str) -> Vec<Value> {
    let attachment = world.see(&at(instance, "")).await["attachment"].clone();
    attachment
        .as_array()
        .expect("a list")
        .iter()
        .map(|attachment| attachment["device"].clone())
        .collect()
}

#[tokio::test]
async fn a_pair_is_attached_and_detached() {
    let world = start(&usual(), Config::test());
    let answer = attach(&world, INSTANCE, FREE_PAIR, "/dev/vdc").await;
    assert_eq!(answer.status, 200);
    let job = world.done(&answer).await;
    assert_eq!(job["job_type"], "attachReplicationPairNew");
    let entities = json!({"protected_instance_id": INSTANCE, "replication_pair_id": FREE_PAIR});
    assert_eq!(job["entities"], entities);
    let shown = world.see(&at(INSTANCE, "")).await;
    assert_eq!(
        shown["attachment"][2],
        json!({"replication": FREE_PAIR, "device": "/dev/vdc"})
    );
    assert_eq!(shown["status"], "available");

    let answer = detach(&world, INSTANCE, FREE_PAIR).await;
    assert_eq!(answer.status, 200);
    let job = world.done(&answer).await;
    assert_eq!(
        (&job["job_type"], &job["entities"]),
        (&json!("detachReplicationPairNew"), &entities)
    );
    assert_eq!(devices(&world, INSTANCE).await, ["/dev/vda", "/dev/vdb"]);
    world.done(&attach(&world, INSTANCE, FREE_PAIR, "/dev/vdz").await).await;
}

#[tokio::test]
async fn a_device_of_another_hypervisor_is_translated() {
    let world = start(&usual(), Config::test());
    world.done(&attach(&world, INSTANCE, FREE_PAIR, "/dev/sdc").await).await;
    assert_eq!(devices(&world, INSTANCE).await, ["/dev/vda", "/dev/vdb", "/dev/vdc"]);
    let answer = attach(&world, NEIGHBOUR, FREE_PAIR, "/dev/sdd").await;
    answer.is_refused_with(Dialect::Documented, "SDRS.1603");
}

#[tokio::test]
async fn a_shared_pair_is_attached_to_several_instances_but_once_to_each() {
    let world = start(&usual(), Config::test());
    world
        .done(&attach(&world, INSTANCE, SHARED_PAIR, "/dev/vdc").await)
        .await;
    attach(&world, INSTANCE, SHARED_PAIR, "/dev/vdd")
        .await
        .is_refused_with(Dialect::Documented, "SDRS.1603");
    assert_eq!(devices(&world, NEIGHBOUR).await, ["/dev/vdb"]);
    world.done(&detach(&world, NEIGHBOUR, SHARED_PAIR).await).await;
    assert_eq!(devices(&world, INSTANCE).await, ["/dev/vda", "/dev/vdb", "/dev/vdc"]);
    assert!(devices(&world, NEIGHBOUR).await.is_empty());
}

#[tokio::test]
async fn what_cannot_be_attached_is_refused() {
    for dialect in DIALECTS {
        let world = speaking(dialect);
        let before = world.inhabitants().await;
        for (instance, pair, device, code) in [
            ("x", FREE_PAIR, "/dev/vdc", "SDRS.0208"),
            (INSTANCE, "x", "/dev/vdc", "SDRS.0213"),
            (INSTANCE, FREE_PAIR, "", "SDRS.0201"),
            (INSTANCE, FREE_PAIR, "vdc", "SDRS.0201"),
            (INSTANCE, FREE_PAIR, "/dev/vd", "SDRS.0201"),
            (INSTANCE, FREE_PAIR, "/dev/vdaa", "SDRS.0201"),
            (INSTANCE, FREE_PAIR, "/dev/vdA", "SDRS.0201"),
            (INSTANCE, FREE_PAIR, "/dev/xvdc", "SDRS.0201"),
            (INSTANCE, NOBODY, "/dev/vdc", "SDRS.1608"),
            (INSTANCE, STRANGE_PAIR, "/dev/vdc", "SDRS.1611"),
            (INSTANCE, DATA_PAIR, "/dev/vdc", "SDRS.1603"),
            (NEIGHBOUR, DATA_PAIR, "/dev/vdc", "SDRS.1603"),
            (INSTANCE, FREE_PAIR, "/dev/vdb", "SDRS.1603"),
            (INSTANCE, FREE_PAIR, "/dev/sdb", "SDRS.1603"),
        ] {
            let answer = attach(&world, instance, pair, device).await;
            assert_eq!(answer.code(), code, "{pair} {device} {}", answer.body);
            answer.is_refused_with(dialect, code);
        }
        attach(&world, NOBODY, FREE_PAIR, "/dev/vdc")
            .await
            .is_absent_with(dialect, "SDRS.1320");
        for body in [
            json!({}),
            json!({"replication_attachment": {"replication_id": FREE_PAIR, "device": "/dev/vdc"}}),
            json!({"replicationAttachment": [FREE_PAIR, "/dev/vdc"]}),
            json!({"replicationAttachment": {"replication_id": FREE_PAIR, "device": 3}}),
            json!({"replicationAttachment": {"replication_id": FREE_PAIR}}),
        ] {
            let answer = world.post_json(&at(INSTANCE, "/attachreplication"), body).await;
            answer.is_refused_with(dialect, "SDRS.0201");
        }
        let answer = world
            .post_json(
                &at(INSTANCE, "/attachreplication"),
                json!({"replicationAttachment": {}}),
            )
            .await;
        answer.is_refused_with(dialect, "SDRS.0213");
        assert_eq!(world.inhabitants().await, before);
    }
}

#[tokio::test]
async fn what_cannot_be_detached_is_refused() {
    for dialect in DIALECTS {
        let world = speaking(dialect);
        let before = world.inhabitants().await;
        detach(&world, "x", "y").await.is_refused_with(dialect, "SDRS.0208");
        detach(&world, INSTANCE, "y")
            .await
            .is_refused_with(dialect, "SDRS.0213");
        detach(&world, NOBODY, NOBODY)
            .await
            .is_absent_with(dialect, "SDRS.1320");
        detach(&world, INSTANCE, NOBODY)
            .await
            .is_absent_with(dialect, "SDRS.1608");
        for pair in [FREE_PAIR, STRANGE_PAIR, SHARED_PAIR] {
            detach(&world, INSTANCE, pair)
                .await
                .is_refused_with(dialect, "SDRS.1604");
        }
        assert_eq!(world.inhabitants().await, before);
    }
}

#[tokio::test]
async fn a_system_disk_is_not_taken_from_a_server_that_runs() {
    for dialect in DIALECTS {
        for running in [super::SOURCE, TARGET] {
            let mut rows = usual();
            rows["inventory"]["servers"] = json!([{"id": running, "power": "running"}]);
            let world = start(
                &rows,
                Config {
                    dialect,
                    ..Config::test()
                },
            );
            detach(&world, INSTANCE, SYSTEM_PAIR)
                .await
                .is_refused_with(dialect, "SDRS.1316");
            world.done(&detach(&world, INSTANCE, DATA_PAIR).await).await;
        }
    }
    let world = start(&usual(), Config::test());
    world.done(&detach(&world, INSTANCE, SYSTEM_PAIR).await).await;
}

#[tokio::test]
async fn what_is_being_attached_holds_its_pair_and_its_device() {
    let mut rows = usual();
    let spare = "30000000-0000-4000-8000-000000000009";
    rows["replications"]
        .as_array_mut()
        .expect("a list")
        .push(pair(spare, GROUP, "available", "data"));
    let world = start(&rows, manual());
    assert_eq!(attach(&world, INSTANCE, FREE_PAIR, "/dev/vdc").await.status, 200);
    assert_eq!(devices(&world, INSTANCE).await, ["/dev/vda", "/dev/vdb"]);
    attach(&world, NEIGHBOUR, FREE_PAIR, "/dev/vdc")
        .await
        .is_refused_with(Dialect::Documented, "SDRS.1601");
    attach(&world, INSTANCE, spare, "/dev/vdc")
        .await
        .is_refused_with(Dialect::Documented, "SDRS.1603");
    assert_eq!(attach(&world, NEIGHBOUR, spare, "/dev/vdc").await.status, 200);
    assert_eq!(detach(&world, INSTANCE, DATA_PAIR).await.status, 200);
    assert_eq!(devices(&world, INSTANCE).await, ["/dev/vda", "/dev/vdb"]);
    detach(&world, INSTANCE, DATA_PAIR)
        .await
        .is_refused_with(Dialect::Documented, "SDRS.1601");
}

#[tokio::test]
async fn what_a_failed_attach_left_behind_can_be_detached() {
    let mut rows = usual();
    rows["replications"][2] = pair(FREE_PAIR, GROUP, "error-attaching", "data");
    let world = start(&rows, Config::test());
    attach(&world, INSTANCE, FREE_PAIR, "/dev/vdc")
        .await
        .is_refused_with(Dialect::Documented, "SDRS.1601");
    world.done(&detach(&world, INSTANCE, FREE_PAIR).await).await;
    world.done(&attach(&world, INSTANCE, FREE_PAIR, "/dev/vdc").await).await;
}
