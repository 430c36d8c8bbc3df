//! The search: the integer program says what could suffice, the simulation what does.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::monitor::{Monitor, Progress, StaffingProgress};
use crate::plan::Budget;
use crate::problem::Problem;
use crate::scenario::{ExistingStaff, Scenario, StaffFigure, Staffing, WalkInCapacity};

use super::answer::FrontPoint;
use super::bound::{Ground, Proven};
use super::goal::Goal;
use super::judge::{Looks, Standing, estimate, standing};
use super::layout::{Layout, presence};
use super::necessities::{Margins, program};
use super::needs::Needs;
use super::offer::Offer;
use super::pressure::Pressure;
use super::program::{Effort, Program, Solved, Why};
use super::roster::{Person, Roster, holders, staffed};
use super::trial::{Seen, Trial};
use super::walk_in_cuts::InTime;
use super::witness::HALF_HOURS;
use super::{StaffError, StaffOptions, contracts, counters};

/// What is looked for, and in what.
pub(super) struct Search<'a> {
    /// Settled; with those who are left out.
    pub(super) scenario: &'a Scenario,
    pub(super) staffing: &'a Staffing,
    /// Of the scenario without those who are left out.
    pub(super) problem: &'a Problem,
    pub(super) offer: &'a Offer,
    pub(super) needs: &'a Needs,
    pub(super) goals: &'a [Goal],
    pub(super) demands: &'a [InTime<'a>],
    pub(super) first_weekday: usize,
    pub(super) options: &'a StaffOptions,
    pub(super) monitor: &'a dyn Monitor,
    /// Necessities of all rosters.
    pub(super) program: &'a Program,
    pub(super) layout: &'a Layout,
}

/// A roster that was simulated.
#[derive(Debug, Clone)]
pub(super) struct Tried {
    pub(super) roster: Roster,
    pub(super) people: Vec<Person>,
    pub(super) pressure: Pressure,
    pub(super) cost: f64,
    pub(super) seen: Seen,
    pub(super) reaches: bool,
}

/// What the search has come to.
pub(super) struct Outcome {
    pub(super) best: Option<Tried>,
    /// Confirmed figures of the best.
    pub(super) confirmed: Option<(Seen, Vec<Standing>)>,
    /// What came nearest where nothing reaches the targets.
    pub(super) nearest: Option<Tried>,
    pub(super) front: Vec<FrontPoint>,
    pub(super) trials: u64,
}

/// Level at which a roster is screened, not confirmed.
const SCREEN: f64 = 0.1;

/// Rosters that are put to the test at the most.
const MOST_ATTEMPTS: u32 = 8;

/// Rounds in which pressure grows until the targets are reached.
const REACH: usize = 30;

pub(super) struct Run<'s, 'a> {
    search: &'s Search<'a>,
    /// By counts, and counters where those are set, so that nothing is simulated twice.
    known: BTreeMap<(Roster, Vec<u32>), usize>,
    tried: Vec<Tried>,
    pub(super) trials: u64,
    attempts: u32,
    bound: f64,
}

impl<'a> Search<'a> {
    pub(super) fn ground(&'a self) -> Ground<'a> {
        Ground {
            needs: self.needs,
            offer: self.offer,
            layout: self.layout,
            demands: self.demands,
            first_weekday: self.first_weekday,
        }
    }

    /// Whether all time is used up.
    fn is_over(&self) -> bool {
        match self.options.budget {
            Budget::Time(time) => self.monitor.elapsed() >= time,
            Budget::Steps(_) => false,
        }
    }

    /// When the search must end, so that there is time to confirm.
    fn deadline(&self) -> Option<Duration> {
        match self.options.budget {
            Budget::Time(time) => Some(time.mul_f64(0.7)),
            Budget::Steps(_) => None,
        }
    }

    pub(super) fn effort(&self) -> Effort<'a> {
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
    fn guess(&self, proven: &Proven, pressure: &Pressure) -> Option<Roster> {
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

    pub(super) fn roster(&self, values: &[f64]) -> Roster {
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

    /// All counters that `pressure` asks for; none where quotas hold.
    fn counters(&self, pressure: &Pressure) -> Vec<u32> {
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
    pub(super) fn people(&self, roster: &Roster) -> Option<(Vec<Person>, f64)> {
        let cost = roster.cost(self.offer);
        if self.staffing.contracts.is_empty() {
            return Some((holders(self.offer, roster, &self.taken_ids()), cost));
        }
        let (people, more) =
            contracts::people(self.staffing, self.offer, roster, &self.taken_ids())?;
        Some((people, cost + more))
    }

    /// The scenario with `roster`.
    pub(super) fn scenario_with(
        &self,
        (roster, people): (&Roster, &[Person]),
        pressure: &Pressure,
    ) -> Scenario {
        let mut scenario =
            staffed(self.scenario, self.staffing, self.offer, (roster, people));
        if self.staffing.walk_ins == WalkInCapacity::Counters {
            let case = (self.problem, self.needs, self.first_weekday);
            counters::write(case, &mut scenario, pressure);
        }
        scenario
    }

    pub(super) fn run(&self, proven: &Proven) -> Result<Outcome, StaffError> {
        let mut run = Run {
            search: self,
            known: BTreeMap::new(),
            tried: Vec::new(),
            trials: 0,
            attempts: 0,
            bound: proven.cost + self.offer.fixed_cost,
        };
        run.go(proven)
    }
}

impl Run<'_, '_> {
    fn has_budget(&self) -> bool {
        let search = self.search;
        let has_steps = match search.options.budget {
            Budget::Steps(steps) => self.trials < steps.max(1),
            Budget::Time(_) => true,
        };
        has_steps && super::bound::has_time(search.monitor, search.deadline())
    }

    fn go(&mut self, proven: &Proven) -> Result<Outcome, StaffError> {
        let search = self.search;
        if let Some(budget) = search.staffing.budget {
            return self.spend(proven, budget);
        }
        // What is necessary may suffice.
        let mut pressure = Pressure::none(search.needs);
        let mut low = pressure.clone();
        if let Some(values) = &proven.values {
            let roster = search.roster(values);
            // Other counters may do where nobody more is needed.
            let sizes: &[f64] = match search.staffing.walk_ins {
                WalkInCapacity::Quotas => &[0.0],
                WalkInCapacity::Counters => &[0.0, 0.2, 0.4, 0.7, 1.0],
            };
            for &size in sizes {
                let mut pressure = pressure.clone();
                pressure.walk_ins.fill(size);
                let tried = self.try_roster(roster.clone(), &pressure)?;
                if tried.is_none_or(|tried| self.tried[tried].reaches) || !self.has_budget() {
                    break;
                }
            }
        }
        let mut reached = self.best().map(|best| (self.tried[best].pressure.clone(), best));
        let mut rounds = 0;
        while reached.is_none() && rounds < REACH && self.has_budget() {
            rounds += 1;
            let Some(roster) = search.guess(proven, &pressure) else { break };
            let Some(tried) = self.try_roster(roster, &pressure)? else { break };
            if self.tried[tried].reaches {
                reached = Some((pressure.clone(), tried));
                break;
            }
            low = pressure.clone();
            if !self.press(tried, &mut pressure) {
                break;
            }
        }
        if let Some((high, _)) = &reached {
            self.settle(proven, low, high.clone())?;
        }
        self.descend()?;
        self.finish(proven)
    }

    /// The best figure of the first target that `budget` allows: pressure grows evenly until the money
    /// is spent.
    fn spend(&mut self, proven: &Proven, budget: f64) -> Result<Outcome, StaffError> {
        let search = self.search;
        let pressure = |size: f64| {
            let mut pressure = Pressure::none(search.needs);
            pressure.walk_ins.fill(size);
            pressure.slots.fill(1.0 + 0.05 * size);
            pressure
        };
        let (mut low, mut high) = (-2.0, 8.0);
        let affordable = |cost: f64| cost <= budget + 1e-6;
        for size in [low, high] {
            if let Some(roster) = search.guess(proven, &pressure(size))
                && search.people(&roster).is_some_and(|(_, cost)| affordable(cost))
            {
                self.try_roster(roster, &pressure(size))?;
            }
        }
        for _ in 0..12 {
            if !self.has_budget() {
                break;
            }
            let middle = 0.5 * (low + high);
            let Some(roster) = search.guess(proven, &pressure(middle)) else { break };
            if search.people(&roster).is_some_and(|(_, cost)| affordable(cost)) {
                low = middle;
                self.try_roster(roster, &pressure(middle))?;
            } else {
                high = middle;
            }
        }
        let first = &search.goals[0];
        let figure = |tried: &Tried| {
            let value = tried.seen.samples.first().and_then(|samples| estimate(samples));
            let value = value.map_or(f64::NEG_INFINITY, |found| found.value);
            if first.at_least() { value } else { -value }
        };
        let some = (0..self.tried.len()).filter(|&index| {
            affordable(self.tried[index].cost) && !self.tried[index].seen.samples.is_empty()
        });
        let best = some.max_by(|&a, &b| {
            let (a, b) = (&self.tried[a], &self.tried[b]);
            figure(a).total_cmp(&figure(b)).then(b.cost.total_cmp(&a.cost))
        });
        let Some(index) = best else { return self.finish(proven) };
        self.attempts += 1;
        let confirmed = self.confirm(index)?;
        let best = confirmed.is_some().then(|| self.tried[index].clone());
        let nearest = Some(self.tried[index].clone());
        let front = self.front();
        Ok(Outcome { best, confirmed, nearest, front, trials: self.trials })
    }

    /// Index of the cheapest that reaches the targets.
    fn best(&self) -> Option<usize> {
        let reaching = (0..self.tried.len()).filter(|&index| self.tried[index].reaches);
        reaching.min_by(|&a, &b| self.tried[a].cost.total_cmp(&self.tried[b].cost).then(a.cmp(&b)))
    }

    /// Index of a roster with a little more than the one that has failed.
    fn with_more(&mut self, proven: &Proven, failed: usize) -> Result<Option<usize>, StaffError> {
        let mut pressure = self.tried[failed].pressure.clone();
        pressure.slots.iter_mut().for_each(|slots| *slots *= 1.015);
        pressure.walk_ins.iter_mut().for_each(|root| *root += 0.1);
        let Some(roster) = self.search.guess(proven, &pressure) else { return Ok(None) };
        let tried = self.try_roster(roster, &pressure)?;
        Ok(tried.filter(|&tried| tried != failed && !self.tried[tried].seen.samples.is_empty()))
    }

    /// Index of the cheapest that reaches the targets at `level`, or of the cheapest of all that do.
    fn surest(&self, level: f64) -> Option<usize> {
        let goals = self.search.goals;
        let is_sure = |&index: &usize| {
            let tried = &self.tried[index];
            let mut pairs = goals.iter().zip(&tried.seen.samples);
            tried.reaches && pairs.all(|(g, samples)| standing(g, samples, level) == Standing::Reached)
        };
        let sure = (0..self.tried.len()).filter(is_sure);
        let cheapest = sure.min_by(|&a, &b| {
            self.tried[a].cost.total_cmp(&self.tried[b].cost).then(a.cmp(&b))
        });
        cheapest.or_else(|| self.best())
    }

    /// Simulates `roster` unless that was done, and says where it is; `None` where there is no such
    /// roster or it was stopped.
    fn try_roster(
        &mut self,
        roster: Roster,
        pressure: &Pressure,
    ) -> Result<Option<usize>, StaffError> {
        let search = self.search;
        let key = (roster.clone(), search.counters(pressure));
        if let Some(&known) = self.known.get(&key) {
            return Ok(Some(known));
        }
        let Some((people, cost)) = search.people(&roster) else { return Ok(None) };
        let scenario = search.scenario_with((&roster, &people), pressure);
        let mut seen = Seen::default();
        self.trials += 1;
        let trial = Trial::new(&scenario, search.options, search.monitor)?;
        let mut reaches = false;
        if let Some(trial) = &trial {
            let (seed, pilot) = (search.options.seed, search.options.pilot);
            let how = (seed, pilot);
            if !trial.simulate(search.goals, how, search.options, &mut seen, search.monitor)? {
                return Ok(None);
            }
            reaches = search.goals.iter().zip(&seen.samples).all(|(goal, samples)| {
                standing(goal, samples, SCREEN) == Standing::Reached
            });
        }
        self.known.insert(key, self.tried.len());
        let pressure = pressure.clone();
        self.tried.push(Tried { roster, people, pressure, cost, seen, reaches });
        let best = self.best().map(|best| self.tried[best].cost);
        search.monitor.progress(&Progress::Staffing(StaffingProgress::new(
            search.monitor.elapsed(),
            self.trials,
            (best, self.bound),
        )));
        Ok(Some(self.tried.len() - 1))
    }

    /// Asks for more where `tried` falls short; false where there is nothing to ask for.
    fn press(&self, tried: usize, pressure: &mut Pressure) -> bool {
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
            let sites = (0..search.needs.sites)
                .filter(|&site| goal.site.is_none_or(|own| own == site));
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

    /// Between what falls short and what suffices.
    fn settle(&mut self, proven: &Proven, low: Pressure, high: Pressure) -> Result<(), StaffError> {
        let (mut from, mut until) = (0.0, 1.0);
        for _ in 0..5 {
            if !self.has_budget() || low == high {
                break;
            }
            let middle = 0.5 * (from + until);
            let pressure = Pressure::between(&low, &high, middle);
            let Some(roster) = self.search.guess(proven, &pressure) else { break };
            let Some(tried) = self.try_roster(roster, &pressure)? else { break };
            if self.tried[tried].reaches { until = middle } else { from = middle }
        }
        Ok(())
    }

    /// Takes shifts away, and moves or shortens them, while the targets stay reached.
    fn descend(&mut self) -> Result<(), StaffError> {
        let mut batch = 8_usize;
        let mut failed: std::collections::BTreeSet<Vec<(usize, Option<usize>)>> =
            std::collections::BTreeSet::new();
        while self.has_budget() {
            let Some(best) = self.best() else { return Ok(()) };
            let moves = self.moves(best);
            let usable = moves.into_iter().filter(|step| !failed.contains(&vec![*step]));
            let usable: Vec<(usize, Option<usize>)> = usable.collect();
            if usable.is_empty() {
                return Ok(());
            }
            let take: Vec<_> = spread(&usable, batch);
            let is_single = take.len() == 1;
            let mut roster = self.tried[best].roster.clone();
            for &(column, instead) in &take {
                if column < roster.counts.len() {
                    if roster.counts[column] > 0 {
                        roster.counts[column] -= 1;
                    }
                    if let Some(instead) = instead {
                        roster.counts[instead] += 1;
                    }
                } else {
                    roster.kept[column - self.search.offer.columns.len()] = false;
                }
            }
            let values = self.values(&roster);
            let cheaper =
                self.search.people(&roster).is_some_and(|(_, c)| c < self.tried[best].cost - 1e-6);
            let mut works = false;
            if cheaper && !self.search.program.rules_out(&values) {
                let pressure = self.tried[best].pressure.clone();
                let Some(tried) = self.try_roster(roster, &pressure)? else { return Ok(()) };
                works = self.tried[tried].reaches;
            }
            if works {
                if !is_single {
                    batch = (batch * 2).min(32);
                }
            } else {
                failed.insert(take);
                batch = (batch / 2).max(1);
            }
        }
        Ok(())
    }

    fn values(&self, roster: &Roster) -> Vec<f64> {
        let kept = roster.kept.iter().map(|&kept| f64::from(u8::from(kept)));
        roster.counts.iter().map(|&count| f64::from(count)).chain(kept).collect()
    }

    /// What may be taken away of a roster, or put in the place of something dearer, the most promising
    /// first: where walk-ins hardly wait.
    fn moves(&self, tried: usize) -> Vec<(usize, Option<usize>)> {
        let search = self.search;
        let tried = &self.tried[tried];
        let strain = |column: usize| {
            let column = &search.offer.columns[column];
            let base = (column.site * 7 + column.weekday as usize) * HALF_HOURS;
            let range = (column.from / 30) as usize..(column.until.div_ceil(30) as usize);
            let crowd = range.filter_map(|half_hour| tried.seen.crowding.get(base + half_hour));
            crowd.map(|crowd| crowd.late).fold(0.0, f64::max)
        };
        let mut moves: Vec<(f64, (usize, Option<usize>))> = Vec::new();
        for (index, column) in search.offer.columns.iter().enumerate() {
            if tried.roster.counts[index] == 0 {
                continue;
            }
            let strain = strain(index);
            moves.push((strain / column.cost.max(1e-9), (index, None)));
            for (other, instead) in search.offer.columns.iter().enumerate() {
                let is_of_day = instead.site == column.site && instead.weekday == column.weekday;
                let common =
                    instead.until.min(column.until).saturating_sub(instead.from.max(column.from));
                if is_of_day && common > 0 && instead.cost < column.cost - 1e-9 {
                    let saves = column.cost - instead.cost;
                    // What of the shift is left counts for it.
                    let left = f64::from(common) / f64::from(column.until - column.from);
                    moves.push(((1.0 - 0.9 * left) * strain / saves, (index, Some(other))));
                }
            }
        }
        for (position, &(_, cost)) in search.offer.removable.iter().enumerate() {
            if tried.roster.kept[position] {
                moves.push((1.0 / cost, (search.offer.columns.len() + position, None)));
            }
        }
        moves.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        moves.into_iter().map(|(_, step)| step).collect()
    }

    /// Confirms the cheapest on random numbers of their own; where it fails, the next.
    fn finish(&mut self, proven: &Proven) -> Result<Outcome, StaffError> {
        let search = self.search;
        let mut best = None;
        let mut confirmed = None;
        // Who has failed was lucky when it was screened: the next has to be further from the bounds.
        let mut level = SCREEN;
        let mut last = None;
        loop {
            let next = match (self.surest(level), last) {
                (Some(index), _) => Some(index),
                (None, Some(failed)) if self.attempts < MOST_ATTEMPTS && !search.is_over() => {
                    self.with_more(proven, failed)?
                }
                (None, _) => None,
            };
            let Some(index) = next else { break };
            last = Some(index);
            self.attempts += 1;
            match self.confirm(index)? {
                Some((seen, standings)) => {
                    if standings.iter().all(|&standing| standing == Standing::Reached) {
                        best = Some(self.tried[index].clone());
                        confirmed = Some((seen, standings));
                        break;
                    }
                    self.tried[index].reaches = false;
                    level *= 0.05;
                }
                None => break,
            }
            if search.monitor.cancelled() || search.is_over() {
                break;
            }
        }
        let miss = |tried: &Tried| -> f64 {
            let pairs = search.goals.iter().zip(&tried.seen.samples);
            let miss = pairs.map(|(goal, samples)| {
                let value = estimate(samples).map_or(goal.bound, |found| found.value);
                let short = if goal.at_least() { goal.bound - value } else { value - goal.bound };
                short.max(0.0) / goal.bound.abs().max(1e-9)
            });
            if tried.seen.samples.is_empty() { f64::INFINITY } else { miss.sum() }
        };
        let nearest = self.tried.iter().min_by(|a, b| {
            miss(a).total_cmp(&miss(b)).then(a.cost.total_cmp(&b.cost))
        });
        Ok(Outcome {
            nearest: nearest.cloned(),
            best,
            confirmed,
            front: self.front(),
            trials: self.trials,
        })
    }

    /// What more and more replications on fresh random numbers say; `None` where it was stopped.
    fn confirm(&self, index: usize) -> Result<Option<(Seen, Vec<Standing>)>, StaffError> {
        let search = self.search;
        let tried = &self.tried[index];
        let scenario = search.scenario_with((&tried.roster, &tried.people), &tried.pressure);
        let Some(trial) = Trial::new(&scenario, search.options, search.monitor)? else {
            return Ok(None);
        };
        confirm(&trial, search.goals, self.attempts, search.options, search.monitor)
    }

    /// Rosters that are not both dearer and worse than another.
    fn front(&self) -> Vec<FrontPoint> {
        let search = self.search;
        let mut points: Vec<FrontPoint> = self
            .tried
            .iter()
            .filter(|tried| !tried.seen.samples.is_empty())
            .map(|tried| FrontPoint {
                cost: tried.cost,
                figures: tried.seen.samples.iter().map(|s| Some(estimate(s)?.value)).collect(),
                reaches: tried.reaches,
            })
            .collect();
        points.sort_by(|a, b| a.cost.total_cmp(&b.cost));
        let worse = |a: &FrontPoint, b: &FrontPoint| {
            let figures = search.goals.iter().zip(a.figures.iter().zip(&b.figures));
            figures.into_iter().all(|(goal, (a, b))| match (a, b) {
                (Some(a), Some(b)) => if goal.at_least() { a <= b } else { a >= b },
                _ => true,
            })
        };
        let mut front: Vec<FrontPoint> = Vec::new();
        for point in points {
            if !front.iter().any(|cheaper| worse(&point, cheaper)) {
                front.push(point);
            }
        }
        front
    }
}

/// Puts a roster to the test on random numbers that no search has seen: the `attempt`-th of its kind.
pub(super) fn confirm(
    trial: &Trial,
    goals: &[Goal],
    attempt: u32,
    options: &StaffOptions,
    monitor: &dyn Monitor,
) -> Result<Option<(Seen, Vec<Standing>)>, StaffError> {
    let looks = Looks::new(attempt, options.most_replications);
    let seed = fresh_seed(options.seed, attempt);
    let mut seen = Seen::default();
    let mut standings = vec![Standing::Open; goals.len()];
    let mut done = false;
    for target in looks.replications() {
        // Looks that are left out make no roster pass.
        if let (Budget::Time(time), true) = (options.budget, done)
            && monitor.elapsed() >= time
        {
            break;
        }
        done = true;
        if !trial.simulate(goals, (seed, target), options, &mut seen, monitor)? {
            return Ok(None);
        }
        for ((goal, samples), standing) in
            goals.iter().zip(&seen.samples).zip(&mut standings)
        {
            *standing = looks.standing(goal, samples);
        }
        let missed = standings.contains(&Standing::Missed);
        if missed || standings.iter().all(|&standing| standing == Standing::Reached) {
            break;
        }
    }
    Ok(Some((seen, standings)))
}

/// Random numbers of a test: no others have them.
pub(super) fn fresh_seed(seed: u64, attempt: u32) -> u64 {
    seed ^ (0x5DEE_CE66_D1CE_4E5B_u64.wrapping_mul(u64::from(attempt) + 1))
}

/// Up to `count` of `list`, the first ones, no column twice.
fn spread(list: &[(usize, Option<usize>)], count: usize) -> Vec<(usize, Option<usize>)> {
    let mut some: Vec<(usize, Option<usize>)> = Vec::with_capacity(count);
    for &step in list {
        if some.len() == count {
            break;
        }
        if some.iter().all(|known| known.0 != step.0) {
            some.push(step);
        }
    }
    some
}

/// Whether those who stay anyway are all there is.
pub(super) fn leaves_out(staffing: &Staffing) -> bool {
    staffing.existing == ExistingStaff::LeftOut
}
