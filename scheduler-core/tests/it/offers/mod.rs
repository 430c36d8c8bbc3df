//! Searches for bookable starts: complete, sound, ranked, and explained where they find nothing.

mod answers;
mod laws;
mod office;
mod ranking;
mod release;
mod stays;
