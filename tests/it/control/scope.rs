//! For which projects a call is: never left out where something changes, one, or all of them.

use serde_json::{Value, json};

use super::{Call, calls};
use crate::support::{DRILL, PROJECT, World, drill};

/// The changing calls whose scope comes from elsewhere: from the path, from what a snapshot holds, or from the one
/// project that has the job or the fault; and the question that changes nothing.
const UNSCOPED: &[(&str, &str)] = &[
    ("POST", "/_mock/snapshots/{id}/restore"),
    ("DELETE", "/_mock/snapshots/{id}"),
    ("PUT", "/_mock/projects/{id}"),
    ("DELETE", "/_mock/projects/{id}"),
    ("POST", "/_mock/jobs/{id}/complete"),
    ("POST", "/_mock/jobs/{id}/fail"),
    ("DELETE", "/_mock/faults/{id}"),
    ("POST", "/_mock/requests/verify"),
];

/// A body with which the call would change something.
fn body(call: &Call) -> Value {
    match (call.method, call.path) {
        (_, "/_mock/state") => json!({"schema_version": 1, "projects": {}}),
        (_, "/_mock/clock") => json!({"mode": "frozen", "now": "2030-01-01T00:00:00Z"}),
        (_, "/_mock/clock/advance") => json!({"by": "1h"}),
        ("PUT" | "POST", "/_mock/job-rules") => json!({"outcome": {"kind": "fail"}}),
        ("PUT" | "POST", "/_mock/faults") => json!({"effect": {"kind": "error", "status": 503}}),
        ("PATCH", _) => json!({"power": "running"}),
        _ => json!({}),
    }
}

fn must_be_scoped(call: &Call) -> bool {
    call.method != "GET" && !UNSCOPED.contains(&(call.method, call.path))
}

/// A server with something of everything in one project.
fn busy() -> World {
    let world = World::new();
    let own = format!("?project={PROJECT}");
    world.told(
        "PUT",
        &format!("/clock{own}"),
        json!({"mode": "frozen", "now": "2027-01-01T00:00:00Z"}),
    );
    world.told(
        "PUT",
        &format!("/job-rules{own}"),
        json!({"progression": {"kind": "manual"}}),
    );
    world.told(
        "PUT",
        &format!("/faults{own}"),
        json!({"match": {"path": "/nowhere"}, "delay": "1ms"}),
    );
    world.told("POST", &format!("/snapshots{own}"), json!({"name": "before"}));
    world.tell("DELETE", &drill(DRILL), "").job_id();
    world
}

#[test]
fn a_changing_call_without_a_project_is_refused_and_changes_nothing() {
    let world = busy();
    let scoped: Vec<_> = calls().into_iter().filter(must_be_scoped).collect();
    let number = scoped.len();
    for call in scoped {
        assert!(call.is_scoped(), "{} {} takes no project", call.method, call.path);
        for query in ["", "?project="] {
            let target = call.target() + query;
            let answer = world.keeps_whole(|world| world.ask(call.method, &target, &[], body(&call).to_string()));
            answer.is_problem(400, "missing_project", None);
        }
    }
    assert_eq!(
        number, 15,
        "reset, state, snapshots, resources, 2 clock, 3 job-rules, 2 tokens, 3 faults, requests"
    );
}

#[test]
fn with_a_project_the_same_calls_are_carried_out() {
    // Nothing of a token is stored.
    let stored = |call: &&Call| must_be_scoped(call) && call.path != "/_mock/tokens";
    for call in calls().iter().filter(stored) {
        let world = busy();
        let id = "5fb92d6c-b0cb-46c9-824b-b90ec5500ae6";
        let path = call.path.replace("{collection}", "servers").replace("{id}", id);
        let mut body = body(call);
        if call.path == "/_mock/state" {
            body["projects"] = json!({PROJECT: {}});
        }
        let before = world.whole();
        let answer = world.ask(call.method, &format!("{path}?project={PROJECT}"), &[], body.to_string());
        assert!(answer.status < 300, "{} {path}: {}", call.method, answer.body);
        assert_ne!(world.whole(), before, "{} {path} changed nothing", call.method);
    }
}

#[test]
fn what_is_no_project_id_is_refused_by_every_call_that_takes_one() {
    let world = busy();
    let long = "x".repeat(65);
    for call in calls().iter().filter(|call| call.is_scoped()) {
        for bad in ["%20", "a.b", "**", "%FF", "a%2Fb", "%E6%BC%94", &long] {
            let target = format!("{}?project={bad}", call.target());
            let answer = world.keeps_whole(|world| world.ask(call.method, &target, &[], body(call).to_string()));
            answer.is_problem(400, "invalid_project", "?project");
        }
    }
    for (method, body) in [("PUT", "{}"), ("DELETE", "")] {
        for bad in ["%20", "a.b", "*", &long] {
            let answer = world.keeps_whole(|world| world.mock(method, &format!("/projects/{bad}"), body));
            answer.is_problem(400, "invalid_project", None);
        }
    }
}

#[test]
fn a_row_is_changed_in_one_project_never_in_all() {
    let world = busy();
    let answer = world.keeps_whole(|world| world.mock("PATCH", "/resources/servers/x?project=*", json!({})));
    answer.is_problem(400, "missing_project", None);
}

#[test]
fn a_star_sets_all_projects_and_those_to_come() {
    let world = World::new();
    let drills = "/disaster-recovery-drills";
    world.ask_for(drills);
    world.told(
        "PUT",
        "/clock?project=*",
        json!({"mode": "frozen", "now": "2031-05-06T07:08:09Z"}),
    );
    world.told(
        "PUT",
        "/job-rules?project=*",
        json!({"progression": {"kind": "manual"}}),
    );
    world.told(
        "PUT",
        "/faults?project=*",
        json!({"match": {"operation": "ShowQuota"}, "effect": {"kind": "error", "status": 503}}),
    );
    for project in [PROJECT, "not-seen-yet"] {
        let ask = |method: &str, path: &str| world.ask(method, &format!("/v1/{project}{path}"), &[], "");
        assert_eq!(
            ask("GET", drills).header("Date"),
            "Tue, 06 May 2031 07:08:09 GMT",
            "{project}"
        );
        let job = ask("DELETE", &drill(DRILL)).job_id();
        assert_eq!(ask("GET", &format!("/jobs/{job}")).json()["status"], "INIT");
        assert_eq!(ask("GET", &format!("/jobs/{job}")).json()["status"], "RUNNING");
        assert_eq!(ask("GET", "/sdrs/quotas").status, 503);
    }
    let turned = world.told("POST", "/clock/advance?project=*", json!({"by": "1h"}));
    assert_eq!(turned.as_array().map(Vec::len), Some(2));
    let date = |project: &str| {
        let answer = world.ask("GET", &format!("/v1/{project}{drills}"), &[], "");
        answer.header("Date").to_owned()
    };
    for project in [PROJECT, "not-seen-yet", "seen-last"] {
        assert_eq!(date(project), "Tue, 06 May 2031 08:08:09 GMT", "{project}");
    }
}

#[test]
fn a_star_takes_the_rules_and_faults_of_every_project_away() {
    let world = busy();
    world.told("POST", "/job-rules?project=*", json!({"outcome": {"kind": "stuck"}}));
    world.told(
        "POST",
        "/faults?project=*",
        json!({"match": {"path": "/nowhere"}, "delay": "1ms"}),
    );
    for kind in ["job-rules", "faults"] {
        let all = format!("/{kind}?project=*");
        assert_eq!(world.told("DELETE", &all, "")["removed"], 2, "{kind}");
        assert_eq!(world.told("GET", &all, ""), json!({"default": [], "projects": {}}));
    }
    for (kind, member) in [("job-rules", "job_rules"), ("faults", "faults")] {
        let (one, all) = (format!("/{kind}?project={PROJECT}"), format!("/{kind}?project=*"));
        // A fault has to do something, a rule without conditions is one for every job.
        let any = if kind == "faults" {
            json!({"delay": "1ms"})
        } else {
            json!({})
        };
        world.told("PUT", &one, json!([any, any]));
        assert_eq!(world.told("PUT", &all, json!([any]))["removed"], 2, "{kind}");
        assert_eq!(world.told("GET", &one, "")[member], json!([]));
        assert_eq!(world.told("GET", &all, "")["default"].as_array().map(Vec::len), Some(1));
    }
}

#[test]
fn one_project_is_put_back_and_no_other_byte_moves() {
    let world = busy();
    let state = |project: &str| world.mock("GET", &format!("/state?project={project}"), "").body;
    for project in ["left", "right"] {
        world.told(
            "PUT",
            &format!("/job-rules?project={project}"),
            json!({"progression": {"kind": "after", "duration": "1h"}}),
        );
        world.told(
            "POST",
            &format!("/faults?project={project}"),
            json!({"match": {"path": "/nowhere"}, "delay": "1ms"}),
        );
        world
            .ask("DELETE", &format!("/v1/{project}{}", drill(DRILL)), &[], "")
            .job_id();
    }
    let journal = |project: &str| world.told("GET", &format!("/requests?project={project}"), "")["total"].clone();
    let (before, fresh) = ([state("right"), state(PROJECT)], state("never-used"));
    assert_ne!(
        state("left").replace("left", "right"),
        before[0],
        "each draws IDs of its own"
    );
    let cleared = world.told("POST", "/reset?project=left", "")["cleared"]["left"].clone();
    let expected = json!({"state": 12, "jobs": 1, "job-rules": 1, "faults": 1, "clock": 0, "ids": 1, "journal": 1});
    assert_eq!(cleared, expected);
    assert_eq!([state("right"), state(PROJECT)], before);
    assert_eq!((journal("left"), journal("right")), (json!(0), json!(1)));
    let without_ids = |state: &str| {
        let mut state: Value = serde_json::from_str(state).expect("JSON");
        let mut worlds = state["projects"].take();
        let mut own = worlds
            .as_object_mut()
            .expect("an object")
            .values_mut()
            .next()
            .expect("one")
            .take();
        own["ids"].as_object_mut().expect("an object").remove("base");
        own
    };
    assert_eq!(without_ids(&state("left")), without_ids(&fresh));
}
