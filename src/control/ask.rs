//! What the control plane is asked: path, query, body and scope, each read strictly, for a typo must never pass silently.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;

use super::problem::{Problem, member, parameter};
use crate::domain::resource::Object;
use crate::domain::wording::in_plain_words;
use crate::shared::Shared;
use crate::store::{Closed, ProjectId, Shard};

/// One request to the control plane.
pub(crate) struct Ask<'a> {
    pub(crate) shared: &'a Shared,
    /// The values of the path's parameters, in their order.
    pub(crate) path: Vec<String>,
    /// The parameters of the query; all of them are known to the route.
    pub(crate) query: BTreeMap<String, String>,
    pub(crate) body: &'a [u8],
}

/// Which projects a request is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Scope {
    /// This one.
    One(ProjectId),
    /// All that exist, and those that are still to come.
    All,
}

impl Ask<'_> {
    /// The parameter of the path at this place.
    pub(crate) fn parameter(&self, place: usize) -> &str {
        &self.path[place]
    }

    /// A parameter of the query; empty counts as absent.
    pub(crate) fn word(&self, name: &str) -> Option<&str> {
        self.query
            .get(name)
            .map(String::as_str)
            .filter(|value| !value.is_empty())
    }

    /// A parameter of the query that is a number.
    pub(crate) fn number(&self, name: &str) -> Result<Option<usize>, Problem> {
        let number = |text: &str| {
            text.parse().map_err(|_| {
                Problem::invalid(
                    "invalid_value",
                    format!("{name} must be a whole number, 0 or above, it is {text:?}"),
                )
                .at(parameter(name))
            })
        };
        self.word(name).map(number).transpose()
    }

    /// The scope, if one is named.
    pub(crate) fn scope(&self) -> Result<Option<Scope>, Problem> {
        match self.word("project") {
            None => Ok(None),
            Some("*") => Ok(Some(Scope::All)),
            Some(id) => match ProjectId::parse(id) {
                Some(id) => Ok(Some(Scope::One(id))),
                None => Err(no_project(id, ", or * for all projects").at(parameter("project"))),
            },
        }
    }

    /// The scope of a call that changes something: never left out, so that no test changes its neighbour's world.
    pub(crate) fn changing_scope(&self) -> Result<Scope, Problem> {
        self.scope()?.ok_or_else(|| {
            Problem::invalid(
                "missing_project",
                "this changes something: name the project it is for (?project=ID), or all of them (?project=*)",
            )
        })
    }

    /// The projects that the request is about, each by its ID, to be looked at: a look makes no project.
    pub(crate) fn projects(&self) -> Result<Vec<(ProjectId, Arc<Shard>)>, Problem> {
        let store = &self.shared.store;
        Ok(match self.one()? {
            Some(id) => vec![(id.clone(), store.look(&id))],
            None => store.projects(),
        })
    }

    /// The project of this ID, to be changed; made where it is not there yet.
    pub(crate) fn govern(&self, id: &ProjectId) -> Result<Arc<Shard>, Problem> {
        self.shared.store.govern(id).map_err(closed)
    }

    /// The one project that the request is about, if it names one.
    pub(crate) fn one(&self) -> Result<Option<ProjectId>, Problem> {
        match self.scope()? {
            Some(Scope::One(id)) => Ok(Some(id)),
            None | Some(Scope::All) => Ok(None),
        }
    }

    /// The body as a `T`; a place where it is none is named by its JSON pointer.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        // An object only: what is derived would also take a list of the members.
        read(self.body).map(|Object(value)| value)
    }

    /// Whether the body is a JSON list.
    pub(crate) fn is_list(&self) -> bool {
        self.body.trim_ascii_start().starts_with(b"[")
    }

    /// The body as one `T` or a list of them; without a body there is none to add.
    pub(crate) fn one_or_many<T: DeserializeOwned>(&self) -> Result<Vec<T>, Problem> {
        if self.body.trim_ascii().is_empty() {
            return Err(
                Problem::invalid("invalid_json", "expected an object or a list of them, there is no body").at(""),
            );
        }
        let rows: Vec<Object<T>> = if self.is_list() {
            read(self.body)?
        } else {
            vec![read(self.body)?]
        };
        Ok(rows.into_iter().map(|Object(row)| row).collect())
    }
}

/// The project ID that this segment of a path is.
pub(crate) fn project(text: &str) -> Result<ProjectId, Problem> {
    ProjectId::parse(text).ok_or_else(|| no_project(text, ""))
}

fn no_project(text: &str, or: &str) -> Problem {
    let rule = "must be a project ID, 1 to 64 characters of 0-9 A-Z a-z _ -";
    Problem::invalid("invalid_project", format!("project {rule}{or}; it is {text:?}"))
}

/// The first name of its kind that nothing has.
pub(crate) fn unused(kind: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut names = (1..).map(|n: u32| format!("{kind}-{n}"));
    names.find(|name| !taken(name)).expect("there are enough numbers")
}

/// Why a project could not be opened.
pub(super) fn closed(closed: Closed) -> Problem {
    let message = match closed {
        Closed::Malformed | Closed::Unseen => "the project cannot be opened",
        Closed::Full => "as many projects as --max-projects admits are in use; delete some or raise it",
    };
    Problem::new(http::StatusCode::SERVICE_UNAVAILABLE, "too_many_projects", message)
}

/// Reads a query strictly: every parameter must be one of those known, and stand there once.
pub(crate) fn query(text: &str, known: &[&str]) -> Result<BTreeMap<String, String>, Problem> {
    let mut read = BTreeMap::new();
    for pair in text.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decode(name), decode(value));
        if !known.contains(&&*name) {
            return Err(
                Problem::unknown("unknown_parameter", "query parameter", &name, known.iter().copied())
                    .at(parameter(&name)),
            );
        }
        if read.insert(name.clone().into_owned(), value.into_owned()).is_some() {
            return Err(
                Problem::invalid("repeated_parameter", format!("{name} stands in the query twice"))
                    .at(parameter(&name)),
            );
        }
    }
    Ok(read)
}

/// Decodes one name or value of a query, in which a blank may be a `+`.
fn decode(text: &str) -> Cow<'_, str> {
    let text = text.replace('+', " ");
    Cow::Owned(percent_decode_str(&text).decode_utf8_lossy().into_owned())
}

/// Reads JSON strictly.
pub(crate) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let text = str::from_utf8(body)
        .map_err(|error| Problem::invalid("invalid_json", format!("the body is not UTF-8: {error}")).at(""))?;
    let text = if text.trim_ascii().is_empty() { "{}" } else { text };
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| misread(&error))?;
    deserializer
        .end()
        .map_err(|error| Problem::invalid("invalid_json", error.to_string()).at(""))?;
    Ok(value)
}

fn misread(error: &serde_path_to_error::Error<serde_json::Error>) -> Problem {
    let mut pointer = String::new();
    for segment in error.path() {
        match segment {
            serde_path_to_error::Segment::Seq { index } => {
                pointer.push('/');
                pointer.push_str(&index.to_string());
            }
            serde_path_to_error::Segment::Map { key } => {
                pointer = member(&pointer, key);
            }
            _ => {}
        }
    }
    let message = error.inner().to_string();
    if !error.inner().is_data() {
        return Problem::invalid("invalid_json", message).at(pointer);
    }
    let message = in_plain_words(&message[..message.rfind(" at line ").unwrap_or(message.len())]);
    let words: Vec<_> = message.split('`').skip(1).step_by(2).collect();
    let unknown = |code: &'static str, pointer: String| {
        let (given, known) = words.split_first().unwrap_or((&"", &[]));
        Problem::invalid(code, message.clone()).meant(given, known).at(pointer)
    };
    if message.starts_with("unknown field ") {
        let member = format!("/{}", words.first().unwrap_or(&""));
        let pointer = if pointer.ends_with(&member) {
            pointer
        } else {
            pointer + &member
        };
        return unknown("unknown_member", pointer);
    }
    if message.starts_with("unknown variant ") {
        return unknown("unknown_value", pointer);
    }
    Problem::invalid("invalid_value", message).at(pointer)
}
