//! Between wall-clock times of the scenario's zone, instants and milliseconds.

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta, Utc};
use scheduler_core::time::Zone;

use crate::store::{PromiseRow, Status};

/// First instant and first instant after of a promise, by the rules of the zone as they are.
pub(super) fn window(
    zone: &Zone,
    row: &PromiseRow,
) -> (DateTime<FixedOffset>, DateTime<FixedOffset>) {
    let at = |minute: u32| instant(zone, row.day.date, minute);
    (at(row.minute), at(row.minute + row.minutes))
}

/// Whether it still matters at `now` who keeps a promise: it is not over, and nobody has come for it.
pub(super) fn is_ahead(zone: &Zone, row: &PromiseRow, now: DateTime<Utc>) -> bool {
    matches!(row.status, Status::Held | Status::Booked | Status::Stranded)
        && window(zone, row).1 > now
}

/// The instant at which the wall clock shows `minute` minutes after midnight of `date`. No promise
/// touches a time that a clock change removes or doubles, but may end where one begins.
pub(super) fn instant(zone: &Zone, date: NaiveDate, minute: u32) -> DateTime<FixedOffset> {
    zone.end_instant(date, minute).unwrap_or_default()
}

/// `instant` as the wall clocks of the zone show it.
pub(super) fn local(zone: &Zone, instant: DateTime<Utc>) -> DateTime<FixedOffset> {
    let utc = instant.fixed_offset();
    let offset = zone.wall_clock(utc).and_then(|(date, second)| {
        let shown = date.and_time(chrono::NaiveTime::MIN) + TimeDelta::seconds(i64::from(second));
        let whole = instant.timestamp();
        let ahead = i32::try_from(shown.and_utc().timestamp() - whole).ok()?;
        FixedOffset::east_opt(ahead)
    });
    offset.map_or(utc, |offset| instant.with_timezone(&offset))
}

/// The date that the wall clocks of the zone show at `instant`.
pub(super) fn date(zone: &Zone, instant: DateTime<Utc>) -> NaiveDate {
    local(zone, instant).date_naive()
}

/// The instant `milliseconds` after the Unix epoch.
pub(super) fn from_milliseconds(milliseconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(milliseconds).unwrap_or_default()
}
