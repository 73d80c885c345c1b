//! Projects put back to what they were at first, part by part, made from something else, and dropped.

use sdrs_mock::Config;
use sdrs_mock::domain::plan::Progression;
use sdrs_mock::store::job_rules::JobRule;
use serde_json::{Value, json};

use super::rules::{after, create, own, protected};
use crate::stage::{group_id, instance_id, pair_id};
use crate::support::{PROJECT, World};

/// The members of a state document, and the scope of a reset that each belongs to.
const MEMBERS: &[(&str, &str)] = &[
    ("server_groups", "state"),
    ("protected_instances", "state"),
    ("replications", "state"),
    ("disaster_recovery_drills", "state"),
    ("deleted", "state"),
    ("inventory", "state"),
    ("jobs", "jobs"),
    ("failure_jobs", "jobs"),
    ("job_rules", "job-rules"),
    ("faults", "faults"),
    ("clock", "clock"),
    ("ids", "ids"),
];

/// A project in which every part is another one than at first.
fn used() -> World {
    let world = protected();
    own(&world).freeze("2026-05-05T05:05:05Z").expect("frozen");
    let drill = world.job(&create(&world, "gone", 1))["entities"]["disaster_recovery_drill_id"].clone();
    world
        .tell(
            "DELETE",
            &format!("/disaster-recovery-drills/{}", drill.as_str().expect("an ID")),
            "",
        )
        .job_id();
    own(&world)
        .rule(&JobRule::ending(super::rules::failing(None, None)).named("bad"))
        .expect("a rule");
    create(&world, "bad", 2);
    own(&world)
        .rule(&JobRule::lasting(after(90)).named("slow"))
        .expect("a rule");
    own(&world)
        .rule(&JobRule::lasting(Progression::Manual).named("manual"))
        .expect("a rule");
    create(&world, "slow", 3);
    create(&world, "manual", 4);
    own(&world)
        .arm(&sdrs_mock::store::faults::Fault::error(503).on("ShowQuota"))
        .expect("armed");
    own(&world)
        .patch(
            "servers",
            &crate::stage::server_id(1, "source"),
            &json!({"power": "running"}),
        )
        .expect("patched");
    for (collection, id) in [
        ("server-groups", group_id(1)),
        ("protected-instances", instance_id(1)),
        ("replications", pair_id(1)),
    ] {
        own(&world)
            .patch(collection, &id, &json!({"name": "patched"}))
            .expect("patched");
    }
    world
}

fn document(world: &World) -> Value {
    own(world).state().expect("a state")["projects"][PROJECT].take()
}

#[test]
fn each_part_is_put_back_alone_and_the_others_stay() {
    let fresh = document(&protected());
    for scope in ["state", "jobs", "job-rules", "faults", "clock", "ids", "journal"] {
        let world = used();
        let before = document(&world);
        let cleared =
            world.told("POST", &format!("/reset?project={PROJECT}&scope={scope}"), "")["cleared"][PROJECT].clone();
        assert_eq!(cleared.as_object().map(serde_json::Map::len), Some(1), "{cleared}");
        assert!(cleared[scope].as_u64() > Some(0), "{cleared}");
        let now = document(&world);
        for (member, of) in MEMBERS {
            let (expected, what) = if *of == scope {
                (&fresh, "fresh")
            } else {
                (&before, "kept")
            };
            assert_eq!(
                now[member], expected[member],
                "{member} is {what} after a reset of {scope}"
            );
            assert_ne!(before[member], fresh[member], "{member} was another one");
        }
        let left = own(&world).requests().expect("requests").len();
        assert_eq!(left == 0, scope == "journal");
    }
}

#[test]
fn several_parts_are_named_together_and_by_default_all_of_them() {
    let world = used();
    let told = world.told("POST", &format!("/reset?project={PROJECT}&scope=jobs,state"), "");
    assert_eq!(
        told["warnings"],
        Value::Null,
        "what belongs together was put back together"
    );
    assert_eq!(own(&world).jobs(), Ok(Vec::new()));
    assert_eq!(own(&world).clock().expect("a clock").now, "2026-05-05T05:05:05.000Z");
    own(&world).reset(&[]).expect("reset");
    let mut fresh = document(&protected());
    fresh["ids"]["requests"] = document(&world)["ids"]["requests"].clone();
    assert_eq!(document(&world), fresh);
}

#[test]
fn jobs_whose_rows_were_put_back_end_without_a_trace() {
    let world = used();
    let jobs: Vec<_> = own(&world)
        .jobs()
        .expect("jobs")
        .into_iter()
        .filter(|job| job.end_time.is_none())
        .collect();
    assert_eq!(jobs.len(), 2);
    let told = world.told("POST", &format!("/reset?project={PROJECT}&scope=state"), "");
    let warned = told["warnings"][PROJECT][0].as_str().unwrap_or_default();
    assert!(
        warned.starts_with("2 running jobs are about rows that are no longer there"),
        "{told}"
    );
    own(&world).complete(&jobs[0].job_id).expect("told");
    own(&world).fail(&jobs[1].job_id, None, None).expect("told");
    assert_eq!(world.ask_for("/disaster-recovery-drills").json()["count"], 0);
    assert_eq!(world.job(&jobs[0].job_id)["status"], "SUCCESS");
    assert_eq!(world.job(&jobs[1].job_id)["status"], "FAIL");
}

#[test]
fn a_group_whose_jobs_were_forgotten_stays_where_it_was() {
    let world = protected();
    own(&world).rule(&JobRule::lasting(after(5))).expect("a rule");
    let job = world.act(&group_id(1), "stop-server-group", json!({})).job_id();
    let told = world.told("POST", &format!("/reset?project={PROJECT}&scope=jobs"), "");
    let warned = told["warnings"][PROJECT][0].as_str().unwrap_or_default();
    assert!(
        warned.starts_with("4 rows are in a status that only a job would end"),
        "{told}"
    );
    assert_eq!(world.ask_for(&format!("/jobs/{job}")).status, 404);
    own(&world).advance(std::time::Duration::from_secs(10)).expect("turned");
    assert_eq!(world.group(1)["status"], "stopping");
}

#[test]
fn a_reset_to_empty_keeps_the_surroundings_only() {
    let world = World::new();
    let (before, _) = (
        world.told("GET", &format!("/state?project={PROJECT}"), ""),
        world.drills(),
    );
    world.told("POST", &format!("/reset?project={PROJECT}&to=empty"), "");
    let now = document(&world);
    for member in [
        "server_groups",
        "protected_instances",
        "replications",
        "disaster_recovery_drills",
        "jobs",
        "deleted",
    ] {
        assert_eq!(now[member], json!([]), "{member}");
    }
    assert_eq!(now["inventory"], before["projects"][PROJECT]["inventory"]);
    assert_ne!(world.ask_for("/active-domains").json()["domains"], json!([]));
    world.told("POST", &format!("/reset?project={PROJECT}&to=seed"), "");
    assert_eq!(document(&world), before["projects"][PROJECT]);
}

#[test]
fn a_reset_of_all_puts_back_what_holds_for_projects_to_come() {
    let world = World::new();
    world.told("PUT", "/clock?project=*", json!({"mode": "real"}));
    world.told("PUT", "/job-rules?project=*", json!({"outcome": {"kind": "stuck"}}));
    world.told(
        "PUT",
        "/faults?project=*",
        json!({"effect": {"kind": "error", "status": 503}}),
    );
    let state = || world.told("GET", "/state", "")["default"].clone();
    assert_eq!(world.ask_for("/server-groups").status, 503);
    world.told("POST", "/reset?project=*&scope=faults", "");
    assert_eq!(world.ask_for("/server-groups").status, 200);
    assert_eq!(
        (state()["faults"].clone(), state()["job_rules"].as_array().map(Vec::len)),
        (json!([]), Some(1))
    );
    world.told("POST", "/reset?project=*", "");
    assert_eq!(state(), json!({"clock": null, "job_rules": [], "faults": []}));
    assert_eq!(own(&world).clock().expect("a clock").mode, "frozen");
}

#[test]
fn projects_are_listed_made_from_a_template_from_nothing_or_from_a_scenario_and_dropped() {
    let world = World::new();
    assert_eq!(world.told("GET", "/projects", ""), json!({"projects": []}));
    let put = |id: &str, body: Value| world.told("PUT", &format!("/projects/{id}"), body);
    let counts = |told: &Value| {
        [
            &told["server_groups"],
            &told["protected_instances"],
            &told["replications"],
            &told["disaster_recovery_drills"],
        ]
        .map(|count| count.as_u64().expect("a number"))
    };
    assert_eq!(counts(&put("a", json!({}))), [3, 3, 4, 2]);
    assert_eq!(counts(&put("b", json!({"from": "empty"}))), [0, 0, 0, 0]);
    assert_eq!(counts(&put("b", json!({"from": "template"}))), [3, 3, 4, 2]);
    let scenarios = world.told("GET", "/info", "")["scenarios"].clone();
    for name in scenarios.as_array().expect("a list") {
        let name = name.as_str().expect("a text");
        let told = put(name, json!({"from": format!("scenario:{name}")}));
        assert_eq!(
            (&told["id"], counts(&told) == [3, 3, 4, 2]),
            (&json!(name), false),
            "{told}"
        );
    }
    assert_eq!(
        counts(&put("busy", json!({"from": "scenario:busy-project"}))),
        [10, 100, 300, 50]
    );
    let listed = world.told("GET", "/projects", "")["projects"].clone();
    let ids: Vec<_> = listed
        .as_array()
        .expect("a list")
        .iter()
        .map(|project| project["id"].clone())
        .collect();
    let made = scenarios.as_array().map_or(0, Vec::len) + ["a", "b", "busy"].len();
    assert_eq!((ids.len(), &ids[0], &ids[1]), (made, &json!("a"), &json!("b")));
    let expected = json!({"id": "a", "server_groups": 3, "protected_instances": 3, "replications": 4, "disaster_recovery_drills": 2,
        "jobs": 0, "failure_jobs": 0, "jobs_pending": 0, "job_rules": 0, "faults": 0});
    assert_eq!(listed[0], expected);
    assert_eq!(world.told("DELETE", "/projects/a", ""), json!({"removed": "a"}));
    world
        .keeps_whole(|world| world.mock("DELETE", "/projects/a", ""))
        .is_problem(404, "not_found", None);
    let answer = world.keeps_whole(|world| world.mock("PUT", "/projects/b", json!({"from": "scenario:busy"})));
    answer.is_problem(400, "unknown_value", "/from");
    assert_eq!(answer.hint(), "scenario:busy-project");
}

#[test]
fn the_control_plane_makes_projects_where_requests_may_not() {
    let world = World::with(Config {
        unseen_projects: sdrs_mock::store::UnseenProjects::Refuse,
        ..Config::test()
    });
    assert_eq!(world.ask_for("/server-groups").status, 400);
    world.told("PUT", &format!("/projects/{PROJECT}"), "");
    assert_eq!(world.ask_for("/server-groups").json()["count"], 3);
}
