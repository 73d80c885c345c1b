//! No token, signature, password or secret is to be read anywhere but where it was handed out.

use std::net::SocketAddr;

use sdrs_mock::api::auth::Auth;
use sdrs_mock::api::error::Dialect;
use serde_json::{Value, json};

use super::{Signing, in_mode, login, now};
use crate::support::files::{Folder, text};
use crate::support::process::Process;
use crate::support::wire::Wire;
use crate::support::{PROJECT, World, naming, sample};

/// Everything that the control plane tells of a server and its clients.
fn told(world: &World) -> String {
    let paths = [
        "info",
        "state",
        "requests?limit=1000",
        "requests/unmatched",
        "report",
        "metrics",
        "operations",
        "coverage",
        "projects",
        "faults",
        "jobs",
    ];
    let tell = |path: &str| world.server.control().call("GET", &format!("/_mock/{path}"), "").1;
    paths.map(tell).join("\n")
}

/// Makes requests of every kind that brings or is given a secret: the secrets, and the answer to a signed one.
fn requests_with_secrets(world: &World) -> (Vec<String>, String) {
    let answer = world.ask("POST", "/v3/auth/tokens", &[], login(PROJECT));
    let token = answer.header("X-Subject-Token").to_owned();
    let bringing = format!("X-Auth-Token: {token}");
    world.rename_as(&[&bringing]);
    let subject = format!("X-Subject-Token: {token}");
    world.ask("GET", "/v3/auth/tokens", &[&bringing, &subject], "");
    let asked = json!({ "auth": { "identity": { "token": { "id": token } } } }).to_string();
    let keys = world.ask("POST", "/v3.0/OS-CREDENTIAL/securitytokens", &[&bringing], asked);
    let keys: Value = keys.json()["credential"].take();
    let text = |name: &str| keys[name].as_str().expect("a text").to_owned();
    let (path, date, body) = (sample(), now(), naming(r#""signed""#));
    let (secret, security) = (text("secret"), text("securitytoken"));
    let signing = Signing {
        access: &text("access"),
        secret: &secret,
        date: &date,
        method: "PUT",
        path: &path,
        query: "",
        body: "another body",
        fields: &[("x-security-token", &security)],
    };
    let headers = signing.headers();
    let signature = headers.last().and_then(|line| line.rsplit_once('='));
    let signature = signature.expect("a signature").1.to_owned();
    let headers: Vec<_> = headers.iter().map(String::as_str).collect();
    let answer = world.ask("PUT", &path, &headers, &body).body;
    let known = ["mock-password", "SKMOCK"].map(str::to_owned);
    (
        [token, secret, security, signature].into_iter().chain(known).collect(),
        answer,
    )
}

#[test]
fn what_is_told_of_requests_holds_no_secret_of_theirs() {
    for auth in [Auth::Off, Auth::Strict] {
        let world = in_mode(auth, Dialect::Live);
        let (secrets, answer) = requests_with_secrets(&world);
        // A refusal shows what was received.
        let shows = answer.contains("verify aksk signature fail") && answer.contains("x-security-token:***");
        assert_eq!(shows, auth == Auth::Strict, "{answer}");
        let told = told(&world) + &answer;
        assert!(told.contains("KeystoneCreateUserTokenByPassword"), "{told}");
        for secret in secrets {
            assert!(!told.contains(&secret), "{secret} in {told}");
        }
    }
}

/// A server that looks at its callers strictly and logs all it can, with a user and a key of a fixture.
fn logging(folder: &Folder) -> (Process, SocketAddr) {
    let user = json!({ "name": "ci", "password": "password-in-a-fixture" });
    let keys = json!([{ "access": "AK", "secret": "secret-in-a-fixture" }]);
    let fixture = json!({ "schema_version": 1, "identity": { "users": [user], "keys": keys } });
    let fixture = folder.write("identity.json", fixture);
    let key = "--token-key=key-of-tokens";
    Process::serve(&["--auth=strict", "--log=trace", key, "--fixtures", text(&fixture)])
}

#[test]
fn the_log_holds_none_either() {
    let folder = Folder::new("secrets_of_the_log");
    let (server, address) = logging(&folder);
    let mut wire = Wire::to(address);
    let mut ask = |method: &str, path: &str, headers: &str, body: &str| {
        let head = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n{headers}");
        wire.ask(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()))
    };
    let login = login(PROJECT)
        .replace("mock-user", "ci")
        .replace("mock-password", "password-in-a-fixture");
    let issued = ask("POST", "/v3/auth/tokens", "", &login);
    let token = issued.header("X-Subject-Token").to_owned();
    assert_eq!(issued.status(), 201, "{}", issued.body);
    let wrong = login.replace("in-a-fixture", "in-a-request");
    assert_eq!(ask("POST", "/v3/auth/tokens", "", &wrong).status(), 401);
    let renamed = ask("PUT", &sample(), &format!("X-Auth-Token: {token}\r\n"), &naming("new"));
    assert_eq!(renamed.status(), 400, "{}", renamed.body);
    let signed = "Authorization: SDK-HMAC-SHA256 Access=AK, SignedHeaders=x-sdk-date, Signature=feedfacefeed\r\n";
    assert_eq!(ask("PUT", &sample(), signed, "").status(), 401);
    let told = ["/_mock/state", "/_mock/info"].map(|path| ask("GET", path, "", "").body);
    server.signal("TERM");
    let ended = server.end();
    let all = ended.stderr + &ended.stdout + &told.concat();
    assert!(all.contains("KeystoneCreateUserTokenByPassword"), "{all}");
    for secret in [
        &*token,
        "password-in-a",
        "secret-in-a-fixture",
        "key-of-tokens",
        "feedfacefeed",
    ] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
}
