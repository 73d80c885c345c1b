//! Where clients meet the server, as they themselves write it.

use http::header::HOST;

use super::error::Failure;
use super::input::{Call, Input};

/// Scheme and host as the client wrote them, or as the server was told, so that the client can follow the links.
pub struct Origin(pub String);

impl<'r> Input<'r> for Origin {
    fn read(call: &mut Call<'r>) -> Result<Self, Failure> {
        if let Some(told) = &call.access.public_url {
            return Ok(Self(told.to_string()));
        }
        // A proxy's client names the whole URL, any other only the host; where there is neither, the URL was completed.
        let named = || call.headers.get(HOST)?.to_str().ok()?.parse().ok();
        let authority = call.uri.authority().cloned().or_else(named);
        // Who logs in to proxies by the URL is not to read it again.
        let host = authority.as_ref().map_or("localhost", |authority| {
            authority.as_str().rsplit('@').next().unwrap_or_default()
        });
        // What came over TLS has a whole URL.
        let scheme = call.uri.scheme_str().unwrap_or("http");
        Ok(Self(format!("{scheme}://{host}")))
    }
}
