//! Slots, and why there are none, as they are answered

use chrono::{DateTime, FixedOffset, NaiveDate};
use scheduler_core::ledger::offers::{InOrder, Offer, Offers, Position, Reason, Why};
use scheduler_core::problem::Problem;
use scheduler_core::report::Language;
use scheduler_core::time::Step;
use serde::Serialize;
use utoipa::ToSchema;

use super::shapes::DateWindow;
use crate::http::problem::{Answer, Violation};
use crate::http::query::{cursor, position};
use crate::http::reasons::{self, ReasonCode};

/// A start that can be booked.
#[derive(Debug, Serialize, ToSchema)]
pub struct Slot {
    /// Id of the site.
    #[schema(example = "mitte")]
    pub site: String,
    /// The date there.
    #[schema(example = "2027-03-01")]
    date: NaiveDate,
    /// When the visit begins.
    #[schema(example = "2027-03-01T09:15:00+01:00")]
    pub start: DateTime<FixedOffset>,
    /// When it ends.
    #[schema(example = "2027-03-01T09:30:00+01:00")]
    end: DateTime<FixedOffset>,
    /// What booking it would destroy: minutes of expected service, weighted by value.
    #[schema(example = 3.4)]
    cost: f64,
    /// Why it is in the list.
    #[schema(example = json!(["least-cost", "fills-gap"]))]
    why: Vec<Why>,
}

/// Why there are no slots, or not more.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoSlots {
    /// What stands in the way.
    code: ReasonCode,
    /// In words.
    detail: String,
    /// Ids of the sites where it holds.
    sites: Vec<String>,
    /// Dates on which it holds.
    dates: Vec<NaiveDate>,
    /// When the start will be released, where it is held back and that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    released_at: Option<DateTime<FixedOffset>>,
    /// How far ahead a start must be, where all begin too soon.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    notice_minutes: Option<u32>,
}

/// Slots to choose from.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchAnswer {
    /// IANA name of the zone of the sites.
    #[schema(example = "Europe/Berlin")]
    pub time_zone: String,
    /// The best slots, the best one first; or all, in order of time. Each can be booked at this moment.
    pub slots: Vec<Slot>,
    /// In order of time: what to give as `cursor` for the next page, which may be empty; missing where
    /// this is the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_cursor: Option<String>,
    /// The first slot after the window, where the window has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next: Option<Slot>,
    /// Why there are no slots; empty where there are.
    pub reasons: Vec<NoSlots>,
    /// How many starts can be booked; missing where not all of them were looked at, and in pages.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub bookable: Option<usize>,
    /// Starts that may be bookable: what it would take to know was not spent on them. In pages those
    /// up to where this one ends.
    pub undecided: usize,
}

/// What the cursor of a search is called.
const KIND: &str = "slots";

/// The place after which a page begins.
pub(super) fn after(problem: &Problem, text: Option<&str>) -> Answer<Option<Position>> {
    let Some(text) = text else { return Ok(None) };
    let read = position::<(NaiveDate, u32, String)>(KIND, text);
    let Some((date, minute, site)) = read else {
        let detail = "it is no cursor of a search: take what the page before gave, as it is";
        let violation = Violation::new("/cursor", "format", detail);
        return Err(crate::http::body::meaningless(vec![violation]));
    };
    // Where that date is past by now, from the first on.
    let day = problem.dates.partition_point(|other| *other < date);
    let is_there = problem.dates.get(day) == Some(&date);
    // A site that is no more comes before all others.
    let site = crate::booking::request::site(problem, &site).unwrap_or(usize::MAX);
    let start = problem.grid.steps_for(minute);
    Ok(is_there.then_some(Position { day, start, site }).or_else(|| {
        day.checked_sub(1).map(|day| Position { day, start: Step::MAX, site: usize::MAX })
    }))
}

impl SearchAnswer {
    /// What a search has found, or why there is nothing; `beyond` is one more reason.
    pub(super) fn found(
        problem: &Problem,
        found: &Offers,
        beyond: Option<NoSlots>,
        language: Language,
    ) -> Self {
        let reasons = found.reasons.iter().map(|reason| NoSlots::new(problem, reason, language));
        Self {
            time_zone: problem.zone.name().to_owned(),
            next_cursor: None,
            slots: found.offers.iter().map(|offer| Slot::new(problem, offer)).collect(),
            next: found.next.as_ref().map(|offer| Slot::new(problem, offer)),
            reasons: reasons.chain(beyond).collect(),
            bookable: found.bookable,
            undecided: found.unknown,
        }
    }

    /// A page of starts in order of time.
    pub(super) fn page(problem: &Problem, page: &InOrder) -> Self {
        let next = page.next.map(|next| {
            let site = problem.sites.get(next.site).map(|site| site.id.clone());
            let minute = problem.grid.minute_of(next.start);
            cursor(KIND, &(problem.dates[next.day], minute, site.unwrap_or_default()))
        });
        Self {
            time_zone: problem.zone.name().to_owned(),
            slots: page.offers.iter().map(|offer| Slot::new(problem, offer)).collect(),
            next_cursor: next,
            next: None,
            reasons: Vec::new(),
            bookable: None,
            undecided: page.unknown,
        }
    }
}

impl Slot {
    pub(super) fn new(problem: &Problem, offer: &Offer) -> Self {
        let day = &problem.site_days[offer.site_day];
        let (start, end) = problem.instants(day.day, offer.window);
        Self {
            site: problem.sites[day.site].id.clone(),
            date: problem.dates[day.day],
            start,
            end,
            // A start that only a re-assignment frees may have no estimate.
            cost: offer.cost.clamp(0.0, f64::MAX),
            why: offer.why.clone(),
        }
    }
}

impl NoSlots {
    /// A window in which no date can be booked at all.
    pub(super) fn beyond(
        problem: &Problem,
        sites: &[usize],
        window: &DateWindow,
        language: Language,
    ) -> Self {
        let dates = problem.dates.first().zip(problem.dates.last());
        let dates =
            dates.map_or_else(String::new, |(first, last)| format!(" from {first} to {last}"));
        let code = ReasonCode::OutsideHorizon;
        Self {
            code,
            detail: code.told(format!("only dates{dates} can be booked by now"), language),
            sites: sites.iter().map(|&site| problem.sites[site].id.clone()).collect(),
            dates: window.from.iter_days().take_while(|date| *date <= window.until).collect(),
            released_at: None,
            notice_minutes: None,
        }
    }

    pub(super) fn new(problem: &Problem, reason: &Reason, language: Language) -> Self {
        let days = reason.site_days.iter().map(|&day| &problem.site_days[day]);
        let (mut sites, mut dates): (Vec<usize>, Vec<usize>) =
            days.map(|day| (day.site, day.day)).unzip();
        sites.sort_unstable();
        sites.dedup();
        dates.sort_unstable();
        dates.dedup();
        let refusal = reasons::refusal(&reason.obstacle);
        let code = ReasonCode::of(reason.obstacle.code());
        Self {
            code,
            detail: code.told(reason.obstacle.to_string(), language),
            sites: sites.into_iter().map(|site| problem.sites[site].id.clone()).collect(),
            dates: dates.into_iter().map(|day| problem.dates[day]).collect(),
            released_at: refusal.and_then(reasons::released_at),
            notice_minutes: refusal.and_then(reasons::notice_minutes),
        }
    }
}
