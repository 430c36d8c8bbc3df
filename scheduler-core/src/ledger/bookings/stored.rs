//! Bookings as a store keeps them: by ids and instants, so that they outlive a change of the
//! scenario.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::request::{Ids, Reader, Request};
use super::{BookingError, Bookings};
use crate::ledger::{
    Block, Entry, Ledger, Limits, Stored, StoredBlock, StoredBreak, StoredSeat, Visit,
};
use crate::problem::Problem;
use crate::time::Window;

/// An appointment that has been booked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Appointment {
    /// Its id.
    pub id: String,
    /// What was asked for.
    pub request: Request,
    /// When it ends, as the citizen was told.
    pub end: DateTime<FixedOffset>,
    /// Id of the clerk who keeps it for now; another may on the day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub staff: Option<String>,
    /// Id of the room for now; none where none is needed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room: Option<String>,
}

/// A walk-in block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BookedBlock {
    /// Id of the site.
    pub site: String,
    /// Unique on its day at its site.
    pub number: u32,
    /// When it begins.
    pub start: DateTime<FixedOffset>,
    /// When it ends.
    pub end: DateTime<FixedOffset>,
    /// Ids of the quotas that it counts for.
    pub quotas: Vec<String>,
    /// Id of the clerk.
    pub staff: String,
    /// Id of the room.
    pub room: String,
    /// Whether clerk, room and time must stay.
    #[serde(default)]
    pub pinned: bool,
}

/// A break.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BookedBreak {
    /// Id of the site.
    pub site: String,
    /// Id of the clerk.
    pub staff: String,
    /// When it begins.
    pub start: DateTime<FixedOffset>,
    /// When it ends.
    pub end: DateTime<FixedOffset>,
    /// Whether it must stay there.
    #[serde(default)]
    pub pinned: bool,
}

/// Everything that a store has to keep of [`Bookings`].
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct StoredBookings {
    /// Appointments, by site, date and id.
    pub appointments: Vec<Appointment>,
    /// Walk-in blocks, by site and date.
    pub walk_in_blocks: Vec<BookedBlock>,
    /// Breaks, by site and date.
    pub breaks: Vec<BookedBreak>,
}

/// Bookings as far as what was stored still holds.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RestoredBookings {
    /// The bookings, without the stranded.
    pub bookings: Bookings,
    /// Appointments that cannot be kept beside the others, or that the scenario knows nothing of any
    /// more, and why.
    pub stranded: Vec<(Appointment, BookingError)>,
    /// Walk-in blocks that were given up; appointments come first.
    pub lost_blocks: Vec<BookedBlock>,
}

impl Bookings {
    /// What a store has to keep; what [`Self::restore`] takes.
    pub fn to_stored(&self) -> StoredBookings {
        let problem = &*self.book.problem;
        let mut all = StoredBookings::default();
        for (site_day, snapshot) in self.book.snapshots.iter().enumerate() {
            let here = &problem.site_days[site_day];
            let site = &problem.sites[here.site].id;
            let clerk = |seat: StoredSeat| problem.clerks[seat.clerk.0].id.clone();
            let stored = snapshot.ledger().to_stored();
            all.appointments.extend(
                stored
                    .promises
                    .iter()
                    .map(|(entry, seat)| appointment(problem, site_day, entry, *seat)),
            );
            all.walk_in_blocks.extend(stored.blocks.iter().filter_map(|stored| {
                let (block, seat) = (&stored.block, stored.seat?);
                let (start, end) = problem.instants(here.day, block.window);
                Some(BookedBlock {
                    site: site.clone(),
                    number: block.number,
                    start,
                    end,
                    quotas: block.quotas.iter().map(|&q| problem.quotas[q].id.clone()).collect(),
                    staff: clerk(seat),
                    room: problem.rooms[seat.room?.0].id.clone(),
                    pinned: block.pinned.is_some(),
                })
            }));
            all.breaks.extend(stored.breaks.iter().map(|rest| {
                let (start, end) = problem.instants(here.day, rest.window);
                let staff = problem.clerks[rest.clerk.0].id.clone();
                BookedBreak { site: site.clone(), staff, start, end, pinned: rest.pinned }
            }));
        }
        all
    }

    /// The bookings that were stored, as far as they still hold under `problem`, which may have
    /// changed since: other clerks and rooms are found where those of the store are gone, and what
    /// cannot be kept is listed, never dropped.
    pub fn restore(
        problem: impl Into<Arc<Problem>>,
        stored: &StoredBookings,
        limits: Limits,
    ) -> RestoredBookings {
        let problem = problem.into();
        let ids = Ids::new(&problem);
        let mut days: BTreeMap<usize, Stored> = BTreeMap::new();
        let mut stranded = Vec::new();
        for appointment in &stored.appointments {
            match entry(&problem, &ids, appointment) {
                Ok((site_day, entry)) => {
                    let clerk = appointment.staff.as_deref().and_then(|id| ids.clerk(id));
                    let room = appointment.room.as_deref().and_then(|id| ids.room(id));
                    let seat = clerk.map(|clerk| StoredSeat { clerk, room });
                    days.entry(site_day).or_default().promises.push((entry, seat));
                }
                Err(error) => stranded.push((appointment.clone(), error)),
            }
        }
        let mut lost_blocks = Vec::new();
        for block in &stored.walk_in_blocks {
            match stored_block(&problem, &ids, block) {
                Some((site_day, stored)) => days.entry(site_day).or_default().blocks.push(stored),
                None => lost_blocks.push(block.clone()),
            }
        }
        for rest in &stored.breaks {
            let place = window(&problem, &ids, &rest.site, (rest.start, rest.end));
            if let (Some((site_day, window)), Some(clerk)) = (place, ids.clerk(&rest.staff)) {
                let rest = StoredBreak::new(clerk, window).pinned(rest.pinned);
                days.entry(site_day).or_default().breaks.push(rest);
            }
        }
        let mut ledgers = Vec::with_capacity(problem.site_days.len());
        for site_day in 0..problem.site_days.len() {
            let kept = days.remove(&site_day).unwrap_or_default();
            let restored = Ledger::restore(&problem, site_day, &kept, limits);
            for (entry, refusal) in restored.stranded {
                let of_store = stored.appointments.iter().find(|one| {
                    *one.id == *entry.id && {
                        let at =
                            problem.instants(problem.site_days[site_day].day, entry.window()).0;
                        one.request.start == at
                    }
                });
                let lost = of_store.cloned();
                let lost = lost.unwrap_or_else(|| appointment(&problem, site_day, &entry, None));
                stranded.push((lost, refusal.into()));
            }
            for block in restored.lost_blocks {
                let site = &problem.sites[problem.site_days[site_day].site].id;
                let at = problem.instants(problem.site_days[site_day].day, block.window).0;
                let mut all = stored.walk_in_blocks.iter();
                let same = |one: &&BookedBlock| {
                    (&one.site, one.number, one.start) == (site, block.number, at)
                };
                lost_blocks.extend(all.find(same).cloned());
            }
            ledgers.push(restored.ledger);
        }
        let bookings = Self::from_ledgers(problem, ids, ledgers, None, limits);
        RestoredBookings { bookings, stranded, lost_blocks }
    }
}

/// A promise by ids.
pub(super) fn appointment(
    problem: &Problem,
    site_day: usize,
    entry: &Entry,
    seat: Option<StoredSeat>,
) -> Appointment {
    let here = &problem.site_days[site_day];
    let told = entry.visit.told_steps(problem.grid);
    let told = Window::new(entry.start, entry.start.saturating_add(told));
    let (start, end) = problem.instants(here.day, told);
    let mut request = Request::new(problem.sites[here.site].id.clone(), start);
    for item in entry.basket.iter() {
        request = request.service(problem.services[item.service].id.clone(), item.persons);
    }
    request.staff = entry.visit.clerk.map(|clerk| problem.clerks[clerk.0].id.clone());
    request.room = entry.visit.room.map(|room| problem.rooms[room.0].id.clone());
    request.expires_at = entry
        .expires_at
        .and_then(|at| Some(DateTime::from_timestamp_millis(at)?.with_timezone(start.offset())));
    Appointment {
        id: entry.id.to_string(),
        request,
        end,
        staff: seat.map(|seat| problem.clerks[seat.clerk.0].id.clone()),
        room: seat.and_then(|seat| seat.room).map(|room| problem.rooms[room.0].id.clone()),
    }
}

/// An appointment of the store as a promise: as long as the citizen was told, whatever its services
/// take by now.
fn entry(
    problem: &Problem,
    ids: &Ids,
    appointment: &Appointment,
) -> Result<(usize, Entry), BookingError> {
    let mut reader = Reader::new(problem, ids);
    let read = reader.request(&appointment.id, &appointment.request);
    let (site_day, mut entry) = reader.finish(read)?;
    let told = window(
        problem,
        ids,
        &appointment.request.site,
        (appointment.request.start, appointment.end),
    );
    if let Some((_, told)) = told {
        let minutes = problem.grid.minute_of(told.steps());
        let (clerk, room) = (entry.visit.clerk, entry.visit.room);
        if let Ok(visit) = Visit::promised(problem, &entry.basket, minutes) {
            entry.visit = visit.pinned(clerk, room);
        }
    }
    Ok((site_day, entry))
}

fn stored_block(problem: &Problem, ids: &Ids, block: &BookedBlock) -> Option<(usize, StoredBlock)> {
    let (site_day, window) = window(problem, ids, &block.site, (block.start, block.end))?;
    let here = &problem.site_days[site_day].quotas;
    let counted = |&quota: &usize| block.quotas.contains(&problem.quotas[quota].id);
    let quotas: Vec<usize> = here.iter().copied().filter(counted).collect();
    let clerk = ids.clerk(&block.staff);
    let seat = clerk.map(|clerk| StoredSeat { clerk, room: ids.room(&block.room) });
    // What counts for nothing any more is nothing to keep.
    let pinned = seat.filter(|_| block.pinned);
    (!quotas.is_empty() || pinned.is_some()).then(|| {
        let block = Block::new(block.number, window, quotas).pinned_to(pinned);
        (site_day, StoredBlock::new(block, seat))
    })
}

/// The site-day and the steps of a stretch of time.
fn window(
    problem: &Problem,
    ids: &Ids,
    site: &str,
    (start, end): (DateTime<FixedOffset>, DateTime<FixedOffset>),
) -> Option<(usize, Window)> {
    let mut reader = Reader::new(problem, ids);
    let (site, (day, from)) = (reader.site(site, "")?, reader.start(start)?);
    let (date, second) = problem.zone.end_wall_clock(end)?;
    let minute = (date == problem.dates[day]).then_some(second.div_ceil(60))?;
    let until = problem.grid.steps_for(minute);
    (from < until).then(|| (problem.site_day(site, day), Window::new(from, until)))
}
