//! The control plane under pressure: locks, memory, what was lost on the way, documents that could not have come about.

use std::thread;

use serde_json::{Value, json};

use crate::support::{DRILL, PROJECT, World, drill};

/// The group of the sample world that takes a drill.
const GROUP: &str = "decf224d-87fe-403a-8721-037a1a45c287";

fn ask(world: &World, method: &str, target: &str, body: &str) -> (u16, Value) {
    let answer = world.ask(method, target, &[], body);
    (answer.status, serde_json::from_str(&answer.body).unwrap_or_default())
}

#[test]
fn reading_rules_and_faults_beside_busy_clients_ends() {
    let world = World::new();
    let control = world.server.control();
    for path in [
        "/_mock/job-rules",
        "/_mock/faults",
        "/_mock/report",
        "/_mock/state",
        "/_mock/operations",
    ] {
        thread::scope(|scope| {
            for n in 0..4 {
                let world = &world;
                scope.spawn(move || {
                    let body = json!({"disaster_recovery_drill": {"server_group_id": GROUP, "name": "x"}}).to_string();
                    let target = format!("/v1/busy-{n}/disaster-recovery-drills");
                    for _ in 0..60 {
                        let answer = world.ask("POST", &target, &["Content-Type: application/json"], &body);
                        assert_eq!(answer.status, 200, "{}", answer.body);
                    }
                });
            }
            for _ in 0..300 {
                assert_eq!(control.call("GET", path, "").0, 200);
            }
        });
    }
}

#[test]
fn what_is_told_of_unread_members_is_bounded() {
    let world = World::new();
    let long = "y".repeat(5000);
    let many: Vec<_> = (0..1000).map(|n| format!(r#""m{n}":1"#)).collect();
    let body = format!(
        r#"{{"disaster_recovery_drill":{{"name":"a"}},"{long}":1,{}}}"#,
        many.join(",")
    );
    assert_eq!(world.tell("PUT", &drill(DRILL), body).status, 200);
    let request = world
        .server
        .control()
        .project(PROJECT)
        .requests()
        .expect("a project")
        .remove(0);
    assert_eq!(request.unread.len(), 32);
    assert!(request.unread.iter().all(|name| name.len() < 300));
}

#[test]
fn a_misspelt_member_is_unread_in_a_request_that_was_refused_for_it() {
    let world = World::new();
    for (body, slip) in [
        (
            r#"{"disaster_recovery_drill":{"nmae":"x"}}"#,
            "/disaster_recovery_drill/nmae",
        ),
        (r#"{"disaster_recovery_dril":{"name":"x"}}"#, "/disaster_recovery_dril"),
    ] {
        assert_eq!(world.tell("PUT", &drill(DRILL), body).status, 400);
        let request = world
            .server
            .control()
            .project(PROJECT)
            .requests()
            .expect("a project")
            .remove(0);
        assert_eq!(request.unread, [slip]);
    }
    let report = ask(&world, "GET", &format!("/_mock/report?project={PROJECT}"), "").1;
    assert_eq!(
        (&report["clean"], report["slips"].as_array().map(Vec::len)),
        (&json!(false), Some(2))
    );
}

#[test]
fn verify_does_not_decide_on_what_was_cut_or_dropped() {
    let world = World::new();
    let pad = "y".repeat(20_000);
    let body = format!(r#"{{"disaster_recovery_drill":{{"name":"cut"}},"pad":"{pad}"}}"#);
    assert_eq!(world.tell("PUT", &drill(DRILL), body).status, 200);
    let target = format!("/_mock/requests/verify?project={PROJECT}");
    let named = |times: &str| {
        format!(r#"{{"match":{{"body":{{"disaster_recovery_drill":{{"name":"cut"}}}}}},"times":{times}}}"#)
    };
    for times in [r#"{"exactly":1}"#, r#"{"exactly":0}"#] {
        assert_eq!(ask(&world, "POST", &target, &named(times)).0, 424, "{times}");
    }
    world.ask("GET", "/v9/first", &[], "");
    for _ in 0..1000 {
        world.ask("GET", "/v9/other", &[], "");
    }
    let first = r#"{"match":{"path":"/v9/first"},"times":{"exactly":0}}"#;
    assert_eq!(ask(&world, "POST", "/_mock/requests/verify", first).0, 424);
}

#[test]
fn a_body_that_no_call_reads_is_refused_and_so_is_a_list_in_place_of_an_object() {
    let world = World::new();
    for (method, target, body) in [
        ("POST", "/_mock/reset?project=p", r#"{"scope":"state"}"#),
        ("DELETE", "/_mock/faults?project=p", r#"{"x":1}"#),
        ("GET", "/_mock/clock?project=p", r#"{"x":1}"#),
        ("PUT", "/_mock/clock?project=p", r#"["frozen","2020-01-01T00:00:00Z"]"#),
        ("PUT", "/_mock/projects/p", r#"["empty"]"#),
        ("POST", "/_mock/clock/advance?project=p", r#"["1m",null]"#),
        ("POST", "/_mock/requests/verify?project=p", "[]"),
    ] {
        assert_eq!(ask(&world, method, target, body).0, 400, "{method} {target} {body}");
    }
}

#[test]
fn coverage_outlives_a_reset_and_counts_no_answer_that_never_came() {
    let world = World::new();
    let control = world.server.control().project(PROJECT);
    world.ask_for("/sdrs/quotas");
    control.reset(&[]).expect("a reset");
    let coverage = ask(&world, "GET", &format!("/_mock/coverage?project={PROJECT}"), "").1;
    assert_eq!(coverage["operations"]["seen"], 1);
    let broken = r#"{"match":{"operation":"ListActiveActiveDomains"},"effect":{"kind":"empty"}}"#;
    assert_eq!(
        ask(&world, "POST", &format!("/_mock/faults?project={PROJECT}"), broken).0,
        200
    );
    assert_eq!(
        world.raw(format!("GET /v1/{PROJECT}/active-domains HTTP/1.1\r\nHost: localhost\r\n\r\n").as_bytes()),
        ""
    );
    let coverage = ask(&world, "GET", &format!("/_mock/coverage?project={PROJECT}"), "").1;
    assert_eq!(coverage["operations"]["seen"], 1);
}

#[test]
fn jobs_that_could_not_have_come_about_are_refused() {
    let world = World::new();
    let control = world.server.control().project(PROJECT);
    let id = |n: u8| format!("{n:032}");
    let job = |n: u8, parent: Value, parts: Value, running: Value| {
        json!({
            "id": id(n), "job_type": "createDisasterRecoveryDrill", "begin_time": "2026-01-01T00:00:00.000Z",
            "entities": {}, "parent": parent, "sub_jobs": parts, "state": {"running": running},
        })
    };
    let running = json!({"own": null, "due": null, "polls_left": null, "seen": false});
    let mut looked_out = running.clone();
    looked_out["polls_left"] = json!(0);
    let none = json!([]);
    let mut ended = job(2, Value::Null, none.clone(), running.clone());
    ended["state"] = json!({"ended": {"at": "2026-01-01T00:00:00.000Z", "failure": null}});
    for (jobs, pointer) in [
        (
            json!([
                job(1, json!(id(2)), json!([id(2)]), running.clone()),
                job(2, json!(id(1)), json!([id(1)]), running.clone())
            ]),
            "sub_jobs",
        ),
        (
            json!([job(1, json!(id(1)), json!([id(1)]), running.clone())]),
            "sub_jobs",
        ),
        (json!([job(1, Value::Null, none.clone(), running.clone())]), "own"),
        (
            json!([job(1, json!(id(2)), none.clone(), running.clone()), ended.clone()]),
            "parent",
        ),
        (json!([job(1, Value::Null, none.clone(), looked_out)]), "polls_left"),
    ] {
        let mut document = control.state().expect("a document");
        document["projects"][PROJECT]["jobs"] = jobs.clone();
        let before = control.state().expect("a document");
        let refused = control.put_state(&document).expect_err("the jobs are unsound");
        assert!(
            refused
                .pointer
                .as_deref()
                .is_some_and(|at| at.contains("/jobs/") && at.contains(pointer)),
            "{refused} {jobs}"
        );
        assert_eq!(control.state().expect("a document"), before);
    }
}
