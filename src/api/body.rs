//! Bodies: the wrapper, the texts in it, and what most of them hold.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor};

use super::error::Failure;
use super::input::{Call, Input};
use crate::domain::code::{Code, Refusal};
use crate::domain::name::{Description, Name, NameRule};
use crate::domain::resource::{self, Identified, Object, Resource};
use crate::domain::rules::Flavour;

/// What wraps the body of a request.
pub trait Wrapper {
    /// The member's name.
    const NAME: &'static str;
}

impl<T: Resource> Wrapper for T {
    const NAME: &'static str = T::WRAPPER;
}

/// A body `{"<wrapper>": {…}}`, the wrapper being that of resource `T`.
pub struct Wrapped<T, B>(pub B, PhantomData<T>);

/// What a wrapper holds.
pub trait Inner {
    /// How many members a body has that has none which nothing reads, the wrapper among them; 0 is not worth knowing.
    const MEMBERS: usize = 0;

    /// Whether nothing of it is missing; else what stands there instead may be misspelt.
    fn is_whole(&self) -> bool {
        true
    }
}

impl<'r, T: Wrapper, B: Deserialize<'r> + Inner> Input<'r> for Wrapped<T, B> {
    fn read(call: &mut Call<'r>) -> Result<Self, Failure> {
        if B::MEMBERS > 0
            && let Some(read) = call.plain::<Self>(B::MEMBERS)
            && read.0.is_whole()
        {
            return Ok(read);
        }
        Ok(call.json()?)
    }
}

impl<'de, T: Wrapper, B: Deserialize<'de>> Deserialize<'de> for Wrapped<T, B> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Outer(PhantomData))
    }
}

/// Reads the outer object; other members than the wrapper are ignored, as the service does.
struct Outer<T, B>(PhantomData<(T, B)>);

impl<'de, T: Wrapper, B: Deserialize<'de>> Visitor<'de> for Outer<T, B> {
    type Value = Wrapped<T, B>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "an object with the member `{}`", T::NAME)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut body = None;
        while let Some(is_wrapper) = map.next_key_seed(Is(T::NAME))? {
            if !is_wrapper {
                map.next_value::<IgnoredAny>()?;
            } else if body.is_some() {
                return Err(A::Error::duplicate_field(T::NAME));
            } else {
                body = Some(map.next_value::<Object<B>>()?.0);
            }
        }
        body.map(|body| Wrapped(body, PhantomData))
            .ok_or_else(|| A::Error::missing_field(T::NAME))
    }
}

/// The members of a JSON object in their order, each name as often as it stands there.
pub struct Members<V>(pub Vec<(String, V)>);

impl<'de, V: Deserialize<'de>> Deserialize<'de> for Members<V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All<V>(PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for All<V> {
            type Value = Members<V>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members<V>, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(All(PhantomData))
    }
}

/// Compares a member's name without keeping it.
struct Is(&'static str);

impl<'de> DeserializeSeed<'de> for Is {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<bool, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for Is {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<bool, E> {
        Ok(name == self.0)
    }
}

/// Text of a body, borrowed from it wherever no escape stands in it.
#[derive(Debug, serde::Deserialize)]
#[serde(transparent)]
pub struct Text<'r>(#[serde(borrow)] pub Cow<'r, str>);

impl Text<'_> {
    /// The ID that this member holds; a missing one is a malformed one.
    pub fn id<T: Identified>(text: Option<&Self>, member: &str) -> Result<resource::Id<T>, Refusal> {
        match text {
            Some(text) => resource::Id::parse(&text.0, member),
            None => Err(T::MALFORMED.because(format!("{member} is missing or null, it must be a UUID"))),
        }
    }

    /// The name that this member holds; a missing one is an invalid one.
    pub fn name(text: Option<&Self>, rule: NameRule) -> Result<Name, Refusal> {
        match text {
            Some(text) => Name::parse(&text.0, rule),
            None => Err(Code::InvalidName.because("name is missing or null, it must have 1 to 64 bytes")),
        }
    }

    /// The description that this member holds; null and empty are no description and an empty one.
    pub fn description(text: Option<&Self>) -> Result<Option<Description>, Refusal> {
        text.map(|text| Description::parse(&text.0)).transpose()
    }

    /// Whether it is the ID of something; for what is not modelled here, and of which only the form counts.
    pub fn is_uuid(&self) -> bool {
        resource::Id::<()>::read(&self.0).is_some()
    }
}

/// A text that only Huawei Cloud reads: elsewhere anything may stand in its place, as in that of any unknown member.
#[derive(Debug, serde::Deserialize)]
#[serde(untagged)]
pub enum HuaweiText<'r> {
    /// A text.
    Text(#[serde(borrow)] Text<'r>),
    /// Something else.
    Other(IgnoredAny),
}

impl<'r> HuaweiText<'r> {
    /// The text, if it is one.
    pub fn text(&self) -> Option<&Text<'r>> {
        match self {
            Self::Text(text) => Some(text),
            Self::Other(_) => None,
        }
    }

    /// Refuses what is no text where it is read; this is about the shape of a body and comes before all values.
    pub fn check(given: Option<&Self>, member: &str, flavour: Flavour) -> Result<(), Refusal> {
        match given {
            Some(Self::Other(_)) if flavour == Flavour::Huawei => {
                Err(Code::InvalidParameters.because(format!("{member} must be a string")))
            }
            _ => Ok(()),
        }
    }

    /// Refuses a storage pool's ID that is none.
    pub fn check_cluster(given: Option<&Self>, flavour: Flavour) -> Result<(), Refusal> {
        match given.and_then(Self::text) {
            Some(id) if flavour == Flavour::Huawei && !id.is_uuid() => {
                Err(Code::InvalidClusterId.because(format!("cluster_id must be a UUID, it is {:?}", id.0)))
            }
            _ => Ok(()),
        }
    }
}

/// The body of every rename; members that it does not name are ignored.
#[derive(Debug, serde::Deserialize)]
pub struct NewName<'r> {
    #[serde(borrow)]
    name: Option<Text<'r>>,
}

impl Inner for NewName<'_> {
    const MEMBERS: usize = 2;

    fn is_whole(&self) -> bool {
        self.name.is_some()
    }
}

impl NewName<'_> {
    /// The name, valid.
    pub fn parse(&self, rule: NameRule) -> Result<Name, Refusal> {
        Text::name(self.name.as_ref(), rule)
    }
}
