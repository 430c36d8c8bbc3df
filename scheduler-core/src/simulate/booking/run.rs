//! One replication of booking.

use serde::{Deserialize, Serialize};

use super::BookingModel;
use super::calendar::Calendar;
use super::cancellations::{Cancellations, GivenBack};
use super::placement::{BookEntry, DAY, Placement, SlotSearch};
use super::requests::{Asking, Request, Requests, Today};
use super::waitlist::{Reply, Waiter, Waitlist, WaitlistFigures, What};
use crate::ledger::Ledger;
use crate::simulate::random::{Draws, Purpose};

/// Minutes of the day at which the next free slot is looked for.
const LOOKS: [u32; 4] = [8 * 60, 12 * 60, 16 * 60, 20 * 60];

/// What happened on a day of booking, in one place.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct BookingFigures {
    /// Requests; who may go to several sites counts in parts.
    pub requests: f64,
    /// Those for which nothing was free.
    pub without_offer: f64,
    /// Bookings.
    pub bookings: f64,
    /// Date booked less date of booking in days, summed over bookings.
    pub lead_days: f64,
    /// Days to the next free slot, summed over moments and requests that might be made.
    pub next_free: f64,
    /// Weights of that sum.
    pub looks: f64,
    /// What the waitlist did; nothing where there is none.
    #[serde(default, skip_serializing_if = "WaitlistFigures::is_empty")]
    pub waitlist: WaitlistFigures,
}

impl BookingFigures {
    /// Adds the figures of another day.
    pub fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.without_offer += other.without_offer;
        self.bookings += other.bookings;
        self.lead_days += other.lead_days;
        self.next_free += other.next_free;
        self.looks += other.looks;
        self.waitlist.add(&other.waitlist);
    }
}

/// What happened on a day of booking: of all sites together first, then of each.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct BookingDay {
    /// By place.
    pub places: Vec<BookingFigures>,
}

/// One replication of booking, day by day.
#[derive(Debug)]
pub struct BookingRun<'a> {
    model: &'a BookingModel,
    book: Calendar,
    requests: Requests<'a>,
    cancellations: Cancellations,
    today: Today,
    day: u32,
    waitlist: Option<Box<Waitlist>>,
    /// Next free slot by lane.
    ahead: Vec<f64>,
}

impl<'a> BookingRun<'a> {
    /// The begin of a replication: the book has what the scenario promised; lanes that are asked
    /// for more than they have are full, unless the scenario brought a book.
    ///
    /// Random numbers are keyed by days counted from the `origin`-th, so that those of a certain
    /// day do not depend on how long the warm-up was.
    pub fn new(model: &'a BookingModel, seed: u64, replication: u64, origin: u32) -> Self {
        let mut run = Self {
            model,
            book: Calendar::new(model),
            requests: Requests::new(model, (seed, replication), origin),
            cancellations: Cancellations::new(model.horizon),
            today: Today::default(),
            day: 0,
            waitlist: model.waitlist.map(|behaviour| Box::new(Waitlist::new(model, behaviour))),
            ahead: vec![0.0; model.supply.lanes.len()],
        };
        for day in 0..model.horizon {
            run.book.open(model, day, 0);
        }
        if model.promised.is_empty() {
            run.fill(&Draws::new(seed, replication, 0));
        }
        for &(place, entry, minutes) in &model.promised {
            let place = run.book.place_of(model, place.day(), place.slot());
            run.book.take(model, place, entry, minutes);
        }
        run
    }

    /// Books what is released of full lanes: from an empty calendar it would take a demand that
    /// exceeds the slots by a twentieth twenty times the horizon to fill it.
    fn fill(&mut self, draws: &Draws) {
        let supply = &self.model.supply;
        for day in 0..self.model.horizon {
            let cycle_day = day as usize % supply.cycle;
            for lane in (0..supply.lanes.len()).filter(|&lane| self.model.full[lane]) {
                let site = supply.lanes[lane].0 as usize;
                let released = self.model.release.share(site, day, 0);
                let slots = supply.lane_day(cycle_day, lane as u32);
                for slot in slots.slot..slots.slot + slots.count {
                    let bits = draws.bits(Purpose::Request, day, slot);
                    if (bits >> 32) as f64 / 32.0_f64.exp2() < released {
                        let entity = bits as u32;
                        let show = self.model.chances.show(day * DAY);
                        let entry = BookEntry { entity, persons: 1, show };
                        let place = self.book.place_of(self.model, day, slot);
                        self.book.take(self.model, place, entry, 0);
                    }
                }
            }
        }
    }

    /// The day that [`Self::book_day`] did last, or 0.
    pub fn day(&self) -> u32 {
        self.day.saturating_sub(1)
    }

    /// Everything that is booked and given back on the next day.
    pub fn book_day(&mut self, figures: &mut BookingDay) {
        let model = self.model;
        let day = self.day;
        figures.places.clear();
        figures.places.resize(model.supply.sites + 1, BookingFigures::default());
        self.book.open(model, day + model.horizon, day);
        let mut today = std::mem::take(&mut self.today);
        self.requests.of_day(day, &mut today);
        for (stream, &count) in model.streams.iter().zip(&today.counts) {
            let count = f64::from(count);
            stream.each_place(|place, part| figures.places[place].requests += part * count);
        }
        self.cancellations.turn_to(day);
        let mut people = today.in_order();
        for look in LOOKS {
            let earlier = people.partition_point(|asking| u32::from(asking.minute) < look);
            self.handle_all(&people[..earlier], figures);
            people = &people[earlier..];
            self.give_back_until(day * DAY + look, figures);
            self.look(look, figures);
        }
        self.handle_all(people, figures);
        self.give_back_until(day * DAY + DAY - 1, figures);
        self.today = today;
        self.day += 1;
    }

    fn handle_all(&mut self, people: &[Asking], figures: &mut BookingDay) {
        for asking in people {
            self.give_back_until(self.day * DAY + u32::from(asking.minute), figures);
            self.handle(asking, figures);
        }
    }

    #[inline]
    fn give_back_until(&mut self, now: u32, figures: &mut BookingDay) {
        if self.waitlist.is_some() {
            return self.offer_until(now, figures);
        }
        while self.cancellations.is_due(now) {
            self.give_back_next();
        }
    }

    #[cold]
    fn give_back_next(&mut self) {
        if let Some(due) = self.cancellations.pop() {
            self.book.give_back(self.model, due.place, due.entity, due.minutes);
        }
    }

    #[inline]
    fn handle(&mut self, asking: &Asking, figures: &mut BookingDay) {
        let model = self.model;
        let stream = &model.streams[asking.stream as usize];
        let mut search = SlotSearch {
            lanes: &stream.lanes,
            days: (self.day + model.behaviour.least_ahead, self.day + model.horizon),
            wanted: None,
            minutes: 0,
            size: 0,
            now: (self.day, u32::from(asking.minute)),
            likely: self.book.likely(&stream.lanes, 0, self.day),
        };
        // Where demand exceeds the slots, most ask for a full lane.
        if self.book.has_any(&search) {
            let request = self.requests.request(asking, self.day);
            search.minutes = stream.minutes_for(request.companions);
            if search.minutes > 0 {
                search.size = usize::from(request.companions);
                search.likely = self.book.likely(&stream.lanes, search.size, self.day);
            }
            if let Some(place) = self.find(asking, &request, &mut search) {
                return self.enter(asking, &request, (place, search.minutes), figures);
            }
        }
        stream.each_place(|place, part| figures.places[place].without_offer += part);
        if self.waitlist.is_some() {
            self.wait(asking, None, figures);
        }
    }

    /// The slot that somebody takes.
    #[inline]
    fn find<'s>(
        &mut self,
        asking: &Asking,
        request: &Request,
        search: &mut SlotSearch<'s>,
    ) -> Option<Placement>
    where
        'a: 's,
    {
        let model = self.model;
        let (least, last) = search.days;
        let ahead = model.chances.ahead(&model.behaviour, request);
        let from = (self.day + ahead).min(last.max(least));
        let stream = asking.stream as usize;
        if let Some(wish) = model.chances.wish(stream, request) {
            search.wanted = Some(&model.wanted[stream][wish]);
            search.days = (from, last.min(from + 6));
            let place = self.book.first(model, search);
            if place.is_some() {
                return place;
            }
            search.wanted = None;
        }
        search.days = (from, last);
        self.book.first(model, search).or_else(|| {
            search.days = (least, from.checked_sub(1)?);
            self.book.last(model, search)
        })
    }

    /// Books a place, and notes when it will be given back, if it will be.
    #[inline]
    fn enter(
        &mut self,
        asking: &Asking,
        request: &Request,
        (place, minutes): (Placement, u32),
        figures: &mut BookingDay,
    ) {
        let model = self.model;
        let (day, minute) = (self.day, u32::from(asking.minute));
        let lead = (place.day() - day) * DAY + u32::from(place.start()) - minute;
        let entry = BookEntry {
            entity: asking.entity,
            persons: request.companions + 1,
            show: model.chances.show(lead),
        };
        let site = self.book.take(model, place, entry, minutes);
        let mut count = |index: usize| {
            let figures = &mut figures.places[index];
            figures.bookings += 1.0;
            figures.lead_days += f64::from(place.day() - day);
        };
        count(0);
        count(site + 1);
        if let Some(part) = model.chances.cancelled(request) {
            let after = minute + ((u64::from(part) * u64::from(lead)) >> 32) as u32;
            let at = day * DAY + after;
            let given_back = GivenBack { at, place, entity: asking.entity, minutes };
            self.cancellations.push(given_back, (day, after / DAY));
        }
        if self.waitlist.is_some() {
            self.wait(asking, Some(place), figures);
        }
    }

    /// Somebody may put themselves on the waitlist who found nothing, or who got the time that they `have`
    /// much later than they wanted.
    #[cold]
    fn wait(&mut self, asking: &Asking, has: Option<Placement>, figures: &mut BookingDay) {
        let (model, day) = (self.model, self.day);
        let Some(waitlist) = &mut self.waitlist else { return };
        let behaviour = *waitlist.behaviour();
        let request = self.requests.request(asking, day);
        let first = day + model.behaviour.least_ahead;
        let share = match has {
            None => behaviour.without_offer,
            Some(place) => {
                let wanted = day + model.chances.ahead(&model.behaviour, &request);
                let (share, late) = behaviour.earlier;
                if place.day() < wanted.saturating_add(late) { 0.0 } else { share }
            }
        };
        let bits = self.requests.answer(asking, day, 0);
        if (bits >> 32) as f64 / 32.0_f64.exp2() >= share {
            return;
        }
        let stream = &model.streams[asking.stream as usize];
        // Whoever has a time wants one on an earlier day, but not before the day that they wanted.
        let window = match has {
            None => (first, (day + model.horizon + 1) * DAY),
            Some(place) => {
                (day + model.chances.ahead(&model.behaviour, &request), place.day() * DAY)
            }
        };
        let window = (window.0.max(first) * DAY, window.1);
        let minutes = stream.minutes_for(request.companions);
        let Some(&lane) = stream.lanes.first() else { return };
        let takes = minutes.max(waitlist.minutes(lane));
        let visit = (request.companions, minutes);
        let when = (stream.lanes.as_slice(), window, takes);
        waitlist.join(Waiter::new((*asking, day), visit, when, (has, behaviour.days)));
        let lost = has.is_none();
        stream.each_place(|place, part| {
            let figures = &mut figures.places[place].waitlist;
            figures.joined += part;
            figures.joined_without += if lost { part } else { 0.0 };
        });
    }

    /// What is given back, and what is said to offers, in order of time.
    #[cold]
    fn offer_until(&mut self, now: u32, figures: &mut BookingDay) {
        loop {
            let given_back = self.cancellations.next_at().filter(|&at| at <= now);
            let reply = self.waitlist.as_ref().and_then(|waitlist| waitlist.next_at());
            match (given_back, reply.filter(|&at| at <= now)) {
                (None, None) => return,
                (Some(at), reply) if reply.is_none_or(|reply| at <= reply) => {
                    let Some(due) = self.cancellations.pop() else { return };
                    let GivenBack { place, entity, minutes, .. } = due;
                    if self.book.give_back(self.model, place, entity, minutes) {
                        let lane = self.book.lane_of(self.model, place);
                        if let Some(waitlist) = &mut self.waitlist {
                            waitlist.forget((place, lane), entity);
                        }
                        self.freed((place, minutes), at, figures);
                    }
                }
                (_, reply) => {
                    let next = self.waitlist.as_mut().and_then(|waitlist| waitlist.pop());
                    let (Some(at), Some(next)) = (reply, next) else { return };
                    self.hear(next, at, figures);
                }
            }
        }
    }

    /// A start was given back.
    fn freed(&mut self, (place, minutes): (Placement, u32), now: u32, figures: &mut BookingDay) {
        self.count_at(place, figures, |figures| figures.waitlist.freed += 1.0);
        self.offer((place, minutes), now, figures);
    }

    /// Holds a free start for somebody who waits for it, if there is somebody.
    fn offer(&mut self, (place, free): (Placement, u32), now: u32, figures: &mut BookingDay) {
        let model = self.model;
        let lane = self.book.lane_of(model, place);
        let Some(waitlist) = &mut self.waitlist else { return };
        let requests = &self.requests;
        let answer = |asking: &Asking, day, number| requests.answer(asking, day, number);
        let Some(reply) = waitlist.offer((place, lane, free), now, answer) else { return };
        let waiter = &reply.waiter;
        let entry =
            BookEntry { entity: waiter.asking.entity, persons: waiter.companions + 1, show: 0.0 };
        let minutes = waiter.minutes;
        self.book.take(model, place, entry, minutes);
        self.count_at(place, figures, |figures| figures.waitlist.offers += 1.0);
    }

    /// Somebody says something to an offer, or nothing until its end.
    fn hear(&mut self, reply: Reply, now: u32, figures: &mut BookingDay) {
        let (model, day) = (self.model, self.day);
        let Reply { what, place, mut waiter, .. } = reply;
        let entity = waiter.asking.entity;
        // Nothing else can have ended the hold.
        self.book.give_back(model, place, entity, waiter.minutes);
        // Whoever has given the later time back meanwhile needs no other.
        let has_it = match waiter.has {
            Some(has) if what == What::Accepted => {
                self.book.give_back(model, has, entity, waiter.minutes)
            }
            _ => true,
        };
        if what != What::Accepted || !has_it {
            let unanswered = what != What::Declined;
            self.count_at(place, figures, |figures| {
                let figures = &mut figures.waitlist;
                *(if unanswered { &mut figures.unanswered } else { &mut figures.declined }) += 1.0;
            });
            // What was held, and no more, is sure to be free.
            let held = waiter.minutes;
            if has_it {
                waiter.answered(unanswered);
                if let Some(waitlist) = &mut self.waitlist {
                    waitlist.join(waiter);
                }
            }
            return self.offer((place, held), now, figures);
        }
        let begins = place.day() * DAY + u32::from(place.start());
        let lead = begins.saturating_sub(now);
        let entry =
            BookEntry { entity, persons: waiter.companions + 1, show: model.chances.show(lead) };
        self.book.take(model, place, entry, waiter.minutes);
        let (asked, from_day) = (waiter.asked(), waiter.day);
        let has = waiter.has;
        self.count_at(place, figures, |figures| {
            figures.waitlist.filled += 1.0;
            figures.waitlist.waited_days += f64::from(now - asked) / f64::from(DAY);
            match has {
                None => {
                    figures.waitlist.filled_without += 1.0;
                    figures.bookings += 1.0;
                    figures.lead_days += f64::from(place.day() - from_day);
                }
                Some(has) => {
                    let days = f64::from(has.day() - place.day());
                    figures.waitlist.earlier_days += days;
                    figures.lead_days -= days;
                }
            }
        });
        let request = self.requests.request(&waiter.asking, from_day);
        if has.is_none() {
            let stream = &model.streams[waiter.asking.stream as usize];
            stream.each_place(|place, part| figures.places[place].without_offer -= part);
        }
        if let Some(part) = model.chances.cancelled(&request) {
            let after = ((u64::from(part) * u64::from(lead)) >> 32) as u32;
            let given_back = GivenBack { at: now + after, place, entity, minutes: waiter.minutes };
            self.cancellations.push(given_back, (day, (now + after) / DAY - day));
        }
        if let Some(has) = has {
            self.freed((has, waiter.minutes), now, figures);
        }
    }

    /// Counts something at the site of a place, and for all sites together.
    fn count_at(
        &self,
        place: Placement,
        figures: &mut BookingDay,
        count: impl Fn(&mut BookingFigures),
    ) {
        let lane = self.book.lane_of(self.model, place);
        let site = self.model.supply.lanes[lane as usize].0 as usize;
        count(&mut figures.places[0]);
        count(&mut figures.places[site + 1]);
    }

    /// Looks for the next free slot of everybody who might ask now.
    fn look(&mut self, minute: u32, figures: &mut BookingDay) {
        let model = self.model;
        let day = self.day;
        let nothing = f64::from(model.horizon);
        for lane in 0..model.supply.lanes.len() {
            let lanes = [lane as u32];
            let search = SlotSearch {
                lanes: &lanes,
                days: (day + model.behaviour.least_ahead, day + model.horizon),
                wanted: None,
                minutes: 0,
                size: 0,
                now: (day, minute),
                likely: self.book.likely(&lanes, 0, day),
            };
            let ahead = self.book.days_ahead(model, &search);
            self.ahead[lane] = ahead.unwrap_or(nothing).min(nothing);
        }
        let streams = model.streams.iter().zip(&model.weights);
        for (stream, &weight) in streams.filter(|(_, weight)| **weight > 0.0) {
            let mut best = nothing;
            for &site in &stream.sites {
                let lane = model.supply.lane(site as usize, stream.service as usize);
                let ahead = lane.map_or(nothing, |lane| self.ahead[lane as usize]);
                best = best.min(ahead);
                let place = &mut figures.places[site as usize + 1];
                place.next_free += ahead * weight;
                place.looks += weight;
            }
            figures.places[0].next_free += best * weight;
            figures.places[0].looks += weight;
        }
    }

    /// Calls `visit` with start in minutes, service, persons, entity and probability of coming for
    /// each appointment of `site` on the day that was booked last.
    pub fn appointments(&self, site: usize, mut visit: impl FnMut(u32, usize, usize, u32, f32)) {
        self.book.appointments(self.model, (self.day(), site), |start, service, entry| {
            visit(start, service, usize::from(entry.persons), entry.entity, entry.show);
        });
    }

    /// The ledger of `site` on the day that was booked last, where people book through ledgers.
    pub fn ledger(&self, site: usize) -> Option<&Ledger> {
        match &self.book {
            Calendar::Slots(_) => None,
            Calendar::Ledgers(ledgers) => ledgers.of(self.model, self.day(), site),
        }
    }
}
