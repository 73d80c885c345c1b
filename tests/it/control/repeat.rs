//! The same seed, the same requests and a standing clock give the same bytes, header fields included.

use sdrs_mock::Config;
use serde_json::json;

use crate::support::{DRILL, World, drill, naming};

const PROJECT: &str = "repeated";

/// An answer to the byte: status, header fields in their order, body.
fn answer(world: &World, method: &str, path: &str, body: &str) -> String {
    let declared = ["Content-Type: application/json"];
    let answer = world.ask(method, &format!("/v1/{PROJECT}{path}"), &declared, body);
    format!(
        "{method} {path}: {} {:?}\n{}\n",
        answer.status, answer.headers, answer.body
    )
}

/// A journey with settings of its own: creations, a failure, a fault, a refusal, polls, a turned clock.
fn run(world: &World) -> String {
    let control = world.server.control().project(PROJECT);
    control.freeze("2027-03-04T05:06:07.890123Z").expect("frozen");
    world.told("PUT", &format!("/job-rules?project={PROJECT}"), json!([
        {"match": {"name": "bad-*"}, "outcome": {"kind": "fail"}}, {"progression": {"kind": "after", "duration": "90s"}}]));
    world.told("PUT", &format!("/faults?project={PROJECT}"), json!(
        {"match": {"operation": "ShowQuota"}, "when": {"probability": 0.5, "seed": 7}, "effect": {"kind": "error", "status": 503, "retry_after": "2s"}}));
    let create = |name: &str, vpc: &str| {
        json!({"disaster_recovery_drill": {"server_group_id": "c2aee29a-2959-4d01-9755-01cc76a4d17d", "name": name,
            "drill_vpc_id": format!("{vpc}-0000-4000-8000-000000000000")}})
        .to_string()
    };
    let mut all = String::new();
    let drills = "/disaster-recovery-drills";
    for (name, vpc) in [("good", "aaaaaaaa"), ("bad-one", "bbbbbbbb")] {
        all += &answer(world, "POST", drills, &create(name, vpc));
    }
    all += &answer(world, "GET", drills, "");
    for ended in [control.advance_to_next_due(), control.advance_to_next_due()] {
        all.push_str(
            &serde_json::to_string(&ended.expect("turned").iter().map(|job| &job.job_id).collect::<Vec<_>>())
                .expect("JSON"),
        );
    }
    for _ in 0..8 {
        all += &answer(world, "GET", "/sdrs/quotas", "");
    }
    all += &answer(world, "PUT", &drill(DRILL), &naming(r#""renamed""#));
    all += &answer(world, "PUT", &drill(DRILL), &naming(r#""not a name""#));
    all += &answer(world, "DELETE", &drill(DRILL), "");
    all += &answer(world, "GET", "/task-center/failure-jobs", "");
    all + &world.mock("GET", &format!("/state?project={PROJECT}"), "").body
}

#[test]
fn two_servers_with_one_seed_answer_alike() {
    let first = run(&World::new());
    assert!(first.contains(r#""date": "Thu, 04 Mar 2027 05:06:07 GMT""#), "{first}");
    assert!(
        first.contains("503 ") && first.contains(r#""x-mock-fault": "fault-"#),
        "{first}"
    );
    let other = World::with(Config {
        seed: Some(1),
        ..Config::test()
    });
    assert_ne!(run(&other), first, "another seed, other IDs");
    let crowded = World::new();
    crowded.drills();
    crowded.ask("GET", "/nowhere", &[], "");
    assert_eq!(run(&crowded), first, "what others did before is no matter");
}

#[test]
fn after_a_reset_of_all_parts_a_project_answers_as_at_first() {
    let world = World::new();
    let first = run(&world);
    assert_ne!(run(&world), first, "without a reset it goes on");
    for scope in [PROJECT, "*"] {
        world.told("POST", &format!("/reset?project={scope}"), "");
        assert_eq!(run(&world), first, "after a reset of {scope}");
    }
    world.told("DELETE", &format!("/projects/{PROJECT}"), "");
    assert_eq!(run(&world), first, "made anew");
}
