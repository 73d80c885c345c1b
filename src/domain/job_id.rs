//! The IDs of jobs, which are no UUIDs.

use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::code::{Code, Refusal};

/// The ID of a job: 32 letters and digits, opaque.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct JobId([u8; 32]);

impl JobId {
    /// The job ID that is made of this ID.
    pub fn new(uuid: Uuid) -> Self {
        let mut digits = [0; 32];
        uuid.simple().encode_lower(&mut digits);
        Self(digits)
    }

    /// Reads a job ID or refuses it with `SDRS.0201`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let bytes = text
            .as_bytes()
            .try_into()
            .ok()
            .filter(|bytes: &[u8; 32]| bytes.iter().all(u8::is_ascii_alphanumeric));
        bytes.map(Self).ok_or_else(|| {
            Code::InvalidParameters.because(format!("a job ID has 32 letters and digits, it is {text:?}"))
        })
    }

    /// The ID as text.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).expect("letters and digits are ASCII")
    }
}

impl fmt::Display for JobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl TryFrom<String> for JobId {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).map_err(|_| "expected a job ID of 32 letters and digits")
    }
}

impl From<JobId> for String {
    fn from(id: JobId) -> Self {
        id.as_str().to_owned()
    }
}
