//! From a refusal to status and envelope, in both dialects: the only place that knows either.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::gateway::{self, Rejection, Row};
use super::identity::Denied;
use crate::domain::code::{Absent, Code, Entry, Refusal};

/// How errors are spoken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// As the documentation's pages print them: `badrequest`, `itemNotFound`, `error`.
    #[default]
    Documented,
    /// As the live clouds send them: always `error`, and the gateway's own form.
    Live,
}

impl Dialect {
    /// The word that names this dialect on the command line.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Live => "live",
        }
    }
}

/// Why a request got no answer of success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The service refused it.
    Refused(Refusal),
    /// It did not come as far as the service.
    Rejected(Rejection),
    /// Identity refused it.
    Denied(Denied),
}

impl From<Denied> for Failure {
    fn from(denied: Denied) -> Self {
        Self::Denied(denied)
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Rejection> for Failure {
    fn from(rejection: Rejection) -> Self {
        Self::Rejected(rejection)
    }
}

impl Failure {
    /// The documented or the gateway's code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code.entry().code,
            Self::Rejected(rejection) => rejection.row.code,
            Self::Denied(denied) => denied.kind.code(),
        }
    }

    /// The code that a client reads: live clouds have another one for a second delete.
    pub fn shown_code(&self, dialect: Dialect) -> &'static str {
        match self {
            Self::Refused(Refusal {
                absent: Absent::Deleted { live } | Absent::DeletedFromBody { live },
                ..
            }) if dialect == Dialect::Live => live.entry().code,
            // The gateway does not tell a missing operation from an unknown path.
            Self::Rejected(rejection) if dialect == Dialect::Live && rejection.row == gateway::NOT_SERVED => {
                gateway::UNKNOWN_PATH.code
            }
            _ => self.code(),
        }
    }

    /// Status and body of the answer; `request_id` is the one in the answer's `X-Request-Id`.
    pub fn render(&self, dialect: Dialect, request_id: &str) -> (u16, Vec<u8>) {
        match self {
            Self::Refused(refusal) => render_refusal(refusal, dialect),
            Self::Rejected(rejection) => render_rejection(rejection, dialect, request_id),
            // Identity has one form, whatever SDRS speaks.
            Self::Denied(denied) => (denied.kind.status(), to_json(denied)),
        }
    }
}

fn render_refusal(refusal: &Refusal, dialect: Dialect) -> (u16, Vec<u8>) {
    // Live clouds answer a second delete as one that the state forbids.
    let code = match (refusal.absent, dialect) {
        (Absent::Deleted { live } | Absent::DeletedFromBody { live }, Dialect::Live) => live,
        _ => refusal.code,
    };
    let entry = code.entry();
    // A missing tag is the one thing that the catalogue itself answers with 404.
    let from_url = matches!(refusal.absent, Absent::FromUrl | Absent::Deleted { .. });
    let absent = from_url || code == Code::TagKeyNotFound;
    let (status, kind) = match dialect {
        Dialect::Documented if absent => (404, "itemNotFound"),
        Dialect::Documented if entry.status == 400 => (400, "badrequest"),
        Dialect::Documented | Dialect::Live => (entry.status, "error"),
    };
    let message = with_detail(entry.message, refusal.detail.as_deref());
    (
        status,
        to_json(&Envelope {
            kind,
            message: &message,
            code: entry.code,
        }),
    )
}

fn render_rejection(rejection: &Rejection, dialect: Dialect, request_id: &str) -> (u16, Vec<u8>) {
    let row = rejection.row;
    let message = with_detail(row.message, rejection.detail.as_deref());
    match dialect {
        Dialect::Documented => {
            let kind = if row == gateway::UNKNOWN_PATH {
                "itemNotFound"
            } else {
                "error"
            };
            (
                row.status,
                to_json(&Envelope {
                    kind,
                    message: &message,
                    code: row.code,
                }),
            )
        }
        // What no live gateway was ever seen to say stays in the envelope of the documentation.
        Dialect::Live if !is_gateways_own(row) => (
            row.status,
            to_json(&Envelope {
                kind: "error",
                message: &message,
                code: row.code,
            }),
        ),
        Dialect::Live => {
            // The live gateway tells neither a wrong method nor a missing operation from an unknown path.
            let (status, code) = match row.status {
                405 => (404, row.code),
                501 => return render_rejection(&gateway::UNKNOWN_PATH.rejection(), dialect, request_id),
                status => (status, row.code),
            };
            (
                status,
                to_json(&GatewayForm {
                    error_msg: &message,
                    error_code: code,
                    request_id,
                }),
            )
        }
    }
}

/// Whether live clouds were seen to answer this in the gateway's own form.
fn is_gateways_own(row: Row) -> bool {
    matches!(row.status, 401 | 404..=406 | 408 | 413 | 501)
}

/// The code in the answer that a tester's fault asks for.
pub fn faulted_code(status: u16, code: Option<&str>) -> &str {
    let default = || match status {
        400 => Code::InvalidParameters.entry().code,
        500 => Code::InternalError.entry().code,
        _ => gateway::ALL
            .iter()
            .find(|row| row.status == status)
            .map_or("", |row| row.code),
    };
    code.unwrap_or_else(default)
}

/// The body of the answer that a tester's fault asks for: a status, and perhaps a code of either catalogue.
///
/// The status stays the one that is asked for, though a dialect has another one for the same case.
pub fn faulted(status: u16, code: Option<&str>, dialect: Dialect, request_id: &str) -> Vec<u8> {
    let default = match status {
        400 => Some(Code::InvalidParameters),
        500 => Some(Code::InternalError),
        _ => None,
    };
    let documented = match code {
        None => default,
        Some(given) => Code::ALL.iter().copied().find(|code| code.entry().code == given),
    };
    let kind = match (dialect, status, documented) {
        (Dialect::Documented, 400, Some(_)) => "badrequest",
        (Dialect::Documented, 404, _) => "itemNotFound",
        _ => "error",
    };
    if let Some(code) = documented {
        let Entry { code, message, .. } = *code.entry();
        return to_json(&Envelope { kind, message, code });
    }
    let fits = |row: &&Row| code.is_none_or(|code| row.code == code);
    let rows = || gateway::ALL.iter().filter(fits);
    let row = rows().find(|row| row.status == status).or_else(|| rows().next());
    let Row { code, message, .. } = *row.unwrap_or(&gateway::UNAVAILABLE);
    // Of the live gateway it is not known how it says 406 and 501, for it answers those cases otherwise.
    let is_known = is_gateways_own(Row { status, code, message }) && !matches!(status, 406 | 501);
    if dialect == Dialect::Live && is_known {
        return to_json(&GatewayForm {
            error_msg: message,
            error_code: code,
            request_id,
        });
    }
    to_json(&Envelope { kind, message, code })
}

/// The catalogue's literal text, and after it what exactly was wrong.
fn with_detail(message: &str, detail: Option<&str>) -> String {
    match detail {
        None => message.to_owned(),
        Some(detail) => format!("{message}: {detail}"),
    }
}

fn to_json(body: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(body).expect("an envelope holds nothing but text")
}

/// `{"<kind>":{"message":…,"code":…}}`.
struct Envelope<'e> {
    kind: &'static str,
    message: &'e str,
    code: &'static str,
}

impl Serialize for Envelope<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Inner<'e> {
            message: &'e str,
            code: &'static str,
        }
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(
            self.kind,
            &Inner {
                message: self.message,
                code: self.code,
            },
        )?;
        map.end()
    }
}

/// What the live gateway sends.
#[derive(serde::Serialize)]
struct GatewayForm<'e> {
    error_msg: &'e str,
    error_code: &'static str,
    request_id: &'e str,
}
