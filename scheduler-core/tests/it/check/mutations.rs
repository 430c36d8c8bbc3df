//! Plans that break a rule or two: what was changed, and what the judge must say to it.

use scheduler_core::check::Rule;
use scheduler_core::problem::{Plan, Slot};
use scheduler_core::time::Window;

use super::office::{
    ADA, BEN, CARD, CARDS, CEM, M1, M2, MITTE, MOVE, MOVES, N1, N2, NORD, block, pause, slot,
};

pub(crate) type Mutation = (&'static str, fn(&mut Plan), &'static [(Rule, &'static str)]);

pub(crate) const MUTATIONS: &[Mutation] = &[
    (
        "a clerk that does not exist",
        |p| p.slots[1].clerk = 3,
        &[(Rule::ReferenceUnknown, "/slots/1")],
    ),
    (
        "a slot without length",
        |p| p.slots[6].window.until = 44,
        &[(Rule::WindowEmpty, "/slots/6"), (Rule::SlotWrongLength, "/slots/6")],
    ),
    (
        "a break that ends before it starts",
        |p| p.breaks[0] = pause(ADA, (40, 39)),
        &[(Rule::WindowEmpty, "/breaks/0"), (Rule::BreakMissing, "/breaks")],
    ),
    (
        "a block without length",
        |p| p.walk_in_blocks.push(block(ADA, (40, 40), M1)),
        &[(Rule::WindowEmpty, "/walk_in_blocks/1")],
    ),
    (
        "a slot at a site that its clerk has left",
        |p| p.slots[6] = slot(MOVE, MITTE, (40, 42), BEN, M2),
        &[(Rule::SlotOutsideShift, "/slots/6")],
    ),
    (
        "a slot across two shifts of its clerk",
        |p| p.slots[6] = slot(MOVE, NORD, (39, 41), BEN, N2),
        &[(Rule::SlotOutsideShift, "/slots/6")],
    ),
    (
        "a slot on a shift but after the doors close",
        |p| p.slots[6].window = Window::new(48, 49),
        &[(Rule::SlotOutsideOpening, "/slots/6")],
    ),
    (
        "a slot that ends after the doors close",
        |p| p.slots[6] = slot(MOVE, MITTE, (47, 49), ADA, M1),
        &[(Rule::SlotOutsideOpening, "/slots/6")],
    ),
    (
        "a slot a step too long",
        |p| p.slots[6].window.until = 46,
        &[(Rule::SlotWrongLength, "/slots/6")],
    ),
    (
        "a promise for two kept in the time for one",
        |p| p.slots[0].window.until = 33,
        &[(Rule::SlotWrongLength, "/slots/0")],
    ),
    (
        "a clerk without the skill",
        |p| {
            p.slots[5].clerk = BEN;
            p.slots[5].window = Window::new(41, 42);
        },
        &[(Rule::SlotSkill, "/slots/5")],
    ),
    (
        "a card given to the demand for moves",
        |p| p.slots[6].demand = Some(MOVES),
        &[(Rule::SlotPoolMismatch, "/slots/6")],
    ),
    (
        "a move that starts before its demand does",
        |p| {
            let early = Slot { demand: Some(MOVES), ..slot(MOVE, MITTE, (35, 37), ADA, M1) };
            p.slots.remove(2);
            p.slots.push(early);
            p.objective -= 15.0 * (1.0 - 8.5 * (-3.0_f64).exp());
        },
        &[(Rule::SlotPoolMismatch, "/slots/6")],
    ),
    (
        "a room of the other site",
        |p| p.slots[6] = slot(CARD, MITTE, (42, 43), ADA, N1),
        &[(Rule::RoomWrongSite, "/slots/6")],
    ),
    (
        "a walk-in block in a room of the other site",
        |p| p.walk_in_blocks[0].room = N2,
        &[(Rule::RoomWrongSite, "/walk_in_blocks/0")],
    ),
    (
        "a room without the scanner",
        |p| p.slots[6].room = Some(M2),
        &[(Rule::RoomEquipment, "/slots/6")],
    ),
    (
        "a slot in the clerk's break",
        |p| p.slots[6].window = Window::new(39, 40),
        &[(Rule::ClerkDoubleBooked, "/breaks/0")],
    ),
    (
        "a slot in the clerk's walk-in block",
        |p| p.slots[6] = slot(MOVE, MITTE, (34, 36), BEN, M1),
        &[
            (Rule::ClerkDoubleBooked, "/slots/6"),
            (Rule::RoomDoubleBooked, "/slots/6"),
            (Rule::RoomDoubleBooked, "/slots/2"),
        ],
    ),
    (
        "two slots in one room",
        |p| p.slots[6] = slot(MOVE, MITTE, (37, 39), ADA, M2),
        &[(Rule::RoomDoubleBooked, "/slots/6")],
    ),
    (
        "a walk-in block after its clerk has left",
        |p| p.walk_in_blocks.push(block(BEN, (40, 42), M2)),
        &[(Rule::BlockOutsideShift, "/walk_in_blocks/1")],
    ),
    (
        "a walk-in block after the doors close",
        |p| p.walk_in_blocks.push(block(ADA, (48, 50), M2)),
        &[(Rule::BlockOutsideOpening, "/walk_in_blocks/1")],
    ),
    (
        "a walk-in block too short to count",
        |p| p.walk_in_blocks.push(block(ADA, (36, 37), M1)),
        &[(Rule::BlockTooShort, "/walk_in_blocks/1")],
    ),
    (
        "a forgotten break",
        |p| {
            p.breaks.remove(0);
        },
        &[(Rule::BreakMissing, "/breaks")],
    ),
    (
        "a break in a shift without one",
        |p| p.breaks.push(pause(BEN, (38, 39))),
        &[(Rule::BreakExtra, "/breaks/2")],
    ),
    ("a second break", |p| p.breaks.push(pause(ADA, (41, 42))), &[(Rule::BreakExtra, "/breaks/2")]),
    (
        "a break in the clerk's free time",
        |p| p.breaks.push(pause(BEN, (60, 61))),
        &[(Rule::BreakExtra, "/breaks/2")],
    ),
    (
        "a break too early",
        |p| p.breaks[0] = pause(ADA, (37, 38)),
        &[(Rule::BreakOutsideWindow, "/breaks/0")],
    ),
    (
        "a break too long",
        |p| p.breaks[0] = pause(ADA, (39, 41)),
        &[(Rule::BreakWrongLength, "/breaks/0")],
    ),
    (
        "fewer walk-in minutes than a quarter",
        |p| p.walk_in_blocks[0].window.until = 35,
        &[(Rule::QuotaShort, "/walk_in_blocks")],
    ),
    (
        "walk-in minutes outside the quota's window",
        |p| {
            p.walk_in_blocks[0].window.until = 34;
            p.walk_in_blocks.push(block(ADA, (39, 43), M1));
            p.breaks[0] = pause(ADA, (38, 39));
        },
        &[(Rule::QuotaShort, "/walk_in_blocks")],
    ),
    (
        "more walk-in minutes than four tenths",
        |p| p.walk_in_blocks.push(block(ADA, (36, 39), M1)),
        &[(Rule::QuotaOver, "/walk_in_blocks")],
    ),
    (
        "a promise without a slot",
        |p| {
            p.slots.remove(4);
        },
        &[(Rule::PromiseUnkept, "/slots")],
    ),
    (
        "a promise with two slots",
        |p| {
            let again = Slot { promise: Some(0), ..slot(CARD, MITTE, (32, 34), ADA, M1) };
            p.slots.push(again);
        },
        &[
            (Rule::ClerkDoubleBooked, "/slots/7"),
            (Rule::RoomDoubleBooked, "/slots/7"),
            (Rule::PromiseTwice, "/slots/7"),
        ],
    ),
    (
        "a promise kept a step later",
        |p| p.slots[4].window = Window::new(45, 47),
        &[(Rule::PromiseMoved, "/slots/4")],
    ),
    (
        "a promise kept as another service",
        |p| p.slots[0].service = MOVE,
        &[(Rule::PromiseWrongService, "/slots/0")],
    ),
    (
        "a promise kept by another clerk",
        |p| p.slots[4].clerk = CEM,
        &[(Rule::PromisePinnedClerk, "/slots/4")],
    ),
    (
        "a promise kept in another room",
        |p| p.slots[4].room = Some(N2),
        &[(Rule::PromisePinnedRoom, "/slots/4")],
    ),
    (
        "a promise that is counted as a slot for the demand",
        |p| p.slots[0].demand = Some(CARDS),
        &[(Rule::PromiseInPool, "/slots/0")],
    ),
    ("a slot without a room", |p| p.slots[6].room = None, &[(Rule::RoomMissing, "/slots/6")]),
    (
        "an objective a hundredth too high",
        |p| p.objective += 0.01,
        &[(Rule::ObjectiveWrong, "/objective")],
    ),
    (
        "an objective that counts a slot less than there is",
        |p| {
            p.slots.remove(5);
        },
        &[(Rule::ObjectiveWrong, "/objective")],
    ),
    (
        "an objective that is no number",
        |p| p.objective = f64::NAN,
        &[(Rule::ObjectiveWrong, "/objective")],
    ),
    (
        "an infinite bound",
        |p| p.upper_bound = f64::INFINITY,
        &[(Rule::BoundMissing, "/upper_bound")],
    ),
    (
        "a bound that is no number",
        |p| p.upper_bound = f64::NAN,
        &[(Rule::BoundMissing, "/upper_bound")],
    ),
    (
        "a bound that the plan exceeds",
        |p| p.upper_bound = p.objective - 0.01,
        &[(Rule::BoundBelowObjective, "/upper_bound")],
    ),
];
