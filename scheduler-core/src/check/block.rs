//! Walk-in blocks, and the quotas that they are held for.

use super::{Judge, Place, Rule};
use crate::problem::{Quota, WalkInBlock};

impl Judge<'_> {
    pub(super) fn blocks(&mut self) {
        let blocks = &self.plan.walk_in_blocks;
        let quotas = self.quotas_by_site_day();
        for (index, block) in blocks.iter().enumerate() {
            let place = Place::Block(index);
            if self.block_refers(place, block) {
                self.block(place, block, &quotas);
            }
        }
    }

    fn block_refers(&mut self, place: Place, block: &WalkInBlock) -> bool {
        let p = self.problem;
        self.refers(
            place,
            &[
                ("site", block.site, p.sites.len()),
                ("day", block.day, p.dates.len()),
                ("clerk", block.clerk, p.clerks.len()),
                ("room", block.room, p.rooms.len()),
            ],
        )
    }

    fn block(&mut self, place: Place, block: &WalkInBlock, quotas: &[Vec<usize>]) {
        let p = self.problem;
        let (site, clerk, room) =
            (&p.sites[block.site], &p.clerks[block.clerk], &p.rooms[block.room]);
        if room.site != block.site {
            let message = format!(
                "room {} is at {}, the block at {}",
                room.id, p.sites[room.site].id, site.id
            );
            self.violated(Rule::RoomWrongSite, place, message);
        }
        if !self.lasts(place, block.window) {
            return;
        }
        let when = self.span(block.day, block.window);
        if !self.shifts.covers(block.clerk, block.site, block.day, block.window) {
            let message =
                format!("clerk {} has no shift at {} throughout {when}", clerk.id, site.id);
            self.violated(Rule::BlockOutsideShift, place, message);
        }
        if !self.open_throughout(block.site, block.day, block.window) {
            let hours = self.opening(block.site, block.day);
            let message = format!("{when} at {}, {hours}", site.id);
            self.violated(Rule::BlockOutsideOpening, place, message);
        }
        for &quota in &quotas[p.site_day(block.site, block.day)] {
            let quota = &p.quotas[quota];
            if self.concerns(block, quota) && block.window.steps() < quota.block_steps {
                let message = format!(
                    "{when} by clerk {} lasts {} minutes, quota {} asks for {}",
                    clerk.id,
                    self.minutes(block.window.steps().into()),
                    quota.id,
                    self.minutes(quota.block_steps.into())
                );
                self.violated(Rule::BlockTooShort, place, message);
            }
        }
    }

    pub(super) fn quotas(&mut self) {
        let p = self.problem;
        let by_site_day = self.quotas_by_site_day();
        let mut held = vec![0_u64; p.quotas.len()];
        for block in &self.plan.walk_in_blocks {
            if block.site >= p.sites.len()
                || block.day >= p.dates.len()
                || block.clerk >= p.clerks.len()
            {
                continue;
            }
            for &index in &by_site_day[p.site_day(block.site, block.day)] {
                let quota = &p.quotas[index];
                if self.concerns(block, quota) && block.window.steps() >= quota.block_steps {
                    held[index] += u64::from(block.window.intersection(quota.window).steps());
                }
            }
        }
        for (quota, held) in p.quotas.iter().zip(held) {
            self.quota(quota, held);
        }
    }

    fn quota(&mut self, quota: &Quota, held: u64) {
        let site_day = &self.problem.site_days[quota.site_day];
        let state = format!(
            "quota {} at {} on {} has {} walk-in minutes of {} desk minutes",
            quota.id,
            self.problem.sites[site_day.site].id,
            self.span(site_day.day, quota.window),
            self.minutes(held),
            self.minutes(quota.desk_steps.into())
        );
        if held < u64::from(quota.min_steps) && !self.problem.relaxed {
            let message =
                format!("{state}, {} are the least", self.minutes(quota.min_steps.into()));
            self.violated(Rule::QuotaShort, Place::Blocks, message);
        }
        if let Some(most) = quota.max_steps.filter(|&most| held > u64::from(most)) {
            let message = format!("{state}, {} are the most", self.minutes(most.into()));
            self.violated(Rule::QuotaOver, Place::Blocks, message);
        }
    }

    /// Whether the block's clerk has the quota's skills and some of the block lies in its window.
    fn concerns(&self, block: &WalkInBlock, quota: &Quota) -> bool {
        quota.skills.is_subset(&self.problem.clerks[block.clerk].skills)
            && quota.window.overlaps(block.window)
    }

    fn quotas_by_site_day(&self) -> Vec<Vec<usize>> {
        let mut by_site_day = vec![Vec::new(); self.problem.site_days.len()];
        for (index, quota) in self.problem.quotas.iter().enumerate() {
            by_site_day[quota.site_day].push(index);
        }
        by_site_day
    }
}
