//! [`ProjectId`]: what every URL begins with.

use std::fmt;

use serde::Serialize;

/// The ID of a project, as it stands in every URL: 1 to 64 characters of `0-9 A-Z a-z _ -`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct ProjectId(pub(super) Box<str>);

impl ProjectId {
    /// The longest project ID, in characters; real ones have 32.
    pub const MAX_LENGTH: usize = 64;

    /// The project ID, if it is one.
    pub fn parse(text: &str) -> Option<Self> {
        Self::admits(text).then(|| Self(text.into()))
    }

    /// Whether this text is a project ID.
    pub fn admits(text: &str) -> bool {
        (1..=Self::MAX_LENGTH).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
    }
}

impl fmt::Display for ProjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::borrow::Borrow<str> for ProjectId {
    fn borrow(&self) -> &str {
        &self.0
    }
}
