//! What happened, for whoever wants to know: page by page, or as it happens.

use std::sync::{Arc, Weak};
use std::time::Duration;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use scheduler_core::time::Zone;
use tokio::sync::watch;
use uuid::Uuid;

use super::client::{CITIZEN, PLANNER, SERVICE};
use super::inner::Inner;
use super::{BookingError, Client, Office, Place, Status, times};
use crate::store::{EventKind, EventRow, StoreError};

/// How often it is looked, while somebody follows, whether other processes have written events.
const LOOK: Duration = Duration::from_millis(250);

/// Most that is told of what happened to one appointment.
const MOST_OF_ONE: u32 = 1000;

/// Who did something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A client, by the name of its key.
    Key(String),
    /// The citizen, with the secret of the appointment.
    Citizen,
    /// A planner, by hand.
    Planner,
    /// The service by itself.
    Service,
}

impl Actor {
    fn read(text: &str) -> Self {
        match text {
            CITIZEN => Self::Citizen,
            PLANNER => Self::Planner,
            SERVICE => Self::Service,
            other => Self::Key(other.strip_prefix("key ").unwrap_or(other).to_owned()),
        }
    }
}

/// What an event is about, as it is after it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// A hold or an appointment.
    Promise {
        /// Its id.
        id: Uuid,
        /// Whose it is.
        client: String,
        /// Where it stands.
        status: Status,
        /// Where and when.
        place: Place,
        /// First instant after.
        end: DateTime<FixedOffset>,
        /// Where and when it was, where it was moved.
        from: Option<Place>,
        /// What its client calls it.
        reference: Option<String>,
        /// Its version.
        version: u64,
    },
    /// A site on a date.
    SiteDay {
        /// Id of the site.
        site: String,
        /// The date.
        date: NaiveDate,
    },
    /// The scenario.
    Scenario {
        /// Its version.
        version: u64,
    },
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its place in the order of all.
    pub number: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub kind: EventKind,
    /// Who did it.
    pub by: Actor,
    /// Why, in the words of who did it.
    pub reason: Option<String>,
    /// What it is about.
    pub subject: Subject,
}

/// Some events, in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventPage {
    /// The events.
    pub events: Vec<Event>,
    /// What to ask for next: all up to here was looked at.
    pub after: u64,
    /// Whether there may be more by now.
    pub more: bool,
    /// Up to here some may be missing, as they were erased.
    pub erased: u64,
}

impl Office {
    /// At most `most` events after `after`, of `kinds`, that `client` may see: those of its own promises,
    /// and for planners all. A page may be empty where there are more.
    ///
    /// # Errors
    /// [`BookingError::Unavailable`].
    pub async fn events(
        &self,
        client: &Client,
        after: u64,
        kinds: &[EventKind],
        most: u32,
    ) -> Result<EventPage, BookingError> {
        let inner = &self.inner;
        let own = (!client.reads_all()).then_some(client.name.as_str());
        let read =
            async { inner.store.reader().await?.read().events(after, kinds, own, most).await };
        let page = inner.store.in_time(read).await.map_err(|error| inner.store_failed(&error))?;
        let zone = &inner.state().frame.problem.zone;
        Ok(EventPage {
            events: page.events.iter().map(|row| event(zone, row)).collect(),
            after: page.after,
            more: page.after < page.last,
            erased: page.erased,
        })
    }

    /// The event `number`, whoever may see it, where it is kept.
    ///
    /// # Errors
    /// [`BookingError::Unavailable`].
    pub(crate) async fn event(&self, number: u64) -> Result<Option<Event>, BookingError> {
        let inner = &self.inner;
        let row = inner.store.in_time(inner.store.event(number)).await;
        let row = row.map_err(|error| inner.store_failed(&error))?;
        let zone = &inner.state().frame.problem.zone;
        Ok(row.map(|row| event(zone, &row)))
    }

    /// The number of the last event.
    ///
    /// # Errors
    /// [`BookingError::Unavailable`].
    pub async fn last_event(&self) -> Result<u64, BookingError> {
        let inner = &self.inner;
        let read = async { inner.store.reader().await?.read().last_event().await };
        let last = inner.store.in_time(read).await.map_err(|error| inner.store_failed(&error))?;
        Ok(last.0)
    }

    /// What happened to the appointment `id`, in order.
    ///
    /// # Errors
    /// [`BookingError::NotFound`] and [`BookingError::Unavailable`].
    pub async fn history(&self, client: &Client, id: Uuid) -> Result<Vec<Event>, BookingError> {
        self.record(client, id).await?;
        let inner = &self.inner;
        let read = async { inner.store.reader().await?.read().history(id, MOST_OF_ONE).await };
        let rows = inner.store.in_time(read).await.map_err(|error| inner.store_failed(&error))?;
        let zone = &inner.state().frame.problem.zone;
        Ok(rows.iter().map(|row| event(zone, row)).collect())
    }

    /// Changes whenever there are events that there were not before; its value is the number of the
    /// last one that this process knows of.
    pub fn follow(&self) -> watch::Receiver<u64> {
        self.inner.told.subscribe()
    }

    /// The digest of the secret of the appointment `id`, and its client as far as the citizen speaks for
    /// it.
    ///
    /// # Errors
    /// [`BookingError::NotFound`] and [`BookingError::Unavailable`].
    pub async fn secret_of(&self, id: Uuid) -> Result<(String, Client), BookingError> {
        let inner = &self.inner;
        let read = async {
            let mut reader = inner.store.reader().await?;
            let digest = reader.read().secret(id).await?;
            let row = reader.read().promises(&[id]).await?.remove(&id);
            Ok::<_, StoreError>(digest.zip(row))
        };
        let found = inner.store.in_time(read).await.map_err(|error| inner.store_failed(&error))?;
        let (digest, (row, _)) = found.ok_or(BookingError::NotFound)?;
        Ok((digest, Client::citizen_of(row.client, row.channel)))
    }
}

/// Looks for the events of other processes while somebody follows, as long as the office is open.
pub(super) async fn listen(inner: Weak<Inner>) {
    loop {
        tokio::time::sleep(LOOK).await;
        let Some(inner) = inner.upgrade() else { return };
        if inner.told.receiver_count() > 0 {
            look(&inner).await;
        }
    }
}

async fn look(inner: &Arc<Inner>) {
    let read = async { inner.store.reader().await?.read().last_event().await };
    match inner.store.in_time(read).await {
        Ok((last, _)) => inner.tell(last),
        Err(error) => tracing::debug!(%error, "the events of others cannot be read"),
    }
}

fn event(zone: &Zone, row: &EventRow) -> Event {
    Event {
        number: row.number,
        at: times::from_milliseconds(row.at),
        kind: row.kind,
        by: Actor::read(&row.actor),
        reason: row.reason.clone(),
        subject: subject(zone, row),
    }
}

fn subject(zone: &Zone, row: &EventRow) -> Subject {
    let promise = row.promise.zip(row.client.clone()).zip(row.status);
    let when = row.site.clone().zip(row.date).zip(row.minute.zip(row.minutes));
    if let (Some(((id, client), status)), Some(((site, date), (minute, minutes)))) = (promise, when)
    {
        let from = row.from.as_ref().map(|from| Place {
            site: from.site.clone(),
            start: times::instant(zone, from.date, from.minute),
        });
        return Subject::Promise {
            id,
            client,
            status,
            place: Place { site, start: times::instant(zone, date, minute) },
            end: times::instant(zone, date, minute + minutes),
            from,
            reference: row.reference.clone(),
            version: row.version,
        };
    }
    match row.site.clone().zip(row.date) {
        Some((site, date)) => Subject::SiteDay { site, date },
        None => Subject::Scenario { version: row.version },
    }
}
