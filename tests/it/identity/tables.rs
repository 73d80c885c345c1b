//! The section `identity` of fixtures: what it changes, and how a faulty one is refused.

use sdrs_mock::api::auth::Auth;
use sdrs_mock::{Config, StartError};
use serde_json::{Value, json};

use super::{by_password, project, usual};
use crate::support::World;
use crate::support::files::Folder;

fn strict(folder: &Folder, identity: &Value) -> World {
    let fixture = json!({ "schema_version": 1, "identity": identity });
    World::with(Config {
        fixtures: vec![folder.write("fixture.json", fixture)],
        auth: Auth::Strict,
        ..Config::test()
    })
}

#[test]
fn a_fixture_names_users_keys_projects_domains_and_regions() {
    let folder = Folder::new("identity_tables");
    let world = strict(
        &folder,
        &json!({
            "domains": [{ "name": "team", "id": "d1" }, { "name": "other" }],
            "projects": [{ "name": "eu-de_shop", "id": "p1" }, { "name": "eu-de", "domain": "other" }],
            "users": [{ "name": "ci", "password": "secret-of-ci", "domain": "other" }],
            "keys": [{ "access": "AK1", "secret": "SK1" }],
            "regions": ["eu-de", "eu-nl"],
        }),
    );
    let scope = json!({ "project": { "name": "eu-de_shop" } });
    let token = world
        .log_in(&by_password("ci", "secret-of-ci", "other", &scope))
        .done(201)["token"]
        .take();
    assert_eq!(
        token["project"],
        json!({ "id": "p1", "name": "eu-de_shop", "domain": { "id": "d1", "name": "team" } })
    );
    assert_eq!(token["user"]["domain"]["name"], "other");
    let regions: Vec<_> = token["catalog"][1]["endpoints"]
        .as_array()
        .expect("a list")
        .iter()
        .collect();
    assert_eq!(regions.len(), 2);
    assert_eq!(
        world.log_in(&usual(&project())).status,
        401,
        "a section that is given replaces the documented one"
    );
    let keys = json!({ "access": { "key": "AK1" }, "secret": { "key": "SK1" } });
    let body = json!({ "auth": { "identity": { "methods": ["hw_ak_sk"], "hw_ak_sk": keys } } });
    assert_eq!(world.log_in(&body).done(201)["token"]["user"]["name"], "ci");
}

#[test]
fn the_documented_set_is_the_one_that_holds_without_a_fixture() {
    let document = include_str!("../../../docs/identity.md");
    let (_, block) = document.split_once("```json identity\n").expect("the set");
    let identity: Value = serde_json::from_str(block.split("```").next().unwrap_or_default()).expect("JSON");
    let folder = Folder::new("identity_documented");
    let shown = |world: &World| {
        let token = world.log_in(&usual(&project()));
        let mut answer = token.done(201);
        answer["token"]["issued_at"].take();
        answer["token"]["expires_at"].take();
        let token = format!("X-Auth-Token: {}", token.header("X-Subject-Token"));
        let lists =
            ["projects", "domains", "users"].map(|list| world.ask("GET", &format!("/v3/{list}"), &[&token], "").body);
        (answer, lists)
    };
    let usual = World::with(Config {
        auth: Auth::Strict,
        ..Config::test()
    });
    assert_eq!(shown(&strict(&folder, &identity)), shown(&usual));
}

#[test]
fn a_state_document_holds_no_table_and_replaces_it_only_where_it_has_one() {
    let world = World::with(Config {
        auth: Auth::Strict,
        ..Config::test()
    });
    let all = world.server.control().all();
    let mut document = all.state().expect("a document");
    assert!(document.get("identity").is_none(), "it would show secrets");
    all.put_state(&document).expect("it can be put back");
    assert_eq!(world.log_in(&usual(&project())).status, 201);
    document["identity"] = json!({ "users": [] , "keys": [] });
    all.put_state(&document).expect("a table");
    assert_eq!(world.log_in(&usual(&project())).status, 401);
    let one = world.server.control().project("p");
    let refused = one.put_state(&json!({ "schema_version": 1, "projects": { "p": {} }, "identity": {"regions": []} }));
    assert_eq!(
        refused.expect_err("it is of all projects").pointer.as_deref(),
        Some("/identity")
    );
}

#[test]
fn a_server_that_goes_on_from_its_state_takes_the_table_from_the_fixtures_again() {
    let folder = Folder::new("identity_beside_a_state");
    let identity = json!({ "users": [{ "name": "ci", "password": "secret-of-ci" }], "keys": [] });
    let fixture = folder.write("fixture.json", json!({ "schema_version": 1, "identity": identity }));
    let config = Config {
        fixtures: vec![fixture],
        state: Some(folder.path().join("state.json")),
        auth: Auth::Strict,
        ..Config::test()
    };
    let login = by_password("ci", "secret-of-ci", "OTC-TEST-00000000001", &project());
    for _ in 0..2 {
        let world = World::with(config.clone());
        assert_eq!(world.log_in(&login).status, 201);
        assert_eq!(world.log_in(&usual(&project())).status, 401);
    }
    let state = std::fs::read_to_string(folder.path().join("state.json")).expect("it was saved at the end");
    assert!(!state.contains("secret-of-ci"), "{state}");
}

#[test]
fn none_or_two_projects_of_a_name_are_found_strictly() {
    let folder = Folder::new("identity_projects");
    for (projects, expected) in [
        (json!([]), 0),
        (
            json!([{ "name": "eu-de", "id": "p1" }, { "name": "eu-de", "id": "p2" }]),
            2,
        ),
    ] {
        let world = strict(&folder, &json!({ "projects": projects }));
        let token = world.log_in(&usual(&Value::Null));
        let token = format!("X-Auth-Token: {}", token.header("X-Subject-Token"));
        let found = world.ask("GET", "/v3/projects?name=eu-de", &[&token], "").done(200);
        assert_eq!(found["projects"].as_array().expect("a list").len(), expected);
    }
}

#[test]
fn a_faulty_section_is_refused_with_all_its_faults_and_none_of_its_secrets() {
    let folder = Folder::new("identity_faults");
    let fixture = json!({ "schema_version": 1, "identity": {
        "domains": [{ "name": "" }, { "name": "a", "id": "a b" }, { "name": "a" }],
        "projects": [{ "name": "p", "domain": "none" }, { "name": "p" }, { "name": "q", "id": "x" }, { "name": "r", "id": "x" }],
        "users": [{ "name": "u", "password": "hidden-1", "extra": 1 }, { "name": "u", "password": 4711 },
                  { "name": "u", "password": "hidden-2", "domain": "a" }, { "name": "u", "password": "hidden-3", "domain": "a", "id": "u2" }],
        "keys": [{ "access": "a,b", "secret": "hidden-4" }, { "access": "k", "secret": "" }, { "access": "k", "secret": "hidden-5", "user": "nobody" }],
        "regions": ["eu de"],
        "catalog": [{ "region": "", "url": "{origin}/v1/$(tenant_id)s" }, { "url": "x" }],
        "roles": [],
    } });
    let fixtures = vec![folder.write("faulty.json", fixture)];
    let refused = sdrs_mock::router(&Config {
        fixtures,
        ..Config::test()
    });
    let Err(StartError::Fixtures(bad)) = refused else {
        panic!("it is faulty");
    };
    let told: Vec<_> = bad.0.iter().map(|fault| (&*fault.path, &*fault.rule)).collect();
    let expected = [
        "domains[0].name",
        "domains[1].id",
        "domains[2].name",
        "projects[0].domain",
        "projects[1].id",
        "projects[3].id",
        "users[0].extra",
        "users[1].password",
        "users[3].name",
        "keys[0].access",
        "keys[1].secret",
        "keys[2].access",
        "keys[2].user",
        "regions[0]",
        "catalog[0].region",
        "catalog[0].url",
        "catalog[1]",
        "roles",
    ];
    for path in expected {
        let path = format!("$.identity.{path}");
        assert!(told.iter().any(|(at, _)| *at == path), "{path} is not in {told:#?}");
    }
    assert_eq!(told.len(), expected.len(), "{told:#?}");
    let text = bad.to_string();
    assert!(!text.contains("hidden") && !text.contains("4711"), "{text}");
}
