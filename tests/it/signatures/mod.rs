//! AK/SK signatures: requests that real clients signed, each way of being wrong, and requests signed here.

mod dates;
mod random;
mod refusals;
mod signer;
mod vectors;

use sdrs_mock::api::auth::Auth;
use sdrs_mock::api::error::Dialect;
use sdrs_mock::api::signature::Skew;
use sdrs_mock::{Config, Server};
use serde::Deserialize;
use serde_json::Value;

use crate::support::DIALECTS;
use crate::support::files::Folder;
use crate::support::wire::{Raw, Wire};

/// A request as a client signed it, or as somebody changed it afterwards.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: String,
    /// The secret of `AKMOCK` that the server knows.
    secret: String,
    /// What the client hashed.
    canonical: Option<String>,
    /// What was changed, so that the signature must be refused.
    wrong: Option<String>,
}

impl Vector {
    fn all() -> Vec<Self> {
        serde_json::from_str(include_str!("../data/signatures.json")).expect("it is a list of vectors")
    }

    /// Those that are as their clients signed them.
    fn sound() -> impl Iterator<Item = Self> {
        Self::all().into_iter().filter(|vector| vector.wrong.is_none())
    }

    /// One of them, by its name.
    fn named(name: &str) -> Self {
        let found = Self::all().into_iter().find(|vector| vector.name == name);
        found.unwrap_or_else(|| panic!("no vector {name}"))
    }

    fn header(&mut self, name: &str) -> &mut String {
        let found = self.headers.iter_mut().find(|(given, _)| given == name);
        &mut found.expect("the vector has this header").1
    }

    /// The request to the letter; a body that its client sent in chunks is sent so.
    fn wire(&self) -> String {
        let fields = self.headers.iter();
        let fields: String = fields.flat_map(|(name, value)| [name, ": ", value, "\r\n"]).collect();
        let head = format!("{} {} HTTP/1.1\r\n{fields}", self.method, self.target);
        let length = self.body.len();
        if self.headers.iter().any(|(name, _)| name == "Transfer-Encoding") {
            return format!("{head}\r\n{length:x}\r\n{}\r\n0\r\n\r\n", self.body);
        }
        format!("{head}Content-Length: {length}\r\n\r\n{}", self.body)
    }
}

/// A server in each dialect that checks signatures.
struct Strict([Server; 2]);

impl Strict {
    /// Knows `AKMOCK` with its default secret, and looks at no dates.
    fn new() -> Self {
        Self::with(Config::test())
    }

    /// Knows `AKMOCK` with this secret, and looks at no dates.
    fn knowing(secret: &str) -> Self {
        let folder = Folder::new(&format!("signatures_by_{secret}"));
        let identity =
            format!(r#"{{"schema_version":1,"identity":{{"keys":[{{"access":"AKMOCK","secret":"{secret}"}}]}}}}"#);
        Self::with(Config {
            fixtures: vec![folder.write("identity.json", identity)],
            ..Config::test()
        })
    }

    fn with(config: Config) -> Self {
        Self(DIALECTS.map(|dialect| {
            let config = Config {
                auth: Auth::Strict,
                auth_skew: Skew(None),
                dialect,
                ..config.clone()
            };
            Server::start(config).expect("the server starts")
        }))
    }

    /// Why the credentials of this request are refused, in the words that both dialects have for it; or nothing.
    fn refuses(&self, vector: &Vector) -> String {
        let [documented, live] = &self.0;
        let asked = |server: &Server, dialect| why(&Wire::to(server.address()).ask(vector.wire()), dialect);
        let reasons = [asked(documented, Dialect::Documented), asked(live, Dialect::Live)];
        assert_eq!(reasons[0], reasons[1], "{}", vector.name);
        let [reason, _] = reasons;
        reason
    }
}

/// What an answer says beyond that the credentials are wrong; nothing if they are not.
fn why(answer: &Raw, dialect: Dialect) -> String {
    if answer.status() != 401 {
        return String::new();
    }
    let body: Value = serde_json::from_str(&answer.body).expect("refusals are JSON");
    let (message, code) = match dialect {
        Dialect::Documented => (&body["error"]["message"], &body["error"]["code"]),
        Dialect::Live => (&body["error_msg"], &body["error_code"]),
    };
    assert_eq!(code, "APIGW.0301", "{body}");
    let message = message.as_str().expect("a message is text");
    let detail = message.strip_prefix("Incorrect IAM authentication information: ");
    detail.unwrap_or_else(|| panic!("{message}")).to_owned()
}
