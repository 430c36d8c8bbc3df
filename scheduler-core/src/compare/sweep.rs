//! Many values of one or two numbers.

use super::options::{CompareError, CompareOptions};
use super::result::Comparison;
use super::run::compare;
use crate::monitor::Monitor;
use crate::scenario::{Edit, Scenario, Variant};

/// A number to turn: that of an edit, such as the count of `add_clerks`, with the values to try.
#[derive(Debug, Clone, PartialEq)]
pub struct Knob {
    /// The edit whose number it is; the number that it has does not count.
    pub edit: Edit,
    /// What the number shall be, at least one.
    pub values: Vec<f64>,
}

/// What became of a scenario for each combination of values.
#[derive(Debug, Clone)]
pub struct Sweep {
    /// The knobs, one or two.
    pub knobs: Vec<Knob>,
    /// For each point the value of each knob; the last knob turns fastest. Point `i` is variant
    /// `i`, and scenario `i + 1`, of the comparison.
    pub points: Vec<Vec<f64>>,
    /// The scenario as it is, and all points.
    pub comparison: Comparison,
}

/// Most points of a sweep.
const MOST_POINTS: usize = 500;

/// Compares `scenario` with itself at every combination of values of one or two `knobs`.
///
/// # Errors
/// As [`compare`], and where there are no or more than two knobs, more than 500 points, or values
/// that an edit cannot take.
pub fn sweep(
    scenario: &Scenario,
    knobs: &[Knob],
    options: &CompareOptions,
    monitor: &dyn Monitor,
) -> Result<Sweep, CompareError> {
    let points = points(knobs).map_err(CompareError::Knobs)?;
    let variants: Vec<Variant> = points
        .iter()
        .map(|values| variant(knobs, values))
        .collect::<Result<_, String>>()
        .map_err(CompareError::Knobs)?;
    let comparison = compare(scenario, &variants, options, monitor)?;
    Ok(Sweep { knobs: knobs.to_vec(), points, comparison })
}

fn points(knobs: &[Knob]) -> Result<Vec<Vec<f64>>, String> {
    if !(1..=2).contains(&knobs.len()) {
        return Err(format!("a sweep turns one or two knobs, not {}", knobs.len()));
    }
    let count: usize = knobs.iter().map(|knob| knob.values.len()).product();
    if !(1..=MOST_POINTS).contains(&count) {
        return Err(format!(
            "the knobs have {count} combinations of values; there must be 1 to {MOST_POINTS}"
        ));
    }
    let mut points = vec![Vec::new()];
    for knob in knobs {
        let longer = |point: &Vec<f64>| {
            let values = knob.values.iter();
            values.map(|&value| [point.as_slice(), &[value]].concat()).collect::<Vec<_>>()
        };
        points = points.iter().flat_map(longer).collect();
    }
    Ok(points)
}

fn variant(knobs: &[Knob], values: &[f64]) -> Result<Variant, String> {
    let turned = knobs.iter().zip(values).map(|(knob, &value)| {
        let word = knob.edit.word();
        let edit = knob.edit.clone().with(value);
        edit.ok_or_else(|| format!("{word} cannot be turned to {value}"))
    });
    let edits = turned.collect::<Result<Vec<Edit>, String>>()?;
    let names: Vec<String> =
        edits.iter().zip(values).map(|(edit, value)| format!("{} {value}", edit.word())).collect();
    Ok(Variant { name: names.join(", "), notes: None, edits })
}
