//! The rules of a time zone as calendars have them: VTIMEZONE, with every clock change by itself.

use std::fmt::Write as _;

use chrono::{
    DateTime, Datelike as _, Days, FixedOffset, NaiveDate, NaiveDateTime, Offset as _, TimeDelta,
};
use scheduler_core::time::Zone;

/// The lines of a `VTIMEZONE` that is right from `from` to `until`.
pub fn vtimezone(zone: &Zone, from: NaiveDate, until: NaiveDate) -> Vec<String> {
    let first = from.checked_sub_days(Days::new(370)).unwrap_or(from);
    let last = until.checked_add_days(Days::new(370)).unwrap_or(until);
    let offset = |day: NaiveDate| zone.first_instant(day, 0).ok().map(|instant| seconds(&instant));
    let mut lines = vec!["BEGIN:VTIMEZONE".to_owned(), format!("TZID:{}", zone.name())];
    let standard = standard_offset(zone, first);
    // What holds before the first change.
    let mut before = offset(first).unwrap_or(0);
    let begin = NaiveDate::from_ymd_opt(1970, 1, 1)
        .unwrap_or(first)
        .min(first)
        .and_time(chrono::NaiveTime::MIN);
    observance(&mut lines, begin, before, before, before > standard);
    let mut day = first;
    while day < last {
        let Some(next) = day.checked_add_days(Days::new(1)) else { break };
        if let Some(after) = offset(next).filter(|&after| after != before) {
            let at =
                change(zone, day, before).unwrap_or_else(|| next.and_time(chrono::NaiveTime::MIN));
            observance(&mut lines, at, before, after, after > standard);
            before = after;
        }
        day = next;
    }
    lines.push("END:VTIMEZONE".to_owned());
    lines
}

fn seconds(instant: &DateTime<FixedOffset>) -> i32 {
    instant.offset().fix().local_minus_utc()
}

/// The lesser of the offsets of a year.
fn standard_offset(zone: &Zone, day: NaiveDate) -> i32 {
    let months = (1..=12).filter_map(|month| NaiveDate::from_ymd_opt(day.year() + 1, month, 1));
    let offsets = months.filter_map(|day| zone.first_instant(day, 0).ok());
    offsets.map(|instant| seconds(&instant)).min().unwrap_or(0)
}

/// What the clock shows, as it went before, when it is changed on `day`.
fn change(zone: &Zone, day: NaiveDate, before: i32) -> Option<NaiveDateTime> {
    let midnight = zone.first_instant(day, 0).ok()?;
    // The first minute of the day whose offset is another.
    let (mut low, mut high) = (0_i64, 26 * 60);
    let offset_after = |minutes: i64| {
        let instant = midnight + TimeDelta::minutes(minutes);
        let (date, seconds_of_day) = zone.wall_clock(instant)?;
        let local =
            date.and_time(chrono::NaiveTime::MIN) + TimeDelta::seconds(i64::from(seconds_of_day));
        let offset = local.signed_duration_since(instant.naive_utc()).num_seconds();
        i32::try_from(offset).ok()
    };
    while low < high {
        let middle = (low + high) / 2;
        if offset_after(middle)? == before { low = middle + 1 } else { high = middle }
    }
    Some(midnight.naive_utc() + TimeDelta::minutes(low) + TimeDelta::seconds(i64::from(before)))
}

fn observance(
    lines: &mut Vec<String>,
    at: NaiveDateTime,
    before: i32,
    after: i32,
    is_summer: bool,
) {
    let kind = if is_summer { "DAYLIGHT" } else { "STANDARD" };
    lines.push(format!("BEGIN:{kind}"));
    lines.push(format!("DTSTART:{}", at.format("%Y%m%dT%H%M%S")));
    lines.push(format!("TZOFFSETFROM:{}", shown(before)));
    lines.push(format!("TZOFFSETTO:{}", shown(after)));
    lines.push(format!("END:{kind}"));
}

/// `+0100`.
fn shown(offset: i32) -> String {
    let sign = if offset < 0 { '-' } else { '+' };
    let offset = offset.abs();
    let mut text = format!("{sign}{:02}{:02}", offset / 3600, offset / 60 % 60);
    if offset % 60 != 0 {
        // Writing to a string cannot fail.
        let _ = write!(text, "{:02}", offset % 60);
    }
    text
}
