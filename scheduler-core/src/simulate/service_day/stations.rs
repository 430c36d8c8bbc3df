//! Clerks: whether they are there, serve, or have a break.

use super::{
    super::model::Millis,
    clock::NEVER,
    prepared::{PreparedDay, Today},
    scratch::Scratch,
    sets::{LineSet, each_line},
};

/// A clerk's state.
#[derive(Debug, Clone, Copy)]
pub(super) struct Station {
    pub status: Status,
    /// Does not come today.
    pub absent: bool,
    /// Whether the clerk is inside a walk-in block.
    pub at_desk: bool,
    /// The end of the shift that the clerk is in, or was in last.
    pub duty_until: Millis,
    /// Whom the clerk can serve now.
    pub lines: LineSet,
    /// Whom the clerk stays for after the last shift.
    pub covers: LineSet,
    pub customer: u32,
    pub begin: Millis,
    /// When the clerk is expected to be free, with a service of mean length; 0 when idle.
    pub free_at: Millis,
    /// The room in use that is not the clerk's own, as an index of its kind.
    pub room: u32,
    /// The room that is the clerk's own for now, likewise.
    pub seat: u32,
    /// The room that would be the clerk's own, were one of its kind free.
    pub wants: u32,
    /// Who can be served without a free room: as [`Self::lines`] in an own room, else nobody.
    pub own: LineSet,
    /// Own breaks from `next_break` up to but not including `due_breaks` are due.
    pub next_break: u32,
    pub due_breaks: u32,
    /// Up to where work beyond shifts has been counted.
    pub counted_until: Millis,
    /// From and until when the clerk waits for somebody who will not come.
    pub expects: Option<(Millis, Millis)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Status {
    /// Not there.
    Off,
    /// There, or on call after the last shift.
    Idle,
    Serving,
    Paused,
}

/// No room is in use, or rooms do not matter.
pub(super) const NO_ROOM: u32 = u32::MAX;

const NOT_THERE: Station = Station {
    status: Status::Off,
    absent: true,
    at_desk: false,
    duty_until: 0,
    lines: 0,
    covers: 0,
    customer: u32::MAX,
    begin: 0,
    free_at: Millis::MAX,
    room: NO_ROOM,
    seat: NO_ROOM,
    wants: NO_ROOM,
    own: 0,
    next_break: 0,
    due_breaks: 0,
    counted_until: 0,
    expects: None,
};

/// The numbers of the bits that are set in words.
pub(super) fn each_set(words: impl Iterator<Item = u64>) -> impl Iterator<Item = usize> {
    let each_bit = |(word, bits)| each_line(bits).map(move |bit| word * 64 + usize::from(bit));
    words.enumerate().flat_map(each_bit)
}

impl Scratch {
    /// Puts everybody in their places before the day begins. Returns the shifts of all who come.
    pub(super) fn seat(&mut self, day: &PreparedDay, today: Today<'_>) -> u64 {
        let count = day.desks.len();
        let words = count.div_ceil(64).max(1);
        self.stations.clear();
        self.stations.resize(count, NOT_THERE);
        self.ends.reset(count);
        self.lines.reset(day.lines.len());
        self.impatient.clear();
        self.idle.clear();
        self.idle.resize(words, 0);
        self.able.clear();
        self.able.resize(words * day.lines.len(), 0);
        self.covered.clear();
        self.covered.resize(day.lines.len(), 0);
        self.rooms.clone_from(&day.rooms);
        let mut staffed = 0;
        let comes = |clerk: u32| !today.absent.contains(&clerk);
        for desk in day.desks.iter().filter(|desk| comes(desk.clerk)) {
            staffed += desk.staffed;
            for line in each_line(desk.lines) {
                let covered = &mut self.covered[usize::from(line)];
                *covered = desk.last_end.max(*covered);
            }
        }
        for (station, desk) in self.stations.iter_mut().zip(&day.desks) {
            if !comes(desk.clerk) {
                continue;
            }
            station.absent = false;
            station.covers = each_line(desk.lines)
                .filter(|&line| self.covered[usize::from(line)] == desk.last_end)
                .fold(0, |set: LineSet, line| set | 1 << line);
        }
        staffed
    }

    /// Lists the clerk as able to serve exactly these lines.
    pub(super) fn set_lines(&mut self, desk: usize, lines: LineSet) {
        let words = self.idle.len();
        let bit = 1 << (desk % 64);
        for line in each_line(self.stations[desk].lines & !lines) {
            self.able[usize::from(line) * words + desk / 64] &= !bit;
        }
        for line in each_line(lines) {
            self.able[usize::from(line) * words + desk / 64] |= bit;
        }
        let station = &mut self.stations[desk];
        station.lines = lines;
        station.own = if station.seat == NO_ROOM { 0 } else { lines };
    }

    #[inline]
    pub(super) fn set_idle(&mut self, desk: usize, idle: bool) {
        let bit = 1 << (desk % 64);
        let word = &mut self.idle[desk / 64];
        *word = if idle { *word | bit } else { *word & !bit };
    }

    /// The first idle clerk who can serve a line.
    #[inline]
    pub(super) fn idle_for(&self, line: u8) -> Option<usize> {
        let both = self.all_idle_for(line).enumerate();
        let mut some = both.filter(|&(_, bits)| bits != 0);
        some.next().map(|(word, bits)| word * 64 + bits.trailing_zeros() as usize)
    }

    /// The first idle clerk in a room of their own who can serve a line there.
    #[inline(never)]
    pub(super) fn seated_idle_for(&self, line: u8) -> Option<usize> {
        each_set(self.all_idle_for(line)).find(|&desk| self.stations[desk].own >> line & 1 == 1)
    }

    /// All idle clerks who can serve a line, a bit each.
    #[inline]
    pub(super) fn all_idle_for(&self, line: u8) -> impl Iterator<Item = u64> + '_ {
        let words = self.idle.len();
        let able = &self.able[usize::from(line) * words..][..words];
        self.idle.iter().zip(able).map(|(&idle, &able)| idle & able)
    }

    #[inline]
    pub(super) fn is_any_idle(&self) -> bool {
        self.idle.iter().any(|&bits| bits != 0)
    }

    /// All idle clerks.
    pub(super) fn all_idle(&self) -> impl Iterator<Item = usize> + '_ {
        each_set(self.idle.iter().copied())
    }

    /// Nothing more is to happen to the clerk.
    pub(super) fn rest(&mut self, desk: usize) {
        self.ends.set(desk, NEVER);
    }
}
