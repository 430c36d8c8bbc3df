//! What a plan is worth, part by part, and what it lacks.

use chrono::NaiveDate;
use serde::Serialize;

use crate::problem::{Asked, Plan, Problem, Shortage};

/// The parts of a plan's objective, in expected served minutes, weighted by value: the value less all
/// others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct WorthFigures {
    /// What is expected to be served.
    pub value: f64,
    /// Taken off for shifts at a counter.
    pub seats: f64,
    /// Taken off for changes of counter, and for sitting at another than one's own.
    pub moves: f64,
    /// Taken off for the time of slots without a promise.
    pub free: f64,
    /// Taken off for breaks at the same time.
    pub breaks: f64,
    /// Taken off for what is asked for and missing.
    pub short: f64,
    /// Shifts with a stay at a counter.
    pub seated_shifts: usize,
    /// Changes of counter, and stays at another than one's own.
    pub moved: usize,
    /// Minutes of slots without a promise.
    pub free_minutes: u64,
}

impl WorthFigures {
    pub(super) fn new(problem: &Problem, plan: &Plan) -> Self {
        let worth = problem.worth(plan);
        let mut seated: Vec<usize> = plan.stays.iter().map(|stay| stay.shift).collect();
        seated.sort_unstable();
        seated.dedup();
        let away = plan.stays.iter().filter(|stay| problem.is_strange(stay.clerk, stay.room));
        let moved = plan.stays.len() - seated.len() + away.count();
        let seats = problem.weights.seat * seated.len() as f64;
        let free = plan.slots.iter().filter(|slot| slot.promise.is_none());
        let steps: u64 = free.map(|slot| u64::from(slot.window.steps())).sum();
        Self {
            value: worth.value,
            seats,
            moves: worth.stays - seats,
            free: worth.free,
            breaks: worth.breaks,
            short: worth.short,
            seated_shifts: seated.len(),
            moved,
            free_minutes: steps * u64::from(problem.grid.minutes()),
        }
    }
}

/// Something asked for that the plan lacks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ShortageFigures {
    /// What is asked for.
    pub what: Missing,
    /// Id of who asks, in the scenario: an entry of `cover` or `walk_in_quotas`.
    pub id: String,
    /// Name of the site.
    pub site: String,
    /// The date.
    pub date: NaiveDate,
    /// From when, `"10:00"`.
    pub from: String,
    /// Until when.
    pub until: String,
    /// How many clerks or counters at a time, or minutes in that time, are asked for.
    pub asked: u32,
    /// How many there are.
    pub met: u32,
    /// Minutes of a clerk, a counter or walk-in blocks that are missing.
    pub missing_minutes: u32,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Missing {
    /// Clerks who are present and not on a break.
    Clerks,
    /// Counters with a walk-in block.
    Counters,
    /// Minutes of walk-in blocks, in a stretch or in the whole window of a quota.
    Minutes,
}

pub(super) fn shortages(problem: &Problem, plan: &Plan) -> Vec<ShortageFigures> {
    problem.shortages(plan).iter().map(|shortage| figures(problem, shortage)).collect()
}

fn figures(problem: &Problem, shortage: &Shortage) -> ShortageFigures {
    let minutes = problem.grid.minutes();
    let (what, id, unit) = match shortage.asked_by {
        Asked::Cover(cover) => (Missing::Clerks, &problem.cover[cover].id, 1),
        Asked::Counters(quota) => (Missing::Counters, &problem.quotas[quota].id, 1),
        Asked::Stretch(quota, _) | Asked::Quota(quota) => {
            (Missing::Minutes, &problem.quotas[quota].id, minutes)
        }
    };
    let place = &problem.site_days[shortage.site_day];
    ShortageFigures {
        what,
        id: id.clone(),
        site: problem.sites[place.site].name.clone(),
        date: problem.dates[place.day],
        from: problem.grid.clock(shortage.window.from).to_string(),
        until: problem.grid.clock(shortage.window.until).to_string(),
        asked: shortage.asked * unit,
        met: shortage.met * unit,
        missing_minutes: shortage.missing_steps() * minutes,
    }
}
