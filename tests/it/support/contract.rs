//! The contract: every answer of every test is held against `src/spec/openapi.json`, without the test asking for it.
//!
//! Exempt is what the document does not know: unknown paths, methods that a path does not have, the control plane, and
//! routes that a user added. What a test writes on a bare socket is nobody's request and is not looked at either.

use std::sync::{LazyLock, OnceLock};

use jsonschema::Validator;
use serde_json::{Map, Value};

use super::Answer;

/// The document as it was read, once for the whole run.
pub static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../../src/spec/openapi.json")).expect("it is JSON"));

static ROUTES: LazyLock<Vec<Route>> = LazyLock::new(routes);

/// The methods of a path item; its other members are none.
pub const METHODS: [&str; 4] = ["get", "put", "post", "delete"];

/// A method of a path, and what it may be answered with.
struct Route {
    method: String,
    path: String,
    segments: Vec<Segment>,
    answers: Vec<Expected>,
}

/// What stands between two slashes of a path.
enum Segment {
    Literal(String),
    /// A parameter, and its values where there are only certain ones.
    Parameter(Option<Vec<Value>>),
}

/// The answers of a status, or of every status that is not listed.
struct Expected {
    status: String,
    /// None where there is no body.
    schema: Option<Value>,
    /// Compiled when it is first needed.
    validator: OnceLock<Validator>,
}

/// Panics unless the document admits this answer.
#[track_caller]
pub fn check(method: &str, path: &str, answer: &Answer) {
    if let Err(breach) = verdict(method, path, answer) {
        panic!("{method} {path} breaks the contract: {breach}\n{}", answer.body);
    }
}

/// Whether the document admits this answer, and if not, why.
pub fn verdict(method: &str, path: &str, answer: &Answer) -> Result<(), String> {
    let Some(route) = route(method, path) else {
        return Ok(());
    };
    let status = answer.status.to_string();
    let find = |status: &str| route.answers.iter().find(|expected| expected.status == status);
    let expected = match find(&status) {
        Some(expected) => expected,
        None if answer.status >= 400 => find("default").ok_or("no error is documented")?,
        None => return Err(format!("{} {} has no status {status}", route.method, route.path)),
    };
    expected.admits(answer)
}

/// The documented route that serves a path, if any; one without a parameter goes before one with it.
fn route(method: &str, path: &str) -> Option<&'static Route> {
    let path = path.strip_suffix('/').filter(|path| !path.is_empty()).unwrap_or(path);
    let method = method.to_ascii_lowercase();
    let fits = ROUTES
        .iter()
        .filter(|route| route.method == method && route.serves(path));
    fits.min_by_key(|route| route.parameters())
}

impl Route {
    fn serves(&self, path: &str) -> bool {
        let parts: Vec<_> = path.split('/').collect();
        parts.len() == self.segments.len()
            && parts.iter().zip(&self.segments).all(|(part, segment)| match segment {
                Segment::Literal(literal) => part == literal,
                Segment::Parameter(Some(values)) => values.iter().any(|value| value == part),
                Segment::Parameter(None) => !part.is_empty(),
            })
    }

    fn parameters(&self) -> usize {
        let is_parameter = |segment: &&Segment| matches!(segment, Segment::Parameter(_));
        self.segments.iter().filter(is_parameter).count()
    }
}

impl Expected {
    fn admits(&self, answer: &Answer) -> Result<(), String> {
        let Some(schema) = &self.schema else {
            let bare = answer.body.is_empty() && answer.header("Content-Type").is_empty();
            return if bare {
                Ok(())
            } else {
                Err("there must be no body".to_owned())
            };
        };
        if answer.header("Content-Type") != "application/json" {
            return Err(format!("the body is declared as {:?}", answer.header("Content-Type")));
        }
        let body: Value = serde_json::from_str(&answer.body).map_err(|error| format!("no JSON: {error}"))?;
        let faults = self.validator.get_or_init(|| validator(schema)).iter_errors(&body);
        let faults: Vec<_> = faults
            .map(|fault| format!("{} at {:?}", fault, fault.instance_path().as_str()))
            .collect();
        if faults.is_empty() {
            Ok(())
        } else {
            Err(faults.join("; "))
        }
    }
}

/// The schema as a document of its own, in which its references can be followed.
fn validator(schema: &Value) -> Validator {
    let mut root = schema.as_object().expect("a schema is an object").clone();
    root.insert("components".to_owned(), DOCUMENT["components"].clone());
    jsonschema::draft202012::new(&Value::Object(root)).expect("a schema of the document is one")
}

/// What a reference leads to, or the value itself.
pub fn resolve(value: &'static Value) -> &'static Value {
    match value["$ref"].as_str() {
        Some(reference) => resolve(at(reference)),
        None => value,
    }
}

/// What a reference leads to.
pub fn at(reference: &str) -> &'static Value {
    let pointer = reference.trim_start_matches('#');
    DOCUMENT
        .pointer(pointer)
        .unwrap_or_else(|| panic!("nothing is at {reference}"))
}

/// The members of an object, none where there is none.
pub fn members(value: &'static Value) -> impl Iterator<Item = (&'static String, &'static Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

/// The elements of a list, none where there is none.
pub fn elements(value: &'static Value) -> impl Iterator<Item = &'static Value> {
    value.as_array().into_iter().flatten()
}

/// The schema of a JSON body among `content`.
pub fn schema(body: &'static Value) -> &'static Value {
    &body["content"]["application/json"]["schema"]
}

fn routes() -> Vec<Route> {
    let mut routes = Vec::new();
    for (path, item) in members(&DOCUMENT["paths"]) {
        for (method, operation) in members(item).filter(|(name, _)| METHODS.contains(&name.as_str())) {
            let answers = members(&operation["responses"]).map(|(status, response)| {
                let schema = schema(resolve(response));
                Expected {
                    status: status.clone(),
                    schema: (!schema.is_null()).then(|| schema.clone()),
                    validator: OnceLock::new(),
                }
            });
            routes.push(Route {
                method: method.clone(),
                path: path.clone(),
                segments: path.split('/').map(|part| segment(part, item)).collect(),
                answers: answers.collect(),
            });
        }
    }
    routes
}

fn segment(part: &str, item: &'static Value) -> Segment {
    let Some(name) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) else {
        return Segment::Literal(part.to_owned());
    };
    let mut parameters = elements(&item["parameters"]).map(resolve);
    let parameter = parameters.find(|parameter| parameter["name"] == name);
    let parameter = parameter.unwrap_or_else(|| panic!("{name} is described nowhere"));
    Segment::Parameter(resolve(&parameter["schema"])["enum"].as_array().cloned())
}
