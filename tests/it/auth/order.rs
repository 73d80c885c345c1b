//! When credentials are looked at: after path, method and `Accept`; tokens before the body, signatures behind faults.

use std::io::Write;

use sdrs_mock::api::auth::Auth;
use sdrs_mock::api::error::Dialect;
use sdrs_mock::store::faults::Fault;

use super::{WRONG, in_mode, now};
use crate::support::{Answer, DIALECTS, DRILL, PROJECT, drill, naming, read_all, sample};

#[test]
fn a_token_is_refused_without_waiting_for_the_body() {
    for dialect in DIALECTS {
        let world = in_mode(Auth::Strict, dialect);
        let mut socket = world.socket();
        let head = format!(
            "PUT {} HTTP/1.1\r\nHost: localhost\r\nX-Auth-Token: x\r\nContent-Length: 50\r\n\r\n",
            sample()
        );
        socket.write_all(head.as_bytes()).expect("the server reads");
        socket.shutdown(std::net::Shutdown::Write).expect("it is open");
        let answer = Answer::read(&read_all(&mut socket));
        answer.is_401(dialect, "APIGW.0301", &format!("{WRONG}: decrypt token fail"));
    }
}

#[test]
fn what_no_route_knows_is_told_before_whoever_asks() {
    for dialect in DIALECTS {
        let world = in_mode(Auth::Strict, dialect);
        assert_eq!(world.ask("GET", &format!("/v1/{PROJECT}/nothing"), &[], "").status, 404);
        let method = world.ask("POST", &sample(), &[], "").status;
        let accept = world.ask("GET", &sample(), &["Accept: text/html"], "").status;
        let expected = if dialect == Dialect::Documented {
            (405, 406)
        } else {
            (404, 401)
        };
        assert_eq!((method, accept), expected);
    }
}

#[test]
fn who_is_refused_meets_no_fault_and_what_is_malformed_comes_after() {
    for dialect in DIALECTS {
        let world = in_mode(Auth::Strict, dialect);
        let project = world.server.control().project(PROJECT);
        project.arm(&Fault::error(503)).expect("a fault");
        assert_eq!(world.rename_as(&["X-Auth-Token: x"]).status, 401);
        assert_eq!(project.faults().expect("faults")[0]["hits"], 0);
        let token = format!("X-Auth-Token: {}", world.token_of(PROJECT));
        assert_eq!(world.rename_as(&[&token]).status, 503);
        // A signature covers the body, so it is verified after the fault.
        let signed = "Authorization: SDK-HMAC-SHA256 Access=NONE, SignedHeaders=x-sdk-date, Signature=0";
        let date = format!("X-Sdk-Date: {}", now());
        assert_eq!(world.rename_as(&[signed, &date]).status, 503);
        project.clear_faults().expect("no faults");
        assert_eq!(world.rename_as(&[signed, &date]).status, 401);
        let malformed = world.ask(
            "PUT",
            &format!("/v1/{PROJECT}{}", drill("x")),
            &["X-Auth-Token: x"],
            "[]",
        );
        assert_eq!(malformed.status, 401);
        let malformed = world.ask("PUT", &format!("/v1/{PROJECT}{}", drill("x")), &[signed, &date], "[]");
        assert_eq!(malformed.status, 401);
        let malformed = world.ask("PUT", &format!("/v1/{PROJECT}{}", drill("x")), &[&token], "[]");
        malformed.is_refused(dialect, "SDRS.1900", "Invalid DR drill ID");
        assert_eq!(
            world
                .ask("PUT", &format!("/v1/{PROJECT}{}", drill(DRILL)), &[&token], naming("1"))
                .status,
            400
        );
    }
}
