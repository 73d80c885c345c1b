//! [`Saver`]: the thread that writes the state to its file, every so often and at the end.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{Builder, JoinHandle};

use crate::shared::Shared;

/// A running saver. A thread rather than a task: it waits for the disk, and no request should wait with it.
pub(crate) struct Saver {
    stop: Sender<()>,
    thread: JoinHandle<io::Result<()>>,
}

impl Saver {
    /// Starts saving, if the server has a state file: at once, so that a path that cannot be written to shows early.
    pub(crate) fn start(shared: &Arc<Shared>) -> io::Result<Option<Self>> {
        if shared.state.is_none() {
            return Ok(None);
        }
        let shared = Arc::clone(shared);
        let (stop, stopped) = channel();
        let save = move || {
            let Some(file) = &shared.state else { return Ok(()) };
            loop {
                if shared.store.is_unsaved() {
                    // What went wrong is told where it happened; the next attempt is an interval away.
                    let _ = file.save(&shared.store);
                }
                if stopped.recv_timeout(file.interval().0) != Err(RecvTimeoutError::Timeout) {
                    return file.save(&shared.store);
                }
            }
        };
        let thread = Builder::new().name("state".to_owned()).spawn(save)?;
        Ok(Some(Self { stop, thread }))
    }

    /// Saves for the last time; an error is that of this time.
    pub(crate) fn finish(self) -> io::Result<()> {
        drop(self.stop);
        self.thread
            .join()
            .unwrap_or_else(|_| Err(io::Error::other("the thread that saves the state panicked")))
    }
}
