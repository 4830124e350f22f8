//! Work on its way to a database thread, and the way of its answer back.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::oneshot;

use super::{Fault, Tx};
use crate::StoreError;
use crate::accept::{Accepted, NewEvent};

/// Something for a database thread to do.
pub(crate) enum Job {
    Accept(Box<AcceptJob>),
    Work(Box<dyn Work>),
}

/// An operation that can be run again when its transaction did not come through.
pub(crate) trait Work: Send {
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), Fault>;
    fn answer(self: Box<Self>, result: Result<(), StoreError>);
}

/// An event to be stored, and who waits for it.
pub(crate) struct AcceptJob {
    pub event: NewEvent,
    pub accepted: Option<Accepted>,
    pub reply: oneshot::Sender<Result<Accepted, StoreError>>,
    /// Given back when the job is answered.
    _place: Place,
}

impl AcceptJob {
    pub fn new(
        event: NewEvent,
        reply: oneshot::Sender<Result<Accepted, StoreError>>,
        place: Place,
    ) -> Self {
        Self {
            event,
            accepted: None,
            reply,
            _place: place,
        }
    }

    pub fn answer(self, result: Result<(), StoreError>) {
        let Self {
            accepted, reply, ..
        } = self;
        // Whoever asked may have gone; what was stored stays stored.
        drop(reply.send(result.and_then(|()| accepted.ok_or_else(no_result))));
    }
}

impl Job {
    pub fn answer(self, result: Result<(), StoreError>) {
        match self {
            Self::Accept(job) => job.answer(result),
            Self::Work(work) => work.answer(result),
        }
    }
}

fn no_result() -> StoreError {
    StoreError::Failed {
        reason: "an operation ended without a result".to_owned(),
    }
}

/// A closure as [`Work`].
pub(crate) struct Task<F, T> {
    pub op: F,
    pub value: Option<T>,
    pub reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<F, T> Work for Task<F, T>
where
    F: FnMut(&mut Tx<'_>) -> Result<T, Fault> + Send,
    T: Send,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<(), Fault> {
        let op = &mut self.op;
        // Callers have a say in some operations; a bug of theirs must not end the thread that
        // serves everybody. Nothing of a broken operation is kept: its transaction is taken back.
        let done = catch_unwind(AssertUnwindSafe(|| op(tx)));
        let value = done.unwrap_or_else(|_| Err(Fault::Failed("an operation panicked".into())))?;
        self.value = Some(value);
        Ok(())
    }

    fn answer(self: Box<Self>, result: Result<(), StoreError>) {
        let Self { value, reply, .. } = *self;
        drop(reply.send(result.and_then(|()| value.ok_or_else(no_result))));
    }
}

/// How many events may wait to be stored at one time.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    taken: Arc<AtomicUsize>,
    all: usize,
}

/// A place in the queue, given back when dropped.
pub(crate) struct Place(Arc<AtomicUsize>);

impl Places {
    pub fn new(all: usize) -> Self {
        Self {
            taken: Arc::new(AtomicUsize::new(0)),
            all,
        }
    }

    pub fn take(&self) -> Option<Place> {
        let place = Place(self.taken.clone());
        // A refused place is given back by its own drop.
        (self.taken.fetch_add(1, Ordering::Relaxed) < self.all).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_queue_takes_more_once_a_place_is_given_back() {
        let places = Places::new(2);
        let first = places.take();
        let second = places.take();
        assert!(first.is_some() && second.is_some());
        assert!(places.take().is_none());
        drop(first);
        assert!(places.take().is_some());
    }
}
