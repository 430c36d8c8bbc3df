//! How often "suffices" is wrong, where the truth is known exactly and as near as can be.

use scheduler_core::plan::Budget;
use scheduler_core::simulate::model::Channel;
use scheduler_core::simulate::random::{Draws, Purpose};
use scheduler_core::simulate::statistics::Sample;
use scheduler_core::staffing::{Goal, Looks, StaffOptions, Standing};
use serde_json::json;

use super::office::{find, hall, within};
use super::truth::share_within;

/// Of so many seeds, how many say that `clerks` clerks suffice where they miss the target by a hair.
fn false_claims(seeds: std::ops::Range<u64>, most_replications: u64) -> usize {
    let (per_hour, clerks) = ([30.0, 24.0, 36.0, 18.0], 5);
    let truth = share_within(per_hour, clerks);
    let only = json!([{ "id": "long", "site": "hall", "start_from": "08:00", "minutes": 240,
        "skills": [], "least": clerks, "most": clerks }]);
    let scenario = hall(per_hour, &only, &within(truth + 1e-4));
    seeds
        .filter(|&seed| {
            let mut options = StaffOptions::default();
            (options.budget, options.seed) = (Budget::Steps(1), seed);
            options.most_replications = most_replications;
            // Screened hardly at all, so that many are put to the test.
            options.pilot = 2;
            let (answer, _) = find(&scenario, &options);
            answer.roster.is_some_and(|roster| roster.confirmed)
        })
        .count()
}

/// With a true rate of 5 % more than 9 of 80 would come once in fifty times; the rate is far lower, as
/// the level is shared out among looks.
#[test]
fn what_just_misses_a_target_hardly_ever_passes() {
    let wrong = false_claims(1..81, 40);
    assert!(wrong <= 8, "{wrong} of 80");
}

/// The same with a thousand seeds and all looks: `cargo test --release -- --ignored thousand`.
#[test]
#[ignore = "takes minutes"]
fn of_a_thousand_seeds_at_most_one_in_twenty_is_wrong() {
    let wrong = false_claims(1..1001, 640);
    println!("{wrong} of 1000 are wrong");
    assert!(wrong <= 50, "{wrong} of 1000");
}

/// What is far beyond a target does pass: the test is not one that refuses everything.
#[test]
fn what_clearly_reaches_a_target_passes() {
    let (per_hour, clerks) = ([30.0, 24.0, 36.0, 18.0], 5);
    let truth = share_within(per_hour, clerks);
    let only = json!([{ "id": "long", "site": "hall", "start_from": "08:00", "minutes": 240,
        "skills": [], "least": clerks, "most": clerks }]);
    let scenario = hall(per_hour, &only, &within(truth - 0.03));
    let passed = (1..11).filter(|&seed| {
        let mut options = StaffOptions::default();
        (options.budget, options.seed) = (Budget::Steps(1), seed);
        find(&scenario, &options).0.roster.is_some_and(|roster| roster.confirmed)
    });
    assert!(passed.count() >= 9);
}

/// The test by itself, at a share that is missed by nothing at all: of two thousand runs of all its looks
/// at most one in twenty passes, whatever the attempt, and later attempts pass less often.
#[test]
fn all_looks_of_a_test_together_keep_its_level() {
    let goal = Goal {
        id: "t".to_owned(),
        figure: scheduler_core::scenario::StaffFigure::WalkInsWithin,
        within: 0,
        site: None,
        weekdays: [true; 7],
        from: 0,
        until: u32::MAX,
        bound: 0.8,
        confidence: 0.95,
    };
    let passes = |attempt: u32, run: u64| {
        let draws = Draws::new(run, 0, Channel::WalkIn as u64);
        // Of forty people in a replication each is in time with probability 0.8.
        let sample = |replication: u32| {
            let in_time = (0..40)
                .filter(|&person| draws.uniform(Purpose::Wish, replication, person) < 0.8)
                .count();
            Sample { num: in_time as f64, den: 40.0 }
        };
        let looks = Looks::new(attempt, 640);
        let samples: Vec<Sample> = (0..640).map(sample).collect();
        looks
            .replications()
            .any(|count| looks.standing(&goal, &samples[..count as usize]) == Standing::Reached)
    };
    let count = |attempt: u32| (0..2000).filter(|&run| passes(attempt, run)).count();
    let (first, third) = (count(1), count(3));
    assert!((10..=100).contains(&first), "{first} of 2000");
    assert!(third < first, "{third} {first}");
}
