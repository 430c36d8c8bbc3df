//! Scenarios as workbooks and CSV.

mod bombs;
mod generated;
mod made;
mod mistakes;
mod round_trip;
mod words;
