//! AK/SK signatures: requests that real clients signed, each way of being wrong, and requests signed here.

mod refusals;
mod vectors;

use http::request::Parts;
use http::{HeaderValue, Request};
use sdrs_mock::api::error::Failure;
use sdrs_mock::api::signature::{self, Refused, Skew};
use sdrs_mock::domain::time::Time;
use serde::Deserialize;

/// A request as a client signed it, or as somebody changed it afterwards.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    name: String,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: String,
    /// The secret of `AKMOCK` that the server knows.
    secret: String,
    /// What the client hashed.
    canonical: Option<String>,
    /// What was changed, so that the signature must be refused.
    wrong: Option<String>,
}

impl Vector {
    fn all() -> Vec<Self> {
        serde_json::from_str(include_str!("../data/signatures.json")).expect("it is a list of vectors")
    }

    /// One of them, by its name.
    fn named(name: &str) -> Self {
        let found = Self::all().into_iter().find(|vector| vector.name == name);
        found.unwrap_or_else(|| panic!("no vector {name}"))
    }

    fn header(&mut self, name: &str) -> &mut String {
        let found = self.headers.iter_mut().find(|(given, _)| given == name);
        &mut found.expect("the vector has this header").1
    }

    fn head(&self) -> Parts {
        let mut request = Request::builder().method(&*self.method).uri(&self.target);
        for (name, value) in &self.headers {
            request = request.header(name, HeaderValue::from_bytes(value.as_bytes()).expect("a value"));
        }
        request.body(()).expect("vectors are requests").into_parts().0
    }

    /// What a server that knows one key says at this time.
    fn verified(&self, now: Time, skew: Skew) -> Result<(), Failure> {
        let key_of = |access: &str, _: Option<&str>| {
            let known = access == "AKMOCK";
            let unknown = || Refused::UnknownKey(access.to_owned()).into();
            known.then_some(&self.secret).ok_or_else(unknown)
        };
        signature::verify(&self.head(), self.body.as_bytes(), key_of, (now, skew)).map(drop)
    }

    /// Why a server that looks at no dates refuses it, or nothing.
    fn refused(&self) -> String {
        let failure = self.verified(Time::MIN, Skew(None)).err();
        failure.map_or(String::new(), why)
    }
}

/// What the gateway says beyond that the credentials are wrong.
fn why(failure: Failure) -> String {
    let Failure::Rejected(rejection) = failure else {
        panic!("signatures are the gateway's affair: {failure:?}");
    };
    assert_eq!((rejection.row.status, rejection.row.code), (401, "APIGW.0301"));
    rejection.detail.expect("each refusal says why").into_owned()
}
