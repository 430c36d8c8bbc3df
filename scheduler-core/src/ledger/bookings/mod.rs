//! Bookings of all sites and dates by ids: the ledger for who embeds it.
//!
//! [`Bookings`] takes site, service, clerk and appointment ids and instants, and gives them back.
//! Behind it is the index form: one [`Ledger`](super::Ledger) for each site-day, in a
//! [`Book`](super::Book) for searching, which [`Bookings::book`] shows.
//!
//! ```
//! use scheduler_core::ledger::{Bookings, Limits, Request, Search};
//! use scheduler_core::problem::Problem;
//! use scheduler_core::scenario::Scenario;
//!
//! let scenario = Scenario::from_json(br#"{
//!     "schema": "scenario/1", "time_zone": "Europe/Berlin", "grid_minutes": 5,
//!     "horizon": { "from": "2027-03-01", "until": "2027-03-05" },
//!     "sites": [{ "id": "hall", "open": [{ "from": "08:00", "until": "09:00" }] }],
//!     "rooms": [{ "id": "r1", "site": "hall", "equipment": [] }],
//!     "services": [{ "id": "passport", "minutes": 30, "extra_person_minutes": 10,
//!         "max_persons": 4, "skills": [], "equipment": [], "value": 1 }],
//!     "staff": [{ "id": "kim", "skills": [],
//!         "shifts": [{ "site": "hall", "from": "08:00", "until": "09:00" }] }]
//! }"#)?;
//! let mut bookings = Bookings::new(Problem::new(&scenario)?)?;
//!
//! let now = "2027-02-20T12:00:00+01:00".parse()?;
//! let found = bookings.search(&Search::new(now).service("passport", 1))?;
//! let best = &found.starts[0];
//! let request = Request::new(&best.site, best.start).service("passport", 1);
//! let appointment = bookings.insert("a-1", &request)?;
//! assert_eq!(appointment.staff.as_deref(), Some("kim"));
//!
//! // What a store keeps is plain data; it outlives a change of the scenario.
//! let text = serde_json::to_string(&bookings.to_stored())?;
//! let stored = serde_json::from_str(&text)?;
//! let restored = Bookings::restore(Problem::new(&scenario)?, &stored, Limits::default());
//! assert_eq!(restored.bookings.get("a-1"), Some(appointment));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod request;
mod search;
mod stored;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};

pub use request::{BookingError, Request, RequestFault, RequestedService};
pub use search::{FreeStart, NoStart, Search, SearchResult};
pub use stored::{Appointment, BookedBlock, BookedBreak, RestoredBookings, StoredBookings};

use self::request::{Ids, Reader};
use self::stored::appointment;
use super::offers::{NotReleased, released};
use super::{Answer, Book, Entry, Ledger, LedgerError, Limits, Refusal, Snapshot};
use crate::plan::Prices;
use crate::problem::{Plan, Problem};

/// The appointments of a problem's sites and dates, and the proof that all can be kept.
///
/// A clone costs some bytes for each site-day; the two then go their own ways.
#[derive(Debug, Clone)]
pub struct Bookings {
    book: Book,
    ids: Ids,
    /// The site-day of each appointment.
    places: BTreeMap<Arc<str>, usize>,
    limits: Limits,
}

impl Bookings {
    /// The appointments of the scenario and nothing else.
    ///
    /// # Errors
    /// [`LedgerError::Stranded`] with all of them that nobody can keep.
    pub fn new(problem: impl Into<Arc<Problem>>) -> Result<Self, LedgerError> {
        Self::on_plan(problem.into(), None, None)
    }

    /// The same with the walk-in blocks and the breaks of a plan, and starts valued at its prices.
    /// The slots of the plan say nothing here: every start is free that some assignment allows.
    ///
    /// # Errors
    /// [`LedgerError::Stranded`] with all appointments and blocks that nobody can keep.
    pub fn planned(
        problem: impl Into<Arc<Problem>>,
        plan: &Plan,
        prices: Option<Prices>,
    ) -> Result<Self, LedgerError> {
        Self::on_plan(problem.into(), Some(plan), prices.map(Arc::new))
    }

    fn on_plan(
        problem: Arc<Problem>,
        plan: Option<&Plan>,
        prices: Option<Arc<Prices>>,
    ) -> Result<Self, LedgerError> {
        let limits = Limits::default();
        let mut ledgers = Vec::with_capacity(problem.site_days.len());
        let (mut promises, mut blocks) = (Vec::new(), Vec::new());
        for site_day in 0..problem.site_days.len() {
            let ledger = match plan {
                Some(plan) => Ledger::from_plan(&problem, site_day, plan, limits),
                None => Ledger::new(&problem, site_day, &[], limits),
            };
            match ledger {
                Ok(ledger) => ledgers.push(ledger),
                Err(LedgerError::Stranded { promises: lost, blocks: without }) => {
                    promises.extend(lost);
                    blocks.extend(without);
                }
            }
        }
        if ledgers.len() < problem.site_days.len() {
            return Err(LedgerError::Stranded { promises, blocks });
        }
        let ids = Ids::new(&problem);
        Ok(Self::from_ledgers(problem, ids, ledgers, prices.as_ref(), limits))
    }

    fn from_ledgers(
        problem: Arc<Problem>,
        ids: Ids,
        ledgers: Vec<Ledger>,
        prices: Option<&Arc<Prices>>,
        limits: Limits,
    ) -> Self {
        let mut places = BTreeMap::new();
        for (site_day, ledger) in ledgers.iter().enumerate() {
            places.extend(ledger.promises().map(|(entry, _)| (Arc::clone(&entry.id), site_day)));
        }
        let snapshots = ledgers.into_iter().map(|ledger| {
            Arc::new(match prices {
                Some(prices) => Snapshot::with_prices(ledger, 0, Arc::clone(prices)),
                None => Snapshot::new(ledger, 0),
            })
        });
        let book = Book { snapshots: snapshots.collect(), problem };
        Self { book, ids, places, limits }
    }

    /// The same with other limits of work.
    #[must_use]
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The index form of what is booked.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// The appointment called `id`, and who keeps it for now.
    pub fn get(&self, id: &str) -> Option<Appointment> {
        let site_day = *self.places.get(id)?;
        let (entry, seat) = self.book.snapshots[site_day].ledger().get(id)?;
        Some(appointment(&self.book.problem, site_day, entry, Some(seat.into())))
    }

    /// Whether the request can be met: [`Answer::Unknown`] where the limits were reached first.
    ///
    /// # Errors
    /// [`BookingError::Invalid`] with everything that is wrong with the request.
    pub fn check(&self, request: &Request) -> Result<Answer, BookingError> {
        let (site_day, entry) = self.read("", request)?;
        let ledger = self.book.snapshots[site_day].ledger();
        Ok(ledger.check(&entry.visit, entry.start, self.limits))
    }

    /// Whether the start of the request is released to `channel` at `now`, whatever is free.
    ///
    /// # Errors
    /// [`BookingError::Invalid`] with everything that is wrong with the request.
    pub fn released(
        &self,
        request: &Request,
        now: DateTime<FixedOffset>,
        channel: Option<&str>,
    ) -> Result<Result<(), NotReleased>, BookingError> {
        let (site_day, entry) = self.read("", request)?;
        let snapshot = &self.book.snapshots[site_day];
        Ok(released(&self.book.problem, channel, snapshot, entry.window(), now))
    }

    /// Books the appointment under `id`, others changing clerks and rooms where need be. Release
    /// policies do not matter here: ask [`Self::released`].
    ///
    /// # Errors
    /// Why it was not booked; nothing has changed then.
    pub fn insert(&mut self, id: &str, request: &Request) -> Result<Appointment, BookingError> {
        let (site_day, entry) = self.read(id, request)?;
        if self.places.contains_key(id) {
            return Err(Refusal::Duplicate.into());
        }
        let place = (Arc::clone(&entry.id), site_day);
        let mut ledger = self.book.snapshots[site_day].ledger().clone();
        ledger.insert(entry, self.limits)?;
        self.publish(site_day, ledger);
        self.places.extend([place]);
        self.get(id).ok_or_else(|| Refusal::NotFound.into())
    }

    /// Puts the appointment called `id` where `request` says, for what it says. The old one is given
    /// up only if the new one stands.
    ///
    /// # Errors
    /// Why it was not; nothing has changed then.
    pub fn reschedule(&mut self, id: &str, request: &Request) -> Result<Appointment, BookingError> {
        let (site_day, entry) = self.read(id, request)?;
        let old = *self.places.get(id).ok_or(Refusal::NotFound)?;
        let mut ledger = self.book.snapshots[site_day].ledger().clone();
        let place = (Arc::clone(&entry.id), site_day);
        if old == site_day {
            ledger.reschedule(entry, self.limits)?;
        } else {
            ledger.insert(entry, self.limits)?;
            let mut before = self.book.snapshots[old].ledger().clone();
            before.remove(id);
            self.publish(old, before);
        }
        self.publish(site_day, ledger);
        self.places.extend([place]);
        self.get(id).ok_or_else(|| Refusal::NotFound.into())
    }

    /// Cancels the appointment called `id`, which is given back.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn cancel(&mut self, id: &str) -> Result<Appointment, BookingError> {
        let site_day = *self.places.get(id).ok_or(Refusal::NotFound)?;
        let mut ledger = self.book.snapshots[site_day].ledger().clone();
        let seat = ledger.get(id).map(|(_, seat)| seat.into());
        let entry = ledger.remove(id).ok_or(Refusal::NotFound)?;
        self.publish(site_day, ledger);
        self.places.remove(id);
        Ok(appointment(&self.book.problem, site_day, &entry, seat))
    }

    /// Makes an appointment of the hold called `id`.
    ///
    /// # Errors
    /// [`Refusal::NotFound`].
    pub fn confirm(&mut self, id: &str) -> Result<Appointment, BookingError> {
        let site_day = *self.places.get(id).ok_or(Refusal::NotFound)?;
        let mut ledger = self.book.snapshots[site_day].ledger().clone();
        ledger.set_expiry(id, None);
        self.publish(site_day, ledger);
        self.get(id).ok_or_else(|| Refusal::NotFound.into())
    }

    /// Takes out the holds that are over at `now`, and gives them back.
    pub fn expire(&mut self, now: DateTime<FixedOffset>) -> Vec<Appointment> {
        let now = now.timestamp_millis();
        let mut over = Vec::new();
        for site_day in 0..self.book.snapshots.len() {
            let ledger = self.book.snapshots[site_day].ledger();
            if ledger.next_expiry().is_none_or(|next| next > now) {
                continue;
            }
            let mut ledger = ledger.clone();
            let gone: Vec<Entry> = ledger.expire(now);
            self.publish(site_day, ledger);
            for entry in gone {
                self.places.remove(&entry.id);
                over.push(appointment(&self.book.problem, site_day, &entry, None));
            }
        }
        over
    }

    fn read(&self, id: &str, request: &Request) -> Result<(usize, Entry), BookingError> {
        let mut reader = Reader::new(&self.book.problem, &self.ids);
        let read = reader.request(id, request);
        reader.finish(read)
    }

    fn publish(&mut self, site_day: usize, ledger: Ledger) {
        let before = &self.book.snapshots[site_day];
        let version = before.version() + 1;
        self.book.snapshots[site_day] =
            Arc::new(before.successor(&self.book.problem, ledger, version));
    }
}
