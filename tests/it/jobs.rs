//! Jobs: IDs that name none, and other projects' jobs.

use reqwest::Method;
use sdrs_mock::api::error::Dialect;
use serde_json::json;

use crate::stage::{self, group, group_id, speaking};
use crate::support::{Answer, DIALECTS, World, send};

/// Asserts the one error whose status the catalogue has as 500; a thing in the URL is absent nonetheless.
#[track_caller]
fn is_null_job(answer: &Answer, dialect: Dialect) {
    match dialect {
        Dialect::Documented => answer.is_error(404, "itemNotFound", "SDRS.0408", "Null job"),
        Dialect::Live => answer.is_error(500, "error", "SDRS.0408", "Null job"),
    }
}

#[test]
fn what_is_no_job_id_is_refused() {
    for dialect in DIALECTS {
        let world = World::speaking(dialect);
        for id in [
            "x",
            "%20",
            "0000000062db92d70162db9d200f000",   // 31 characters
            "0000000062db92d70162db9d200f000aa", // 33
            "0000000062db92d70162db9d200f000_",
            "0000000062db92d70162db9d200f00%20a",
            "e472d26f-9624-42fb-8bfc-717d4714c225",
            "%E6%BC%940000000062db92d70162db9d2000",
            "%FF000000062db92d70162db9d200f000a",
        ] {
            let answer = world.ask_for(&format!("/jobs/{id}"));
            assert_eq!(answer.verdict(), "SDRS.0201", "{id}");
            answer.is_refused(dialect, "SDRS.0201", "Invalid request parameters");
        }
    }
}

#[test]
fn a_job_that_nobody_started_is_not_there() {
    for dialect in DIALECTS {
        let world = World::speaking(dialect);
        // The letters of documented samples go beyond hexadecimal digits.
        for id in ["0000000062db92d70162db9d200f000a", "0000000011db92d36662db9d20df32ch"] {
            is_null_job(&world.ask_for(&format!("/jobs/{id}")), dialect);
        }
    }
}

#[tokio::test]
async fn a_job_is_met_in_its_own_project_only() {
    for dialect in DIALECTS {
        let world = stage::world(&json!({"server_groups": [group(1, "available")]}), speaking(dialect));
        let answer = send(world.request(Method::DELETE, &format!("/server-groups/{}", group_id(1)))).await;
        let path = format!("/jobs/{}", answer.job_id());
        assert_eq!(world.get(&path).await.status, 200);
        is_null_job(&world.get_of("another", &path).await, dialect);
        let other = world.get_of("another", "/server-groups").await.json();
        assert_eq!(other["count"], 1, "the other project still has its own group");
    }
}

#[test]
fn a_job_id_is_as_its_letters_are() {
    let world = stage::world(
        &json!({"server_groups": [group(1, "available")]}),
        speaking(DIALECTS[0]),
    );
    let id = world
        .tell("DELETE", &format!("/server-groups/{}", group_id(1)), "")
        .job_id();
    let upper = id.to_uppercase();
    if upper != id {
        is_null_job(&world.ask_for(&format!("/jobs/{upper}")), DIALECTS[0]);
    }
    assert_eq!(world.job(&id)["job_id"], id);
}
