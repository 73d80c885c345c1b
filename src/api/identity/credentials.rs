//! Temporary keys: a pair that is taken together with its security token, for a while.

use serde::Serialize;

use super::desk::Desk;
use super::login::Body;
use super::tokens::precise;
use super::who::Caller;
use super::{Denied, Kind};
use crate::api::reply::Reply;
use crate::api::token::{Kind as Sort, Scope, Statement};
use crate::config::Span;
use crate::domain::time::Time;

#[derive(Serialize)]
struct Shown {
    credential: Credential,
}

#[derive(Serialize)]
struct Credential {
    access: String,
    secret: String,
    securitytoken: String,
    #[serde(serialize_with = "precise")]
    expires_at: Time,
}

/// How many seconds temporary keys live where nothing is said, and at least and at most.
const SECONDS: (u64, u64, u64) = (900, 900, 86_400);

/// `CreateTemporaryAccessKeyByToken`: for the token of the body, or for whoever asks.
pub fn create(desk: Desk<'_>, body: Body) -> Result<Reply, Denied> {
    let lifetime = lifetime(&body)?;
    let Caller { user, domain, project } = match body.text("/auth/identity/token/id") {
        Some(token) => desk.by_token(token)?,
        None => desk.caller.clone(),
    };
    let issued = desk.store.real_now();
    let statement = Statement {
        kind: Sort::Security,
        user,
        domain,
        scope: project.map_or(Scope::Unscoped, Scope::Project),
        issued,
        expires: issued.after(lifetime),
    };
    let signer = &desk.access.signer;
    let securitytoken = signer.sign(&statement);
    let (access, secret) = signer.pair(&securitytoken);
    let credential = Credential {
        access,
        secret,
        securitytoken,
        expires_at: statement.expires,
    };
    Ok(Reply::json(&Shown { credential }).with_status(201))
}

fn lifetime(body: &Body) -> Result<Span, Denied> {
    let (usual, least, most) = SECONDS;
    let seconds = match body.at("/auth/identity/token/duration_seconds") {
        None => Some(usual),
        Some(given) => given.as_u64().or_else(|| given.as_str()?.parse().ok()),
    };
    let seconds = seconds.filter(|seconds| (least..=most).contains(seconds));
    let seconds = seconds.ok_or_else(|| {
        Kind::BadRequest.because(format!(
            "auth.identity.token.duration_seconds must be a number from {least} to {most}"
        ))
    })?;
    Ok(Span(std::time::Duration::from_secs(seconds)))
}
