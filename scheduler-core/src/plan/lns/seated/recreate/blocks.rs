//! Walk-in blocks on the path.

use super::{BLOCK, Count, Label, Recreate, SIT, Stretch};
use crate::plan::lns::parameters::Parameters;
use crate::plan::lns::seated::{
    moves::Begun,
    pricing::{Lanes, NO_METER, Pricing},
};
use crate::problem::site_day::SiteDayModel;

impl Recreate {
    /// Begins blocks and goes on with them.
    #[allow(clippy::too_many_arguments, reason = "the tables of the search, each of its own")]
    pub(super) fn blocks(
        &mut self,
        day: &SiteDayModel,
        pricing: &Pricing,
        lanes: &Lanes,
        parameters: Parameters,
        stretch: Stretch<'_>,
        t: usize,
        layer: usize,
        room: usize,
    ) {
        let shortest = day.profiles[day.shifts[stretch.shift].profile].shortest_block;
        let step = stretch.from + t;
        let width = stretch.until - stretch.from;
        let base = self.node(t, layer, 0);
        let kinds = self.kinds.len();
        if shortest == 0 || !day.open[step] {
            return;
        }
        let open = usize::from(pricing.open_run[step]);
        for c in 0..kinds {
            let run = usize::from(self.run[c * (width + 1) + t]).min(room).min(open);
            if run == 0 {
                continue;
            }
            let block = base + SIT + kinds + c;
            let going = self.labels[block];
            if going.value > f64::NEG_INFINITY {
                let gain = self.block_gain(lanes, parameters, block, step, 1);
                let to = block + self.layers * self.modes;
                self.relax_block(block, to, going.value + gain, going.begin);
            }
            let sit = base + SIT + c;
            let value = self.labels[sit].value;
            if value == f64::NEG_INFINITY {
                continue;
            }
            // A shorter one only where it lengthens the block after the stretch.
            let joins = stretch.right_block.is_some()
                && stretch.right.is_some_and(|stay| stay.kind == self.kinds[c]);
            let length = if joins { shortest.min(width - t) } else { shortest };
            let saved = pricing.moves.saves(stretch.shift, step, Begun::Block);
            let most = self.most_gains[t + length.min(width - t)] + saved;
            if length > run || most <= self.most_gains[t] {
                continue;
            }
            let gain = saved + self.block_gain(lanes, parameters, sit, step, length);
            let to = self.node(t + length, layer, SIT + kinds + c);
            self.relax_block(sit, to, value + gain, step as u16);
        }
    }

    /// What `length` steps of a block from `step` on earn after the path to `node`; leaves the
    /// path's counts after them in [`Self::sum`].
    fn block_gain(
        &mut self,
        lanes: &Lanes,
        parameters: Parameters,
        node: usize,
        step: usize,
        length: usize,
    ) -> f64 {
        let count = self.lanes;
        self.sum.copy_from_slice(&self.counts[node * count..(node + 1) * count]);
        let first = step - usize::from(self.labels[node].at);
        let mut gain = 0.0;
        for t in step..step + length {
            gain += self.counter_gains[t - first];
            gain -= self.room_sums[t - first + 1] - self.room_sums[t - first];
            let at = &lanes.at[t * count..(t + 1) * count];
            for (sum, &meter) in self.sum.iter_mut().zip(at) {
                if meter == NO_METER {
                    continue;
                }
                if sum.meter != meter {
                    *sum = Count { meter, steps: 0 };
                }
                let (m, before) = (usize::from(meter), i32::from(sum.steps));
                if before < self.lack[m] {
                    gain += self.price[m];
                }
                if before >= self.allowed[m] {
                    gain -= parameters.missing_step;
                }
                sum.steps += 1;
            }
        }
        gain
    }

    #[inline]
    fn relax_block(&mut self, from: usize, to: usize, value: f64, begin: u16) {
        if value > self.labels[to].value {
            let at = (to / (self.layers * self.modes)) as u16;
            self.labels[to] = Label { value, from: from as u32, arc: BLOCK, what: 0, at, begin };
            let row = to * self.lanes;
            self.counts[row..row + self.lanes].copy_from_slice(&self.sum);
        }
    }
}
