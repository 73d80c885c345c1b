//! TLS: over the wire, with a client that verifies.

mod doors;
mod faults;
mod files;
mod own;

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion};
use sdrs_mock::config::OwnTls;
use sdrs_mock::{Config, Server};

use crate::support::wire::PATIENCE;
use crate::support::{Answer, World, below_project};

/// Each version of TLS by itself.
const VERSIONS: [&[&SupportedProtocolVersion]; 2] = [&[&rustls::version::TLS12], &[&rustls::version::TLS13]];

/// A connection of a client that verifies whom it talks to.
type Client = StreamOwned<ClientConnection, TcpStream>;

/// What a client believes, and in which versions and protocols it speaks.
struct Trust {
    authority: String,
    versions: &'static [&'static SupportedProtocolVersion],
    protocols: &'static [&'static [u8]],
}

impl Trust {
    fn in_this(authority: &str) -> Self {
        Self {
            authority: authority.to_owned(),
            versions: rustls::ALL_VERSIONS,
            protocols: &[],
        }
    }

    /// Shakes hands with the server under this name.
    fn connect(&self, address: SocketAddr, name: &str) -> Result<Client, String> {
        let mut roots = RootCertStore::empty();
        let authority = CertificateDer::from_pem_slice(self.authority.as_bytes()).expect("it is PEM");
        roots.add(authority).expect("it is a certificate");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(provider);
        let builder = builder
            .with_protocol_versions(self.versions)
            .expect("they are supported");
        let mut config = builder.with_root_certificates(roots).with_no_client_auth();
        config.alpn_protocols = self.protocols.iter().map(|protocol| protocol.to_vec()).collect();
        let name = ServerName::try_from(name.to_owned()).expect("a name");
        let mut connection = ClientConnection::new(Arc::new(config), name).expect("a sound configuration");
        let mut socket = TcpStream::connect(address).expect("the server listens");
        socket.set_read_timeout(Some(PATIENCE)).expect("a timeout above zero");
        while connection.is_handshaking() {
            connection.complete_io(&mut socket).map_err(|error| error.to_string())?;
        }
        Ok(StreamOwned::new(connection, socket))
    }
}

/// A certificate or key that is made for tests.
fn made(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/it/data/tls")
        .join(name)
}

/// A server that has made its certificate.
fn own() -> World {
    World::with(Config {
        tls: Some(OwnTls::SelfSigned),
        ..Config::test()
    })
}

/// What the server's certificate is verified with.
fn authority(server: &Server) -> String {
    let control = server.control();
    control.certificate_authority().expect("it has made one")
}

/// The client that trusts this server, connected.
fn client(world: &World) -> Client {
    let trust = Trust::in_this(&authority(&world.server));
    trust.connect(world.server.address(), "localhost").expect("they agree")
}

/// Sends a request on a connection of its own; what comes before the server says goodbye.
fn exchange(client: &mut Client, request: &str) -> String {
    client.write_all(request.as_bytes()).expect("the server reads");
    let mut answer = Vec::new();
    client
        .read_to_end(&mut answer)
        .expect("the server answers and says goodbye");
    String::from_utf8(answer).expect("the answer is UTF-8")
}

/// A GET of this path, after which the connection ends.
fn last(path: &str, fields: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{fields}\r\n")
}

/// The drills of the project.
fn drills(client: &mut Client) -> Answer {
    Answer::read(&exchange(
        client,
        &last(&below_project("/disaster-recovery-drills"), ""),
    ))
}
