//! The control plane: what a tester asks of the server rather than of SDRS.

mod bad_states;
mod console;
mod http;
mod isolation;
mod jobs;
mod life;
mod looks;
mod presence;
mod pressure;
mod repeat;
mod resets;
mod resources;
mod rules;
mod safety;
mod scope;
mod snapshots;
pub mod state;
mod strictness;

use serde_json::Value;

use crate::support::{Answer, World};

/// A call of the table: its method, its path with the parameters in braces, the parameters that its query may have.
pub struct Call {
    pub method: &'static str,
    pub path: &'static str,
    pub query: Vec<&'static str>,
}

impl Call {
    /// The path with something in the place of each parameter.
    pub fn target(&self) -> String {
        let filled = self.path.replace("{collection}", "servers");
        filled.replace("{id}", "0123456789abcdef0123456789abcdef")
    }

    pub fn is_scoped(&self) -> bool {
        self.query.contains(&"project")
    }
}

/// Every call, read from the table that the server itself is built from.
pub fn calls() -> Vec<Call> {
    let table = include_str!("../../../src/control/routes.rs");
    let words = |line: &'static str| line.split('"').skip(1).step_by(2);
    let rows = table
        .lines()
        .filter(|line| line.contains("=> ") && line.contains("\"/_mock/"));
    let calls: Vec<_> = rows
        .map(|line| Call {
            method: line.split_whitespace().next().expect("a method"),
            path: words(line).next().expect("a path"),
            query: words(line).skip(1).collect(),
        })
        .collect();
    assert!(calls.len() > 30, "the table is no longer written as it was");
    calls
}

impl World {
    /// A call of the control plane over HTTP, its path and query behind `/_mock`.
    pub fn mock(&self, method: &str, target: &str, body: impl ToString) -> Answer {
        let declared = ["Content-Type: application/json"];
        self.ask(method, &format!("/_mock{target}"), &declared, body.to_string())
    }

    /// The same, which must succeed; what it answered.
    #[track_caller]
    pub fn told(&self, method: &str, target: &str, body: impl ToString) -> Value {
        let answer = self.mock(method, target, body);
        assert!(answer.status < 300, "{method} {target}: {}", answer.body);
        answer.json()
    }

    /// All that the control plane can change, to the byte: the state, the journals, the snapshots.
    pub fn whole(&self) -> String {
        ["/state", "/requests?limit=1000", "/snapshots"]
            .map(|target| self.mock("GET", target, "").body)
            .join("\n")
    }

    /// Does something that must change nothing at all.
    #[track_caller]
    pub fn keeps_whole<R>(&self, what: impl FnOnce(&Self) -> R) -> R {
        let before = self.whole();
        let result = what(self);
        assert_eq!(self.whole(), before, "something changed");
        result
    }
}

impl Answer {
    /// Asserts a refusal of the control plane: its status, its code, and where in the body it points to.
    #[track_caller]
    pub fn is_problem(&self, status: u16, code: &str, pointer: impl Into<Option<&'static str>>) {
        let json = self.json();
        let error = json["error"].as_object().unwrap_or_else(|| panic!("no error: {json}"));
        assert_eq!((self.status, error["code"].as_str()), (status, Some(code)), "{json}");
        let known = ["code", "message", "pointer", "hint"];
        assert!(error.keys().all(|member| known.contains(&&**member)), "{json}");
        assert!(!error["message"].as_str().unwrap_or_default().is_empty(), "{json}");
        assert_eq!(json["error"]["pointer"].as_str(), pointer.into(), "{json}");
    }

    /// The word that was probably meant, as a refusal of the control plane says.
    pub fn hint(&self) -> String {
        let json = self.json();
        let hint = json["error"]["hint"].as_str().unwrap_or_default();
        hint.trim_start_matches("did you mean ")
            .trim_end_matches('?')
            .to_owned()
    }
}
