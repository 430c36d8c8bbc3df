//! Who asks for an appointment, when, and what for.

use super::book::DAY;
use super::poisson::Poisson;
use crate::simulate::random::{Draws, Purpose};
use crate::simulate::sample::Quantiles;

/// People who ask for the same: a Poisson process with a rate for each day of the cycle.
#[derive(Debug, Clone)]
pub struct Stream {
    /// Key of its random numbers; the same key in another scenario gives the same people.
    pub key: u64,
    /// The service.
    pub service: u32,
    /// Lanes of the sites that suit; empty where none of them has a slot.
    pub lanes: Vec<u32>,
    /// The sites that suit.
    pub sites: Vec<u32>,
    /// Expected requests of a whole cycle.
    pub per_cycle: f64,
    /// Starts that choosy people want, in minutes of the day.
    pub window: (u32, u32),
    /// Days of the cycle that choosy people want.
    pub suits: Vec<bool>,
    /// Minutes of a visit of one person, two and so on, where that is longer than the slot, else 0.
    pub minutes: Vec<u32>,
}

/// How people decide.
#[derive(Debug, Clone)]
pub struct Behaviour {
    /// Share of the requests of a cycle that is made on each of its days.
    pub by_day: Vec<f64>,
    /// Shares of the hours of the day.
    pub by_hour: [f64; 24],
    /// Share that takes the first free slot.
    pub first_free: f64,
    /// How many days ahead the others want to go, in thousandths of a day.
    pub ahead: Quantiles,
    /// Share that insists on days and window.
    pub choosy: f64,
    /// Shares of visits of one person, two and so on.
    pub persons: Vec<f64>,
    /// Share of bookings given back.
    pub cancelled: f64,
    /// Probability that nobody comes, and what each week of lead adds.
    pub no_show: (f64, f64),
    /// Least days between booking and appointment.
    pub least_ahead: u32,
}

/// A request of a day.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request {
    /// Minute of the day.
    pub(super) minute: u16,
    /// Index of its stream.
    pub(super) stream: u32,
    /// Number among those of its stream and day.
    pub(super) number: u32,
}

/// What a request wants.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wish {
    /// Days ahead from which on a slot is wanted.
    pub(super) ahead: u32,
    /// Whether days and window matter.
    pub(super) choosy: bool,
    /// How many come, less 1.
    pub(super) companions: usize,
    /// Key of the random numbers of the visit.
    pub(super) entity: u32,
    /// Where between booking and appointment it is given back, if it is.
    pub(super) cancelled: Option<f64>,
}

/// The requests of one replication.
#[derive(Debug)]
pub(super) struct Requests<'a> {
    streams: &'a [Stream],
    behaviour: &'a Behaviour,
    /// By day of the cycle and stream.
    counts: &'a [Poisson],
    hours: &'a Hours,
    draws: Vec<Draws>,
    /// The day from which random numbers count.
    origin: u32,
}

/// The minute of the day at which a request is made, by inversion.
#[derive(Debug, Clone)]
pub(super) struct Hours {
    minutes: Vec<u16>,
}

impl Hours {
    const FINE: usize = 1 << 14;

    pub(super) fn new(by_hour: &[f64; 24]) -> Self {
        let total: f64 = by_hour.iter().sum();
        let mut minutes = Vec::with_capacity(Self::FINE);
        let (mut hour, mut below) = (0, 0.0);
        for k in 0..Self::FINE {
            let wanted = (k as f64 + 0.5) / Self::FINE as f64 * total;
            while hour < 23 && below + by_hour[hour] <= wanted {
                below += by_hour[hour];
                hour += 1;
            }
            let within = ((wanted - below) / by_hour[hour]).clamp(0.0, 0.999);
            minutes.push((hour as f64 * 60.0 + within * 60.0) as u16);
        }
        Self { minutes }
    }

    fn at(&self, bits: u64) -> u16 {
        self.minutes[(bits >> 50) as usize]
    }
}

/// The distributions of the number of requests, by day of the cycle and stream.
pub(super) fn counts(streams: &[Stream], behaviour: &Behaviour) -> Vec<Poisson> {
    let of_day = |share: &f64| {
        let share = *share;
        streams.iter().map(move |stream| Poisson::new(stream.per_cycle * share))
    };
    behaviour.by_day.iter().flat_map(of_day).collect()
}

impl<'a> Requests<'a> {
    pub(super) fn new(
        (streams, behaviour): (&'a [Stream], &'a Behaviour),
        (counts, hours): (&'a [Poisson], &'a Hours),
        (seed, replication, origin): (u64, u64, u32),
    ) -> Self {
        let draws =
            streams.iter().map(|stream| Draws::new(seed, replication, stream.key)).collect();
        Self { streams, behaviour, counts, hours, draws, origin }
    }

    /// The requests of `day` in order of time.
    pub(super) fn of_day(&self, day: u32, requests: &mut Vec<Request>) {
        requests.clear();
        let cycle = self.behaviour.by_day.len();
        let cycle_day = day as usize % cycle;
        let day = day.wrapping_sub(self.origin);
        let counts = &self.counts[cycle_day * self.streams.len()..];
        for (stream, (draws, count)) in self.draws.iter().zip(counts).enumerate() {
            let count = count.draw(draws.uniform(Purpose::Request, day, 0));
            for number in 0..count {
                let minute = self.hours.at(draws.bits(Purpose::Request, day, number + 1));
                requests.push(Request { minute, stream: stream as u32, number });
            }
        }
        requests.sort_unstable_by_key(|r| {
            (u64::from(r.minute) << 48) | (u64::from(r.stream) << 24) | u64::from(r.number)
        });
    }

    /// What `request` of `day` wants.
    #[inline]
    pub(super) fn wish(&self, day: u32, request: Request) -> Wish {
        let behaviour = self.behaviour;
        let day = day.wrapping_sub(self.origin);
        let draws = &self.draws[request.stream as usize];
        let choice = draws.bits(Purpose::Choice, day, request.number);
        let (low, high) = (unit(choice as u32), unit((choice >> 32) as u32));
        let ahead = if low < behaviour.first_free {
            0
        } else {
            let bits = draws.bits(Purpose::Wish, day, request.number);
            behaviour.ahead.length((bits >> 32) as u32) / 1000
        };
        let companions = if behaviour.persons.len() > 1 {
            let mut rest = draws.uniform(Purpose::Wish, day, request.number | 1 << 31);
            let several = behaviour.persons.iter().take_while(|&&share| {
                rest -= share;
                rest >= 0.0
            });
            let most = self.streams[request.stream as usize].minutes.len();
            several.count().min(most.saturating_sub(1))
        } else {
            0
        };
        let given_back = draws.bits(Purpose::Cancellation, day, request.number);
        let cancelled = (unit(given_back as u32) < behaviour.cancelled)
            .then(|| unit((given_back >> 32) as u32));
        let entity = draws.bits(Purpose::Request, day, request.number | 1 << 31) as u32;
        Wish {
            ahead: ahead.max(behaviour.least_ahead),
            choosy: high < behaviour.choosy,
            companions,
            entity,
            cancelled,
        }
    }
}

fn unit(bits: u32) -> f64 {
    f64::from(bits) / (1_u64 << 32) as f64
}

impl Behaviour {
    /// Probability that somebody comes who booked `minutes` ahead.
    #[inline]
    pub(super) fn show(&self, minutes: u32) -> f32 {
        let weeks = f64::from(minutes) / f64::from(7 * DAY);
        (1.0 - self.no_show.0 - self.no_show.1 * weeks).max(0.0) as f32
    }
}
