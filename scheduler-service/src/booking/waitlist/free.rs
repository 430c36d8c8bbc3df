//! Which starts are free for whom, and to whom each is offered.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset, NaiveDate, Timelike};
use scheduler_core::ledger::offers::{Query, offers};
use scheduler_core::ledger::{BasketItem, Visit};
use scheduler_core::problem::Problem;
use scheduler_core::time::Window;
use scheduler_core::waitlist::{Pair, Rules, heaviest};

use super::{Hours, Refused, WishRequest};
use crate::booking::{Place, View};

/// The cheapest starts of a site-day that are put before a wish: with more, neighbours that take the
/// same capacity crowd out those of other days.
const OF_A_DAY: usize = 8;

/// What a place further down the list takes off the weight, as a share of the worth: less than any
/// difference that matters.
const TIE: f64 = 1e-6;

/// Pairs that are weighed at a time.
const MOST_PAIRS: usize = 400_000;

/// What a visit takes.
#[derive(Debug)]
pub(super) struct Need {
    pub basket: Vec<BasketItem>,
    pub visit: Visit,
}

/// A wish that nothing is offered to.
#[derive(Debug, Clone)]
pub(super) struct Open {
    /// Index of it.
    pub index: usize,
    pub request: WishRequest,
    pub channel: Option<String>,
    /// Since when, in milliseconds since the Unix epoch.
    pub since: i64,
    pub refused: BTreeSet<Refused>,
    /// Where it is to be looked: site-days by index.
    pub days: BTreeSet<usize>,
}

/// An offer to be made.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Proposal {
    /// Index of the wish.
    pub index: usize,
    pub place: Place,
    /// For how many minutes.
    pub minutes: i64,
}

/// What is offered to whom: the heaviest matching of what is free now, the heaviest pair first.
pub(super) fn proposals(view: &View, open: &[Open], rules: &Rules) -> Vec<Proposal> {
    let problem = view.problem();
    let mut groups: BTreeMap<Group<'_>, Vec<usize>> = BTreeMap::new();
    for (position, wish) in open.iter().enumerate() {
        groups.entry(Group::of(wish)).or_default().push(position);
    }
    let mut starts: BTreeMap<(usize, DateTime<FixedOffset>), usize> = BTreeMap::new();
    let mut pairs = Vec::new();
    for (group, members) in groups {
        let Some(&first) = members.first() else { continue };
        // What it asks for may be out of the scenario by now.
        let Ok(need) = open[first].request.visit(problem) else { continue };
        let worth = worth(problem, &need.basket);
        let mut days: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for &member in &members {
            for &day in &open[member].days {
                days.entry(day).or_default().push(member);
            }
        }
        for (site_day, members) in days {
            let free = free(view, &need, site_day, group.channel);
            for member in members {
                let wish = &open[member];
                let wanted =
                    free.iter().filter(|start| wish.wants(problem, site_day, start.begins));
                let waited = (view.now.timestamp_millis() - wish.since) / 60_000;
                for (rank, start) in wanted.take(OF_A_DAY).enumerate() {
                    let ahead = (start.begins - view.now).num_minutes();
                    let gain = worth - start.cost;
                    if gain > 0.0 && rules.hold(ahead).is_some() && pairs.len() < MOST_PAIRS {
                        let next = starts.len();
                        let left = *starts.entry((site_day, start.begins)).or_insert(next);
                        let weight = rules.weight(gain, worth, waited) - rank as f64 * TIE * worth;
                        pairs.push(Pair { left, right: member, weight });
                    }
                }
            }
        }
    }
    matched(problem, view.now, open, &starts, &pairs, rules)
}

fn matched(
    problem: &Problem,
    now: DateTime<FixedOffset>,
    open: &[Open],
    starts: &BTreeMap<(usize, DateTime<FixedOffset>), usize>,
    pairs: &[Pair],
    rules: &Rules,
) -> Vec<Proposal> {
    let matching = heaviest(starts.len(), open.len(), pairs);
    let mut found: Vec<(f64, Proposal)> = Vec::new();
    for (&(site_day, begins), &left) in starts {
        let Some(right) = matching.partner[left] else { continue };
        let weight = pairs.iter().filter(|pair| (pair.left, pair.right) == (left, right));
        let weight = weight.map(|pair| pair.weight).fold(0.0, f64::max);
        let Some(minutes) = rules.hold((begins - now).num_minutes()) else { continue };
        let site = problem.sites[problem.site_days[site_day].site].id.clone();
        let place = Place { site, start: begins };
        found.push((weight, Proposal { index: open[right].index, place, minutes }));
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.index.cmp(&b.1.index)));
    found.into_iter().map(|(_, proposal)| proposal).collect()
}

/// Wishes that ask the book the same.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Group<'a> {
    basket: &'a [(String, u32)],
    skills: &'a [String],
    staff: Option<&'a str>,
    room: Option<&'a str>,
    channel: Option<&'a str>,
}

impl<'a> Group<'a> {
    fn of(wish: &'a Open) -> Self {
        let request = &wish.request;
        Self {
            basket: &request.basket,
            skills: &request.skills,
            staff: request.staff.as_deref(),
            room: request.room.as_deref(),
            channel: wish.channel.as_deref(),
        }
    }
}

/// A start that can be booked.
#[derive(Debug)]
struct Free {
    begins: DateTime<FixedOffset>,
    /// What it takes from others, in weighted minutes.
    cost: f64,
}

/// The starts of a site-day that can be booked for the visit now, the cheapest first; but before all
/// others those that can be booked beside each other, so that several who want the same do not get in
/// each other's way.
fn free(view: &View, need: &Need, site_day: usize, channel: Option<&str>) -> Vec<Free> {
    let problem = view.problem();
    let day = &problem.site_days[site_day];
    let sites = [day.site];
    let days = day.day..day.day + 1;
    let mut query = Query::new((&need.basket, &need.visit), &sites, days, view.now);
    (query.channel, query.limit) = (channel, usize::MAX);
    let Ok(found) = offers(&view.book, &query) else { return Vec::new() };
    let mut starts: Vec<(Window, Free)> = found
        .offers
        .iter()
        .map(|offer| {
            let begins = problem.instants(day.day, offer.window).0;
            // A start that only a re-assignment frees may have no estimate.
            (offer.window, Free { begins, cost: offer.cost.clamp(0.0, f64::MAX) })
        })
        .collect();
    starts.sort_by(|a, b| a.1.cost.total_cmp(&b.1.cost).then(a.0.from.cmp(&b.0.from)));
    let mut apart: Vec<Window> = Vec::new();
    let (mut first, mut rest) = (Vec::new(), Vec::new());
    for (window, start) in starts {
        if apart.iter().any(|other| other.overlaps(window)) {
            rest.push(start);
        } else {
            apart.push(window);
            first.push(start);
        }
    }
    first.append(&mut rest);
    first
}

/// What it is worth that the visit takes place, in weighted minutes.
fn worth(problem: &Problem, basket: &[BasketItem]) -> f64 {
    basket
        .iter()
        .map(|item| {
            let service = &problem.services[item.service];
            let more = service.extra_person_minutes * item.persons.saturating_sub(1);
            service.value * f64::from(service.minutes + more)
        })
        .sum()
}

impl WishRequest {
    /// Whether a site on a date will do.
    pub(super) fn takes(&self, site: &str, date: NaiveDate) -> bool {
        (self.dates.0..=self.dates.1).contains(&date)
            && self.sites.iter().any(|own| own == site)
            && self.is_day(date)
    }
}

impl Open {
    fn wants(&self, problem: &Problem, site_day: usize, begins: DateTime<FixedOffset>) -> bool {
        let minute = begins.hour() * 60 + begins.minute();
        let hours = &self.request.hours;
        let inside = |Hours(from, until): &Hours| (*from..*until).contains(&minute);
        let site = &problem.sites[problem.site_days[site_day].site].id;
        (hours.is_empty() || hours.iter().any(inside))
            && !self.refused.contains(&Refused(site.clone(), begins.timestamp_millis()))
    }
}
