//! A plan as ids and instants, for its file.

use std::borrow::Cow;

use chrono::{DateTime, FixedOffset};

use super::{Plan, Problem};
use crate::scenario::{BreakRecord, PlanFile, PlanSchema, SlotRecord, StayRecord, WalkInRecord};
use crate::time::{Step, Window};

impl<'a> PlanFile<'a> {
    /// The file of `plan`, which was made for `problem`; ids are borrowed from the problem.
    ///
    /// # Panics
    /// Where an index of `plan` is not one of `problem`.
    pub fn new(problem: &'a Problem, plan: &'a Plan) -> Self {
        let instants = |day, window| problem.instants(day, window);
        let slots = plan.slots.iter().map(|slot| {
            let (start, end) = instants(slot.day, slot.window);
            SlotRecord {
                service: Cow::Borrowed(&problem.services[slot.service].id),
                site: Cow::Borrowed(&problem.sites[slot.site].id),
                start,
                end,
                staff: Cow::Borrowed(&problem.clerks[slot.clerk].id),
                room: slot.room.map(|room| Cow::Borrowed(&*problem.rooms[room].id)),
                demand: slot.demand.map(|demand| Cow::Borrowed(&*problem.demand_ids[demand])),
                appointment: slot.promise.map(|p| Cow::Borrowed(&*problem.promises[p].id)),
                pinned: slot.pinned,
            }
        });
        let walk_in_blocks = plan.walk_in_blocks.iter().map(|block| {
            let (start, end) = instants(block.day, block.window);
            WalkInRecord {
                site: Cow::Borrowed(&problem.sites[block.site].id),
                staff: Cow::Borrowed(&problem.clerks[block.clerk].id),
                room: Cow::Borrowed(&problem.rooms[block.room].id),
                start,
                end,
                pinned: block.pinned,
            }
        });
        let breaks = plan.breaks.iter().map(|pause| {
            let (start, end) = instants(pause.day, pause.window);
            BreakRecord {
                staff: Cow::Borrowed(&problem.clerks[pause.clerk].id),
                start,
                end,
                pinned: pause.pinned,
            }
        });
        let stays = plan.stays.iter().map(|stay| {
            let (start, end) = instants(stay.day, stay.window);
            StayRecord {
                staff: Cow::Borrowed(&problem.clerks[stay.clerk].id),
                room: Cow::Borrowed(&problem.rooms[stay.room].id),
                start,
                end,
                pinned: stay.pinned,
            }
        });
        Self {
            schema: PlanSchema::V1,
            slots: slots.collect(),
            walk_in_blocks: walk_in_blocks.collect(),
            breaks: breaks.collect(),
            stays: stays.collect(),
            objective: known(plan.objective),
            upper_bound: known(plan.upper_bound),
            gap: known(plan.gap()),
            seconds: plan.seconds,
            engine: Cow::Borrowed(&plan.engine),
            seed: plan.seed,
        }
    }
}

/// What a file says of a figure; nothing where it is not known.
fn known(figure: f64) -> Option<f64> {
    figure.is_finite().then_some(figure)
}

impl Problem {
    /// First instant of `window` on the `day`-th date and first instant after it, with the offsets
    /// of the zone.
    ///
    /// Where a clock change begins as the window ends, the end has the offset before the change. A
    /// time that a change removes or doubles, which no valid plan has, is told by the clock before
    /// the change too.
    ///
    /// # Panics
    /// Where there is no such day.
    pub fn instants(
        &self,
        day: usize,
        window: Window,
    ) -> (DateTime<FixedOffset>, DateTime<FixedOffset>) {
        let date = self.dates[day];
        let instant =
            |step: Step| self.zone.end_instant(date, self.grid.minute_of(step)).unwrap_or_default();
        (instant(window.from), instant(window.until))
    }
}
