//! Signatures on calls of SDRS and of identity: of keys that are known, and of temporary ones.

use sdrs_mock::api::auth::Auth;
use serde_json::{Value, json};

use super::{Signing, WRONG, in_mode, login, now};
use crate::support::{DIALECTS, PROJECT, World, naming, sample};

/// A rename of the sample drill by the documented key, signed now.
fn rename<'s>(path: &'s str, date: &'s str, body: &'s str) -> Signing<'s> {
    Signing {
        access: "AKMOCK",
        secret: "SKMOCK",
        date,
        method: "PUT",
        path,
        query: "",
        body,
        fields: &[("content-type", "application/json")],
    }
}

fn send(world: &World, signing: &Signing<'_>, more: &[&str], body: &str) -> crate::support::Answer {
    let headers = signing.headers();
    let headers: Vec<_> = headers.iter().map(String::as_str).chain(more.iter().copied()).collect();
    world.ask(signing.method, signing.path, &headers, body)
}

#[test]
fn a_signature_by_a_known_key_is_taken_in_every_mode() {
    let (path, date, body) = (sample(), now(), naming(r#""renamed""#));
    for dialect in DIALECTS {
        for auth in [Auth::Off, Auth::Present, Auth::Strict] {
            let world = in_mode(auth, dialect);
            let signing = rename(&path, &date, &body);
            assert_eq!(send(&world, &signing, &[], &body).status, 200);
            // What is not signed may be added on the way.
            assert_eq!(
                send(&world, &signing, &["X-Language: en-us", "X-Project-Id: p"], &body).status,
                200
            );
        }
    }
}

#[test]
fn an_unknown_key_and_a_stale_date_are_refused_saying_so() {
    let (path, date, body) = (sample(), now(), naming(r#""renamed""#));
    for dialect in DIALECTS {
        let world = in_mode(Auth::Strict, dialect);
        let before = world.name();
        let mut signing = rename(&path, &date, &body);
        signing.access = "AKNONE";
        let unknown = send(&world, &signing, &[], &body);
        unknown.is_401(dialect, "APIGW.0301", &format!("{WRONG}: ak AKNONE not exist"));
        let signing = rename(&path, "20200101T000000Z", &body);
        let stale = send(&world, &signing, &[], &body);
        assert_eq!(stale.status, 401);
        let said = "calc aksk signature fail:signature expired, signature time:20200101T000000Z,server time:";
        assert!(stale.body.contains(said), "{}", stale.body);
        assert_eq!(world.name(), before, "none of them came as far as the drill");
    }
}

#[test]
fn a_wrong_secret_an_altered_body_and_an_altered_header_are_refused_showing_what_was_received() {
    let (path, date, body) = (sample(), now(), naming(r#""renamed""#));
    for dialect in DIALECTS {
        let world = in_mode(Auth::Strict, dialect);
        let before = world.name();
        let mut signing = rename(&path, &date, &body);
        let altered = send(&world, &signing, &[], &naming(r#""altered""#));
        let headers = signing.headers().join("\n").replace("/json", "/json;charset=utf-8");
        let headers: Vec<_> = headers.lines().collect();
        let header = world.ask("PUT", &path, &headers, &body);
        signing.secret = "SKNONE";
        let wrong = send(&world, &signing, &[], &body);
        for answer in [wrong, altered, header] {
            assert_eq!(answer.status, 401);
            let shown = format!("canonicalRequest:PUT|{path}/||content-type:application/json");
            let said = format!("{WRONG}: verify aksk signature fail, {shown}");
            assert!(answer.body.contains(&said), "{}", answer.body);
        }
        assert_eq!(world.name(), before, "none of them came as far as the drill");
    }
}

#[test]
fn identity_takes_signatures_too() {
    let date = now();
    for dialect in DIALECTS {
        let world = in_mode(Auth::Strict, dialect);
        let ask = |secret: &str| {
            let signing = Signing {
                access: "AKMOCK",
                secret,
                date: &date,
                method: "GET",
                path: "/v3/projects",
                query: "name=eu-test-1",
                body: "",
                fields: &[],
            };
            let headers = signing.headers();
            let headers: Vec<_> = headers.iter().map(String::as_str).collect();
            world.ask("GET", "/v3/projects?name=eu-test-1", &headers, "")
        };
        let found = ask("SKMOCK");
        assert_eq!(found.json()["projects"][0]["id"], PROJECT);
        assert_eq!(ask("wrong").status, 401);
    }
}

#[test]
fn temporary_keys_are_taken_with_their_security_token_and_only_with_it() {
    let (path, date, body) = (sample(), now(), naming(r#""renamed""#));
    for dialect in DIALECTS {
        let world = in_mode(Auth::Strict, dialect);
        let token = world.ask("POST", "/v3/auth/tokens", &[], login(PROJECT));
        let token = format!("X-Auth-Token: {}", token.header("X-Subject-Token"));
        let asked = json!({ "auth": { "identity": { "methods": ["token"] } } }).to_string();
        let keys = world.ask("POST", "/v3.0/OS-CREDENTIAL/securitytokens", &[&token], asked);
        assert_eq!(keys.status, 201, "{}", keys.body);
        let keys: Value = keys.json()["credential"].take();
        let text = |name: &str| keys[name].as_str().expect("a text").to_owned();
        let (access, secret, security) = (text("access"), text("secret"), text("securitytoken"));
        let with = |security: Option<&str>| {
            let mut fields = vec![("content-type", "application/json")];
            fields.extend(security.map(|security| ("x-security-token", security)));
            let signing = Signing {
                access: &access,
                secret: &secret,
                fields: &fields,
                ..rename(&path, &date, &body)
            };
            send(&world, &signing, &[], &body)
        };
        assert_eq!(with(Some(&security)).status, 200);
        with(None).is_401(dialect, "APIGW.0301", &format!("{WRONG}: ak {access} not exist"));
        with(Some("garbage")).is_401(dialect, "APIGW.0301", &format!("{WRONG}: decrypt token fail"));
        let usual = world.ask("POST", "/v3/auth/tokens", &[], login(PROJECT));
        // A token of a login is signed alike, and still is no security token.
        let usual = with(Some(usual.header("X-Subject-Token")));
        usual.is_401(dialect, "APIGW.0301", &format!("{WRONG}: decrypt token fail"));
        assert_eq!(
            world
                .server
                .control()
                .call("DELETE", &format!("/_mock/tokens?project={PROJECT}"), "")
                .0,
            200
        );
        with(Some(&security)).is_401(dialect, "APIGW.0307", "The token must be updated");
    }
}
