//! A plan that planning begins from: yesterday's, one edited by hand, or one that was made for
//! another version of the scenario.

use std::fmt;

use chrono::{DateTime, FixedOffset};

use super::{Plan, Problem, Stay};
use crate::time::Window;

/// A plan to begin from, in terms of the problem that is to be planned.
///
/// [`PlanFile::resolve_start`](crate::scenario::PlanFile::resolve_start) makes one from the plan of
/// any version of a scenario; a [`Plan`] of the same problem is one as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct StartPlan {
    pub(super) plan: Plan,
    /// The stays whose room the clerk keeps.
    pub(super) kept_stays: Vec<Stay>,
    /// For each entry of the plan its position in the list of the file that it was read from.
    pub(super) positions: Positions,
    /// Entries for which the problem has no words.
    pub(super) dropped: Vec<Dropped>,
}

/// Positions in the lists of a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Positions {
    pub slots: Vec<usize>,
    pub blocks: Vec<usize>,
    pub breaks: Vec<usize>,
    pub stays: Vec<usize>,
}

impl From<Plan> for StartPlan {
    fn from(plan: Plan) -> Self {
        let pinned = plan.stays.iter().enumerate().filter(|(_, stay)| stay.pinned);
        let (stays, kept_stays) = pinned.map(|(i, stay)| (i, *stay)).unzip();
        let positions = Positions {
            slots: (0..plan.slots.len()).collect(),
            blocks: (0..plan.walk_in_blocks.len()).collect(),
            breaks: (0..plan.breaks.len()).collect(),
            stays,
        };
        Self { kept_stays, positions, dropped: Vec::new(), plan }
    }
}

impl StartPlan {
    /// What of the plan the problem has words for.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The stays in it whose room the clerk keeps.
    pub fn kept_stays(&self) -> &[Stay] {
        &self.kept_stays
    }

    /// Entries of the file that name what the scenario does not have.
    pub fn dropped(&self) -> &[Dropped] {
        &self.dropped
    }

    /// Where in the file the `index`-th entry of a list stands, as a JSON pointer.
    pub(crate) fn pointer(&self, kind: EntryKind, index: usize) -> String {
        let positions = match kind {
            EntryKind::Slot => &self.positions.slots,
            EntryKind::Block => &self.positions.blocks,
            EntryKind::Break => &self.positions.breaks,
            EntryKind::Stay => &self.positions.stays,
        };
        kind.pointer(positions.get(index).copied().unwrap_or(index))
    }
}

/// What an entry of a plan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum EntryKind {
    /// A slot.
    Slot,
    /// A walk-in block.
    Block,
    /// A break.
    Break,
    /// A stay.
    Stay,
}

impl EntryKind {
    /// The `position`-th entry of its list, as a JSON pointer into a plan file.
    pub(crate) fn pointer(self, position: usize) -> String {
        let list = match self {
            Self::Slot => "slots",
            Self::Block => "walk_in_blocks",
            Self::Break => "breaks",
            Self::Stay => "stays",
        };
        format!("/{list}/{position}")
    }
}

/// An entry of a plan, by ids and instants.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PlanEntry {
    /// What it is.
    pub kind: EntryKind,
    /// Where it stands in the file of the plan, as a JSON pointer.
    pub pointer: String,
    /// The service of a slot.
    pub service: Option<String>,
    /// Id of the clerk.
    pub staff: String,
    /// First instant.
    pub start: DateTime<FixedOffset>,
    /// First instant after.
    pub end: DateTime<FixedOffset>,
    /// Whether it must be kept.
    pub pinned: bool,
}

impl PlanEntry {
    pub(crate) fn new(
        kind: EntryKind,
        pointer: String,
        service: Option<String>,
        staff: String,
        (start, end): (DateTime<FixedOffset>, DateTime<FixedOffset>),
        pinned: bool,
    ) -> Self {
        Self { kind, pointer, service, staff, start, end, pinned }
    }
}

impl fmt::Display for PlanEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = match self.kind {
            EntryKind::Slot => "slot",
            EntryKind::Block => "walk-in block",
            EntryKind::Break => "break",
            EntryKind::Stay => "stay",
        };
        f.write_str(what)?;
        if let Some(service) = &self.service {
            write!(f, " for {service}")?;
        }
        let (start, end) = (self.start.format("%Y-%m-%d, %H:%M"), self.end.format("%H:%M"));
        write!(f, " of {} on {start} to {end}", self.staff)
    }
}

/// An entry of a plan to begin from that does not fit the problem, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Dropped {
    /// What.
    pub entry: PlanEntry,
    /// Why.
    pub reason: DropReason,
}

impl Dropped {
    pub(crate) fn new(entry: PlanEntry, reason: DropReason) -> Self {
        Self { entry, reason }
    }
}

impl fmt::Display for Dropped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.entry, self.reason)
    }
}

/// Why an entry of a plan does not fit a problem.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum DropReason {
    /// The scenario has nothing of that id.
    Unknown {
        /// The field that names it, such as `staff`.
        field: &'static str,
        /// The id.
        id: String,
    },
    /// Its date is not one of the horizon.
    Horizon,
    /// Its times are off the grid, or not those of one date's clock.
    Time,
    /// The clerk has no shift there then, or is away.
    Shift,
    /// The site is not open for all of it.
    Closed,
    /// It does not last as long as the service or the break does.
    Length,
    /// The clerk lacks a skill for it.
    Skill,
    /// Its room is at another site or lacks equipment, or it has one and needs none, or none and
    /// needs one.
    Room,
    /// No demand of the scenario can be served by it.
    Demand,
    /// The appointment that it keeps is at another time or for something else, has another clerk
    /// or room by name, or is kept by an entry before it.
    Promise,
    /// The shift has no such break.
    Break,
    /// It counts for no quota, or is shorter than one asks for.
    Quota,
    /// The clerk does something else then, or keeps another room.
    ClerkTaken,
    /// Somebody else is in the room then, or keeps it.
    RoomTaken,
}

impl fmt::Display for DropReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unknown { field, id } => {
                let what = match *field {
                    "staff" => "clerk",
                    other => other,
                };
                return write!(f, "the scenario has no {what} {id:?}");
            }
            Self::Horizon => "its date is outside the horizon",
            Self::Time => "its times are off the grid or not those of one date",
            Self::Shift => "the clerk has no shift there then, or is absent",
            Self::Closed => "the site is not open for all of it",
            Self::Length => "it takes another time than that",
            Self::Skill => "the clerk lacks a skill for it",
            Self::Room => "its room does not suit it",
            Self::Demand => "no demand can be served by it",
            Self::Promise => {
                "its appointment is not this one any more: another time, service, clerk or room, \
                 or it is kept twice"
            }
            Self::Break => "the shift has no such break",
            Self::Quota => "it counts for no quota or is shorter than one asks for",
            Self::ClerkTaken => "the clerk does something else then or keeps another room",
            Self::RoomTaken => "somebody else is in the room then or keeps it",
        })
    }
}

impl Problem {
    /// Marks the stays of `plan` in which a clerk keeps a room that is pinned: those of the same
    /// clerk in the same room that overlap one of `pinned`. They reach at least as far.
    pub(crate) fn pin_stays(plan: &mut Plan, pinned: &[Stay]) {
        for pin in pinned {
            let same = |stay: &&mut Stay| {
                (stay.clerk, stay.day, stay.shift, stay.room)
                    == (pin.clerk, pin.day, pin.shift, pin.room)
                    && stay.window.overlaps(pin.window)
            };
            for stay in plan.stays.iter_mut().filter(same) {
                stay.pinned = true;
                stay.window = Window::new(
                    stay.window.from.min(pin.window.from),
                    stay.window.until.max(pin.window.until),
                );
            }
        }
    }

    /// The shift of `clerk` at the site of `room` in which `window` of the `day`-th date lies,
    /// absences or not.
    pub(crate) fn shift_in_room(
        &self,
        clerk: usize,
        room: usize,
        day: usize,
        window: Window,
    ) -> Option<usize> {
        let site = self.rooms.get(room)?.site;
        let range = self.site_days.get(self.site_day(site, day))?.shifts.clone();
        range.clone().find(|&shift| {
            let shift = &self.shifts[shift];
            shift.clerk == clerk && shift.window.covers(window)
        })
    }
}
