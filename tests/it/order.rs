//! The order of refusals: of two things that are wrong with a request, the earlier one is answered.

use sdrs_mock::Config;
use sdrs_mock::config::Size;

use crate::support::{Answer, DRILL, NOBODY, World, drill, sample};

const GOOD: &str = r#"{"disaster_recovery_drill":{"name":"x"}}"#;
const BAD_NAME: &str = r#"{"disaster_recovery_drill":{"name":"a b"}}"#;
const BAD_SHAPE: &str = r#"{"disaster_recovery_drill":["a"]}"#;
const BAD_JSON: &str = "{";
const TEXT: &str = "Content-Type: text/plain";
const HTML: &str = "Accept: text/html";
const JSON: &str = "Content-Type: application/json";

/// Of a request: the method, the project, the path below it, the headers, the body; then the status and the code.
type Case<'c> = (&'c str, &'c str, &'c str, &'c [&'c str], &'c str, u16, &'c str);

/// Sends each case to a server whose bodies may have 64 bytes.
#[track_caller]
fn each_is_answered(cases: &[Case<'_>]) {
    let world = World::with(Config {
        body_limit: Size(64),
        ..Config::test()
    });
    for &(method, project, path, headers, body, status, code) in cases {
        let answer = world.keeps_all(|world| world.ask(method, &format!("/v1/{project}{path}"), headers, body));
        let found = (answer.status, code_of(&answer));
        assert_eq!(
            found,
            (status, code.to_owned()),
            "{method} /v1/{project}{path} {headers:?} {body}"
        );
    }
}

fn code_of(answer: &Answer) -> String {
    let json = answer.json();
    let envelope = json.as_object().expect("an object").values().next().expect("one kind");
    envelope["code"].as_str().expect("a code is text").to_owned()
}

#[test]
fn the_earlier_of_two_faults_in_how_a_rename_comes_is_answered() {
    let (known, nobody, malformed) = (&*drill(DRILL), &*drill(NOBODY), &*drill("x"));
    let large = &*"x".repeat(65);
    let unknown = &*format!("{known}/");
    each_is_answered(&[
        // path, method, Accept, size
        ("PUT", "p", unknown, &[HTML], GOOD, 404, "APIGW.0101"),
        ("PATCH", "p", unknown, &[], GOOD, 404, "APIGW.0101"),
        ("PUT", "p", unknown, &[], large, 404, "APIGW.0101"),
        ("PUT", "a.b", unknown, &[], GOOD, 404, "APIGW.0101"),
        ("PATCH", "p", known, &[HTML], GOOD, 405, "APIGW.0101"),
        ("PATCH", "p", known, &[], large, 405, "APIGW.0101"),
        ("PATCH", "a.b", known, &[], GOOD, 405, "APIGW.0101"),
        ("PATCH", "p", malformed, &[], GOOD, 405, "APIGW.0101"),
        ("PUT", "p", known, &[HTML], large, 406, "406"),
        ("PUT", "a.b", known, &[HTML], GOOD, 406, "406"),
        ("PUT", "p", malformed, &[HTML], GOOD, 406, "406"),
        ("PUT", "p", known, &[HTML, TEXT], GOOD, 406, "406"),
        ("PUT", "p", known, &[HTML], BAD_JSON, 406, "406"),
        ("PUT", "a.b", known, &[], large, 413, "APIGW.0201"),
        ("PUT", "p", malformed, &[], large, 413, "APIGW.0201"),
        ("PUT", "p", known, &[TEXT], large, 413, "APIGW.0201"),
        ("PUT", "p", nobody, &[], large, 413, "APIGW.0201"),
    ]);
}

#[test]
fn the_earlier_of_two_faults_in_what_a_rename_names_is_answered() {
    let (known, nobody, malformed) = (&*drill(DRILL), &*drill(NOBODY), &*drill("x"));
    each_is_answered(&[
        // project, ID
        ("PUT", "a.b", malformed, &[], GOOD, 400, "SDRS.0001"),
        (
            "PUT",
            "a.b",
            "/disaster-recovery-drills/%20",
            &[],
            GOOD,
            400,
            "SDRS.0001",
        ),
        ("PUT", "a.b", known, &[TEXT], GOOD, 400, "SDRS.0001"),
        ("PUT", "a.b", known, &[JSON], BAD_JSON, 400, "SDRS.0001"),
        ("PUT", "a.b", known, &[JSON], BAD_NAME, 400, "SDRS.0001"),
        ("PUT", "a.b", nobody, &[JSON], GOOD, 400, "SDRS.0001"),
        ("PUT", "p", malformed, &[TEXT], GOOD, 400, "SDRS.1900"),
        ("PUT", "p", malformed, &[JSON], BAD_JSON, 400, "SDRS.1900"),
        ("PUT", "p", malformed, &[JSON], BAD_SHAPE, 400, "SDRS.1900"),
        ("PUT", "p", malformed, &[JSON], BAD_NAME, 400, "SDRS.1900"),
        (
            "PUT",
            "p",
            "/disaster-recovery-drills/%20",
            &[JSON],
            BAD_NAME,
            400,
            "SDRS.1901",
        ),
        // type, JSON, shape; then values; then the drill
        ("PUT", "p", known, &[TEXT], BAD_NAME, 400, "SDRS.0201"),
        ("PUT", "p", nobody, &[TEXT], GOOD, 400, "SDRS.0201"),
        ("PUT", "p", nobody, &[JSON], BAD_JSON, 400, "SDRS.0201"),
        ("PUT", "p", nobody, &[JSON], BAD_SHAPE, 400, "SDRS.0201"),
        ("PUT", "p", nobody, &[JSON], "", 400, "SDRS.0201"),
        ("PUT", "p", nobody, &[JSON], BAD_NAME, 400, "SDRS.0202"),
        ("PUT", "p", nobody, &[JSON], GOOD, 404, "SDRS.1902"),
    ]);
}

#[test]
fn a_wrong_type_is_told_before_what_is_wrong_with_the_json() {
    let world = World::new();
    for body in [BAD_JSON, BAD_SHAPE, "\u{0}"] {
        world.ask("PUT", &sample(), &[TEXT], body).says("text/plain");
    }
}

#[test]
fn the_earlier_of_two_faults_of_a_show_or_a_list_is_answered() {
    let rows = "/disaster-recovery-drills";
    let list = |query: &str| format!("{rows}?{query}");
    let large = &*"x".repeat(65);
    each_is_answered(&[
        ("GET", "p", rows, &[HTML], large, 406, "406"),
        ("GET", "a.b", rows, &[], large, 413, "APIGW.0201"),
        ("GET", "a.b", &list("limit=x"), &[], "", 400, "SDRS.0001"),
        ("GET", "a.b", &list("name=%FF"), &[], "", 400, "SDRS.0001"),
        ("GET", "a.b", &drill("x"), &[], "", 400, "SDRS.0001"),
        ("GET", "a.b", &drill(NOBODY), &[], "", 400, "SDRS.0001"),
    ]);
}

#[test]
fn of_two_bad_parameters_the_one_documented_first_is_refused_wherever_it_stands() {
    for (query, code) in [
        ("limit=x&server_group_id=x&name=%FF", "SDRS.0201"),
        (
            "limit=x&offset=x&drill_vpc_id=x&status=x&server_group_id=x",
            "SDRS.0207",
        ),
        ("limit=x&offset=x&drill_vpc_id=x&status=x", "SDRS.0209"),
        ("limit=x&offset=x&drill_vpc_id=x", "SDRS.0204"),
        ("offset=x&limit=x", "SDRS.0221"),
        (
            "offset=x&server_group_id=00000000-0000-4000-8000-000000000000",
            "SDRS.0222",
        ),
    ] {
        let path = format!("/disaster-recovery-drills?{query}");
        each_is_answered(&[("GET", "p", &path, &[], "", 400, code)]);
    }
}
