//! `/v1/plan`: who does what, as things stand

use axum::Json;
use axum::extract::{RawQuery, State};
use chrono::{DateTime, FixedOffset, NaiveDate};
use scheduler_core::ledger::{Book, Seat};
use scheduler_core::problem::Problem;
use scheduler_core::time::Window;
use serde::Serialize;
use utoipa::ToSchema;

use super::services::{parameters, unknown_parameter};
use super::shapes::{self, BasketEntry};
use crate::http::app::Shared;
use crate::http::auth::{Caller, PlanningWrite};
use crate::http::body::sensible;
use crate::http::problem::{self, Answer, HttpError, Violation};

/// Who does what, as things stand. Promises may still change clerk and room.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookPlan {
    /// Version of the scenario.
    scenario_version: u64,
    /// IANA name of the zone of all sites.
    #[schema(example = "Europe/Berlin")]
    time_zone: String,
    /// The days of each site, in order of date and site; closed ones are left out.
    days: Vec<DayPlan>,
}

/// A day of a site.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayPlan {
    /// The date.
    #[schema(example = "2027-03-01")]
    date: NaiveDate,
    /// Id of the site.
    #[schema(example = "mitte")]
    site: String,
    /// Desk minutes for appointments: open hours of all shifts less breaks and walk-in blocks.
    appointment_minutes: u32,
    /// Desk minutes that are promised.
    promised_minutes: u32,
    /// Holds and appointments, by start.
    promises: Vec<PromisePlan>,
    /// Stretches for people without an appointment, by start.
    walk_in_blocks: Vec<BlockPlan>,
    /// Breaks, by start.
    breaks: Vec<BreakPlan>,
}

/// A hold or an appointment.
#[derive(Debug, Serialize, ToSchema)]
pub struct PromisePlan {
    /// Its id.
    id: String,
    /// When it begins.
    start: DateTime<FixedOffset>,
    /// When it ends.
    end: DateTime<FixedOffset>,
    /// What for.
    basket: Vec<BasketEntry>,
    /// Id of the clerk.
    staff: String,
    /// Id of the room; null where none is needed.
    room: Option<String>,
    /// Whether it is a hold, which may still expire.
    held: bool,
}

/// A stretch for people without an appointment.
#[derive(Debug, Serialize, ToSchema)]
pub struct BlockPlan {
    /// When it begins.
    start: DateTime<FixedOffset>,
    /// When it ends.
    end: DateTime<FixedOffset>,
    /// Id of the clerk.
    staff: String,
    /// Id of the room.
    room: String,
    /// Ids of the quotas that it counts for.
    quotas: Vec<String>,
}

/// A clerk's break.
#[derive(Debug, Serialize, ToSchema)]
pub struct BreakPlan {
    /// When it begins.
    start: DateTime<FixedOffset>,
    /// When it ends.
    end: DateTime<FixedOffset>,
    /// Id of the clerk.
    staff: String,
}

/// Who does what, as things stand.
#[utoipa::path(get, path = "/v1/plan", tag = "planning",
    params(
        ("site" = Option<Vec<String>>, Query, explode, style = Form, nullable = false,
            description = "Ids of sites; all where left out.", example = json!(["mitte"])),
        ("from" = Option<NaiveDate>, Query, nullable = false,
            description = "First date; today where left out.", example = "2027-03-01"),
        ("until" = Option<NaiveDate>, Query, nullable = false,
            description = "Last date; the first where left out.", example = "2027-03-05")),
    responses((status = 200, description = "The plan.", body = BookPlan)),
    security(("key" = ["planning:write"])),
    extensions(("x-problems" = json!([
        "malformed", "invalid", "invalid-window", "busy", "unavailable"]))))]
pub async fn read(
    State(app): State<Shared>,
    _caller: Caller<PlanningWrite>,
    RawQuery(query): RawQuery,
) -> Answer<Json<BookPlan>> {
    let asked = Asked::parse(query.as_deref().unwrap_or_default())?;
    let view = app.office().view().await?;
    let work = move || {
        let (book, zone) = (&view.book, &view.book.problem.zone);
        let today = zone.wall_clock(view.now).map(|(date, _)| date).unwrap_or_default();
        let (sites, days) = asked.resolve(&book.problem, today)?;
        let site_days = days.flat_map(|day| sites.iter().map(move |&site| (site, day)));
        let site_days = site_days.map(|(site, day)| book.problem.site_day(site, day));
        let open = site_days.filter(|&site_day| !book.problem.site_days[site_day].open.is_empty());
        Ok::<_, HttpError>(BookPlan {
            scenario_version: view.scenario_version,
            time_zone: zone.name().to_owned(),
            days: open.map(|site_day| DayPlan::of(book, site_day)).collect(),
        })
    };
    Ok(Json(app.searches.run(work).await??))
}

/// What the query asks about.
#[derive(Debug, Default)]
struct Asked {
    sites: Vec<String>,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
}

impl Asked {
    fn parse(query: &str) -> Answer<Self> {
        let (mut asked, mut violations) = (Self::default(), Vec::new());
        for (name, value) in parameters(query) {
            let date = || {
                value.parse().map_err(|_| {
                    let detail = format!("{value:?} is not a date such as \"2027-03-01\"");
                    Violation::new(format!("?{name}"), "format", detail)
                })
            };
            match name.as_str() {
                "site" => asked.sites.push(value),
                "from" => match date() {
                    Ok(date) => asked.from = Some(date),
                    Err(wrong) => violations.push(wrong),
                },
                "until" => match date() {
                    Ok(date) => asked.until = Some(date),
                    Err(wrong) => violations.push(wrong),
                },
                _ => violations.push(unknown_parameter(&name, "site, from, until")),
            }
        }
        if violations.is_empty() {
            return Ok(asked);
        }
        Err(HttpError::violations(problem::MALFORMED, violations))
    }

    /// Sites and days; those beyond the horizon are left out.
    fn resolve(
        &self,
        problem: &Problem,
        today: NaiveDate,
    ) -> Answer<(Vec<usize>, std::ops::Range<usize>)> {
        let mut violations = Vec::new();
        let sites = if self.sites.is_empty() { None } else { Some(self.sites.as_slice()) };
        let sites = shapes::sites(problem, sites, "?site").unwrap_or_else(|wrong| {
            violations.extend(wrong);
            Vec::new()
        });
        let from = self.from.unwrap_or(today);
        let until = self.until.unwrap_or(from);
        if until < from {
            let detail = format!("the dates end on {until} and begin on {from}");
            violations.push(Violation::new("?until", "reversed", detail));
        }
        sensible(violations)?;
        let first = problem.dates.partition_point(|&date| date < from);
        let after = problem.dates.partition_point(|&date| date <= until);
        Ok((sites, first..after))
    }
}

impl DayPlan {
    fn of(book: &Book, site_day: usize) -> Self {
        let problem = book.problem.as_ref();
        let (day, ledger) = (&problem.site_days[site_day], book.snapshots[site_day].ledger());
        let instants = |window: Window| problem.instants(day.day, window);
        let minutes = |steps: u32| steps * problem.grid.minutes();
        let names = |seat: Seat| {
            let room = seat.room.map(|room| problem.rooms[room.0].id.clone());
            (problem.clerks[seat.clerk.0].id.clone(), room)
        };
        let promises = ledger.promises().map(|(entry, seat)| {
            let told = entry.start + entry.visit.told_steps(problem.grid);
            let (start, end) = instants(Window::new(entry.start, told));
            let (staff, room) = names(seat);
            let basket = entry.basket.iter().map(|item| BasketEntry {
                service: problem.services[item.service].id.clone(),
                persons: item.persons,
            });
            let held = entry.expires_at.is_some();
            let (id, basket) = (entry.id.to_string(), basket.collect());
            PromisePlan { id, start, end, basket, staff, room, held }
        });
        let blocks = ledger.blocks().map(|(block, seat)| {
            let ((start, end), (staff, room)) = (instants(block.window), names(seat));
            let quotas = block.quotas.iter().map(|&quota| problem.quotas[quota].id.clone());
            let room = room.unwrap_or_default();
            BlockPlan { start, end, staff, room, quotas: quotas.collect() }
        });
        let breaks = ledger.breaks().map(|(shift, window)| {
            let (start, end) = instants(window);
            let staff = problem.clerks[problem.shifts[shift.0].clerk].id.clone();
            BreakPlan { start, end, staff }
        });
        let mut plan = Self {
            date: problem.dates[day.day],
            site: problem.sites[day.site].id.clone(),
            appointment_minutes: minutes(ledger.appointment_steps()),
            promised_minutes: minutes(ledger.promised_steps()),
            promises: promises.collect(),
            walk_in_blocks: blocks.collect(),
            breaks: breaks.collect(),
        };
        plan.promises.sort_by(|a, b| (a.start, &a.id).cmp(&(b.start, &b.id)));
        plan.walk_in_blocks.sort_by(|a, b| (a.start, &a.staff).cmp(&(b.start, &b.staff)));
        plan.breaks.sort_by(|a, b| (a.start, &a.staff).cmp(&(b.start, &b.staff)));
        plan
    }
}
