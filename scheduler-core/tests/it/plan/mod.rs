//! Plans: valid, good, repeatable, stopped at any moment, or proven not to exist.

mod against_enumeration;
mod blocks;
mod clock_change;
mod conflict;
mod exact;
mod half_full;
mod laws;
mod prices;
mod promises;
mod repeatable;
mod start;
mod stop;
mod validity;
