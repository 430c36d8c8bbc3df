//! Prices for everything that clerks share, and the bound that they prove.

mod clerk_day;
mod dual;
mod pools;
mod price_step;
mod site_day_dual;

pub(super) use clerk_day::{ArcGains, PathScratch, PriceLayout, longest_path};
pub(super) use dual::Dual;
pub(super) use pools::Pools;
