//! What every part of a running server knows: the store, and how it was told to speak.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use crate::api::error::Dialect;
use crate::serve::Limits;
use crate::store::Store;

/// One server: its projects and its settings.
pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) dialect: Dialect,
    pub(crate) body_limit: usize,
    pub(crate) body_timeout: Duration,
    pub(crate) limits: Limits,
    /// Which fixtures are in effect.
    pub(crate) fixtures: Vec<String>,
    listeners: OnceLock<Vec<String>>,
    stopping: AtomicBool,
}

impl Shared {
    pub(crate) fn new(
        store: Store,
        dialect: Dialect,
        body: (usize, Duration),
        limits: Limits,
        fixtures: Vec<String>,
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
            listeners,
            stopping,
        }
    }

    /// Notes where the server listens; a plain router listens nowhere.
    pub(crate) fn listen(&self, urls: Vec<String>) {
        self.listeners.set(urls).expect("a server binds once");
    }

    pub(crate) fn listeners(&self) -> &[String] {
        self.listeners.get().map_or(&[], Vec::as_slice)
    }

    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}
