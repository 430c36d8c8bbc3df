//! `/v1/slots/search`

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, FixedOffset, NaiveDate};
use scheduler_core::ledger::Book;
use scheduler_core::ledger::offers::{Query, QueryError, Wishes, in_order, offers};
use scheduler_core::problem::Problem;
use scheduler_core::report::Language;
use scheduler_core::scenario::Weekday;
use scheduler_core::{wire, words};
use uuid::Uuid;

use super::shapes::{self, BasketEntry, BookingId, DateWindow, Hours, VisitBody};
use super::slot_view::{NoSlots, SearchAnswer, after};
use crate::booking::request::{Found, unknown};
use crate::booking::{BookingError, Client};
use crate::http::app::{App, Shared};
use crate::http::auth::{Caller, SlotsRead};
use crate::http::body::{Body, sensible};
use crate::http::language::Reads;
use crate::http::limits::limit_rate;
use crate::http::problem::{Answer, Violation};

wire! {
    /// What a citizen needs, and when and where it would suit.
    pub struct Wanted with visit: VisitBody {
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
        #[wire(example = r#""web""#)]
        pub channel: Option<String>,
        /// Most slots in the answer.
        #[wire(within = (1.0, 1000.0))]
        pub limit: u32 = 20,
    }

    /// A search.
    pub struct SearchRequest with wanted: Wanted {
        /// Id of the own hold or appointment, which an answer then need not work around.
        pub ignore: Option<BookingId>,
        /// `ranked`: the slots worth offering, the best first. `time`: every start that can be booked, in
        /// order of time, page by page.
        #[wire(always)]
        pub order: SlotOrder = SlotOrder::Ranked,
        /// In order of time: `next_cursor` of the page before, all else being the same.
        #[wire(length = (1, 2000))]
        pub cursor: Option<String>,
    }
}

impl SearchRequest {
    /// The best slots for what is `wanted`.
    pub fn of(wanted: Wanted) -> Self {
        Self { wanted, ignore: None, order: SlotOrder::Ranked, cursor: None }
    }
}

impl Wanted {
    /// `basket`, everywhere, without wishes; at most `limit` slots.
    pub fn of(basket: Vec<BasketEntry>, limit: u32) -> Self {
        Self {
            visit: VisitBody::of(basket),
            sites: None,
            window: None,
            hours: None,
            wishes: WishList::default(),
            channel: None,
            limit,
        }
    }
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
    pub struct WishList as "SearchWishes" {
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

/// Finds the slots worth offering.
///
/// Of all starts that can be booked these are the ones that cost other citizens least, meet the
/// wishes, and are spread so that the list is a choice. With `"order": "time"` they are all there are, in
/// order of time; each start that can be kept is in one of the pages, or among those that are counted as
/// undecided. Changes nothing.
#[utoipa::path(post, path = "/v1/slots/search", tag = "booking",
    request_body(content = SearchRequest, example = json!({
        "basket": [{ "service": "passport", "persons": 2 }],
        "window": { "from": "2027-03-01", "until": "2027-03-14" },
        "wishes": { "days": ["mon", "tue"], "hours": [{ "from": "08:00", "until": "12:00" }] },
        "limit": 10,
    })),
    responses((status = 200, description = "Slots, or why there are none.", body = SearchAnswer)),
    security(("key" = ["slots:read"])),
    extensions(("x-problems" = json!([
        "invalid", "invalid-basket", "invalid-window", "window-too-large", "too-many-requests",
        "busy", "unavailable"]))))]
pub async fn search(
    State(app): State<Shared>,
    caller: Caller<SlotsRead>,
    Reads(language): Reads,
    body: Body<SearchRequest>,
) -> Answer<Json<SearchAnswer>> {
    limit_rate(&app, &caller.client)?;
    let client = caller.through(body.value.wanted.channel.clone())?;
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
        let channel = client.channel.as_deref();
        let search = Search { request: &body.value, channel, language };
        search.find(&view.book, view.now, most_days, violations)
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
    /// In which reasons are told.
    pub language: Language,
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
        let wanted = &request.wanted;
        let mut keep = Keep(&mut violations);
        let asked = keep.of(wanted.visit.resolve(problem, ""));
        let sites = keep.of(shapes::sites(problem, wanted.sites.as_deref(), "/sites"));
        let today = problem.zone.wall_clock(now).map(|(date, _)| date).unwrap_or_default();
        let days = keep.of(shapes::days(problem, wanted.window.as_ref(), today, most_days));
        let hours = wanted.hours.as_ref().map(|hours| shapes::hours(problem, hours, "/hours"));
        let hours = keep.of(hours.transpose());
        let wishes = keep.of(wanted.wishes.resolve(problem));
        let (Some((basket, visit)), Some(sites), Some(days), Some(hours), Some(wishes)) =
            (asked, sites, days, hours, wishes)
        else {
            return Err(crate::http::body::meaningless(violations));
        };
        sensible(violations)?;
        let beyond = wanted.window.as_ref().filter(|_| days.is_empty());
        let beyond = beyond.map(|window| NoSlots::beyond(problem, &sites, window, self.language));
        let own = request.ignore.map(|BookingId(id)| id.to_string());
        let mut query = Query::new((&basket, &visit), &sites, days, now);
        (query.hours, query.channel, query.ignore) = (hours, self.channel, own.as_deref());
        (query.wishes, query.limit) = (&wishes, wanted.limit as usize);
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
        Ok(SearchAnswer::found(problem, &found, beyond, self.language))
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

/// Whether `id` is a hold or appointment of the client.
pub(super) async fn owns(app: &App, client: &Client, id: Uuid) -> Answer<bool> {
    match app.office().record(client, id).await {
        Ok(_) => Ok(true),
        Err(BookingError::NotFound) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
