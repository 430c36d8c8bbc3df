//! Prices that prove that there are too many tasks.
//!
//! Give each task a price. A machine alone earns at most what its best day brings: tasks that do not
//! overlap, its break beside them; a longest path. Where all machines together cannot earn what all
//! tasks are worth, some task is left over, whatever the assignment. Such prices exist if and only if
//! the linear program over whole days of machines has no solution. They are looked for by incremental
//! subgradient steps (Nedić and Bertsekas 2001, doi:10.1137/S1052623499362111), in integers, so that
//! the proof is exact.

use std::ops::Range;

use super::columns::Columns;
use super::domains::Domains;
use crate::ledger::bits;
use crate::ledger::frame::Machines;

/// Price of a task for each of its steps, at first; it changes by 1 at a time.
const PRICE: i32 = 4;

/// Rounds from one attempt of a proof to the next.
const ROUNDS: u32 = 8;

/// Cannot be reached.
const NEVER: i32 = i32::MIN / 2;

/// A task with its price, in steps after the first of all.
#[derive(Debug, Clone, Copy)]
struct Priced {
    from: usize,
    until: usize,
    price: i32,
}

impl Priced {
    fn length(self) -> i32 {
        (self.until - self.from) as i32
    }
}

/// A machine that may take some of the tasks.
#[derive(Debug)]
struct PricedMachine {
    /// Indices of the tasks, in order of start.
    tasks: Vec<u32>,
    /// Its breaks, in their order.
    breaks: Vec<PricedBreak>,
}

#[derive(Debug)]
struct PricedBreak {
    length: usize,
    /// Bits of the steps at which it may begin.
    places: Vec<u64>,
}

/// What a machine does last on its best way to a step.
#[derive(Debug, Clone, Copy)]
enum Last {
    Nothing,
    Break,
    Task(u32),
}

/// Tasks, machines and prices.
#[derive(Debug)]
struct Pricing {
    tasks: Vec<Priced>,
    machines: Vec<PricedMachine>,
    steps: usize,
    /// The most that can be earned up to each step, the fewer breaks being left to take the later
    /// the row: none in the last one.
    best: Vec<Vec<(i32, Last)>>,
}

/// Whether the tasks of `range` are proven to be too many in so many rounds.
pub(super) fn too_many<const W: usize>(
    machines: &Machines,
    columns: &Columns,
    domains: &Domains<'_, W>,
    range: &Range<usize>,
    rounds: u32,
) -> bool {
    let mut pricing = Pricing::new(machines, columns, domains, range);
    (0..rounds).any(|round| {
        pricing.adjust();
        round % ROUNDS == ROUNDS - 1 && pricing.is_short()
    })
}

impl Pricing {
    fn new<const W: usize>(
        machines: &Machines,
        columns: &Columns,
        domains: &Domains<'_, W>,
        range: &Range<usize>,
    ) -> Self {
        let pieces = &columns.tasks[range.clone()];
        let base = pieces.iter().map(|piece| piece.from).min().unwrap_or(0);
        let end = pieces.iter().map(|piece| piece.until).max().unwrap_or(base);
        let priced = pieces.iter().map(|piece| {
            let price = PRICE * (piece.until - piece.from) as i32;
            Priced { from: piece.from - base, until: piece.until - base, price }
        });
        let machine = |machine: usize| {
            let able = |&task: &u32| bits::get(domains.left(range.start + task as usize), machine);
            // A break that may lie outside is left out.
            let inside = |&position: &usize| {
                let rest = machines.breaks[position];
                base <= rest.from && rest.until <= end
            };
            let breaks = machines.breaks_of(machine).filter(inside).map(|position| {
                let mut places = vec![0; bits::words_for(end - base + 1)];
                for start in domains.starts_left(position) {
                    bits::set(&mut places, start - base);
                }
                PricedBreak { length: machines.breaks[position].length, places }
            });
            let breaks = breaks.collect();
            PricedMachine { tasks: (0..pieces.len() as u32).filter(able).collect(), breaks }
        };
        let row = || vec![(NEVER, Last::Nothing); end - base + 1];
        let machines: Vec<PricedMachine> =
            (0..machines.count).map(machine).filter(|machine| !machine.tasks.is_empty()).collect();
        let most = machines.iter().map(|machine| machine.breaks.len()).max().unwrap_or(0);
        Self {
            tasks: priced.collect(),
            machines,
            steps: end - base,
            best: (0..=most).map(|_| row()).collect(),
        }
    }

    /// The most that the machine can earn: its longest path over steps and breaks taken.
    fn earn(&mut self, machine: usize) -> i32 {
        let Self { tasks, machines, steps, best } = self;
        let PricedMachine { tasks: able, breaks } = &machines[machine];
        // Who has fewer breaks to take than others begins further on.
        let first = best.len() - 1 - breaks.len();
        let rows = &mut best[first..];
        for row in &mut *rows {
            row.fill((NEVER, Last::Nothing));
        }
        rows[0][0].0 = 0;
        let mut able = able.iter().map(|&task| (task, tasks[task as usize])).peekable();
        for step in 0..=*steps {
            for row in &mut *rows {
                if step > 0 && row[step - 1].0 > row[step].0 {
                    row[step] = (row[step - 1].0, Last::Nothing);
                }
            }
            for (taken, rest) in breaks.iter().enumerate() {
                let so_far = rows[taken][step].0;
                if bits::get(&rest.places, step) && so_far > rows[taken + 1][step + rest.length].0 {
                    rows[taken + 1][step + rest.length] = (so_far, Last::Break);
                }
            }
            while let Some((task, Priced { until, price, .. })) =
                able.next_if(|(_, task)| task.from == step)
            {
                for row in &mut *rows {
                    if row[step].0 + price > row[until].0 {
                        row[until] = (row[step].0 + price, Last::Task(task));
                    }
                }
            }
        }
        rows[breaks.len()][*steps].0
    }

    /// Whether all that can be earned is less than what all tasks are worth.
    fn is_short(&mut self) -> bool {
        let worth: i64 = self.tasks.iter().map(|task| i64::from(task.price)).sum();
        let most: i64 = (0..self.machines.len()).map(|machine| i64::from(self.earn(machine))).sum();
        most < worth
    }

    /// What nobody takes becomes dearer, what several take cheaper; one machine after the other sees
    /// the new prices.
    fn adjust(&mut self) {
        for task in &mut self.tasks {
            task.price += task.length();
        }
        for machine in 0..self.machines.len() {
            self.earn(machine);
            let breaks = &self.machines[machine].breaks;
            let first = self.best.len() - 1 - breaks.len();
            let (mut step, mut taken) = (self.steps, breaks.len());
            while step > 0 {
                match self.best[first + taken][step].1 {
                    Last::Nothing => step -= 1,
                    Last::Break => {
                        taken -= 1;
                        step -= breaks[taken].length;
                    }
                    Last::Task(task) => {
                        let task = &mut self.tasks[task as usize];
                        task.price = (task.price - task.length()).max(0);
                        step = task.from;
                    }
                }
            }
        }
    }
}
