//! Resizing an instance.

use sdrs_mock::Config;
use sdrs_mock::api::error::Dialect;
use sdrs_mock::domain::rules::Flavour;
use serde_json::{Value, json};

use super::{INSTANCE, SOURCE, STRANGER, TARGET, at, manual, rows, speaking, start, usual};
use crate::support::{Answer, DIALECTS, NOBODY, World};

async fn resize(world: &World, instance: &str, flavors: Value) -> Answer {
    world
        .post_json(&at(instance, "/resize"), json!({"resize": flavors}))
        .await
}

#[tokio::test]
async fn an_instance_is_resized_on_both_sides_or_on_one() {
    let world = start(&usual(), Config::test());
    for flavors in [
        json!({"flavorRef": "a"}),
        json!({"production_flavorRef": "b"}),
        json!({"dr_flavorRef": "b", "production_flavorRef": null}),
        json!({"production_flavorRef": "c", "dr_flavorRef": "d"}),
        json!({"flavorRef": "e", "production_flavorRef": "e", "dr_flavorRef": ""}),
    ] {
        let answer = resize(&world, INSTANCE, flavors).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let job = world.done(&answer).await;
        assert_eq!(job["job_type"], "resizeProtectedInstanceNew");
        assert_eq!(job["entities"], json!({"protected_instance_id": INSTANCE}));
        assert_eq!(world.see(&at(INSTANCE, "")).await["status"], "available");
    }
    let world = start(&usual(), manual());
    assert_eq!(resize(&world, INSTANCE, json!({"flavorRef": "a"})).await.status, 200);
    assert_eq!(world.see(&at(INSTANCE, "")).await["status"], "resizing");
}

#[tokio::test]
async fn a_side_must_get_another_flavor() {
    for dialect in DIALECTS {
        let world = speaking(dialect);
        // The production server is listed with this one.
        resize(&world, INSTANCE, json!({"flavorRef": "s2.large"}))
            .await
            .is_refused_with(dialect, "SDRS.1341");
        world
            .done(&resize(&world, INSTANCE, json!({"dr_flavorRef": "s2.large"})).await)
            .await;
        let again = resize(
            &world,
            INSTANCE,
            json!({"production_flavorRef": "x", "dr_flavorRef": "s2.large"}),
        )
        .await;
        again.is_refused_with(dialect, "SDRS.1341");
        world
            .done(&resize(&world, INSTANCE, json!({"flavorRef": "x"})).await)
            .await;
        resize(&world, INSTANCE, json!({"production_flavorRef": "x"}))
            .await
            .is_refused_with(dialect, "SDRS.1341");
    }
}

#[tokio::test]
async fn a_resize_that_says_nothing_or_names_nothing_is_refused() {
    for dialect in DIALECTS {
        let world = speaking(dialect);
        for flavors in [
            json!({}),
            json!({"flavorRef": null}),
            json!({"flavorRef": ""}),
            json!({"dr_flavorRef": " "}),
            json!({"flavorRef": 5}),
            json!({"production_dedicated_host_id": NOBODY}),
            json!([]),
        ] {
            resize(&world, INSTANCE, flavors)
                .await
                .is_refused_with(dialect, "SDRS.0201");
        }
        let unwrapped = world
            .post_json(&at(INSTANCE, "/resize"), json!({"flavorRef": "a"}))
            .await;
        unwrapped.is_refused_with(dialect, "SDRS.0201");
        resize(&world, "x", json!({"flavorRef": "a"}))
            .await
            .is_refused_with(dialect, "SDRS.0208");
        resize(&world, NOBODY, json!({"flavorRef": "a"}))
            .await
            .is_absent_with(dialect, "SDRS.1320");
    }
}

#[tokio::test]
async fn the_servers_that_change_must_be_stopped() {
    for dialect in DIALECTS {
        for (station, running, code) in [
            ("source", SOURCE, "SDRS.1352"),
            ("source", TARGET, "SDRS.1342"),
            ("target", SOURCE, "SDRS.1342"),
            ("target", TARGET, "SDRS.1352"),
        ] {
            let mut rows = usual();
            rows["inventory"]["servers"] = json!([{"id": running, "power": "running"}]);
            for section in ["server_groups", "protected_instances", "replications"] {
                for row in rows[section].as_array_mut().expect("a list") {
                    row["priority_station"] = station.into();
                }
            }
            let world = start(
                &rows,
                Config {
                    dialect,
                    ..Config::test()
                },
            );
            resize(&world, INSTANCE, json!({"flavorRef": "a"}))
                .await
                .is_refused_with(dialect, code);
            let other = if code == "SDRS.1352" {
                "dr_flavorRef"
            } else {
                "production_flavorRef"
            };
            world.done(&resize(&world, INSTANCE, json!({other: "a"})).await).await;
        }
    }
}

#[tokio::test]
async fn the_sites_must_support_the_flavor() {
    for (flavor, production, recovery) in [
        (Flavour::Huawei, "SDRS.1378", "SDRS.1379"),
        (Flavour::Otc, "SDRS.1356", "SDRS.1353"),
    ] {
        for dialect in DIALECTS {
            let mut rows = usual();
            rows["inventory"]["flavors"] =
                json!([{"id": "p", "supported_dr": false}, {"id": "d", "supported_production": false}]);
            let world = start(
                &rows,
                Config {
                    dialect,
                    flavor,
                    ..Config::test()
                },
            );
            resize(&world, INSTANCE, json!({"flavorRef": "d"}))
                .await
                .is_refused_with(dialect, production);
            resize(&world, INSTANCE, json!({"flavorRef": "p"}))
                .await
                .is_refused_with(dialect, recovery);
            world
                .done(&resize(&world, INSTANCE, json!({"production_flavorRef": "p"})).await)
                .await;
            world
                .done(&resize(&world, INSTANCE, json!({"dr_flavorRef": "d"})).await)
                .await;
        }
    }
}

#[tokio::test]
async fn an_instance_without_a_system_disk_is_not_resized_in_flavour_huawei() {
    for dialect in DIALECTS {
        let world = speaking(dialect);
        resize(&world, STRANGER, json!({"flavorRef": "a"}))
            .await
            .is_refused_with(dialect, "SDRS.1377");
    }
    let world = start(
        &usual(),
        Config {
            flavor: Flavour::Otc,
            ..Config::test()
        },
    );
    world
        .done(&resize(&world, STRANGER, json!({"flavorRef": "a"})).await)
        .await;
}

#[tokio::test]
async fn a_failed_resize_can_be_tried_again() {
    let world = start(&rows("protected", "error-resizing", "protected"), Config::test());
    world
        .done(&resize(&world, INSTANCE, json!({"flavorRef": "a"})).await)
        .await;
    assert_eq!(world.see(&at(INSTANCE, "")).await["status"], "protected");
    resize(&world, "x", json!({}))
        .await
        .is_refused_with(Dialect::Documented, "SDRS.0208");
}
