//! The harness that holds every answer against the OpenAPI document notices what it does not admit.

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use serde_json::{Value, json};

use crate::support::contract::verdict;
use crate::support::{Answer, PROJECT, World, below_project, sample};

fn answer(status: u16, body: &Value) -> Answer {
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    let body = body.to_string();
    Answer { status, headers, body }
}

#[test]
fn every_envelope_is_admitted_and_nothing_that_is_none() {
    let problem = json!({"message": "Invalid DR drill ID", "code": "SDRS.1900"});
    let absent = json!({"message": "DR drill not found", "code": "SDRS.1902"});
    let gateway = |id: &str| json!({"error_msg": "no", "error_code": "APIGW.0201", "request_id": id});
    for (status, body, admitted) in [
        (400, json!({"badrequest": problem}), true),
        (404, json!({"itemNotFound": absent}), true),
        (400, json!({"error": problem}), true),
        (400, json!({"error": absent}), true),
        (413, gateway(PROJECT), true),
        (413, gateway("1"), false),
        (400, gateway(PROJECT), false),
        (400, json!({"badRequest": problem}), false),
        (400, json!({"badrequest": absent}), false),
        (400, json!({"itemNotFound": absent}), false),
        (404, json!({"itemNotFound": problem}), false),
        (400, json!({"error": {"message": "Invalid DR drill ID"}}), false),
        (
            400,
            json!({"error": {"message": "Invalid DR drill ID", "code": 400}}),
            false,
        ),
        (400, json!({"error": problem, "badrequest": problem}), false),
        (400, problem.clone(), false),
        (400, json!({}), false),
    ] {
        for method in ["GET", "PUT", "DELETE"] {
            let verdict = verdict(method, &sample(), &answer(status, &body));
            assert_eq!(verdict.is_ok(), admitted, "{status} {body}: {verdict:?}");
        }
    }
}

#[test]
fn a_refusal_that_is_not_in_the_operations_list_is_noticed_unless_it_is_a_fault_that_was_asked_for() {
    let refused = |code: &str| answer(400, &json!({"badrequest": {"message": "no", "code": code}}));
    for (method, code, admitted) in [
        ("PUT", "SDRS.0202", true),
        ("GET", "SDRS.0202", false),
        ("GET", "SDRS.1913", false),
        ("DELETE", "SDRS.1913", true),
        ("PUT", "SDRS.9999", false),
        // It is in the list, but no rule brings it about.
        ("PUT", "SDRS.0004", false),
    ] {
        let mut answer = refused(code);
        let verdict_of = |answer: &Answer| verdict(method, &sample(), answer);
        assert_eq!(verdict_of(&answer).is_ok(), admitted, "{method} {code}");
        answer.headers.insert("X-Mock-Fault", HeaderValue::from_static("f"));
        assert_eq!(verdict_of(&answer), Ok(()), "{method} {code}");
    }
    let gateway = |code: &str| json!({"error_msg": "no", "error_code": code, "request_id": PROJECT});
    assert_eq!(verdict("PUT", &sample(), &answer(413, &gateway("APIGW.0201"))), Ok(()));
    // The gateway answers both with one code, but only the first by a rule.
    assert!(verdict("PUT", &sample(), &answer(502, &gateway("APIGW.0201"))).is_err());
    let key = below_project("/protected-instances/x/tags/action");
    let absent = json!({"badrequest": {"message": "no", "code": "SDRS.2206"}});
    assert!(verdict("DELETE", &key, &answer(404, &absent)).is_err());
    let teapot = answer(418, &json!({"error": {"message": "no", "code": "418"}}));
    assert!(verdict("PUT", &sample(), &teapot).is_err());
}

#[tokio::test]
async fn an_answer_that_breaks_the_contract_is_noticed() {
    let world = World::new();
    let shown = world.get(&crate::support::drill(crate::support::DRILL)).await;
    let with = |member: &str, value: Value| {
        let mut json = shown.json();
        json["disaster_recovery_drill"][member] = value;
        json
    };
    let mut short = shown.json();
    short["disaster_recovery_drill"]
        .as_object_mut()
        .expect("an object")
        .remove("status");
    for (status, body, admitted) in [
        (200, shown.json(), true),
        (200, with("name", "other".into()), true),
        (202, shown.json(), false),
        (200, with("name", 1.into()), false),
        (200, with("name", Value::Null), false),
        (200, with("status", "protected".into()), false),
        (200, with("created_at", "2018-07-18T06:41:58.681".into()), false),
        (200, with("progress", 1.into()), false),
        (200, with("drill_servers", json!([{}])), false),
        (200, short, false),
        (404, shown.json(), false),
    ] {
        let verdict = verdict("GET", &sample(), &answer(status, &body));
        assert_eq!(verdict.is_ok(), admitted, "{status} {body}: {verdict:?}");
    }
    let mut undeclared = shown.clone();
    undeclared.headers.remove(CONTENT_TYPE);
    assert!(verdict("GET", &sample(), &undeclared).is_err());
}

#[test]
fn what_the_document_does_not_know_is_exempt_and_what_is_done_in_silence_has_no_body() {
    let said = answer(200, &json!({"anything": 1}));
    for (method, path) in [
        ("GET", "/mine"),
        ("GET", "/_mock/health"),
        ("PATCH", &*sample()),
        ("HEAD", &*sample()),
        ("GET", &*below_project("/nothing")),
        ("GET", &*below_project("/disaster-recovery-drills/a/b")),
    ] {
        assert_eq!(verdict(method, path, &said), Ok(()), "{method} {path}");
    }
    let tags = below_project("/protected-instances/x/tags");
    for (method, path) in [
        ("GET", "/v1"),
        ("GET", "/v1/"),
        ("GET", "/"),
        ("GET", &*tags),
        ("POST", &*tags),
    ] {
        assert!(verdict(method, path, &said).is_err(), "{method} {path}");
    }
    for (method, path) in [
        ("POST", tags.clone()),
        ("DELETE", tags.clone() + "/k"),
        ("DELETE", tags + "/action"),
    ] {
        let silent = Answer {
            status: 204,
            headers: HeaderMap::new(),
            body: String::new(),
        };
        assert_eq!(verdict(method, &path, &silent), Ok(()), "{method} {path}");
        let talking = Answer {
            body: "{}".to_owned(),
            ..silent
        };
        assert!(verdict(method, &path, &talking).is_err(), "{method} {path}");
    }
}
