//! A typo never passes silently: it is refused, its place is named, and so is what was probably meant.

use reqwest::Method;
use serde_json::{Value, json};

use super::calls;
use crate::support::{PROJECT, World};

/// A wrong request: method, target, body; the code and the pointer of its refusal; what was probably meant.
type Wrong = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    Option<&'static str>,
    &'static str,
);

/// Every body is for the project; the empty hint is none.
#[rustfmt::skip] // a table: one row a line
const WRONG: &[Wrong] = &[
    ("PUT", "/clock", r#"{"mode":"frozn"}"#, "unknown_value", Some("/mode"), "frozen"),
    ("PUT", "/clock", r#"{"mode":"frozen","now":"yesterday"}"#, "invalid_value", Some("/now"), ""),
    ("PUT", "/clock", r#"{"mode":"frozen","noww":"2026-01-01T00:00:00Z"}"#, "unknown_member", Some("/noww"), "now"),
    ("PUT", "/clock", r#"{"mode":"real","now":"2026-01-01T00:00:00Z"}"#, "invalid_value", Some("/now"), ""),
    ("PUT", "/clock", "", "invalid_value", Some(""), ""),
    ("PUT", "/clock", r#"{"mode":"real"} x"#, "invalid_json", Some(""), ""),
    ("PUT", "/clock", r#"{"mode":"real","mode":"real"}"#, "invalid_value", Some(""), ""),
    ("PUT", "/clock", r#"{"mode":"re"#, "invalid_json", Some("/mode"), ""),
    ("POST", "/clock/advance", "{}", "invalid_value", Some(""), ""),
    ("POST", "/clock/advance", r#"{"by":"10 m"}"#, "invalid_value", Some("/by"), ""),
    ("POST", "/clock/advance", r#"{"by":"0s"}"#, "invalid_value", Some("/by"), ""),
    ("POST", "/clock/advance", r#"{"by":"-1s"}"#, "invalid_value", Some("/by"), ""),
    ("POST", "/clock/advance", r#"{"by":90}"#, "invalid_value", Some("/by"), ""),
    ("POST", "/clock/advance", r#"{"to":"nextdue"}"#, "unknown_value", Some("/to"), "next-due"),
    ("POST", "/clock/advance", r#"{"bye":"10m"}"#, "unknown_member", Some("/bye"), "by"),
    ("POST", "/clock/advance", r#"{"by":"10m","to":"next-due"}"#, "invalid_value", Some(""), ""),
    ("PUT", "/job-rules", "", "invalid_json", Some(""), ""),
    ("POST", "/job-rules", " ", "invalid_json", Some(""), ""),
    ("POST", "/job-rules", "null", "invalid_value", Some(""), ""),
    ("POST", "/job-rules", r#"{"match":{"job_type":"createDisasterRecoveryDril"}}"#, "unknown_job_type", Some("/match/job_type"), "createDisasterRecoveryDrill"),
    ("POST", "/job-rules", r#"[{},{"match":{"job_type":"createDisasterRecoveryDril"}}]"#, "unknown_job_type", Some("/1/match/job_type"), "createDisasterRecoveryDrill"),
    ("POST", "/job-rules", r#"{"match":{"nam":"x"}}"#, "unknown_member", Some("/match/nam"), "name"),
    ("POST", "/job-rules", r#"{"match":"x"}"#, "invalid_value", Some("/match"), ""),
    ("POST", "/job-rules", r#"{"matches":{}}"#, "unknown_member", Some("/matches"), "match"),
    ("POST", "/job-rules", r#"{"progression":{"kind":"poll","n":2}}"#, "unknown_value", Some("/progression/kind"), "polls"),
    ("POST", "/job-rules", r#"{"progression":{"kind":"polls","n":0}}"#, "invalid_value", Some("/progression/n"), ""),
    ("POST", "/job-rules", r#"{"progression":{"kind":"polls","m":2}}"#, "unknown_member", Some("/progression/m"), "n"),
    ("POST", "/job-rules", r#"{"progression":{"kind":"polls"}}"#, "invalid_value", Some("/progression"), ""),
    ("POST", "/job-rules", r#"{"progression":{"kind":"after","duration":"soon"}}"#, "invalid_value", Some("/progression/duration"), ""),
    ("POST", "/job-rules", r#"{"progression":{"kind":"manual","n":2}}"#, "unknown_member", Some("/progression/n"), ""),
    ("POST", "/job-rules", r#"{"progression":{"kind":"immediate","duration":"1s"}}"#, "unknown_member", Some("/progression/duration"), ""),
    ("POST", "/job-rules", r#"{"outcome":{"kind":"success","error_code":"SDRS.0013"}}"#, "unknown_member", Some("/outcome/error_code"), ""),
    ("POST", "/job-rules", r#"{"outcome":{"kind":"stuck","n":1}}"#, "unknown_member", Some("/outcome/n"), ""),
    ("POST", "/job-rules", r#"[{"outcome":{"kind":"fails"}}]"#, "unknown_value", Some("/0/outcome/kind"), "fail"),
    ("POST", "/job-rules", r#"{"outcome":{"kind":"fail","code":"SDRS.0013"}}"#, "unknown_member", Some("/outcome/code"), "error_code"),
    ("POST", "/job-rules", r#"{"outcome":{"kind":"fail","error_code":"SDRS.192"}}"#, "unknown_code", Some("/outcome/error_code"), "*"),
    ("POST", "/job-rules", r#"{"outcome":{"kind":"false-negative","error_code":"SDRS.0"}}"#, "unknown_code", Some("/outcome/error_code"), "*"),
    ("POST", "/job-rules", r#"{"times":-1}"#, "invalid_value", Some("/times"), ""),
    ("POST", "/faults", "", "invalid_json", Some(""), ""),
    ("POST", "/faults", r#"{"match":{"operation":"UpdateDisasterRecoveryDrill"}}"#, "unknown_operation", Some("/match/operation"), "UpdateDisasterRecoveryDrillName"),
    ("POST", "/faults", r#"[{"match":{"method":"GETT"}}]"#, "unknown_method", Some("/0/match/method"), "GET"),
    ("POST", "/faults", r#"{"effect":{"kind":"none","status":503}}"#, "unknown_member", Some("/effect/status"), ""),
    ("POST", "/faults", r#"{"effect":{"kind":"eror"}}"#, "unknown_value", Some("/effect/kind"), "error"),
    ("POST", "/faults", "{}", "invalid_value", Some("/effect"), ""),
    ("POST", "/faults", r#"[{"effect":{"kind":"none"},"ttl":"1m"}]"#, "invalid_value", Some("/0/effect"), ""),
    ("POST", "/faults", r#"{"match":{"header":{"x test":"t1"}},"delay":"1s"}"#, "invalid_value", Some("/match/header/x test"), ""),
    ("POST", "/faults", r#"{"match":{"header":{"a/b":"t1"}},"delay":"1s"}"#, "invalid_value", Some("/match/header/a~1b"), ""),
    ("POST", "/faults", r#"{"effect":{"kind":"raw","status":200,"headers":{"a/b":"t1"}}}"#, "invalid_value", Some("/effect/headers/a~1b"), ""),
    ("POST", "/requests/verify", r#"{"match":{"header":{"":"*"}}}"#, "invalid_value", Some("/match/header/"), ""),
    ("POST", "/requests/verify", r#"{"sequence":[]}"#, "invalid_value", Some("/sequence"), ""),
    ("POST", "/requests/verify", r#"{"sequence":[{"header":{"x y":"*"}}]}"#, "invalid_value", Some("/sequence/0/header/x y"), ""),
    ("POST", "/requests/verify", r#"{"match":{},"times":{}}"#, "invalid_value", Some("/times"), ""),
    ("POST", "/requests/verify", r#"{"times":{"at_least":3,"at_most":2}}"#, "invalid_value", Some("/times"), ""),
    ("POST", "/requests/verify", r#"{"times":{"exactly":1,"at_most":0}}"#, "invalid_value", Some("/times"), ""),
    ("POST", "/snapshots", r#"{"nam":"x"}"#, "unknown_member", Some("/nam"), "name"),
    ("POST", "/requests/verify", r#"{"mach":{}}"#, "unknown_member", Some("/mach"), "match"),
];

#[test]
fn a_wrong_body_is_refused_where_it_is_wrong() {
    let world = World::new();
    world.drills();
    let mut wrong = Vec::new();
    for (method, path, body, code, pointer, hint) in WRONG {
        let answer = world.keeps_whole(|world| world.mock(method, &format!("{path}?project={PROJECT}"), body));
        let error = &answer.json()["error"];
        let found = (answer.status, error["code"].as_str(), error["pointer"].as_str());
        let is_hinted = match *hint {
            "*" => !answer.hint().is_empty(),
            "" => true,
            hint => answer.hint() == hint,
        };
        if found != (400, Some(*code), *pointer) || !is_hinted {
            wrong.push(format!("{method} {path} {body}: {} {error}", answer.status));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn a_job_is_ended_with_known_members_and_codes_only() {
    let world = super::rules::protected();
    super::rules::own(&world)
        .rule(&sdrs_mock::store::job_rules::JobRule::lasting(
            sdrs_mock::domain::plan::Progression::Manual,
        ))
        .expect("a rule");
    let job = super::rules::create(&world, "any", 1);
    for (what, body, code, pointer) in [
        ("fail", r#"{"code":"SDRS.1922"}"#, "unknown_member", "/code"),
        ("fail", r#"{"error_code":"SDRS.1"}"#, "unknown_code", "/error_code"),
        ("fail", r#"{"error_code":1}"#, "invalid_value", "/error_code"),
        (
            "complete",
            r#"{"error_code":"SDRS.1922"}"#,
            "unknown_member",
            "/error_code",
        ),
    ] {
        let target = format!("/jobs/{job}/{what}?project={PROJECT}");
        world
            .keeps_whole(|world| world.mock("POST", &target, body))
            .is_problem(400, code, pointer);
    }
}

#[test]
fn a_parameter_that_a_call_does_not_have_is_refused_and_so_is_a_repeated_one() {
    let world = World::new();
    world.drills();
    for call in calls() {
        let ask = |query: &str| {
            let target = format!("{}?{query}", call.target());
            world.keeps_whole(|world| world.ask(call.method, &target, &[], ""))
        };
        ask("colour=red").is_problem(400, "unknown_parameter", "?colour");
        if call.is_scoped() {
            let answer = ask("projct=x");
            answer.is_problem(400, "unknown_parameter", "?projct");
            assert_eq!(answer.hint(), "project");
            ask("project=a&project=b").is_problem(400, "repeated_parameter", "?project");
            ask("project=a&%70roject=a").is_problem(400, "repeated_parameter", "?project");
        }
    }
}

#[test]
fn values_of_parameters_are_refused_that_a_call_does_not_know() {
    let world = World::new();
    for (method, target, code, hint) in [
        ("POST", "/reset?project=a&scope=jobs,fault", "unknown_scope", "faults"),
        ("POST", "/reset?project=a&scope=,", "unknown_scope", ""),
        ("POST", "/reset?project=a&scope=", "unknown_scope", ""),
        ("POST", "/reset?project=a&scope=jobs,", "unknown_scope", ""),
        ("POST", "/reset?project=a&to=sed", "unknown_value", "seed"),
        ("GET", "/jobs?status=RUNING", "unknown_value", "RUNNING"),
        (
            "GET",
            "/requests?operation=ShowQuotas",
            "unknown_operation",
            "ShowQuota",
        ),
        ("GET", "/requests?limit=many", "invalid_value", ""),
        ("GET", "/requests?status=2xx", "invalid_value", ""),
        ("GET", "/requests?since=-1", "invalid_value", ""),
    ] {
        let answer = world.keeps_whole(|world| world.mock(method, target, ""));
        let code_of = answer.json()["error"]["code"].clone();
        let pointer = answer.json()["error"]["pointer"].clone();
        let parameter = pointer.as_str().and_then(|pointer| pointer.strip_prefix('?'));
        assert!(
            parameter.is_some_and(|name| target.contains(&format!("{name}="))),
            "{}",
            answer.body
        );
        assert_eq!(
            (answer.status, code_of),
            (400, json!(code)),
            "{target}: {}",
            answer.body
        );
        if !hint.is_empty() {
            assert_eq!(answer.hint(), hint, "{target}");
        }
    }
}

#[test]
fn every_path_takes_its_own_methods_only_and_says_which() {
    let world = World::new();
    for call in calls() {
        let known: Vec<_> = calls()
            .into_iter()
            .filter(|other| other.target() == call.target())
            .map(|other| other.method)
            .collect();
        for method in [Method::GET, Method::PUT, Method::POST, Method::PATCH, Method::DELETE] {
            if known.contains(&method.as_str()) {
                continue;
            }
            let answer = world.keeps_whole(|world| world.ask(method.as_str(), &call.target(), &[], ""));
            // `unmatched` and `verify` stand where an ID could, too.
            if answer.status != 405 {
                assert!(
                    call.path.starts_with("/_mock/requests/"),
                    "{method} {}: {}",
                    call.path,
                    answer.body
                );
                continue;
            }
            answer.is_problem(405, "wrong_method", None);
            let allowed: Vec<_> = answer.header("Allow").split(", ").collect();
            assert!(known.iter().all(|method| allowed.contains(method)), "{allowed:?}");
        }
    }
}

#[test]
fn paths_are_taken_as_they_are() {
    let world = World::new();
    for (path, hint) in [
        ("/clok", "/_mock/clock"),
        ("/clock/", "/_mock/clock"),
        ("//clock", "/_mock/clock"),
        ("/job_rules", "/_mock/job-rules"),
        ("/clock/advanced", "/_mock/clock/advance"),
        ("/Clock", "/_mock/clock"),
        ("/jobs/x/finish", ""),
        ("/something-else-altogether-that-nothing-is-near", ""),
    ] {
        let answer = world.keeps_whole(|world| world.mock("GET", path, ""));
        answer.is_problem(404, "unknown_path", None);
        if !hint.is_empty() {
            assert_eq!(answer.hint(), hint, "{path}");
        }
    }
}

#[test]
fn head_is_get_without_the_body() {
    let world = World::new();
    let (head, get) = (world.mock("HEAD", "/info", ""), world.mock("GET", "/info", ""));
    assert_eq!((head.status, &*head.body), (200, ""));
    assert_eq!(head.header("Content-Length"), get.body.len().to_string());
}

#[test]
fn what_is_asked_may_be_at_the_ends_of_time() {
    let world = World::new();
    let clock = format!("/clock?project={PROJECT}");
    for now in ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59.999999Z"] {
        world.told("PUT", &clock, json!({"mode": "frozen", "now": now}));
        assert_eq!(world.ask_for("/server-groups").status, 200);
        let advance = format!("/clock/advance?project={PROJECT}");
        let turned = world.mock("POST", &advance, json!({"by": "878400h"}));
        assert_eq!(
            turned.status,
            if now.starts_with('0') { 200 } else { 400 },
            "{}",
            turned.body
        );
        assert_eq!(world.ask_for("/server-groups").status, 200);
    }
    world.told("PUT", &clock, json!({"mode": "real"}));
    world.told(
        "POST",
        &format!("/clock/advance?project={PROJECT}"),
        json!({"by": "878400h"}),
    );
    let state = || world.mock("GET", &format!("/state?project={PROJECT}"), "").body;
    let before = state();
    world.told("PUT", &format!("/state?project={PROJECT}"), &before);
    assert_eq!(
        serde_json::from_str::<Value>(&state()).ok(),
        serde_json::from_str(&before).ok()
    );
}
