//! What a ledger should answer, worked out another way.

pub(crate) mod day;
pub(crate) mod desks;
pub(crate) mod sweep;
