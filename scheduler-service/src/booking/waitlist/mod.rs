//! Who waits for a visit, and what becomes of it.
//!
//! A wish waits, has an offer (a hold), and ends: booked, withdrawn, over, or after
//! too many offers without an answer. What is free is offered by [`Office::offer_starts`], which a
//! process calls again and again; where several do, the store lets one of them offer to a wish.

mod free;
mod offer;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate, TimeDelta};
use scheduler_core::problem::Problem;
use scheduler_core::time::Clock;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::request::{self, Found, Pins};
use super::{BookingError, Client, Office, Record, record, times};
use crate::store::{EventRow, Status, StoreError, WishRow};
use crate::violation::Violation;

pub use offer::Seen;

/// Wishes of one client that may wait at a time.
const MOST_OF_CLIENT: u32 = 50_000;

/// A visit that somebody would like, by ids of the scenario.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WishRequest {
    /// Ids of the services with the number of persons for each, at least one.
    pub basket: Vec<(String, u32)>,
    /// Skills that the clerk needs beyond those of the services.
    pub skills: Vec<String>,
    /// The clerk, where only one will do.
    pub staff: Option<String>,
    /// The room, where only one will do.
    pub room: Option<String>,
    /// Ids of the sites that will do.
    pub sites: Vec<String>,
    /// First and last date that will do.
    pub dates: (NaiveDate, NaiveDate),
    /// Days of the week that will do, counted from Monday, which is 0; all where empty.
    pub days: Vec<u8>,
    /// Hours of the day that will do; all where empty.
    pub hours: Vec<Hours>,
    /// Until when offers are made.
    pub until: DateTime<FixedOffset>,
}

/// Hours of the day, in minutes after midnight: from the first until before the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hours(pub u32, pub u32);

/// A start that was declined, or not answered: site, and milliseconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Refused(pub String, pub i64);

/// Where a wish stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WishStatus {
    /// Nothing is offered.
    Waiting,
    /// A start is held for it.
    Offered,
    /// It has an appointment.
    Booked,
    /// The client took it back.
    Withdrawn,
    /// Its time is over.
    Over,
    /// Several offers got no answer.
    Unanswered,
}

impl WishStatus {
    /// The name that the store keeps of those that end a wish.
    fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Offered => "offered",
            Self::Booked => "booked",
            Self::Withdrawn => "withdrawn",
            Self::Over => "over",
            Self::Unanswered => "unanswered",
        }
    }
}

/// A wish as its client sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiting {
    /// Its id.
    pub id: Uuid,
    /// Where it stands.
    pub status: WishStatus,
    /// What is wished for.
    pub request: WishRequest,
    /// What the client calls it.
    pub reference: Option<String>,
    /// The channel to book through.
    pub channel: Option<String>,
    /// Name of the client that it belongs to.
    pub client: String,
    /// The hold that is offered, or the appointment that it has become.
    pub booking: Option<Record>,
    /// Offers that ended without an answer.
    pub unanswered: u32,
    /// When it was made, and last changed.
    pub at: (DateTime<chrono::Utc>, DateTime<chrono::Utc>),
}

impl WishRequest {
    /// Everything that is wrong with it.
    #[must_use]
    pub fn violations(&self, problem: &Problem, now: DateTime<FixedOffset>) -> Vec<Violation> {
        let mut violations = Vec::new();
        let basket = self.basket.iter().map(|(service, persons)| (service.as_str(), *persons));
        violations
            .extend(request::visit(problem, basket, self.pins(), "").err().unwrap_or_default());
        for (index, id) in self.sites.iter().enumerate() {
            if request::site(problem, id).is_none() {
                violations.push(request::unknown(format!("/sites/{index}"), "site", id));
            }
        }
        let (first, last) = self.dates;
        let today = problem.zone.wall_clock(now).map(|(date, _)| date).unwrap_or_default();
        let mut wrong = |at: &str, code, detail| violations.push(Violation::new(at, code, detail));
        if last < first {
            let detail = format!("the window begins on {first} and ends on {last}, before");
            wrong("/window", "reversed", detail);
        } else if last < today {
            let detail = format!("the window ends on {last}, and today is {today}");
            wrong("/window", "past", detail);
        } else if last - first > TimeDelta::days(366) || last - today > TimeDelta::days(732) {
            let detail = format!("nobody waits for more than 366 days, or for {last}");
            wrong("/window", "window-too-large", detail);
        } else if !first.iter_days().take_while(|date| *date <= last).any(|date| self.is_day(date))
        {
            let detail = format!("none of these days is between {first} and {last}");
            wrong("/days", "never", detail);
        }
        if self.until <= now {
            wrong("/until", "past", format!("{} is over", self.until.to_rfc3339()));
        }
        for (index, Hours(from, until)) in self.hours.iter().enumerate() {
            if until <= from {
                let (from, until) = (Clock(*from), Clock(*until));
                let detail = format!("the hours begin at {from} and end at {until}");
                wrong(&format!("/hours/{index}"), "reversed", detail);
            }
        }
        violations
    }

    /// Whether `date` is one of the days of the week that will do.
    fn is_day(&self, date: NaiveDate) -> bool {
        let day = date.weekday().num_days_from_monday();
        self.days.is_empty() || self.days.iter().any(|&own| u32::from(own) == day)
    }

    /// What it needs besides services.
    fn pins(&self) -> Pins<'_> {
        let (staff, room) = (self.staff.as_deref(), self.room.as_deref());
        Pins { skills: &self.skills, staff, room }
    }

    /// What its visit takes.
    fn visit(&self, problem: &Problem) -> Found<free::Need> {
        let basket = self.basket.iter().map(|(service, persons)| (service.as_str(), *persons));
        let (basket, visit) = request::visit(problem, basket, self.pins(), "")?;
        Ok(free::Need { basket, visit })
    }
}

impl Office {
    /// Puts a wish of `client` on the waitlist under `id`, unless it is there: `hash` is a fingerprint
    /// of the request. The wish, and whether it is new.
    ///
    /// # Errors
    /// [`BookingError::Invalid`], [`BookingError::Duplicate`] where another request had the id,
    /// [`BookingError::TooManyWishes`], and those of every write.
    pub async fn wish(
        &self,
        client: &Client,
        (id, hash): (Uuid, &str),
        request: &WishRequest,
        reference: Option<String>,
    ) -> Result<(Waiting, bool), BookingError> {
        self.inner.trusted()?;
        let view = self.view().await?;
        let violations = request.violations(view.problem(), view.now);
        if !violations.is_empty() {
            return Err(BookingError::Invalid(violations));
        }
        let now = self.now().timestamp_millis();
        let row = WishRow {
            id,
            client: client.name.clone(),
            channel: client.channel.clone(),
            body: to_json(request),
            hash: hash.to_owned(),
            reference,
            waits_until: request.until.timestamp_millis(),
            hold: None,
            refused: "[]".to_owned(),
            unanswered: 0,
            ended: None,
            created_at: now,
            updated_at: now,
        };
        let added = self.inner.store.in_time(self.inner.store.add_wish(&row, MOST_OF_CLIENT)).await;
        let added = added.map_err(|error| self.inner.store_failed(&error))?;
        let kept = added.ok_or(BookingError::TooManyWishes { most: MOST_OF_CLIENT })?;
        if kept.hash != hash || kept.client != client.name {
            return Err(BookingError::Duplicate);
        }
        let new = kept == row;
        Ok((self.shown(vec![kept]).await?.remove(0), new))
    }

    /// The wish `id`.
    ///
    /// # Errors
    /// [`BookingError::NotFound`] and [`BookingError::Unavailable`].
    pub async fn wish_of(&self, client: &Client, id: Uuid) -> Result<Waiting, BookingError> {
        let row = self.wish_row(client, id).await?;
        Ok(self.shown(vec![row]).await?.remove(0))
    }

    /// The wishes that `client` may see, by age, at most `limit`, from the one after `after` on.
    ///
    /// # Errors
    /// [`BookingError::NotFound`] where there is no `after`, and [`BookingError::Unavailable`].
    pub async fn wishes(
        &self,
        client: &Client,
        waiting: bool,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<Waiting>, BookingError> {
        let after = match after {
            Some(id) => Some((self.wish_row(client, id).await?.created_at, id)),
            None => None,
        };
        let whose = (!client.reads_all()).then_some(client.name.as_str());
        let rows = self.inner.store.wishes(whose, waiting, after, limit);
        let rows = self.inner.store.in_time(rows).await;
        self.shown(rows.map_err(|error| self.inner.store_failed(&error))?).await
    }

    /// Takes a wish off the list, and gives back what is offered to it. Doing so twice is no error.
    ///
    /// # Errors
    /// [`BookingError::WrongStatus`] where it has an appointment, [`BookingError::NotFound`], and those
    /// of every write.
    pub async fn withdraw(&self, client: &Client, id: Uuid) -> Result<(), BookingError> {
        let mut row = self.wish_row(client, id).await?;
        self.give_up(client, &row).await?;
        if row.ended.is_none() {
            self.end_wish(&mut row, WishStatus::Withdrawn).await?;
        }
        Ok(())
    }

    /// Declines the hold that is offered to a wish, which goes on waiting for something else. Where
    /// another one is offered by now, or none, nothing changes.
    ///
    /// # Errors
    /// [`BookingError::WrongStatus`] where it has an appointment, [`BookingError::NotFound`], and those
    /// of every write.
    pub async fn decline(
        &self,
        client: &Client,
        id: Uuid,
        hold: Uuid,
    ) -> Result<Waiting, BookingError> {
        let row = self.wish_row(client, id).await?;
        if row.hold == Some(hold) {
            self.give_up(client, &row).await?;
            self.note_answers(vec![row]).await?;
        }
        self.wish_of(client, id).await
    }

    async fn give_up(&self, client: &Client, row: &WishRow) -> Result<(), BookingError> {
        let Some(hold) = row.hold else { return Ok(()) };
        match self.give_back(client, hold, true).await {
            // It is free by itself, or was never made.
            Ok(_)
            | Err(
                BookingError::HoldExpired | BookingError::HoldReleased | BookingError::NotFound,
            ) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn wish_row(&self, client: &Client, id: Uuid) -> Result<WishRow, BookingError> {
        let found = self.inner.store.in_time(self.inner.store.wish(id)).await;
        let found = found.map_err(|error| self.inner.store_failed(&error))?;
        found.filter(|row| client.owns(&row.client)).ok_or(BookingError::NotFound)
    }

    /// Ends a wish; whether nobody was faster.
    async fn end_wish(&self, row: &mut WishRow, why: WishStatus) -> Result<bool, BookingError> {
        row.ended = Some(why.name().to_owned());
        row.updated_at = self.now().timestamp_millis();
        self.write_wish(row.hold, row).await
    }

    async fn write_wish(&self, hold: Option<Uuid>, row: &WishRow) -> Result<bool, BookingError> {
        self.write_wish_telling(hold, row, None).await
    }

    /// The same, with what happened to its offer.
    async fn write_wish_telling(
        &self,
        hold: Option<Uuid>,
        row: &WishRow,
        event: Option<EventRow>,
    ) -> Result<bool, BookingError> {
        self.inner.trusted()?;
        let written = self.inner.store.change_wish(hold, row, event.as_slice());
        let (written, last) = self.beside(written).await?;
        if let Some(last) = last {
            self.inner.tell(last);
        }
        Ok(written)
    }

    /// Wishes with what became of their offers.
    pub(super) async fn shown(&self, rows: Vec<WishRow>) -> Result<Vec<Waiting>, BookingError> {
        let holds: Vec<Uuid> = rows.iter().filter_map(|row| row.hold).collect();
        let read = async { self.inner.store.reader().await?.read().promises(&holds).await };
        let found = self.inner.store.in_time(read).await;
        let found = found.map_err(|error| self.inner.store_failed(&error))?;
        let (state, now) = (self.inner.state(), self.now());
        let zone = &state.frame.problem.zone;
        rows.into_iter()
            .map(|row| {
                let kept = row.hold.and_then(|hold| found.get(&hold));
                let booking = kept.map(|(promise, _)| record::of(zone, promise)).filter(|record| {
                    let held = record.status == Status::Held;
                    let lapsed = record.expires_at.is_some_and(|at| at <= now);
                    record.status != Status::Released && !(held && lapsed)
                });
                let status = match (row.ended.as_deref(), &booking) {
                    (Some("withdrawn"), _) => WishStatus::Withdrawn,
                    (Some("over"), _) => WishStatus::Over,
                    (Some("unanswered"), _) => WishStatus::Unanswered,
                    (None, Some(record)) if record.status == Status::Held => WishStatus::Offered,
                    (None, None) => WishStatus::Waiting,
                    _ => WishStatus::Booked,
                };
                Ok(Waiting {
                    id: row.id,
                    status,
                    request: of_json(&row.body).map_err(|error| self.inner.store_failed(&error))?,
                    reference: row.reference,
                    channel: row.channel,
                    client: row.client,
                    booking,
                    unanswered: row.unanswered,
                    at: (
                        times::from_milliseconds(row.created_at),
                        times::from_milliseconds(row.updated_at),
                    ),
                })
            })
            .collect()
    }
}

fn to_json(value: &impl Serialize) -> String {
    // Texts, numbers and lists of them always can be written.
    serde_json::to_string(value).unwrap_or_default()
}

fn of_json<T: for<'de> Deserialize<'de>>(text: &str) -> Result<T, StoreError> {
    serde_json::from_str(text)
        .map_err(|error| StoreError::Corrupt { table: "wish", problem: error.to_string() })
}
