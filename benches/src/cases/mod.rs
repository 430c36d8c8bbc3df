//! Cases with known answers: a file of queues, appointment sessions, office days, booking weeks and
//! schedules, each with its parameters and the figures expected of it.
//!
//! [`Case`] is one of them, [`formula`] computes its figures exactly, and [`compare`] puts expected
//! and found side by side. A figure is known by the path to it inside `expected`, parts joined by
//! dots: `P_W_gt.5`, `optimum.x.0`, `EW_by_customer.3`.

mod case;
mod compare;
pub mod formula;
pub mod simulated;

pub use case::{Case, CaseFile, Params};
pub use compare::{Row, Simulated, Verdict, compare, expected};

use std::collections::BTreeMap;

use thiserror::Error;

/// Figures found by formula, by name.
pub type Figures = BTreeMap<String, f64>;

/// Figures found by simulation, by name.
pub type SimulatedFigures = BTreeMap<String, Simulated>;

/// Why a method has no answer to a case.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Unanswered {
    /// The method does not cover such cases.
    #[error("{0}")]
    Unsupported(String),
    /// A parameter is missing or has another form.
    #[error("parameter {0}")]
    Parameter(String),
    /// The model has parameters that the method does not know: its figures would be those of another
    /// model.
    #[error("unknown parameters: {0}")]
    Unknown(String),
    /// The computation refuses the parameters.
    #[error("{0}")]
    Refused(String),
}

/// Puts the numbers of `value` into `figures` under the paths to them, which begin with `path`.
/// Truth counts as 1 and 0; whatever else is there is no figure.
pub fn flatten(path: &str, value: &serde_json::Value, figures: &mut Figures) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        serde_json::Value::Number(number) => {
            figures.insert(path.to_owned(), number.as_f64().unwrap_or(f64::NAN));
        }
        serde_json::Value::Bool(truth) => {
            figures.insert(path.to_owned(), f64::from(u8::from(*truth)));
        }
        serde_json::Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                flatten(&below(&index.to_string()), item, figures);
            }
        }
        serde_json::Value::Object(members) => {
            for (key, member) in members {
                flatten(&below(key), member, figures);
            }
        }
        serde_json::Value::Null | serde_json::Value::String(_) => {}
    }
}
