//! Projects, domains and users: looked up by name, one alone, or all of them.

use serde::Serialize;
use serde::ser::{SerializeMap, Serializer};

use super::desk::Desk;
use super::who::Reference;
use super::{Denied, Kind};
use crate::api::error::Failure;
use crate::api::input::{Call, Input};
use crate::api::reply::Reply;
use crate::api::token::Named;
use crate::store::ProjectId;

/// A project, a domain or a user, as identity shows it.
#[derive(Serialize)]
struct Row {
    id: String,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    domain_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    is_domain: Option<bool>,
    enabled: bool,
    description: &'static str,
    links: Links,
}

#[derive(Serialize)]
struct Links {
    #[serde(rename = "self")]
    here: String,
}

/// `{"<name>":[…],"links":{…}}`.
struct Page {
    name: &'static str,
    rows: Vec<Row>,
    here: String,
}

/// There is always one page.
#[derive(Serialize)]
struct PageLinks<'p> {
    #[serde(rename = "self")]
    here: &'p str,
    next: Option<&'static str>,
    previous: Option<&'static str>,
}

impl Serialize for Page {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (here, next, previous) = (&*self.here, None, None);
        let mut page = serializer.serialize_map(Some(2))?;
        page.serialize_entry(self.name, &self.rows)?;
        page.serialize_entry("links", &PageLinks { here, next, previous })?;
        page.end()
    }
}

/// `{"<name>":{…}}`.
struct One {
    name: &'static str,
    row: Row,
}

impl Serialize for One {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut one = serializer.serialize_map(Some(1))?;
        one.serialize_entry(self.name, &self.row)?;
        one.end()
    }
}

/// The ID in a path.
pub struct PathId(String);

impl<'r> Input<'r> for PathId {
    fn read(call: &mut Call<'r>) -> Result<Self, Failure> {
        let id = call.parameter().text().into_owned();
        if ProjectId::admits(&id) {
            return Ok(Self(id));
        }
        Err(Kind::NotFound
            .because("the ID in the path must have 1 to 64 characters of 0-9 A-Z a-z _ -")
            .into())
    }
}

/// `KeystoneListProjects` and `KeystoneListAuthProjects`: those of a name, or all of the table, the caller's own first.
pub fn projects(desk: Desk<'_>) -> Result<Reply, Denied> {
    let rows = if let Some(name) = &desk.name {
        let mut named: Vec<_> = desk.tables.projects_named(name).map(Named::from).collect();
        if named.is_empty() && !desk.is_strict() {
            named.push(Named::derived("project", name));
        }
        named
    } else {
        let all = desk.tables.projects.iter().map(Named::from);
        own_first(desk.caller.project.clone(), all)
    };
    let rows = rows.into_iter().map(|project| desk.project_row(project)).collect();
    Ok(desk.page("projects", rows))
}

/// `KeystoneListProjectsForUser`.
pub fn projects_of(desk: Desk<'_>, id: PathId) -> Result<Reply, Denied> {
    desk.user_named(Reference::Id(&id.0))
        .ok_or_else(|| absent("user", &id.0))?;
    projects(desk)
}

/// `KeystoneShowProject`.
pub fn project(desk: Desk<'_>, id: PathId) -> Result<Reply, Denied> {
    if desk.is_strict() && desk.tables.project(&id.0).is_none() {
        return Err(absent("project", &id.0));
    }
    let row = desk.project_row(desk.project_of_id(&id.0));
    let name = "project";
    Ok(Reply::json(&One { name, row }))
}

/// `KeystoneListAuthDomains` and `KeystoneListDomains`: that of a name, or all of the table, the caller's own first.
pub fn domains(desk: Desk<'_>) -> Result<Reply, Denied> {
    let rows = if let Some(name) = &desk.name {
        desk.domain(Reference::Name(name)).into_iter().collect()
    } else {
        let all = desk.tables.domains.iter().map(Named::from);
        own_first(Some(desk.caller.domain.clone()), all)
    };
    let rows = rows
        .into_iter()
        .map(|domain| desk.row("domains", domain, None))
        .collect();
    Ok(desk.page("domains", rows))
}

/// `KeystoneListUsers`: that of a name, or all of the table, the caller first.
pub fn users(desk: Desk<'_>) -> Result<Reply, Denied> {
    let rows = if let Some(name) = &desk.name {
        desk.user_named(Reference::Name(name)).into_iter().collect()
    } else {
        let all = desk.tables.users.iter().map(Named::from);
        own_first(Some(desk.caller.user.clone()), all)
    };
    let rows = rows.into_iter().map(|user| desk.user_row(user)).collect();
    Ok(desk.page("users", rows))
}

/// `KeystoneShowUser`.
pub fn user(desk: Desk<'_>, id: PathId) -> Result<Reply, Denied> {
    let user = desk
        .user_named(Reference::Id(&id.0))
        .ok_or_else(|| absent("user", &id.0))?;
    let row = desk.user_row(user);
    let name = "user";
    Ok(Reply::json(&One { name, row }))
}

fn absent(kind: &str, id: &str) -> Denied {
    Kind::NotFound.because(format!("Could not find {kind}: {id}."))
}

/// All of them, one's own before the others.
fn own_first(own: Option<Named>, all: impl Iterator<Item = Named>) -> Vec<Named> {
    let mut rows: Vec<_> = own.into_iter().collect();
    for row in all {
        if rows.first().is_none_or(|own| own.id != row.id) {
            rows.push(row);
        }
    }
    rows
}

impl Desk<'_> {
    /// The user that is meant; none in `strict` where the table has none.
    fn user_named(&self, meant: Reference<'_>) -> Option<Named> {
        let row = match meant {
            Reference::Id(id) => self.tables.user(id),
            Reference::Name(name) => self.tables.users_named(name).next(),
        };
        let caller =
            || Some(self.caller.user.clone()).filter(|user| matches!(meant, Reference::Id(id) if user.id == id));
        match (row, meant) {
            (Some(user), _) => Some(user.into()),
            (None, _) if self.is_strict() => None,
            (None, Reference::Id(id)) => caller().or_else(|| Some(Named::unnamed(id))),
            (None, Reference::Name(name)) => Some(Named::derived("user", name)),
        }
    }

    fn project_row(&self, project: Named) -> Row {
        let domain = self.domain_of(&project, &self.caller.domain).id;
        Row {
            parent_id: Some(domain.clone()),
            is_domain: Some(false),
            ..self.row("projects", project, Some(domain))
        }
    }

    fn user_row(&self, user: Named) -> Row {
        let row = self.tables.user(&user.id);
        let domain = row.map_or_else(|| self.caller.domain.clone(), |row| self.named_domain(&row.domain));
        self.row("users", user, Some(domain.id))
    }

    fn row(&self, collection: &str, Named { id, name }: Named, domain_id: Option<String>) -> Row {
        let here = format!("{}/v3/{collection}/{id}", self.origin);
        Row {
            id,
            name,
            domain_id,
            parent_id: None,
            is_domain: None,
            enabled: true,
            description: "",
            links: Links { here },
        }
    }

    fn page(&self, name: &'static str, rows: Vec<Row>) -> Reply {
        let here = format!("{}{}", self.origin, self.path);
        Reply::json(&Page { name, rows, here })
    }
}
