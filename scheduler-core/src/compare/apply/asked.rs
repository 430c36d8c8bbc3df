//! What is asked for at a price, and the prices.

use super::{COVER, Editor};
use crate::scenario::{Cover, WeightChanges};

impl Editor {
    pub(super) fn set_cover(&mut self, cover: &[Cover]) {
        let sites: Vec<String> = self.scenario.sites.iter().map(|site| site.id.clone()).collect();
        for (index, entry) in cover.iter().enumerate() {
            self.check_id("site", &format!("cover/{index}/site"), &entry.site, &sites);
            self.own(COVER, &entry.id, "");
        }
        self.scenario.cover = cover.to_vec();
    }

    pub(super) fn set_weights(&mut self, changes: &WeightChanges) {
        let WeightChanges { seat, move_, free_minute, break_pair_minute, short_minute } = *changes;
        let weights = &mut self.scenario.weights;
        weights.seat = seat.unwrap_or(weights.seat);
        weights.move_ = move_.unwrap_or(weights.move_);
        weights.free_minute = free_minute.unwrap_or(weights.free_minute);
        weights.break_pair_minute = break_pair_minute.unwrap_or(weights.break_pair_minute);
        weights.short_minute = short_minute.unwrap_or(weights.short_minute);
    }
}
