//! The effect `error`: every status, in both dialects, with codes of both catalogues.

use sdrs_mock::api::error::Dialect;
use serde_json::{Value, json};

use super::{arm_rename, call, is_renamed, rename};
use crate::support::{Answer, DIALECTS, PROJECT, World};

/// Every status: what a client of dialect `documented` reads, whether the live gateway has its own form for it, the code
/// and the message.
const STATUSES: &[(u16, &str, bool, &str, &str)] = &[
    (400, "badrequest", false, "SDRS.0201", "Invalid request parameters"),
    (
        401,
        "error",
        true,
        "APIGW.0301",
        "Incorrect IAM authentication information",
    ),
    (
        403,
        "error",
        false,
        "APIGW.0302",
        "The IAM user is not authorized to access the API.",
    ),
    (
        404,
        "itemNotFound",
        true,
        "APIGW.0101",
        "The API does not exist or has not been published in the environment",
    ),
    (405, "error", true, "APIGW.0101", "The API does not exist"),
    (406, "error", false, "406", "Not acceptable"),
    (407, "error", false, "407", "Proxy authentication required"),
    (408, "error", true, "APIGW.0201", "Request timeout."),
    (409, "error", false, "409", "Conflict"),
    (
        429,
        "error",
        false,
        "APIGW.0308",
        "The throttling threshold has been reached.",
    ),
    (500, "error", false, "SDRS.0013", "Internal error"),
    (501, "error", false, "501", "Operation not served here"),
    (502, "error", false, "APIGW.0201", "Backend unavailable."),
    (503, "error", false, "503", "Service unavailable"),
    (504, "error", false, "APIGW.0201", "Backend timeout."),
];

/// The answer to a rename that meets this error.
fn met(world: &World, error: &Value) -> Answer {
    call(world, "DELETE", &format!("faults?project={PROJECT}"), &Value::Null);
    let id = arm_rename(world, error);
    let answer = rename(world);
    assert_eq!(answer.header("X-Mock-Fault"), id);
    answer
}

#[test]
fn every_status_has_its_envelope_its_code_and_its_message() {
    for dialect in DIALECTS {
        let world = World::speaking(dialect);
        for &(status, kind, is_gateways, code, message) in STATUSES {
            // With the code that it has anyway, and without.
            for error in [json!({"status": status}), json!({"status": status, "code": code})] {
                let mut error = error;
                error["kind"] = "error".into();
                let answer = met(&world, &error);
                match dialect {
                    Dialect::Documented => answer.is_error(status, kind, code, message),
                    Dialect::Live if is_gateways => answer.is_gateway_error(status, code, message),
                    Dialect::Live => answer.is_error(status, "error", code, message),
                }
            }
        }
        assert!(!is_renamed(&world));
    }
}

#[test]
fn any_code_of_the_service_is_said_in_the_services_form() {
    for (status, code, message, kind) in [
        (400, "SDRS.0202", "Invalid name", "badrequest"),
        (404, "SDRS.1902", "DR drill not found", "itemNotFound"),
        (409, "SDRS.1902", "DR drill not found", "error"),
        (401, "SDRS.0002", "Invalid tenant token", "error"),
        (503, "SDRS.0013", "Internal error", "error"),
        (500, "SDRS.0011", "Client error", "error"),
    ] {
        for dialect in DIALECTS {
            let answer = met(
                &World::speaking(dialect),
                &json!({"kind": "error", "status": status, "code": code}),
            );
            let kind = if dialect == Dialect::Live { "error" } else { kind };
            answer.is_error(status, kind, code, message);
        }
    }
}

#[test]
fn a_code_of_the_gateway_goes_with_another_status_too() {
    let error = json!({"kind": "error", "status": 503, "code": "APIGW.0308"});
    for dialect in DIALECTS {
        let answer = met(&World::speaking(dialect), &error);
        answer.is_error(503, "error", "APIGW.0308", "The throttling threshold has been reached.");
    }
}

#[test]
fn how_long_to_wait_is_said_in_whole_seconds_rounded_up() {
    let world = World::new();
    for (span, seconds) in [("1ms", "1"), ("1s", "1"), ("1001ms", "2"), ("90s", "90"), ("2m", "120")] {
        let answer = met(&world, &json!({"kind": "error", "status": 429, "retry_after": span}));
        assert_eq!(answer.header("Retry-After"), seconds, "{span}");
    }
    let answer = met(&world, &json!({"kind": "error", "status": 429}));
    assert_eq!(answer.header("Retry-After"), "");
}

#[test]
fn the_journal_has_the_status_the_code_and_the_fault() {
    let world = World::new();
    let id = arm_rename(&world, &json!({"kind": "error", "status": 409}));
    rename(&world);
    let requests = world.server.control().project(PROJECT).requests().expect("a journal");
    let seen = (
        requests[0].status,
        requests[0].code.as_deref(),
        requests[0].fault.as_ref(),
    );
    assert_eq!(seen, (409, Some("409"), Some(&id)));
}
