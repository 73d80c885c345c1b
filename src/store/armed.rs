//! [`Armed`]: what lets a request that a fault holds know that the fault is there no more.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use parking_lot::Mutex;

/// Part of a fault: those who wait for its end are woken when it goes, however it goes.
#[derive(Debug, Default)]
pub struct Armed(Arc<Mutex<Waiting>>);

/// Who waits for the end of a fault.
#[derive(Debug, Default)]
struct Waiting {
    is_over: bool,
    last: u64,
    wakers: BTreeMap<u64, Waker>,
}

/// The end of a fault, to be waited for.
#[derive(Debug)]
pub struct Disarmed {
    waiting: Arc<Mutex<Waiting>>,
    /// Its own place among those who wait.
    place: u64,
}

impl Armed {
    /// What ends with this fault.
    pub(super) fn end(&self) -> Disarmed {
        Disarmed::new(&self.0)
    }
}

impl Clone for Armed {
    /// A copy of a fault, as in a snapshot, is another fault: nobody waits for it.
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Armed {
    /// Who waits says nothing of what the fault is.
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Drop for Armed {
    fn drop(&mut self) {
        let wakers = {
            let mut waiting = self.0.lock();
            waiting.is_over = true;
            std::mem::take(&mut waiting.wakers)
        };
        // Whoever is woken may go at once, and take its place out of the list.
        wakers.into_values().for_each(Waker::wake);
    }
}

impl Disarmed {
    fn new(waiting: &Arc<Mutex<Waiting>>) -> Self {
        let mut state = waiting.lock();
        state.last += 1;
        Self {
            waiting: Arc::clone(waiting),
            place: state.last,
        }
    }

    /// Ready once the fault is gone; wakes the caller then.
    pub fn poll(&self, cx: &Context<'_>) -> Poll<()> {
        let mut waiting = self.waiting.lock();
        if waiting.is_over {
            return Poll::Ready(());
        }
        let before = waiting.wakers.insert(self.place, cx.waker().clone());
        drop(waiting);
        drop(before);
        Poll::Pending
    }
}

impl Clone for Disarmed {
    fn clone(&self) -> Self {
        Self::new(&self.waiting)
    }
}

impl Drop for Disarmed {
    fn drop(&mut self) {
        let waker = self.waiting.lock().wakers.remove(&self.place);
        drop(waker);
    }
}
