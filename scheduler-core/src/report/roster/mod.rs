//! Who works when and where, day by day: what each clerk needs to know of a plan, as data, text, CSV
//! and a sheet for paper.
//!
//! ```
//! use scheduler_core::prelude::*;
//! use scheduler_core::report::Language;
//! use scheduler_core::report::roster::roster;
//!
//! # let json = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/counter.json"));
//! let problem = Problem::new(&Scenario::from_json(json.as_bytes())?)?;
//! let plan = Planner::new(&problem).steps(100).plan()?.plan;
//! let roster = roster(&problem, &plan, None);
//! assert_eq!(roster.clerks.len(), problem.clerks.len());
//! print!("{}", roster.to_text(Language::English));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod csv;
mod sheet;
mod text;

use std::fmt;

use chrono::NaiveDate;

use crate::problem::{Plan, Problem};
use crate::time::{Clock, Window};

/// Who works when and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roster {
    /// What the planner calls the scenario.
    pub name: String,
    /// First date of the horizon.
    pub from: NaiveDate,
    /// Last date of the horizon.
    pub until: NaiveDate,
    /// In the order of the scenario.
    pub clerks: Vec<ClerkRoster>,
}

/// The days of one clerk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClerkRoster {
    /// Index into [`Problem::clerks`].
    pub clerk: usize,
    /// Id in the scenario.
    pub id: String,
    /// Name for people; the id where none was given.
    pub name: String,
    /// In order of time.
    pub duties: Vec<Duty>,
}

/// A shift with what happens in it, or a day on which the clerk is away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// Index into [`Problem::dates`].
    pub day: usize,
    /// The date.
    pub date: NaiveDate,
    /// Index into [`Problem::sites`]; nothing on a day on which the clerk is away.
    pub site: Option<usize>,
    /// What people call the site; nothing as above.
    pub place: String,
    /// The shift; nothing as above.
    pub hours: Option<Span>,
    /// Parts of the shift on which the clerk is away.
    pub absent: Vec<Span>,
    /// Breaks.
    pub breaks: Vec<Span>,
    /// Walk-in blocks.
    pub walk_ins: Vec<Span>,
    /// Stays at counters.
    pub seats: Vec<Seat>,
    /// Appointment slots, those promised included.
    pub slots: usize,
    /// Slots among them that keep a promise.
    pub promised: usize,
    /// Minutes on duty, without breaks and absences.
    pub minutes: u32,
}

/// A stay at a counter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seat {
    /// Index into [`Problem::rooms`].
    pub room: usize,
    /// What people call it.
    pub name: String,
    /// From when to when.
    pub span: Span,
}

/// A time of the day, by the wall clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// Its begin.
    pub from: Clock,
    /// Its end.
    pub until: Clock,
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}–{}", self.from, self.until)
    }
}

/// The roster of `clerk` (an index into [`Problem::clerks`]), or of everybody.
///
/// O(n log n) in the number of shifts, slots, blocks and breaks.
pub fn roster(problem: &Problem, plan: &Plan, clerk: Option<usize>) -> Roster {
    let mut clerks: Vec<ClerkRoster> = problem
        .clerks
        .iter()
        .enumerate()
        .map(|(index, entry)| ClerkRoster {
            clerk: index,
            id: entry.id.clone(),
            name: entry.name.clone(),
            duties: entry.absent_days.iter().map(|&day| away(problem, day)).collect(),
        })
        .collect();
    for shift in &problem.shifts {
        clerks[shift.clerk].duties.push(duty(problem, shift));
    }
    for clerk in &mut clerks {
        clerk.duties.sort_by_key(|duty| (duty.day, duty.hours.map(|hours| hours.from)));
    }
    fill(problem, plan, &mut clerks);
    clerks.retain(|other| clerk.is_none_or(|clerk| clerk == other.clerk));
    Roster {
        name: problem.name.clone(),
        from: problem.dates.first().copied().unwrap_or_default(),
        until: problem.dates.last().copied().unwrap_or_default(),
        clerks,
    }
}

fn away(problem: &Problem, day: usize) -> Duty {
    Duty {
        day,
        date: problem.dates[day],
        site: None,
        place: String::new(),
        hours: None,
        absent: Vec::new(),
        breaks: Vec::new(),
        walk_ins: Vec::new(),
        seats: Vec::new(),
        slots: 0,
        promised: 0,
        minutes: 0,
    }
}

/// A shift with nothing in it.
fn duty(problem: &Problem, shift: &crate::problem::Shift) -> Duty {
    let place = &problem.site_days[shift.site_day];
    let rested: u32 = shift.breaks.iter().map(|pause| u32::from(pause.steps)).sum();
    let present: u32 = shift.present().map(|window| u32::from(window.steps())).sum();
    Duty {
        site: Some(place.site),
        place: problem.sites[place.site].name.clone(),
        hours: Some(span(problem, shift.window)),
        absent: shift.absent.iter().map(|&window| span(problem, window)).collect(),
        minutes: present.saturating_sub(rested) * problem.grid.minutes(),
        ..away(problem, place.day)
    }
}

fn span(problem: &Problem, window: Window) -> Span {
    Span { from: problem.grid.clock(window.from), until: problem.grid.clock(window.until) }
}

/// Puts what the plan says into the shifts in which it lies.
fn fill(problem: &Problem, plan: &Plan, clerks: &mut [ClerkRoster]) {
    let mut into = |clerk: usize, day: usize, window: Window, put: &dyn Fn(&mut Duty, Span)| {
        let span = span(problem, window);
        let duties = clerks.get_mut(clerk).map(|clerk| clerk.duties.iter_mut());
        let duty = duties.into_iter().flatten().find(|duty| {
            let covers = |hours: Span| hours.from <= span.from && span.until <= hours.until;
            duty.day == day && duty.hours.is_some_and(covers)
        });
        if let Some(duty) = duty {
            put(duty, span);
        }
    };
    for slot in &plan.slots {
        let promised = usize::from(slot.promise.is_some());
        into(slot.clerk, slot.day, slot.window, &|duty, _| {
            duty.slots += 1;
            duty.promised += promised;
        });
    }
    for block in &plan.walk_in_blocks {
        into(block.clerk, block.day, block.window, &|duty, span| duty.walk_ins.push(span));
    }
    for taken in &plan.breaks {
        into(taken.clerk, taken.day, taken.window, &|duty, span| duty.breaks.push(span));
    }
    for stay in &plan.stays {
        let name = &problem.rooms[stay.room].name;
        into(stay.clerk, stay.day, stay.window, &|duty, span| {
            duty.seats.push(Seat { room: stay.room, name: name.clone(), span });
        });
    }
    for duty in clerks.iter_mut().flat_map(|clerk| &mut clerk.duties) {
        duty.walk_ins.sort_by_key(|span| span.from);
        duty.breaks.sort_by_key(|span| span.from);
        duty.seats.sort_by_key(|seat| seat.span.from);
    }
}

/// `08:00–09:00, 10:30–11:00`.
fn list(spans: &[Span]) -> String {
    spans.iter().map(Span::to_string).collect::<Vec<_>>().join(", ")
}

impl ClerkRoster {
    /// Name with the id behind it where that says more.
    fn title(&self) -> String {
        if self.name == self.id {
            self.name.clone()
        } else {
            format!("{} ({})", self.name, self.id)
        }
    }

    /// Minutes on duty of all days.
    pub fn minutes(&self) -> u32 {
        self.duties.iter().map(|duty| duty.minutes).sum()
    }
}

impl Duty {
    /// The counters in order: the times are said where there are several.
    fn counters(&self) -> String {
        match self.seats.as_slice() {
            [only] => only.name.clone(),
            seats => {
                let named = seats.iter().map(|seat| format!("{} ({})", seat.name, seat.span));
                named.collect::<Vec<_>>().join(", ")
            }
        }
    }
}
