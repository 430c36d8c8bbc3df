//! What several paths take and give: baskets, windows, places, and how ids become indices.

use std::ops::Range;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use chrono::{DateTime, FixedOffset, NaiveDate};
use scheduler_core::ledger::{BasketError, BasketItem, ClerkIndex, RoomIndex, Visit};
use scheduler_core::problem::Problem;
use scheduler_core::scenario::codes::{self, Code};
use scheduler_core::scenario::wire::{Form, Kind, Reader, Tree, Wire};
use scheduler_core::time::{Clock, Step, Window};
use scheduler_core::wire;
use serde::Serialize;
use uuid::Uuid;

use crate::http::app::Shared;
use crate::http::problem::{self, Answer, HttpError, Violation};

wire! {
    /// A service for some persons.
    #[derive(Eq)]
    pub struct BasketEntry {
        /// Id of the service.
        #[wire(length = (1, 1000), example = r#""passport""#)]
        pub service: String,
        /// How many persons want it; 1 where left out.
        #[wire(within = (1.0, 1000.0), example = "1", always)]
        pub persons: u32 = 1,
    }

    /// Dates, both ends included.
    #[derive(Copy, Eq)]
    pub struct DateWindow {
        /// First date.
        #[wire(example = r#""2027-03-01""#)]
        pub from: NaiveDate,
        /// Last date.
        #[wire(example = r#""2027-03-14""#)]
        pub until: NaiveDate,
    }

    /// Hours of the day.
    #[derive(Copy, Eq)]
    pub struct Hours {
        /// First start.
        #[wire(example = r#""08:00""#)]
        pub from: Clock,
        /// Starts are before this.
        #[wire(example = r#""12:00""#)]
        pub until: Clock,
    }
}

/// The id of a hold or an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct BookingId(pub Uuid);

impl Wire for BookingId {
    const KIND: Kind = Kind::Form(&Form {
        name: "",
        format: "uuid",
        expected: "a UUID such as \"0193a3b2-7c1e-7d7b-8a52-2f0f2a7c9d10\"",
        pattern: "",
        example: "0193a3b2-7c1e-7d7b-8a52-2f0f2a7c9d10",
        code: Code { name: "format", meaning: "a text is no UUID", ..codes::TIME_FORMAT },
    });

    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let Kind::Form(form) = Self::KIND else { return Self(Uuid::nil()) };
        Self(reader.text(tree, form, |text| Uuid::try_parse(text).ok()).unwrap_or_default())
    }
}

wire! {
    /// Dates, both ends included.
    #[derive(Copy, Eq)]
    pub struct DateWindow {
        /// First date.
        #[wire(example = r#""2027-03-01""#)]
        pub from: NaiveDate,
        /// Last date.
        #[wire(example = r#""2027-03-14""#)]
        pub until: NaiveDate,
    }

    /// Hours of the day.
    #[derive(Copy, Eq)]
    pub struct Hours {
        /// First start.
        pub from: Clock,
        /// Starts are before this.
        pub until: Clock,
    }
}

/// The id in a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Id(pub String);

impl FromRequestParts<Shared> for Id {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, app: &Shared) -> Answer<Self> {
        let id = Path::<String>::from_request_parts(parts, app).await;
        // Bytes that are no text are the id of nothing.
        let nothing = |_| HttpError::new(problem::NOT_FOUND, "the id in the path is no UTF-8");
        id.map(|Path(id)| Self(id)).map_err(nothing)
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
pub fn visit(
    problem: &Problem,
    basket: &[BasketEntry],
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
            Ok((items, visit.pinned(clerk.map(ClerkIndex), room.map(RoomIndex))))
        }
        _ => Err(violations),
    }
}

/// A basket, which is at `at`, by index.
fn items(problem: &Problem, basket: &[BasketEntry], at: &str) -> Found<(Vec<BasketItem>, Visit)> {
    let mut violations = Vec::new();
    // With the positions, as unknown services are left out.
    let (mut items, mut positions) = (Vec::new(), Vec::new());
    for (position, entry) in basket.iter().enumerate() {
        match problem.services.iter().position(|service| service.id == entry.service) {
            Some(service) => {
                items.push(BasketItem { service, persons: entry.persons });
                positions.push(position);
            }
            None => {
                let pointer = format!("{at}/{position}/service");
                violations.push(unknown(pointer, "service", &entry.service));
            }
        }
    }
    if items.is_empty() && !basket.is_empty() {
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

/// Indices of the sites called `ids`, each once; of all sites where there is no list.
///
/// # Errors
/// The ids, listed at `at`, that are no site's.
pub fn sites(problem: &Problem, ids: Option<&[String]>, at: &str) -> Found<Vec<usize>> {
    let Some(ids) = ids else { return Ok((0..problem.sites.len()).collect()) };
    let (mut sites, mut violations) = (Vec::new(), Vec::new());
    for (index, id) in ids.iter().enumerate() {
        match site(problem, id) {
            Some(site) if sites.contains(&site) => {}
            Some(site) => sites.push(site),
            None => violations.push(unknown(format!("{at}/{index}"), "site", id)),
        }
    }
    if violations.is_empty() { Ok(sites) } else { Err(violations) }
}

/// Index of the site called `id`.
pub fn site(problem: &Problem, id: &str) -> Option<usize> {
    problem.sites.iter().position(|site| site.id == id)
}

/// Something of the kind `kind` that is not in the scenario.
pub fn unknown(pointer: String, kind: &str, id: &str) -> Violation {
    Violation::new(pointer, "unknown", format!("there is no {kind} {id:?}"))
}

/// The days of the horizon within `window`, from `today` on; without a window `most` of them.
///
/// # Errors
/// A window that is reversed, past, or of more than `most` days.
pub fn days(
    problem: &Problem,
    window: Option<&DateWindow>,
    today: NaiveDate,
    most: u32,
) -> Found<Range<usize>> {
    // Number of dates before.
    let before = |date: NaiveDate| problem.dates.partition_point(|&other| other < date);
    let Some(&DateWindow { from, until }) = window else {
        let first = before(today);
        return Ok(first..problem.dates.len().min(first + most as usize));
    };
    let wrong = |code, detail| Err(vec![Violation::new("/window", code, detail)]);
    if until < from {
        return wrong(
            "reversed",
            format!("the window begins on {from} and ends on {until}, before"),
        );
    }
    let count = until.signed_duration_since(from).num_days() + 1;
    if count > i64::from(most) {
        let detail = format!("the window has {count} days, at most {most} are searched at once");
        return wrong("window-too-large", detail);
    }
    if until < today {
        return wrong("past", format!("the window ends on {until}, and today is {today}"));
    }
    let after = until.succ_opt().map_or(problem.dates.len(), before);
    Ok(before(from.max(today))..after)
}

/// Steps of the day between `hours`; a time off the grid counts as the next step.
///
/// # Errors
/// Hours, at `at`, that end before they begin.
pub fn hours(problem: &Problem, hours: &Hours, at: &str) -> Found<Window> {
    let (from, until) = (hours.from, hours.until);
    if until <= from {
        let detail = format!("the hours begin at {from} and end at {until}");
        return Err(vec![Violation::new(at, "reversed", detail)]);
    }
    Ok(Window::new(problem.grid.steps_for(from.0), problem.grid.steps_for(until.0)))
}

/// The site-day and the step at which a visit to `site` that starts at `start` begins.
///
/// # Errors
/// Why no visit begins then, whatever is booked: code and words.
pub fn place(
    problem: &Problem,
    site: usize,
    start: DateTime<FixedOffset>,
) -> Result<(usize, Step), (&'static str, String)> {
    let shown = start.to_rfc3339();
    let outside = || ("outside-horizon", format!("{shown} is outside the days that can be booked"));
    let (date, second) = problem.zone.wall_clock(start).ok_or_else(outside)?;
    let day = problem.dates.binary_search(&date).map_err(|_| outside())?;
    let grid = problem.grid;
    let whole = second.is_multiple_of(60) && start.timestamp_subsec_nanos() == 0;
    let step = if whole { grid.step_at(second / 60) } else { None };
    let step = step.ok_or_else(|| {
        ("off-grid", format!("{shown} is not on the grid of {} minutes", grid.minutes()))
    })?;
    Ok((problem.site_day(site, day), step))
}
