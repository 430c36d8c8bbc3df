//! Large-neighbourhood search on one site-day: empties a stretch of one to four clerks' days and
//! rebuilds it, one clerk after the other, accepting by simulated annealing.
//!
//! Shaw 1998 (doi:10.1007/3-540-49481-2_30); Pisinger, Ropke 2007 (doi:10.1016/j.cor.2005.09.012).

mod deal;
mod mend;
mod moves;
mod random;
mod rebuild;
mod state;
mod stretch;

pub(crate) use moves::{Search, View};
pub(crate) use state::{Item, State, Task};
