//! Temporary keys.

use sdrs_mock::api::auth::Auth;
use serde_json::{Value, json};

use super::{in_mode, project, usual};

fn asked(token: Option<&str>, seconds: &Value) -> String {
    let token = json!({ "id": token, "duration_seconds": seconds });
    json!({ "auth": { "identity": { "methods": ["token"], "token": token } } }).to_string()
}

const PATH: &str = "/v3.0/OS-CREDENTIAL/securitytokens";

#[test]
fn temporary_keys_come_with_a_security_token_and_an_end() {
    for auth in [Auth::Off, Auth::Strict] {
        let world = in_mode(auth);
        let token = world.log_in(&usual(&project()));
        let token = token.header("X-Subject-Token");
        let header = format!("X-Auth-Token: {token}");
        for body in [
            asked(None, &Value::Null),
            asked(Some(token), &json!(3600)),
            asked(None, &json!("900")),
        ] {
            let keys = world.ask("POST", PATH, &[&header], body).done(201)["credential"].take();
            let length = |name: &str| keys[name].as_str().expect("a text").len();
            assert_eq!((length("access"), length("secret")), (20, 40));
            assert_eq!(length("expires_at"), "2026-01-01T00:00:00.000000Z".len());
            assert!(length("securitytoken") > 64);
        }
    }
}

#[test]
fn temporary_keys_need_somebody_and_a_lifetime_that_can_be() {
    let strict = in_mode(Auth::Strict);
    let required = "The request you have made requires authentication.";
    strict
        .ask("POST", PATH, &[], asked(None, &Value::Null))
        .is_denied(401, "Unauthorized", required);
    let token = strict.log_in(&usual(&project()));
    let header = format!("X-Auth-Token: {}", token.header("X-Subject-Token"));
    strict
        .ask("POST", PATH, &[&header], asked(Some("garbage"), &Value::Null))
        .is_denied(401, "Unauthorized", required);
    for seconds in [json!(899), json!(86_401), json!("soon"), json!(-1), json!([])] {
        let message = "auth.identity.token.duration_seconds must be a number from 900 to 86400";
        strict
            .ask("POST", PATH, &[&header], asked(None, &seconds))
            .is_denied(400, "Bad Request", message);
    }
}

#[test]
fn a_security_token_is_no_token_to_log_in_with() {
    let world = in_mode(Auth::Strict);
    let token = world.log_in(&usual(&project()));
    let header = format!("X-Auth-Token: {}", token.header("X-Subject-Token"));
    let keys = world.ask("POST", PATH, &[&header], asked(None, &Value::Null)).done(201);
    let security = keys["credential"]["securitytoken"].as_str().expect("a token");
    let answer = world.ask("GET", "/v3/projects", &[&format!("X-Auth-Token: {security}")], "");
    answer.is_denied(403, "Forbidden", "X-Auth-Token is invalid in the request");
}
