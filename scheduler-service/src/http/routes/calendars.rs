//! `/v1/calendars`: who may fetch the calendar of a clerk or a site, and the calendars themselves

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, NaiveDate, Utc};
use scheduler_core::problem::Problem;
use scheduler_core::report::Language;
use scheduler_core::{wire, words};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::lists::{MOST, USUAL};
use super::shapes::Id;
use super::written::etag;
use crate::booking::request::unknown;
use crate::booking::{Days, MOST_FEEDS, Status, View};
use crate::calendar::feed::{Booked, Visit};
use crate::http::app::{App, Shared};
use crate::http::auth::{Caller, PlanningWrite, key_digest, may_show, new_calendar_token};
use crate::http::body::{self, Body, sensible};
use crate::http::problem::{self, Answer, HttpError, Violation};
use crate::http::query::{Query, cursor};
use crate::store::{FeedOf, FeedRow};

/// How often it is tried where others fetch the same calendar meanwhile.
const ATTEMPTS: usize = 5;

words! {
    /// Language of a calendar.
    pub enum CalendarLanguage: "a language" {
        /// English.
        English = "en",
        /// German.
        German = "de",
    }
}

wire! {
    /// A calendar to be made: of a clerk or of a site.
    pub struct CalendarBody {
        /// Id of the clerk.
        #[wire(length = (1, 1000), example = r#""nord-03""#)]
        pub staff: Option<String>,
        /// Id of the site, in the place of a clerk.
        #[wire(length = (1, 1000))]
        pub site: Option<String>,
        /// Its language; English where left out.
        pub language: Option<CalendarLanguage>,
        /// Whether each appointment is an event of its own, beside the shifts, which say how many there
        /// are.
        pub appointments: bool = false,
    }
}

/// A calendar that calendar programs can fetch.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarView {
    /// Its id.
    id: Uuid,
    /// Id of the clerk; missing where it is a site's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, example = "nord-03")]
    staff: Option<String>,
    /// Id of the site; missing where it is a clerk's.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    site: Option<String>,
    /// Its language.
    language: CalendarLanguage,
    /// Whether each appointment is an event of its own.
    appointments: bool,
    /// Name of the client that made it.
    #[schema(example = "planner")]
    client: String,
    /// When.
    created_at: DateTime<Utc>,
    /// Where it is fetched, below the address of the service. Only in the answer to the request that made it:
    /// whoever has it reads the calendar.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(
        nullable = false,
        example = "/v1/staff/nord-03/calendar.ics?token=cal_00112233445566778899aabbccddeeff"
    )]
    path: Option<String>,
}

/// Calendars.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarList {
    /// They, in the order in which they were made.
    calendars: Vec<CalendarView>,
    /// What to give as `cursor` for the next page; missing where this is the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next_cursor: Option<String>,
}

impl CalendarView {
    fn of(row: &FeedRow) -> Self {
        let (staff, site) = match &row.of {
            FeedOf::Staff(id) => (Some(id.clone()), None),
            FeedOf::Site(id) => (None, Some(id.clone())),
        };
        let german = row.is_german;
        Self {
            id: row.id,
            staff,
            site,
            language: if german { CalendarLanguage::German } else { CalendarLanguage::English },
            appointments: row.appointments,
            client: row.client.clone(),
            created_at: DateTime::from_timestamp_millis(row.created_at).unwrap_or_default(),
            path: None,
        }
    }
}

/// Makes a calendar of a clerk or a site that calendar programs can subscribe to.
///
/// It has the shifts from today on with breaks, walk-in blocks, counters and the number of appointments, and days
/// away; no references, and nothing of who has an appointment. The answer has the path with a token, once: the
/// service keeps a digest of it. Whoever has it reads the calendar until it is revoked.
#[utoipa::path(post, path = "/v1/calendars", tag = "planning", request_body = CalendarBody,
    responses((status = 201, description = "The calendar.", body = CalendarView, headers(
        ("Location" = String, description = "Where it is listed and revoked.")))),
    security(("key" = ["planning:write"])),
    extensions(("x-problems" = json!(["invalid", "too-many-calendars", "busy", "unavailable"]))))]
pub async fn create(
    State(app): State<Shared>,
    caller: Caller<PlanningWrite>,
    body: Body<CalendarBody>,
) -> Answer<Response> {
    let (mut violations, asked) = (body.violations, body.value);
    let view = app.office().view().await?;
    let problem = view.problem();
    let of = match (asked.staff, asked.site) {
        (Some(id), None) => {
            if clerk(problem, &id).is_none() {
                violations.push(unknown("/staff".to_owned(), "clerk", &id));
            }
            FeedOf::Staff(id)
        }
        (None, Some(id)) => {
            if site(problem, &id).is_none() {
                violations.push(unknown("/site".to_owned(), "site", &id));
            }
            FeedOf::Site(id)
        }
        (staff, _) => {
            let (code, detail) = match staff {
                Some(_) => ("twice", "give either staff or site"),
                None => ("missing", "say whose calendar it is: staff or site"),
            };
            violations.push(Violation::new("/staff", code, detail));
            FeedOf::Staff(String::new())
        }
    };
    sensible(violations)?;
    let token = new_calendar_token().map_err(|error| HttpError::internal(&error))?;
    let row = FeedRow {
        id: Uuid::now_v7(),
        digest: key_digest(&token),
        of,
        is_german: asked.language == Some(CalendarLanguage::German),
        appointments: asked.appointments,
        client: caller.client.name.clone(),
        created_at: app.office().clock().now().timestamp_millis(),
        body: String::new(),
        revision: 0,
    };
    if !app.office().noting(caller.act("calendar.create")).add_feed(&row).await? {
        let detail = format!("there are {MOST_FEEDS} calendars already; revoke some first");
        return Err(HttpError::new(problem::TOO_MANY_CALENDARS, detail));
    }
    let (kind, id) = match &row.of {
        FeedOf::Staff(id) => ("staff", id),
        FeedOf::Site(id) => ("sites", id),
    };
    let path = format!("/v1/{kind}/{}/calendar.ics?token={token}", escaped(id));
    let view = CalendarView { path: Some(path), ..CalendarView::of(&row) };
    let location = [
        (header::LOCATION, format!("/v1/calendars/{}", row.id)),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((StatusCode::CREATED, location, Json(view)).into_response())
}

/// The calendars that can be fetched.
#[utoipa::path(get, path = "/v1/calendars", tag = "planning",
    params(
        ("limit" = Option<u32>, Query, nullable = false, minimum = 1, maximum = 1000,
            description = "Most entries in the answer; 100 where left out.", example = 100),
        ("cursor" = Option<String>, Query, nullable = false,
            description = "`next_cursor` of the page before.")),
    responses((status = 200, description = "They.", body = CalendarList)),
    security(("key" = ["planning:write"])),
    extensions(("x-problems" = json!(["malformed", "busy", "unavailable"]))))]
pub async fn list(
    State(app): State<Shared>,
    _caller: Caller<PlanningWrite>,
    RawQuery(query): RawQuery,
) -> Answer<Json<CalendarList>> {
    let mut query = Query::new(query.as_deref());
    let limit = query.limit(USUAL, MOST);
    let after: Option<Uuid> = query.cursor("calendars");
    query.finish()?;
    let found = app.office().beside(app.office().store().feeds(after, limit + 1)).await?;
    let page = &found[..found.len().min(limit as usize)];
    let next = page.last().filter(|_| found.len() > page.len());
    Ok(Json(CalendarList {
        calendars: page.iter().map(CalendarView::of).collect(),
        next_cursor: next.map(|row| cursor("calendars", &row.id)),
    }))
}

/// A calendar that can be fetched.
#[utoipa::path(get, path = "/v1/calendars/{id}", tag = "planning",
    params(("id" = Uuid, Path, description = "Id of the calendar.")),
    responses((status = 200, description = "It.", body = CalendarView)),
    security(("key" = ["planning:write"])),
    extensions(("x-problems" = json!(["not-found", "busy", "unavailable"]))))]
pub async fn read(
    State(app): State<Shared>,
    _caller: Caller<PlanningWrite>,
    Id(id): Id,
) -> Answer<Json<CalendarView>> {
    Ok(Json(CalendarView::of(&find(&app, &id).await?)))
}

/// Revokes a calendar: nobody can fetch it any more.
#[utoipa::path(delete, path = "/v1/calendars/{id}", tag = "planning",
    params(("id" = Uuid, Path, description = "Id of the calendar.")),
    responses((status = 204, description = "It is revoked.")),
    security(("key" = ["planning:write"])),
    extensions(("x-problems" = json!(["not-found", "busy", "unavailable"]))))]
pub async fn revoke(
    State(app): State<Shared>,
    caller: Caller<PlanningWrite>,
    Id(id): Id,
) -> Answer<StatusCode> {
    let row = find(&app, &id).await?;
    if !app.office().noting(caller.act("calendar.revoke")).remove_feed(&row).await? {
        return Err(HttpError::not_found("calendar", &id));
    }
    Ok(StatusCode::NO_CONTENT)
}

/// The calendar of a clerk (iCalendar).
///
/// Events have names that stay; what has changed has a higher `SEQUENCE`, what is no more is cancelled, and
/// what is past stays for a month.
#[utoipa::path(get, path = "/v1/staff/{id}/calendar.ics", tag = "planning",
    params(("id" = String, Path, description = "Id of the clerk.", example = "nord-03"),
        ("token" = String, Query, description = "The token of the calendar.")),
    responses((status = 200, description = "The calendar.", body = String,
        content_type = "text/calendar", headers(
            ("ETag" = String, description = "Its version."),
            ("Cache-Control" = String, description = "`private, no-cache`.")))),
    security(("calendar" = [])),
    extensions(("x-problems" = json!(["malformed", "busy", "unavailable"]))))]
pub async fn of_clerk(
    State(app): State<Shared>,
    headers: HeaderMap,
    Id(id): Id,
    RawQuery(query): RawQuery,
) -> Answer<Response> {
    given_out(&app, &headers, FeedOf::Staff(id), query.as_deref()).await
}

/// The calendar of a site (iCalendar): who works there.
///
/// As that of a clerk.
#[utoipa::path(get, path = "/v1/sites/{id}/calendar.ics", tag = "planning",
    params(("id" = String, Path, description = "Id of the site.", example = "nord"),
        ("token" = String, Query, description = "The token of the calendar.")),
    responses((status = 200, description = "The calendar.", body = String,
        content_type = "text/calendar", headers(
            ("ETag" = String, description = "Its version."),
            ("Cache-Control" = String, description = "`private, no-cache`.")))),
    security(("calendar" = [])),
    extensions(("x-problems" = json!(["malformed", "busy", "unavailable"]))))]
pub async fn of_site(
    State(app): State<Shared>,
    headers: HeaderMap,
    Id(id): Id,
    RawQuery(query): RawQuery,
) -> Answer<Response> {
    given_out(&app, &headers, FeedOf::Site(id), query.as_deref()).await
}

/// The calendar of `of`, for who shows its token.
async fn given_out(
    app: &Shared,
    headers: &HeaderMap,
    of: FeedOf,
    query: Option<&str>,
) -> Answer<Response> {
    may_show(app, headers)?;
    let mut query = Query::new(query);
    let token = query.text("token").unwrap_or_default();
    query.finish()?;
    let digest = key_digest(&token);
    for _ in 0..ATTEMPTS {
        let row = app.office().feed_by_token(&digest).await?.filter(|row| row.of == of);
        let Some(row) = row else {
            let detail = "there is no calendar with this token here, or not any more";
            return Err(HttpError::new(problem::UNAUTHORIZED, detail));
        };
        let days = app.office().days(|view| Ok::<_, HttpError>(site_days(view, &of))).await?;
        let now = app.office().clock().now();
        let work = move || {
            let text = told(&days, &row, now);
            (row, text)
        };
        let (row, text) = app.searches.run(work).await?;
        if text == row.body {
            return Ok(answer(row.revision, text));
        }
        let (id, revision) = (row.id, row.revision + 1);
        let store = app.office().store();
        if app.office().beside(store.keep_feed(id, revision, &text)).await? {
            return Ok(answer(revision, text));
        }
        // Somebody has fetched it meanwhile, or it was revoked.
    }
    Err(HttpError::new(problem::BUSY, "the calendar changes too fast").retry_after(1))
}

fn answer(revision: u64, text: String) -> Response {
    let fixed = HeaderValue::from_static;
    let headers = [
        (header::ETAG, etag(revision)),
        (header::CACHE_CONTROL, fixed("private, no-cache")),
        (header::CONTENT_TYPE, fixed("text/calendar; charset=utf-8")),
        (header::CONTENT_DISPOSITION, fixed("inline; filename=\"calendar.ics\"")),
    ];
    (headers, text).into_response()
}

async fn find(app: &App, id: &str) -> Answer<FeedRow> {
    let unknown = || HttpError::not_found("calendar", id);
    let uuid = Uuid::try_parse(id).map_err(|_| unknown())?;
    app.office().feed(uuid).await?.ok_or_else(unknown)
}

fn clerk(problem: &Problem, id: &str) -> Option<usize> {
    problem.clerks.iter().position(|clerk| clerk.id == id)
}

fn site(problem: &Problem, id: &str) -> Option<usize> {
    problem.sites.iter().position(|site| site.id == id)
}

fn today(view: &View) -> NaiveDate {
    view.problem().zone.wall_clock(view.now).map(|(date, _)| date).unwrap_or_default()
}

/// The site-days from today on that the calendar is about.
fn site_days(view: &View, of: &FeedOf) -> Vec<usize> {
    let (problem, today) = (view.problem(), today(view));
    let (wanted_clerk, wanted_site) = match of {
        FeedOf::Staff(id) => (clerk(problem, id), None),
        FeedOf::Site(id) => (None, site(problem, id)),
    };
    let all = problem.site_days.iter().enumerate();
    let wanted = all.filter(|(_, day)| {
        let works = || {
            let mut shifts = problem.shifts[day.shifts.clone()].iter();
            wanted_clerk.is_some_and(|clerk| shifts.any(|shift| shift.clerk == clerk))
        };
        problem.dates[day.day] >= today && (wanted_site == Some(day.site) || works())
    });
    wanted.map(|(index, _)| index).collect()
}

/// What `row` says as things stand on `days`.
fn told(days: &Days, row: &FeedRow, now: DateTime<Utc>) -> String {
    let problem = days.view.problem();
    let (mut plan, kept) = days.plan();
    let mut records = BTreeMap::new();
    for day in &days.all {
        for (entry, _) in days.ledger(day).promises() {
            if let Some(record) = days.record(day, &entry.id) {
                records.insert(record.id, record);
            }
        }
    }
    // A hold may still expire.
    let slots = std::mem::take(&mut plan.slots).into_iter().zip(kept);
    let booked = |id: &Uuid| records.get(id).filter(|record| record.status != Status::Held);
    let (slots, kept): (Vec<_>, Vec<_>) = slots.filter(|(_, id)| booked(id).is_some()).unzip();
    plan.slots = slots;
    plan.stays = problem.stays(&plan);
    let mut baskets = Vec::with_capacity(kept.len());
    for id in &kept {
        let basket = records.get(id).map(|record| record.basket.as_slice()).unwrap_or_default();
        let service = |id: &str| problem.services.iter().position(|service| service.id == id);
        let known = basket.iter().filter_map(|(id, persons)| Some((service(id)?, *persons)));
        baskets.push(known.collect::<Vec<_>>());
    }
    let visits: Vec<Visit<'_>> = plan.slots.iter().zip(&kept).zip(&baskets)
        // The id of an appointment is known to others; this says nothing to them.
        .map(|((slot, id), basket)| Visit {
            uid: body::digest(format!("{} {id}", row.id).as_bytes())[..32].to_owned(),
            slot,
            basket,
        })
        .filter(|_| row.appointments)
        .collect();
    let booked = Booked { problem, plan: &plan, visits: &visits, today: today(&days.view) };
    let language = if row.is_german { Language::German } else { Language::English };
    let (calendar, id) = match &row.of {
        FeedOf::Staff(id) => {
            (clerk(problem, id).and_then(|clerk| booked.of_clerk(clerk, language)), id)
        }
        FeedOf::Site(id) => (site(problem, id).and_then(|site| booked.of_site(site, language)), id),
    };
    let calendar = calendar.unwrap_or_else(|| booked.of_nothing(id));
    let before = Some(row.body.as_bytes()).filter(|body| !body.is_empty());
    calendar.text(&problem.zone, before, now)
}

/// An id as part of a path.
fn escaped(id: &str) -> String {
    use std::fmt::Write as _;
    id.bytes().fold(String::with_capacity(id.len()), |mut out, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            // Writing to a string cannot fail.
            _ => drop(write!(out, "%{byte:02X}")),
        }
        out
    })
}
