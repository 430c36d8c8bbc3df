//! What is asked of a search, and what it answers.

use std::fmt;
use std::ops::Range;

use chrono::{DateTime, FixedOffset, NaiveDate};
use thiserror::Error;

use super::NotReleased;
use crate::ledger::{BasketError, BasketItem, Limits, Visit};
use crate::scenario::Weekday;
use crate::time::{Clock, Window};
use crate::words;

/// What is looked for, where and when.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Query<'a> {
    /// What the visit takes.
    pub visit: &'a Visit,
    /// What it is for; says how far apart starts should be to be a choice.
    pub basket: &'a [BasketItem],
    /// Indices into [`Problem::sites`](crate::problem::Problem::sites), the preferred first:
    /// between equals the order decides.
    pub sites: &'a [usize],
    /// Indices into [`Problem::dates`](crate::problem::Problem::dates); what is beyond the horizon
    /// is left out.
    pub days: Range<usize>,
    /// Starts only inside.
    pub hours: Option<Window>,
    /// The instant of the question.
    pub now: DateTime<FixedOffset>,
    /// The booking channel, for release policies.
    pub channel: Option<&'a str>,
    /// What the citizen would like.
    pub wishes: &'a Wishes,
    /// Most offers to make; `usize::MAX` for every start in order of time.
    pub limit: usize,
    /// What deciding about one start may cost.
    pub limits: Limits,
    /// Id of the citizen's own promise, which would be given up: for rescheduling.
    pub ignore: Option<&'a str>,
}

/// What somebody would like who only wants to come soon.
static NO_WISHES: Wishes = Wishes::none();

impl<'a> Query<'a> {
    /// The five best starts for `visit`, which is what `basket` takes, at any hour through no
    /// channel in particular.
    pub fn new(
        (basket, visit): (&'a [BasketItem], &'a Visit),
        sites: &'a [usize],
        days: Range<usize>,
        now: DateTime<FixedOffset>,
    ) -> Self {
        Self {
            visit,
            basket,
            sites,
            days,
            hours: None,
            now,
            channel: None,
            wishes: &NO_WISHES,
            limit: 5,
            limits: Limits::default(),
            ignore: None,
        }
    }
}

/// Why a query cannot be answered.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum QueryError {
    /// The basket is none.
    #[error("{}", listed(.0))]
    Basket(Vec<BasketError>),
    /// The visit is that of another basket.
    #[error(
        "the visit is not what the basket takes: make it with `Visit::new` from the same basket"
    )]
    Visit,
    /// The book has not one snapshot for each site-day of its problem.
    #[error("the book has {snapshots} snapshots for {site_days} site-days")]
    Book {
        /// How many there are.
        snapshots: usize,
        /// How many there should be.
        site_days: usize,
    },
}

fn listed(errors: &[BasketError]) -> String {
    let texts: Vec<String> = errors.iter().map(BasketError::to_string).collect();
    texts.join("; ")
}

/// What a citizen would like. Wishes move a start up or down the list, they exclude nothing. Their
/// unit is that of costs: minutes weighted by value.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Wishes {
    /// What a day sooner is worth, 0 or more.
    pub earliest: f64,
    /// What it is worth to meet one of the wishes below, 0 or more.
    pub weight: f64,
    /// Days of the week that suit.
    pub days: Vec<Weekday>,
    /// Dates that suit, besides `days`.
    pub dates: Vec<NaiveDate>,
    /// Starts that suit, `[from, until)` by the wall clock.
    pub hours: Vec<(Clock, Clock)>,
    /// Sites that suit. Indices into [`Problem::sites`](crate::problem::Problem::sites).
    pub sites: Vec<usize>,
}

impl Default for Wishes {
    /// No wishes but to come sooner: a day is worth a minute, so that the office's interest decides
    /// unless dates are far apart.
    fn default() -> Self {
        Self::none()
    }
}

impl Wishes {
    const fn none() -> Self {
        Self {
            earliest: 1.0,
            weight: 60.0,
            days: Vec::new(),
            dates: Vec::new(),
            hours: Vec::new(),
            sites: Vec::new(),
        }
    }
}

/// A start that can be booked now.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Offer {
    /// Index into [`Problem::site_days`](crate::problem::Problem::site_days).
    pub site_day: usize,
    /// From the start to the end of the visit as the citizen is told it, without buffer.
    pub window: Window,
    /// Expected served minutes, weighted by value, that this start takes from others: what fits into
    /// the free time without it less what fits with it, the room included; and what it costs where a
    /// clerk has to open or change a counter for it.
    pub cost: f64,
    /// Why it is in the list, in the order of [`Why`]. May be empty where all starts were asked for.
    pub why: Vec<Why>,
}

impl Offer {
    /// A start of which nothing more is known.
    pub fn new(site_day: usize, window: Window, cost: f64, why: Vec<Why>) -> Self {
        Self { site_day, window, cost, why }
    }
}

words! {
    /// Why a start is in the list.
    pub enum Why as "SlotReason": "a reason" {
        /// No start on that date at that site that is known to be bookable costs less.
        LeastCost = "least-cost",
        /// Nothing that is known to be bookable begins sooner.
        Earliest = "earliest",
        /// It is on a day or date that was wished for.
        WishedDay = "wished-day",
        /// It begins at a time that was wished for.
        WishedHours = "wished-hours",
        /// It is at a site that was wished for.
        WishedSite = "wished-site",
        /// It begins or ends a stretch of free time and leaves of it nothing, or enough for a slot.
        FillsGap = "fills-gap",
        /// It lies apart from the starts on the same date at the same site that come before it in the
        /// list.
        Spread = "spread",
    }
}

/// The answer of a search.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Offers {
    /// The starts, the best first; in order of time where all were asked for.
    pub offers: Vec<Offer>,
    /// How many starts can be booked; `None` where some were not decided, as enough others were
    /// found or the limits were reached.
    pub bookable: Option<usize>,
    /// Starts that could not be decided within the limits; and, where fewer were found than asked for,
    /// those that were not looked at as they are hard to decide. None of them is offered.
    pub unknown: usize,
    /// Where nothing is offered: why, everything that applies.
    pub reasons: Vec<Reason>,
    /// Where nothing is offered: the first start after the window that can be booked now.
    pub next: Option<Offer>,
}

/// Why there is nothing on some site-days.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reason {
    /// What stands in the way.
    pub obstacle: Obstacle,
    /// Where and when, ascending. Indices into
    /// [`Problem::site_days`](crate::problem::Problem::site_days).
    pub site_days: Vec<usize>,
}

impl Reason {
    /// `obstacle` on `site_days`, which are ascending.
    pub fn new(obstacle: Obstacle, site_days: Vec<usize>) -> Self {
        Self { obstacle, site_days }
    }
}

/// What stands in the way of a visit on a site-day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Obstacle {
    /// The site is not open so long at the hours in question.
    Closed,
    /// No clerk with the skills is on shift so long at the hours in question.
    NoClerk,
    /// The clerk to whom the visit is pinned is not there so long at the hours in question.
    ClerkAbsent,
    /// No room has the equipment, or the one to which the visit is pinned is not there or lacks it.
    NoRoom,
    /// All starts that would be possible have passed, begin too soon, or are held back.
    NotReleased(NotReleased),
    /// What is left is kept for people without an appointment.
    WalkIns,
    /// Everything is taken.
    Full,
    /// Whether something is left was not decided within the limits.
    Unknown,
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Closed => "the site is not open so long at those hours",
            Self::NoClerk => "no clerk with the skills is on shift so long at those hours",
            Self::ClerkAbsent => "that clerk is not there so long at those hours",
            Self::NoRoom => "no room has the equipment, or that room is not there or lacks it",
            Self::NotReleased(why) => return why.fmt(f),
            Self::WalkIns => "what is left is kept for people without an appointment",
            Self::Full => "everything is taken",
            Self::Unknown => "whether something is left could not be decided within the limits",
        })
    }
}

impl Obstacle {
    /// A stable code, such as `"no-clerk"`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::NoClerk => "no-clerk",
            Self::ClerkAbsent => "clerk-absent",
            Self::NoRoom => "no-room",
            Self::NotReleased(refusal) => refusal.code(),
            Self::WalkIns => "walk-ins",
            Self::Full => "full",
            Self::Unknown => "unknown",
        }
    }
}
