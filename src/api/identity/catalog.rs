//! The catalog: where the service is, for each region that a client may ask for.

use serde::Serialize;

use super::Denied;
use super::desk::Desk;
use crate::api::reply::Reply;
use crate::api::token::Named;
use crate::store::identity::{Endpoint, Identity};

/// One service and where it is.
#[derive(Serialize)]
pub(super) struct Service {
    id: String,
    #[serde(rename = "type")]
    kind: &'static str,
    name: &'static str,
    endpoints: Vec<Place>,
}

/// One endpoint.
#[derive(Serialize)]
struct Place {
    id: String,
    interface: &'static str,
    region: String,
    region_id: String,
    url: String,
}

/// `KeystoneShowCatalog`.
pub fn show(desk: Desk<'_>) -> Result<Reply, Denied> {
    #[derive(Serialize)]
    struct Catalog {
        catalog: Vec<Service>,
        links: Links,
    }
    #[derive(Serialize)]
    struct Links {
        #[serde(rename = "self")]
        here: String,
    }
    let catalog = desk.catalog(desk.current_project()?.as_ref());
    let here = format!("{}{}", desk.origin, desk.path);
    let links = Links { here };
    Ok(Reply::json(&Catalog { catalog, links }))
}

impl Desk<'_> {
    /// Identity, and the service as this project has it; without a project there is none, for its URL names one.
    pub(super) fn catalog(&self, project: Option<&Named>) -> Vec<Service> {
        let regions = self.regions(project);
        let identity = regions
            .iter()
            .map(|region| place("identity", region, format!("{}/v3", self.origin)));
        let mut services = vec![service("identity", "keystone", identity.collect())];
        if let Some(project) = project {
            let places: Vec<_> = match &self.tables.catalog {
                Some(endpoints) => endpoints
                    .iter()
                    .map(|endpoint| self.place(&endpoint.region, &endpoint.url, project))
                    .collect(),
                None => regions
                    .iter()
                    .map(|region| self.place(region, Endpoint::USUAL_URL, project))
                    .collect(),
            };
            if !places.is_empty() {
                services.push(service("sdrs", "sdrs", places));
            }
        }
        services
    }

    /// Every region that a client of this project may ask for: that of the project's name, the fixtures', the command
    /// line's.
    fn regions(&self, project: Option<&Named>) -> Vec<String> {
        // What has no name of its own is called as its ID is.
        let own = project.filter(|project| project.name != project.id);
        let own = own.and_then(|project| project.name.split('_').next().map(str::to_owned));
        let mut regions: Vec<String> = Vec::new();
        let others = self.tables.regions.iter().chain(&self.access.regions).cloned();
        for region in own.into_iter().chain(others).filter(|region| !region.is_empty()) {
            if !regions.contains(&region) {
                regions.push(region);
            }
        }
        regions
    }

    fn place(&self, region: &str, url: &str, project: &Named) -> Place {
        let url = url
            .replace("{origin}", &self.origin)
            .replace("{project_id}", &project.id);
        place("sdrs", region, url)
    }
}

fn service(kind: &'static str, name: &'static str, endpoints: Vec<Place>) -> Service {
    Service {
        id: Identity::derived_id("service", kind),
        kind,
        name,
        endpoints,
    }
}

fn place(kind: &str, region: &str, url: String) -> Place {
    Place {
        id: Identity::derived_id("endpoint", &format!("{kind} {region} {url}")),
        interface: "public",
        region: region.to_owned(),
        region_id: region.to_owned(),
        url,
    }
}
