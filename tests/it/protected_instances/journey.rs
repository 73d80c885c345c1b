//! One instance's life in a world of the documentation's samples, as a client lives through it.

use sdrs_mock::api::error::Dialect;
use serde_json::json;

use super::{INSTANCES, at};
use crate::support::World;

/// An empty group of the built-in world.
const EMPTY_GROUP: &str = "decf224d-87fe-403a-8721-037a1a45c287";

#[tokio::test]
async fn an_instance_is_created_changed_in_every_way_and_deleted() {
    let world = World::new();
    let body = json!({"protected_instance": {
        "server_group_id": EMPTY_GROUP, "server_id": super::SERVER, "name": "journey", "description": "",
    }});
    let job = world.done(&world.post_json(INSTANCES, body).await).await;
    let id = job["entities"]["protected_instance_id"]
        .as_str()
        .expect("an ID")
        .to_owned();
    let shown = world.see(&at(&id, "")).await;
    assert_eq!(
        (&shown["status"], &shown["server_group_id"]),
        (&json!("available"), &json!(EMPTY_GROUP))
    );
    let pair = shown["attachment"][0]["replication"]
        .as_str()
        .expect("an ID")
        .to_owned();

    world
        .done(&world.delete(&at(&id, &format!("/detachreplication/{pair}"))).await)
        .await;
    assert_eq!(world.see(&at(&id, "")).await["attachment"], json!([]));
    let body = json!({"replicationAttachment": {"replication_id": pair, "device": "/dev/sda"}});
    world
        .done(&world.post_json(&at(&id, "/attachreplication"), body).await)
        .await;
    let attachment = json!([{"replication": pair, "device": "/dev/vda"}]);
    assert_eq!(world.see(&at(&id, "")).await["attachment"], attachment);

    resize_and_change_nics(&world, &id).await;

    let settled = world.see(&at(&id, "")).await;
    assert_eq!(
        (&settled["status"], &settled["attachment"]),
        (&json!("available"), &attachment)
    );
    world.done(&world.delete(&at(&id, "")).await).await;
    world
        .get(&at(&id, ""))
        .await
        .is_absent_with(Dialect::Documented, "SDRS.1320");
}

async fn resize_and_change_nics(world: &World, id: &str) {
    world
        .done(
            &world
                .post_json(&at(id, "/resize"), json!({"resize": {"flavorRef": "s3.large.2"}}))
                .await,
        )
        .await;
    let added = world
        .post_json(
            &at(id, "/nic"),
            json!({"subnet_id": super::SUBNET, "security_groups": []}),
        )
        .await;
    let nic = world.done(&added).await["entities"]["nic_id"].clone();
    world
        .done(&world.post_json(&at(id, "/nic/delete"), json!({"nic_id": nic})).await)
        .await;
}
