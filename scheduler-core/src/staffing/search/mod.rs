//! The search: the integer program says what could suffice, the simulation what does.

pub(in crate::staffing) mod confirm;
pub(in crate::staffing) mod counters;
pub(in crate::staffing) mod descend;
pub(in crate::staffing) mod hunt;
pub(in crate::staffing) mod press;
pub(in crate::staffing) mod pressure;
pub(in crate::staffing) mod trial;
pub(in crate::staffing) mod witness;

use std::time::Duration;

use crate::monitor::Monitor;
use crate::plan::Budget;
use crate::problem::Problem;
use crate::scenario::{Scenario, StaffFigure, Staffing, WalkInCapacity};

use crate::staffing::StaffOptions;
use crate::staffing::bound::contracts;
use crate::staffing::bound::layout::{Layout, presence};
use crate::staffing::bound::necessities::{Margins, program};
use crate::staffing::bound::needs::Needs;
use crate::staffing::bound::program::{Effort, Program, Solved, Why};
use crate::staffing::bound::walk_in_cuts::InTime;
use crate::staffing::bound::{Ground, Proven};
use crate::staffing::goal::Goal;
use crate::staffing::offer::{Column, Offer};
use crate::staffing::roster::{Person, Roster, holders, staffed};
use pressure::Pressure;
use trial::Seen;
use witness::HALF_HOURS;

/// What is looked for, and in what.
pub(in crate::staffing) struct Search<'a> {
    /// Settled; with those who are left out.
    pub(in crate::staffing) scenario: &'a Scenario,
    pub(in crate::staffing) staffing: &'a Staffing,
    /// Of the scenario without those who are left out.
    pub(in crate::staffing) problem: &'a Problem,
    pub(in crate::staffing) offer: &'a Offer,
    pub(in crate::staffing) needs: &'a Needs,
    pub(in crate::staffing) goals: &'a [Goal],
    pub(in crate::staffing) demands: &'a [InTime<'a>],
    pub(in crate::staffing) first_weekday: usize,
    pub(in crate::staffing) options: &'a StaffOptions,
    pub(in crate::staffing) monitor: &'a dyn Monitor,
    /// Necessities of all rosters.
    pub(in crate::staffing) program: &'a Program,
    pub(in crate::staffing) layout: &'a Layout,
}

impl<'a> Search<'a> {
    pub(in crate::staffing) fn ground(&'a self) -> Ground<'a> {
        Ground {
            needs: self.needs,
            offer: self.offer,
            layout: self.layout,
            demands: self.demands,
            first_weekday: self.first_weekday,
        }
    }

    /// Whether all time is used up.
    pub(in crate::staffing) fn is_over(&self) -> bool {
        match self.options.budget {
            Budget::Time(time) => self.monitor.elapsed() >= time,
            Budget::Steps(_) => false,
        }
    }

    /// When the search must end, so that there is time to confirm.
    pub(in crate::staffing) fn deadline(&self) -> Option<Duration> {
        match self.options.budget {
            Budget::Time(time) => Some(time.mul_f64(0.7)),
            Budget::Steps(_) => None,
        }
    }

    pub(in crate::staffing) fn effort(&self) -> Effort<'a> {
        let time = match self.options.budget {
            Budget::Time(time) => Some(time.mul_f64(0.1)),
            Budget::Steps(_) => None,
        };
        Effort { nodes: 4000, time, gap: 1e-6, monitor: self.monitor }
    }

    /// For guesses: good enough, and soon.
    fn quick(&self) -> Effort<'a> {
        let time = match self.options.budget {
            Budget::Time(time) => Some(time.mul_f64(0.02)),
            Budget::Steps(_) => None,
        };
        Effort { nodes: 150, time, gap: 0.002, monitor: self.monitor }
    }

    /// The roster that the program with `pressure` asks for; with less of it where no roster fulfils
    /// all of it.
    pub(in crate::staffing) fn guess(
        &self,
        proven: &Proven,
        pressure: &Pressure,
    ) -> Option<Roster> {
        /// Parts of the pressure on slots that are tried.
        const PARTS: [f64; 4] = [1.0, 0.6, 0.3, 0.0];
        PARTS.iter().find_map(|part| {
            let slots = pressure.slots.iter().map(|slots| 1.0 + part * (slots - 1.0)).collect();
            self.guess_with(proven, &Pressure { slots, ..pressure.clone() })
        })
    }

    fn guess_with(&self, proven: &Proven, pressure: &Pressure) -> Option<Roster> {
        let asks_for_slots = self.goals.iter().any(|goal| goal.figure == StaffFigure::NextFree);
        let case = (self.problem, self.needs, self.first_weekday);
        let reserved = |site: usize| match self.staffing.walk_ins {
            WalkInCapacity::Quotas => 0.0,
            WalkInCapacity::Counters => counters::minutes(case, site, pressure),
        };
        let margins = Margins {
            slots: pressure.slots.clone(),
            reserved: (0..self.needs.sites).map(reserved).collect(),
            offered: asks_for_slots.then_some(0.99),
        };
        let parts = (self.offer, self.needs);
        let (mut program, layout) =
            program(self.problem, self.staffing, parts, self.goals, &margins);
        let ground = Ground { layout: &layout, ..self.ground() };
        program.rows.extend(proven.cuts.iter().map(|cut| ground.row(cut)));
        self.ask_for_walk_ins(&mut program, &layout, pressure);
        let values = match program.solve(self.quick()) {
            Solved::Values { values, .. } => values,
            // A fraction rounded up suffices as well.
            _ => match program.relaxed().solve(self.quick()) {
                Solved::Values { values, .. } => values.iter().map(|v| (v - 0.2).ceil()).collect(),
                _ => return None,
            },
        };
        Some(self.roster(&values))
    }

    pub(in crate::staffing) fn roster(&self, values: &[f64]) -> Roster {
        let columns = self.offer.columns.len();
        let count = |value: &f64| value.round().max(0.0) as u32;
        let kept = &values[columns..columns + self.offer.removable.len()];
        Roster {
            counts: values[..columns].iter().map(count).collect(),
            kept: kept.iter().map(|&value| value > 0.5).collect(),
        }
    }

    /// So many people at each time as walk-ins need then.
    fn ask_for_walk_ins(&self, program: &mut Program, layout: &Layout, pressure: &Pressure) {
        let keeps_quotas = self.staffing.walk_ins == WalkInCapacity::Quotas;
        for site in 0..self.needs.sites {
            let books = self.needs.streams.iter().any(|stream| stream.sites.contains(&site));
            for date in 0..self.needs.dates {
                let weekday = (self.first_weekday + date) % 7;
                for segment in &self.needs.day(site, date).segments {
                    let half_hour = (segment.from / 30) as usize;
                    let load = self.needs.walk_in_load(site, date, half_hour);
                    // Of those with an appointment some do not come, and others take less time.
                    let part = match (books, keeps_quotas) {
                        (true, true) => segment.quota + (1.0 - segment.quota) * 0.15,
                        _ => 1.0,
                    };
                    let wanted = load + pressure.walk_ins[site] * load.max(0.0).sqrt();
                    let more = pressure.more[(site * 7 + weekday) * HALF_HOURS + half_hour];
                    let mut least = wanted.max(0.0) / part.max(0.05) + more;
                    if self.problem.services.iter().all(|service| service.needs_room) {
                        least = least.min(self.needs.rooms[site]);
                    }
                    if least > segment.fixed {
                        let terms = presence(layout, self.offer, (site, date), segment);
                        if !terms.is_empty() {
                            // To the nearest whole: half a clerk is made up for at other times.
                            let least = (least - segment.fixed - 0.3).ceil();
                            program.row(Why::Guess, terms, least);
                        }
                    }
                }
            }
        }
    }

    /// How many walk-ins wait too long in the worst half-hour of `column`.
    pub(in crate::staffing) fn strain(&self, column: &Column, seen: &Seen) -> f64 {
        let base = (column.site * 7 + column.weekday as usize) * HALF_HOURS;
        let half_hours = (column.from / 30) as usize..column.until.div_ceil(30) as usize;
        let crowd = half_hours.filter_map(|half_hour| seen.crowding.get(base + half_hour));
        crowd.map(|crowd| crowd.late).fold(0.0, f64::max)
    }

    /// All counters that `pressure` asks for; none where quotas hold.
    pub(in crate::staffing) fn counters(&self, pressure: &Pressure) -> Vec<u32> {
        if self.staffing.walk_ins == WalkInCapacity::Quotas {
            return Vec::new();
        }
        let case = (self.problem, self.needs, self.first_weekday);
        let places = (0..self.needs.sites).flat_map(|site| (0..7).map(move |day| (site, day)));
        places.flat_map(|place| counters::by_half_hour(case, place, pressure)).collect()
    }

    fn taken_ids(&self) -> Vec<String> {
        self.scenario.staff.iter().map(|clerk| clerk.id.clone()).collect()
    }

    /// Who works `roster`, and what it costs; `None` where the contracts do not allow it.
    pub(in crate::staffing) fn people(&self, roster: &Roster) -> Option<(Vec<Person>, f64)> {
        let cost = roster.cost(self.offer);
        if self.staffing.contracts.is_empty() {
            return Some((holders(self.offer, roster, &self.taken_ids()), cost));
        }
        let (people, more) =
            contracts::people(self.staffing, self.offer, roster, &self.taken_ids())?;
        Some((people, cost + more))
    }

    /// The scenario with `roster`.
    pub(in crate::staffing) fn scenario_with(
        &self,
        (roster, people): (&Roster, &[Person]),
        pressure: &Pressure,
    ) -> Scenario {
        let mut scenario = staffed(self.scenario, self.staffing, self.offer, (roster, people));
        if self.staffing.walk_ins == WalkInCapacity::Counters {
            let case = (self.problem, self.needs, self.first_weekday);
            counters::write(case, &mut scenario, pressure);
        }
        scenario
    }
}
