//! The catalog: it follows the host that the client wrote, and has every region that a client may ask for.

use sdrs_mock::Config;
use sdrs_mock::api::auth::Auth;
use serde_json::{Value, json};

use super::{project, usual};
use crate::support::files::Folder;
use crate::support::{Answer, PROJECT, World};

/// The endpoints of the service in a token's catalog.
fn endpoints(token: &Value) -> Vec<(String, String)> {
    let services = token["catalog"].as_array().expect("a catalog").iter();
    let places = services
        .filter(|service| service["type"] == "sdrs")
        .flat_map(|service| service["endpoints"].as_array().expect("a list"));
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let places = places.map(|place| {
        assert_eq!(
            (&place["interface"], &place["region"]),
            (&json!("public"), &place["region_id"])
        );
        (text(&place["region"]), text(&place["url"]))
    });
    places.collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    let own = |(region, url): &(&str, &str)| ((*region).to_owned(), (*url).to_owned());
    expected.iter().map(own).collect()
}

#[test]
fn the_catalog_follows_the_host_that_the_client_wrote() {
    let world = World::new();
    let body = usual(&project()).to_string();
    for host in ["sdrs-mock:7705", "[::1]:7705", "127.0.0.1:80", "proxy.example.org"] {
        let length = body.len();
        let request = format!(
            "POST /v3/auth/tokens HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        let token = Answer::read(&world.raw(request.as_bytes())).done(201);
        let url = format!("http://{host}/v1/{PROJECT}");
        assert_eq!(endpoints(&token["token"]), pairs(&[("eu-test-1", &url)]));
        let identity = format!("http://{host}/v3");
        assert_eq!(token["token"]["catalog"][0]["endpoints"][0]["url"], identity);
        let text = token.to_string();
        assert!(
            !text.contains('$') && !text.contains("{origin}") && !text.contains("{project_id}"),
            "{text}"
        );
    }
}

#[test]
fn a_client_that_names_no_host_is_sent_to_where_it_came() {
    let world = World::new();
    let here = world.server.address();
    for head in [
        "GET /v3/auth/catalog HTTP/1.0\r\n",
        "GET /v3/auth/catalog HTTP/1.1\r\nHost:\r\nConnection: close\r\n",
        "GET /v3/auth/catalog HTTP/1.1\r\nConnection: close\r\n",
    ] {
        let shown = Answer::read(&world.raw(format!("{head}\r\n").as_bytes())).done(200);
        let url = format!("http://{here}/v1/{PROJECT}");
        assert_eq!(endpoints(&shown), pairs(&[("eu-test-1", &url)]), "{head}");
        assert_eq!(shown["links"]["self"], format!("http://{here}/v3/auth/catalog"));
    }
}

#[test]
fn what_is_no_host_reaches_no_link() {
    let world = World::new();
    for host in [
        "{project_id}",
        "{origin}",
        "a/b?c",
        "a\"b<script>",
        "h, i",
        "h\tz",
        "[::1",
        "h\u{e9}st",
    ] {
        let request = format!("GET /v3/auth/catalog HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
        let shown = Answer::read(&world.raw(request.as_bytes())).done(200);
        let url = format!("http://localhost/v1/{PROJECT}");
        assert_eq!(endpoints(&shown), pairs(&[("eu-test-1", &url)]), "{host}");
    }
    // Nor does what a client logs in to a proxy with.
    let request =
        "GET http://user:password@mock:80/v3/auth/catalog HTTP/1.1\r\nHost: mock:80\r\nConnection: close\r\n\r\n";
    let shown = Answer::read(&world.raw(request.as_bytes())).done(200);
    assert_eq!(endpoints(&shown)[0].1, format!("http://mock:80/v1/{PROJECT}"));
}

#[test]
fn a_public_url_goes_before_the_host() {
    let public_url = Some("https://sdrs.example.org".parse().expect("an origin"));
    let world = World::with(Config {
        public_url,
        ..Config::test()
    });
    let token = world.log_in(&usual(&project())).done(201);
    let url = format!("https://sdrs.example.org/v1/{PROJECT}");
    assert_eq!(endpoints(&token["token"]), pairs(&[("eu-test-1", &url)]));
    let versions = world.ask("GET", "/", &[], "").done(200).to_string();
    assert!(versions.contains("https://sdrs.example.org/v1"), "{versions}");
}

#[test]
fn the_catalog_has_the_region_of_the_projects_name_those_of_the_fixtures_and_those_of_the_command_line() {
    let world = World::with(Config {
        region: vec!["eu-nl".to_owned(), "eu-test-1".to_owned()],
        ..Config::test()
    });
    let login = usual(&json!({ "project": { "name": "eu-de_team_a" } }));
    let token = world.log_in(&login).done(201);
    let regions: Vec<_> = endpoints(&token["token"])
        .into_iter()
        .map(|(region, _)| region)
        .collect();
    assert_eq!(regions, ["eu-de", "eu-test-1", "eu-nl"]);
    let login = usual(&json!({ "project": { "id": "a-project-without-a-name" } }));
    let token = world.log_in(&login).done(201);
    let regions: Vec<_> = endpoints(&token["token"])
        .into_iter()
        .map(|(region, _)| region)
        .collect();
    assert_eq!(regions, ["eu-test-1", "eu-nl"]);
}

#[test]
fn the_catalog_alone_is_that_of_the_project_in_which_the_client_works() {
    let world = World::new();
    let of = |headers: &[&str]| {
        let shown = world.ask("GET", "/v3/auth/catalog", headers, "").done(200);
        assert_eq!(shown["links"]["self"], "http://localhost/v3/auth/catalog");
        endpoints(&shown)[0].1.clone()
    };
    assert_eq!(of(&[]), format!("http://localhost/v1/{PROJECT}"));
    assert_eq!(of(&["X-Project-Id: another"]), "http://localhost/v1/another");
    for none in ["$(tenant_id)s", "../x", "a b", "{origin}", &"x".repeat(65)] {
        let answer = world.ask("GET", "/v3/auth/catalog", &[&format!("X-Project-Id: {none}")], "");
        let message = "X-Project-Id must have 1 to 64 characters of 0-9 A-Z a-z _ -";
        answer.is_denied(400, "Bad Request", message);
    }
    let token = world.log_in(&usual(&json!({ "project": { "id": "a-third" } })));
    let token = format!("X-Auth-Token: {}", token.header("X-Subject-Token"));
    assert_eq!(of(&[&token, "X-Project-Id: another"]), "http://localhost/v1/a-third");
}

#[test]
fn awkward_catalogs_are_made_by_a_fixture() {
    let folder = Folder::new("awkward_catalogs");
    let origin = "http://localhost";
    let usual_url = format!("{origin}/v1/{PROJECT}");
    for (name, catalog, expected) in [
        ("none", json!([]), vec![]),
        ("other", json!([{ "region": "eu-nl" }]), vec![("eu-nl", &*usual_url)]),
        (
            "two",
            json!([{ "region": "eu-test-1" }, { "region": "eu-test-1", "url": "http://elsewhere/v1/{project_id}" }]),
            vec![
                ("eu-test-1", &*usual_url),
                ("eu-test-1", &*format!("http://elsewhere/v1/{PROJECT}")),
            ],
        ),
        (
            "short",
            json!([{ "region": "eu-test-1", "url": "{origin}/v1" }]),
            vec![("eu-test-1", "http://localhost/v1")],
        ),
        (
            "bare",
            json!([{ "region": "eu-test-1", "url": "{origin}" }]),
            vec![("eu-test-1", "http://localhost")],
        ),
    ]
    .map(|(name, catalog, expected): (&str, Value, Vec<(&str, &str)>)| (name, catalog, pairs(&expected)))
    {
        let fixture = json!({ "schema_version": 1, "identity": { "catalog": catalog } });
        let fixtures = vec![folder.write(&format!("{name}.json"), fixture)];
        let auth = Auth::Strict;
        let world = World::with(Config {
            fixtures,
            auth,
            ..Config::test()
        });
        let token = world.log_in(&usual(&project())).done(201);
        assert_eq!(endpoints(&token["token"]), expected, "{name}");
        let has = token["token"]["catalog"].to_string().contains(r#""type":"sdrs""#);
        assert_eq!(has, !expected.is_empty(), "a service without endpoints is not listed");
    }
}
