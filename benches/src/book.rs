//! A book of six weeks, for measuring a ledger that is well filled.

use chrono::{Days, NaiveDate};
use scheduler_core::scenario::{Horizon, Scenario, Weekday};

use crate::catalogue::{NESTED, TWO_QUOTAS, citizens_office};
use crate::office::{self, Profile, works_on};
use crate::random::Random;
use crate::town::town;

/// Days of the book.
pub const DAYS: usize = 42;

/// Two sites, open on all of 42 days, with so many clerks each, all at work every day.
///
/// Offices like those of the instance families, but with a room for each clerk up to ten, and one
/// for every second clerk beyond.
pub fn scenario(clerks: usize, seed: u64) -> Scenario {
    let from = NaiveDate::from_ymd_opt(2027, 4, 5).unwrap_or_default();
    let horizon = Horizon { from, until: from + Days::new(DAYS as u64 - 1) };
    let rooms = clerks.min(10) + clerks.saturating_sub(10).div_ceil(2);
    let profile = Profile {
        clerks,
        rooms,
        equipment: NESTED,
        offers: citizens_office(),
        quotas: TWO_QUOTAS,
        load: 1.1,
    };
    let random = &mut Random::new(seed);
    let name = format!("book, {clerks} clerks at each site, seed {seed}");
    let mut scenario = town(&name, random, horizon, &Weekday::ALL, &[profile.clone(), profile]);
    let sites: Vec<String> = scenario.sites.iter().map(|site| site.id.clone()).collect();
    for (number, clerk) in scenario.staff.iter_mut().enumerate() {
        for day in Weekday::ALL {
            if works_on(clerk, day).is_none() {
                clerk.shifts.push(office::shift(&sites[number / clerks], day, 0));
            }
        }
    }
    scenario
}
