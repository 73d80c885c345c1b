//! What each mode takes and refuses.

use sdrs_mock::api::auth::Auth;
use sdrs_mock::api::error::Dialect;

use super::{WRONG, in_mode};
use crate::support::DIALECTS;

/// A well-formed `Authorization` whose signature nobody made.
const SIGNED: &str = "Authorization: SDK-HMAC-SHA256 Access=ANY, SignedHeaders=host;x-sdk-date, Signature=00";

#[test]
fn nothing_is_looked_at_unless_told_to() {
    let world = in_mode(Auth::Off, Dialect::Documented);
    for headers in [
        &[][..],
        &["X-Auth-Token: garbage"],
        &["Authorization: garbage"],
        &[SIGNED],
    ] {
        assert_eq!(world.rename_as(headers).status, 200);
    }
}

#[test]
fn something_must_be_there_where_presence_is_looked_at() {
    for dialect in DIALECTS {
        let world = in_mode(Auth::Present, dialect);
        for headers in [&["X-Auth-Token: garbage"][..], &[SIGNED]] {
            assert_eq!(world.rename_as(headers).status, 200);
        }
        let missing = format!("{WRONG}: Unauthorized");
        world.refuses(dialect, &[], "APIGW.0301", &missing);
        world.refuses(dialect, &["X-Auth-Token: "], "APIGW.0301", &missing);
        for malformed in ["Basic bW9jaw==", "Bearer of-what", "SDK-HMAC-SHA256 Access=,x", ""] {
            let answer = world.rename_as(&[&format!("Authorization: {malformed}")]);
            assert_eq!(answer.status, 401, "{malformed}: {}", answer.body);
            assert!(
                answer.body.contains("the Authorization header is malformed"),
                "{}",
                answer.body
            );
            assert!(
                malformed.is_empty() || !answer.body.contains(malformed),
                "{}",
                answer.body
            );
        }
    }
}

#[test]
fn the_versions_of_the_api_and_of_identity_need_nobody() {
    for auth in [Auth::Present, Auth::Strict] {
        for dialect in DIALECTS {
            let world = in_mode(auth, dialect);
            for path in ["/", "/v1", "/v1/", "/v3", "/v3/"] {
                assert_eq!(world.ask("GET", path, &[], "").status, 200, "{path}");
            }
            assert_eq!(
                world
                    .ask("POST", "/v3/auth/tokens", &[], super::login(super::PROJECT))
                    .status,
                201
            );
        }
    }
}

#[test]
fn the_mode_is_told_by_info_and_secrets_are_masked() {
    let world = crate::support::World::with(sdrs_mock::Config {
        auth: Auth::Strict,
        token_key: Some("the-key-of-tokens".to_owned()),
        ..sdrs_mock::Config::test()
    });
    let (_, info) = world.server.control().call("GET", "/_mock/info", "");
    assert!(
        info.contains(r#""auth":"strict""#) && info.contains(r#""token_key":"***""#),
        "{info}"
    );
    assert!(!info.contains("the-key-of-tokens"), "{info}");
}
