//! `/v1/plan`: who does what, as things stand, and as a planner wants it

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{RawQuery, Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, FixedOffset, NaiveDate};
use scheduler_core::ledger::{Entry, Ledger, Seat};
use scheduler_core::problem::{Plan, Problem};
use scheduler_core::report::Verdict;
use scheduler_core::scenario::wire::Wire as _;
use scheduler_core::scenario::{Finding, PlanFile, Scenario};
use scheduler_core::time::Window;
use scheduler_core::wire;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::services::{parameters, unknown_parameter};
use super::shapes::{self, BasketEntry};
use super::written::{BookingStatus, IfMatch, etag};
use crate::booking::{Days, Record, SiteDay, View};
use crate::http::app::{App, Shared};
use crate::http::auth::{Caller, PlanningWrite};
use crate::http::body::{self, Body, sensible};
use crate::http::problem::{self, Answer, HttpError, Violation};
use crate::studies::{self, read as study};

/// Who does what, as things stand. Promises may still change clerk and room.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookPlan {
    /// Version of the scenario.
    scenario_version: u64,
    /// IANA name of the zone of all sites.
    #[schema(example = "Europe/Berlin")]
    time_zone: String,
    /// What the ids stand for.
    names: Names,
    /// The days of each site, in order of date and site; closed ones are left out.
    days: Vec<DayPlan>,
    /// The same as a plan file, where one date is asked for: what to edit and send back. A slot that
    /// keeps an appointment names one of its services.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PlanFile<'static>>, nullable = false)]
    plan: Option<Value>,
}

/// Names for people, by id.
#[derive(Debug, Serialize, ToSchema)]
pub struct Names {
    /// Of sites.
    sites: BTreeMap<String, String>,
    /// Of clerks.
    staff: BTreeMap<String, String>,
    /// Of rooms.
    rooms: BTreeMap<String, String>,
    /// Of services.
    services: BTreeMap<String, String>,
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
    /// When the service has seated the day; missing where it has not yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    seated_at: Option<DateTime<FixedOffset>>,
    /// Who is there, by clerk and start.
    shifts: Vec<ShiftPlan>,
    /// Holds and appointments, by start.
    promises: Vec<PromisePlan>,
    /// Stretches for people without an appointment, by start.
    walk_in_blocks: Vec<BlockPlan>,
    /// Breaks, by start.
    breaks: Vec<BreakPlan>,
    /// Who sits where, by clerk and start.
    stays: Vec<StayPlan>,
    /// Holds and appointments that nobody can keep as things stand.
    stranded: Vec<StrandedPlan>,
}

/// A clerk's shift.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShiftPlan {
    /// Id of the clerk.
    staff: String,
    /// When it begins.
    start: DateTime<FixedOffset>,
    /// When it ends.
    end: DateTime<FixedOffset>,
    /// When the clerk is away.
    absences: Vec<AbsencePlan>,
}

/// A stretch of a shift in which its clerk is away.
#[derive(Debug, Serialize, ToSchema)]
pub struct AbsencePlan {
    /// When it begins.
    start: DateTime<FixedOffset>,
    /// When it ends.
    end: DateTime<FixedOffset>,
}

/// A clerk at a counter, from the begin of the first task there to the end of the last.
#[derive(Debug, Serialize, ToSchema)]
pub struct StayPlan {
    /// Id of the clerk.
    staff: String,
    /// Id of the room.
    room: String,
    /// When it begins.
    start: DateTime<FixedOffset>,
    /// When it ends.
    end: DateTime<FixedOffset>,
}

/// A hold or an appointment that nobody can keep as things stand.
#[derive(Debug, Serialize, ToSchema)]
pub struct StrandedPlan {
    /// Its id.
    id: String,
    /// When it begins.
    start: DateTime<FixedOffset>,
    /// When it ends.
    end: DateTime<FixedOffset>,
    /// What for.
    basket: Vec<BasketEntry>,
    /// Where it stands.
    status: BookingStatus,
    /// What the client calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reference: Option<String>,
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
    /// Where it stands.
    status: BookingStatus,
    /// What the client calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reference: Option<String>,
    /// Whether a planner has pinned it to its clerk and room.
    pinned: bool,
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
    /// Whether a planner has pinned it.
    pinned: bool,
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
    /// Whether a planner has pinned it.
    pinned: bool,
}

wire! {
    /// A plan to be judged.
    pub struct CheckPlanRequest {
        /// What it is a plan for; the scenario that is booked from where left out, with the sites and
        /// from the first to the last date that the plan names, and all that is promised there.
        #[wire(kind = Scenario::KIND)]
        pub scenario: Option<Value>,
        /// The plan.
        #[wire(kind = PlanFile::KIND)]
        pub plan: Value,
    }
}

/// Who does what, as things stand.
///
/// A date has the `ETag` that `PUT` asks for, for all sites or for those named. `If-None-Match` saves
/// the answer where nothing has changed.
#[utoipa::path(get, path = "/v1/plan", tag = "planning",
    params(
        ("date" = Option<NaiveDate>, Query, nullable = false,
            description = "The date, instead of `from` and `until`.", example = "2027-03-01"),
        ("site" = Option<Vec<String>>, Query, explode, style = Form, nullable = false,
            description = "Ids of sites; all where left out.", example = json!(["mitte"])),
        ("from" = Option<NaiveDate>, Query, nullable = false,
            description = "First date; today where left out.", example = "2027-03-01"),
        ("until" = Option<NaiveDate>, Query, nullable = false,
            description = "Last date; the first where left out.", example = "2027-03-05"),
        ("If-None-Match" = Option<String>, Header, nullable = false,
            description = "ETags of what you have: the answer is 304 where it is one of them.")),
    responses(
        (status = 200, description = "The plan.", body = BookPlan,
            headers(("ETag" = String, description = "Version of what was asked for."))),
        (status = 304, description = "Nothing has changed.",
            headers(("ETag" = String, description = "Version of what was asked for.")))),
    security(("key" = ["planning:write"])),
    extensions(("x-problems" = json!([
        "malformed", "invalid", "invalid-window", "busy", "unavailable"]))))]
pub async fn read(
    State(app): State<Shared>,
    _caller: Caller<PlanningWrite>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Answer<Response> {
    let asked = Asked::parse(query.as_deref().unwrap_or_default())?;
    let days = app.office().days(|view| asked.resolve(view)).await?;
    let (_, shown) = shown(&app, days).await?;
    let tag = etag(shown.version);
    let known = headers.get_all(header::IF_NONE_MATCH).iter().any(|value| {
        let tags = value.to_str().unwrap_or_default().split(',');
        let strong = |text: &str| text.trim().trim_start_matches("W/").to_owned();
        tags.map(strong).any(|known| known == "*" || known.as_bytes() == tag.as_bytes())
    });
    if known {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    Ok(shown.into_response())
}

/// Puts an edited plan of a date in the place of what the book would do.
///
/// The body is the `plan` of what `GET` answered, edited: another clerk or room for an appointment,
/// other walk-in blocks and breaks. Every hold and appointment has to be there at its time, and no
/// rule may be broken; else nothing is done and everything that is wrong is listed. What has
/// `pinned` keeps its clerk and room (a break its time) until a plan without it is put; the rest
/// may still change when others book. Slots without an appointment are judged and then left out.
#[utoipa::path(put, path = "/v1/plan", tag = "planning", request_body = PlanFile<'static>,
    params(
        ("date" = NaiveDate, Query, description = "The date.", example = "2027-03-01"),
        ("site" = Option<Vec<String>>, Query, explode, style = Form, nullable = false,
            description = "Ids of sites; all where left out.", example = json!(["mitte"]))),
    responses((status = 200, description = "The plan as it is now.", body = BookPlan,
        headers(("ETag" = String, description = "Its new version.")))),
    security(("key" = ["planning:write"])),
    extensions(("x-if-match" = json!("required")), ("x-problems" = json!([
        "malformed", "invalid", "invalid-plan", "stale", "busy", "unavailable"]))))]
pub async fn put(
    State(app): State<Shared>,
    _caller: Caller<PlanningWrite>,
    version: IfMatch,
    RawQuery(query): RawQuery,
    request: Request,
) -> Answer<Response> {
    let version = version.required()?;
    let asked = Asked::parse(query.as_deref().unwrap_or_default())?.of_one_date()?;
    let body = body::json(&body::read(request, &app).await?)?;
    let file = app.plans.run(move || PlanFile::from_value(&body)).await?;
    let file = file.map_err(|findings| {
        let violation = |f: &Finding| Violation::new(&f.pointer, f.code, &f.message);
        HttpError::violations(problem::MALFORMED, findings.iter().map(violation).collect())
    })?;
    let days = app.office().days(|view| asked.resolve(view)).await?;
    let (days, before) = shown(&app, days).await?;
    if before.version != version {
        let detail = "the plan has changed since it was read; read it again and repeat the edit";
        return Err(HttpError::new(problem::STALE, detail));
    }
    app.office().adopt(days, file).await?;
    let days = app.office().days(|view| asked.resolve(view)).await?;
    Ok(shown(&app, days).await?.1.into_response())
}

/// Judges a plan that was edited by hand, or made elsewhere. Changes nothing.
///
/// Rules, value and what is short are counted anew, whatever the plan says of itself. Places are
/// JSON pointers into the plan.
#[utoipa::path(post, path = "/v1/plans/check", tag = "stateless", request_body = CheckPlanRequest,
    responses((status = 200, description = "What the judge says.", body = Verdict)),
    security(("key" = ["planning:write"])),
    extensions(("x-problems" = json!([
        "invalid", "invalid-scenario", "invalid-plan", "busy", "unavailable"]))))]
pub async fn check(
    State(app): State<Shared>,
    _caller: Caller<PlanningWrite>,
    body: Body<CheckPlanRequest>,
) -> Answer<Json<Verdict>> {
    sensible(body.violations)?;
    let CheckPlanRequest { scenario, plan } = body.value;
    let Some(scenario) = scenario else {
        let file = app.plans.run(move || study::plan_file(&plan)).await??;
        let days = app.office().days(|view| Ok::<_, HttpError>(places(view, &file))).await?;
        return Ok(Json(app.office().judge(days, file).await?));
    };
    Ok(Json(app.plans.run(move || studies::check::run(&scenario, &plan)).await??))
}

/// The site-days of the sites and from the first to the last date that a plan names; those of the
/// first date of the horizon where it names none.
fn places(view: &View, file: &PlanFile<'_>) -> Vec<usize> {
    let problem = view.problem();
    let day_of = |start: DateTime<FixedOffset>| {
        let (date, _) = problem.zone.wall_clock(start)?;
        problem.dates.binary_search(&date).ok()
    };
    let slots = file.slots.iter().map(|slot| (Some(&*slot.site), &*slot.staff, slot.start));
    let blocks = file.walk_in_blocks.iter().map(|b| (Some(&*b.site), &*b.staff, b.start));
    let breaks = file.breaks.iter().map(|taken| (None, &*taken.staff, taken.start));
    let (mut days, mut sites) = (Vec::new(), Vec::new());
    for (site, staff, start) in slots.chain(blocks).chain(breaks) {
        let Some(day) = day_of(start) else { continue };
        days.push(day);
        sites.extend((0..problem.sites.len()).filter(|&index| match site {
            Some(site) => problem.sites[index].id == site,
            None => {
                let shifts = problem.site_days[problem.site_day(index, day)].shifts.clone();
                let mut shifts = problem.shifts[shifts].iter();
                shifts.any(|shift| problem.clerks[shift.clerk].id == staff)
            }
        }));
    }
    sites.sort_unstable();
    sites.dedup();
    if sites.is_empty() {
        sites = (0..problem.sites.len()).collect();
    }
    let first = days.iter().min().copied().unwrap_or_default();
    let last = days.iter().max().copied().unwrap_or_default();
    let days = first..=last;
    days.flat_map(|day| sites.iter().map(move |&site| problem.site_day(site, day))).collect()
}

/// A plan as it is answered.
struct Shown {
    version: u64,
    body: String,
}

impl IntoResponse for Shown {
    fn into_response(self) -> Response {
        let json = header::HeaderValue::from_static("application/json");
        ([(header::ETAG, etag(self.version)), (header::CONTENT_TYPE, json)], self.body)
            .into_response()
    }
}

/// Digits of an ETag.
const TAGS: u64 = 1_000_000_000_000_000_000;

async fn shown(app: &App, days: Days) -> Answer<(Days, Shown)> {
    let work = move || {
        let plan = BookPlan::of(&days)?;
        let body = serde_json::to_string(&plan).map_err(|error| HttpError::internal(&error))?;
        // The versions, so that what was changed and changed back is another; and the text, as holds
        // expire and walk-in time flows back without a write.
        let versions: Vec<(NaiveDate, &str, u64)> =
            days.all.iter().map(|day| (day.key.date, &*day.key.site, day.version)).collect();
        let digest = body::digest(format!("{versions:?}{body}").as_bytes());
        let version = u64::from_str_radix(&digest[..16], 16).unwrap_or_default() % TAGS;
        Ok::<_, HttpError>((days, Shown { version, body }))
    };
    app.searches.run(work).await?
}

/// What the query asks about.
#[derive(Debug, Default)]
struct Asked {
    sites: Vec<String>,
    date: Option<NaiveDate>,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
}

impl Asked {
    fn parse(query: &str) -> Answer<Self> {
        let (mut asked, mut violations) = (Self::default(), Vec::new());
        for (name, value) in parameters(query) {
            let place = match name.as_str() {
                "site" => {
                    asked.sites.push(value);
                    continue;
                }
                "date" => &mut asked.date,
                "from" => &mut asked.from,
                "until" => &mut asked.until,
                _ => {
                    violations.push(unknown_parameter(&name, "date, site, from, until"));
                    continue;
                }
            };
            match value.parse() {
                Ok(date) => *place = Some(date),
                Err(_) => {
                    let detail = format!("{value:?} is not a date such as \"2027-03-01\"");
                    violations.push(Violation::new(format!("?{name}"), "format", detail));
                }
            }
        }
        if asked.date.is_some() && (asked.from.is_some() || asked.until.is_some()) {
            let detail = "give either date, or from and until".to_owned();
            violations.push(Violation::new("?date", "twice", detail));
        }
        if violations.is_empty() {
            return Ok(asked);
        }
        Err(HttpError::violations(problem::MALFORMED, violations))
    }

    /// The same, where a date is named and nothing else.
    fn of_one_date(self) -> Answer<Self> {
        if self.date.is_some() {
            return Ok(self);
        }
        let detail = "name the date of the plan, such as ?date=2027-03-01";
        let violation = Violation::new("?date", "missing", detail);
        Err(HttpError::violations(problem::MALFORMED, vec![violation]))
    }

    /// The site-days that are open; those beyond the horizon are left out, unless the one date is.
    fn resolve(&self, view: &View) -> Answer<Vec<usize>> {
        let problem = view.problem();
        let today = problem.zone.wall_clock(view.now).map(|(date, _)| date).unwrap_or_default();
        let mut violations = Vec::new();
        let sites = if self.sites.is_empty() { None } else { Some(self.sites.as_slice()) };
        let sites = shapes::sites(problem, sites, "?site").unwrap_or_else(|wrong| {
            violations.extend(wrong);
            Vec::new()
        });
        let from = self.date.or(self.from).unwrap_or(today);
        let until = self.date.or(self.until).unwrap_or(from);
        if until < from {
            let detail = format!("the dates end on {until} and begin on {from}");
            violations.push(Violation::new("?until", "reversed", detail));
        }
        if let Some(date) = self.date.filter(|date| problem.dates.binary_search(date).is_err()) {
            let detail = format!("{date} is not one of the dates that can be booked");
            violations.push(Violation::new("?date", "outside-horizon", detail));
        }
        sensible(violations)?;
        let first = problem.dates.partition_point(|&date| date < from);
        let after = problem.dates.partition_point(|&date| date <= until);
        let all = (first..after).flat_map(|day| sites.iter().map(move |&site| (site, day)));
        let site_days = all.map(|(site, day)| problem.site_day(site, day));
        Ok(site_days.filter(|&index| !problem.site_days[index].open.is_empty()).collect())
    }
}

impl BookPlan {
    fn of(days: &Days) -> Answer<Self> {
        let problem = days.view.problem();
        let planned = days.plan();
        let dates = days.all.iter().map(|day| day.key.date);
        let one_date = dates.clone().min() == dates.max();
        let plan = match one_date {
            true => Some(serde_json::to_value(days.file(&planned))),
            false => None,
        };
        let plan = plan.transpose().map_err(|error| HttpError::internal(&error))?;
        Ok(Self {
            scenario_version: days.view.scenario_version,
            time_zone: problem.zone.name().to_owned(),
            names: Names::of(problem),
            days: days.all.iter().map(|day| DayPlan::of(days, day, &planned.0)).collect(),
            plan,
        })
    }
}

impl Names {
    fn of(problem: &Problem) -> Self {
        let pairs = |ids: &mut dyn Iterator<Item = (&String, &String)>| {
            ids.map(|(id, name)| (id.clone(), name.clone())).collect()
        };
        Self {
            sites: pairs(&mut problem.sites.iter().map(|site| (&site.id, &site.name))),
            staff: pairs(&mut problem.clerks.iter().map(|clerk| (&clerk.id, &clerk.name))),
            rooms: pairs(&mut problem.rooms.iter().map(|room| (&room.id, &room.name))),
            services: pairs(&mut problem.services.iter().map(|s| (&s.id, &s.name))),
        }
    }
}

/// Instants and names of one site-day.
#[derive(Clone, Copy)]
struct Here<'a> {
    days: &'a Days,
    day: &'a SiteDay,
    problem: &'a Problem,
    ledger: &'a Ledger,
}

impl DayPlan {
    fn of(days: &Days, day: &SiteDay, plan: &Plan) -> Self {
        let (problem, ledger) = (days.view.problem().as_ref(), days.ledger(day));
        let here = Here { days, day, problem, ledger };
        let minutes = |steps: u32| steps * problem.grid.minutes();
        let local = |at: DateTime<chrono::Utc>| at.with_timezone(days.view.now.offset());
        Self {
            date: day.key.date,
            site: day.key.site.clone(),
            appointment_minutes: minutes(ledger.appointment_steps()),
            promised_minutes: minutes(ledger.promised_steps()),
            seated_at: day.seated_at.map(local),
            shifts: here.shifts(),
            promises: here.promises(),
            walk_in_blocks: here.blocks(),
            breaks: here.breaks(),
            stays: here.stays(plan),
            stranded: days.stranded(day).into_iter().map(StrandedPlan::of).collect(),
        }
    }
}

impl StrandedPlan {
    fn of(record: Record) -> Self {
        let basket = record.basket.into_iter();
        let basket = basket.map(|(service, persons)| BasketEntry { service, persons });
        Self {
            id: record.id.to_string(),
            start: record.start,
            end: record.end,
            basket: basket.collect(),
            status: record.status.into(),
            reference: record.reference,
        }
    }
}

impl Here<'_> {
    fn instants(&self, window: Window) -> (DateTime<FixedOffset>, DateTime<FixedOffset>) {
        self.problem.instants(self.problem.site_days[self.day.site_day].day, window)
    }

    fn clerk(&self, clerk: usize) -> String {
        self.problem.clerks[clerk].id.clone()
    }

    fn names(&self, seat: Seat) -> (String, Option<String>) {
        let room = seat.room.map(|room| self.problem.rooms[room.0].id.clone());
        (self.clerk(seat.clerk.0), room)
    }

    fn shifts(&self) -> Vec<ShiftPlan> {
        let shifts = self.problem.site_days[self.day.site_day].shifts.clone();
        let shifts = self.problem.shifts[shifts].iter().map(|shift| {
            let (start, end) = self.instants(shift.window);
            let absences = shift.absent.iter().map(|&away| {
                let (start, end) = self.instants(away);
                AbsencePlan { start, end }
            });
            let (staff, absences) = (self.clerk(shift.clerk), absences.collect());
            ShiftPlan { staff, start, end, absences }
        });
        let mut shifts: Vec<ShiftPlan> = shifts.collect();
        shifts.sort_by(|a, b| (&a.staff, a.start).cmp(&(&b.staff, b.start)));
        shifts
    }

    fn promises(&self) -> Vec<PromisePlan> {
        let promises = self.ledger.promises().map(|(entry, seat)| self.promise(entry, seat));
        let mut promises: Vec<PromisePlan> = promises.collect();
        promises.sort_by(|a, b| (a.start, &a.id).cmp(&(b.start, &b.id)));
        promises
    }

    fn promise(&self, entry: &Entry, seat: Seat) -> PromisePlan {
        let problem = self.problem;
        let told = entry.start + entry.visit.told_steps(problem.grid);
        let (start, end) = self.instants(Window::new(entry.start, told));
        let (staff, room) = self.names(seat);
        let basket = entry.basket.iter().map(|item| BasketEntry {
            service: problem.services[item.service].id.clone(),
            persons: item.persons,
        });
        let held = entry.expires_at.is_some();
        let record = self.days.record(self.day, &entry.id);
        let without = if held { BookingStatus::Held } else { BookingStatus::Booked };
        PromisePlan {
            id: entry.id.to_string(),
            start,
            end,
            basket: basket.collect(),
            staff,
            room,
            held,
            status: record.as_ref().map_or(without, |record| record.status.into()),
            reference: record.and_then(|record| record.reference),
            pinned: self.day.is_pinned(&entry.id),
        }
    }

    fn blocks(&self) -> Vec<BlockPlan> {
        let problem = self.problem;
        let blocks = self.ledger.blocks().map(|(block, seat)| {
            let ((start, end), (staff, room)) = (self.instants(block.window), self.names(seat));
            let quotas = block.quotas.iter().map(|&quota| problem.quotas[quota].id.clone());
            let (room, pinned) = (room.unwrap_or_default(), block.pinned.is_some());
            BlockPlan { start, end, staff, room, quotas: quotas.collect(), pinned }
        });
        let mut blocks: Vec<BlockPlan> = blocks.collect();
        blocks.sort_by(|a, b| (a.start, &a.staff).cmp(&(b.start, &b.staff)));
        blocks
    }

    fn breaks(&self) -> Vec<BreakPlan> {
        let breaks = self.ledger.stored_breaks().map(|taken| {
            let (start, end) = self.instants(taken.window);
            BreakPlan { start, end, staff: self.clerk(taken.clerk.0), pinned: taken.pinned }
        });
        let mut breaks: Vec<BreakPlan> = breaks.collect();
        breaks.sort_by(|a, b| (a.start, &a.staff).cmp(&(b.start, &b.staff)));
        breaks
    }

    fn stays(&self, plan: &Plan) -> Vec<StayPlan> {
        let stays = plan.stays.iter();
        let here = stays.filter(|s| self.problem.shifts[s.shift].site_day == self.day.site_day);
        let shown = here.map(|stay| {
            let (start, end) = self.instants(stay.window);
            let room = self.problem.rooms[stay.room].id.clone();
            StayPlan { staff: self.clerk(stay.clerk), room, start, end }
        });
        shown.collect()
    }
}
