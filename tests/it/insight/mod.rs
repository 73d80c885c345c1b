//! What the server tells of its clients: operations, coverage, the report, metrics, the OpenAPI document, events.

mod events;
mod report;

use reqwest::Method;
use sdrs_mock::domain::rules::Flavour;
use sdrs_mock::{Config, Server};
use serde_json::{Value, json};

use crate::support::contract::DOCUMENT;
use crate::support::{Answer, PROJECT, World, send};

async fn get(world: &World, path: &str) -> Answer {
    let answer = send(world.request_at(Method::GET, path)).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    answer
}

fn row<'r>(rows: &'r Value, member: &str, value: &str) -> &'r Value {
    let mut rows = rows.as_array().expect("a list").iter();
    rows.find(|row| row[member] == value)
        .unwrap_or_else(|| panic!("no {value}"))
}

#[tokio::test]
async fn operations_says_how_often_each_was_called_and_what_each_can_be_refused_with() {
    let world = World::new();
    world.rename(r#""a""#).await;
    world.rename(r#""b""#).await;
    world.rename(r#""no name""#).await;
    let all = get(&world, "/_mock/operations").await.json();
    assert_eq!(all["operations"].as_array().map(Vec::len), Some(49));
    let rename = row(&all["operations"], "operation", "UpdateDisasterRecoveryDrillName");
    assert_eq!((&rename["method"], &rename["success"]), (&json!("PUT"), &json!(2)));
    let bad_name = row(&rename["refusals"], "code", "SDRS.0202");
    assert_eq!((&bad_name["seen"], &bad_name["grade"]), (&json!(1), &json!("inferred")));
    let throttled = row(&rename["refusals"], "code", "APIGW.0308");
    assert_eq!(
        (&throttled["seen"], &throttled["grade"]),
        (&json!(0), &json!("fault only"))
    );
    let otc = World::of(Flavour::Otc);
    assert_eq!(
        get(&otc, "/_mock/operations").await.json()["operations"]
            .as_array()
            .map(Vec::len),
        Some(46)
    );
}

#[tokio::test]
async fn coverage_counts_what_a_project_has_seen_and_marks_what_it_cannot_see() {
    let world = World::new();
    world.rename(r#""a""#).await;
    world.rename(r#""no name""#).await;
    let path = format!("/_mock/coverage?project={PROJECT}");
    let coverage = get(&world, &path).await.json();
    assert_eq!(coverage["operations"], json!({"seen": 1, "of": 49}));
    assert_eq!(coverage["refusals"]["seen"], 1);
    let create = row(&coverage["covered"], "operation", "CreateProtectedInstance");
    let unknown = row(&create["refusals"], "code", "SDRS.1326");
    assert_eq!(unknown["unreachable"], "needs servers among inventory.closed");
    let other = get(&world, "/_mock/coverage?project=other").await.json();
    assert_eq!(other["operations"]["seen"], 0);
    let markdown = get(&world, &format!("{path}&format=markdown")).await;
    assert_eq!(markdown.header("Content-Type"), "text/markdown; charset=utf-8");
    assert!(
        markdown.body.starts_with("# SDRS coverage\n\n1 of 49 operations"),
        "{}",
        markdown.body
    );
    let line = markdown
        .body
        .lines()
        .find(|line| line.starts_with("| UpdateDisasterRecoveryDrillName |"));
    assert!(line.is_some_and(|line| line.contains("| 1 | SDRS.0202 |")), "{line:?}");
    let bad = send(world.request_at(Method::GET, "/_mock/coverage?format=markdwn")).await;
    assert_eq!(
        (bad.status, &bad.json()["error"]["hint"]),
        (400, &json!("did you mean markdown?"))
    );
}

#[tokio::test]
async fn the_document_is_served_without_what_the_flavour_lacks() {
    let document = get(&World::new(), "/_mock/openapi.json").await.json();
    assert_eq!(document, *DOCUMENT);
    let otc = get(&World::of(Flavour::Otc), "/_mock/openapi.json").await;
    assert!(
        document["paths"]
            .get("/v1/{project_id}/protected-instances/batch")
            .is_some()
    );
    for name in [
        "BatchCreateProtectedInstances",
        "BatchDeleteProtectedInstances",
        "ListRpoStatistics",
    ] {
        assert!(!otc.body.contains(&format!(r#""operationId":"{name}""#)), "{name}");
    }
    assert!(
        otc.json()["paths"]
            .get("/v1/{project_id}/protected-instances/batch")
            .is_none()
    );
    assert!(otc.body.contains(r#""operationId":"UpdateDisasterRecoveryDrillName""#));
}

#[tokio::test]
async fn metrics_are_as_prometheus_reads_them() {
    let world = World::new();
    world.rename(r#""a""#).await;
    world.rename(r#""no name""#).await;
    world.get("/nowhere").await;
    get(&world, "/v3/projects").await;
    get(&world, "/v3/users/nobody").await;
    let metrics = get(&world, "/_mock/metrics").await;
    assert_eq!(
        metrics.header("Content-Type"),
        "text/plain; version=0.0.4; charset=utf-8"
    );
    for line in [
        r#"sdrs_mock_requests_total{operation="UpdateDisasterRecoveryDrillName",status="200"} 1"#,
        r#"sdrs_mock_requests_total{operation="UpdateDisasterRecoveryDrillName",status="400"} 1"#,
        r#"sdrs_mock_requests_total{operation="KeystoneListProjects",status="200"} 1"#,
        r#"sdrs_mock_requests_total{operation="KeystoneShowUser",status="200"} 1"#,
        r#"sdrs_mock_requests_total{operation="none",status="404"} 1"#,
        r#"sdrs_mock_request_duration_seconds_bucket{le="+Inf"} 5"#,
        "sdrs_mock_request_duration_seconds_count 5",
        "sdrs_mock_projects 1",
        "sdrs_mock_journal_entries 5",
        "sdrs_mock_journal_dropped_total 0",
        "sdrs_mock_faults_fired_total 0",
    ] {
        assert!(
            metrics.body.lines().any(|found| found == line),
            "{line} in\n{}",
            metrics.body
        );
    }
    let is_sound =
        |line: &str| line.starts_with("# ") || line.rsplit_once(' ').is_some_and(|(_, n)| n.parse::<f64>().is_ok());
    assert!(metrics.body.lines().all(is_sound), "{}", metrics.body);
}

#[tokio::test]
async fn pages_of_one_origin_may_call_the_routes_of_sdrs_where_that_is_asked_for() {
    let origin = "http://localhost:3000";
    let allowed = |answer: &Answer| answer.header("Access-Control-Allow-Origin").to_owned();
    let config = Config {
        cors: Some(origin.parse().expect("an origin")),
        ..Config::test()
    };
    let world = World::at(Server::start(config).expect("the server starts"));
    let asked = send(world.request(Method::GET, "/sdrs/quotas").header("Origin", origin)).await;
    assert_eq!((asked.status, &*allowed(&asked)), (200, origin));
    assert_eq!(asked.header("Access-Control-Expose-Headers"), "x-request-id");
    let preflight = world.request(Method::OPTIONS, "/sdrs/quotas").header("Origin", origin);
    let preflight = preflight.header("Access-Control-Request-Method", "PUT");
    let preflight = send(preflight.header("Access-Control-Request-Headers", "x-auth-token")).await;
    assert_eq!((preflight.status, &*allowed(&preflight)), (200, origin));
    assert!(preflight.header("Access-Control-Allow-Methods").contains("PUT"));
    assert_eq!(preflight.header("Access-Control-Allow-Headers"), "x-auth-token");
    let control = world.request_at(Method::GET, "/_mock/clock").header("Origin", origin);
    assert_eq!(
        send(control).await.status,
        403,
        "the control plane is no business of web pages"
    );
    let world = World::new();
    let asked = send(world.request(Method::GET, "/sdrs/quotas").header("Origin", origin)).await;
    assert_eq!(allowed(&asked), "");
}
