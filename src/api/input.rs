//! What handlers take: each argument is read from the request, or refuses it with the documented code.

use std::cell::RefCell;

use bytes::Bytes;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde::de::Deserialize;

use super::Operation;
use super::auth::{Access, Holder};
use super::error::{Dialect, Failure};
use super::gateway;
use super::path::{Parameter, Parameters};
use super::query::QueryString;
use super::reply::Reply;
use crate::domain;
use crate::domain::code::{Code, Refusal};
use crate::domain::job::Job;
use crate::domain::name::{Name, NameRule};
use crate::domain::protection_group::ProtectionGroup;
use crate::domain::resource::{self, Identified, Resource};
use crate::domain::table::Page;
use crate::domain::wording::in_plain_words;
use crate::domain::work::Submission;
use crate::store::{Closed, Shard, Store};

/// One request to one operation, as the handlers' arguments are read from it.
pub struct Call<'r> {
    /// Where all projects live.
    pub store: &'r Store,
    /// How the server speaks.
    pub dialect: Dialect,
    /// How the server knows its callers.
    pub access: &'r Access,
    /// Whose key the request is signed with, where that was looked at.
    pub holder: Option<Holder>,
    /// The row of the table that the request matched.
    pub operation: &'static Operation,
    /// The project that the URL names, if the route has one, and how the URL spells it.
    pub project: Option<(Result<&'r Shard, Closed>, &'r str)>,
    /// The URL as the client wrote it.
    pub uri: &'r http::Uri,
    /// The header fields.
    pub headers: &'r HeaderMap,
    /// The body, whole.
    pub body: &'r Bytes,
    query: QueryString<'r>,
    parameters: Parameters<'r>,
    /// The members of the body that nothing has read, as JSON pointers.
    unread: RefCell<Vec<String>>,
}

impl<'r> Call<'r> {
    /// The call of this head and this body; `parameters` are those behind the project's.
    pub fn new(
        (store, dialect, access): (&'r Store, Dialect, &'r Access),
        operation: &'static Operation,
        project: Option<(Result<&'r Shard, Closed>, &'r str)>,
        parameters: Parameters<'r>,
        (uri, headers): (&'r http::Uri, &'r HeaderMap),
        body: &'r Bytes,
    ) -> Self {
        let query = QueryString::new(uri.query().unwrap_or_default());
        Self {
            store,
            dialect,
            access,
            holder: None,
            operation,
            project,
            uri,
            headers,
            body,
            query,
            parameters,
            unread: RefCell::default(),
        }
    }

    /// The query.
    pub fn query(&self) -> &QueryString<'r> {
        &self.query
    }

    /// The next path parameter.
    pub fn parameter(&mut self) -> Parameter<'r> {
        self.parameters
            .next()
            .expect("a handler takes no more path parameters than its route has")
    }

    /// The body as a `T`, or `SDRS.0201` saying why it is none.
    pub fn json<T: Deserialize<'r>>(&self) -> Result<T, Refusal> {
        let text = self.text()?;
        let mut ignored = |path: serde_ignored::Path<'_>| self.note(&path);
        let mut deserializer = serde_json::Deserializer::from_str(text);
        let read = serde_ignored::deserialize(&mut deserializer, &mut ignored);
        let read = read.and_then(|read| deserializer.end().map(|()| read));
        read.map_err(|error| undocumented(&error))
    }

    /// The same where the body has no more than so many members and is as documented: then nothing of it is ignored.
    pub fn plain<T: Deserialize<'r>>(&self, members: usize) -> Option<T> {
        let text = self.text().ok().filter(|text| has_no_more_members(text, members))?;
        serde_json::from_str(text).ok()
    }

    /// The body as text.
    fn text(&self) -> Result<&'r str, Refusal> {
        if let Some(declared) = self.headers.get(CONTENT_TYPE)
            && !is_json(declared.as_bytes())
        {
            let declared = String::from_utf8_lossy(declared.as_bytes());
            return Err(invalid(format!(
                "the body must be declared as application/json, it is declared as {declared}"
            )));
        }
        // Checked as a whole, for serde_json overlooks bad bytes in members that it skips.
        str::from_utf8(self.body).map_err(|error| invalid(format!("the body is not UTF-8: {error}")))
    }

    /// Notes a member of the body that nothing reads.
    fn note(&self, path: &serde_ignored::Path<'_>) {
        let mut unread = self.unread.borrow_mut();
        if unread.len() < UNREAD {
            // The path of an optional value has a `?` of its own.
            let path = path.to_string().replace(".?", "");
            unread.push(cut(format!("/{}", path.replace('.', "/"))));
        }
    }

    /// What of the request nothing has read.
    pub fn unread(&self) -> Vec<String> {
        let mut unread = self.unread.take();
        unread.extend(self.query.unread().take(UNREAD).map(cut));
        unread
    }

    /// What of the body nothing has read, as far as it was read.
    pub fn unread_members(&self) -> Vec<String> {
        self.unread.take()
    }
}

/// How many unread members, and how many unread parameters, are told of one request.
const UNREAD: usize = 32;
/// How much of the name of one is told, in bytes.
const UNREAD_NAME: usize = 256;

/// A name, cut to what is told of it.
fn cut(mut name: String) -> String {
    if name.len() > UNREAD_NAME {
        name.truncate(name.floor_char_boundary(UNREAD_NAME));
        name.push('…');
    }
    name
}

/// Whether a body cannot have a member more than those that it must have, so that none of it is ignored: each takes a
/// colon, and where a text has one too, a closer look does no harm.
fn has_no_more_members(text: &str, members: usize) -> bool {
    text.bytes().filter(|&byte| byte == b':').count() <= members
}

fn undocumented(error: &serde_json::Error) -> Refusal {
    invalid(format!(
        "the body is not as documented: {}",
        in_plain_words(&error.to_string())
    ))
}

fn invalid(detail: String) -> Refusal {
    Code::InvalidParameters.because(detail)
}

/// Whether this media type is `application/json`, with whatever parameters.
fn is_json(media_type: &[u8]) -> bool {
    let essence = media_type.split(|&byte| byte == b';').next().unwrap_or_default();
    essence.trim_ascii().eq_ignore_ascii_case(b"application/json")
}

/// What a handler can take as an argument.
pub trait Input<'r>: Sized {
    /// Reads it from the request; arguments are read from left to right.
    fn read(call: &mut Call<'r>) -> Result<Self, Failure>;
}

/// The project that the URL names.
pub struct Project<'r> {
    shard: &'r Shard,
    names: NameRule,
    flavour: domain::rules::Flavour,
    dialect: Dialect,
}

impl<'r> Input<'r> for Project<'r> {
    fn read(call: &mut Call<'r>) -> Result<Self, Failure> {
        let rules = &call.store.settings().rules;
        let (names, flavour) = (rules.names(), rules.flavour);
        let (project, id) = call
            .project
            .expect("a handler that takes a project has a route with one");
        match project {
            Ok(shard) => Ok(Self {
                shard,
                names,
                flavour,
                dialect: call.dialect,
            }),
            Err(Closed::Malformed) => Err(Code::InvalidTenantId
                .because(format!(
                    "project_id must have 1 to 64 characters of 0-9 A-Z a-z _ -, it is {id:?}"
                ))
                .into()),
            Err(Closed::Unseen) => Err(Code::InvalidTenantId
                .because(format!(
                    "no fixture names project {id}, and --unseen-projects is refuse"
                ))
                .into()),
            Err(Closed::Full) => Err(gateway::UNAVAILABLE
                .because("as many projects as --max-projects admits are in use; delete some or raise it")
                .into()),
        }
    }
}

impl Project<'_> {
    /// The cloud that is emulated.
    pub fn flavour(&self) -> domain::rules::Flavour {
        self.flavour
    }

    /// How errors are spoken, and the one answer that differs otherwise.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Which characters names may have here.
    pub fn names(&self) -> NameRule {
        self.names
    }

    /// Answers with one resource; jobs that count looks at it count this one.
    pub fn show<T: Resource>(&self, id: resource::Id<T>) -> Result<Reply, Refusal> {
        let looked_at = |job: &Job| job.is_about(id.uuid());
        self.shard
            .poll(looked_at, |project| T::table(project).get(id).map(Reply::one))
    }

    /// Answers with whatever is looked up.
    pub fn look<R>(&self, look: impl FnOnce(&domain::project::Project) -> R) -> R {
        self.shard.read(look)
    }

    /// Accepts a work and answers with its job.
    pub fn submit(&self, work: impl Into<Submission>) -> Result<Reply, Refusal> {
        let submission = work.into();
        self.shard.submit(|_| Ok(submission)).map(|id| Reply::accepted(&id))
    }

    /// Accepts the work that the project's state makes of the request.
    pub fn submit_with(&self, choose: impl FnOnce(&domain::project::Project) -> Submission) -> Result<Reply, Refusal> {
        self.shard
            .submit(|project| Ok(choose(project)))
            .map(|id| Reply::accepted(&id))
    }

    /// What the project's clock shows.
    pub fn now(&self) -> domain::time::Time {
        self.shard.now()
    }

    /// The project itself, for what only one resource does with it.
    pub fn shard(&self) -> &Shard {
        self.shard
    }

    /// Answers with a page of resources: those of a group, if one is named, that pass a filter, if there is one.
    pub fn list<T: Resource>(
        &self,
        page: Page,
        group: Option<resource::Id<ProtectionGroup>>,
        filter: Option<&dyn Fn(&T) -> bool>,
    ) -> Reply {
        self.shard
            .read(|project| Reply::many(T::table(project).page(group, filter, page)))
    }

    /// Gives a resource another name and answers with it.
    pub fn rename<T: Resource>(&self, id: resource::Id<T>, name: Name) -> Result<Reply, Refusal> {
        self.shard.write(
            |project| T::table(project).position(id),
            |project, position, now| {
                let row = project.at_mut::<T>(position);
                row.rename(name, now);
                Reply::one(row)
            },
        )
    }
}

impl<'r, T: Identified> Input<'r> for resource::Id<T> {
    fn read(call: &mut Call<'r>) -> Result<Self, Failure> {
        let parameter = call.parameter();
        Ok(Self::parse(&parameter.text(), parameter.name)?)
    }
}

/// A list's filter, read from the query.
pub trait Filter: Sized {
    /// Reads the filter's parameters in their documented order; an empty one counts as absent.
    fn from_query(query: &QueryString<'_>) -> Result<Self, Refusal>;
}

/// A filter as an argument of a handler.
pub struct Query<F>(pub F);

impl<'r, F: Filter> Input<'r> for Query<F> {
    fn read(call: &mut Call<'r>) -> Result<Self, Failure> {
        call.query.check()?;
        Ok(Self(F::from_query(&call.query)?))
    }
}

impl<'r> Input<'r> for Page {
    fn read(call: &mut Call<'r>) -> Result<Self, Failure> {
        Ok(call.query.page()?)
    }
}
