//! A plan that a planner has edited takes the place of what the book would do by itself.

use scheduler_core::ledger::{
    Block, ClerkIndex, Ledger, Limits, RoomIndex, Stored, StoredBlock, StoredBreak, StoredSeat,
};
use scheduler_core::problem::{Plan, Problem};
use scheduler_core::report::{Verdict, verdict};
use scheduler_core::scenario::{Findings, PlanFile};

use super::case::{Case, named};
use super::command::{AdoptedDay, Adoption, Command};
use super::days::{Days, SiteDay};
use super::ids::Ids;
use super::{BookingError, Office, Violation, load};
use crate::store::PromiseRow;

impl Office {
    /// Puts `file` in the place of what the book would do on `days`: clerks and rooms of promises,
    /// walk-in blocks and breaks. What it pins stays as it is until another plan is adopted. Slots
    /// without a promise are judged like all others and say nothing to the book, which offers any
    /// start that can be kept.
    ///
    /// # Errors
    /// [`BookingError::InvalidPlan`] with everything that is wrong with it, [`BookingError::Stale`]
    /// where the site-days have changed since, and those of every write.
    pub async fn adopt(&self, days: Days, file: PlanFile<'static>) -> Result<(), BookingError> {
        let limits = self.inner.settings.limits;
        let adoption = self.inner.compute(move || adoption(&days, file, limits));
        let adoption = adoption.await.map_err(|error| self.inner.store_failed(&error))?;
        let adoption = adoption.map_err(BookingError::InvalidPlan)?;
        self.send(Command::Adopt(adoption), None).await.map(|_| ())
    }
}

impl Days {
    /// What the judge says of `file` as a plan of the site-days, with all promises of the book.
    ///
    /// # Errors
    /// Where the site-days make no problem.
    pub fn judge(&self, mut file: PlanFile<'static>) -> Result<Verdict, Findings> {
        judged(self, &mut file).map(|(_, _, verdict)| verdict)
    }
}

/// The problem of `days`, the plan that `file` is, and what the judge says of it.
fn judged(days: &Days, file: &mut PlanFile<'static>) -> Result<(Problem, Plan, Verdict), Findings> {
    let named = named(file);
    let case = Case::new(days, |_, row| named.contains(&row.id))?;
    case.translate(file);
    let (plan, unresolved) = file.resolve(&case.problem);
    let verdict = verdict(&case.problem, &plan, unresolved);
    Ok((case.problem, plan, verdict))
}

/// The site-days as `file` wants them; or everything that is wrong with it.
fn adoption(
    days: &Days,
    mut file: PlanFile<'static>,
    limits: Limits,
) -> Result<Adoption, Vec<Violation>> {
    let violation = |pointer: &str, code: &str, detail: &str| Violation::new(pointer, code, detail);
    let (problem, plan, verdict) =
        judged(days, &mut file).map_err(|findings| -> Vec<Violation> {
            findings.iter().map(|found| violation("", found.code, &found.message)).collect()
        })?;
    let broken = verdict.violations.iter();
    let mut violations: Vec<Violation> =
        broken.map(|found| violation(&found.pointer, found.code, &found.message)).collect();
    // Where something has no name the plan lacks it, and positions are others.
    if plan.walk_in_blocks.len() == file.walk_in_blocks.len() {
        violations.extend(idle_blocks(&problem, &plan));
    }
    if !violations.is_empty() {
        return Err(violations);
    }
    let translated = Translated::new(days, &problem, &plan);
    let mut adopted = Vec::with_capacity(days.all.len());
    for day in &days.all {
        match translated.day(day, limits) {
            Ok(day) => adopted.push(day),
            Err(why) => violations.push(violation("", "not-kept", &why)),
        }
    }
    if !violations.is_empty() {
        return Err(violations);
    }
    Ok(Adoption { scenario: days.view.scenario_version, days: adopted })
}

/// Blocks that count for no quota and are not pinned: the book would give them up.
fn idle_blocks(problem: &Problem, plan: &Plan) -> Vec<Violation> {
    let counts = |site: usize, day: usize, clerk: usize, window| {
        quotas_of(problem, problem.site_day(site, day), clerk, window).next().is_some()
    };
    let blocks = plan.walk_in_blocks.iter().enumerate().filter(|(_, block)| {
        !block.pinned && !counts(block.site, block.day, block.clerk, block.window)
    });
    let idle = blocks.map(|(index, _)| {
        let detail = "the block counts for no walk-in quota, so that nothing keeps it: pin it, or \
                      leave it out";
        Violation::new(format!("/walk_in_blocks/{index}"), "block.idle", detail)
    });
    idle.collect()
}

/// The quotas for which a block of `clerk` at that time counts.
fn quotas_of(
    problem: &Problem,
    site_day: usize,
    clerk: usize,
    window: scheduler_core::time::Window,
) -> impl Iterator<Item = usize> + '_ {
    let quotas = problem.site_days[site_day].quotas.iter().copied();
    quotas.filter(move |&quota| {
        problem.quotas[quota].window.overlaps(window) && problem.counts_for(clerk, quota)
    })
}

/// A plan of some site-days, in terms of the problem that the book is about.
pub(super) struct Translated<'a> {
    days: &'a Days,
    /// The problem that the plan is of.
    problem: &'a Problem,
    plan: &'a Plan,
    ids: Ids,
}

impl<'a> Translated<'a> {
    pub(super) fn new(days: &'a Days, problem: &'a Problem, plan: &'a Plan) -> Self {
        Self { days, problem, plan, ids: Ids::new(days.view.problem()) }
    }

    fn seat(&self, clerk: usize, room: Option<usize>) -> Option<StoredSeat> {
        let clerk = ClerkIndex(self.ids.clerk(&self.problem.clerks[clerk].id)?);
        let room = match room {
            Some(room) => Some(RoomIndex(self.ids.room(&self.problem.rooms[room].id)?)),
            None => None,
        };
        Some(StoredSeat { clerk, room })
    }

    fn is_here(&self, day: &SiteDay, site: usize, date: usize) -> bool {
        self.problem.sites[site].id == day.key.site && self.problem.dates[date] == day.key.date
    }

    /// The site-day as the plan wants it.
    ///
    /// # Errors
    /// Why the book cannot take it.
    fn day(&self, day: &SiteDay, limits: Limits) -> Result<AdoptedDay, String> {
        let mut stored = Stored::default();
        let mut pins = Vec::new();
        for (row, seat, pinned) in self.seats(day) {
            if row.seat_pinned != pinned {
                pins.push((row.id, pinned));
            }
            stored.promises.push((self.entry(row, seat, pinned)?, Some(seat)));
        }
        stored.blocks = self.blocks(day);
        stored.breaks = self.breaks(day);
        let (key, version) = (day.key.clone(), day.version);
        let ledger = self.ledger(day, &stored, limits)?;
        Ok(AdoptedDay { key, version, ledger, pins, seated_at: None })
    }

    /// The promises that the plan keeps on a site-day.
    fn seats(&self, day: &'a SiteDay) -> impl Iterator<Item = (&'a PromiseRow, StoredSeat, bool)> {
        let here = self.plan.slots.iter().filter(|slot| self.is_here(day, slot.site, slot.day));
        here.filter_map(|slot| {
            let row = day.rows.get(&self.problem.promises[slot.promise?].id)?;
            Some((row, self.seat(slot.clerk, slot.room)?, slot.pinned))
        })
    }

    /// A promise, for that clerk and room only where it is pinned to them.
    fn entry(
        &self,
        row: &PromiseRow,
        seat: StoredSeat,
        pinned: bool,
    ) -> Result<scheduler_core::ledger::Entry, String> {
        let problem = self.days.view.problem();
        let row = PromiseRow {
            staff: Some(problem.clerks[seat.clerk.0].id.clone()),
            room: seat.room.map(|room| problem.rooms[room.0].id.clone()),
            seat_pinned: pinned,
            ..row.clone()
        };
        load::entry(problem, &self.ids, &row)
    }

    fn blocks(&self, day: &SiteDay) -> Vec<StoredBlock> {
        let problem = self.days.view.problem();
        let blocks = self.plan.walk_in_blocks.iter();
        let here = blocks.filter(|block| self.is_here(day, block.site, block.day));
        let numbered = here.zip(0..).filter_map(|(block, number)| {
            let seat = self.seat(block.clerk, Some(block.room))?;
            let quotas = quotas_of(problem, day.site_day, seat.clerk.0, block.window).collect();
            let pinned = block.pinned.then_some(seat);
            let entry = Block::new(number, block.window, quotas).pinned_to(pinned);
            Some(StoredBlock::new(entry, Some(seat)))
        });
        numbered.collect()
    }

    /// The breaks of the shifts of a site-day.
    fn breaks(&self, day: &SiteDay) -> Vec<StoredBreak> {
        let problem = self.days.view.problem();
        let shifts = &problem.shifts[problem.site_days[day.site_day].shifts.clone()];
        let same_date = |date: usize| self.problem.dates[date] == day.key.date;
        let breaks = self.plan.breaks.iter().filter(|taken| same_date(taken.day));
        let here = breaks.filter_map(|taken| {
            let clerk = self.seat(taken.clerk, None)?.clerk;
            let holds = shifts
                .iter()
                .any(|shift| shift.clerk == clerk.0 && shift.window.covers(taken.window));
            holds.then(|| StoredBreak::new(clerk, taken.window).pinned(taken.pinned))
        });
        here.collect()
    }

    /// The ledger that has everything where `stored` says.
    fn ledger(&self, day: &SiteDay, stored: &Stored, limits: Limits) -> Result<Ledger, String> {
        let problem = self.days.view.problem();
        let restored = Ledger::restore(problem, day.site_day, stored, limits);
        let place = || format!("{} on {}", day.key.site, day.key.date);
        if let Some((entry, refusal)) = restored.stranded.first() {
            return Err(format!("promise {} at {} cannot be kept: {refusal}", entry.id, place()));
        }
        if let Some(block) = restored.lost_blocks.first() {
            let clock = |step| problem.grid.clock(step);
            let (from, until) = (clock(block.window.from), clock(block.window.until));
            return Err(format!("the walk-in block {from}-{until} at {} has no place", place()));
        }
        if !restored.changes.is_empty() {
            let count = restored.changes.len();
            return Err(format!("{count} things at {} have no place where they are", place()));
        }
        Ok(restored.ledger)
    }
}
