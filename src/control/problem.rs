//! What the control plane refuses with: a code, a message, where in the request, and what may have been meant.

use std::path::PathBuf;

use http::StatusCode;
use serde::Serialize;

use crate::store::fixtures::{BadFixtures, FixtureFault};

/// Why a request to the control plane was refused. Nothing was changed by it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Problem {
    #[serde(skip)]
    pub(crate) status: StatusCode,
    code: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

impl Problem {
    pub(crate) fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code,
            message: message.into(),
            pointer: None,
            hint: None,
        }
    }

    /// 400: the request is not what it must be.
    pub(crate) fn invalid(code: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, message)
    }

    /// 404: there is no such thing.
    pub(crate) fn absent(what: &str, id: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", format!("there is no {what} {id}"))
    }

    /// 409: not in the state in which things are.
    pub(crate) fn conflict(message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, "conflict", message)
    }

    /// 400: a word that is none of those that are known, with the nearest of them.
    pub(crate) fn unknown<'w>(
        code: &'static str,
        what: &str,
        given: &str,
        known: impl IntoIterator<Item = &'w str>,
    ) -> Self {
        let known: Vec<_> = known.into_iter().collect();
        let message = match known.len() {
            0 => format!("there is no {what} {given:?}, there are none here"),
            1..=MANY => format!("there is no {what} {given:?}, there are {}", known.join(", ")),
            _ => format!("there is no {what} {given:?}"),
        };
        Self::invalid(code, message).meant(given, &known)
    }

    /// The same problem as a fault of a fixture.
    pub(crate) fn fault(self, files: &[PathBuf]) -> BadFixtures {
        let files: Vec<_> = files.iter().map(|file| file.display().to_string()).collect();
        let hint = self.hint.map(|hint| format!(", {hint}")).unwrap_or_default();
        BadFixtures(vec![FixtureFault {
            file: files.join(", "),
            path: format!("${}", self.pointer.unwrap_or_default().replace('/', ".")),
            rule: format!("{}{hint}", self.message),
            value: String::new(),
        }])
    }

    /// The same problem, found at this place of the body.
    pub(crate) fn at(self, pointer: impl Into<String>) -> Self {
        Self {
            pointer: Some(pointer.into()),
            ..self
        }
    }

    /// The same problem, its place below this one.
    pub(crate) fn below(self, parent: &str) -> Self {
        let pointer = format!("{parent}{}", self.pointer.as_deref().unwrap_or_default());
        self.at(pointer)
    }

    /// The same problem with this hint, if there is one.
    pub(crate) fn hinted(self, hint: Option<String>) -> Self {
        Self { hint, ..self }
    }

    /// The same problem with the word that was probably meant.
    pub(crate) fn meant(self, given: &str, known: &[&str]) -> Self {
        let hint = nearest(given, known.iter().copied()).map(|nearest| format!("did you mean {nearest}?"));
        Self { hint, ..self }
    }
}

/// Where a parameter of the query stands, in the way of a pointer.
pub(super) fn parameter(name: &str) -> String {
    format!("?{name}")
}

/// The JSON pointer (RFC 6901) of a member below this place.
pub(super) fn member(parent: &str, name: &str) -> String {
    format!("{parent}/{}", name.replace('~', "~0").replace('/', "~1"))
}

/// Above so many words a message does not list them.
const MANY: usize = 12;

/// From so many letters on a part of a word stands for it.
const PART: usize = 4;

/// The known word that is nearest to the given one, if any is near.
pub(crate) fn nearest<'w>(given: &str, known: impl IntoIterator<Item = &'w str>) -> Option<&'w str> {
    let given = given.to_lowercase();
    let with_distance = known.into_iter().map(|word| {
        let (lower, is_part) = (word.to_lowercase(), given.len() >= PART);
        // A word of which a part was left out is nearer than one with as many letters of its own.
        match distance(&given, &lower) {
            far @ 1.. if is_part && lower.contains(&given) => ((1, far), word),
            any => ((any, any), word),
        }
    });
    let ((distance, _), word) = with_distance.min_by_key(|(distance, _)| *distance)?;
    (distance <= (word.len().max(given.len()) / 2).max(2)).then_some(word)
}

/// How many characters have to be put in, taken out or replaced to make one word of another (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let mut row: Vec<usize> = (0..=other.chars().count()).collect();
    for (i, a) in one.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in other.chars().enumerate() {
            let replaced = diagonal + usize::from(a != b);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[row.len() - 1]
}
