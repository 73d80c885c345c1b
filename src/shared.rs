//! What every part of a running server knows: the store, and how it was told to speak.

use std::fmt;
use std::net::SocketAddr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use parking_lot::Mutex;

use crate::api::auth::Access;
use crate::api::error::Dialect;
use crate::config::Origin;
use crate::metrics::Metrics;
use crate::serve::Limits;
use crate::store::Store;
use crate::store::state_file::StateFile;
use crate::watcher::Told;

/// Who may use the control plane.
#[derive(Debug, Clone, Default)]
pub(crate) struct Safety {
    /// What must be brought, if anything.
    pub(crate) control_token: Option<String>,
    /// Whether there is one at all.
    pub(crate) no_control: bool,
    /// The names under which it may be met besides the loopback's.
    pub(crate) allowed_hosts: Vec<String>,
    /// The origin whose pages may call the SDRS routes.
    pub(crate) cors: Option<Origin>,
    /// Whether clients may ask for a fault of their own by `Prefer`.
    pub(crate) no_prefer: bool,
}

/// Where a server listens.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Listening {
    pub(crate) address: SocketAddr,
    /// Whether TLS is spoken there.
    pub(crate) is_secure: bool,
}

impl fmt::Display for Listening {
    /// The origin of the URLs that are served there.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_secure { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.address)
    }
}

/// One server: its projects and its settings.
pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) dialect: Dialect,
    pub(crate) access: Access,
    pub(crate) body_limit: usize,
    pub(crate) body_timeout: Duration,
    pub(crate) limits: Limits,
    /// Which fixtures are in effect.
    pub(crate) fixtures: Vec<String>,
    pub(crate) safety: Safety,
    pub(crate) metrics: Metrics,
    /// Where the state is kept, if anywhere.
    pub(crate) state: Option<StateFile>,
    /// How watching the fixtures goes.
    pub(crate) watch: Mutex<Told>,
    /// What clients can verify the server's certificate with, where the server has made it, in PEM.
    pub(crate) authority: OnceLock<String>,
    listeners: OnceLock<Vec<Listening>>,
    stopping: AtomicBool,
}

impl Shared {
    pub(crate) fn new(
        store: Store,
        (dialect, access): (Dialect, Access),
        body: (usize, Duration),
        limits: Limits,
        fixtures: Vec<String>,
        safety: Safety,
        state: Option<StateFile>,
    ) -> Self {
        let (body_limit, body_timeout) = body;
        let (listeners, stopping) = (OnceLock::new(), AtomicBool::new(false));
        Self {
            store,
            dialect,
            access,
            body_limit,
            body_timeout,
            limits,
            fixtures,
            safety,
            metrics: Metrics::new(),
            state,
            watch: Mutex::default(),
            authority: OnceLock::new(),
            listeners,
            stopping,
        }
    }

    /// Notes where the server listens; a plain router listens nowhere.
    pub(crate) fn listen(&self, addresses: Vec<Listening>) {
        self.listeners.set(addresses).expect("a server binds once");
    }

    pub(crate) fn listeners(&self) -> &[Listening] {
        self.listeners.get().map_or(&[], Vec::as_slice)
    }

    /// Whether nothing but this machine can reach the server, so that a request under another name is not meant for it.
    pub(crate) fn is_on_loopback(&self) -> bool {
        self.listeners()
            .iter()
            .all(|listening| listening.address.ip().is_loopback())
    }

    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        // Open streams of events end at once.
        self.store.events().wake();
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}
