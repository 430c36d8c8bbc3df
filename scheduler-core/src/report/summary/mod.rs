//! A plan in figures: what it offers where and when, against what is asked for, and what limits it.

mod figures;
mod limits;
mod market;
mod spare;
mod worth;

pub use figures::{Figures, Usage};
pub use limits::{Limit, Scarce};
pub use worth::{Missing, ShortageFigures, WorthFigures};

use chrono::NaiveDate;
use serde::Serialize;

use crate::plan::Prices;
use crate::problem::{Plan, Problem};
use figures::Tally;

/// A plan in figures. Serialises as `"summary/1"`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// `"summary/1"`.
    pub schema: &'static str,
    /// What the planner calls the scenario.
    pub name: String,
    /// First date of the horizon.
    pub from: NaiveDate,
    /// Last date of the horizon.
    pub until: NaiveDate,
    /// Number of clerks.
    pub clerks: usize,
    /// Number of rooms.
    pub rooms: usize,
    /// Expected served minutes, weighted by value, less what has a price.
    pub objective: f64,
    /// The parts of the objective.
    pub worth: WorthFigures,
    /// No plan has a larger objective.
    pub upper_bound: f64,
    /// What could still be gained, against the work that the plan does.
    pub gap: f64,
    /// Time that planning took.
    pub seconds: f64,
    /// `"search"` or `"exact"`.
    pub engine: String,
    /// Seed of the search.
    pub seed: u64,
    /// Offer and demand of all sites and days.
    pub total: Figures,
    /// Use of people and rooms of all sites and days.
    pub usage: Usage,
    /// Each service over all sites and days.
    pub services: Vec<ServiceFigures>,
    /// Each site.
    pub sites: Vec<SiteFigures>,
    /// Demand that several days or sites can serve.
    pub flexible_demand: Vec<FlexibleDemand>,
    /// Everything asked for at a price that the plan lacks, in order of site, date and time.
    pub shortages: Vec<ShortageFigures>,
    /// What is scarce, dearest first; nothing where the run left no prices.
    pub limits: Option<Vec<Limit>>,
}

/// One site over the horizon.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SiteFigures {
    /// Id in the scenario.
    pub site: String,
    /// Name for people.
    pub name: String,
    /// Offer and demand; demand that other sites can serve too is left out.
    pub total: Figures,
    /// Use of people and rooms.
    pub usage: Usage,
    /// Each service that is asked for or offered here.
    pub services: Vec<ServiceFigures>,
    /// Each date on which the site is open or staffed.
    pub days: Vec<SiteDayFigures>,
}

/// One site on one date.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SiteDayFigures {
    /// The date.
    pub date: NaiveDate,
    /// Offer and demand; demand that other days or sites can serve too is left out.
    pub total: Figures,
    /// Use of people and rooms.
    pub usage: Usage,
    /// Each service that is asked for or offered here.
    pub services: Vec<ServiceFigures>,
    /// Each walk-in quota of the day.
    pub quotas: Vec<QuotaFigures>,
}

/// One service somewhere.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ServiceFigures {
    /// Id in the scenario.
    pub service: String,
    /// Name for people.
    pub name: String,
    /// Offer and demand.
    #[serde(flatten)]
    pub figures: Figures,
}

/// One walk-in quota on one day.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuotaFigures {
    /// Id in the scenario.
    pub quota: String,
    /// Start of its window, `"07:30"`.
    pub from: String,
    /// End of its window.
    pub until: String,
    /// Minutes of walk-in blocks that count for it.
    pub kept_minutes: u32,
    /// Least minutes that it asks for.
    pub min_minutes: u32,
    /// Most minutes that it allows.
    pub max_minutes: Option<u32>,
}

/// An entry of the demand that several days or sites can serve.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FlexibleDemand {
    /// Id in the scenario.
    pub demand: String,
    /// Name of the service.
    pub service: String,
    /// Expected number of requests.
    pub requests: f64,
    /// Slots given to it.
    pub slots: usize,
    /// Expected number of requests that find a slot.
    pub served: f64,
}

/// Sums up `plan`. `prices` may be empty (`Prices::default()`); then nothing is said about limits.
///
/// O(slots + site-days · services), and for the limits O(steps · services) more for each site-day.
pub fn summary(problem: &Problem, plan: &Plan, prices: &Prices) -> Summary {
    let tally = Tally::new(problem, plan);
    let mut total = Figures::default();
    for service in &tally.services {
        total.add(service);
    }
    let mut usage = Usage::default();
    for day in &tally.usage {
        usage.add(day);
    }
    Summary {
        schema: "summary/1",
        name: problem.name.clone(),
        from: problem.dates.first().copied().unwrap_or_default(),
        until: problem.dates.last().copied().unwrap_or_default(),
        clerks: problem.clerks.len(),
        rooms: problem.rooms.len(),
        objective: plan.objective,
        worth: WorthFigures::new(problem, plan),
        upper_bound: plan.upper_bound,
        gap: plan.gap(),
        seconds: plan.seconds,
        engine: plan.engine.clone(),
        seed: plan.seed,
        total,
        usage,
        services: service_figures(problem, &tally.services),
        sites: (0..problem.sites.len()).map(|site| site_figures(problem, &tally, site)).collect(),
        flexible_demand: tally.flexible_demand(problem),
        shortages: worth::shortages(problem, plan),
        limits: limits::limits(problem, plan, prices, &tally.pool_slots),
    }
}

fn site_figures(problem: &Problem, tally: &Tally, site: usize) -> SiteFigures {
    let mut total = Figures::default();
    for figures in tally.of_site(site) {
        total.add(figures);
    }
    let mut usage = Usage::default();
    let mut days = Vec::new();
    for day in 0..problem.dates.len() {
        let site_day = problem.site_day(site, day);
        usage.add(&tally.usage[site_day]);
        let figures = site_day_figures(problem, tally, site_day);
        let something = !problem.site_days[site_day].open.is_empty()
            || !problem.site_days[site_day].shifts.is_empty()
            || !figures.services.is_empty();
        if something {
            days.push(figures);
        }
    }
    SiteFigures {
        site: problem.sites[site].id.clone(),
        name: problem.sites[site].name.clone(),
        total,
        usage,
        services: service_figures(problem, tally.of_site(site)),
        days,
    }
}

fn site_day_figures(problem: &Problem, tally: &Tally, site_day: usize) -> SiteDayFigures {
    let mut total = Figures::default();
    for figures in tally.of_site_day(site_day) {
        total.add(figures);
    }
    let minutes = problem.grid.minutes();
    SiteDayFigures {
        date: problem.dates[problem.site_days[site_day].day],
        total,
        usage: tally.usage[site_day],
        services: service_figures(problem, tally.of_site_day(site_day)),
        quotas: problem.site_days[site_day]
            .quotas
            .iter()
            .map(|&index| {
                let quota = &problem.quotas[index];
                QuotaFigures {
                    quota: quota.id.clone(),
                    from: problem.grid.clock(quota.window.from).to_string(),
                    until: problem.grid.clock(quota.window.until).to_string(),
                    kept_minutes: tally.quota_steps[index] * minutes,
                    min_minutes: quota.min_steps * minutes,
                    max_minutes: quota.max_steps.map(|steps| steps * minutes),
                }
            })
            .collect(),
    }
}

/// Names the figures that stand in the order of the problem's services; leaves out empty ones.
fn service_figures(problem: &Problem, figures: &[Figures]) -> Vec<ServiceFigures> {
    problem
        .services
        .iter()
        .zip(figures)
        .filter(|(_, figures)| figures.slots > 0 || figures.requests > 0.0)
        .map(|(service, &figures)| ServiceFigures {
            service: service.id.clone(),
            name: service.name.clone(),
            figures,
        })
        .collect()
}
