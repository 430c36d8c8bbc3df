//! From the columns' values to a plan: flows to days, kinds to rooms, starts to pools.

use std::collections::{BTreeMap, VecDeque};

use crate::problem::{BreakTaken, Problem, Slot, WalkInBlock};
use crate::time::{Step, Window};

use super::program::{DayProgram, Flow, Program, Start};
use crate::plan::network::{Activity, Rooms, Seat};

/// The contents of a plan.
#[derive(Debug, Clone, Default)]
pub(crate) struct Contents {
    pub(crate) slots: Vec<Slot>,
    pub(crate) walk_in_blocks: Vec<WalkInBlock>,
    pub(crate) breaks: Vec<BreakTaken>,
}

/// Something that a clerk does, or a stay.
#[derive(Debug, Clone)]
struct Use {
    clerk: usize,
    window: Window,
    /// Kind of the room that it takes, if it takes one.
    kind: usize,
    what: What,
    /// Index of the stay that it is part of, where rooms belong to stays.
    stay: Option<usize>,
}

/// What one clerk does, taken from the flow.
#[derive(Debug, Default)]
struct Walked {
    uses: Vec<Use>,
    stays: Vec<Use>,
    breaks: Vec<Window>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Slot(u16),
    Promise(u16),
    Block,
    Stay,
}

/// The plan that `values` of the program's columns stand for; `None` where they are not one.
pub(crate) fn decode(problem: &Problem, program: &Program, values: &[f64]) -> Option<Contents> {
    let counts: Vec<usize> = values.iter().map(|value| value.round().max(0.0) as usize).collect();
    let mut contents = Contents::default();
    for day in &program.days {
        DayDecoder { problem, program: day, counts: &counts }.run(&mut contents)?;
    }
    contents.slots.sort_by_key(|slot| (slot.site, slot.day, slot.window.from, slot.clerk));
    leave_out_dear_slots(problem, &mut contents.slots);
    contents
        .walk_in_blocks
        .sort_by_key(|block| (block.site, block.day, block.window.from, block.clerk));
    contents.breaks.sort_by_key(|taken| (taken.day, taken.window.from, taken.clerk));
    Some(contents)
}

/// Leaves out slots that cost more of their clerk's free time than they are worth. The program has no
/// piece of a pool for them, so that it counts nothing for giving them or not.
fn leave_out_dear_slots(problem: &Problem, slots: &mut Vec<Slot>) {
    let free_minute = problem.weights.free_minute;
    if free_minute <= 0.0 {
        return;
    }
    let mut pool_of = BTreeMap::new();
    for (index, pool) in problem.pools.iter().enumerate() {
        pool_of.extend(pool.places.iter().map(|&(site_day, _)| ((pool.demand, site_day), index)));
    }
    let mut given = vec![0; problem.pools.len()];
    slots.retain(|slot| {
        let key = slot.demand.map(|demand| (demand, problem.site_day(slot.site, slot.day)));
        let Some(&pool) = key.and_then(|key| pool_of.get(&key)) else { return true };
        let gain =
            problem.pool_value(pool, given[pool] + 1) - problem.pool_value(pool, given[pool]);
        let minutes = u32::from(slot.window.steps()) * problem.grid.minutes();
        let is_worth_it = gain >= free_minute * f64::from(minutes);
        given[pool] += usize::from(is_worth_it);
        is_worth_it
    });
}

struct DayDecoder<'a> {
    problem: &'a Problem,
    program: &'a DayProgram,
    counts: &'a [usize],
}

impl DayDecoder<'_> {
    fn run(&self, contents: &mut Contents) -> Option<()> {
        let site_day = &self.problem.site_days[self.program.day.site_day];
        let (site, day) = (site_day.site, site_day.day);
        let mut walked = Walked::default();
        for (group, flow) in self.program.groups.iter().zip(&self.program.flows) {
            let mut left: Vec<usize> = flow.columns.iter().map(|&c| self.counts[c]).collect();
            for &shift in &group.shifts {
                let shift = &self.program.day.shifts[usize::from(shift)];
                let clerk = self.problem.shifts[shift.index].clerk;
                self.walk(flow, &mut left, clerk, &mut walked)?;
                let taken = |window| BreakTaken { clerk, day, window, pinned: false };
                contents.breaks.extend(walked.breaks.drain(..).map(taken));
            }
        }
        let Walked { mut uses, stays, .. } = walked;
        uses.sort_by_key(|one| (one.window.from, one.clerk));
        let rooms = if self.program.rooms == Rooms::ByStay {
            let mut order: Vec<usize> = (0..stays.len()).collect();
            order.sort_by_key(|&stay| (stays[stay].window.from, stays[stay].clerk));
            let sorted: Vec<Use> = order.iter().map(|&stay| stays[stay].clone()).collect();
            let mut of_stay = vec![None; stays.len()];
            for (stay, room) in order.into_iter().zip(self.choose_rooms(&sorted)?) {
                of_stay[stay] = room;
            }
            uses.iter().map(|one| of_stay[one.stay?]).collect()
        } else {
            self.choose_kinds(&mut uses)?;
            self.choose_rooms(&uses)?
        };
        let mut pools = self.pools_to_give();
        for (one, room) in uses.into_iter().zip(rooms) {
            let Use { clerk, window, what, .. } = one;
            let (service, demand, promise) = match what {
                What::Stay => continue,
                What::Block => {
                    let room = room?;
                    contents.walk_in_blocks.push(WalkInBlock {
                        site,
                        day,
                        window,
                        clerk,
                        room,
                        pinned: false,
                    });
                    continue;
                }
                What::Promise(promise) => {
                    let promise = self.program.day.promises[usize::from(promise)].index;
                    (self.problem.promises[promise].service, None, Some(promise))
                }
                What::Slot(service) => {
                    let pool = pools.get_mut(&(service, window.from))?.pop_front()?;
                    let service = self.program.day.services[usize::from(service)].index;
                    (service, Some(self.problem.pools[pool].demand), None)
                }
            };
            contents.slots.push(Slot {
                service,
                site,
                day,
                window,
                clerk,
                room,
                demand,
                promise,
                pinned: false,
            });
        }
        Some(())
    }

    /// Takes one unit of flow from the network's first to its last node.
    fn walk(
        &self,
        flow: &Flow,
        left: &mut [usize],
        clerk: usize,
        walked: &mut Walked,
    ) -> Option<()> {
        let mut leaving: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        for (index, arc) in flow.network.arcs.iter().enumerate() {
            if left[index] > 0 {
                leaving.entry(arc.from).or_default().push(index);
            }
        }
        let mut node = flow.network.first;
        let mut block = None;
        let mut since = node.step;
        while node != flow.network.last {
            let index = *leaving.get(&node)?.iter().find(|&&index| left[index] > 0)?;
            left[index] -= 1;
            let arc = &flow.network.arcs[index];
            let window = arc.window();
            let seated = matches!(node.seat, Seat::In(_)).then_some(walked.stays.len());
            let mut take = |what: What, kind, window| {
                let stay = seated.filter(|_| self.needs_room(what));
                walked.uses.push(Use { clerk, window, kind, what, stay });
            };
            match arc.activity {
                Activity::Idle | Activity::Extend => {}
                Activity::Break => walked.breaks.push(window),
                Activity::Slot(service) => take(What::Slot(service), 0, window),
                Activity::Promise(promise) => take(What::Promise(promise), 0, window),
                Activity::Enter => block = Some(window.from),
                Activity::Sit => since = node.step,
                // Where sitting down costs nothing the flow may do so for no time at all, also in a
                // room that is occupied.
                Activity::Stand => {
                    if let Seat::In(kind) = node.seat
                        && since < node.step
                    {
                        let (window, what) = (Window::new(since, node.step), What::Stay);
                        walked.stays.push(Use { clerk, window, kind, what, stay: None });
                    }
                }
                Activity::Leave => {
                    let (kind, _) = node.block?;
                    take(What::Block, kind, Window::new(block.take()?, node.step));
                }
            }
            node = arc.to;
        }
        Some(())
    }

    fn needs_room(&self, what: What) -> bool {
        let day = &self.program.day;
        match what {
            What::Slot(service) => day.services[usize::from(service)].class.is_some(),
            What::Promise(promise) => day.promises[usize::from(promise)].needs_room,
            What::Block | What::Stay => true,
        }
    }

    /// Gives each slot one of the kinds that its occupation takes; a clerk keeps the last one's
    /// where possible.
    fn choose_kinds(&self, uses: &mut [Use]) -> Option<()> {
        let mut left: BTreeMap<_, Vec<(usize, usize)>> = BTreeMap::new();
        for (occupation, columns) in &self.program.kinds {
            let counts = columns.iter().map(|&(kind, column)| (kind, self.counts[column]));
            left.insert(*occupation, counts.collect());
        }
        let mut last: BTreeMap<usize, usize> = BTreeMap::new();
        for one in uses {
            if !self.needs_room(one.what) {
                continue;
            }
            match one.what {
                What::Block | What::Stay => {}
                What::Promise(promise) => {
                    let columns = &self.program.promise_kinds[usize::from(promise)];
                    one.kind = columns.iter().find(|(_, column)| self.counts[*column] == 1)?.0;
                }
                What::Slot(service) => {
                    let class = self.program.day.services[usize::from(service)].class?;
                    one.kind = if let [kind] = self.program.day.classes[class][..] {
                        usize::from(kind)
                    } else {
                        let left = left.get_mut(&(class, one.window))?;
                        let kept = last.get(&one.clerk).copied();
                        let preferred = left.iter_mut().filter(|(_, count)| *count > 0);
                        let (kind, count) =
                            preferred.max_by_key(|(kind, _)| Some(*kind) == kept)?;
                        *count -= 1;
                        *kind
                    };
                }
            }
            last.insert(one.clerk, one.kind);
        }
        Some(())
    }

    /// Colours the intervals of each kind with its rooms; `None` for what needs none. In order of start any free room will do;
    /// a clerk keeps the last one where possible, or takes one that nobody had yet.
    fn choose_rooms(&self, uses: &[Use]) -> Option<Vec<Option<usize>>> {
        let mut free_from: BTreeMap<usize, Step> = BTreeMap::new();
        let mut last: BTreeMap<usize, usize> = BTreeMap::new();
        let mut rooms = Vec::with_capacity(uses.len());
        for one in uses {
            if !self.needs_room(one.what) {
                rooms.push(None);
                continue;
            }
            let kept = last.get(&one.clerk).copied();
            let candidates = self.program.day.kinds[one.kind].rooms.iter().copied();
            let free = candidates
                .filter(|room| free_from.get(room).is_none_or(|&from| from <= one.window.from));
            let room =
                free.min_by_key(|room| (Some(*room) != kept, free_from.get(room).copied()))?;
            free_from.insert(room, one.window.until);
            last.insert(one.clerk, room);
            rooms.push(Some(room));
        }
        Some(rooms)
    }

    /// The pools of the slots that start at a step, one for each slot.
    fn pools_to_give(&self) -> BTreeMap<Start, VecDeque<usize>> {
        let mut pools = BTreeMap::new();
        for (&start, choice) in &self.program.pools {
            let queue: VecDeque<usize> = match choice[..] {
                [(pool, None)] => {
                    let day = &self.program.day;
                    let most = day.on_shift(usize::from(start.1 - day.base));
                    std::iter::repeat_n(pool, most).collect()
                }
                _ => choice
                    .iter()
                    .filter_map(|&(pool, column)| Some((pool, column?)))
                    .flat_map(|(pool, column)| std::iter::repeat_n(pool, self.counts[column]))
                    .collect(),
            };
            pools.insert(start, queue);
        }
        pools
    }
}
