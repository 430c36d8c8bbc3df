//! What a season books in.

use super::Weeks;
use super::book::Book;
use super::ledgers::Ledgers;
use super::place::{DAY, Entry, Place, Search};

/// The days that can be booked, in either of two ways.
#[derive(Debug)]
pub(super) enum Calendar {
    /// By the slots of a plan.
    Slots(Book),
    /// Through ledgers; the slot of a [`Place`] is the lane then.
    Ledgers(Ledgers),
}

impl Calendar {
    /// An empty one.
    pub(super) fn new(weeks: &Weeks) -> Self {
        match &weeks.templates {
            None => Self::Slots(Book::new(&weeks.supply, weeks.horizon, weeks.sizes)),
            Some(_) => Self::Ledgers(Ledgers::new(weeks)),
        }
    }

    /// Makes everything on `day` free, which must not be a day that can be booked already. From now
    /// on nothing before `today` is looked at.
    pub(super) fn open(&mut self, weeks: &Weeks, day: u32, today: u32) {
        match self {
            Self::Slots(book) => book.open(&weeks.supply, day, today),
            Self::Ledgers(ledgers) => ledgers.open(weeks, day, today),
        }
    }

    /// On which of the 64 days from `from` on a visit of this size may fit into one of these lanes,
    /// `from` in the lowest bit; what is beyond the days that can be booked means nothing.
    #[inline]
    pub(super) fn likely(&self, lanes: &[u32], size: usize, from: u32) -> u64 {
        match self {
            Self::Slots(book) => book.likely(lanes, size, from),
            Self::Ledgers(_) => u64::MAX,
        }
    }

    /// Whether the search may find anything.
    #[inline]
    pub(super) fn has_any(&self, search: &Search<'_>) -> bool {
        match self {
            Self::Slots(book) => book.has_any(search),
            Self::Ledgers(_) => true,
        }
    }

    /// The first free start that suits.
    #[inline]
    pub(super) fn first(&mut self, weeks: &Weeks, search: &Search<'_>) -> Option<Place> {
        match self {
            Self::Slots(book) => book.first(&weeks.supply, &weeks.release, search),
            Self::Ledgers(ledgers) => ledgers.first(weeks, search),
        }
    }

    /// The first start that suits of the last day with one.
    #[inline]
    pub(super) fn last(&mut self, weeks: &Weeks, search: &Search<'_>) -> Option<Place> {
        match self {
            Self::Slots(book) => book.last(&weeks.supply, &weeks.release, search),
            Self::Ledgers(ledgers) => ledgers.last(weeks, search),
        }
    }

    /// Days from now to the first free start that suits.
    pub(super) fn days_ahead(&mut self, weeks: &Weeks, search: &Search<'_>) -> Option<f64> {
        let place = self.first(weeks, search)?;
        let (day, minute) = search.now;
        let ahead =
            f64::from((place.day() - day) * DAY + u32::from(place.start())) - f64::from(minute);
        Some(ahead / f64::from(DAY))
    }

    /// Where somebody is who has been given a slot of the plan on `day`.
    pub(super) fn place_of(&self, weeks: &Weeks, day: u32, slot: u32) -> Place {
        let (start, supply) = (weeks.supply.starts[slot as usize], &weeks.supply);
        match self {
            Self::Slots(_) => Place::new(day, start, slot),
            Self::Ledgers(_) => Place::new(day, start, supply.seats[slot as usize].lane),
        }
    }

    /// Books `place` and what a visit of `minutes` needs after it; 0 minutes are those that the
    /// service is planned with. Returns the site.
    #[inline]
    pub(super) fn take(
        &mut self,
        weeks: &Weeks,
        place: Place,
        entry: Entry,
        minutes: u32,
    ) -> usize {
        match self {
            Self::Slots(book) => book.take(&weeks.supply, place, entry, minutes),
            Self::Ledgers(ledgers) => {
                ledgers.take(weeks, place, entry, minutes);
                weeks.supply.lanes[place.slot() as usize].0 as usize
            }
        }
    }

    /// Gives back what [`Self::take`] took, if it is still there.
    #[inline]
    pub(super) fn give_back(&mut self, weeks: &Weeks, place: Place, entity: u32, minutes: u32) {
        match self {
            Self::Slots(book) => {
                book.give_back(&weeks.supply, place, entity, minutes);
            }
            Self::Ledgers(ledgers) => ledgers.give_back(weeks, place, entity),
        }
    }

    /// Calls `visit` with start in minutes, service and entry of each appointment of `site` on
    /// `day`, in order of time.
    #[inline]
    pub(super) fn appointments(
        &self,
        weeks: &Weeks,
        (day, site): (u32, usize),
        mut visit: impl FnMut(u32, usize, &Entry),
    ) {
        let supply = &weeks.supply;
        match self {
            Self::Slots(book) => book.appointments(supply, (day, site), |slot, entry| {
                let slot = &supply.slots[slot as usize];
                visit(slot.start, slot.service as usize, entry);
            }),
            Self::Ledgers(ledgers) => ledgers.appointments(weeks, (day, site), visit),
        }
    }
}
