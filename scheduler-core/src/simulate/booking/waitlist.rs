//! A waitlist beside the book: what is given back is offered to those who wait, by the rule of the
//! booking service ([`choose`]).
//!
//! On it are people who found nothing, and some of those who got a time much later than they wanted. A
//! start that is given back is held for one of them at a time, who accepts, declines or does not answer;
//! then it goes to the next, and to everybody once nobody waits for it. Who accepts an earlier time gives
//! the later one back, and that is offered again.
//!
//! A wish weighs what its visit takes, in minutes, and more the longer it waits. Ordinary bookings have
//! no price: they do not see a start that is held.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use serde::{Deserialize, Serialize};

use super::BookingModel;
use super::placement::{DAY, Placement};
use super::requests::Asking;
use crate::waitlist::{FreeStart, Minute, Rules, Window, Wish, choose};

/// Who puts themselves on a waitlist, and what they say to offers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WaitlistBehaviour {
    /// Share of those who found nothing.
    pub without_offer: f64,
    /// Share of those who got a time so many days later than they wanted.
    pub earlier: (f64, u32),
    /// For how many days they wait.
    pub days: u32,
    /// Share of offers that are accepted. Of the others half are declined and half not answered.
    pub accepted: f64,
    /// Minutes until somebody who answers does: mean of an exponential distribution. An answer that
    /// comes after the hold is none.
    pub reply_minutes: f64,
}

/// What a waitlist did on some days.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct WaitlistFigures {
    /// People who put themselves on it.
    pub joined: f64,
    /// Those of them who had nothing.
    pub joined_without: f64,
    /// Starts that were given back, those of people who moved included.
    pub freed: f64,
    /// Offers made.
    pub offers: f64,
    /// Offers that were declined.
    pub declined: f64,
    /// Offers that ended without an answer.
    pub unanswered: f64,
    /// Offers that were accepted: starts that were filled.
    pub filled: f64,
    /// Those accepted by people who had nothing.
    pub filled_without: f64,
    /// Days from asking to accepting, summed over what was accepted.
    pub waited_days: f64,
    /// Days by which those who had a time come earlier, summed.
    pub earlier_days: f64,
}

impl WaitlistFigures {
    /// Adds those of other days.
    pub fn add(&mut self, other: &Self) {
        self.joined += other.joined;
        self.joined_without += other.joined_without;
        self.freed += other.freed;
        self.offers += other.offers;
        self.declined += other.declined;
        self.unanswered += other.unanswered;
        self.filled += other.filled;
        self.filled_without += other.filled_without;
        self.waited_days += other.waited_days;
        self.earlier_days += other.earlier_days;
    }

    /// Whether nothing happened.
    pub(in crate::simulate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Somebody who waits.
#[derive(Debug, Clone)]
pub(super) struct Waiter {
    /// When and as whom they asked, and on which day.
    pub(super) asking: Asking,
    pub(super) day: u32,
    wish: Wish,
    /// Persons less 1, and minutes of the visit where it is longer than the slot, else 0.
    pub(super) companions: u16,
    pub(super) minutes: u32,
    /// The later time that they have.
    pub(super) has: Option<Placement>,
    offers: u32,
    unanswered: u32,
    /// What they were offered.
    offered: Vec<Placement>,
}

impl Waiter {
    /// Somebody who asked on `day` and can begin in the minutes of `window` for the next days.
    pub(super) fn new(
        (asking, day): (Asking, u32),
        (companions, minutes): (u16, u32),
        (lanes, window, takes): (&[u32], (u32, u32), u32),
        (has, days): (Option<Placement>, u32),
    ) -> Self {
        let asked = Minute::from(day * DAY + u32::from(asking.minute));
        let window = Window { from: Minute::from(window.0), until: Minute::from(window.1) };
        let wish = Wish {
            asked,
            until: window.until.min(asked + Minute::from(days * DAY)),
            sites: lanes.to_vec(),
            windows: vec![window],
            minutes: takes,
            worth: f64::from(takes),
        };
        let (offers, unanswered, offered) = (0, 0, Vec::new());
        Self { asking, day, wish, companions, minutes, has, offers, unanswered, offered }
    }

    /// They declined an offer, or did not answer it.
    pub(super) fn answered(&mut self, nothing: bool) {
        self.unanswered += u32::from(nothing);
    }

    /// When they asked.
    pub(super) fn asked(&self) -> u32 {
        self.day * DAY + u32::from(self.asking.minute)
    }
}

/// What becomes of an offer, and when.
#[derive(Debug)]
pub(super) struct Reply {
    at: u32,
    /// The how manieth offer: of replies at one time the first one first.
    number: u64,
    pub(super) what: What,
    pub(super) place: Placement,
    pub(super) waiter: Waiter,
}

/// What somebody says to an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    Accepted,
    Declined,
    Unanswered,
}

impl PartialEq for Reply {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.number) == (other.at, other.number)
    }
}

impl Eq for Reply {}

impl Ord for Reply {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.number).cmp(&(other.at, other.number))
    }
}

impl PartialOrd for Reply {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// The waitlist of one replication.
#[derive(Debug)]
pub(super) struct Waitlist {
    behaviour: WaitlistBehaviour,
    rules: Rules,
    /// By stream: those without an offer, in order of asking.
    waiting: Vec<Vec<Waiter>>,
    /// By lane: the streams that it suits.
    streams: Vec<Vec<usize>>,
    /// By lane: minutes of a visit of one person.
    minutes: Vec<u32>,
    replies: BinaryHeap<Reverse<Reply>>,
    count: u64,
}

impl Waitlist {
    /// Nobody waits yet.
    pub(super) fn new(model: &BookingModel, behaviour: WaitlistBehaviour) -> Self {
        let lanes = 0..model.supply.lanes.len() as u32;
        let suits = |lane: u32| {
            let streams = model.streams.iter().enumerate();
            streams.filter(|(_, stream)| stream.lanes.contains(&lane)).map(|(at, _)| at).collect()
        };
        Self {
            behaviour,
            rules: Rules::default(),
            waiting: model.streams.iter().map(|_| Vec::new()).collect(),
            streams: lanes.clone().map(suits).collect(),
            minutes: lanes.map(|lane| model.lane_minutes(lane)).collect(),
            replies: BinaryHeap::new(),
            count: 0,
        }
    }

    pub(super) fn behaviour(&self) -> &WaitlistBehaviour {
        &self.behaviour
    }

    /// Minutes that a visit of one person takes in a lane.
    pub(super) fn minutes(&self, lane: u32) -> u32 {
        self.minutes[lane as usize]
    }

    /// When the next reply is due.
    #[inline]
    pub(super) fn next_at(&self) -> Option<u32> {
        self.replies.peek().map(|Reverse(reply)| reply.at)
    }

    /// The next reply.
    pub(super) fn pop(&mut self) -> Option<Reply> {
        self.replies.pop().map(|Reverse(reply)| reply)
    }

    /// Somebody waits, again or from now on.
    pub(super) fn join(&mut self, waiter: Waiter) {
        if waiter.unanswered >= self.rules.unanswered {
            return;
        }
        let waiting = &mut self.waiting[waiter.asking.stream as usize];
        let place = waiting.partition_point(|other| other.asked() <= waiter.asked());
        waiting.insert(place, waiter);
    }

    /// Who has given this time in a lane back waits for no earlier one.
    pub(super) fn forget(&mut self, (place, lane): (Placement, u32), entity: u32) {
        for &stream in &self.streams[lane as usize] {
            let is_it = |one: &Waiter| one.has == Some(place) && one.asking.entity == entity;
            self.waiting[stream].retain(|one| !is_it(one));
        }
    }

    /// To whom a start of `lane` is offered that is free for so many minutes: the person is taken from
    /// those who wait. `answer` gives random bits for the how manieth offer of whom.
    pub(super) fn offer(
        &mut self,
        (place, lane, free): (Placement, u32, u32),
        now: u32,
        answer: impl Fn(&Asking, u32, u32) -> u64,
    ) -> Option<&Reply> {
        let moment = Minute::from(now);
        let start = FreeStart {
            site: lane,
            begins: Minute::from(place.day() * DAY + u32::from(place.start())),
            minutes: free.max(self.minutes(lane)),
            price: 0.0,
            returned: moment,
        };
        let until = self.rules.hold_until(moment, &start)?;
        let streams = &self.streams[lane as usize];
        for &stream in streams {
            self.waiting[stream].retain(|waiter| waiter.wish.until > moment);
        }
        // Of those whose visits are alike who has waited longest weighs most: nobody else is looked at.
        let mut first: Vec<((usize, usize), &Waiter)> = Vec::new();
        for &stream in streams {
            let known = first.len();
            for (index, waiter) in self.waiting[stream].iter().enumerate() {
                let alike = |(_, other): &(_, &Waiter)| other.wish.minutes == waiter.wish.minutes;
                if !first[known..].iter().any(alike)
                    && waiter.wish.fits(&start)
                    && !waiter.offered.contains(&place)
                {
                    first.push(((stream, index), waiter));
                }
            }
        }
        first.sort_by_key(|(_, waiter)| waiter.asked());
        let wishes: Vec<(usize, &Wish)> =
            first.iter().enumerate().map(|(at, (_, waiter))| (at, &waiter.wish)).collect();
        let chosen = choose(moment, &[(0, &start)], &wishes, &self.rules, |_, _| true);
        let (stream, index) = first[chosen.first()?.wish].0;
        let mut waiter = self.waiting[stream].remove(index);
        let bits = answer(&waiter.asking, waiter.day, waiter.offers + 1);
        waiter.offers += 1;
        waiter.offered.push(place);
        let share = |bits: u64| (bits as u32 as f64 + 0.5) / 32.0_f64.exp2();
        let WaitlistBehaviour { accepted, reply_minutes, .. } = self.behaviour;
        let says = share(bits);
        let what = match says {
            _ if says < accepted => What::Accepted,
            _ if says < accepted + (1.0 - accepted) / 2.0 => What::Declined,
            _ => What::Unanswered,
        };
        let after = (-share(bits >> 32).ln() * reply_minutes).ceil();
        let at = moment.saturating_add(after as Minute);
        let (at, what) = match what {
            What::Unanswered => (until, what),
            _ if at >= until => (until, What::Unanswered),
            _ => (at, what),
        };
        self.count += 1;
        let at = u32::try_from(at).unwrap_or(u32::MAX);
        let reply = Reply { at, number: self.count, what, place, waiter };
        self.replies.push(Reverse(reply));
        let number = self.count;
        self.replies.iter().map(|Reverse(reply)| reply).find(|reply| reply.number == number)
    }
}
