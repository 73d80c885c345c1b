//! Creating a pair.

use sdrs_mock::Config;
use sdrs_mock::config::JobDuration;
use sdrs_mock::domain::plan::Progression;
use sdrs_mock::domain::rules::Flavour;
use serde_json::{Value, json};

use super::small;
use crate::made::{but, copy_id, disk_id, group, group_id, id, instance, job_of, made, pair, speaking};
use crate::support::{Answer, DIALECTS, NOBODY, World};

/// A disk that no made pair has.
const DISK: &str = "0f000000-0000-4000-8000-000000000001";

async fn create(world: &World, members: Value) -> Answer {
    let body = but(
        json!({"server_group_id": group_id(1), "volume_id": DISK, "name": "fresh"}),
        members,
    );
    world
        .post("/replications", json!({"replication": body}).to_string())
        .await
}

/// The newest pair.
async fn newest(world: &World) -> Value {
    world.get("/replications?limit=1").await.json()["replications"][0].clone()
}

#[tokio::test]
async fn a_pair_is_there_at_once_and_becomes_what_its_group_is() {
    for (status, done) in [
        ("available", ("available", "inactive", 0)),
        ("protected", ("protected", "active", 100)),
    ] {
        let config = Config {
            job_duration: JobDuration(Progression::Polls { n: 3 }),
            ..Config::test()
        };
        let world = made(&json!({"server_groups": [group(1, status)]}), config);
        let accepted = create(&world, json!({"description": "d"})).await;
        let fresh = newest(&world).await;
        assert_eq!((&fresh["status"], &fresh["progress"]), (&json!("creating"), &json!(0)));
        assert_eq!(fresh["replication_status"], "inactive");
        let job = job_of(&world, &accepted).await;
        assert_eq!((&job["status"], &job["end_time"]), (&json!("INIT"), &Value::Null));
        assert_eq!(job["job_type"], "createReplicationPairNoCG");
        assert_eq!(job_of(&world, &accepted).await["status"], "RUNNING");
        assert_eq!(job_of(&world, &accepted).await["status"], "SUCCESS");
        let pair = newest(&world).await;
        let seen = (&pair["status"], &pair["replication_status"], &pair["progress"]);
        assert_eq!(seen, (&json!(done.0), &json!(done.1), &json!(done.2)));
        assert_eq!(pair["description"], "d");
        assert_eq!(pair["attachment"], json!([]));
        assert_eq!(
            pair["record_metadata"],
            json!({"multiattach": false, "bootable": false, "volume_size": 10, "volume_type": "SATA"})
        );
        let group = world
            .get(&format!("/replications?server_group_id={}", group_id(1)))
            .await;
        assert_eq!(group.json()["count"], 1);
    }
}

#[tokio::test]
async fn the_job_shows_pair_and_disks_as_texts_and_no_list_of_parts() {
    let world = small(Config::test());
    let accepted = create(&world, json!({})).await;
    let job = job_of(&world, &accepted).await;
    let pair = newest(&world).await;
    let disks = pair["volume_ids"].as_str().expect("a text");
    assert_eq!(
        job["entities"],
        json!({"replication_pair_id": pair["id"], "volume_ids": disks})
    );
    let (production, recovery) = disks.split_once(',').expect("two disks");
    assert_eq!(production, DISK);
    assert_ne!(recovery, DISK);
}

#[tokio::test]
async fn a_body_with_a_value_that_breaks_a_rule_is_refused_for_the_first_one_in_documented_order() {
    for dialect in DIALECTS {
        let world = small(speaking(dialect));
        for (members, code, message) in [
            (
                json!({"server_group_id": "x", "volume_id": "x"}),
                "SDRS.0207",
                "Invalid protection group ID",
            ),
            (
                json!({"server_group_id": null}),
                "SDRS.0207",
                "Invalid protection group ID",
            ),
            (json!({"volume_id": "x", "name": ""}), "SDRS.0211", "Invalid disk ID"),
            (json!({"volume_id": null}), "SDRS.0211", "Invalid disk ID"),
            (json!({"name": "a b", "description": "<"}), "SDRS.0202", "Invalid name"),
            (json!({"name": null}), "SDRS.0202", "Invalid name"),
            (json!({"description": "<"}), "SDRS.0212", "Invalid description"),
            (
                json!({"description": "d".repeat(65)}),
                "SDRS.0212",
                "Invalid description",
            ),
            (
                json!({"description": "d", "cluster_id": "x"}),
                "SDRS.0218",
                "Invalid cluster ID",
            ),
            (json!({"volume_id": 1}), "SDRS.0201", "Invalid request parameters"),
            (
                json!({"server_group_id": NOBODY}),
                "SDRS.1013",
                "Protection group not found",
            ),
        ] {
            create(&world, members).await.is_refused(dialect, code, message);
        }
        let answer = world.post("/replications", r#"{"server_group":{}}"#).await;
        answer.is_refused(dialect, "SDRS.0201", "Invalid request parameters");
        assert_eq!(
            world.get("/replications").await.json()["count"],
            1,
            "a refusal changes nothing"
        );
    }
}

#[tokio::test]
async fn a_storage_pool_has_a_uuid_which_flavour_otc_overlooks() {
    let flavor = Flavour::Otc;
    for given in [json!("x"), json!(5)] {
        let overlooking = small(Config {
            flavor,
            ..Config::test()
        });
        assert_eq!(create(&overlooking, json!({"cluster_id": given})).await.status, 200);
    }
    let world = small(Config::test());
    let misshapen = create(&world, json!({"cluster_id": 5, "server_group_id": "x"})).await;
    misshapen.is_refused_with(sdrs_mock::api::error::Dialect::Documented, "SDRS.0201");
    assert_eq!(create(&world, json!({"cluster_id": NOBODY})).await.status, 200);
}

#[tokio::test]
async fn a_disk_that_cannot_be_paired_is_refused_for_its_reason() {
    let volumes = [
        ("SDRS.1801", "Disk status not available", json!({"status": "in-use"})),
        ("SDRS.1802", "Disk encrypted", json!({"encrypted": true})),
        (
            "SDRS.1806",
            "Operation not allowed by disk type",
            json!({"type": "TAPE"}),
        ),
        (
            "SDRS.1810",
            "Current production site AZ of the disk different from that of the protection group",
            json!({"az": "az2"}),
        ),
        ("SDRS.1831", "Disk locked", json!({"locked": true})),
    ];
    let rows: Vec<_> = volumes
        .iter()
        .enumerate()
        .map(|(n, (_, _, facts))| but(json!({"id": id(0xf, n)}), facts.clone()))
        .collect();
    for dialect in DIALECTS {
        let template = json!({
            "server_groups": [group(1, "available")], "replications": [pair(1, 1, "available")],
            "inventory": {"volumes": rows},
        });
        let world = made(&template, speaking(dialect));
        for (n, (code, message, _)) in volumes.iter().enumerate() {
            let answer = create(&world, json!({"volume_id": id(0xf, n)})).await;
            answer.is_refused(dialect, code, message);
        }
        for taken in [disk_id(1), copy_id(1)] {
            let answer = create(&world, json!({"volume_id": taken})).await;
            answer.is_refused(dialect, "SDRS.1811", "Disk already used by a replication pair");
        }
    }
}

#[tokio::test]
async fn in_a_closed_section_only_listed_disks_exist_and_the_dr_disk_is_listed_too() {
    let listed = json!({"id": DISK, "az": "az1", "size": 55, "type": "SSD", "shared": true});
    let carrier = json!({"id": id(0x1a, 1), "disks": [{"id": DISK, "device": "/dev/vda", "bootable": true}]});
    let template = json!({
        "server_groups": [group(1, "available")],
        "inventory": {"closed": ["volumes"], "volumes": [listed], "servers": [carrier]},
    });
    for dialect in DIALECTS {
        let world = made(&template, speaking(dialect));
        let answer = create(&world, json!({"volume_id": NOBODY})).await;
        answer.is_refused(dialect, "SDRS.1803", "Null disk");
        assert_eq!(create(&world, json!({})).await.status, 200);
        let pair = newest(&world).await;
        assert_eq!(
            pair["record_metadata"],
            json!({"multiattach": true, "bootable": true, "volume_size": 55, "volume_type": "SSD"})
        );
        let disks = pair["volume_ids"].as_str().expect("a text");
        let copy = disks.split_once(',').expect("two disks").1;
        let answer = create(&world, json!({"volume_id": copy})).await;
        // It stands at the DR site, so it exists and is refused for that.
        answer.is_refused(
            dialect,
            "SDRS.1810",
            "Current production site AZ of the disk different from that of the protection group",
        );
    }
}

#[tokio::test]
async fn after_a_switchover_the_production_disk_stands_at_the_former_dr_site() {
    let switched = but(group(1, "available"), json!({"priority_station": "target"}));
    let template = json!({
        "server_groups": [switched],
        "inventory": {"volumes": [{"id": DISK, "az": "az2"}, {"id": disk_id(9), "az": "az1"}]},
    });
    let world = made(&template, Config::test());
    let answer = create(&world, json!({"volume_id": disk_id(9)})).await;
    assert_eq!(answer.json()["badrequest"]["code"], "SDRS.1810");
    assert_eq!(create(&world, json!({})).await.status, 200);
    assert_eq!(newest(&world).await["priority_station"], "target");
}

#[tokio::test]
async fn the_quota_of_the_project_and_the_limit_of_unattached_pairs_end_it() {
    for dialect in DIALECTS {
        let config = Config {
            quota_pairs: 1,
            ..speaking(dialect)
        };
        let answer = create(&small(config), json!({})).await;
        answer.is_refused(dialect, "SDRS.0306", "Insufficient replication pair quota");

        let pairs: Vec<_> = (1..=6).map(|n| pair(n, 1, "available")).collect();
        let template = json!({
            "server_groups": [group(2, "available"), group(1, "available")],
            "replications": pairs, "protected_instances": [instance(1, 1, "available", &[6])],
        });
        let world = made(&template, speaking(dialect));
        let answer = create(&world, json!({})).await;
        let message = "Replication pairs not attached to protected instances to the upper limit";
        answer.is_refused(dialect, "SDRS.1826", message);
        let other = create(&world, json!({"server_group_id": group_id(2)})).await;
        assert_eq!(other.status, 200, "the limit is each group's own");
    }
}
