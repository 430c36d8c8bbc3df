//! From ids to the indices of a problem.

use std::collections::BTreeMap;

use scheduler_core::problem::Problem;

/// The ids of a problem, for looking up.
#[derive(Debug)]
pub(super) struct Ids {
    services: BTreeMap<String, usize>,
    clerks: BTreeMap<String, usize>,
    rooms: BTreeMap<String, usize>,
    skills: BTreeMap<String, usize>,
}

impl Ids {
    pub(super) fn new(problem: &Problem) -> Self {
        let index = |ids: Vec<&String>| -> BTreeMap<String, usize> {
            ids.into_iter().cloned().zip(0..).collect()
        };
        Self {
            services: index(problem.services.iter().map(|service| &service.id).collect()),
            clerks: index(problem.clerks.iter().map(|clerk| &clerk.id).collect()),
            rooms: index(problem.rooms.iter().map(|room| &room.id).collect()),
            skills: index(problem.skills.iter().collect()),
        }
    }

    pub(super) fn service(&self, id: &str) -> Option<usize> {
        self.services.get(id).copied()
    }

    pub(super) fn clerk(&self, id: &str) -> Option<usize> {
        self.clerks.get(id).copied()
    }

    pub(super) fn room(&self, id: &str) -> Option<usize> {
        self.rooms.get(id).copied()
    }

    pub(super) fn skill(&self, name: &str) -> Option<usize> {
        self.skills.get(name).copied()
    }
}
