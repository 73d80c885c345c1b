//! What identity refuses, in its own form in both dialects.

use sdrs_mock::Config;
use sdrs_mock::api::auth::Auth;
use sdrs_mock::api::error::Dialect;
use serde_json::json;

use super::{in_mode, usual};
use crate::support::{DIALECTS, World};

fn speaking(dialect: Dialect, auth: Auth) -> World {
    World::with(Config {
        dialect,
        auth,
        ..Config::test()
    })
}

/// Bodies that are no login, and what is said of them.
fn no_logins() -> Vec<(String, String)> {
    let user = "auth.identity.password.user";
    let methods = r#"auth.identity.methods must be ["password"], ["token"] or ["hw_ak_sk"], it is"#;
    let by = |identity: serde_json::Value| json!({ "auth": { "identity": identity } }).to_string();
    let scoped = |scope: &serde_json::Value| usual(scope).to_string();
    vec![
        (String::new(), "the body is no JSON, see line 1 column 0".to_owned()),
        ("[]".to_owned(), "the body must be a JSON object".to_owned()),
        ("{}".to_owned(), format!("{methods} missing")),
        (
            by(json!({ "methods": ["assume_role"] })),
            format!("{methods} \"assume_role\""),
        ),
        (
            by(json!({ "methods": ["password"] })),
            format!("{user}.name or {user}.id must be a text"),
        ),
        (
            by(json!({ "methods": ["password"], "password": { "user": { "name": "me" } } })),
            format!("{user}.password must be a text"),
        ),
        (
            by(json!({ "methods": ["token"] })),
            "auth.identity.token.id must be a text".to_owned(),
        ),
        (
            by(json!({ "methods": ["hw_ak_sk"] })),
            "auth.identity.hw_ak_sk.access.key must be a text".to_owned(),
        ),
        (
            scoped(&json!({ "project": {} })),
            "auth.scope.project.name or auth.scope.project.id must be a text".to_owned(),
        ),
        (
            scoped(&json!({ "project": { "id": "a b" } })),
            "auth.scope.project.id must have 1 to 64 characters of 0-9 A-Z a-z _ -, it is \"a b\"".to_owned(),
        ),
        (
            scoped(&json!({ "domain": { "name": "" } })),
            "auth.scope.domain.name or auth.scope.domain.id must be a text".to_owned(),
        ),
    ]
}

#[test]
fn names_are_as_long_as_a_token_can_carry_and_no_longer() {
    let world = speaking(Dialect::Documented, Auth::Off);
    let body = |name: &str| {
        let mut body = usual(&json!({ "project": { "name": name, "domain": { "name": name } } }));
        let user = &mut body["auth"]["identity"]["password"]["user"];
        (user["name"], user["domain"]["name"]) = (name.into(), name.into());
        body.to_string()
    };
    let token = world.ask("POST", "/v3/auth/tokens", &[], body(&"字".repeat(255)));
    assert_eq!(token.status, 201, "{}", token.body);
    let token = format!("X-Auth-Token: {}", token.header("X-Subject-Token"));
    assert_eq!(world.ask("GET", "/v3/projects", &[&token], "").status, 200);
    let long = "字".repeat(256);
    for (pointer, member) in [
        ("/identity/password/user", "identity.password.user.name"),
        ("/identity/password/user/domain", "identity.password.user.domain.name"),
        ("/scope/project", "scope.project.name"),
        ("/scope/project/domain", "scope.project.domain.name"),
    ] {
        let mut body: serde_json::Value = serde_json::from_str(&body("short")).expect("a body");
        *body["auth"].pointer_mut(pointer).expect("an object") = json!({ "name": long });
        let answer = world.ask("POST", "/v3/auth/tokens", &[], body.to_string());
        answer.is_denied(
            400,
            "Bad Request",
            &format!("auth.{member} must have at most 255 characters"),
        );
    }
}

#[test]
fn a_login_that_is_none_is_refused_saying_what_must_be_there() {
    for dialect in DIALECTS {
        let world = speaking(dialect, Auth::Off);
        for (body, message) in &no_logins() {
            let answer = world.ask("POST", "/v3/auth/tokens", &[], body);
            answer.is_denied(400, "Bad Request", message);
        }
        let answer = world.ask("GET", "/v3/auth/tokens", &[], "");
        answer.is_denied(400, "Bad Request", "X-Subject-Token must name the token");
        let answer = world.ask("GET", "/v3/projects/a%20b", &[], "");
        let message = "the ID in the path must have 1 to 64 characters of 0-9 A-Z a-z _ -";
        answer.is_denied(404, "Not Found", message);
    }
}

#[test]
fn who_brings_nothing_is_refused_unless_nothing_is_looked_at() {
    let message = "The request you have made requires authentication.";
    for dialect in DIALECTS {
        for auth in [Auth::Present, Auth::Strict] {
            let world = speaking(dialect, auth);
            for path in ["/v3/projects", "/v3/auth/domains", "/v3/auth/catalog", "/v3/users"] {
                world.ask("GET", path, &[], "").is_denied(401, "Unauthorized", message);
                assert_eq!(speaking(dialect, Auth::Off).ask("GET", path, &[], "").status, 200);
            }
            assert_eq!(world.ask("GET", "/v3", &[], "").status, 200);
        }
    }
}

#[test]
fn paths_and_methods_that_identity_does_not_have_are_refused_as_everywhere() {
    for dialect in DIALECTS {
        let world = speaking(dialect, Auth::Off);
        let unknown = world.ask("GET", "/v3/regions", &[], "");
        let (message, wrong) = (
            "The API does not exist or has not been published in the environment",
            "The API does not exist",
        );
        let method = world.ask("PUT", "/v3/auth/tokens", &[], "");
        match dialect {
            Dialect::Documented => {
                unknown.is_error(404, "itemNotFound", "APIGW.0101", message);
                method.is_error(405, "error", "APIGW.0101", wrong);
                assert_eq!(method.header("Allow"), "POST, GET");
            }
            Dialect::Live => {
                unknown.is_gateway_error(404, "APIGW.0101", message);
                method.is_gateway_error(404, "APIGW.0101", wrong);
            }
        }
    }
}

#[test]
fn faults_meet_identity_too() {
    let world = in_mode(Auth::Off);
    let control = world.server.control();
    let fault = sdrs_mock::store::faults::Fault::error(503)
        .on("KeystoneListProjects")
        .first(1);
    control.all().arm(&fault).expect("a fault");
    assert_eq!(world.ask("GET", "/v3/projects?name=x", &[], "").status, 503);
    assert_eq!(world.ask("GET", "/v3/projects?name=x", &[], "").status, 200);
}
