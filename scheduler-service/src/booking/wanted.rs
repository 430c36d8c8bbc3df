//! What a request asks for, in terms of the problem.

use chrono::{DateTime, FixedOffset};
use scheduler_core::ledger::{BasketError, BasketItem, Visit};
use scheduler_core::time::Step;

use super::state::Frame;
use super::{HoldRequest, Place, Violation};
use crate::store::DayKey;

/// A visit and where it should be.
#[derive(Debug)]
pub(super) struct Wanted {
    pub basket: Vec<BasketItem>,
    pub visit: Visit,
    pub site_day: usize,
    pub start: Step,
}

/// What `request` asks for.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn resolve(frame: &Frame, request: &HoldRequest) -> Result<Wanted, Vec<Violation>> {
    let mut violations = Vec::new();
    let visit = visit(frame, request, &mut violations);
    let place = place(frame, &request.place).map_err(|more| violations.extend(more));
    match (visit, place) {
        (Some((basket, visit)), Ok((site_day, start))) if violations.is_empty() => {
            Ok(Wanted { basket, visit, site_day, start })
        }
        _ => Err(violations),
    }
}

fn visit(
    frame: &Frame,
    request: &HoldRequest,
    violations: &mut Vec<Violation>,
) -> Option<(Vec<BasketItem>, Visit)> {
    let ids = &frame.ids;
    let mut unknown = |pointer: String, what: &str, id: &str| {
        let detail = format!("there is no {what} {id:?}");
        violations.push(Violation { pointer, code: "unknown", detail });
    };
    let mut basket = Vec::with_capacity(request.basket.len());
    for (item, (id, persons)) in request.basket.iter().enumerate() {
        match ids.service(id) {
            Some(service) => basket.push(BasketItem { service, persons: *persons }),
            None => unknown(format!("/basket/{item}/service"), "service", id),
        }
    }
    let skills: Vec<Option<usize>> = request.skills.iter().map(|name| ids.skill(name)).collect();
    for (index, name) in request.skills.iter().enumerate() {
        if skills[index].is_none() {
            unknown(format!("/skills/{index}"), "skill", name);
        }
    }
    let clerk = request.staff.as_ref().map(|id| (id, ids.clerk(id)));
    if let Some((id, None)) = clerk {
        unknown("/staff".to_owned(), "clerk", id);
    }
    let room = request.room.as_ref().map(|id| (id, ids.room(id)));
    if let Some((id, None)) = room {
        unknown("/room".to_owned(), "room", id);
    }
    if basket.len() < request.basket.len() {
        return None;
    }
    match Visit::new(&frame.problem, &basket) {
        Ok(mut visit) => {
            for skill in skills.into_iter().flatten() {
                visit.skills.insert(skill);
            }
            visit.clerk = clerk.and_then(|(_, clerk)| clerk);
            visit.room = room.and_then(|(_, room)| room);
            Some((basket, visit))
        }
        Err(errors) => {
            violations.extend(errors.iter().map(of_basket));
            None
        }
    }
}

fn of_basket(error: &BasketError) -> Violation {
    let code = match error {
        BasketError::Empty => "empty",
        BasketError::TooMany { .. } => "too-many",
        BasketError::Persons { .. } => "persons",
        BasketError::Repeated { .. } => "repeated",
        BasketError::TooLong { .. } => "too-long",
        _ => "unknown",
    };
    let pointer = match error.item() {
        Some(item) => format!("/basket/{item}"),
        None => "/basket".to_owned(),
    };
    Violation { pointer, code, detail: error.to_string() }
}

/// The site-day and the step of `place`.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn place(frame: &Frame, place: &Place) -> Result<(usize, Step), Vec<Violation>> {
    let mut violations = Vec::new();
    if frame.ids.site(&place.site).is_none() {
        let detail = format!("there is no site {:?}", place.site);
        violations.push(Violation { pointer: "/site".to_owned(), code: "unknown", detail });
    }
    let start = start(frame, place.start).map_err(|violation| violations.push(violation));
    let found = start.ok().and_then(|(date, step)| {
        let key = DayKey { date, site: place.site.clone() };
        frame.site_day(&key).map(|site_day| (site_day, step))
    });
    match found {
        Some(found) if violations.is_empty() => Ok(found),
        _ => Err(violations),
    }
}

fn start(
    frame: &Frame,
    start: DateTime<FixedOffset>,
) -> Result<(chrono::NaiveDate, Step), Violation> {
    let problem = &frame.problem;
    let violation = |code, detail| Violation { pointer: "/start".to_owned(), code, detail };
    let wall_clock = problem.zone.wall_clock(start);
    let outside = || {
        let days = (problem.dates.first(), problem.dates.last());
        let detail = match days {
            (Some(first), Some(last)) => format!("the dates from {first} to {last} can be booked"),
            _ => "no date can be booked".to_owned(),
        };
        violation("outside-horizon", detail)
    };
    let (date, second) = wall_clock.ok_or_else(outside)?;
    if problem.dates.binary_search(&date).is_err() {
        return Err(outside());
    }
    let whole = second.is_multiple_of(60) && start.timestamp_subsec_nanos() == 0;
    let step = whole.then(|| problem.grid.step_at(second / 60)).flatten().ok_or_else(|| {
        let minutes = problem.grid.minutes();
        violation("off-grid", format!("starts are multiples of {minutes} minutes from midnight"))
    })?;
    Ok((date, step))
}
