//! Who may use the control plane: no foreign web page, and where a token is set nobody without it.

use http::header::{AUTHORIZATION, HOST, ORIGIN};
use http::request::Parts;
use http::{HeaderMap, StatusCode};

use super::console;
use super::problem::Problem;
use crate::serve::scheme;
use crate::shared::Shared;

/// What probes ask for, which can bring no token and survive `--no-control`. They take any `Host` too, for a probe may
/// know the server by its address alone, and what they answer is no secret.
const PROBES: [&str; 2] = ["/_mock/health", "/_mock/ready"];
/// What a client needs before it can trust the server; it is no secret, and so it is as open as the probes.
const AUTHORITY: &str = "/_mock/ca.pem";

/// The paths that are open to everybody.
pub(super) fn open(shared: &Shared) -> impl Iterator<Item = &'static str> {
    let authority = shared.authority.get().map(|_| AUTHORITY);
    PROBES.into_iter().chain(authority)
}

/// Refuses a request that should not have been made, before anything of it is read.
pub(super) fn check(shared: &Shared, head: &Parts) -> Result<(), Problem> {
    let (uri, headers) = (&head.uri, &head.headers);
    // A name that no request needs to state twice, and that whoever stands in between may read otherwise, must be right
    // wherever it stands: in every line of its field, and in a target that has a host of its own.
    let lines = || {
        headers
            .get_all(HOST)
            .iter()
            .map(|host| host.to_str().unwrap_or_default())
    };
    let hosts = || lines().chain(uri.authority().map(http::uri::Authority::as_str));
    // Where TLS ends in front of this server, the page's scheme is https while the request comes without TLS.
    let schemes: &[&str] = match scheme(&head.extensions) {
        "https" => &["https"],
        _ => &["http", "https"],
    };
    for origin in headers.get_all(ORIGIN) {
        // A page of this server itself is served under the very host that it asks.
        let own = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
        let is_own = own.is_some_and(|(page, authority)| {
            schemes.contains(&page) && lines().count() > 0 && hosts().all(|host| host == authority)
        });
        if !is_own {
            let message = "requests of web pages of another origin are refused";
            return Err(Problem::new(StatusCode::FORBIDDEN, "foreign_origin", message));
        }
    }
    if open(shared).any(|path| path == uri.path()) {
        return Ok(());
    }
    let safety = &shared.safety;
    let is_allowed = |host: &str| {
        let mut allowed = safety.allowed_hosts.iter();
        is_loopback(name(host)) || allowed.any(|allowed| allowed.eq_ignore_ascii_case(name(host)))
    };
    if shared.is_on_loopback()
        && let Some(host) = hosts().find(|host| !is_allowed(host))
    {
        let message = format!("Host must name the loopback or one of --allowed-hosts, it is {host:?}");
        return Err(Problem::new(StatusCode::FORBIDDEN, "foreign_host", message));
    }
    match &safety.control_token {
        Some(token) if !console::has(uri.path()) => check_token(token, headers),
        _ => Ok(()),
    }
}

/// Refuses whoever does not bring the token.
fn check_token(token: &str, headers: &HeaderMap) -> Result<(), Problem> {
    let given = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    if !given.is_some_and(|(_, given)| is_same(given.trim_start_matches(' '), token)) {
        let message = "the control plane demands Authorization: Bearer with the token of --control-token";
        return Err(Problem::new(StatusCode::UNAUTHORIZED, "missing_token", message));
    }
    Ok(())
}

/// A host without its port.
fn name(host: &str) -> &str {
    match host.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, _)) => address,
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    }
}

fn is_loopback(name: &str) -> bool {
    name.eq_ignore_ascii_case("localhost")
        || name
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// Compares without telling by the time it takes how much was right.
fn is_same(given: &str, token: &str) -> bool {
    let differing = given
        .bytes()
        .zip(token.bytes())
        .fold(0, |seen, (one, other)| seen | (one ^ other));
    given.len() == token.len() && differing == 0
}
