//! What the benchmarks rely on: members are valid, the same everywhere, and as hard as they say.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a failed step fails the test")]

use scheduler_benches::Member;
use scheduler_core::problem::Problem;
use scheduler_core::scenario::{Scenario, Severity};

fn member(name: &str) -> Member {
    Member::find(name).unwrap()
}

fn problem(member: Member) -> Problem {
    Problem::new(&member.scenario(1)).unwrap_or_else(|findings| panic!("{member:?}: {findings}"))
}

#[test]
fn every_member_is_a_valid_problem_in_which_nothing_is_seen_to_be_infeasible() {
    for member in Member::all() {
        let problem = problem(*member);
        let infeasible =
            problem.warnings.iter().find(|finding| finding.severity == Severity::Infeasible);
        assert_eq!(infeasible, None, "{}", member.name);
        assert!(!problem.pools.is_empty() && !problem.quotas.is_empty(), "{}", member.name);
    }
}

#[test]
fn a_member_survives_being_written_and_read() {
    for name in ["tiny", "week", "promised-day"] {
        let scenario = member(name).scenario(3);
        let bytes = serde_json::to_vec(&scenario).unwrap();
        assert_eq!(Scenario::from_json(&bytes).unwrap(), scenario);
    }
}

/// FNV-1a (Fowler, Noll, Vo).
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Numbers measured before a change of the generator would not compare with later ones: whoever
/// changes it on purpose changes the fingerprints and measures anew.
#[test]
fn the_generator_has_not_changed() {
    let expected: [(&str, u64); 6] = [
        ("tiny", 0x552d_fb11_a324_4d6e),
        ("day-40", 0xf37d_d033_0af1_bd47),
        ("tight-rooms", 0x7728_5370_443e_206f),
        ("many-quotas", 0x8f4d_8cb0_9980_3e60),
        ("promised-week", 0xf26b_211f_def5_7aa2),
        ("city", 0xe200_d8d9_2b5b_61ad),
    ];
    let found = expected.map(|(name, _)| {
        (name, fingerprint(&serde_json::to_vec(&member(name).scenario(1)).unwrap()))
    });
    assert_eq!(found, expected);
}

#[test]
fn seeds_give_different_instances_of_the_same_size() {
    let problems = [1, 2].map(|seed| Problem::new(&member("day-20").scenario(seed)).unwrap());
    let [first, second] = &problems;
    assert_eq!(first.clerks.len(), second.clerks.len());
    assert!(first.pools.iter().zip(&second.pools).any(|(a, b)| a.mean != b.mean));
}

#[test]
fn sizes_are_those_that_the_families_promise() {
    let city = problem(member("city"));
    assert_eq!((city.sites.len(), city.clerks.len(), city.dates.len()), (40, 570, 5));
    assert!(city.pools.iter().any(|pool| pool.places.len() == 200), "a pool over all site-days");
    let long = problem(member("long"));
    assert_eq!((long.clerks.len(), long.dates.len()), (600, 100));
    let tiny = problem(member("tiny"));
    assert_eq!((tiny.clerks.len(), tiny.rooms.len(), tiny.services.len()), (3, 2, 6));
    for (name, site_days) in [("growth-1", 1), ("growth-16", 16), ("growth-64", 64)] {
        assert_eq!(problem(member(name)).site_days.len(), site_days);
    }
}

#[test]
fn half_of_the_time_of_the_promised_days_is_promised_on_every_day() {
    for name in ["promised-day", "promised-week"] {
        let problem = problem(member(name));
        for site_day in &problem.site_days {
            let present: u32 = problem.shifts[site_day.shifts.clone()]
                .iter()
                .map(|shift| u32::from(shift.window.steps()))
                .sum();
            let promised: u32 = site_day
                .promises
                .iter()
                .map(|promise| u32::from(problem.promises[*promise].window.steps()))
                .sum();
            let share = f64::from(promised) / f64::from(present);
            assert!((0.4..0.6).contains(&share), "{name}: {share:.2} of the time is promised");
        }
        assert!(problem.promises.iter().any(|promise| promise.clerk.is_some()));
        assert!(problem.promises.iter().any(|promise| promise.room.is_some()));
        assert!(problem.promises.len() > 300);
    }
}
