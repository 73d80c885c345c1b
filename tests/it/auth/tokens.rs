//! Tokens on calls of SDRS: which are taken, and what the others are answered with.

use std::time::Duration;

use sdrs_mock::Config;
use sdrs_mock::api::auth::Auth;
use sdrs_mock::config::Span;

use super::{WRONG, in_mode, login};
use crate::support::{Answer, DIALECTS, PROJECT, World};

fn issued(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{}", answer.body);
    answer.header("X-Subject-Token").to_owned()
}

fn bringing(token: &str) -> String {
    format!("X-Auth-Token: {token}")
}

#[test]
fn a_token_of_a_login_is_taken_for_its_project() {
    for dialect in DIALECTS {
        let world = in_mode(Auth::Strict, dialect);
        let token = issued(&world.ask("POST", "/v3/auth/tokens", &[], login(PROJECT)));
        assert_eq!(world.rename_as(&[&bringing(&token)]).status, 200);
        assert_eq!(world.name(), "renamed");
    }
}

#[test]
fn a_missing_and_a_garbage_token_are_refused() {
    for dialect in DIALECTS {
        let world = in_mode(Auth::Strict, dialect);
        world.refuses(dialect, &[], "APIGW.0301", &format!("{WRONG}: Unauthorized"));
        let own = world.token_of(PROJECT);
        let (stated, signature) = own.rsplit_once('.').expect("a signed statement");
        let altered = stated.replacen(PROJECT, "another-project", 1);
        for garbage in [
            "garbage".to_owned(),
            format!("{altered}.{signature}"),
            stated.to_owned(),
            format!("{stated}.{}", "0".repeat(64)),
            own[..own.len() - 1].to_owned(),
            format!("{own}0"),
            "\u{fc}".to_owned(),
        ] {
            world.refuses(
                dialect,
                &[&bringing(&garbage)],
                "APIGW.0301",
                &format!("{WRONG}: decrypt token fail"),
            );
        }
        let foreign = in_mode(Auth::Strict, dialect).token_of(PROJECT);
        world.refuses(
            dialect,
            &[&bringing(&foreign)],
            "APIGW.0301",
            &format!("{WRONG}: decrypt token fail"),
        );
    }
}

#[test]
fn a_token_of_another_project_is_refused_by_the_service() {
    for dialect in DIALECTS {
        let world = in_mode(Auth::Strict, dialect);
        let other = world.token_of("another");
        let domain = login(PROJECT).replace(
            &format!(r#""project":{{"id":"{PROJECT}"}}"#),
            r#""domain":{"name":"OTC-TEST-00000000001"}"#,
        );
        let domain = issued(&world.ask("POST", "/v3/auth/tokens", &[], domain));
        for token in [other, domain] {
            let before = world.name();
            let answer = world.rename_as(&[&bringing(&token)]);
            answer.is_refused(dialect, "SDRS.0002", "Invalid tenant token");
            assert_eq!(world.name(), before);
        }
    }
}

#[test]
fn tokens_expire_on_the_real_clock_though_the_projects_clock_stands() {
    for dialect in DIALECTS {
        let world = World::with(Config {
            auth: Auth::Strict,
            dialect,
            token_lifetime: Span(Duration::from_millis(1)),
            ..Config::test()
        });
        let token = bringing(&world.token_of(PROJECT));
        // Real time goes by with each request.
        let refused = (0..10_000)
            .map(|_| world.rename_as(&[&token]))
            .find(|answer| answer.status != 200);
        refused
            .expect("a millisecond goes by")
            .is_401(dialect, "APIGW.0307", "The token must be updated");
    }
}

#[test]
fn a_tester_expires_the_tokens_of_one_project_or_of_all() {
    for dialect in DIALECTS {
        let world = in_mode(Auth::Strict, dialect);
        let control = world.server.control();
        let call = |method: &str, scope: &str| control.call(method, &format!("/_mock/tokens{scope}"), "");
        let (own, other) = (bringing(&world.token_of(PROJECT)), bringing(&world.token_of("other")));
        let of_other = || world.ask("GET", "/v1/other/disaster-recovery-drills", &[&other], "");
        let (status, told) = call("DELETE", &format!("?project={PROJECT}"));
        assert_eq!(status, 200, "{told}");
        assert!(
            told.starts_with(&format!(r#"{{"project":"{PROJECT}","issued_until":""#)),
            "{told}"
        );
        world.refuses(dialect, &[&own], "APIGW.0307", "The token must be updated");
        assert_eq!(of_other().status, 200, "a neighbour keeps its tokens");
        assert_eq!(
            world.rename_as(&[&bringing(&world.token_of(PROJECT))]).status,
            200,
            "a new one is taken"
        );
        let unscoped = world.ask(
            "POST",
            "/v3/auth/tokens",
            &[],
            login(PROJECT).replace("scope", "no-scope"),
        );
        let unscoped = bringing(&issued(&unscoped));
        assert_eq!(world.ask("GET", "/v3/projects", &[&unscoped], "").status, 200);
        assert_eq!(call("DELETE", "?project=*").0, 200);
        of_other().is_401(dialect, "APIGW.0307", "The token must be updated");
        assert_eq!(world.ask("GET", "/v3/projects", &[&unscoped], "").status, 401);
        // A reset is about SDRS; who was logged out stays so.
        assert_eq!(control.call("POST", "/_mock/reset?project=*", "").0, 200);
        of_other().is_401(dialect, "APIGW.0307", "The token must be updated");
    }
}

#[test]
fn issuing_and_expiring_must_say_for_which_project() {
    let control = World::new().server.control();
    for (method, scope, code) in [
        ("POST", "", "missing_project"),
        ("POST", "?project=*", "missing_project"),
        ("POST", "?project=a%20b", "invalid_project"),
        ("DELETE", "", "missing_project"),
    ] {
        let (status, body) = control.call(method, &format!("/_mock/tokens{scope}"), "");
        assert_eq!(status, 400, "{body}");
        assert!(body.contains(code), "{method} {scope}: {body}");
    }
}

#[test]
fn servers_with_one_key_take_each_others_tokens() {
    let with = |key: &str| {
        World::with(Config {
            auth: Auth::Strict,
            token_key: Some(key.to_owned()),
            ..Config::test()
        })
    };
    let token = bringing(&with("one").token_of(PROJECT));
    assert_eq!(with("one").rename_as(&[&token]).status, 200);
    assert_eq!(with("other").rename_as(&[&token]).status, 401);
}

#[test]
fn a_401_once_for_each_token_is_met_once_by_a_client_that_logs_in_again() {
    for dialect in DIALECTS {
        let world = in_mode(Auth::Strict, dialect);
        let project = world.server.control().project(PROJECT);
        let mut fault = sdrs_mock::store::faults::Fault::error(401);
        fault.when.once_per = Some(sdrs_mock::store::faults::OncePer::Token);
        project.arm(&fault).expect("a fault");
        for _ in 0..2 {
            let token = issued(&world.ask("POST", "/v3/auth/tokens", &[], login(PROJECT)));
            let answers: Vec<_> = (0..3).map(|_| world.rename_as(&[&bringing(&token)]).status).collect();
            assert_eq!(answers, [401, 200, 200]);
        }
    }
}
