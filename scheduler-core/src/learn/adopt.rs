//! What was learnt, written into a scenario.

use super::arrivals::SiteArrivals;
use super::durations::{DurationShape, ServiceDurations};
use super::learned::{Draw, Learned};
use crate::scenario::{
    Demand, Lateness, MixShare, NoShow, Operations, OperationsDraw, Patience, Requests, Scenario,
    ServiceDraw, ServiceTime, Shape, Site, WalkIns, Weekday,
};
use crate::time::Clock;

/// A scenario with what was learnt.
#[derive(Debug, Clone)]
pub struct Adopted {
    /// It, not validated: what the base had may not suit any more, such as appointments beside other
    /// slot lengths.
    pub scenario: Scenario,
    /// What found no place in it.
    pub left_out: Vec<LeftOut>,
}

/// People who come when the scenario says that the site is closed.
#[derive(Debug, Clone, PartialEq)]
pub struct LeftOut {
    /// Index of the site.
    pub site: usize,
    /// 0 for Monday.
    pub weekday: usize,
    /// People a day.
    pub per_day: f64,
    /// Whether they have an appointment.
    pub booked: bool,
}

/// Rates below this are no entry: one person in fifty hours.
const LEAST_RATE: f64 = 0.02;
/// Who comes before the doors open, up to this, is taken to come in the first half-hour.
const BEFORE_DOORS: u32 = 90;

/// `base` with the demand, operations and, where `slots`, slot lengths that were learnt. Sites and
/// services are those of `base`, by index. What the history does not say stays as it is.
pub fn adopt(base: &Scenario, learned: &Learned, slots: bool) -> Adopted {
    let mut adopting = Adopting {
        scenario: base.clone(),
        learned,
        left_out: Vec::new(),
        factors: vec![Vec::new(); learned.draws.len()],
    };
    adopting.walk_ins();
    adopting.demand();
    if slots {
        adopting.slots();
    }
    adopting.behaviour();
    adopting.service_times();
    adopting.draws();
    Adopted { scenario: adopting.scenario, left_out: adopting.left_out }
}

struct Adopting<'a> {
    scenario: Scenario,
    learned: &'a Learned,
    left_out: Vec<LeftOut>,
    /// By draw: of the rates of the walk-ins that were written.
    factors: Vec<Vec<f64>>,
}

/// From when to when a site is open on a weekday, in minutes: all intervals that there are, in order.
fn open(site: &Site, weekday: usize) -> Vec<(u32, u32)> {
    let weekday = Weekday::ALL[weekday];
    let holds = |days: &Option<Vec<Weekday>>| days.as_ref().is_none_or(|d| d.contains(&weekday));
    let some = site.open.iter().filter(|opening| holds(&opening.days));
    let mut open: Vec<(u32, u32)> = some.map(|opening| (opening.from.0, opening.until.0)).collect();
    open.sort_unstable();
    open
}

fn rounded(value: f64, digits: i32) -> f64 {
    let scale = 10.0_f64.powi(digits);
    (value * scale).round() / scale
}

impl Adopting<'_> {
    fn operations(&mut self) -> &mut Operations {
        self.scenario.operations.get_or_insert_default()
    }

    fn walk_ins(&mut self) {
        let learned = self.learned;
        if learned.walk_ins.iter().all(|site| site.days == 0) {
            return;
        }
        let known = |id: &str, scenario: &Scenario| {
            let site = scenario.sites.iter().position(|site| site.id == id);
            site.is_some_and(|site| learned.walk_ins.get(site).is_some_and(|site| site.days > 0))
        };
        let before = self.operations().walk_ins.take().unwrap_or_default();
        let kept = before.into_iter().filter(|entry| !known(&entry.site, &self.scenario));
        let kept: Vec<WalkIns> = kept.collect();
        let mut entries: Vec<WalkIns> = Vec::new();
        for (index, site) in learned.walk_ins.iter().enumerate() {
            let draws: Vec<&Vec<Vec<f64>>> =
                learned.draws.iter().map(|draw| &draw.walk_ins[index]).collect();
            for place in 0..site.weekdays.len() {
                self.weekday_entries((index, site), place, &draws, &mut entries);
            }
        }
        // Those of other sites come last: factors belong to the first entries.
        entries.extend(kept);
        self.operations().walk_ins = Some(entries);
    }

    /// Entries of a site's weekday, each half-hour with a rate one.
    fn weekday_entries(
        &mut self,
        (index, arrivals): (usize, &SiteArrivals),
        place: usize,
        draws: &[&Vec<Vec<f64>>],
        entries: &mut Vec<WalkIns>,
    ) {
        let of_day = &arrivals.weekdays[place];
        let site = &self.scenario.sites[index];
        let doors = open(site, of_day.weekday);
        let services = &self.scenario.services;
        let mix = arrivals.mix.iter().zip(services).filter(|(share, _)| **share > 0.0);
        let mix: Vec<MixShare> = mix
            .map(|(&share, service)| MixShare {
                service: service.id.clone(),
                share: rounded(share, 5).max(1e-5),
            })
            .collect();
        let site = site.id.clone();
        // By half-hour in which they are taken to come: the rate, and by draw the rate times factor.
        let mut rates: Vec<(u32, f64, Vec<f64>)> = Vec::new();
        for (at, rate) in of_day.half_hours.iter().enumerate() {
            let (from, until) = (rate.half_hour as u32 * 30, rate.half_hour as u32 * 30 + 30);
            let value = rate.per_hour.value;
            let is_open = doors.iter().any(|&(opens, closes)| from < closes && opens < until);
            let next =
                doors.iter().find(|&&(opens, _)| until <= opens && opens - until < BEFORE_DOORS);
            let from = match (is_open, next) {
                (true, _) => from,
                (false, Some(&(opens, _))) => opens / 30 * 30,
                (false, None) => {
                    let (weekday, per_day) = (of_day.weekday, value / 2.0);
                    self.left_out.push(LeftOut { site: index, weekday, per_day, booked: false });
                    continue;
                }
            };
            let drawn: Vec<f64> = draws.iter().map(|draw| draw[place][at] * value).collect();
            match rates.iter_mut().find(|(known, ..)| *known == from) {
                Some((_, sum, sums)) => {
                    *sum += value;
                    sums.iter_mut().zip(&drawn).for_each(|(sum, drawn)| *sum += drawn);
                }
                None => rates.push((from, value, drawn)),
            }
        }
        rates.sort_by_key(|&(from, ..)| from);
        for (from, rate, drawn) in rates {
            // A site that opens within a half-hour sees all its people in what is left of it.
            let inside = doors
                .iter()
                .map(|&(opens, closes)| closes.min(from + 30).saturating_sub(opens.max(from)));
            let per_hour = rate * 30.0 / f64::from(inside.sum::<u32>().clamp(1, 30));
            if per_hour < LEAST_RATE {
                continue;
            }
            let weekday = Weekday::ALL[of_day.weekday];
            let (from, until) = (Clock(from), Clock(from + 30));
            entries.push(WalkIns {
                id: format!("{site}-{weekday}-{from}"),
                site: site.clone(),
                days: Some(vec![weekday]),
                from,
                until,
                per_hour: rounded(per_hour, 4).min(1e5),
                mix: mix.clone(),
                ..WalkIns::default()
            });
            for (factors, drawn) in self.factors.iter_mut().zip(drawn) {
                factors.push(rounded(drawn / rate, 3).clamp(0.0, 1000.0));
            }
        }
    }

    fn demand(&mut self) {
        let wanted = &self.learned.bookings.wanted;
        let known: Vec<&str> =
            wanted.iter().map(|wanted| self.scenario.sites[wanted.site].id.as_str()).collect();
        if known.is_empty() {
            return;
        }
        let mut demand: Vec<Demand> = self.scenario.demand.clone();
        demand.retain(|entry| !entry.sites.iter().all(|site| known.contains(&site.as_str())));
        for wanted in wanted {
            let site = &self.scenario.sites[wanted.site];
            let weekday = Weekday::ALL[wanted.weekday];
            let doors = open(site, wanted.weekday);
            let (Some(&(from, _)), Some(until)) =
                (doors.first(), doors.iter().map(|&(_, until)| until).max())
            else {
                let (site, weekday) = (wanted.site, wanted.weekday);
                let per_day = wanted.per_day.value;
                self.left_out.push(LeftOut { site, weekday, per_day, booked: true });
                continue;
            };
            let service = self.scenario.services[wanted.service].id.clone();
            demand.push(Demand {
                id: format!("{}-{service}-{weekday}", site.id),
                service,
                sites: vec![site.id.clone()],
                days: Some(vec![weekday]),
                from: Clock(from),
                until: Clock(until),
                mean: rounded(wanted.per_day.value, 4),
                ..Demand::default()
            });
        }
        self.scenario.demand = demand;
    }

    /// Slots long enough for the share of the visits that was asked for.
    fn slots(&mut self) {
        let grid = self.scenario.grid_minutes.max(1);
        let up = |minutes: f64| ((minutes / f64::from(grid)).ceil().max(1.0) as u32) * grid;
        let known = self.learned.durations.iter().filter(|of| of.withheld.is_none());
        for of in known {
            let Some(service) = self.scenario.services.get_mut(of.service) else { continue };
            let Some(one) = of.persons.iter().find(|of| of.persons == 1) else { continue };
            service.minutes = up(one.suffices).min(1440 / grid * grid);
            /// Fewer say nothing about the second person.
            const LEAST: u64 = 30;
            if let Some(two) = of.persons.iter().find(|of| of.persons == 2 && of.count >= LEAST) {
                service.extra_person_minutes =
                    up(two.suffices).saturating_sub(service.minutes).min(1440);
            }
        }
    }

    fn behaviour(&mut self) {
        let learned = self.learned;
        let (open, weighted) = learned.walk_ins.iter().fold((0.0, 0.0), |sum, site| {
            let count = site.count as f64;
            (sum.0 + count, sum.1 + count * site.day_cv.value)
        });
        let bookings = &learned.bookings;
        let operations = self.operations();
        if open > 0.0 {
            operations.walk_in_day_cv = Some(rounded(weighted / open, 3).min(3.0));
        }
        if bookings.count > 0 {
            let requests = operations.requests.get_or_insert_with(Requests::default);
            // The demand is what was booked.
            requests.factor = None;
            let profile = |counts: &[u64]| counts.iter().map(|&n| n as f64).collect::<Vec<f64>>();
            if let Some(lead) = bookings.lead {
                requests.by_weekday = profile(&bookings.by_weekday);
                requests.by_hour = profile(&bookings.by_hour);
                requests.horizon_days = Some(lead.horizon.clamp(1, 366));
                requests.first_free_share = Some(rounded(lead.first_free.value, 3));
                if let Some((ahead, cv)) = lead.others {
                    requests.ahead_days = Some(rounded(ahead.value, 2).clamp(0.0, 366.0));
                    requests.ahead_cv = Some(rounded(cv, 3).clamp(0.01, 10.0));
                }
            }
            requests.persons = profile(&bookings.persons);
        }
        if let Some(cancelled) = &bookings.cancelled {
            operations.cancellation_share = Some(rounded(cancelled.share.value, 4));
        }
        if let Some(no_shows) = &learned.no_shows {
            let (at_zero, slope) = no_shows.line;
            operations.no_show = Some(NoShow {
                probability: rounded(at_zero.value, 4),
                per_week_of_lead: Some(rounded(slope.value, 5)),
            });
        }
        if let Some(lateness) = learned.lateness {
            operations.lateness = Some(Lateness {
                mean_minutes: rounded(lateness.mean.value, 2),
                sd_minutes: rounded(lateness.sd.value, 2),
                most_early_minutes: rounded(lateness.most_early, 2),
            });
        }
        if let Some(mean) = learned.patience.mean {
            operations.patience = Some(Patience {
                mean_minutes: rounded(mean.value, 2).clamp(0.01, 144_000.0),
                distribution: Some(Shape::Exponential),
                cv: None,
            });
        }
    }

    fn service_times(&mut self) {
        let ids: Vec<String> =
            self.scenario.services.iter().map(|service| service.id.clone()).collect();
        let known = |of: &&ServiceDurations| of.withheld.is_none();
        let learned: Vec<&ServiceDurations> = self.learned.durations.iter().filter(known).collect();
        let times = &mut self.operations().service_times;
        for of in learned {
            let (Some(id), Some(one)) = (ids.get(of.service), of.persons.first()) else { continue };
            times.retain(|time| time.service != *id);
            times.push(ServiceTime {
                service: id.clone(),
                distribution: Some(match of.shape {
                    DurationShape::Lognormal => Shape::Lognormal,
                    DurationShape::Gamma => Shape::Gamma,
                }),
                mean_minutes: Some(rounded(one.mean.value, 3).clamp(0.01, 1440.0)),
                cv: Some(rounded(one.cv.value, 3).clamp(0.01, 10.0)),
                minutes: Vec::new(),
            });
        }
    }

    fn draws(&mut self) {
        let learned = self.learned;
        let ids: Vec<String> =
            self.scenario.services.iter().map(|service| service.id.clone()).collect();
        let factors = std::mem::take(&mut self.factors);
        let drawn = learned.draws.iter().zip(factors);
        let draws = drawn.map(|(draw, walk_ins)| OperationsDraw {
            walk_ins,
            services: services(learned, draw, &ids),
            no_show: over(draw.no_show.map(share_at(learned)), learned_share(learned)),
            cancellation: over(
                draw.cancelled,
                learned.bookings.cancelled.as_ref().map(|of| of.share.value),
            ),
            lateness_minutes: draw
                .lateness
                .zip(learned.lateness)
                .map_or(0.0, |((mean, _), of)| rounded(mean - of.mean.value, 2)),
            patience: over(draw.patience, learned.patience.mean.map(|mean| mean.value)),
        });
        self.operations().draws = draws.collect();
    }
}

/// A factor, 1 where nothing is known.
fn over(drawn: Option<f64>, estimate: Option<f64>) -> f64 {
    let factor = drawn.zip(estimate).filter(|(_, estimate)| *estimate > 0.0);
    rounded(factor.map_or(1.0, |(drawn, estimate)| drawn / estimate), 3).clamp(0.001, 1000.0)
}

/// Weeks of lead of those who book.
fn mean_weeks(learned: &Learned) -> f64 {
    learned.bookings.lead.map_or(0.0, |lead| lead.mean / 7.0)
}

fn learned_share(learned: &Learned) -> Option<f64> {
    let (at_zero, slope) = learned.no_shows.as_ref()?.line;
    Some(at_zero.value + slope.value * mean_weeks(learned))
}

fn share_at(learned: &Learned) -> impl Fn((f64, f64)) -> f64 {
    let weeks = mean_weeks(learned);
    move |(at_zero, slope)| at_zero + slope * weeks
}

fn services(learned: &Learned, draw: &Draw, ids: &[String]) -> Vec<ServiceDraw> {
    let all = ids.iter().enumerate();
    all.filter_map(|(index, id)| {
        let of = learned.durations.get(index)?;
        let one = of.persons.first().filter(|_| of.withheld.is_none());
        let (minutes, cv) = one.map_or((1.0, 1.0), |one| {
            let (factor, cv) = draw.durations[index];
            (factor, cv / one.cv.value.max(1e-6))
        });
        let requests = rounded(draw.requests[index], 3).clamp(0.0, 1000.0);
        let (minutes, cv) =
            (rounded(minutes, 3).clamp(0.01, 100.0), rounded(cv, 3).clamp(0.01, 100.0));
        let drawn = ServiceDraw { service: id.clone(), requests, minutes, cv };
        (drawn != ServiceDraw { service: id.clone(), ..ServiceDraw::default() }).then_some(drawn)
    })
    .collect()
}
