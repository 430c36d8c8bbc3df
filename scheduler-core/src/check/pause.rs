//! Breaks: each shift that has one holds exactly one, of its length, in its window.

use super::{Judge, Place, Rule};
use crate::problem::BreakTaken;

impl Judge<'_> {
    pub(super) fn breaks(&mut self) {
        let p = self.problem;
        let mut held = vec![false; p.shifts.len()];
        for (index, taken) in self.plan.breaks.iter().enumerate() {
            let place = Place::Break(index);
            let references =
                [("clerk", taken.clerk, p.clerks.len()), ("day", taken.day, p.dates.len())];
            if self.refers(place, &references) && self.lasts(place, taken.window) {
                self.taken(place, taken, &mut held);
            }
        }
        for (shift, held) in p.shifts.iter().zip(held) {
            if let (Some(pause), false) = (shift.pause, held) {
                let day = p.site_days[shift.site_day].day;
                let message = format!(
                    "clerk {} has none in the shift {}, {} minutes are due in {}",
                    p.clerks[shift.clerk].id,
                    self.span(day, shift.window),
                    self.minutes(pause.steps.into()),
                    self.span(day, pause.window)
                );
                self.violated(Rule::BreakMissing, Place::Breaks, message);
            }
        }
    }

    fn taken(&mut self, place: Place, taken: &BreakTaken, held: &mut [bool]) {
        let who = format!(
            "clerk {} on {}",
            self.problem.clerks[taken.clerk].id,
            self.span(taken.day, taken.window)
        );
        // A break belongs to the shift that it shares the most time with.
        let shift = self
            .shifts
            .of(taken.clerk, taken.day)
            .iter()
            .map(|s| (s.window.intersection(taken.window).steps(), s.shift))
            .filter(|&(common, _)| common > 0)
            .max_by_key(|&(common, _)| common)
            .map(|(_, shift)| shift);
        let Some(shift) = shift else {
            self.violated(Rule::BreakExtra, place, format!("{who} has no shift then"));
            return;
        };
        let Some(pause) = self.problem.shifts[shift].pause else {
            self.violated(Rule::BreakExtra, place, format!("{who} has a shift without a break"));
            return;
        };
        if held[shift] {
            self.violated(Rule::BreakExtra, place, format!("{who} has another in the same shift"));
            return;
        }
        held[shift] = true;
        if taken.window.steps() != pause.steps {
            let minutes = self.minutes(pause.steps.into());
            let message = format!("{who} is due {minutes} minutes");
            self.violated(Rule::BreakWrongLength, place, message);
        }
        if !pause.window.covers(taken.window) {
            let message = format!("{who} is due it in {}", self.span(taken.day, pause.window));
            self.violated(Rule::BreakOutsideWindow, place, message);
        }
    }
}
