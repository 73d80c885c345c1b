//! Creating one instance: what is refused, in both dialects.

use sdrs_mock::Config;
use sdrs_mock::api::error::Dialect;
use sdrs_mock::domain::rules::Flavour;
use serde_json::{Value, json};

use super::{GROUP, INSTANCES, SERVER, SUBNET, start, usual};
use crate::support::{DIALECTS, NOBODY};

/// A subnet of another VPC.
const OTHER_SUBNET: &str = "60000000-0000-4000-8000-000000000002";

/// The body of a creation with these members put over the smallest ones.
fn body(members: &Value) -> Value {
    let mut body = json!({"server_group_id": GROUP, "server_id": SERVER, "name": "web"});
    for (name, value) in members.as_object().expect("an object") {
        body[name] = value.clone();
    }
    json!({"protected_instance": body})
}

/// Tries each body in both dialects; nothing may come of any.
async fn refused(rows: &Value, flavor: Flavour, cases: &[(Value, &str)]) {
    for dialect in DIALECTS {
        let world = start(
            rows,
            Config {
                dialect,
                flavor,
                ..Config::test()
            },
        );
        let before = world.inhabitants().await;
        for (members, code) in cases {
            let answer = world.post_json(INSTANCES, body(members)).await;
            assert_eq!(answer.code(), *code, "{members} {}", answer.body);
            answer.is_refused_with(dialect, code);
        }
        assert_eq!(world.inhabitants().await, before);
    }
}

#[tokio::test]
async fn values_that_break_their_rule_are_refused_with_the_code_of_their_member() {
    let cases = [
        (json!({"server_group_id": null}), "SDRS.0207"),
        (json!({"server_group_id": "x"}), "SDRS.0207"),
        (json!({"server_id": null}), "SDRS.0210"),
        (json!({"server_id": "5fb92d6cb0cb46c9824bb90ec5500ae6"}), "SDRS.0210"),
        (json!({"name": null}), "SDRS.0202"),
        (json!({"name": ""}), "SDRS.0202"),
        (json!({"name": "a b"}), "SDRS.0202"),
        (json!({"name": "a".repeat(65)}), "SDRS.0202"),
        (json!({"description": "a".repeat(65)}), "SDRS.0212"),
        (json!({"description": "<b>"}), "SDRS.0212"),
        (json!({"primary_subnet_id": "x"}), "SDRS.1335"),
        (json!({"primary_ip_address": "192.168.0.9"}), "SDRS.1380"),
        (
            json!({"primary_subnet_id": SUBNET, "primary_ip_address": "192.168.0.256"}),
            "SDRS.0219",
        ),
        (json!({"flavorRef": " "}), "SDRS.0201"),
        (json!({"cluster_id": "x"}), "SDRS.0218"),
        (json!({"tenancy": "public"}), "SDRS.0228"),
        (json!({"tenancy": "dedicated", "dedicated_host_id": "x"}), "SDRS.0227"),
        (json!({"dedicated_host_id": NOBODY}), "SDRS.1371"),
        (json!({"tenancy": "shared", "dedicated_host_id": NOBODY}), "SDRS.1371"),
        (json!({"tags": vec![json!({"key": "a", "value": ""}); 11]}), "SDRS.2203"),
        (json!({"tags": [{"key": "a/b", "value": ""}]}), "SDRS.2204"),
        (json!({"tags": [{"key": " ", "value": ""}]}), "SDRS.2205"),
        (json!({"tags": [{"key": "a", "value": "b=c"}]}), "SDRS.2207"),
        (json!({"tags": [{"key": "a"}]}), "SDRS.2208"),
        (
            json!({"tags": [{"key": "a", "value": ""}, {"key": "a", "value": "b"}]}),
            "SDRS.2209",
        ),
    ];
    refused(&usual(), Flavour::Huawei, &cases).await;
}

#[tokio::test]
async fn bodies_of_another_shape_are_refused() {
    for dialect in DIALECTS {
        let world = super::speaking(dialect);
        for body in [
            json!([]),
            json!({}),
            json!({"server_group_id": GROUP, "server_id": SERVER, "name": "unwrapped"}),
            json!({"protected_instance": null}),
            json!({"protected_instance": [GROUP, SERVER, "listed"]}),
            body(&json!({"name": 5})),
            body(&json!({"tags": {}})),
            body(&json!({"tags": [["a", "b"]]})),
            body(&json!({"tags": [{"key": "a", "value": 1}]})),
            body(&json!({"cluster_id": 5})),
            body(&json!({"tenancy": {}, "server_group_id": "x"})),
            body(&json!({"dedicated_host_id": [], "server_group_id": "x"})),
        ] {
            world
                .post_json(INSTANCES, body)
                .await
                .is_refused_with(dialect, "SDRS.0201");
        }
        assert_eq!(world.inhabitants().await["count"], 3);
    }
}

#[tokio::test]
async fn the_first_wrong_value_in_documented_order_is_the_one_that_is_named() {
    let mut members = json!({
        "server_group_id": "x", "server_id": "x", "name": "", "description": "<", "cluster_id": "x",
        "primary_subnet_id": "x", "primary_ip_address": "x", "tags": [{"key": ""}], "flavorRef": "", "tenancy": "x",
    });
    let right = json!({
        "server_group_id": GROUP, "server_id": SERVER, "name": "web", "description": "", "cluster_id": NOBODY,
        "primary_subnet_id": SUBNET, "primary_ip_address": "192.168.0.9", "tags": [], "flavorRef": "s2.large",
    });
    let codes = [
        "0207", "0210", "0202", "0212", "0218", "1335", "0219", "2205", "0201", "0228",
    ];
    let world = start(&usual(), Config::test());
    for (member, code) in members.clone().as_object().expect("an object").keys().zip(codes) {
        let answer = world.post_json(INSTANCES, body(&members)).await;
        answer.is_refused_with(Dialect::Documented, &format!("SDRS.{code}"));
        members[member] = right[member].clone();
    }
}

#[tokio::test]
async fn what_the_body_names_must_exist() {
    let cases = [
        (json!({"server_group_id": NOBODY}), "SDRS.1013"),
        (json!({"primary_subnet_id": NOBODY}), "SDRS.1335"),
        (json!({"primary_subnet_id": OTHER_SUBNET}), "SDRS.0204"),
        (
            json!({"primary_subnet_id": SUBNET, "primary_ip_address": "192.168.0.10"}),
            "SDRS.1334",
        ),
    ];
    refused(&usual(), Flavour::Huawei, &cases).await;
    let mut closed = usual();
    closed["inventory"]["closed"] = json!(["servers"]);
    refused(&closed, Flavour::Huawei, &[(json!({}), "SDRS.1326")]).await;
}

#[tokio::test]
async fn a_server_must_fit_the_group_and_be_sound() {
    let bootable = json!({"id": "80000000-0000-4000-8000-00000000000a", "device": "/dev/vda", "bootable": true});
    let paired = json!({"id": "80000000-0000-4000-8000-000000000003", "device": "/dev/vdb"});
    let shared = json!({"id": "80000000-0000-4000-8000-00000000000b", "device": "/dev/vdb", "shared": true});
    for (server, code) in [
        (json!({"vpc_id": NOBODY}), "SDRS.1304"),
        (json!({"az": "zone-b"}), "SDRS.1303"),
        (json!({"status": "error"}), "SDRS.1333"),
        (json!({"disks": []}), "SDRS.1321"),
        (json!({"disks": [{"id": NOBODY, "device": "/dev/vdb"}]}), "SDRS.1339"),
        (json!({"disks": [bootable, shared]}), "SDRS.1806"),
        (json!({"disks": [bootable, paired]}), "SDRS.1811"),
        (json!({"flavor": "gpu.large"}), "SDRS.1356"),
        (json!({"flavor": "old.large"}), "SDRS.1353"),
        (json!({"locked": "system"}), "SDRS.1357"),
        (json!({"locked": "service"}), "SDRS.1359"),
    ] {
        let mut rows = usual();
        let mut row = server.clone();
        row["id"] = SERVER.into();
        rows["inventory"]["servers"].as_array_mut().expect("a list").push(row);
        rows["inventory"]["flavors"] =
            json!([{"id": "gpu.large", "supported_production": false}, {"id": "old.large", "supported_dr": false}]);
        refused(&rows, Flavour::Huawei, &[(json!({}), code)]).await;
    }
}

#[tokio::test]
async fn the_dr_server_must_have_supported_specifications() {
    let mut rows = usual();
    rows["inventory"]["flavors"] = json!([{"id": "s2.large"}, {"id": "old.large", "supported_dr": false}]);
    refused(
        &rows,
        Flavour::Huawei,
        &[(json!({"flavorRef": "old.large"}), "SDRS.1353")],
    )
    .await;
    rows["inventory"]["closed"] = json!(["flavors"]);
    refused(
        &rows,
        Flavour::Huawei,
        &[(json!({"flavorRef": "unheard.of"}), "SDRS.1353")],
    )
    .await;
    let world = start(&rows, Config::test());
    let answer = world
        .post_json(INSTANCES, body(&json!({"flavorRef": "s2.large"})))
        .await;
    world.done(&answer).await;
}

#[tokio::test]
async fn flavour_otc_overlooks_what_only_huawei_cloud_has() {
    let cases = [
        (json!({"primary_ip_address": "192.168.0.9"}), "SDRS.0201"),
        (json!({"name": "演练"}), "SDRS.0202"),
    ];
    refused(&usual(), Flavour::Otc, &cases).await;
    for given in [json!("x"), json!(5), json!({"x": [null]}), json!([])] {
        let flavor = Flavour::Otc;
        let world = start(
            &usual(),
            Config {
                flavor,
                ..Config::test()
            },
        );
        let members = json!({"cluster_id": given, "tenancy": given, "dedicated_host_id": given});
        world.done(&world.post_json(INSTANCES, body(&members)).await).await;
    }
}

#[tokio::test]
async fn the_quota_of_pairs_counts_those_that_come_with_an_instance() {
    for dialect in DIALECTS {
        // Five pairs are there.
        let world = |quota_pairs| {
            start(
                &usual(),
                Config {
                    dialect,
                    quota_pairs,
                    ..Config::test()
                },
            )
        };
        let answer = world(5).post_json(INSTANCES, body(&json!({}))).await;
        answer.is_refused_with(dialect, "SDRS.0306");
        assert_eq!(world(6).post_json(INSTANCES, body(&json!({}))).await.status, 200);
    }
}

#[tokio::test]
async fn what_is_missing_is_named_before_what_is_in_the_wrong_state_and_that_before_the_quota() {
    let mut rows = super::rows("starting", "available", "available");
    rows["inventory"]["closed"] = json!(["servers"]);
    let tight = || Config {
        quota_pairs: 1,
        ..Config::test()
    };
    let world = start(&rows, tight());
    world
        .post_json(INSTANCES, body(&json!({})))
        .await
        .is_refused_with(Dialect::Documented, "SDRS.1326");
    rows["inventory"]["closed"] = json!([]);
    let world = start(&rows, tight());
    world
        .post_json(INSTANCES, body(&json!({})))
        .await
        .is_refused_with(Dialect::Documented, "SDRS.1024");
    rows["server_groups"][0]["status"] = "available".into();
    let world = start(&rows, tight());
    world
        .post_json(INSTANCES, body(&json!({})))
        .await
        .is_refused_with(Dialect::Documented, "SDRS.0306");
}
