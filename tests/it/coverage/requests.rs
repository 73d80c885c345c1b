//! A world in which every operation has a request that succeeds.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

use super::operations::Operation;
use crate::support::{Answer, NOBODY, World};

/// `tests/it/data/requests.json`, read once.
pub static REQUESTS: LazyLock<Requests> = LazyLock::new(|| {
    let text = include_str!("../data/requests.json");
    serde_json::from_str(&spelled_out(text)).expect("a world and its requests")
});

/// A world, and for each operation a request that it answers with success.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requests {
    #[serde(rename = "names")]
    _names: Value,
    pub world: Value,
    #[serde(rename = "requests")]
    pub plain: IndexMap<String, Plain>,
}

/// What there is to an operation's request.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plain {
    /// What the parameters of the path stand for.
    #[serde(default)]
    pub path: BTreeMap<String, String>,
    #[serde(default)]
    pub body: Value,
    /// What else has to be done before.
    #[serde(default)]
    pub before: Vec<String>,
}

/// The text with IDs in the place of their names, which begin with `$`.
pub fn spelled_out(text: &str) -> String {
    #[derive(Deserialize)]
    struct Named {
        names: BTreeMap<String, String>,
    }
    let Named { mut names } = serde_json::from_str(include_str!("../data/requests.json")).expect("names of IDs");
    names.insert("$ids_31".to_owned(), vec![NOBODY; 31].join(","));
    // From the back, for a name may be the beginning of a longer one.
    let replace = |text: String, (name, id): (&String, &String)| text.replace(name, id);
    names.iter().rev().fold(text.to_owned(), replace)
}

/// A request as it is sent, to whichever project.
pub struct Request {
    method: &'static str,
    target: String,
    pub body: String,
}

impl Request {
    /// The request to this operation with these parameters in the path.
    pub fn to(operation: &'static Operation, path: &BTreeMap<String, String>, query: &str, body: String) -> Self {
        let mut target = operation.path.clone();
        for (name, value) in path {
            target = target.replace(&format!("{{{name}}}"), value);
        }
        if !query.is_empty() {
            target = format!("{target}?{query}");
        }
        let method = &operation.method;
        Self { method, target, body }
    }

    /// The request to this operation that succeeds.
    pub fn plain(operation: &'static Operation) -> Self {
        let plain = &REQUESTS.plain[&operation.name];
        let body = if plain.body.is_null() {
            String::new()
        } else {
            plain.body.to_string()
        };
        Self::to(operation, &plain.path, "", body)
    }

    /// The path in this project.
    pub fn target(&self, project: &str) -> String {
        self.target.replace("{project_id}", project)
    }

    /// The head, with these fields, up to the blank line behind it.
    pub fn head(&self, project: &str, headers: &[&str]) -> String {
        let lines = [&["Host: localhost"], headers, &["\r\n"]].concat();
        let target = self.target(project);
        format!("{} {target} HTTP/1.1\r\n{}", self.method, lines.join("\r\n"))
    }

    /// Sends it, with these fields beside the usual ones.
    pub fn send_with(&self, world: &World, project: &str, headers: &[&str]) -> Answer {
        let headers = [&["Content-Type: application/json"], headers].concat();
        world.ask(self.method, &self.target(project), &headers, &self.body)
    }

    /// Sends it to this project, after what has to be done before; the job of that is what `$job` stands for.
    pub fn send_after(&self, before: &[Self], world: &World, project: &str) -> Answer {
        let mut job = String::new();
        for request in before {
            let answer = request.send_with(world, project, &[]);
            assert_eq!(answer.status, 200, "{} {}", request.target, answer.body);
            answer.json()["job_id"]
                .as_str()
                .unwrap_or_default()
                .clone_into(&mut job);
        }
        let target = self.target.replace("$job", &job);
        let (method, body) = (self.method, self.body.clone());
        Self { method, target, body }.send_with(world, project, &[])
    }
}
