//! Deleting a pair.

use sdrs_mock::Config;
use sdrs_mock::config::JobDuration;
use sdrs_mock::domain::plan::Progression;
use serde_json::{Value, json};

use super::{path, small};
use crate::made::{
    but, copy_id, delete, delete_with, disk_id, group, group_id, instance, job_of, made, pair, pair_id, speaking,
};
use crate::support::{DIALECTS, NOBODY};

#[tokio::test]
async fn a_deleted_pair_is_deleting_until_its_job_ends_and_then_gone() {
    let config = Config {
        job_duration: JobDuration(Progression::Polls { n: 2 }),
        ..Config::test()
    };
    let world = small(config);
    let accepted = delete(&world, &path(1)).await;
    assert_eq!(world.get(&path(1)).await.json()["replication"]["status"], "deleting");
    let job = job_of(&world, &accepted).await;
    assert_eq!(
        (&job["status"], &job["job_type"]),
        (&json!("SUCCESS"), &json!("deleteReplicationPairNoCG"))
    );
    assert_eq!(job["entities"], json!({"replication_pair_id": pair_id(1)}));
    assert_eq!(world.get(&path(1)).await.status, 404);
    assert_eq!(
        world.get("/replications").await.json(),
        json!({"count": 0, "replications": []})
    );
}

#[tokio::test]
async fn the_body_and_everything_in_it_may_be_missing() {
    for body in [
        "",
        " \n",
        "{}",
        r#"{"replication":null}"#,
        r#"{"replication":{}}"#,
        r#"{"replication":{"server_group_id":null,"delete_target_volume":null}}"#,
        r#"{"replication":{"delete_target_volume":false}}"#,
        r#"{"replication":{"unknown":1},"delete_target_volume":"ignored here"}"#,
    ] {
        let answer = delete_with(&small(Config::test()), &path(1), body).await;
        assert_eq!(answer.status, 200, "{body}: {}", answer.body);
    }
    let world = small(Config::test());
    assert_eq!(delete(&world, &path(1)).await.status, 200, "no body, no Content-Type");
}

#[tokio::test]
async fn a_body_that_is_not_as_documented_is_refused() {
    for dialect in DIALECTS {
        let world = small(speaking(dialect));
        for body in [
            "x",
            "[]",
            r#"{"replication":[]}"#,
            r#"{"replication":{"delete_target_volume":"true"}}"#,
            r#"{"replication":{"server_group_id":1}}"#,
        ] {
            let answer = delete_with(&world, &path(1), body).await;
            answer.is_refused(dialect, "SDRS.0201", "Invalid request parameters");
        }
        let answer = delete_with(&world, &path(1), r#"{"replication":{"server_group_id":"x"}}"#).await;
        answer.is_refused(dialect, "SDRS.0207", "Invalid protection group ID");
    }
}

#[tokio::test]
async fn what_a_pair_is_bound_to_keeps_it() {
    let template = json!({
        "server_groups": [group(2, "available"), group(1, "available"), but(group(3, "available"), json!({"priority_station": "target"}))],
        "replications": [
            pair(1, 1, "available"), pair(2, 1, "available"),
            but(pair(3, 3, "available"), json!({"priority_station": "target"})),
        ],
        "protected_instances": [instance(1, 1, "available", &[2])],
    });
    for dialect in DIALECTS {
        let world = made(&template, speaking(dialect));
        let of = |group: &str| json!({"replication": {"server_group_id": group}});
        let answer = delete(&world, &path(2)).await;
        answer.is_refused(dialect, "SDRS.1605", "Replication pair attached");
        let answer = delete_with(&world, &path(1), of(&group_id(2))).await;
        answer.is_refused(dialect, "SDRS.1611", "Replication pair not in the protection group");
        let answer = delete_with(&world, &path(1), of(NOBODY)).await;
        answer.is_refused(dialect, "SDRS.1013", "Protection group not found");
        let both = json!({"replication": {"server_group_id": group_id(3), "delete_target_volume": true}});
        let answer = delete_with(&world, &path(3), both).await;
        let message = "Operation not allowed because the current production site of the replication pair is the DR \
                       site specified when the protection group is created";
        answer.is_refused(dialect, "SDRS.1809", message);
        assert_eq!(delete_with(&world, &path(3), of(&group_id(3))).await.status, 200);
        assert_eq!(delete_with(&world, &path(1), of(&group_id(1))).await.status, 200);
    }
}

#[tokio::test]
async fn a_second_delete_finds_no_pair() {
    for dialect in DIALECTS {
        let world = small(speaking(dialect));
        assert_eq!(delete(&world, &path(1)).await.status, 200);
        let answer = delete(&world, &path(1)).await;
        answer.is_absent(dialect, "SDRS.1608", "Replication pair not found");
    }
}

#[tokio::test]
async fn the_production_disk_stays_and_the_dr_disk_goes_only_where_that_was_asked_for() {
    let volumes = [
        json!({"id": disk_id(1), "az": "az1"}),
        json!({"id": copy_id(1), "az": "az1", "status": "available"}),
    ];
    let template = json!({
        "server_groups": [group(1, "available")], "replications": [pair(1, 1, "available")],
        "inventory": {"closed": ["volumes"], "volumes": volumes},
    });
    for (asked, code) in [(false, Value::Null), (true, json!("SDRS.1803"))] {
        let world = made(&template, Config::test());
        let body = json!({"replication": {"delete_target_volume": asked}});
        assert_eq!(delete_with(&world, &path(1), body).await.status, 200);
        let pair =
            |disk: String| json!({"replication": {"server_group_id": group_id(1), "volume_id": disk, "name": "again"}});
        let copy = world.post("/replications", pair(copy_id(1)).to_string()).await;
        assert_eq!(copy.json()["badrequest"]["code"], code, "{}", copy.body);
        assert_eq!(
            world.post("/replications", pair(disk_id(1)).to_string()).await.status,
            200
        );
    }
}
