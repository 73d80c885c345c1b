//! Rules for jobs: which job each governs, when that one ends, and how.

use std::time::Duration;

use sdrs_mock::control::client::Scoped;
use sdrs_mock::domain::plan::{Outcome, Progression};
use sdrs_mock::domain::span::Span;
use sdrs_mock::store::job_rules::JobRule;
use serde_json::{Value, json};

use crate::stage::{self, group, group_id, instance, pair, speaking, vpc_id};
use crate::support::{DIALECTS, PROJECT, World};

const DRILLS: &str = "/disaster-recovery-drills";

/// A protected group with two instances and a pair, every job of which ends at once.
pub fn protected() -> World {
    let template = json!({
        "server_groups": [group(1, "protected")],
        "protected_instances": [instance(2, 1, "protected", &[]), instance(1, 1, "protected", &[1])],
        "replications": [pair(1, 1, "protected")],
    });
    stage::world(&template, speaking(DIALECTS[0]))
}

pub fn own(world: &World) -> Scoped {
    world.server.control().project(PROJECT)
}

/// Creates a drill of this name in the n-th network; the ID of the job.
#[track_caller]
pub fn create(world: &World, name: &str, n: usize) -> String {
    let new = json!({"server_group_id": group_id(1), "name": name, "drill_vpc_id": vpc_id(n)});
    let body = json!({ "disaster_recovery_drill": new });
    world.tell("POST", DRILLS, body).job_id()
}

/// The rule that governs the newest job.
fn governing(world: &World) -> Option<String> {
    own(world).jobs().expect("jobs")[0].rule.clone()
}

pub fn after(seconds: u64) -> Progression {
    Progression::After {
        duration: Span(Duration::from_secs(seconds)),
    }
}

pub fn failing(code: Option<&str>, reason: Option<&str>) -> Outcome {
    Outcome::Fail {
        error_code: code.map(str::to_owned),
        fail_reason: reason.map(str::to_owned),
    }
}

#[test]
fn a_rule_governs_jobs_by_project_type_and_name() {
    let world = protected();
    let named = JobRule::lasting(Progression::Manual)
        .of_type("createDisasterRecoveryDrill")
        .named("slow-*");
    own(&world).rule(&named).expect("a rule");
    let status = |job: &str| world.job(job)["status"].clone();
    assert_eq!(status(&create(&world, "slow-one", 1)), "INIT");
    assert_eq!(governing(&world).as_deref(), Some("rule-1"));
    assert_eq!(status(&create(&world, "not-slow-one", 2)), "SUCCESS");
    assert_eq!(governing(&world), None, "the server's default has no name");
    let path = format!(
        "{DRILLS}/{}",
        world.job(&create(&world, "fast", 3))["entities"]["disaster_recovery_drill_id"]
            .as_str()
            .expect("an ID")
    );
    let renamed = world.tell("PUT", &path, json!({"disaster_recovery_drill": {"name": "slow-too"}}));
    assert_eq!(renamed.status, 200);
    assert_eq!(
        status(&world.tell("DELETE", &path, "").job_id()),
        "SUCCESS",
        "another type"
    );
    let elsewhere = json!({"disaster_recovery_drill": {"server_group_id": group_id(1), "name": "slow-one", "drill_vpc_id": vpc_id(1)}});
    let declared = ["Content-Type: application/json"];
    let job = world
        .ask(
            "POST",
            "/v1/another/disaster-recovery-drills",
            &declared,
            elsewhere.to_string(),
        )
        .job_id();
    let job = world.ask("GET", &format!("/v1/another/jobs/{job}"), &[], "").json();
    assert_eq!(job["status"], "SUCCESS", "another project");
}

#[test]
fn a_pattern_is_the_whole_name_and_a_star_any_part_of_it() {
    for (pattern, fitting, other) in [
        ("slow", "slow", "slow-1"),
        ("*-slow", "very-slow", "slow"),
        ("a*b*c", "a1b2c", "a1c"),
        ("*", "anything", ""),
        ("ab*ab", "abab", "ab"),
    ] {
        let world = protected();
        own(&world)
            .rule(&JobRule::lasting(Progression::Manual).named(pattern))
            .expect("a rule");
        create(&world, fitting, 1);
        assert!(governing(&world).is_some(), "{pattern} fits {fitting}");
        if !other.is_empty() {
            create(&world, other, 2);
            assert_eq!(governing(&world), None, "{pattern} does not fit {other}");
        }
    }
}

#[test]
fn the_first_rule_that_fits_governs_and_those_of_the_project_go_before_those_of_all() {
    let world = protected();
    let control = world.server.control();
    control
        .all()
        .rule(&JobRule::ending(failing(Some("SDRS.0013"), None)))
        .expect("a rule");
    create(&world, "any", 1);
    assert_eq!(governing(&world).as_deref(), Some("all-rule-1"));
    own(&world)
        .rule(&JobRule::ending(Outcome::Success).named("mine-*"))
        .expect("a rule");
    own(&world)
        .rule(&JobRule::ending(Outcome::Stuck).named("*"))
        .expect("a rule");
    create(&world, "mine-1", 2);
    assert_eq!(governing(&world).as_deref(), Some("rule-1"));
    create(&world, "other", 3);
    assert_eq!(governing(&world).as_deref(), Some("rule-2"));
    own(&world).clear_job_rules().expect("cleared");
    create(&world, "mine-2", 4);
    assert_eq!(governing(&world).as_deref(), Some("all-rule-1"), "those of all stay");
}

#[test]
fn times_counts_accepted_jobs_then_the_next_rule_has_its_turn() {
    let world = protected();
    own(&world)
        .rule(&JobRule::ending(failing(None, None)).times(2))
        .expect("a rule");
    let refused =
        json!({"disaster_recovery_drill": {"server_group_id": group_id(1), "name": "!", "drill_vpc_id": vpc_id(1)}});
    assert_eq!(world.tell("POST", DRILLS, refused).status, 400, "it is no job");
    let statuses: Vec<_> = (1..4)
        .map(|n| world.job(&create(&world, "any", n))["status"].clone())
        .collect();
    assert_eq!(statuses, ["FAIL", "FAIL", "SUCCESS"]);
    let listed = world.told("GET", &format!("/job-rules?project={PROJECT}"), "");
    assert_eq!(
        (&listed["job_rules"][0]["hits"], &listed["job_rules"][0]["times"]),
        (&json!(2), &json!(2))
    );
}

#[test]
fn rules_are_put_behind_those_that_are_there_or_in_their_place() {
    let world = protected();
    let target = format!("/job-rules?project={PROJECT}");
    let rule = |name: &str| json!({"match": {"name": name}, "progression": {"kind": "manual"}});
    let changed = world.told("POST", &target, json!([rule("a"), rule("b")]));
    assert_eq!(changed, json!({"removed": 0, "added": ["rule-1", "rule-2"]}));
    assert_eq!(
        world.told("POST", &target, rule("c")),
        json!({"removed": 0, "added": ["rule-3"]})
    );
    let names = || -> Vec<Value> {
        let listed = world.told("GET", &target, "");
        listed["job_rules"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|rule| rule["match"]["name"].clone())
            .collect()
    };
    assert_eq!(names(), ["a", "b", "c"]);
    assert_eq!(
        world.told("PUT", &target, json!([rule("d")])),
        json!({"removed": 3, "added": ["rule-4"]})
    );
    assert_eq!(names(), ["d"]);
    assert_eq!(world.told("DELETE", &target, ""), json!({"removed": 1, "added": []}));
    assert_eq!(names(), Vec::<Value>::new());
}

#[test]
fn a_batch_is_governed_member_by_member() {
    let (first, second) = (stage::instance_id(1), stage::instance_id(2));
    let template = json!({
        "server_groups": [group(1, "available")],
        "protected_instances": [instance(2, 1, "available", &[]), instance(1, 1, "available", &[])],
    });
    let world = stage::world(&template, speaking(DIALECTS[0]));
    own(&world)
        .rule(
            &JobRule::ending(failing(None, None))
                .of_type("deleteProtectedInstanceNoCG")
                .named("instance-2"),
        )
        .expect("a rule");
    let body = json!({"delete_target_server": false, "delete_target_eip": false,
        "protected_instances": [{"id": first}, {"id": second}]});
    let accepted = world.tell("POST", "/protected-instances/delete", body).json();
    let job = accepted["job_id"].as_str().expect("a job").to_owned();
    let shown = world.job(&job);
    assert_eq!(
        (&shown["status"], &shown["error_code"]),
        (&json!("FAIL"), &json!("SDRS.1351"))
    );
    let parts = shown["entities"]["sub_jobs"].as_array().expect("a list");
    let statuses: Vec<_> = parts.iter().map(|part| part["status"].clone()).collect();
    assert_eq!(statuses, ["SUCCESS", "FAIL"]);
    assert_eq!(world.ask_for(&format!("/protected-instances/{first}")).status, 404);
    assert_eq!(world.instance(2)["status"], "error-deleting");
}

#[test]
fn an_action_of_a_group_is_governed_by_its_type_and_the_name_of_any_member() {
    for name in ["group-1", "instance-1", "pair-1"] {
        let world = protected();
        let of_type = JobRule::lasting(Progression::Manual).of_type("stopProtectionGroupNoCG");
        own(&world).rule(&of_type.named(name)).expect("a rule");
        let job = world.act(&group_id(1), "stop-server-group", json!({})).job_id();
        assert_eq!(world.job(&job)["status"], "INIT", "{name}");
        let told = own(&world).jobs().expect("jobs");
        let whole = told.iter().find(|told| told.job_id == job).expect("it is listed");
        assert_eq!(whole.rule.as_deref(), Some("rule-1"));
    }
    let world = protected();
    own(&world)
        .rule(&JobRule::lasting(Progression::Manual).named("pair-2"))
        .expect("a rule");
    let job = world.act(&group_id(1), "stop-server-group", json!({})).job_id();
    assert_eq!(world.job(&job)["status"], "SUCCESS");
}
