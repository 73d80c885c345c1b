//! Requests as the real clients signed them, and the same changed in one place.

use super::{Strict, Vector};

/// The text before the canonical request in the refusal of a wrong signature.
const MISMATCH: &str = "verify aksk signature fail, canonicalRequest:";

#[test]
fn every_request_that_a_client_signed_is_accepted() {
    let strict = Strict::new();
    assert_eq!(Vector::sound().count(), 32);
    for vector in Vector::sound() {
        assert_eq!(strict.refuses(&vector), "", "{}", vector.name);
    }
}

#[test]
fn every_changed_request_is_refused_for_its_signature() {
    let (usual, other) = (Strict::new(), Strict::knowing("WRONG"));
    let changed = Vector::all().into_iter().filter(|vector| vector.wrong.is_some());
    let mut count = 0;
    for vector in changed {
        let strict = if vector.secret == "WRONG" { &other } else { &usual };
        let refused = strict.refuses(&vector);
        assert!(refused.starts_with(MISMATCH), "{}: {refused}", vector.name);
        count += 1;
    }
    assert_eq!(count, 7);
}

#[test]
fn a_wrong_secret_is_told_what_the_client_itself_hashed_without_its_token() {
    let strict = Strict::knowing("ANOTHER");
    // What is open to all, and what is nowhere, is answered without a look at the signature.
    let is_checked = |vector: &Vector| vector.target != "/" && !vector.target.contains("a%20b/");
    for mut vector in Vector::sound().filter(is_checked) {
        let canonical = vector.canonical.take().expect("what was accepted was hashed");
        let shown = canonical.replace('\n', "|").replace(":STMOCK|", ":***|");
        assert_eq!(strict.refuses(&vector), format!("{MISMATCH}{shown}"), "{}", vector.name);
    }
}

#[test]
fn a_header_that_was_not_signed_may_be_added() {
    let strict = Strict::new();
    for mut vector in Vector::sound() {
        vector.headers.push(("Via".to_owned(), "1.1 proxy".to_owned()));
        assert_eq!(strict.refuses(&vector), "", "{}", vector.name);
    }
}

#[test]
fn a_second_value_of_a_signed_header_is_refused() {
    let strict = Strict::new();
    let mut vector = Vector::named("python-put-0");
    vector.headers.push(("X-Project-Id".to_owned(), "other".to_owned()));
    let refused = strict.refuses(&vector);
    let lines = "|x-project-id:0123456789abcdef0123456789abcdef|x-project-id:other|";
    assert!(refused.starts_with(MISMATCH) && refused.contains(lines), "{refused}");
}

#[test]
fn the_same_request_may_come_twice() {
    let strict = Strict::new();
    let vector = Vector::named("java-put");
    assert_eq!([strict.refuses(&vector), strict.refuses(&vector)], ["", ""]);
}
