//! What must hold for every case, however wrong its files are.

use std::fmt;
use std::sync::Arc;

use chrono::DateTime;
use scheduler_core::check::check;
use scheduler_core::compare::{CompareOptions, compare};
use scheduler_core::json;
use scheduler_core::ledger::offers::{Query, offers};
use scheduler_core::ledger::{
    BasketItem, Book, Entry, Ledger, Limits, RepairOptions, Snapshot, Stored, StoredSeat, Visit,
};
use scheduler_core::plan::{Budget, Options, PlanError, WallClock, plan};
use scheduler_core::problem::{Plan, Problem, WalkInBlock};
use scheduler_core::report::{Language, gantt, simulation, summary};
use scheduler_core::scenario::{PlanFile, Scenario, Variant};
use scheduler_core::simulate::run::{SimulationOptions, Until, simulate};
use scheduler_core::time::Window;

use super::edit::edited;
use super::random::Random;

/// The files of a case.
#[derive(Debug, Clone, Default)]
pub(super) struct Case {
    pub(super) scenario: String,
    pub(super) variant: String,
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}", self.scenario, self.variant)
    }
}

/// A law that does not hold.
#[derive(Debug)]
pub(super) struct Fault(pub(super) String);

fn ensure(holds: bool, what: impl FnOnce() -> String) -> Result<(), Fault> {
    if holds { Ok(()) } else { Err(Fault(what())) }
}

/// Problems with more site-days, shifts or expected requests are only read: a case shall take about
/// a second without optimisation.
const MOST: (usize, usize, f64) = (60, 60, 3_000.0);

/// Puts the case through the library; `reached` hears of each stage.
pub(super) fn hold(
    case: &Case,
    random: &mut Random,
    reached: &mut impl FnMut(&'static str),
) -> Result<(), Fault> {
    reached("read");
    let scenario = match Scenario::from_json(case.scenario.as_bytes()) {
        Ok(scenario) => scenario,
        Err(findings) => {
            return ensure(findings.has_errors(), || "refused without a finding".to_owned());
        }
    };
    let written = serde_json::to_string(&scenario).unwrap_or_default();
    let again = Scenario::from_json(written.as_bytes());
    ensure(again.as_ref() == Ok(&scenario), || format!("written as {written}, read as {again:?}"))?;
    reached("validate");
    let problem = match Problem::new(&scenario) {
        Ok(problem) => problem,
        Err(findings) => {
            return ensure(findings.has_errors(), || "refused without a finding".to_owned());
        }
    };
    let asked: f64 = problem.pools.iter().map(|pool| pool.mean).sum();
    if problem.site_days.len() > MOST.0 || problem.shifts.len() > MOST.1 || asked > MOST.2 {
        return Ok(());
    }
    reached("plan");
    let options = Options { budget: Budget::Steps(150), threads: Some(1), ..Options::default() };
    let outcome = match plan(&problem, &options, &WallClock::start()) {
        Ok(outcome) => Some(outcome),
        Err(PlanError::Infeasible { conflicts } | PlanError::NotFound { conflicts }) => {
            ensure(!conflicts.is_empty(), || "no plan and no conflict".to_owned())?;
            None
        }
        Err(error) => return Err(Fault(error.to_string())),
    };
    if let Some(outcome) = &outcome {
        let report = check(&problem, &outcome.plan);
        ensure(report.is_sound(), || format!("{:?} {:?}", report.violations, report.claims))?;
        reached("report");
        let figures = summary(&problem, &outcome.plan, &outcome.prices);
        let _ = figures.to_text(Language::German, true);
        for day in 0..=problem.dates.len() {
            let chart = gantt::Options { day: Some(day), ..gantt::Options::default() };
            let _ = gantt::day_chart(&problem, &outcome.plan, &chart);
        }
        plan_files(&problem, &outcome.plan, case, random, reached)?;
    }
    let blocks = outcome.as_ref().map_or(&[][..], |outcome| &outcome.plan.walk_in_blocks);
    for site_day in 0..problem.site_days.len().min(4) {
        ledger(&problem, site_day, blocks, random, reached)?;
    }
    let Some(outcome) = outcome else { return Ok(()) };
    reached("simulate");
    let mut options = SimulationOptions::default();
    (options.until, options.weeks) = (Until::Replications(1), 1);
    (options.warm_up_weeks, options.threads) = (Some(1), Some(1));
    if let Ok(run) = simulate(&problem, &outcome.plan, &options, &WallClock::start()) {
        let report = simulation::simulation_report(&problem.name, &run);
        let _ = (report.to_text(Language::English, true), report.to_csv(Language::English));
    }
    reached("compare");
    if let Ok(variant) = Variant::from_json(case.variant.as_bytes()) {
        let mut both = CompareOptions::default();
        (both.simulation, both.plan.budget) = (options, Budget::Steps(20));
        both.simulation.until = Until::Replications(2);
        if let Ok(comparison) = compare(&scenario, &[variant], &both, &WallClock::start()) {
            let report = simulation::comparison_report(&comparison);
            let _ = (report.to_text(Language::German, true), report.to_csv(Language::English));
        }
    }
    Ok(())
}

/// What was written is the same plan again, and an edited file gives findings or a plan to judge.
fn plan_files(
    problem: &Problem,
    plan: &Plan,
    case: &Case,
    random: &mut Random,
    reached: &mut impl FnMut(&'static str),
) -> Result<(), Fault> {
    reached("plan file");
    let text = serde_json::to_string(&PlanFile::new(problem, plan)).unwrap_or_default();
    let file = PlanFile::from_json(text.as_bytes()).map_err(|f| Fault(f.to_string()))?;
    let (again, findings) = file.resolve(problem);
    ensure(findings.is_empty(), || format!("{findings:?} in what was written: {text}"))?;
    ensure(again.slots == plan.slots && again.breaks == plan.breaks, || {
        format!("read as {again:?}")
    })?;
    reached("edited plan");
    let text = edited(&text, 4, random);
    let _ = json::check(&case.scenario, &text);
    if random.chance(0.2) {
        let _ = json::simulate(&case.scenario, &text, r#"{ "replications": 1, "weeks": 1 }"#);
    }
    Ok(())
}

/// A random visit, mostly one of the services.
fn visit(problem: &Problem, random: &mut Random) -> Option<(Vec<BasketItem>, Visit)> {
    let service = random.index(problem.services.len() + 1);
    let basket = vec![BasketItem { service, persons: random.index(4) as u32 }];
    let mut visit = Visit::new(problem, &basket).ok()?;
    if random.chance(0.1) {
        visit.clerk = Some(random.index(problem.clerks.len().max(1)).into());
        visit.room = Some(random.index(problem.rooms.len().max(1)).into());
    }
    Some((basket, visit))
}

/// Books, gives up and expires at random, keeps and restores what a store might have spoilt.
fn ledger(
    problem: &Problem,
    site_day: usize,
    blocks: &[WalkInBlock],
    random: &mut Random,
    reached: &mut impl FnMut(&'static str),
) -> Result<(), Fault> {
    reached("ledger");
    let Ok(mut ledger) = Ledger::new(problem, site_day, blocks, Limits::default()) else {
        return Ok(());
    };
    let steps = 1440 / problem.grid.minutes().max(1) + 2;
    for number in 0..20 {
        let nodes = [0, 1, 50, 250][random.index(4)];
        let limits = Limits::nodes(nodes).moving_walk_ins(random.chance(0.3));
        let Some((basket, visit)) = visit(problem, random) else { continue };
        let start = random.index(steps as usize) as u16;
        let before = ledger.clone();
        let _ = (ledger.starts(&visit), ledger.check(&visit, start, limits));
        ensure(ledger == before, || "a question changed the ledger".to_owned())?;
        let expires_at = random.chance(0.3).then_some(number);
        let id: Arc<str> = format!("p{}", random.index(30)).into();
        let entry = Entry::new(Arc::clone(&id), basket, visit, start).expiring(expires_at);
        if let Err(refusal) = ledger.insert(entry.clone(), limits) {
            ensure(ledger == before, || {
                format!("refused {entry:?} with {limits:?} ({refusal}) and changed the ledger")
            })?;
        }
        match random.index(6) {
            0 => drop(ledger.remove(&id)),
            1 => drop(ledger.expire(number)),
            _ => {}
        }
    }
    reached("offers");
    let book = Book {
        problem: Arc::new(problem.clone()),
        snapshots: (0..problem.site_days.len())
            .map(|other| {
                let own = (other == site_day).then(|| ledger.clone());
                let own = own
                    .map_or_else(|| Ledger::new(problem, other, &[], Limits::default()).ok(), Some);
                own.map(|own| Snapshot::new(own, 0).into())
            })
            .collect::<Option<Vec<_>>>()
            .unwrap_or_default(),
    };
    if !book.snapshots.is_empty()
        && let Some((basket, visit)) = visit(problem, random)
        && let Ok(now) = DateTime::parse_from_rfc3339("2027-03-01T06:00:00+01:00")
    {
        let sites: Vec<usize> = (0..problem.sites.len()).collect();
        let days = 0..problem.dates.len() + 1;
        let mut query = Query::new((&basket, &visit), &sites, days, now);
        (query.limit, query.limits) = (3, Limits::nodes(50));
        let _ = offers(&book, &query);
    }
    reached("restore");
    let mut stored = ledger.to_stored();
    let same = Ledger::restore(problem, site_day, &stored, Limits::default());
    ensure(same.changes.is_empty() && same.ledger.to_stored() == stored, || {
        format!("restored with {:?}", same.changes)
    })?;
    spoil(&mut stored, random);
    let restored = Ledger::restore(problem, site_day, &stored, Limits::default());
    let kept = restored.ledger.promises().count() + restored.stranded.len();
    ensure(kept == stored.promises.len(), || format!("{kept} of {:?}", stored.promises))?;
    let _ = Ledger::repair(problem, site_day, &stored, RepairOptions::default());
    Ok(())
}

/// Changes of what a store kept that an earlier version, another scenario or a hand may have made.
fn spoil(stored: &mut Stored, random: &mut Random) {
    let wild = |random: &mut Random| [0, 1, 2, 7, 1_000_000_usize][random.index(5)];
    let seat = |random: &mut Random| StoredSeat {
        clerk: wild(random).into(),
        room: random.chance(0.7).then(|| wild(random).into()),
    };
    for (entry, kept) in &mut stored.promises {
        match random.index(8) {
            0 => *kept = Some(seat(random)),
            1 => *kept = None,
            2 => entry.start = [0, 1, 40, 1440, u16::MAX][random.index(5)],
            3 => entry.visit.steps = [1, 300, u16::MAX][random.index(3)],
            4 => {
                entry.visit.clerk = Some(wild(random).into());
                entry.visit.room = Some(wild(random).into());
            }
            _ => {}
        }
    }
    for stored in &mut stored.blocks {
        match random.index(6) {
            0 => stored.seat = Some(seat(random)),
            1 => stored.block.window = Window { from: 0, until: u16::MAX },
            2 => stored.block.quotas = vec![wild(random)],
            3 => stored.block.pinned = Some(seat(random)),
            _ => {}
        }
    }
    for taken in &mut stored.breaks {
        match random.index(6) {
            0 => taken.clerk = wild(random).into(),
            1 => taken.window = Window { from: 5, until: 2 },
            2 => taken.pinned = !taken.pinned,
            _ => {}
        }
    }
}
