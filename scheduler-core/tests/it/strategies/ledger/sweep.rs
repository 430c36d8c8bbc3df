//! The same question for large days: through the day from duty to duty, remembering what has
//! failed; and where that takes too long, as an integer program.

use std::collections::HashSet;

use good_lp::solvers::microlp::microlp;
use good_lp::{Expression, ResolutionError, Solution, SolverModel, Variable, constraint, variable};
use good_lp::{ProblemVariables, variables};
use scheduler_core::time::{Step, Window};

use scheduler_core::problem::Break;

use super::desks::{Desk, Duty};

/// Whether every duty finds a desk; exact for any number of duties on up to 64 desks.
pub(crate) fn possible(desks: &[Desk], duties: &[Duty]) -> bool {
    matched_at_every_step(desks, duties)
        && through_the_day(desks, duties, 20_000).unwrap_or_else(|| by_program(desks, duties))
}

/// Necessary: at every step those at work then find desks that are not compelled to rest.
pub(crate) fn matched_at_every_step(desks: &[Desk], duties: &[Duty]) -> bool {
    // What is wrong at some step is wrong at the start of a duty or of a compulsory rest.
    let compelled = |desk: &Desk| -> Vec<Window> {
        let surely = |rule: &Break| {
            Window::new(rule.window.until.saturating_sub(rule.steps), rule.window.from + rule.steps)
        };
        desk.breaks.iter().map(surely).filter(|window| !window.is_empty()).collect()
    };
    let starts = duties.iter().map(|duty| duty.window.from);
    let rests = desks.iter().flat_map(|desk| compelled(desk).into_iter().map(|w| w.from));
    starts.chain(rests).all(|step| {
        let active: Vec<&Duty> = duties.iter().filter(|d| d.window.contains(step)).collect();
        let mut holds = vec![None; desks.len()];
        (0..active.len()).all(|duty| {
            let may = |duty: usize, desk: usize| {
                active[duty].may(desks, desk)
                    && compelled(&desks[desk]).iter().all(|window| !window.contains(step))
            };
            augment(duty, &may, &mut holds, &mut vec![false; desks.len()])
        })
    })
}

fn augment(
    duty: usize,
    may: &impl Fn(usize, usize) -> bool,
    holds: &mut Vec<Option<usize>>,
    seen: &mut Vec<bool>,
) -> bool {
    (0..holds.len()).any(|desk| {
        if seen[desk] || !may(duty, desk) {
            return false;
        }
        seen[desk] = true;
        let free = holds[desk].is_none_or(|other| augment(other, may, holds, seen));
        if free {
            holds[desk] = Some(duty);
        }
        free
    })
}

/// Where a desk stands: free from a step on, and how many breaks have been held.
type Standing = (Step, usize);

/// Depth first through the duties by start; `None` when `limit` states were not enough.
pub(crate) fn through_the_day(desks: &[Desk], duties: &[Duty], limit: usize) -> Option<bool> {
    let mut duties = duties.to_vec();
    duties.sort();
    let mut sweep =
        Sweep { desks, kinds: kinds(desks, &duties), duties, failed: HashSet::new(), limit };
    let start = desks.iter().map(|desk| (desk.window.from, 0)).collect();
    sweep.from(0, start)
}

/// Desks with the same number are interchangeable, and the lower the number the fewer duties are
/// possible there.
fn kinds(desks: &[Desk], duties: &[Duty]) -> Vec<usize> {
    let traits: Vec<_> = (0..desks.len())
        .map(|desk| {
            let may: Vec<bool> = duties.iter().map(|duty| duty.may(desks, desk)).collect();
            let breaks: Vec<_> = desks[desk].breaks.iter().map(|b| (b.steps, b.window)).collect();
            // Absences matter where breaks may lie.
            let absent = if breaks.is_empty() { Vec::new() } else { desks[desk].absent.clone() };
            (may.iter().filter(|may| **may).count(), may, breaks, absent)
        })
        .collect();
    let mut order = traits.clone();
    order.sort();
    traits.iter().map(|of| order.partition_point(|other| other < of)).collect()
}

struct Sweep<'a> {
    desks: &'a [Desk],
    kinds: Vec<usize>,
    duties: Vec<Duty>,
    failed: HashSet<Vec<(usize, Standing)>>,
    limit: usize,
}

impl Sweep<'_> {
    fn from(&mut self, index: usize, mut standing: Vec<Standing>) -> Option<bool> {
        let Some(&duty) = self.duties.get(index) else {
            return Some(true);
        };
        for (desk, standing) in self.desks.iter().zip(&mut standing) {
            *standing = at(desk, *standing, duty.window.from);
        }
        let mut key: Vec<_> = self.kinds.iter().copied().zip(standing.iter().copied()).collect();
        key.sort_unstable();
        key.push((index, (0, 0)));
        if self.failed.contains(&key) {
            return Some(false);
        }
        if self.failed.len() >= self.limit {
            return None;
        }
        let mut choices: Vec<usize> = (0..self.desks.len())
            .filter(|&desk| duty.may(self.desks, desk) && standing[desk].0 <= duty.window.from)
            .filter(|&desk| can_rest(&self.desks[desk], (duty.window.until, standing[desk].1)))
            .collect();
        choices.sort_by_key(|&desk| (self.kinds[desk], standing[desk]));
        choices.dedup_by_key(|desk| (self.kinds[*desk], standing[*desk]));
        for desk in choices {
            let mut next = standing.clone();
            next[desk].0 = duty.window.until;
            if self.from(index + 1, next)? {
                return Some(true);
            }
        }
        self.failed.insert(key);
        Some(false)
    }
}

/// The first place for a break from `from` on.
fn first_rest(desk: &Desk, rule: Break, from: Step) -> Option<Window> {
    desk.rests(rule).find(|rest| rest.from >= from)
}

/// The standing at `now`, without what makes no difference from then on. Breaks that an idle stretch
/// was long enough for have been held, each as early as it could.
fn at(desk: &Desk, (free, held): Standing, now: Step) -> Standing {
    if free >= now {
        return (free, held);
    }
    let (mut free, mut held) = (free, held);
    while let Some(&rule) = desk.breaks.get(held) {
        match first_rest(desk, rule, free) {
            Some(rest) if rest.until <= now => (free, held) = (rest.until, held + 1),
            // What of the idle stretch it can begin in.
            Some(rest) => return (rest.from.min(now), held),
            None => return (now, held),
        }
    }
    (now, held)
}

/// Whether the other breaks can still be held.
fn can_rest(desk: &Desk, (free, held): Standing) -> bool {
    let mut free = free;
    desk.breaks[held..].iter().all(|&rule| {
        let rest = first_rest(desk, rule, free);
        free = rest.map_or(free, |rest| rest.until);
        rest.is_some()
    })
}

/// As an integer program: each duty on one desk, each break at one time, a desk does one thing at
/// a time.
pub(crate) fn by_program(desks: &[Desk], duties: &[Duty]) -> bool {
    let mut program = variables!();
    let mut uses: Vec<Vec<(Window, Variable)>> = vec![Vec::new(); desks.len()];
    let mut one_of: Vec<Vec<Variable>> = Vec::new();
    for duty in duties {
        let able = (0..desks.len()).filter(|&desk| duty.may(desks, desk));
        one_of.push(add(&mut program, able.map(|desk| (desk, duty.window)), &mut uses));
    }
    // Breaks one after the other: none that begins before the end of the one before it.
    let mut reversed: Vec<(Variable, Variable)> = Vec::new();
    for (desk, own) in desks.iter().enumerate() {
        let mut before: Vec<(Window, Variable)> = Vec::new();
        for &rule in &own.breaks {
            let choices = own.rests(rule).map(|rest| (desk, rest));
            let chosen = add(&mut program, choices, &mut uses);
            let now: Vec<(Window, Variable)> =
                own.rests(rule).zip(chosen.iter().copied()).collect();
            for &(earlier, one) in &before {
                let late = now.iter().filter(|(rest, _)| rest.from < earlier.until);
                reversed.extend(late.map(|&(_, other)| (one, other)));
            }
            one_of.push(chosen);
            before = now;
        }
    }
    if one_of.iter().any(Vec::is_empty) {
        return false;
    }
    let mut model = program.minimise(Expression::from(0)).using(microlp);
    for choice in &one_of {
        model.add_constraint(constraint!(choice.iter().sum::<Expression>() == 1));
    }
    for &(one, other) in &reversed {
        model.add_constraint(constraint!(one + other <= 1));
    }
    for uses in &uses {
        // Whatever overlaps, overlaps at a start.
        for (start, _) in uses {
            let at_once: Vec<Variable> =
                uses.iter().filter(|u| u.0.contains(start.from)).map(|u| u.1).collect();
            if at_once.len() > 1 {
                model.add_constraint(constraint!(at_once.iter().sum::<Expression>() <= 1));
            }
        }
    }
    match model.solve() {
        Ok(solution) => {
            // Not the solver's word, but its assignment.
            let chosen = |variable: &Variable| solution.value(*variable) > 0.5;
            let complete =
                one_of.iter().all(|choice| choice.iter().filter(|v| chosen(v)).count() == 1);
            let clash = uses.iter().any(|uses| {
                let taken: Vec<Window> =
                    uses.iter().filter(|u| chosen(&u.1)).map(|u| u.0).collect();
                taken.iter().enumerate().any(|(i, a)| taken[..i].iter().any(|b| a.overlaps(*b)))
            });
            assert!(complete && !clash, "the solver's assignment is none");
            true
        }
        Err(ResolutionError::Infeasible) => false,
        Err(error) => panic!("{error}"),
    }
}

fn add(
    program: &mut ProblemVariables,
    choices: impl Iterator<Item = (usize, Window)>,
    uses: &mut [Vec<(Window, Variable)>],
) -> Vec<Variable> {
    choices
        .map(|(desk, window)| {
            let chosen = program.add(variable().binary());
            uses[desk].push((window, chosen));
            chosen
        })
        .collect()
}
