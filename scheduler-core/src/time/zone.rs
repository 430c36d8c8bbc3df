//! Wall-clock times to instants and back; the only file that knows the rules of time zones.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use jiff::tz::{AmbiguousOffset, Offset, TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, civil};
use thiserror::Error;

/// A time zone by its IANA name, with the rules that are compiled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Zone {
    name: String,
    rules: TimeZone,
}

/// Minutes of one date that the clock skips or shows twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClockChange {
    /// First minute concerned, from local midnight.
    pub from: u32,
    /// First minute after, at most 1440.
    pub until: u32,
    /// Whether the clock is set forward, so that the minutes do not exist; otherwise they come
    /// twice.
    pub removed: bool,
}

/// Why a wall-clock time has no single instant, or a name no rules.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ZoneError {
    /// No zone of that name.
    #[error("there is no time zone {0:?}")]
    Unknown(String),
    /// The clock is set forward over that time.
    #[error("{0} does not exist in {1}: the clock is set forward over it")]
    Gap(NaiveDateTime, String),
    /// The clock is set back over that time: it comes twice.
    #[error("{0} comes twice in {1}: the clock is set back over it")]
    Fold(NaiveDateTime, String),
    /// Outside the years that can be computed with.
    #[error("{0} is outside the supported years")]
    OutOfRange(NaiveDateTime),
}

impl Zone {
    /// The zone called `name`, such as `"Europe/Berlin"`.
    ///
    /// # Errors
    /// [`ZoneError::Unknown`] where the bundled database has no such zone.
    pub fn new(name: &str) -> Result<Self, ZoneError> {
        // Not `TimeZone::get`: where another crate of the same build switches on jiff's default
        // features, that one reads the rules of the machine, or those that `TZDIR` points to.
        TimeZoneDatabase::bundled()
            .get(name)
            .map(|rules| Self { name: name.to_owned(), rules })
            .map_err(|_| ZoneError::Unknown(name.to_owned()))
    }

    /// The IANA name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The instant at which the wall clock shows `minute` minutes after midnight of `date`.
    /// Minute 1440 is the next midnight.
    ///
    /// # Errors
    /// [`ZoneError::Gap`] and [`ZoneError::Fold`] where a clock change removes or doubles the time.
    pub fn instant(
        &self,
        date: NaiveDate,
        minute: u32,
    ) -> Result<DateTime<FixedOffset>, ZoneError> {
        let local = local_time(date, minute)?;
        match self.offset(local)? {
            AmbiguousOffset::Unambiguous { offset } => with_offset(local, offset),
            AmbiguousOffset::Gap { .. } => Err(ZoneError::Gap(local, self.name.clone())),
            AmbiguousOffset::Fold { .. } => Err(ZoneError::Fold(local, self.name.clone())),
        }
    }

    /// The first instant at which the wall clock shows `minute` minutes after midnight of `date` or
    /// later. The same as [`Self::instant`], except where a clock change removes the time: then it
    /// is the change; or where the time comes twice: then it is the first of the two.
    ///
    /// # Errors
    /// [`ZoneError::OutOfRange`] outside the supported years.
    pub fn first_instant(
        &self,
        date: NaiveDate,
        minute: u32,
    ) -> Result<DateTime<FixedOffset>, ZoneError> {
        let local = local_time(date, minute)?;
        match self.offset(local)? {
            AmbiguousOffset::Unambiguous { offset } => with_offset(local, offset),
            AmbiguousOffset::Fold { before, .. } => with_offset(local, before),
            AmbiguousOffset::Gap { before, after } => {
                // Read with the offset after the change, the time lies before it.
                let eve = with_offset(local, after)?.timestamp();
                let eve = Timestamp::from_second(eve).map_err(|_| ZoneError::OutOfRange(local))?;
                let next = self.rules.following(eve).find(|change| change.offset() != before);
                let change = next.ok_or(ZoneError::OutOfRange(local))?;
                let offset = FixedOffset::east_opt(change.offset().seconds());
                DateTime::from_timestamp(change.timestamp().as_second(), 0)
                    .zip(offset)
                    .map(|(instant, offset)| instant.with_timezone(&offset))
                    .ok_or(ZoneError::OutOfRange(local))
            }
        }
    }

    /// The instant at which a half-open stretch ends whose last minute is the one before `minute`.
    ///
    /// The same as [`Self::instant`] except where a clock change begins at that very minute: the
    /// stretch ends when the clock is changed, so the offset is the one before the change.
    ///
    /// # Errors
    /// [`ZoneError::OutOfRange`] outside the supported years.
    pub fn end_instant(
        &self,
        date: NaiveDate,
        minute: u32,
    ) -> Result<DateTime<FixedOffset>, ZoneError> {
        let local = local_time(date, minute)?;
        match self.offset(local)? {
            AmbiguousOffset::Unambiguous { offset: before }
            | AmbiguousOffset::Gap { before, .. }
            | AmbiguousOffset::Fold { before, .. } => with_offset(local, before),
        }
    }

    fn offset(&self, local: NaiveDateTime) -> Result<AmbiguousOffset, ZoneError> {
        let civil = civil_of(local).ok_or(ZoneError::OutOfRange(local))?;
        Ok(self.rules.to_ambiguous_timestamp(civil).offset())
    }

    /// The minutes of `date` that clock changes remove or double, in order; nearly always none.
    ///
    /// A change that spans midnight is cut to the date, one that takes seconds is widened to whole
    /// minutes. Dates outside the supported years have none.
    pub fn clock_changes(&self, date: NaiveDate) -> Vec<ClockChange> {
        // No offset is beyond 26 hours, so that a change of this date's clock lies within two days.
        let around = |days: i64| {
            let midnight = date.and_time(NaiveTime::MIN).and_utc();
            let second = midnight.timestamp() + days * 86_400;
            Timestamp::from_second(second).ok()
        };
        let (Some(first), Some(last)) = (around(-2), around(3)) else {
            return Vec::new();
        };
        let midnight = date.and_time(NaiveTime::MIN).and_utc().timestamp();
        self.rules
            .following(first)
            .take_while(|change| change.timestamp() <= last)
            .filter_map(|change| {
                let at = change.timestamp().as_second();
                let eve = Timestamp::from_second(at - 1).ok()?;
                let before = i64::from(self.rules.to_offset(eve).seconds());
                let after = i64::from(change.offset().seconds());
                let removed = after > before;
                let (from, until) = (at + before.min(after), at + before.max(after));
                let minute = |second: i64| u32::try_from(second.clamp(0, 1440)).ok();
                let from = minute((from - midnight).div_euclid(60))?;
                let until = minute((until - midnight + 59).div_euclid(60))?;
                (from < until).then_some(ClockChange { from, until, removed })
            })
            .collect()
    }

    /// What the wall clock shows at `instant`: date, and seconds after midnight.
    /// `None` outside the supported years.
    pub fn wall_clock(&self, instant: DateTime<FixedOffset>) -> Option<(NaiveDate, u32)> {
        let timestamp = Timestamp::from_second(instant.timestamp()).ok()?;
        let offset = FixedOffset::east_opt(self.rules.to_offset(timestamp).seconds())?;
        let local = instant.with_timezone(&offset).naive_local();
        Some((local.date(), local.time().num_seconds_from_midnight()))
    }

    /// What the wall clock shows when a half-open stretch ends at `instant`: the end belongs to
    /// the time before it, so that midnight is second 86,400 of the date that ends, and a clock
    /// change at that instant has not yet happened. `None` outside the supported years.
    pub fn end_wall_clock(&self, instant: DateTime<FixedOffset>) -> Option<(NaiveDate, u32)> {
        let eve = instant.checked_sub_signed(chrono::TimeDelta::seconds(1))?;
        self.wall_clock(eve).map(|(date, second)| (date, second + 1))
    }
}

fn local_time(date: NaiveDate, minute: u32) -> Result<NaiveDateTime, ZoneError> {
    let midnight = date.and_time(NaiveTime::MIN);
    midnight
        .checked_add_signed(chrono::TimeDelta::minutes(i64::from(minute)))
        .ok_or(ZoneError::OutOfRange(midnight))
}

fn with_offset(local: NaiveDateTime, offset: Offset) -> Result<DateTime<FixedOffset>, ZoneError> {
    FixedOffset::east_opt(offset.seconds())
        .and_then(|offset| local.and_local_timezone(offset).single())
        .ok_or(ZoneError::OutOfRange(local))
}

fn civil_of(local: NaiveDateTime) -> Option<civil::DateTime> {
    use chrono::Datelike;
    civil::DateTime::new(
        i16::try_from(local.year()).ok()?,
        i8::try_from(local.month()).ok()?,
        i8::try_from(local.day()).ok()?,
        i8::try_from(local.hour()).ok()?,
        i8::try_from(local.minute()).ok()?,
        i8::try_from(local.second()).ok()?,
        0,
    )
    .ok()
}
