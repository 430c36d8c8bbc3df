//! Who waits for a start, and to whom a start is offered that becomes free.
//!
//! A [`Wish`] is a visit that somebody would like to have, with the times at which they could come. A
//! [`FreeStart`] is a time at a site that somebody gave back. Each start is offered to one wish at a time,
//! as a hold that ends: who declines, or does not answer until then, makes room for the next.
//!
//! Whom a start is offered to is decided for all free starts at once ([`choose`]): a matching of the
//! greatest sum of weights. The weight of a pair is what the visit is worth there, less what ordinary
//! bookings would make of the time. First come first served ([`Policy`]) gives three quarters of an hour
//! to a visit of ten minutes, and to somebody who could as well come at another free time the only one
//! that somebody else can.
//!
//! **Who waits behind whom**: of two wishes that weigh the same for a start the earlier one goes first,
//! and each day of waiting adds a share of the wish's worth ([`Rules::patience`]), without an end. So
//! whoever waits passes all later equals, and in the end also those that are worth more.
//!
//! [`stream::run`] is a waitlist in operation, for simulations and benches; [`hindsight`] bounds what any
//! policy could have got out of the same stream.
//!
//! ```
//! use scheduler_core::waitlist::{FreeStart, Offer, Rules, Window, Wish, choose};
//!
//! // Two people wait; one of them can come at nine only.
//! let any_time = Wish {
//!     asked: 0, until: 10_000, sites: vec![0], windows: vec![Window { from: 0, until: 10_000 }],
//!     minutes: 15, worth: 15.0,
//! };
//! let at_nine = Wish { asked: 5, windows: vec![Window { from: 540, until: 600 }], ..any_time.clone() };
//! let nine = FreeStart { site: 0, begins: 540, minutes: 15, price: 0.0, returned: 100 };
//! let ten = FreeStart { begins: 600, ..nine.clone() };
//! let offers = choose(
//!     100, &[(0, &nine), (1, &ten)], &[(0, &any_time), (1, &at_nine)], &Rules::default(),
//!     |_, _| true,
//! );
//! assert_eq!(offers, [Offer { start: 0, wish: 1 }, Offer { start: 1, wish: 0 }]);
//! ```

mod choice;
pub mod hindsight;
mod matching;
pub mod stream;
mod wish;

pub use choice::{Offer, Policy, Rules, choose};
pub use matching::{Matching, Pair, heaviest};
pub use wish::{FreeStart, Minute, Window, Wish};
