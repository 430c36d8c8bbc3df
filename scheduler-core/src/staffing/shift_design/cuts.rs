//! What the linear program does not know: a pair that is used a little is used.
//!
//! Take two steps a and b. Whoever is there in b but not in a works in a shift that has b and not a.
//! So with r people required, missing(b) + surplus(a) + Σ people ≥ r(b) − r(a) = Δ over these shifts:
//! who misses nobody in b and has nobody too many in a needs Δ people more. A pair used once is enough
//! for the right side, so instead of the people of some of the shifts `min(Δ, most) · used` may stand:
//! a flow cover inequality (M. Padberg, T. Van Roy and L. Wolsey, "Valid linear inequalities for
//! fixed charge problems", 1985, doi:10.1287/opre.33.4.842). Without a, Δ is r(b).

use super::model::Model;
use super::program::Program;
use crate::staffing::simplex::{Sense, Sparse};

/// An inequality that does not hold: Σ entries ≥ right.
#[derive(Debug)]
pub(super) struct Cut {
    entries: Sparse,
    right: f64,
    score: f64,
}

/// The shifts that have each step.
#[derive(Debug)]
pub(super) struct Cutter {
    /// Pair and day, in order of the distance of their starts before the step.
    covering: Vec<Vec<(u32, u32)>>,
    /// How far apart two steps may be.
    reach: usize,
}

/// A cut is short of its right side by at least this share.
const WORTH: f64 = 2e-3;

impl Cutter {
    pub(super) fn new(model: &Model) -> Self {
        let mut covering = vec![Vec::new(); model.horizon];
        for (pair, kind) in model.types.iter().enumerate() {
            for day in 0..model.days {
                let first = model.first(pair, day);
                for step in first..first + kind.length {
                    covering[step % model.horizon].push((pair as u32, day as u32));
                }
            }
        }
        let longest = model.types.iter().map(|kind| kind.length).max().unwrap_or(1);
        Self { covering, reach: longest.min((model.horizon - 1) / 2) }
    }

    pub(super) fn reach(&self) -> usize {
        self.reach
    }

    /// The `most` most violated inequalities.
    pub(super) fn cuts(
        &self,
        model: &Model,
        program: &Program,
        values: &[f64],
        most: usize,
    ) -> Vec<Cut> {
        let mut found = Vec::new();
        // Shifts that can matter for a step: with their value in the program.
        let mut here: Vec<Part> = Vec::new();
        for b in 0..model.horizon {
            here.clear();
            here.extend(self.covering[b].iter().map(|&(pair, day)| {
                let (pair, day) = (pair as usize, day as usize);
                let shift = model.shift(pair, day);
                let ahead =
                    (b + model.horizon - model.first(pair, day) % model.horizon) % model.horizon;
                Part {
                    used: pair as u32,
                    people: (program.people + shift) as u32,
                    most: program.most[shift],
                    before: ahead,
                    behind: model.types[pair].length - 1 - ahead,
                }
            }));
            let missing = values[program.missing + b];
            for ahead in 0..=self.reach {
                for later in [false, true] {
                    if ahead == 0 && later {
                        continue;
                    }
                    let a = if later { b + ahead } else { b + model.horizon - ahead };
                    let a = a % model.horizon;
                    let (rise, surplus) = if ahead == 0 {
                        (model.required[b], None)
                    } else {
                        (model.required[b] - model.required[a], Some(program.surplus + a))
                    };
                    if rise <= 0 {
                        continue;
                    }
                    let rise = rise as f64;
                    let so_far = missing + surplus.map_or(0.0, |at| values[at]);
                    let allowed = rise * (1.0 - WORTH);
                    let inside = |part: &Part| {
                        ahead == 0 || if later { part.behind < ahead } else { part.before < ahead }
                    };
                    if let Some(lack) = lack(&here, inside, values, rise, so_far, allowed) {
                        let cut =
                            cut(&here, inside, values, rise, lack, (program.missing + b, surplus));
                        found.push(cut);
                    }
                }
            }
        }
        found.sort_by(|one, other| other.score.total_cmp(&one.score));
        found.truncate(most);
        found
    }

    /// Shifts with people whose pair is not used: people ≤ most · used.
    pub(super) fn links(&self, model: &Model, program: &Program, values: &[f64]) -> Vec<Cut> {
        let mut found = Vec::new();
        for pair in 0..model.types.len() {
            for day in 0..model.days {
                let shift = model.shift(pair, day);
                let people = program.people + shift;
                let excess = values[people] - program.most[shift] * values[pair];
                if excess > 1e-5 {
                    let entries = vec![(people as u32, -1.0), (pair as u32, program.most[shift])];
                    found.push(Cut { entries, right: 0.0, score: excess });
                }
            }
        }
        found
    }
}

/// A shift in an inequality.
#[derive(Debug, Clone, Copy)]
struct Part {
    used: u32,
    people: u32,
    most: f64,
    /// Steps of the shift before the step looked at, and behind it.
    before: usize,
    behind: usize,
}

/// By how much the inequality is violated, if it is by enough.
fn lack(
    here: &[Part],
    inside: impl Fn(&Part) -> bool,
    values: &[f64],
    rise: f64,
    mut so_far: f64,
    allowed: f64,
) -> Option<f64> {
    for part in here {
        if so_far >= allowed {
            return None;
        }
        let people = values[part.people as usize];
        if people > 0.0 && inside(part) {
            so_far += people.min(part.most.min(rise) * values[part.used as usize]);
        }
    }
    (so_far < allowed).then_some(rise - so_far)
}

fn cut(
    here: &[Part],
    inside: impl Fn(&Part) -> bool,
    values: &[f64],
    rise: f64,
    lack: f64,
    (missing, surplus): (usize, Option<usize>),
) -> Cut {
    let mut entries: Sparse = vec![(missing as u32, 1.0)];
    entries.extend(surplus.map(|at| (at as u32, 1.0)));
    let mut used: Vec<(u32, f64)> = Vec::new();
    for part in here.iter().filter(|part| inside(part)) {
        let most = part.most.min(rise);
        if most == 0.0 {
            continue;
        }
        let (people, share) = (values[part.people as usize], values[part.used as usize]);
        if people < most * share || (people == 0.0 && share == 0.0 && most < rise) {
            entries.push((part.people, 1.0));
        } else {
            used.push((part.used, most));
        }
    }
    // A pair of which two days have the step.
    used.sort_unstable_by_key(|(pair, _)| *pair);
    for (pair, most) in used {
        match entries.last_mut() {
            Some((last, sum)) if *last == pair => *sum += most,
            _ => entries.push((pair, most)),
        }
    }
    let size = entries.iter().map(|(_, value)| value * value).sum::<f64>().sqrt();
    Cut { entries, right: rise, score: lack / size }
}

impl Cut {
    /// Adds it to the program.
    pub(super) fn add(self, program: &mut Program) {
        // Numbers of the size of 1 are kinder to the method.
        let scale = 1.0 / self.right.max(1.0);
        let entries = self.entries.into_iter().map(|(at, value)| (at, value * scale)).collect();
        program.lp.row(entries, Sense::AtLeast, self.right * scale);
    }
}
