//! What several paths take and give: baskets, windows, hours.

use std::ops::Range;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use chrono::NaiveDate;
use scheduler_core::ledger::{BasketItem, Visit};
use scheduler_core::problem::Problem;
use scheduler_core::scenario::codes::{self, Code};
use scheduler_core::scenario::wire::{Form, Kind, Reader, Tree, Wire};
use scheduler_core::time::{Clock, Window};
use scheduler_core::wire;
use serde::Serialize;
use uuid::Uuid;

use crate::booking::request::{Found, Pins, site, unknown, visit};
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

    /// A visit: what for, and with whom and where that matters.
    pub struct VisitBody {
        /// The services of the visit, one after the other with one clerk in one room.
        #[wire(length = (1, 25))]
        pub basket: Vec<BasketEntry>,
        /// Skills that the clerk needs besides those of the services, such as a language.
        #[wire(length = (0, 25), example = r#"["english"]"#)]
        pub skills: Vec<String> = Vec::new(),
        /// Id of the clerk, where only one will do.
        #[wire(example = r#""mitte-01""#)]
        pub staff: Option<String>,
        /// Id of the room, where only one will do.
        #[wire(example = r#""mitte-1""#)]
        pub room: Option<String>,
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

impl VisitBody {
    /// A visit for `basket`, with whomever.
    pub fn of(basket: Vec<BasketEntry>) -> Self {
        Self { basket, skills: Vec::new(), staff: None, room: None }
    }

    /// What it needs besides its services.
    pub fn pins(&self) -> Pins<'_> {
        let (staff, room) = (self.staff.as_deref(), self.room.as_deref());
        Pins { skills: &self.skills, staff, room }
    }

    /// What it takes in `problem`.
    ///
    /// # Errors
    /// Everything that is wrong with it, which is at `at`.
    pub fn resolve(&self, problem: &Problem, at: &str) -> Found<(Vec<BasketItem>, Visit)> {
        visit(problem, entries(&self.basket), self.pins(), at)
    }
}

/// A basket as the book has it.
pub fn pairs(basket: Vec<BasketEntry>) -> Vec<(String, u32)> {
    basket.into_iter().map(|entry| (entry.service, entry.persons)).collect()
}

/// The ids of the services in `basket`, with the persons for each.
pub fn entries(basket: &[BasketEntry]) -> impl Iterator<Item = (&str, u32)> {
    basket.iter().map(|entry| (entry.service.as_str(), entry.persons))
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
