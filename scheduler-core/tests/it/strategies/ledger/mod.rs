//! What a ledger should answer, worked out another way.
#![allow(unused_imports, reason = "each test file uses its own part")]

mod blocks;
mod day;
pub(crate) mod desks;
pub(crate) mod enrich;
pub(crate) mod hall;
mod machine;
mod shelf;
pub(crate) mod sweep;
mod witness;

pub(crate) use blocks::random_blocks;
pub(crate) use day::{Day, Task};
pub(crate) use machine::{Action, LIMITS, Machine, Numbers, action};
pub(crate) use shelf::Shelf;
pub(crate) use witness::faults;
