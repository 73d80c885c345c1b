//! The query string of a list: filters and paging.

use std::borrow::Cow;
use std::cell::Cell;

use percent_encoding::percent_decode_str;

use crate::domain::code::{Code, Refusal};
use crate::domain::resource::{Id, Identified, Resource};
use crate::domain::status::Status;
use crate::domain::table::Page;

/// The most rows that a page can have, and what it has where nothing is said.
const MAX_LIMIT: usize = 1000;

/// The most IDs that a list of them can have.
const MAX_IDS: usize = 30;

/// A query string; its parameters are looked up where they are needed, for most requests have none.
#[derive(Debug)]
pub struct QueryString<'r> {
    text: &'r str,
    /// Which of the parameters were looked up, a bit for each of the first ones.
    read: Cell<u64>,
}

impl<'r> QueryString<'r> {
    /// What stands behind the `?`.
    pub const fn new(text: &'r str) -> Self {
        let read = Cell::new(0);
        Self { text, read }
    }

    /// The parameters that nothing has looked up, each behind a `?`.
    pub fn unread(&self) -> impl Iterator<Item = String> {
        let read = self.read.get();
        let unread = self
            .pairs()
            .enumerate()
            .filter(move |(place, _)| read >> (*place).min(63) & 1 == 0);
        unread.map(|(_, (name, _))| format!("?{name}"))
    }

    /// Notes that a parameter was looked up, wherever it stands.
    pub fn look(&self, name: &str) {
        if self.text.is_empty() {
            return;
        }
        for (place, _) in self.pairs().enumerate().filter(|(_, (given, _))| given == name) {
            self.read.set(self.read.get() | 1 << place.min(63));
        }
    }

    /// Refuses a query that is not UTF-8, wherever in it.
    pub fn check(&self) -> Result<(), Refusal> {
        let decoded = percent_decode_str(self.text).decode_utf8();
        decoded.map(|_| ()).map_err(|error| {
            Code::InvalidParameters.because(format!("the query must be percent-encoded UTF-8: {error}"))
        })
    }

    /// All parameters, decoded, in their order.
    fn pairs(&self) -> impl DoubleEndedIterator<Item = (Cow<'r, str>, Cow<'r, str>)> {
        self.text.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
    }

    /// The value of a parameter as it stands, the last of a repeated one; empty counts as absent.
    pub fn text(&self, name: &str) -> Option<Cow<'r, str>> {
        self.look(name);
        let value = self.pairs().rev().find(|(given, _)| given == name)?.1;
        (!value.is_empty()).then_some(value)
    }

    /// The value of a parameter without the blanks around it.
    pub fn word(&self, name: &str) -> Option<Cow<'r, str>> {
        let value = self.text(name)?;
        let trimmed = value.trim();
        match trimmed.len() {
            0 => None,
            length if length == value.len() => Some(value),
            _ => Some(Cow::Owned(trimmed.to_owned())),
        }
    }

    /// The value of a parameter that holds an ID.
    pub fn id<T: Identified>(&self, name: &str) -> Result<Option<Id<T>>, Refusal> {
        self.word(name).map(|text| Id::parse(&text, name)).transpose()
    }

    /// The value of `status`, one of the statuses of resource `T`.
    pub fn status<T: Resource>(&self) -> Result<Option<Status>, Refusal> {
        let Some(word) = self.word("status") else {
            return Ok(None);
        };
        let status = Status::parse(&word).filter(|status| T::STATUSES.contains(status));
        status.map(Some).ok_or_else(|| {
            let words: Vec<_> = T::STATUSES.iter().map(|status| status.word()).collect();
            let words = words.join(", ");
            Code::IncorrectStatus.because(format!("status must be one of {words}, it is {word:?}"))
        })
    }

    /// The values of a parameter that holds a list of IDs, in each of the forms that clients send: `["a","b"]`,
    /// `['a','b']`, `[a,b]`, and the parameter repeated. Absent is `None`; more than 30 are refused with `SDRS.0226`.
    pub fn ids<T: Identified>(&self, name: &str) -> Result<Option<Vec<Id<T>>>, Refusal> {
        self.look(name);
        let mut ids = Vec::new();
        for (_, value) in self.pairs().filter(|(given, _)| given == name) {
            let inner = value.trim();
            let inner = inner
                .strip_prefix('[')
                .and_then(|inner| inner.strip_suffix(']'))
                .unwrap_or(inner);
            let unquoted = inner.split(',').map(|id| id.trim().trim_matches(['"', '\'']).trim());
            for id in unquoted.filter(|id| !id.is_empty()) {
                ids.push(Id::parse(id, name)?);
            }
        }
        if ids.len() > MAX_IDS {
            let given = ids.len();
            return Err(Code::TooManyIds.because(format!("{name} may have {MAX_IDS} IDs, it has {given}")));
        }
        Ok((!ids.is_empty()).then_some(ids))
    }

    /// The IDs of a list, or the one of the parameter that the list overrides.
    pub fn id_or_ids<T: Identified>(&self, one: &str, list: &str) -> Result<Option<Vec<Id<T>>>, Refusal> {
        match self.ids(list)? {
            Some(ids) => {
                // Overridden, it is read but not looked at.
                self.look(one);
                Ok(Some(ids))
            }
            None => Ok(self.id(one)?.map(|id| vec![id])),
        }
    }

    /// The value of a parameter that is one of these words; anything else is refused with `SDRS.0201`.
    pub fn word_of(&self, name: &str, words: &[&str]) -> Result<Option<Cow<'r, str>>, Refusal> {
        match self.word(name) {
            Some(given) if !words.contains(&&*given) => {
                let words = words.join(", ");
                Err(Code::InvalidParameters.because(format!("{name} must be one of {words}, it is {given:?}")))
            }
            given => Ok(given),
        }
    }

    /// The value of `query_type`, one of these words; `general` is none.
    pub fn kind<'w>(&self, words: &[&'w str]) -> Result<Option<&'w str>, Refusal> {
        match self.word("query_type").as_deref() {
            None | Some("general") => Ok(None),
            Some(given) => words
                .iter()
                .copied()
                .find(|word| *word == given)
                .map(Some)
                .ok_or_else(|| {
                    let words = words.join(", ");
                    Code::InvalidParameters
                        .because(format!("query_type must be general or one of {words}, it is {given:?}"))
                }),
        }
    }

    /// `limit` and `offset`.
    pub fn page(&self) -> Result<Page, Refusal> {
        let limit = match self.word("limit") {
            None => MAX_LIMIT,
            Some(text) => digits(&text).filter(|&limit| limit <= MAX_LIMIT).ok_or_else(|| {
                Code::InvalidLimit.because(format!("limit must be a number from 0 to {MAX_LIMIT}, it is {text:?}"))
            })?,
        };
        let offset = match self.word("offset") {
            None => 0,
            Some(text) => digits(&text).ok_or_else(|| {
                Code::InvalidOffset.because(format!("offset must be a number from 0, it is {text:?}"))
            })?,
        };
        Ok(Page { offset, limit })
    }
}

/// The number that these characters spell, if each is an ASCII digit.
fn digits(text: &str) -> Option<usize> {
    // `parse` alone would take a leading `+`.
    text.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| text.parse().ok())
        .flatten()
}

/// Decodes one name or value of a query, in which a blank may be a `+`.
fn decode(text: &str) -> Cow<'_, str> {
    if text.contains('+') {
        let blanks = text.replace('+', " ");
        return Cow::Owned(percent_decode_str(&blanks).decode_utf8_lossy().into_owned());
    }
    percent_decode_str(text).decode_utf8_lossy()
}
