//! The domain of the booking service: who holds and books what, and what the store keeps of it.
//! No HTTP in it.
//!
//! [`Office`] has the book in memory and one writer. Reading ([`Office::view`]) never waits for the
//! writer. Writing is group commit: the writer takes all requests that wait, works them out on
//! copies of the site-days, writes everything in one transaction, and only then publishes and
//! answers. What was answered is durable.

mod act;
mod adopt;
mod alternatives;
mod batch;
mod calendars;
mod case;
mod client;
mod clock;
mod command;
mod day;
mod days;
mod delta;
mod error;
mod feed;
mod horizon;
mod idempotency;
mod ids;
mod import;
mod inner;
mod lists;
mod load;
mod open;
mod overriding;
mod part;
mod planning;
mod recall;
mod record;
mod reminders;
mod replace;
pub mod request;
mod seating;
mod sessions;
mod settings;
mod settle;
mod state;
mod tidy;
mod times;
mod view;
mod waitlist;
mod watch;
mod witness;
mod writer;

use std::sync::Arc;
use std::time::Duration;

use scheduler_core::scenario::{Horizon, Scenario};
use tokio::sync::{mpsc, oneshot};
use uuid::Uuid;

use command::{Command, Job, Outcome};
use inner::Inner;
use writer::Message;

pub use crate::violation::Violation;
pub use act::Act;
pub use calendars::MOST_FEEDS;
pub use client::{Client, Scopes};
pub use clock::{Clock, SetClock, SystemClock};
pub use days::{Days, SiteDay};
pub use error::{Alternative, BookingError, Stranded};
pub use feed::{Actor, Event, EventPage, Subject};
pub use idempotency::{Begin, Render, Reply, Ticket};
pub use import::{Imported, Taken, ToImport};
pub use inner::Counters;
pub use lists::{AppointmentPage, PromiseFilter, PromisePosition};
pub use open::OpenError;
pub use record::{HoldRequest, Mark, Place, Record, Rescheduling, VisitChange};
pub use replace::{Moved, MovedBlocks, PlacedBlock, ReplaceMode, Replaced, Reseated};
pub use settings::Settings;
pub use view::View;
pub use waitlist::{Hours, Refused, Seen, Waiting, WishRequest, WishStatus};
pub use watch::{ClockFault, WatchedClock};

pub use crate::store::{AuditQuery, AuditRow, EventKind, Status, Store, StoreError};

/// The office: the book, its store, and the one who writes. A clone is the same office.
#[derive(Debug, Clone)]
pub struct Office {
    inner: Arc<Inner>,
    queue: mpsc::Sender<Message>,
    /// What is to be noted of what is written through it.
    act: Option<Arc<Act>>,
}

/// When to try again where too much waits.
const BUSY: BookingError = BookingError::Busy { retry_after: Duration::from_secs(1) };

impl Office {
    /// Opens the store, makes its tables, and reads the book. Where the store is empty, it begins
    /// with the scenario of the settings and plans it.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open(settings: Settings, clock: Arc<dyn Clock>) -> Result<Self, OpenError> {
        let (queue, waiting) = mpsc::channel(settings.queue.max(1));
        let inner = Arc::new(open::open(settings, clock).await?);
        tokio::spawn(writer::run(Arc::clone(&inner), waiting));
        tokio::spawn(feed::listen(Arc::downgrade(&inner)));
        Ok(Self { inner, queue, act: None })
    }

    /// A consistent view of now. It costs little where nothing has changed. What other processes
    /// have committed on the same database is seen after [`Settings::see_others`] at the latest.
    ///
    /// # Errors
    /// [`BookingError::Unavailable`].
    pub async fn view(&self) -> Result<Arc<View>, BookingError> {
        view::view(&self.inner).await
    }

    /// Holds a start for `client` until the hold expires.
    ///
    /// # Errors
    /// [`BookingError::Gone`] with the nearest starts that can be booked, [`BookingError::NotReleased`],
    /// [`BookingError::Invalid`], [`BookingError::TooManyHolds`], [`BookingError::Duplicate`], and those of every
    /// write: [`BookingError::Busy`], [`BookingError::Unavailable`], [`BookingError::Repeated`].
    pub async fn hold(
        &self,
        client: &Client,
        request: HoldRequest,
        ticket: Option<Ticket>,
    ) -> Result<Record, BookingError> {
        self.hold_or_nearest(client, request, false, ticket).await
    }

    /// Holds a start, `beyond` what is released or not; where it is gone, the nearest others are told.
    async fn hold_or_nearest(
        &self,
        client: &Client,
        request: HoldRequest,
        beyond: bool,
        ticket: Option<Ticket>,
    ) -> Result<Record, BookingError> {
        let (by, what) = (client.clone(), request.clone());
        let command = Command::Hold { client: by, request: what, beyond };
        match self.send(command, ticket).await {
            Err(BookingError::Gone { code, detail, .. }) => {
                let alternatives = alternatives::nearest(self, client, &request).await;
                Err(BookingError::Gone { code, detail, alternatives })
            }
            outcome => outcome.and_then(recorded).map(|(record, _)| record),
        }
    }

    /// Makes an appointment of the hold `id`. `true` where this request did, `false` where it was
    /// one already.
    ///
    /// # Errors
    /// [`BookingError::HoldExpired`], [`BookingError::WrongStatus`], [`BookingError::NotFound`], and those of every
    /// write.
    pub async fn confirm(
        &self,
        client: &Client,
        id: Uuid,
        reference: Option<String>,
        ticket: Option<Ticket>,
    ) -> Result<(Record, bool), BookingError> {
        self.confirm_for(client, id, reference, None, ticket).await
    }

    /// The same. Where this request does it, the citizen gets a secret, of which `secret` is the digest:
    /// with it the appointment can be seen, moved and cancelled without a key.
    ///
    /// # Errors
    /// Those of [`Self::confirm`].
    pub async fn confirm_for(
        &self,
        client: &Client,
        id: Uuid,
        reference: Option<String>,
        secret: Option<String>,
        ticket: Option<Ticket>,
    ) -> Result<(Record, bool), BookingError> {
        let client = client.clone();
        let command = Command::Confirm { client, id, reference, beyond: false, secret };
        self.send(command, ticket).await.and_then(recorded)
    }

    /// Gives the citizen of the appointment `id` another secret, of which `digest` is kept.
    ///
    /// # Errors
    /// [`BookingError::WrongStatus`], [`BookingError::NotFound`], and those of every write.
    pub async fn give_secret(
        &self,
        client: &Client,
        id: Uuid,
        digest: String,
    ) -> Result<Record, BookingError> {
        let command = Command::Secret { client: client.clone(), id, digest };
        self.send(command, None).await.and_then(recorded).map(|(record, _)| record)
    }

    /// Keeps the hold `id` for `ttl` from now, but from its begin on no longer than
    /// [`Settings::longest_hold`]. A hold that is kept as long already stays as it is.
    ///
    /// # Errors
    /// [`BookingError::HoldExpired`], [`BookingError::WrongStatus`], [`BookingError::NotFound`], and those
    /// of every write.
    pub async fn extend(
        &self,
        client: &Client,
        id: Uuid,
        ttl: Option<Duration>,
        ticket: Option<Ticket>,
    ) -> Result<Record, BookingError> {
        let command = Command::Extend { client: client.clone(), id, ttl };
        self.send(command, ticket).await.and_then(recorded).map(|(record, _)| record)
    }

    /// Gives the hold `id` back. Doing so twice is no error.
    ///
    /// # Errors
    /// [`BookingError::WrongStatus`] where it is an appointment, [`BookingError::NotFound`], and those of
    /// every write.
    pub async fn release(&self, client: &Client, id: Uuid) -> Result<Record, BookingError> {
        self.give_back(client, id, false).await
    }

    /// The same, where the hold was `offered` to somebody who waits or not.
    async fn give_back(
        &self,
        client: &Client,
        id: Uuid,
        offered: bool,
    ) -> Result<Record, BookingError> {
        let command = Command::Release { client: client.clone(), id, offered };
        self.send(command, None).await.and_then(recorded).map(|(record, _)| record)
    }

    /// The hold or appointment `id`, whatever became of it.
    ///
    /// # Errors
    /// [`BookingError::NotFound`] and [`BookingError::Unavailable`].
    pub async fn record(&self, client: &Client, id: Uuid) -> Result<Record, BookingError> {
        let read = async { self.inner.store.reader().await?.read().promises(&[id]).await };
        let found = self.inner.store.in_time(read).await;
        let mut found = found.map_err(|error| self.inner.store_failed(&error))?;
        let row = found.remove(&id).filter(|(row, _)| client.sees(&row.client));
        let (row, _) = row.ok_or(BookingError::NotFound)?;
        let mut record = record::of(&self.inner.state().frame.problem.zone, &row);
        if record.status == Status::Held && record.expires_at.is_some_and(|at| at <= self.now()) {
            record.status = Status::Released;
            record.staff = None;
            record.room = None;
        }
        Ok(record)
    }

    /// Cancels the appointment `id`. Doing so twice gives the same answer.
    ///
    /// # Errors
    /// [`BookingError::TooLate`] once it has begun, [`BookingError::Stale`], [`BookingError::WrongStatus`],
    /// [`BookingError::NotFound`], and those of every write.
    pub async fn cancel(
        &self,
        client: &Client,
        id: Uuid,
        if_match: Option<u64>,
        ticket: Option<Ticket>,
    ) -> Result<Record, BookingError> {
        self.cancel_because(client, id, if_match, None, ticket).await
    }

    /// The same, with the reason for it in words.
    ///
    /// # Errors
    /// Those of [`Self::cancel`].
    pub async fn cancel_because(
        &self,
        client: &Client,
        id: Uuid,
        if_match: Option<u64>,
        reason: Option<String>,
        ticket: Option<Ticket>,
    ) -> Result<Record, BookingError> {
        let command = Command::Cancel { client: client.clone(), id, if_match, reason };
        self.send(command, ticket).await.and_then(recorded).map(|(record, _)| record)
    }

    /// Moves the appointment `id`, and changes what it asks for where that is told: it leaves its time
    /// only if it gets the new one. Its own capacity is free for it.
    ///
    /// # Errors
    /// Those of [`Self::cancel`] and [`Self::hold`].
    pub async fn reschedule(
        &self,
        client: &Client,
        id: Uuid,
        how: impl Into<Rescheduling>,
        if_match: Option<u64>,
        ticket: Option<Ticket>,
    ) -> Result<Record, BookingError> {
        let how = how.into();
        let Rescheduling { to, visit, reason } = how.clone();
        let asking = client.clone();
        let command = Command::Reschedule { client: asking, id, to, visit, if_match, reason };
        match self.send(command, ticket).await {
            Err(BookingError::Gone { code, detail, .. }) => {
                let alternatives = alternatives::for_record(self, client, id, how).await;
                Err(BookingError::Gone { code, detail, alternatives })
            }
            outcome => outcome.and_then(recorded).map(|(record, _)| record),
        }
    }

    /// Notes what became of the appointment `id` on its day. Doing so twice gives the same answer.
    ///
    /// # Errors
    /// [`BookingError::TooEarly`], [`BookingError::Stale`], [`BookingError::WrongStatus`], [`BookingError::NotFound`],
    /// and those of every write.
    pub async fn mark(
        &self,
        client: &Client,
        id: Uuid,
        mark: Mark,
        if_match: Option<u64>,
        ticket: Option<Ticket>,
    ) -> Result<Record, BookingError> {
        let command = Command::Mark { client: client.clone(), id, mark, if_match };
        self.send(command, ticket).await.and_then(recorded).map(|(record, _)| record)
    }

    /// What is known of `key` of `client` as a request with it begins; `hash` is a fingerprint of
    /// the request. Answers are kept for 24 hours. With [`Begin::New`] the ticket goes to the method
    /// that does what was asked, which keeps the answer that `render` makes in the same transaction;
    /// the answer to a request that failed is kept by [`Self::finish`].
    ///
    /// # Errors
    /// [`BookingError::Unavailable`].
    pub async fn begin(
        &self,
        client: &Client,
        key: &str,
        hash: &str,
        render: Render,
    ) -> Result<Begin, BookingError> {
        let Some(ticket) = self.inner.running.take(&client.name, key, hash, render) else {
            return Ok(Begin::Running);
        };
        let cutoff = self.now().timestamp_millis() - writer::KEEP_REPLIES;
        let read = async {
            self.inner.store.reader().await?.read().reply(&client.name, key, cutoff).await
        };
        let known = self.inner.store.in_time(read).await;
        Ok(match known.map_err(|error| self.inner.store_failed(&error))? {
            None => Begin::New(ticket),
            Some(reply) if reply.hash == hash => {
                Begin::Replay(Reply { status: reply.status, body: reply.body })
            }
            Some(_) => Begin::Conflict,
        })
    }

    /// Keeps the answer to a request that changed nothing, so that it is given again.
    ///
    /// # Errors
    /// Those of every write.
    pub async fn finish(&self, ticket: Ticket, reply: Reply) -> Result<(), BookingError> {
        self.send(Command::Answer(reply), Some(ticket)).await.map(|_| ())
    }

    /// The dates that could be booked of `scenario` now.
    pub fn horizon_of(&self, scenario: &Scenario) -> Horizon {
        let horizon = open::horizon(scenario, self.inner.settings.horizon_days, self.now());
        // Of an unknown zone, which is no scenario to book from.
        horizon.unwrap_or(scenario.horizon)
    }

    /// The store, for what is kept beside the book.
    pub fn store(&self) -> &Store {
        &self.inner.store
    }

    /// Does `work` on the store, of what is kept beside the book, no longer than the store's timeout.
    ///
    /// # Errors
    /// Those of every write.
    pub async fn beside<T>(
        &self,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, BookingError> {
        let done = self.inner.store.in_time(work).await;
        done.map_err(|error| self.inner.store_failed(&error))
    }

    /// Where the time comes from.
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.inner.clock
    }

    /// Whether bookings can be written: the clock can be relied on, and the store takes writes.
    ///
    /// # Errors
    /// [`BookingError::NotReady`].
    pub async fn ready(&self) -> Result<(), BookingError> {
        self.inner.trusted()?;
        let writes = self.inner.store.takes_writes().await;
        writes.map_err(|reason| BookingError::NotReady { reason })
    }

    /// Holds the clock against that of the store, where it has one. To be called every second or so.
    pub async fn compare_clocks(&self) {
        let asked = self.now();
        match self.inner.store.in_time(self.inner.store.clock()).await {
            Ok(Some(theirs)) => self.inner.clock.compare(times::from_milliseconds(theirs), asked),
            Ok(None) => {}
            Err(error) => tracing::debug!(%error, "the clock of the database cannot be asked"),
        }
        self.inner.note_trust();
    }

    /// What the office did since it was opened.
    pub fn counters(&self) -> &Counters {
        &self.inner.counters
    }

    /// Requests that wait for the writer.
    pub fn waiting(&self) -> usize {
        self.queue.max_capacity() - self.queue.capacity()
    }

    /// Finishes what is under way, then closes the store. Later writes are refused.
    pub async fn close(&self) {
        let (done, stopped) = oneshot::channel();
        if self.queue.send(Message::Stop(done)).await.is_ok() {
            // An error means that the writer is gone, which is what was asked for.
            let _ = stopped.await;
        }
        self.inner.store.close().await;
    }

    fn now(&self) -> chrono::DateTime<chrono::Utc> {
        self.inner.now()
    }

    /// Passes a command to the writer and waits for its answer.
    async fn send(&self, command: Command, ticket: Option<Ticket>) -> Outcome {
        let (answer, answered) = oneshot::channel();
        let message =
            Message::Job(Box::new(Job { command, ticket, act: self.act.clone(), answer }));
        self.queue.try_send(message).map_err(|_| BUSY)?;
        // The writer answers every command, unless it is lost with the store.
        answered.await.unwrap_or(Err(BUSY))
    }
}

/// The record that a command about a record leaves behind.
fn recorded(done: Option<(Record, bool)>) -> Result<(Record, bool), BookingError> {
    done.ok_or(BookingError::NotFound)
}
