//! A ledger beside what is known to be true of it, action by action.

use std::collections::BTreeMap;

use proptest::prelude::*;
use scheduler_core::ledger::{
    Answer, BasketItem, ClerkIndex, Entry, Ledger, Limits, Refusal, RoomIndex, Visit,
};
use scheduler_core::problem::{Problem, WalkInBlock};
use scheduler_core::time::{Step, Window};

use super::{Day, Shelf, Task, faults};

/// On days as small as these everything is decided.
pub(crate) const LIMITS: Limits = Limits::nodes(1_000_000);

pub(crate) type Numbers = (u16, u16, u16, u16);

#[derive(Debug, Clone, Copy)]
pub(crate) enum Action {
    Search(Numbers),
    Insert(Numbers),
    InsertHold(Numbers),
    Confirm(u16),
    Expire,
    Remove(u16),
    Reschedule(u16, Numbers),
    Restart,
}

pub(crate) fn action() -> impl Strategy<Value = Action> {
    let numbers = || (any::<u16>(), any::<u16>(), any::<u16>(), any::<u16>());
    prop_oneof![
        3 => numbers().prop_map(Action::Search),
        12 => numbers().prop_map(Action::Insert),
        3 => numbers().prop_map(Action::InsertHold),
        1 => any::<u16>().prop_map(Action::Confirm),
        1 => Just(Action::Expire),
        3 => any::<u16>().prop_map(Action::Remove),
        3 => (any::<u16>(), numbers()).prop_map(|(which, to)| Action::Reschedule(which, to)),
        1 => Just(Action::Restart),
    ]
}

/// The ledger beside what is known to be true of it.
pub(crate) struct Machine<'a> {
    problem: &'a Problem,
    day: Day<'a>,
    ledger: Ledger,
    /// What a store has.
    shelf: Shelf,
    /// Walk-in blocks, which stay where they are in time.
    pub(crate) blocks: Vec<Task>,
    pub(crate) promises: BTreeMap<String, Entry>,
    now: i64,
    made: usize,
}

impl<'a> Machine<'a> {
    pub(crate) fn new(problem: &'a Problem, blocks: &[WalkInBlock]) -> Option<Self> {
        let day = Day::new(problem, 0);
        let kept = blocks.iter().filter_map(|b| Task::block(problem, 0, b.clerk, b.window));
        let kept: Vec<Task> = kept.collect();
        let ledger = Ledger::new(problem, 0, blocks, LIMITS);
        assert_eq!(ledger.is_ok(), day.feasible(&kept), "whether the blocks can be held");
        let ledger = ledger.ok()?;
        let shelf = Shelf::of(&ledger);
        let machine = Self {
            problem,
            day,
            ledger,
            shelf,
            blocks: kept,
            promises: BTreeMap::new(),
            now: 0,
            made: 0,
        };
        machine.examine();
        Some(machine)
    }

    /// Whether `visit` can be kept at `start` beside everything else, `without` aside.
    fn feasible(&self, visit: &Visit, start: Step, without: Option<&str>) -> bool {
        let others = self.promises.iter().filter(|(id, _)| Some(id.as_str()) != without);
        let mut tasks: Vec<Task> =
            others.map(|(_, entry)| Task::visit(&entry.visit, entry.start)).collect();
        tasks.extend(self.blocks.iter().cloned());
        tasks.push(Task::visit(visit, start));
        self.day.feasible(&tasks)
    }

    /// What must hold after every action.
    fn examine(&self) {
        assert_eq!(faults(self.problem, &self.ledger), Vec::<String>::new());
        let held: Vec<Entry> = self.ledger.promises().map(|(entry, _)| entry.clone()).collect();
        assert_eq!(held, self.promises.values().cloned().collect::<Vec<_>>());
        let windows = |blocks: Vec<Window>| {
            let mut blocks = blocks;
            blocks.sort();
            blocks
        };
        assert_eq!(
            windows(self.ledger.blocks().map(|(block, _)| block.window).collect()),
            windows(self.blocks.iter().map(|block| block.window).collect())
        );
        assert_eq!(self.shelf, Shelf::of(&self.ledger), "what was written is not what is");
        let next = self.promises.values().filter_map(|entry| entry.expires_at).min();
        assert_eq!(self.ledger.next_expiry(), next);
    }

    fn visit(&self, numbers: Numbers) -> Option<(Visit, Vec<BasketItem>)> {
        let services = self.problem.services.len();
        let first = usize::from(numbers.0) % services;
        let persons = 1 + u32::from(numbers.1) % self.problem.services[first].max_persons.min(3);
        let mut basket = vec![BasketItem { service: first, persons }];
        let second = usize::from(numbers.1 / 4) % services;
        if numbers.3.is_multiple_of(5) && second != first {
            basket.push(BasketItem { service: second, persons: 1 });
        }
        let mut visit = Visit::new(self.problem, &basket).ok()?;
        if numbers.3 % 11 == 1 {
            visit.clerk = Some(ClerkIndex(usize::from(numbers.3 / 11) % self.problem.clerks.len()));
        }
        if numbers.3 % 13 == 1 {
            visit.room = Some(RoomIndex(usize::from(numbers.3 / 13) % self.problem.rooms.len()));
        }
        Some((visit, basket))
    }

    /// Some step of the day, a few of them outside opening hours.
    fn start(&self, number: u16) -> Step {
        let open = &self.problem.site_days[0].open;
        let (from, until) = match (open.first(), open.last()) {
            (Some(first), Some(last)) => (first.from.saturating_sub(1), last.until + 1),
            _ => (0, self.problem.grid.steps_per_day()),
        };
        from + number % (until - from)
    }

    pub(crate) fn act(&mut self, action: Action) {
        match action {
            Action::Search(numbers) => self.search(numbers),
            Action::Insert(numbers) => self.insert(numbers, None),
            Action::InsertHold(numbers) => {
                self.insert(numbers, Some(self.now + 1 + i64::from(numbers.2 % 3)));
            }
            Action::Confirm(which) => {
                if let Some(id) = self.pick(which) {
                    assert!(self.ledger.set_expiry(&id, None));
                    self.shelf.set_expiry(&id, None);
                    self.promises.get_mut(&id).unwrap().expires_at = None;
                }
                assert!(!self.ledger.set_expiry("nobody", None));
            }
            Action::Expire => self.expire(),
            Action::Remove(which) => {
                if let Some(id) = self.pick(which) {
                    assert_eq!(self.ledger.remove(&id), self.promises.remove(&id));
                    self.shelf.remove(&id);
                    assert_eq!(self.ledger.get(&id), None);
                }
            }
            Action::Reschedule(which, to) => self.reschedule(which, to),
            Action::Restart => self.restart(),
        }
        self.examine();
    }

    /// Every start of the day gets the answer that is true.
    fn search(&self, numbers: Numbers) {
        let Some((visit, _)) = self.visit(numbers) else { return };
        let starts = self.ledger.starts(&visit);
        for start in 0..self.problem.grid.steps_per_day() {
            let (sure, open) = (starts.sure.contains(start), starts.open.contains(start));
            let expected = self.feasible(&visit, start, None);
            assert!(!(sure && open), "{start} is both");
            assert!(expected || !sure, "{start} is offered and impossible");
            assert!(!expected || sure || open, "{start} is possible and ruled out");
            let answer = if expected { Answer::Yes } else { Answer::No };
            assert_eq!(self.ledger.check(&visit, start, LIMITS), answer, "{start}");
        }
    }

    fn insert(&mut self, numbers: Numbers, expires_at: Option<i64>) {
        let Some((visit, basket)) = self.visit(numbers) else { return };
        // Half of the time a start that is not ruled out: so days get full.
        let starts = self.ledger.starts(&visit);
        let likely: Vec<Step> = starts.sure.iter().chain(starts.open.iter()).collect();
        let start = if numbers.3.is_multiple_of(2) && !likely.is_empty() {
            likely[usize::from(numbers.2) % likely.len()]
        } else {
            self.start(numbers.2)
        };
        self.made += 1;
        let id = format!("{:03}", self.made);
        let entry = Entry::new(id.as_str(), basket, visit, start).expiring(expires_at);
        let expected = self.feasible(&entry.visit, start, None);
        let sure = starts.sure.contains(start);
        let before = (self.ledger.clone(), Shelf::of(&self.ledger));
        match self.ledger.insert(entry.clone(), LIMITS) {
            Ok(changes) => {
                assert!(expected, "{entry:?} was taken and is impossible");
                self.shelf.promise(&entry, &changes);
                let again = self.ledger.insert(entry.clone(), LIMITS);
                assert_eq!(again, Err(Refusal::Duplicate));
                self.promises.insert(id, entry);
            }
            Err(refusal) => {
                assert!(!sure, "{entry:?} was sure and is refused");
                assert!(!expected, "{entry:?} is possible and was refused");
                self.explained(&entry, &refusal);
                assert_eq!(self.shelf, Shelf::of(&self.ledger), "a refusal changes nothing");
            }
        }
        assert_eq!(Shelf::of(&before.0), before.1, "a clone is on its own");
    }

    /// The reason given for an impossible start is true.
    fn explained(&self, entry: &Entry, refusal: &Refusal) {
        let (problem, window, visit) = (self.problem, entry.window(), &entry.visit);
        let place = &problem.site_days[0];
        let open = place.open.iter().any(|open| open.covers(window));
        let clerk = problem.shifts[place.shifts.clone()].iter().any(|shift| {
            shift.covers(window)
                && visit.skills.is_subset(&problem.clerks[shift.clerk].skills)
                && visit.clerk.is_none_or(|clerk| clerk.0 == shift.clerk)
        });
        let rooms = &problem.sites[place.site].rooms;
        let room = !visit.needs_room
            || rooms.iter().any(|&room| {
                visit.equipment.is_subset(&problem.rooms[room].equipment)
                    && visit.room.is_none_or(|only| only.0 == room)
            });
        let promises = self.promises.values().map(|entry| Task::visit(&entry.visit, entry.start));
        let with: Vec<Task> = promises.chain([Task::visit(visit, entry.start)]).collect();
        let fits_without_blocks = self.day.feasible(&with);
        let holds = match refusal {
            Refusal::Closed => !open,
            Refusal::NoClerk => !clerk,
            Refusal::NoRoom => !room,
            Refusal::WalkIns => fits_without_blocks,
            Refusal::Taken => open && clerk && room && !fits_without_blocks,
            _ => false,
        };
        assert!(holds, "{refusal:?} is no reason for {entry:?}");
    }

    fn pick(&self, which: u16) -> Option<String> {
        let ids: Vec<&String> = self.promises.keys().collect();
        (!ids.is_empty()).then(|| ids[usize::from(which) % ids.len()].clone())
    }

    fn expire(&mut self) {
        self.now += 1;
        let now = self.now;
        let over: Vec<Entry> = self
            .promises
            .values()
            .filter(|entry| entry.expires_at.is_some_and(|at| at <= now))
            .cloned()
            .collect();
        assert_eq!(self.ledger.expire(now), over);
        for entry in over {
            self.promises.remove(&*entry.id);
            self.shelf.remove(&entry.id);
        }
    }

    /// The promise moves, or stays where it was: both are one step for the owner of the ledger.
    fn reschedule(&mut self, which: u16, to: Numbers) {
        let Some(id) = self.pick(which) else { return };
        let start = self.start(to.2);
        let mut trial = self.ledger.clone();
        let moved = trial.remove(&id).unwrap().starting(start);
        let expected = self.feasible(&moved.visit, start, Some(&id));
        let changes = trial.insert(moved.clone(), LIMITS);
        assert_eq!(changes.is_ok(), expected, "{moved:?}");
        if let Ok(changes) = changes {
            self.ledger = trial;
            self.shelf.remove(&id);
            self.shelf.promise(&moved, &changes);
            self.promises.insert(id, moved);
        }
    }

    /// The process ends; another reads what was written.
    fn restart(&mut self) {
        let restored = Ledger::restore(self.problem, 0, &self.shelf.stored(self.problem), LIMITS);
        assert_eq!((&restored.stranded, &restored.lost_blocks), (&Vec::new(), &Vec::new()));
        assert_eq!(restored.changes, [], "nothing was different");
        self.ledger = restored.ledger;
    }

    /// The same promises where clerks or rooms are missing.
    pub(crate) fn hit(&self, problem: &Problem) -> usize {
        let day = Day::new(problem, 0);
        let restored = Ledger::restore(problem, 0, &self.shelf.stored(self.problem), LIMITS);
        assert_eq!(faults(problem, &restored.ledger), Vec::<String>::new());
        let task = |entry: &Entry| Task::visit(&entry.visit, entry.start);
        let mut kept: Vec<Task> =
            restored.ledger.promises().map(|(entry, _)| task(entry)).collect();
        let all: Vec<Task> = self.promises.values().map(task).collect();
        assert_eq!(kept.len() + restored.stranded.len(), all.len(), "a promise is lost");
        assert_eq!(restored.stranded.is_empty(), day.feasible(&all), "stranded for nothing");
        for (entry, _) in &restored.stranded {
            assert_eq!(self.promises.get(&*entry.id), Some(entry));
            kept.push(task(entry));
            assert!(!day.feasible(&kept), "{entry:?} could be kept");
            kept.pop();
        }
        // The changes lead from what was stored to what is now.
        let mut shelf = self.shelf.clone().renumbered(self.problem, problem);
        for (entry, _) in &restored.stranded {
            shelf.remove(&entry.id);
        }
        for block in &restored.lost_blocks {
            shelf.remove_block(block.number);
        }
        shelf.apply(&restored.changes);
        assert_eq!(shelf, Shelf::of(&restored.ledger), "the changes lead elsewhere");
        restored.stranded.len()
    }
}
