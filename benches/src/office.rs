//! One office: its hours, rooms, clerks, quotas and demand.

use scheduler_core::scenario::{
    Break, Demand, Opening, PoolSpan, Room, Scenario, Shift, Site, Staff, WalkInQuota, Weekday,
};
use scheduler_core::time::Clock;

use crate::catalogue::{OPENS, Offer, QuotaRule, SKILLS, closes, words};
use crate::random::Random;

/// What an office is like.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    /// Number of clerks.
    pub(crate) clerks: usize,
    /// Number of rooms.
    pub(crate) rooms: usize,
    /// Equipment of the rooms, over and over.
    pub(crate) equipment: &'static [&'static [&'static str]],
    /// What citizens come for.
    pub(crate) offers: Vec<Offer>,
    /// Walk-in quotas of each day.
    pub(crate) quotas: &'static [QuotaRule],
    /// Requested minutes for each minute that quotas and breaks leave.
    pub(crate) load: f64,
}

/// Share of the desk minutes that quotas and breaks leave for slots, about.
const LEFT_FOR_SLOTS: f64 = 0.72;

/// Length of a demand window in minutes.
const WINDOW: u32 = 90;

/// Demand over the day's windows, up to a common factor.
const RUSH: [f64; 7] = [0.8, 1.15, 1.15, 0.95, 1.1, 0.85, 0.9];

/// Adds the office `id`, open on `days`, to the scenario.
pub(crate) fn add(
    scenario: &mut Scenario,
    random: &mut Random,
    id: &str,
    days: &[Weekday],
    profile: &Profile,
) {
    scenario.sites.push(Site {
        id: id.to_owned(),
        name: None,
        open: days
            .iter()
            .map(|&day| Opening {
                days: Some(vec![day]),
                from: OPENS,
                until: closes(day),
                ..Opening::default()
            })
            .collect(),
        ..Site::default()
    });
    let equipment = profile.equipment.iter().cycle().take(profile.rooms);
    scenario.rooms.extend(equipment.enumerate().map(|(number, equipment)| Room {
        id: format!("{id}-room-{:02}", number + 1),
        site: id.to_owned(),
        equipment: words(equipment),
        ..Room::default()
    }));
    let staff: Vec<Staff> =
        (0..profile.clerks).map(|number| clerk(random, id, number, days)).collect();
    for &day in days {
        scenario.walk_in_quotas.extend(quotas(id, day, profile.quotas));
        demand(&mut scenario.demand, random, id, day, profile, &staff);
    }
    scenario.staff.extend(staff);
}

/// The first clerk of an office has every skill and works every day, so that no service and no
/// quota is without anyone.
fn clerk(random: &mut Random, site: &str, number: usize, days: &[Weekday]) -> Staff {
    let skills = SKILLS
        .iter()
        .filter(|(_, share)| random.chance(*share) || number == 0)
        .map(|(skill, _)| (*skill).to_owned())
        .collect();
    let shifts = days
        .iter()
        .filter_map(|&day| {
            let works = random.chance(0.78);
            let kind = random.weighted(&[0.5, 0.25, 0.15, 0.1]);
            (works || number < 2).then(|| shift(site, day, if number < 2 { 0 } else { kind }))
        })
        .collect();
    Staff { id: format!("{site}-{:02}", number + 1), skills, shifts, ..Staff::default() }
}

/// All day, the morning, until early afternoon, or from ten; with a break where it is long.
pub(crate) fn shift(site: &str, day: Weekday, kind: usize) -> Shift {
    let close = closes(day);
    let (from, until) = match kind {
        0 => (OPENS, close),
        1 => (OPENS, close.min(Clock::at(13, 0))),
        2 => (OPENS, close.min(Clock::at(14, 0))),
        _ => (Clock::at(10, 0), close),
    };
    let minutes = until.0 - from.0;
    let pause = match minutes {
        0..=360 => None,
        361..=540 => Some(Break { minutes: 30, from: Clock::at(11, 0), until: Clock::at(14, 0) }),
        _ => Some(Break { minutes: 45, from: Clock::at(11, 0), until: Clock::at(14, 30) }),
    };
    Shift { site: site.to_owned(), days: Some(vec![day]), from, until, pause, ..Shift::default() }
}

fn quotas(site: &str, day: Weekday, rules: &[QuotaRule]) -> Vec<WalkInQuota> {
    rules
        .iter()
        .enumerate()
        .map(|(number, rule)| (number, rule, rule.until.min(closes(day))))
        .filter(|(_, rule, until)| until.0 >= rule.from.0 + rule.block_minutes)
        .map(|(number, rule, until)| WalkInQuota {
            id: format!("{site}-{day}-{}", number + 1),
            site: site.to_owned(),
            days: Some(vec![day]),
            from: rule.from,
            until,
            min_share: rule.min_share,
            max_share: rule.max_share,
            block_minutes: rule.block_minutes,
            skills: words(rule.skills),
            ..WalkInQuota::default()
        })
        .collect()
}

/// Demand for what the office can serve, by windows, in total `load` times what it can serve.
fn demand(
    entries: &mut Vec<Demand>,
    random: &mut Random,
    site: &str,
    day: Weekday,
    profile: &Profile,
    staff: &[Staff],
) {
    let offered: Vec<&Offer> =
        profile.offers.iter().filter(|offer| can_serve(offer, day, profile, staff)).collect();
    let asked: f64 =
        offered.iter().map(|offer| offer.weight * f64::from(offer.service.minutes)).sum();
    let minutes = profile.load * LEFT_FOR_SLOTS * desk_minutes(day, profile.rooms, staff);
    let close = closes(day);
    let starts = (OPENS.0..close.0).step_by(WINDOW as usize);
    let windows: Vec<(Clock, Clock, f64)> = starts
        .zip(RUSH)
        .map(|(from, rush)| {
            let until = close.0.min(from + WINDOW);
            (Clock(from), Clock(until), rush * f64::from(until - from))
        })
        .collect();
    let rush: f64 = windows.iter().map(|(_, _, rush)| rush).sum();
    for offer in offered {
        let requests = minutes * offer.weight / asked * random.around_one(0.2);
        for &(from, until, share) in &windows {
            let mean = requests * share / rush * random.around_one(0.2);
            entries.push(Demand {
                id: format!("{site}-{}-{day}-{from}", offer.service.id),
                service: offer.service.id.clone(),
                sites: vec![site.to_owned()],
                days: Some(vec![day]),
                from,
                until,
                mean: (mean * 1000.0).round() / 1000.0,
                pool: PoolSpan::Day,
                ..Demand::default()
            });
        }
    }
}

fn can_serve(offer: &Offer, day: Weekday, profile: &Profile, staff: &[Staff]) -> bool {
    let service = &offer.service;
    let room = profile.equipment.iter().take(profile.rooms).any(|equipment| {
        service.equipment.iter().all(|needed| equipment.contains(&needed.as_str()))
    });
    let clerk = staff.iter().any(|clerk| {
        works_on(clerk, day).is_some()
            && service.skills.iter().all(|needed| clerk.skills.contains(needed))
    });
    room && clerk
}

/// The clerk's shift on the weekday.
pub(crate) fn works_on(clerk: &Staff, day: Weekday) -> Option<&Shift> {
    clerk.shifts.iter().find(|shift| shift.days.as_ref().is_none_or(|days| days.contains(&day)))
}

/// Over the day's quarters of an hour, min(clerks on shift, rooms).
fn desk_minutes(day: Weekday, rooms: usize, staff: &[Staff]) -> f64 {
    let shifts: Vec<&Shift> = staff.iter().filter_map(|clerk| works_on(clerk, day)).collect();
    let quarters = (OPENS.0..closes(day).0).step_by(15);
    let desks = quarters.map(|minute| {
        let present = shifts.iter().filter(|shift| (shift.from.0..shift.until.0).contains(&minute));
        present.count().min(rooms)
    });
    15.0 * desks.sum::<usize>() as f64
}
