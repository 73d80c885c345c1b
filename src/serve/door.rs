//! [`Door`]: where connections come in, and what is spoken there.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use http::header::HOST;
use http::uri::{Authority, Scheme};
use http::{Extensions, Uri};
use rustls::ServerConfig;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

use super::Stage;
use super::stream::Stream;

/// A listening socket.
pub(crate) struct Door {
    pub(super) listener: TcpListener,
    pub(super) entry: Entry,
}

/// How one gets in.
#[derive(Clone)]
pub(super) enum Entry {
    /// At once.
    Plain,
    /// Through a handshake.
    Secure(TlsAcceptor),
}

impl Door {
    /// A door through which TLS is spoken, if there is something to show, or nothing but HTTP.
    pub(crate) fn new(listener: TcpListener, config: Option<&Arc<ServerConfig>>) -> Self {
        let secure = |config| Entry::Secure(TlsAcceptor::from(Arc::clone(config)));
        let entry = config.map_or(Entry::Plain, secure);
        Self { listener, entry }
    }
}

impl Entry {
    /// Lets a client in, or nobody, if the handshake fails, takes too long, or the server stops.
    pub(super) async fn admit(
        self,
        stream: TcpStream,
        limit: Duration,
        stopping: &mut watch::Receiver<Stage>,
    ) -> Option<Stream> {
        let acceptor = match self {
            Self::Plain => return Some(Stream::Plain(stream)),
            Self::Secure(acceptor) => acceptor,
        };
        // In a box: it is over soon, and its room would be taken for as long as the connection lasts.
        let handshake = Box::pin(tokio::time::timeout(limit, acceptor.accept(stream)));
        let admitted = tokio::select! {
            admitted = handshake => admitted,
            _ = stopping.changed() => return None,
        };
        match admitted {
            Ok(Ok(secure)) => Some(Stream::Secure(Box::new(secure))),
            Ok(Err(error)) => {
                // Who only looks whether the port is open says nothing.
                if error.kind() != std::io::ErrorKind::UnexpectedEof {
                    tracing::info!(%error, "a client has not finished the handshake of TLS");
                }
                None
            }
            Err(_) => None,
        }
    }
}

/// Stands with a request that came over TLS.
#[derive(Debug, Clone, Copy)]
struct Secured;

/// Makes the URL of a request a whole one, for links in answers begin as it does: with the scheme, if it came over TLS,
/// and with the address at which it came, if it names no host.
pub(super) fn complete(request: &mut Request, is_secure: bool, here: Option<SocketAddr>) {
    let host = request.headers().get(HOST).filter(|host| !host.is_empty());
    if !is_secure && (host.is_some() || request.uri().authority().is_some()) {
        return;
    }
    let host = host.and_then(|host| host.to_str().ok()?.parse().ok());
    let here = || here.and_then(|address| address.to_string().parse().ok());
    let mut parts = request.uri().clone().into_parts();
    parts.authority = parts.authority.or(host).or_else(here);
    parts.authority = parts.authority.or(Some(Authority::from_static("localhost")));
    parts.scheme = Some(if is_secure { Scheme::HTTPS } else { Scheme::HTTP });
    if is_secure {
        request.extensions_mut().insert(Secured);
    }
    // What asks for no path has no URL.
    if let Ok(uri) = Uri::from_parts(parts) {
        *request.uri_mut() = uri;
    }
}

/// The scheme of the URL that a request was sent to, as far as this server can tell.
pub(crate) fn scheme(extensions: &Extensions) -> &'static str {
    if extensions.get::<Secured>().is_some() {
        "https"
    } else {
        "http"
    }
}
