//! Projects, domains and users: by name, alone, and all of them.

use sdrs_mock::api::auth::Auth;
use serde_json::{Value, json};

use super::{LENIENT, in_mode};
use crate::support::{PROJECT, World};

const DOMAIN: &str = "fedcba9876543210fedcba9876543210";
const USER: &str = "00112233445566778899aabbccddeeff";

fn names(list: &Value) -> Vec<&str> {
    let rows = list.as_array().expect("a list").iter();
    rows.filter_map(|row| row["name"].as_str()).collect()
}

#[test]
fn a_project_is_found_by_its_name_whatever_the_mode() {
    for auth in [Auth::Off, Auth::Present, Auth::Strict] {
        let world = in_mode(auth);
        let found = world.look_up("/v3/projects?name=eu-test-1").done(200);
        let here = "http://localhost/v3/projects";
        let row = json!({
            "id": PROJECT, "name": "eu-test-1", "domain_id": DOMAIN, "parent_id": DOMAIN, "is_domain": false,
            "enabled": true, "description": "", "links": { "self": format!("{here}/{PROJECT}") },
        });
        let links = json!({ "self": here, "next": null, "previous": null });
        assert_eq!(found, json!({ "projects": [row], "links": links }));
        let shown = world.look_up(&format!("/v3/projects/{PROJECT}")).done(200);
        assert_eq!(shown, json!({ "project": row }));
    }
}

#[test]
fn a_name_that_no_table_has_is_exactly_one_project_with_an_id_of_its_own() {
    for auth in LENIENT {
        let world = in_mode(auth);
        let id_of = |name: &str| {
            let found = world.look_up(&format!("/v3/projects?name={name}")).done(200);
            assert_eq!(names(&found["projects"]), [name]);
            found["projects"][0]["id"].as_str().expect("an ID").to_owned()
        };
        let (one, other) = (id_of("cn-north-4"), id_of("cn-north-1"));
        assert_eq!(one.len(), 32);
        assert!(one != other && one != PROJECT);
        assert_eq!(one, id_of("cn-north-4"));
        // It is a project that SDRS serves.
        assert_eq!(
            world
                .ask("GET", &format!("/v1/{one}/jobs/x"), &["X-Auth-Token: t"], "")
                .status,
            400
        );
    }
    let found = in_mode(Auth::Strict).look_up("/v3/projects?name=cn-north-4").done(200);
    assert_eq!(found["projects"], json!([]));
}

#[test]
fn lists_without_a_name_have_the_callers_own_first() {
    let world = World::new();
    for path in ["/v3/projects", "/v3/auth/projects"] {
        assert_eq!(names(&world.look_up(path).done(200)["projects"]), ["eu-test-1"]);
    }
    for path in ["/v3/domains", "/v3/auth/domains"] {
        assert_eq!(
            names(&world.look_up(path).done(200)["domains"]),
            ["OTC-TEST-00000000001"]
        );
    }
    assert_eq!(names(&world.look_up("/v3/users").done(200)["users"]), ["mock-user"]);
    let body = super::by_password("me", "x", "mine", &json!({ "project": { "name": "my-region" } }));
    let token = world.log_in(&body);
    let token = format!("X-Auth-Token: {}", token.header("X-Subject-Token"));
    for (path, name, first) in [
        ("/v3/auth/domains", "domains", "mine"),
        ("/v3/auth/projects", "projects", "my-region"),
        ("/v3/users", "users", "me"),
    ] {
        let list = world.ask("GET", path, &[&token], "").done(200);
        assert_eq!(names(&list[name])[0], first);
        assert_eq!(names(&list[name]).len(), 2);
    }
}

#[test]
fn domains_and_users_are_found_by_name_and_by_id() {
    for auth in [Auth::Off, Auth::Strict] {
        let world = in_mode(auth);
        let domain = world.look_up("/v3/auth/domains?name=OTC-TEST-00000000001").done(200);
        assert_eq!(domain["domains"][0]["id"], DOMAIN);
        let users = world.look_up("/v3/users?name=mock-user").done(200);
        assert_eq!(users["users"][0]["id"], USER);
        assert_eq!(users["users"][0]["domain_id"], DOMAIN);
        assert_eq!(
            world.look_up(&format!("/v3/users/{USER}")).done(200)["user"]["name"],
            "mock-user"
        );
        let projects = world.look_up(&format!("/v3/users/{USER}/projects")).done(200);
        assert_eq!(names(&projects["projects"]), ["eu-test-1"]);
    }
    let (open, strict) = (World::new(), in_mode(Auth::Strict));
    for (path, collection) in [("/v3/auth/domains", "domains"), ("/v3/users", "users")] {
        let path = format!("{path}?name=nobody");
        assert_eq!(names(&open.look_up(&path).done(200)[collection]), ["nobody"]);
        assert_eq!(strict.look_up(&path).done(200)[collection], json!([]));
    }
    for (kind, path) in [
        ("project", "/v3/projects/none"),
        ("user", "/v3/users/none"),
        ("user", "/v3/users/none/projects"),
    ] {
        let message = format!("Could not find {kind}: none.");
        strict.look_up(path).is_denied(404, "Not Found", &message);
        assert_eq!(open.look_up(path).status, 200);
    }
}

#[test]
fn the_version_document_links_to_where_the_client_is() {
    let world = World::new();
    for path in ["/v3", "/v3/"] {
        let document = world.ask("GET", path, &[], "").done(200);
        let links = json!([{ "rel": "self", "href": "http://localhost/v3/" }]);
        let version = json!({
            "id": "v3.6", "status": "stable", "updated": "2016-04-04T00:00:00Z", "links": links, "media-types": [],
        });
        assert_eq!(document, json!({ "version": version }));
    }
}
