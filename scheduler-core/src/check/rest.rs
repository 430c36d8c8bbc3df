//! Breaks: each shift holds exactly one for each of its own, in order, of its length, in its window.

use super::{Judge, Place, Rule};
use crate::time::Window;

/// A break that the plan gives to a shift.
struct Taken {
    place: Place,
    window: Window,
}

impl Judge<'_> {
    pub(super) fn breaks(&mut self) {
        let p = self.problem;
        let mut taken: Vec<Vec<Taken>> = p.shifts.iter().map(|_| Vec::new()).collect();
        for (index, one) in self.plan.breaks.iter().enumerate() {
            let place = Place::Break(index);
            let references =
                [("clerk", one.clerk, p.clerks.len()), ("day", one.day, p.dates.len())];
            if !self.refers(place, &references) || !self.lasts(place, one.window) {
                continue;
            }
            // A break belongs to the shift that it shares the most time with.
            let shifts = self.shifts.of(one.clerk, one.day).iter();
            let shift = shifts
                .map(|s| (s.window.intersection(one.window).steps(), s.shift))
                .filter(|&(common, _)| common > 0)
                .max_by_key(|&(common, _)| common);
            match shift {
                Some((_, shift)) => taken[shift].push(Taken { place, window: one.window }),
                None => {
                    let who = self.who(one.clerk, one.day, one.window);
                    self.violated(Rule::BreakExtra, place, format!("{who} has no shift then"));
                }
            }
        }
        for (shift, mut taken) in taken.into_iter().enumerate() {
            taken.sort_by_key(|one| (one.window, one.place));
            self.shift_breaks(shift, &taken);
            self.rests[shift] = taken.into_iter().map(|one| one.window).collect();
        }
    }

    /// The breaks that a plan gives to a shift, in order of time, against those that it is due.
    fn shift_breaks(&mut self, shift: usize, taken: &[Taken]) {
        let p = self.problem;
        let worked = &p.shifts[shift];
        let (clerk, day) = (worked.clerk, p.site_days[worked.site_day].day);
        for (due, one) in worked.breaks.iter().zip(taken) {
            let who = self.who(clerk, day, one.window);
            if one.window.steps() != due.steps {
                let minutes = self.minutes(due.steps.into());
                let message = format!("{who} is to have a break of {minutes} minutes");
                self.violated(Rule::BreakWrongLength, one.place, message);
            }
            if !due.window.covers(one.window) {
                let message =
                    format!("{who} is to have this break in {}", self.span(day, due.window));
                self.violated(Rule::BreakOutsideWindow, one.place, message);
            }
            if let Some(away) = worked.absent.iter().find(|away| away.overlaps(one.window)) {
                let message = format!("{who} is away in {}", self.span(day, *away));
                self.violated(Rule::BreakAbsent, one.place, message);
            }
        }
        for one in taken.iter().skip(worked.breaks.len()) {
            let who = self.who(clerk, day, one.window);
            let message = match worked.breaks.len() {
                0 => format!("{who} has a shift without a break"),
                1 => format!("{who} has another in the same shift"),
                due => format!("{who} has {due} others in the same shift"),
            };
            self.violated(Rule::BreakExtra, one.place, message);
        }
        for due in worked.breaks.iter().skip(taken.len()) {
            let message = format!(
                "clerk {} has none in the shift {}, {} minutes are due in {}",
                p.clerks[clerk].id,
                self.span(day, worked.window),
                self.minutes(due.steps.into()),
                self.span(day, due.window)
            );
            self.violated(Rule::BreakMissing, Place::Breaks, message);
        }
    }

    fn who(&self, clerk: usize, day: usize, window: Window) -> String {
        format!("clerk {} on {}", self.problem.clerks[clerk].id, self.span(day, window))
    }
}
