//! `/v1/services`

use axum::Json;
use axum::extract::{RawQuery, State};
use scheduler_core::ledger::{BasketItem, Visit};
use scheduler_core::problem::Problem;
use scheduler_core::scenario::Scenario;
use serde::Serialize;
use utoipa::ToSchema;

use super::shapes::{self, BasketEntry, entries};
use crate::booking::request::{Pins, visit};
use crate::http::app::Shared;
use crate::http::auth::{Caller, SlotsRead};
use crate::http::body::sensible;
use crate::http::language::Tongues;
use crate::http::problem::{self, Answer, HttpError, Violation};

/// The services.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceList {
    /// The services.
    services: Vec<ServiceView>,
}

/// A service that citizens book.
#[derive(Debug, Serialize, ToSchema)]
pub struct ServiceView {
    /// Its id.
    #[schema(example = "passport")]
    id: String,
    /// Name for people, in the language of the reader where the scenario has one.
    name: String,
    /// How long it takes.
    #[schema(example = 15)]
    minutes: u32,
    /// Minutes more for each person after the first.
    #[schema(example = 10)]
    extra_person_minutes: u32,
    /// Most persons in one visit.
    #[schema(example = 4)]
    max_persons: u32,
    /// Ids of the sites where it can be had, in one visit with the basket asked about; none where
    /// it can not.
    sites: Vec<String>,
}

/// The services, and which of them may be added to a basket.
///
/// A service may be added where one clerk has the skills for all of the visit, one room the
/// equipment, and some day the time. Whether there is a free start only a search knows.
#[utoipa::path(get, path = "/v1/services", tag = "booking",
    params(
        ("site" = Option<Vec<String>>, Query, explode, style = Form, nullable = false,
            description = "Ids of the sites that suit; all where left out.", example = json!(["mitte"])),
        ("basket" = Option<Vec<String>>, Query, explode, style = Form, nullable = false,
            description = "What is in the basket already: ids of services, each with `:` and a \
                number of persons where there are several.", example = json!(["passport:2"]))),
    responses((status = 200, description = "The services.", body = ServiceList)),
    security(("key" = ["slots:read"])),
    extensions(("x-problems" = json!(["malformed", "invalid", "busy", "unavailable"]))))]
pub async fn list(
    State(app): State<Shared>,
    _caller: Caller<SlotsRead>,
    Tongues(tongues): Tongues,
    RawQuery(query): RawQuery,
) -> Answer<Json<ServiceList>> {
    let asked = Asked::parse(query.as_deref().unwrap_or_default())?;
    let view = app.office().view().await?;
    let work = move || services(&view.scenario, &view.book.problem, &asked, &tongues);
    Ok(Json(app.searches.run(work).await??))
}

/// What the query asks about.
#[derive(Debug, Default)]
struct Asked {
    sites: Vec<String>,
    basket: Vec<BasketEntry>,
}

impl Asked {
    fn parse(query: &str) -> Answer<Self> {
        let (mut asked, mut violations) = (Self::default(), Vec::new());
        for (name, value) in parameters(query) {
            match name.as_str() {
                "site" => asked.sites.push(value),
                "basket" => asked.basket.push(basket_entry(&value)),
                _ => violations.push(unknown_parameter(&name, "site, basket")),
            }
        }
        if violations.is_empty() {
            return Ok(asked);
        }
        Err(HttpError::violations(problem::MALFORMED, violations))
    }
}

/// A service with persons, as a parameter has it: the id, and `:` and a number where there are several.
pub fn basket_entry(text: &str) -> BasketEntry {
    // An id may have a colon itself; what follows the last one are the persons if it is a number.
    let split = text.rsplit_once(':');
    let entry = split.and_then(|(id, n)| Some((id, n.parse::<u32>().ok()?)));
    let (service, persons) = entry.unwrap_or((text, 1));
    BasketEntry { service: service.to_owned(), persons }
}

/// The parameters of a query, percent-decoded, in order.
pub fn parameters(query: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(query.as_bytes()).into_owned().collect()
}

/// A parameter that the path does not take.
pub fn unknown_parameter(name: &str, known: &str) -> Violation {
    let detail = format!("there is no parameter {name:?}; there are {known}");
    Violation::new(format!("?{name}"), "unknown-field", detail)
}

fn services(
    scenario: &Scenario,
    problem: &Problem,
    asked: &Asked,
    tongues: &[String],
) -> Answer<ServiceList> {
    let mut violations = Vec::new();
    let sites = if asked.sites.is_empty() { None } else { Some(asked.sites.as_slice()) };
    let sites = shapes::sites(problem, sites, "?site").unwrap_or_else(|wrong| {
        violations.extend(wrong);
        Vec::new()
    });
    let mut basket = Vec::new();
    if !asked.basket.is_empty() {
        match visit(problem, entries(&asked.basket), Pins::default(), "?") {
            Ok((items, _)) => basket = items,
            Err(wrong) => violations.extend(wrong),
        }
    }
    sensible(violations)?;
    let services = problem.services.iter().zip(0..).map(|(service, index)| {
        let item = BasketItem { service: index, persons: 1 };
        let mut items = basket.clone();
        // What is in the basket already is judged as it is there.
        if !items.iter().any(|other| other.service == index) {
            items.push(item);
        }
        let visit = Visit::new(problem, &items).ok();
        let suits =
            |site: &&usize| visit.as_ref().is_some_and(|visit| offered(problem, **site, visit));
        let suitable = sites.iter().filter(suits);
        ServiceView {
            id: service.id.clone(),
            name: scenario
                .services
                .get(index)
                .map_or(service.name.as_str(), |own| own.names.told(tongues, &service.name))
                .to_owned(),
            minutes: service.minutes,
            extra_person_minutes: service.extra_person_minutes,
            max_persons: service.max_persons,
            sites: suitable.map(|&site| problem.sites[site].id.clone()).collect(),
        }
    });
    Ok(ServiceList { services: services.collect() })
}

/// A basket of one service for one person.
pub fn alone(service: usize) -> [BasketItem; 1] {
    [BasketItem { service, persons: 1 }]
}

/// Whether `site` has a room and, on some day, a clerk for `visit`, were nothing booked.
pub fn offered(problem: &Problem, site: usize, visit: &Visit) -> bool {
    let rooms = &problem.sites[site].rooms;
    let room = rooms.iter().any(|&room| visit.equipment.is_subset(&problem.rooms[room].equipment));
    let clerk = |shift: usize, open: &[scheduler_core::time::Window]| {
        let shift = &problem.shifts[shift];
        visit.skills.is_subset(&problem.clerks[shift.clerk].skills)
            && open.iter().any(|open| open.intersection(shift.window).steps() >= visit.steps)
    };
    let days = (0..problem.dates.len()).map(|day| &problem.site_days[problem.site_day(site, day)]);
    room && days.into_iter().any(|day| day.shifts.clone().any(|shift| clerk(shift, &day.open)))
}
