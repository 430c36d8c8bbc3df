//! `/v1/sites`

use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use scheduler_core::scenario::{Opening, Scenario};
use serde::Serialize;
use utoipa::ToSchema;

use super::services::offered;
use crate::http::app::Shared;
use crate::http::auth::{Caller, SlotsRead};
use crate::http::language::Tongues;
use crate::http::problem::Answer;
use scheduler_core::ledger::Visit;
use scheduler_core::problem::Problem;

/// The sites.
#[derive(Debug, Serialize, ToSchema)]
pub struct SiteList {
    /// IANA name of the zone of all sites.
    #[schema(example = "Europe/Berlin")]
    time_zone: String,
    /// First date that can be booked.
    #[schema(example = "2027-03-01")]
    from: NaiveDate,
    /// Last date that can be booked.
    #[schema(example = "2027-04-11")]
    until: NaiveDate,
    /// The sites.
    sites: Vec<SiteView>,
}

/// An office.
#[derive(Debug, Serialize, ToSchema)]
pub struct SiteView {
    /// Its id.
    #[schema(example = "mitte")]
    id: String,
    /// Name for people, in the language of the reader where the scenario has one.
    name: String,
    /// Opening hours.
    open: Vec<Opening>,
    /// Dates on which it stays closed.
    closed_on: Vec<NaiveDate>,
    /// Ids of the services that it has clerks and rooms for.
    services: Vec<String>,
}

/// The sites, their opening hours and services.
#[utoipa::path(get, path = "/v1/sites", tag = "booking",
    responses((status = 200, description = "The sites.", body = SiteList)),
    security(("key" = ["slots:read"])),
    extensions(("x-problems" = json!(["busy", "unavailable"]))))]
pub async fn list(
    State(app): State<Shared>,
    _caller: Caller<SlotsRead>,
    Tongues(tongues): Tongues,
) -> Answer<Json<SiteList>> {
    let view = app.office().view().await?;
    let work = move || sites(&view.scenario, &view.book.problem, &tongues);
    Ok(Json(app.searches.run(work).await?))
}

fn sites(scenario: &Scenario, problem: &Problem, tongues: &[String]) -> SiteList {
    let views = scenario.sites.iter().zip(0..).map(|(site, index)| {
        let services = problem.services.iter().zip(0..).filter(|(_, service)| {
            let visit = Visit::new(problem, &super::services::alone(*service));
            visit.is_ok_and(|visit| offered(problem, index, &visit))
        });
        SiteView {
            id: site.id.clone(),
            name: site.names.told(tongues, &problem.sites[index].name).to_owned(),
            open: site.open.clone(),
            closed_on: site.closed_on.clone(),
            services: services.map(|(service, _)| service.id.clone()).collect(),
        }
    });
    SiteList {
        time_zone: problem.zone.name().to_owned(),
        from: scenario.horizon.from,
        until: scenario.horizon.until,
        sites: views.collect(),
    }
}
