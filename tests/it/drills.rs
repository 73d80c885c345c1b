//! DR drills: rename, show, list.

use expect_test::expect;
use sdrs_mock::Config;
use sdrs_mock::store::clock::Clock;

use crate::support::{DIALECTS, DRILL, NOBODY, World, drill};

#[tokio::test]
async fn the_sample_request_of_the_documentation_is_answered_as_its_sample_response() {
    let world = World::new();
    let before = world.shown().await;
    let answer = world.put(&drill(DRILL), "{    \n      \"disaster_recovery_drill\": {   \n          \"name\": \"new_dr_drill_name\" \n      }   \n  }").await;
    assert_eq!(answer.status, 200);
    expect![[r#"{"disaster_recovery_drill":{"id":"e472d26f-9624-42fb-8bfc-717d4714c225","name":"new_dr_drill_name","status":"available","server_group_id":"c2aee29a-2959-4d01-9755-01cc76a4d17d","drill_vpc_id":"7881f1d2-1f41-419c-873a-14ac620bc46e","created_at":"2018-07-18 06:41:58.681","updated_at":"2026-01-01 00:00:00.000","drill_servers":[{"protected_instance":"d08ca8d7-a784-41ae-b32a-c592943f5dfc","drill_server_id":"9de0439a-4ee4-4199-919a-44afd20952dc"},{"protected_instance":"ea308e8b-043c-4fc6-a53c-856eae137b13","drill_server_id":"3eaa1c70-9719-4eb5-b577-cb92ddbffd03"}]}}"#]]
    .assert_eq(&answer.body);
    let mut expected = before;
    expected["disaster_recovery_drill"]["name"] = "new_dr_drill_name".into();
    expected["disaster_recovery_drill"]["updated_at"] = "2026-01-01 00:00:00.000".into();
    assert_eq!(answer.json(), expected);
    assert_eq!(world.shown().await, expected);
    let list = world
        .get("/disaster-recovery-drills?name=new_dr_drill_name")
        .await
        .json();
    assert_eq!(list["disaster_recovery_drills"][0], expected["disaster_recovery_drill"]);
}

#[tokio::test]
async fn the_same_name_again_is_a_rename_too() {
    let world = World::new();
    let answer = world.rename(r#""dr_drill_test""#).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.json()["disaster_recovery_drill"]["updated_at"],
        "2026-01-01 00:00:00.000"
    );
}

#[tokio::test]
async fn a_time_always_has_three_digits_of_a_second() {
    for (at, written) in [
        ("2026-11-25T01:02:03.007Z", "2026-11-25 01:02:03.007"),
        ("2026-11-25T01:02:03.090Z", "2026-11-25 01:02:03.090"),
        ("2026-11-25T01:02:03Z", "2026-11-25 01:02:03.000"),
        ("2026-11-25T01:02:03.999999Z", "2026-11-25 01:02:03.999"),
    ] {
        let clock: Clock = at.parse().expect("a time");
        let world = World::with(Config {
            clock,
            ..Config::test()
        });
        assert_eq!(
            world.rename(r#""x""#).await.json()["disaster_recovery_drill"]["updated_at"],
            written
        );
        assert_eq!(world.shown().await["disaster_recovery_drill"]["updated_at"], written);
    }
}

#[tokio::test]
async fn a_drill_that_does_not_exist_is_refused_as_the_dialect_has_it() {
    for dialect in DIALECTS {
        let world = World::speaking(dialect);
        world
            .get(&drill(NOBODY))
            .await
            .is_absent(dialect, "SDRS.1902", "DR drill not found");
        let answer = world
            .put(&drill(NOBODY), r#"{"disaster_recovery_drill":{"name":"x"}}"#)
            .await;
        answer.is_absent(dialect, "SDRS.1902", "DR drill not found");
    }
}
