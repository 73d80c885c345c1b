//! Questions to the journal: 200, 409, or 424 where what was dropped may have changed the answer.

use reqwest::Method;
use serde_json::{Value, json};

use super::ask;
use crate::support::{Answer, PROJECT, World};

async fn verify(world: &World, question: Value) -> Answer {
    ask(
        world,
        Method::POST,
        &format!("/_mock/requests/verify?project={PROJECT}"),
        question,
    )
    .await
}

#[tokio::test]
async fn a_question_is_answered_with_yes_or_no_and_the_requests_that_come_near() {
    let world = World::new();
    for name in [r#""one""#, r#""two""#, r#""two""#] {
        world.rename(name).await;
    }
    let named = |name: &str| json!({"operation": "UpdateDisasterRecoveryDrillName", "body": {"disaster_recovery_drill": {"name": name}}});
    for (question, status) in [
        (json!({"match": named("one")}), 200),
        (json!({"match": named("one"), "times": {"exactly": 1}}), 200),
        (json!({"match": named("two"), "times": {"exactly": 1}}), 409),
        (
            json!({"match": named("two"), "times": {"at_least": 2, "at_most": 2}}),
            200,
        ),
        (json!({"match": named("two"), "times": {"at_most": 1}}), 409),
        (json!({"match": named("three")}), 409),
        (json!({"match": named("three"), "times": {"exactly": 0}}), 200),
        (
            json!({"match": {"method": "put", "path": "/v1/*/disaster-recovery-drills/*"}, "times": {"exactly": 3}}),
            200,
        ),
        (json!({"match": {"status": 200}, "times": {"exactly": 3}}), 200),
        (
            json!({"match": {"header": {"content-type": "application/*"}}, "times": {"exactly": 3}}),
            200,
        ),
    ] {
        let answer = verify(&world, question.clone()).await;
        assert_eq!(answer.status, status, "{question} {}", answer.body);
        assert_eq!(answer.json()["ok"], status == 200, "{question}");
    }
    let no = verify(&world, json!({"match": named("three")})).await.json();
    assert_eq!(no["actual"], 0);
    assert_eq!(
        no["nearest"][0]["body"]["disaster_recovery_drill"]["name"], "two",
        "the newest of those that come near"
    );
}

#[tokio::test]
async fn a_sequence_may_have_others_in_between_but_not_another_order() {
    let world = World::new();
    world.rename(r#""one""#).await;
    world.get("/disaster-recovery-drills").await;
    world.rename(r#""two""#).await;
    let named = |name: &str| json!({"body": {"disaster_recovery_drill": {"name": name}}});
    let there = json!({"sequence": [named("one"), named("two")]});
    let back = json!({"sequence": [named("two"), named("one")]});
    assert_eq!(verify(&world, there).await.status, 200);
    let answer = verify(&world, back).await;
    assert_eq!((answer.status, &answer.json()["actual"]), (409, &json!(1)));
}

#[tokio::test]
async fn a_bad_question_names_its_place() {
    let world = World::new();
    for (question, code, pointer) in [
        (
            json!({"match": {"operation": "Rename"}}),
            "unknown_operation",
            "/match/operation",
        ),
        (
            json!({"match": {"oparation": "x"}}),
            "unknown_member",
            "/match/oparation",
        ),
        (
            json!({"sequence": [{}, {"method": "PUSH"}]}),
            "unknown_method",
            "/sequence/1/method",
        ),
        (json!({"sequence": [], "times": {}}), "invalid_value", ""),
        (json!({"times": {"exact": 1}}), "unknown_member", "/times/exact"),
    ] {
        let answer = verify(&world, question.clone()).await;
        let error = &answer.json()["error"];
        assert_eq!(
            (answer.status, &error["code"], &error["pointer"]),
            (400, &json!(code), &json!(pointer)),
            "{question}"
        );
    }
}

#[tokio::test]
async fn what_was_dropped_makes_the_answer_open_unless_it_cannot_change_it() {
    let world = World::new();
    world.rename(r#""early""#).await;
    for _ in 0..1000 {
        world.ask_for("/sdrs/quotas");
    }
    let early = json!({"body": {"disaster_recovery_drill": {"name": "early"}}});
    let quotas = json!({"operation": "ShowQuota"});
    for (question, status) in [
        (json!({"match": early}), 424),
        (json!({"match": early, "times": {"exactly": 0}}), 424),
        (json!({"match": early, "times": {"at_most": 5}}), 424),
        (json!({"match": quotas, "times": {"at_least": 1000}}), 200),
        (json!({"match": quotas, "times": {"at_least": 1001}}), 424),
        (json!({"match": quotas, "times": {"exactly": 5}}), 409),
        (json!({"match": quotas, "times": {"at_most": 5}}), 409),
        (json!({"sequence": [quotas, quotas]}), 200),
        (json!({"sequence": [early, quotas]}), 424),
    ] {
        let answer = verify(&world, question.clone()).await;
        assert_eq!(answer.status, status, "{question} {}", answer.body);
        if status == 424 {
            assert_eq!(
                (&answer.json()["ok"], &answer.json()["reason"]),
                (&Value::Null, &json!("dropped"))
            );
        }
    }
    // A neighbour's journal is its own.
    world.get_of("neighbour", "/sdrs/quotas").await;
    let path = "/_mock/requests/verify?project=neighbour";
    let question = json!({"match": quotas, "times": {"exactly": 1}});
    assert_eq!(ask(&world, Method::POST, path, question).await.status, 200);
}
