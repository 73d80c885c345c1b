//! Replication pairs: create, delete, expand, rename, show, list.

mod create;
mod delete;
mod expand;
mod list;
mod statuses;

use sdrs_mock::Config;
use serde_json::json;

use crate::made::{group, made, pair, pair_id, speaking};
use crate::support::{DIALECTS, NOBODY, World};

/// The path of the n-th made pair.
pub fn path(n: usize) -> String {
    format!("/replications/{}", pair_id(n))
}

/// A world with one available group and one pair in it.
pub fn small(config: Config) -> World {
    let template = json!({"server_groups": [group(1, "available")], "replications": [pair(1, 1, "available")]});
    made(&template, config)
}

#[tokio::test]
async fn a_pair_is_shown_with_its_sixteen_members_in_their_documented_order() {
    let world = World::new();
    let answer = world.get("/replications/b93bc1c4-67ee-45a1-bc8a-d022fdd28811").await;
    expect_test::expect![[r#"{"replication":{"id":"b93bc1c4-67ee-45a1-bc8a-d022fdd28811","name":"test_sdrs_replication","description":"test_description","replication_model":"hypermetro","status":"protected","progress":100,"replication_status":"active","attachment":[{"device":"/dev/vdb","protected_instance":"d08ca8d7-a784-41ae-b32a-c592943f5dfc"}],"server_group_id":"c2aee29a-2959-4d01-9755-01cc76a4d17d","volume_ids":"48dda0c0-c800-46f2-9728-a519ff783d35,388b324a-a9d1-44a4-a00d-42085f22a9bc","priority_station":"source","fault_level":"0","created_at":"2018-05-04T03:43:24.108526","updated_at":"2018-07-18T06:30:02.114092","failure_detail":null,"record_metadata":{"multiattach":false,"bootable":false,"volume_size":10,"volume_type":"SATA"}}}"#]]
    .assert_eq(&answer.body);
}

#[tokio::test]
async fn a_rename_changes_name_and_time_alone_and_answers_with_the_pair() {
    let world = small(Config::test());
    let mut expected = world.get(&path(1)).await.json();
    expected["replication"]["name"] = "new_name".into();
    expected["replication"]["updated_at"] = "2026-01-01T00:00:00.000000".into();
    let answer = world.put(&path(1), r#"{"replication":{"name":"new_name"}}"#).await;
    assert_eq!((answer.status, answer.json()), (200, expected.clone()));
    assert_eq!(world.get(&path(1)).await.json(), expected);
}

#[tokio::test]
async fn an_id_that_is_none_and_one_that_names_nothing_are_refused_by_every_operation_of_a_pair() {
    for dialect in DIALECTS {
        let world = small(speaking(dialect));
        for (id, absent) in [("nonsense", false), (NOBODY, true)] {
            let path = format!("/replications/{id}");
            let answers = [
                world.get(&path).await,
                world.put(&path, r#"{"replication":{"name":"x"}}"#).await,
                crate::made::delete(&world, &path).await,
                world
                    .post(&format!("{path}/action"), r#"{"extend-replication":{"new_size":20}}"#)
                    .await,
            ];
            for answer in answers {
                if absent {
                    answer.is_absent(dialect, "SDRS.1608", "Replication pair not found");
                } else {
                    answer.is_refused(dialect, "SDRS.0213", "Invalid replication pair ID");
                }
            }
        }
    }
}

#[tokio::test]
async fn a_rename_needs_a_name_that_keeps_the_rule() {
    for dialect in DIALECTS {
        let world = small(speaking(dialect));
        for (body, code, message) in [
            (r#"{"replication":{"name":""}}"#, "SDRS.0202", "Invalid name"),
            (r#"{"replication":{}}"#, "SDRS.0202", "Invalid name"),
            (
                r#"{"replication":{"name":1}}"#,
                "SDRS.0201",
                "Invalid request parameters",
            ),
            (r#"{"name":"x"}"#, "SDRS.0201", "Invalid request parameters"),
        ] {
            world.put(&path(1), body).await.is_refused(dialect, code, message);
        }
    }
}
