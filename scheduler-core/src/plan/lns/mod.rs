//! Large-neighbourhood search on one site-day: empties a stretch of one to four clerks' days and
//! rebuilds it, one clerk after the other, accepting by simulated annealing.
//!
//! Shaw 1998 (doi:10.1007/3-540-49481-2_30); Pisinger, Ropke 2007 (doi:10.1016/j.cor.2005.09.012).

mod anneal;
mod assign_duties;
mod construct;
mod destroy;
mod feasibility_repair;
mod neighbourhood;
mod parameters;
mod paths;
mod random;
mod recreate;
mod search;
mod seated;
mod seating;
mod shared_pools;
mod start;
mod state;
mod stretch;

pub(super) use parameters::Parameters;
pub(super) use search::{SiteDaySearch, Workspace};
pub(super) use seated::Pricing;
pub(super) use shared_pools::SharedPools;
pub(super) use state::{Item, NO_KIND, State, Task};
