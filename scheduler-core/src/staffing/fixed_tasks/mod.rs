//! The fewest workers that can do tasks at fixed times.
//!
//! A day's appointments are given; who keeps them is not. [`solve`] finds an assignment with few
//! workers and a bound that no assignment can beat; where the two meet, it is proven that one worker
//! less is not enough. Each task has a begin and an end, each worker a list of tasks that they may
//! do and breaks that must fit beside them.
//!
//! ```
//! use scheduler_core::monitor::WallClock;
//! use scheduler_core::staffing::fixed_tasks::{FixedTasks, Options, Span, Worker, solve};
//!
//! let tasks = vec![Span::new(0, 30), Span::new(30, 60), Span::new(20, 50)];
//! let may_do = [vec![0, 1], vec![1, 2], vec![0, 2]];
//! let workers = may_do.map(|may_do| Worker { may_do, breaks: Vec::new() }).to_vec();
//! let found = solve(&FixedTasks { tasks, workers }, &Options::default(), &WallClock::start())?;
//! assert!(found.is_proven());
//! assert_eq!(found.assignment.map(|assignment| assignment.workers), Some(2));
//! # Ok::<(), scheduler_core::staffing::fixed_tasks::Faults>(())
//! ```

mod assignment;
mod bound;
mod chain;
mod fit;
mod instance;
mod model;
mod prices;
mod random;
mod search;
mod solve;

pub use model::{Break, Fault, Faults, FixedTasks, Span, Worker};
pub use solve::{Assigned, Ended, Options, Outcome, solve};
