//! Where there is no plan, the answer says why; where there is one, it never does.

use proptest::prelude::*;
use scheduler_core::plan::infeasibility::explain;
use scheduler_core::plan::{Budget, Conflict, Options, PlanError, WallClock, plan_exact};

use crate::tiny::{self, Tiny, TinyPromise, TinyQuota, TinyService, TinyShift};

fn to_the_proof() -> Options {
    Options { budget: Budget::Steps(0), gap: 0.0, ..Options::default() }
}

/// What the engine says stands in the way; nothing where it answers otherwise.
fn infeasible(tiny: &Tiny) -> Vec<Conflict> {
    match plan_exact(&tiny.problem(), &to_the_proof(), &WallClock::start()) {
        Err(PlanError::Infeasible { conflicts }) => conflicts,
        _ => Vec::new(),
    }
}

/// The engine says so too, and these are its words.
fn tells(tiny: &Tiny, expected: &[&str]) {
    let told: Vec<String> = infeasible(tiny)
        .iter()
        .map(|Conflict { code, pointer, message, .. }| format!("{code} {pointer} {message}"))
        .collect();
    assert_eq!(told, expected, "{tiny:?}");
}

/// Two clerks with both skills from 00:00 to 00:40, two rooms, three services: one for anybody, one
/// for skill 0, one in rooms with equipment 0, which only room 0 has.
fn office() -> Tiny {
    let service =
        |skills, equipment| TinyService { steps: 2, value: 1.0, skills, equipment, remote: false };
    let shift = TinyShift { until: 8, skills: 3, ..TinyShift::default() };
    Tiny {
        open: 8,
        rooms: vec![1, 0],
        services: vec![service(0, 0), service(1, 0), service(0, 1)],
        shifts: vec![shift.clone(), shift],
        ..Tiny::default()
    }
}

fn promise(service: usize, from: u16) -> TinyPromise {
    TinyPromise { service, from, steps: 2, ..TinyPromise::default() }
}

fn quota(min: u32, block: u16) -> TinyQuota {
    TinyQuota { until: 8, min, block, ..TinyQuota::default() }
}

#[test]
fn a_promise_while_the_site_is_closed() {
    let closed = Some((3, 4));
    tells(
        &Tiny { closed, promises: vec![promise(0, 2)], ..office() },
        &["promise.closed /appointments/0/start Town hall, 2027-03-01, 00:10 to 00:20: \
             promise promise-0 needs the site open throughout, which is open 00:00 to 00:15 and \
             00:20 to 00:40; move it or open the site"],
    );
}

#[test]
fn a_promise_for_which_nobody_is_there() {
    let mut tiny = Tiny { promises: vec![promise(0, 0)], ..office() };
    tiny.shifts[0].from = 1;
    tiny.shifts[1].from = 1;
    tells(
        &tiny,
        &["promise.no_clerk /appointments/0/start Town hall, 2027-03-01, 00:00 to 00:10: \
             nobody can keep promise promise-0 (Service 0): nobody is on shift there for all of \
             it; move it, change the clerk or schedule one"],
    );
}

#[test]
fn a_promise_for_which_nobody_has_the_skill() {
    let mut tiny = Tiny { promises: vec![promise(1, 0)], ..office() };
    tiny.shifts[0].skills = 2;
    tiny.shifts[1].skills = 2;
    tells(
        &tiny,
        &["promise.no_clerk /appointments/0/start Town hall, 2027-03-01, 00:00 to 00:10: \
             nobody can keep promise promise-0 (Service 1): none of the 2 clerks on shift has \
             skill-0; move it, change the clerk or schedule one"],
    );
}

#[test]
fn a_promise_over_everybodys_break() {
    let mut tiny = Tiny { promises: vec![promise(0, 3)], ..office() };
    tiny.shifts[0].pause = Some((2, 3, 5));
    tiny.shifts[1].pause = Some((2, 2, 5));
    tells(
        &tiny,
        &["promise.no_clerk /appointments/0/start Town hall, 2027-03-01, 00:15 to 00:25: \
             nobody can keep promise promise-0 (Service 0): it leaves none of the 2 clerks the \
             break; move it, change the clerk or schedule one"],
    );
}

#[test]
fn a_promise_pinned_to_a_clerk_without_the_skill() {
    let mut tiny = office();
    tiny.promises = vec![TinyPromise { clerk: Some(0), ..promise(1, 0) }];
    tiny.shifts[0].skills = 2;
    tells(
        &tiny,
        &["promise.staff /appointments/0/staff Town hall, 2027-03-01, 00:00 to 00:10: nobody \
             can keep promise promise-0 (Service 1): clerk clerk-0, pinned to it, lacks \
             skill-0; move it, change the clerk or schedule one"],
    );
}

#[test]
fn a_promise_pinned_to_a_clerk_who_is_not_there() {
    let mut tiny = office();
    tiny.promises = vec![TinyPromise { clerk: Some(0), ..promise(0, 0) }];
    tiny.shifts[0].from = 1;
    tells(
        &tiny,
        &["promise.staff /appointments/0/staff Town hall, 2027-03-01, 00:00 to 00:10: nobody \
             can keep promise promise-0 (Service 0): clerk clerk-0, pinned to it, is not on \
             shift there for all of it; move it, change the clerk or schedule one"],
    );
}

#[test]
fn a_promise_pinned_over_the_clerks_break() {
    let mut tiny = office();
    tiny.promises = vec![TinyPromise { clerk: Some(0), ..promise(0, 3) }];
    tiny.shifts[0].pause = Some((2, 2, 5));
    tells(
        &tiny,
        &["promise.staff /appointments/0/staff Town hall, 2027-03-01, 00:15 to 00:25: nobody \
             can keep promise promise-0 (Service 0): clerk clerk-0, pinned to it, would have no \
             time for the break; move it, change the clerk or schedule one"],
    );
}

#[test]
fn a_promise_in_an_unfit_room_or_without_one() {
    let mut tiny = office();
    tiny.promises = vec![TinyPromise { room: Some(1), ..promise(2, 0) }];
    tells(
        &tiny,
        &["promise.room /appointments/0/room Town hall, 2027-03-01, 00:00 to 00:10: promise \
             promise-0 (Service 2) has no room: room room-1 lacks equipment-0; choose another \
             room or equip one"],
    );
    tiny.promises = vec![promise(2, 0)];
    tiny.rooms = vec![0, 2];
    tells(
        &tiny,
        &["promise.no_room /appointments/0/site Town hall, 2027-03-01, 00:00 to 00:10: \
             promise promise-0 (Service 2) has no room: none of 2 rooms has equipment-0; choose \
             another room or equip one"],
    );
}

#[test]
fn two_promises_pinned_to_one_clerk() {
    let pinned = |from| TinyPromise { clerk: Some(1), ..promise(0, from) };
    tells(
        &Tiny { promises: vec![pinned(2), pinned(3)], ..office() },
        &["promise.clerks_short /appointments/0/start Town hall, 2027-03-01: promises \
             promise-0 and promise-1 go on at 00:15 and have only 1 clerk between them \
             (clerk-1); move one of them or add a clerk"],
    );
}

#[test]
fn more_promises_at_a_time_than_clerks_with_the_skill() {
    let mut tiny = office();
    tiny.shifts[1].skills = 2;
    tiny.promises = vec![promise(0, 0), promise(1, 4), promise(1, 3)];
    tells(
        &tiny,
        &["promise.clerks_short /appointments/1/start Town hall, 2027-03-01: promises \
             promise-1 and promise-2 go on at 00:20 and have only 1 clerk between them \
             (clerk-0); move one of them or add a clerk"],
    );
}

#[test]
fn more_promises_at_a_time_than_fitting_rooms() {
    tells(
        &Tiny { promises: vec![promise(2, 1), promise(2, 2)], ..office() },
        &["promise.rooms_short /appointments/0/start Town hall, 2027-03-01: promises \
             promise-0 and promise-1 go on at 00:10 and have only 1 room between them (room-0); \
             move one of them or add a room"],
    );
}

#[test]
fn a_promise_whose_clerks_are_bound_by_others() {
    let mut tiny = office();
    let pinned = |clerk, from| TinyPromise { clerk: Some(clerk), ..promise(0, from) };
    tiny.promises = vec![pinned(0, 0), pinned(1, 6), promise(0, 3)];
    tiny.shifts[0].pause = Some((2, 0, 5));
    tiny.shifts[1].pause = Some((2, 4, 8));
    tells(
        &tiny,
        &["promise.clerks_taken /appointments/2/start Town hall, 2027-03-01, 00:15 to 00:25: \
             nobody is left for promise promise-2: its clerks need the time for breaks and for \
             what they alone can keep (clerk-0 by promise promise-0 and clerk-1 by promise \
             promise-1); move a promise or a break or schedule another clerk"],
    );
}

#[test]
fn promises_that_leave_a_clerk_no_break() {
    let mut tiny = office();
    let pinned = |from| TinyPromise { clerk: Some(0), ..promise(0, from) };
    tiny.promises = vec![pinned(2), pinned(5)];
    tiny.shifts[0].pause = Some((2, 2, 7));
    tells(
        &tiny,
        &["promise.clerks_taken /appointments/1/start Town hall, 2027-03-01, 00:25 to 00:35: \
             nobody is left for promise promise-1: its clerks need the time for breaks and for \
             what they alone can keep (clerk-0 by promise promise-0); move a promise or a break \
             or schedule another clerk"],
    );
}

#[test]
fn a_quota_with_too_few_clerks() {
    let mut tiny = Tiny { quotas: vec![TinyQuota { skills: 1, ..quota(9, 2) }], ..office() };
    tiny.shifts[1].skills = 2;
    tells(
        &tiny,
        &["quota.clerks_short /walk_in_quotas/0 Town hall, 2027-03-01, 00:00 to 00:40: quota \
             quota-0 asks for 45 of 80 desk minutes in walk-in blocks, but at most 40 are \
             possible, 5 short, because clerks with skill-0 are on shift for no more of it; \
             schedule another such clerk or lower the share"],
    );
}

#[test]
fn a_quota_with_too_few_rooms() {
    tells(
        &Tiny { rooms: vec![0], quotas: vec![quota(9, 2)], ..office() },
        &["quota.rooms_short /walk_in_quotas/0 Town hall, 2027-03-01, 00:00 to 00:40: quota \
             quota-0 asks for 45 of 40 desk minutes in walk-in blocks, but at most 40 are \
             possible, 5 short, because the site has 1 room; add a room or lower the share"],
    );
}

#[test]
fn a_quota_whose_blocks_do_not_fit() {
    tells(
        &Tiny { closed: Some((3, 4)), quotas: vec![quota(9, 4)], ..office() },
        &["quota.blocks_short /walk_in_quotas/0 Town hall, 2027-03-01, 00:00 to 00:40: quota \
             quota-0 asks for 45 of 70 desk minutes in walk-in blocks, but at most 40 are \
             possible, 5 short, because shifts and opening hours hold no more unbroken blocks \
             of 20 minutes; shorten the blocks or lower the share"],
    );
}

#[test]
fn a_quota_with_breaks_in_the_way() {
    let mut tiny = Tiny { quotas: vec![quota(14, 3)], ..office() };
    tiny.shifts[0].pause = Some((2, 2, 6));
    tiny.shifts[1].pause = Some((1, 1, 3));
    tells(
        &tiny,
        &["quota.breaks_short /walk_in_quotas/0 Town hall, 2027-03-01, 00:00 to 00:40: quota \
             quota-0 asks for 70 of 80 desk minutes in walk-in blocks, but at most 60 are \
             possible, 10 short, because the clerks' breaks take too much; move a break, \
             schedule another clerk or lower the share"],
    );
}

#[test]
fn a_quota_with_promises_in_the_way() {
    let promises = vec![promise(0, 1), promise(0, 5)];
    tells(
        &Tiny { promises, quotas: vec![quota(13, 3)], ..office() },
        &["quota.promises_short /walk_in_quotas/0 Town hall, 2027-03-01, 00:00 to 00:40: \
             quota quota-0 asks for 65 of 80 desk minutes in walk-in blocks, but at most 60 are \
             possible, 5 short, because promises promise-0 and promise-1 take too much; move a \
             promise, schedule another clerk or lower the share"],
    );
}

#[test]
fn a_quota_whose_shares_leave_nothing_between() {
    tells(
        &Tiny { quotas: vec![TinyQuota { max: Some(2), ..quota(3, 2) }], ..office() },
        &["quota.least_above_most /walk_in_quotas/0 Town hall, 2027-03-01, 00:00 to 00:40: \
             quota quota-0 asks for 15 of 80 desk minutes in walk-in blocks, but at most 10 are \
             allowed, as shares are rounded to whole steps; widen the shares"],
    );
    tells(
        &Tiny { quotas: vec![TinyQuota { max: Some(2), ..quota(1, 3) }], ..office() },
        &["quota.block_above_most /walk_in_quotas/0 Town hall, 2027-03-01, 00:00 to 00:40: \
             quota quota-0 asks for 5 of 80 desk minutes in walk-in blocks, but at most 10 are \
             allowed and the shortest block covers 15; shorten the blocks or raise the largest \
             share"],
    );
}

#[test]
fn a_quota_capped_by_another() {
    let other = TinyQuota { from: 2, max: Some(5), ..quota(0, 2) };
    tells(
        &Tiny { quotas: vec![quota(10, 2), other], ..office() },
        &["quota.capped /walk_in_quotas/0 Town hall, 2027-03-01, 00:00 to 00:40: quota \
             quota-0 asks for 50 of 80 desk minutes in walk-in blocks, but at most 45 are \
             possible, 5 short, because its blocks count for quota quota-1 too, which allows at \
             most 25 minutes; raise the largest share of that quota or lower this one's"],
    );
}

#[test]
fn quotas_of_different_clerks_that_share_a_room() {
    let of = |skills, min| TinyQuota { skills, ..quota(min, 2) };
    let mut tiny = Tiny { rooms: vec![0], quotas: vec![of(1, 5), of(2, 4)], ..office() };
    tiny.shifts[0].skills = 1;
    tiny.shifts[1].skills = 2;
    tells(
        &tiny,
        &["quota.rooms_shared /walk_in_quotas/0 Town hall, 2027-03-01: quotas quota-0 and \
             quota-1 ask for 45 minutes of walk-in blocks together, 40 are possible with 1 \
             room: 5 minutes short; add a room or lower a share"],
    );
}

#[test]
fn duties_that_only_the_solver_sees_clash() {
    // Whoever keeps the first promise has no time left for a long block, and the other too little.
    let mut tiny = office();
    tiny.shifts[1].skills = 0;
    let skilled = TinyQuota { skills: 1, ..quota(6, 6) };
    let anyone = TinyQuota { skills: 0, ..quota(12, 6) };
    tiny.promises = vec![promise(0, 3), promise(2, 6)];
    tiny.quotas = vec![skilled, anyone];
    tells(
        &tiny,
        &["duties.clash /appointments/0 Town hall, 2027-03-01: no day of the clerks and \
             rooms, breaks held, keeps all of this: promise promise-0 and quota quota-1 (at \
             least 60 minutes); each would be possible without the others: move or relax one of \
             them"],
    );
}

fn conflicts_are_proofs(tiny: &Tiny) -> Result<(), TestCaseError> {
    let problem = tiny.problem();
    let conflicts = explain(&problem);
    match plan_exact(&problem, &to_the_proof(), &WallClock::start()) {
        Ok(outcome) => prop_assert!(conflicts.is_empty(), "{conflicts:?} {:?}", outcome.plan),
        Err(PlanError::Infeasible { conflicts: told }) => {
            prop_assert!(!told.is_empty());
            prop_assert!(told.iter().all(|conflict| !conflict.pointer.is_empty()), "{told:?}");
        }
        Err(error) => prop_assert!(false, "{error:?}"),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn no_conflict_where_there_is_a_plan(tiny in tiny::tiny()) {
        conflicts_are_proofs(&tiny)?;
    }

    #[test]
    fn no_conflict_over_rooms_that_suffice(tiny in tiny::crowded_rooms()) {
        conflicts_are_proofs(&tiny)?;
    }
}
