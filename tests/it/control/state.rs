//! The state as a document: shown, put back, refused, and read as a fixture.

use sdrs_mock::Config;
use sdrs_mock::domain::plan::{Outcome, Progression};
use sdrs_mock::store::job_rules::JobRule;
use serde_json::{Value, json};

use super::rules::{after, create, failing, own, protected};
use crate::stage::{group_id, pair_id};
use crate::support::files::Folder;
use crate::support::{PROJECT, World};

/// A world with jobs of each progression going on, ended ones and their records, rules, faults of each kind, tags and
/// deleted rows; its clock stands at an odd time.
pub fn full() -> World {
    let world = protected();
    own(&world).freeze("2026-02-03T04:05:06.789012Z").expect("frozen");
    for n in [40, 41] {
        let job = world.job(&create(&world, "gone", n));
        let id = job["entities"]["disaster_recovery_drill_id"].as_str().expect("an ID");
        world
            .tell("DELETE", &format!("/disaster-recovery-drills/{id}"), "")
            .job_id();
    }
    rules(&world);
    for (n, name) in ["polls", "after", "manual", "fails", "later", "stuck"]
        .into_iter()
        .enumerate()
    {
        let job = create(&world, name, n + 2);
        if n % 2 == 0 {
            world.job(&job);
        }
    }
    own(&world)
        .rule(&JobRule::lasting(Progression::Manual))
        .expect("a rule");
    world.act(&group_id(1), "stop-server-group", json!({})).job_id();
    let tagged = format!("/protected-instances/{}/tags", crate::stage::instance_id(2));
    assert_eq!(
        world
            .tell("POST", &tagged, json!({"tag": {"key": "tier", "value": "gold"}}))
            .status,
        204
    );
    world.told("POST", &format!("/faults?project={PROJECT}"), faults());
    world.told(
        "POST",
        "/faults?project=*",
        json!({"match": {"path": "/*/nowhere"}, "delay": "1ms", "ttl": "2h"}),
    );
    world.told(
        "POST",
        "/job-rules?project=*",
        json!({"outcome": {"kind": "false-negative"}, "times": 9}),
    );
    for token in ["one", "two"] {
        let token = format!("X-Auth-Token: {token}");
        world.ask("GET", &format!("/v1/{PROJECT}/sdrs/quotas"), &[&token], "");
    }
    world
}

/// A rule for each way in which jobs go, by the name of the drill.
fn rules(world: &World) {
    let late_failure = JobRule {
        progression: Some(after(60)),
        ..JobRule::ending(failing(None, None))
    };
    let failure = failing(Some("EVS.2024"), Some("volume is error!"));
    for (name, rule) in [
        ("polls", JobRule::lasting(Progression::Polls { n: 3 })),
        ("after", JobRule::lasting(after(90))),
        ("manual", JobRule::lasting(Progression::Manual)),
        ("fails", JobRule::ending(failure).times(1)),
        ("later", late_failure),
        ("stuck", JobRule::ending(Outcome::Stuck)),
    ] {
        own(world).rule(&rule.named(name)).expect("a rule");
    }
}

/// A fault of each kind, the second one with what it has met.
fn faults() -> Value {
    let kinds = [
        json!({"kind": "error", "status": 503, "code": "SDRS.0013", "retry_after": "1s"}),
        json!({"kind": "patch", "patch": {"quotas": null}}),
        json!({"kind": "timeout"}),
        json!({"kind": "reset"}),
        json!({"kind": "empty"}),
        json!({"kind": "truncate", "bytes": 3}),
        json!({"kind": "slow-body", "chunk": 1, "pause": "5ms"}),
        json!({"kind": "raw", "status": 502, "headers": {"Server": "proxy"}, "body": "<html>"}),
        json!({"kind": "apply-then-fail"}),
        json!({"kind": "none"}),
    ];
    let faults = kinds.into_iter().enumerate().map(|(n, effect)| {
        let operation = "ShowJobStatus";
        let when = if n == 1 {
            json!({"once_per": "token"})
        } else {
            json!({"after": 100 + n})
        };
        json!({"match": {"operation": operation, "header": {"x-test": "*"}, "query": {"a": "b"}}, "when": when,
            "delay": "1ms", "effect": effect, "ttl": "5m"})
    });
    let mut faults: Vec<_> = faults.collect();
    faults[1]["match"] = json!({"operation": "ShowQuota"});
    Value::from(faults)
}

fn state(world: &World, query: &str) -> String {
    let answer = world.mock("GET", &format!("/state{query}"), "");
    assert_eq!(answer.status, 200);
    answer.body
}

#[test]
fn the_sample_of_a_state_has_something_of_everything() {
    let world = full();
    let state: Value = serde_json::from_str(&state(&world, "")).expect("JSON");
    let own = &state["projects"][PROJECT];
    for (member, number) in [
        ("jobs", 12),
        ("deleted", 2),
        ("failure_jobs", 1),
        ("job_rules", 7),
        ("faults", 10),
    ] {
        assert_eq!(own[member].as_array().map(Vec::len), Some(number), "{member}");
    }
    assert_eq!(own["faults"][1]["tokens"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        own["clock"],
        json!({"mode": "frozen", "now": "2026-02-03T04:05:06.789012Z"})
    );
    assert_eq!(state["default"]["faults"].as_array().map(Vec::len), Some(1));
    assert_eq!(state["default"]["job_rules"].as_array().map(Vec::len), Some(1));
}

#[test]
fn a_state_that_is_put_back_is_the_same_to_the_byte() {
    let world = full();
    for query in [String::new(), format!("?project={PROJECT}")] {
        let before = state(&world, &query);
        let scope = if query.is_empty() { "?project=*" } else { &query };
        let told = world.told("PUT", &format!("/state{scope}"), &before);
        assert_eq!(told, json!({"projects": [PROJECT], "warnings": []}));
        assert_eq!(state(&world, &query), before, "{query}");
        // Back from a world that has nothing of it.
        world.told("PUT", &format!("/projects/{PROJECT}"), json!({"from": "empty"}));
        world.told("POST", "/reset?project=*&to=empty", "");
        assert_ne!(state(&world, &query), before);
        world.told("PUT", &format!("/state{scope}"), &before);
        assert_eq!(state(&world, &query), before, "{query}");
    }
}

/// Ends what goes on, and shows all of it.
fn go_on(world: &World) -> String {
    let jobs: Vec<_> = own(world).jobs().expect("jobs");
    let looks: Vec<_> = jobs
        .iter()
        .map(|told| world.ask_for(&format!("/jobs/{}", told.job_id)).body)
        .collect();
    let turned = own(world).advance(std::time::Duration::from_mins(1)).expect("turned");
    let later = own(world).advance_to_next_due().expect("turned");
    let stop = jobs.iter().find(|told| told.job_type == "stopProtectionGroupNoCG");
    own(world).complete(&stop.expect("it goes on").job_id).expect("told");
    let drill = create(world, "another", 40);
    own(world).complete(&drill).expect("told");
    format!(
        "{looks:?}\n{turned:?}\n{later:?}\n{drill}\n{}\n{}",
        world.all(),
        state(world, &format!("?project={PROJECT}"))
    )
}

#[test]
fn a_world_that_was_put_back_goes_on_as_the_first_one_would_have() {
    let world = full();
    let before = state(&world, "");
    let first = go_on(&world);
    world.told("PUT", "/state?project=*", &before);
    assert_eq!(go_on(&world), first);
}

#[test]
fn a_state_is_a_fixture_that_a_server_starts_from() {
    let world = full();
    let document = state(&world, "");
    let folder = Folder::new("a_state_is_a_fixture");
    let other = World::with(Config {
        fixtures: vec![folder.write("state.json", &document)],
        ..Config::test()
    });
    other.ask_for("/server-groups");
    // The one request that was asked since is the only difference.
    let counted = |state: &str| {
        let mut state: Value = serde_json::from_str(state).expect("JSON");
        state["projects"][PROJECT]["ids"]["requests"].take();
        state
    };
    assert_eq!(counted(&state(&other, "")), counted(&document));
}

#[test]
fn a_project_of_the_fixtures_that_nobody_has_asked_for_is_state_too() {
    let folder = Folder::new("a_project_that_nobody_asked_for");
    let template = protected().server.control().all().state().expect("a state")["template"].take();
    let fixture = json!({"schema_version": 1, "projects": {"quiet": template}});
    let world = World::with(Config {
        fixtures: vec![folder.write("quiet.json", &fixture)],
        ..Config::test()
    });
    let document: Value = serde_json::from_str(&state(&world, "")).expect("JSON");
    assert_eq!(document["projects"]["quiet"]["replications"][0]["id"], pair_id(1));
    let other = World::new();
    other.told("PUT", "/state?project=*", &document);
    let groups = |world: &World| world.ask("GET", "/v1/quiet/server-groups", &[], "").json();
    assert_eq!(groups(&other)["server_groups"], groups(&world)["server_groups"]);
    world.told("PUT", "/state?project=*", json!({"schema_version": 1}));
    assert_eq!(
        groups(&world)["count"],
        0,
        "a document without the project takes it away"
    );
}

#[test]
fn a_document_for_one_project_is_about_that_one_only() {
    let world = full();
    let left = world.server.control().project("left");
    left.freeze("2029-01-01T00:00:00Z").expect("frozen");
    let document: Value = serde_json::from_str(&state(&world, &format!("?project={PROJECT}"))).expect("JSON");
    let refused = |scope: &str, document: &Value, code: &str, pointer: &'static str| {
        let target = format!("/state?project={scope}");
        world
            .keeps_whole(|world| world.mock("PUT", &target, document))
            .is_problem(400, code, pointer);
    };
    refused("left", &document, "missing_project", "/projects");
    let whole: Value = serde_json::from_str(&state(&world, "")).expect("JSON");
    refused(
        "left",
        &whole,
        "invalid_value",
        "/projects/0123456789abcdef0123456789abcdef",
    );
    let mut with_template = document.clone();
    with_template["template"] = whole["template"].clone();
    refused(PROJECT, &with_template, "invalid_value", "/template");
    let mut with_default = document.clone();
    with_default["default"] = whole["default"].clone();
    refused(PROJECT, &with_default, "invalid_value", "/default");
    let before = [
        state(&world, "?project=left"),
        state(&world, &format!("?project={PROJECT}")),
    ];
    world.told("POST", &format!("/reset?project={PROJECT}"), "");
    world.told("PUT", &format!("/state?project={PROJECT}"), &document);
    assert_eq!(
        [
            state(&world, "?project=left"),
            state(&world, &format!("?project={PROJECT}"))
        ],
        before
    );
}
