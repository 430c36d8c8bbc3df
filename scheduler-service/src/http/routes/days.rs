//! `/v1/days`: what each date has to offer

use axum::Json;
use axum::extract::{RawQuery, State};
use chrono::{DateTime, FixedOffset, NaiveDate};
use scheduler_core::ledger::Book;
use scheduler_core::ledger::offers::{DateOffers, Query as Asked, calendar};
use scheduler_core::report::Language;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::services::basket_entry;
use super::shapes::{self, DateWindow, VisitBody};
use super::slot_view::{NoSlots, Slot};
use super::slots::owns;
use crate::booking::request::unknown;
use crate::http::app::Shared;
use crate::http::auth::{Caller, SlotsRead};
use crate::http::body::meaningless;
use crate::http::language::Reads;
use crate::http::limits::limit_rate;
use crate::http::problem::{Answer, Violation};
use crate::http::query::Query;

/// What each date has.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayList {
    /// IANA name of the zone of the sites.
    #[schema(example = "Europe/Berlin")]
    time_zone: String,
    /// The dates of the window that can be booked at all, in order.
    days: Vec<DayView>,
}

/// What a date has, over all sites that suit.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayView {
    /// The date.
    #[schema(example = "2027-03-01")]
    date: NaiveDate,
    /// How many starts can be booked at this moment.
    #[schema(example = 37)]
    starts: usize,
    /// How many more may be bookable: what it would take to know was not spent on them. A search for the
    /// date decides them.
    #[schema(example = 0)]
    undecided: usize,
    /// The first start.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    first: Option<Slot>,
    /// The start that takes least from others.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    cheapest: Option<Slot>,
    /// Why there is none; missing where there are some.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    reasons: Vec<NoSlots>,
}

/// What each date has to offer: a month's calendar in one answer.
///
/// For each date how many starts can be booked for a visit, the first, and the one that takes least from
/// others; or why there is none. Without dates all that can be booked are looked at, from today.
#[utoipa::path(get, path = "/v1/days", tag = "booking",
    params(
        ("basket" = Vec<String>, Query, explode, style = Form,
            description = "The services of the visit: ids, each with `:` and a number of persons where \
                there are several.", example = json!(["passport:2"])),
        ("skill" = Option<Vec<String>>, Query, explode, style = Form, nullable = false,
            description = "Skills that the clerk needs besides those of the services.",
            example = json!(["english"])),
        ("staff" = Option<String>, Query, nullable = false,
            description = "Id of the clerk, where only one will do.", example = "mitte-01"),
        ("room" = Option<String>, Query, nullable = false,
            description = "Id of the room, where only one will do.", example = "mitte-1"),
        ("site" = Option<Vec<String>>, Query, explode, style = Form, nullable = false,
            description = "Ids of the sites that suit; all where left out.", example = json!(["mitte"])),
        ("from" = Option<NaiveDate>, Query, nullable = false,
            description = "First date; today where left out.", example = "2027-03-01"),
        ("until" = Option<NaiveDate>, Query, nullable = false,
            description = "Last date; the last that can be booked where left out.",
            example = "2027-03-31"),
        ("channel" = Option<String>, Query, nullable = false,
            description = "The channel to book through. A key may be bound to one.", example = "web"),
        ("ignore" = Option<Uuid>, Query, nullable = false,
            description = "Id of the own hold or appointment, which an answer then need not work \
                around.")),
    responses((status = 200, description = "The dates.", body = DayList)),
    security(("key" = ["slots:read"])),
    extensions(("x-problems" = json!([
        "malformed", "invalid", "invalid-basket", "invalid-window", "too-many-requests", "busy",
        "unavailable"]))))]
pub async fn list(
    State(app): State<Shared>,
    caller: Caller<SlotsRead>,
    Reads(language): Reads,
    RawQuery(query): RawQuery,
) -> Answer<Json<DayList>> {
    limit_rate(&app, &caller.client)?;
    let mut query = Query::new(query.as_deref());
    let request = Request {
        visit: VisitBody {
            basket: query.all("basket").iter().map(|text| basket_entry(text)).collect(),
            skills: query.all("skill"),
            staff: query.text("staff"),
            room: query.text("room"),
        },
        language,
        sites: Some(query.all("site")).filter(|sites| !sites.is_empty()),
        from: query.value("from", "a date such as 2027-03-01"),
        until: query.value("until", "a date such as 2027-03-31"),
    };
    let channel = query.text("channel");
    let ignore: Option<Uuid> = query.value("ignore", "a UUID");
    query.finish()?;
    let client = caller.through(channel)?;
    let mut violations = Vec::new();
    if let Some(own) = ignore
        && !owns(&app, &client, own).await?
    {
        violations.push(unknown("?ignore".to_owned(), "appointment", &own.to_string()));
    }
    let view = app.office().view().await?;
    let own = ignore.map(|id| id.to_string());
    let work = move || {
        let channel = client.channel.as_deref();
        request.answer(&view.book, view.now, (channel, own.as_deref()), violations)
    };
    Ok(Json(app.searches.run(work).await??))
}

/// What is asked for.
struct Request {
    visit: VisitBody,
    language: Language,
    sites: Option<Vec<String>>,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
}

impl Request {
    fn answer(
        &self,
        book: &Book,
        now: DateTime<FixedOffset>,
        (channel, ignore): (Option<&str>, Option<&str>),
        mut violations: Vec<Violation>,
    ) -> Answer<DayList> {
        let problem = book.problem.as_ref();
        let mut keep = |wrong: Vec<Violation>| violations.extend(wrong.into_iter().map(in_query));
        let wanted = self.visit.resolve(problem, "").map_err(&mut keep).ok();
        let sites = shapes::sites(problem, self.sites.as_deref(), "/site").map_err(&mut keep).ok();
        let today = problem.zone.wall_clock(now).map(|(date, _)| date).unwrap_or_default();
        let last = problem.dates.last().copied().unwrap_or(today);
        // No more than can be booked, however much is asked for.
        let from = self.from.unwrap_or(today);
        let window = DateWindow { from, until: self.until.unwrap_or(last.max(from)) };
        let days = shapes::days(problem, Some(&window), today, u32::MAX).map_err(&mut keep).ok();
        let (Some((basket, visit)), Some(sites), Some(days)) = (wanted, sites, days) else {
            return Err(meaningless(violations));
        };
        crate::http::body::sensible(violations)?;
        let mut asked = Asked::new((&basket, &visit), &sites, days, now);
        (asked.channel, asked.ignore) = (channel, ignore);
        let dates = calendar(book, &asked).map_err(|error| {
            meaningless(vec![Violation::new("?basket", "basket", error.to_string())])
        })?;
        let days = dates.iter().map(|date| DayView::new(book, date, self.language)).collect();
        Ok(DayList { time_zone: problem.zone.name().to_owned(), days })
    }
}

/// What is wrong with a body of the same fields, told of the parameters.
fn in_query(wrong: Violation) -> Violation {
    let name = match wrong.pointer.split('/').nth(1).unwrap_or_default() {
        "skills" => "skill",
        "window" => "until",
        name => name,
    };
    Violation { pointer: format!("?{name}"), ..wrong }
}

impl DayView {
    fn new(book: &Book, date: &DateOffers, language: Language) -> Self {
        let problem = &*book.problem;
        Self {
            date: problem.dates[date.day],
            starts: date.starts,
            undecided: date.unknown,
            first: date.first.as_ref().map(|offer| Slot::new(problem, offer)),
            cheapest: date.cheapest.as_ref().map(|offer| Slot::new(problem, offer)),
            reasons: date
                .reasons
                .iter()
                .map(|reason| NoSlots::new(problem, reason, language))
                .collect(),
        }
    }
}
