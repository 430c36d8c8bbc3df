//! A model with everything worked out that is the same in each replication.

use std::collections::BTreeMap;

use super::{
    super::model::{
        Booking, BreakRule, CallPolicy, Channel, Clerk, DayBreak, DayModel, Millis, ModelError,
        QueueSet,
    },
    clock::{Class, Event, event},
    sets::{LineSet, MOST_LINES, Set},
};

/// A [`DayModel`] that was found in order, ready for [`super::run_day`].
#[derive(Debug, Clone)]
pub struct PreparedDay {
    pub(super) model: DayModel,
    pub(super) lines: Vec<Line>,
    /// The ranks and who has them, smallest first; then those at a walk-in desk.
    pub(super) ranks: Vec<(u32, LineSet)>,
    pub(super) desk_ranks: Vec<(u32, LineSet)>,
    /// The line of each kind.
    pub(super) line_of: Vec<u8>,
    /// The mean service time of each kind.
    pub(super) mean: Vec<Millis>,
    /// Clerks in an order that depends on nothing but what they can do and when: whoever can serve
    /// the fewest queues first.
    pub(super) desks: Vec<Desk>,
    /// When what [`Self::entries`] lists happens, in order.
    pub(super) calendar: Vec<Event>,
    pub(super) entries: Vec<CalendarEntry>,
    /// The kinds of rooms, the least useful first.
    pub(super) rooms: Vec<Rooms>,
    /// Whether clerks have rooms of their own at times.
    pub(super) seats: bool,
    /// Kinds that walk in, and at which rates.
    pub(super) processes: Vec<Process>,
    /// Whether somebody may wait for whom there is an idle clerk and a room.
    pub(super) protects: bool,
    /// Whether who comes first depends on nothing but ranks and keys.
    pub(super) fixed_ranks: bool,
    /// Whether all clerks would call the same of those whom they both can serve.
    pub(super) agree: bool,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Line {
    pub queue: u32,
    pub channel: Channel,
    /// Smaller is called first.
    pub rank: u32,
    /// The rank at a walk-in desk.
    pub desk_rank: u32,
}

/// A clerk.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    /// Index in the model.
    pub clerk: u32,
    pub lines: LineSet,
    /// The end of the last shift.
    pub last_end: Millis,
    /// All shifts together.
    pub staffed: u64,
}

/// Rooms of one kind.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rooms {
    pub free: u32,
    /// Who can be served there.
    pub lines: LineSet,
    /// Who can be served there now: nobody if none is free.
    pub open: LineSet,
}

impl Rooms {
    /// Whether who is served there needs no room.
    pub(super) fn is_none(&self) -> bool {
        // So many clerks cannot be in it that it would look like another.
        self.free > u32::MAX / 2
    }

    fn new(count: u32, lines: LineSet) -> Self {
        Self { free: count, lines, open: if count > 0 { lines } else { 0 } }
    }

    /// The lines for which a room of any kind is free.
    pub(super) fn open<S: Set>(kinds: &[Self]) -> S {
        kinds.iter().fold(S::EMPTY, |all, kind| all | S::of(kind.open))
    }
}

/// An entry of the calendar.
#[derive(Debug, Clone, Copy)]
pub(super) struct CalendarEntry {
    /// Index into [`PreparedDay::desks`].
    pub desk: u32,
    pub what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    ShiftEnd,
    DeskEnd,
    ShiftStart {
        until: Millis,
    },
    DeskStart,
    /// The clerk sits down in a room of this kind.
    Sit(u32),
    Stand,
    /// The clerk's how manieth break is due.
    Break(u32),
    /// The next break that is nobody's yet is due.
    Shared,
}

/// Arrivals of one kind of walk-in.
#[derive(Debug, Clone)]
pub(super) struct Process {
    pub kind: u32,
    pub pieces: Vec<Piece>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct Piece {
    pub from: f64,
    pub until: f64,
    /// Mean time between arrivals.
    pub gap: f64,
}

/// What differs between replications of a day.
#[derive(Debug, Clone, Copy)]
pub struct Today<'a> {
    pub(super) book: &'a [Booking],
    pub(super) absent: &'a [u32],
    /// Factor on the rates of walk-ins.
    pub(super) crowd: f64,
}

impl<'a> Today<'a> {
    /// The book of today, and the clerks who do not come (indices in the model; others are ignored).
    ///
    /// # Errors
    ///
    /// [`ModelError`] if the book cannot be one of `day`'s.
    pub fn new(
        day: &PreparedDay,
        book: &'a [Booking],
        absent: &'a [u32],
    ) -> Result<Self, ModelError> {
        day.model.check_book(book)?;
        Ok(Self { book, absent, crowd: 1.0 })
    }

    /// The same day on which `factor` times as many people walk in.
    #[must_use]
    pub fn with_crowd(self, factor: f64) -> Self {
        Self { crowd: factor.max(0.0), ..self }
    }
}

impl PreparedDay {
    /// Works out what a day needs.
    ///
    /// # Errors
    ///
    /// [`ModelError`] if the model is not in order.
    pub fn new(model: DayModel) -> Result<Self, ModelError> {
        model.check()?;
        let (lines, line_of) = lines(&model)?;
        let set = |queues: QueueSet| {
            let within = lines.iter().enumerate().filter(|(_, line)| queues.contains(line.queue));
            within.fold(0, |set: LineSet, (line, _)| set | 1 << line)
        };
        let rooms = model.rooms.iter().map(|room| Rooms::new(room.count, set(room.queues)));
        let mut rooms: Vec<(usize, Rooms)> = rooms.enumerate().collect();
        rooms.sort_by_key(|(_, kind)| (kind.lines.count_ones(), kind.lines));
        let mut place = vec![0; rooms.len()];
        for (sorted, &(of_model, _)) in (0_u32..).zip(&rooms) {
            place[of_model] = sorted;
        }
        let rooms: Vec<Rooms> = rooms.into_iter().map(|(_, kind)| kind).collect();
        // Who has a room nowhere is as good as unable to be served.
        let roomy = if rooms.is_empty() { LineSet::MAX } else { Rooms::open(&rooms) };
        let mut order: Vec<_> = model.clerks.iter().enumerate().collect();
        order.sort_by_key(|&(_, clerk)| (clerk.queues.0.count_ones(), clerk));
        let desks: Vec<_> = order
            .iter()
            .map(|&(i, clerk)| Desk::new(i, clerk, set(clerk.queues) & roomy, model.opens))
            .collect();
        let (calendar, entries) = calendar(&model, &order, &place);
        let seats = model.clerks.iter().any(|clerk| !clerk.seats.is_empty());
        let fixed_ranks = !matches!(model.policy, CallPolicy::DuePriority | CallPolicy::Protected);
        Ok(Self {
            mean: model.kinds.iter().map(|kind| kind.duration.mean().max(0.0) as u32).collect(),
            processes: processes(&model),
            protects: model.policy == CallPolicy::Protected,
            fixed_ranks,
            agree: fixed_ranks && model.policy != CallPolicy::WalkInDesks && !seats,
            seats,
            ranks: ranks(lines.iter().map(|line| line.rank)),
            desk_ranks: ranks(lines.iter().map(|line| line.desk_rank)),
            lines,
            line_of,
            desks,
            calendar,
            entries,
            rooms,
            model,
        })
    }

    /// The model.
    pub fn model(&self) -> &DayModel {
        &self.model
    }

    /// The day with the book of the model and everybody there.
    pub fn as_planned(&self) -> Today<'_> {
        Today { book: &self.model.appointments, absent: &[], crowd: 1.0 }
    }
}

impl Desk {
    fn new(index: usize, clerk: &Clerk, lines: LineSet, opens: Millis) -> Self {
        let last_end = shifts_after(clerk, opens).last().map_or(0, |shift| shift.1);
        Self {
            clerk: index as u32,
            // Whose shifts are over when the doors open serves nobody.
            lines: if last_end > 0 { lines } else { 0 },
            last_end,
            staffed: clerk.shifts.iter().map(|&(from, until)| u64::from(until - from)).sum(),
        }
    }
}

/// What of a clerk's shifts lies after opening.
fn shifts_after(clerk: &Clerk, opens: Millis) -> impl Iterator<Item = (Millis, Millis)> {
    let open = clerk.shifts.iter().map(move |&(from, until)| (from.max(opens), until));
    open.filter(|(from, until)| from < until)
}

/// The lines, and which one each kind waits in.
fn lines(model: &DayModel) -> Result<(Vec<Line>, Vec<u8>), ModelError> {
    let mut keys: Vec<_> =
        model.kinds.iter().map(|kind| (kind.channel, kind.priority, kind.queue)).collect();
    let of_kind = keys.clone();
    keys.sort_unstable();
    keys.dedup();
    if keys.len() > MOST_LINES {
        return Err(ModelError::TooManyLines(keys.len()));
    }
    let lines = keys
        .iter()
        .map(|&(channel, priority, queue)| {
            let (own, other) = (channel as u32, 1 - channel as u32);
            let (rank, desk_rank) = match model.policy {
                CallPolicy::AppointmentsFirst | CallPolicy::Protected => (own << 8, own << 8),
                CallPolicy::WalkInDesks => (own << 8, other << 8),
                CallPolicy::FirstCome | CallPolicy::ByAppointmentTime { .. } => {
                    return Line { queue, channel, rank: 0, desk_rank: 0 };
                }
                // Between two priorities: appointments due, walk-ins, appointments not due.
                CallPolicy::DuePriority => {
                    let rank = u32::from(priority) * 3 + own;
                    return Line { queue, channel, rank, desk_rank: rank };
                }
            };
            let priority = u32::from(priority);
            Line { queue, channel, rank: rank + priority, desk_rank: desk_rank + priority }
        })
        .collect();
    let line_of =
        of_kind.iter().map(|key| keys.binary_search(key).map_or(0, |line| line as u8)).collect();
    Ok((lines, line_of))
}

/// The lines of each rank, of the ranks of all lines.
fn ranks(of_lines: impl Iterator<Item = u32>) -> Vec<(u32, LineSet)> {
    let mut ranks: BTreeMap<u32, LineSet> = BTreeMap::new();
    for (line, rank) in of_lines.enumerate() {
        *ranks.entry(rank).or_default() |= 1 << line;
    }
    ranks.into_iter().collect()
}

/// What the clerks' timetables say, in order of time.
/// `rooms` are the kinds of rooms as the event loop numbers them.
fn calendar(
    model: &DayModel,
    order: &[(usize, &Clerk)],
    rooms: &[u32],
) -> (Vec<Event>, Vec<CalendarEntry>) {
    let mut entries = Vec::new();
    let mut add = |time: Millis, class: Class, desk: usize, what: What| {
        entries.push((event(time, class, 0), CalendarEntry { desk: desk as u32, what }));
    };
    for (desk, (_, clerk)) in order.iter().enumerate() {
        for (from, until) in shifts_after(clerk, model.opens) {
            add(from, Class::Start, desk, What::ShiftStart { until });
            add(until, Class::End, desk, What::ShiftEnd);
        }
        for (index, pause) in clerk.breaks.iter().enumerate() {
            add(pause.at, Class::Start, desk, What::Break(index as u32));
        }
        for seat in clerk.seats.iter().filter(|seat| seat.from.max(model.opens) < seat.until) {
            add(
                seat.from.max(model.opens),
                Class::Start,
                desk,
                What::Sit(rooms[seat.room as usize]),
            );
            add(seat.until, Class::End, desk, What::Stand);
        }
        if model.policy == CallPolicy::WalkInDesks {
            for &(from, until) in &clerk.desk {
                add(from, Class::Start, desk, What::DeskStart);
                add(until, Class::End, desk, What::DeskEnd);
            }
        }
    }
    for pause in &model.shared_breaks {
        add(pause.at, Class::Start, 0, What::Shared);
    }
    // Stable: a shift starts before a break that is due at its start.
    entries.sort_by_key(|&(event, entry)| (event, entry.what.order()));
    let numbered = entries.iter().enumerate().map(|(index, &(event, _))| event | index as u64);
    (numbered.collect(), entries.iter().map(|&(_, entry)| entry).collect())
}

impl What {
    /// All who start come before anybody takes a break, so that the clerks' numbers do not matter.
    fn order(self) -> u8 {
        match self {
            Self::ShiftEnd | Self::DeskEnd => 0,
            // Whoever goes at the same time does not take the room.
            Self::Stand => 1,
            Self::DeskStart => 2,
            Self::ShiftStart { .. } => 3,
            // Whoever comes at the same time is there by now, and calls from the own room.
            Self::Sit(_) => 4,
            Self::Break(_) => 5,
            Self::Shared => 6,
        }
    }
}

/// The arrival process of each kind that walks in.
fn processes(model: &DayModel) -> Vec<Process> {
    let walk_ins = model.kinds.iter().enumerate().filter(|(_, k)| k.channel == Channel::WalkIn);
    let of_kind = |kind: u32| {
        let pieces = model.walk_ins.iter().filter_map(|segment| {
            let total: f64 = segment.mix.iter().map(|&(_, share)| share).sum();
            let own: f64 = segment.mix.iter().filter(|&&(k, _)| k == kind).map(|&(_, s)| s).sum();
            let per_ms = segment.per_hour / 3.6e6 * own / total;
            (own > 0.0 && per_ms > 0.0).then(|| Piece {
                from: f64::from(segment.from),
                until: f64::from(segment.until),
                gap: 1.0 / per_ms,
            })
        });
        Process { kind, pieces: pieces.collect() }
    };
    walk_ins
        .map(|(kind, _)| of_kind(kind as u32))
        .filter(|process| !process.pieces.is_empty())
        .collect()
}

impl PreparedDay {
    /// How long a break of a clerk lasts if it begins at `now`; `None` if it falls away.
    pub(super) fn break_length(&self, desk: usize, index: u32, now: Millis) -> Option<Millis> {
        let clerk = &self.model.clerks[self.desks[desk].clerk as usize];
        self.length_from(clerk.breaks[index as usize], now)
    }

    /// How long a break that is nobody's lasts if it begins at `now`; `None` if it falls away.
    pub(super) fn shared_length(&self, index: usize, now: Millis) -> Option<Millis> {
        self.length_from(self.model.shared_breaks[index], now)
    }

    fn length_from(&self, pause: DayBreak, now: Millis) -> Option<Millis> {
        match self.model.break_rule {
            BreakRule::Wait | BreakRule::Preempt => Some(pause.length),
            BreakRule::Ignore => {
                let left = pause.at.saturating_add(pause.length).saturating_sub(now);
                (left > 0).then_some(left)
            }
        }
    }
}
