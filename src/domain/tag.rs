//! Tags of protected instances.

use serde::{Deserialize, Serialize};

/// A key and its value, as a protected instance carries them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tag {
    /// The key, unique on its instance.
    pub key: String,
    /// The value, perhaps empty.
    pub value: String,
}
