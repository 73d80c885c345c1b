//! Logins: by password, by token, by keys; for a project, for a domain, for nothing.

use sdrs_mock::api::auth::Auth;
use serde_json::{Value, json};

use super::{LENIENT, by_password, in_mode, project, usual};
use crate::support::wire::Wire;
use crate::support::{PROJECT, World};

/// The times of a token, which the real clock tells; the rest of it is the same in every run.
fn without_times(mut token: Value) -> Value {
    for name in ["issued_at", "expires_at"] {
        let time = token["token"][name].take();
        let time = time.as_str().expect("a time");
        assert_eq!(time.len(), "2026-01-01T00:00:00.000000Z".len(), "{time}");
        assert!(time.ends_with('Z') && time.as_bytes()[19] == b'.', "{time}");
    }
    token
}

#[test]
fn a_login_for_a_project_is_answered_as_the_clients_want_it() {
    for auth in [Auth::Off, Auth::Present, Auth::Strict] {
        let world = in_mode(auth);
        let answer = world.log_in(&usual(&project()));
        let origin = "http://localhost";
        let token = without_times(answer.done(201));
        let domain = json!({ "id": "fedcba9876543210fedcba9876543210", "name": "OTC-TEST-00000000001" });
        let shown = &token["token"];
        assert_eq!(shown["methods"], json!(["password"]));
        assert_eq!(
            shown["user"],
            json!({ "id": "00112233445566778899aabbccddeeff", "name": "mock-user", "domain": domain, "password_expires_at": "" })
        );
        assert_eq!(
            shown["project"],
            json!({ "id": PROJECT, "name": "eu-test-1", "domain": domain })
        );
        assert_eq!(shown["roles"], json!([{ "id": "0", "name": "te_admin" }]));
        assert_eq!(shown["catalog"][1]["type"], "sdrs");
        let url = format!("{origin}/v1/{PROJECT}");
        assert_eq!(shown["catalog"][1]["endpoints"][0]["url"], url);
        assert!(shown.get("domain").is_none());
    }
}

#[test]
fn the_token_comes_in_a_header_of_exactly_this_case() {
    let world = World::new();
    let body = usual(&project()).to_string();
    let mut wire = Wire::to(world.server.address());
    let answer = wire.ask(format!(
        "POST /v3/auth/tokens HTTP/1.1\r\nHost: mock\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    ));
    assert_eq!(answer.status(), 201);
    assert!(answer.header("X-Subject-Token").len() > 64, "{}", answer.head);
    assert_eq!(answer.header("X-Request-Id").len(), 32, "{}", answer.head);
    assert_eq!(answer.header("Content-Type"), "application/json");
}

#[test]
fn a_login_is_for_a_project_by_its_id_for_a_domain_or_for_nothing() {
    for auth in [Auth::Off, Auth::Strict] {
        let world = in_mode(auth);
        let by_id = world.log_in(&usual(&json!({ "project": { "id": PROJECT } }))).done(201);
        assert_eq!(by_id["token"]["project"]["name"], "eu-test-1");
        let domain = world.log_in(&usual(&json!({ "domain": { "name": "OTC-TEST-00000000001" } })));
        let domain = domain.done(201);
        let expected = json!({ "id": "fedcba9876543210fedcba9876543210", "name": "OTC-TEST-00000000001" });
        assert_eq!(domain["token"]["domain"], expected);
        assert!(domain["token"].get("project").is_none());
        // The URL of the service names a project, and nothing here says which.
        assert!(!domain["token"]["catalog"].to_string().contains("sdrs"), "{domain}");
        let unscoped = world.log_in(&usual(&Value::Null)).done(201);
        assert!(unscoped["token"].get("project").is_none() && unscoped["token"].get("domain").is_none());
    }
}

#[test]
fn a_token_and_a_pair_of_keys_are_logins_too() {
    for auth in [Auth::Off, Auth::Strict] {
        let world = in_mode(auth);
        let first = world.log_in(&usual(&Value::Null));
        let token = first.header("X-Subject-Token");
        let body =
            json!({ "auth": { "identity": { "methods": ["token"], "token": { "id": token } }, "scope": project() } });
        let again = world.log_in(&body).done(201);
        assert_eq!(again["token"]["methods"], json!(["token"]));
        assert_eq!(again["token"]["user"]["name"], "mock-user");
        assert_eq!(again["token"]["project"]["id"], PROJECT);
        let keys = json!({ "access": { "key": "AKMOCK" }, "secret": { "key": "SKMOCK" } });
        let body = json!({ "auth": { "identity": { "methods": ["hw_ak_sk"], "hw_ak_sk": keys }, "scope": project() } });
        let by_keys = world.log_in(&body).done(201);
        assert_eq!(by_keys["token"]["methods"], json!(["hw_ak_sk"]));
        assert_eq!(by_keys["token"]["user"]["name"], "mock-user");
    }
}

#[test]
fn anybody_may_come_in_unless_callers_are_looked_at_strictly() {
    let scope = json!({ "project": { "name": "cn-north-4_team", "domain": { "name": "team" } } });
    let body = by_password("somebody", "anything", "team", &scope);
    let mut ids = Vec::new();
    for auth in LENIENT {
        let token = in_mode(auth).log_in(&body).done(201)["token"].take();
        assert_eq!(token["user"]["name"], "somebody");
        assert_eq!(token["user"]["domain"]["name"], "team");
        assert_eq!(token["project"]["name"], "cn-north-4_team");
        assert_eq!(token["project"]["domain"]["name"], "team");
        ids.push((token["user"]["id"].clone(), token["project"]["id"].clone()));
        assert_eq!(ids[0], *ids.last().expect("one"), "IDs derive from names alone");
    }
    let wrong = "The username or password is wrong.";
    let strict = in_mode(Auth::Strict);
    strict.log_in(&body).is_denied(401, "Unauthorized", wrong);
    let password = by_password("mock-user", "wrong", "OTC-TEST-00000000001", &project());
    strict.log_in(&password).is_denied(401, "Unauthorized", wrong);
    let domain = by_password("mock-user", "mock-password", "team", &project());
    strict.log_in(&domain).is_denied(401, "Unauthorized", wrong);
    let required = "The request you have made requires authentication.";
    let unknown = usual(&json!({ "project": { "name": "cn-north-4" } }));
    strict.log_in(&unknown).is_denied(401, "Unauthorized", required);
    for other in [
        json!({ "project": { "id": "0".repeat(32) } }),
        json!({ "domain": { "name": "team" } }),
        json!({ "project": { "name": "eu-test-1", "domain": { "name": "team" } } }),
    ] {
        strict.log_in(&usual(&other)).is_denied(401, "Unauthorized", required);
    }
}

#[test]
fn a_token_is_shown_again_to_whoever_holds_it() {
    for auth in [Auth::Off, Auth::Strict] {
        let world = in_mode(auth);
        let issued = world.log_in(&usual(&project()));
        let token = issued.header("X-Subject-Token");
        let headers = [format!("X-Auth-Token: {token}"), format!("X-Subject-Token: {token}")];
        let shown = world.ask("GET", "/v3/auth/tokens", &[&headers[0], &headers[1]], "");
        assert_eq!(shown.done(200), issued.json());
        assert_eq!(shown.header("X-Subject-Token"), token);
    }
}

#[test]
fn a_token_of_elsewhere_is_taken_for_one_of_the_first_project_unless_strictly_looked_at() {
    let headers = ["X-Auth-Token: elsewhere", "X-Subject-Token: elsewhere"];
    for auth in LENIENT {
        let shown = in_mode(auth).ask("GET", "/v3/auth/tokens", &headers, "").done(200);
        assert_eq!(shown["token"]["project"]["id"], PROJECT);
    }
    let strict = in_mode(Auth::Strict);
    let message = "X-Auth-Token is invalid in the request";
    strict
        .ask("GET", "/v3/auth/tokens", &headers, "")
        .is_denied(403, "Forbidden", message);
    let own = strict.log_in(&usual(&project()));
    let own = format!("X-Auth-Token: {}", own.header("X-Subject-Token"));
    let answer = strict.ask("GET", "/v3/auth/tokens", &[&own, headers[1]], "");
    answer.is_denied(404, "Not Found", "Could not find token.");
}
