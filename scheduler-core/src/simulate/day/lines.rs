//! Who waits: a line for each queue, channel and priority, in the order in which it is served.

use super::scratch::{Customer, NO_TIME, State};

/// Nobody.
pub(super) const NOBODY: u32 = u32::MAX;

/// The lines; their members are linked through [`Customer`].
#[derive(Debug, Default)]
pub(super) struct Lines {
    ends: Vec<Ends>,
    /// People in all lines, and the walk-ins among them.
    pub waiting: u32,
    pub walk_ins: u32,
}

#[derive(Debug, Clone, Copy)]
struct Ends {
    head: u32,
    tail: u32,
    /// The key of the head, if there is one.
    key: u64,
}

impl Lines {
    pub(super) fn reset(&mut self, lines: usize) {
        self.ends.clear();
        self.ends.resize(lines, Ends { head: NOBODY, tail: NOBODY, key: 0 });
        self.waiting = 0;
        self.walk_ins = 0;
    }

    #[inline]
    pub(super) fn head(&self, line: u8) -> u32 {
        self.ends[usize::from(line)].head
    }

    /// The key of the first in a line that is not empty.
    #[inline]
    pub(super) fn key(&self, line: u8) -> u64 {
        self.ends[usize::from(line)].key
    }

    #[inline]
    pub(super) fn is_empty(&self, line: u8) -> bool {
        self.head(line) == NOBODY
    }

    /// The line of these whose first member comes first, and that member's key; none is empty.
    #[inline]
    pub(super) fn first_of(&self, lines: impl Iterator<Item = u8>) -> (u64, u8) {
        let keys = lines.map(|line| (self.key(line), line));
        // Keys differ: everybody has an own number in them.
        keys.fold((u64::MAX, 0), |first, other| if other.0 < first.0 { other } else { first })
    }

    /// Puts somebody in line, behind everybody with a smaller or equal key. Mostly that is the end.
    #[inline]
    pub(super) fn insert(&mut self, customers: &mut [Customer], who: u32, key: u64) {
        let line = customers[who as usize].line;
        let ends = &mut self.ends[usize::from(line)];
        let mut before = ends.tail;
        while before != NOBODY && customers[before as usize].key > key {
            before = customers[before as usize].before;
        }
        let behind = match before {
            NOBODY => {
                ends.key = key;
                std::mem::replace(&mut ends.head, who)
            }
            _ => std::mem::replace(&mut customers[before as usize].behind, who),
        };
        match behind {
            NOBODY => ends.tail = who,
            _ => customers[behind as usize].before = who,
        }
        let customer = &mut customers[who as usize];
        customer.before = before;
        customer.behind = behind;
        customer.key = key;
        customer.state = State::Waiting;
        self.waiting += 1;
        self.walk_ins += u32::from(customer.due == NO_TIME);
    }

    /// Takes the first out of a line that is not empty.
    #[inline]
    pub(super) fn pop(&mut self, customers: &mut [Customer], line: u8) -> u32 {
        let ends = &mut self.ends[usize::from(line)];
        let who = ends.head;
        let Customer { behind, due, .. } = customers[who as usize];
        ends.head = behind;
        if behind == NOBODY {
            ends.tail = NOBODY;
        } else {
            let next = &mut customers[behind as usize];
            next.before = NOBODY;
            ends.key = next.key;
        }
        self.waiting -= 1;
        self.walk_ins -= u32::from(due == NO_TIME);
        who
    }

    /// Takes somebody out of the line.
    #[inline]
    pub(super) fn remove(&mut self, customers: &mut [Customer], who: u32) {
        let Customer { before, behind, line, .. } = customers[who as usize];
        let ends = &mut self.ends[usize::from(line)];
        match before {
            NOBODY => ends.head = behind,
            _ => customers[before as usize].behind = behind,
        }
        match behind {
            NOBODY => ends.tail = before,
            _ => customers[behind as usize].before = before,
        }
        if ends.head != NOBODY {
            ends.key = customers[ends.head as usize].key;
        }
        let customer = &mut customers[who as usize];
        customer.state = State::Gone;
        self.waiting -= 1;
        self.walk_ins -= u32::from(customer.due == NO_TIME);
    }
}
