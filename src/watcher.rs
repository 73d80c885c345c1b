//! [`Watcher`]: the thread that reads the fixtures again when they have changed.
//!
//! It looks at the files four times a second instead of being told by the machine: that works for editors that put another
//! file in the place of the old one, for folders that get a new file, and for folders that are mounted from elsewhere, of
//! which no machine tells.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, SystemTime};

use crate::control;
use crate::shared::Shared;
use crate::store::fixtures;

/// How often the files are looked at.
const PERIOD: Duration = Duration::from_millis(250);

/// What tells a file from what it was before: its number, its size, when it was written.
type Mark = (u64, u64, Option<SystemTime>);

/// The fixtures as they are on the disk at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Glance(BTreeMap<PathBuf, Option<Mark>>);

impl Glance {
    /// Looks at these files, and at all files of these folders.
    pub(crate) fn at(paths: &[PathBuf]) -> Self {
        let files = paths.iter().flat_map(|path| {
            let inside = fs::read_dir(path).into_iter().flatten();
            let inside = inside.filter_map(|entry| Some(entry.ok()?.path()));
            inside.chain([path.clone()]).collect::<Vec<_>>()
        });
        let is_read =
            |path: &Path| paths.iter().any(|named| named == path) || path.extension() == Some("json".as_ref());
        Self(
            files
                .filter(|path| is_read(path))
                .map(|path| (mark(&path), path))
                .map(|(mark, path)| (path, mark))
                .collect(),
        )
    }
}

/// What a file is like; a folder is only there, for what it holds is looked at by itself.
fn mark(path: &Path) -> Option<Mark> {
    let metadata = fs::metadata(path).ok()?;
    Some(if metadata.is_dir() {
        (metadata.ino(), 0, None)
    } else {
        (metadata.ino(), metadata.len(), metadata.modified().ok())
    })
}

/// How often the fixtures were read again, and what was wrong with them the last time.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told {
    pub(crate) reloads: u64,
    pub(crate) error: Option<String>,
}

/// A running watcher.
pub(crate) struct Watcher {
    stop: Sender<()>,
    thread: JoinHandle<()>,
}

impl Watcher {
    /// Starts watching these fixtures, which were as `seen` before they were read.
    pub(crate) fn start(shared: &Arc<Shared>, paths: Vec<PathBuf>, seen: Glance) -> io::Result<Self> {
        let shared = Arc::clone(shared);
        let (stop, stopped) = channel::<()>();
        let watch = move || {
            let (mut read, mut last) = (seen.clone(), seen);
            while stopped.recv_timeout(PERIOD) == Err(RecvTimeoutError::Timeout) {
                let now = Glance::at(&paths);
                // Twice the same, for a file that is being written is not to be read.
                if now == last && now != read {
                    reload(&shared, &paths);
                    read = now.clone();
                }
                last = now;
            }
        };
        let thread = Builder::new().name("watch".to_owned()).spawn(watch)?;
        Ok(Self { stop, thread })
    }

    /// Stops watching.
    pub(crate) fn finish(self) {
        drop(self.stop);
        // A panic of that thread was reported where it happened.
        let _ = self.thread.join();
    }
}

/// Puts what the fixtures say now in the place of what they said before, if they are sound.
fn reload(shared: &Shared, paths: &[PathBuf]) {
    let loaded = fixtures::load(paths, &shared.store.settings().rules).and_then(|loaded| {
        control::check_settings(&loaded.seeds).map_err(|problem| problem.fault(paths))?;
        Ok(loaded)
    });
    let error = match loaded {
        Ok(loaded) => {
            for warning in &loaded.warnings {
                tracing::warn!("{warning}");
            }
            let (following, keeping) = shared.store.follow(loaded.seeds);
            tracing::info!(following, keeping, "the fixtures have changed and were read again");
            None
        }
        Err(bad) => {
            tracing::error!("the fixtures have changed and are not taken, what they were before stays:\n{bad}");
            Some(bad.to_string())
        }
    };
    let mut told = shared.watch.lock();
    told.reloads += u64::from(error.is_none());
    told.error = error;
}
