//! Identity, as far as clients of SDRS ask for it: tokens, the catalog, projects, domains, users, temporary keys.
//!
//! Names of the fixtures' table are known in every mode of `--auth`. In `strict` there is nobody else; in the other modes
//! whoever is named exists, with an ID that derives from the name, so that a team's own configuration works unchanged.

pub mod catalog;
pub mod credentials;
mod desk;
pub mod lists;
mod login;
pub mod tokens;
pub mod version;
mod who;

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeStruct, Serializer};

pub use self::desk::Desk;

/// What identity itself refuses with; its codes are numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denied {
    /// Which status.
    pub kind: Kind,
    /// What was wrong.
    pub message: Cow<'static, str>,
}

/// The statuses of identity's refusals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The request is not what it must be.
    BadRequest,
    /// Nobody is known by these credentials.
    Unauthorized,
    /// The token is none.
    Forbidden,
    /// There is no such thing.
    NotFound,
}

impl Kind {
    /// The HTTP status.
    pub const fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Unauthorized => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
        }
    }

    /// The status as a text.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BadRequest => "400",
            Self::Unauthorized => "401",
            Self::Forbidden => "403",
            Self::NotFound => "404",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::BadRequest => "Bad Request",
            Self::Unauthorized => "Unauthorized",
            Self::Forbidden => "Forbidden",
            Self::NotFound => "Not Found",
        }
    }

    /// This refusal, saying what was wrong.
    pub fn because(self, message: impl Into<Cow<'static, str>>) -> Denied {
        let message = message.into();
        Denied { kind: self, message }
    }
}

impl Serialize for Denied {
    /// `{"error":{"code":401,"message":"…","title":"Unauthorized"}}`.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(serde::Serialize)]
        struct Inner<'d> {
            code: u16,
            message: &'d str,
            title: &'static str,
        }
        let (code, title, message) = (self.kind.status(), self.kind.title(), &*self.message);
        let mut outer = serializer.serialize_struct("Denied", 1)?;
        outer.serialize_field("error", &Inner { code, message, title })?;
        outer.end()
    }
}
