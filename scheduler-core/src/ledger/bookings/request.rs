//! What is asked for by ids, and what it is in terms of a problem.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::ledger::{
    BasketError, BasketItem, ClerkIndex, Entry, Refusal, RoomIndex, Visit, offers::QueryError,
};
use crate::problem::Problem;
use crate::time::Step;

/// One service of a visit, for some persons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RequestedService {
    /// Id of the service.
    pub service: String,
    /// How many persons want it.
    pub persons: u32,
}

/// An appointment that somebody would like: what, where, when, by whom.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Request {
    /// Id of the site.
    pub site: String,
    /// All services, one after the other in one visit.
    pub services: Vec<RequestedService>,
    /// When it begins.
    pub start: DateTime<FixedOffset>,
    /// Id of the clerk, where only one will do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<String>,
    /// Id of the room, where only one will do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<String>,
    /// When a hold is free again; left out for an appointment that stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<DateTime<FixedOffset>>,
}

impl Request {
    /// An appointment for nothing yet: see [`Self::service`].
    pub fn new(site: impl Into<String>, start: DateTime<FixedOffset>) -> Self {
        Self {
            site: site.into(),
            services: Vec::new(),
            start,
            staff: None,
            room: None,
            expires_at: None,
        }
    }

    /// The same with one more service for so many persons.
    #[must_use]
    pub fn service(mut self, id: impl Into<String>, persons: u32) -> Self {
        self.services.push(RequestedService { service: id.into(), persons });
        self
    }

    /// The same with this clerk only.
    #[must_use]
    pub fn with_staff(self, id: impl Into<String>) -> Self {
        Self { staff: Some(id.into()), ..self }
    }

    /// The same in this room only.
    #[must_use]
    pub fn in_room(self, id: impl Into<String>) -> Self {
        Self { room: Some(id.into()), ..self }
    }

    /// The same as a hold that is free again at that instant.
    #[must_use]
    pub fn until(self, expires_at: DateTime<FixedOffset>) -> Self {
        Self { expires_at: Some(expires_at), ..self }
    }
}

/// One thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{pointer}: {message}")]
#[non_exhaustive]
pub struct RequestFault {
    /// Where, as a JSON pointer into the request, such as `"/services/0/persons"`.
    pub pointer: String,
    /// A stable code, such as `"unknown-service"`.
    pub code: &'static str,
    /// What is wrong and what would be right.
    pub message: String,
}

impl RequestFault {
    fn new(pointer: impl Into<String>, code: &'static str, message: String) -> Self {
        Self { pointer: pointer.into(), code, message }
    }
}

/// Why something was not done.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BookingError {
    /// The request makes no sense here; everything that is wrong with it.
    #[error("{}", listed(.0))]
    Invalid(Vec<RequestFault>),
    /// The request makes sense and cannot be met.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A search whose parts do not belong together.
    #[error(transparent)]
    Query(#[from] QueryError),
}

fn listed(faults: &[RequestFault]) -> String {
    let texts: Vec<String> = faults.iter().map(RequestFault::to_string).collect();
    texts.join("; ")
}

/// Ids of a problem.
#[derive(Debug, Clone)]
pub(super) struct Ids {
    sites: BTreeMap<String, usize>,
    services: BTreeMap<String, usize>,
    clerks: BTreeMap<String, usize>,
    rooms: BTreeMap<String, usize>,
}

impl Ids {
    pub(super) fn new(problem: &Problem) -> Self {
        fn by_id<T>(all: &[T], id: impl Fn(&T) -> &String) -> BTreeMap<String, usize> {
            all.iter().enumerate().map(|(index, one)| (id(one).clone(), index)).collect()
        }
        Self {
            sites: by_id(&problem.sites, |site| &site.id),
            services: by_id(&problem.services, |service| &service.id),
            clerks: by_id(&problem.clerks, |clerk| &clerk.id),
            rooms: by_id(&problem.rooms, |room| &room.id),
        }
    }

    pub(super) fn clerk(&self, id: &str) -> Option<ClerkIndex> {
        self.clerks.get(id).copied().map(ClerkIndex)
    }

    pub(super) fn room(&self, id: &str) -> Option<RoomIndex> {
        self.rooms.get(id).copied().map(RoomIndex)
    }
}

/// Reads parts of requests, and collects what is wrong with them.
#[derive(Debug)]
pub(super) struct Reader<'a> {
    problem: &'a Problem,
    ids: &'a Ids,
    faults: Vec<RequestFault>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(problem: &'a Problem, ids: &'a Ids) -> Self {
        Self { problem, ids, faults: Vec::new() }
    }

    /// What was read, if nothing was wrong.
    pub(super) fn finish<T>(self, read: Option<T>) -> Result<T, BookingError> {
        match read {
            Some(read) if self.faults.is_empty() => Ok(read),
            _ => Err(BookingError::Invalid(self.faults)),
        }
    }

    /// Names so many of the ids that would be right.
    fn find(
        &mut self,
        ids: &BTreeMap<String, usize>,
        id: &str,
        pointer: impl Into<String>,
        code: &'static str,
    ) -> Option<usize> {
        const MOST_NAMED: usize = 10;
        let found = ids.get(id).copied();
        if found.is_none() {
            let known: Vec<String> =
                ids.keys().take(MOST_NAMED).map(|id| format!("{id:?}")).collect();
            let more = if ids.len() > MOST_NAMED { ", …" } else { "" };
            let message = format!("there is no {id:?}, but {}{more}", known.join(", "));
            self.faults.push(RequestFault::new(pointer, code, message));
        }
        found
    }

    pub(super) fn site(&mut self, id: &str, pointer: impl Into<String>) -> Option<usize> {
        self.find(&self.ids.sites, id, pointer, "unknown-site")
    }

    /// The basket of what is asked for, and what it takes.
    pub(super) fn visit(
        &mut self,
        services: &[RequestedService],
        staff: Option<&str>,
        room: Option<&str>,
    ) -> Option<(Vec<BasketItem>, Visit)> {
        let before = self.faults.len();
        let mut basket = Vec::with_capacity(services.len());
        for (index, asked) in services.iter().enumerate() {
            let pointer = format!("/services/{index}/service");
            let service = self.find(&self.ids.services, &asked.service, pointer, "unknown-service");
            basket.extend(service.map(|service| BasketItem { service, persons: asked.persons }));
        }
        let clerk = staff.and_then(|id| self.find(&self.ids.clerks, id, "/staff", "unknown-staff"));
        let room = room.and_then(|id| self.find(&self.ids.rooms, id, "/room", "unknown-room"));
        // Positions are those of the request only where all of it is known.
        if basket.len() < services.len() {
            return None;
        }
        let visit = Visit::new(self.problem, &basket).map_err(|errors| {
            for error in errors {
                let pointer = match (&error, error.item()) {
                    (BasketError::Persons { .. }, Some(item)) => {
                        format!("/services/{item}/persons")
                    }
                    (_, Some(item)) => format!("/services/{item}/service"),
                    (_, None) => "/services".to_owned(),
                };
                self.faults.push(RequestFault::new(pointer, "basket", error.to_string()));
            }
        });
        let visit = visit.ok().filter(|_| self.faults.len() == before)?;
        Some((basket, visit.pinned(clerk.map(ClerkIndex), room.map(RoomIndex))))
    }

    /// The date and the step of the day at which `start` lies.
    pub(super) fn start(&mut self, start: DateTime<FixedOffset>) -> Option<(usize, Step)> {
        let problem = self.problem;
        let mut fault =
            |code, message| self.faults.push(RequestFault::new("/start", code, message));
        let Some((date, second)) = problem.zone.wall_clock(start) else {
            fault("outside-horizon", "that year cannot be computed with".to_owned());
            return None;
        };
        let Some(day) = day_of(problem, date) else {
            let (first, last) = (problem.dates.first(), problem.dates.last());
            let dates = first.zip(last).map(|(first, last)| format!("{first} to {last}"));
            let dates = dates.unwrap_or_else(|| "no date at all".to_owned());
            fault("outside-horizon", format!("{date} is not among the dates: {dates}"));
            return None;
        };
        let step = (second % 60 == 0 && start.timestamp_subsec_nanos() == 0)
            .then(|| problem.grid.step_at(second / 60))
            .flatten();
        if step.is_none() {
            let minutes = problem.grid.minutes();
            fault("off-grid", format!("starts are multiples of {minutes} minutes from midnight"));
        }
        Some((day, step?))
    }

    /// The site-day of a request, and the promise that it asks for under `id`.
    pub(super) fn request(&mut self, id: &str, request: &Request) -> Option<(usize, Entry)> {
        let site = self.site(&request.site, "/site");
        let start = self.start(request.start);
        let (staff, room) = (request.staff.as_deref(), request.room.as_deref());
        let visit = self.visit(&request.services, staff, room);
        let (site, (day, step), (basket, visit)) = (site?, start?, visit?);
        let expires_at = request.expires_at.map(|at| at.timestamp_millis());
        let entry = Entry::new(id, basket, visit, step).expiring(expires_at);
        Some((self.problem.site_day(site, day), entry))
    }
}

/// The position of `date` among the dates of `problem`.
pub(super) fn day_of(problem: &Problem, date: NaiveDate) -> Option<usize> {
    problem.dates.binary_search(&date).ok()
}
