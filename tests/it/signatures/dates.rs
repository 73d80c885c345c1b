//! How long a signature lasts.

use http::Request;
use sdrs_mock::api::auth::Auth;
use sdrs_mock::api::error::{Dialect, Failure};
use sdrs_mock::api::signature::{self, Skew};
use sdrs_mock::domain::time::Time;
use sdrs_mock::store::clock::Clock;
use sdrs_mock::{Config, Server};

use super::signer::{Draft, Form};
use super::{Strict, Vector, why};
use crate::support::wire::{Wire, get};

/// When the vectors were signed.
const DATED: &str = "2026-11-25T01:34:32Z";

fn at(text: &str) -> Time {
    Time::parse_by_hand(text).expect("a time")
}

/// What the server says at this time, by its own function, for its real clock cannot be set.
fn verified(vector: &Vector, now: Time) -> Result<(), Failure> {
    let mut request = Request::builder().method(&*vector.method).uri(&vector.target);
    for (name, value) in &vector.headers {
        request = request.header(name, value);
    }
    let (head, ()) = request.body(()).expect("vectors are requests").into_parts();
    let key_of = |_: &str, _: Option<&str>| Ok(&vector.secret);
    signature::verify(&head, vector.body.as_bytes(), key_of, (now, Skew::default())).map(drop)
}

#[test]
fn a_signature_lasts_for_fifteen_minutes_before_and_after_its_date() {
    let vector = Vector::named("python-put-0");
    for now in [DATED, "2026-11-25T01:49:32Z", "2026-11-25T01:19:32Z"] {
        assert_eq!(verified(&vector, at(now)), Ok(()), "{now}");
    }
    for now in ["2026-11-25T01:49:33Z", "2026-11-25T01:19:31Z", "2027-11-25T01:34:32Z"] {
        let Err(Failure::Rejected(rejection)) = verified(&vector, at(now)) else {
            panic!("accepted at {now}");
        };
        let now = now.replace(['-', ':'], "");
        let expected =
            format!("calc aksk signature fail:signature expired, signature time:20261125T013432Z,server time:{now}");
        assert_eq!(rejection.detail.as_deref(), Some(&*expected));
    }
}

#[test]
fn the_real_time_counts_whatever_the_clock_of_a_project_says() {
    let config = Config {
        auth: Auth::Strict,
        ..Config::test()
    };
    let real = Server::start(Config {
        clock: Clock::REAL,
        ..config.clone()
    });
    let date = Wire::to(real.expect("the server starts").address()).ask(get("/"));
    let date = sdk_date(date.header("Date"));
    let server = Server::start(config).expect("the server starts");
    let mut wire = Wire::to(server.address());
    let mut draft = Draft::rename();
    draft.date = date;
    let signed = draft.signed(Form::Access, "AKMOCK", "SKMOCK");
    assert_eq!(wire.ask(draft.wire(&signed)).status(), 200);
    // What every project's clock shows here.
    "20260101T000000Z".clone_into(&mut draft.date);
    let signed = draft.signed(Form::Access, "AKMOCK", "SKMOCK");
    let refused = why(&wire.ask(draft.wire(&signed)), Dialect::Documented);
    let expected = "calc aksk signature fail:signature expired, signature time:20260101T000000Z,server time:2";
    assert!(refused.starts_with(expected), "{refused}");
}

/// `Fri, 02 Jan 2026 03:04:05 GMT` as clients date signatures.
fn sdk_date(date: &str) -> String {
    let words: Vec<_> = date.split(' ').collect();
    let &[_, day, month, year, time, "GMT"] = &words[..] else {
        panic!("{date} is no date");
    };
    let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ];
    let month = 1 + months.iter().position(|name| *name == month).expect("a month");
    format!("{year}{month:02}{day}T{}Z", time.replace(':', ""))
}

#[test]
fn a_date_that_is_none_is_refused_even_where_no_dates_are_compared() {
    let strict = Strict::new();
    for date in [
        "",
        "20261125",
        "20261325T013432Z",
        "20261125T013432",
        DATED,
        "20261125T 13432Z",
    ] {
        let mut vector = Vector::named("python-put-0");
        date.clone_into(vector.header("X-Sdk-Date"));
        let expected = "calc aksk signature fail:header X-Sdk-Date is missing or not of the form 20060102T150405Z";
        assert_eq!(strict.refuses(&vector), expected, "{date:?}");
    }
}
