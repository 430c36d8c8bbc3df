//! What citizens ask for, and what it takes.

use std::sync::Arc;

use thiserror::Error;

use super::indices::{ClerkIndex, RoomIndex};
use crate::problem::{Problem, Service, Set};
use crate::time::{Grid, Step, Window};

const MINUTES_PER_DAY: u64 = 1440;

/// Most services in one basket.
pub const MOST_ITEMS: usize = 25;

/// One service of a basket, for some persons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BasketItem {
    /// Index into [`Problem::services`].
    pub service: usize,
    /// How many persons want it, 1 to the service's most.
    pub persons: u32,
}

/// What a visit takes: all services of a basket one after the other, with one clerk in one room.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Visit {
    /// Minutes of all items with all persons: what the citizen is told.
    pub minutes: u32,
    /// Minutes for which clerk and room stay taken afterwards: the longest buffer of the items.
    pub buffer_minutes: u32,
    /// How long clerk and room are taken, in steps: both together, rounded up to the grid once.
    pub steps: Step,
    /// Indices into [`Problem::skills`]; the clerk needs all.
    pub skills: Set,
    /// Whether it takes a room: whether any of its services does.
    pub needs_room: bool,
    /// Indices into [`Problem::equipment`]; the room needs all.
    pub equipment: Set,
    /// The clerk, where pinned.
    pub clerk: Option<ClerkIndex>,
    /// The room, where pinned; without meaning where no room is needed.
    pub room: Option<RoomIndex>,
}

/// What is wrong with a basket.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BasketError {
    /// Nothing is in it.
    #[error("the basket is empty: ask for at least one service")]
    Empty,
    /// Too many items.
    #[error("the basket has {items} services, at most {MOST_ITEMS} fit into one visit")]
    TooMany {
        /// How many.
        items: usize,
    },
    /// No service has that index.
    #[error("there is no service {service}")]
    NoService {
        /// Position in the basket.
        item: usize,
        /// What it asks for.
        service: usize,
    },
    /// Too few or too many persons.
    #[error("{persons} persons: the service takes 1 to {most}")]
    Persons {
        /// Position in the basket.
        item: usize,
        /// How many were asked for.
        persons: u32,
        /// Most that the service takes.
        most: u32,
    },
    /// A service comes twice.
    #[error("the service is in the basket already: ask for more persons instead")]
    Repeated {
        /// Position of the second.
        item: usize,
    },
    /// Longer than a day.
    #[error("the visit takes {minutes} minutes, longer than a day")]
    TooLong {
        /// Length of the whole visit.
        minutes: u64,
    },
}

impl BasketError {
    /// The position in the basket that it is about; `None` for the basket as a whole.
    pub fn item(&self) -> Option<usize> {
        match self {
            Self::NoService { item, .. } | Self::Persons { item, .. } | Self::Repeated { item } => {
                Some(*item)
            }
            Self::Empty | Self::TooMany { .. } | Self::TooLong { .. } => None,
        }
    }
}

impl Visit {
    /// What `basket` takes.
    ///
    /// # Errors
    /// Everything that is wrong with the basket.
    pub fn new(problem: &Problem, basket: &[BasketItem]) -> Result<Self, Vec<BasketError>> {
        let mut errors = Vec::new();
        if basket.is_empty() {
            errors.push(BasketError::Empty);
        } else if basket.len() > MOST_ITEMS {
            errors.push(BasketError::TooMany { items: basket.len() });
        }
        let mut visit = Self::nothing();
        let mut minutes = 0;
        for (item, &BasketItem { service, persons }) in basket.iter().enumerate() {
            let Some(entry) = problem.services.get(service) else {
                errors.push(BasketError::NoService { item, service });
                continue;
            };
            let most = entry.max_persons;
            if !(1..=most).contains(&persons) {
                errors.push(BasketError::Persons { item, persons, most });
            }
            if basket[..item].iter().any(|earlier| earlier.service == service) {
                errors.push(BasketError::Repeated { item });
            }
            let more = u64::from(persons.saturating_sub(1));
            minutes += u64::from(entry.minutes) + more * u64::from(entry.extra_person_minutes);
            visit.add(entry);
        }
        let taken = minutes + u64::from(visit.buffer_minutes);
        if taken > MINUTES_PER_DAY {
            errors.push(BasketError::TooLong { minutes: taken });
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        visit.last(problem, minutes as u32);
        Ok(visit)
    }

    /// What a basket takes that was promised `minutes`, or that rounded up to the grid, whatever its
    /// services and their most persons are by now; buffers, skills and rooms are those of today.
    ///
    /// # Errors
    /// [`BasketError::NoService`] for each service that is no more, [`BasketError::TooLong`].
    pub fn promised(
        problem: &Problem,
        basket: &[BasketItem],
        minutes: u32,
    ) -> Result<Self, Vec<BasketError>> {
        let grid = problem.grid;
        if let Ok(today) = Self::new(problem, basket)
            && (today.minutes == minutes || grid.minute_of(today.told_steps(grid)) == minutes)
        {
            return Ok(today);
        }
        let mut visit = Self::nothing();
        let mut errors = Vec::new();
        for (item, &BasketItem { service, .. }) in basket.iter().enumerate() {
            match problem.services.get(service) {
                Some(entry) => visit.add(entry),
                None => errors.push(BasketError::NoService { item, service }),
            }
        }
        let taken = u64::from(minutes) + u64::from(visit.buffer_minutes);
        if taken > MINUTES_PER_DAY {
            errors.push(BasketError::TooLong { minutes: taken });
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        visit.last(problem, minutes);
        Ok(visit)
    }

    /// The same, with one clerk and in one room only, where they are given.
    #[must_use]
    pub fn pinned(self, clerk: Option<ClerkIndex>, room: Option<RoomIndex>) -> Self {
        Self { clerk, room, ..self }
    }

    /// Length in steps as the citizen is told it, rounded up to the grid.
    pub fn told_steps(&self, grid: Grid) -> Step {
        grid.steps_for(self.minutes)
    }

    fn nothing() -> Self {
        Self {
            minutes: 0,
            buffer_minutes: 0,
            steps: 0,
            skills: Set::default(),
            needs_room: false,
            equipment: Set::default(),
            clerk: None,
            room: None,
        }
    }

    /// Takes in what `service` needs, but for its minutes.
    fn add(&mut self, service: &Service) {
        self.buffer_minutes = self.buffer_minutes.max(service.buffer_minutes);
        self.skills.insert_all(&service.skills);
        self.needs_room |= service.needs_room;
        self.equipment.insert_all(&service.equipment);
    }

    fn last(&mut self, problem: &Problem, minutes: u32) {
        self.minutes = minutes;
        self.steps = problem.grid.steps_for(minutes.saturating_add(self.buffer_minutes));
    }
}

/// A promise: fixed in time, free in clerk and room unless pinned.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Entry {
    /// The caller's id, unique within the site-day.
    pub id: Arc<str>,
    /// What was asked for.
    pub basket: Arc<[BasketItem]>,
    /// What it takes.
    pub visit: Visit,
    /// When it begins.
    pub start: Step,
    /// Milliseconds since the Unix epoch from which on a hold is free again. `None`: until removed.
    pub expires_at: Option<i64>,
}

impl Entry {
    /// A promise that does not expire.
    pub fn new(
        id: impl Into<Arc<str>>,
        basket: impl Into<Arc<[BasketItem]>>,
        visit: Visit,
        start: Step,
    ) -> Self {
        Self { id: id.into(), basket: basket.into(), visit, start, expires_at: None }
    }

    /// The same until `expires_at`, in milliseconds since the Unix epoch.
    #[must_use]
    pub fn expiring(self, expires_at: Option<i64>) -> Self {
        Self { expires_at, ..self }
    }

    /// The same at another time.
    #[must_use]
    pub fn starting(self, start: Step) -> Self {
        Self { start, ..self }
    }

    /// From its first step to the first after, buffer included; cut off at the largest step.
    pub fn window(&self) -> Window {
        Window::new(self.start, self.start.saturating_add(self.visit.steps))
    }
}
