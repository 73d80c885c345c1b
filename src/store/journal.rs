//! The journal: what was asked and how it was answered, in a ring for each project.
//!
//! Writing costs the hot path next to nothing: one lock of the project's own, and one buffer that the oldest entry
//! leaves behind. Secrets are blotted out before they are written, so that there is nothing to redact later.

use std::collections::BTreeMap;
use std::collections::VecDeque;
use std::mem::size_of;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use uuid::Uuid;

use crate::domain::time::Time;

/// The most entries of a project.
pub const ENTRIES: usize = 1000;
/// The most bytes of all projects together.
pub const BYTES: usize = 16 << 20;
/// How much of a body is kept.
pub const BODY: usize = 16 << 10;
/// The most different slips that a project remembers.
const SLIPS: usize = 1000;
/// What stands in place of a secret.
pub(crate) const BLOT: &[u8] = b"***";
/// A buffer that one large body has stretched is not kept for small ones.
const WIDE: usize = 4 << 10;

/// What the journals of all projects share.
#[derive(Debug, Default)]
pub struct Totals {
    next: AtomicU64,
    bytes: AtomicUsize,
    dropped: AtomicU64,
}

impl Totals {
    /// Whether the journals together have grown over their bound.
    pub(super) fn is_over(&self) -> bool {
        self.bytes.load(Ordering::Relaxed) > BYTES
    }

    /// How many entries had to go.
    pub fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// How many bytes all journals have.
    pub fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }
}

/// One request and its answer, about to be written down.
pub struct Record<'r> {
    /// The operation's name and its place in the table, if it has one.
    pub operation: Option<(&'static str, usize)>,
    /// When it was answered, on the project's clock.
    pub time: Time,
    /// The ID of the request.
    pub request_id: Uuid,
    /// The method.
    pub method: &'r str,
    /// Path and query as the client wrote them.
    pub target: &'r str,
    /// The header fields.
    pub headers: &'r mut dyn Iterator<Item = (&'r str, &'r [u8])>,
    /// The body, whole.
    pub body: &'r [u8],
    /// The body of the answer, whole, where somebody watches.
    pub answer: Option<&'r [u8]>,
    /// The status of the answer; none where the connection was broken instead.
    pub status: u16,
    /// The code that it was refused with.
    pub code: Option<&'r str>,
    /// How long it took.
    pub took: Duration,
    /// The fault that it met.
    pub fault: Option<&'r str>,
    /// What of it nothing has read: members as JSON pointers, parameters behind a `?`.
    pub unread: Vec<String>,
}

/// An entry of the journal.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    /// Its number, in the order of all projects.
    pub id: u64,
    /// The operation.
    pub operation: Option<&'static str>,
    /// When it was answered, in microseconds.
    time: i64,
    /// The ID of the request.
    pub request_id: Uuid,
    /// The status.
    pub status: u16,
    /// The code, if it was refused.
    pub code: Option<Box<str>>,
    /// How long it took, in microseconds.
    pub micros: u64,
    /// The fault that it met.
    pub fault: Option<Box<str>>,
    /// What of it nothing has read.
    pub unread: Vec<String>,
    /// Whether the body was longer than what is kept of it.
    pub cut: bool,
    /// Whether the answer's body is kept, for somebody watched.
    answered: bool,
    /// Method, target, header fields, body and the answer's body, one behind the other.
    text: Vec<u8>,
    method: usize,
    target: usize,
    headers: usize,
    body: usize,
}

impl Entry {
    /// When it was answered, on the project's clock.
    pub fn time(&self) -> Time {
        Time::from_micros(self.time)
    }

    /// The method.
    pub fn method(&self) -> &str {
        text(&self.text[..self.method])
    }

    /// Path and query.
    pub fn target(&self) -> &str {
        text(&self.text[self.method..self.target])
    }

    /// The path.
    pub fn path(&self) -> &str {
        self.target().split('?').next().unwrap_or_default()
    }

    /// The query, without its `?`.
    pub fn query(&self) -> &str {
        self.target().split_once('?').map_or("", |(_, query)| query)
    }

    /// The header fields, secrets blotted out.
    pub fn headers(&self) -> impl Iterator<Item = (&str, String)> {
        let lines = self.text[self.target..self.headers].split(|&byte| byte == b'\n');
        lines.filter(|line| !line.is_empty()).map(|line| {
            let colon = line.iter().position(|&byte| byte == b':').unwrap_or(line.len());
            let value = line.get(colon + 1..).unwrap_or_default();
            (text(&line[..colon]), String::from_utf8_lossy(value).into_owned())
        })
    }

    /// The body, perhaps cut.
    pub fn body(&self) -> &[u8] {
        &self.text[self.headers..self.body]
    }

    /// The answer's body, perhaps cut, where it was kept.
    pub fn answer(&self) -> Option<&[u8]> {
        self.answered.then(|| &self.text[self.body..])
    }

    fn size(&self) -> usize {
        let unread: usize = self
            .unread
            .iter()
            .map(|name| size_of::<String>() + name.capacity())
            .sum();
        size_of::<Self>() + self.text.capacity() + unread
    }

    /// Writes the record in place of what stood here.
    fn write(&mut self, record: Record<'_>, id: u64) {
        self.id = id;
        self.operation = record.operation.map(|(name, _)| name);
        self.time = record.time.as_micros();
        self.request_id = record.request_id;
        self.status = record.status;
        self.code = record.code.map(Into::into);
        self.micros = u64::try_from(record.took.as_micros()).unwrap_or(u64::MAX);
        self.fault = record.fault.map(Into::into);
        self.unread = record.unread;
        self.text.clear();
        self.text.extend_from_slice(record.method.as_bytes());
        self.method = self.text.len();
        self.text.extend_from_slice(record.target.as_bytes());
        self.target = self.text.len();
        for (name, value) in record.headers {
            self.text.extend_from_slice(name.as_bytes());
            self.text.push(b':');
            self.text.extend_from_slice(if is_secret(name) { BLOT } else { value });
            self.text.push(b'\n');
        }
        self.headers = self.text.len();
        self.cut = record.body.len() > BODY;
        self.text.extend_from_slice(&record.body[..record.body.len().min(BODY)]);
        self.body = self.text.len();
        self.answered = record.answer.is_some();
        if let Some(answer) = record.answer {
            self.text.extend_from_slice(&answer[..answer.len().min(BODY)]);
        }
        if self.text.capacity() > WIDE && self.text.capacity() / 4 > self.text.len() {
            self.text.shrink_to_fit();
        }
    }
}

/// What was written is text, for targets, names and methods are ASCII.
fn text(bytes: &[u8]) -> &str {
    str::from_utf8(bytes).unwrap_or_default()
}

/// Whether a header field tells who somebody is; names come in lower case.
pub(crate) fn is_secret(name: &str) -> bool {
    // Looked at by length first: most names are none of these.
    match name.len() {
        6 => name == "cookie",
        12 => name == "x-auth-token",
        13 => name == "authorization",
        15 => name == "x-subject-token",
        16 => name == "x-security-token",
        19 => name == "proxy-authorization",
        _ => false,
    }
}

/// What one project's journal holds, and what of it outlives the entries.
#[derive(Debug, Default)]
pub struct Ring {
    entries: VecDeque<Entry>,
    /// How many entries there ever were.
    pub total: u64,
    /// How many of them had to go.
    pub dropped: u64,
    bytes: usize,
    /// How often each operation succeeded, by its place in the table.
    successes: Vec<u32>,
    /// How often each was refused, and with which code.
    refusals: BTreeMap<(usize, String), u32>,
    /// What of requests nothing has read: operation and place, and how often.
    slips: BTreeMap<(&'static str, String), u32>,
}

impl Ring {
    /// The journal of a project that was there before, and of which so many entries were lost.
    pub(super) fn after(lost: u64) -> Self {
        Self {
            total: lost,
            dropped: lost,
            ..Self::default()
        }
    }

    /// Writes one request down; whether all journals together have grown over their bound by it.
    pub(super) fn record(&mut self, record: Record<'_>, totals: &Totals) -> bool {
        self.count(&record);
        let mut before = 0;
        if self.entries.len() >= ENTRIES {
            // The oldest entry gives its place and its buffer to the new one.
            self.dropped += 1;
            totals.dropped.fetch_add(1, Ordering::Relaxed);
            self.entries.rotate_left(1);
            before = self.entries.back().map_or(0, Entry::size);
        } else {
            self.entries.push_back(Entry::default());
        }
        let entry = self.entries.back_mut().expect("it was just put there");
        entry.write(record, totals.next.fetch_add(1, Ordering::Relaxed) + 1);
        let after = entry.size();
        self.total += 1;
        self.bytes = self.bytes + after - before;
        if after >= before {
            totals.bytes.fetch_add(after - before, Ordering::Relaxed);
        } else {
            totals.bytes.fetch_sub(before - after, Ordering::Relaxed);
        }
        totals.is_over()
    }

    fn count(&mut self, record: &Record<'_>) {
        let Some((name, place)) = record.operation else { return };
        if self.successes.len() <= place {
            self.successes.resize(place + 1, 0);
        }
        match record.code {
            None if (1..400).contains(&record.status) => self.successes[place] += 1,
            None => {}
            Some(code) => *self.refusals.entry((place, code.to_owned())).or_default() += 1,
        }
        for slip in &record.unread {
            let is_new = !self.slips.contains_key(&(name, slip.clone()));
            if !is_new || self.slips.len() < SLIPS {
                *self.slips.entry((name, slip.clone())).or_default() += 1;
            }
        }
    }

    /// The entries, oldest first.
    pub fn entries(&self) -> impl DoubleEndedIterator<Item = &Entry> + ExactSizeIterator {
        self.entries.iter()
    }

    /// How often each operation succeeded, by its place in the table.
    pub fn successes(&self) -> &[u32] {
        &self.successes
    }

    /// How often each was refused, by its place and the code.
    pub fn refusals(&self) -> impl Iterator<Item = (usize, &str, u32)> {
        self.refusals
            .iter()
            .map(|((place, code), number)| (*place, &**code, *number))
    }

    /// What of requests nothing has read, by operation.
    pub fn slips(&self) -> impl Iterator<Item = (&'static str, &str, u32)> {
        self.slips
            .iter()
            .map(|((operation, slip), number)| (*operation, &**slip, *number))
    }

    /// The number of the oldest entry.
    pub fn oldest(&self) -> u64 {
        self.entries.front().map_or(u64::MAX, |entry| entry.id)
    }

    /// How many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Drops the oldest entry.
    pub(super) fn drop_oldest(&mut self, totals: &Totals) {
        if let Some(entry) = self.entries.pop_front() {
            self.dropped += 1;
            totals.dropped.fetch_add(1, Ordering::Relaxed);
            self.bytes -= entry.size();
            totals.bytes.fetch_sub(entry.size(), Ordering::Relaxed);
        }
    }

    /// Forgets some entries; how many there were.
    pub(super) fn forget(&mut self, goes: impl Fn(&Entry) -> bool, totals: &Totals) -> usize {
        let (number, before) = (self.entries.len(), self.bytes);
        self.entries.retain(|entry| !goes(entry));
        self.bytes = self.entries.iter().map(Entry::size).sum();
        totals.bytes.fetch_sub(before - self.bytes, Ordering::Relaxed);
        number - self.entries.len()
    }

    /// Forgets the entries; how many there were.
    pub(super) fn clear(&mut self, totals: &Totals) -> usize {
        let number = self.entries.len();
        totals.bytes.fetch_sub(self.bytes, Ordering::Relaxed);
        // What the clients of this run exercised outlives what is remembered of single requests.
        *self = Self {
            successes: std::mem::take(&mut self.successes),
            refusals: std::mem::take(&mut self.refusals),
            ..Self::default()
        };
        number
    }

    /// Gives back what it holds of the common bound.
    pub(super) fn release(&self, totals: &Totals) {
        totals.bytes.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}
