//! Whole comparisons: planned, simulated on common random numbers, judged.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use scheduler_core::compare::{
    Change, CompareError, CompareOptions, Comparison, Goal, Knob, best, compare, sweep,
};
use scheduler_core::monitor::{Monitor, Progress, SimulationProgress, WallClock};
use scheduler_core::plan::{self, Budget};
use scheduler_core::report::Language;
use scheduler_core::report::simulation::comparison_report;
use scheduler_core::scenario::{Scenario, Variant};
use scheduler_core::simulate::model::Channel;
use scheduler_core::simulate::result::{KpiId, Stop};
use scheduler_core::simulate::run::{SimulateError, Until};
use scheduler_core::simulate::statistics::{Verdict, difference, ratio};
use serde_json::{Value, json};

use super::{VARIANT, office, variant};

pub(super) const WAIT: KpiId = KpiId::WaitMean(Channel::WalkIn);

/// Two halls to which people come without an appointment, all for the same.
pub(super) fn halls() -> Scenario {
    let clerk = |hall: &str, number: u32| {
        json!({ "id": format!("{hall}-{number}"), "skills": [],
                "shifts": [{ "site": hall, "from": "08:00", "until": "16:00" }] })
    };
    let room = |hall: &str, number: u32| json!({ "id": format!("{hall}-room-{number}"), "site": hall, "equipment": [] });
    let site = |hall: &str| json!({ "id": hall, "open": [{ "from": "08:00", "until": "16:00" }] });
    let walk_ins = |hall: &str, per_hour: f64| {
        json!({ "id": hall, "site": hall, "from": "08:00", "until": "16:00", "per_hour": per_hour,
                "mix": [{ "service": "card", "share": 1 }] })
    };
    let people: Vec<Value> =
        (1..=8).map(|i| clerk("east", i)).chain((1..=2).map(|i| clerk("west", i))).collect();
    let rooms: Vec<Value> =
        (1..=12).map(|i| room("east", i)).chain((1..=4).map(|i| room("west", i))).collect();
    let file = json!({
        "schema": "scenario/1", "name": "Two halls", "time_zone": "Europe/Berlin",
        "grid_minutes": 5, "horizon": { "from": "2027-03-01", "until": "2027-03-07" },
        "sites": [site("east"), site("west")], "rooms": rooms,
        "services": [{ "id": "card", "minutes": 10, "extra_person_minutes": 0, "max_persons": 1,
                       "skills": [], "equipment": [], "value": 1 }],
        "staff": people,
        "operations": { "walk_ins": [walk_ins("east", 44.0), walk_ins("west", 9.0)] },
    });
    Scenario::from_json(file.to_string().as_bytes()).unwrap()
}

pub(super) fn options(until: Until) -> CompareOptions {
    let mut options = CompareOptions::default();
    options.plan.budget = Budget::Steps(200);
    options.simulation.until = until;
    options.simulation.weeks = 1;
    options.simulation.warm_up_weeks = Some(1);
    options
}

fn compared(scenario: &Scenario, variants: &[Variant], replications: u64) -> Comparison {
    compare(scenario, variants, &options(Until::Replications(replications)), &WallClock::start())
        .unwrap()
}

pub(super) fn more_clerks(count: u32, like: &str) -> Variant {
    variant(&json!([{ "edit": "add_clerks", "count": count, "like": like }]))
}

fn change(changes: &[Change], id: KpiId, site: Option<usize>) -> Change {
    *changes.iter().find(|change| (change.kpi.id, change.kpi.site) == (id, site)).unwrap()
}

#[test]
fn a_scenario_and_itself_are_the_same_in_everything() {
    for scenario in [halls(), office()] {
        let comparison = compared(&scenario, &[variant(&json!([]))], 8);
        let mut same = 0;
        for change in &comparison.changes[0] {
            assert_eq!(change.before, change.after, "{change:?}");
            if let Some(difference) = change.difference {
                assert_eq!((difference.value, difference.half_width), (0.0, 0.0), "{change:?}");
                assert_eq!(change.verdict, Some(Verdict::Same));
                same += 1;
            }
        }
        assert!(same > 30, "only {same} figures");
        assert_eq!(comparison.front, [true, true]);
    }
}

/// Remembers how many plans were made and how many scenarios simulated.
#[derive(Default)]
struct Counter {
    plans: AtomicU64,
    simulations: AtomicU64,
}

impl Monitor for Counter {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn progress(&self, progress: &Progress) {
        match progress {
            Progress::PlanningScenarios { scenarios, .. } => {
                self.plans.fetch_max(*scenarios as u64, Ordering::Relaxed);
            }
            Progress::Simulating(now) => {
                self.simulations.fetch_max(now.scenarios as u64, Ordering::Relaxed);
            }
            _ => {}
        }
    }
}

#[test]
fn variants_that_change_nothing_are_neither_planned_nor_simulated_nor_counted() {
    let nothing = variant(&json!([]));
    let nothing_either = more_clerks(0, "east-1");
    let work = |variants: &[Variant]| {
        let counter = Counter::default();
        let options = options(Until::Replications(4));
        let comparison = compare(&halls(), variants, &options, &counter).unwrap();
        let is_base: Vec<bool> = comparison.scenarios.iter().map(|one| one.is_base).collect();
        let work = (counter.plans.into_inner(), counter.simulations.into_inner());
        (work, is_base, comparison.confidence)
    };
    let (alone, ..) = work(&[more_clerks(1, "east-1")]);
    let (together, is_base, confidence) =
        work(&[nothing, more_clerks(1, "east-1"), nothing_either]);
    assert_eq!(together, alone);
    assert_eq!((is_base, confidence), (vec![true, true, false, true], 0.95));
}

#[test]
fn what_another_plan_might_do_is_no_effect_of_a_variant() {
    let more = variant(&json!([{ "edit": "scale_requests", "factor": 1.03 }]));
    let comparison = compared(&office(), &[more], 40);
    let (mut certain, mut spread) = (0, 0);
    for change in &comparison.changes[0] {
        let (Some(difference), Some(verdict)) = (change.difference, change.verdict) else {
            continue;
        };
        let apart = change.spread.unwrap();
        spread += usize::from(apart > 0.0);
        let is_told = difference.value.abs() > difference.half_width + apart;
        let is_same = difference.value == 0.0 && difference.half_width == 0.0;
        match verdict {
            Verdict::Same => assert!(is_same, "{change:?}"),
            Verdict::NotDistinguishable => assert!(!is_told, "{change:?}"),
            _ => assert!(is_told, "{change:?}"),
        }
        certain += usize::from(is_told);
    }
    assert!(spread > 10 && certain > 0, "{spread} {certain}");
}

#[test]
fn where_nothing_is_booked_all_plans_are_alike() {
    let comparison = compared(&halls(), &[more_clerks(1, "east-1")], 4);
    let known: Vec<f64> = comparison.spread.iter().flatten().copied().collect();
    assert!(known.len() > 20 && known.iter().all(|&spread| spread == 0.0), "{known:?}");
}

#[test]
fn one_clerk_more_never_raises_the_wait_of_a_day_with_one_queue() {
    let comparison = compared(&halls(), &[more_clerks(1, "east-1")], 40);
    let [base, more] = &comparison.scenarios[..] else { panic!() };
    let position = base.run.position(WAIT, Some(0)).unwrap();
    let wait = |samples: &[_]| -> f64 {
        ratio(samples.iter().copied().skip(position).take(1)).unwrap().value
    };
    for (before, after) in base.run.samples.iter().zip(&more.run.samples) {
        assert!(wait(after) <= wait(before));
        assert_eq!(after[position].den, before[position].den, "the same people come");
    }
    let change = change(&comparison.changes[0], WAIT, Some(0));
    assert_eq!(change.verdict, Some(Verdict::Better));
}

#[test]
fn what_a_variant_does_not_touch_stays_the_same() {
    let comparison = compared(&halls(), &[more_clerks(1, "west-1")], 10);
    for change in &comparison.changes[0] {
        if change.kpi.site == Some(0) && change.difference.is_some() {
            assert_eq!(change.verdict, Some(Verdict::Same), "{change:?}");
        }
    }
    let there = change(&comparison.changes[0], WAIT, Some(1));
    assert_eq!(there.verdict, Some(Verdict::Better));
}

#[test]
fn common_random_numbers_make_differences_surer() {
    let comparison = compared(&halls(), &[more_clerks(1, "east-1")], 200);
    let [base, more] = &comparison.scenarios[..] else { panic!() };
    let position = base.run.position(WAIT, Some(0)).unwrap();
    let samples = |run: usize| {
        let samples = &comparison.scenarios[run].run.samples;
        samples.iter().map(move |replication| replication[position])
    };
    assert_eq!(base.run.replications, more.run.replications);
    let paired = difference(samples(0), samples(1)).unwrap().standard_error;
    let (before, after) = (ratio(samples(0)).unwrap(), ratio(samples(1)).unwrap());
    let apart = before.standard_error.hypot(after.standard_error);
    let reduction = (apart / paired).powi(2);
    // Eight against nine counters: 2.9 times in a reference model.
    assert!((2.0..8.0).contains(&reduction), "variance {reduction} times smaller");
}

#[test]
fn the_same_bytes_come_from_any_number_of_threads() {
    let variants = [Variant::from_json(VARIANT.as_bytes()).unwrap(), variant(&json!([]))];
    let written = |threads: usize| {
        let mut options = options(Until::Precision { relative: 0.2, most: 24 });
        options.simulation.threads = Some(threads);
        format!("{:?}", compare(&office(), &variants, &options, &WallClock::start()).unwrap())
    };
    let once = written(1);
    assert!(once == written(2) && once == written(8));
}

#[test]
fn all_scenarios_have_the_replications_that_the_least_precise_needs() {
    let options = options(Until::Precision { relative: 0.05, most: 5000 });
    let comparison =
        compare(&halls(), &[more_clerks(1, "east-1")], &options, &WallClock::start()).unwrap();
    let [base, more] = &comparison.scenarios[..] else { panic!() };
    assert_eq!((base.run.stop, more.run.stop), (Stop::Precision, Stop::Precision));
    assert_eq!(base.run.replications, more.run.replications);
    assert!(comparison.reached <= 0.05 && comparison.reached >= base.run.reached);
    assert!(comparison.replications >= 40);
}

#[test]
fn intervals_of_several_variants_hold_together() {
    let variants = [more_clerks(1, "east-1"), more_clerks(2, "east-1")];
    let two = compared(&halls(), &variants, 20);
    let one = compared(&halls(), &variants[..1], 20);
    assert_eq!((one.confidence, two.confidence), (0.95, 0.975));
    let width = |comparison: &Comparison| {
        change(&comparison.changes[0], WAIT, Some(0)).difference.unwrap().half_width
    };
    // Student's t with 19 degrees: 2.4334 for 97.5 %, 2.0930 for 95 %.
    assert!((width(&two) / width(&one) - 2.433_44 / 2.093_02).abs() < 1e-4);
}

#[test]
fn a_new_site_has_nothing_to_be_compared_with() {
    let mobile = variant(&json!([
        { "edit": "add_site", "id": "library", "rooms": 1,
          "open": [{ "from": "09:00", "until": "12:00" }] },
        { "edit": "add_clerks", "count": 1, "like": "east-1",
          "shifts": [{ "site": "library", "from": "09:00", "until": "12:00" }] },
    ]));
    let comparison = compared(&halls(), &[mobile], 4);
    let changes = &comparison.changes[0];
    let cost = change(changes, KpiId::CostPerWeek, Some(2));
    assert!(cost.before.is_none() && cost.difference.is_none() && cost.verdict.is_none());
    assert!((cost.after.unwrap().value - 3.0 * 32.0 * 7.0).abs() < 1e-6);
    let all = change(changes, KpiId::CostPerWeek, None);
    let difference = all.difference.unwrap();
    assert!((difference.value - 3.0 * 32.0 * 7.0).abs() < 1e-6, "{difference:?}");
    assert_eq!(all.verdict, Some(Verdict::Worse));
    assert_eq!(change(changes, WAIT, Some(1)).verdict, Some(Verdict::Same));
}

#[test]
fn everything_wrong_with_any_variant_is_said_at_once() {
    let wrong = more_clerks(1, "nobody");
    let right = more_clerks(1, "east-1");
    let result = compare(
        &halls(),
        &[wrong.clone(), right, wrong],
        &options(Until::Replications(2)),
        &WallClock::start(),
    );
    let Err(CompareError::Variants(found)) = result else { panic!() };
    let positions: Vec<usize> = found.iter().map(|(position, _)| *position).collect();
    assert_eq!(positions, [0, 2]);
    let mut base = halls();
    base.staff[0].shifts[0].site = "south".to_owned();
    let result = compare(&base, &[], &options(Until::Replications(2)), &WallClock::start());
    assert!(matches!(result, Err(CompareError::Base(_))), "{result:?}");
    let precision = Until::Precision { relative: -0.1, most: 10 };
    let result = compare(&halls(), &[], &options(precision), &WallClock::start());
    let Err(CompareError::Simulate(SimulateError::Option { option, .. })) = result else {
        panic!()
    };
    assert_eq!(option, "precision");
}

/// Stops a comparison when a scenario has so many replications.
struct Impatient {
    at: u64,
    seen: AtomicU64,
}

impl Monitor for Impatient {
    fn elapsed(&self) -> Duration {
        Duration::ZERO
    }

    fn cancelled(&self) -> bool {
        self.seen.load(Ordering::Relaxed) >= self.at
    }

    fn progress(&self, progress: &Progress) {
        if let Progress::Simulating(SimulationProgress { scenario: 1, replications, .. }) = progress
        {
            self.seen.fetch_max(*replications, Ordering::Relaxed);
        }
    }
}

#[test]
fn who_stops_it_gets_what_is_known_so_far() {
    let variants = [more_clerks(1, "east-1")];
    let options = options(Until::Precision { relative: 1e-6, most: 100_000 });
    let stop = |at| Impatient { at, seen: AtomicU64::new(0) };
    let result = compare(&halls(), &variants, &options, &stop(0));
    assert!(matches!(result, Err(CompareError::Cancelled)));
    let comparison = compare(&halls(), &variants, &options, &stop(100)).unwrap();
    assert!(comparison.scenarios.iter().all(|scenario| scenario.run.stop == Stop::Cancelled));
    assert!((100..1000).contains(&comparison.replications), "{}", comparison.replications);
}

/// Gains a millisecond whenever somebody asks for the time, and gives up after a minute.
#[derive(Default)]
struct Ticking(AtomicU64);

impl Monitor for Ticking {
    fn elapsed(&self) -> Duration {
        Duration::from_millis(self.0.fetch_add(1, Ordering::Relaxed))
    }

    fn cancelled(&self) -> bool {
        self.0.fetch_add(1, Ordering::Relaxed) > 60_000
    }
}

#[test]
fn time_to_plan_ends_and_the_answer_says_that_it_was_time() {
    let mut within = options(Until::Replications(20));
    within.plan = plan::Options {
        budget: Budget::Time(Duration::from_millis(200)),
        gap: 0.0,
        ..plan::Options::default()
    };
    let variants = [more_clerks(1, "ada")];
    let comparison = compare(&office(), &variants, &within, &Ticking::default()).unwrap();
    assert_eq!(comparison.plan_budget, within.plan.budget);
    let report = comparison_report(&comparison);
    assert_eq!(report.plan_seconds, Some(0.2));
    let text = report.to_text(Language::English, false);
    assert!(text.contains("during 0.2 s: another machine"), "{text}");
    let rush = json!({ "edit": "scale_requests", "factor": 1 });
    let knob = Knob { edit: variant(&json!([rush])).edits[0].clone(), values: vec![0.9, 1.1] };
    let sweep = sweep(&office(), &[knob], &within, &Ticking::default()).unwrap();
    assert_eq!(sweep.comparison.plan_budget, within.plan.budget);
    let goal = Goal { kpi: KpiId::LeadNextFree, indifference: 1.0, confidence: 0.9 };
    let chosen = best(&office(), &variants, &goal, &within, &Ticking::default()).unwrap();
    assert_eq!(chosen.plan_budget, within.plan.budget);
    // With steps it does not matter when and where, and nothing is said.
    let steps = compared(&halls(), &[more_clerks(1, "east-1")], 2);
    let json = serde_json::to_string(&comparison_report(&steps)).unwrap();
    assert!(!json.contains("plan_seconds"), "{json}");
}

#[test]
fn a_sweep_tries_every_combination() {
    let knob = |edit: &Value, values: &[f64]| Knob {
        edit: variant(&json!([edit])).edits[0].clone(),
        values: values.to_vec(),
    };
    let clerks = json!({ "edit": "add_clerks", "count": 0, "like": "west-1" });
    let rush = json!({ "edit": "scale_walk_ins", "factor": 1, "sites": ["west"] });
    let knobs = [knob(&clerks, &[0.0, 1.0]), knob(&rush, &[0.8, 1.0, 1.1])];
    let few = options(Until::Replications(30));
    let sweep_of = |knobs: &[Knob]| sweep(&halls(), knobs, &few, &WallClock::start());
    let result = sweep_of(&knobs).unwrap();
    let points =
        [[0.0, 0.8], [0.0, 1.0], [0.0, 1.1], [1.0, 0.8], [1.0, 1.0], [1.0, 1.1]].map(Vec::from);
    assert_eq!(result.points, points);
    let wait = |point: usize| {
        change(&result.comparison.changes[point], WAIT, Some(1)).after.unwrap().value
    };
    assert!(wait(0) < wait(1) && wait(1) < wait(2), "more people wait longer");
    assert!((0..3).all(|point| wait(point + 3) < wait(point)), "a clerk more shortens waits");
    let unchanged = &result.comparison.changes[1];
    assert_eq!(change(unchanged, WAIT, Some(1)).verdict, Some(Verdict::Same));
    assert_eq!(result.comparison.scenarios[6].name, "add_clerks 1, scale_walk_ins 1.1");

    let bad = |knobs: &[Knob]| match sweep_of(knobs) {
        Err(CompareError::Knobs(message)) => message,
        other => panic!("{other:?}"),
    };
    assert!(bad(&[]).contains("one or two"));
    assert!(bad(&[knob(&clerks, &[])]).contains("0 combinations"));
    assert!(bad(&[knob(&clerks, &[-1.0])]).contains("cannot be turned to -1"));
    let no_number = json!({ "edit": "remove_clerks", "clerks": ["west-1"] });
    assert!(bad(&[knob(&no_number, &[1.0])]).contains("remove_clerks"));
    let beyond = sweep_of(&[knob(&rush, &[1.0, -1.0])]);
    assert!(matches!(beyond, Err(CompareError::Variants(_))), "{beyond:?}");
}

/// The plan of the base stands, and the day is run without whoever is ill.
#[test]
fn a_sick_call_changes_the_day_and_not_the_plan() {
    let ill = variant(&json!([
        { "edit": "call_in_sick", "clerks": ["ada"], "dates": ["2027-03-22", "2027-03-25"] },
    ]));
    let counter = Counter::default();
    let scenario = office();
    let alone = compare(&scenario, &[], &options(Until::Replications(8)), &counter).unwrap();
    let plans = counter.plans.into_inner();
    let counter = Counter::default();
    let both = compare(&scenario, &[ill], &options(Until::Replications(8)), &counter).unwrap();
    assert_eq!(counter.plans.into_inner(), plans, "no plan more");
    let [base, ill] = &both.scenarios[..] else { panic!() };
    assert_eq!(base.plan, alone.scenarios[0].plan);
    assert_eq!(ill.plan, base.plan);
    assert!(base.is_base && !ill.is_base);
    let hours = |one: &scheduler_core::compare::Measured| {
        let position = one.run.position(KpiId::Utilisation, None).unwrap();
        one.run.samples.iter().map(|sample| sample[position].den).sum::<f64>()
    };
    assert!(hours(ill) < hours(base), "{} {}", hours(ill), hours(base));
}
