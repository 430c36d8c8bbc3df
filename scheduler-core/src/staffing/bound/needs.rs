//! What a roster has to do, of a scenario whatever its roster: requests, walk-ins, hours and rooms.

use std::collections::BTreeMap;

use crate::problem::{Plan, Problem};
use crate::scenario::{BreakRule, Scenario};
use crate::simulate::booking::Repeat;
use crate::simulate::model::{Channel, DayModel, MINUTE};
use crate::simulate::office::Offices;

use super::overrun::{Kind, ServiceCells, cells_of, overrun_of};
use crate::staffing::StaffError;
use crate::staffing::offer::Offer;

/// Minutes of the bins in which walk-ins are counted.
pub(in crate::staffing) const BIN: u32 = 10;

/// People who ask for one service at the same sites.
#[derive(Debug, Clone)]
pub(in crate::staffing) struct Stream {
    pub(in crate::staffing) service: usize,
    pub(in crate::staffing) sites: Vec<usize>,
    /// Requests of a cycle.
    pub(in crate::staffing) requests: f64,
}

/// A site on a date of the cycle.
#[derive(Debug, Clone, Default)]
pub(in crate::staffing) struct SiteDay {
    pub(in crate::staffing) site: usize,
    /// Opening hours in minutes, in order.
    pub(in crate::staffing) open: Vec<(u32, u32)>,
    /// Parts of opening hours on which the same fixed clerks, quotas and columns are there.
    pub(in crate::staffing) segments: Vec<Segment>,
    /// When clerks of the problem are there, in minutes, with the position among the removable ones of
    /// the offer; `None` for one who stays anyway.
    pub(in crate::staffing) shifts: Vec<(u32, u32, Option<usize>)>,
    /// Expected walk-ins by bin from midnight and service, of those who get a ticket.
    pub(in crate::staffing) arrivals: Vec<Vec<(usize, f64)>>,
}

/// A part of opening hours.
#[derive(Debug, Clone, Default)]
pub(in crate::staffing) struct Segment {
    pub(in crate::staffing) from: u32,
    pub(in crate::staffing) until: u32,
    /// Clerks who stay anyway and are on shift.
    pub(in crate::staffing) fixed: f64,
    /// Removable clerks of the offer who are on shift, by their position there.
    pub(in crate::staffing) removable: Vec<usize>,
    /// Greatest least share that a quota asks for.
    pub(in crate::staffing) quota: f64,
}

impl Segment {
    pub(in crate::staffing) fn minutes(&self) -> f64 {
        f64::from(self.until - self.from)
    }
}

/// What has to be done.
#[derive(Debug)]
pub(in crate::staffing) struct Needs {
    /// Dates of the cycle.
    pub(in crate::staffing) dates: usize,
    pub(in crate::staffing) sites: usize,
    /// Index `site * dates + date`.
    pub(in crate::staffing) days: Vec<SiteDay>,
    pub(in crate::staffing) streams: Vec<Stream>,
    /// Share of bookings that keep their slot.
    pub(in crate::staffing) kept: f64,
    /// Rooms of each site.
    pub(in crate::staffing) rooms: Vec<f64>,
    /// By service.
    pub(in crate::staffing) service_cells: Vec<ServiceCells>,
    /// By service: mean minutes of a walk-in.
    pub(in crate::staffing) service_means: Vec<f64>,
    /// Most minutes in the mean that are left of a service when a shift ends, beside the charges.
    pub(in crate::staffing) overrun: f64,
    /// By service: what is charged for it once where it runs over the end of a shift.
    pub(in crate::staffing) overrun_charges: Vec<f64>,
    /// By service: mean minutes of somebody alone with an appointment.
    pub(in crate::staffing) booked_means: Vec<f64>,
    /// Least share of bookings that are kept to which people come.
    pub(in crate::staffing) shows: f64,
    /// As `overrun`, of everybody who comes.
    pub(in crate::staffing) overrun_of_all: f64,
    /// By site: what longer services may add beside it, in a cycle.
    pub(in crate::staffing) charges_of_all: Vec<f64>,
    /// Whether clerks may be missing whom the plan counts on.
    pub(in crate::staffing) may_be_ill: bool,
    /// By site, whether walk-ins may leave for another reason than that nobody comes.
    pub(in crate::staffing) may_leave: Vec<bool>,
    /// Whether breaks have their full length.
    pub(in crate::staffing) full_breaks: bool,
    /// By site: services that only some of those can serve who may work there.
    pub(in crate::staffing) rare: Vec<Vec<bool>>,
}

impl Needs {
    /// Of `scenario`, whose problem is `problem`, both without those who are left out.
    pub(in crate::staffing) fn new(
        scenario: &Scenario,
        problem: &Problem,
        offer: &Offer,
    ) -> Result<Self, StaffError> {
        let repeat = Repeat::of(problem);
        let (sites, dates) = (problem.sites.len(), repeat.dates);
        let offices = Offices::new(problem, &no_plan()).map_err(StaffError::Sample)?;
        let mut days = vec![SiteDay::default(); sites * dates];
        for site in 0..sites {
            for date in 0..dates {
                let model = offices.days[problem.site_day(site, date)].as_ref().map(|o| &o.model);
                days[site * dates + date] =
                    site_day((scenario, problem), offer, (site, date), model);
            }
        }
        let (cells, means) = service_times(problem, &offices);
        let operations = &problem.operations;
        let streams = streams(problem, dates);
        let kept = 1.0 - operations.cancellation_share;
        let walking = walk_in_kinds(&days, &cells, &means);
        let (overrun, overrun_charges) = overrun_of(&walking);
        let booked = booked_kinds(&offices, &streams, (kept, &operations.requests.persons));
        let everybody: Vec<Kind> = walking.iter().chain(&booked).cloned().collect();
        let (overrun_of_all, all_charges) = overrun_of(&everybody);
        let charges_of_all = (0..sites)
            .map(|site| {
                let kinds = everybody.iter().zip(&all_charges);
                kinds.map(|(kind, charge)| kind.at_site(site) * charge).sum()
            })
            .collect();
        let booked_means = (0..problem.services.len())
            .map(|service| booked.iter().find(|k| k.service == service).map_or(0.0, |k| k.mean))
            .collect();
        let weeks_ahead = f64::from(operations.requests.horizon_days) / 7.0;
        let no_show = operations.no_show + operations.no_show_per_week.max(0.0) * weeks_ahead;
        let may_leave = |site: usize| {
            let tickets = (0..dates).map(|date| operations.tickets[problem.site_day(site, date)]);
            operations.patience.is_some()
                || tickets.into_iter().any(|t| t.most.is_some() || t.most_waiting.is_some())
        };
        Ok(Self {
            dates,
            sites,
            days,
            streams,
            kept,
            booked_means,
            shows: (1.0 - no_show).max(0.0),
            overrun_of_all,
            charges_of_all,
            may_be_ill: operations.sick_share > 0.0 || !operations.sick_calls.is_empty(),
            rooms: problem.sites.iter().map(|site| site.rooms.len() as f64).collect(),
            service_cells: cells,
            service_means: means,
            overrun,
            overrun_charges,
            may_leave: (0..sites).map(may_leave).collect(),
            full_breaks: operations.break_rule != BreakRule::Ignore,
            rare: rare(problem, offer, dates),
        })
    }

    pub(in crate::staffing) fn day(&self, site: usize, date: usize) -> &SiteDay {
        &self.days[site * self.dates + date]
    }

    /// Mean clerks whom the walk-ins of a half-hour keep busy.
    pub(in crate::staffing) fn walk_in_load(
        &self,
        site: usize,
        date: usize,
        half_hour: usize,
    ) -> f64 {
        let day = self.day(site, date);
        let bins = 30 / BIN as usize;
        // Who comes is served a little later: half a service, and some wait.
        let from = (half_hour * bins).saturating_sub(1);
        let work: f64 = (from..from + bins)
            .flat_map(|bin| day.arrivals.get(bin).into_iter().flatten())
            .map(|&(service, count)| count * self.service_means[service])
            .sum();
        work / 30.0
    }

    /// Expected walk-ins by bin of a site and date.
    pub(in crate::staffing) fn came(&self, site: usize, date: usize) -> f64 {
        self.day(site, date).arrivals.iter().flatten().map(|&(_, count)| count).sum()
    }
}

/// Nothing planned.
fn no_plan() -> Plan {
    Plan {
        slots: Vec::new(),
        walk_in_blocks: Vec::new(),
        breaks: Vec::new(),
        stays: Vec::new(),
        objective: 0.0,
        upper_bound: f64::INFINITY,
        seconds: 0.0,
        engine: String::new(),
        seed: 0,
        work: 0.0,
    }
}

fn streams(problem: &Problem, dates: usize) -> Vec<Stream> {
    let operations = &problem.operations;
    let mut streams: BTreeMap<(usize, Vec<usize>), f64> = BTreeMap::new();
    for pool in &problem.pools {
        let repeats = |&&(site_day, _): &&(usize, _)| problem.site_days[site_day].day < dates;
        let places: Vec<usize> =
            pool.places.iter().filter(repeats).map(|&(site_day, _)| site_day).collect();
        if places.is_empty() {
            continue;
        }
        let mut sites: Vec<usize> =
            places.iter().map(|&site_day| problem.site_days[site_day].site).collect();
        sites.sort_unstable();
        sites.dedup();
        let share = places.len() as f64 / pool.places.len() as f64;
        let asks = operations.requests.factor * (1.0 - operations.online[pool.service]);
        *streams.entry((pool.service, sites)).or_default() += pool.mean * asks * share;
    }
    let some = streams.into_iter().filter(|&(_, requests)| requests > 0.0);
    some.map(|((service, sites), requests)| Stream { service, sites, requests }).collect()
}

/// Cells and means of the services' times, as walk-ins have them; nothing where nobody walks in.
fn service_times(problem: &Problem, offices: &Offices) -> (Vec<ServiceCells>, Vec<f64>) {
    let services = problem.services.len();
    let (mut cells, mut means) = (vec![Vec::new(); services], vec![0.0; services]);
    for model in offices.days.iter().flatten().map(|office| &office.model) {
        for &(kind, _) in model.walk_ins.iter().flat_map(|segment| &segment.mix) {
            let kind = &model.kinds[kind as usize];
            let service = kind.service as usize;
            if !cells[service].is_empty() {
                continue;
            }
            cells[service] = cells_of(&kind.duration);
            means[service] = kind.duration.mean() / f64::from(MINUTE);
        }
    }
    (cells, means)
}

/// Those who walk in, all sites together as if they were one.
fn walk_in_kinds(days: &[SiteDay], cells: &[ServiceCells], means: &[f64]) -> Vec<Kind> {
    let sites_of = |service: usize| {
        let per_site = |site: usize, day: &SiteDay| {
            let of_service = day.arrivals.iter().flatten().filter(|(other, _)| *other == service);
            (site, of_service.map(|&(_, count)| count).sum::<f64>())
        };
        days.iter().map(|day| per_site(day.site, day)).filter(|&(_, c)| c > 0.0).collect()
    };
    (0..means.len())
        .map(|service| Kind {
            service,
            mean: means[service],
            cells: cells[service].clone(),
            counts: sites_of(service),
        })
        .collect()
}

/// Those who book, by service and number of persons; somebody alone first.
fn booked_kinds(
    offices: &Offices,
    streams: &[Stream],
    (kept, persons): (f64, &[f64]),
) -> Vec<Kind> {
    let Some(model) = offices.days.iter().flatten().next().map(|office| &office.model) else {
        return Vec::new();
    };
    let mut kinds: Vec<Kind> = Vec::new();
    for kind in model.kinds.iter().filter(|kind| kind.channel == Channel::Appointment) {
        let service = kind.service as usize;
        let more = kinds.iter().filter(|known| known.service == service).count();
        let share = persons.get(more).copied().unwrap_or(0.0);
        let asked = streams.iter().filter(|stream| stream.service == service);
        let counts = asked.flat_map(|stream| {
            stream.sites.iter().map(move |&site| (site, stream.requests * kept * share))
        });
        let counts: Vec<(usize, f64)> = counts.filter(|&(_, count)| count > 0.0).collect();
        if more > 0 && counts.is_empty() {
            continue;
        }
        let (cells, mean) = (cells_of(&kind.duration), kind.duration.mean() / f64::from(MINUTE));
        kinds.push(Kind { service, mean, cells, counts });
    }
    kinds
}

fn site_day(
    (scenario, problem): (&Scenario, &Problem),
    offer: &Offer,
    (site, date): (usize, usize),
    model: Option<&DayModel>,
) -> SiteDay {
    let place = &problem.site_days[problem.site_day(site, date)];
    let grid = problem.grid;
    let open: Vec<(u32, u32)> = place
        .open
        .iter()
        .map(|open| (grid.minute_of(open.from), grid.minute_of(open.until)))
        .collect();
    let mut day = SiteDay { site, open, ..SiteDay::default() };
    day.segments = segments((scenario, problem), offer, (site, date), &day.open);
    day.shifts = shifts_there(problem, offer, (site, date));
    day.arrivals = model.map(arrivals).unwrap_or_default();
    day
}

fn shifts_there(
    problem: &Problem,
    offer: &Offer,
    (site, date): (usize, usize),
) -> Vec<(u32, u32, Option<usize>)> {
    let place = &problem.site_days[problem.site_day(site, date)];
    let shifts = problem.shifts[place.shifts.clone()].iter();
    shifts
        .flat_map(|shift| {
            let clerk = offer.removable.iter().position(|&(other, _)| other == shift.clerk);
            let minute = |step| problem.grid.minute_of(step);
            let there = shift.present().map(|window| (minute(window.from), minute(window.until)));
            there.map(move |(from, until)| (from, until, clerk)).collect::<Vec<_>>()
        })
        .collect()
}

fn segments(
    (scenario, problem): (&Scenario, &Problem),
    offer: &Offer,
    (site, date): (usize, usize),
    open: &[(u32, u32)],
) -> Vec<Segment> {
    let place = &problem.site_days[problem.site_day(site, date)];
    let minute = |step| problem.grid.minute_of(step);
    // Begin, end, and the clerk.
    let mut presence: Vec<(u32, u32, usize)> = Vec::new();
    for shift in &problem.shifts[place.shifts.clone()] {
        let present = shift.present();
        presence.extend(present.map(|w| (minute(w.from), minute(w.until), shift.clerk)));
    }
    let quotas: Vec<(u32, u32, f64)> = place
        .quotas
        .iter()
        .map(|&quota| &problem.quotas[quota])
        .map(|quota| {
            let share = scenario.walk_in_quotas[quota.source].min_share;
            (minute(quota.window.from), minute(quota.window.until), share)
        })
        .collect();
    let mut cuts: Vec<u32> = Vec::new();
    cuts.extend(open.iter().flat_map(|&(from, until)| [from, until]));
    cuts.extend(presence.iter().flat_map(|&(from, until, _)| [from, until]));
    cuts.extend(quotas.iter().flat_map(|&(from, until, _)| [from, until]));
    let columns = offer.columns.iter().filter(|c| c.site == site && c.dates.contains(&date));
    cuts.extend(columns.flat_map(|column| [column.from, column.until]));
    cuts.sort_unstable();
    cuts.dedup();
    let mut segments = Vec::new();
    for pair in cuts.windows(2) {
        let (from, until) = (pair[0], pair[1]);
        if !open.iter().any(|&(opens, closes)| opens <= from && until <= closes) {
            continue;
        }
        let mut segment = Segment { from, until, ..Segment::default() };
        for &(begins, ends, clerk) in &presence {
            if begins <= from && until <= ends {
                match offer.removable.iter().position(|&(other, _)| other == clerk) {
                    Some(position) => segment.removable.push(position),
                    None => segment.fixed += 1.0,
                }
            }
        }
        let holds = quotas.iter().filter(|&&(begins, ends, _)| begins <= from && until <= ends);
        segment.quota = holds.map(|&(_, _, share)| share).fold(0.0, f64::max);
        segments.push(segment);
    }
    segments
}

/// Expected walk-ins by bin and service, of those who get a ticket.
fn arrivals(model: &DayModel) -> Vec<Vec<(usize, f64)>> {
    let mut bins: Vec<Vec<(usize, f64)>> = vec![Vec::new(); (1440 / BIN) as usize];
    for segment in &model.walk_ins {
        let until = segment.until.min(model.ticket_stop);
        let all: f64 = segment.mix.iter().map(|&(_, share)| share).sum();
        for (index, bin) in bins.iter_mut().enumerate() {
            let from = index as u32 * BIN * MINUTE;
            let common = (from + BIN * MINUTE).min(until).saturating_sub(from.max(segment.from));
            if common == 0 {
                continue;
            }
            let expected = segment.per_hour * f64::from(common) / 3.6e6;
            for &(kind, share) in &segment.mix {
                let service = model.kinds[kind as usize].service as usize;
                bin.push((service, expected * share / all));
            }
        }
    }
    bins
}

/// By site, which services somebody cannot serve who may work there.
fn rare(problem: &Problem, offer: &Offer, dates: usize) -> Vec<Vec<bool>> {
    let mut rare = vec![vec![false; problem.services.len()]; problem.sites.len()];
    let known = |template: usize, service: usize| {
        let skills = &offer.templates[template].skills;
        let mut needed = problem.services[service].skills.iter();
        needed.all(|skill| skills.contains(&problem.skills[skill]))
    };
    for column in &offer.columns {
        for (service, is_rare) in rare[column.site].iter_mut().enumerate() {
            *is_rare |= !known(column.template, service);
        }
    }
    for shift in &problem.shifts {
        let place = &problem.site_days[shift.site_day];
        if place.day < dates {
            let clerk = &problem.clerks[shift.clerk];
            for (service, is_rare) in rare[place.site].iter_mut().enumerate() {
                *is_rare |= !problem.services[service].skills.is_subset(&clerk.skills);
            }
        }
    }
    rare
}
