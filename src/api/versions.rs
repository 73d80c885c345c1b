//! API versions: there is one.

use serde::Serialize;

use super::origin::Origin;
use super::reply::Reply;
use crate::domain::code::Refusal;

/// `ListApiVersions`.
pub fn list(origin: Origin) -> Result<Reply, Refusal> {
    let versions = [Version::v1(&origin)];
    Ok(Reply::json(&Versions { versions }))
}

/// `ShowSpecifiedApiVersion`; every other version is an unknown path.
pub fn show(origin: Origin) -> Result<Reply, Refusal> {
    let version = Version::v1(&origin);
    Ok(Reply::json(&Single { version }))
}

#[derive(Serialize)]
struct Versions {
    versions: [Version; 1],
}

#[derive(Serialize)]
struct Single {
    version: Version,
}

/// A version, its members in the order of the documentation's sample.
#[derive(Serialize)]
struct Version {
    id: &'static str,
    links: [Link; 1],
    /// One of the words that both documentations have; they differ only in the one for older versions.
    status: &'static str,
    updated: &'static str,
    /// Empty, for there are no microversions.
    #[serde(rename = "version")]
    newest: &'static str,
    #[serde(rename = "min_version")]
    oldest: &'static str,
}

#[derive(Serialize)]
struct Link {
    href: String,
    rel: &'static str,
}

impl Version {
    fn v1(Origin(origin): &Origin) -> Self {
        Self {
            id: "v1",
            links: [Link {
                href: format!("{origin}/v1"),
                rel: "self",
            }],
            status: "CURRENT",
            updated: "2018-05-30T15:00:00Z",
            newest: "",
            oldest: "",
        }
    }
}
