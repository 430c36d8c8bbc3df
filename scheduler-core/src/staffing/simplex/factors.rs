//! A basis as a product: triangular factors by Markowitz elimination, then one column exchange
//! after the other (the product form).

use super::Sparse;

/// Entries smaller than this are rounding.
const NOTHING: f64 = 1e-13;
/// A pivot is at least this share of the largest entry of its row.
const STABLE: f64 = 0.05;

/// One step of the elimination: the pivot's row and slot, what of its row is subtracted from others,
/// and what is left in its row and column of the upper factor.
#[derive(Debug, Clone, Default)]
struct Step {
    row: u32,
    slot: u32,
    pivot: f64,
    /// Rows from which this row is subtracted so many times.
    below: Sparse,
    /// The rest of the row: slots that are eliminated later.
    across: Sparse,
    /// The rest of the column: rows that were eliminated before.
    above: Sparse,
}

/// One exchange: the column that came into a slot, in terms of the basis before.
#[derive(Debug, Clone)]
struct Exchange {
    slot: u32,
    pivot: f64,
    others: Sparse,
}

/// The factors of a basis matrix.
#[derive(Debug, Clone, Default)]
pub(super) struct Factors {
    steps: Vec<Step>,
    exchanges: Vec<Exchange>,
    /// Steps with anything in `below`.
    lower: Vec<u32>,
}

/// The slots whose columns depend on the others, and the rows that are left without one.
#[derive(Debug)]
pub(super) struct Singular {
    pub(super) slots: Vec<usize>,
    pub(super) rows: Vec<usize>,
}

impl Factors {
    /// Factorises the matrix with these columns, one for each slot.
    pub(super) fn new(columns: &[&[(u32, f64)]]) -> Result<Self, Singular> {
        Elimination::new(columns).run()
    }

    /// Exchanges since the factorisation.
    pub(super) fn exchanges(&self) -> usize {
        self.exchanges.len()
    }

    /// Solves B·x = `by_row` in place: the answer is by slot. `spare` has the same length.
    pub(super) fn forward(&self, by_row: &mut Vec<f64>, spare: &mut Vec<f64>) {
        for &step in &self.lower {
            let step = &self.steps[step as usize];
            let value = by_row[step.row as usize];
            if value != 0.0 {
                for &(row, times) in &step.below {
                    by_row[row as usize] -= times * value;
                }
            }
        }
        for step in self.steps.iter().rev() {
            let value = by_row[step.row as usize];
            if value.abs() < NOTHING {
                spare[step.slot as usize] = 0.0;
                continue;
            }
            let value = value / step.pivot;
            spare[step.slot as usize] = value;
            for &(row, times) in &step.above {
                by_row[row as usize] -= times * value;
            }
        }
        std::mem::swap(by_row, spare);
        for exchange in &self.exchanges {
            let slot = exchange.slot as usize;
            let value = by_row[slot];
            if value != 0.0 {
                let value = value / exchange.pivot;
                by_row[slot] = value;
                for &(other, times) in &exchange.others {
                    by_row[other as usize] -= times * value;
                }
            }
        }
    }

    /// Solves y·B = `by_slot` in place: the answer is by row.
    pub(super) fn backward(&self, by_slot: &mut Vec<f64>, spare: &mut Vec<f64>) {
        for exchange in self.exchanges.iter().rev() {
            let mut value = by_slot[exchange.slot as usize];
            for &(other, times) in &exchange.others {
                value -= times * by_slot[other as usize];
            }
            by_slot[exchange.slot as usize] = value / exchange.pivot;
        }
        for step in &self.steps {
            let value = by_slot[step.slot as usize];
            if value.abs() < NOTHING {
                spare[step.row as usize] = 0.0;
                continue;
            }
            let value = value / step.pivot;
            spare[step.row as usize] = value;
            for &(slot, times) in &step.across {
                by_slot[slot as usize] -= times * value;
            }
        }
        std::mem::swap(by_slot, spare);
        for &step in self.lower.iter().rev() {
            let step = &self.steps[step as usize];
            let mut value = by_slot[step.row as usize];
            for &(row, times) in &step.below {
                value -= times * by_slot[row as usize];
            }
            by_slot[step.row as usize] = value;
        }
    }

    /// Puts another column into `slot`; `column` is what [`forward`](Self::forward) gave for it.
    pub(super) fn exchange(&mut self, slot: usize, column: &[f64]) {
        let others = column
            .iter()
            .enumerate()
            .filter(|(at, value)| *at != slot && value.abs() > NOTHING)
            .map(|(at, value)| (at as u32, *value))
            .collect();
        self.exchanges.push(Exchange { slot: slot as u32, pivot: column[slot], others });
    }
}

/// The matrix while it is eliminated.
struct Elimination {
    /// What is left of each row: slots and values.
    rows: Vec<Sparse>,
    /// Rows with an entry in each slot; some may have lost it since.
    in_slot: Vec<Vec<u32>>,
    /// Entries that are left in each slot.
    count: Vec<u32>,
    row_done: Vec<bool>,
    slot_done: Vec<bool>,
    /// Slots and rows that have had one entry left at some time.
    single_slots: Vec<u32>,
    single_rows: Vec<u32>,
    factors: Factors,
    /// Value of each slot in the row that is being changed.
    scattered: Vec<f64>,
}

impl Elimination {
    fn new(columns: &[&[(u32, f64)]]) -> Self {
        let size = columns.len();
        let mut rows: Vec<Sparse> = vec![Vec::new(); size];
        let mut in_slot: Vec<Vec<u32>> = Vec::with_capacity(size);
        for (slot, column) in columns.iter().enumerate() {
            in_slot.push(column.iter().map(|(row, _)| *row).collect());
            for &(row, value) in *column {
                rows[row as usize].push((slot as u32, value));
            }
        }
        let count: Vec<u32> = in_slot.iter().map(|rows| rows.len() as u32).collect();
        let single_slots = (0..size as u32).filter(|slot| count[*slot as usize] == 1).collect();
        let single_rows = (0..size as u32).filter(|row| rows[*row as usize].len() == 1).collect();
        Self {
            row_done: vec![false; size],
            slot_done: vec![false; size],
            scattered: vec![0.0; size],
            factors: Factors { steps: Vec::with_capacity(size), ..Factors::default() },
            rows,
            in_slot,
            count,
            single_slots,
            single_rows,
        }
    }

    fn run(mut self) -> Result<Factors, Singular> {
        let size = self.rows.len();
        while self.factors.steps.len() < size {
            let Some((row, slot)) = self.pivot() else {
                let open = |done: &[bool]| (0..size).filter(|at| !done[*at]).collect();
                return Err(Singular { slots: open(&self.slot_done), rows: open(&self.row_done) });
            };
            self.eliminate(row, slot);
        }
        let mut factors = self.factors;
        let mut step_of_slot = vec![0_u32; size];
        for (at, step) in factors.steps.iter().enumerate() {
            step_of_slot[step.slot as usize] = at as u32;
        }
        for at in 0..size {
            let row = factors.steps[at].row;
            let across = std::mem::take(&mut factors.steps[at].across);
            for &(slot, value) in &across {
                factors.steps[step_of_slot[slot as usize] as usize].above.push((row, value));
            }
            factors.steps[at].across = across;
            if !factors.steps[at].below.is_empty() {
                factors.lower.push(at as u32);
            }
        }
        Ok(factors)
    }

    /// The next pivot: where a slot or a row has one entry left, else one that makes few new entries.
    fn pivot(&mut self) -> Option<(usize, usize)> {
        while let Some(slot) = self.single_slots.pop() {
            let slot = slot as usize;
            if self.slot_done[slot] || self.count[slot] != 1 {
                continue;
            }
            if let Some((row, value)) = self.entries(slot).first().copied()
                && value.abs() > 1e-9
            {
                return Some((row, slot));
            }
        }
        while let Some(row) = self.single_rows.pop() {
            let row = row as usize;
            if !self.row_done[row]
                && let [(slot, value)] = self.rows[row][..]
                && value.abs() > 1e-9
            {
                return Some((row, slot as usize));
            }
        }
        self.cheapest()
    }

    /// Rows and values of what is left in a slot.
    fn entries(&mut self, slot: usize) -> Vec<(usize, f64)> {
        let (rows, done) = (&self.rows, &self.row_done);
        let mut found = Vec::with_capacity(self.count[slot] as usize);
        self.in_slot[slot].retain(|row| {
            let at = *row as usize;
            let entry = rows[at].iter().find(|(other, _)| *other as usize == slot);
            let entry = entry.filter(|_| !done[at]);
            if let Some((_, value)) = entry {
                found.push((at, *value));
            }
            entry.is_some()
        });
        found
    }

    /// A stable pivot of one of the sparsest slots (Markowitz).
    fn cheapest(&mut self) -> Option<(usize, usize)> {
        let mut order: Vec<(u32, u32)> = Vec::with_capacity(8);
        for slot in 0..self.count.len() {
            if self.slot_done[slot] || self.count[slot] == 0 {
                continue;
            }
            let key = (self.count[slot], slot as u32);
            if order.len() < 6 {
                order.push(key);
                order.sort_unstable();
            } else if key < order[5] {
                order[5] = key;
                order.sort_unstable();
            }
        }
        let mut best: Option<(u64, usize, usize)> = None;
        for (count, slot) in order {
            let entries = self.entries(slot as usize);
            let largest = entries.iter().fold(0.0_f64, |most, (_, value)| most.max(value.abs()));
            for (row, value) in entries {
                if value.abs() < 1e-9 || value.abs() < STABLE * largest {
                    continue;
                }
                let fill = u64::from(count - 1) * (self.rows[row].len() as u64 - 1);
                if best.is_none_or(|(least, ..)| fill < least) {
                    best = Some((fill, row, slot as usize));
                }
            }
            if best.is_some_and(|(least, ..)| least <= u64::from(count - 1).pow(2)) {
                break;
            }
        }
        if best.is_none() {
            // All sparse slots are numerically empty: any entry that is left.
            for slot in 0..self.count.len() {
                if self.slot_done[slot] {
                    continue;
                }
                let entries = self.entries(slot);
                let found = entries.iter().max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
                if let Some((row, value)) = found
                    && value.abs() > 1e-9
                {
                    return Some((*row, slot));
                }
            }
        }
        best.map(|(_, row, slot)| (row, slot))
    }

    fn eliminate(&mut self, row: usize, slot: usize) {
        let mut across = std::mem::take(&mut self.rows[row]);
        let at = across.iter().position(|(other, _)| *other as usize == slot).unwrap_or(0);
        let (_, pivot) = across.swap_remove(at);
        let targets = self.entries(slot);
        self.row_done[row] = true;
        self.slot_done[slot] = true;
        let mut below = Vec::new();
        for (target, value) in targets {
            if target != row {
                below.push((target as u32, value / pivot));
                self.subtract(target, slot, &across, value / pivot);
            }
        }
        for (other, _) in &across {
            self.lose(*other);
        }
        let (row, slot) = (row as u32, slot as u32);
        self.factors.steps.push(Step { row, slot, pivot, below, across, above: Vec::new() });
    }

    fn lose(&mut self, slot: u32) {
        let count = &mut self.count[slot as usize];
        *count -= 1;
        if *count == 1 {
            self.single_slots.push(slot);
        }
    }

    /// Subtracts `times` the pivot's row from row `target`.
    fn subtract(&mut self, target: usize, slot: usize, pivot_row: &[(u32, f64)], times: f64) {
        let mut changed = std::mem::take(&mut self.rows[target]);
        changed.retain(|(other, _)| *other as usize != slot);
        for &(other, value) in pivot_row {
            self.scattered[other as usize] = times * value;
        }
        changed.retain_mut(|(other, value)| {
            let minus = std::mem::replace(&mut self.scattered[*other as usize], 0.0);
            *value -= minus;
            let keep = minus == 0.0 || value.abs() > NOTHING;
            if !keep {
                let count = &mut self.count[*other as usize];
                *count -= 1;
                if *count == 1 {
                    self.single_slots.push(*other);
                }
            }
            keep
        });
        for &(other, _) in pivot_row {
            let minus = std::mem::replace(&mut self.scattered[other as usize], 0.0);
            if minus != 0.0 {
                changed.push((other, -minus));
                self.count[other as usize] += 1;
                // A row that lost this entry before may be listed still.
                if !self.in_slot[other as usize].contains(&(target as u32)) {
                    self.in_slot[other as usize].push(target as u32);
                }
            }
        }
        if changed.len() == 1 {
            self.single_rows.push(target as u32);
        }
        self.rows[target] = changed;
    }
}
