//! Booking through ledgers: a start is free where some assignment of clerks, rooms, breaks and
//! walk-in blocks keeps everything that is booked. The slots of the plan count for nothing here, its
//! walk-in blocks do.

use std::sync::Arc;

use super::BookingModel;
use super::days::Days;
use super::placement::{BookEntry, DAY, Placement, SlotSearch};
use super::ring::Ring;
use crate::ledger::{self, Answer, BasketItem, Change, Ledger, LedgerError, Limits, Starts, Visit};
use crate::problem::{Plan, Problem};
use crate::time::{Grid, Step, Window};

/// How much work one start may cost: chains of re-assignment. An exhaustive search, such as the
/// booking service makes for what is then open, finds few starts more and takes most of the time.
const LIMITS: Limits = Limits { nodes: 0, move_walk_ins: false };

/// Minutes to each side of what was given back within which starts that were impossible are tried
/// again by chains. Further away they are offered again where they are free as the witness is.
const NEARBY: u32 = 60;

/// Once for each site-day, so that what the plan keeps is kept.
const AT_FIRST: Limits = Limits { nodes: 100_000, move_walk_ins: false };

/// What all replications begin with.
#[derive(Debug, Clone)]
pub(super) struct Templates {
    grid: Grid,
    sites: usize,
    /// Without promises, by day of the cycle and site; `None` where closed.
    days: Vec<Option<Ledger>>,
    /// Those that differ; many services take the same.
    visits: Vec<Visit>,
    /// For each visit those that are possible wherever it is: no longer, and no more demanding.
    easier: Vec<Vec<usize>>,
    /// By service: index of the visit of one person, two and so on.
    of_service: Vec<Vec<usize>>,
}

impl Templates {
    /// The site-days of `problem` with the walk-in blocks of `plan`, in a cycle of `cycle` days.
    pub(super) fn new(problem: &Problem, plan: &Plan, cycle: usize) -> Result<Self, LedgerError> {
        let sites = problem.sites.len();
        let mut days = vec![None; cycle * sites];
        for (index, site_day) in problem.site_days.iter().enumerate() {
            if !site_day.open.is_empty() && site_day.day < cycle {
                let blocks = &plan.walk_in_blocks;
                let mut ledger = Ledger::new(problem, index, blocks, AT_FIRST)?;
                let ids: Vec<Arc<str>> =
                    ledger.promises().map(|(entry, _)| Arc::clone(&entry.id)).collect();
                for id in ids {
                    ledger.remove(&id);
                }
                days[site_day.day * sites + site_day.site] = Some(ledger);
            }
        }
        let mut visits: Vec<Visit> = Vec::new();
        let mut place = |visit: Visit| {
            visits.iter().position(|other| *other == visit).unwrap_or_else(|| {
                visits.push(visit);
                visits.len() - 1
            })
        };
        let of_service = |service: usize| {
            let visit = |persons| Visit::new(problem, &[BasketItem { service, persons }]).ok();
            let all = (1..=problem.services[service].max_persons).map_while(visit);
            all.map(&mut place).collect()
        };
        let of_service = (0..problem.services.len()).map(of_service).collect();
        let is_easier = |one: &Visit, other: &Visit| {
            one.steps <= other.steps
                && one.needs_room <= other.needs_room
                && one.skills.is_subset(&other.skills)
                && one.equipment.is_subset(&other.equipment)
        };
        let easier = |(index, visit): (usize, &Visit)| {
            (0..visits.len())
                .filter(|&one| one != index && is_easier(&visits[one], visit))
                .collect()
        };
        let easier = visits.iter().enumerate().map(easier).collect();
        Ok(Self { grid: problem.grid, sites, days, visits, easier, of_service })
    }

    /// Minutes of a visit of one person for `service`.
    pub(super) fn minutes(&self, service: usize) -> f64 {
        let visit = self.visit(service, 0);
        visit.map_or(0.0, |(_, visit)| f64::from(self.grid.minute_of(visit.steps)))
    }

    /// Whether some day of these sites has a clerk and a room for one person and `service`.
    pub(super) fn can_serve(&self, service: usize, sites: &[u32]) -> bool {
        let Some((_, visit)) = self.visit(service, 0) else { return false };
        let count = self.sites;
        let here = |&(place, _): &(usize, _)| sites.contains(&((place % count) as u32));
        let mut ledgers =
            self.days.iter().enumerate().filter(here).filter_map(|(_, ledger)| ledger.as_ref());
        ledgers.any(|ledger| {
            let starts = ledger.starts(visit);
            !starts.sure.is_empty() || !starts.open.is_empty()
        })
    }

    /// The visit of one person and `more` others, and its index.
    fn visit(&self, service: usize, more: usize) -> Option<(usize, &Visit)> {
        let index = *self.of_service[service].get(more)?;
        Some((index, &self.visits[index]))
    }
}

/// The ledgers of one replication.
#[derive(Debug)]
pub(super) struct Ledgers {
    days: Days,
    ring: Ring,
    /// By day of the ring and site; `None` where closed.
    sheets: Vec<Option<SiteDayLedger>>,
    /// Appointments so far: their ids.
    count: u64,
}

/// The ledger of one site on one day.
#[derive(Debug)]
struct SiteDayLedger {
    ledger: Ledger,
    /// In order of time.
    booked: Vec<Booked>,
    /// Minutes of them.
    minutes: f64,
    /// By visit; `None` where nobody asked yet.
    free: Vec<Option<Free>>,
}

/// An appointment.
#[derive(Debug)]
struct Booked {
    start: u16,
    lane: u32,
    entry: BookEntry,
    minutes: u32,
    id: Arc<str>,
}

/// Where a visit may start.
#[derive(Debug)]
struct Free {
    /// In order of time; all others are taken for impossible until something is given back.
    starts: Vec<Step>,
    /// What is sure of them and what is open, where nothing was booked since.
    found: Option<Starts>,
    /// Around which time something was given back since.
    given_back: Vec<Window>,
    /// Appointments were moved to other clerks or rooms since, so that others may be free.
    is_rearranged: bool,
}

impl Free {
    /// Nothing is known yet.
    fn new() -> Self {
        let given_back = vec![Window::new(0, Step::MAX)];
        Self { starts: Vec::new(), found: None, given_back, is_rearranged: false }
    }

    /// Whether nothing can have become possible since it was renewed.
    fn is_closed(&self) -> bool {
        self.given_back.is_empty() && !self.is_rearranged
    }

    fn renew(&mut self, ledger: &Ledger, visit: &Visit) {
        let found = ledger.starts(visit);
        let likely = |start: &Step| {
            let window = Window::new(*start, start.saturating_add(visit.steps));
            self.given_back.iter().any(|other| other.overlaps(window))
                || self.starts.binary_search(start).is_ok()
        };
        let mut starts: Vec<Step> =
            found.sure.iter().chain(found.open.iter().filter(likely)).collect();
        starts.sort_unstable();
        let found = Some(found);
        *self = Self { starts, found, given_back: Vec::new(), is_rearranged: false };
    }

    /// Whether `start` is known to be impossible.
    fn excludes(&self, start: Step) -> bool {
        self.is_closed() && self.starts.binary_search(&start).is_err()
    }

    /// The first start of a window at which the ledger can take the visit, and that is possible for
    /// all that is `easier`.
    fn first<'a>(
        &mut self,
        ledger: &Ledger,
        visit: &Visit,
        (from, until): (u32, u32),
        easier: &(impl Iterator<Item = &'a Self> + Clone),
    ) -> Option<Step> {
        if !self.is_closed() {
            self.renew(ledger, visit);
        }
        loop {
            let index = self.starts.partition_point(|&start| u32::from(start) < from);
            let start = *self.starts.get(index).filter(|&&start| u32::from(start) < until)?;
            let is_sure = self.found.as_ref().is_some_and(|found| found.sure.contains(start));
            let excluded = !is_sure && easier.clone().any(|free| free.excludes(start));
            if is_sure || !excluded && ledger.check(visit, start, LIMITS) == Answer::Yes {
                return Some(start);
            }
            self.starts.remove(index);
            if self.found.is_none() && !excluded {
                // Others have become impossible with it: all are found at once.
                self.renew(ledger, visit);
            }
        }
    }
}

impl Ledgers {
    pub(super) fn new(model: &BookingModel) -> Self {
        let (supply, ring) = (&model.supply, Ring::new(&model.supply, model.horizon));
        Self {
            days: Days::new(model.horizon as usize + 1, supply.lanes.len(), model.sizes),
            ring,
            sheets: (0..ring.days() * supply.sites).map(|_| None).collect(),
            count: 0,
        }
    }

    pub(super) fn open(&mut self, model: &BookingModel, day: u32, today: u32) {
        let Some(templates) = &model.templates else { return };
        let (supply, sites) = (&model.supply, model.supply.sites);
        self.ring.turn_to(today);
        let position = self.ring.position(day);
        let cycle_day = day as usize % supply.cycle;
        for site in 0..sites {
            let ledger = templates.days[cycle_day * sites + site].as_ref();
            self.sheets[position * sites + site] = ledger.map(|ledger| SiteDayLedger {
                ledger: ledger.clone(),
                booked: Vec::new(),
                minutes: 0.0,
                free: templates.visits.iter().map(|_| None).collect(),
            });
        }
        (0..sites).for_each(|site| self.hope(model, day, site));
    }

    /// The first free start that suits.
    pub(super) fn first(
        &mut self,
        model: &BookingModel,
        search: &SlotSearch<'_>,
    ) -> Option<Placement> {
        let (first, last) = search.days;
        (first..=last).find_map(|day| self.on_day(model, search, day))
    }

    /// The first start that suits of the last day with one.
    pub(super) fn last(
        &mut self,
        model: &BookingModel,
        search: &SlotSearch<'_>,
    ) -> Option<Placement> {
        let (first, last) = search.days;
        (first..=last).rev().find_map(|day| self.on_day(model, search, day))
    }

    fn on_day(
        &mut self,
        model: &BookingModel,
        search: &SlotSearch<'_>,
        day: u32,
    ) -> Option<Placement> {
        let in_lane = |&lane: &u32| {
            let likely = self.days.has(lane, search.size, day);
            likely.then(|| self.in_lane(model, search, (day, lane))).flatten()
        };
        search.lanes.iter().filter_map(in_lane).min()
    }

    fn in_lane(
        &mut self,
        model: &BookingModel,
        search: &SlotSearch<'_>,
        (day, lane): (u32, u32),
    ) -> Option<Placement> {
        let templates = model.templates.as_ref()?;
        let (supply, grid) = (&model.supply, templates.grid);
        let (site, service) = supply.lanes[lane as usize];
        let (site, service) = (site as usize, service as usize);
        let position = self.ring.position(day);
        let cycle_day = day as usize % supply.cycle;
        let sheet = self.sheets[position * supply.sites + site].as_mut()?;
        let (kind, visit) = templates.visit(service, search.size)?;
        let minutes = f64::from(grid.minute_of(visit.steps));
        let (today, minute) = search.now;
        let share = model.release.share(site, day - today, minute);
        let all = supply.minutes[cycle_day * supply.sites + site];
        // Shares such as 0.3 are rounded.
        if share < 1.0 && sheet.minutes + minutes > share * all * (1.0 + 1e-9) {
            return None;
        }
        let mut window = search.wanted.map_or((0, DAY), |wanted| wanted.on(cycle_day));
        let earliest = today * DAY + minute + model.release.notice(site);
        window.0 = window.0.max(earliest.saturating_sub(day * DAY));
        let in_steps = |minute: u32| minute.div_ceil(grid.minutes());
        let steps = (in_steps(window.0), in_steps(window.1));
        let mut free = sheet.free[kind].take().unwrap_or_else(Free::new);
        let easier = templates.easier[kind].iter().filter_map(|&one| sheet.free[one].as_ref());
        let found = free.first(&sheet.ledger, visit, steps, &easier);
        if free.starts.is_empty() {
            self.days.give_up(day, lane, search.size);
        }
        sheet.free[kind] = Some(free);
        let start = grid.minute_of(found?) as u16;
        Some(Placement::new(day, start, lane))
    }

    /// Books `place` for a visit of `minutes`. Nothing is booked where the ledger cannot take it,
    /// which does not happen to what [`Self::first`] found.
    pub(super) fn take(
        &mut self,
        model: &BookingModel,
        place: Placement,
        entry: BookEntry,
        minutes: u32,
    ) {
        let Some(templates) = &model.templates else { return };
        let (site, service) = model.supply.lanes[place.slot() as usize];
        let position = self.ring.position(place.day());
        let sheet = &mut self.sheets[position * model.supply.sites + site as usize];
        let size = if minutes > 0 { usize::from(entry.persons) - 1 } else { 0 };
        let visit = templates.visit(service as usize, size);
        let start = templates.grid.step_at(u32::from(place.start()));
        let (Some(sheet), Some((_, visit)), Some(start)) = (sheet, visit, start) else { return };
        let id: Arc<str> = self.count.to_string().into();
        let promise = ledger::Entry {
            id: Arc::clone(&id),
            basket: Arc::default(),
            visit: visit.clone(),
            start,
            expires_at: None,
        };
        let Ok(changes) = sheet.ledger.insert(promise, LIMITS) else { return };
        let is_other = |change: &Change| match change {
            Change::Promise { id: other, .. } => *other != id,
            Change::Block { .. } => true,
            // Where a break lies says nothing: it moves aside.
            Change::Break { .. } => false,
        };
        let is_rearranged = changes.iter().any(is_other);
        self.count += 1;
        let minutes = templates.grid.minute_of(visit.steps);
        let booked = Booked { start: place.start(), lane: place.slot(), entry, minutes, id };
        let index = sheet.booked.partition_point(|other| other.start <= place.start());
        sheet.booked.insert(index, booked);
        sheet.minutes += f64::from(minutes);
        for free in sheet.free.iter_mut().flatten() {
            free.found = None;
            free.is_rearranged |= is_rearranged;
        }
    }

    /// Gives back what [`Self::take`] took. Whether it was still there.
    pub(super) fn give_back(
        &mut self,
        model: &BookingModel,
        place: Placement,
        entity: u32,
    ) -> bool {
        let site = model.supply.lanes[place.slot() as usize].0;
        let position = self.ring.position(place.day());
        let sheet = &mut self.sheets[position * model.supply.sites + site as usize];
        let (Some(sheet), Some(templates)) = (sheet, &model.templates) else { return false };
        let is_it = |booked: &Booked| {
            (booked.start, booked.lane, booked.entry.entity)
                == (place.start(), place.slot(), entity)
        };
        let Some(index) = sheet.booked.iter().position(is_it) else { return false };
        let booked = sheet.booked.remove(index);
        sheet.ledger.remove(&booked.id);
        sheet.minutes -= f64::from(booked.minutes);
        let nearby = templates.grid.steps_for(NEARBY);
        let start = templates.grid.steps_for(u32::from(booked.start));
        let end = start + templates.grid.steps_for(booked.minutes);
        let around = Window::new(start.saturating_sub(nearby), end.saturating_add(nearby));
        sheet.free.iter_mut().flatten().for_each(|free| free.given_back.push(around));
        self.hope(model, place.day(), site as usize);
        true
    }

    /// Any visit may fit again on `day` at `site`.
    fn hope(&mut self, model: &BookingModel, day: u32, site: usize) {
        let is_open = self.sheet(model, day, site).is_some();
        for lane in model.supply.lanes_of(site) {
            self.days.mark(day, lane as u32, is_open);
        }
        self.days.hope(&model.supply, day, site);
    }

    pub(super) fn appointments(
        &self,
        model: &BookingModel,
        (day, site): (u32, usize),
        mut visit: impl FnMut(u32, usize, &BookEntry),
    ) {
        let sheet = self.sheet(model, day, site);
        for booked in sheet.iter().flat_map(|sheet| &sheet.booked) {
            let service = model.supply.lanes[booked.lane as usize].1;
            visit(u32::from(booked.start), service as usize, &booked.entry);
        }
    }

    /// The ledger of `site` on `day`; `None` where closed.
    pub(super) fn of(&self, model: &BookingModel, day: u32, site: usize) -> Option<&Ledger> {
        Some(&self.sheet(model, day, site)?.ledger)
    }

    fn sheet(&self, model: &BookingModel, day: u32, site: usize) -> Option<&SiteDayLedger> {
        self.sheets[self.ring.position(day) * model.supply.sites + site].as_ref()
    }
}

#[cfg(test)]
mod tests;
