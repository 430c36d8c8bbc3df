//! More where a roster falls short.

use crate::scenario::StaffFigure;

use super::hunt::{Run, SCREEN};
use super::pressure::Pressure;
use super::trial::Seen;
use super::witness::HALF_HOURS;
use crate::staffing::judge::{Standing, estimate, standing};

impl Run<'_, '_> {
    /// Asks for more where `tried` falls short; false where there is nothing to ask for.
    pub(in crate::staffing) fn press(&self, tried: usize, pressure: &mut Pressure) -> bool {
        let search = self.search;
        let tried = &self.tried[tried];
        if tried.seen.samples.is_empty() {
            // No plan at all: more of everything.
            pressure.walk_ins.iter_mut().for_each(|root| *root += 0.5);
            pressure.slots.iter_mut().for_each(|slots| *slots *= 1.05);
            return true;
        }
        let mut changed = false;
        for (goal, samples) in search.goals.iter().zip(&tried.seen.samples) {
            let Some(found) = estimate(samples) else { continue };
            if standing(goal, samples, SCREEN) == Standing::Reached {
                continue;
            }
            changed = true;
            let miss = (found.value - goal.bound).abs();
            let sites =
                (0..search.needs.sites).filter(|&site| goal.site.is_none_or(|own| own == site));
            for site in sites {
                match goal.figure {
                    StaffFigure::WithoutOffer => {
                        pressure.slots[site] *= 1.0 + (0.9 * miss).clamp(0.01, 0.3);
                    }
                    StaffFigure::NextFree => {
                        pressure.slots[site] *=
                            1.0 + (0.1 * miss / goal.bound.max(1.0)).clamp(0.01, 0.05);
                    }
                    StaffFigure::WalkInsWithin | StaffFigure::AppointmentsWithin => {
                        pressure.walk_ins[site] += miss.clamp(0.05, 0.5);
                    }
                    StaffFigure::WalkInsMeanWait | StaffFigure::AppointmentsMeanWait => {
                        let part = miss / goal.bound.max(1.0);
                        pressure.walk_ins[site] += (0.3 * part).clamp(0.1, 1.0);
                    }
                    StaffFigure::WalkInsLost => pressure.walk_ins[site] += 0.4,
                    StaffFigure::Overtime => {
                        self.press_evenings(site, pressure);
                    }
                }
                if goal.figure.is_wait() {
                    self.press_crowds(site, &tried.seen, pressure);
                }
            }
        }
        changed
    }

    /// One more where walk-ins of a site wait longest.
    fn press_crowds(&self, site: usize, seen: &Seen, pressure: &mut Pressure) {
        let range = site * 7 * HALF_HOURS..(site + 1) * 7 * HALF_HOURS;
        let worst = seen.crowding[range.clone()].iter().map(|crowd| crowd.late).fold(0.0, f64::max);
        if worst <= 0.0 {
            return;
        }
        for index in range {
            let late = seen.crowding[index].late;
            if late > 0.6 * worst {
                pressure.more[index] += 0.35;
                // Who waits came before: help must be there a little earlier, too.
                if index % HALF_HOURS > 0 {
                    pressure.more[index - 1] += 0.25;
                }
            }
        }
    }

    /// More in the last hour before closing.
    fn press_evenings(&self, site: usize, pressure: &mut Pressure) {
        let search = self.search;
        for date in 0..search.needs.dates {
            let Some(&(_, closes)) = search.needs.day(site, date).open.last() else { continue };
            let weekday = (search.first_weekday + date) % 7;
            let last = (closes.saturating_sub(1) / 30) as usize;
            for half_hour in last.saturating_sub(1)..=last.min(HALF_HOURS - 1) {
                pressure.more[(site * 7 + weekday) * HALF_HOURS + half_hour] += 0.5;
            }
        }
    }
}
