//! The turn of one receiver: what waits for it and is due, then what is new.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::Sender;
use super::deliver::{self, Outcome};
use super::sign::signature;
use crate::booking::{BookingError, Client, Event, Subject};
use crate::http::outgoing::Target;
use crate::http::routes::event_view::EventView;
use crate::store::{WaitingRow, WebhookRow};

/// Milliseconds after which an event, or a receiver, is given up.
const DAY: i64 = 24 * 3600 * 1000;

/// The longest wait between two attempts, in milliseconds.
const LONGEST: i64 = 3600 * 1000;

/// Events that may wait for a receiver; behind them everything does.
const MOST_WAITING: u32 = 10_000;

/// Events of a turn: then others may be first.
const MOST_OF_TURN: usize = 500;

/// After so many events it is written how far the receiver is: so many may be told twice.
const NOTED: usize = 20;

/// A turn under way.
pub(super) struct Turn {
    sender: Sender,
    client: Client,
    webhook: WebhookRow,
    /// Appointments with an event that waits.
    stuck: BTreeSet<Uuid>,
    waits: Vec<WaitingRow>,
    done: Vec<u64>,
    /// Events since it was last written how far it is.
    since: usize,
}

/// Whether the turn goes on.
enum Next {
    On,
    Over,
}

impl Turn {
    pub(super) fn new(sender: Sender, client: Client, webhook: WebhookRow) -> Self {
        Self {
            sender,
            client,
            webhook,
            stuck: BTreeSet::new(),
            waits: Vec::new(),
            done: Vec::new(),
            since: 0,
        }
    }

    /// The id of the receiver, once its turn is over.
    pub(super) async fn run(mut self) -> Uuid {
        let id = self.webhook.id;
        if let Err(error) = self.tell().await {
            tracing::warn!(webhook = %id, %error, "a receiver cannot be told of events");
        }
        if let Err(error) = self.note(true).await {
            tracing::warn!(webhook = %id, %error, "what a receiver was told cannot be noted");
        }
        id
    }

    async fn tell(&mut self) -> Result<(), BookingError> {
        let target = match Target::parse(&self.webhook.url, self.sender.private) {
            Ok(target) => target,
            // It was allowed when it was made.
            Err(reason) => {
                self.fail(reason);
                return Ok(());
            }
        };
        let Some(count) = self.tell_waiting(&target).await? else { return Ok(()) };
        if count >= MOST_WAITING as usize {
            return Ok(());
        }
        self.tell_new(&target).await
    }

    /// What waits and is due. How many wait; `None` where the receiver cannot be reached.
    async fn tell_waiting(&mut self, target: &Target) -> Result<Option<usize>, BookingError> {
        let store = self.sender.office.store().clone();
        let id = self.webhook.id;
        let waiting = store.in_time(store.waiting(id, MOST_WAITING)).await;
        let waiting = waiting.map_err(|_| UNAVAILABLE)?;
        let count = waiting.len();
        for mut row in waiting {
            let now = self.sender.now();
            let is_stuck = row.promise.is_some_and(|promise| self.stuck.contains(&promise));
            if is_stuck || row.next_at > now {
                self.stuck.extend(row.promise);
                continue;
            }
            let Some(event) = self.sender.office.event(row.number).await? else {
                // It was erased with what it is about.
                self.done.push(row.number);
                continue;
            };
            if row.attempts == 0 {
                row.first_at = now;
            }
            match self.post(target, event).await {
                Outcome::Taken => {
                    self.done.push(row.number);
                    self.succeed();
                }
                Outcome::Refused(_) if now - row.first_at >= DAY => {
                    tracing::warn!(webhook = %id, event = row.number, "an event is given up");
                    self.done.push(row.number);
                    self.webhook.dropped += 1;
                }
                Outcome::Refused(reason) => {
                    self.webhook.last_failure = Some(reason);
                    self.stuck.extend(row.promise);
                    row.attempts += 1;
                    row.next_at = now + wait(row.attempts);
                    self.waits.push(row);
                }
                Outcome::Unreachable(reason) => {
                    self.fail(reason);
                    return Ok(None);
                }
            }
            self.note(false).await?;
        }
        Ok(Some(count))
    }

    /// What is new.
    async fn tell_new(&mut self, target: &Target) -> Result<(), BookingError> {
        let mut told = 0;
        loop {
            let (office, kinds) = (&self.sender.office, &self.webhook.kinds);
            let page = office.events(&self.client, self.webhook.position, kinds, 100).await?;
            let (after, more) = (page.after, page.more);
            for event in page.events {
                if let Next::Over = self.tell_one(target, event).await {
                    return Ok(());
                }
                told += 1;
                self.note(false).await?;
            }
            self.webhook.position = after.max(self.webhook.position);
            if !more || told >= MOST_OF_TURN {
                return Ok(());
            }
        }
    }

    async fn tell_one(&mut self, target: &Target, event: Event) -> Next {
        let (now, number) = (self.sender.now(), event.number);
        let promise = match event.subject {
            Subject::Promise { id, .. } => Some(id),
            _ => None,
        };
        let mut row = WaitingRow { number, promise, attempts: 0, first_at: now, next_at: 0 };
        if promise.is_some_and(|promise| self.stuck.contains(&promise)) {
            self.waits.push(row);
            self.webhook.position = number;
            return Next::On;
        }
        match self.post(target, event).await {
            Outcome::Taken => {
                self.succeed();
                self.webhook.position = number;
                Next::On
            }
            Outcome::Refused(reason) => {
                self.stuck.extend(promise);
                row.attempts = 1;
                row.next_at = now + wait(1);
                self.waits.push(row);
                self.webhook.position = number;
                // It may be the event, or the receiver: others follow, but not at once.
                self.fail(reason);
                Next::Over
            }
            Outcome::Unreachable(reason) => {
                self.fail(reason);
                Next::Over
            }
        }
    }

    async fn post(&self, target: &Target, event: Event) -> Outcome {
        let number = event.number;
        let Ok(body) = serde_json::to_vec(&EventView::new(event)) else {
            return Outcome::Refused("the event cannot be written".to_owned());
        };
        let seconds = self.sender.now() / 1000;
        let headers = [
            ("webhook-id", self.webhook.id.to_string()),
            ("webhook-event", number.to_string()),
            ("webhook-signature", signature(&self.webhook.secret, seconds, &body)),
        ];
        let outcome = deliver::post(target, self.sender.private, &headers, body).await;
        let name = match outcome {
            Outcome::Taken => "taken",
            Outcome::Refused(_) => "refused",
            Outcome::Unreachable(_) => "unreachable",
        };
        metrics::counter!("scheduler_webhook_requests_total", "outcome" => name).increment(1);
        outcome
    }

    fn succeed(&mut self) {
        self.since += 1;
        self.webhook.failures = 0;
        self.webhook.failing_since = None;
        self.webhook.next_at = 0;
    }

    fn fail(&mut self, reason: String) {
        let now = self.sender.now();
        let webhook = &mut self.webhook;
        webhook.failures = webhook.failures.saturating_add(1);
        webhook.last_failure = Some(reason);
        webhook.next_at = now + wait(webhook.failures);
        let since = *webhook.failing_since.get_or_insert(now);
        if now - since >= DAY {
            tracing::error!(webhook = %webhook.id, "a receiver has taken nothing for a day");
            webhook.disabled = true;
        }
        // Always noted.
        self.since = NOTED;
    }

    /// Writes how far the receiver is, now and then or `always`.
    async fn note(&mut self, always: bool) -> Result<(), BookingError> {
        if !always && self.since < NOTED && self.waits.len() + self.done.len() < NOTED {
            return Ok(());
        }
        self.since = 0;
        let (waits, done) = (std::mem::take(&mut self.waits), std::mem::take(&mut self.done));
        let store = self.sender.office.store();
        let kept = store.keep_webhook(self.sender.lease, &self.webhook, &waits, &done);
        match store.in_time(kept).await {
            Ok(true) => Ok(()),
            // Another process tells by now, or the receiver is gone.
            Ok(false) => Err(BookingError::NotFound),
            Err(_) => Err(UNAVAILABLE),
        }
    }
}

const UNAVAILABLE: BookingError =
    BookingError::Unavailable { retry_after: std::time::Duration::from_secs(2) };

/// How long to wait after so many attempts in vain, in milliseconds: twice as long each time.
fn wait(attempts: u32) -> i64 {
    let doublings = attempts.saturating_sub(1).min(20);
    (1000_i64 << doublings).min(LONGEST)
}
