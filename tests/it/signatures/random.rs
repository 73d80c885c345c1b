//! Requests of any kind, signed by a signer of our own: taken as they are, and refused with one byte changed anywhere.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::test_runner::{Config as Cases, TestRunner};
use sdrs_mock::api::auth::Auth;
use sdrs_mock::api::signature::Skew;
use sdrs_mock::{Config, Server};

use super::signer::{Draft, Form};
use crate::support::wire::{Raw, Wire};

/// What of a request is changed after it was signed.
#[derive(Debug, Clone, Copy)]
enum Part {
    Method,
    Body,
    Header,
    Signature,
    Path,
    Query,
}

const PARTS: [Part; 6] = [
    Part::Method,
    Part::Body,
    Part::Header,
    Part::Signature,
    Part::Path,
    Part::Query,
];

/// The value of a header: visible signs and blanks, none of the latter at its ends.
fn value() -> impl Strategy<Value = String> {
    "[!-~]([ -~]{0,20}[!-~])?"
}

fn drafts() -> impl Strategy<Value = Draft> {
    let name_or_value = || prop_oneof![vec(any::<u8>(), 0..8), vec(select(b"aab =&+%~*".to_vec()), 0..4)];
    let parts = (
        select(vec!["GET", "PUT", "DELETE"]),
        vec(any::<u8>(), 1..40),
        vec((name_or_value(), name_or_value()), 0..5),
        prop_oneof![
            vec(any::<u8>(), 0..200),
            Just(br#"{"disaster_recovery_drill":{"name":"a"}}"#.to_vec())
        ],
    );
    let headers = (value(), value(), any::<[bool; 4]>(), any::<u64>());
    (parts, headers).prop_map(|((method, id, query, body), (odd, agent, signed, encoded))| {
        let all = [
            ("content-type", "application/json".to_owned()),
            ("host", "127.0.0.1:7705".to_owned()),
            ("user-agent", agent),
            ("x-odd", odd),
        ];
        let (in_it, out) = all
            .into_iter()
            .zip(signed)
            .partition::<Vec<_>, _>(|(_, signed)| *signed);
        // HTTP wants a host, signed or not.
        let unsigned = out.into_iter().map(|((name, value), _)| (name.to_owned(), value));
        Draft {
            method: method.to_owned(),
            date: "20260102T030405Z".to_owned(),
            id,
            query,
            headers: in_it.into_iter().map(|(header, _)| header).collect(),
            unsigned: unsigned.collect(),
            body,
            hash: None,
            encoded,
        }
    })
}

/// Changes one byte; nothing where there is none.
fn change(draft: &mut Draft, authorization: &mut String, part: Part, at: Index, by: u8) -> bool {
    let other = |bytes: &mut Vec<u8>| {
        let length = bytes.len();
        if length > 0 {
            bytes[at.index(length)] ^= by;
        }
        length > 0
    };
    match part {
        Part::Method => {
            // Within one byte of a method there is no other: so it is another one.
            let methods = ["GET", "PUT", "DELETE", "GEV", "PUS", "DELETF"];
            let methods: Vec<_> = methods.into_iter().filter(|method| *method != draft.method).collect();
            methods[at.index(methods.len())].clone_into(&mut draft.method);
            true
        }
        Part::Body => other(&mut draft.body),
        Part::Path => other(&mut draft.id),
        Part::Query => {
            let pairs = draft.query.len();
            pairs > 0 && {
                let (name, value) = &mut draft.query[at.index(pairs)];
                other(name) || other(value)
            }
        }
        Part::Header => {
            let odd = draft.headers.iter_mut().find(|(name, _)| *name != "host");
            odd.is_some_and(|(_, value)| {
                let at = value.len() - 1;
                let last = if value.ends_with('x') { "y" } else { "x" };
                value.replace_range(at.., last);
                true
            })
        }
        Part::Signature => {
            let start = authorization.len() - 64;
            let at = start + at.index(64);
            let digit = authorization[at..=at].to_owned();
            let others: Vec<_> = "0123456789abcdefABCDEFg "
                .chars()
                .filter(|c| !digit.contains(*c))
                .collect();
            authorization.replace_range(at..=at, &others[usize::from(by) % others.len()].to_string());
            true
        }
    }
}

fn is_refused(answer: &Raw) -> bool {
    answer.status() == 401 && answer.body.contains("APIGW.0301")
}

#[test]
fn what_was_signed_is_taken_and_what_was_changed_afterwards_is_not() {
    let config = Config {
        auth: Auth::Strict,
        auth_skew: Skew(None),
        ..Config::test()
    };
    let server = Server::start(config).expect("the server starts");
    let forms = select(vec![Form::Access, Form::Credential, Form::Derived]);
    let changes = (any::<Index>(), 1..=255_u8);
    let mut runner = TestRunner::new(Cases::with_cases(96));
    let outcome = runner.run(&(drafts(), forms, changes), |(draft, form, (at, by))| {
        // A connection each: one with a body that was not read ends with its answer.
        let ask = |request: Vec<u8>| Wire::to(server.address()).ask(request);
        let authorization = draft.signed(form, "AKMOCK", "SKMOCK");
        let answer = ask(draft.wire(&authorization));
        prop_assert!(!is_refused(&answer), "{answer:?}");
        let mut more = draft.clone();
        more.unsigned.push(("X-Language".to_owned(), "en-us".to_owned()));
        let answer = ask(more.wire(&authorization));
        prop_assert!(!is_refused(&answer), "{answer:?}");
        for part in PARTS {
            let (mut draft, mut authorization) = (draft.clone(), authorization.clone());
            if change(&mut draft, &mut authorization, part, at, by) {
                let answer = ask(draft.wire(&authorization));
                // What is no method at all does not come as far as its signature.
                let refused = is_refused(&answer) || matches!(part, Part::Method) && answer.status() == 405;
                prop_assert!(refused, "{part:?}: {draft:?} {authorization}: {answer:?}");
            }
        }
        Ok(())
    });
    outcome.expect("no changed request is taken");
}
