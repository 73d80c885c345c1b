//! Deleting one instance.

use reqwest::Method;
use sdrs_mock::Config;
use sdrs_mock::api::error::Dialect;
use sdrs_mock::domain::rules::Flavour;
use serde_json::{Value, json};

use super::{
    DATA_PAIR, FREE_PAIR, GROUP, INSTANCE, INSTANCES, NEIGHBOUR, SERVER, SHARED_PAIR, SYSTEM_PAIR, TARGET, at,
    instance, manual, message, speaking, start, usual,
};
use crate::support::{DIALECTS, DRILL, NOBODY, World, drill, send};

/// The instance of the built-in world whose production site was switched.
const SWITCHED: &str = "50f5091e-9e9e-473c-a932-2a2cbcbeb1ff";
/// An instance of the built-in world that two drills have a server for.
const DRILLED: &str = "d08ca8d7-a784-41ae-b32a-c592943f5dfc";

#[tokio::test]
async fn an_instance_is_deleted_with_or_without_a_body() {
    for body in [
        "",
        " \n",
        "{}",
        r#"{"delete_target_server":null}"#,
        r#"{"delete_target_eip":false,"x":[]}"#,
    ] {
        let world = start(&usual(), Config::test());
        let request = world.request(Method::DELETE, &at(INSTANCE, ""));
        let answer = send(request.header("Content-Type", "application/json").body(body)).await;
        assert_eq!(answer.status, 200, "{body} {}", answer.body);
        let job = world.done(&answer).await;
        assert_eq!(job["job_type"], "deleteProtectedInstanceNoCG");
        assert_eq!(job["entities"], json!({"protected_instance_id": INSTANCE}));
        world
            .get(&at(INSTANCE, ""))
            .await
            .is_absent_with(Dialect::Documented, "SDRS.1320");
        assert_eq!(world.inhabitants().await["count"], 2);
    }
}

#[tokio::test]
async fn only_a_body_that_is_there_has_to_be_declared_as_json() {
    let world = start(&usual(), Config::test());
    let form = |body: &'static str| {
        let request = world.request(Method::DELETE, &at(INSTANCE, ""));
        send(
            request
                .header("Content-Type", "application/x-www-form-urlencoded")
                .body(body),
        )
    };
    form("{}").await.is_refused_with(Dialect::Documented, "SDRS.0201");
    assert_eq!(form("").await.status, 200);
}

#[tokio::test]
async fn a_body_of_another_shape_is_refused() {
    for dialect in DIALECTS {
        let world = speaking(dialect);
        for body in [
            json!([]),
            json!(null),
            json!({"delete_target_server": "true"}),
            json!({"delete_target_eip": 1}),
        ] {
            let answer = world.call(Method::DELETE, &at(INSTANCE, ""), &body).await;
            answer.is_refused_with(dialect, "SDRS.0201");
        }
        assert_eq!(world.inhabitants().await["count"], 3);
    }
}

#[tokio::test]
async fn an_instance_that_is_gone_is_told_from_one_that_never_was() {
    for dialect in DIALECTS {
        let world = speaking(dialect);
        world.delete(&at("x", "")).await.is_refused_with(dialect, "SDRS.0208");
        world.delete(&at(NOBODY, "")).await.is_absent_with(dialect, "SDRS.1320");
        world.done(&world.delete(&at(INSTANCE, "")).await).await;
        let again = world.delete(&at(INSTANCE, "")).await;
        match dialect {
            Dialect::Documented => again.is_error(404, "itemNotFound", "SDRS.1320", message("SDRS.1320")),
            Dialect::Live => again.is_error(400, "error", "SDRS.1301", message("SDRS.1301")),
        }
        world.get(&at(INSTANCE, "")).await.is_absent_with(dialect, "SDRS.1320");
    }
}

#[tokio::test]
async fn meanwhile_an_instance_is_being_deleted() {
    let world = start(&usual(), manual());
    assert_eq!(world.delete(&at(INSTANCE, "")).await.status, 200);
    assert_eq!(world.see(&at(INSTANCE, "")).await["status"], "deleting");
    world
        .delete(&at(INSTANCE, ""))
        .await
        .is_refused_with(Dialect::Documented, "SDRS.1301");
}

#[tokio::test]
async fn a_deleted_instance_leaves_the_drills() {
    let world = World::new();
    let servers = |drill: &Value| drill["drill_servers"].as_array().expect("a list").len();
    assert_eq!(servers(&world.see(&drill(DRILL)).await), 2);
    world.done(&world.delete(&at(DRILLED, "")).await).await;
    let left = world.see(&drill(DRILL)).await;
    assert_eq!(servers(&left), 1);
    assert_ne!(left["drill_servers"][0]["protected_instance"], DRILLED);
}

#[tokio::test]
async fn the_server_that_is_production_now_is_not_deleted_as_a_dr_server() {
    for dialect in DIALECTS {
        let world = World::speaking(dialect);
        for (body, code) in [
            (json!({"delete_target_server": true}), "SDRS.1330"),
            (
                json!({"delete_target_server": true, "delete_target_eip": true}),
                "SDRS.1330",
            ),
            (json!({"delete_target_eip": true}), "SDRS.1338"),
        ] {
            let answer = world.call(Method::DELETE, &at(SWITCHED, ""), &body).await;
            answer.is_refused_with(dialect, code);
        }
        world.done(&world.delete(&at(SWITCHED, "")).await).await;
    }
}

#[tokio::test]
async fn the_dr_server_stays_unless_it_is_to_go() {
    for (delete_target_server, code) in [(false, ""), (true, "SDRS.1326")] {
        let mut rows = usual();
        rows["inventory"]["closed"] = json!(["servers"]);
        rows["inventory"]["servers"]
            .as_array_mut()
            .expect("a list")
            .push(json!({"id": TARGET}));
        let world = start(&rows, Config::test());
        let body = json!({"delete_target_server": delete_target_server, "delete_target_eip": true});
        let answer = world.call(Method::DELETE, &at(INSTANCE, ""), &body).await;
        world.done(&answer).await;
        let body = json!({"protected_instance": {"server_group_id": GROUP, "server_id": TARGET, "name": "again"}});
        assert_eq!(world.post_json(INSTANCES, body).await.code(), code);
    }
}

/// The usual world, in which [`INSTANCE`] shares a pair with [`NEIGHBOUR`].
fn sharing() -> Value {
    let mut rows = usual();
    let attached = [(SYSTEM_PAIR, "/dev/vda"), (SHARED_PAIR, "/dev/vdb")];
    rows["protected_instances"][0] = instance(INSTANCE, GROUP, "available", [super::SOURCE, TARGET], &attached);
    rows
}

#[tokio::test]
async fn a_shared_pair_holds_its_instances_in_flavour_huawei() {
    for dialect in DIALECTS {
        let world = start(
            &sharing(),
            Config {
                dialect,
                ..Config::test()
            },
        );
        world
            .delete(&at(INSTANCE, ""))
            .await
            .is_refused_with(dialect, "SDRS.1365");
        assert_eq!(world.inhabitants().await["count"], 3);
    }
}

#[tokio::test]
async fn a_shared_pair_stays_with_the_other_instance_in_flavour_otc() {
    let world = start(
        &sharing(),
        Config {
            flavor: Flavour::Otc,
            ..Config::test()
        },
    );
    world.done(&world.delete(&at(INSTANCE, "")).await).await;
    let left = world.see(&at(NEIGHBOUR, "")).await;
    assert_eq!(
        left["attachment"],
        json!([{"replication": SHARED_PAIR, "device": "/dev/vdb"}])
    );
    // The pair did not walk along, and has one holder now: it goes with that one.
    let pair = |way: &str| at(NEIGHBOUR, &format!("/{way}replication/{SHARED_PAIR}"));
    world.done(&world.delete(&pair("detach")).await).await;
    let body = json!({"replicationAttachment": {"replication_id": SHARED_PAIR, "device": "/dev/vdc"}});
    world
        .done(&world.post_json(&at(NEIGHBOUR, "/attachreplication"), body).await)
        .await;
    world.done(&world.delete(&at(NEIGHBOUR, "")).await).await;
    let body = json!({"protected_instance": {"server_group_id": GROUP, "server_id": SERVER, "name": "next"}});
    world.done(&world.post_json(INSTANCES, body).await).await;
}

#[tokio::test]
async fn a_batch_names_a_deleted_instance_as_a_single_call_does_and_no_drill_is_taken_for_one() {
    for (dialect, code) in [(Dialect::Documented, "SDRS.1320"), (Dialect::Live, "SDRS.1301")] {
        let world = start(
            &usual(),
            Config {
                dialect,
                ..Config::test()
            },
        );
        assert_eq!(send(world.request(Method::DELETE, &at(INSTANCE, ""))).await.status, 200);
        let listed = json!({"protected_instances": [{"id": INSTANCE}]}).to_string();
        let request = world.request(Method::POST, &format!("{INSTANCES}/delete"));
        let answer = send(request.header("Content-Type", "application/json").body(listed)).await;
        assert_eq!(
            (answer.status, answer.verdict()),
            (400, code.to_owned()),
            "{}",
            answer.body
        );
        // A drill of that ID never was.
        let answer = send(world.request(Method::DELETE, &drill(INSTANCE))).await;
        assert_eq!(answer.verdict(), "SDRS.1902", "{}", answer.body);
    }
}

#[tokio::test]
async fn an_instance_waits_for_what_goes_on_with_its_pairs() {
    let attachment = json!({"replicationAttachment": {"replication_id": FREE_PAIR, "device": "/dev/vdc"}});
    let attach = (Method::POST, at(INSTANCE, "/attachreplication"), attachment, FREE_PAIR);
    let detach = at(INSTANCE, &format!("/detachreplication/{DATA_PAIR}"));
    let detach = (Method::DELETE, detach, json!({}), DATA_PAIR);
    let expand = format!("/replications/{SYSTEM_PAIR}/action");
    let size = json!({"extend-replication": {"new_size": 500}});
    let expand = (Method::POST, expand, size, SYSTEM_PAIR);
    for (method, path, body, pair) in [attach, detach, expand] {
        for dialect in DIALECTS {
            let world = start(&usual(), Config { dialect, ..manual() });
            let started = world.call(method.clone(), &path, &body).await;
            assert_eq!(started.status, 200, "{path}: {}", started.body);
            let refused = world.delete(&at(INSTANCE, "")).await;
            refused.is_refused_with(dialect, "SDRS.1301");
            assert!(refused.body.contains(pair), "{}", refused.body);
            let job = started.json()["job_id"].as_str().expect("a job").to_owned();
            world.told("POST", &format!("/jobs/{job}/complete"), "");
            assert_eq!(world.delete(&at(INSTANCE, "")).await.status, 200, "{path}");
        }
    }
}
