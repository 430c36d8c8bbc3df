//! Wall-clock times and instants, also where the clock is changed.

use std::path::Path;
use std::process::Command;
use std::{env, fs, thread};

use chrono::{NaiveDate, TimeDelta};
use proptest::prelude::*;
use scheduler_core::time::{Clock, ClockChange, Grid, Step, Window, Zone, ZoneError};

const ZONES: [&str; 8] = [
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "UTC",
];

fn date(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn berlin() -> Zone {
    Zone::new("Europe/Berlin").unwrap()
}

#[test]
fn the_hour_that_berlin_skips_has_no_instants() {
    let (zone, day) = (berlin(), date("2027-03-28"));
    let changes = [ClockChange { from: 120, until: 180, removed: true }];
    assert_eq!(zone.clock_changes(day), changes);
    assert_eq!(zone.instant(day, 119).unwrap().to_rfc3339(), "2027-03-28T01:59:00+01:00");
    assert!(matches!(zone.instant(day, 120), Err(ZoneError::Gap(..))));
    assert!(matches!(zone.instant(day, 179), Err(ZoneError::Gap(..))));
    assert_eq!(zone.instant(day, 180).unwrap().to_rfc3339(), "2027-03-28T03:00:00+02:00");
    assert_eq!(zone.end_instant(day, 120).unwrap(), zone.instant(day, 180).unwrap());
}

#[test]
fn the_hour_that_berlin_repeats_has_two_instants_each() {
    let (zone, day) = (berlin(), date("2027-10-31"));
    let changes = [ClockChange { from: 120, until: 180, removed: false }];
    assert_eq!(zone.clock_changes(day), changes);
    assert_eq!(zone.instant(day, 119).unwrap().to_rfc3339(), "2027-10-31T01:59:00+02:00");
    assert!(matches!(zone.instant(day, 120), Err(ZoneError::Fold(..))));
    assert!(matches!(zone.instant(day, 179), Err(ZoneError::Fold(..))));
    assert_eq!(zone.instant(day, 180).unwrap().to_rfc3339(), "2027-10-31T03:00:00+01:00");
    assert_eq!(zone.end_instant(day, 120).unwrap().to_rfc3339(), "2027-10-31T02:00:00+02:00");
}

#[test]
fn berlin_changes_its_clock_on_two_days_of_2027() {
    let days = date("2027-01-01").iter_days().take(365);
    let changed: Vec<_> = days.filter(|&day| !berlin().clock_changes(day).is_empty()).collect();
    assert_eq!(changed, [date("2027-03-28"), date("2027-10-31")]);
}

/// Samoa crossed the date line: its calendar has no 30 December 2011.
#[test]
fn a_date_can_be_skipped_whole() {
    let apia = Zone::new("Pacific/Apia").unwrap();
    let whole = [ClockChange { from: 0, until: 1440, removed: true }];
    assert_eq!(apia.clock_changes(date("2011-12-30")), whole);
    assert_eq!(apia.clock_changes(date("2011-12-29")), []);
    assert_eq!(apia.clock_changes(date("2011-12-31")), []);
}

/// A database of zones in which `name` is called what it is and has the rules of UTC: a file of
/// RFC 9636, its old part and its new part.
fn write_utc_as(dir: &Path, name: &str) {
    let block = |magic: &[u8]| {
        let counts = [0_u32, 0, 0, 0, 1, 4];
        let counts = counts.iter().flat_map(|count| count.to_be_bytes());
        let mut bytes = magic.to_vec();
        bytes.extend([0; 15]);
        bytes.extend(counts);
        bytes.extend([0; 6]);
        bytes.extend(b"UTC\0");
        bytes
    };
    let path = dir.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let file = [block(b"TZif2"), block(b"TZif2"), b"\nUTC0\n".to_vec()].concat();
    fs::write(path, file).unwrap();
}

/// The environment of a process cannot be changed safely, so the test runs itself again.
#[test]
fn rules_of_zones_are_the_bundled_ones_whatever_the_machine_has() {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("zones");
    if env::var_os("TZDIR").is_none_or(|given| given != dir) {
        write_utc_as(&dir, "Europe/Berlin");
        let me = thread::current().name().unwrap().to_owned();
        let again = Command::new(env::current_exe().unwrap())
            .args([&me, "--exact", "--nocapture"])
            .env("TZDIR", &dir)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&again.stdout);
        assert!(again.status.success() && said.contains("1 passed"), "{said}");
        return;
    }
    let noon = jiff::civil::date(2027, 7, 1).at(12, 0, 0, 0);
    let of_machine = jiff::tz::TimeZone::get("Europe/Berlin").unwrap();
    assert_eq!(of_machine.to_offset(of_machine.to_timestamp(noon).unwrap()).seconds(), 0);
    let ours = berlin().instant(date("2027-07-01"), 12 * 60).unwrap();
    assert_eq!(ours.to_rfc3339(), "2027-07-01T12:00:00+02:00");
}

#[test]
fn an_unknown_zone_is_named() {
    assert_eq!(Zone::new("Europe/Nowhere"), Err(ZoneError::Unknown("Europe/Nowhere".to_owned())));
}

#[test]
fn a_clock_time_needs_two_digits_and_two_digits() {
    for text in ["", "7:30", "07:60", "24:01", "25:00", "+7:30", "07.30", "07:30:00", "٠٧:30"] {
        assert!(text.parse::<Clock>().is_err(), "{text:?}");
    }
    assert_eq!("24:00".parse(), Ok(Clock(1440)));
}

fn a_moment() -> impl Strategy<Value = (Zone, NaiveDate, u32)> {
    let zone = proptest::sample::select(&ZONES[..]).prop_map(|name| Zone::new(name).unwrap());
    let day = (0i64..80 * 365).prop_map(|days| date("1975-01-01") + TimeDelta::days(days));
    (zone, day, 0u32..1440)
}

proptest! {
    #[test]
    fn a_wall_clock_time_with_an_instant_is_shown_at_it((zone, day, minute) in a_moment()) {
        let change = zone
            .clock_changes(day)
            .into_iter()
            .find(|change| change.from <= minute && minute < change.until);
        match zone.instant(day, minute) {
            Ok(instant) => {
                prop_assert_eq!(zone.wall_clock(instant), Some((day, minute * 60)));
                prop_assert_eq!(change, None);
            }
            Err(ZoneError::Gap(..)) => prop_assert!(change.is_some_and(|c| c.removed)),
            Err(ZoneError::Fold(..)) => prop_assert!(change.is_some_and(|c| !c.removed)),
            Err(other) => prop_assert!(false, "{}", other),
        }
    }

    /// Minute by minute time passes, but for the change itself.
    #[test]
    fn an_end_comes_a_minute_after_the_last_start((zone, day, minute) in a_moment()) {
        if let Ok(start) = zone.instant(day, minute) {
            let end = zone.end_instant(day, minute + 1).unwrap();
            prop_assert_eq!(end - start, TimeDelta::minutes(1));
            prop_assert_eq!(zone.end_wall_clock(end), Some((day, (minute + 1) * 60)));
        }
    }

    /// Whatever somebody computes with, nothing overflows.
    #[test]
    fn times_of_any_size_are_told(hour in any::<u32>(), minute in any::<u32>(), size in 1u32..=1440) {
        let clock = Clock::at(hour, minute);
        let exact = u64::from(hour) * 60 + u64::from(minute);
        prop_assert_eq!(u64::from(clock.0), exact.min(u64::from(u32::MAX)));
        prop_assert!(!clock.to_string().is_empty());
        let grid = Grid::new(size).unwrap();
        let step = grid.steps_for(minute);
        prop_assert!(u64::from(grid.minute_of(step)) >= u64::from(minute.min(u32::from(Step::MAX))));
        let _ = (Window::new(step, hour as Step).steps(), grid.clock(step).to_string());
        let _ = (grid.step_at(minute), berlin().instant(date("2027-07-01"), minute));
        let _ = berlin().end_instant(NaiveDate::MAX, minute);
    }

    #[test]
    fn a_clock_time_is_read_as_written(minute in 0u32..=1440) {
        prop_assert_eq!(Clock(minute).to_string().parse(), Ok(Clock(minute)));
    }

    #[test]
    fn steps_are_the_minutes_that_the_grid_divides(size in 1u32..=1440, minute in 0u32..=1440) {
        let grid = Grid::new(size).unwrap();
        let step = grid.step_at(minute);
        prop_assert_eq!(step.is_some(), minute % size == 0);
        prop_assert!(step.is_none_or(|step| grid.minute_of(step) == minute));
        let steps = u32::from(grid.steps_for(minute));
        prop_assert!(steps * size >= minute && (steps == 0 || (steps - 1) * size < minute));
    }
}
