//! What citizens ask for, and what it takes.

use std::sync::Arc;

use thiserror::Error;

use crate::problem::{Problem, Set};
use crate::time::{Step, Window};

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
pub struct Visit {
    /// Length in steps: the minutes of all items with all persons, rounded up to the grid once.
    pub steps: Step,
    /// Indices into [`Problem::skills`]; the clerk needs all.
    pub skills: Set,
    /// Indices into [`Problem::equipment`]; the room needs all.
    pub equipment: Set,
    /// The clerk, where pinned.
    pub clerk: Option<usize>,
    /// The room, where pinned.
    pub room: Option<usize>,
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
        let (mut skills, mut equipment) = (Set::default(), Set::default());
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
            skills.insert_all(&entry.skills);
            equipment.insert_all(&entry.equipment);
        }
        if minutes > 1440 {
            errors.push(BasketError::TooLong { minutes });
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let steps = problem.grid.steps_for(minutes as u32);
        Ok(Self { steps, skills, equipment, clerk: None, room: None })
    }
}

/// A promise: fixed in time, free in clerk and room unless pinned.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// From its first step to the first after; cut off at the largest step.
    pub fn window(&self) -> Window {
        Window::new(self.start, self.start.saturating_add(self.visit.steps))
    }
}
