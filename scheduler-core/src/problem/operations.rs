//! How the office runs day by day, with what holds where the scenario says nothing.

use std::collections::HashMap;

use super::{Problem, Quota, Set};
use crate::scenario::recurrence::Recurring;
use crate::scenario::{self, BreakRule, CallPolicy, Lateness, Scenario, Shape};

/// How people book, come, wait and are served. Simulation alone looks at it.
///
/// | where the scenario says nothing | what holds | why |
/// | --- | --- | --- |
/// | walk-ins | walk-in blocks of the quotas are nine tenths busy, with the mix of the demand that their clerks can serve | quotas are made for those who come |
/// | requests | one for each that the demand expects, by the hours and weekdays at which 204 German calendars were booked | measured, March 2026 |
/// | how far ahead | a fifth takes the first free slot; the others want one from a day on that is gamma distributed, mean 8.2 days, coefficient of variation 0.6 | gives the quartiles 2.8, 5.9 and 10.0 days of the same calendars |
/// | weekday and time of day | half of the people insist on it for a week | assumed |
/// | horizon of booking | 56 days | Berlin, since 2015 |
/// | cancellations | 10 % | assumed; at most the 28 % of bookings after which slots reappear in the same calendars |
/// | no-shows | 12 %, whatever the lead | Berlin |
/// | lateness | normal, 4 minutes early, standard deviation 6, at most 15 early | assumed, as in the literature's reference offices |
/// | service times | lognormal, mean of the planned minutes, coefficient of variation 0.5 | 6,637 measured consultations: lognormal, 0.465 |
/// | patience, ticket limits, sick leave, online, differences of days, waitlist, draws | none | – |
/// | an hour of a clerk | 32 | 50,000 a year for a post (gpaNRW) over some 1,580 hours |
/// | call policy, break rule | appointments first; a break waits for the customer | usual |
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Operations {
    /// Arrivals without an appointment.
    pub walk_ins: Vec<WalkIns>,
    /// How people book.
    pub requests: Requests,
    /// Share of bookings given back between booking and appointment.
    pub cancellation_share: f64,
    /// Probability that nobody comes to an appointment booked for the same moment.
    pub no_show: f64,
    /// What each week of lead adds to that.
    pub no_show_per_week: f64,
    /// When people with an appointment arrive.
    pub lateness: Lateness,
    /// How long each service takes for one person, by service.
    pub service_times: Vec<Duration>,
    /// How long walk-ins wait before they go; `None` for ever.
    pub patience: Option<Duration>,
    /// Limits for walk-ins, by site-day.
    pub tickets: Vec<Tickets>,
    /// Share of clerk-days on which the clerk is ill.
    pub sick_share: f64,
    /// Who calls in sick: indices of the clerk and the date, in order, each pair once.
    pub sick_calls: Vec<(usize, usize)>,
    /// Share that is done online, by service.
    pub online: Vec<f64>,
    /// Cost of a clerk's hour.
    pub per_clerk_hour: f64,
    /// Cost of a day on which the site is open, by site.
    pub per_site_day: Vec<f64>,
    /// Who is called next.
    pub call_policy: CallPolicy,
    /// Minutes for which somebody is late and keeps the place.
    pub grace_minutes: f64,
    /// What a customer who is served means for a break that is due.
    pub break_rule: BreakRule,
    /// How days differ in walk-ins beyond chance: coefficient of variation of a gamma distributed
    /// factor.
    pub walk_in_day_cv: f64,
    /// Who waits for what is given back; `None` where there is no waitlist.
    pub waitlist: Option<Waitlist>,
    /// What may be true instead.
    pub draws: Vec<OperationsDraw>,
}

/// Who puts themselves on a waitlist, and what they say to offers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Waitlist {
    /// Share of offers that are accepted.
    pub accepted_share: f64,
    /// Share of those who found nothing who wait.
    pub without_offer_share: f64,
    /// Share of those who got a time `earlier_days` or more later than they wanted.
    pub earlier_share: f64,
    /// How much later that is.
    pub earlier_days: u32,
    /// For how many days they wait.
    pub days: u32,
    /// Mean minutes until who answers does.
    pub reply_minutes: f64,
}

/// One possibility of what is true: factors on the figures.
#[derive(Debug, Clone, PartialEq)]
pub struct OperationsDraw {
    /// Of the rates of the first walk-ins, in order.
    pub walk_ins: Vec<f64>,
    /// By service: of the demand, the mean length and its coefficient of variation.
    pub services: Vec<(f64, f64, f64)>,
    /// Of the probability of a no-show.
    pub no_show: f64,
    /// Of the share of bookings given back.
    pub cancellation: f64,
    /// Minutes added to the mean lateness.
    pub lateness_minutes: f64,
    /// Of the mean patience.
    pub patience: f64,
}

/// People without an appointment, before some of them turn online.
#[derive(Debug, Clone, PartialEq)]
pub struct WalkIns {
    /// Index into [`Problem::sites`].
    pub site: usize,
    /// Indices into [`Problem::dates`].
    pub days: Vec<usize>,
    /// First minute of the day.
    pub from: u32,
    /// First minute after.
    pub until: u32,
    /// Arrivals an hour.
    pub per_hour: f64,
    /// Services and their shares, which add up to 1.
    pub mix: Vec<(usize, f64)>,
}

/// How people book.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Requests {
    /// Requests for each that the demand expects.
    pub factor: f64,
    /// Shares of the days of the week, Monday first; they add up to 1.
    pub by_weekday: [f64; 7],
    /// Shares of the hours of the day; they add up to 1.
    pub by_hour: [f64; 24],
    /// Dates so many days ahead may be booked.
    pub horizon_days: u32,
    /// Share that takes the first free slot.
    pub first_free_share: f64,
    /// Mean of how far ahead the others want to go, in days.
    pub ahead_days: f64,
    /// Its coefficient of variation.
    pub ahead_cv: f64,
    /// Share that insists on weekday and time of day for a week.
    pub choosy_share: f64,
    /// Shares of visits of one person, two, three and so on; they add up to 1.
    pub persons: Vec<f64>,
    /// The booking channel whose release policies hold.
    pub channel: Option<String>,
}

/// A distribution of durations in minutes.
#[derive(Debug, Clone, PartialEq)]
pub struct Duration {
    /// Its shape.
    pub shape: Shape,
    /// Its mean.
    pub mean_minutes: f64,
    /// Standard deviation over mean, of a gamma or lognormal one.
    pub cv: f64,
    /// Observations of an empirical one.
    pub minutes: Vec<f64>,
}

/// Limits for walk-ins on a site-day.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tickets {
    /// Most tickets.
    pub most: Option<u32>,
    /// No tickets in so many minutes before the doors close.
    pub stop_minutes: u32,
    /// A walk-in who finds so many walk-ins waiting goes.
    pub most_waiting: Option<u32>,
}

/// Bookings by day of the week, Monday first, in percent.
const BY_WEEKDAY: [f64; 7] = [20.9, 17.6, 17.0, 19.8, 12.5, 5.4, 6.9];

/// Bookings by hour, in percent; hours that were counted together share evenly.
const BY_HOUR: [f64; 24] = [
    1.1, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1, 4.2, 7.5, 9.1, 9.6, 9.1, 7.4, 5.8, 5.8, 5.8, 5.8, 3.19,
    3.19, 3.19, 3.19, 3.18, 3.18, 3.18,
];

/// Part of the time of walk-in blocks that is used where the scenario has no walk-ins.
const BLOCK_LOAD: f64 = 0.9;

const CV: f64 = 0.5;

impl Operations {
    /// What `problem` has in `scenario`, which breaks no rule.
    pub(super) fn new(scenario: &Scenario, problem: &Problem) -> Self {
        let nothing = scenario::Operations::default();
        let given = scenario.operations.as_ref().unwrap_or(&nothing);
        let sites = index(scenario.sites.iter().map(|site| site.id.as_str()));
        let services = index(scenario.services.iter().map(|service| service.id.as_str()));
        let no_show = given.no_show;
        let costs = given.costs.as_ref();
        let mut online = vec![0.0; problem.services.len()];
        for entry in &given.online {
            set(&mut online, &services, &entry.service, entry.share);
        }
        let wanted = wanted(problem);
        let mut per_site_day = vec![0.0; problem.sites.len()];
        for entry in costs.iter().flat_map(|costs| &costs.sites) {
            set(&mut per_site_day, &sites, &entry.site, entry.per_day);
        }
        Self {
            walk_ins: match &given.walk_ins {
                Some(listed) => listed_walk_ins(listed, problem, &wanted, (&sites, &services)),
                None => quota_walk_ins(problem, &wanted),
            },
            requests: requests(given.requests.as_ref()),
            cancellation_share: given.cancellation_share.unwrap_or(0.1),
            no_show: no_show.map_or(0.12, |no_show| no_show.probability),
            no_show_per_week: no_show.and_then(|given| given.per_week_of_lead).unwrap_or(0.0),
            lateness: given.lateness.unwrap_or(Lateness {
                mean_minutes: -4.0,
                sd_minutes: 6.0,
                most_early_minutes: 15.0,
            }),
            service_times: service_times(given, problem, &services),
            patience: given.patience.map(|patience| Duration {
                shape: patience.distribution.unwrap_or(Shape::Exponential),
                mean_minutes: patience.mean_minutes,
                cv: patience.cv.unwrap_or(CV),
                minutes: Vec::new(),
            }),
            tickets: tickets(given, problem, &sites),
            sick_share: given.sick_share.unwrap_or(0.0),
            sick_calls: sick_calls(given, scenario, problem),
            online,
            per_clerk_hour: costs.and_then(|costs| costs.per_clerk_hour).unwrap_or(32.0),
            per_site_day,
            call_policy: given.call_policy.unwrap_or_default(),
            grace_minutes: given.grace_minutes.unwrap_or(15.0),
            break_rule: given.break_rule.unwrap_or_default(),
            walk_in_day_cv: given.walk_in_day_cv.unwrap_or(0.0),
            waitlist: given.waitlist.map(|given| Waitlist {
                accepted_share: given.accepted_share,
                without_offer_share: given.without_offer_share.unwrap_or(1.0),
                earlier_share: given.earlier_share.unwrap_or(0.0),
                earlier_days: given.earlier_days.unwrap_or(7),
                days: given.days.unwrap_or(28),
                reply_minutes: given.reply_minutes.unwrap_or(120.0),
            }),
            draws: given.draws.iter().map(|draw| drawn(draw, &services)).collect(),
        }
    }
}

impl Problem {
    /// The problem as it is where the `draw`-th of the operations' draws is true: demand, walk-ins,
    /// lengths and behaviour differ, everything that is planned with stays. `None` where there is
    /// none.
    pub fn drawn(&self, draw: usize) -> Option<Self> {
        let draw = self.operations.draws.get(draw)?;
        let mut problem = self.clone();
        for pool in &mut problem.pools {
            pool.mean *= draw.services[pool.service].0;
        }
        let operations = &mut problem.operations;
        for (entry, factor) in operations.walk_ins.iter_mut().zip(&draw.walk_ins) {
            entry.per_hour *= factor;
        }
        for (time, &(_, minutes, cv)) in operations.service_times.iter_mut().zip(&draw.services) {
            time.mean_minutes *= minutes;
            time.minutes.iter_mut().for_each(|observed| *observed *= minutes);
            time.cv = (time.cv * cv).clamp(0.01, 10.0);
        }
        operations.no_show = (operations.no_show * draw.no_show).min(1.0);
        operations.no_show_per_week = (operations.no_show_per_week * draw.no_show).min(1.0);
        operations.cancellation_share =
            (operations.cancellation_share * draw.cancellation).min(1.0);
        operations.lateness.mean_minutes += draw.lateness_minutes;
        if let Some(patience) = &mut operations.patience {
            patience.mean_minutes *= draw.patience;
        }
        Some(problem)
    }
}

fn drawn(draw: &scenario::OperationsDraw, ids: &HashMap<&str, usize>) -> OperationsDraw {
    let mut services = vec![(1.0, 1.0, 1.0); ids.len()];
    for entry in &draw.services {
        if let Some(place) = ids.get(entry.service.as_str()).and_then(|&at| services.get_mut(at)) {
            *place = (entry.requests, entry.minutes, entry.cv);
        }
    }
    OperationsDraw {
        walk_ins: draw.walk_ins.clone(),
        services,
        no_show: draw.no_show,
        cancellation: draw.cancellation,
        lateness_minutes: draw.lateness_minutes,
        patience: draw.patience,
    }
}

fn index<'a>(ids: impl Iterator<Item = &'a str>) -> HashMap<&'a str, usize> {
    ids.enumerate().map(|(position, id)| (id, position)).collect()
}

fn set(values: &mut [f64], ids: &HashMap<&str, usize>, id: &str, value: f64) {
    if let Some(place) = ids.get(id).and_then(|&position| values.get_mut(position)) {
        *place = value;
    }
}

fn requests(given: Option<&scenario::Requests>) -> Requests {
    let nothing = scenario::Requests::default();
    let given = given.unwrap_or(&nothing);
    let mut persons = shares(&given.persons);
    if persons.is_empty() {
        persons.push(1.0);
    }
    Requests {
        factor: given.factor.unwrap_or(1.0),
        by_weekday: profile(&given.by_weekday, BY_WEEKDAY),
        by_hour: profile(&given.by_hour, BY_HOUR),
        horizon_days: given.horizon_days.unwrap_or(56),
        first_free_share: given.first_free_share.unwrap_or(0.2),
        ahead_days: given.ahead_days.unwrap_or(8.2),
        ahead_cv: given.ahead_cv.unwrap_or(0.6),
        choosy_share: given.choosy_share.unwrap_or(0.5),
        persons,
        channel: given.channel.clone(),
    }
}

/// The same proportions, adding up to 1.
fn shares(values: &[f64]) -> Vec<f64> {
    let sum: f64 = values.iter().sum();
    values.iter().map(|value| value / sum).collect()
}

fn profile<const N: usize>(given: &[f64], otherwise: [f64; N]) -> [f64; N] {
    let values = <[f64; N]>::try_from(given).unwrap_or(otherwise);
    let sum: f64 = values.iter().sum();
    values.map(|value| value / sum)
}

fn service_times(
    given: &scenario::Operations,
    problem: &Problem,
    ids: &HashMap<&str, usize>,
) -> Vec<Duration> {
    let planned = |minutes: u32| Duration {
        shape: Shape::Lognormal,
        mean_minutes: f64::from(minutes),
        cv: CV,
        minutes: Vec::new(),
    };
    let mut times: Vec<Duration> =
        problem.services.iter().map(|service| planned(service.minutes)).collect();
    for entry in &given.service_times {
        let Some(time) = ids.get(entry.service.as_str()).and_then(|&at| times.get_mut(at)) else {
            continue;
        };
        time.shape = entry.distribution.unwrap_or_default();
        time.cv = entry.cv.unwrap_or(CV);
        if time.shape == Shape::Empirical {
            time.mean_minutes = entry.minutes.iter().sum::<f64>() / entry.minutes.len() as f64;
            time.minutes.clone_from(&entry.minutes);
        } else if let Some(mean) = entry.mean_minutes {
            time.mean_minutes = mean;
        }
    }
    times
}

fn days(problem: &Problem, entry: &impl Recurring) -> Vec<usize> {
    let when = entry.when();
    (0..problem.dates.len()).filter(|&day| when.holds_on(problem.dates[day])).collect()
}

fn sick_calls(
    given: &scenario::Operations,
    scenario: &Scenario,
    problem: &Problem,
) -> Vec<(usize, usize)> {
    let clerks = index(scenario.staff.iter().map(|clerk| clerk.id.as_str()));
    let mut calls: Vec<(usize, usize)> = Vec::new();
    for call in &given.sick_calls {
        let Some(&clerk) = clerks.get(call.staff.as_str()) else { continue };
        let days = (0..problem.dates.len()).filter(|&day| call.dates.contains(&problem.dates[day]));
        calls.extend(days.map(|day| (clerk, day)));
    }
    calls.sort_unstable();
    calls.dedup();
    calls
}

fn tickets(
    given: &scenario::Operations,
    problem: &Problem,
    sites: &HashMap<&str, usize>,
) -> Vec<Tickets> {
    let mut tickets = vec![Tickets::default(); problem.site_days.len()];
    // The first rule that applies holds, so it is written last.
    for rule in given.tickets.iter().rev() {
        let Some(&site) = sites.get(rule.site.as_str()) else { continue };
        for day in days(problem, rule) {
            tickets[problem.site_day(site, day)] = Tickets {
                most: rule.most_a_day,
                stop_minutes: rule.stop_minutes_before_closing.unwrap_or(0),
                most_waiting: rule.most_waiting,
            };
        }
    }
    tickets
}

fn listed_walk_ins(
    listed: &[scenario::WalkIns],
    problem: &Problem,
    wanted: &[Vec<f64>],
    (sites, services): (&HashMap<&str, usize>, &HashMap<&str, usize>),
) -> Vec<WalkIns> {
    let entries = listed.iter();
    entries
        .filter_map(|entry| {
            let &site = sites.get(entry.site.as_str())?;
            let mut mix: Vec<(usize, f64)> = entry
                .mix
                .iter()
                .filter_map(|part| Some((*services.get(part.service.as_str())?, part.share)))
                .collect();
            if mix.is_empty() {
                mix = demand_mix(problem, &wanted[site], None);
            }
            Some(WalkIns {
                site,
                days: days(problem, entry),
                from: entry.from.0,
                until: entry.until.0,
                per_hour: entry.per_hour,
                mix: normalised(mix),
            })
        })
        .collect()
}

/// Walk-ins that keep the blocks of each quota busy.
fn quota_walk_ins(problem: &Problem, wanted: &[Vec<f64>]) -> Vec<WalkIns> {
    let arrivals = |quota: &Quota| {
        let site_day = &problem.site_days[quota.site_day];
        let mix = demand_mix(problem, &wanted[site_day.site], Some(&quota.skills));
        let mix = normalised(mix);
        let minutes =
            |&(service, share): &(usize, f64)| share * f64::from(problem.services[service].minutes);
        let mean: f64 = mix.iter().map(minutes).sum();
        // The doors count, not the window: nobody comes while they are closed.
        let open: u32 = site_day
            .open
            .iter()
            .map(|open| u32::from(open.intersection(quota.window).steps()))
            .sum();
        let share = f64::from(quota.min_steps) / f64::from(open);
        let desks = share.max(f64::from(quota.counters));
        WalkIns {
            site: site_day.site,
            days: vec![site_day.day],
            from: problem.grid.minute_of(quota.window.from),
            until: problem.grid.minute_of(quota.window.until),
            per_hour: BLOCK_LOAD * desks * 60.0 / mean,
            mix,
        }
    };
    problem.quotas.iter().map(arrivals).filter(|entry| entry.per_hour.is_finite()).collect()
}

/// How much is asked for at each site, by service; all services alike where there is no demand.
fn wanted(problem: &Problem) -> Vec<Vec<f64>> {
    let mut wanted = vec![vec![0.0; problem.services.len()]; problem.sites.len()];
    for pool in &problem.pools {
        let part = pool.mean / pool.places.len() as f64;
        for (site_day, _) in &pool.places {
            wanted[problem.site_days[*site_day].site][pool.service] += part;
        }
    }
    for services in &mut wanted {
        if services.iter().all(|&mean| mean == 0.0) {
            services.fill(1.0);
        }
    }
    wanted
}

/// The services of `wanted`; of those that a clerk with `skills` can serve, where there is any.
fn demand_mix(problem: &Problem, wanted: &[f64], skills: Option<&Set>) -> Vec<(usize, f64)> {
    let able = |&(service, _): &(usize, f64)| {
        skills.is_none_or(|skills| problem.services[service].skills.is_subset(skills))
    };
    let all: Vec<(usize, f64)> =
        wanted.iter().copied().enumerate().filter(|&(_, mean)| mean > 0.0).collect();
    let some: Vec<(usize, f64)> = all.iter().copied().filter(able).collect();
    if some.is_empty() { all } else { some }
}

fn normalised(mut mix: Vec<(usize, f64)>) -> Vec<(usize, f64)> {
    let sum: f64 = mix.iter().map(|(_, share)| share).sum();
    for (_, share) in &mut mix {
        *share /= sum;
    }
    mix
}
