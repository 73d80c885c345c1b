//! [`StartError`]: why a server did not start.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use crate::store::fixtures::BadFixtures;
use crate::store::state_file::Unreadable;
use crate::tls::TlsError;

/// Why a server did not start.
#[derive(Debug)]
pub enum StartError {
    /// The fixtures are not what fixtures are.
    Fixtures(BadFixtures),
    /// The flags do not go together.
    Flags(&'static str),
    /// The address cannot be listened on.
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the machine said.
        cause: io::Error,
    },
    /// The file of the state is not what it should be.
    State {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        cause: Unreadable,
    },
    /// TLS cannot be spoken as the flags ask for.
    Tls(TlsError),
    /// The machine gives no thread.
    Thread(io::Error),
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fixtures(bad) => bad.fmt(f),
            Self::Flags(rule) => f.write_str(rule),
            Self::Listen { address, cause } => write!(f, "cannot listen on {address}: {cause}"),
            Self::State { path, cause } => write!(f, "cannot start from the state {}: {cause}", path.display()),
            Self::Tls(cause) => cause.fmt(f),
            Self::Thread(cause) => write!(f, "cannot start a thread: {cause}"),
        }
    }
}

impl std::error::Error for StartError {}

impl From<BadFixtures> for StartError {
    fn from(bad: BadFixtures) -> Self {
        Self::Fixtures(bad)
    }
}
