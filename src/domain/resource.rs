//! What the four resources have in common: wire names, error codes, an ID, a group, a name, a status.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserialize, DeserializeOwned, Deserializer, Error, MapAccess, Unexpected, Visitor};
use serde::ser::{Serialize, Serializer};
use uuid::Uuid;

use super::code::{Code, Refusal};
use super::ids::hyphenated;
use super::name::Name;
use super::plain;
use super::project::Project;
use super::protection_group::ProtectionGroup;
use super::rules::Rules;
use super::status::Status;
use super::table::Table;
use super::time::Time;

/// A kind of thing that IDs name; it says how an ID that cannot be one is refused.
pub trait Identified {
    /// What the thing is called in messages.
    const NAME: &'static str;
    /// The code of an ID that is no UUID.
    const MALFORMED: Code;
    /// The code of a blank ID, where the documentation has one of its own.
    const BLANK: Code = Self::MALFORMED;
}

/// One of the four resources, with what its wire form and its errors are called.
pub trait Resource: Identified + Serialize + DeserializeOwned + Clone + Sized {
    /// The member that wraps a single one in bodies, such as `disaster_recovery_drill`.
    const WRAPPER: &'static str;
    /// The member that holds a list of them, such as `disaster_recovery_drills`.
    const COLLECTION: &'static str;
    /// The statuses that the documentation lists for it.
    const STATUSES: &'static [Status];
    /// The code of an ID that names none.
    const NOT_FOUND: Code;

    /// Its ID.
    fn id(&self) -> Id<Self>;
    /// The protection group it belongs to, if it is not one itself.
    fn group(&self) -> Option<Id<ProtectionGroup>>;
    /// Its name.
    fn name(&self) -> &Name;
    /// Its status.
    fn status(&self) -> Status;
    /// Takes another name; synchronous and allowed in every status.
    fn rename(&mut self, name: Name, now: Time);
    /// Notes that it was changed.
    fn touch(&mut self, now: Time);
    /// Takes another status, with all that goes with it.
    fn enter(&mut self, status: Status, now: Time);

    /// Where a project keeps the resources of this kind.
    fn table(project: &Project) -> &Table<Self>;
    /// The same, to change it.
    fn table_mut(project: &mut Project) -> &mut Table<Self>;

    /// Reports what of this row breaks a rule in this project, beyond its shape.
    fn check(&self, project: &Project, faults: &mut Faults);
}

/// The ID of a `T`: a UUID, written in the hyphenated lower-case form.
pub struct Id<T> {
    uuid: Uuid,
    of: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    /// This UUID as the ID of a `T`.
    pub const fn new(uuid: Uuid) -> Self {
        Self { uuid, of: PhantomData }
    }

    /// The UUID itself.
    pub const fn uuid(self) -> Uuid {
        self.uuid
    }

    /// Reads the hyphenated form in any case, and no other.
    pub fn read(text: &str) -> Option<Self> {
        // The other forms that the uuid crate reads (32 digits, braces, urn:) have other lengths.
        (text.len() == 36)
            .then(|| Uuid::try_parse(text).ok().map(Self::new))
            .flatten()
    }
}

impl<T: Identified> Id<T> {
    /// Reads an ID or refuses it with the code of its kind, naming the member that holds it.
    pub fn parse(text: &str, member: &str) -> Result<Self, Refusal> {
        Self::read(text).ok_or_else(|| {
            let code = if text.trim().is_empty() { T::BLANK } else { T::MALFORMED };
            code.because(format!(
                "{member} must be a UUID such as e472d26f-9624-42fb-8bfc-717d4714c225, it is {text:?}"
            ))
        })
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.uuid == other.uuid
    }
}

impl<T> Eq for Id<T> {}

impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.uuid.cmp(&other.uuid)
    }
}

impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.uuid.hash(state);
    }
}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.uuid, f)
    }
}

impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.uuid, f)
    }
}

impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = hyphenated(self.uuid);
        plain::serialize(str::from_utf8(&text).expect("hex digits are ASCII"), serializer)
    }
}

impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Text<T>(PhantomData<T>);
        impl<T> Visitor<'_> for Text<T> {
            type Value = Id<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a hyphenated UUID")
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Id<T>, E> {
                Id::read(text).ok_or_else(|| E::invalid_value(Unexpected::Str(text), &self))
            }
        }
        deserializer.deserialize_str(Text(PhantomData))
    }
}

/// A JSON object that is read as a `T`, and nothing else: a derived `Deserialize` also takes a list of its members.
#[derive(Debug, Clone)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        object(deserializer).map(Self)
    }
}

/// `#[serde(deserialize_with)]`: reads a `T` from an object only.
pub fn object<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<T, D::Error> {
    struct Members<T>(PhantomData<T>);
    impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, members: A) -> Result<T, A::Error> {
            T::deserialize(MapAccessDeserializer::new(members))
        }
    }
    deserializer.deserialize_map(Members(PhantomData))
}

/// `#[serde(deserialize_with)]`: reads an object without members, for a variant that has none besides its tag.
pub fn nothing<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}
    Nothing::deserialize(deserializer).map(|Nothing {}| ())
}

/// `#[serde(deserialize_with)]`: reads a list of objects, each a `T`.
pub fn objects<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Ok(Vec::<Object<T>>::deserialize(deserializer)?
        .into_iter()
        .map(|object| object.0)
        .collect())
}

/// As [`objects`], where null stands for what was not said.
pub fn nullable_objects<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Vec<T>>, D::Error> {
    let rows = Option::<Vec<Object<T>>>::deserialize(deserializer)?;
    Ok(rows.map(|rows| rows.into_iter().map(|object| object.0).collect()))
}

/// A member that is null in every answer of today; what old answers print in its place is read and forgotten.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reserved;

impl Serialize for Reserved {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_none()
    }
}

impl<'de> Deserialize<'de> for Reserved {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Option::<std::borrow::Cow<'de, str>>::deserialize(deserializer).map(|_| Self)
    }
}

/// One broken rule of a row: which member, what was expected, what stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The member, as a path below the row, such as `drill_servers[0].protected_instance`.
    pub member: String,
    /// The rule in words.
    pub rule: String,
    /// The value that breaks it.
    pub value: String,
}

impl Fault {
    /// Whether the row has it all by itself; all other rules are about what other rows say.
    pub fn is_own(&self) -> bool {
        ["name", "status", "progress", "volume_ids"].contains(&&*self.member)
    }
}

/// What is wrong with a row, all of it, and what is merely worth a warning.
#[derive(Debug, Default)]
pub struct Faults {
    /// The broken rules.
    pub broken: Vec<Fault>,
    /// Members whose stated value was replaced by the derived one.
    pub warnings: Vec<Fault>,
}

impl Faults {
    /// Reports a broken rule.
    pub fn broken(&mut self, member: impl Into<String>, rule: impl Into<String>, value: impl fmt::Display) {
        self.broken.push(Fault {
            member: member.into(),
            rule: rule.into(),
            value: value.to_string(),
        });
    }

    /// Reports that a derived member was stated with another value.
    pub fn derived(&mut self, member: &str, derived: impl fmt::Display, stated: impl fmt::Display) {
        let rule = format!("is derived and was replaced by {derived}");
        self.warnings.push(Fault {
            member: member.to_owned(),
            rule,
            value: stated.to_string(),
        });
    }

    /// Reports a reference to a row that is not there.
    pub fn dangling<T: Resource>(&mut self, member: impl Into<String>, id: Id<T>, project: &Project) {
        if T::table(project).find(id).is_none() {
            self.broken(
                member,
                format!("must be the ID of a {} of the same project", T::NAME),
                id,
            );
        }
    }

    /// Reports a name or a status that this flavour or this resource does not have.
    pub fn vocabulary<T: Resource>(&mut self, row: &T, rules: &Rules) {
        if !row.name().keeps(rules.names()) {
            let rule = format!("must be a name that flavour {} admits", rules.flavour.word());
            self.broken("name", rule, row.name());
        }
        if !T::STATUSES.contains(&row.status()) {
            let words: Vec<_> = T::STATUSES.iter().map(|status| status.word()).collect();
            self.broken("status", format!("must be one of {}", words.join(", ")), row.status());
        }
    }
}
