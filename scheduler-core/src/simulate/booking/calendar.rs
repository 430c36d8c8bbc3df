//! What a run of booking books in.

use super::BookingModel;
use super::book::Book;
use super::ledgers::Ledgers;
use super::placement::{BookEntry, DAY, Placement, SlotSearch};

/// The days that can be booked, in either of two ways.
#[derive(Debug)]
pub(super) enum Calendar {
    /// By the slots of a plan.
    Slots(Book),
    /// Through ledgers; the slot of a [`Placement`] is the lane then.
    Ledgers(Ledgers),
}

impl Calendar {
    /// An empty one.
    pub(super) fn new(model: &BookingModel) -> Self {
        match &model.templates {
            None => Self::Slots(Book::new(&model.supply, model.horizon, model.sizes)),
            Some(_) => Self::Ledgers(Ledgers::new(model)),
        }
    }

    /// Makes everything on `day` free, which must not be a day that can be booked already. From now
    /// on nothing before `today` is looked at.
    pub(super) fn open(&mut self, model: &BookingModel, day: u32, today: u32) {
        match self {
            Self::Slots(book) => book.open(&model.supply, day, today),
            Self::Ledgers(ledgers) => ledgers.open(model, day, today),
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
    pub(super) fn has_any(&self, search: &SlotSearch<'_>) -> bool {
        match self {
            Self::Slots(book) => book.has_any(search),
            Self::Ledgers(_) => true,
        }
    }

    /// The first free start that suits.
    #[inline]
    pub(super) fn first(
        &mut self,
        model: &BookingModel,
        search: &SlotSearch<'_>,
    ) -> Option<Placement> {
        match self {
            Self::Slots(book) => book.first(&model.supply, &model.release, search),
            Self::Ledgers(ledgers) => ledgers.first(model, search),
        }
    }

    /// The first start that suits of the last day with one.
    #[inline]
    pub(super) fn last(
        &mut self,
        model: &BookingModel,
        search: &SlotSearch<'_>,
    ) -> Option<Placement> {
        match self {
            Self::Slots(book) => book.last(&model.supply, &model.release, search),
            Self::Ledgers(ledgers) => ledgers.last(model, search),
        }
    }

    /// Days from now to the first free start that suits.
    pub(super) fn days_ahead(
        &mut self,
        model: &BookingModel,
        search: &SlotSearch<'_>,
    ) -> Option<f64> {
        let place = self.first(model, search)?;
        let (day, minute) = search.now;
        let ahead =
            f64::from((place.day() - day) * DAY + u32::from(place.start())) - f64::from(minute);
        Some(ahead / f64::from(DAY))
    }

    /// Where somebody is who has been given a slot of the plan on `day`.
    pub(super) fn place_of(&self, model: &BookingModel, day: u32, slot: u32) -> Placement {
        let (start, supply) = (model.supply.starts[slot as usize], &model.supply);
        match self {
            Self::Slots(_) => Placement::new(day, start, slot),
            Self::Ledgers(_) => Placement::new(day, start, supply.seats[slot as usize].lane),
        }
    }

    /// Books `place` and what a visit of `minutes` needs after it; 0 minutes are those that the
    /// service is planned with. Returns the site.
    #[inline]
    pub(super) fn take(
        &mut self,
        model: &BookingModel,
        place: Placement,
        entry: BookEntry,
        minutes: u32,
    ) -> usize {
        match self {
            Self::Slots(book) => book.take(&model.supply, place, entry, minutes),
            Self::Ledgers(ledgers) => {
                ledgers.take(model, place, entry, minutes);
                model.supply.lanes[place.slot() as usize].0 as usize
            }
        }
    }

    /// Gives back what [`Self::take`] took. Whether it was still there.
    #[inline]
    pub(super) fn give_back(
        &mut self,
        model: &BookingModel,
        place: Placement,
        entity: u32,
        minutes: u32,
    ) -> bool {
        match self {
            Self::Slots(book) => book.give_back(&model.supply, place, entity, minutes),
            Self::Ledgers(ledgers) => ledgers.give_back(model, place, entity),
        }
    }

    /// The lane of a place.
    pub(super) fn lane_of(&self, model: &BookingModel, place: Placement) -> u32 {
        match self {
            Self::Slots(_) => model.supply.seats[place.slot() as usize].lane,
            Self::Ledgers(_) => place.slot(),
        }
    }

    /// Calls `visit` with start in minutes, service and entry of each appointment of `site` on
    /// `day`, in order of time.
    #[inline]
    pub(super) fn appointments(
        &self,
        model: &BookingModel,
        (day, site): (u32, usize),
        mut visit: impl FnMut(u32, usize, &BookEntry),
    ) {
        let supply = &model.supply;
        match self {
            Self::Slots(book) => book.appointments(supply, (day, site), |slot, entry| {
                let slot = &supply.slots[slot as usize];
                visit(slot.start, slot.service as usize, entry);
            }),
            Self::Ledgers(ledgers) => ledgers.appointments(model, (day, site), visit),
        }
    }
}
