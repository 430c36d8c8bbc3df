//! What stands in each row of a chart.

use std::collections::BTreeMap;

use super::By;
use crate::problem::{Plan, Problem};
use crate::time::Window;

/// One site of the day.
#[derive(Debug)]
pub(super) struct Band {
    pub(super) site: usize,
    pub(super) rows: Vec<Row>,
}

/// One clerk at one site, or one room.
#[derive(Debug, Default)]
pub(super) struct Row {
    /// The clerk, or the room, by what the rows are.
    pub(super) subject: usize,
    pub(super) shifts: Vec<Window>,
    /// Parts of shifts on which the clerk is away.
    pub(super) absent: Vec<Window>,
    /// Whether the clerk is away all day and has no shift.
    pub(super) away: bool,
    /// In order of time.
    pub(super) bars: Vec<Bar>,
    /// In order of time, each with its room, or with its clerk where rows are rooms.
    pub(super) stays: Vec<(usize, Window)>,
}

/// What somebody does for a while.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bar {
    pub(super) window: Window,
    pub(super) work: Work,
    pub(super) clerk: usize,
    pub(super) room: Option<usize>,
}

#[derive(Debug, Clone, Copy)]
pub(super) enum Work {
    Slot { service: usize, promise: Option<usize> },
    WalkIn,
    Break,
}

/// Rows by site and subject.
type Rows = BTreeMap<(usize, usize), Row>;

fn row(rows: &mut Rows, site: usize, subject: usize) -> &mut Row {
    rows.entry((site, subject)).or_insert_with(|| Row { subject, ..Row::default() })
}

/// The rows of `day`: of `site`, or of every site where somebody is on shift or at work.
pub(super) fn bands(
    problem: &Problem,
    plan: &Plan,
    day: usize,
    site: Option<usize>,
    by: By,
) -> Vec<Band> {
    let shown = |other: usize| site.is_none_or(|site| site == other);
    let mut rows = match by {
        By::Clerk => clerks(problem, day, shown),
        By::Room => rooms(problem, day, shown),
    };
    for (site, bar) in tasks(plan, day).filter(|&(site, _)| shown(site)) {
        match by {
            By::Clerk => row(&mut rows, site, bar.clerk).bars.push(bar),
            By::Room => {
                if let Some(room) = bar.room {
                    row(&mut rows, site, room).bars.push(bar);
                }
            }
        }
    }
    for stay in plan.stays.iter().filter(|stay| stay.day == day) {
        let site = problem.rooms[stay.room].site;
        if shown(site) {
            let (subject, other) = match by {
                By::Clerk => (stay.clerk, stay.room),
                By::Room => (stay.room, stay.clerk),
            };
            row(&mut rows, site, subject).stays.push((other, stay.window));
        }
    }
    if by == By::Clerk {
        breaks(&mut rows, plan, day);
    }
    let mut bands: Vec<Band> = Vec::new();
    for ((site, _), mut row) in rows {
        row.bars.sort_by_key(|bar| bar.window);
        row.stays.sort_by_key(|&(_, window)| window);
        match bands.last_mut() {
            Some(band) if band.site == site => band.rows.push(row),
            _ => bands.push(Band { site, rows: vec![row] }),
        }
    }
    bands
}

/// A row for everybody on shift, and for everybody away who would have been where they mostly work.
fn clerks(problem: &Problem, day: usize, shown: impl Fn(usize) -> bool) -> Rows {
    let mut rows = Rows::new();
    for site in (0..problem.sites.len()).filter(|&site| shown(site)) {
        let shifts = problem.site_days[problem.site_day(site, day)].shifts.clone();
        for shift in &problem.shifts[shifts] {
            let row = row(&mut rows, site, shift.clerk);
            row.shifts.push(shift.window);
            row.absent.extend(&shift.absent);
        }
    }
    for (clerk, entry) in problem.clerks.iter().enumerate() {
        let works = rows.keys().any(|&(_, other)| other == clerk);
        if entry.absent_days.contains(&day) && !works {
            let home = problem.shifts.iter().find(|shift| shift.clerk == clerk);
            let home = home.map(|shift| problem.site_days[shift.site_day].site);
            if let Some(site) = home.filter(|&site| shown(site)) {
                row(&mut rows, site, clerk).away = true;
            }
        }
    }
    rows
}

/// A row for every room of a site where somebody is on shift.
fn rooms(problem: &Problem, day: usize, shown: impl Fn(usize) -> bool) -> Rows {
    let mut rows = Rows::new();
    for (site, place) in problem.sites.iter().enumerate().filter(|&(site, _)| shown(site)) {
        if !problem.site_days[problem.site_day(site, day)].shifts.is_empty() {
            for &room in &place.rooms {
                row(&mut rows, site, room);
            }
        }
    }
    rows
}

/// Slots and walk-in blocks of `day` with their sites.
fn tasks(plan: &Plan, day: usize) -> impl Iterator<Item = (usize, Bar)> {
    let slots = plan.slots.iter().filter(move |slot| slot.day == day).map(|slot| {
        let work = Work::Slot { service: slot.service, promise: slot.promise };
        (slot.site, Bar { window: slot.window, work, clerk: slot.clerk, room: slot.room })
    });
    let blocks = plan.walk_in_blocks.iter().filter(move |block| block.day == day).map(|block| {
        let (window, clerk) = (block.window, block.clerk);
        (block.site, Bar { window, work: Work::WalkIn, clerk, room: Some(block.room) })
    });
    slots.chain(blocks)
}

/// A break has no site: it stands where its clerk is on shift then.
fn breaks(rows: &mut Rows, plan: &Plan, day: usize) {
    for taken in plan.breaks.iter().filter(|taken| taken.day == day) {
        let of_clerk = rows.values_mut().filter(|row| row.subject == taken.clerk);
        for row in of_clerk.filter(|row| row.shifts.iter().any(|it| it.covers(taken.window))) {
            let (window, clerk) = (taken.window, taken.clerk);
            row.bars.push(Bar { window, work: Work::Break, clerk, room: None });
        }
    }
}

/// The day with the most minutes of slots and walk-in blocks (at `site`, if given); the first of
/// several.
pub(super) fn busiest_day(problem: &Problem, plan: &Plan, site: Option<usize>) -> usize {
    let mut steps = vec![0_u64; problem.dates.len()];
    let shown = |other: usize| site.is_none_or(|site| site == other);
    for slot in plan.slots.iter().filter(|slot| shown(slot.site)) {
        steps[slot.day] += u64::from(slot.window.steps());
    }
    for block in plan.walk_in_blocks.iter().filter(|block| shown(block.site)) {
        steps[block.day] += u64::from(block.window.steps());
    }
    let most = steps.iter().copied().max().unwrap_or(0);
    steps.iter().position(|&steps| steps == most).unwrap_or(0)
}

/// Short names of a site's rooms, in the order of `rooms`: what people call them, without what all
/// begin with.
pub(super) fn room_labels(problem: &Problem, rooms: &[usize]) -> BTreeMap<usize, String> {
    let names: Vec<&str> = rooms.iter().map(|&room| problem.rooms[room].name.as_str()).collect();
    let prefix = common_prefix(&names);
    rooms.iter().zip(names).map(|(&room, name)| (room, name[prefix..].to_owned())).collect()
}

/// Length in bytes of what all names begin with, up to and with their last separator there.
fn common_prefix(names: &[&str]) -> usize {
    let Some(first) = names.first() else { return 0 };
    if names.len() < 2 {
        return 0;
    }
    let ends = first.char_indices().filter(|(_, c)| matches!(c, '-' | '_' | '/' | '.' | ' ' | ':'));
    let shared = |end: &usize| {
        names
            .iter()
            .all(|name| name.len() > *end && name.as_bytes()[..*end] == first.as_bytes()[..*end])
    };
    ends.map(|(at, c)| at + c.len_utf8()).take_while(shared).last().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::common_prefix;

    #[test]
    fn what_all_room_ids_begin_with_is_left_out_of_their_labels() {
        assert_eq!(common_prefix(&["nord-room-01", "nord-room-02"]), 10);
        assert_eq!(common_prefix(&["nord-01", "nördlich-01"]), 0);
        assert_eq!(common_prefix(&["a-", "a-1"]), 0);
        assert_eq!(common_prefix(&["room-01"]), 0);
        assert_eq!(common_prefix(&[]), 0);
    }
}
