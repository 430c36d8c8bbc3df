//! Walk-in blocks, breaks and prices as the store keeps them: by ids, so that they outlive a change
//! of the scenario.

use std::collections::BTreeSet;
use std::sync::Arc;

use scheduler_core::ledger::{
    Block, ClerkIndex, Ledger, RoomIndex, StoredBlock, StoredBreak, StoredSeat,
};
use scheduler_core::plan::{Prices, RoomPrice};
use scheduler_core::problem::{Problem, WalkInBlock};
use scheduler_core::time::Window;
use serde::{Deserialize, Serialize};

use super::PlacedBlock;
use super::ids::Ids;

/// Where walk-in blocks and breaks of a site-day are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Witness {
    blocks: Vec<BlockText>,
    breaks: Vec<BreakText>,
}

/// Times are minutes after midnight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct BlockText {
    number: u32,
    from: u32,
    until: u32,
    quotas: Vec<String>,
    staff: String,
    room: String,
    /// Whether a planner has pinned it to its clerk, room and time.
    #[serde(default, skip_serializing_if = "is_not")]
    pinned: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct BreakText {
    from: u32,
    until: u32,
    staff: String,
    /// Whether a planner has pinned it to its time.
    #[serde(default, skip_serializing_if = "is_not")]
    pinned: bool,
}

fn is_not(pinned: &bool) -> bool {
    !pinned
}

impl Witness {
    /// What of the witness of `ledger` is not about promises.
    pub(super) fn of(problem: &Problem, ledger: &Ledger) -> Self {
        let minutes = |window: Window| {
            (problem.grid.minute_of(window.from), problem.grid.minute_of(window.until))
        };
        let blocks = ledger.blocks().map(|(block, seat)| {
            let (from, until) = minutes(block.window);
            BlockText {
                number: block.number,
                from,
                until,
                quotas: block.quotas.iter().map(|&q| problem.quotas[q].id.clone()).collect(),
                staff: problem.clerks[seat.clerk.0].id.clone(),
                room: seat.room.map(|room| problem.rooms[room.0].id.clone()).unwrap_or_default(),
                pinned: block.pinned.is_some(),
            }
        });
        let breaks = ledger.stored_breaks().map(|taken| {
            let (from, until) = minutes(taken.window);
            let staff = problem.clerks[taken.clerk.0].id.clone();
            BreakText { from, until, staff, pinned: taken.pinned }
        });
        Self { blocks: blocks.collect(), breaks: breaks.collect() }
    }

    /// The blocks of a plan on a site-day; those that count for no quota are nothing to keep.
    pub(super) fn planned(problem: &Problem, site_day: usize, blocks: &[WalkInBlock]) -> Self {
        let place = &problem.site_days[site_day];
        let here = blocks.iter().filter(|block| (block.site, block.day) == (place.site, place.day));
        let mut witness = Self::default();
        for block in here {
            let quotas: Vec<String> = place
                .quotas
                .iter()
                .filter(|&&quota| {
                    problem.quotas[quota].window.overlaps(block.window)
                        && problem.counts_for(block.clerk, quota)
                })
                .map(|&quota| problem.quotas[quota].id.clone())
                .collect();
            if quotas.is_empty() {
                continue;
            }
            witness.blocks.push(BlockText {
                number: witness.blocks.len() as u32,
                from: problem.grid.minute_of(block.window.from),
                until: problem.grid.minute_of(block.window.until),
                quotas,
                staff: problem.clerks[block.clerk].id.clone(),
                room: problem.rooms[block.room].id.clone(),
                pinned: false,
            });
        }
        witness
    }

    /// With what a planner has pinned in `before`, first of all.
    #[must_use]
    pub(super) fn keeping_pins(self, before: Self) -> Self {
        let pinned = before.blocks.into_iter().filter(|block| block.pinned);
        let blocks = pinned.chain(self.blocks).zip(0..);
        let breaks = before.breaks.into_iter().filter(|taken| taken.pinned);
        Self {
            blocks: blocks.map(|(block, number)| BlockText { number, ..block }).collect(),
            breaks: breaks.chain(self.breaks).collect(),
        }
    }

    /// What the store keeps.
    pub(super) fn text(&self) -> String {
        // A list of texts and numbers always has a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What was kept; nothing where it cannot be read: it is then found anew.
    pub(super) fn read(text: &str) -> Self {
        // Of a day that is not planned.
        if text == "{}" {
            return Self::default();
        }
        serde_json::from_str(text).unwrap_or_else(|error| {
            tracing::error!(%error, "walk-in blocks and breaks in the store cannot be read");
            Self::default()
        })
    }

    /// When the blocks are, by whom and where, in order.
    pub(super) fn placed(&self) -> BTreeSet<PlacedBlock> {
        let blocks = self.blocks.iter().map(|block| PlacedBlock {
            from: block.from,
            until: block.until,
            staff: block.staff.clone(),
            room: block.room.clone(),
        });
        blocks.collect()
    }

    /// The blocks in terms of `problem`. A quota that is no more is left out, and a block that then
    /// counts for none.
    pub(super) fn blocks(&self, problem: &Problem, site_day: usize, ids: &Ids) -> Vec<StoredBlock> {
        let quotas_here = &problem.site_days[site_day].quotas;
        let blocks = self.blocks.iter().filter_map(|text| {
            let mut quotas: Vec<usize> = quotas_here
                .iter()
                .copied()
                .filter(|&quota| text.quotas.contains(&problem.quotas[quota].id))
                .collect();
            quotas.sort_unstable();
            let window = window(problem, text.from, text.until)?;
            let seat = ids.clerk(&text.staff).zip(ids.room(&text.room)).map(|(clerk, room)| {
                StoredSeat { clerk: ClerkIndex(clerk), room: Some(RoomIndex(room)) }
            });
            let pinned = seat.filter(|_| text.pinned);
            let block = Block::new(text.number, window, quotas).pinned_to(pinned);
            (!block.quotas.is_empty() || pinned.is_some()).then(|| StoredBlock::new(block, seat))
        });
        blocks.collect()
    }

    /// The breaks in terms of `problem`.
    pub(super) fn breaks(&self, problem: &Problem, ids: &Ids) -> Vec<StoredBreak> {
        let breaks = self.breaks.iter();
        breaks
            .filter_map(|text| {
                let clerk = ClerkIndex(ids.clerk(&text.staff)?);
                let window = window(problem, text.from, text.until)?;
                Some(StoredBreak::new(clerk, window).pinned(text.pinned))
            })
            .collect()
    }
}

fn window(problem: &Problem, from: u32, until: u32) -> Option<Window> {
    Some(Window::new(problem.grid.step_at(from)?, problem.grid.step_at(until)?))
}

/// Shadow prices of one site-day.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct DayPrices {
    /// Ids of demand, with the price of a slot more.
    pools: Vec<(String, f64)>,
    /// Ids of rooms that can stand in for each other, with what one more is worth at each step.
    rooms: Vec<(Vec<String>, Vec<f64>)>,
    /// Ids of quotas, with the price of a step.
    quotas: Vec<(String, f64)>,
    /// Minutes of a step, for which the prices were made.
    grid: u32,
}

impl DayPrices {
    /// What of the prices of a plan for `problem` is about `site_day`.
    pub(super) fn of(problem: &Problem, site_day: usize, prices: &Prices) -> Self {
        let here = |pool: usize| problem.pools[pool].places.iter().any(|p| p.0 == site_day);
        let pools = (0..problem.pools.len()).filter(|&pool| here(pool)).map(|pool| {
            let id = &problem.demand_ids[problem.pools[pool].demand];
            (id.clone(), prices.pools.get(pool).copied().unwrap_or_default())
        });
        let kinds = prices.rooms.get(site_day).map_or(&[][..], Vec::as_slice).iter();
        let rooms = kinds.map(|kind| {
            let ids = kind.rooms.iter().map(|&room| problem.rooms[room].id.clone());
            (ids.collect(), kind.by_step.clone())
        });
        let quotas = problem.site_days[site_day].quotas.iter().map(|&quota| {
            let price = prices.quotas.get(quota).copied().unwrap_or_default();
            (problem.quotas[quota].id.clone(), price)
        });
        Self {
            pools: pools.collect(),
            rooms: rooms.collect(),
            quotas: quotas.collect(),
            grid: problem.grid.minutes(),
        }
    }

    /// What the store keeps.
    pub(super) fn text(&self) -> String {
        // Prices are finite, so that they have a JSON form.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// What was kept, if it can be read.
    pub(super) fn read(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

/// The prices of all site-days together, `None` where one of them has none: by index of site-day.
pub(super) fn prices(
    problem: &Problem,
    days: &[Option<DayPrices>],
    ids: &Ids,
) -> Option<Arc<Prices>> {
    let mut prices = Prices {
        pools: vec![0.0; problem.pools.len()],
        rooms: vec![Vec::new(); problem.site_days.len()],
        quotas: vec![0.0; problem.quotas.len()],
    };
    for (pool, price) in problem.pools.iter().zip(&mut prices.pools) {
        let (site_day, _) = *pool.places.first()?;
        let id = &problem.demand_ids[pool.demand];
        let day = days.get(site_day)?.as_ref()?;
        *price = day.pools.iter().find(|(own, _)| own == id)?.1;
    }
    for (site_day, day) in days.iter().enumerate() {
        let day = day.as_ref()?;
        if day.grid != problem.grid.minutes() {
            return None;
        }
        for (rooms, by_step) in &day.rooms {
            let rooms: Vec<usize> = rooms.iter().filter_map(|id| ids.room(id)).collect();
            prices.rooms[site_day].push(RoomPrice { rooms, by_step: by_step.clone() });
        }
        for &quota in &problem.site_days[site_day].quotas {
            let id = &problem.quotas[quota].id;
            prices.quotas[quota] = day.quotas.iter().find(|(own, _)| own == id)?.1;
        }
    }
    Some(Arc::new(prices))
}
