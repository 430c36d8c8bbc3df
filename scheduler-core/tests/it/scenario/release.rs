//! What is released when, and through which channel.

use chrono::{DateTime, FixedOffset, NaiveDate};
use proptest::prelude::*;
use scheduler_core::problem::{Problem, ReleasePolicy, ReleaseWave};
use scheduler_core::scenario::Scenario;
use scheduler_core::time::Zone;
use serde_json::{Value, json};

const OFFICE: &str = include_str!("../data/office.json");

fn office(release: Value) -> Scenario {
    let mut scenario: Value = serde_json::from_str(OFFICE).unwrap();
    scenario["release"] = release;
    Scenario::from_json(scenario.to_string().as_bytes()).unwrap_or_else(|found| panic!("{found}"))
}

fn problem(release: Value) -> Problem {
    Problem::new(&office(release)).unwrap()
}

fn wave(days_ahead: u32, at: &str, share: f64) -> Value {
    json!({ "days_ahead": days_ahead, "at": at, "share": share })
}

fn at(instant: &str) -> DateTime<FixedOffset> {
    instant.parse().unwrap()
}

fn date(date: &str) -> NaiveDate {
    date.parse().unwrap()
}

fn policy(waves: &[(u32, u32, f64)]) -> ReleasePolicy {
    let waves = waves.iter();
    ReleasePolicy {
        id: "r".to_owned(),
        channel: None,
        sites: vec![0],
        min_notice_minutes: 0,
        waves: waves
            .map(|&(days_ahead, minute, share)| ReleaseWave { days_ahead, minute, share })
            .collect(),
    }
}

#[test]
fn a_policy_becomes_sites_and_waves_in_the_order_in_which_they_open() {
    let release = json!([
        { "id": "all", "waves": [wave(0, "07:30", 1.0), wave(7, "12:00", 0.5), wave(7, "07:30", 0.2)] },
        { "id": "web", "channel": "web", "sites": ["north", "centre"], "min_notice_minutes": 90,
          "waves": [wave(1, "24:00", 0.75)] },
    ]);
    let wave = |days_ahead, minute, share| ReleaseWave { days_ahead, minute, share };
    let expected = [
        ReleasePolicy {
            id: "all".to_owned(),
            channel: None,
            sites: vec![0, 1],
            min_notice_minutes: 0,
            waves: vec![wave(7, 450, 0.2), wave(7, 720, 0.5), wave(0, 450, 1.0)],
        },
        ReleasePolicy {
            id: "web".to_owned(),
            channel: Some("web".to_owned()),
            sites: vec![0, 1],
            min_notice_minutes: 90,
            waves: vec![wave(1, 1440, 0.75)],
        },
    ];
    assert_eq!(problem(release).release, expected);
}

#[test]
fn a_channel_without_a_policy_of_its_own_has_that_of_all_channels() {
    let problem = problem(json!([
        { "id": "all", "sites": ["centre"], "waves": [wave(0, "07:30", 1.0)] },
        { "id": "web", "channel": "web", "waves": [wave(0, "07:30", 0.5)] },
    ]));
    let held = |site, channel| problem.release_policy(site, channel).map(|p| p.id.as_str());
    assert_eq!(held(0, Some("web")), Some("web"));
    assert_eq!(held(0, Some("phone")), Some("all"));
    assert_eq!(held(0, None), Some("all"));
    assert_eq!(held(1, Some("web")), Some("web"));
    assert_eq!(held(1, Some("phone")), None);
    assert_eq!(held(1, None), None);
}

#[test]
fn a_share_is_released_from_the_very_instant_of_its_wave() {
    let zone = Zone::new("Europe/Berlin").unwrap();
    let policy = policy(&[(42, 450, 0.5), (7, 450, 0.8), (0, 420, 1.0)]);
    let share = |now| policy.share(&zone, date("2027-03-30"), at(now));
    assert_eq!(share("2027-02-16T07:29:59+01:00"), 0.0);
    assert_eq!(share("2027-02-16T07:30:00+01:00"), 0.5);
    assert_eq!(share("2027-03-23T07:29:59+01:00"), 0.5);
    assert_eq!(share("2027-03-23T06:30:00Z"), 0.8);
    assert_eq!(share("2027-03-30T06:59:59+02:00"), 0.8);
    assert_eq!(share("2027-03-30T07:00:00+02:00"), 1.0);
    let released = |share| policy.released_at(&zone, date("2027-03-30"), share);
    assert_eq!(released(0.1), Some(at("2027-02-16T07:30:00+01:00")));
    assert_eq!(released(0.6), Some(at("2027-03-23T07:30:00+01:00")));
    assert_eq!(released(1.0), Some(at("2027-03-30T07:00:00+02:00")));
    assert_eq!(released(1.1), None);
}

/// The clock goes from 02:00 to 03:00 on 2027-03-28, from 03:00 back to 02:00 on 2027-10-31.
#[test]
fn a_wave_at_a_time_of_clock_change_opens_once() {
    let zone = Zone::new("Europe/Berlin").unwrap();
    let opens = |day, minute| {
        let wave = ReleaseWave { days_ahead: 2, minute, share: 1.0 };
        wave.opens(&zone, date(day)).unwrap().to_rfc3339()
    };
    assert_eq!(opens("2027-03-30", 119), "2027-03-28T01:59:00+01:00");
    assert_eq!(opens("2027-03-30", 120), "2027-03-28T03:00:00+02:00");
    assert_eq!(opens("2027-03-30", 150), "2027-03-28T03:00:00+02:00");
    assert_eq!(opens("2027-03-30", 180), "2027-03-28T03:00:00+02:00");
    assert_eq!(opens("2027-11-02", 150), "2027-10-31T02:30:00+02:00");
    assert_eq!(opens("2027-11-02", 180), "2027-10-31T03:00:00+01:00");
}

#[test]
fn a_quota_knows_when_it_gives_its_time_back() {
    let quota = &problem(json!([])).quotas[0];
    assert_eq!(quota.returns_at, Some(600));
}

#[test]
fn findings_about_release_say_what_to_do() {
    let waves = [wave(42, "07:30", 0.5), wave(7, "07:30", 0.6), wave(0, "07:30", 1.0)];
    let mut scenario = office(json!([{ "id": "web", "channel": "web", "waves": waves }]));
    let mut again = scenario.release[0].clone();
    again.id = "again".to_owned();
    again.waves[1].share = 0.25;
    again.waves[2].share = f64::NAN;
    scenario.release.push(again);
    let messages: Vec<String> =
        Problem::new(&scenario).unwrap_err().iter().map(ToString::to_string).collect();
    let expected = [
        "error[release.overlap] /release/1/sites: release policy \"again\": for \"centre\" and one \
         more site and the channel \"web\", /release/0 holds already; keep one policy for each \
         site and channel",
        "error[release.shares] /release/1/waves/1: release policy \"again\": it opens after \
         /release/1/waves/0, but a smaller share: 0.25 after 0.5; a share once released stays so, \
         so raise it or remove the wave",
        "error[field.range] /release/1/waves/2/share: release policy \"again\": share is NaN; it \
         must be above 0 and at most 1",
    ];
    assert_eq!(messages, expected);
}

proptest! {
    /// As time goes by a share only grows, and it is there from the instant that was announced.
    #[test]
    fn what_is_released_stays_released(
        waves in proptest::collection::btree_map(0..400_u32 * 1440, 0.01..1.0_f64, 1..5),
        share in 0.0..1.0_f64,
        offset in 0..400_i64 * 86_400,
    ) {
        let zone = Zone::new("Europe/Berlin").unwrap();
        let mut shares: Vec<f64> = waves.values().copied().collect();
        shares.sort_by(f64::total_cmp);
        let minutes = waves.keys().rev();
        let waves: Vec<(u32, u32, f64)> = minutes
            .zip(shares)
            .map(|(ahead, share)| (ahead / 1440, 1439 - ahead % 1440, share))
            .collect();
        let (policy, day) = (policy(&waves), date("2027-11-02"));
        let now = at("2026-10-01T00:00:00Z") + chrono::TimeDelta::seconds(offset);
        let released = policy.share(&zone, day, now);
        prop_assert!(released <= policy.share(&zone, day, now + chrono::TimeDelta::hours(5)));
        let from = policy.released_at(&zone, day, share);
        prop_assert_eq!(from.is_some_and(|from| from <= now), released >= share && released > 0.0);
    }
}
