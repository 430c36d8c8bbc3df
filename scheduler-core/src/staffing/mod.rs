//! Which people on which shifts keep the promise to citizens: the least staff of a scenario, proven.
//!
//! [`staff()`] answers with a roster, what it costs, the figure of each target with its interval, and a
//! bound on the cost of *any* roster; [`Certificate`] carries what of that can be checked without the
//! search.
//!
//! - **An integer program** over how many people work which shift: template, weekday, begin and length.
//!   Its rows are necessities: each holds for every roster that reaches the targets, whatever the plan
//!   and whatever chance does, so that its optimum bounds the cost of all. No concavity is assumed and
//!   nothing is sampled for them.
//! - **Simulation in the loop**: what the program asks for is planned quickly and simulated, with the
//!   same random numbers for all; where people wait too long or find no appointment, more is asked for
//!   there (after Atlason, Epelman and Henderson 2004, doi:10.1023/B:ANOR.0000019095.91642.bb, whose
//!   cuts rest on concavity and therefore prove nothing here); then shifts are taken away, shortened and
//!   moved while the targets stay reached.
//! - **A test on random numbers that the search has not seen**, with a level that is shared out among
//!   all rosters that are put to it and all looks at them ([`Looks`]): a roster that misses a target
//!   passes in at most 1 − confidence of cases, whatever the search does.
//!
//! [`fixed_tasks`] answers for any tasks at fixed times, [`for_plan`] for the appointments of a plan.
//! [`shift_design`] covers a curve of heads with few kinds of shifts, [`day_shifts`] staffs a day of one
//! queue exactly.

mod answer;
mod bound;
mod case;
mod certificate;
pub mod day_shifts;
pub mod fixed_tasks;
pub mod for_plan;
mod goal;
mod judge;
mod offer;
mod options;
mod phrase;
mod roster;
mod run;
mod search;
pub mod shift_design;
mod simplex;

pub use answer::{
    Answer, Curve, CurvePoint, Figure, Found, FoundPerson, FrontPoint, Looseness, NextClerk,
    Obstacle, Verdict,
};
pub use case::validate;
pub use certificate::check::{CertificateError, Checked, check};
pub use certificate::{Certificate, CutRecord, FigureRecord, RosterRecord, ShiftRecord};
pub use goal::Goal;
pub use judge::{Looks, Standing, standing};
pub use offer::{Column, Offer};
pub use options::{StaffError, StaffOptions};
pub use phrase::{PhraseError, target};
pub use roster::{Person, Roster};
pub use run::staff;
