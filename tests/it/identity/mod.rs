//! Identity under `/v3`: what clients ask it for, in every mode, and what it refuses.

mod catalog;
mod credentials;
mod lists;
mod logins;
mod refusals;
mod tables;

use sdrs_mock::Config;
use sdrs_mock::api::auth::Auth;
use serde_json::{Value, json};

use crate::support::{Answer, World};

/// The modes in which whoever is named exists.
const LENIENT: [Auth; 2] = [Auth::Off, Auth::Present];

/// The sample world, whose callers are looked at like this.
fn in_mode(auth: Auth) -> World {
    World::with(Config { auth, ..Config::test() })
}

/// The body of a login by password.
fn by_password(user: &str, password: &str, domain: &str, scope: &Value) -> Value {
    let user = json!({ "name": user, "password": password, "domain": { "name": domain } });
    json!({ "auth": { "identity": { "methods": ["password"], "password": { "user": user } }, "scope": scope } })
}

/// The login that the documented set of users admits.
fn usual(scope: &Value) -> Value {
    by_password("mock-user", "mock-password", "OTC-TEST-00000000001", scope)
}

/// The scope of the documented project.
fn project() -> Value {
    json!({ "project": { "name": "eu-test-1", "domain": { "name": "OTC-TEST-00000000001" } } })
}

impl World {
    /// Logs in.
    fn log_in(&self, body: &Value) -> Answer {
        self.ask(
            "POST",
            "/v3/auth/tokens",
            &["Content-Type: application/json"],
            body.to_string(),
        )
    }

    /// Asks identity with a token of the documented user.
    fn look_up(&self, path: &str) -> Answer {
        let token = self.log_in(&usual(&project()));
        let token = format!("X-Auth-Token: {}", token.header("X-Subject-Token"));
        self.ask("GET", path, &[&token], "")
    }
}

impl Answer {
    /// What identity answered with, which must be a success.
    #[track_caller]
    fn done(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.header("Content-Type"), "application/json");
        self.json()
    }

    /// Asserts a refusal in identity's own form, whose codes are numbers.
    #[track_caller]
    fn is_denied(&self, status: u16, title: &str, message: &str) {
        assert_eq!(
            (self.status, self.json()),
            (
                status,
                json!({ "error": { "code": status, "message": message, "title": title } })
            )
        );
        assert_eq!(self.header("Content-Type"), "application/json");
    }
}
