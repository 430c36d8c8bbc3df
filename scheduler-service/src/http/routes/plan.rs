//! `/v1/plan`: who does what, as things stand, and as a planner wants it

use axum::extract::{RawQuery, Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use scheduler_core::scenario::{Finding, PlanFile};

use super::plan_view::BookPlan;
use super::services::{parameters, unknown_parameter};
use super::shapes;
use super::written::{IfMatch, etag};
use crate::booking::{Days, View};
use crate::http::app::{App, Shared};
use crate::http::auth::{Caller, PlanningRead, PlanningWrite};
use crate::http::body::{self, sensible};
use crate::http::problem::{self, Answer, HttpError, Violation};

/// Who does what, as things stand.
///
/// A date has the `ETag` that `PUT` asks for, for all sites or for those named.
#[utoipa::path(get, path = "/v1/plan", tag = "planning",
    params(
        ("date" = Option<NaiveDate>, Query, nullable = false,
            description = "The date, instead of `from` and `until`.", example = "2027-03-01"),
        ("site" = Option<Vec<String>>, Query, explode, style = Form, nullable = false,
            description = "Ids of sites; all where left out.", example = json!(["mitte"])),
        ("from" = Option<NaiveDate>, Query, nullable = false,
            description = "First date; today where left out.", example = "2027-03-01"),
        ("until" = Option<NaiveDate>, Query, nullable = false,
            description = "Last date; the first where left out.", example = "2027-03-05")),
    responses((status = 200, description = "The plan.", body = BookPlan,
        headers(("ETag" = String, description = "Version of what was asked for.")))),
    security(("key" = ["planning:read"])),
    extensions(("x-problems" = json!([
        "malformed", "invalid", "invalid-window", "busy", "unavailable"]))))]
pub async fn read(
    State(app): State<Shared>,
    _caller: Caller<PlanningRead>,
    RawQuery(query): RawQuery,
) -> Answer<Response> {
    let asked = Asked::parse(query.as_deref().unwrap_or_default())?;
    let days = app.office().days(|view| asked.resolve(view)).await?;
    let (_, shown) = shown(&app, days).await?;
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
            description = "Ids of sites; all where left out.", example = json!(["mitte"])),
        ("reason" = Option<String>, Query, nullable = false,
            description = "Why, for the audit log.")),
    responses((status = 200, description = "The plan as it is now.", body = BookPlan,
        headers(("ETag" = String, description = "Its new version.")))),
    security(("key" = ["planning:write"])),
    extensions(("x-if-match" = json!("required")), ("x-problems" = json!([
        "malformed", "invalid", "invalid-plan", "stale", "busy", "unavailable"]))))]
pub async fn put(
    State(app): State<Shared>,
    caller: Caller<PlanningWrite>,
    version: IfMatch,
    RawQuery(query): RawQuery,
    request: Request,
) -> Answer<Response> {
    let version = version.required()?;
    let (query, reason) = reason(query.as_deref().unwrap_or_default())?;
    let asked = Asked::parse(&query)?.of_one_date()?;
    let body::Taken { value, turn, held: _held } = body::take(request, &app, body::json).await?;
    let file = app.plans.run_in(turn, move || PlanFile::from_value(&value)).await?;
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
    let dates: Vec<String> =
        days.all.iter().map(|day| format!("{} {}", day.key.site, day.key.date)).collect();
    let act = caller.act("plan.adopt").because(reason).with("site_days", dates);
    app.office().noting(act).adopt(days, file).await?;
    let days = app.office().days(|view| asked.resolve(view)).await?;
    Ok(shown(&app, days).await?.1.into_response())
}

/// The query without `reason`, and that.
fn reason(query: &str) -> Answer<(String, Option<String>)> {
    let (mut reason, mut rest) = (None, form_urlencoded::Serializer::new(String::new()));
    for (name, value) in parameters(query) {
        if name == "reason" {
            sensible(Violation::of_text("?reason", &value).into_iter().collect())?;
            reason = Some(value);
        } else {
            rest.append_pair(&name, &value);
        }
    }
    Ok((rest.finish(), reason))
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

/// Digits of an `ETag`.
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
