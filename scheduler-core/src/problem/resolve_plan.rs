//! What a plan file means in terms of a problem's indices.

use std::collections::HashMap;

use chrono::{DateTime, FixedOffset, NaiveDate, Timelike};

use super::start_plan::Positions;
use super::{
    BreakTaken, DropReason, Dropped, EntryKind, Plan, PlanEntry, Problem, Slot, StartPlan, Stay,
    WalkInBlock,
};
use crate::scenario::wire::Wire as _;
use crate::scenario::{
    BreakRecord, Code, Collector, Finding, PlanFile, SlotRecord, StayRecord, WalkInRecord, codes,
    quote,
};
use crate::time::{Clock, Step, Window};

impl PlanFile<'_> {
    /// The plan in terms of `problem`, and what of it cannot be expressed so: unknown ids,
    /// instants off the grid or outside the horizon, ends before starts, stretches over
    /// midnight. Sorted by place, at most
    /// [`Findings::LIMIT`](crate::scenario::Findings::LIMIT) and a note. What cannot be expressed is
    /// left out of the plan. Stays and work are those of what is left, whatever the file says; stays
    /// that the file pins are marked.
    pub fn resolve(&self, problem: &Problem) -> (Plan, Vec<Finding>) {
        let mut resolver = Resolver::new(problem);
        let slots = self.slots.iter().enumerate();
        let slots = slots.filter_map(|(i, record)| resolver.slot(i, record)).collect();
        let blocks = self.walk_in_blocks.iter().enumerate();
        let walk_in_blocks = blocks.filter_map(|(i, record)| resolver.block(i, record)).collect();
        let breaks = self.breaks.iter().enumerate();
        let breaks = breaks.filter_map(|(i, record)| resolver.pause(i, record)).collect();
        let stays = self.stays.iter().enumerate();
        let pinned: Vec<Stay> = stays.filter_map(|(i, record)| resolver.stay(i, record)).collect();
        let mut plan = self.with(problem, slots, walk_in_blocks, breaks);
        Problem::pin_stays(&mut plan, &pinned);
        (plan, resolver.findings.finish(&Self::KIND).into_iter().collect())
    }

    /// The plan as one to begin from, where it may be of another version of the scenario: entries
    /// that cannot be expressed in terms of `problem` are dropped and told. A slot whose demand is
    /// gone may serve another.
    pub fn resolve_start(&self, problem: &Problem) -> StartPlan {
        let mut resolver = Resolver::new(problem);
        resolver.may_miss_demand = true;
        let (mut positions, mut dropped) = (Positions::default(), Vec::new());
        let (mut slots, mut walk_in_blocks) = (Vec::new(), Vec::new());
        let (mut breaks, mut kept_stays) = (Vec::new(), Vec::new());
        for (i, record) in self.slots.iter().enumerate() {
            if let Some(slot) = resolver.slot(i, record) {
                slots.push(slot);
                positions.slots.push(i);
            } else {
                let service = Some(record.service.to_string());
                let SlotRecord { staff, start, end, pinned, .. } = record;
                let (kind, pointer) = (EntryKind::Slot, EntryKind::Slot.pointer(i));
                let staff = staff.to_string();
                let (start, end, pinned) = (*start, *end, *pinned);
                let entry = PlanEntry { kind, pointer, service, staff, start, end, pinned };
                let id = |field: &str| match field {
                    "service" => record.service.to_string(),
                    "site" => record.site.to_string(),
                    "room" => record.room.as_deref().unwrap_or_default().to_owned(),
                    "appointment" => record.appointment.as_deref().unwrap_or_default().to_owned(),
                    _ => record.staff.to_string(),
                };
                dropped.push(Dropped::new(entry, resolver.reason(id)));
            }
        }
        for (i, record) in self.walk_in_blocks.iter().enumerate() {
            if let Some(block) = resolver.block(i, record) {
                walk_in_blocks.push(block);
                positions.blocks.push(i);
            } else {
                let entry = entry(
                    (EntryKind::Block, i),
                    &record.staff,
                    (record.start, record.end),
                    record.pinned,
                );
                let id = |field: &str| match field {
                    "site" => record.site.to_string(),
                    "room" => record.room.to_string(),
                    _ => record.staff.to_string(),
                };
                dropped.push(Dropped::new(entry, resolver.reason(id)));
            }
        }
        for (i, record) in self.breaks.iter().enumerate() {
            if let Some(taken) = resolver.pause(i, record) {
                breaks.push(taken);
                positions.breaks.push(i);
            } else {
                let times = (record.start, record.end);
                let entry = entry((EntryKind::Break, i), &record.staff, times, record.pinned);
                dropped.push(Dropped::new(entry, resolver.reason(|_| record.staff.to_string())));
            }
        }
        for (i, record) in self.stays.iter().enumerate().filter(|(_, record)| record.pinned) {
            if let Some(stay) = resolver.stay(i, record) {
                kept_stays.push(stay);
                positions.stays.push(i);
            } else {
                let times = (record.start, record.end);
                let entry = entry((EntryKind::Stay, i), &record.staff, times, true);
                let id = |field: &str| match field {
                    "room" => record.room.to_string(),
                    _ => record.staff.to_string(),
                };
                dropped.push(Dropped::new(entry, resolver.reason(id)));
            }
        }
        let mut plan = self.with(problem, slots, walk_in_blocks, breaks);
        Problem::pin_stays(&mut plan, &kept_stays);
        StartPlan { plan, kept_stays, positions, dropped }
    }

    /// The plan of these lists, with the figures of the file; stays and work counted anew.
    fn with(
        &self,
        problem: &Problem,
        slots: Vec<Slot>,
        walk_in_blocks: Vec<WalkInBlock>,
        breaks: Vec<BreakTaken>,
    ) -> Plan {
        let mut plan = Plan {
            slots,
            walk_in_blocks,
            breaks,
            stays: Vec::new(),
            objective: self.objective.unwrap_or(f64::NAN),
            upper_bound: self.upper_bound.unwrap_or(f64::INFINITY),
            seconds: self.seconds,
            engine: self.engine.clone().into_owned(),
            seed: self.seed,
            work: 0.0,
        };
        plan.stays = problem.stays(&plan);
        plan.work = problem.work(&plan);
        plan
    }
}

/// An entry that is no slot.
fn entry(
    (kind, position): (EntryKind, usize),
    staff: &str,
    (start, end): (DateTime<FixedOffset>, DateTime<FixedOffset>),
    pinned: bool,
) -> PlanEntry {
    let (pointer, staff) = (kind.pointer(position), staff.to_owned());
    PlanEntry { kind, pointer, service: None, staff, start, end, pinned }
}

/// Looks up what a plan file names and collects what it does not find.
struct Resolver<'p> {
    problem: &'p Problem,
    sites: Index<'p>,
    rooms: Index<'p>,
    services: Index<'p>,
    clerks: Index<'p>,
    demand: Index<'p>,
    promises: Index<'p>,
    /// Whether demand that is not there is no finding: a slot that names it names none.
    may_miss_demand: bool,
    findings: Collector,
}

/// From id to index.
struct Index<'p> {
    kind: &'static str,
    by_id: HashMap<&'p str, usize>,
}

impl<'p> Index<'p> {
    fn new(kind: &'static str, ids: impl Iterator<Item = &'p String>) -> Self {
        Self { kind, by_id: ids.enumerate().map(|(i, id)| (id.as_str(), i)).collect() }
    }
}

impl<'p> Resolver<'p> {
    fn new(problem: &'p Problem) -> Self {
        Self {
            problem,
            sites: Index::new("site", problem.sites.iter().map(|site| &site.id)),
            rooms: Index::new("room", problem.rooms.iter().map(|room| &room.id)),
            services: Index::new("service", problem.services.iter().map(|service| &service.id)),
            clerks: Index::new("clerk", problem.clerks.iter().map(|clerk| &clerk.id)),
            demand: Index::new("demand entry", problem.demand_ids.iter()),
            promises: Index::new("appointment", problem.promises.iter().map(|p| &p.id)),
            may_miss_demand: false,
            findings: Collector::default(),
        }
    }

    fn slot(&mut self, i: usize, record: &SlotRecord<'_>) -> Option<Slot> {
        let base = ("slots", i);
        // Each on its own, so that all that is wrong is found.
        let service = refer(&mut self.findings, &self.services, &record.service, base, "service");
        let site = refer(&mut self.findings, &self.sites, &record.site, base, "site");
        let clerk = refer(&mut self.findings, &self.clerks, &record.staff, base, "staff");
        let room = record.room.as_ref();
        let room = room.map(|id| refer(&mut self.findings, &self.rooms, id, base, "room"));
        let gone = |id: &str| self.may_miss_demand && !self.demand.by_id.contains_key(id);
        let demand = record.demand.as_deref().filter(|id| !gone(id));
        let demand = demand.map(|id| refer(&mut self.findings, &self.demand, id, base, "demand"));
        let promise = record
            .appointment
            .as_ref()
            .map(|id| refer(&mut self.findings, &self.promises, id, base, "appointment"));
        let (day, window) = self.window(base, record.start, record.end)?;
        Some(Slot {
            service: service?,
            site: site?,
            day,
            window,
            clerk: clerk?,
            room: room.map_or(Some(None), |room| room.map(Some))?,
            demand: demand.map_or(Some(None), |demand| demand.map(Some))?,
            promise: promise.map_or(Some(None), |promise| promise.map(Some))?,
            pinned: record.pinned,
        })
    }

    fn block(&mut self, i: usize, record: &WalkInRecord<'_>) -> Option<WalkInBlock> {
        let base = ("walk_in_blocks", i);
        let site = refer(&mut self.findings, &self.sites, &record.site, base, "site");
        let clerk = refer(&mut self.findings, &self.clerks, &record.staff, base, "staff");
        let room = refer(&mut self.findings, &self.rooms, &record.room, base, "room");
        let (day, window) = self.window(base, record.start, record.end)?;
        Some(WalkInBlock {
            site: site?,
            day,
            window,
            clerk: clerk?,
            room: room?,
            pinned: record.pinned,
        })
    }

    fn pause(&mut self, i: usize, record: &BreakRecord<'_>) -> Option<BreakTaken> {
        let base = ("breaks", i);
        let clerk = refer(&mut self.findings, &self.clerks, &record.staff, base, "staff");
        let (day, window) = self.window(base, record.start, record.end)?;
        Some(BreakTaken { clerk: clerk?, day, window, pinned: record.pinned })
    }

    /// Stays are counted anew; what they name must be there all the same. Returns the stay if it
    /// is pinned.
    fn stay(&mut self, i: usize, record: &StayRecord<'_>) -> Option<Stay> {
        let base = ("stays", i);
        let clerk = refer(&mut self.findings, &self.clerks, &record.staff, base, "staff");
        let room = refer(&mut self.findings, &self.rooms, &record.room, base, "room");
        if !record.pinned {
            return None;
        }
        let (day, window) = self.window(base, record.start, record.end)?;
        let (clerk, room) = (clerk?, room?);
        // A stay outside all shifts has no shift of its own; whoever begins from it finds that out.
        let shift = self.problem.shift_in_room(clerk, room, day, window).unwrap_or(usize::MAX);
        Some(Stay { clerk, day, shift, room, window, pinned: true })
    }

    /// Why the entry that was looked up last cannot be expressed; `id` is what a field of it names.
    fn reason(&mut self, id: impl Fn(&str) -> String) -> DropReason {
        let findings = std::mem::take(&mut self.findings).finish(&PlanFile::KIND);
        let mut reasons = findings.iter().map(|found| {
            let field = found.pointer.rsplit('/').next().unwrap_or_default();
            if found.code == codes::REFERENCE_UNKNOWN.name {
                let field = REFERRING.into_iter().find(|name| *name == field).unwrap_or("staff");
                DropReason::Unknown { field, id: id(field) }
            } else if found.code == codes::PLAN_HORIZON.name {
                DropReason::Horizon
            } else {
                DropReason::Time
            }
        });
        reasons.next().unwrap_or(DropReason::Time)
    }

    /// Day and steps from `start` to `end`.
    fn window(
        &mut self,
        base: (&str, usize),
        start: DateTime<FixedOffset>,
        end: DateTime<FixedOffset>,
    ) -> Option<(usize, Window)> {
        if end <= start {
            let message =
                format!("the end is not after the start at {}; correct one", start.to_rfc3339());
            report(&mut self.findings, codes::TIME_REVERSED, base, "end", message);
            return None;
        }
        let zone = &self.problem.zone;
        let from = self.step(base, "start", start, zone.wall_clock(start));
        let until = self.step(base, "end", end, zone.end_wall_clock(end));
        let ((day, from), (last_day, until)) = (from?, until?);
        if day != last_day {
            let message = format!(
                "{} to {} goes over midnight; split it",
                start.to_rfc3339(),
                end.to_rfc3339()
            );
            report(&mut self.findings, codes::PLAN_MIDNIGHT, base, "end", message);
            return None;
        }
        let window = Window::new(from, until);
        // Clock changes that lie inside are for the check to judge; here only what has no name.
        let told = self.problem.instants(day, window);
        for (field, instant, told) in [("start", start, told.0), ("end", end, told.1)] {
            if instant != told {
                let message = format!(
                    "{} falls into an hour that the clock of {} shows twice; use a time \
                     outside",
                    instant.to_rfc3339(),
                    zone.name()
                );
                report(&mut self.findings, codes::TIME_CLOCK_CHANGE, base, field, message);
                return None;
            }
        }
        Some((day, window))
    }

    /// Day and step of `instant`, at which the wall clock shows a date and seconds after midnight.
    fn step(
        &mut self,
        base: (&str, usize),
        field: &str,
        instant: DateTime<FixedOffset>,
        local: Option<(NaiveDate, u32)>,
    ) -> Option<(usize, Step)> {
        let (dates, grid) = (&self.problem.dates, self.problem.grid);
        let Some((day, second)) =
            local.and_then(|(date, second)| Some((dates.binary_search(&date).ok()?, second)))
        else {
            let message = format!(
                "{} is outside the horizon of the scenario; is the plan for another one?",
                instant.to_rfc3339()
            );
            report(&mut self.findings, codes::PLAN_HORIZON, base, field, message);
            return None;
        };
        let whole = second.is_multiple_of(60) && instant.nanosecond() == 0;
        let step = grid.step_at(second / 60).filter(|_| whole);
        if step.is_none() {
            let message = format!(
                "{} is {} there, not on the grid of {} minutes from midnight",
                instant.to_rfc3339(),
                Clock(second / 60),
                grid.minutes()
            );
            report(&mut self.findings, codes::TIME_OFF_GRID, base, field, message);
        }
        Some((day, step?))
    }
}

/// Fields of entries that name something by its id.
const REFERRING: [&str; 5] = ["service", "site", "staff", "room", "appointment"];

fn refer(
    findings: &mut Collector,
    index: &Index<'_>,
    id: &str,
    base: (&str, usize),
    field: &str,
) -> Option<usize> {
    let found = index.by_id.get(id).copied();
    if found.is_none() {
        let message = format!(
            "the scenario has no {} {}; correct it, or is the plan for another scenario?",
            index.kind,
            quote(id)
        );
        report(findings, codes::REFERENCE_UNKNOWN, base, field, message);
    }
    found
}

fn report(
    findings: &mut Collector,
    code: Code,
    (list, i): (&str, usize),
    field: &str,
    message: String,
) {
    findings.report(code, format!("/{list}/{i}/{field}"), message);
}
