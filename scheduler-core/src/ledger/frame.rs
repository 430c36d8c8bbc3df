//! What of a site-day no booking changes: its hours, desks and rooms.

use std::ops::Range;

use super::bits;
use super::breaks::{Break, places_in_order};
use super::types::StoredBreak;
use super::visit::Visit;
use crate::problem::{Problem, Set};
use crate::time::{Step, Window};

/// Things that take one task at a time: the desks of a site-day, or its rooms.
#[derive(Debug, PartialEq)]
pub(super) struct Machines {
    /// How many.
    pub count: usize,
    /// Steps of the day.
    pub steps: usize,
    /// Words of a row of steps.
    pub words: usize,
    /// Words of a row of machines.
    pub set_words: usize,
    /// From when to when each is there, absences between included.
    pub hours: Vec<(usize, usize)>,
    /// For each machine a row of the steps of its hours at which it is away.
    pub absent: Vec<u64>,
    /// The breaks that the machines have to hold, machine after machine, each one's in their order.
    pub breaks: Vec<Break>,
    /// For each machine where its breaks begin in `breaks`; one more at the end.
    pub first_break: Vec<usize>,
    /// For each of `breaks` whether it is pinned; its window is its place then.
    pub pinned: Vec<bool>,
    /// How much each can do; the least able is taken first.
    pub ability: Vec<u32>,
}

/// One site on one date, in steps after `base`.
#[derive(Debug, PartialEq)]
pub(super) struct Frame {
    pub site_day: usize,
    /// Step of the day that is local step 0.
    pub base: Step,
    /// When the site is open, also where nobody is on shift.
    pub hours: Vec<Window>,
    /// Bits of the open steps.
    pub open: Vec<u64>,
    pub desks: Machines,
    pub rooms: Machines,
    /// The shift and the clerk of each desk.
    pub shifts: Vec<(usize, usize)>,
    /// What each desk's clerk can do.
    pub skills: Vec<Set>,
    /// The room behind each room here.
    pub room_ids: Vec<usize>,
    /// What each room has.
    pub equipment: Vec<Set>,
    pub quotas: Vec<FrameQuota>,
}

/// A walk-in quota, as far as its blocks are concerned.
#[derive(Debug, PartialEq)]
pub(super) struct FrameQuota {
    /// Index into [`Problem::quotas`].
    pub quota: usize,
    pub from: usize,
    pub until: usize,
    pub block: usize,
    pub limited: bool,
    /// Desks whose blocks count.
    pub desks: Vec<u64>,
}

impl Frame {
    /// The site-day, with the breaks that are pinned among `kept` at their places.
    pub(super) fn new(problem: &Problem, site_day: usize, kept: &[StoredBreak]) -> Self {
        let place = &problem.site_days[site_day];
        let shifts = &problem.shifts[place.shifts.clone()];
        let base = shifts.iter().map(|shift| shift.window.from).min().unwrap_or(0);
        let end = shifts.iter().map(|shift| shift.window.until).max().unwrap_or(base);
        let steps = usize::from(end - base);
        let local = |step: Step| usize::from(step.clamp(base, end) - base);
        let span = |window: Window| (local(window.from), local(window.until));
        let words = bits::words_for(steps);

        let mut open = vec![0; words];
        for window in &place.open {
            let (from, until) = span(*window);
            bits::fill(&mut open, from, until);
        }
        let rooms = problem.sites[place.site].rooms.clone();
        let able = |fits: &dyn Fn(usize) -> bool| {
            (0..problem.services.len()).filter(|&service| fits(service)).count() as u32
        };
        let mut desks = Machines {
            count: shifts.len(),
            steps,
            words,
            set_words: bits::words_for(shifts.len()),
            hours: shifts.iter().map(|shift| span(shift.window)).collect(),
            absent: vec![0; shifts.len() * words],
            breaks: Vec::new(),
            first_break: vec![0],
            pinned: Vec::new(),
            ability: shifts
                .iter()
                .map(|shift| {
                    able(&|service| problem.clerks[shift.clerk].services.contains(service))
                })
                .collect(),
        };
        for (desk, shift) in shifts.iter().enumerate() {
            let absent = &mut desks.absent[desk * words..(desk + 1) * words];
            for away in &shift.absent {
                let (from, until) = span(*away);
                bits::fill(absent, from, until);
            }
            let breaks: Vec<Break> = shift
                .breaks
                .iter()
                .map(|rest| {
                    let (from, until) = span(rest.window);
                    Break { length: usize::from(rest.steps), from, until }
                })
                .collect();
            let kept = kept.iter().filter(|kept| kept.pinned && kept.clerk.0 == shift.clerk);
            let kept: Vec<(usize, usize)> = kept.map(|kept| span(kept.window)).collect();
            let (breaks, pinned) = with_places(&breaks, &kept, absent);
            desks.breaks.extend(breaks);
            desks.pinned.extend(pinned);
            desks.first_break.push(desks.breaks.len());
        }
        let room_machines = Machines {
            count: rooms.len(),
            steps,
            words,
            set_words: bits::words_for(rooms.len()),
            hours: vec![(0, steps); rooms.len()],
            absent: vec![0; rooms.len() * words],
            breaks: Vec::new(),
            first_break: vec![0; rooms.len() + 1],
            pinned: Vec::new(),
            ability: rooms
                .iter()
                .map(|&room| able(&|service| problem.room_fits(room, service)))
                .collect(),
        };
        let quotas = place.quotas.iter().map(|&quota| {
            let entry = &problem.quotas[quota];
            let (from, until) = span(entry.window);
            let mut counted = vec![0; desks.set_words];
            for (desk, shift) in shifts.iter().enumerate() {
                if problem.counts_for(shift.clerk, quota) {
                    bits::set(&mut counted, desk);
                }
            }
            let block = usize::from(entry.block_steps);
            let limited = entry.max_steps.is_some();
            FrameQuota { quota, from, until, block, limited, desks: counted }
        });
        Self {
            site_day,
            base,
            hours: place.open.clone(),
            open,
            quotas: quotas.collect(),
            desks,
            rooms: room_machines,
            shifts: place.shifts.clone().zip(shifts.iter().map(|shift| shift.clerk)).collect(),
            skills: shifts.iter().map(|s| problem.clerks[s.clerk].skills.clone()).collect(),
            equipment: rooms.iter().map(|&room| problem.rooms[room].equipment.clone()).collect(),
            room_ids: rooms,
        }
    }

    /// `window` in local steps; `None` where it is empty or reaches beyond all shifts.
    pub(super) fn local(&self, window: Window) -> Option<(usize, usize)> {
        let from = usize::from(window.from.checked_sub(self.base)?);
        let until = usize::from(window.until.checked_sub(self.base)?);
        (from < until && until <= self.desks.steps).then_some((from, until))
    }

    /// The window of the local steps.
    pub(super) fn window(&self, from: usize, until: usize) -> Window {
        Window::new(self.base + from as Step, self.base + until as Step)
    }

    /// Whether the site is open all through.
    pub(super) fn is_open(&self, window: Window) -> bool {
        self.hours.iter().any(|hours| hours.covers(window))
    }

    /// The desks that can do `visit`, at whatever time.
    pub(super) fn desks_for(&self, visit: &Visit) -> Vec<u64> {
        let mut set = vec![0; self.desks.set_words];
        for (desk, skills) in self.skills.iter().enumerate() {
            let clerk = self.shifts[desk].1;
            if visit.skills.is_subset(skills) && visit.clerk.is_none_or(|only| only.0 == clerk) {
                bits::set(&mut set, desk);
            }
        }
        set
    }

    /// The rooms that `visit` can take place in, if it needs one.
    pub(super) fn rooms_for(&self, visit: &Visit) -> Vec<u64> {
        let mut set = vec![0; self.rooms.set_words];
        for (index, equipment) in self.equipment.iter().enumerate() {
            let room = self.room_ids[index];
            if visit.equipment.is_subset(equipment) && visit.room.is_none_or(|only| only.0 == room)
            {
                bits::set(&mut set, index);
            }
        }
        set
    }

    /// The desks that can hold a walk-in block of `quotas` (local) so that it counts for them all
    /// and breaks no rule of others that it touches.
    pub(super) fn desks_for_block(&self, quotas: &[usize], from: usize, until: usize) -> Vec<u64> {
        let mut set = vec![0; self.desks.set_words];
        for desk in 0..self.desks.count {
            let fits = self.quotas.iter().enumerate().all(|(index, quota)| {
                let touches = from < quota.until && quota.from < until;
                let counts = bits::get(&quota.desks, desk);
                if quotas.contains(&index) {
                    counts
                } else {
                    !touches || !counts || (!quota.limited && quota.block <= until - from)
                }
            });
            if fits {
                bits::set(&mut set, desk);
            }
        }
        set
    }

    /// All rooms.
    pub(super) fn any_room(&self) -> Vec<u64> {
        let mut set = vec![0; self.rooms.set_words];
        bits::fill(&mut set, 0, self.rooms.count);
        set
    }
}

/// The breaks of a shift that have a place between its absences, all in their order, and which of
/// them are pinned to one of the places `kept`.
///
/// A break that has no place lapses: else the shift could do nothing at all. For the same reason
/// places do not count that leave another break none.
fn with_places(
    breaks: &[Break],
    kept: &[(usize, usize)],
    absent: &[u64],
) -> (Vec<Break>, Vec<bool>) {
    let mut places = vec![(0, 0); breaks.len()];
    let fit =
        |breaks: &[Break], places: &mut [(u32, u32)]| places_in_order(breaks, |_| absent, places);
    let mut pinned_breaks = breaks.to_vec();
    let mut pinned = vec![false; breaks.len()];
    let mut earliest = 0;
    for (rest, pinned) in pinned_breaks.iter_mut().zip(&mut pinned) {
        let place = kept.iter().filter(|&&(from, until)| {
            until - from == rest.length && rest.from.max(earliest) <= from && until <= rest.until
        });
        if let Some(&(from, until)) = place.min() {
            (rest.from, rest.until) = (from, until);
            (*pinned, earliest) = (true, until);
        }
    }
    if fit(&pinned_breaks, &mut places) {
        return (pinned_breaks, pinned);
    }
    let mut possible: Vec<Break> = Vec::new();
    for &rest in breaks {
        possible.push(rest);
        if !fit(&possible, &mut places[..possible.len()]) {
            possible.pop();
        }
    }
    let count = possible.len();
    (possible, vec![false; count])
}

impl Machines {
    /// Positions in `breaks` of what `machine` has to hold.
    #[inline]
    pub(super) fn breaks_of(&self, machine: usize) -> Range<usize> {
        self.first_break[machine]..self.first_break[machine + 1]
    }

    /// Whose break is at `position` of `breaks`.
    pub(super) fn machine_of(&self, position: usize) -> usize {
        self.first_break.partition_point(|&first| first <= position) - 1
    }

    /// The steps of its hours at which `machine` is away.
    #[inline]
    pub(super) fn absent(&self, machine: usize) -> &[u64] {
        &self.absent[machine * self.words..(machine + 1) * self.words]
    }

    /// Whether `machine` is there all through.
    #[inline]
    pub(super) fn is_present(&self, machine: usize, from: usize, until: usize) -> bool {
        let (first, last) = self.hours[machine];
        first <= from && until <= last && bits::none(self.absent(machine), from, until)
    }

    /// Takes those out of `set` that are not there all through.
    pub(super) fn keep_present(&self, set: &mut [u64], from: usize, until: usize) {
        for machine in 0..self.count {
            if !self.is_present(machine, from, until) {
                bits::clear(set, machine, machine + 1);
            }
        }
    }

    /// Fills `row` with the starts of `length` steps at which some of `able` is there all through.
    pub(super) fn present_starts(&self, able: &[u64], length: usize, row: &mut [u64]) {
        row.fill(0);
        let mut own = vec![0; row.len()];
        for machine in bits::ones(able) {
            let (from, until) = self.hours[machine];
            own.fill(0);
            bits::fill(&mut own, from, until);
            own.iter_mut().zip(self.absent(machine)).for_each(|(own, absent)| *own &= !absent);
            bits::erode(&mut own, length);
            row.iter_mut().zip(&own).for_each(|(row, own)| *row |= own);
        }
    }
}
