//! [`Effect`]: what becomes of a request that meets a fault.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::span::Span;

/// What becomes of a request.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", try_from = "Form")]
pub enum Effect {
    /// Nothing besides the delay.
    #[default]
    None,
    /// It is refused.
    Error {
        /// The status.
        status: u16,
        /// A code of the catalogue; without it the gateway's for the status.
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<String>,
        /// How long the client should wait, in whole seconds, rounded up.
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_after: Option<Span>,
    },
    /// It is held until the client leaves, the fault expires, or the server stops.
    Timeout {},
    /// The connection is reset.
    Reset {},
    /// The connection is closed without an answer.
    Empty {},
    /// The answer ends after so many bytes of its body, and the connection with it.
    Truncate {
        /// How many bytes of the body are sent.
        bytes: usize,
    },
    /// The answer's body comes in pieces.
    SlowBody {
        /// The bytes of a piece.
        chunk: usize,
        /// The time between two pieces.
        pause: Span,
    },
    /// It is answered by somebody else, such as a proxy.
    Raw {
        /// The status.
        status: u16,
        /// Header fields.
        headers: BTreeMap<String, String>,
        /// The body.
        body: String,
    },
    /// Its answer is changed.
    Patch {
        /// A JSON merge patch of the answer's body (RFC 7386): null takes a member away.
        patch: Value,
    },
    /// It is carried out, but its answer is lost: an error with a status, else a closed connection.
    ApplyThenFail {
        /// The status that the client sees instead.
        #[serde(skip_serializing_if = "Option::is_none")]
        status: Option<u16>,
        /// The code that goes with it.
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<String>,
    },
}

/// An effect as it is written: the kind, and the members of any kind, so that each is read in its own place.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    kind: Kind,
    status: Option<u16>,
    code: Option<String>,
    retry_after: Option<Span>,
    bytes: Option<usize>,
    chunk: Option<usize>,
    pause: Option<Span>,
    headers: Option<BTreeMap<String, String>>,
    body: Option<String>,
    patch: Option<Value>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kind {
    None,
    Error,
    Timeout,
    Reset,
    Empty,
    Truncate,
    SlowBody,
    Raw,
    Patch,
    ApplyThenFail,
}

impl Kind {
    /// The members that an effect of this kind can have.
    fn members(self) -> &'static [&'static str] {
        match self {
            Self::None | Self::Timeout | Self::Reset | Self::Empty => &[],
            Self::Error => &["status", "code", "retry_after"],
            Self::Truncate => &["bytes"],
            Self::SlowBody => &["chunk", "pause"],
            Self::Raw => &["status", "headers", "body"],
            Self::Patch => &["patch"],
            Self::ApplyThenFail => &["status", "code"],
        }
    }
}

impl Form {
    /// Refuses a member that belongs to another kind.
    fn check(&self) -> Result<(), String> {
        let given = [
            ("status", self.status.is_some()),
            ("code", self.code.is_some()),
            ("retry_after", self.retry_after.is_some()),
            ("bytes", self.bytes.is_some()),
            ("chunk", self.chunk.is_some()),
            ("pause", self.pause.is_some()),
            ("headers", self.headers.is_some()),
            ("body", self.body.is_some()),
            ("patch", self.patch.is_some()),
        ];
        let known = self.kind.members();
        let mut given = given.into_iter().filter(|(_, is_given)| *is_given);
        match given.find(|(name, _)| !known.contains(name)) {
            None => Ok(()),
            Some((name, _)) if known.is_empty() => Err(format!("unknown field `{name}`, there are none")),
            Some((name, _)) => Err(format!("unknown field `{name}`, expected `{}`", known.join("`, `"))),
        }
    }
}

impl TryFrom<Form> for Effect {
    type Error = String;

    // In the words that the reader of JSON has for the same.
    fn try_from(form: Form) -> Result<Self, String> {
        form.check()?;
        let missing = |name: &str| format!("missing field `{name}`");
        let status = || form.status.ok_or_else(|| missing("status"));
        Ok(match form.kind {
            Kind::None => Self::None,
            Kind::Error => Self::Error {
                status: status()?,
                code: form.code,
                retry_after: form.retry_after,
            },
            Kind::Timeout => Self::Timeout {},
            Kind::Reset => Self::Reset {},
            Kind::Empty => Self::Empty {},
            Kind::Truncate => Self::Truncate {
                bytes: form.bytes.ok_or_else(|| missing("bytes"))?,
            },
            Kind::SlowBody => Self::SlowBody {
                chunk: form.chunk.ok_or_else(|| missing("chunk"))?,
                pause: form.pause.ok_or_else(|| missing("pause"))?,
            },
            Kind::Raw => Self::Raw {
                status: status()?,
                headers: form.headers.unwrap_or_default(),
                body: form.body.unwrap_or_default(),
            },
            Kind::Patch => Self::Patch {
                patch: form.patch.ok_or_else(|| missing("patch"))?,
            },
            Kind::ApplyThenFail => Self::ApplyThenFail {
                status: form.status,
                code: form.code,
            },
        })
    }
}
