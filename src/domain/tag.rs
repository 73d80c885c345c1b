//! Tags of protected instances: what keys and values may be, and what adding and deleting them does.

use serde::{Deserialize, Serialize};

use super::code::{Code, Refusal};
use super::protected_instance::ProtectedInstance;
use super::rules::Flavour;
use super::status::Status;

/// A key and its value, as a protected instance carries them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tag {
    /// The key, unique on its instance.
    pub key: String,
    /// The value, perhaps empty.
    pub value: String,
}

/// The most tags of an instance at its creation, in both flavours.
pub const AT_CREATION: usize = 10;
/// The longest key, in characters.
const KEY_LENGTH: usize = 36;
/// The longest value, in characters.
const VALUE_LENGTH: usize = 43;

/// The most tags of an instance after its creation.
pub const fn limit(flavour: Flavour) -> usize {
    match flavour {
        Flavour::Huawei => 10,
        Flavour::Otc => 20,
    }
}

/// A tag to be deleted: by its key, or only where it has this value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unwanted {
    /// The key.
    pub key: String,
    /// The value, if it matters.
    pub value: Option<String>,
}

/// Several tags as a body names them.
pub struct Tags;

impl Tags {
    /// Reads key and value of each, or refuses the first that breaks a rule (`tags.md` section 2).
    pub fn parse<'t>(
        list: impl ExactSizeIterator<Item = (Option<&'t str>, Option<&'t str>)>,
        limit: usize,
    ) -> Result<Vec<Tag>, Refusal> {
        if list.len() > limit {
            return Err(too_many(list.len(), limit));
        }
        let mut tags = Vec::<Tag>::new();
        for (key, value) in list {
            let tag = Tag::parse(key, value)?;
            if tags.iter().any(|other| other.key == tag.key) {
                return Err(Code::DuplicateTagKeys.because(format!("key {:?} stands there twice", tag.key)));
            }
            tags.push(tag);
        }
        Ok(tags)
    }
}

impl Tag {
    /// Reads one tag, or refuses it.
    pub fn parse(key: Option<&str>, value: Option<&str>) -> Result<Self, Refusal> {
        let key = key_of(key)?;
        if !is_plain(key, KEY_LENGTH) {
            let rule = format!("a key has 1 to {KEY_LENGTH} characters, no control characters and none of {FORBIDDEN}");
            return Err(Code::InvalidTagKey.because(format!("{rule}, it is {key:?}")));
        }
        let value = value.ok_or_else(|| Code::NullTagValue.because(format!("tag {key:?} has no value")))?;
        if !is_plain(value, VALUE_LENGTH) {
            let rule =
                format!("a value has at most {VALUE_LENGTH} characters, no control characters and none of {FORBIDDEN}");
            return Err(Code::InvalidTagValue.because(format!("{rule}, it is {value:?}")));
        }
        let (key, value) = (key.to_owned(), value.to_owned());
        Ok(Self { key, value })
    }
}

/// The key that a body or a URL names; a blank one is refused with `SDRS.2205`.
pub fn key_of(key: Option<&str>) -> Result<&str, Refusal> {
    key.filter(|key| !key.trim().is_empty())
        .ok_or_else(|| Code::BlankTagKey.refusal())
}

/// What neither a key nor a value may hold.
const FORBIDDEN: &str = r"*<>\=,|/";

fn is_plain(text: &str, most: usize) -> bool {
    text.chars().count() <= most && !text.contains(|c: char| c < ' ' || FORBIDDEN.contains(c))
}

fn too_many(given: usize, limit: usize) -> Refusal {
    Code::TooManyTags.because(format!("there may be {limit} tags, there are {given}"))
}

/// The statuses in which an instance's tags cannot be changed; that there are some is documented, which is inferred.
const UNSOUND: &[Status] = &[
    Status::Creating,
    Status::Deleting,
    Status::Error,
    Status::ErrorDeleting,
    Status::Invalid,
];

impl ProtectedInstance {
    /// Refuses tags that the instance's status, or those it has already, leave no room for.
    pub fn admits_tags(&self, new: &[Tag], limit: usize) -> Result<(), Refusal> {
        self.has_sound_status(Code::TagAddingForbidden)?;
        let added = new
            .iter()
            .filter(|new| !self.tags.iter().any(|tag| tag.key == new.key))
            .count();
        let total = self.tags.len() + added;
        if total > limit {
            Err(too_many(total, limit))
        } else {
            Ok(())
        }
    }

    /// Refuses a deletion that the instance's status forbids.
    pub fn admits_untagging(&self) -> Result<(), Refusal> {
        self.has_sound_status(Code::TagDeletingForbidden)
    }

    fn has_sound_status(&self, denied: Code) -> Result<(), Refusal> {
        if UNSOUND.contains(&self.status) {
            return Err(denied.because(format!("protected instance {} is {}", self.id, self.status)));
        }
        Ok(())
    }

    /// Adds tags behind those that it has; a key that it has gets the new value in its old place.
    pub fn tag(&mut self, new: Vec<Tag>) {
        for new in new {
            match self.tags.iter_mut().find(|tag| tag.key == new.key) {
                Some(tag) => tag.value = new.value,
                None => self.tags.push(new),
            }
        }
    }

    /// Takes the unwanted tags off; one that it does not have is no fault.
    pub fn untag(&mut self, unwanted: &[Unwanted]) {
        self.tags.retain(|tag| {
            !unwanted.iter().any(|unwanted| {
                unwanted.key == tag.key && unwanted.value.as_ref().is_none_or(|value| *value == tag.value)
            })
        });
    }
}
