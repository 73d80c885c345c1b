//! The file of the state: read at the start, written so that it is whole at every moment.

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;

use super::fixtures::{self, BadFixtures, Loaded, SCHEMA_VERSION, Source};
use super::saved::Saved;
use super::{Seeds, Settings, Store};
use crate::domain::rules::Rules;
use crate::domain::span::Span;
use crate::domain::time::Time;

/// Where a server keeps its state, and how that went so far.
#[derive(Debug)]
pub struct StateFile {
    path: PathBuf,
    interval: Span,
    /// What keeps a second server from the same file; the machine lets go of it however the process ends.
    held: Mutex<Option<File>>,
    told: Mutex<Told>,
}

/// What is told of a state file.
#[derive(Debug, Clone, Default)]
pub struct Told {
    /// How often it was written.
    pub saves: u64,
    /// The moment whose state it holds: whatever was answered before is in it.
    pub saved_at: Option<Time>,
    /// How large it is.
    pub bytes: Option<u64>,
    /// Why it could not be written the last time, and when that was.
    pub error: Option<(Time, String)>,
}

/// What was read from a state file.
#[derive(Debug)]
pub struct Read {
    /// The worlds.
    pub state: Loaded,
    /// What a reset goes back to, but for the template.
    pub first: Seeds,
}

impl Read {
    /// The store that goes on from here.
    pub fn resume(self, settings: Settings) -> Result<Store, Unreadable> {
        let going = self.state.going.unwrap_or_default();
        let settings = Settings {
            seed: going.seed.unwrap_or(settings.seed),
            ..settings
        };
        Store::resume(self.state.seeds, self.first, going, settings).map_err(|_| Unreadable::Crowded)
    }
}

/// Why a server does not start from a state file.
#[derive(Debug)]
pub enum Unreadable {
    /// The file is there, but cannot be read.
    File(io::Error),
    /// Another server writes it.
    Held,
    /// It is of a version that this server does not read.
    Version(u64),
    /// It is no state.
    Bad(BadFixtures),
    /// It holds more projects than there may be.
    Crowded,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(cause) => write!(f, "it cannot be read: {cause}"),
            Self::Held => f.write_str("another server keeps its state there: name another file"),
            Self::Version(version) => write!(
                f,
                "it has schema_version {version}, this server reads {SCHEMA_VERSION}: move the file away, or start the \
                 version that wrote it"
            ),
            Self::Bad(bad) => write!(f, "it is no state, mend it or move it away:\n{bad}"),
            Self::Crowded => f.write_str("it holds more projects than --max-projects admits"),
        }
    }
}

/// How many links may lead to one another, as Linux has it.
const MAX_LINKS: usize = 40;

/// This path from the root, and past links, though nothing be there yet: a new file in the place of a link would part it
/// from what it leads to.
fn followed(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_owned();
    for _ in 0..MAX_LINKS {
        let Ok(next) = fs::read_link(&path) else { break };
        path = path.parent().unwrap_or(Path::new("")).join(next);
    }
    fs::canonicalize(&path).or_else(|_| std::path::absolute(&path))
}

impl StateFile {
    /// The state file at this path, which need not be there yet.
    pub fn new(path: &Path, interval: Span) -> Result<Self, Unreadable> {
        let path = followed(path).map_err(Unreadable::File)?;
        // Anything else may have no end, and must not give way to a new file.
        if fs::metadata(&path).is_ok_and(|metadata| !metadata.is_file()) {
            let cause = "it is a folder or a device, expected a file";
            return Err(Unreadable::File(io::Error::other(cause)));
        }
        let file = Self {
            path,
            interval,
            held: Mutex::new(None),
            told: Mutex::default(),
        };
        match file.hold() {
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Err(Unreadable::Held),
            // A folder that takes no files now may take some later; saving says so until then.
            Ok(()) | Err(_) => Ok(file),
        }
    }

    /// Where it is, from the root.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// How often it is written.
    pub fn interval(&self) -> Span {
        self.interval
    }

    /// How saving went so far.
    pub fn told(&self) -> Told {
        self.told.lock().clone()
    }

    /// The path with this behind it.
    fn beside(&self, suffix: &str) -> PathBuf {
        let mut path = OsString::from(&self.path);
        path.push(suffix);
        path.into()
    }

    /// Takes the lock, if it is not taken yet.
    fn hold(&self) -> io::Result<()> {
        let mut held = self.held.lock();
        if held.is_some() {
            return Ok(());
        }
        let lock = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(self.beside(".lock"))?;
        match lock.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(io::ErrorKind::WouldBlock.into()),
            // A file system without locks holds a state all the same.
            Ok(()) | Err(TryLockError::Error(_)) => {}
        }
        *held = Some(lock);
        Ok(())
    }

    /// Reads the state, if there is one.
    pub fn read(&self, rules: &Arc<Rules>) -> Result<Option<Read>, Unreadable> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Unreadable::File(error)),
        };
        if let Some(version) = fixtures::version(&text).filter(|version| *version != u64::from(SCHEMA_VERSION)) {
            return Err(Unreadable::Version(version));
        }
        let name = self.path.display().to_string();
        let source = Source {
            file: &name,
            text: &text,
        };
        let state = fixtures::read_state(&[source], rules).map_err(Unreadable::Bad)?;
        let first = state.going.as_ref().and_then(|going| going.reset_to.as_deref());
        let first = first.map(|text| {
            let file = &format!("{name}: $.server.reset_to");
            fixtures::read(&[Source { file, text }], rules).map_err(Unreadable::Bad)
        });
        let first = first.transpose()?.map(|loaded| loaded.seeds).unwrap_or_default();
        Ok(Some(Read { state, first }))
    }

    /// Writes the state down; no lock of any project is held meanwhile. What went wrong is told by [`StateFile::told`].
    pub fn save(&self, store: &Store) -> io::Result<()> {
        store.take_unsaved();
        let saved = store.saved();
        let written = self.write(&saved);
        let mut told = self.told.lock();
        match &written {
            Ok(bytes) => {
                if told.error.take().is_some() {
                    tracing::info!(path = %self.path.display(), "the state is saved again");
                }
                told.saves += 1;
                told.saved_at = Some(saved.at);
                told.bytes = Some(*bytes);
            }
            Err(error) => {
                store.keep_unsaved();
                let text = error.to_string();
                // Once for each cause, for the next attempt is only an interval away.
                if told.error.as_ref().is_none_or(|(_, before)| *before != text) {
                    let path = self.path.display();
                    tracing::error!(%path, error = text, "the state cannot be saved; the server goes on and tries again");
                }
                told.error = Some((saved.at, text));
            }
        }
        written.map(drop)
    }

    /// Puts a new file in the place of the old one, which stays whole until the new one is; how large it is.
    fn write(&self, saved: &Saved) -> io::Result<u64> {
        self.hold().map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock => io::Error::other("another server keeps its state there"),
            _ => error,
        })?;
        let new = self.beside(".new");
        let written = Self::fill(&new, saved).and_then(|bytes| {
            fs::rename(&new, &self.path)?;
            Ok(bytes)
        });
        let bytes = written.inspect_err(|_| {
            // What is half written only fills a disk that may be full already.
            let _ = fs::remove_file(&new);
        })?;
        // The name is safe once its folder is.
        let folder = self.path.parent().unwrap_or(Path::new("/"));
        File::open(folder)?.sync_all()?;
        Ok(bytes)
    }

    fn fill(path: &Path, saved: &Saved) -> io::Result<u64> {
        let mut file = BufWriter::with_capacity(1 << 16, File::create(path)?);
        serde_json::to_writer(&mut file, saved)?;
        file.write_all(b"\n")?;
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(file.metadata()?.len())
    }
}
