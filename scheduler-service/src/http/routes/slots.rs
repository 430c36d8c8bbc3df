//! `/v1/slots/search`

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, FixedOffset, NaiveDate};
use scheduler_core::ledger::Book;
use scheduler_core::ledger::offers::{
    InOrder, NotReleased, Obstacle, Offer, Position, Query, QueryError, Reason, Wishes, in_order,
    offers,
};
use scheduler_core::problem::Problem;
use scheduler_core::scenario::Weekday;
use scheduler_core::time::Step;
use scheduler_core::{wire, words};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::shapes::{self, BasketEntry, BookingId, DateWindow, Hours, entries};
use crate::booking::request::{Found, Pins, unknown, visit};
use crate::booking::{BookingError, Client};
use crate::http::app::{App, Shared};
use crate::http::auth::{Caller, SlotsRead};
use crate::http::body::{Body, sensible};
use crate::http::limits::RateLimit;
use crate::http::problem::{self, Answer, HttpError, Violation};
use crate::http::query::{cursor, position};

wire! {
    /// What a citizen needs, and when it would suit.
    pub struct SearchRequest {
        /// The services of the visit, one after the other with one clerk in one room.
        #[wire(length = (1, 25))]
        pub basket: Vec<BasketEntry>,
        /// Skills that the clerk needs besides those of the services, such as a language.
        #[wire(length = (0, 25))]
        pub skills: Vec<String> = Vec::new(),
        /// Id of the clerk, where only one will do.
        pub staff: Option<String>,
        /// Id of the room, where only one will do.
        pub room: Option<String>,
        /// Ids of the sites to look at; all where left out.
        #[wire(length = (1, 1000))]
        pub sites: Option<Vec<String>>,
        /// The dates to look at; all that can be searched at once, from today, where left out.
        pub window: Option<DateWindow>,
        /// Only starts within these hours of the day.
        pub hours: Option<Hours>,
        /// What the citizen would like. Moves slots up the list and excludes none.
        pub wishes: WishList = WishList::default(),
        /// The channel to book through. A key may be bound to one.
        pub channel: Option<String>,
        /// Id of the own hold or appointment, which an answer then need not work around.
        pub ignore: Option<BookingId>,
        /// `ranked`: the slots worth offering, the best first. `time`: every start that can be booked, in
        /// order of time, page by page.
        #[wire(always)]
        pub order: SlotOrder = SlotOrder::Ranked,
        /// In order of time: `next_cursor` of the page before, all else being the same.
        #[wire(length = (1, 2000))]
        pub cursor: Option<String>,
        /// Most slots in the answer.
        #[wire(within = (1.0, 1000.0))]
        pub limit: u32 = default_limit(),
    }
}

impl SearchRequest {
    /// A search for `basket` everywhere, without wishes.
    pub fn of(basket: Vec<BasketEntry>) -> Self {
        Self {
            basket,
            skills: Vec::new(),
            staff: None,
            room: None,
            sites: None,
            window: None,
            hours: None,
            wishes: WishList::default(),
            channel: None,
            ignore: None,
            order: SlotOrder::Ranked,
            cursor: None,
            limit: default_limit(),
        }
    }
}

/// How many slots are offered where nothing else is asked for.
pub fn default_limit() -> u32 {
    20
}

words! {
    /// In which order slots are given.
    pub enum SlotOrder: "an order", default Ranked {
        /// The slots worth offering, the best first.
        Ranked = "ranked",
        /// Every start, in order of time.
        Time = "time",
    }
}

wire! {
    /// What a citizen would like.
    #[derive(Default)]
    pub struct WishList {
        /// What a day sooner is worth, in minutes of a clerk's time; 0 for no hurry, 1 where left
        /// out.
        #[wire(within = (0.0, 10000.0))]
        pub earliest: Option<f64>,
        /// What each of the wishes below is worth, in minutes of a clerk's time; 60 where left out.
        #[wire(within = (0.0, 10000.0))]
        pub weight: Option<f64>,
        /// Days of the week.
        #[wire(length = (0, 7))]
        pub days: Vec<Weekday> = Vec::new(),
        /// Dates.
        #[wire(length = (0, 366))]
        pub dates: Vec<NaiveDate> = Vec::new(),
        /// Hours of the day.
        #[wire(length = (0, 24))]
        pub hours: Vec<Hours> = Vec::new(),
        /// Ids of sites.
        #[wire(length = (0, 1000))]
        pub sites: Vec<String> = Vec::new(),
    }
}

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
    /// Why it is in the list, by stable names.
    #[schema(example = json!(["least-cost", "fills-gap"]))]
    why: Vec<String>,
}

/// Why there are no slots, or not more.
#[derive(Debug, Serialize, ToSchema)]
pub struct NoSlots {
    /// Stable name.
    #[schema(example = "no-clerk")]
    code: String,
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

/// Finds the slots worth offering.
///
/// Of all starts that can be booked these are the ones that cost other citizens least, meet the
/// wishes, and are spread so that the list is a choice. With `"order": "time"` they are all there are, in
/// order of time; each start that can be kept is in one of the pages, or among those that are counted as
/// undecided. Changes nothing.
#[utoipa::path(post, path = "/v1/slots/search", tag = "booking", request_body = SearchRequest,
    responses((status = 200, description = "Slots, or why there are none.", body = SearchAnswer)),
    security(("key" = ["slots:read"])),
    extensions(("x-problems" = json!([
        "invalid", "invalid-basket", "invalid-window", "window-too-large", "too-many-requests",
        "busy", "unavailable"]))))]
pub async fn search(
    State(app): State<Shared>,
    caller: Caller<SlotsRead>,
    body: Body<SearchRequest>,
) -> Answer<Json<SearchAnswer>> {
    limit_rate(&app, &caller.client)?;
    let client = caller.through(body.value.channel.clone())?;
    let mut violations = body.violations;
    if let Some(BookingId(own)) = body.value.ignore
        && !owns(&app, &client, own).await?
    {
        violations.push(unknown("/ignore".to_owned(), "appointment", &own.to_string()));
    }
    let view = app.office().view().await?;
    let start = app.instant();
    let most_days = app.settings().window_days;
    let work = move || {
        let request = Search { request: &body.value, channel: client.channel.as_deref() };
        request.find(&view.book, view.now, most_days, violations)
    };
    let answer = app.searches.run(work).await?;
    let elapsed = app.instant().saturating_duration_since(start);
    metrics::histogram!("scheduler_search_seconds").record(elapsed);
    Ok(Json(answer?))
}

/// A search through a channel.
#[derive(Debug)]
pub struct Search<'a> {
    /// What is asked for.
    pub request: &'a SearchRequest,
    /// The channel.
    pub channel: Option<&'a str>,
}

impl Search<'_> {
    /// What can be booked of `book` at `now`, of at most `most_days` days.
    ///
    /// # Errors
    /// 422 with everything that makes no sense, `violations` included.
    pub fn find(
        &self,
        book: &Book,
        now: DateTime<FixedOffset>,
        most_days: u32,
        mut violations: Vec<Violation>,
    ) -> Answer<SearchAnswer> {
        let (request, problem) = (self.request, book.problem.as_ref());
        let mut keep = Keep(&mut violations);
        let pins = Pins {
            skills: &request.skills,
            staff: request.staff.as_deref(),
            room: request.room.as_deref(),
        };
        let wanted = keep.of(visit(problem, entries(&request.basket), pins, ""));
        let sites = keep.of(shapes::sites(problem, request.sites.as_deref(), "/sites"));
        let today = problem.zone.wall_clock(now).map(|(date, _)| date).unwrap_or_default();
        let days = keep.of(shapes::days(problem, request.window.as_ref(), today, most_days));
        let hours = request.hours.as_ref().map(|hours| shapes::hours(problem, hours, "/hours"));
        let hours = keep.of(hours.transpose());
        let wishes = keep.of(request.wishes.resolve(problem));
        let (Some((basket, visit)), Some(sites), Some(days), Some(hours), Some(wishes)) =
            (wanted, sites, days, hours, wishes)
        else {
            return Err(crate::http::body::meaningless(violations));
        };
        sensible(violations)?;
        let beyond = request.window.as_ref().filter(|_| days.is_empty());
        let beyond = beyond.map(|window| NoSlots::beyond(problem, &sites, window));
        let own = request.ignore.map(|BookingId(id)| id.to_string());
        let mut query = Query::new((&basket, &visit), &sites, days, now);
        (query.hours, query.channel, query.ignore) = (hours, self.channel, own.as_deref());
        (query.wishes, query.limit) = (&wishes, request.limit as usize);
        let wrong = |error: QueryError| {
            let text = error.to_string();
            crate::http::body::meaningless(vec![Violation::new("/basket", "basket", text)])
        };
        if request.order == SlotOrder::Time {
            let after = after(problem, request.cursor.as_deref())?;
            let page = in_order(book, &query, after).map_err(wrong)?;
            // Why there is nothing, and what comes next, a search without pages says.
            if after.is_some() || page.next.is_some() || !page.offers.is_empty() {
                return Ok(SearchAnswer::page(problem, &page));
            }
        } else if request.cursor.is_some() {
            let detail = "only a search in order of time has pages";
            let violation = Violation::new("/cursor", "conflict", detail);
            return Err(crate::http::body::meaningless(vec![violation]));
        }
        let found = offers(book, &query).map_err(wrong)?;
        Ok(SearchAnswer {
            time_zone: problem.zone.name().to_owned(),
            next_cursor: None,
            slots: found.offers.iter().map(|offer| Slot::new(problem, offer)).collect(),
            next: found.next.as_ref().map(|offer| Slot::new(problem, offer)),
            reasons: found
                .reasons
                .iter()
                .map(|reason| NoSlots::new(problem, reason))
                .chain(beyond)
                .collect(),
            bookable: found.bookable,
            undecided: found.unknown,
        })
    }
}

/// What the cursor of a search is called.
const KIND: &str = "slots";

/// The place after which a page begins.
fn after(problem: &Problem, text: Option<&str>) -> Answer<Option<Position>> {
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
    /// A page of starts in order of time.
    fn page(problem: &Problem, page: &InOrder) -> Self {
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

/// Takes what was found and collects what is wrong.
struct Keep<'a>(&'a mut Vec<Violation>);

impl Keep<'_> {
    fn of<T>(&mut self, found: Found<T>) -> Option<T> {
        found.map_err(|violations| self.0.extend(violations)).ok()
    }
}

impl WishList {
    fn resolve(&self, problem: &Problem) -> Found<Wishes> {
        let mut violations = Vec::new();
        let mut keep = Keep(&mut violations);
        let hours = self.hours.iter().enumerate().filter_map(|(index, hours)| {
            keep.of(shapes::hours(problem, hours, &format!("/wishes/hours/{index}")))?;
            Some((hours.from, hours.until))
        });
        let hours = hours.collect();
        let sites = keep.of(shapes::sites(problem, Some(&self.sites), "/wishes/sites"));
        let Some(sites) = sites.filter(|_| violations.is_empty()) else { return Err(violations) };
        let mut wishes = Wishes::default();
        wishes.earliest = self.earliest.unwrap_or(wishes.earliest);
        wishes.weight = self.weight.unwrap_or(wishes.weight);
        wishes.days.clone_from(&self.days);
        wishes.dates.clone_from(&self.dates);
        (wishes.hours, wishes.sites) = (hours, sites);
        Ok(wishes)
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
            why: offer.why.iter().map(|why| why.code().to_owned()).collect(),
        }
    }
}

impl NoSlots {
    /// A window in which no date can be booked at all.
    fn beyond(problem: &Problem, sites: &[usize], window: &DateWindow) -> Self {
        let dates = problem.dates.first().zip(problem.dates.last());
        let dates =
            dates.map_or_else(String::new, |(first, last)| format!(" from {first} to {last}"));
        Self {
            code: "outside-horizon".to_owned(),
            detail: format!("only dates{dates} can be booked by now"),
            sites: sites.iter().map(|&site| problem.sites[site].id.clone()).collect(),
            dates: window.from.iter_days().take_while(|date| *date <= window.until).collect(),
            released_at: None,
        }
    }

    pub(super) fn new(problem: &Problem, reason: &Reason) -> Self {
        let days = reason.site_days.iter().map(|&day| &problem.site_days[day]);
        let (mut sites, mut dates): (Vec<usize>, Vec<usize>) =
            days.map(|day| (day.site, day.day)).unzip();
        sites.sort_unstable();
        sites.dedup();
        dates.sort_unstable();
        dates.dedup();
        let released_at = match reason.obstacle {
            Obstacle::NotReleased(NotReleased::HeldBack { released_at }) => released_at,
            _ => None,
        };
        Self {
            code: reason.obstacle.code().to_owned(),
            detail: words(&reason.obstacle),
            sites: sites.into_iter().map(|site| problem.sites[site].id.clone()).collect(),
            dates: dates.into_iter().map(|day| problem.dates[day]).collect(),
            released_at,
        }
    }
}

fn words(obstacle: &Obstacle) -> String {
    let words = match obstacle {
        Obstacle::Closed => "the site is not open for so long at these hours",
        Obstacle::NoClerk => "no clerk with the skills is on shift for so long at these hours",
        Obstacle::ClerkAbsent => "the clerk is not there for so long at these hours",
        Obstacle::NoRoom => "no room has the equipment",
        Obstacle::NotReleased(refusal) => return refusal.to_string(),
        Obstacle::WalkIns => "what is left is kept for people without an appointment",
        Obstacle::Full => "everything is taken",
        Obstacle::Unknown => "whether something is left could not be decided",
        _ => "it cannot be booked",
    };
    words.to_owned()
}

/// Whether `id` is a hold or appointment of the client.
pub(super) async fn owns(app: &App, client: &Client, id: Uuid) -> Answer<bool> {
    match app.office().record(client, id).await {
        Ok(_) => Ok(true),
        Err(BookingError::NotFound) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Counts a search or check.
pub fn limit_rate(app: &App, client: &Client) -> Answer<()> {
    within(app, &app.searching, &client.name)
}

/// Counts a request of `client` where `limit` holds for it.
///
/// # Errors
/// 429
pub fn within(app: &App, limit: &RateLimit, client: &str) -> Answer<()> {
    if !app.limits(client) {
        return Ok(());
    }
    limit.take(client, app.instant()).map_err(too_many)
}

/// The answer to who asks too often.
fn too_many(wait: std::time::Duration) -> HttpError {
    let seconds = u32::try_from(wait.as_secs()).unwrap_or(u32::MAX).saturating_add(1);
    HttpError::new(problem::TOO_MANY_REQUESTS, "the key is used too often").retry_after(seconds)
}
