//! Faults through the plain router, which has no socket to break.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use sdrs_mock::Config;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::RENAME;
use crate::support::{PROJECT, naming, sample};

/// Status, the name of the fault and body of an answer.
async fn ask(router: &Router, method: &str, target: &str, body: String) -> (StatusCode, String, String) {
    let request = Request::builder().method(method).uri(target);
    let request = request.header("Content-Type", "application/json");
    let request = request.body(Body::from(body)).expect("a request");
    let answer = router.clone().oneshot(request).await.expect("a router never fails");
    let (head, body) = answer.into_parts();
    let fault = head.headers.get("X-Mock-Fault").map(|id| id.to_str().expect("ASCII"));
    let body = body.collect().await.expect("a whole body").to_bytes();
    let body = String::from_utf8(body.to_vec()).expect("text");
    (head.status, fault.unwrap_or_default().to_owned(), body)
}

async fn rename(router: &Router) -> (StatusCode, String, String) {
    ask(router, "PUT", &sample(), naming(r#""x""#)).await
}

/// A router in which renames meet this effect, and the name of the fault.
async fn armed(effect: &Value, ttl: Option<&str>) -> (Router, String) {
    let router = sdrs_mock::router(&Config::test()).expect("a router");
    let mut fault = json!({"match": {"operation": RENAME}, "effect": effect});
    if let Some(ttl) = ttl {
        fault["ttl"] = ttl.into();
    }
    let target = format!("/_mock/faults?project={PROJECT}");
    let (status, _, body) = ask(&router, "POST", &target, fault.to_string()).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    let added: Value = serde_json::from_str(&body).expect("JSON");
    let id = added["added"][0]["id"].as_str().expect("an ID").to_owned();
    (router, id)
}

#[tokio::test]
async fn what_needs_a_socket_answers_500_and_says_so() {
    for effect in [
        json!({"kind": "reset"}),
        json!({"kind": "empty"}),
        json!({"kind": "truncate", "bytes": 5}),
        json!({"kind": "apply-then-fail"}),
    ] {
        let (router, id) = armed(&effect, None).await;
        let (status, fault, body) = rename(&router).await;
        assert_eq!((status, &fault), (StatusCode::INTERNAL_SERVER_ERROR, &id), "{effect}");
        let body: Value = serde_json::from_str(&body).expect("JSON");
        let said = body["error"]["message"].as_str().unwrap_or_default();
        assert!(said.contains("without a socket"), "{said}");
    }
}

#[tokio::test]
async fn what_needs_none_does_the_same_as_over_a_socket() {
    let (router, id) = armed(&json!({"kind": "error", "status": 503}), None).await;
    let (status, fault, _) = rename(&router).await;
    assert_eq!((status, &fault), (StatusCode::SERVICE_UNAVAILABLE, &id));

    let (router, _) = armed(&json!({"kind": "slow-body", "chunk": 50, "pause": "1ms"}), None).await;
    let (status, _, body) = rename(&router).await;
    assert_eq!(status, StatusCode::OK);
    assert!(body.contains(r#""name":"x""#), "{body}");
}

#[tokio::test]
async fn a_timeout_holds_whoever_waits() {
    let (router, _) = armed(&json!({"kind": "timeout"}), None).await;
    let waited = tokio::time::timeout(Duration::from_millis(30), rename(&router)).await;
    assert!(waited.is_err(), "{waited:?}");
    let (status, ..) = ask(&router, "GET", &sample(), String::new()).await;
    assert_eq!(status, StatusCode::OK);
}

#[tokio::test]
async fn a_timeout_ends_with_the_time_of_the_fault_and_there_is_no_connection_to_close() {
    let (router, id) = armed(&json!({"kind": "timeout"}), Some("10ms")).await;
    let (status, fault, _) = rename(&router).await;
    assert_eq!((status, fault), (StatusCode::INTERNAL_SERVER_ERROR, id));
}
