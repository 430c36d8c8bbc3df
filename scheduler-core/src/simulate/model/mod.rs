//! One site on one day, ready for the event loop: who may come, who serves, and in which order.
//!
//! Times of day are milliseconds since local midnight. Nothing in here is random: the model says
//! what the chances are, [`super::random::Draws`] says how they fall.
//!
//! ```
//! use std::sync::Arc;
//! use scheduler_core::simulate::model::{
//!     ArrivalSegment, BreakRule, CallPolicy, Channel, Clerk, CustomerKind, DayModel, Lateness, MINUTE,
//!     QueueSet,
//! };
//! use scheduler_core::simulate::sample::Quantiles;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let walk_in = CustomerKind {
//!     channel: Channel::WalkIn,
//!     service: 0,
//!     queue: 0,
//!     entity: 0,
//!     duration: Arc::new(Quantiles::exponential(f64::from(8 * MINUTE))?),
//!     patience: None,
//!     priority: 0,
//! };
//! let (opens, closes) = (8 * 60 * MINUTE, 12 * 60 * MINUTE);
//! let clerk = Clerk { queues: QueueSet::of([0]), shifts: vec![(opens, closes)], ..Clerk::default() };
//! let model = DayModel {
//!     opens,
//!     closes,
//!     ticket_stop: closes,
//!     ticket_cap: None,
//!     waiting_limit: Some(10),
//!     kinds: vec![walk_in],
//!     clerks: vec![clerk.clone(), clerk],
//!     rooms: Vec::new(),
//!     appointments: Vec::new(),
//!     walk_ins: vec![ArrivalSegment { from: opens, until: closes, per_hour: 12.0, mix: vec![(0, 1.0)] }],
//!     lateness: Lateness::default(),
//!     policy: CallPolicy::FirstCome,
//!     break_rule: BreakRule::Wait,
//!     shared_breaks: Vec::new(),
//! };
//! model.check()?;
//! # Ok(())
//! # }
//! ```

mod check;

use std::sync::Arc;

use super::sample::Quantiles;
use crate::words;

pub use check::ModelError;

/// Milliseconds since local midnight, or a length in milliseconds.
pub type Millis = u32;

/// A minute in [`Millis`].
pub const MINUTE: Millis = 60_000;

/// One site on one day.
#[derive(Debug, Clone)]
pub struct DayModel {
    /// When the doors open. Nobody is served before; a wait counts from the arrival all the same.
    pub opens: Millis,
    /// When the doors close. Overtime counts from here; whoever is inside is served.
    pub closes: Millis,
    /// No walk-in gets a ticket from here on; at most `closes`.
    pub ticket_stop: Millis,
    /// Walk-in tickets of the day.
    pub ticket_cap: Option<u32>,
    /// A walk-in that would have to wait and finds so many walk-ins waiting leaves.
    pub waiting_limit: Option<u32>,
    /// Kinds of customer, which [`Booking::kind`] and [`ArrivalSegment::mix`] refer to.
    pub kinds: Vec<CustomerKind>,
    /// Who serves. Their order has no influence on the day.
    pub clerks: Vec<Clerk>,
    /// Rooms in groups of interchangeable ones. Empty: rooms never bind.
    pub rooms: Vec<RoomKind>,
    /// The book of the day in order of time; [`super::service_day::Today`] can replace it.
    pub appointments: Vec<Booking>,
    /// Rates of walk-in arrivals, piecewise constant, in order, disjoint.
    pub walk_ins: Vec<ArrivalSegment>,
    /// How much earlier or later than booked people come.
    pub lateness: Lateness,
    /// Who is called next.
    pub policy: CallPolicy,
    /// What happens to a break that is due while its clerk serves.
    pub break_rule: BreakRule,
    /// Breaks that belong to nobody yet: the next clerk who is free takes one, before any customer.
    /// Under [`BreakRule::Ignore`] they end when they were to end, else they have their full length;
    /// nobody is interrupted for them.
    pub shared_breaks: Vec<DayBreak>,
}

/// What customers of one service and channel have in common.
#[derive(Debug, Clone)]
pub struct CustomerKind {
    /// Whether they have an appointment.
    pub channel: Channel,
    /// The caller's index of the service, reported back.
    pub service: u32,
    /// Kinds with the same number need the same clerks and rooms; below [`QueueSet::MOST`].
    pub queue: u32,
    /// Key of this kind's random numbers. The same key in another model of the same site and day
    /// gives the same walk-ins, whatever else differs; distinct among the kinds of walk-ins.
    pub entity: u32,
    /// Service time.
    pub duration: Arc<Quantiles>,
    /// How long somebody waits before leaving; `None`: for ever.
    pub patience: Option<Arc<Quantiles>>,
    /// Smaller is called first, where the policy looks at it.
    pub priority: u8,
}

words! {
    /// How a customer came to be here; both in the order in which results list them.
    pub enum Channel as "CustomerChannel": "a channel" {
        /// With an appointment.
        Appointment = "appointment",
        /// Without.
        WalkIn = "walk_in",
    }
}

/// A set of queues.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct QueueSet(pub u128);

impl QueueSet {
    /// Queues are numbered from 0 up to but not including this.
    pub const MOST: u32 = 128;

    /// Every queue.
    pub const ALL: Self = Self(u128::MAX);

    /// The set of these queues; numbers from [`Self::MOST`] on are left out.
    pub fn of(queues: impl IntoIterator<Item = u32>) -> Self {
        Self(queues.into_iter().filter(|&q| q < Self::MOST).fold(0, |set, q| set | 1 << q))
    }

    /// Whether `queue` is in the set.
    pub fn contains(self, queue: u32) -> bool {
        queue < Self::MOST && self.0 >> queue & 1 == 1
    }
}

/// Somebody who serves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Clerk {
    /// Whom the clerk can serve.
    pub queues: QueueSet,
    /// When the clerk is there: `[start, end)`, in order, disjoint.
    pub shifts: Vec<(Millis, Millis)>,
    /// Breaks in order of time.
    pub breaks: Vec<DayBreak>,
    /// Walk-in blocks `[start, end)`, in order, disjoint; for [`CallPolicy::WalkInDesks`].
    pub desk: Vec<(Millis, Millis)>,
    /// When the clerk sits in a room of which kind, in order, disjoint. Meanwhile the room is the
    /// clerk's, busy or not, and the clerk serves nobody who needs another. At all other times
    /// the clerk takes a room that is free, as does one who finds the own occupied.
    pub seats: Vec<Seat>,
}

/// A clerk in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seat {
    /// From when.
    pub from: Millis,
    /// Until when.
    pub until: Millis,
    /// Index into [`DayModel::rooms`].
    pub room: u32,
}

/// A break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DayBreak {
    /// When it is due.
    pub at: Millis,
    /// How long it is.
    pub length: Millis,
}

/// Rooms in which the same queues can be served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RoomKind {
    /// How many of them; [`Self::NONE_NEEDED`] for those who need no room.
    pub count: u32,
    /// Who can be served there.
    pub queues: QueueSet,
}

impl RoomKind {
    /// Rooms of customers who need none: they are served wherever the clerk is.
    pub const NONE_NEEDED: u32 = u32::MAX;
}

/// An appointment in the book.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Booking {
    /// The time that was booked.
    pub at: Millis,
    /// Index of the kind.
    pub kind: u32,
    /// Probability that the customer comes, `0.0..=1.0`.
    pub show: f32,
    /// Key of the customer's random numbers.
    pub entity: u32,
}

/// Walk-ins who arrive as a Poisson process of constant rate.
#[derive(Debug, Clone, PartialEq)]
pub struct ArrivalSegment {
    /// From when.
    pub from: Millis,
    /// Until when.
    pub until: Millis,
    /// Arrivals an hour of all kinds together.
    pub per_hour: f64,
    /// Kinds and their shares, which are positive; the rate is divided in their proportion.
    pub mix: Vec<(u32, f64)>,
}

/// How much later than booked people come.
#[derive(Debug, Clone, Default)]
pub struct Lateness {
    /// Arrival minus booked time, negative for early; `None`: on the dot.
    pub table: Option<Arc<Quantiles>>,
    /// Nobody counts as arrived before this: whoever comes earlier is taken to come now.
    pub not_before: Millis,
}

/// Who is called next. Whatever the policy, a clerk calls only whom she can serve and a room is
/// free for; among equals the one who came first is called first. Only [`Self::Protected`] lets a
/// clerk idle while somebody waits whom she could serve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CallPolicy {
    /// Appointments before walk-ins, then [`CustomerKind::priority`], then by arrival.
    AppointmentsFirst,
    /// By arrival.
    FirstCome,
    /// By booked time, or by arrival for walk-ins and for whom comes later than booked by more
    /// than `grace`.
    ByAppointmentTime {
        /// How late one may come without losing one's place.
        grace: Millis,
    },
    /// By [`CustomerKind::priority`]; then appointments whose time has come, by booked time; then walk-ins
    /// by arrival; then appointments whose time has not come. This is the rule of the `ZMS`
    /// (eappointment) of Berlin and Munich.
    DuePriority,
    /// As [`Self::AppointmentsFirst`], but no walk-in is called who would delay an appointment:
    /// if, with all services of mean length, some appointment that is to come before the walk-in's
    /// service ends would then find no clerk.
    Protected,
    /// As [`Self::AppointmentsFirst`], but a clerk inside a walk-in block ([`Clerk::desk`]) calls
    /// walk-ins before appointments.
    WalkInDesks,
}

/// What happens to a break that is due while its clerk serves, in the words of Arena.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BreakRule {
    /// It starts when the customer has left, and has its full length.
    #[default]
    Wait,
    /// It starts when the customer has left, and ends when it was to end.
    Ignore,
    /// It starts at once; the customer waits at the desk and is served on after it.
    Preempt,
}
