//! Judges a ledger's witness from the definition of the problem.

use scheduler_core::ledger::{Ledger, Seat};
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
        judge.must(visit.room.is_none_or(|room| room == seat.room), id, "not the pinned room");
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
        let (shift, room) = (&problem.shifts[seat.shift], &problem.rooms[seat.room]);
        self.must(place.open.iter().any(|open| open.covers(window)), id, "outside opening hours");
        self.must(shift.site_day == self.site_day, id, "a shift of another site or day");
        self.must(shift.clerk == seat.clerk, id, "not the clerk of the shift");
        self.must(shift.window.covers(window), id, "outside the shift");
        self.must(skills.is_subset(&problem.clerks[seat.clerk].skills), id, "skills are missing");
        self.must(room.site == place.site, id, "a room of another site");
        self.must(equipment.is_subset(&room.equipment), id, "equipment is missing");
        self.taken.push((seat.shift, Some(seat.room), window, id.to_owned()));
    }

    fn breaks(&mut self, ledger: &Ledger) {
        let here = self.problem.site_days[self.site_day].shifts.clone();
        for (shift, window) in ledger.breaks() {
            self.taken.push((shift, None, window, format!("break of shift {shift}")));
        }
        for (index, shift) in here.clone().zip(&self.problem.shifts[here]) {
            let id = format!("shift {index}");
            let held: Vec<Window> =
                ledger.breaks().filter(|(of, _)| *of == index).map(|(_, window)| window).collect();
            let right = match shift.breaks.first() {
                None => held.is_empty(),
                Some(pause) => {
                    held.len() == 1
                        && held[0].steps() == pause.steps
                        && pause.window.covers(held[0])
                }
            };
            self.must(right, &id, "not one break at its time");
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
