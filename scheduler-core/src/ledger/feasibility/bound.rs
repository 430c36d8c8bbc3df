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
    /// Length of the break.
    pause: Option<usize>,
    /// Bits of the steps at which the break may begin.
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
    /// The most that can be earned up to each step, with the break still to take and without.
    best: [Vec<(i32, Last)>; 2],
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
            let inside = |&(_, from, until): &(usize, usize, usize)| base <= from && until <= end;
            let pause = machines.pauses[machine].filter(inside);
            let mut places = vec![0; bits::words_for(end - base + 1)];
            if let Some((length, from, until)) = pause {
                let blocked = domains.blocked_row(machine);
                (from..(until + 1).saturating_sub(length))
                    .filter(|&start| bits::none(blocked, start, start + length))
                    .for_each(|start| bits::set(&mut places, start - base));
            }
            let tasks = (0..pieces.len() as u32).filter(able).collect();
            PricedMachine { tasks, pause: pause.map(|(length, ..)| length), places }
        };
        let row = || vec![(NEVER, Last::Nothing); end - base + 1];
        Self {
            tasks: priced.collect(),
            machines: (0..machines.count)
                .map(machine)
                .filter(|machine| !machine.tasks.is_empty())
                .collect(),
            steps: end - base,
            best: [row(), row()],
        }
    }

    /// The most that the machine can earn.
    fn earn(&mut self, machine: usize) -> i32 {
        let Self { tasks, machines, steps, best: [before, after] } = self;
        let PricedMachine { tasks: able, pause, places } = &machines[machine];
        before.fill((NEVER, Last::Nothing));
        after.fill((NEVER, Last::Nothing));
        // Who has no break to take has taken it.
        let first = if pause.is_some() { &mut before[0] } else { &mut after[0] };
        first.0 = 0;
        let mut able = able.iter().map(|&task| (task, tasks[task as usize])).peekable();
        for step in 0..=*steps {
            for row in [&mut *before, &mut *after] {
                if step > 0 && row[step - 1].0 > row[step].0 {
                    row[step] = (row[step - 1].0, Last::Nothing);
                }
            }
            if let Some(length) = pause.filter(|_| bits::get(places, step))
                && before[step].0 > after[step + length].0
            {
                after[step + length] = (before[step].0, Last::Break);
            }
            while let Some((task, Priced { until, price, .. })) =
                able.next_if(|(_, task)| task.from == step)
            {
                for row in [&mut *before, &mut *after] {
                    if row[step].0 + price > row[until].0 {
                        row[until] = (row[step].0 + price, Last::Task(task));
                    }
                }
            }
        }
        after[*steps].0
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
            let (mut step, mut side) = (self.steps, 1);
            while step > 0 {
                match self.best[side][step].1 {
                    Last::Nothing => step -= 1,
                    Last::Break => {
                        step -= self.machines[machine].pause.unwrap_or(1);
                        side = 0;
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
