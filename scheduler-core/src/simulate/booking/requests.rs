//! Who asks for an appointment, when, and what for.

use super::BookingModel;
use super::choice::Choice;
use super::placement::DAY;
use super::poisson::Poisson;
use crate::simulate::random::{Draws, Purpose};
use crate::simulate::sample::Quantiles;

/// People who ask for the same at the same sites: a Poisson process with a rate for each day of the
/// cycle.
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
    /// What choosy people insist on; at least one.
    pub wishes: Vec<Wish>,
    /// Minutes of a visit of one person, two and so on, where that is longer than the slot, else 0.
    pub minutes: Vec<u32>,
}

/// Days and starts that some people of a stream want.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Expected requests of a whole cycle.
    pub per_cycle: f64,
    /// Starts that they want, in minutes of the day.
    pub window: (u32, u32),
    /// Days of the cycle that they want.
    pub suits: Vec<bool>,
}

impl Stream {
    /// Expected requests of a whole cycle.
    pub fn per_cycle(&self) -> f64 {
        self.wishes.iter().map(|wish| wish.per_cycle).sum()
    }

    /// Calls `add` with each place at which somebody of the stream counts and the part of that
    /// person: all sites together, place 0, and the sites that suit, from place 1 on.
    pub(super) fn each_place(&self, mut add: impl FnMut(usize, f64)) {
        add(0, 1.0);
        let part = 1.0 / self.sites.len().max(1) as f64;
        self.sites.iter().for_each(|&site| add(site as usize + 1, part));
    }

    /// Minutes of a visit with so many companions where that is longer than the slot, else 0.
    pub(super) fn minutes_for(&self, companions: u16) -> u32 {
        self.minutes.get(usize::from(companions)).copied().unwrap_or(0)
    }
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

/// Somebody who asks for an appointment.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Asking {
    /// Minute of the day.
    pub(super) minute: u16,
    /// Index of the stream.
    pub(super) stream: u32,
    /// The how manieth of the stream on this day.
    number: u32,
    /// Key of the random numbers of the visit.
    pub(super) entity: u32,
}

/// What somebody asks for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request {
    /// How many come, less 1.
    pub(super) companions: u16,
    /// Random bits for when the visit is to be, and whether it is given back.
    when: u64,
    /// Random bits for what is insisted on.
    what: u32,
}

/// Who asks on one day.
#[derive(Debug, Default)]
pub(super) struct Today {
    people: Vec<Asking>,
    in_order: Vec<Asking>,
    /// Where those of each minute begin in `in_order`.
    begins: Vec<u32>,
    /// How many of each stream.
    pub(super) counts: Vec<u32>,
}

impl Today {
    /// All in order of time.
    pub(super) fn in_order(&self) -> &[Asking] {
        &self.in_order
    }

    /// Orders by minute, and who asks in the same minute as listed: counting sort.
    fn sort(&mut self) {
        self.begins.clear();
        self.begins.resize(DAY as usize + 1, 0);
        for asking in &self.people {
            self.begins[usize::from(asking.minute) + 1] += 1;
        }
        let mut before = 0;
        for begin in &mut self.begins {
            before += *begin;
            *begin = before;
        }
        self.in_order.clear();
        self.in_order.resize(self.people.len(), Asking::default());
        for &asking in &self.people {
            let place = &mut self.begins[usize::from(asking.minute)];
            self.in_order[*place as usize] = asking;
            *place += 1;
        }
    }
}

/// What people decide by chance. Bits that have decided one thing decide another by where they lie
/// within what they chose.
#[derive(Debug, Clone)]
pub(super) struct Chances {
    first_free: Share,
    choosy: Share,
    cancelled: Share,
    /// How many come, less 1.
    persons: Choice,
    /// For each stream, which wish.
    wishes: Vec<Choice>,
    /// Probability that somebody comes who booked nothing ahead, and what a minute takes off.
    show: (f64, f64),
}

/// A share of 2^32.
#[derive(Debug, Clone, Copy)]
struct Share {
    bits: u64,
    /// 2^32 over what the share has, and over what it has not.
    within: f64,
    beyond: f64,
}

impl Share {
    fn new(share: f64) -> Self {
        let all = 32.0_f64.exp2();
        let has = (share.clamp(0.0, 1.0) * all).round();
        Self { bits: has as u64, within: all / has, beyond: all / (all - has) }
    }

    #[inline]
    fn has(self, bits: u32) -> bool {
        u64::from(bits) < self.bits
    }

    /// Random bits again, of bits that the share has.
    #[inline]
    fn within(self, bits: u32) -> u32 {
        (f64::from(bits) * self.within) as u32
    }

    /// Random bits again, of bits that the share does not have.
    #[inline]
    fn beyond(self, bits: u32) -> u32 {
        (f64::from((u64::from(bits) - self.bits) as u32) * self.beyond) as u32
    }
}

/// Each share together with all before it, of what they all come to.
fn sums(shares: impl Iterator<Item = f64> + Clone) -> Vec<f64> {
    let all: f64 = shares.clone().sum();
    let mut sum = 0.0;
    let with_earlier = shares.map(|share| {
        sum += share;
        sum / all
    });
    with_earlier.collect()
}

impl Chances {
    pub(super) fn new(streams: &[Stream], behaviour: &Behaviour) -> Self {
        let wishes = |stream: &Stream| {
            let mut sums = sums(stream.wishes.iter().map(|wish| wish.per_cycle));
            sums.pop();
            Choice::new(sums.into_iter())
        };
        Self {
            first_free: Share::new(behaviour.first_free),
            choosy: Share::new(behaviour.choosy),
            cancelled: Share::new(behaviour.cancelled),
            persons: Choice::new(sums(behaviour.persons.iter().copied()).into_iter()),
            wishes: streams.iter().map(wishes).collect(),
            show: (1.0 - behaviour.no_show.0, behaviour.no_show.1 / f64::from(7 * DAY)),
        }
    }

    /// Days ahead from which on a slot is wanted.
    #[inline]
    pub(super) fn ahead(&self, behaviour: &Behaviour, request: &Request) -> u32 {
        let bits = request.when as u32;
        let wanted = if self.first_free.has(bits) {
            0
        } else {
            behaviour.ahead.length(self.first_free.beyond(bits)) / 1000
        };
        wanted.max(behaviour.least_ahead)
    }

    /// Which wish of the stream is insisted on, if one is.
    #[inline]
    pub(super) fn wish(&self, stream: usize, request: &Request) -> Option<usize> {
        let bits = request.what;
        let is_choosy = self.choosy.has(bits);
        is_choosy
            .then(|| self.wishes[stream].of(u64::from(self.choosy.within(bits)) << 32) as usize)
    }

    /// Where between booking and appointment it is given back, if it is, as a part of 2^32.
    #[inline]
    pub(super) fn cancelled(&self, request: &Request) -> Option<u32> {
        let bits = (request.when >> 32) as u32;
        self.cancelled.has(bits).then(|| self.cancelled.within(bits))
    }

    /// Probability that somebody comes who booked `minutes` ahead.
    #[inline]
    pub(super) fn show(&self, minutes: u32) -> f32 {
        (self.show.0 - self.show.1 * f64::from(minutes)).max(0.0) as f32
    }
}

/// The requests of one replication.
#[derive(Debug)]
pub(super) struct Requests<'a> {
    model: &'a BookingModel,
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
        streams.iter().map(move |stream| Poisson::new(stream.per_cycle() * share))
    };
    behaviour.by_day.iter().flat_map(of_day).collect()
}

impl<'a> Requests<'a> {
    pub(super) fn new(
        model: &'a BookingModel,
        (seed, replication): (u64, u64),
        origin: u32,
    ) -> Self {
        let streams = model.streams.iter();
        let draws = streams.map(|stream| Draws::new(seed, replication, stream.key)).collect();
        Self { model, draws, origin }
    }

    /// Fills in who asks on `day`.
    pub(super) fn of_day(&self, day: u32, today: &mut Today) {
        let model = self.model;
        today.people.clear();
        today.counts.clear();
        let cycle_day = day as usize % model.behaviour.by_day.len();
        let day = day.wrapping_sub(self.origin);
        let counts = &model.counts[cycle_day * model.streams.len()..];
        for (stream, (draws, count)) in (0..).zip(self.draws.iter().zip(counts)) {
            let count = count.draw(draws.bits(Purpose::Request, day, 0));
            today.counts.push(count);
            today.people.extend((0..count).map(|number| {
                let bits = draws.bits(Purpose::Request, day, number + 1);
                // The bits are a key too: that they have chosen the hour does not matter.
                Asking { minute: model.hours.at(bits), stream, number, entity: bits as u32 }
            }));
        }
        today.sort();
    }

    /// Random bits for what somebody who asked on `day` says to the `number`-th offer of a waitlist; 0
    /// is whether they put themselves on it.
    pub(super) fn answer(&self, asking: &Asking, day: u32, number: u32) -> u64 {
        let draws = &self.draws[asking.stream as usize];
        // A person on a day has a key of their own, which offers are numbered within.
        let day = day.wrapping_sub(self.origin);
        let person = draws.bits(Purpose::Waitlist, day, asking.number);
        draws.bits(Purpose::Waitlist, person as u32, number)
    }

    /// What somebody of `day` asks for. Worked out only where there is something to choose from.
    #[inline]
    pub(super) fn request(&self, asking: &Asking, day: u32) -> Request {
        let (stream, number) = (asking.stream as usize, asking.number);
        let (draws, day) = (&self.draws[stream], day.wrapping_sub(self.origin));
        let when = draws.bits(Purpose::Choice, day, number);
        let what = draws.bits(Purpose::Wish, day, number);
        let most = self.model.streams[stream].minutes.len().saturating_sub(1);
        let companions = self.model.chances.persons.of(what).min(most as u32);
        Request { companions: companions as u16, when, what: what as u32 }
    }
}
