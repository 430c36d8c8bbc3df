//! The families and their members.

use chrono::NaiveDate;
use scheduler_core::scenario::{Horizon, Scenario, Weekday};

use crate::catalogue::{
    BADLY_NESTED, EVERYTHING, MANY_QUOTAS, NESTED, TWO_QUOTAS, badly_nesting_office,
    citizens_office, small_office,
};
use crate::office::Profile;
use crate::promises;
use crate::random::Random;
use crate::town::{share_demand, town};

/// Instances that have their difficulty in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Three clerks, two rooms, one day.
    Tiny,
    /// One office on one day, with 5, 20 and 40 clerks.
    Day,
    /// Two offices for a week, with demand over both and all days.
    Week,
    /// 40 offices, 570 clerks, five days, with demand over districts and the whole city.
    City,
    /// A day with rooms for 60 % of the clerks, whose equipment nests badly.
    TightRooms,
    /// A day with a room that can do everything for each clerk.
    LooseRooms,
    /// A day with six overlapping quotas of different skills and block lengths.
    ManyQuotas,
    /// A day and a week with half of the capacity promised.
    Promised,
    /// 600 clerks over 100 days: for memory.
    Long,
    /// 1 to 64 site-days of equal offices: for growth.
    Growth,
}

/// One instance, up to its seed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Member {
    /// Its name on the command line and in tables.
    pub name: &'static str,
    /// Where it belongs.
    pub family: Family,
    /// Offices and days, or clerks, as the family has it.
    size: (usize, usize),
}

const fn member(name: &'static str, family: Family, offices: usize, other: usize) -> Member {
    Member { name, family, size: (offices, other) }
}

const MEMBERS: [Member; 18] = [
    member("tiny", Family::Tiny, 1, 3),
    member("day-5", Family::Day, 1, 5),
    member("day-20", Family::Day, 1, 20),
    member("day-40", Family::Day, 1, 40),
    member("week", Family::Week, 2, 5),
    member("city", Family::City, 40, 5),
    member("tight-rooms", Family::TightRooms, 1, 20),
    member("loose-rooms", Family::LooseRooms, 1, 20),
    member("many-quotas", Family::ManyQuotas, 1, 20),
    member("promised-day", Family::Promised, 1, 1),
    member("promised-week", Family::Promised, 2, 5),
    member("growth-1", Family::Growth, 1, 1),
    member("growth-2", Family::Growth, 2, 1),
    member("growth-4", Family::Growth, 4, 1),
    member("growth-16", Family::Growth, 4, 4),
    member("growth-32", Family::Growth, 8, 4),
    member("growth-64", Family::Growth, 16, 4),
    member("long", Family::Long, 40, 100),
];

/// Clerks of the offices of a city: 570 in 40 offices.
const CITY: [usize; 8] = [8, 11, 14, 17, 20, 14, 13, 17];

/// Clerks of the offices of the longest instance: 600 in 40 offices.
const LONG: [usize; 8] = [8, 11, 14, 17, 20, 15, 16, 19];

impl Family {
    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Tiny => "tiny",
            Self::Day => "day",
            Self::Week => "week",
            Self::City => "city",
            Self::TightRooms => "tight_rooms",
            Self::LooseRooms => "loose_rooms",
            Self::ManyQuotas => "many_quotas",
            Self::Promised => "promised",
            Self::Long => "long",
            Self::Growth => "growth",
        }
    }
}

impl Member {
    /// All members, in the order of the tables.
    pub fn all() -> &'static [Self] {
        &MEMBERS
    }

    /// The member called `name`.
    pub fn find(name: &str) -> Option<Self> {
        MEMBERS.into_iter().find(|member| member.name == name)
    }

    /// Its scenario for `seed`: the same on any machine.
    pub fn scenario(self, seed: u64) -> Scenario {
        let random = &mut Random::new(seed);
        let name = format!("{}, seed {seed}", self.name);
        let (offices, other) = self.size;
        match self.family {
            Family::Tiny => {
                let offers = small_office();
                let profile = Profile { offers, rooms: 2, equipment: NESTED, ..office(other) };
                on_thursday(&name, random, &[profile])
            }
            Family::Day => on_thursday(&name, random, &[office(other)]),
            Family::LooseRooms => {
                let profile = Profile { rooms: other, equipment: EVERYTHING, ..office(other) };
                on_thursday(&name, random, &[profile])
            }
            Family::TightRooms => {
                let offers = badly_nesting_office();
                let rooms = (other * 3).div_ceil(5);
                let profile = Profile { offers, rooms, equipment: BADLY_NESTED, ..office(other) };
                on_thursday(&name, random, &[profile])
            }
            Family::ManyQuotas => {
                let profile = Profile { quotas: MANY_QUOTAS, ..office(other) };
                on_thursday(&name, random, &[profile])
            }
            Family::Promised => {
                let mut scenario = self.before_promises(&name, random);
                promises::add(&mut scenario, random, &citizens_office());
                scenario
            }
            Family::Week => {
                let mut scenario = from_monday(&name, random, &WORKING, &[office(16), office(19)]);
                let services = ["identity-card", "passport", "registration"];
                share(&mut scenario, "either", &services, offices);
                scenario
            }
            Family::City => {
                let profiles: Vec<Profile> =
                    CITY.into_iter().cycle().take(offices).map(office).collect();
                let mut scenario = from_monday(&name, random, &WORKING, &profiles);
                share(&mut scenario, "district", &["passport", "registration"], 4);
                share(&mut scenario, "city", &["identity-card"], offices);
                scenario
            }
            Family::Growth => {
                from_monday(&name, random, &WORKING[..other], &vec![office(14); offices])
            }
            Family::Long => {
                let profiles: Vec<Profile> =
                    LONG.into_iter().cycle().take(offices).map(office).collect();
                // After the clocks have changed; nobody is spared the weekend.
                let horizon = horizon(NaiveDate::from_ymd_opt(2027, 4, 5), other);
                town(&name, random, horizon, &Weekday::ALL, &profiles)
            }
        }
    }

    /// A scenario of the promised family before its promises are made.
    pub(crate) fn before_promises(self, name: &str, random: &mut Random) -> Scenario {
        let (offices, days) = self.size;
        let (clerks, days) = if days == 1 { (40, &WORKING[3..4]) } else { (18, &WORKING[..]) };
        from_monday(name, random, days, &vec![office(clerks); offices])
    }
}

const WORKING: [Weekday; 5] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri];

/// An office like the real ones: rooms for 57 % of the clerks, demand a little above capacity.
fn office(clerks: usize) -> Profile {
    Profile {
        clerks,
        rooms: (clerks * 4).div_ceil(7),
        equipment: NESTED,
        offers: citizens_office(),
        quotas: TWO_QUOTAS,
        load: 1.1,
    }
}

fn on_thursday(name: &str, random: &mut Random, profiles: &[Profile]) -> Scenario {
    from_monday(name, random, &WORKING[3..4], profiles)
}

/// Consecutive working days of the first week of March 2027.
fn from_monday(
    name: &str,
    random: &mut Random,
    days: &[Weekday],
    profiles: &[Profile],
) -> Scenario {
    let first = days.first().map_or(1, |day| *day as u32 + 1);
    let horizon = horizon(NaiveDate::from_ymd_opt(2027, 3, first), days.len());
    town(name, random, horizon, days, profiles)
}

fn horizon(from: Option<NaiveDate>, days: usize) -> Horizon {
    let from = from.unwrap_or_default();
    Horizon { from, until: from + chrono::Days::new(days as u64 - 1) }
}

/// Demand for each service over each `together` offices and the whole horizon.
fn share(scenario: &mut Scenario, id: &str, services: &[&str], together: usize) {
    let sites: Vec<String> = scenario.sites.iter().map(|site| site.id.clone()).collect();
    for (number, group) in sites.chunks(together).enumerate() {
        for service in services {
            let id = format!("{id}-{}-{service}", number + 1);
            share_demand(scenario, &id, service, group, 0.1);
        }
    }
}
