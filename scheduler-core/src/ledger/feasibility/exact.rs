//! Whether a task can be placed at all, every other one free to move: exact but for a budget.
//!
//! Deciding list colouring of intervals is NP-hard in general. What makes it quick here is that the
//! witness is nearly right: only tasks that lost their machine are branched on, the one with the
//! fewest machines left first, and when none has, the witness completes the answer. After each
//! choice the machines that cannot be part of any matching are struck out at every start of a task
//! (Régin 1994, filtering of all-different constraints; starts are all maximal cliques of an
//! interval graph), so that a *no* is mostly found without branching. What is in the way for longer
//! than one instant, such as breaks, is left to prices ([`bound`]).

use std::ops::Range;

use super::bound;
use super::columns::Columns;
use super::domains::Domains;
use super::state_dp::StateDp;
use crate::ledger::Answer;
use crate::ledger::assignment::Assignment;
use crate::ledger::frame::Machines;

/// Places the task of `slot`, which is declared and on no machine, with at most `nodes` choices.
/// The assignment changes only where the answer is [`Answer::Yes`].
///
/// With more than 1,024 machines the answer is [`Answer::Unknown`].
pub(super) fn place(
    machines: &Machines,
    assignment: &mut Assignment,
    slot: usize,
    nodes: u32,
) -> Answer {
    match machines.set_words {
        0..=1 => Search::<1>::place(machines, assignment, slot, nodes),
        2..=4 => Search::<4>::place(machines, assignment, slot, nodes),
        5..=16 => Search::<16>::place(machines, assignment, slot, nodes),
        _ => Answer::Unknown,
    }
}

/// Most choices near the task before the dynamic program.
const NEAR_NODES: u32 = 15;

/// One choice with all conclusions takes as long as so many of the dynamic program.
const CHOICE_SHARE: u32 = 50;

/// One round of prices takes as long as so many, or more.
const PRICE_SHARE: u32 = 100;

/// Deepest branching: each level takes some stack.
const MOST_DEEP: u32 = 500;

struct Search<'a, const W: usize> {
    machines: &'a Machines,
    domains: Domains<'a, W>,
    /// Choices left.
    left: u32,
    /// Whether breaks are placed before tasks: where time is short, few places are left for them.
    breaks_first: bool,
}

impl<const W: usize> Search<'_, W> {
    fn place(machines: &Machines, assignment: &mut Assignment, slot: usize, nodes: u32) -> Answer {
        let columns = Columns::new(machines, assignment, slot);
        let domains = Domains::<W>::new(machines, assignment, &columns);
        let mut search = Search { machines, domains, left: 0, breaks_first: false };
        let task = columns.task_of(slot);
        if !search.domains.begin(task) {
            return Answer::No;
        }
        let near = neighbourhood(machines, &columns, task);
        // Choices near the task find most that is possible; the others prove what is not.
        let mut answer = search.within((nodes / CHOICE_SHARE).min(NEAR_NODES), false);
        if answer == Answer::Unknown
            && bound::too_many(machines, &columns, &search.domains, &near, nodes / PRICE_SHARE)
        {
            return Answer::No;
        }
        if answer == Answer::Unknown {
            // Half as long: with small budgets this decided nothing more when it took all of its share.
            answer = search.within(nodes / (2 * CHOICE_SHARE), true);
        }
        match answer {
            Answer::Yes => {
                let found = (0..columns.tasks.len())
                    .filter_map(|task| Some((task, search.domains.machine(task)?)));
                adopt(machines, assignment, &columns, found.collect());
                Answer::Yes
            }
            Answer::No => Answer::No,
            Answer::Unknown => {
                by_states(machines, assignment, &columns, &search.domains, near, nodes)
            }
        }
    }

    /// Branches within so many choices; all is as it was where the answer is unknown.
    fn within(&mut self, choices: u32, breaks_first: bool) -> Answer {
        (self.left, self.breaks_first) = (choices, breaks_first);
        let root = self.domains.mark();
        let answer = self.branch(0);
        if answer == Answer::Unknown {
            self.domains.undo(root);
        }
        answer
    }

    fn branch(&mut self, depth: u32) -> Answer {
        if depth == MOST_DEEP {
            return Answer::Unknown;
        }
        if self.breaks_first
            && let Some(position) = self.domains.tightest_break()
        {
            return self.branch_on_break(position, depth);
        }
        if let Some(task) = self.domains.displaced() {
            return self.branch_on_task(task, depth);
        }
        let lacking =
            (0..self.machines.count).find_map(|machine| self.domains.lacks_break(machine));
        lacking.map_or(Answer::Yes, |position| self.branch_on_break(position, depth))
    }

    fn branch_on_task(&mut self, task: usize, depth: u32) -> Answer {
        let mut answer = Answer::No;
        let mut refuted: Vec<usize> = Vec::new();
        for machine in self.domains.choices(task) {
            if refuted.iter().any(|&other| self.domains.alike(other, machine)) {
                continue;
            }
            match self.attempt(depth, |domains| domains.choose(task, machine)) {
                Answer::Yes => return Answer::Yes,
                Answer::No => refuted.push(machine),
                Answer::Unknown => answer = Answer::Unknown,
            }
        }
        answer
    }

    fn branch_on_break(&mut self, position: usize, depth: u32) -> Answer {
        let mut answer = Answer::No;
        for start in self.domains.break_places(position) {
            match self.attempt(depth, |domains| domains.choose_break(position, start)) {
                Answer::Yes => return Answer::Yes,
                Answer::No => {}
                Answer::Unknown => answer = Answer::Unknown,
            }
        }
        answer
    }

    /// One choice and all below it; what it did is taken back unless the answer is a yes.
    fn attempt(&mut self, depth: u32, choose: impl FnOnce(&mut Domains<'_, W>) -> bool) -> Answer {
        if self.left == 0 {
            return Answer::Unknown;
        }
        self.left -= 1;
        let mark = self.domains.mark();
        let answer = if choose(&mut self.domains) { self.branch(depth + 1) } else { Answer::No };
        if answer != Answer::Yes {
            self.domains.undo(mark);
        }
        answer
    }
}

/// The tasks that touch `task`, or the window of a break that touches it.
fn neighbourhood(machines: &Machines, columns: &Columns, task: usize) -> Range<usize> {
    let piece = columns.tasks[task];
    let mut span = (piece.from, piece.until);
    for rest in &machines.breaks {
        if rest.from < piece.until && piece.from < rest.until {
            span = (span.0.min(rest.from), span.1.max(rest.until));
        }
    }
    columns.range(span.0, span.1)
}

/// Runs over what is `near` alone, where a *no* is proven soonest; over all from there
/// on, what is earlier staying as it is; and over the whole day.
fn by_states<const W: usize>(
    machines: &Machines,
    assignment: &mut Assignment,
    columns: &Columns,
    domains: &Domains<'_, W>,
    near: Range<usize>,
    nodes: u32,
) -> Answer {
    let (first, count) = (near.start, columns.tasks.len());
    let (answer, _, left) = StateDp::new(machines, columns, domains, near, nodes / 2).run();
    if answer == Answer::No {
        return Answer::No;
    }
    // What was before may stay as it is.
    let mut rest = StateDp::new(machines, columns, domains, first..count, left / 2 + nodes / 4);
    let (mut answer, mut chosen) = (Answer::Unknown, Vec::new());
    if rest.keep_earlier(columns) {
        (answer, chosen, _) = rest.run();
    }
    if answer == Answer::Yes {
        let found = chosen.into_iter().enumerate().map(|(task, machine)| (first + task, machine));
        adopt(machines, assignment, columns, found.collect());
        return Answer::Yes;
    }
    let all = StateDp::new(machines, columns, domains, 0..count, nodes / 4);
    let (answer, chosen, _) = all.run();
    if answer == Answer::Yes {
        adopt(machines, assignment, columns, chosen.into_iter().enumerate().collect());
    }
    answer
}

/// Moves tasks to the machines found for them.
fn adopt(
    machines: &Machines,
    assignment: &mut Assignment,
    columns: &Columns,
    found: Vec<(usize, usize)>,
) {
    let moved = |&(task, machine): &(usize, usize)| columns.tasks[task].now != Some(machine);
    let moved: Vec<(usize, usize)> = found.into_iter().filter(moved).collect();
    for &(task, _) in &moved {
        assignment.take(machines, columns.tasks[task].slot);
    }
    for (task, machine) in moved {
        assignment.put(machines, columns.tasks[task].slot, machine);
    }
}
