//! Who waits: a line for each queue, channel and priority, in the order in which it is served.

/// The key of nobody.
pub(super) const NO_KEY: u64 = u64::MAX;

/// The lines.
#[derive(Debug, Default)]
pub(super) struct Lines {
    lines: Vec<Line>,
    /// People in all lines, and the walk-ins among them.
    pub waiting: u32,
    pub walk_ins: u32,
}

#[derive(Debug, Clone)]
struct Line {
    /// The key of whoever is first, or [`NO_KEY`].
    key: u64,
    /// Where in `members` that is.
    head: usize,
    /// Whoever got in line today, in order, between [`FRONT`] and [`BACK`]. Who was called stays,
    /// before the head, and who gave up stays as [`GONE`]: so nobody moves up, and it does not matter
    /// whether the line becomes empty.
    members: Vec<Member>,
}

#[derive(Debug, Clone, Copy)]
struct Member {
    /// Smaller comes first; keys differ.
    key: u64,
    who: u32,
}

/// Has left the line without being called; never its head.
const GONE: u32 = u32::MAX - 1;

/// Nobody, before and behind everybody.
const FRONT: Member = Member { key: 0, who: u32::MAX };
const BACK: Member = Member { key: NO_KEY, who: u32::MAX };

impl Lines {
    /// Empties all lines; from now on there are `count`.
    pub(super) fn reset(&mut self, count: usize) {
        if self.lines.len() < count {
            self.lines.resize(count, Line { key: NO_KEY, head: 0, members: Vec::new() });
        }
        for line in &mut self.lines {
            line.key = NO_KEY;
            line.head = 1;
            line.members.clear();
            line.members.extend([FRONT, BACK]);
        }
        self.waiting = 0;
        self.walk_ins = 0;
    }

    /// The first in a line that is not empty.
    #[inline]
    pub(super) fn head(&self, line: u8) -> u32 {
        let line = &self.lines[usize::from(line)];
        line.members[line.head].who
    }

    /// The key of the first in a line, or [`NO_KEY`].
    #[inline]
    pub(super) fn key(&self, line: u8) -> u64 {
        self.lines[usize::from(line)].key
    }

    /// The line of these whose first member comes first, and that member's key; none is empty.
    #[inline]
    pub(super) fn first_of(&self, lines: impl Iterator<Item = u8>) -> (u64, u8) {
        let keys = lines.map(|line| (self.key(line), line));
        keys.fold((NO_KEY, 0), |first, other| if other.0 < first.0 { other } else { first })
    }

    /// Puts somebody in line, behind everybody with a smaller key. Mostly that is the end.
    #[inline]
    pub(super) fn insert(&mut self, line: u8, key: u64, who: u32) {
        let line = &mut self.lines[usize::from(line)];
        let mut at = line.members.len() - 1;
        line.members.push(BACK);
        // Whether the line is empty is chance; nearly always the first test already fails.
        while line.members[at - 1].key > key && at > line.head {
            line.members[at] = line.members[at - 1];
            at -= 1;
        }
        line.members[at] = Member { key, who };
        line.key = line.key.min(key);
    }

    /// Takes the first out of a line that is not empty.
    #[inline]
    pub(super) fn pop(&mut self, line: u8) -> u32 {
        let line = &mut self.lines[usize::from(line)];
        let who = line.members[line.head].who;
        line.head += 1;
        line.find_head();
        who
    }

    /// Takes whoever has this key out of the line.
    pub(super) fn remove(&mut self, line: u8, key: u64) {
        let line = &mut self.lines[usize::from(line)];
        let before = line.members[line.head..].partition_point(|member| member.key < key);
        line.members[line.head + before].who = GONE;
        line.find_head();
    }
}

impl Line {
    /// Goes on to whoever is first now.
    #[inline]
    fn find_head(&mut self) {
        while self.members[self.head].who == GONE {
            self.head += 1;
        }
        self.key = self.members[self.head].key;
    }
}
