//! Visits from the book of the service: what was booked there and what became of it.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use scheduler_core::learn::{DAY, Learner, MINUTE, Outcome, Visit};
use scheduler_core::time::Zone;
use serde::Serialize;

use super::rows::Names;
use super::times::{days_of, wall};
use crate::store::{Archive, EventKind, PastRow, Status, StoreError};

/// Promises that are read at a time.
const PAGE: u32 = 1000;

/// What the book has, beside the visits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct BookRead {
    /// Appointments of days before today of which it is known what became of them.
    pub used: u64,
    /// Those of which nobody has noted whether somebody came.
    pub unmarked: u64,
    /// Appointments for several services, which count for the first of them.
    pub several_services: u64,
    /// Appointments taken over from another system, of which it is not known when they were made.
    pub taken_over: u64,
    /// Holds that became no appointment.
    pub holds_in_vain: u64,
    /// Appointments and holds that were erased since, as they were old.
    pub erased: u64,
    /// Sites and services that the scenario does not have, with their appointments, which are not used.
    pub unknown: BTreeMap<String, u64>,
    /// Wishes on the waitlist.
    pub wishes: u64,
    /// Those of them that got a time.
    pub wishes_booked: u64,
}

/// Gives all appointments of dates before `today` to `learner`, whose sites and services are those of
/// `names`.
///
/// # Errors
/// Those of the store.
pub async fn read(
    archive: &mut Archive,
    (names, zone): (&Names, &Zone),
    today: NaiveDate,
    learner: &mut Learner,
) -> Result<BookRead, StoreError> {
    let index = |names: &[(String, Option<String>)]| -> HashMap<String, usize> {
        names.iter().enumerate().map(|(index, (id, _))| (id.clone(), index)).collect()
    };
    let (sites, services) = (index(&names.sites), index(&names.services));
    let mut found = BookRead::default();
    let (counts, erased) = archive.past_counts(today).await?;
    let count = |status: Status| counts.get(status.name()).copied().unwrap_or_default();
    found.holds_in_vain = count(Status::Released) + count(Status::Held);
    found.erased = erased;
    (found.wishes, found.wishes_booked) = archive.wishes().await?;
    let mut after = None;
    loop {
        let page = archive.past(today, after, PAGE).await?;
        for row in &page {
            let Some(outcome) = outcome(row.status) else { continue };
            let Some((service, persons)) = row.basket.first() else { continue };
            let (Some(&site), Some(&index)) = (sites.get(&row.day.site), services.get(service))
            else {
                let site = sites.contains_key(&row.day.site);
                let name = if site { service } else { &row.day.site };
                *found.unknown.entry(name.clone()).or_default() += 1;
                continue;
            };
            found.several_services += u64::from(row.basket.len() > 1);
            let visit = visit(row, (site, index, *persons), zone);
            found.taken_over += u64::from(visit.booked_at.is_none());
            match outcome {
                Some(outcome) => {
                    found.used += 1;
                    learner.add(&Visit { outcome, ..visit });
                }
                None => {
                    found.unmarked += 1;
                    learner.add_unmarked(&visit);
                }
            }
        }
        after = page.last().map(|row| row.id);
        if page.len() < PAGE as usize {
            return Ok(found);
        }
    }
}

/// What became of it, as far as somebody has noted it; nothing of what was only held.
fn outcome(status: Status) -> Option<Option<Outcome>> {
    match status {
        Status::Held | Status::Released => None,
        Status::Booked | Status::Stranded => Some(None),
        // Who was there was served, unless somebody says otherwise.
        Status::Arrived | Status::Fulfilled => Some(Some(Outcome::Served)),
        Status::NoShow => Some(Some(Outcome::NoShow)),
        Status::Cancelled => Some(Some(Outcome::Cancelled)),
    }
}

/// The visit, whose outcome is said elsewhere. When service begins is not in the book.
fn visit(row: &PastRow, (site, service, persons): (usize, usize, u32), zone: &Zone) -> Visit {
    let at = |wanted: EventKind| {
        let of_kind = |(kind, at): &(EventKind, i64)| (*kind == wanted).then_some(*at);
        row.events.iter().rev().find_map(of_kind).and_then(|at| wall(zone, at))
    };
    // What was never held was taken over from elsewhere. Who has moved has chosen anew.
    let held = at(EventKind::Held).or_else(|| at(EventKind::WaitlistOffered));
    let booked = held.and_then(|_| at(EventKind::Moved).or(at(EventKind::Booked)));
    Visit {
        site,
        service,
        persons,
        booked_at: booked,
        appointment_at: Some(days_of(row.day.date) * DAY + i64::from(row.minute) * MINUTE),
        arrived_at: at(EventKind::Arrived),
        called_at: None,
        finished_at: at(EventKind::Fulfilled),
        counter: None,
        clerk: None,
        outcome: Outcome::Served,
    }
}
