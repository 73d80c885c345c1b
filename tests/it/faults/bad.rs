//! Faults that name what there is not, or could never do what they say: refused, with the place and what was meant.

use serde_json::{Value, json};

use super::{arm, call, listed, rename};
use crate::support::{PROJECT, World};

/// A fault with this effect.
fn effect(effect: Value) -> Value {
    json!({"effect": effect})
}

/// Asserts that a fault is refused with this code, at this place, with this in its hint or else in its message.
#[track_caller]
fn is_refused(world: &World, fault: &Value, code: &str, pointer: &str, says: &str) {
    for method in ["POST", "PUT"] {
        for (body, place) in [
            (fault.clone(), pointer.to_owned()),
            (json!([{"delay": "1ms"}, fault]), format!("/1{pointer}")),
        ] {
            let answer = call(world, method, &format!("faults?project={PROJECT}"), &body);
            assert_eq!(answer.status, 400, "{fault}: {}", answer.body);
            let error = &answer.json()["error"];
            assert_eq!(
                (&error["code"], &error["pointer"]),
                (&json!(code), &json!(place)),
                "{error}"
            );
            let said = error["hint"].as_str().or_else(|| error["message"].as_str());
            assert!(
                said.is_some_and(|said| said.contains(says)),
                "{error} does not say {says:?}"
            );
        }
    }
}

/// Asserts that all of these faults are refused, and that nothing is changed by them.
#[track_caller]
fn are_refused(faults: &[(Value, &str, &str, &str)]) {
    let world = World::new();
    arm(
        &world,
        &json!({"id": "kept", "match": {"method": "DELETE"}, "delay": "1ms"}),
    );
    for (fault, code, pointer, says) in faults {
        is_refused(&world, fault, code, pointer, says);
    }
    let faults = listed(&world);
    assert_eq!((faults.len(), &faults[0]["id"]), (1, &json!("kept")));
    assert_eq!(rename(&world).status, 200);
}

#[test]
fn unknown_words_are_refused_with_what_was_probably_meant() {
    are_refused(&[
        (json!({"efect": {}}), "unknown_member", "/efect", "did you mean effect?"),
        (
            json!({"match": {"operatoin": "x"}}),
            "unknown_member",
            "/match/operatoin",
            "did you mean operation?",
        ),
        (
            json!({"when": {"frist": 1}}),
            "unknown_member",
            "/when/frist",
            "did you mean first?",
        ),
        (
            json!({"match": {"operation": "UpdateDisasterRecoveryDrill"}}),
            "unknown_operation",
            "/match/operation",
            "did you mean UpdateDisasterRecoveryDrillName?",
        ),
        (
            json!({"match": {"method": "PTU"}}),
            "unknown_method",
            "/match/method",
            "did you mean PUT?",
        ),
        (
            json!({"when": {"once_per": "tokn"}}),
            "unknown_value",
            "/when/once_per",
            "did you mean token?",
        ),
    ]);
}

#[test]
fn unknown_words_of_an_effect_are_refused_with_what_was_probably_meant() {
    let status = |code: &str| effect(json!({"kind": "error", "status": 400, "code": code}));
    are_refused(&[
        (
            effect(json!({"kind": "eror", "status": 500})),
            "unknown_value",
            "/effect/kind",
            "did you mean error?",
        ),
        (
            effect(json!({"kind": "slow_body"})),
            "unknown_value",
            "/effect/kind",
            "did you mean slow-body?",
        ),
        (
            effect(json!({"kind": "error", "status": 503, "retry_afer": "1s"})),
            "unknown_member",
            "/effect/retry_afer",
            "did you mean retry_after?",
        ),
        (
            status("sdrs.0013"),
            "unknown_code",
            "/effect/code",
            "did you mean SDRS.0013?",
        ),
        (
            status("APIGW.0302x"),
            "unknown_code",
            "/effect/code",
            "did you mean APIGW.0302?",
        ),
    ]);
}

#[test]
fn members_of_another_kind_are_refused() {
    are_refused(&[
        (
            effect(json!({"kind": "none", "status": 500})),
            "unknown_member",
            "/effect/status",
            "there are none",
        ),
        (
            effect(json!({"kind": "reset", "bytes": 1})),
            "unknown_member",
            "/effect/bytes",
            "there are none",
        ),
        (
            effect(json!({"kind": "timeout", "pause": "1s"})),
            "unknown_member",
            "/effect/pause",
            "there are none",
        ),
        (
            effect(json!({"kind": "truncate", "bytes": 1, "body": "x"})),
            "unknown_member",
            "/effect/body",
            "bytes",
        ),
        (
            effect(json!({"kind": "apply-then-fail", "status": 500, "retry_after": "1s"})),
            "unknown_member",
            "/effect/retry_after",
            "expected `status`, `code`",
        ),
    ]);
}

#[test]
fn what_is_missing_is_named() {
    let missing = [
        ("error", "status"),
        ("truncate", "bytes"),
        ("slow-body", "chunk"),
        ("raw", "status"),
        ("patch", "patch"),
    ];
    let faults = missing.map(|(kind, member)| (effect(json!({"kind": kind})), "invalid_value", "/effect", member));
    are_refused(&faults);
    are_refused(&[(effect(json!({})), "invalid_value", "/effect", "kind")]);
}

#[test]
fn statuses_and_durations_are_checked() {
    let error = |status: u32| effect(json!({"kind": "error", "status": status}));
    let known = "400, 401, 403, 404, 405, 406, 407, 408, 409, 429, 500, 501, 502, 503, 504";
    are_refused(&[
        (error(402), "invalid_value", "/effect/status", known),
        (error(200), "invalid_value", "/effect/status", known),
        (error(413), "invalid_value", "/effect/status", known),
        (error(70_000), "invalid_value", "/effect/status", "70000"),
        (
            effect(json!({"kind": "error", "status": "503"})),
            "invalid_value",
            "/effect/status",
            "65535",
        ),
        (
            effect(json!({"kind": "apply-then-fail", "status": 418})),
            "invalid_value",
            "/effect/status",
            known,
        ),
        (
            effect(json!({"kind": "raw", "status": 101})),
            "invalid_value",
            "/effect/status",
            "200 to 599",
        ),
        (json!({"delay": "200"}), "invalid_value", "/delay", "such as 250ms"),
        (json!({"delay": "1 day"}), "invalid_value", "/delay", "such as 250ms"),
        (json!({"ttl": 5}), "invalid_value", "/ttl", "5"),
        (json!({"expires_at": "tomorrow"}), "invalid_value", "/expires_at", ""),
        (
            effect(json!({"kind": "error", "status": 503, "retry_after": "soon"})),
            "invalid_value",
            "/effect/retry_after",
            "such as 250ms",
        ),
        (
            effect(json!({"kind": "slow-body", "chunk": 1, "pause": "0s"})),
            "invalid_value",
            "/effect/pause",
            "above 0",
        ),
    ]);
}

#[test]
fn what_could_never_happen_is_refused() {
    are_refused(&[
        (
            json!({"when": {"first": 1, "every": 2}}),
            "invalid_value",
            "/when",
            "one of first",
        ),
        (json!({"when": {"every": 0}}), "invalid_value", "/when", "above 0"),
        (
            json!({"when": {"seed": 1}}),
            "invalid_value",
            "/when",
            "perhaps with seed",
        ),
        (
            json!({"when": {"probability": 1.1}}),
            "invalid_value",
            "/when",
            "0 to 1",
        ),
        (json!({"when": {"first": -1}}), "invalid_value", "/when/first", "-1"),
        (
            json!({"match": {"status": 200}}),
            "invalid_value",
            "/match",
            "before it is answered",
        ),
        (
            effect(json!({"kind": "slow-body", "chunk": 0, "pause": "1s"})),
            "invalid_value",
            "/effect/chunk",
            "at least",
        ),
        (
            effect(json!({"kind": "apply-then-fail", "code": "SDRS.0013"})),
            "invalid_value",
            "/effect/code",
            "without a status",
        ),
    ]);
}

#[test]
fn what_cannot_stand_in_a_header_is_refused() {
    let raw = |headers: Value| effect(json!({"kind": "raw", "status": 200, "headers": headers}));
    are_refused(&[
        (
            raw(json!({"a b": "c"})),
            "invalid_value",
            "/effect/headers/a b",
            "no header field",
        ),
        (
            raw(json!({"a": "b\nc"})),
            "invalid_value",
            "/effect/headers/a",
            "no header field",
        ),
        (
            raw(json!({"Content-Length": "9"})),
            "invalid_value",
            "/effect/headers/Content-Length",
            "truncate",
        ),
        (
            raw(json!({"transfer-encoding": "chunked"})),
            "invalid_value",
            "/effect/headers/transfer-encoding",
            "truncate",
        ),
        (json!({"id": "a fault"}), "invalid_value", "/id", "header"),
        (json!({"id": "é"}), "invalid_value", "/id", "header"),
    ]);
}

#[test]
fn what_is_no_json_is_refused() {
    let world = World::new();
    let target = format!("/_mock/faults?project={PROJECT}");
    for body in ["{", "7", "{} {}", r#"{"match": []}"#, "null"] {
        let answer = world.ask("POST", &target, &[], body);
        assert_eq!(answer.status, 400, "{body}: {}", answer.body);
        assert!(answer.json()["error"]["pointer"].is_string(), "{}", answer.body);
    }
    assert_eq!(listed(&world), [json!(null); 0]);
}
