//! A server for each test, a client for it, and what both answered.

pub mod contract;
mod exchange;
pub mod files;
pub mod process;
pub mod wire;

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::time::Duration;

use reqwest::Method;
use sdrs_mock::api::error::Dialect;
use sdrs_mock::domain::rules::Flavour;
use sdrs_mock::{Config, Server};
use serde_json::Value;

pub use self::exchange::{below_project, naming, rename_head, sample, worlds};

/// The project that tests use where any would do.
pub const PROJECT: &str = "0123456789abcdef0123456789abcdef";
/// The drill of the documentation's sample.
pub const DRILL: &str = "e472d26f-9624-42fb-8bfc-717d4714c225";
/// A well-formed ID that nothing has.
pub const NOBODY: &str = "00000000-0000-4000-8000-000000000000";
/// Both dialects, for tests that must hold in each.
pub const DIALECTS: [Dialect; 2] = [Dialect::Documented, Dialect::Live];

/// A server and a client of one of its projects.
pub struct World {
    pub server: Server,
    client: reqwest::Client,
    project: String,
}

/// What a request was answered with.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: String,
}

impl World {
    /// The sample world in the default dialect, every clock standing at 2026-01-01T00:00:00Z.
    pub fn new() -> Self {
        Self::with(Config::test())
    }

    /// The sample world in this dialect.
    pub fn speaking(dialect: Dialect) -> Self {
        Self::with(Config {
            dialect,
            ..Config::test()
        })
    }

    /// The sample world of this flavour.
    pub fn of(flavor: Flavour) -> Self {
        Self::with(Config {
            flavor,
            ..Config::test()
        })
    }

    /// The world that this configuration makes.
    pub fn with(config: Config) -> Self {
        Self::at(Server::start(config).expect("the server starts"))
    }

    /// The world of a server that runs already.
    pub fn at(server: Server) -> Self {
        Self {
            server,
            client: reqwest::Client::new(),
            project: PROJECT.to_owned(),
        }
    }

    /// The same server, seen from another project.
    pub fn request_of(&self, project: &str, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client
            .request(method, format!("{}/v1/{project}{path}", self.server.url()))
    }

    /// A request to a path below the project.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.request_of(&self.project, method, path)
    }

    /// A request to a path below the origin.
    pub fn request_at(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, format!("{}{path}", self.server.url()))
    }

    pub async fn get(&self, path: &str) -> Answer {
        send(self.request(Method::GET, path)).await
    }

    pub async fn get_of(&self, project: &str, path: &str) -> Answer {
        send(self.request_of(project, Method::GET, path)).await
    }

    pub async fn put(&self, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        send(
            self.request(Method::PUT, path)
                .header("Content-Type", "application/json")
                .body(body),
        )
        .await
    }

    pub async fn post(&self, path: &str, body: impl Into<reqwest::Body>) -> Answer {
        send(
            self.request(Method::POST, path)
                .header("Content-Type", "application/json")
                .body(body),
        )
        .await
    }

    /// Renames the sample drill with this JSON text as its name, quotes included.
    pub async fn rename(&self, name: &str) -> Answer {
        self.put(
            &drill(DRILL),
            format!(r#"{{"disaster_recovery_drill":{{"name":{name}}}}}"#),
        )
        .await
    }

    /// The sample drill as the API shows it.
    pub async fn shown(&self) -> Value {
        self.get(&drill(DRILL)).await.json()
    }

    /// Sends these bytes on a socket of their own, closes the writing half, and reads until the server closes.
    pub fn raw(&self, bytes: &[u8]) -> String {
        let mut socket = self.socket();
        socket.write_all(bytes).expect("the server reads");
        socket.shutdown(Shutdown::Write).expect("the socket is open");
        read_all(&mut socket)
    }

    /// A socket that is connected to the server and gives up after ten seconds of silence.
    pub fn socket(&self) -> TcpStream {
        let socket = TcpStream::connect(self.server.address()).expect("the server listens");
        socket
            .set_read_timeout(Some(Duration::from_secs(10)))
            .expect("a timeout above zero");
        socket
    }
}

/// Everything that comes until the server closes; silence is a failure.
pub fn read_all(socket: &mut TcpStream) -> String {
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).expect("the server answers and closes");
    String::from_utf8(answer).expect("the answer is UTF-8")
}

/// The path of a drill below its project.
pub fn drill(id: &str) -> String {
    format!("/disaster-recovery-drills/{id}")
}

/// Sends a request; every answer must keep what holds for all of them, and the contract.
pub async fn send(request: reqwest::RequestBuilder) -> Answer {
    let (client, request) = request.build_split();
    let request = request.expect("a test writes whole requests");
    let (method, path) = (request.method().clone(), request.url().path().to_owned());
    let response = client.execute(request).await.expect("the server answers");
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let body = response.text().await.expect("the answer is text");
    let answer = Answer { status, headers, body };
    answer.has_request_id();
    contract::check(method.as_str(), &path, &answer);
    answer
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.body))
    }

    /// Asserts what every answer has: a request ID of 32 hex digits.
    pub fn has_request_id(&self) {
        let id = self.header("X-Request-Id");
        assert!(
            id.len() == 32 && id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')),
            "request ID {id:?}"
        );
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("header values are ASCII"))
    }

    /// Asserts an error: its status, the member that holds it, its code, and a message that begins as the catalogue's.
    #[track_caller]
    pub fn is_error(&self, status: u16, kind: &str, code: &str, message: &str) {
        let json = self.json();
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(self.header("Content-Type"), "application/json");
        let kinds: Vec<_> = json.as_object().expect("an object").keys().collect();
        assert_eq!(kinds, [kind], "{json}");
        assert_eq!(json[kind]["code"], code, "{json}");
        let said = json[kind]["message"].as_str().unwrap_or_default();
        assert!(said == message || said.starts_with(&format!("{message}: ")), "{said}");
    }

    /// Asserts an error in the gateway's own form.
    #[track_caller]
    pub fn is_gateway_error(&self, status: u16, code: &str, message: &str) {
        let json = self.json();
        assert_eq!(self.status, status, "{}", self.body);
        assert_eq!(json["error_code"], code, "{json}");
        assert_eq!(json["request_id"], self.header("X-Request-Id"), "{json}");
        let said = json["error_msg"].as_str().unwrap_or_default();
        assert!(said == message || said.starts_with(&format!("{message}: ")), "{said}");
    }

    /// Asserts that a rule refused the request: 400, with the kind that the dialect has for it.
    #[track_caller]
    pub fn is_refused(&self, dialect: Dialect, code: &str, message: &str) {
        let kind = if dialect == Dialect::Documented {
            "badrequest"
        } else {
            "error"
        };
        self.is_error(400, kind, code, message);
    }

    /// Asserts that the thing in the URL does not exist: 404 or 400, as the dialect has it.
    #[track_caller]
    pub fn is_absent(&self, dialect: Dialect, code: &str, message: &str) {
        match dialect {
            Dialect::Documented => self.is_error(404, "itemNotFound", code, message),
            Dialect::Live => self.is_error(400, "error", code, message),
        }
    }
}
