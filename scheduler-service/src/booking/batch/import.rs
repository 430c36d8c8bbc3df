//! Promises of another system, all of them or as many as can be kept.

use std::collections::BTreeMap;

use scheduler_core::ledger::{Ledger, Refusal};
use uuid::Uuid;

use super::{Batch, Finished, Why};
use crate::booking::client::SERVICE;
use crate::booking::load;
use crate::store::{DayKey, EventKind, PromiseRow, Status};

/// What became of promises that were taken over.
#[derive(Debug, Default)]
pub(in crate::booking) struct TakenOver {
    /// Why nobody can keep them: a stable name and words, by id.
    pub stranded: BTreeMap<Uuid, (&'static str, String)>,
    /// Walk-in blocks that had to go for them.
    pub lost_blocks: usize,
}

impl Batch<'_> {
    /// Takes `rows` in, each as an appointment; one that nobody can keep as stranded. What is released
    /// does not matter, as they were promised before, and walk-in blocks go before a promise does.
    /// `outside` has the versions of site-days out of the horizon: there they wait for their dates.
    pub(in crate::booking) fn take_over(
        mut self,
        rows: Vec<PromiseRow>,
        outside: BTreeMap<DayKey, u64>,
    ) -> (Finished, TakenOver) {
        self.outside = outside;
        let mut taken = TakenOver::default();
        let mut by_day: BTreeMap<DayKey, Vec<PromiseRow>> = BTreeMap::new();
        for row in rows {
            by_day.entry(row.day.clone()).or_default().push(row);
        }
        for (day, rows) in by_day {
            match self.state.frame.site_day(&day) {
                Some(site_day) => self.take_over_day(site_day, rows, &mut taken),
                None => rows.into_iter().for_each(|row| self.add(row)),
            }
        }
        (self.finish(&[], Vec::new()), taken)
    }

    fn take_over_day(&mut self, site_day: usize, rows: Vec<PromiseRow>, taken: &mut TakenOver) {
        let (frame, limits) = (&self.state.frame, self.settings.limits);
        let problem = self.problem();
        let copy = self.copy(site_day);
        let mut stored = copy.ledger.to_stored();
        for row in &rows {
            match load::entry(problem, &frame.ids, row) {
                Ok(entry) => stored.promises.push((entry, None)),
                Err(detail) => {
                    let is_on = problem.grid.step_at(row.minute).is_some();
                    let code = if is_on { "unknown-in-scenario" } else { "off-grid" };
                    taken.stranded.insert(row.id, (code, detail));
                }
            }
        }
        let restored = Ledger::restore(problem, site_day, &stored, limits);
        let why = |refusal: &Refusal| (refusal.code(), refusal.to_string());
        let stranded = restored.stranded.iter();
        taken.stranded.extend(
            stranded.filter_map(|(entry, refusal)| Some((entry.id.parse().ok()?, why(refusal)))),
        );
        taken.lost_blocks += restored.lost_blocks.len();
        copy.take_over(restored);
        for mut row in rows {
            if taken.stranded.contains_key(&row.id) {
                row.status = Status::Stranded;
            }
            self.add(row);
        }
    }

    fn add(&mut self, row: PromiseRow) {
        self.new.insert(row.id);
        let kind = match row.status {
            Status::Stranded => EventKind::Stranded,
            _ => EventKind::Booked,
        };
        self.happened(kind, SERVICE.to_owned(), &row, Why::default());
        self.keep(row);
    }
}
