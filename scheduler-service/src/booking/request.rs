//! What a request for a visit asks for, in terms of the problem: the one place where the ids of
//! services, skills, clerks, rooms and sites are looked up, and a start becomes a step.

use chrono::{DateTime, FixedOffset};
use scheduler_core::ledger::{BasketError, BasketItem, ClerkIndex, RoomIndex, Visit};
use scheduler_core::problem::Problem;
use scheduler_core::time::Step;

use super::{HoldRequest, Place, VisitChange};
use crate::store::PromiseRow;
use crate::violation::Violation;

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
pub(super) fn resolve(problem: &Problem, request: &HoldRequest) -> Found<Wanted> {
    let wanted = visit(problem, request.basket(), request.pins(), "");
    let place = at_place(problem, &request.place);
    match (wanted, place) {
        (Ok((basket, visit)), Ok((site_day, start))) => {
            Ok(Wanted { basket, visit, site_day, start })
        }
        (wanted, place) => Err(wanted.err().into_iter().chain(place.err()).flatten().collect()),
    }
}

/// The site-day and the step of `wanted`.
///
/// # Errors
/// Everything that is wrong with it.
pub(super) fn at_place(problem: &Problem, wanted: &Place) -> Found<(usize, Step)> {
    let found = site(problem, &wanted.site)
        .ok_or_else(|| unknown("/site".to_owned(), "site", &wanted.site));
    let when = moment(problem, wanted.start)
        .map_err(|(code, detail)| Violation::new("/start", code, detail));
    match (found, when) {
        (Ok(site), Ok((day, step))) => Ok((problem.site_day(site, day), step)),
        (found, when) => Err(found.err().into_iter().chain(when.err()).collect()),
    }
}

impl HoldRequest {
    /// The services by their ids, with the persons for each.
    pub(super) fn basket(&self) -> impl Iterator<Item = (&str, u32)> {
        self.basket.iter().map(|(service, persons)| (service.as_str(), *persons))
    }

    /// What is wrong with visit and site, whatever the start: that is told with other starts instead.
    pub fn violations(&self, problem: &Problem) -> Vec<Violation> {
        let of_visit = visit(problem, self.basket(), self.pins(), "").err();
        let of_site = site(problem, &self.place.site)
            .is_none()
            .then(|| unknown("/site".to_owned(), "site", &self.place.site));
        let reference = self.reference.iter();
        let of_reference = reference.filter_map(|text| Violation::of_text("/reference", text));
        of_visit.into_iter().flatten().chain(of_site).chain(of_reference).collect()
    }

    /// What it needs besides them.
    pub(super) fn pins(&self) -> Pins<'_> {
        let (staff, room) = (self.staff.as_deref(), self.room.as_deref());
        Pins { skills: &self.skills, staff, room }
    }
}

impl VisitChange {
    /// Changes what `row` asks for; whether that is another than before.
    pub(super) fn apply(&self, row: &mut PromiseRow) -> bool {
        let asked = |row: &PromiseRow| {
            let pins = (row.pinned_staff.clone(), row.pinned_room.clone());
            (row.basket.clone(), row.skills.clone(), pins)
        };
        let before = asked(row);
        if let Some(basket) = &self.basket {
            row.basket.clone_from(basket);
            (row.pinned_staff, row.pinned_room) = (None, None);
            row.skills.clear();
        }
        if let Some(skills) = &self.skills {
            row.skills.clone_from(skills);
        }
        if self.staff.is_some() {
            row.pinned_staff.clone_from(&self.staff);
        }
        if self.room.is_some() {
            row.pinned_room.clone_from(&self.room);
        }
        asked(row) != before
    }
}

/// Values by index, or everything that is wrong with what names them.
pub type Found<T> = Result<T, Vec<Violation>>;

/// What a visit needs besides its services.
#[derive(Debug, Clone, Copy, Default)]
pub struct Pins<'a> {
    /// More skills.
    pub skills: &'a [String],
    /// The clerk.
    pub staff: Option<&'a str>,
    /// The room.
    pub room: Option<&'a str>,
}

/// What a basket takes: its items by index and the visit.
///
/// # Errors
/// Everything that is wrong with the basket and the pins, which are fields of what is at `at`.
pub fn visit<'b>(
    problem: &Problem,
    basket: impl IntoIterator<Item = (&'b str, u32)>,
    pins: Pins<'_>,
    at: &str,
) -> Found<(Vec<BasketItem>, Visit)> {
    let mut violations = Vec::new();
    let basket = items(problem, basket, &format!("{at}/basket"));
    let basket = basket.map_err(|wrong| violations.extend(wrong)).ok();
    let mut skills = Vec::new();
    for (index, name) in pins.skills.iter().enumerate() {
        match problem.skills.iter().position(|skill| skill == name) {
            Some(skill) => skills.push(skill),
            None => violations.push(unknown(format!("{at}/skills/{index}"), "skill", name)),
        }
    }
    let clerk = pins.staff.map(|id| {
        let clerk = problem.clerks.iter().position(|clerk| clerk.id == id);
        clerk.ok_or_else(|| unknown(format!("{at}/staff"), "clerk", id))
    });
    let room = pins.room.map(|id| {
        let room = problem.rooms.iter().position(|room| room.id == id);
        room.ok_or_else(|| unknown(format!("{at}/room"), "room", id))
    });
    let clerk = clerk.transpose().map_err(|wrong| violations.push(wrong)).ok().flatten();
    let room = room.transpose().map_err(|wrong| violations.push(wrong)).ok().flatten();
    match basket {
        Some((items, mut visit)) if violations.is_empty() => {
            skills.into_iter().for_each(|skill| {
                visit.skills.insert(skill);
            });
            visit.clerk = clerk.map(ClerkIndex);
            visit.room = room.map(RoomIndex);
            Ok((items, visit))
        }
        _ => Err(violations),
    }
}

/// A basket, which is at `at`, by index.
fn items<'b>(
    problem: &Problem,
    basket: impl IntoIterator<Item = (&'b str, u32)>,
    at: &str,
) -> Found<(Vec<BasketItem>, Visit)> {
    let mut violations = Vec::new();
    // With the positions, as unknown services are left out.
    let (mut items, mut positions) = (Vec::new(), Vec::new());
    for (position, (id, persons)) in basket.into_iter().enumerate() {
        match problem.services.iter().position(|service| service.id == id) {
            Some(service) => {
                items.push(BasketItem { service, persons });
                positions.push(position);
            }
            None => {
                let pointer = format!("{at}/{position}/service");
                violations.push(unknown(pointer, "service", id));
            }
        }
    }
    // An empty basket is one only where nothing was left out.
    if items.is_empty() && !violations.is_empty() {
        return Err(violations);
    }
    match Visit::new(problem, &items) {
        Ok(visit) if violations.is_empty() => return Ok((items, visit)),
        Ok(_) => {}
        Err(errors) => violations.extend(errors.iter().map(|error| {
            let place = match error.item().and_then(|item| positions.get(item)) {
                Some(position) => format!("{at}/{position}{}", field_of(error)),
                None => at.to_owned(),
            };
            Violation::new(place, basket_code(error), error.to_string())
        })),
    }
    Err(violations)
}

fn field_of(error: &BasketError) -> &'static str {
    match error {
        BasketError::Persons { .. } => "/persons",
        BasketError::NoService { .. } | BasketError::Repeated { .. } => "/service",
        _ => "",
    }
}

fn basket_code(error: &BasketError) -> &'static str {
    match error {
        BasketError::Empty => "empty",
        BasketError::TooMany { .. } => "too-many",
        BasketError::NoService { .. } => "unknown",
        BasketError::Persons { .. } => "range",
        BasketError::Repeated { .. } => "repeated",
        BasketError::TooLong { .. } => "too-long",
        _ => "basket",
    }
}

/// What `row` asks for, as its services are by now.
///
/// # Errors
/// Everything of it that the scenario does not know.
pub(super) fn anew(problem: &Problem, row: &PromiseRow) -> Found<(Vec<BasketItem>, Visit)> {
    let (staff, room) = (row.pinned_staff.as_deref(), row.pinned_room.as_deref());
    let items = row.basket.iter().map(|(service, persons)| (service.as_str(), *persons));
    visit(problem, items, Pins { skills: &row.skills, staff, room }, "")
}

/// Index of the site called `id`.
pub fn site(problem: &Problem, id: &str) -> Option<usize> {
    problem.sites.iter().position(|site| site.id == id)
}

/// Something of the kind `kind` that is not in the scenario.
pub fn unknown(pointer: String, kind: &str, id: &str) -> Violation {
    Violation::new(pointer, "unknown", format!("there is no {kind} {id:?}"))
}

/// The day of the horizon and the step at which a visit that starts at `start` begins.
///
/// # Errors
/// Why no visit begins then, whatever is booked: code and words.
pub fn moment(
    problem: &Problem,
    start: DateTime<FixedOffset>,
) -> Result<(usize, Step), (&'static str, String)> {
    let shown = start.to_rfc3339();
    let outside = || {
        let days = match (problem.dates.first(), problem.dates.last()) {
            (Some(first), Some(last)) => format!("the dates from {first} to {last} can be booked"),
            _ => "no date can be booked".to_owned(),
        };
        ("outside-horizon", format!("{shown}: {days}"))
    };
    let (date, second) = problem.zone.wall_clock(start).ok_or_else(outside)?;
    let day = problem.dates.binary_search(&date).map_err(|_| outside())?;
    let grid = problem.grid;
    let whole = second.is_multiple_of(60) && start.timestamp_subsec_nanos() == 0;
    let step = if whole { grid.step_at(second / 60) } else { None };
    let step = step.ok_or_else(|| {
        ("off-grid", format!("{shown} is not on the grid of {} minutes", grid.minutes()))
    })?;
    Ok((day, step))
}
