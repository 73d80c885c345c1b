//! Calls over HTTP whose effects other tests reach without it.

use serde_json::{Value, json};

use super::rules::{create, own, protected};
use crate::support::{PROJECT, World};

#[test]
fn clocks_are_shown_of_one_project_and_of_all() {
    let world = World::new();
    let own = json!({"mode": "frozen", "now": "2026-01-01T00:00:00.000Z", "offset": null, "jobs_pending": 0, "next_due": null});
    assert_eq!(world.told("GET", "/clock", ""), json!({"default": own, "projects": {}}));
    let target = format!("/clock?project={PROJECT}");
    assert_eq!(world.told("GET", &target, ""), own);
    let set = world.told(
        "PUT",
        &target,
        json!({"mode": "frozen", "now": "2026-02-03T04:05:06.789012Z"}),
    );
    assert_eq!(set["now"], "2026-02-03T04:05:06.789012Z");
    assert_eq!(
        world.told("PUT", &target, json!({"mode": "frozen"})),
        set,
        "without a time it stops where it is"
    );
    assert_eq!(
        world.told("GET", "/clock", ""),
        json!({"default": own, "projects": {PROJECT: set}})
    );
    let real = world.told("PUT", &target, json!({"mode": "real"}));
    assert_eq!((&real["mode"], &real["offset"]), (&json!("real"), &Value::Null));
    let turned = world.told(
        "POST",
        &format!("/clock/advance?project={PROJECT}"),
        json!({"by": "90m"}),
    );
    assert_eq!((&turned["mode"], &turned["offset"]), (&json!("real"), &json!("90m")));
}

#[test]
fn a_clock_is_not_turned_past_what_it_can_show() {
    let world = World::new();
    let (clock, advance) = (
        format!("/clock?project={PROJECT}"),
        format!("/clock/advance?project={PROJECT}"),
    );
    let refused = |target: &str, by: &str| {
        let answer = world.keeps_whole(|world| world.mock("POST", target, json!({ "by": by })));
        answer.is_problem(400, "invalid_value", "/by");
    };
    world.told("PUT", &clock, json!({"mode": "frozen", "now": "9999-12-31T23:00:00Z"}));
    refused(&advance, "1h");
    refused("/clock/advance?project=*", "1h");
    assert_eq!(
        world.told("POST", &advance, json!({"by": "59m"}))["now"],
        "9999-12-31T23:59:00.000Z"
    );
    world.told("PUT", &clock, json!({"mode": "real"}));
    world.told("POST", &advance, json!({"by": "878400h"}));
    refused(&advance, "1ms");
}

#[test]
fn jobs_are_ended_without_a_project_where_only_one_has_them() {
    let world = protected();
    world.told(
        "PUT",
        &format!("/job-rules?project={PROJECT}"),
        json!({"progression": {"kind": "manual"}}),
    );
    let (done, failed) = (create(&world, "done", 1), create(&world, "failed", 2));
    let told = world.told("POST", &format!("/jobs/{done}/complete"), "");
    assert_eq!(
        (&told["status"], &told["project"]),
        (&json!("SUCCESS"), &json!(PROJECT))
    );
    let target = format!("/jobs/{failed}/fail?project={PROJECT}");
    let told = world.told(
        "POST",
        &target,
        json!({"error_code": "EVS.2024", "fail_reason": "volume is error!"}),
    );
    let found = [
        &told["status"],
        &told["error_code"],
        &told["fail_reason"],
        &told["rule"],
        &told["waits_for"],
    ];
    assert_eq!(
        found,
        [
            &json!("FAIL"),
            &json!("EVS.2024"),
            &json!("volume is error!"),
            &json!("rule-1"),
            &Value::Null
        ]
    );
}

#[test]
fn a_fault_is_taken_back_by_its_id() {
    let world = World::new();
    let fault =
        |operation: &str| json!({"match": {"operation": operation}, "effect": {"kind": "error", "status": 503}});
    let target = format!("/faults?project={PROJECT}");
    let added = world.told(
        "POST",
        &target,
        json!([fault("ShowQuota"), fault("ListProtectionGroups")]),
    )["added"]
        .clone();
    assert_eq!(world.ask_for("/sdrs/quotas").status, 503);
    let id = added[0]["id"].as_str().expect("an ID");
    assert_eq!(
        world.told("DELETE", &format!("/faults/{id}"), ""),
        json!({"removed": id})
    );
    assert_eq!(world.ask_for("/sdrs/quotas").status, 200);
    assert_eq!(
        world.told("GET", &target, "")["faults"].as_array().map(Vec::len),
        Some(1)
    );
    world
        .keeps_whole(|world| world.mock("DELETE", &format!("/faults/{id}"), ""))
        .is_problem(404, "not_found", None);
}

#[test]
fn requests_are_shown_one_by_one_and_forgotten() {
    let world = World::new();
    world.ask_for("/server-groups");
    world.ask_for("/server-group");
    let listed = world.told(
        "GET",
        &format!("/requests?project={PROJECT}&operation=ListProtectionGroups"),
        "",
    );
    assert_eq!(listed["total"], 1, "{listed}");
    let id = listed["requests"][0]["id"].as_u64().expect("a number");
    assert_eq!(world.told("GET", &format!("/requests/{id}"), ""), listed["requests"][0]);
    assert_eq!(world.mock("GET", "/requests/0", "").status, 404);
    let unmatched = world.told("GET", "/requests/unmatched", "");
    assert_eq!(
        (&unmatched["total"], &unmatched["requests"][0]["operation"]),
        (&json!(1), &Value::Null)
    );
    let asked = json!({"match": {"operation": "ListProtectionGroups"}, "times": {"exactly": 1}});
    let verify = format!("/requests/verify?project={PROJECT}");
    assert_eq!(world.told("POST", &verify, &asked), json!({"ok": true}));
    assert_eq!(
        world.told("DELETE", &format!("/requests?project={PROJECT}"), ""),
        json!({"cleared": 2})
    );
    let answer = world.mock("POST", &verify, &asked);
    assert_eq!((answer.status, &answer.json()["ok"]), (409, &json!(false)));
    assert_eq!(own(&world).requests(), Ok(Vec::new()));
}
