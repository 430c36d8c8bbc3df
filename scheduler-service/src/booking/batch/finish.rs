//! What a batch comes to: what to write, what to publish, what to answer.

use uuid::Uuid;

use super::{Applied, Batch, Command, Copy, Job, Outcome};
use crate::booking::client::{PLANNER, SERVICE};
use crate::booking::delta::Delta;
use crate::booking::state::Day;
use crate::booking::witness::Witness;
use crate::booking::{Record, record};
use crate::store::{
    AuditRow, Changes, DayChange, DayKey, EventKind, EventRow, PromiseRow, ReplyRow, SeatChange,
};

/// A batch that has been worked out.
#[derive(Debug)]
pub(in crate::booking) struct Finished {
    /// What to write.
    pub changes: Changes,
    /// For each reply to write, the position of its job.
    pub replied: Vec<usize>,
    /// The site-days as they are once that is written, by index.
    pub days: Vec<(usize, Day)>,
    /// The answers, in the order of the jobs.
    pub outcomes: Vec<Outcome>,
}

impl Batch<'_> {
    pub(super) fn finish(mut self, jobs: &[Job], applied: Vec<Applied>) -> Finished {
        let mut changes = Changes::default();
        for day in &self.raised {
            let version = self.outside.get(day).copied().unwrap_or_default();
            let (key, witness, seated_at) = (day.clone(), None, None);
            changes.days.push(DayChange { key, version, witness, seated_at });
        }
        let copies = std::mem::take(&mut self.copies);
        let mut days = Vec::new();
        for (site_day, copy) in copies.into_iter().filter(|(_, copy)| copy.touched) {
            days.push((site_day, self.finish_day(site_day, copy, &mut changes)));
        }
        // All processes raise versions in the same order, so that they never wait in a circle.
        changes.days.sort();
        let rows = |ids: &std::collections::BTreeSet<Uuid>| -> Vec<PromiseRow> {
            ids.iter().filter_map(|id| self.rows.get(id).cloned()).collect()
        };
        changes.new = rows(&self.new);
        changes.changed = rows(&self.changed);
        changes.events = std::mem::take(&mut self.events);
        changes.secrets = std::mem::take(&mut self.secrets);

        let now = self.milliseconds();
        let mut outcomes = Vec::with_capacity(jobs.len());
        let mut replied = Vec::new();
        for (position, (job, applied)) in jobs.iter().zip(applied).enumerate() {
            let outcome: Outcome =
                applied.map(|done| done.map(|(row, newly)| (self.record(row), newly)));
            if let Some(entry) = self.noted(job, &outcome) {
                changes.audit.push(entry);
            }
            if let Some(reply) = reply(job, &outcome, now) {
                changes.replies.push(reply);
                replied.push(position);
            }
            outcomes.push(outcome);
        }
        Finished { changes, replied, days, outcomes }
    }

    /// A site-day with a change.
    fn finish_day(&mut self, site_day: usize, copy: Copy, changes: &mut Changes) -> Day {
        let state = self.state;
        let problem = self.problem();
        let before = &state.days[site_day];
        let everything = before.unsaved;
        for (entry, seat) in copy.ledger.promises() {
            if !everything && !copy.moved.contains(&entry.id) {
                continue;
            }
            let Ok(id) = entry.id.parse::<Uuid>() else { continue };
            let staff = problem.clerks[seat.clerk.0].id.clone();
            let room = seat.room.map(|room| problem.rooms[room.0].id.clone());
            match self.rows.get_mut(&id) {
                // Written as a whole, with the seat.
                Some(row) if self.new.contains(&id) || self.changed.contains(&id) => {
                    row.staff = Some(staff);
                    row.room = room;
                }
                _ => changes.seats.push(SeatChange { id, staff, room }),
            }
        }
        let witness_moved = everything || copy.witness_moved || !copy.returned.is_empty();
        let witness = witness_moved.then(|| Witness::of(problem, &copy.ledger).text());
        let version = before.page.version();
        let (key, seated_at) = (state.frame.keys[site_day].clone(), copy.seated_at);
        changes.days.push(DayChange { key, version, witness, seated_at });
        // A promise that has changed since is written as a whole.
        let pins = copy.pins.iter().filter(|(id, _)| !self.changed.contains(id));
        changes.pins.extend(pins);
        // Somebody may have their capacity by now: they must not come back if the clock goes back.
        let gone =
            copy.expired.iter().filter(|id| !self.new.contains(id) && !self.changed.contains(id));
        changes.expired.extend(gone);
        let recent = self.told(before, &copy, witness_moved, version + 1);
        if let Some(recent) = &recent {
            changes.recent.insert(state.frame.keys[site_day].clone(), recent.clone());
        }
        if copy.seated_at.is_some() || copy.adopted {
            self.seated(site_day, version + 1, copy.seated_at.is_some());
        }
        let page = state.frame.successor(&before.page, copy.ledger, version + 1);
        Day::new(page, false).told(recent)
    }

    /// Notes that a site-day was arranged.
    fn seated(&mut self, site_day: usize, version: u64, by_itself: bool) {
        let DayKey { date, site } = self.state.frame.keys[site_day].clone();
        let actor = if by_itself { SERVICE } else { PLANNER };
        let at = self.milliseconds();
        let plain = EventRow::plain(EventKind::Seated, actor.to_owned(), at, version);
        self.events.push(EventRow { site: Some(site), date: Some(date), ..plain });
    }

    /// What is told to other processes of a site-day with a change, where that is of use to them.
    fn told(&self, before: &Day, copy: &Copy, witness: bool, version: u64) -> Option<String> {
        if !self.tells || before.unsaved || copy.untold {
            return None;
        }
        let moved = copy.moved.iter().filter_map(|id| id.parse().ok());
        let mut ids: Vec<Uuid> = moved.chain(copy.expired.iter().copied()).collect();
        ids.extend(self.new.iter().chain(&self.changed));
        ids.sort_unstable();
        ids.dedup();
        let ledgers = (before.page.ledger(), &copy.ledger);
        let delta = Delta::between(self.problem(), ledgers, &ids, &self.rows, witness)?;
        delta.after(before.recent.as_deref(), version)
    }

    /// What of a job goes into the audit log: what it has done, if it was asked to note that.
    fn noted(&self, job: &Job, outcome: &Outcome) -> Option<AuditRow> {
        let act = job.act.as_ref()?;
        match outcome {
            Ok(Some((record, true))) if act.is_noted_of(&record.client) => {
                let more = [
                    ("site", record.site.clone().into()),
                    ("start", record.start.to_rfc3339().into()),
                    ("status", record.status.name().into()),
                ];
                Some(act.entry(self.now, Some(record.id.to_string()), &more))
            }
            Ok(None) if matches!(job.command, Command::Adopt(_)) => {
                Some(act.entry(self.now, None, &[]))
            }
            _ => None,
        }
    }

    /// What a client sees of `row`, as it was after its command, with the seat that it has now.
    fn record(&self, mut row: PromiseRow) -> Record {
        if let Some(last) = self.rows.get(&row.id).filter(|last| last.day == row.day) {
            row.staff.clone_from(&last.staff);
            row.room.clone_from(&last.room);
        }
        record::of(&self.problem().zone, &row)
    }
}

fn reply(job: &Job, outcome: &Outcome, now: i64) -> Option<ReplyRow> {
    let ticket = job.ticket.as_ref()?;
    let reply = match (outcome, &job.command) {
        (Ok(_), Command::Answer(reply)) => reply.clone(),
        (Ok(Some((record, newly))), _) => (ticket.render)(record, *newly),
        // What changed nothing is answered by the caller, who may keep that answer.
        _ => return None,
    };
    Some(ReplyRow {
        client: ticket.client.clone(),
        key: ticket.key.clone(),
        hash: ticket.hash.clone(),
        status: reply.status,
        body: reply.body,
        created_at: now,
    })
}
