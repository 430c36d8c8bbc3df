//! Searches for bookable starts: complete, sound, ranked, and explained where they find nothing.

mod answers;
mod calendar;
mod laws;
mod office;
mod ranking;
mod release;
mod stays;
