//! Finding protected instances by their tags and names (`tags.md` section 4).

use super::code::{Code, Refusal};
use super::protected_instance::ProtectedInstance;
use super::rules::Flavour;
use super::tag::{Tag, key_of};

/// The longest key of a query, longer than one that can be stored.
const KEY_LENGTH: usize = 127;
/// The longest value of a query.
const VALUE_LENGTH: usize = 255;

/// A key and its values as a body names them.
pub struct Asked {
    /// The key.
    pub key: Option<String>,
    /// The values; an empty list admits each.
    pub values: Option<Vec<String>>,
}

/// One condition: a key, and the values of which the tag must have one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Condition {
    key: String,
    values: Vec<Wanted>,
}

/// A value that is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    /// Exactly this.
    Is(String),
    /// Anything with this in it; written with a leading `*`.
    Holds(String),
}

/// What a query asks for: four lists of tags and a name, all of which must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TagQuery {
    all: Conditions,
    any: Conditions,
    not_all: Conditions,
    not_any: Conditions,
    name: Option<String>,
}

/// The conditions of one list; an empty list asks for nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Conditions(Vec<Condition>);

impl TagQuery {
    /// Reads the lists `tags`, `tags_any`, `not_tags` and `not_tags_any`, or refuses the first that breaks a rule.
    pub fn parse(lists: [Vec<Asked>; 4], flavour: Flavour) -> Result<Self, Refusal> {
        let [all, any, not_all, not_any] = lists;
        Ok(Self {
            all: Conditions::parse(all, flavour)?,
            any: Conditions::parse(any, flavour)?,
            not_all: Conditions::parse(not_all, flavour)?,
            not_any: Conditions::parse(not_any, flavour)?,
            name: None,
        })
    }

    /// The same query for instances with this in their names, too.
    #[must_use]
    pub fn named(self, name: Option<String>) -> Self {
        Self { name, ..self }
    }

    /// Whether an instance is what is asked for.
    pub fn admits(&self, instance: &ProtectedInstance) -> bool {
        let tags = &instance.tags;
        self.all.0.iter().all(|condition| condition.holds(tags))
            && (self.any.0.is_empty() || self.any.0.iter().any(|condition| condition.holds(tags)))
            && (self.not_all.0.is_empty() || !self.not_all.0.iter().all(|condition| condition.holds(tags)))
            && !self.not_any.0.iter().any(|condition| condition.holds(tags))
            && self
                .name
                .as_deref()
                .is_none_or(|part| name_holds(instance.name.as_str(), part))
    }
}

/// A part of a name in any case; the empty part is the whole of no name.
fn name_holds(name: &str, part: &str) -> bool {
    !part.is_empty() && name.to_lowercase().contains(&part.to_lowercase())
}

impl Condition {
    fn holds(&self, tags: &[Tag]) -> bool {
        let mut of_key = tags.iter().filter(|tag| tag.key == self.key);
        of_key.any(|tag| {
            self.values.is_empty()
                || self.values.iter().any(|wanted| match wanted {
                    Wanted::Is(value) => tag.value == *value,
                    Wanted::Holds(part) => tag.value.contains(part),
                })
        })
    }
}

impl Conditions {
    fn parse(asked: Vec<Asked>, flavour: Flavour) -> Result<Self, Refusal> {
        let most = match flavour {
            Flavour::Huawei => 10,
            Flavour::Otc => 20,
        };
        if asked.len() > most {
            let given = asked.len();
            return Err(Code::TooManyTags.because(format!("a list may have {most} keys, it has {given}")));
        }
        let mut conditions = Vec::<Condition>::new();
        for asked in asked {
            let condition = Condition::parse(asked, most, flavour)?;
            if conditions.iter().any(|other| other.key == condition.key) {
                return Err(Code::DuplicateTagKeys.because(format!("key {:?} stands there twice", condition.key)));
            }
            conditions.push(condition);
        }
        Ok(Self(conditions))
    }
}

impl Condition {
    fn parse(asked: Asked, most: usize, flavour: Flavour) -> Result<Self, Refusal> {
        let key = trim(key_of(asked.key.as_deref())?, flavour);
        let key = key_of(Some(key))?;
        if key.chars().count() > KEY_LENGTH {
            return Err(Code::InvalidTagKey.because(format!("a key of a query has at most {KEY_LENGTH} characters")));
        }
        let values = asked
            .values
            .ok_or_else(|| Code::NullTagValue.because(format!("key {key:?} has no values")))?;
        if values.len() > most {
            let given = values.len();
            return Err(Code::TooManyTagValues.because(format!("key {key:?} may have {most} values, it has {given}")));
        }
        let mut wanted = Vec::new();
        for value in &values {
            let value = Wanted::parse(trim(value, flavour))?;
            if wanted.contains(&value) {
                return Err(Code::DuplicateTagValues.because(format!("key {key:?} has a value twice")));
            }
            wanted.push(value);
        }
        let (key, values) = (key.to_owned(), wanted);
        Ok(Self { key, values })
    }
}

impl Wanted {
    fn parse(value: &str) -> Result<Self, Refusal> {
        if value.chars().count() > VALUE_LENGTH {
            return Err(
                Code::InvalidTagValue.because(format!("a value of a query has at most {VALUE_LENGTH} characters"))
            );
        }
        match value.strip_prefix('*') {
            None => Ok(Self::Is(value.to_owned())),
            Some("") => Err(Code::InvalidTagValue.because("a value must not be * alone")),
            Some(part) => Ok(Self::Holds(part.to_owned())),
        }
    }
}

/// A key or value without the blanks around it; Huawei Cloud knows full-width blanks too.
fn trim(text: &str, flavour: Flavour) -> &str {
    text.trim_matches(|c| c == ' ' || (c == '\u{3000}' && flavour == Flavour::Huawei))
}

/// One entry of `matches` as a body names it.
pub struct Match {
    /// The member to compare, of which there is only `resource_name`.
    pub key: Option<String>,
    /// What its value must hold.
    pub value: Option<String>,
}

/// The name that `matches` asks for, if it is there, or the refusal of the first entry that breaks a rule.
pub fn name_of(matches: Option<Vec<Match>>) -> Result<Option<String>, Refusal> {
    let Some(matches) = matches else { return Ok(None) };
    if matches.is_empty() {
        return Err(Code::EmptyMatches.refusal());
    }
    let mut name = None;
    for Match { key, value } in matches {
        let key = key
            .filter(|key| !key.is_empty())
            .ok_or_else(|| Code::EmptyMatchKey.refusal())?;
        if key != "resource_name" {
            return Err(Code::InvalidMatchKey.because(format!("key must be resource_name, it is {key:?}")));
        }
        if name.is_some() {
            return Err(Code::DuplicateMatchKeys.because("resource_name stands there twice"));
        }
        let value = value.ok_or_else(|| Code::NullMatchValue.refusal())?;
        if value.chars().count() > VALUE_LENGTH {
            let rule = format!("a value has at most {VALUE_LENGTH} characters");
            return Err(Code::InvalidMatchValue.because(rule));
        }
        name = Some(value);
    }
    Ok(name)
}
