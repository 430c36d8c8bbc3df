//! Judges a ledger's witness from the definition of the problem.

use scheduler_core::ledger::{Ledger, Seat, StoredSeat};
use scheduler_core::problem::{Problem, Set};
use scheduler_core::time::Window;

/// All that is wrong with the assignment that `ledger` holds.
pub(crate) fn faults(problem: &Problem, ledger: &Ledger) -> Vec<String> {
    let mut judge =
        Judge { problem, site_day: ledger.site_day(), taken: Vec::new(), faults: Vec::new() };
    for (entry, seat) in ledger.promises() {
        let (id, visit) = (&entry.id, &entry.visit);
        judge.seat(id, entry.window(), seat, &visit.skills, &visit.equipment);
        judge.must(visit.clerk.is_none_or(|clerk| clerk == seat.clerk), id, "not the pinned clerk");
        let pinned = visit.room.filter(|_| visit.needs_room);
        judge.must(pinned.is_none() || pinned == seat.room, id, "not the pinned room");
        judge.must(visit.needs_room == seat.room.is_some(), id, "a room too many or too few");
        judge.must(entry.window().steps() == visit.steps, id, "not as long as it takes");
    }
    for (block, seat) in ledger.blocks() {
        let id = format!("block {}", block.number);
        let quotas = block.quotas.iter().map(|quota| &problem.quotas[*quota]);
        let skills = quotas.clone().flat_map(|quota| quota.skills.iter()).collect();
        judge.seat(&id, block.window, seat, &skills, &Set::default());
        let counts = quotas.into_iter().all(|quota| {
            quota.window.overlaps(block.window) && quota.block_steps <= block.window.steps()
        });
        judge.must(counts, &id, "does not count for its quotas");
        judge.must(seat.room.is_some(), &id, "no room");
        let held = StoredSeat::from(seat);
        judge.must(block.pinned.is_none_or(|pin| pin == held), &id, "not where it is pinned");
    }
    judge.breaks(ledger);
    judge.clashes();
    judge.faults
}

struct Judge<'a> {
    problem: &'a Problem,
    site_day: usize,
    /// Shift, room where there is one, when, and what.
    taken: Vec<(usize, Option<usize>, Window, String)>,
    faults: Vec<String>,
}

impl Judge<'_> {
    fn must(&mut self, holds: bool, id: &str, otherwise: &str) {
        if !holds {
            self.faults.push(format!("{id}: {otherwise}"));
        }
    }

    fn seat(&mut self, id: &str, window: Window, seat: Seat, skills: &Set, equipment: &Set) {
        let (problem, place) = (self.problem, &self.problem.site_days[self.site_day]);
        let shift = &problem.shifts[seat.shift.0];
        self.must(place.open.iter().any(|open| open.covers(window)), id, "outside opening hours");
        self.must(shift.site_day == self.site_day, id, "a shift of another site or day");
        self.must(shift.clerk == seat.clerk.0, id, "not the clerk of the shift");
        let skilled = skills.is_subset(&problem.clerks[seat.clerk.0].skills);
        self.must(skilled, id, "skills are missing");
        self.must(shift.window.covers(window), id, "outside the shift");
        let away = shift.absent.iter().any(|absent| absent.overlaps(window));
        self.must(!away, id, "the clerk is away");
        if let Some(room) = seat.room.map(|room| &problem.rooms[room.0]) {
            self.must(room.site == place.site, id, "a room of another site");
            self.must(equipment.is_subset(&room.equipment), id, "equipment is missing");
        }
        let room = seat.room.map(|room| room.0);
        self.taken.push((seat.shift.0, room, window, id.to_owned()));
    }

    /// Each shift has its breaks, in their order, each within its window and outside absences.
    fn breaks(&mut self, ledger: &Ledger) {
        let here = self.problem.site_days[self.site_day].shifts.clone();
        for (shift, window) in ledger.breaks() {
            self.taken.push((shift.0, None, window, format!("break of shift {shift}")));
        }
        for (index, shift) in here.clone().zip(&self.problem.shifts[here]) {
            let id = format!("shift {index}");
            let of_shift = ledger.breaks().filter(|(of, _)| of.0 == index);
            let held: Vec<Window> = of_shift.map(|(_, window)| window).collect();
            self.must(held.len() == shift.breaks.len(), &id, "not as many breaks as it has");
            for (held, rule) in held.iter().zip(&shift.breaks) {
                let right = held.steps() == rule.steps && rule.window.covers(*held);
                self.must(right, &id, "a break not at its time");
                let away = shift.absent.iter().any(|absent| absent.overlaps(*held));
                self.must(!away, &id, "a break within an absence");
            }
            let in_order = held.windows(2).all(|pair| pair[0].until <= pair[1].from);
            self.must(in_order, &id, "breaks not in their order");
        }
    }

    fn clashes(&mut self) {
        for (index, (shift, room, window, id)) in self.taken.iter().enumerate() {
            for (other_shift, other_room, other_window, other) in &self.taken[..index] {
                let same = shift == other_shift || room.is_some() && room == other_room;
                if same && window.overlaps(*other_window) {
                    self.faults.push(format!("{id} and {other} at the same time"));
                }
            }
        }
    }
}
