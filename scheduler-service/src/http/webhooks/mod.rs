//! Telling receivers of events: each at least once, in order for each appointment.
//!
//! One process on the database does it, the one that has the lease of the sender; where it is silent for
//! twenty seconds another takes over, and may tell again what was told but not noted: receivers know
//! events by their numbers. What a receiver refuses waits, with all later events of the same appointment,
//! while others go on; where a receiver cannot be reached all waits. It is tried again after 1, 2, 4, … seconds,
//! at last every hour. An event that was refused for a day is given up and counted; a receiver that has taken
//! nothing for a day is disabled, and goes on where it was once it is resumed.

mod deliver;
mod sign;
mod turn;

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio::task::{JoinHandle, JoinSet};
use uuid::Uuid;

use crate::booking::{Client, Office, Scopes};
use crate::http::auth::KEYLESS;
use crate::store::{Lease, StoreError};

pub use deliver::Outcome;
pub use sign::signature;

/// How often it is looked whether there is something to tell.
const LOOK: Duration = Duration::from_millis(250);

/// How often the sender says that it is there.
const BEAT: Duration = Duration::from_secs(1);

/// How long it may be silent before another takes over.
const SILENCE: Duration = Duration::from_secs(20);

/// Receivers that are told at all.
const MOST: u32 = 10_000;

/// What tells receivers of events.
#[derive(Debug)]
pub struct Webhooks {
    stop: watch::Sender<bool>,
    worker: Mutex<Option<JoinHandle<()>>>,
}

/// What the work needs.
#[derive(Debug, Clone)]
struct Sender {
    office: Office,
    /// Name of the lease of this process.
    lease: Uuid,
    /// Whether receivers may be at addresses that are not public, and without TLS.
    private: bool,
    /// Whether requests need no key where there is none.
    keyless: bool,
    /// How long another may be silent.
    silence: Duration,
}

impl Webhooks {
    /// Tells the receivers of `office` of its events, in turn with other processes on its database.
    pub fn start(office: Office, private: bool, keyless: bool) -> Self {
        Self::run(office, private, keyless, SILENCE)
    }

    /// The same for everybody, wherever they are, after so long a silence of another: for tests, in which
    /// processes are killed.
    pub fn waiting_for(office: Office, silence: Duration) -> Self {
        Self::run(office, true, true, silence)
    }

    fn run(office: Office, private: bool, keyless: bool, silence: Duration) -> Self {
        let (stop, stopping) = watch::channel(false);
        let sender = Sender { office, lease: Uuid::now_v7(), private, keyless, silence };
        let worker = tokio::spawn(sender.run(stopping));
        Self { stop, worker: Mutex::new(Some(worker)) }
    }

    /// Stops, and leaves the rest to other processes.
    pub async fn close(&self) {
        self.stop.send_replace(true);
        let worker = self.worker.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(worker) = worker {
            // It has stopped, or has failed before.
            let _ = worker.await;
        }
    }
}

/// Waits until it is told to stop.
async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // An error would mean that nobody can tell any more, which is as good as being told.
    drop(stopping.wait_for(|&stop| stop).await);
}

impl Sender {
    async fn run(self, mut stopping: watch::Receiver<bool>) {
        let mut told = self.office.follow();
        let mut seen: Option<(Lease, Instant)> = None;
        // When this process has last said that it is there, while it has the lease.
        let mut kept: Option<Instant> = None;
        let mut turns: JoinSet<Uuid> = JoinSet::new();
        let mut busy = BTreeSet::new();
        loop {
            tokio::select! {
                () = stopped(&mut stopping) => break,
                _ = told.changed() => {}
                () = tokio::time::sleep(LOOK) => {}
            }
            told.mark_unchanged();
            while let Some(ended) = turns.try_join_next() {
                match ended {
                    Ok(id) => _ = busy.remove(&id),
                    // Whose turn that was nobody knows: all have theirs again.
                    Err(_) => busy.clear(),
                }
            }
            kept = match self.lead(&mut seen, kept).await {
                Ok(kept) => kept,
                Err(error) => {
                    tracing::debug!(%error, "nobody can be told of events for now");
                    continue;
                }
            };
            if kept.is_none() {
                turns.abort_all();
                continue;
            }
            if let Err(error) = self.begin(&mut turns, &mut busy).await {
                tracing::warn!(%error, "receivers cannot be told of events");
            }
        }
        turns.shutdown().await;
        // Another process may go on at once; where the store is gone there is none.
        let _ = self.office.store().keep_sender(self.lease, false).await;
    }

    /// Takes or keeps the lease: when it was last kept, or nothing where another has it.
    async fn lead(
        &self,
        seen: &mut Option<(Lease, Instant)>,
        kept: Option<Instant>,
    ) -> Result<Option<Instant>, StoreError> {
        let (store, now) = (self.office.store(), Instant::now());
        if let Some(at) = kept {
            if now.duration_since(at) < BEAT {
                return Ok(kept);
            }
            let goes_on = !store.webhooks(None, None, 1).await?.is_empty();
            let kept = store.keep_sender(self.lease, goes_on).await?;
            return Ok((kept && goes_on).then_some(now));
        }
        // Whoever has nobody to tell writes nothing.
        if store.webhooks(None, None, 1).await?.is_empty() {
            return Ok(None);
        }
        let old = store.sender().await?;
        let silent = match (old, *seen) {
            (None, _) => true,
            (Some(old), Some((known, since))) if old == known => {
                now.duration_since(since) >= self.silence
            }
            (Some(old), _) => {
                *seen = Some((old, now));
                false
            }
        };
        if silent && store.become_sender(self.lease, old).await? {
            *seen = None;
            return Ok(Some(now));
        }
        Ok(None)
    }

    /// Begins the turns of all receivers that are due.
    async fn begin(
        &self,
        turns: &mut JoinSet<Uuid>,
        busy: &mut BTreeSet<Uuid>,
    ) -> Result<(), StoreError> {
        let all = self.office.store().webhooks(None, None, MOST).await?;
        let now = self.now();
        let due = all.into_iter().filter(|webhook| !webhook.disabled && webhook.next_at <= now);
        let due: Vec<_> = due.filter(|webhook| !busy.contains(&webhook.id)).collect();
        if due.is_empty() {
            return Ok(());
        }
        let clients = Arc::new(self.clients().await?);
        for webhook in due {
            // Whose key is gone is told nothing, and goes on where it was with the next.
            let Some(client) = clients.iter().find(|client| client.name == webhook.client) else {
                continue;
            };
            busy.insert(webhook.id);
            let turn = turn::Turn::new(self.clone(), client.clone(), webhook);
            turns.spawn(turn.run());
        }
        Ok(())
    }

    /// The clients that have a key now, each with all that its keys allow.
    async fn clients(&self) -> Result<Vec<Client>, StoreError> {
        let (keys, now) = (self.office.store().keys().await?, self.now());
        if keys.is_empty() && self.keyless {
            let name = KEYLESS.to_owned();
            return Ok(vec![Client { name, scopes: Scopes::ALL, channel: None }]);
        }
        let valid = keys.into_iter().filter(|key| key.is_valid(now));
        let mut clients: Vec<Client> = Vec::new();
        for key in valid {
            let scopes = Scopes::parse(&key.scopes).unwrap_or_default();
            match clients.iter_mut().find(|client| client.name == key.name) {
                Some(client) => {
                    client.scopes.plan |= scopes.plan;
                    client.scopes.admin |= scopes.admin;
                }
                None => clients.push(Client { name: key.name, scopes, channel: None }),
            }
        }
        Ok(clients)
    }

    /// Milliseconds since the Unix epoch.
    fn now(&self) -> i64 {
        self.office.clock().now().timestamp_millis()
    }
}
