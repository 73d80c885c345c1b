//! Paths, methods and `Accept`: what is refused before a request reaches an operation, and what is not served.

use std::collections::BTreeSet;

use reqwest::Method;
use sdrs_mock::api::OPERATIONS;
use sdrs_mock::api::error::Dialect::{self, Documented, Live};

use crate::support::{Answer, DIALECTS, DRILL, PROJECT, World, below_project, drill, naming, sample, send};

const UNKNOWN: &str = "The API does not exist or has not been published in the environment";
const ROWS: &str = "/disaster-recovery-drills";

/// Asserts that no operation has this path.
#[track_caller]
fn is_unknown(answer: &Answer, dialect: Dialect) {
    match dialect {
        Documented => answer.is_error(404, "itemNotFound", "APIGW.0101", UNKNOWN),
        Live => answer.is_gateway_error(404, "APIGW.0101", UNKNOWN),
    }
}

#[test]
fn a_path_that_no_operation_has_is_unknown() {
    for dialect in DIALECTS {
        let world = World::speaking(dialect);
        for path in [
            "/v2".to_owned(),
            "/favicon.ico".to_owned(),
            "//".to_owned(),
            "*".to_owned(),
            format!("/v1/{PROJECT}"),
            format!("/v1/{PROJECT}/"),
            format!("/v2/{PROJECT}{ROWS}"),
            format!("/V1/{PROJECT}{ROWS}"),
            format!("/{PROJECT}{ROWS}"),
            format!("/v1{ROWS}"),
            format!("/v1//{PROJECT}{ROWS}"),
            format!("/v1/{PROJECT}/{ROWS}"),
            format!("/v1/{PROJECT}/Disaster-Recovery-Drills"),
            format!("/v1/{PROJECT}/disaster-recovery-drill"),
            format!("/v1/{PROJECT}/disaster_recovery_drills/{DRILL}"),
            format!("/v1/{PROJECT}/%64isaster-recovery-drill/{DRILL}"),
            format!("/v1/{PROJECT}/disaster-recovery-drills%2F{DRILL}"),
            // A slash at the end is another path.
            format!("/v1/{PROJECT}{ROWS}/"),
            format!("{}/", sample()),
            format!("{}//", sample()),
            format!("{}/action", sample()),
            format!("/sdrs{}", sample()),
            format!("/v1/a.b{ROWS}/"), // whoever the project
        ] {
            for (method, body) in [
                ("GET", String::new()),
                ("PUT", naming(r#""x""#)),
                ("DELETE", String::new()),
            ] {
                let answer = world.keeps_all(|world| world.ask(method, &path, &[], &body));
                assert_eq!(answer.status, 404, "{method} {path}: {}", answer.body);
                is_unknown(&answer, dialect);
                assert_eq!(answer.header("Allow"), "");
            }
        }
    }
}

#[test]
fn a_method_that_a_path_does_not_have_is_refused_with_those_that_it_has() {
    for dialect in DIALECTS {
        let world = World::speaking(dialect);
        for (methods, path, allowed) in [
            (
                &["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get", "FETCH"][..],
                ROWS.to_owned(),
                "GET, POST",
            ),
            (
                &["POST", "PATCH", "OPTIONS", "TRACE", "Put", "FETCH"],
                drill(DRILL),
                "GET, PUT, DELETE",
            ),
            (&["POST"], drill("x"), "GET, PUT, DELETE"),
        ] {
            for method in methods {
                let answer = world.keeps_all(|world| world.ask(method, &below_project(&path), &[], naming(r#""x""#)));
                match dialect {
                    Documented => answer.is_error(405, "error", "APIGW.0101", "The API does not exist"),
                    Live => answer.is_gateway_error(404, "APIGW.0101", "The API does not exist"),
                }
                assert_eq!(
                    answer.header("Allow"),
                    if dialect == Documented { allowed } else { "" },
                    "{method} {path}"
                );
            }
        }
    }
}

#[test]
fn no_refusal_names_a_method_twice() {
    let world = World::new();
    for operation in OPERATIONS {
        let path = operation.path.replace("{api_version}", "v1").replace(['{', '}'], "");
        names_each_once(&world.ask("PATCH", &path, &[], ""));
    }
    for path in [
        "reset",
        "state",
        "faults",
        "requests",
        "requests/unmatched",
        "requests/verify",
    ] {
        names_each_once(&world.ask("FETCH", &format!("/_mock/{path}"), &[], ""));
    }
}

/// Asserts that the answer says which methods there are, none of them twice.
#[track_caller]
fn names_each_once(answer: &Answer) {
    let methods: Vec<_> = answer.header("Allow").split(", ").collect();
    let different: BTreeSet<_> = methods.iter().collect();
    assert_eq!((answer.status, different.len()), (405, methods.len()), "{methods:?}");
}

#[test]
fn head_is_get_without_the_body() {
    for dialect in DIALECTS {
        let world = World::speaking(dialect);
        for path in [
            ROWS.to_owned(),
            format!("{ROWS}?limit=abc"),
            drill(DRILL),
            drill("x"),
            "/nothing".to_owned(),
        ] {
            let got = world.ask_for(&path);
            let answer = world.ask("HEAD", &below_project(&path), &[], "");
            assert_eq!((answer.status, answer.body.as_str()), (got.status, ""), "{path}");
            for header in ["Content-Type", "Content-Length"] {
                assert_eq!(answer.header(header), got.header(header), "{header} of {path}");
            }
        }
    }
}

/// Values of `Accept`, one an element of the list, and whether they admit JSON.
#[rustfmt::skip]
const ACCEPTS: &[(&[&str], bool)] = &[
    (&[], true),
    (&["application/json"], true),
    (&["Application/JSON"], true),
    (&["application/json;charset=utf-8"], true),
    (&["application/json; q=0.1"], true),
    (&["application/*"], true),
    (&["*/*"], true),
    (&["*/*;q=0.001"], true),
    (&["text/html, */*"], true),
    (&["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"], true),
    (&["text/html , application/json"], true),
    (&["text/html", "application/json"], true),
    (&["text/html;q=1.0, application/*;q=0.5"], true),
    (&["*/*;q=0, application/json"], true),
    (&["application/*;q=0, application/json;q=1"], true),
    (&[",, application/json ,"], true),
    (&["text/html"], false),
    (&["text/*"], false),
    (&["application/xml"], false),
    (&["application/x+json"], false),
    (&["application/jsonx"], false),
    (&["text/html", "text/plain"], false),
    (&["application/json;q=0"], false),
    (&["application/json; q=0.000"], false),
    (&["application/json ; Q=0.0"], false),
    (&["application/json;q=0, */*"], false),
    (&["*/*", "application/json;q=0"], false),
    (&["application/*;q=0, */*"], false),
    (&["*/*;q=0"], false),
    (&["*/*; q=0.0, text/html"], false),
];

#[test]
fn only_the_documented_dialect_minds_what_accept_says() {
    for dialect in DIALECTS {
        let world = World::speaking(dialect);
        for (values, admitted) in ACCEPTS {
            let headers: Vec<_> = values.iter().map(|value| format!("Accept: {value}")).collect();
            let headers: Vec<_> = headers.iter().map(String::as_str).collect();
            let ask = |world: &World| world.ask("PUT", &sample(), &headers, naming(r#""x""#));
            if *admitted || dialect == Live {
                world.rename_with(naming(r#""other""#)).is_named("other");
                ask(&world).is_named("x");
            } else {
                let answer = world.keeps_all(ask);
                assert_eq!(answer.status, 406, "{values:?}: {}", answer.body);
                answer.is_error(406, "error", "406", "Not acceptable");
            }
        }
    }
}

#[tokio::test]
async fn an_http_client_meets_the_same_refusals() {
    let world = World::new();
    let answer = send(world.request_at(Method::GET, "/v2/nothing")).await;
    is_unknown(&answer, Documented);
    let answer = send(world.request(Method::PATCH, &drill(DRILL))).await;
    answer.is_error(405, "error", "APIGW.0101", "The API does not exist");
}

#[test]
fn a_reserved_word_is_no_id_even_where_it_has_no_method_of_its_own() {
    let own = [
        ("batch", "POST"),
        ("delete", "POST"),
        ("tags", "GET"),
        ("resource_instances", ""),
    ];
    for (word, allowed) in own {
        let path = below_project(&format!("/protected-instances/{word}"));
        for method in ["GET", "PUT", "DELETE", "POST"]
            .into_iter()
            .filter(|method| *method != allowed)
        {
            let world = World::speaking(Documented);
            let answer = world.keeps_all(|world| world.ask(method, &path, &[], ""));
            answer.is_error(405, "error", "APIGW.0101", "The API does not exist");
            assert_eq!(answer.header("Allow"), allowed, "{method} {word}");
            let world = World::speaking(Live);
            assert_eq!(world.ask(method, &path, &[], "").status, 404, "{method} {word}");
        }
    }
}
