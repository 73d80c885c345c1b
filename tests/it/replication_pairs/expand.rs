//! Expanding a pair.

use sdrs_mock::Config;
use sdrs_mock::config::JobDuration;
use sdrs_mock::domain::plan::Progression;
use sdrs_mock::domain::rules::Flavour;
use serde_json::{Value, json};

use super::{path, small};
use crate::made::{but, copy_id, delete, disk_id, group, group_id, job_of, made, pair, pair_id, speaking};
use crate::support::{Answer, DIALECTS, World};

async fn expand(world: &World, n: usize, size: Value) -> Answer {
    let body = json!({"extend-replication": {"new_size": size}});
    world.post(&format!("{}/action", path(n)), body.to_string()).await
}

async fn shown(world: &World) -> Value {
    world.get(&path(1)).await.json()["replication"].clone()
}

#[tokio::test]
async fn both_disks_grow_when_the_job_ends() {
    let config = Config {
        job_duration: JobDuration(Progression::Polls { n: 2 }),
        ..Config::test()
    };
    let world = small(config);
    let accepted = expand(&world, 1, json!(20)).await;
    let meanwhile = shown(&world).await;
    assert_eq!(meanwhile["status"], "extending");
    assert_eq!(meanwhile["record_metadata"]["volume_size"], 10);
    let job = job_of(&world, &accepted).await;
    assert_eq!(
        (&job["status"], &job["job_type"]),
        (&json!("SUCCESS"), &json!("expandReplicationPairNew"))
    );
    assert_eq!(job["entities"], json!({"replication_pair_id": pair_id(1)}));
    let pair = shown(&world).await;
    assert_eq!(
        (&pair["status"], &pair["record_metadata"]["volume_size"]),
        (&json!("available"), &json!(20))
    );
}

#[tokio::test]
async fn a_decimal_counts_with_its_integer_part() {
    for (size, becomes) in [
        (json!(20.9), 20),
        (json!(11.0), 11),
        (json!(4_294_967_295_u32), u32::MAX),
    ] {
        let world = small(Config::test());
        assert_eq!(expand(&world, 1, size).await.status, 200);
        assert_eq!(shown(&world).await["record_metadata"]["volume_size"], becomes);
    }
}

#[tokio::test]
async fn no_growth_is_accepted_and_fails_as_a_job_which_leaves_a_record_and_may_be_tried_again() {
    for size in [json!(10), json!(9), json!(10.99)] {
        let world = small(Config::test());
        let accepted = expand(&world, 1, size).await;
        let job = job_of(&world, &accepted).await;
        assert_eq!(
            (&job["status"], &job["error_code"]),
            (&json!("FAIL"), &json!("SDRS.1820"))
        );
        let reason = r#"expandReplicationPairNew-fail:SDRS.1820:Client error : {"badRequest": {"message": "Failed to expand the capacity", "code": 400}}"#;
        assert_eq!(job["fail_reason"], reason);
        let pair = shown(&world).await;
        assert_eq!(
            (&pair["status"], &pair["failure_detail"]),
            (&json!("error-extending"), &Value::Null)
        );
        assert_eq!(pair["record_metadata"]["volume_size"], 10);
        let query = format!("?server_group_id={}", group_id(1));
        let records = world.get(&format!("/task-center/failure-jobs{query}")).await;
        assert_eq!(
            records.json(),
            json!({"count": 1, "failure_jobs": [{
                "job_status": "FAIL", "resource_id": pair_id(1), "resource_name": "pair-1",
                "resource_type": "replications", "failure_status": "expandFail", "job_id": job["job_id"],
                "job_type": "expandReplicationPairNew", "begin_time": "2026-01-01T00:00:00.000Z",
                "error_code": "SDRS.1820", "fail_reason": reason,
            }]})
        );
        assert_eq!(
            job_of(&world, &expand(&world, 1, json!(11)).await).await["status"],
            "SUCCESS"
        );
        assert_eq!(shown(&world).await["status"], "available");
    }
}

#[tokio::test]
async fn a_size_that_is_none_and_an_action_that_is_none_are_refused() {
    for dialect in DIALECTS {
        let world = small(speaking(dialect));
        for size in [
            json!(null),
            json!("20"),
            json!(0),
            json!(0.9),
            json!(-1),
            json!(true),
            json!(1e300),
        ] {
            let answer = expand(&world, 1, size).await;
            answer.is_refused(dialect, "SDRS.0201", "Invalid request parameters");
        }
        let action = format!("{}/action", path(1));
        for body in [
            r#"{"extend-replication":{}}"#,
            r#"{"extend-replication":20}"#,
            "[]",
            "",
            "x",
        ] {
            let answer = world.post(&action, body).await;
            answer.is_refused(dialect, "SDRS.0201", "Invalid request parameters");
        }
        for body in [
            "{}",
            r#"{"shrink-replication":{"new_size":1}}"#,
            r#"{"extend-replication":null}"#,
        ] {
            let answer = world.post(&action, body).await;
            answer.is_refused(dialect, "SDRS.0206", "Invalid action");
        }
    }
}

/// One disk of a pair in this state, and whether the pair may be expanded.
async fn with_disk(disk: Value, shared: bool, flavor: Flavour) -> (World, Answer) {
    let mut shared_pair = pair(1, 1, "available");
    shared_pair["record_metadata"]["multiattach"] = json!(shared);
    let template = json!({
        "server_groups": [group(1, "available")], "replications": [shared_pair], "inventory": {"volumes": [disk]},
    });
    let world = made(
        &template,
        Config {
            flavor,
            ..Config::test()
        },
    );
    let answer = expand(&world, 1, json!(20)).await;
    (world, answer)
}

#[tokio::test]
async fn a_disk_that_cannot_grow_is_refused_for_its_reason_on_either_side() {
    use Flavour::{Huawei, Otc};
    for (facts, shared, flavor, code) in [
        (json!({"status": "backing-up"}), false, Huawei, "SDRS.1817"),
        (json!({"status": "error"}), true, Otc, "SDRS.1817"),
        (json!({"status": "in-use"}), true, Huawei, "SDRS.1818"),
        (json!({"status": "in-use", "shared": true}), false, Huawei, "SDRS.1818"),
        (json!({"status": "in-use"}), false, Otc, "SDRS.1816"),
        (json!({"locked": true}), false, Huawei, "SDRS.1832"),
        (json!({"status": "in-use"}), false, Huawei, ""),
        (json!({"status": "available"}), true, Otc, ""),
    ] {
        for side in [disk_id(1), copy_id(1)] {
            let disk = but(json!({"id": side}), facts.clone());
            let (_, answer) = with_disk(disk, shared, flavor).await;
            let refused = answer.json()["badrequest"]["code"]
                .as_str()
                .unwrap_or_default()
                .to_owned();
            assert_eq!(refused, code, "{facts} shared={shared} {flavor}: {}", answer.body);
        }
    }
}

#[tokio::test]
async fn the_live_dialect_refuses_disks_in_its_own_envelope() {
    for (facts, code, message) in [
        (
            json!({"status": "error"}),
            "SDRS.1817",
            "Operation cannot be performed because the disk of the replication pair is not in the available or in-use state",
        ),
        (
            json!({"status": "in-use", "shared": true}),
            "SDRS.1818",
            "This operation cannot be performed because the shared disks of the replication pair are not in the Available state",
        ),
        (
            json!({"locked": true}),
            "SDRS.1832",
            "Failed to expand the capacity because a disk in the replication pair is locked",
        ),
    ] {
        for dialect in DIALECTS {
            let template = json!({
                "server_groups": [group(1, "available")], "replications": [pair(1, 1, "available")],
                "inventory": {"volumes": [but(json!({"id": disk_id(1)}), facts.clone())]},
            });
            let world = made(&template, speaking(dialect));
            expand(&world, 1, json!(20)).await.is_refused(dialect, code, message);
        }
    }
}

#[tokio::test]
async fn listed_disks_have_their_new_size_for_whoever_pairs_them_next() {
    let (world, answer) = with_disk(json!({"id": disk_id(1), "size": 10}), false, Flavour::Huawei).await;
    assert_eq!(job_of(&world, &answer).await["status"], "SUCCESS");
    assert_eq!(delete(&world, &path(1)).await.status, 200);
    let again = json!({"replication": {"server_group_id": group_id(1), "volume_id": disk_id(1), "name": "again"}});
    assert_eq!(world.post("/replications", again.to_string()).await.status, 200);
    let list = world.get("/replications").await.json();
    assert_eq!(list["replications"][0]["record_metadata"]["volume_size"], 20);
}
