//! Prices for everything that clerks share, and the bound that they prove.

mod arc_gains;
mod by_stay;
mod by_task;
mod clerk_day;
mod consensus;
mod dual;
mod pools;
mod price_step;
mod site_day_dual;

pub(super) use arc_gains::{ArcGains, PriceLayout};
pub(super) use clerk_day::{PathScratch, longest_path};
pub(super) use consensus::{CROWDED, Consensus, DayPath, Doing};
pub(super) use dual::Dual;
pub(super) use pools::Pools;
