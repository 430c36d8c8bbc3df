//! Targets, resolved.

use crate::problem::Problem;
use crate::scenario::{StaffFigure, StaffTarget};
use crate::simulate::model::{Channel, MINUTE, Millis};
use crate::simulate::result::KpiId;

/// A target as the simulation is asked.
#[derive(Debug, Clone, PartialEq)]
pub struct Goal {
    /// Id of the target.
    pub id: String,
    /// Which figure.
    pub figure: StaffFigure,
    /// Longest wait that counts as within.
    pub within: Millis,
    /// Index of the site; `None` for all together.
    pub site: Option<usize>,
    /// Weekdays, Monday first, on which people count.
    pub weekdays: [bool; 7],
    /// Who comes from here on counts.
    pub from: Millis,
    /// Who comes from here on does not.
    pub until: Millis,
    /// What must be reached: at least for shares within, at most for all others.
    pub bound: f64,
    /// How sure that must be.
    pub confidence: f64,
}

impl Goal {
    /// `target` of the scenario of `problem`, which breaks no rule.
    pub fn new(problem: &Problem, target: &StaffTarget) -> Self {
        let site = target.site.as_ref();
        let site = site.and_then(|id| problem.sites.iter().position(|site| site.id == *id));
        let mut weekdays = [target.days.is_none(); 7];
        for &day in target.days.iter().flatten() {
            weekdays[day as usize] = true;
        }
        Self {
            id: target.id.clone(),
            figure: target.of,
            within: (target.minutes.unwrap_or(0.0) * f64::from(MINUTE)).round() as Millis,
            site,
            weekdays,
            from: target.from.map_or(0, |clock| clock.0 * MINUTE),
            until: target.until.map_or(Millis::MAX, |clock| clock.0 * MINUTE),
            bound: target.at_least.or(target.at_most).unwrap_or(0.0),
            confidence: target.confidence,
        }
    }

    /// Whether more is better.
    pub fn at_least(&self) -> bool {
        self.figure.more_is_better()
    }

    /// Whether `value` reaches it.
    pub fn is_reached(&self, value: f64) -> bool {
        if self.at_least() { value >= self.bound } else { value <= self.bound }
    }

    /// Whose waits it is about; `None` for other figures.
    pub(super) fn channel(&self) -> Option<Channel> {
        match self.figure {
            StaffFigure::WalkInsWithin
            | StaffFigure::WalkInsMeanWait
            | StaffFigure::WalkInsLost => Some(Channel::WalkIn),
            StaffFigure::AppointmentsWithin | StaffFigure::AppointmentsMeanWait => {
                Some(Channel::Appointment)
            }
            StaffFigure::NextFree | StaffFigure::WithoutOffer | StaffFigure::Overtime => None,
        }
    }

    /// The figure of a run that it is, where it is not about waits.
    pub(super) fn kpi(&self) -> Option<KpiId> {
        match self.figure {
            StaffFigure::NextFree => Some(KpiId::LeadNextFree),
            StaffFigure::WithoutOffer => Some(KpiId::WithoutOffer),
            StaffFigure::Overtime => Some(KpiId::Overtime),
            _ => None,
        }
    }

    /// Whether somebody who comes to `site` on `weekday` at `arrival` counts.
    pub(super) fn counts(&self, site: usize, weekday: usize, arrival: Millis) -> bool {
        self.site.is_none_or(|own| own == site)
            && self.weekdays[weekday]
            && (self.from..self.until).contains(&arrival)
    }
}
