//! The fewest clerks for what a plan promises: the judge agrees, and no fewer can.

use proptest::prelude::*;
use scheduler_core::check::check;
use scheduler_core::plan::plan;
use scheduler_core::problem::{Plan, Problem, WalkInBlock};
use scheduler_core::staffing::for_plan::{DayStaff, Keep, Options, for_plan};
use scheduler_core::time::Window;
use serde_json::{Value, json};

use crate::strategies::ledger::desks::{Desk, Duty};
use crate::strategies::ledger::hall::{clerk, day, room, service};
use crate::strategies::ledger::sweep::possible;
use crate::strategies::{NoClock, cases, medium, steps};

fn options(keep: Keep) -> Options {
    Options { keep, time: None, steps: Some(2000), ..Options::default() }
}

/// Whether `clerks` alone can keep what is kept of a site-day, by an exact search of another kind.
fn can_keep(problem: &Problem, plan: &Plan, keep: Keep, site_day: usize, clerks: &[usize]) -> bool {
    let place = &problem.site_days[site_day];
    let shifts = problem.shifts[place.shifts.clone()].iter();
    let shifts: Vec<_> = shifts.filter(|shift| clerks.contains(&shift.clerk)).collect();
    let desks: Vec<Desk> = shifts
        .iter()
        .map(|shift| Desk {
            window: shift.window,
            absent: shift.absent.clone(),
            breaks: shift.breaks.clone(),
        })
        .collect();
    let duty = |window: Window, may: &dyn Fn(usize) -> bool| {
        let able = shifts.iter().enumerate().filter(|(_, shift)| may(shift.clerk));
        Duty { window, able: able.fold(0, |bits, (desk, _)| bits | 1 << desk) }
    };
    let slots = plan.slots.iter().filter(|slot| (slot.site, slot.day) == (place.site, place.day));
    let slots = slots.filter(|slot| keep.slots || slot.promise.is_some()).map(|slot| {
        let pinned = slot.promise.and_then(|promise| problem.promises[promise].clerk);
        let skills = &problem.services[slot.service].skills;
        duty(slot.window, &|clerk| {
            skills.is_subset(&problem.clerks[clerk].skills) && pinned.is_none_or(|it| it == clerk)
        })
    });
    let blocks = plan
        .walk_in_blocks
        .iter()
        .filter(|block| keep.walk_ins && (block.site, block.day) == (place.site, place.day));
    let blocks =
        blocks.map(|block| duty(block.window, &|clerk| may_hold(problem, site_day, block, clerk)));
    let mut duties: Vec<Duty> = slots.chain(blocks).collect();
    duties.sort_unstable();
    possible(&desks, &duties)
}

/// Whether no quota lacks the block, or has too much of it, with `clerk`.
fn may_hold(problem: &Problem, site_day: usize, block: &WalkInBlock, clerk: usize) -> bool {
    problem.site_days[site_day].quotas.iter().map(|&quota| &problem.quotas[quota]).all(|quota| {
        let with = |clerk: usize| quota.skills.is_subset(&problem.clerks[clerk].skills);
        let harmless = quota.max_steps.is_none() && block.window.steps() >= quota.block_steps;
        !quota.window.overlaps(block.window)
            || with(clerk) == with(block.clerk)
            || with(clerk) && harmless
    })
}

/// Every choice of so many of `clerks`.
fn choices(clerks: &[usize], size: usize) -> Vec<Vec<usize>> {
    (0..1_u32 << clerks.len())
        .filter(|bits| bits.count_ones() as usize == size)
        .map(|bits| {
            let inside = clerks.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1);
            inside.map(|(_, &clerk)| clerk).collect()
        })
        .collect()
}

fn on_shift(problem: &Problem, day: &DayStaff) -> Vec<usize> {
    let shifts = problem.site_days[day.site_day].shifts.clone();
    let mut clerks: Vec<usize> = problem.shifts[shifts].iter().map(|shift| shift.clerk).collect();
    clerks.sort_unstable();
    clerks.dedup();
    clerks
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn the_judge_agrees_and_no_fewer_can(case in medium(), slots in any::<bool>(), walk_ins in any::<bool>()) {
        let problem = &case.problem;
        let Ok(outcome) = plan(problem, &steps(200), &NoClock) else { return Ok(()) };
        let keep = Keep { slots, walk_ins };
        let staff = for_plan(problem, &outcome.plan, &options(keep), &NoClock);
        if walk_ins {
            let report = check(problem, &staff.plan);
            prop_assert!(report.is_sound(), "{report:?}\n{}", case.scenario);
        }
        let kept = |plan: &Plan| {
            let slots = plan.slots.iter().filter(|slot| slots || slot.promise.is_some());
            let mut slots: Vec<_> =
                slots.map(|s| (s.site, s.day, s.window, s.room, s.service, s.promise)).collect();
            let blocks = plan.walk_in_blocks.iter().filter(|_| walk_ins);
            let mut blocks: Vec<_> = blocks.map(|b| (b.site, b.day, b.window, b.room)).collect();
            slots.sort_unstable();
            blocks.sort_unstable();
            (slots, blocks)
        };
        prop_assert_eq!(kept(&staff.plan), kept(&outcome.plan));
        for day in &staff.days {
            let needed = day.needed.clone().unwrap_or_default();
            let clerks = on_shift(problem, day);
            let mut all = needed.clone();
            all.extend(&day.free);
            all.sort_unstable();
            prop_assert_eq!(&all, &clerks);
            prop_assert!(day.bound <= needed.len() && needed.len() <= day.planned);
            let able = |clerks: &[usize]| {
                can_keep(problem, &outcome.plan, keep, day.site_day, clerks)
            };
            prop_assert!(able(&needed), "{needed:?} cannot\n{}", case.scenario);
            let fewer = day.bound.checked_sub(1).map(|size| choices(&clerks, size));
            for fewer in fewer.unwrap_or_default() {
                prop_assert!(!able(&fewer), "{fewer:?} suffice\n{}", case.scenario);
            }
            prop_assert!(day.is_proven() == (day.bound == needed.len()));
        }
    }
}

/// Two clerks of whom one could keep both promises, but for what `staff` says.
fn two_promises(staff: &Value) -> (Problem, Plan) {
    let promise = |id: &str, start: &str| json!({ "id": id, "service": "visit", "site": "hall", "start": start, "persons": 1 });
    let more = json!({ "appointments": [
        promise("early", "2027-03-04T09:00:00+01:00"),
        promise("late", "2027-03-04T10:00:00+01:00"),
    ] });
    let rooms = json!([room("a", &[]), room("b", &[])]);
    let problem = day(&rooms, &json!([service("visit", 60, &["x"], &[])]), staff, &more);
    let mut plan = plan(&problem, &steps(200), &NoClock).unwrap().plan;
    // One each, whoever the planner took.
    for slot in &mut plan.slots {
        if let Some(promise) = slot.promise {
            slot.clerk = promise;
        }
    }
    plan.slots.retain(|slot| slot.promise.is_some());
    plan.stays = problem.stays(&plan);
    (problem, plan)
}

#[test]
fn one_of_two_is_free_unless_a_break_is_in_the_way() {
    let [one, two] = ["one", "two"].map(|id| clerk(id, &["x"], "08:00", "12:00"));
    let (problem, plan) = two_promises(&json!([one, two]));
    let staff = for_plan(&problem, &plan, &options(Keep::default()), &NoClock);
    let [day] = &staff.days[..] else { panic!("{:?}", staff.days) };
    assert_eq!((day.promises, day.planned, day.bound, day.is_proven()), (2, 2, 1, true));
    assert_eq!((day.needed.as_ref().unwrap().len(), day.free.len()), (1, 1));
    assert!(check(&problem, &staff.plan).is_valid());

    let with_break = |id: &str| {
        let mut clerk = clerk(id, &["x"], "08:00", "12:00");
        clerk["shifts"][0]["break"] = json!({ "minutes": 30, "from": "09:15", "until": "10:45" });
        clerk
    };
    let (problem, mut plan) = two_promises(&json!([with_break("one"), with_break("two")]));
    plan.breaks.clear();
    let staff = for_plan(&problem, &plan, &options(Keep::default()), &NoClock);
    let day = &staff.days[0];
    assert_eq!((day.bound, day.is_proven(), day.free.len()), (2, true, 0));
    // Breaks that the plan given lacks are there.
    assert!(check(&problem, &staff.plan).is_valid());
}

#[test]
fn what_the_sick_cannot_keep_is_given_to_others() {
    let [one, two] = ["one", "two"].map(|id| clerk(id, &["x"], "08:00", "12:00"));
    let (_, plan) = two_promises(&json!([one, two]));
    let mut away = one.clone();
    away["absent_on"] = json!(["2027-03-04"]);
    let (problem, _) = two_promises(&json!([away, two]));
    assert!(!check(&problem, &plan).is_valid());
    let staff = for_plan(&problem, &plan, &options(Keep::default()), &NoClock);
    assert_eq!(staff.days[0].needed, Some(vec![1]));
    assert!(check(&problem, &staff.plan).is_valid());
}

#[test]
fn where_nobody_can_that_is_proven_and_the_plan_stays() {
    let [one, two] = ["one", "two"].map(|id| clerk(id, &["x"], "08:00", "12:00"));
    let (problem, mut plan) = two_promises(&json!([one, two]));
    // Three at a time are one too many for two.
    for _ in 0..2 {
        let mut more = plan.slots[0].clone();
        more.promise = None;
        more.pinned = true;
        plan.slots.push(more);
    }
    let staff = for_plan(&problem, &plan, &options(Keep::default()), &NoClock);
    let day = &staff.days[0];
    assert_eq!((&day.needed, day.bound, day.is_proven()), (&None, 3, true));
    assert_eq!(staff.plan.slots.len(), plan.slots.len());
}
