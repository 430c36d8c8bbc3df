//! The call: a scenario in, an answer and its certificate out.

use crate::monitor::Monitor;
use crate::scenario::{Scenario, StaffFigure, Weekday};
use crate::threads::on_threads;

use super::answer::{
    Answer, Curve, CurvePoint, Figure, Found, FoundPerson, Looseness, Obstacle, Verdict,
};
use super::bound::necessities::{Margins, program};
use super::bound::program::{Effort, Solved, Why};
use super::bound::walk_in_cuts::InTime;
use super::case::Case;
use super::certificate::Certificate;
use super::goal::Goal;
use super::judge::{Standing, estimate};
use super::search::Search;
use super::search::hunt::{Outcome, Tried, hunt};
use super::search::witness::HALF_HOURS;
use super::{StaffError, StaffOptions};

/// The least staff of `scenario` that reaches the targets of its `staffing`.
///
/// With a budget of steps the answer is the same for the same seed, byte for byte, on any number of
/// threads.
///
/// # Errors
/// Where the scenario breaks rules, names no target or no shift, or is stopped before anything is
/// known.
pub fn staff(
    scenario: &Scenario,
    options: &StaffOptions,
    monitor: &dyn Monitor,
) -> Result<(Answer, Certificate), StaffError> {
    on_threads(options.threads, || {
        let case = Case::new(scenario)?;
        answer(&case, options, monitor)
    })
}

fn answer(
    case: &Case,
    options: &StaffOptions,
    monitor: &dyn Monitor,
) -> Result<(Answer, Certificate), StaffError> {
    let demands = InTime::all(&case.goals, &case.needs);
    let search = case.search(&demands, options, monitor);
    let effort = search.effort();
    let proven = search.ground().prove(&case.program, effort);
    let outcome = if proven.cost.is_infinite() {
        Outcome {
            best: None,
            confirmed: None,
            nearest: None,
            front: Vec::new(),
            next: None,
            trials: 0,
        }
    } else {
        hunt(&search, &proven)?
    };
    let bound = proven.cost + case.offer.fixed_cost;
    let shown = outcome.best.as_ref().or(outcome.nearest.as_ref());
    let roster = shown.map(|tried| found(&search, tried, &outcome));
    let reaches_all =
        |standings: &[Standing]| standings.iter().all(|&standing| standing == Standing::Reached);
    let is_confirmed = outcome.best.is_some()
        && outcome.confirmed.as_ref().is_some_and(|(_, standings)| reaches_all(standings));
    let is_affordable = outcome.best.is_some() && case.staffing.budget.is_some();
    let verdict = match (&roster, is_confirmed) {
        _ if bound.is_infinite() => Verdict::Impossible,
        (Some(roster), true) if roster.cost <= bound + 1e-6 * bound.abs().max(1.0) => {
            Verdict::Proven
        }
        (Some(_), true) => Verdict::Suffices,
        (Some(_), false) if is_affordable => Verdict::Affordable,
        _ => Verdict::Open,
    };
    let least_without_offer =
        if bound.is_infinite() { least_without_offer(case, effort) } else { None };
    let answer = Answer {
        verdict,
        bound,
        obstacles: proven.clash.iter().filter_map(|&why| obstacle(why)).collect(),
        least_without_offer,
        derived: case.offer.derived,
        templates: case.offer.templates.clone(),
        counts_people: !case.staffing.contracts.is_empty(),
        clerk_week: clerk_week(case),
        fixed_cost: case.offer.fixed_cost,
        looseness: looseness(case, &demands),
        curves: curves(&search, shown, &outcome),
        front: outcome.front.clone(),
        next: outcome.next.clone(),
        trials: outcome.trials,
        cuts: proven.cuts.len(),
        roster,
    };
    let certificate =
        Certificate::new(case, &answer, &proven, (shown, is_confirmed || is_affordable), options);
    Ok((answer, certificate))
}

fn obstacle(why: Why) -> Option<Obstacle> {
    Some(match why {
        Why::Rooms => Obstacle::Rooms,
        Why::Equipment => Obstacle::Equipment,
        Why::Skill => Obstacle::Skills,
        Why::Clerks => Obstacle::Clerks,
        Why::WalkIns => Obstacle::WalkIns,
        Why::Work => Obstacle::Work,
        Why::Template => Obstacle::Templates,
        Why::Contract => Obstacle::Contracts,
        Why::Door => Obstacle::Doors,
        Why::Offers => Obstacle::Offers,
        Why::Counter | Why::Guess => return None,
    })
}

/// What a week of a clerk costs.
fn clerk_week(case: &Case) -> f64 {
    const HOURS: f64 = 39.0;
    let contracts = case.staffing.contracts.iter();
    let hours = contracts.map(|contract| contract.most_hours).fold(0.0, f64::max);
    (if hours > 0.0 { hours } else { HOURS }) * case.offer.hour_cost
}

/// The least share of requests without an offer, over all targets on it together, that any roster
/// leaves: the targets are loosened by as much as it takes.
fn least_without_offer(case: &Case, effort: Effort<'_>) -> Option<f64> {
    let is_meant = |goal: &Goal| goal.figure == StaffFigure::WithoutOffer;
    if !case.goals.iter().any(is_meant) {
        return None;
    }
    let possible = |share: f64| {
        let mut goals = case.goals.clone();
        for goal in goals.iter_mut().filter(|goal| is_meant(goal)) {
            goal.bound = goal.bound.max(share);
        }
        let parts = (&case.offer, &case.needs);
        let margins = Margins::none(case.needs.sites);
        let (program, _) = program(&case.problem, &case.staffing, parts, &goals, &margins);
        matches!(program.relaxed().solve(effort), Solved::Values { .. })
    };
    if !possible(1.0) {
        return None;
    }
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..14 {
        let middle = 0.5 * (low + high);
        if possible(middle) { high = middle } else { low = middle }
    }
    // What is impossible is below this.
    Some(low)
}

fn looseness(case: &Case, demands: &[InTime<'_>]) -> Vec<Looseness> {
    let mut reasons = Vec::new();
    for goal in &case.goals {
        let is_bounded = goal.figure == StaffFigure::WithoutOffer
            || goal.figure == StaffFigure::Overtime
            || demands.iter().any(|demand| demand.goal.id == goal.id);
        let reason = Looseness::Figure(goal.figure);
        if !is_bounded && !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    let walks_in = |site: usize| (0..case.needs.dates).any(|d| case.needs.came(site, d) > 0.0);
    let asks_of_walk_ins =
        case.goals.iter().any(|goal| goal.figure.is_wait() && goal.channel().is_some());
    if asks_of_walk_ins {
        if (0..case.needs.sites).any(|site| case.needs.may_leave[site] && walks_in(site)) {
            reasons.push(Looseness::MayLeave);
        }
        let is_rare = |site: usize| case.needs.rare[site].iter().any(|&rare| rare);
        if (0..case.needs.sites).any(|site| walks_in(site) && is_rare(site)) {
            reasons.push(Looseness::Skills);
        }
        let knows_all_work = case.program.rows.iter().any(|row| row.why == Why::Work);
        if !case.needs.streams.is_empty() && !knows_all_work {
            reasons.push(Looseness::Both);
        }
    }
    reasons
}

fn found(search: &Search<'_>, tried: &Tried, outcome: &Outcome) -> Found {
    let offer = search.offer;
    let people = tried
        .people
        .iter()
        .map(|person| {
            let shifts = person.columns.iter().map(|&column| {
                let column = &offer.columns[column];
                (column.weekday, column.from, column.until)
            });
            let mut shifts: Vec<(Weekday, u32, u32)> = shifts.collect();
            shifts.sort_unstable();
            let first = person.columns.first().map_or(0, |&column| offer.columns[column].template);
            FoundPerson { person: person.clone(), template: first, shifts }
        })
        .collect();
    let gone = offer
        .removable
        .iter()
        .zip(&tried.roster.kept)
        .filter(|(_, kept)| !**kept)
        .map(|(&(clerk, _), _)| search.problem.clerks[clerk].id.clone())
        .collect();
    let confirmed = outcome.best.is_some();
    let (samples, standings) = match (&outcome.confirmed, confirmed) {
        (Some((seen, standings)), true) => (&seen.samples, standings.clone()),
        // Nobody had to wait where nobody came whom a target is about.
        _ => {
            let samples = &tried.seen.samples;
            let is_void = |goal: usize| samples.get(goal).is_some_and(|s| estimate(s).is_none());
            let standing = |goal| if is_void(goal) { Standing::Reached } else { Standing::Open };
            (samples, (0..search.goals.len()).map(standing).collect())
        }
    };
    let figures = search.goals.iter().enumerate().map(|(index, goal)| Figure {
        goal: goal.clone(),
        estimate: samples.get(index).and_then(|samples| estimate(samples)),
        standing: standings.get(index).copied().unwrap_or(Standing::Open),
    });
    Found {
        scenario: search.scenario_with((&tried.roster, &tried.people), &tried.pressure),
        people,
        gone,
        cost: tried.cost,
        hours: tried.roster.asked_hours(offer),
        shifts: tried.roster.asked_shifts(),
        figures: figures.collect(),
        confirmed: confirmed
            && outcome.confirmed.as_ref().is_some_and(|(_, standings)| {
                standings.iter().all(|&standing| standing == Standing::Reached)
            }),
    }
}

/// Needed and present by half-hour, of the first date of each weekday.
fn curves(search: &Search<'_>, tried: Option<&Tried>, outcome: &Outcome) -> Vec<Curve> {
    let Some(tried) = tried else { return Vec::new() };
    let needs = search.needs;
    let crowding = match &outcome.confirmed {
        Some((seen, _)) => &seen.crowding,
        None => &tried.seen.crowding,
    };
    let mut curves = Vec::new();
    for site in 0..needs.sites {
        for date in 0..needs.dates.min(7) {
            let day = needs.day(site, date);
            let (Some(&(opens, _)), Some(&(_, closes))) = (day.open.first(), day.open.last())
            else {
                continue;
            };
            let weekday = (search.first_weekday + date) % 7;
            let half_hours = (opens / 30..closes.div_ceil(30)).map(|half_hour| {
                let middle = half_hour * 30 + 15;
                let index = (site * 7 + weekday) * HALF_HOURS + half_hour as usize;
                let crowd = crowding.get(index).copied().unwrap_or_default();
                let waits = (crowd.came > 0.0).then(|| crowd.waited / crowd.came);
                CurvePoint {
                    from: half_hour * 30,
                    needed: needs.walk_in_load(site, date, half_hour as usize)
                        + appointments_load(search, site, date),
                    present: present(search, tried, (site, date), middle),
                    wait: waits,
                }
            });
            curves.push(Curve {
                site,
                id: search.problem.sites[site].id.clone(),
                name: search.problem.sites[site].name.clone(),
                weekday: Weekday::ALL[weekday],
                half_hours: half_hours.collect(),
            });
        }
    }
    curves
}

/// Clerks whom appointments of a site keep busy if all requests find an offer, spread over opening
/// hours.
fn appointments_load(search: &Search<'_>, site: usize, _date: usize) -> f64 {
    let needs = search.needs;
    let open: f64 = (0..needs.dates)
        .flat_map(|date| &needs.day(site, date).open)
        .map(|&(from, until)| f64::from(until - from))
        .sum();
    let minutes = |service: usize| {
        f64::from(search.problem.grid.minute_of(search.problem.services[service].steps))
    };
    let work: f64 = needs
        .streams
        .iter()
        .filter(|stream| stream.sites.contains(&site))
        .map(|stream| {
            stream.requests * needs.kept * minutes(stream.service) / stream.sites.len() as f64
        })
        .sum();
    work / open.max(1.0)
}

fn present(search: &Search<'_>, tried: &Tried, (site, date): (usize, usize), minute: u32) -> f64 {
    let columns = search.offer.columns.iter().zip(&tried.roster.counts);
    let asked: u32 = columns
        .filter(|(c, _)| {
            c.site == site && c.dates.contains(&date) && c.from <= minute && minute < c.until
        })
        .map(|(_, &count)| count)
        .sum();
    let shifts = search.needs.day(site, date).shifts.iter();
    let there = shifts.filter(|&&(from, until, clerk)| {
        from <= minute && minute < until && clerk.is_none_or(|clerk| tried.roster.kept[clerk])
    });
    f64::from(asked) + there.count() as f64
}
