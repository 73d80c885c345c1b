//! Answers of success, written out while the project is still locked.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::json;
use crate::domain::job::JobId;
use crate::domain::resource::Resource;

/// An answer of success: its status and its JSON, which is empty only with 204.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
    /// The token that it hands out, in `X-Subject-Token`.
    pub token: Option<Box<str>>,
}

/// About the size of one resource as JSON, so that an answer is written without growing its buffer.
const ONE: usize = 1024;

impl Reply {
    /// 200 with one resource in its wrapper.
    pub fn one<T: Resource>(row: &T) -> Self {
        Self::written(ONE, &Wrapper { name: T::WRAPPER, row })
    }

    /// 200 with a page of resources and the number of all that the filter admits.
    pub fn many<T: Resource>(page: (usize, Vec<&T>)) -> Self {
        Self::listed(T::COLLECTION, page)
    }

    /// The same for what is no resource, under this name.
    pub fn listed<T: Serialize>(name: &'static str, (count, rows): (usize, Vec<&T>)) -> Self {
        let capacity = ONE * rows.len().clamp(1, 64);
        Self::written(capacity, &List { name, count, rows })
    }

    /// 200 with the ID of the job that does what was asked for.
    pub fn accepted(job_id: &JobId) -> Self {
        Self::json(&Accepted { job_id })
    }

    /// 200 with this body.
    pub fn json(body: &impl Serialize) -> Self {
        Self::written(ONE, body)
    }

    /// 204, which has no body.
    pub const fn no_content() -> Self {
        Self {
            status: 204,
            body: Vec::new(),
            token: None,
        }
    }

    /// The same answer with another status of success.
    pub fn with_status(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// The same answer with a token to hand out.
    pub fn with_token(self, token: String) -> Self {
        let token = Some(token.into());
        Self { token, ..self }
    }

    fn written(capacity: usize, body: &impl Serialize) -> Self {
        let mut written = Vec::with_capacity(capacity);
        json::write(&mut written, body).expect("answers are made of what the writer knows");
        Self {
            status: 200,
            body: written,
            token: None,
        }
    }
}

/// `{"job_id":"…"}`.
#[derive(serde::Serialize)]
struct Accepted<'r> {
    job_id: &'r JobId,
}

/// `{"<name>":{…}}`.
struct Wrapper<'r, T> {
    name: &'static str,
    row: &'r T,
}

impl<T: Serialize> Serialize for Wrapper<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(self.name, self.row)?;
        map.end()
    }
}

/// `{"count":n,"<name>":[…]}`.
struct List<'r, T> {
    name: &'static str,
    count: usize,
    rows: Vec<&'r T>,
}

impl<T: Serialize> Serialize for List<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("count", &self.count)?;
        map.serialize_entry(self.name, &self.rows)?;
        map.end()
    }
}
