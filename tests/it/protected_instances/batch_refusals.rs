//! Batches that are refused, always as a whole, in both dialects.

use sdrs_mock::Config;
use sdrs_mock::api::error::Dialect;
use serde_json::{Value, json};

use super::batch::{list, new, server, sharing};
use super::{
    GROUP, INSTANCE, NEIGHBOUR, OTHER_GROUP, SHARED_PAIR, SOURCE, STRANGER, SUBNET, SYSTEM_PAIR, TARGET, at, instance,
    rows, speaking, start, usual,
};
use crate::support::{DIALECTS, NOBODY, World};

/// The body of a batch creation of two servers, with these members put over it.
fn with(members: &Value) -> Value {
    let mut body = new("web", &[server(1), server(2)]);
    for (name, value) in members.as_object().expect("an object") {
        body["protected_instances"][name] = value.clone();
    }
    body
}

async fn refused(world: &World, dialect: Dialect, path: &str, body: Value, code: &str) {
    let answer = world.post_json(&at(path, ""), body.clone()).await;
    assert_eq!(answer.code(), code, "{body} {}", answer.body);
    answer.is_refused_with(dialect, code);
}

#[tokio::test]
async fn a_batch_that_cannot_be_created_is_refused_as_a_whole() {
    let servers = |n: usize| (0..n).map(|n| json!({"server_id": server(n)})).collect::<Vec<_>>();
    for dialect in DIALECTS {
        let world = speaking(dialect);
        let before = world.inhabitants().await;
        for (members, code) in [
            (json!({"name_prefix": null}), "SDRS.0202"),
            (json!({"name_prefix": ""}), "SDRS.0202"),
            (json!({"name_prefix": "a".repeat(60)}), "SDRS.0202"),
            (json!({"name_prefix": "a b"}), "SDRS.0202"),
            (json!({"description": ">"}), "SDRS.0212"),
            (json!({"server_group_id": ""}), "SDRS.0207"),
            (json!({"server_group_id": NOBODY}), "SDRS.1013"),
            (json!({"cluster_id": "x"}), "SDRS.0218"),
            (json!({"primary_subnet_id": "x"}), "SDRS.1335"),
            (json!({"tenancy": ""}), "SDRS.0228"),
            (json!({"dedicated_host_id": NOBODY}), "SDRS.1371"),
            (json!({"servers": null}), "SDRS.0201"),
            (json!({"servers": []}), "SDRS.0201"),
            (json!({"servers": [server(1)]}), "SDRS.0201"),
            (json!({"servers": servers(6)}), "SDRS.1362"),
            (json!({"servers": [{}]}), "SDRS.1360"),
            (
                json!({"servers": [{"server_id": server(1)}, {"server_id": "x"}]}),
                "SDRS.1360",
            ),
            (
                json!({"servers": [{"server_id": server(1)}, {"server_id": server(1).to_uppercase()}]}),
                "SDRS.1361",
            ),
            (
                json!({"servers": [{"server_id": server(1), "flavorRef": ""}]}),
                "SDRS.0201",
            ),
            (json!({"tags": vec![json!({"key": "a", "value": ""}); 11]}), "SDRS.2203"),
            (
                json!({"servers": [{"server_id": server(1)}, {"server_id": SOURCE}]}),
                "SDRS.1305",
            ),
        ] {
            refused(&world, dialect, "batch", with(&members), code).await;
        }
        for body in [json!({}), json!({"protected_instances": [{"server_id": server(1)}]})] {
            refused(&world, dialect, "batch", body, "SDRS.0201").await;
        }
        assert_eq!(world.inhabitants().await, before);
        let longest = with(&json!({"name_prefix": "a".repeat(59), "primary_subnet_id": SUBNET, "servers": servers(5)}));
        assert_eq!(world.post_json(&at("batch", ""), longest).await.status, 202);
    }
}

#[tokio::test]
async fn one_server_that_does_not_exist_refuses_the_batch_before_any_state_or_quota() {
    for dialect in DIALECTS {
        let mut rows = rows("starting", "available", "available");
        rows["inventory"]["closed"] = json!(["servers"]);
        rows["inventory"]["servers"]
            .as_array_mut()
            .expect("a list")
            .push(json!({"id": server(1)}));
        let world = start(
            &rows,
            Config {
                dialect,
                quota_pairs: 1,
                ..Config::test()
            },
        );
        refused(&world, dialect, "batch", with(&json!({})), "SDRS.1326").await;
    }
}

#[tokio::test]
async fn the_quota_counts_the_pairs_of_the_whole_batch() {
    for dialect in DIALECTS {
        // Five pairs are there; two system disks and a shared one make three.
        let world = |quota_pairs| {
            start(
                &sharing(),
                Config {
                    dialect,
                    quota_pairs,
                    ..Config::test()
                },
            )
        };
        refused(&world(7), dialect, "batch", with(&json!({})), "SDRS.0306").await;
        assert_eq!(world(8).post_json(&at("batch", ""), with(&json!({}))).await.status, 202);
        let five: Vec<_> = (4..9).map(server).collect();
        refused(&world(9), dialect, "batch", new("web", &five), "SDRS.0306").await;
        assert_eq!(
            world(10).post_json(&at("batch", ""), new("web", &five)).await.status,
            202
        );
    }
}

#[tokio::test]
async fn every_server_that_shares_a_disk_must_be_in_the_batch() {
    for dialect in DIALECTS {
        let world = start(
            &sharing(),
            Config {
                dialect,
                ..Config::test()
            },
        );
        refused(
            &world,
            dialect,
            "batch",
            new("web", &[server(1), server(3)]),
            "SDRS.1408",
        )
        .await;
        assert_eq!(world.inhabitants().await["count"], 3);
    }
}

#[tokio::test]
async fn a_batch_that_cannot_be_deleted_is_refused_as_a_whole() {
    let many: Vec<_> = (0..21).map(server).collect();
    let many: Vec<_> = many.iter().map(String::as_str).collect();
    for dialect in DIALECTS {
        let world = speaking(dialect);
        let before = world.inhabitants().await;
        for (body, code) in [
            (json!({}), "SDRS.0201"),
            (json!({"protected_instances": null}), "SDRS.0201"),
            (list(&[]), "SDRS.0201"),
            (json!({"protected_instances": [INSTANCE]}), "SDRS.0201"),
            (json!({"protected_instances": {"id": INSTANCE}}), "SDRS.0201"),
            (
                json!({"protected_instances": [{"id": INSTANCE}], "delete_target_server": "true"}),
                "SDRS.0201",
            ),
            (list(&many), "SDRS.1362"),
            (list(&[INSTANCE, "x"]), "SDRS.0208"),
            (json!({"protected_instances": [{}]}), "SDRS.0208"),
            (list(&[INSTANCE, NEIGHBOUR, INSTANCE]), "SDRS.1363"),
            (list(&[INSTANCE, NOBODY]), "SDRS.1320"),
            (list(&[INSTANCE, STRANGER]), "SDRS.1364"),
        ] {
            refused(&world, dialect, "delete", body, code).await;
        }
        assert_eq!(world.inhabitants().await, before);
    }
}

#[tokio::test]
async fn one_instance_in_the_wrong_state_refuses_the_batch() {
    for dialect in DIALECTS {
        let world = start(
            &rows("available", "resizing", "available"),
            Config {
                dialect,
                ..Config::test()
            },
        );
        refused(&world, dialect, "delete", list(&[NEIGHBOUR, INSTANCE]), "SDRS.1301").await;
        // That the list spans groups is said first.
        refused(&world, dialect, "delete", list(&[INSTANCE, STRANGER]), "SDRS.1364").await;
        assert_eq!(world.inhabitants().await["count"], 3);
    }
}

#[tokio::test]
async fn the_instances_that_share_a_pair_are_deleted_together() {
    for dialect in DIALECTS {
        let mut rows = usual();
        let attached = [(SYSTEM_PAIR, "/dev/vda"), (SHARED_PAIR, "/dev/vdb")];
        rows["protected_instances"][0] = instance(INSTANCE, GROUP, "available", [SOURCE, TARGET], &attached);
        let world = start(
            &rows,
            Config {
                dialect,
                ..Config::test()
            },
        );
        refused(&world, dialect, "delete", list(&[INSTANCE]), "SDRS.1409").await;
        let answer = world.post_json(&at("delete", ""), list(&[INSTANCE, NEIGHBOUR])).await;
        world.done(&answer).await;
        assert_eq!(world.inhabitants().await["count"], 1);
    }
}

#[tokio::test]
async fn what_is_production_now_is_not_deleted_as_a_dr_server_by_a_batch_either() {
    for dialect in DIALECTS {
        let mut rows = usual();
        for section in ["server_groups", "protected_instances", "replications"] {
            for row in rows[section].as_array_mut().expect("a list") {
                row["priority_station"] = "target".into();
            }
        }
        let world = start(
            &rows,
            Config {
                dialect,
                ..Config::test()
            },
        );
        for (member, code) in [
            ("delete_target_server", "SDRS.1330"),
            ("delete_target_eip", "SDRS.1338"),
        ] {
            let mut body = list(&[INSTANCE]);
            body[member] = true.into();
            refused(&world, dialect, "delete", body, code).await;
        }
        assert_eq!(world.see(&at(STRANGER, "")).await["server_group_id"], OTHER_GROUP);
    }
}
