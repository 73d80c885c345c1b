//! Network interfaces of an instance.

use sdrs_mock::Config;
use sdrs_mock::api::error::Dialect;
use serde_json::{Value, json};

use super::{INSTANCE, NEIGHBOUR, NIC, PRIMARY_NIC, SUBNET, at, manual, speaking, start, usual};
use crate::support::{Answer, DIALECTS, NOBODY, World};

async fn add(world: &World, instance: &str, body: Value) -> Answer {
    world.post_json(&at(instance, "/nic"), body).await
}

async fn delete(world: &World, instance: &str, nic: &Value) -> Answer {
    world
        .post_json(&at(instance, "/nic/delete"), json!({"nic_id": nic}))
        .await
}

#[tokio::test]
async fn a_nic_is_added_and_deleted() {
    let world = start(&usual(), Config::test());
    for body in [
        json!({"subnet_id": SUBNET}),
        json!({"subnet_id": SUBNET, "security_groups": [], "ip_address": null}),
        json!({"subnet_id": SUBNET, "security_groups": [{"id": NOBODY}], "ip_address": "192.168.0.12"}),
    ] {
        let answer = add(&world, INSTANCE, body).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let job = world.done(&answer).await;
        assert_eq!(job["job_type"], "addNicNew");
        let members: Vec<_> = job["entities"].as_object().expect("an object").keys().collect();
        assert_eq!(members, ["protected_instance_id", "nic_id"]);
        let answer = delete(&world, INSTANCE, &job["entities"]["nic_id"]).await;
        assert_eq!(answer.status, 200);
        let deleted = world.done(&answer).await;
        assert_eq!(
            (&deleted["job_type"], &deleted["entities"]),
            (&json!("deleteNicNew"), &job["entities"])
        );
        let again = delete(&world, INSTANCE, &job["entities"]["nic_id"]).await;
        again.is_refused_with(Dialect::Documented, "SDRS.1310");
    }
    assert_eq!(world.see(&at(INSTANCE, "")).await["status"], "available");
}

#[tokio::test]
async fn a_nic_that_cannot_be_is_refused() {
    for dialect in DIALECTS {
        let world = speaking(dialect);
        add(&world, "x", json!({})).await.is_refused_with(dialect, "SDRS.0208");
        add(&world, NOBODY, json!({"subnet_id": SUBNET}))
            .await
            .is_absent_with(dialect, "SDRS.1320");
        for (body, code) in [
            (json!([]), "SDRS.0201"),
            (json!({"subnet_id": 5}), "SDRS.0201"),
            (json!({"subnet_id": SUBNET, "security_groups": {}}), "SDRS.0201"),
            (json!({"subnet_id": SUBNET, "security_groups": [NOBODY]}), "SDRS.0201"),
            (json!({}), "SDRS.1335"),
            (json!({"subnet_id": "x"}), "SDRS.1335"),
            (json!({"subnet_id": NOBODY}), "SDRS.1335"),
            (
                json!({"subnet_id": "60000000-0000-4000-8000-000000000002"}),
                "SDRS.0204",
            ),
            (json!({"subnet_id": SUBNET, "ip_address": "192.168.0"}), "SDRS.0219"),
            (json!({"subnet_id": SUBNET, "ip_address": "192.168.0.11"}), "SDRS.1334"),
        ] {
            let answer = add(&world, INSTANCE, body.clone()).await;
            assert_eq!(answer.code(), code, "{body} {}", answer.body);
            answer.is_refused_with(dialect, code);
        }
    }
}

#[tokio::test]
async fn a_nic_that_cannot_go_is_refused() {
    for dialect in DIALECTS {
        let world = speaking(dialect);
        delete(&world, "x", &json!(NIC))
            .await
            .is_refused_with(dialect, "SDRS.0208");
        delete(&world, NOBODY, &json!(NIC))
            .await
            .is_absent_with(dialect, "SDRS.1320");
        for (instance, nic, code) in [
            (INSTANCE, json!(5), "SDRS.0201"),
            (INSTANCE, json!(null), "SDRS.0223"),
            (INSTANCE, json!("x"), "SDRS.0223"),
            (INSTANCE, json!(NOBODY), "SDRS.1310"),
            (NEIGHBOUR, json!(NIC), "SDRS.1310"),
            (INSTANCE, json!(PRIMARY_NIC), "SDRS.1311"),
        ] {
            delete(&world, instance, &nic).await.is_refused_with(dialect, code);
        }
        world.done(&delete(&world, INSTANCE, &json!(NIC)).await).await;
    }
}

#[tokio::test]
async fn an_instance_has_twelve_nics_at_most_the_primary_one_included() {
    let world = start(&usual(), Config::test());
    for _ in 1..12 {
        world
            .done(&add(&world, NEIGHBOUR, json!({"subnet_id": SUBNET})).await)
            .await;
    }
    add(&world, NEIGHBOUR, json!({"subnet_id": SUBNET}))
        .await
        .is_refused_with(Dialect::Documented, "SDRS.1340");
    // The other one has its primary one and another listed.
    for _ in 2..12 {
        world
            .done(&add(&world, INSTANCE, json!({"subnet_id": SUBNET})).await)
            .await;
    }
    add(&world, INSTANCE, json!({"subnet_id": SUBNET}))
        .await
        .is_refused_with(Dialect::Documented, "SDRS.1340");
}

#[tokio::test]
async fn an_address_that_is_on_its_way_is_taken() {
    let world = start(&usual(), manual());
    let body = json!({"subnet_id": SUBNET, "ip_address": "192.168.0.40"});
    assert_eq!(add(&world, INSTANCE, body.clone()).await.status, 200);
    assert_eq!(world.see(&at(INSTANCE, "")).await["status"], "nic-creating");
    add(&world, NEIGHBOUR, body)
        .await
        .is_refused_with(Dialect::Documented, "SDRS.1334");
    let body = json!({"subnet_id": SUBNET, "ip_address": "192.168.0.41"});
    assert_eq!(add(&world, NEIGHBOUR, body).await.status, 200);
}

#[tokio::test]
async fn an_unlisted_network_has_every_subnet() {
    let mut rows = usual();
    rows["inventory"]["vpcs"] = json!([]);
    let world = start(&rows, Config::test());
    world
        .done(&add(&world, INSTANCE, json!({"subnet_id": NOBODY})).await)
        .await;
}
