//! Tags of protected instances.

use serde::{Deserialize, Serialize};

use super::code::{Code, Refusal};

/// A key and its value, as a protected instance carries them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tag {
    /// The key, unique on its instance.
    pub key: String,
    /// The value, perhaps empty.
    pub value: String,
}

// MERGE: a minimal stand-in for what the tag operations bring, with the signature that was agreed on; keep theirs.

/// The most tags of an instance at its creation, in both flavours.
pub const AT_CREATION: usize = 10;

/// Several tags as a body names them.
pub struct Tags;

impl Tags {
    /// Reads key and value of each, or refuses the first that breaks a rule.
    pub fn parse<'t>(
        list: impl ExactSizeIterator<Item = (Option<&'t str>, Option<&'t str>)>,
        limit: usize,
    ) -> Result<Vec<Tag>, Refusal> {
        if list.len() > limit {
            let given = list.len();
            return Err(Code::TooManyTags.because(format!("there may be {limit} tags, there are {given}")));
        }
        let mut tags = Vec::<Tag>::new();
        for (key, value) in list {
            let key = key.unwrap_or_default();
            if key.trim().is_empty() {
                return Err(Code::BlankTagKey.refusal());
            }
            if !is_plain(key, 36) {
                return Err(Code::InvalidTagKey.because(format!("a key has 1 to 36 plain characters, it is {key:?}")));
            }
            let value = value.ok_or_else(|| Code::NullTagValue.because(format!("tag {key:?} has no value")))?;
            if !is_plain(value, 43) {
                let detail = format!("a value has 0 to 43 plain characters, it is {value:?}");
                return Err(Code::InvalidTagValue.because(detail));
            }
            if tags.iter().any(|tag| tag.key == key) {
                return Err(Code::DuplicateTagKeys.because(format!("key {key:?} stands there twice")));
            }
            let (key, value) = (key.to_owned(), value.to_owned());
            tags.push(Tag { key, value });
        }
        Ok(tags)
    }
}

fn is_plain(text: &str, most: usize) -> bool {
    text.chars().count() <= most && !text.contains(|c: char| c.is_ascii_control() || r"*<>\=,|/".contains(c))
}
