//! Requests as the real clients signed them, and the same changed in one place.

use super::Vector;

/// The text before the canonical request in the refusal of a wrong signature.
const MISMATCH: &str = "verify aksk signature fail, canonicalRequest:";

#[test]
fn every_request_that_a_client_signed_is_accepted() {
    let valid: Vec<_> = Vector::all()
        .into_iter()
        .filter(|vector| vector.wrong.is_none())
        .collect();
    assert_eq!(valid.len(), 32);
    for vector in valid {
        assert_eq!(vector.refused(), "", "{}", vector.name);
    }
}

#[test]
fn every_changed_request_is_refused_for_its_signature() {
    let changed: Vec<_> = Vector::all()
        .into_iter()
        .filter(|vector| vector.wrong.is_some())
        .collect();
    assert_eq!(changed.len(), 7);
    for vector in changed {
        let refused = vector.refused();
        assert!(refused.starts_with(MISMATCH), "{}: {refused}", vector.name);
    }
}

#[test]
fn a_wrong_secret_is_told_what_the_client_itself_hashed_without_its_token() {
    for mut vector in Vector::all().into_iter().filter(|vector| vector.wrong.is_none()) {
        let canonical = vector.canonical.take().expect("what was accepted was hashed");
        "WRONG".clone_into(&mut vector.secret);
        let shown = canonical.replace('\n', "|").replace(":STMOCK|", ":***|");
        assert_eq!(vector.refused(), format!("{MISMATCH}{shown}"), "{}", vector.name);
    }
}

#[test]
fn a_header_that_was_not_signed_may_be_added() {
    for mut vector in Vector::all().into_iter().filter(|vector| vector.wrong.is_none()) {
        vector.headers.push(("X-Language".to_owned(), "en-us".to_owned()));
        vector.headers.push(("Via".to_owned(), "1.1 proxy".to_owned()));
        let signed = vector.header("Authorization").contains("x-language");
        assert_eq!(vector.refused().is_empty(), !signed, "{}", vector.name);
    }
}

#[test]
fn the_same_request_may_come_twice() {
    let vector = Vector::named("java-put");
    assert_eq!((&*vector.refused(), &*vector.refused()), ("", ""));
}
