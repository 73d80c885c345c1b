//! The contract: every answer of every test is held against `src/spec/openapi.json`, without the test asking for it.
//!
//! Exempt is what the document does not know: unknown paths, methods that a path does not have, the control plane, and
//! routes that a user added; and what is said to be a fault that the control plane was told to make. What a test writes
//! on a bare socket is nobody's request and is not looked at either.

use std::sync::{LazyLock, OnceLock};

use jsonschema::Validator;
use serde_json::{Map, Value};

use super::Answer;
use crate::coverage::operations::{Operation, named};
use crate::coverage::table::{Grade, Row, TABLE};

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
    operations: Vec<&'static Operation>,
    answers: Vec<Expected>,
}

/// What stands between two slashes of a path.
enum Segment {
    Literal(String),
    /// A parameter, and its values where there are only certain ones.
    Parameter(Option<Vec<Value>>),
}

/// The answers of a status.
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

/// The fields that say that an answer is a fault which the control plane was told to make.
const FAULTS: [&str; 2] = ["X-Mock-Fault", "Preference-Applied"];

/// Whether the document admits this answer, and if not, why.
pub fn verdict(method: &str, path: &str, answer: &Answer) -> Result<(), String> {
    let is_fault = FAULTS.iter().any(|name| answer.headers.contains_key(*name));
    let Some(route) = route(method, path).filter(|_| !is_fault) else {
        return Ok(());
    };
    // A reserved word in the place of an ID has methods of its own only, which the document says by leaving others out.
    if code_of(answer) == "APIGW.0101" && is_reserved(path, route) {
        return Ok(());
    }
    let status = answer.status.to_string();
    let expected = route.answers.iter().find(|expected| expected.status == status);
    let expected = expected.ok_or_else(|| format!("{} {} has no status {status}", route.method, route.path))?;
    expected.admits(answer)?;
    route.can_rule(answer)
}

/// The code of an error in any envelope; empty where there is none.
fn code_of(answer: &Answer) -> String {
    let body: Value = serde_json::from_str(&answer.body).unwrap_or_default();
    let mut inner = members_of(&body).filter_map(|(_, member)| member["code"].as_str());
    let code = body["error_code"].as_str().or_else(|| inner.next());
    code.unwrap_or_default().to_owned()
}

/// Whether a path with fewer parameters serves this one with other methods, or begins with it and goes on.
fn is_reserved(path: &str, route: &Route) -> bool {
    let parts: Vec<_> = path.split('/').collect();
    let begins = |other: &Route| {
        let word = other.segments.get(parts.len() - 1);
        matches!(word, Some(Segment::Literal(word)) if Some(&&**word) == parts.last()) && other.fits(&parts)
    };
    let mut serving = ROUTES.iter().filter(|other| begins(other) || other.serves(path));
    serving.any(|other| begins(other) || other.parameters() < route.parameters())
}

/// The documented route that serves a path, if any; one without a parameter goes before one with it. Only the API
/// version may have a slash behind it.
fn route(method: &str, path: &str) -> Option<&'static Route> {
    let path = if path == "/v1/" { "/v1" } else { path };
    let fits = ROUTES
        .iter()
        .filter(|route| route.method == method && route.serves(path));
    fits.min_by_key(|route| route.parameters())
}

impl Route {
    fn serves(&self, path: &str) -> bool {
        let parts: Vec<_> = path.split('/').collect();
        parts.len() == self.segments.len() && self.fits(&parts)
    }

    /// Whether it serves a path of these parts, or one that goes on behind them.
    fn fits(&self, parts: &[&str]) -> bool {
        parts.len() <= self.segments.len()
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

impl Route {
    /// Refuses a code that only a fault of the control plane can bring about.
    fn can_rule(&self, answer: &Answer) -> Result<(), String> {
        if answer.status < 400 {
            return Ok(());
        }
        let code = code_of(answer);
        let rows = self.operations.iter().flat_map(|operation| {
            let own = TABLE.own(operation).iter();
            own.chain(TABLE.shared(operation))
        });
        let mut ruled = rows.filter(|row| row.grade != Grade::FaultOnly).flat_map(Row::answers);
        if ruled.any(|expected| (expected.status, &expected.code) == (answer.status, &code)) {
            return Ok(());
        }
        Err(format!("no rule of {} {} gives {code}", self.method, self.path))
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
    members_of(value)
}

fn members_of(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flat_map(Map::iter)
}

/// The operations that share a method of a path.
pub fn operations(route: &'static Value) -> Vec<&'static Operation> {
    let several = elements(&route["x-operations"]).map(|one| &one["name"]);
    let one = Some(&route["operationId"]).filter(|name| name.is_string());
    let names = one.into_iter().chain(several).filter_map(Value::as_str);
    names.map(named).collect()
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
                method: method.to_uppercase(),
                path: path.clone(),
                segments: path.split('/').map(|part| segment(part, item)).collect(),
                operations: operations(operation),
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
