//! The body that asks for instances by their tags.

use serde::Deserialize;

use super::error::Failure;
use super::input::{Call, Input};
use crate::domain::code::{Code, Refusal};
use crate::domain::resource::Object;
use crate::domain::rules::Flavour;
use crate::domain::table::Page;
use crate::domain::tag_query::{Asked, Match, TagQuery, name_of};

/// The most rows of a page, and what it has where nothing is said.
const MAX_LIMIT: usize = 1000;

/// The body as it stands; [`ByTags::check`] applies the rules.
#[derive(Deserialize)]
pub struct ByTags {
    action: Option<String>,
    limit: Option<Number>,
    offset: Option<Number>,
    tags: Option<Vec<Object<Keyed>>>,
    tags_any: Option<Vec<Object<Keyed>>>,
    not_tags: Option<Vec<Object<Keyed>>>,
    not_tags_any: Option<Vec<Object<Keyed>>>,
    matches: Option<Vec<Object<Pair>>>,
}

/// A number that some clients send as text, as the documentation has it, and others as a number.
#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Number(serde_json::Number),
    Text(String),
}

#[derive(Deserialize)]
struct Keyed {
    key: Option<String>,
    values: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Pair {
    key: Option<String>,
    value: Option<String>,
}

/// What is wanted of the instances that are found.
pub enum Action {
    /// A page of them.
    Filter(Page),
    /// How many there are.
    Count,
}

/// A query that keeps the rules.
pub struct Checked {
    /// What is wanted.
    pub action: Action,
    /// Of which instances.
    pub query: TagQuery,
}

impl<'r> Input<'r> for ByTags {
    fn read(call: &mut Call<'r>) -> Result<Self, Failure> {
        Ok(call.json::<Object<Self>>()?.0)
    }
}

impl ByTags {
    /// The query, or the refusal of the first member that breaks a rule.
    pub fn check(self, flavour: Flavour) -> Result<Checked, Refusal> {
        let action = match self.action.as_deref() {
            Some("count") if self.limit.is_some() || self.offset.is_some() => {
                return Err(Code::CountTakesNoPaging.refusal());
            }
            Some("count") => Action::Count,
            Some("filter") => Action::Filter(page(self.limit.as_ref(), self.offset.as_ref())?),
            other => {
                let given = other.unwrap_or("missing");
                return Err(Code::TagQueryActionInvalid.because(format!("it is {given:?}")));
            }
        };
        let lists = [self.tags, self.tags_any, self.not_tags, self.not_tags_any];
        let lists = lists.map(|list| {
            let asked = |Object(Keyed { key, values })| Asked { key, values };
            list.unwrap_or_default().into_iter().map(asked).collect()
        });
        let matches = self.matches.map(|matches| {
            let pairs = matches
                .into_iter()
                .map(|Object(Pair { key, value })| Match { key, value });
            pairs.collect()
        });
        // The lists stand before the name in the documentation, and so do their faults.
        let query = TagQuery::parse(lists, flavour)?;
        let name = name_of(matches)?;
        Ok(Checked {
            action,
            query: query.named(name),
        })
    }
}

fn page(limit: Option<&Number>, offset: Option<&Number>) -> Result<Page, Refusal> {
    let limit = match limit {
        None => MAX_LIMIT,
        Some(limit) => whole(limit)
            .filter(|limit| (1..=MAX_LIMIT).contains(limit))
            .ok_or_else(|| {
                Code::TagQueryLimitOutOfRange.because(format!("limit must be a number from 1 to {MAX_LIMIT}"))
            })?,
    };
    let offset = match offset {
        None => 0,
        Some(offset) => whole(offset).ok_or_else(|| Code::InvalidOffset.because("offset must be a number from 0"))?,
    };
    Ok(Page { offset, limit })
}

fn whole(number: &Number) -> Option<usize> {
    match number {
        Number::Number(number) => number.as_u64().and_then(|number| usize::try_from(number).ok()),
        Number::Text(text) => text
            .bytes()
            .all(|byte| byte.is_ascii_digit())
            .then(|| text.parse().ok())
            .flatten(),
    }
}
