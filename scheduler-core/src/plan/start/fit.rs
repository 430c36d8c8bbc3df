//! Which entries of a plan fit a problem, together.

use std::collections::BTreeMap;

use super::{Pin, Placed, What};
use crate::problem::{
    BreakTaken, DropReason, Dropped, EntryKind, PlanEntry, Problem, Slot, StartPlan, Stay,
    WalkInBlock,
    site_day::{PoolPlace, places_by_site_day},
};
use crate::time::Window;

/// The entries of a plan, put in one after the other: what is pinned first, then kept promises,
/// breaks, walk-in blocks and slots. What overlaps something before it does not fit.
pub(super) struct Fit<'a> {
    problem: &'a Problem,
    start: &'a StartPlan,
    /// What fits, with its kind and place in its list.
    pub placed: Vec<(EntryKind, usize, Placed)>,
    pub kept_stays: Vec<Stay>,
    pub dropped: Vec<Dropped>,
    pub pins: Vec<Pin>,
    /// By site-day.
    pools: Vec<Vec<PoolPlace>>,
    /// By clerk.
    shifts: Vec<Vec<usize>>,
    /// By clerk and day.
    busy: BTreeMap<(usize, usize), Vec<Window>>,
    /// By room and day, with the clerk.
    taken: BTreeMap<(usize, usize), Vec<(Window, usize)>>,
    /// When each break of a shift is taken.
    breaks: BTreeMap<usize, Vec<Option<Window>>>,
    kept: Vec<bool>,
}

/// Who is where when.
#[derive(Clone, Copy)]
struct Use {
    clerk: usize,
    day: usize,
    window: Window,
    room: Option<usize>,
}

impl<'a> Fit<'a> {
    pub(super) fn new(problem: &'a Problem, start: &'a StartPlan) -> Self {
        let mut shifts = vec![Vec::new(); problem.clerks.len()];
        for (index, shift) in problem.shifts.iter().enumerate() {
            shifts[shift.clerk].push(index);
        }
        Self {
            problem,
            start,
            placed: Vec::new(),
            kept_stays: Vec::new(),
            dropped: start.dropped().to_vec(),
            pins: Vec::new(),
            pools: places_by_site_day(problem),
            shifts,
            busy: BTreeMap::new(),
            taken: BTreeMap::new(),
            breaks: BTreeMap::new(),
            kept: vec![false; problem.promises.len()],
        }
    }

    /// Puts all entries in.
    pub(super) fn all(&mut self) {
        let plan = self.start.plan();
        for (i, stay) in self.start.kept_stays().iter().enumerate() {
            if let Err(reason) = self.stay(i, stay) {
                let entry = self.entry(EntryKind::Stay, i);
                self.dropped.push(Dropped::new(entry, reason));
            }
        }
        let mut order = Vec::new();
        for (i, slot) in plan.slots.iter().enumerate() {
            let rank = if slot.promise.is_some() { 1 } else { 4 };
            let key = if slot.pinned { 0 } else { rank };
            order.push((key, slot.day, slot.window, EntryKind::Slot, i));
        }
        for (i, block) in plan.walk_in_blocks.iter().enumerate() {
            let key = if block.pinned { 0 } else { 3 };
            order.push((key, block.day, block.window, EntryKind::Block, i));
        }
        for (i, rest) in plan.breaks.iter().enumerate() {
            let key = if rest.pinned { 0 } else { 2 };
            order.push((key, rest.day, rest.window, EntryKind::Break, i));
        }
        order.sort_unstable();
        for (rank, .., kind, i) in order {
            let found = match kind {
                EntryKind::Slot => self.slot(&plan.slots[i]),
                EntryKind::Block => self.block(&plan.walk_in_blocks[i]),
                EntryKind::Break => self.rest(&plan.breaks[i]),
                EntryKind::Stay => continue,
            };
            match found {
                Ok(entry) => {
                    if rank == 0 {
                        let Placed { shift, window, what, room, .. } = entry;
                        self.pin(kind, i, shift, window, room, Some(what));
                    }
                    self.placed.push((kind, i, entry));
                }
                Err(reason) => {
                    let entry = self.entry(kind, i);
                    self.dropped.push(Dropped::new(entry, reason));
                }
            }
        }
    }

    fn pin(
        &mut self,
        kind: EntryKind,
        index: usize,
        shift: usize,
        window: Window,
        room: Option<usize>,
        what: Option<What>,
    ) {
        let entry = self.entry(kind, index);
        let site_day = self.problem.shifts[shift].site_day;
        self.pins.push(Pin { entry, site_day, shift, window, room, what });
    }

    fn stay(&mut self, index: usize, stay: &Stay) -> Result<(), DropReason> {
        let p = self.problem;
        self.refers(&[("staff", stay.clerk, p.clerks.len()), ("room", stay.room, p.rooms.len())])?;
        let day = stay.day;
        self.lasts(day, stay.window)?;
        let shift =
            p.shift_in_room(stay.clerk, stay.room, day, stay.window).ok_or(DropReason::Shift)?;
        for other in &self.kept_stays {
            if other.day == day && other.window.overlaps(stay.window) {
                match (other.room == stay.room, other.clerk == stay.clerk) {
                    (true, false) => return Err(DropReason::RoomTaken),
                    (false, true) => return Err(DropReason::ClerkTaken),
                    _ => {}
                }
            }
        }
        self.kept_stays.push(Stay { shift, ..*stay });
        self.pin(EntryKind::Stay, index, shift, stay.window, Some(stay.room), None);
        Ok(())
    }

    fn slot(&mut self, slot: &Slot) -> Result<Placed, DropReason> {
        let p = self.problem;
        self.refers(&[
            ("service", slot.service, p.services.len()),
            ("site", slot.site, p.sites.len()),
            ("staff", slot.clerk, p.clerks.len()),
            ("room", slot.room.unwrap_or(0), p.rooms.len().max(1)),
            ("appointment", slot.promise.unwrap_or(0), p.promises.len().max(1)),
        ])?;
        self.lasts(slot.day, slot.window)?;
        let site_day = p.site_day(slot.site, slot.day);
        let service = &p.services[slot.service];
        let what = match slot.promise {
            Some(promise) => {
                let due = p.promises.get(promise).ok_or(DropReason::Promise)?;
                let same = (due.site_day, due.window, due.service)
                    == (site_day, slot.window, slot.service)
                    && due.clerk.is_none_or(|clerk| clerk == slot.clerk)
                    && due.room.is_none_or(|room| Some(room) == slot.room)
                    && !self.kept[promise];
                if !same {
                    return Err(DropReason::Promise);
                }
                What::Promise(promise)
            }
            None => {
                if slot.window.steps() != service.steps {
                    return Err(DropReason::Length);
                }
                let pool = self.pool(slot, site_day).ok_or(DropReason::Demand)?;
                What::Slot { service: slot.service, pool }
            }
        };
        let shift = self.shift_of(slot.clerk, site_day, slot.window)?;
        self.open(site_day, slot.window)?;
        if !p.clerks[slot.clerk].services.contains(slot.service) {
            return Err(DropReason::Skill);
        }
        let suits = match slot.room {
            Some(room) => {
                service.needs_room
                    && p.rooms[room].site == slot.site
                    && p.room_fits(room, slot.service)
            }
            None => !service.needs_room,
        };
        if !suits {
            return Err(DropReason::Room);
        }
        let Slot { clerk, day, window, room, pinned, .. } = *slot;
        self.take(Use { clerk, day, window, room })?;
        if let Some(promise) = slot.promise {
            self.kept[promise] = true;
        }
        Ok(Placed { shift, window, what, room, pinned })
    }

    /// The pool of the slot's demand there, or another that it can serve.
    fn pool(&self, slot: &Slot, site_day: usize) -> Option<usize> {
        let p = self.problem;
        let serves = |&&(pool, window): &&PoolPlace| {
            p.pools[pool].service == slot.service && window.contains(slot.window.from)
        };
        let own = |(pool, _): &&PoolPlace| Some(p.pools[*pool].demand) == slot.demand;
        let mut all = self.pools[site_day].iter().filter(serves);
        let first = all.clone().next();
        all.find(own).or(first).map(|&(pool, _)| pool)
    }

    fn block(&mut self, block: &WalkInBlock) -> Result<Placed, DropReason> {
        let p = self.problem;
        self.refers(&[
            ("site", block.site, p.sites.len()),
            ("staff", block.clerk, p.clerks.len()),
            ("room", block.room, p.rooms.len()),
        ])?;
        self.lasts(block.day, block.window)?;
        let site_day = p.site_day(block.site, block.day);
        let shift = self.shift_of(block.clerk, site_day, block.window)?;
        self.open(site_day, block.window)?;
        if p.rooms[block.room].site != block.site {
            return Err(DropReason::Room);
        }
        let quotas = p.site_days[site_day].quotas.iter();
        let mut quotas = quotas.filter(|&&quota| p.counts_for(block.clerk, quota)).peekable();
        let useless = quotas.peek().is_none() && !block.pinned;
        let short = quotas.map(|&quota| &p.quotas[quota]).any(|quota| {
            quota.window.overlaps(block.window) && block.window.steps() < quota.block_steps
        });
        if useless || short {
            return Err(DropReason::Quota);
        }
        let WalkInBlock { clerk, day, window, room, pinned, .. } = *block;
        let room = Some(room);
        self.take(Use { clerk, day, window, room })?;
        Ok(Placed { shift, window, what: What::Block, room, pinned })
    }

    fn rest(&mut self, rest: &BreakTaken) -> Result<Placed, DropReason> {
        let p = self.problem;
        self.refers(&[("staff", rest.clerk, p.clerks.len())])?;
        let BreakTaken { clerk, day, window, pinned } = *rest;
        self.lasts(day, window)?;
        let shift = *self.shifts[clerk]
            .iter()
            .find(|&&shift| {
                let shift = &p.shifts[shift];
                p.site_days[shift.site_day].day == day && shift.covers(window)
            })
            .ok_or(DropReason::Shift)?;
        let due = &p.shifts[shift].breaks;
        let held = self.breaks.get(&shift).cloned().unwrap_or_else(|| vec![None; due.len()]);
        let in_order = |number: usize| {
            held.iter().enumerate().all(|(other, at)| {
                at.is_none_or(|at| match other.cmp(&number) {
                    std::cmp::Ordering::Less => at.until <= window.from,
                    std::cmp::Ordering::Equal => false,
                    std::cmp::Ordering::Greater => window.until <= at.from,
                })
            })
        };
        let number = (0..due.len())
            .find(|&number| {
                due[number].steps == window.steps()
                    && due[number].window.covers(window)
                    && in_order(number)
            })
            .ok_or(DropReason::Break)?;
        self.take(Use { clerk, day, window, room: None })?;
        let held = self.breaks.entry(shift).or_insert(held);
        held[number] = Some(window);
        Ok(Placed { shift, window, what: What::Break(number), room: None, pinned })
    }

    /// Takes clerk and room, unless one of them is not free.
    fn take(&mut self, Use { clerk, day, window, room }: Use) -> Result<(), DropReason> {
        let busy = self.busy.entry((clerk, day)).or_default();
        if busy.iter().any(|other| other.overlaps(window)) {
            return Err(DropReason::ClerkTaken);
        }
        if let Some(room) = room {
            for stay in &self.kept_stays {
                if stay.day == day && stay.window.overlaps(window) {
                    match (stay.room == room, stay.clerk == clerk) {
                        (true, false) => return Err(DropReason::RoomTaken),
                        (false, true) => return Err(DropReason::ClerkTaken),
                        _ => {}
                    }
                }
            }
            let taken = self.taken.entry((room, day)).or_default();
            if taken.iter().any(|(other, _)| other.overlaps(window)) {
                return Err(DropReason::RoomTaken);
            }
            taken.push((window, clerk));
        }
        self.busy.entry((clerk, day)).or_default().push(window);
        Ok(())
    }

    fn shift_of(&self, clerk: usize, site_day: usize, window: Window) -> Result<usize, DropReason> {
        let fits = |&&shift: &&usize| {
            let shift = &self.problem.shifts[shift];
            shift.site_day == site_day && shift.covers(window)
        };
        self.shifts[clerk].iter().find(fits).copied().ok_or(DropReason::Shift)
    }

    fn open(&self, site_day: usize, window: Window) -> Result<(), DropReason> {
        let open = &self.problem.site_days[site_day].open;
        let all = open.iter().any(|open| open.covers(window));
        all.then_some(()).ok_or(DropReason::Closed)
    }

    /// A plan that was made for another problem may have any index.
    fn refers(&self, indices: &[(&'static str, usize, usize)]) -> Result<(), DropReason> {
        match indices.iter().find(|(_, index, count)| index >= count) {
            Some(&(field, index, _)) => {
                Err(DropReason::Unknown { field, id: format!("number {index}") })
            }
            None => Ok(()),
        }
    }

    fn lasts(&self, day: usize, window: Window) -> Result<(), DropReason> {
        if day >= self.problem.dates.len() {
            return Err(DropReason::Horizon);
        }
        let fits = !window.is_empty() && window.until <= self.problem.grid.steps_per_day();
        fits.then_some(()).ok_or(DropReason::Time)
    }

    /// The entry by ids and instants.
    fn entry(&self, kind: EntryKind, index: usize) -> PlanEntry {
        let (p, plan) = (self.problem, self.start.plan());
        let (clerk, day, window, pinned, service) = match kind {
            EntryKind::Slot => {
                let slot = &plan.slots[index];
                (slot.clerk, slot.day, slot.window, slot.pinned, Some(slot.service))
            }
            EntryKind::Block => {
                let block = &plan.walk_in_blocks[index];
                (block.clerk, block.day, block.window, block.pinned, None)
            }
            EntryKind::Break => {
                let rest = &plan.breaks[index];
                (rest.clerk, rest.day, rest.window, rest.pinned, None)
            }
            EntryKind::Stay => {
                let stay = &self.start.kept_stays()[index];
                (stay.clerk, stay.day, stay.window, true, None)
            }
        };
        let number = |index: usize| format!("number {index}");
        let (start, end) =
            if day < p.dates.len() { p.instants(day, window) } else { Default::default() };
        let service = service.map(|service| {
            p.services.get(service).map_or_else(|| number(service), |service| service.id.clone())
        });
        let staff = p.clerks.get(clerk).map_or_else(|| number(clerk), |clerk| clerk.id.clone());
        let pointer = self.start.pointer(kind, index);
        PlanEntry::new(kind, pointer, service, staff, (start, end), pinned)
    }
}
