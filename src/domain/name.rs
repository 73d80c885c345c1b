//! Names and descriptions: parsed once, valid ever after.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};

use super::code::{Code, Refusal};

/// The longest name, in bytes of its UTF-8 form.
pub const MAX_BYTES: usize = 64;

/// Which characters a name may have; they differ between the two documentations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NameRule {
    /// Letters, digits, `.`, `_`, `-` and the Chinese characters U+4E00–U+9FFF (Huawei Cloud).
    Chinese,
    /// Letters, digits, `.`, `_` and `-` only (Open Telekom Cloud).
    Ascii,
}

impl NameRule {
    /// The rule in words, for whoever broke it.
    const fn characters(self) -> &'static str {
        match self {
            Self::Chinese => "Chinese characters (U+4E00 to U+9FFF), ASCII letters, digits, '.', '_' or '-'",
            Self::Ascii => "ASCII letters, digits, '.', '_' or '-'",
        }
    }

    fn admits(self, character: char) -> bool {
        match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '_' | '-' => true,
            '\u{4E00}'..='\u{9FFF}' => self == Self::Chinese,
            _ => false,
        }
    }
}

/// The name of a group, an instance, a pair or a drill: 1 to 64 bytes, kept byte for byte as it was given.
///
/// It lies in place rather than on the heap, so that a rename allocates nothing. Documented on every name member of
/// the API (`drills.md` section 3); whoever breaks it is refused with `SDRS.0202`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Name {
    length: u8,
    bytes: [u8; MAX_BYTES],
}

impl Name {
    /// The name, if it keeps the rule; else [`Code::InvalidName`], saying which part of the rule was broken.
    pub fn parse(text: &str, rule: NameRule) -> Result<Self, Refusal> {
        if text.is_empty() {
            return Err(Code::InvalidName.because("name must have 1 to 64 bytes, it is empty"));
        }
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        if !text.bytes().all(plain)
            && let Some(bad) = text.chars().find(|&character| !rule.admits(character))
        {
            let allowed = rule.characters();
            return Err(Code::InvalidName.because(format!("name may hold only {allowed}, it has {bad:?}")));
        }
        let mut bytes = [0; MAX_BYTES];
        let (Ok(length), Some(place)) = (u8::try_from(text.len()), bytes.get_mut(..text.len())) else {
            let length = text.len();
            return Err(Code::InvalidName.because(format!("name must have 1 to 64 bytes in UTF-8, it has {length}")));
        };
        place.copy_from_slice(text.as_bytes());
        Ok(Self { length, bytes })
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.bytes[..usize::from(self.length)]).expect("a name is made of whole characters")
    }

    /// Whether this name would pass [`Name::parse`] under another rule than the one it was made with.
    pub fn keeps(&self, rule: NameRule) -> bool {
        self.as_str().chars().all(|character| rule.admits(character))
    }
}

/// What the names of a batch begin with: a name that leaves room for `-0001`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NamePrefix(Name);

impl NamePrefix {
    /// The longest prefix, in bytes.
    pub const MAX_BYTES: usize = MAX_BYTES - "-0001".len();

    /// The prefix, if it keeps the rule; else [`Code::InvalidName`].
    pub fn parse(text: &str, rule: NameRule) -> Result<Self, Refusal> {
        if text.is_empty() || text.len() > Self::MAX_BYTES {
            let (most, length) = (Self::MAX_BYTES, text.len());
            return Err(Code::InvalidName.because(format!("name_prefix must have 1 to {most} bytes, it has {length}")));
        }
        Name::parse(text, rule).map(Self)
    }

    /// The name of the n-th of the batch, counted from 1 to 9999.
    pub fn numbered(&self, n: usize) -> Name {
        let name = format!("{}-{n:04}", self.0);
        Name::parse(&name, NameRule::Chinese).expect("a prefix leaves room for its number")
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// Reads a name under the wider rule; the flavour in force is checked where the fixture's other rules are.
impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text;
        impl Visitor<'_> for Text {
            type Value = Name;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a name of 1 to 64 bytes of {}", NameRule::Chinese.characters())
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Name, E> {
                Name::parse(text, NameRule::Chinese).map_err(|_| E::invalid_value(Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_str(Text)
    }
}

/// A description: at most 64 bytes, without `<` and `>`; whoever breaks it is refused with `SDRS.0212`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(transparent)]
pub struct Description(Box<str>);

impl Description {
    /// The description, if it keeps the rule; else [`Code::InvalidDescription`].
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        if text.len() > MAX_BYTES {
            let length = text.len();
            return Err(Code::InvalidDescription.because(format!(
                "description must have at most 64 bytes in UTF-8, it has {length}"
            )));
        }
        if text.contains(['<', '>']) {
            return Err(Code::InvalidDescription.because("description must not hold '<' or '>'"));
        }
        Ok(Self(text.into()))
    }
}

impl<'de> Deserialize<'de> for Description {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        Self::parse(&text).map_err(|_| {
            D::Error::invalid_value(
                Unexpected::Str(&text),
                &"a description of at most 64 bytes without '<' and '>'",
            )
        })
    }
}
