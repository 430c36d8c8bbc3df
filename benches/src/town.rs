//! Several offices over several days, and the demand that they share.

use chrono::{Datelike, NaiveDate};
use scheduler_core::scenario::{Demand, Horizon, PoolSpan, Scenario, Weekday};
use scheduler_core::time::Clock;

use crate::catalogue::OPENS;
use crate::office::{self, Profile};
use crate::random::Random;

/// A scenario with the offices that the profiles describe, open on `days` of the horizon.
pub(crate) fn town(
    name: &str,
    random: &mut Random,
    horizon: Horizon,
    days: &[Weekday],
    offices: &[Profile],
) -> Scenario {
    let mut scenario = Scenario {
        name: Some(name.to_owned()),
        time_zone: "Europe/Berlin".to_owned(),
        grid_minutes: 5,
        horizon,
        ..Scenario::default()
    };
    for (number, profile) in offices.iter().enumerate() {
        office::add(&mut scenario, random, &format!("office-{:02}", number + 1), days, profile);
    }
    // All offices of a town offer from one catalogue.
    let offers = offices.first().map(|office| office.offers.as_slice()).unwrap_or_default();
    scenario.services = offers.iter().map(|offer| offer.service.clone()).collect();
    scenario
}

/// Adds demand of citizens who do not mind which day or which of the sites: a pool over the whole
/// horizon, `share` times what is asked for there at fixed times.
pub(crate) fn share_demand(
    scenario: &mut Scenario,
    id: &str,
    service: &str,
    sites: &[String],
    share: f64,
) {
    let dates = dates(scenario.horizon);
    let asked: f64 = scenario
        .demand
        .iter()
        .filter(|entry| entry.service == service && entry.pool == PoolSpan::Day)
        .filter(|entry| entry.sites.iter().any(|site| sites.contains(site)))
        .map(|entry| {
            entry.mean * dates.iter().filter(|date| holds_on(entry, **date)).count() as f64
        })
        .sum();
    scenario.demand.push(Demand {
        id: id.to_owned(),
        service: service.to_owned(),
        sites: sites.to_vec(),
        from: OPENS,
        until: Clock::at(18, 0),
        mean: (share * asked).round().max(1.0),
        pool: PoolSpan::Horizon,
        ..Demand::default()
    });
}

fn holds_on(entry: &Demand, date: NaiveDate) -> bool {
    entry.days.as_ref().is_none_or(|days| days.contains(&date.weekday().into()))
}

/// The dates of a horizon.
pub(crate) fn dates(horizon: Horizon) -> Vec<NaiveDate> {
    horizon.from.iter_days().take_while(|date| *date <= horizon.until).collect()
}
