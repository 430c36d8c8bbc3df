//! Requests that may be sent again: the same key gets the same answer.
//!
//! The answer is written in the transaction that does what was asked. A process that is killed has
//! thus either done nothing or can say again what it did.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::Record;

/// What is answered, in the terms of the caller's protocol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// Status code of the protocol.
    pub status: u16,
    /// The body.
    pub body: String,
}

/// How a request that does what was asked is answered. `true` where it was done by this request
/// and not before.
pub type Render = Arc<dyn Fn(&Record, bool) -> Reply + Send + Sync>;

/// What is known of a key when a request with it begins.
#[derive(Debug)]
pub enum Begin {
    /// Nothing: go ahead, and pass the ticket on.
    New(Ticket),
    /// It was answered: give the same answer.
    Replay(Reply),
    /// It was used for another request.
    Conflict,
    /// The first request with it is not answered yet.
    Running,
}

/// The right to answer a key; given back when dropped.
pub struct Ticket {
    pub(super) client: String,
    pub(super) key: String,
    pub(super) hash: String,
    pub(super) render: Render,
    running: Arc<Running>,
}

impl fmt::Debug for Ticket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ticket")
            .field("client", &self.client)
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.running.keys().remove(&(self.client.clone(), self.key.clone()));
    }
}

/// The keys of requests under way in this process.
#[derive(Debug, Default)]
pub(super) struct Running(Mutex<BTreeSet<(String, String)>>);

impl Running {
    fn keys(&self) -> std::sync::MutexGuard<'_, BTreeSet<(String, String)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the key; `None` where a request with it is under way.
    pub(super) fn take(
        self: &Arc<Self>,
        client: &str,
        key: &str,
        hash: &str,
        render: Render,
    ) -> Option<Ticket> {
        let name = (client.to_owned(), key.to_owned());
        self.keys().insert(name).then(|| Ticket {
            client: client.to_owned(),
            key: key.to_owned(),
            hash: hash.to_owned(),
            render,
            running: Arc::clone(self),
        })
    }
}
