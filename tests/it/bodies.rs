//! Bad bodies: each is refused in both dialects and changes nothing; and what of a body the service ignores.

use crate::support::{DIALECTS, World, naming, sample};

const SHAPE: (&str, &str) = ("SDRS.0201", "Invalid request parameters");
const NAME: (&str, &str) = ("SDRS.0202", "Invalid name");

/// Sends each body as a rename in both dialects; each must be refused with this code, and change nothing.
fn each_is_refused<B: AsRef<[u8]>>((code, message): (&str, &str), bodies: &[B]) {
    for dialect in DIALECTS {
        let world = World::speaking(dialect);
        for body in bodies {
            let answer = world.keeps_all(|world| world.rename_with(body));
            let sent = String::from_utf8_lossy(body.as_ref());
            assert!(answer.body.contains(code), "{sent:?} was answered {}", answer.body);
            answer.is_refused(dialect, code, message);
        }
    }
}

#[test]
fn a_body_that_is_no_json_is_refused() {
    each_is_refused(
        SHAPE,
        &[
            "",
            " ",
            "{",
            "}",
            "x",
            "{'disaster_recovery_drill':{'name':'x'}}",
            r#"{"disaster_recovery_drill":{"name":"x"}"#,
            r#"{"disaster_recovery_drill":{"name":"x",}}"#,
            r#"{"disaster_recovery_drill":{"name":"x}}"#,
            r#"{"disaster_recovery_drill":{name:"x"}}"#,
            r#"{"disaster_recovery_drill":{"name":"x"}} x"#,
            r#"{"disaster_recovery_drill":{"name":"x"}}{}"#,
            r#"{"disaster_recovery_drill":{"name":"x"}},"#,
            "{\"disaster_recovery_drill\":{\"name\":\"x\"}}\0",
            "disaster_recovery_drill=x",
            "{\"disaster_recovery_drill\":{\"name\":\"a\nb\"}}",
            r#"{"disaster_recovery_drill":{"name":"\x41"}}"#,
            r#"{"disaster_recovery_drill":{"name":"\u12"}}"#,
        ],
    );
}

#[test]
fn a_lone_surrogate_is_no_text() {
    each_is_refused(
        SHAPE,
        &[
            r#""\ud83d""#,
            r#""\uDE00""#,
            r#""a\ud83d""#,
            r#""\ud83dx""#,
            r#""\ud83d\ud83d""#,
        ]
        .map(naming),
    );
}

#[test]
fn a_body_that_is_no_utf_8_is_refused_wherever_the_bad_bytes_stand() {
    each_is_refused::<&[u8]>(
        SHAPE,
        &[
            b"{\"disaster_recovery_drill\":{\"name\":\"\xE6\xBC\"}}", // a Chinese character cut short
            b"{\"disaster_recovery_drill\":{\"name\":\"\xE6\xBC",     // the same at the end
            b"{\"disaster_recovery_drill\":{\"name\":\"\xFF\"}}",
            b"{\"disaster_recovery_drill\":{\"name\":\"x\",\"other\":\"\xFF\"}}", // in a member that is skipped
            b"{\"disaster_recovery_drill\":{\"name\":\"x\"},\"other\":[\"\xC3\x28\"]}",
            b"{\"disaster_recovery_drill\":{\"name\":\"x\",\"\xFF\":1}}",
            b"{\"disaster_recovery_drill\":{\"name\":\"x\",\"other\":\"\xED\xA0\xBD\"}}", // a surrogate as bytes
            b"{\"disaster_recovery_drill\":{\"name\":\"x\",\"other\":\"\xC0\xAF\"}}",     // longer than it need be
            b"\xFF\xFE{\x00}\x00",
        ],
    );
}

#[test]
fn a_key_that_stands_there_twice_is_refused() {
    each_is_refused(
        SHAPE,
        &[
            r#"{"disaster_recovery_drill":{"name":"x"},"disaster_recovery_drill":{"name":"y"}}"#,
            r#"{"disaster_recovery_drill":{"name":"x"},"disaster_recovery_drill":null}"#,
            r#"{"disaster_recovery_drill":{"name":"x"},"disaster_recovery_\u0064rill":{"name":"x"}}"#,
            r#"{"disaster_recovery_drill":{"name":"x","name":"y"}}"#,
            r#"{"disaster_recovery_drill":{"name":"x","name":"x"}}"#,
            r#"{"disaster_recovery_drill":{"name":null,"name":"x"}}"#,
            r#"{"disaster_recovery_drill":{"name":"x","n\u0061me":"y"}}"#,
        ],
    );
}

#[test]
fn a_body_of_another_shape_is_refused() {
    each_is_refused(
        SHAPE,
        &[
            "{}",
            r#"{"name":"x"}"#,
            r#"{"disaster_recovery_drill":null}"#,
            r#"{"disaster_recovery_drill":"x"}"#,
            r#"{"disaster_recovery_drill":1}"#,
            r#"{"disaster_recovery_drill":true}"#,
            r#"{"disaster_recovery_drill":[]}"#,
            r#"{"disaster_recovery_drill":["a"]}"#, // the only member, were a list read as an object
            r#"{"disaster_recovery_drill":[{"name":"a"}]}"#,
            r#"{"disaster_recovery_dril":{"name":"x"}}"#, // as the documentation's table has it
            r#"{"disaster_recovery_drills":{"name":"x"}}"#,
            r#"{"Disaster_Recovery_Drill":{"name":"x"}}"#,
            r#"{" disaster_recovery_drill":{"name":"x"}}"#,
            r#"{"disasterRecoveryDrill":{"name":"x"}}"#,
            "[]",
            r#"["a"]"#,
            r#"[["a"]]"#,
            r#"[{"name":"x"}]"#,
            r#"[{"disaster_recovery_drill":{"name":"x"}}]"#,
            "null",
            "true",
            "1",
            r#""x""#,
        ],
    );
}

#[test]
fn a_name_that_is_no_text_is_refused_as_bad_shape() {
    each_is_refused(
        SHAPE,
        &[
            "1",
            "1.5",
            "-1",
            "true",
            "false",
            "[]",
            r#"["a"]"#,
            "{}",
            r#"{"a":"b"}"#,
        ]
        .map(naming),
    );
}

#[test]
fn a_name_that_is_missing_or_breaks_the_rule_is_an_invalid_name() {
    let mut bodies = [
        "null",
        r#""""#,
        r#"" ""#,
        r#""a b""#,
        r#""ａ""#,
        r#""😀""#,
        r#""\ud83d\ude00""#,
        r#""a\n""#,
    ]
    .map(naming)
    .to_vec();
    bodies.push(r#"{"disaster_recovery_drill":{}}"#.to_owned());
    bodies.push(r#"{"disaster_recovery_drill":{"Name":"x"}}"#.to_owned());
    bodies.push(naming(&format!("\"{}\"", "a".repeat(65))));
    bodies.push(naming(&format!("\"{}\"", "演".repeat(22))));
    each_is_refused(NAME, &bodies);
}

#[test]
fn unknown_members_of_a_body_are_ignored() {
    let world = World::new();
    let deep = format!(
        r#"{{"disaster_recovery_drill":{{"name":"deep","x":{}{}}}}}"#,
        "[".repeat(5000),
        "]".repeat(5000)
    );
    for (body, name) in [
        (r#"{"disaster_recovery_drill":{"name":"a","status":"error"}}"#, "a"),
        (
            r#"{"disaster_recovery_drill":{"id":7,"name":"b","updated_at":null,"drill_servers":{}}}"#,
            "b",
        ),
        (r#"{"other":1,"disaster_recovery_drill":{"name":"c"},"name":"d"}"#, "c"),
        (
            r#"{"disaster_recovery_drills":null,"disaster_recovery_drill":{"name":"e"},"x":[1,{"y":"z"}]}"#,
            "e",
        ),
        (
            r#"{"disaster_recovery_drill":{"NAME":"x","name":"f","Name":"y","names":"z","":"w"}}"#,
            "f",
        ),
        (r#"{"disaster_recovery_drill":{"name":"g","x":1,"x":2}}"#, "g"), // twice, but nobody reads it
        (r#"{"disaster_recovery_drill":{"n\u0061me":"h"}}"#, "h"),
        (&deep, "deep"),
    ] {
        let before: serde_json::Value = serde_json::from_str(&world.drills()).expect("JSON");
        world.rename_with(body).is_named(name);
        let mut expected = before;
        expected["disaster_recovery_drills"][1]["name"] = name.into();
        expected["disaster_recovery_drills"][1]["updated_at"] = "2026-01-01 00:00:00.000".into();
        assert_eq!(world.drills(), expected.to_string(), "more changed than the name");
    }
}

#[test]
fn blanks_and_line_ends_around_the_json_are_fine() {
    let world = World::new();
    for body in [
        "{\"disaster_recovery_drill\":{\"name\":\"x\"}}\n",
        "{\"disaster_recovery_drill\":{\"name\":\"x\"}}\r\n\r\n",
        "\n\t {\"disaster_recovery_drill\"\n:\t{ \"name\" :\r\"x\" } } \t",
    ] {
        world.rename_with(body).is_named("x");
    }
}

#[test]
fn a_body_that_declares_another_type_is_refused_naming_both_types() {
    for dialect in DIALECTS {
        let world = World::speaking(dialect);
        for declared in [
            "text/plain",
            "text/json",
            "application/x+json",
            "application/merge-patch+json",
            "application/jsonx",
            "application/json-patch+json",
            "application/xml; charset=application/json",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application",
            "json",
            "*/*",
            "application/*",
        ] {
            let header = format!("Content-Type: {declared}");
            let answer = world.keeps_all(|world| world.ask("PUT", &sample(), &[&header], naming(r#""x""#)));
            answer.is_refused(dialect, SHAPE.0, SHAPE.1);
            answer.says(declared);
            answer.says("must be declared as application/json");
        }
    }
}

#[test]
fn json_may_be_declared_with_parameters_in_any_case_or_not_at_all() {
    let world = World::new();
    for headers in [
        &[][..],
        &["Content-Type: application/json"],
        &["Content-Type: application/json;charset=utf-8"],
        &["Content-Type: application/json; charset=UTF-8"],
        &["Content-Type: Application/JSON ; Charset=Utf-8"],
        &["Content-Type: APPLICATION/JSON; CHARSET=\"UTF-8\"; x=y"],
        &["content-type: application/json;"],
    ] {
        world.rename_with(naming(r#""other""#)).is_named("other");
        world.ask("PUT", &sample(), headers, naming(r#""x""#)).is_named("x");
    }
}

#[test]
fn a_type_declared_without_a_body_to_read_is_nobodys_business() {
    let world = World::new();
    for declared in ["text/plain", "application/json;charset=utf-8"] {
        let answer = world.ask("GET", &sample(), &[&format!("Content-Type: {declared}")], "");
        answer.is_named("dr_drill_test");
    }
}
