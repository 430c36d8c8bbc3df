//! What a history of visits says of an office, and how sure that is.
//!
//! A [`Learner`] is given one [`Visit`] after the other, in any order, and keeps counts and sums
//! only. What it [finds](Learned) are estimates with 90 % intervals, what the history cannot tell
//! and why, and draws of all of it together for simulation.
//!
//! Clerks are counted and never compared, and nothing about speed rests on fewer than
//! [five](LEAST_CLERKS) of them.
//!
//! ```
//! use scheduler_core::learn::{LearnOptions, Learner, PlannedService, synthetic};
//!
//! let truth = synthetic::Truth::default();
//! let mut learner = Learner::new(truth.sites.len(), &truth.planned());
//! synthetic::history(&truth, 7, |visit| learner.add(&visit));
//! let learned = learner.finish(&LearnOptions::default());
//! let monday = &learned.walk_ins[0].weekdays[0];
//! assert!(monday.per_day.low < monday.per_day.value);
//! ```

mod adopt;
mod arrivals;
mod bookings;
mod drift;
mod durations;
mod estimate;
mod learned;
mod learner;
mod math;
mod no_shows;
mod options;
mod people;
pub mod synthetic;
mod visit;

pub use adopt::{Adopted, LeftOut, adopt};
pub use arrivals::{
    HALF_HOURS, HalfHourRate, SiteArrivals, SpecialDays, SpecialKind, WeekdayArrivals,
};
pub use bookings::{Bookings, Cancellations, Leads, Wanted};
pub use drift::{Drift, Figure, Verdict, drift};
pub use durations::{DurationShape, LEAST_CLERKS, PersonsDuration, ServiceDurations, Withheld};
pub use estimate::Estimate;
pub use learned::{Draw, Learned, Unknown};
pub use learner::Learner;
pub use no_shows::{LEAD_BUCKETS, LeadShare, NoShows, ServiceShare, Trial};
pub use options::LearnOptions;
pub use people::{Lateness, Patience};
pub use visit::{DAY, MINUTE, Outcome, PlannedService, Visit, WallMillis, weekday};
