//! The scenarios that the binary carries, and what fixtures may say beside resources.

use std::collections::BTreeSet;
use std::sync::Arc;

use reqwest::Method;
use sdrs_mock::domain::protection_group::ProtectionGroup;
use sdrs_mock::domain::resource::Resource;
use sdrs_mock::domain::rules::Rules;
use sdrs_mock::domain::time::Time;
use sdrs_mock::store::fixtures::{Scenario, Source, read, start};
use sdrs_mock::{Config, Server};
use serde_json::{Value, json};

use crate::made::{column, group, group_id};
use crate::support::{World, send};

/// How many rows each scenario has: groups as the quota counts them, pairs and drills as listed.
const ROWS: [(Scenario, usize, usize, usize); 6] = [
    (Scenario::ProtectedGroup, 1, 4, 1),
    (Scenario::FailedOverGroup, 1, 4, 0),
    (Scenario::ErrorStates, 7, 5, 0),
    (Scenario::BusyProject, 10, 300, 50),
    (Scenario::QuotaNearlySpent, 2, 3, 0),
    (Scenario::Demo, 3, 8, 2),
];

/// How many instances each has, and which statuses its groups have.
const INSTANCES: [(Scenario, usize, &[&str]); 6] = [
    (Scenario::ProtectedGroup, 3, &["protected"]),
    (Scenario::FailedOverGroup, 3, &["failed-over"]),
    (
        Scenario::ErrorStates,
        5,
        &[
            "error",
            "error-deleting",
            "error-failing-over",
            "error-reprotecting",
            "error-reversing",
            "error-starting",
            "error-stopping",
        ],
    ),
    (Scenario::BusyProject, 100, &["available", "failed-over", "protected"]),
    (Scenario::QuotaNearlySpent, 2, &["available", "protected"]),
    (Scenario::Demo, 6, &["available", "failed-over", "protected"]),
];

#[tokio::test]
async fn every_scenario_lists_its_groups_and_their_instances_in_their_statuses() {
    for (scenario, instances, statuses) in INSTANCES {
        let world = world(scenario);
        let groups = world.get("/server-groups").await.json();
        let rows = groups["server_groups"].as_array().expect("a list");
        let seen: BTreeSet<_> = rows.iter().filter_map(|group| group["status"].as_str()).collect();
        assert_eq!(seen.into_iter().collect::<Vec<_>>(), statuses, "{scenario}");
        let listed = world.get("/protected-instances").await.json();
        assert_eq!(listed["count"], instances, "{scenario}");
        for instance in listed["protected_instances"].as_array().expect("a list") {
            let group = rows.iter().find(|group| group["id"] == instance["server_group_id"]);
            assert_eq!(
                Some(&instance["status"]),
                group.map(|group| &group["status"]),
                "{scenario}"
            );
        }
    }
}

#[tokio::test]
async fn a_quota_that_is_nearly_spent_has_room_for_one_more_group() {
    let world = world(Scenario::QuotaNearlySpent);
    let group = |name: &str| {
        json!({"server_group": {
            "name": name, "source_availability_zone": "cn-north-1a", "target_availability_zone": "cn-north-1b",
            "domain_id": "fb4bb8e3-a574-4437-a156-78c916aeea4d", "source_vpc_id": "046852ef-c49d-409b-8389-546aaaa5701f",
        }})
    };
    assert_eq!(
        world.post("/server-groups", group("third").to_string()).await.status,
        200
    );
    let refused = world.post("/server-groups", group("fourth").to_string()).await;
    assert!(refused.body.contains("SDRS.0305"), "{}", refused.body);
}

fn world(scenario: Scenario) -> World {
    World::with(Config {
        scenario: Some(scenario),
        ..Config::test()
    })
}

/// The faults of a template, one line each.
fn faults(template: &Value) -> String {
    let text = json!({"schema_version": 1, "template": template}).to_string();
    let source = Source { file: "f", text: &text };
    read(&[source], &Arc::new(Rules::default()))
        .expect_err("it is bad")
        .to_string()
}

#[test]
fn every_scenario_is_sound_to_the_last_derived_member() {
    assert_eq!(ROWS.map(|(scenario, ..)| scenario), Scenario::ALL);
    for scenario in Scenario::ALL {
        let loaded = start(Some(scenario), &[], &Arc::new(Rules::default()), Time::MIN).expect("it loads");
        assert!(loaded.warnings.is_empty(), "{scenario}: {:?}", loaded.warnings);
        let file = format!("fixtures/scenarios/{scenario}.json (built in)");
        assert_eq!(scenario.source(Time::MIN).0, file);
    }
}

#[tokio::test]
async fn every_scenario_is_listed_through_the_api() {
    for (scenario, groups, pairs, drills) in ROWS {
        let world = world(scenario);
        let quotas = world.get("/sdrs/quotas").await.json();
        assert_eq!(quotas["quotas"]["resources"][0]["used"], groups, "{scenario}");
        let listed = world.get("/replications").await.json();
        assert_eq!(listed["count"], pairs, "{scenario}");
        let listed = world.get("/disaster-recovery-drills").await.json();
        assert_eq!(listed["count"], drills, "{scenario}");
        assert_eq!(
            world.get("/active-domains").await.json()["domains"][0]["name"],
            "ActiveactiveDomain"
        );
        let info = send(world.request_at(Method::GET, "/_mock/info")).await.json();
        assert_eq!(info["fixtures"], json!([format!("scenario {scenario} (built in)")]));
        assert_eq!(info["scenarios"], json!(Scenario::ALL.map(Scenario::word)));
    }
}

#[tokio::test]
async fn every_error_state_of_a_group_has_one_and_left_a_failure() {
    let records = world(Scenario::ErrorStates)
        .get("/task-center/failure-jobs")
        .await
        .json();
    let failed: Vec<_> = ProtectionGroup::STATUSES
        .iter()
        .filter(|status| status.is_abnormal())
        .map(|status| format!("group-in-{status}"))
        .collect();
    let mut named = column(&records, "failure_jobs", "resource_name");
    named.sort();
    let mut expected = failed.clone();
    expected.sort();
    assert_eq!(named, expected);
}

#[tokio::test]
async fn the_nearly_spent_quota_takes_one_more_pair() {
    let world = world(Scenario::QuotaNearlySpent);
    let group = world.get("/replications?name=loose-pair").await.json()["replications"][0]["server_group_id"].clone();
    let create = |disk: usize| {
        let volume_id = format!("00000000-0000-4000-8000-{disk:012}");
        json!({"replication": {"server_group_id": group, "volume_id": volume_id, "name": "x"}}).to_string()
    };
    assert_eq!(world.post("/replications", create(1)).await.status, 200);
    let answer = world.post("/replications", create(2)).await;
    assert_eq!(answer.json()["badrequest"]["code"], "SDRS.0306");
}

#[test]
fn a_scenario_and_fixtures_are_not_started_from_together() {
    let config = Config {
        scenario: Some(Scenario::BusyProject),
        fixtures: vec!["f.json".into()],
        ..Config::test()
    };
    let error = Server::start(config).expect_err("it is refused").to_string();
    assert_eq!(
        error,
        "f.json: $: cannot be loaded beside scenario busy-project: give --fixtures or --scenario"
    );
}

#[test]
fn the_command_names_every_scenario_and_takes_no_other() {
    let run = |arguments: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_sdrs-mock"))
            .args(arguments)
            .env_remove("SDRS_MOCK_SCENARIO")
            .env_remove("SDRS_MOCK_FIXTURES")
            .output()
            .expect("the binary runs");
        let said = String::from_utf8([output.stdout, output.stderr].concat()).expect("it speaks UTF-8");
        (output.status.code(), said)
    };
    let help = run(&["--help"]);
    let unknown = run(&["--scenario", "nonsense"]);
    for (code, said) in [(Some(0), &help), (Some(2), &unknown)] {
        assert_eq!(said.0, code, "{}", said.1);
        for scenario in Scenario::ALL {
            assert!(said.1.contains(scenario.word()), "{scenario} in {}", said.1);
        }
    }
    let both = run(&["--scenario", "error-states", "--fixtures", "f.json"]);
    assert_eq!(both.0, Some(2), "{}", both.1);
    assert!(both.1.contains("cannot be used with"), "{}", both.1);
}

#[test]
fn quotas_records_and_statistics_are_refused_with_all_their_faults() {
    let quotas = json!({"quotas": {"resources": [
        {"type": "server_groups", "quota": -2}, {"type": "drills", "quota": 1},
        {"type": "replications", "quota": 1, "max": 5}, {"type": "replications", "quota": 1}, ["replications", 1],
    ], "count": 1}});
    let said = faults(&quotas);
    for expected in [
        "$.template.quotas.count: is an unknown member, expected one of resources",
        "$.template.quotas.resources[0].quota: must be a number from 0, or -1 for no limit; it is -2",
        "$.template.quotas.resources[1].type: unknown variant `drills`",
        "$.template.quotas.resources[2].min: must be 0, and max -1: they never differ; it is 0 and 5",
        "$.template.quotas.resources[3].type: must be a type that no other quota of the world is about",
        "$.template.quotas.resources[4]: invalid type: sequence, expected an object",
    ] {
        assert!(said.contains(expected), "{expected} in\n{said}");
    }

    let job = json!({
        "job_status": "FAIL", "resource_id": group_id(1), "resource_name": "x", "resource_type": "group",
        "failure_status": "failed", "job_id": "0".repeat(32), "job_type": "x",
        "begin_time": "2025-01-01T00:00:00.000Z", "error_code": "x", "fail_reason": "x",
    });
    let said = faults(&json!({
        "server_groups": [group(1, "available")],
        "failure_jobs": [{"group": group_id(2), "job": job}, {"group": null, "job": []}],
    }));
    for expected in [
        "$.template.failure_jobs[0].group: must be the ID of a protection group of the same project",
        "$.template.failure_jobs[0].job.resource_type: must be one of server_groups, ",
        "$.template.failure_jobs[0].job.failure_status: must be one of createFail, ",
        "$.template.failure_jobs[1].job: invalid type: sequence, expected an object",
    ] {
        assert!(said.contains(expected), "{expected} in\n{said}");
    }

    let point = json!({
        "id": group_id(1), "point_time": "2019-01-21 01:15:00", "resource_num": 1,
        "created_at": "2019-01-21 01:15:00.916", "updated_at": "2019-01-21 01:15:00.916",
    });
    let mut sound = point.clone();
    sound["point_time"] = json!("2019-01-21 01:15");
    let said = faults(&json!({"rpo_statistics": [point, sound, sound]}));
    for expected in [
        "$.template.rpo_statistics[0].point_time: invalid value",
        "$.template.rpo_statistics[2].id: must be an ID that no other row of its section has",
    ] {
        assert!(said.contains(expected), "{expected} in\n{said}");
    }
}

#[test]
fn a_stated_use_of_a_quota_that_is_not_so_draws_a_warning() {
    let text = json!({"schema_version": 1, "template": {"quotas": {"resources": [
        {"type": "server_groups", "used": 10, "quota": 50, "min": 0, "max": -1},
    ]}}});
    let source = Source {
        file: "f",
        text: &text.to_string(),
    };
    let loaded = read(&[source], &Arc::new(Rules::default())).expect("it is sound");
    let warnings: Vec<_> = loaded.warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        ["f: $.template.quotas.resources[0].used: is derived and was replaced by 0; it is 10"]
    );
}
