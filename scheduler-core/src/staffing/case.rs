//! Everything that is known of a scenario before a search: what answers and certificates rest on.

use chrono::Datelike;

use crate::compare::settled;
use crate::monitor::Monitor;
use crate::problem::Problem;
use crate::scenario::{ExistingStaff, Scenario, Staffing};

use super::bound::Ground;
use super::bound::layout::Layout;
use super::bound::necessities::{Margins, program};
use super::bound::needs::Needs;
use super::bound::program::Program;
use super::bound::walk_in_cuts::InTime;
use super::goal::Goal;
use super::offer::Offer;
use super::search::Search;
use super::{StaffError, StaffOptions};

/// A scenario and all that follows from it.
pub(super) struct Case {
    /// Settled: walk-ins are written down.
    pub(super) scenario: Scenario,
    pub(super) staffing: Staffing,
    /// Without those who are left out.
    pub(super) problem: Problem,
    pub(super) offer: Offer,
    pub(super) needs: Needs,
    pub(super) goals: Vec<Goal>,
    pub(super) program: Program,
    pub(super) layout: Layout,
    pub(super) first_weekday: usize,
}

impl Case {
    pub(super) fn new(scenario: &Scenario) -> Result<Self, StaffError> {
        let staffing = scenario.staffing.clone().unwrap_or_default();
        if staffing.targets.is_empty() {
            return Err(StaffError::NoTarget);
        }
        let whole = Problem::new(scenario).map_err(StaffError::Scenario)?;
        let scenario = settled(scenario, &whole);
        let mut reduced = scenario.clone();
        if staffing.existing == ExistingStaff::LeftOut {
            reduced.staff.clear();
            if let Some(operations) = &mut reduced.operations {
                operations.sick_calls.clear();
            }
            for appointment in &mut reduced.appointments {
                appointment.staff = None;
            }
        }
        let problem = Problem::new(&reduced).map_err(StaffError::Scenario)?;
        let offer = Offer::new(&scenario, &staffing, &problem)?;
        let needs = Needs::new(&reduced, &problem, &offer)?;
        let goals: Vec<Goal> =
            staffing.targets.iter().map(|target| Goal::new(&problem, target)).collect();
        let margins = Margins::none(needs.sites);
        let (program, layout) = program(&problem, &staffing, (&offer, &needs), &goals, &margins);
        let first_weekday = problem.dates[0].weekday().num_days_from_monday() as usize;
        Ok(Self {
            scenario,
            staffing,
            problem,
            offer,
            needs,
            goals,
            program,
            layout,
            first_weekday,
        })
    }

    pub(super) fn ground<'a>(&'a self, demands: &'a [InTime<'a>]) -> Ground<'a> {
        Ground {
            needs: &self.needs,
            offer: &self.offer,
            layout: &self.layout,
            demands,
            first_weekday: self.first_weekday,
        }
    }

    pub(super) fn search<'a>(
        &'a self,
        demands: &'a [InTime<'a>],
        options: &'a StaffOptions,
        monitor: &'a dyn Monitor,
    ) -> Search<'a> {
        Search {
            scenario: &self.scenario,
            staffing: &self.staffing,
            problem: &self.problem,
            offer: &self.offer,
            needs: &self.needs,
            goals: &self.goals,
            demands,
            first_weekday: self.first_weekday,
            options,
            monitor,
            program: &self.program,
            layout: &self.layout,
        }
    }
}

/// Whether there is anything to look for in `scenario`.
///
/// # Errors
/// Everything that is wrong with it, or that it names no target or no shift.
pub fn validate(scenario: &Scenario) -> Result<(), StaffError> {
    Case::new(scenario).map(|_| ())
}
