//! Who may call SDRS: nobody is looked at, whoever brings something may, or only who is known.

mod modes;
mod order;
mod secrets;
mod signatures;
mod tokens;

use hmac::{Hmac, KeyInit, Mac};
use sdrs_mock::Config;
use sdrs_mock::api::auth::Auth;
use sdrs_mock::api::error::Dialect;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::support::{Answer, PROJECT, World, naming, sample};

/// What every refusal of credentials begins with.
const WRONG: &str = "Incorrect IAM authentication information";

/// The sample world, whose callers are looked at like this.
fn in_mode(auth: Auth, dialect: Dialect) -> World {
    World::with(Config {
        auth,
        dialect,
        ..Config::test()
    })
}

/// The login of the documented user for a project.
fn login(project: &str) -> String {
    let user =
        json!({ "name": "mock-user", "password": "mock-password", "domain": { "name": "OTC-TEST-00000000001" } });
    let identity = json!({ "methods": ["password"], "password": { "user": user } });
    json!({ "auth": { "identity": identity, "scope": { "project": { "id": project } } } }).to_string()
}

impl World {
    /// A token of this project, as the control plane issues it: in `strict` nobody logs in for a project that no table has.
    fn token_of(&self, project: &str) -> String {
        let path = format!("/_mock/tokens?project={project}");
        let (status, body) = self.server.control().call("POST", &path, "");
        assert_eq!(status, 201, "{body}");
        let answer: Value = serde_json::from_str(&body).expect("JSON");
        answer["token"].as_str().expect("a token").to_owned()
    }

    /// Renames the sample drill with these header fields.
    fn rename_as(&self, headers: &[&str]) -> Answer {
        let headers = [&["Content-Type: application/json"], headers].concat();
        self.ask("PUT", &sample(), &headers, naming(r#""renamed""#))
    }

    /// The name of the sample drill, as somebody who may ask reads it.
    fn name(&self) -> String {
        let token = format!("X-Auth-Token: {}", self.token_of(PROJECT));
        let shown = self.ask("GET", &sample(), &[&token], "");
        assert_eq!(shown.status, 200, "{}", shown.body);
        shown.json()["disaster_recovery_drill"]["name"]
            .as_str()
            .expect("a name")
            .to_owned()
    }

    /// Asserts that a rename with these header fields is refused so, to the letter, and has not come as far as the drill.
    #[track_caller]
    fn refuses(&self, dialect: Dialect, headers: &[&str], code: &str, message: &str) {
        let before = self.name();
        self.rename_as(headers).is_401(dialect, code, message);
        assert_eq!(self.name(), before, "the request came as far as the drill");
    }
}

impl Answer {
    /// Asserts a refusal of credentials, its message to the letter.
    #[track_caller]
    fn is_401(&self, dialect: Dialect, code: &str, message: &str) {
        let expected = match dialect {
            Dialect::Documented => json!({ "error": { "message": message, "code": code } }),
            Dialect::Live => {
                json!({ "error_msg": message, "error_code": code, "request_id": self.header("X-Request-Id") })
            }
        };
        assert_eq!((self.status, self.json()), (401, expected));
        assert_eq!(self.header("Content-Type"), "application/json");
    }
}

/// A request as a client signs it, in the plain form: its header fields without the host's.
struct Signing<'s> {
    access: &'s str,
    secret: &'s str,
    date: &'s str,
    method: &'s str,
    path: &'s str,
    query: &'s str,
    body: &'s str,
    /// Further signed fields, by name.
    fields: &'s [(&'s str, &'s str)],
}

impl Signing<'_> {
    /// The header fields to send, `Authorization` last.
    fn headers(&self) -> Vec<String> {
        let mut fields = vec![("host", "localhost"), ("x-sdk-date", self.date)];
        fields.extend(self.fields);
        fields.sort_unstable();
        let lines: Vec<_> = fields.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let names: Vec<_> = fields.iter().map(|(name, _)| *name).collect();
        let (lines, names) = (lines.concat(), names.join(";"));
        let (method, path, query) = (self.method, self.path, self.query);
        let hash = hex(&Sha256::digest(self.body));
        let canonical = format!("{method}\n{path}/\n{query}\n{lines}\n{names}\n{hash}");
        let signed = format!("SDK-HMAC-SHA256\n{}\n{}", self.date, hex(&Sha256::digest(canonical)));
        let mac = Hmac::<Sha256>::new_from_slice(self.secret.as_bytes()).expect("a key");
        let signature = hex(&mac.chain_update(signed).finalize().into_bytes());
        let fields = fields.iter().filter(|(name, _)| *name != "host");
        let mut headers: Vec<_> = fields.map(|(name, value)| format!("{name}: {value}")).collect();
        let access = self.access;
        headers.push(format!(
            "Authorization: SDK-HMAC-SHA256 Access={access}, SignedHeaders={names}, Signature={signature}"
        ));
        headers
    }
}

fn hex(bytes: &[u8]) -> String {
    let digits: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.concat()
}

/// What time it is, as clients date what they sign.
fn now() -> String {
    let real = sdrs_mock::store::clock::RealClock::start().now();
    let written = real.display(sdrs_mock::domain::time::ZONED).to_string();
    written[..19].replace(['-', ':'], "") + "Z"
}
