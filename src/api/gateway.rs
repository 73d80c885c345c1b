//! The second catalogue: what the gateway in front of SDRS answers, before a request reaches the service.

use std::borrow::Cow;

/// One kind of answer of the gateway.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// The HTTP status.
    pub status: u16,
    /// The code; those without one of the gateway's are the status itself.
    pub code: &'static str,
    /// The message, to the letter where the gateway's manual or a live answer shows one.
    pub message: &'static str,
}

/// The path belongs to no operation.
pub const UNKNOWN_PATH: Row = row(
    404,
    "APIGW.0101",
    "The API does not exist or has not been published in the environment",
);
/// The path belongs to an operation, but not with this method.
pub const WRONG_METHOD: Row = row(405, "APIGW.0101", "The API does not exist");
/// Credentials are missing or wrong.
pub const UNAUTHORIZED: Row = row(401, "APIGW.0301", "Incorrect IAM authentication information");
/// The token's time is over.
pub const TOKEN_EXPIRED: Row = row(401, "APIGW.0307", "The token must be updated");
/// The credentials do not admit this.
pub const FORBIDDEN: Row = row(403, "APIGW.0302", "The IAM user is not authorized to access the API.");
/// The client takes no JSON.
pub const NOT_ACCEPTABLE: Row = row(406, "406", "Not acceptable");
/// A proxy wants credentials.
pub const PROXY_UNAUTHORIZED: Row = row(407, "407", "Proxy authentication required");
/// The body did not arrive in time.
pub const REQUEST_TIMEOUT: Row = row(408, "APIGW.0201", "Request timeout.");
/// The request conflicts with another.
pub const CONFLICT: Row = row(409, "409", "Conflict");
/// The body is over the limit.
pub const TOO_LARGE: Row = row(413, "APIGW.0201", "Request entity too large.");
/// Too many requests came.
pub const THROTTLED: Row = row(429, "APIGW.0308", "The throttling threshold has been reached.");
/// The operation is documented, but this flavour or this build does not serve it.
pub const NOT_SERVED: Row = row(501, "501", "Operation not served here");
/// The service cannot be reached.
pub const BAD_GATEWAY: Row = row(502, "APIGW.0201", "Backend unavailable.");
/// The service does not answer.
pub const GATEWAY_TIMEOUT: Row = row(504, "APIGW.0201", "Backend timeout.");
/// The server cannot take the request now.
pub const UNAVAILABLE: Row = row(503, "503", "Service unavailable");

/// All of them, the usual one of a status before its others.
pub const ALL: &[Row] = &[
    UNAUTHORIZED,
    TOKEN_EXPIRED,
    FORBIDDEN,
    UNKNOWN_PATH,
    WRONG_METHOD,
    NOT_ACCEPTABLE,
    PROXY_UNAUTHORIZED,
    REQUEST_TIMEOUT,
    CONFLICT,
    TOO_LARGE,
    THROTTLED,
    NOT_SERVED,
    BAD_GATEWAY,
    UNAVAILABLE,
    GATEWAY_TIMEOUT,
];

const fn row(status: u16, code: &'static str, message: &'static str) -> Row {
    Row { status, code, message }
}

/// An answer of the gateway, and what exactly was wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// Which answer.
    pub row: Row,
    /// Follows the row's message after `: `.
    pub detail: Option<Cow<'static, str>>,
}

impl Row {
    /// This answer without further detail.
    pub fn rejection(self) -> Rejection {
        Rejection {
            row: self,
            detail: None,
        }
    }

    /// This answer, saying what exactly was wrong.
    pub fn because(self, detail: impl Into<Cow<'static, str>>) -> Rejection {
        Rejection {
            row: self,
            detail: Some(detail.into()),
        }
    }
}
