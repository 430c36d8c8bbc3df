//! The numbers of the search, in minutes and shares, and where they come from.
//!
//! Most were found by trial on the two offices in `examples/bremerhaven/` and on the families of
//! `benches/`, on a grid of five minutes, with `cargo run --release -p scheduler-benches --bin
//! quality`. Whoever changes one looks at all rows of that table: what helps a crowded day may hurt
//! one with many quotas.

use crate::plan::worth::TimeWorth;
use crate::time::Grid;

/// The shortest and the longest stretch that a move empties, in minutes. Stretches do much better
/// than days: on the Thursday of Bremerhaven emptying whole days reached 5,290 after a second on one
/// thread, stretches of half an hour to seven hours 5,345 to 5,362.
const STRETCH: (u32, u32) = (30, 420);

/// The most that a move empties before and after something that is missing, in minutes.
const MARGIN: u32 = 60;

/// The most by which a repair lengthens a walk-in block, in minutes.
const LENGTHENING: u32 = 30;

/// What a minute that a quota lacks is charged, in minutes of the dearest work: more than whatever
/// could be done in the time, also where blocks are long and come all or not at all.
const CHARGE_FOR_MINUTE: f64 = 20.0;

/// What a promise or a break not kept is charged, in five-minute lacks of a quota: a promise must
/// never lose against a quota.
const CHARGE_FOR_TASK: f64 = 100.0;

/// How many clerks' days a move empties, in twentieths: one, two, three or four. Two let clerks
/// trade work, more are needed where rooms are short, and cost more time.
pub(super) const SHIFTS_IN_A_MOVE: [usize; 4] = [6, 9, 4, 1];

/// Fewest days to empty for a walk-in block: who takes it hands over to others.
pub(super) const SHIFTS_FOR_A_BLOCK: usize = 3;

/// Tries to find another clerk at work in the stretch, for each that is wanted.
pub(super) const TRIES_FOR_A_SHIFT: usize = 3;

/// Share of moves that may take walk-in blocks. Without any they freeze early; with all, most moves
/// are busy with putting them back.
pub(super) const MOVES_WITH_BLOCKS: f64 = 0.6;

/// Shares of the promises in a stretch that a move takes; one is drawn. Mostly none: they have no
/// value of their own and only give place.
pub(super) const PROMISES_TAKEN: [f64; 5] = [0.0, 0.0, 0.1, 0.3, 1.0];

/// How much more or less than its worth a service may count in a move; one is drawn. Noise on what
/// an insertion earns, as in Ropke, Pisinger 2006 (doi:10.1287/trsc.1050.0135), section 3.2.3.
pub(super) const PERTURBATIONS: [f64; 4] = [0.0, 0.05, 0.15, 0.4];

/// Share of moves that are for what is missing, while something is: a plan that keeps everything
/// comes first. The rest keeps the search from circling.
pub(super) const MOVES_FOR_MISSING: f64 = 0.9;

/// Of these, the share that clears a clerk and a room for it; the others empty a stretch around it.
pub(super) const REPAIRS: f64 = 0.8;

/// Share of repairs of quotas that lengthen a block instead of placing one.
pub(super) const REPAIRS_BY_LENGTHENING: f64 = 0.4;

/// Share of repairs for a promise where promises and quotas both lack something.
pub(super) const REPAIRS_FOR_PROMISES: f64 = 0.7;

/// Promises that are given to others, where they can be, before each repair.
pub(super) const SHUFFLES: usize = 20;

/// Repairs before the first slots are placed, for each shift: nothing is in the way yet. A book
/// half full needs some hundred.
pub(super) const FIRST_REPAIRS: usize = 1000;

/// Steps of the ejection pool before the first slots are placed, for each promise and shift.
pub(super) const SEATING_STEPS: usize = 100;

/// Promises that are given to others, where they can be, after each of these steps.
pub(super) const SEATING_SHUFFLES: usize = 10;

/// How often each promise is placed once more when all have a place.
pub(super) const SEATING_POLISHES: usize = 8;

/// Shifts for which rooms are looked at when a walk-in block is placed.
pub(super) const SEATING_SHIFTS_FOR_A_BLOCK: usize = 4;

/// Share of promises that do not get the least capable kind of room that is free.
pub(super) const PROMISES_IN_ANOTHER_KIND: f64 = 0.2;

/// Share of slots and blocks that do not.
pub(super) const SLOTS_IN_ANOTHER_KIND: f64 = 0.1;

/// Beside a block: share of new blocks as short as what is lacking, that can only lengthen it.
pub(super) const BLOCKS_THAT_LENGTHEN: f64 = 0.5;

/// Share of new blocks that are as long as another quota of the clerk wants them.
pub(super) const BLOCKS_FOR_TWO_QUOTAS: f64 = 0.2;

/// Share of new blocks that are shorter than what is lacking.
pub(super) const SHORTER_BLOCKS: f64 = 0.4;

/// Where stays have a price: the longest stretch that a move empties, in minutes. Who sits where is
/// a matter of hours: on the Thursday of Bremerhaven 300,000 moves reached 4,400.3 with ten hours and
/// 4,399.1 with seven (means of four seeds); 1,200,000 moves 4,403.8 and 4,404.3 (two seeds).
const LONGEST_SEATED: u32 = 600;

/// Share of moves that empty whole shifts, so that clerks can change places: 4,397.9 without any,
/// 4,399.1 with these, 4,399.0 with a quarter (as above).
pub(super) const MOVES_OF_WHOLE_SHIFTS: f64 = 0.1;

/// Temperature against that of the search without stays: 4,394.2 with 1, 4,398.0 with 2, 4,396.8
/// with 3.5 (as above, three or four seeds).
pub(super) const SEATED_HEAT: f64 = 2.0;

/// Share of moves for two clerks who follow one another in a kind of room: a random pair of clerks
/// seldom shares one. Relatedness as in Shaw 1998.
pub(super) const MOVES_FOR_NEIGHBOURS: f64 = 0.1;

/// Of these, the share for which the time of the change is drawn: whoever is rebuilt first takes all
/// the time that there is.
pub(super) const NEIGHBOURS_WITH_TIME_DRAWN: f64 = 0.7;

/// Of these, the share with a third clerk.
pub(super) const NEIGHBOURS_WITH_A_THIRD: f64 = 0.3;

/// Share of other moves in which the clerk who is rebuilt first leaves the counter at a time drawn.
pub(super) const MOVES_THAT_HAND_OVER: f64 = 0.2;

/// Share of moves in which clerks may sit where the others of the move sat.
pub(super) const MOVES_THAT_SWAP: f64 = 0.3;

/// Share of moves in which clerks exchange promises, where there are any. On a day of 724 promises
/// (`promised-day`) 60,000 steps reached −1,753 with half of the moves, −1,927 with a third of them
/// and −2,391 with none.
pub(super) const MOVES_THAT_EXCHANGE: f64 = 0.5;

/// Where there are promises: share of moves for a clerk who changes counters, with those who were at
/// the new one before or are at the old one afterwards. On `promised-day` 100,000 moves of the search
/// reached 40 and 230 without any (two seeds), 416 and 450 with these.
pub(super) const MOVES_FOR_WHO_MOVES: f64 = 0.3;

/// Of these, the share with both of the others, where there are two; with somebody drawn at random
/// besides; and of ends of the stretch that are ends of the day.
pub(super) const WHO_MOVES_WITH_BOTH: f64 = 0.4;
pub(super) const WHO_MOVES_WITH_ANOTHER: f64 = 0.2;
pub(super) const WHO_MOVES_ALL_DAY: f64 = 0.3;

/// Of these, the share in which clerks exchange promises, and in which they may sit where the others
/// sat, besides those that do anyway.
pub(super) const WHO_MOVES_AND_EXCHANGES: f64 = 0.8;
pub(super) const WHO_MOVES_AND_SWAPS: f64 = 0.5;

/// Where they exchange promises: the share in which all chains from the change of counters on, or all
/// before it, change hands together; and how often two clerks of such a move do so at all.
pub(super) const EXCHANGES_OF_ALL_AFTER: f64 = 0.5;
pub(super) const PROMISES_THAT_FOLLOW: f64 = 0.75;

/// Share of rebuilt stretches in which the clerk may also sit in a kind of room drawn at random.
pub(super) const SEATS_IN_ANOTHER_KIND: f64 = 0.2;

/// At most so many kinds of room are looked at for one stretch: each is a state of the path more.
pub(super) const KINDS_IN_A_STRETCH: usize = 6;

/// Share of moves that draw what they pay for walk-in blocks anew: at its full price the first clerk
/// of a move always takes all that is lacking.
pub(super) const MOVES_WITH_REWARDS_DRAWN: f64 = 0.5;

/// Share of moves that like earlier or later breaks, and by how much at most for a step, in prices
/// of a step of a clerk that is missing.
pub(super) const MOVES_WITH_BREAKS_DRAWN: f64 = 0.3;
pub(super) const BREAK_TILT: f64 = 0.05;

/// Moves for what is missing, for each shift, where a state begins from days that nearly fit together.
pub(super) const MOVES_TO_COMPLETE: usize = 40;

/// Share of moves that are for what is missing, while something is.
pub(super) const SEATED_MOVES_FOR_MISSING: f64 = 0.5;

/// On a fine grid most moves let idle time end only at multiples of so many minutes: whatever is
/// placed begins there, or where something else ends. Good plans are nearly all of that
/// kind, and it has far fewer. On the Thursday of Bremerhaven, its grid set to one minute, 50,000
/// moves reach 5,359 with this and 5,352 without; 5,364 on five minutes.
const LATTICE: u32 = 5;

/// Share of moves that may begin anything at any step nevertheless.
pub(super) const MOVES_AT_ANY_STEP: f64 = 0.2;

/// What five idle minutes are charged, to decide between days of the same value.
const CHARGE_FOR_IDLE: f64 = 1e-7;

/// What the search needs in steps of the grid, and in the unit of the objective.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Parameters {
    /// Shortest stretch that a move empties, in steps.
    pub(super) shortest_stretch: usize,
    /// Longest stretch.
    pub(super) longest_stretch: usize,
    /// Longest stretch where stays have a price.
    pub(super) longest_seated: usize,
    /// See [`MARGIN`].
    pub(super) margin: usize,
    /// See [`LENGTHENING`].
    pub(super) lengthening: usize,
    /// See [`LATTICE`]; 1 where the grid is no finer.
    pub(super) lattice: usize,
    /// Charge for an idle step.
    pub(super) idle: f64,
    /// Charge for a step that a quota lacks or has too many.
    pub(super) missing_step: f64,
    /// Charge for a promise or a break.
    pub(super) missing_task: f64,
}

impl Parameters {
    /// The parameters for `grid`, where time is worth `worth`.
    pub(crate) fn new(grid: Grid, worth: TimeWorth) -> Self {
        let steps = |minutes: u32| {
            let step = grid.minutes();
            ((minutes + step / 2) / step).max(1) as usize
        };
        // Where nothing has a value, duties still count.
        let missing_step = CHARGE_FOR_MINUTE * worth.step.max(1e-3);
        let five_minutes = CHARGE_FOR_MINUTE * worth.five_minutes.max(1e-3);
        Self {
            shortest_stretch: steps(STRETCH.0),
            longest_stretch: steps(STRETCH.1),
            longest_seated: steps(LONGEST_SEATED),
            margin: steps(MARGIN),
            lengthening: steps(LENGTHENING),
            lattice: (LATTICE / grid.minutes()).max(1) as usize,
            idle: CHARGE_FOR_IDLE * (f64::from(grid.minutes()) / 5.0),
            missing_step,
            missing_task: CHARGE_FOR_TASK * five_minutes,
        }
    }
    /// Raises the charges over whatever a step of anything missing costs: rules come before prices.
    pub(super) fn come_before(&mut self, price: f64) {
        self.missing_step += 2.0 * price;
        self.missing_task = self.missing_task.max(CHARGE_FOR_TASK * self.missing_step);
    }
}
