//! The weeks in which the book fills: requests meet the slots of a plan, day after day.
//!
//! People ask at any hour of any day (a Poisson process for each entry of demand), want to go some
//! days later, perhaps at a certain time, and take the first free slot from then on that suits;
//! where there is none, the last free slot before; where there is none at all, the request is
//! without an offer. Some give their slot back, and it can be booked again. Some do not come, more
//! of them the longer ago they booked.
//!
//! In place of the slots they may have every start that the ledger can keep: [`BookingBy`].
//!
//! ```
//! # use scheduler_core::monitor::WallClock;
//! # use scheduler_core::plan::{Budget, Options, plan};
//! # use scheduler_core::problem::Problem;
//! # use scheduler_core::scenario::Scenario;
//! use scheduler_core::simulate::booking::{BookingBy, BookingDay, BookingModel, BookingRun};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let json = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/counter.json"));
//! # let scenario = Scenario::from_json(json.as_bytes())?;
//! # let problem = Problem::new(&scenario)?;
//! # let planning = Options { budget: Budget::Steps(200), ..Options::default() };
//! # let plan = plan(&problem, &planning, &WallClock::start())?.plan;
//! let model = BookingModel::of_plan(&problem, &plan, BookingBy::Slots)?;
//! let (mut run, mut today) = (BookingRun::new(&model, 1, 0, 0), BookingDay::default());
//! let mut booked = 0.0;
//! for _ in 0..28 {
//!     run.book_day(&mut today);
//!     booked += today.places[0].bookings;
//! }
//! assert!(booked > 0.0);
//! # Ok(())
//! # }
//! ```

mod book;
mod calendar;
mod cancellations;
mod chain;
mod choice;
mod days;
mod from_plan;
mod ledgers;
mod placement;
mod poisson;
mod release;
mod requests;
mod ring;
mod run;
mod supply;
#[cfg(test)]
mod tests;
mod waitlist;
mod wanted;

pub use chain::{LeadTimes, lead_times};
pub use from_plan::{BookingBy, BookingError, Repeat};
pub use requests::{Behaviour, Stream, Wish};
pub use run::{BookingDay, BookingFigures, BookingRun};
pub use supply::{Supply, SupplySlot};
pub use waitlist::{WaitlistBehaviour, WaitlistFigures};

use ledgers::Templates;
use placement::{BookEntry, Placement};
use poisson::Poisson;
use release::Release;
use requests::{Chances, Hours};
use wanted::Wanted;

/// Everything about booking that does not depend on chance.
#[derive(Debug, Clone)]
pub struct BookingModel {
    pub(super) supply: Supply,
    /// Where people book through ledgers.
    templates: Option<Templates>,
    pub(super) streams: Vec<Stream>,
    behaviour: Behaviour,
    release: Release,
    /// Who waits for what is given back; `None` where there is no waitlist.
    waitlist: Option<WaitlistBehaviour>,
    /// Dates so many days ahead may be booked.
    pub(super) horizon: u32,
    /// Appointments that are in the book when it begins, and minutes of the longer ones.
    promised: Vec<(Placement, BookEntry, u32)>,
    /// Lanes that are asked for more than they have: they start full.
    full: Vec<bool>,
    counts: Vec<Poisson>,
    hours: Hours,
    chances: Chances,
    /// By stream and wish.
    wanted: Vec<Vec<Wanted>>,
    /// Expected requests of a cycle by stream.
    weights: Vec<f64>,
    /// Sizes of visits that are longer than a slot, and 1.
    sizes: usize,
}

impl BookingModel {
    /// Booking of `supply` up to `horizon` days ahead by the people of `streams`.
    ///
    /// `supply` and `behaviour` have cycles of the same length.
    pub fn new(supply: Supply, streams: Vec<Stream>, behaviour: Behaviour, horizon: u32) -> Self {
        let counts = requests::counts(&streams, &behaviour);
        let hours = Hours::new(&behaviour.by_hour);
        let wanted = wanted(&supply, &streams);
        let full = overloaded(&supply, &streams, 1.0 - behaviour.cancelled);
        Self {
            supply,
            templates: None,
            release: Release::default(),
            waitlist: None,
            horizon,
            promised: Vec::new(),
            full,
            counts,
            hours,
            chances: Chances::new(&streams, &behaviour),
            wanted,
            weights: streams.iter().map(Stream::per_cycle).collect(),
            sizes: streams.iter().map(|stream| stream.minutes.len()).max().unwrap_or(0).max(1),
            streams,
            behaviour,
        }
    }

    /// Lets people book through ledgers that are these at first.
    fn through_ledgers(&mut self, templates: Templates) {
        self.templates = Some(templates);
        let crowded: Vec<bool> =
            self.time_loads().iter().map(|&(asked, there)| asked >= there).collect();
        let lanes = self.supply.lanes.iter();
        self.full = lanes.map(|&(site, _)| crowded[site as usize]).collect();
    }

    /// With a waitlist for what is given back.
    #[must_use]
    pub fn with_waitlist(mut self, behaviour: Option<WaitlistBehaviour>) -> Self {
        self.waitlist = behaviour;
        self
    }

    /// The longest visit of one person that a start of a lane is for, in minutes.
    fn lane_minutes(&self, lane: u32) -> u32 {
        let (site, service) = self.supply.lanes[lane as usize];
        let minutes = self.templates.as_ref().map(|of| of.minutes(service as usize) as u32);
        minutes.unwrap_or_else(|| {
            let slots = self
                .supply
                .slots
                .iter()
                .filter(|slot| (slot.site, slot.service) == (site, service));
            slots.map(|slot| slot.minutes).max().unwrap_or(0)
        })
    }

    /// What people are offered.
    pub fn booking_by(&self) -> BookingBy {
        if self.templates.is_some() { BookingBy::Ledger } else { BookingBy::Slots }
    }

    /// Services that are asked for and that no ledger can ever take.
    pub(super) fn impossible(&self) -> Vec<usize> {
        let Some(templates) = &self.templates else { return Vec::new() };
        let asked = self.streams.iter().filter(|stream| stream.per_cycle() > 0.0);
        let never =
            asked.filter(|stream| !templates.can_serve(stream.service as usize, &stream.sites));
        let mut services: Vec<usize> = never.map(|stream| stream.service as usize).collect();
        services.dedup();
        services
    }

    /// By site the minutes that bookings which keep their slot take in a cycle, and those that
    /// there are for appointments. Who may go to several sites asks each in proportion to those.
    pub(super) fn time_loads(&self) -> Vec<(f64, f64)> {
        let supply = &self.supply;
        let there = |site: usize| supply.minutes.iter().skip(site).step_by(supply.sites).sum();
        let mut loads: Vec<(f64, f64)> = (0..supply.sites).map(|site| (0.0, there(site))).collect();
        let Some(templates) = &self.templates else { return loads };
        for stream in &self.streams {
            let kept = stream.per_cycle() * (1.0 - self.behaviour.cancelled);
            let minutes = templates.minutes(stream.service as usize);
            let all: f64 = stream.sites.iter().map(|&site| loads[site as usize].1).sum();
            for &site in stream.sites.iter().filter(|_| all > 0.0) {
                let load = &mut loads[site as usize];
                load.0 += kept * minutes * load.1 / all;
            }
        }
        loads
    }

    /// Expected requests of a cycle for each slot of it, by service; largest first. Services that
    /// nobody asks for are left out.
    pub fn loads(&self) -> Vec<(usize, f64)> {
        let mut asked: Vec<f64> = Vec::new();
        for stream in &self.streams {
            let service = stream.service as usize;
            asked.resize(asked.len().max(service + 1), 0.0);
            asked[service] += stream.per_cycle() * (1.0 - self.behaviour.cancelled);
        }
        let mut slots = vec![0.0; asked.len()];
        for slot in &self.supply.slots {
            if let Some(count) = slots.get_mut(slot.service as usize) {
                *count += 1.0;
            }
        }
        let mut loads: Vec<(usize, f64)> = asked
            .iter()
            .zip(&slots)
            .map(|(asked, slots)| asked / slots)
            .enumerate()
            .filter(|&(service, _)| asked[service] > 0.0)
            .collect();
        loads.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        loads
    }
}

fn wanted(supply: &Supply, streams: &[Stream]) -> Vec<Vec<Wanted>> {
    let of_stream = |stream: &Stream| {
        let wishes = stream.wishes.iter();
        wishes.map(|wish| Wanted::new(supply, &stream.lanes, (wish.window, &wish.suits))).collect()
    };
    streams.iter().map(of_stream).collect()
}

/// Which lanes are asked for at least as much as they have. Who may go to several lanes asks each
/// in proportion to its slots.
fn overloaded(supply: &Supply, streams: &[Stream], kept: f64) -> Vec<bool> {
    let slots: Vec<f64> =
        (0..supply.lanes.len()).map(|lane| supply.lane_slots(lane as u32) as f64).collect();
    let mut asked = vec![0.0; slots.len()];
    for stream in streams {
        let all: f64 = stream.lanes.iter().map(|&lane| slots[lane as usize]).sum();
        for &lane in &stream.lanes {
            asked[lane as usize] += stream.per_cycle() * kept * slots[lane as usize] / all;
        }
    }
    asked.iter().zip(&slots).map(|(asked, slots)| asked >= slots).collect()
}
