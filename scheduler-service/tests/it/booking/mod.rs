//! The booking domain, on both databases.

mod events;
mod expiry;
mod flow;
mod guard;
mod horizon;
mod idempotency;
mod import;
mod outage;
mod parallel;
mod release;
mod reminders;
mod replace;
mod reschedule;
mod seating;
mod start;
mod tidy;
mod turns;
mod values;
mod waitlist;
