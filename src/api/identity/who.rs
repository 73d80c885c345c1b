//! Who and what is meant by the names and IDs in a request: a row of the table, or what is made of the name.

use super::Denied;
use super::desk::{Desk, unauthenticated};
use crate::api::auth::Holder;
use crate::api::token::{Named, Scope, Statement};
use crate::store::identity::{Domain, Identity, Project, User};

/// Whoever asks.
#[derive(Debug, Clone)]
pub(super) struct Caller {
    /// The user.
    pub(super) user: Named,
    /// The user's domain.
    pub(super) domain: Named,
    /// The project that the caller's token is for.
    pub(super) project: Option<Named>,
}

impl Caller {
    /// Somebody of whom nothing is known: the first user of the table.
    pub(super) fn stranger(tables: &Identity) -> Self {
        match tables.users.first() {
            Some(user) => Self::user(tables, user),
            None => Self {
                user: Named::derived("user", "mock-user"),
                domain: first_domain(tables),
                project: None,
            },
        }
    }

    /// Whoever's key a request was signed with.
    pub(super) fn holder(tables: &Identity, holder: Holder) -> Self {
        match holder {
            Holder::User(name) => Self::named(tables, &name),
            Holder::Temporary(statement) => statement.into(),
        }
    }

    /// Whoever's key this is; a key that no table has is anybody's.
    pub(super) fn of_key(tables: &Identity, access: &str) -> Self {
        let user = tables.key(access).map(|key| &key.user);
        user.map_or_else(|| Self::stranger(tables), |name| Self::named(tables, name))
    }

    /// The user of this name.
    pub(super) fn named(tables: &Identity, name: &str) -> Self {
        let user = tables.users_named(name).next();
        user.map_or_else(|| Self::stranger(tables), |user| Self::user(tables, user))
    }

    /// This user of the table.
    pub(super) fn user(tables: &Identity, user: &User) -> Self {
        Self {
            user: Named::from(user),
            domain: domain(tables, &user.domain),
            project: None,
        }
    }
}

impl From<Statement> for Caller {
    fn from(statement: Statement) -> Self {
        let project = match statement.scope {
            Scope::Project(project) => Some(project),
            Scope::Domain(_) | Scope::Unscoped => None,
        };
        Self {
            user: statement.user,
            domain: statement.domain,
            project,
        }
    }
}

impl Named {
    /// A thing that only its ID is known of.
    pub(super) fn unnamed(id: &str) -> Self {
        let (id, name) = (id.to_owned(), id.to_owned());
        Self { id, name }
    }

    /// A thing that only its name is known of.
    pub(super) fn derived(kind: &str, name: &str) -> Self {
        let (id, name) = (Identity::derived_id(kind, name), name.to_owned());
        Self { id, name }
    }
}

impl From<&Project> for Named {
    fn from(project: &Project) -> Self {
        let (id, name) = (project.id.clone(), project.name.clone());
        Self { id, name }
    }
}

impl From<&Domain> for Named {
    fn from(domain: &Domain) -> Self {
        let (id, name) = (domain.id.clone(), domain.name.clone());
        Self { id, name }
    }
}

impl From<&User> for Named {
    fn from(user: &User) -> Self {
        let (id, name) = (user.id.clone(), user.name.clone());
        Self { id, name }
    }
}

/// The domain of this name, derived where the table has none.
pub(super) fn domain(tables: &Identity, name: &str) -> Named {
    tables
        .domain(name)
        .map_or_else(|| Named::derived("domain", name), Named::from)
}

/// The domain of whoever names none.
pub(super) fn first_domain(tables: &Identity) -> Named {
    tables
        .domains
        .first()
        .map_or_else(|| Named::derived("domain", "mock-domain"), Named::from)
}

/// How a request names something: by its ID, by its name, or not at all.
#[derive(Debug, Clone, Copy)]
pub(super) enum Reference<'r> {
    /// By its ID.
    Id(&'r str),
    /// By its name.
    Name(&'r str),
}

impl Desk<'_> {
    /// The domain that is meant; none in `strict` where the table has none.
    pub(super) fn domain(&self, meant: Reference<'_>) -> Option<Named> {
        let (Reference::Id(word) | Reference::Name(word)) = meant;
        match (self.tables.domain(word), meant) {
            (Some(domain), _) => Some(domain.into()),
            (None, _) if self.is_strict() => None,
            (None, Reference::Id(id)) => Some(Named::unnamed(id)),
            (None, Reference::Name(name)) => Some(Named::derived("domain", name)),
        }
    }

    /// The project that is meant, and that whoever logs in may enter.
    pub(super) fn project(&self, meant: Reference<'_>, domain: Option<Reference<'_>>) -> Result<Named, Denied> {
        let domain = match domain {
            None => None,
            Some(domain) => Some(self.domain(domain).ok_or_else(unauthenticated)?.name),
        };
        let row = match meant {
            Reference::Id(id) => self.tables.project(id),
            Reference::Name(name) => {
                let rows = || self.tables.projects_named(name);
                let is_meant = |row: &&Project| domain.as_ref().is_none_or(|domain| row.domain == *domain);
                // Where anybody may come in, a project is told by its name alone, as in the list of projects.
                let alike = || rows().next().filter(|_| !self.is_strict());
                rows().find(is_meant).or_else(alike)
            }
        };
        match (row, meant) {
            (Some(project), _) => Ok(project.into()),
            (None, _) if self.is_strict() => Err(unauthenticated()),
            (None, Reference::Id(id)) => Ok(Named::unnamed(id)),
            (None, Reference::Name(name)) => Ok(Named::derived("project", name)),
        }
    }

    /// The domain of a project: the table's, or that of whoever asks.
    pub(super) fn domain_of(&self, project: &Named, own: &Named) -> Named {
        self.tables
            .project(&project.id)
            .map_or_else(|| own.clone(), |row| domain(&self.tables, &row.domain))
    }
}
