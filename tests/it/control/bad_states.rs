//! Documents that are refused: the place is named, and nothing changes.

use serde_json::{Value, json};

use super::rules::{create, own, protected};
use crate::stage::group_id;
use crate::support::{PROJECT, World};

/// The member of a project that is set, its wrong value, the pointer to what is refused, and the code.
#[rustfmt::skip] // a table: one row a line
fn faults() -> [(&'static str, Value, &'static str, &'static str); 12] {
    [
        ("/server_groups/0/name", json!("not a name!"), "/server_groups/0/name", "invalid_state"),
        ("/server_groups/0/status", json!("sleeping"), "/server_groups/0/status", "invalid_state"),
        ("/disaster_recovery_drills/0/server_group_id", json!(group_id(9)), "/disaster_recovery_drills/0/server_group_id", "invalid_state"),
        ("/nowhere", json!([]), "/nowhere", "invalid_state"),
        ("/jobs/0/state", json!("asleep"), "/jobs/0/state", "invalid_state"),
        ("/jobs/0/parent", json!("0123456789abcdef0123456789abcdef"), "/jobs/0/parent", "invalid_state"),
        ("/clock", json!({"mode": "slow"}), "/clock/mode", "invalid_state"),
        ("/ids/base", json!("x"), "/ids/base", "invalid_state"),
        ("/job_rules", json!([{"match": {"job_type": "createDril"}}]), "/job_rules/0/match/job_type", "unknown_job_type"),
        ("/job_rules", json!([{"outcome": {"kind": "fail", "error_code": "SDRS.9999"}}]), "/job_rules/0/outcome/error_code", "unknown_code"),
        ("/faults", json!([{"match": {"operation": "ShowQuotas"}}]), "/faults/0/match/operation", "unknown_operation"),
        ("/deleted", json!(["x"]), "/deleted/0", "invalid_state"),
    ]
}

fn set(document: &mut Value, pointer: &str, value: Value) {
    let (parent, member) = pointer.rsplit_once('/').expect("a pointer");
    document.pointer_mut(parent).unwrap_or_else(|| panic!("{parent}"))[member] = value;
}

#[test]
fn a_document_with_one_fault_is_refused_as_a_whole_and_the_fault_is_named() {
    let world = protected();
    create(&world, "any", 1);
    let good = own(&world).state().expect("a state");
    for (pointer, value, expected, code) in faults() {
        let mut bad = good.clone();
        set(&mut bad, &format!("/projects/{PROJECT}{pointer}"), value);
        let target = format!("/state?project={PROJECT}");
        let answer = world.keeps_whole(|world| world.mock("PUT", &target, &bad));
        let error = answer.json()["error"].clone();
        let expected = format!("/projects/{PROJECT}{expected}");
        assert_eq!(
            (answer.status, &error["code"], &error["pointer"]),
            (400, &json!(code), &json!(expected)),
            "{error}"
        );
        let answer = world.keeps_whole(|world| world.mock("PUT", "/state?project=*", &bad));
        assert_eq!(answer.json()["error"], error, "for all projects it is the same");
    }
}

#[test]
fn faults_of_the_outer_form_are_named_too() {
    let world = protected();
    let put = |body: &str| world.keeps_whole(|world| world.mock("PUT", "/state?project=*", body));
    put("").is_problem(400, "invalid_state", "");
    put("[]").is_problem(400, "invalid_state", "");
    put("{").is_problem(400, "invalid_state", "");
    put(r#"{"schema_version":1} x"#).is_problem(400, "invalid_state", "");
    put(r#"{"schema_version":1,"projects":{"a b":{}}}"#).is_problem(400, "invalid_state", "/projects/a b");
    put(r#"{"schema_version":1,"worlds":{}}"#).is_problem(400, "invalid_state", "/worlds");
    put(r#"{"projects":{}}"#).is_problem(400, "invalid_state", "/schema_version");
    put(r#"{"schema_version":1,"template":{"ids":{}}}"#).is_problem(400, "invalid_state", "/template/ids");
    put(r#"{"schema_version":1,"default":{"job_rule":[]}}"#).is_problem(400, "invalid_state", "/default/job_rule");
    put(r#"{"schema_version":1,"default":{"job_rules":[{"match":{"job_type":"x"}}]}}"#).is_problem(
        400,
        "unknown_job_type",
        "/default/job_rules/0/match/job_type",
    );
    let latin = world.keeps_whole(|world| world.ask("PUT", "/_mock/state?project=*", &[], b"\xff"));
    latin.is_problem(400, "invalid_json", "");
}

#[test]
fn a_misspelt_word_of_a_document_is_hinted_at() {
    let world = protected();
    let good = own(&world).state().expect("a state");
    for (parent, member, value, hint) in [
        ("", "projcts", json!({}), "projects"),
        ("/inventory", "server", json!([]), "servers"),
        ("/clock", "mode", json!("frozn"), "frozen"),
        ("", "job_rule", json!([]), "job_rules"),
    ] {
        let mut bad = good.clone();
        let place = if member == "projcts" {
            String::new()
        } else {
            format!("/projects/{PROJECT}{parent}")
        };
        bad.pointer_mut(&place).expect("a place")[member] = value;
        let answer = world.mock("PUT", &format!("/state?project={PROJECT}"), &bad);
        assert_eq!(
            (answer.status, answer.hint()),
            (400, hint.to_owned()),
            "{}",
            answer.body
        );
    }
}

#[test]
fn a_document_of_another_version_is_a_conflict() {
    let world = protected();
    for version in ["0", "2", "-1", "1.5", "99999999999999999999"] {
        let version: Value = serde_json::from_str(version).expect("a number");
        let body = json!({"schema_version": version, "worlds": "in a form of its own"});
        let answer = world.keeps_whole(|world| world.mock("PUT", "/state?project=*", &body));
        answer.is_problem(409, "unknown_schema_version", "/schema_version");
        assert!(
            answer
                .body
                .contains("this server reads schema_version 1, the document has"),
            "{}",
            answer.body
        );
    }
}

#[test]
fn more_projects_than_there_may_be_change_nothing() {
    let world = World::with(sdrs_mock::Config {
        max_projects: 2,
        ..sdrs_mock::Config::test()
    });
    world.told("PUT", "/projects/first", "");
    let body = json!({"schema_version": 1, "projects": {"a": {}, "b": {}, "c": {}}});
    let answer = world.keeps_whole(|world| world.mock("PUT", "/state?project=*", &body));
    answer.is_problem(503, "too_many_projects", None);
    world.told("PUT", "/projects/second", "");
    for (method, target) in [
        ("PUT", "/projects/third"),
        ("DELETE", "/faults?project=third"),
        ("POST", "/reset?project=third"),
    ] {
        world
            .keeps_whole(|world| world.mock(method, target, ""))
            .is_problem(503, "too_many_projects", None);
    }
}

#[test]
fn the_journal_is_no_state_and_stays() {
    let world = protected();
    create(&world, "any", 1);
    let requests = || world.mock("GET", "/requests", "").body;
    let before = requests();
    let document = own(&world).state().expect("a state");
    for scope in [PROJECT, "*"] {
        world.told("PUT", &format!("/state?project={scope}"), &document);
        assert_eq!(requests(), before, "{scope}");
    }
}

#[test]
fn a_misspelt_status_is_told_with_the_one_that_was_meant() {
    let world = protected();
    let mut bad = own(&world).state().expect("a state");
    let pointer = format!("/projects/{PROJECT}/server_groups/0/status");
    set(&mut bad, &pointer, json!("protcted"));
    let target = format!("/state?project={PROJECT}");
    let answer = world.keeps_whole(|world| world.mock("PUT", &target, &bad));
    assert_eq!(
        (answer.status, &answer.json()["error"]["pointer"]),
        (400, &json!(pointer))
    );
    assert_eq!(answer.json()["error"]["hint"], "did you mean protected?");
}
