//! The task center: list and delete the records of failed jobs.

use sdrs_mock::Config;
use sdrs_mock::api::error::Dialect;
use serde_json::{Value, json};

use crate::made::{column, delete, group, group_id, instance_id, job_of, made, pair, pair_id, speaking};
use crate::support::{Answer, DIALECTS, NOBODY, World};

const JOBS: &str = "/task-center/failure-jobs";

/// The n-th record: of this group, about a resource of this kind, with this status.
fn record(n: usize, group: usize, kind: &str, resource: &str, failure_status: &str) -> Value {
    json!({"group": group_id(group), "job": {
        "job_status": "FAIL", "resource_id": resource, "resource_name": format!("thing-{n}"),
        "resource_type": kind, "failure_status": failure_status, "job_id": format!("{n:032}"),
        "job_type": "createProtectedInstanceNoCG", "begin_time": "2025-01-01T00:00:00.000Z",
        "error_code": "EVS.2024", "fail_reason": "volume is error!",
    }})
}

/// Two groups: records 1 and 4 are the first one's own, 2 and 3 of things in it, 5 of a pair in the second.
fn world(dialect: Dialect) -> World {
    let template = json!({
        "server_groups": [group(1, "available"), group(2, "available"), group(3, "available")],
        "replications": [pair(5, 2, "available")],
        "failure_jobs": [
            record(1, 1, "server_groups", &group_id(1), "startFail"),
            record(2, 1, "protected_instances", &instance_id(2), "resizeFail"),
            record(3, 1, "replications", &pair_id(3), "expandFail"),
            record(4, 1, "server_groups", &group_id(1), "deleteFail"),
            record(5, 2, "replications", &pair_id(5), "expandFail"),
        ],
    });
    made(&template, speaking(dialect))
}

async fn names(world: &World, query: &str) -> (Value, String) {
    let answer = world.get(&format!("{JOBS}?{query}")).await;
    assert_eq!(answer.status, 200, "{query}: {}", answer.body);
    let list = answer.json();
    let names = column(&list, "failure_jobs", "resource_name").join(" ");
    (list["count"].clone(), names.replace("thing-", ""))
}

/// What is left, without a group and in each of the two.
async fn left(world: &World) -> [String; 3] {
    let of = |group| format!("server_group_id={}", group_id(group));
    let (own, first, second) = (
        names(world, "").await,
        names(world, &of(1)).await,
        names(world, &of(2)).await,
    );
    [own.1, first.1, second.1]
}

#[track_caller]
fn is_empty(answer: &Answer) {
    assert_eq!((answer.status, &*answer.body), (204, ""));
    assert_eq!(answer.header("Content-Type"), "");
}

#[tokio::test]
async fn a_record_has_ten_members_in_their_documented_order() {
    let answer = world(Dialect::Documented).get(&format!("{JOBS}?limit=1")).await;
    let record = r#"{"job_status":"FAIL","resource_id":"0000000a-0000-4000-8000-000000000001","resource_name":"thing-1","resource_type":"server_groups","failure_status":"startFail","job_id":"00000000000000000000000000000001","job_type":"createProtectedInstanceNoCG","begin_time":"2025-01-01T00:00:00.000Z","error_code":"EVS.2024","fail_reason":"volume is error!"}"#;
    assert_eq!(answer.body, format!(r#"{{"count":2,"failure_jobs":[{record}]}}"#));
}

#[tokio::test]
async fn the_group_decides_what_is_listed_and_other_filters_narrow_it() {
    let world = world(Dialect::Documented);
    let first = format!("server_group_id={}", group_id(1));
    for (query, count, expected) in [
        (String::new(), 2, "1 4"),
        (first.clone(), 4, "1 2 3 4"),
        (format!("server_group_id={}", group_id(2)), 1, "5"),
        (format!("server_group_id={NOBODY}"), 0, ""),
        ("resource_type=replications".to_owned(), 0, ""),
        (format!("{first}&resource_type=replications"), 1, "3"),
        ("failure_status=startFail".to_owned(), 1, "1"),
        (format!("{first}&failure_status=expandFail"), 1, "3"),
        (format!("{first}&resource_name=thing-2"), 1, "2"),
        (format!("{first}&resource_name=thing"), 0, ""),
        (
            format!("{first}&resource_type=server_groups&failure_status=deleteFail&resource_name=thing-4"),
            1,
            "4",
        ),
        (
            format!("{first}&resource_type=server_groups&failure_status=resizeFail"),
            0,
            "",
        ),
        (format!("{first}&limit=2&offset=1"), 4, "2 3"),
        (format!("{first}&limit=0"), 4, ""),
        (format!("{first}&offset=4"), 4, ""),
    ] {
        assert_eq!(
            names(&world, &query).await,
            (json!(count), expected.to_owned()),
            "{query}"
        );
    }
}

#[tokio::test]
async fn values_that_a_filter_cannot_have_are_refused() {
    for dialect in DIALECTS {
        let world = world(dialect);
        for (query, code) in [
            ("failure_status=failed", "SDRS.0201"),
            ("server_group_id=x", "SDRS.0207"),
            ("resource_type=protectedInstance", "SDRS.0201"),
        ] {
            let answer = world.get(&format!("{JOBS}?{query}")).await;
            let kind = if dialect == Dialect::Live {
                "error"
            } else {
                "badrequest"
            };
            assert_eq!(
                (answer.status, &answer.json()[kind]["code"]),
                (400, &json!(code)),
                "{query}"
            );
        }
    }
}

#[tokio::test]
async fn a_batch_without_a_group_leaves_what_lies_inside_of_groups() {
    let world = world(Dialect::Documented);
    is_empty(&delete(&world, &format!("{JOBS}/batch")).await);
    assert_eq!(left(&world).await, ["", "2 3", "5"]);
    is_empty(&delete(&world, &format!("{JOBS}/batch")).await);
}

#[tokio::test]
async fn a_batch_with_a_group_takes_all_that_the_list_shows_for_it() {
    let world = world(Dialect::Documented);
    is_empty(&delete(&world, &format!("/task-center/{}/failure-jobs/batch", group_id(1))).await);
    assert_eq!(left(&world).await, ["", "", "5"]);
    is_empty(&delete(&world, &format!("/task-center/{}/failure-jobs/batch", group_id(3))).await);
    for dialect in DIALECTS {
        let world = self::world(dialect);
        let answer = delete(&world, "/task-center/x/failure-jobs/batch").await;
        answer.is_refused(dialect, "SDRS.0207", "Invalid protection group ID");
        let answer = delete(&world, &format!("/task-center/{NOBODY}/failure-jobs/batch")).await;
        answer.is_absent(dialect, "SDRS.1013", "Protection group not found");
    }
}

#[tokio::test]
async fn one_record_goes_by_the_id_of_its_job_or_else_of_its_resource() {
    let world = world(Dialect::Documented);
    is_empty(&delete(&world, &format!("{JOBS}/{:032}", 4)).await);
    assert_eq!(left(&world).await, ["1", "1 2 3", "5"]);
    is_empty(&delete(&world, &format!("{JOBS}/{}", pair_id(5))).await);
    assert_eq!(left(&world).await, ["1", "1 2 3", ""]);
    for nothing in [NOBODY, "0123456789abcdefghijklmnopqrstuv"] {
        is_empty(&delete(&world, &format!("{JOBS}/{nothing}")).await);
    }
    assert_eq!(left(&world).await, ["1", "1 2 3", ""]);
    assert_eq!(world.get(&format!("/replications/{}", pair_id(5))).await.status, 200);
    for dialect in DIALECTS {
        let answer = delete(&self::world(dialect), &format!("{JOBS}/nonsense")).await;
        answer.is_refused(dialect, "SDRS.0201", "Invalid request parameters");
    }
}

#[tokio::test]
async fn by_its_resource_the_newest_of_several_records_goes() {
    let world = world(Dialect::Documented);
    is_empty(&delete(&world, &format!("{JOBS}/{}", group_id(1))).await);
    assert_eq!(left(&world).await, ["4", "2 3 4", "5"]);
}

#[tokio::test]
async fn a_record_goes_while_job_and_resource_stay() {
    let template = json!({"server_groups": [group(1, "available")], "replications": [pair(1, 1, "available")]});
    let world = made(&template, Config::test());
    let pair = format!("/replications/{}", pair_id(1));
    let accepted = world
        .post(&format!("{pair}/action"), r#"{"extend-replication":{"new_size":1}}"#)
        .await;
    let job = job_of(&world, &accepted).await;
    let id = job["job_id"].as_str().expect("a job ID");
    is_empty(&delete(&world, &format!("{JOBS}/{id}")).await);
    assert_eq!(names(&world, &format!("server_group_id={}", group_id(1))).await.0, 0);
    assert_eq!(job_of(&world, &accepted).await, job);
    assert_eq!(
        world.get(&pair).await.json()["replication"]["status"],
        "error-extending"
    );
}

#[tokio::test]
async fn the_reserved_word_takes_only_its_own_method() {
    let world = world(Dialect::Documented);
    let answer = world.get(&format!("{JOBS}/batch")).await;
    assert_eq!((answer.status, answer.header("Allow")), (405, "DELETE"));
}
