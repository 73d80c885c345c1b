//! The version document, which clients read before they log in.

use serde::Serialize;

use super::Denied;
use crate::api::origin::Origin;
use crate::api::reply::Reply;

#[derive(Serialize)]
struct Document {
    version: Version,
}

#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Version {
    id: &'static str,
    status: &'static str,
    updated: &'static str,
    links: [Link; 1],
    media_types: [(); 0],
}

#[derive(Serialize)]
struct Link {
    rel: &'static str,
    href: String,
}

/// `KeystoneShowVersion`.
pub fn show(origin: Origin) -> Result<Reply, Denied> {
    let version = Version {
        id: "v3.6",
        status: "stable",
        updated: "2016-04-04T00:00:00Z",
        links: [Link {
            rel: "self",
            href: format!("{}/v3/", origin.0),
        }],
        media_types: [],
    };
    Ok(Reply::json(&Document { version }))
}
