//! No bound says that a roster cannot which can.

use scheduler_core::staffing::Verdict;
use serde_json::json;

use super::office::{find, hall, steps, within};
use super::truth::{least_clerks, share_within};

/// An exact truth for each: the bound is below it, and what is found is not below the bound.
#[test]
fn the_bound_is_never_above_the_truth() {
    let long = json!([
        { "id": "long", "site": "hall", "start_from": "08:00", "minutes": 240, "skills": [] }
    ]);
    let days = [
        [12.0, 12.0, 12.0, 12.0],
        [30.0, 30.0, 30.0, 30.0],
        [5.0, 60.0, 20.0, 10.0],
        [80.0, 20.0, 20.0, 20.0],
        [3.0, 2.0, 4.0, 3.0],
    ];
    for per_hour in days {
        for share in [0.3, 0.6, 0.8, 0.95] {
            let truth = least_clerks(per_hour, share) as f64 * 4.0 * 32.0;
            let scenario = hall(per_hour, &long, &within(share));
            let (answer, certificate) = find(&scenario, &steps(1));
            assert!(
                answer.bound <= truth + 1e-6,
                "{per_hour:?} {share}: {} > {truth}",
                answer.bound
            );
            assert!(answer.bound > 0.0, "doors are open");
            assert_eq!(certificate.bound, Some(answer.bound));
        }
    }
}

/// Where the work alone takes more than one clerk the bound knows it.
#[test]
fn the_bound_knows_the_work_of_walk_ins() {
    let per_hour = [60.0; 4];
    let long = json!([
        { "id": "long", "site": "hall", "start_from": "08:00", "minutes": 240, "skills": [] }
    ]);
    let (answer, _) = find(&hall(per_hour, &long, &within(0.9)), &steps(1));
    // Eight clerks are busy all the time; nine tenths of that, less what is served beyond closing.
    let clerks = answer.bound / 128.0;
    assert!((6.0..=9.0).contains(&clerks), "{clerks}");
    assert!(share_within(per_hour, clerks as usize - 2) < 0.9);
    assert!(answer.cuts > 0);
}

#[test]
fn what_no_roster_can_do_is_proven_and_named() {
    let two = json!([{ "id": "long", "site": "hall", "start_from": "08:00", "minutes": 240,
        "skills": [], "most": 2 }]);
    let (answer, certificate) = find(&hall([60.0; 4], &two, &within(0.9)), &steps(3));
    assert_eq!(answer.verdict, Verdict::Impossible);
    assert!(answer.bound.is_infinite() && answer.roster.is_none());
    let obstacles: Vec<&str> = answer.obstacles.iter().map(|obstacle| obstacle.word()).collect();
    assert_eq!(obstacles, ["walk_ins", "templates"]);
    assert_eq!((certificate.verdict.as_str(), certificate.bound), ("impossible", None));
}
