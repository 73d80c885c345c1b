//! Which requests a tester means: the conditions that faults and questions to the journal share.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::pattern::Pattern;

/// Conditions on a request, all of which must hold; without any it fits every request.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RequestMatch {
    /// The operation, by its name in the SDKs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// The method.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The path as the client wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<Pattern>,
    /// Parameters of the query.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub query: BTreeMap<String, Pattern>,
    /// Header fields, their names in any case.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub header: BTreeMap<String, Pattern>,
    /// JSON that the body must have in it: every member of an object, every element of a list.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// The status that it was answered with; only what was answered has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The code that it was refused with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// Looks up a value by its name.
pub type Lookup<'r> = &'r dyn Fn(&str) -> Option<Cow<'r, str>>;

/// A request as conditions see it.
#[derive(Clone, Copy)]
pub struct Seen<'r> {
    /// The operation, if it has one.
    pub operation: Option<&'r str>,
    /// The method.
    pub method: &'r str,
    /// The path as the client wrote it.
    pub path: &'r str,
    /// A parameter of the query, decoded.
    pub query: Lookup<'r>,
    /// A header field.
    pub header: Lookup<'r>,
    /// The body.
    pub body: &'r [u8],
    /// The status and the code of its answer.
    pub answer: Option<(u16, Option<&'r str>)>,
}

impl RequestMatch {
    /// How many of the conditions hold, and how many there are.
    pub fn score(&self, seen: &Seen<'_>) -> (usize, usize) {
        let all = |fields: &BTreeMap<String, Pattern>, lookup: Lookup<'_>| -> Vec<bool> {
            let holds = |(name, pattern): (&String, &Pattern)| lookup(name).is_some_and(|value| pattern.fits(&value));
            fields.iter().map(holds).collect()
        };
        let mut held = Vec::new();
        held.extend(self.operation.as_deref().map(|wanted| seen.operation == Some(wanted)));
        held.extend(
            self.method
                .as_deref()
                .map(|wanted| seen.method.eq_ignore_ascii_case(wanted)),
        );
        held.extend(self.path.as_ref().map(|pattern| pattern.fits(seen.path)));
        held.extend(all(&self.query, seen.query));
        held.extend(all(&self.header, seen.header));
        held.extend(
            self.body
                .as_ref()
                .map(|wanted| serde_json::from_slice::<Value>(seen.body).is_ok_and(|body| has(&body, wanted))),
        );
        let (status, code) = seen.answer.unzip();
        held.extend(self.status.map(|wanted| status == Some(wanted)));
        held.extend(self.code.as_deref().map(|wanted| code.flatten() == Some(wanted)));
        (held.iter().filter(|holds| **holds).count(), held.len())
    }

    /// Whether all conditions hold.
    pub fn fits(&self, seen: &Seen<'_>) -> bool {
        let (held, all) = self.score(seen);
        held == all
    }
}

/// Whether a value has another in it: objects member by member, lists element by element in any place, all else equal.
fn has(value: &Value, wanted: &Value) -> bool {
    match (value, wanted) {
        (Value::Object(members), Value::Object(wanted)) => wanted
            .iter()
            .all(|(name, wanted)| members.get(name).is_some_and(|value| has(value, wanted))),
        (Value::Array(elements), Value::Array(wanted)) => wanted
            .iter()
            .all(|wanted| elements.iter().any(|value| has(value, wanted))),
        (value, wanted) => value == wanted,
    }
}
