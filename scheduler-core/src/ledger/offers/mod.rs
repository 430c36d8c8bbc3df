//! Which of all bookable starts to show.
//!
//! [`offers`] answers a search: of all starts in the window that some assignment allows and that are
//! released to the channel, the few worth showing. A start's rank is its *cost*, what it takes from
//! the demand that is still expected, plus what the citizen's [`Wishes`] it does not meet are worth,
//! plus a penalty for lying near a start that is in the list already: five starts in a row are no
//! choice. All are in one unit, minutes weighted by value. An empty answer says why, and what the
//! next bookable start is.
//!
//! ```
//! use chrono::DateTime;
//! use scheduler_core::ledger::{BasketItem, Book, Ledger, Limits, Snapshot, Visit};
//! use scheduler_core::ledger::offers::{Query, Why, offers};
//! use scheduler_core::problem::Problem;
//! use scheduler_core::scenario::Scenario;
//!
//! // Time for three visits of 45 minutes, if they do not waste it.
//! let scenario = Scenario::from_json(br#"{
//!     "schema": "scenario/1", "time_zone": "Europe/Berlin", "grid_minutes": 15,
//!     "horizon": { "from": "2027-03-01", "until": "2027-03-01" },
//!     "sites": [{ "id": "hall", "open": [{ "from": "08:00", "until": "10:15" }] }],
//!     "rooms": [{ "id": "r1", "site": "hall", "equipment": [] }],
//!     "services": [{ "id": "advice", "minutes": 45, "extra_person_minutes": 0,
//!         "max_persons": 1, "skills": [], "equipment": [], "value": 1 }],
//!     "staff": [{ "id": "kim", "skills": [],
//!         "shifts": [{ "site": "hall", "from": "08:00", "until": "10:15" }] }],
//!     "demand": [{ "id": "d", "service": "advice", "sites": ["hall"],
//!         "from": "08:00", "until": "10:15", "mean": 5 }]
//! }"#)?;
//! let problem = std::sync::Arc::new(Problem::new(&scenario)?);
//! let ledger = Ledger::new(&problem, 0, &[], Limits::default())?;
//! let book = Book { problem, snapshots: vec![Snapshot::new(ledger, 0).into()] };
//!
//! let basket = [BasketItem { service: 0, persons: 1 }];
//! let visit = Visit::new(&book.problem, &basket).map_err(|errors| errors[0].clone())?;
//! let now = DateTime::parse_from_rfc3339("2027-02-01T12:00:00+01:00")?;
//! let mut query = Query::new((&basket, &visit), &[0], 0..1, now);
//! query.limit = 3;
//! let answer = offers(&book, &query)?;
//! assert_eq!(answer.bookable, Some(7));
//! let mut clocks: Vec<String> = answer
//!     .offers
//!     .iter()
//!     .map(|offer| book.problem.grid.clock(offer.window.from).to_string())
//!     .collect();
//! clocks.sort();
//! assert_eq!(clocks, ["08:00", "08:45", "09:30"]);
//! assert!(answer.offers[0].why.contains(&Why::LeastCost));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod calendar;
mod demand_model;
mod found;
mod opportunity_cost;
mod prices;
mod query;
mod reasons;
mod release;
mod search;
mod site_day_candidates;
mod slot_rewards;
mod stay_cost;

pub use calendar::{DateOffers, InOrder, Position, calendar, in_order};
pub use query::{Obstacle, Offer, Offers, Query, QueryError, Reason, Why, Wishes};
pub use release::{NotReleased, released};
pub use search::offers;

pub(super) use demand_model::DemandModel;
pub(super) use found::Found;
pub(super) use opportunity_cost::OpportunityCosts;
pub(super) use prices::DayPrices;
