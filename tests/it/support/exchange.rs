//! Requests written out to the byte on a socket of their own: what an HTTP client would not let a test send.

use std::io::Write;
use std::path::PathBuf;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use sdrs_mock::api::error::Dialect;

use super::{Answer, DRILL, PROJECT, World, contract, drill, read_all};

/// The path below the origin of a path below the project.
pub fn below_project(path: &str) -> String {
    format!("/v1/{PROJECT}{path}")
}

/// The path below the origin of the sample drill.
pub fn sample() -> String {
    below_project(&drill(DRILL))
}

/// The fixture of this name among those that are made for tests.
pub fn worlds(name: &str) -> Vec<PathBuf> {
    vec![
        PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("tests/it/worlds")
            .join(name),
    ]
}

/// A rename's body with this JSON text as the name, quotes included.
pub fn naming(name: &str) -> String {
    format!(r#"{{"disaster_recovery_drill":{{"name":{name}}}}}"#)
}

/// A rename of the sample drill: its head, and the blank line behind it.
pub fn rename_head(headers: &[&str]) -> String {
    let lines = [&["Host: localhost"], headers, &["\r\n"]].concat();
    format!("PUT {} HTTP/1.1\r\n{}", sample(), lines.join("\r\n"))
}

impl World {
    /// Sends one request as it stands here, with the length of its body, and reads until the server closes.
    pub fn ask(&self, method: &str, target: &str, headers: &[&str], body: impl AsRef<[u8]>) -> Answer {
        self.hear(method, target, headers, body).1
    }

    /// The same, with the whole answer to the letter beside what was read in it.
    pub fn hear(&self, method: &str, target: &str, headers: &[&str], body: impl AsRef<[u8]>) -> (String, Answer) {
        let body = body.as_ref();
        let mut bytes = format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n").into_bytes();
        for header in headers {
            bytes.extend_from_slice(format!("{header}\r\n").as_bytes());
        }
        bytes.extend_from_slice(format!("Content-Length: {}\r\n\r\n", body.len()).as_bytes());
        bytes.extend_from_slice(body);
        let mut socket = self.socket();
        socket.write_all(&bytes).expect("the server reads");
        let text = read_all(&mut socket);
        let answer = Answer::read(&text);
        contract::check(method, target.split('?').next().unwrap_or_default(), &answer);
        (text, answer)
    }

    /// Asks for a path below the project without a body.
    pub fn ask_for(&self, path: &str) -> Answer {
        self.ask("GET", &below_project(path), &[], "")
    }

    /// Renames the sample drill with this body, declared as JSON.
    pub fn rename_with(&self, body: impl AsRef<[u8]>) -> Answer {
        self.ask("PUT", &sample(), &["Content-Type: application/json"], body)
    }

    /// All drills of the project, to the byte.
    pub fn drills(&self) -> String {
        let answer = self.ask_for("/disaster-recovery-drills");
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.body
    }

    /// Does something that must not change any drill.
    #[track_caller]
    pub fn keeps_all<R>(&self, what: impl FnOnce(&Self) -> R) -> R {
        let before = self.drills();
        let result = what(self);
        assert_eq!(self.drills(), before, "the state changed");
        result
    }
}

impl Answer {
    /// The one answer that these bytes hold.
    pub fn read(text: &str) -> Self {
        let (head, body) = text
            .split_once("\r\n\r\n")
            .unwrap_or_else(|| panic!("no answer: {text:?}"));
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1."));
        let status = status.and_then(|line| line.get(2..5)?.parse().ok());
        let headers: HeaderMap = lines
            .map(|line| {
                let (name, value) = line.split_once(": ").expect("a header field");
                let name: HeaderName = name.parse().expect("a header's name");
                (name, HeaderValue::from_str(value).expect("a header's value"))
            })
            .collect();
        let answer = Self {
            status: status.unwrap_or_else(|| panic!("no status: {text:?}")),
            headers,
            body: body.to_owned(),
        };
        answer.has_request_id();
        answer
    }

    /// Asserts the name of the drill that a rename answered with.
    #[track_caller]
    pub fn is_named(&self, name: &str) {
        assert_eq!(self.status, 200, "{}", self.body);
        assert_eq!(self.json()["disaster_recovery_drill"]["name"], name);
    }

    /// Asserts that the gateway refused the request: with `error`, or in its own form.
    #[track_caller]
    pub fn is_rejected(&self, dialect: Dialect, status: u16, code: &str, message: &str) {
        match dialect {
            Dialect::Documented => self.is_error(status, "error", code, message),
            Dialect::Live => self.is_gateway_error(status, code, message),
        }
    }

    /// Asserts that the message has this in its detail.
    #[track_caller]
    pub fn says(&self, detail: &str) {
        let json = self.json();
        let envelope = json.as_object().expect("an object").values().next().expect("one kind");
        let said = envelope["message"].as_str().unwrap_or_default();
        assert!(said.contains(detail), "{said:?} does not say {detail:?}");
    }
}
