//! Signatures that are not even compared: dates, keys, algorithms, headers that no client sends.

use sdrs_mock::api::signature::{self, Skew};
use sdrs_mock::domain::time::Time;

use super::{Vector, why};

const DATED: &str = "2026-11-25T01:34:32Z";

fn at(text: &str) -> Time {
    Time::parse_by_hand(text).expect("a time")
}

#[test]
fn a_signature_lasts_for_fifteen_minutes_before_and_after_its_date() {
    let vector = Vector::named("python-put-0");
    for (now, accepted) in [
        (DATED, true),
        ("2026-11-25T01:49:32Z", true),
        ("2026-11-25T01:49:33Z", false),
        ("2026-11-25T01:19:32Z", true),
        ("2026-11-25T01:19:31Z", false),
        ("2027-11-25T01:34:32Z", false),
    ] {
        let verified = vector.verified(at(now), Skew::default());
        let Err(failure) = verified else {
            assert!(accepted, "{now}");
            continue;
        };
        let now = now.replace(['-', ':'], "");
        let expected =
            format!("calc aksk signature fail:signature expired, signature time:20261125T013432Z,server time:{now}");
        assert!(!accepted, "{now}");
        assert_eq!(why(failure), expected);
        assert_eq!(vector.verified(at(DATED), Skew(None)), Ok(()));
    }
}

#[test]
fn a_date_that_is_none_is_refused_even_where_no_dates_are_compared() {
    for date in [
        "",
        "20261125",
        "20261325T013432Z",
        "20261125T013432",
        "2026-11-25T01:34:32Z",
        "20261125T 13432Z",
    ] {
        let mut vector = Vector::named("python-put-0");
        date.clone_into(vector.header("X-Sdk-Date"));
        let refused = vector.refused();
        let expected = "calc aksk signature fail:header X-Sdk-Date is missing or not of the form 20060102T150405Z";
        assert_eq!(refused, expected, "{date:?}");
    }
}

#[test]
fn an_unknown_key_is_told_so_before_its_date_is_looked_at() {
    for name in ["python-put-0", "python-put-7", "gophertelekomcloud-put-4"] {
        let mut vector = Vector::named(name);
        let header = vector.header("Authorization");
        *header = header.replace("AKMOCK", "AKNOBODY");
        vector.header("X-Sdk-Date").clear();
        assert_eq!(vector.refused(), "ak AKNOBODY not exist", "{name}");
    }
}

#[test]
fn algorithms_that_are_not_had_here_are_refused_by_their_names() {
    for name in ["SDK-HMAC-SM3", "SDK-ECDSA-P256-SHA256", "SDK-SM2-SM3"] {
        let mut vector = Vector::named("python-put-0");
        let header = vector.header("Authorization");
        *header = header.replace("SDK-HMAC-SHA256", name).replace("AKMOCK", "AKNOBODY");
        let expected = format!("signature algorithm {name} is not supported by this server");
        assert_eq!(vector.refused(), expected);
    }
}

/// A header that is well-formed.
const SOUND: &str = "SDK-HMAC-SHA256 Access=AKMOCK, SignedHeaders=host;x-sdk-date, Signature=00";

/// What is replaced in it, with what, and the fault that this makes.
#[rustfmt::skip] // a table: one row a line
const MALFORMED: &[(&str, &str, &str)] = &[
    (SOUND, "Bearer secret", "a parameter has no value"),
    (SOUND, "secret", "no parameters follow an algorithm"),
    (SOUND, "Bearer token=secret", "it has a parameter of another name"),
    ("SDK-HMAC-SHA256", "SDK-HMAC-SHA512", "its algorithm is unknown"),
    ("SDK", "V11", "it needs Credential=<AK>/<date>/<region>/<service>"),
    ("Access=AKMOCK", "Credential=AKMOCK/20261125/r/s", "it needs Access=<AK> or Credential=<AK>/<date>/<region>/<service>/sdk_request"),
    ("Access=AKMOCK", "Credential=AKMOCK////sdk_request", "it needs Access=<AK> or Credential="),
    ("Access=AKMOCK", "Credential=AKMOCK", "it needs Access=<AK> or Credential="),
    ("AKMOCK", "AKMOCK, Credential=AKMOCK", "it needs Access=<AK> or Credential="),
    ("AKMOCK", "", "the access key is empty"),
    ("AKMOCK", "AKMOCK, Access=AKMOCK", "it has a parameter twice"),
    (", SignedHeaders=host;x-sdk-date", "", "SignedHeaders is missing"),
    (";x-sdk-date", "", "SignedHeaders lacks x-sdk-date"),
    ("host", "Host", "SignedHeaders has upper-case letters"),
    (", Signature=00", "", "Signature is missing"),
    ("=00", "=secret", "Signature is missing or not hexadecimal"),
];

#[test]
fn what_no_client_sends_is_malformed_and_never_repeated() {
    assert!(signature::parse(SOUND.as_bytes()).is_ok());
    for (part, other, fault) in MALFORMED {
        let header = SOUND.replace(part, other);
        let mut vector = Vector::named("python-put-0");
        vector.header("Authorization").clone_from(&header);
        let refused = vector.refused();
        let expected = format!("the Authorization header is malformed: {fault}");
        assert!(refused.starts_with(&expected), "{header}: {refused}");
        assert!(
            !refused.contains("secret") && !refused.contains("AKMOCK"),
            "{header}: {refused}"
        );
    }
}
