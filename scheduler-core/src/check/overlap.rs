//! One thing at a time: for each clerk, and for each room.

use super::{Judge, Place, Rule};
use crate::time::Window;

/// A stretch of a day that someone or something is taken for.
struct Taken {
    /// Index of the clerk or room.
    whose: usize,
    day: usize,
    window: Window,
    place: Place,
}

impl Judge<'_> {
    pub(super) fn overlaps(&mut self) {
        let (mut clerks, mut rooms) = (Vec::new(), Vec::new());
        for (index, slot) in self.plan.slots.iter().enumerate() {
            let (day, window, place) = (slot.day, slot.window, Place::Slot(index));
            clerks.push(Taken { whose: slot.clerk, day, window, place });
            rooms.extend(slot.room.map(|whose| Taken { whose, day, window, place }));
        }
        for (index, block) in self.plan.walk_in_blocks.iter().enumerate() {
            let (day, window, place) = (block.day, block.window, Place::Block(index));
            clerks.push(Taken { whose: block.clerk, day, window, place });
            rooms.push(Taken { whose: block.room, day, window, place });
        }
        for (index, taken) in self.plan.breaks.iter().enumerate() {
            let (day, window, place) = (taken.day, taken.window, Place::Break(index));
            clerks.push(Taken { whose: taken.clerk, day, window, place });
        }
        let p = self.problem;
        self.sweep(clerks, p.clerks.len(), Rule::ClerkDoubleBooked, |whose| {
            format!("clerk {}", p.clerks[whose].id)
        });
        self.sweep(rooms, p.rooms.len(), Rule::RoomDoubleBooked, |whose| {
            format!("room {}", p.rooms[whose].id)
        });
    }

    /// Reports each stretch that starts before an earlier one of the same clerk or room ends.
    fn sweep(
        &mut self,
        mut all: Vec<Taken>,
        known: usize,
        rule: Rule,
        name: impl Fn(usize) -> String,
    ) {
        let days = self.problem.dates.len();
        all.retain(|t| t.whose < known && t.day < days && !t.window.is_empty());
        all.sort_unstable_by_key(|t| (t.whose, t.day, t.window.from, t.place));
        let mut last: Option<&Taken> = None;
        for this in &all {
            let before = last.filter(|l| (l.whose, l.day) == (this.whose, this.day));
            if let Some(before) = before
                && this.window.from < before.window.until
            {
                let message = format!(
                    "{} on {} is taken by {} until {}",
                    name(this.whose),
                    self.span(this.day, this.window),
                    before.place,
                    self.problem.grid.clock(before.window.until)
                );
                self.violated(rule, this.place, message);
            }
            if before.is_none_or(|before| before.window.until < this.window.until) {
                last = Some(this);
            }
        }
    }
}
