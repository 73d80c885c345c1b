//! Jobs as testers see them, and how they end them: by the clock, by their ID.

use std::time::Duration;

use sdrs_mock::control::client::JobTold;
use sdrs_mock::domain::plan::{Outcome, Progression};
use sdrs_mock::store::job_rules::JobRule;
use serde_json::{Value, json};

use super::rules::{after, create, failing, own, protected};
use crate::stage::{self, group, group_id, instance, instance_id, speaking};
use crate::support::{DIALECTS, NOBODY, PROJECT, World};

fn ids(told: Vec<JobTold>) -> Vec<String> {
    told.into_iter().map(|told| told.job_id).collect()
}

fn sorted(mut ids: Vec<String>) -> Vec<String> {
    ids.sort();
    ids
}

/// A world whose jobs end when they are told to.
fn manual() -> World {
    let world = protected();
    own(&world)
        .rule(&JobRule::lasting(Progression::Manual))
        .expect("a rule");
    world
}

/// A job whose two parts delete an instance each, and these parts.
fn batch() -> (World, String, Vec<String>) {
    let template = json!({
        "server_groups": [group(1, "available")],
        "protected_instances": [instance(2, 1, "available", &[]), instance(1, 1, "available", &[])],
    });
    let world = stage::world(&template, speaking(DIALECTS[0]));
    own(&world)
        .rule(&JobRule::lasting(Progression::Manual))
        .expect("a rule");
    let body = json!({"delete_target_server": false, "delete_target_eip": false,
        "protected_instances": [{"id": instance_id(1)}, {"id": instance_id(2)}]});
    let accepted = world.tell("POST", "/protected-instances/delete", body).json();
    let job = accepted["job_id"].as_str().expect("a job").to_owned();
    let shown = world.job(&job);
    let parts = shown["entities"]["sub_jobs"].as_array().expect("a list");
    let parts = parts
        .iter()
        .map(|part| part["job_id"].as_str().expect("an ID").to_owned())
        .collect();
    (world, job, parts)
}

#[test]
fn a_turn_to_the_next_due_time_ends_all_jobs_of_that_instant_and_no_other() {
    let world = protected();
    for (name, progression) in [
        ("ten-*", after(10)),
        ("twenty-*", after(20)),
        ("manual", Progression::Manual),
    ] {
        own(&world)
            .rule(&JobRule::lasting(progression).named(name))
            .expect("a rule");
    }
    let early: Vec<_> = [("ten-1", 1), ("ten-2", 2)]
        .map(|(name, n)| create(&world, name, n))
        .to_vec();
    let late = create(&world, "twenty-1", 3);
    create(&world, "manual", 4);
    let now = || own(&world).clock().expect("a clock").now;
    assert_eq!(
        sorted(ids(own(&world).advance_to_next_due().expect("turned"))),
        sorted(early)
    );
    assert_eq!(now(), "2026-01-01T00:00:10.000Z");
    assert_eq!(own(&world).clock().expect("a clock").jobs_pending, 2);
    assert_eq!(ids(own(&world).advance_to_next_due().expect("turned")), [late]);
    assert_eq!(now(), "2026-01-01T00:00:20.000Z");
    assert_eq!(own(&world).advance_to_next_due(), Ok(Vec::new()));
    assert_eq!(now(), "2026-01-01T00:00:20.000Z", "the rest waits for no time");
}

#[test]
fn a_turn_by_a_time_ends_all_that_fall_due_in_it_and_says_so_over_http() {
    let world = protected();
    own(&world).rule(&JobRule::lasting(after(10))).expect("a rule");
    let first = create(&world, "first", 1);
    let target = format!("/clock/advance?project={PROJECT}");
    let turned = world.told("POST", &target, json!({"by": "5s"}));
    assert_eq!((&turned["ended"], &turned["jobs_pending"]), (&json!([]), &json!(1)));
    let second = create(&world, "second", 2);
    let turned = world.told("POST", &target, json!({"by": "5s"}));
    assert_eq!(
        (&turned["ended"][0]["job_id"], turned["ended"].as_array().map(Vec::len)),
        (&json!(first), Some(1))
    );
    assert_eq!(turned["next_due"], "2026-01-01T00:00:15.000Z");
    let turned = world.told("POST", &target, json!({"to": "next-due"}));
    assert_eq!(
        (&turned["ended"][0]["job_id"], &turned["now"]),
        (&json!(second), &json!("2026-01-01T00:00:15.000Z"))
    );
    assert_eq!(world.job(&second)["end_time"], "2026-01-01T00:00:15.000Z");
}

#[test]
fn a_clock_that_goes_can_be_turned_too() {
    let world = protected();
    own(&world).unfreeze().expect("real");
    own(&world).rule(&JobRule::lasting(after(3600))).expect("a rule");
    let job = create(&world, "any", 1);
    assert_eq!(world.job(&job)["status"], "INIT");
    assert_eq!(own(&world).advance_to_next_due().expect("turned")[0].job_id, job);
    assert_eq!(world.job(&job)["status"], "SUCCESS");
    let clock = own(&world).clock().expect("a clock");
    assert_eq!((&*clock.mode, clock.jobs_pending), ("real", 0));
    assert!(clock.offset.is_some(), "{clock:?}");
    own(&world).unfreeze().expect("real");
    assert_eq!(
        own(&world).clock().expect("a clock").offset,
        None,
        "setting it drops the offset"
    );
}

#[test]
fn due_times_stay_where_a_clock_is_set_to_another_time() {
    let world = protected();
    own(&world).rule(&JobRule::lasting(after(3600))).expect("a rule");
    let job = create(&world, "any", 1);
    own(&world).freeze("2025-12-31T00:00:00Z").expect("frozen");
    let clock = own(&world).clock().expect("a clock");
    assert_eq!(
        (clock.jobs_pending, clock.next_due.as_deref()),
        (1, Some("2026-01-01T01:00:00.000Z"))
    );
    own(&world).freeze("2026-01-01T01:00:00Z").expect("frozen");
    assert_eq!(world.job(&job)["status"], "SUCCESS");
}

#[test]
fn a_job_is_ended_by_its_id_whatever_was_planned() {
    for progression in [Progression::Manual, Progression::Polls { n: 9 }, after(900)] {
        let world = protected();
        let rule = JobRule {
            progression: Some(progression),
            ..JobRule::ending(failing(Some("SDRS.0013"), None))
        };
        own(&world).rule(&rule).expect("a rule");
        let (done, failed) = (create(&world, "done", 1), create(&world, "failed", 2));
        let told = own(&world).complete(&done).expect("told");
        assert_eq!(
            (&*told.job_id, &*told.status, told.error_code),
            (&*done, "SUCCESS", None)
        );
        let told = own(&world)
            .fail(&failed, Some("EVS.2024"), Some("volume is error!"))
            .expect("told");
        assert_eq!((&*told.status, told.error_code.as_deref()), ("FAIL", Some("EVS.2024")));
        assert_eq!(world.job(&done)["status"], "SUCCESS");
        assert_eq!(world.job(&failed)["fail_reason"], "volume is error!");
        assert_eq!(own(&world).clock().expect("a clock").jobs_pending, 0);
    }
}

#[test]
fn a_job_that_has_ended_or_that_nobody_started_is_not_ended() {
    let world = manual();
    let job = create(&world, "any", 1);
    own(&world).fail(&job, None, None).expect("told");
    assert_eq!(world.job(&job)["error_code"], "SDRS.1922", "the code of its type");
    for what in ["complete", "fail"] {
        let ended = world.keeps_whole(|world| world.mock("POST", &format!("/jobs/{job}/{what}"), ""));
        ended.is_problem(409, "conflict", None);
        for absent in [NOBODY, "x", "0123456789abcdef0123456789abcdef"] {
            let target = format!("/jobs/{absent}/{what}?project={PROJECT}");
            world
                .keeps_whole(|world| world.mock("POST", &target, ""))
                .is_problem(404, "not_found", None);
        }
    }
    let other = world
        .server
        .control()
        .project("another")
        .complete(&job)
        .expect_err("another project's");
    assert_eq!((other.status, &*other.code), (404, "not_found"));
}

#[test]
fn a_job_that_several_projects_have_is_ended_in_the_one_that_is_named() {
    let world = manual();
    let job = create(&world, "any", 1);
    let mut state = own(&world).state().expect("a state");
    state["projects"] = json!({"twin": state["projects"][PROJECT].take()});
    let twin = world.server.control().project("twin");
    twin.put_state(&state).expect("put");
    let answer = world.keeps_whole(|world| world.mock("POST", &format!("/jobs/{job}/complete"), ""));
    answer.is_problem(400, "missing_project", None);
    twin.fail(&job, None, None).expect("told");
    assert_eq!(world.job(&job)["status"], "INIT", "ours goes on");
    assert_eq!(own(&world).complete(&job).expect("told").status, "SUCCESS");
}

#[test]
fn a_batch_that_is_ended_ends_with_all_its_parts() {
    let (world, job, parts) = batch();
    own(&world).complete(&parts[0]).expect("told");
    assert_eq!(world.job(&job)["status"], "RUNNING", "a part is left");
    assert_eq!(
        own(&world).fail(&job, Some("EVS.2024"), None).expect("told").status,
        "FAIL"
    );
    let statuses: Vec<_> = parts.iter().map(|part| world.job(part)["status"].clone()).collect();
    assert_eq!(statuses, ["SUCCESS", "FAIL"]);
    let (world, job, parts) = batch();
    own(&world).complete(&parts[0]).expect("told");
    own(&world).complete(&parts[1]).expect("told");
    assert_eq!(world.job(&job)["status"], "SUCCESS", "the last part ends the whole");
    assert_eq!(world.ask_for("/protected-instances").json()["count"], 0);
}

#[test]
fn a_part_of_a_groups_action_stands_for_the_whole() {
    let world = manual();
    let job = world.act(&group_id(1), "stop-server-group", json!({})).job_id();
    let part = world.job(&job)["entities"]["sub_jobs"][0]["job_id"]
        .as_str()
        .expect("an ID")
        .to_owned();
    let listed = own(&world).jobs().expect("jobs");
    assert_eq!(sorted(ids(listed)), sorted(vec![job.clone(), part.clone()]));
    let told = own(&world).fail(&part, None, None).expect("told");
    assert_eq!(told.error_code.as_deref(), Some("SDRS.1028"));
    assert_eq!(world.job(&job)["status"], "FAIL");
    assert_eq!(world.group(1)["status"], "error-stopping");
}

#[test]
fn jobs_are_listed_newest_first_with_what_governs_and_what_ends_them() {
    let world = manual();
    let first = create(&world, "first", 1);
    let action = world.act(&group_id(1), "stop-server-group", json!({})).job_id();
    own(&world).complete(&first).expect("told");
    let listed = |query: &str| world.told("GET", &format!("/jobs?project={PROJECT}{query}"), "");
    let jobs = listed("")["jobs"].clone();
    let waits: Vec<_> = jobs
        .as_array()
        .expect("a list")
        .iter()
        .map(|job| job["waits_for"]["kind"].clone())
        .collect();
    assert_eq!(waits, [json!("completion"), json!("parts"), Value::Null]);
    let drill = world.job(&first)["entities"]["disaster_recovery_drill_id"].clone();
    assert_ne!(drill, Value::Null);
    let expected = json!({"project": PROJECT, "job_id": action, "job_type": "stopProtectionGroupNoCG", "status": "INIT",
        "begin_time": "2026-01-01T00:00:00.000Z", "end_time": null, "changes": {"collection": "server_groups", "id": group_id(1)},
        "rule": "rule-1", "waits_for": {"kind": "completion"}, "error_code": null, "fail_reason": null});
    assert_eq!(jobs[0], expected);
    for (status, count) in [("INIT", 2), ("RUNNING", 0), ("SUCCESS", 1), ("FAIL", 0)] {
        assert_eq!(listed(&format!("&status={status}"))["count"], count, "{status}");
    }
    assert_eq!(world.told("GET", "/jobs", "")["count"], 3, "of all projects");
    let answer = world.mock("GET", "/jobs?status=SUCCES", "");
    answer.is_problem(400, "unknown_value", "?status");
    assert_eq!(answer.hint(), "SUCCESS");
}

#[test]
fn what_failed_appears_in_the_task_center() {
    let world = protected();
    own(&world)
        .rule(&JobRule::ending(failing(Some("EVS.2024"), Some("volume is error!"))))
        .expect("a rule");
    let job = create(&world, "any", 1);
    let records = || {
        world
            .ask_for(&format!("/task-center/failure-jobs?server_group_id={}", group_id(1)))
            .json()
    };
    let shown = records()["failure_jobs"][0].clone();
    let expected = [
        ("job_id", json!(job)),
        ("resource_name", json!("any")),
        ("failure_status", json!("createFail")),
        ("error_code", json!("EVS.2024")),
        ("fail_reason", json!("volume is error!")),
        ("job_status", json!("FAIL")),
    ];
    for (member, value) in expected {
        assert_eq!(shown[member], value, "{member} of {shown}");
    }
    own(&world).clear_job_rules().expect("cleared");
    own(&world).rule(&JobRule::ending(Outcome::Success)).expect("a rule");
    create(&world, "another", 2);
    assert_eq!(records()["count"], 1, "a success leaves no record");
    own(&world)
        .rule(&JobRule::lasting(Progression::Manual).named("never"))
        .expect("a rule");
    own(&world).advance(Duration::from_mins(1)).expect("turned");
    assert_eq!(records()["count"], 1);
}
