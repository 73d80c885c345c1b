//! What every part of a running server knows: the store, and how it was told to speak.

use std::net::SocketAddr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::api::error::Dialect;
use crate::api::signature::Skew;
use crate::config::Origin;
use crate::metrics::Metrics;
use crate::serve::Limits;
use crate::store::Store;
use crate::store::state_file::StateFile;

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
    /// How far the date of a signature may be from the real clock.
    pub(crate) auth_skew: Skew,
}

/// One server: its projects and its settings.
pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) dialect: Dialect,
    pub(crate) body_limit: usize,
    pub(crate) body_timeout: Duration,
    pub(crate) limits: Limits,
    /// Which fixtures are in effect.
    pub(crate) fixtures: Vec<String>,
    pub(crate) safety: Safety,
    pub(crate) metrics: Metrics,
    /// Where the state is kept, if anywhere.
    pub(crate) state: Option<StateFile>,
    listeners: OnceLock<Vec<SocketAddr>>,
    stopping: AtomicBool,
}

impl Shared {
    pub(crate) fn new(
        store: Store,
        dialect: Dialect,
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
            body_limit,
            body_timeout,
            limits,
            fixtures,
            safety,
            metrics: Metrics::new(),
            state,
            listeners,
            stopping,
        }
    }

    /// Notes where the server listens; a plain router listens nowhere.
    pub(crate) fn listen(&self, addresses: Vec<SocketAddr>) {
        self.listeners.set(addresses).expect("a server binds once");
    }

    pub(crate) fn listeners(&self) -> &[SocketAddr] {
        self.listeners.get().map_or(&[], Vec::as_slice)
    }

    /// Whether nothing but this machine can reach the server, so that a request under another name is not meant for it.
    pub(crate) fn is_on_loopback(&self) -> bool {
        self.listeners().iter().all(|address| address.ip().is_loopback())
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
