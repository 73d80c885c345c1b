//! Who there is: the users, keys, projects, domains and regions that fixtures name.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error};
use serde_json::Value;

use crate::domain::ids::{Ids, simple};

/// The table of identity. What a fixture does not say of it is [`Identity::default`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// The accounts.
    pub domains: Vec<Domain>,
    /// The projects; two may have one name.
    pub projects: Vec<Project>,
    /// Who can log in.
    pub users: Vec<User>,
    /// What requests can be signed with.
    pub keys: Vec<Key>,
    /// The regions in which the service is offered.
    pub regions: Vec<String>,
    /// The endpoints of the service in the catalog, instead of one for each region.
    pub catalog: Option<Vec<Endpoint>>,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Domain {
    /// Derived from the name where it is not given.
    #[serde(default)]
    pub id: String,
    /// Its name, such as `OTC-TEST-00000000001`.
    pub name: String,
}

/// A project.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Project {
    /// What stands in URLs; derived from the name where it is not given.
    #[serde(default)]
    pub id: String,
    /// Its name, which is a region's, perhaps with `_` and more behind it.
    pub name: String,
    /// The name of its domain; the first one where it is not given.
    #[serde(default)]
    pub domain: String,
}

/// Somebody who logs in with a password.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct User {
    /// Derived from the name where it is not given.
    #[serde(default)]
    pub id: String,
    /// The name.
    pub name: String,
    /// The password.
    pub password: Secret,
    /// The name of the domain; the first one where it is not given.
    #[serde(default)]
    pub domain: String,
}

/// A pair of access key and secret key.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// The key that requests name.
    pub access: String,
    /// The one that they are signed with.
    pub secret: Secret,
    /// The name of the user whose it is; the first one where it is not given.
    #[serde(default)]
    pub user: String,
}

/// An endpoint of the service in the catalog.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Endpoint {
    /// The region that it is listed for.
    pub region: String,
    /// Its URL, in which `{origin}` and `{project_id}` are replaced.
    #[serde(default = "Endpoint::usual_url")]
    pub url: String,
}

/// A text that is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(text) => Ok(Self(text)),
            // Serde's own words would quote it.
            _ => Err(D::Error::custom("must be a text")),
        }
    }
}

impl Secret {
    /// The text, for comparing and signing.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl Endpoint {
    /// The URL of the service in both clouds' catalogs.
    pub const USUAL_URL: &str = "{origin}/v1/{project_id}";

    fn usual_url() -> String {
        Self::USUAL_URL.to_owned()
    }
}

impl Default for Identity {
    /// The set that examples and scripts use.
    fn default() -> Self {
        let domain = "OTC-TEST-00000000001".to_owned();
        Self {
            domains: vec![Domain {
                id: "fedcba9876543210fedcba9876543210".to_owned(),
                name: domain.clone(),
            }],
            projects: vec![Project {
                id: "0123456789abcdef0123456789abcdef".to_owned(),
                name: "eu-test-1".to_owned(),
                domain: domain.clone(),
            }],
            users: vec![User {
                id: "00112233445566778899aabbccddeeff".to_owned(),
                name: "mock-user".to_owned(),
                password: "mock-password".into(),
                domain,
            }],
            keys: vec![Key {
                access: "AKMOCK".to_owned(),
                secret: "SKMOCK".into(),
                user: "mock-user".to_owned(),
            }],
            regions: vec!["eu-test-1".to_owned()],
            catalog: None,
        }
    }
}

impl Identity {
    /// The ID of a thing of this kind that no table names: always the same for one name, 32 hex digits.
    pub fn derived_id(kind: &str, name: &str) -> String {
        let id = Ids::of_project(0, &format!("{kind} {name}")).draw();
        String::from_utf8_lossy(&simple(id)).into_owned()
    }

    /// The domain of this name or ID.
    pub fn domain(&self, word: &str) -> Option<&Domain> {
        self.domains
            .iter()
            .find(|domain| domain.name == word || domain.id == word)
    }

    /// The project of this ID.
    pub fn project(&self, id: &str) -> Option<&Project> {
        self.projects.iter().find(|project| project.id == id)
    }

    /// The projects of this name.
    pub fn projects_named<'i>(&'i self, name: &'i str) -> impl Iterator<Item = &'i Project> {
        self.projects.iter().filter(move |project| project.name == name)
    }

    /// The user of this ID.
    pub fn user(&self, id: &str) -> Option<&User> {
        self.users.iter().find(|user| user.id == id)
    }

    /// The users of this name, one for each domain that has one.
    pub fn users_named<'i>(&'i self, name: &'i str) -> impl Iterator<Item = &'i User> {
        self.users.iter().filter(move |user| user.name == name)
    }

    /// The pair of this access key.
    pub fn key(&self, access: &str) -> Option<&Key> {
        self.keys.iter().find(|key| key.access == access)
    }
}
