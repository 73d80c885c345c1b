//! The control plane: health, readiness, information, and its own errors.

use expect_test::expect;
use reqwest::Method;
use sdrs_mock::Config;
use sdrs_mock::config::LogLevel;

use crate::support::{Answer, World, send};

async fn ask(world: &World, method: Method, path: &str) -> Answer {
    let answer = send(world.request_at(method, path)).await;
    assert_eq!(answer.header("Cache-Control"), "no-store");
    assert_eq!(answer.header("Content-Type"), "application/json");
    answer
}

#[tokio::test]
async fn health_says_that_the_server_serves_its_version_and_for_how_long() {
    let world = World::new();
    let answer = ask(&world, Method::GET, "/_mock/health").await;
    assert_eq!(answer.status, 200);
    let health = answer.json();
    assert_eq!((&health["status"], &health["version"]), (&"ok".into(), &"0.1.0".into()));
    assert!(health["uptime_seconds"].is_u64(), "{health}");
    assert_eq!(health.as_object().expect("an object").len(), 3);
}

#[tokio::test]
async fn ready_is_answered_as_soon_as_the_port_is_open() {
    let world = World::new();
    let answer = ask(&world, Method::GET, "/_mock/ready").await;
    assert_eq!((answer.status, &*answer.body), (200, r#"{"status":"ready"}"#));
}

#[tokio::test]
async fn info_says_how_the_server_was_started() {
    let world = World::with(Config {
        log: LogLevel::Error,
        ..Config::test()
    });
    world.get("/disaster-recovery-drills").await;
    let answer = ask(&world, Method::GET, "/_mock/info").await;
    assert_eq!(answer.status, 200);
    expect![[r#"{"version":"0.1.0","flavor":"huawei","dialect":"documented","auth":"off","auth_skew":"15m","seed":0,"clock":"2026-01-01T00:00:00.000Z","job_duration":"immediate","listeners":["URL"],"fixtures":["built in"],"reloads":0,"reload_error":null,"state":null,"scenarios":["protected-group","failed-over-group","error-states","busy-project","quota-nearly-spent","demo"],"unseen_projects":"template","identity":{"public_url":null,"regions":[],"token_key":null,"token_lifetime_seconds":86400},"projects":1,"control":{"token":null,"allowed_hosts":[],"cors":null,"prefer":true},"limits":{"max_projects":10000,"project_idle_seconds":null,"quota_groups":50,"quota_pairs":100,"body_limit_bytes":12582912,"body_timeout_ms":30000,"header_timeout_ms":30000,"idle_timeout_ms":600000,"shutdown_timeout_ms":10000}}"#]]
        .assert_eq(&answer.body.replace(&world.server.url(), "URL"));
}

#[tokio::test]
async fn a_seed_that_nobody_chose_is_told_exactly_by_any_json_reader() {
    let world = World::with(Config {
        seed: None,
        ..Config::test()
    });
    let seed = ask(&world, Method::GET, "/_mock/info").await.json()["seed"].as_u64();
    assert!(seed.is_some_and(|seed| seed < 1 << 53), "{seed:?}");
}

#[tokio::test]
async fn unknown_paths_are_refused_in_the_control_planes_own_envelope() {
    let world = World::new();
    for path in ["/_mock/nowhere", "/_mock/health/x", "/_mock/console/nowhere.js"] {
        for method in [Method::GET, Method::POST] {
            let answer = ask(&world, method, path).await;
            assert_eq!(answer.status, 404);
            let message = format!("the control plane has no {path}");
            let error = &answer.json()["error"];
            assert_eq!(
                (&error["code"], &error["message"]),
                (&"unknown_path".into(), &message.into())
            );
        }
    }
}

#[tokio::test]
async fn wrong_methods_are_refused_in_the_control_planes_own_envelope_with_those_allowed() {
    let world = World::new();
    for path in ["/_mock/health", "/_mock/ready", "/_mock/info"] {
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH] {
            let answer = ask(&world, method.clone(), path).await;
            assert_eq!(answer.status, 405);
            assert!(answer.header("Allow").contains("GET"), "{}", answer.header("Allow"));
            let message = format!("{path} does not take {method}, it takes GET");
            let expected = serde_json::json!({"error": {"code": "wrong_method", "message": message}});
            assert_eq!(answer.json(), expected);
        }
    }
}

#[tokio::test]
async fn the_control_plane_makes_no_project() {
    let world = World::new();
    for path in ["/_mock/health", "/_mock/nowhere", "/nowhere", "/v1/p/nowhere"] {
        send(world.request_at(Method::GET, path)).await;
    }
    world.get_of("no%20project", "/disaster-recovery-drills").await;
    assert_eq!(ask(&world, Method::GET, "/_mock/info").await.json()["projects"], 0);
}
