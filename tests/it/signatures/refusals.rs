//! What is refused of signatures beside the vectors: keys, algorithms, headers that no client sends, stated hashes.

use sdrs_mock::api::error::Dialect;

use super::signer::{Draft, Form};
use super::{Strict, Vector, why};
use crate::support::wire::{Wire, naming};

#[test]
fn an_unknown_key_is_told_so_before_its_date_is_looked_at() {
    let strict = Strict::new();
    for name in ["python-put-0", "python-put-7", "gophertelekomcloud-put-4"] {
        let mut vector = Vector::named(name);
        let header = vector.header("Authorization");
        *header = header.replace("AKMOCK", "AKNOBODY");
        vector.header("X-Sdk-Date").clear();
        assert_eq!(strict.refuses(&vector), "ak AKNOBODY not exist", "{name}");
    }
}

#[test]
fn algorithms_that_are_not_had_here_are_refused_by_their_names() {
    let strict = Strict::new();
    for name in ["SDK-HMAC-SM3", "SDK-ECDSA-P256-SHA256", "SDK-SM2-SM3"] {
        let mut vector = Vector::named("python-put-0");
        let header = vector.header("Authorization");
        *header = header.replace("SDK-HMAC-SHA256", name).replace("AKMOCK", "AKNOBODY");
        let expected = format!("signature algorithm {name} is not supported by this server");
        assert_eq!(strict.refuses(&vector), expected);
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
    let strict = Strict::new();
    for (part, other, fault) in MALFORMED {
        let header = SOUND.replace(part, other);
        let mut vector = Vector::named("python-put-0");
        vector.header("Authorization").clone_from(&header);
        let refused = strict.refuses(&vector);
        let expected = format!("the Authorization header is malformed: {fault}");
        assert!(refused.starts_with(&expected), "{header}: {refused}");
        assert!(
            !refused.contains("secret") && !refused.contains("AKMOCK"),
            "{header}: {refused}"
        );
    }
}

/// The header in which clients state the hash of the body, or that they do not sign it.
const CONTENT_HASH: &str = "x-sdk-content-sha256";

#[test]
fn only_a_client_that_says_that_it_does_not_sign_the_body_may_send_another() {
    let strict = Strict::new();
    let [server, _] = &strict.0;
    let mut draft = Draft::rename();
    let own = "f".repeat(64);
    for (stated, other_body_is_taken) in [("UNSIGNED-PAYLOAD", true), ("unsigned-payload", false), (&own, false)] {
        draft.headers.retain(|(name, _)| *name != CONTENT_HASH);
        draft.headers.push((CONTENT_HASH, stated.to_owned()));
        draft.hash = Some(stated.to_owned());
        let signed = draft.signed(Form::Access, "AKMOCK", "SKMOCK");
        draft.body = naming("another").into();
        let answer = Wire::to(server.address()).ask(draft.wire(&signed));
        assert_eq!(answer.status() == 200, other_body_is_taken, "{stated}: {answer:?}");
        assert_eq!(
            why(&answer, Dialect::Documented).is_empty(),
            other_body_is_taken,
            "{stated}"
        );
    }
}

#[test]
fn a_header_that_says_that_the_body_is_not_signed_cannot_be_added() {
    let strict = Strict::new();
    let [server, _] = &strict.0;
    let mut draft = Draft::rename();
    let signed = draft.signed(Form::Access, "AKMOCK", "SKMOCK");
    draft
        .unsigned
        .push((CONTENT_HASH.to_owned(), "UNSIGNED-PAYLOAD".to_owned()));
    draft.body = naming("another").into();
    let answer = Wire::to(server.address()).ask(draft.wire(&signed));
    let refused = why(&answer, Dialect::Documented);
    assert!(refused.ends_with("|UNSIGNED-PAYLOAD"), "{refused}");
}
