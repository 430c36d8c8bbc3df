//! Wall-clock times to instants and back; the only file that knows the rules of time zones.

use chrono::{DateTime, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, Timelike};
use jiff::{civil, tz::TimeZone};
use thiserror::Error;

/// A time zone by its IANA name, with the rules that are compiled in.
#[derive(Debug, Clone, PartialEq)]
pub struct Zone {
    name: String,
    rules: TimeZone,
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
        TimeZone::get(name)
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
        let midnight = date.and_time(NaiveTime::MIN);
        let local = midnight
            .checked_add_signed(chrono::TimeDelta::minutes(i64::from(minute)))
            .ok_or(ZoneError::OutOfRange(midnight))?;
        let civil = civil_of(local).ok_or(ZoneError::OutOfRange(local))?;
        let ambiguous = self.rules.to_ambiguous_timestamp(civil);
        let offset = match ambiguous.offset() {
            jiff::tz::AmbiguousOffset::Unambiguous { offset } => offset,
            jiff::tz::AmbiguousOffset::Gap { .. } => {
                return Err(ZoneError::Gap(local, self.name.clone()));
            }
            jiff::tz::AmbiguousOffset::Fold { .. } => {
                return Err(ZoneError::Fold(local, self.name.clone()));
            }
        };
        FixedOffset::east_opt(offset.seconds())
            .and_then(|offset| local.and_local_timezone(offset).single())
            .ok_or(ZoneError::OutOfRange(local))
    }

    /// What the wall clock shows at `instant`: date, and seconds after midnight.
    /// `None` outside the supported years.
    pub fn wall_clock(&self, instant: DateTime<FixedOffset>) -> Option<(NaiveDate, u32)> {
        let timestamp = jiff::Timestamp::from_second(instant.timestamp()).ok()?;
        let offset = FixedOffset::east_opt(self.rules.to_offset(timestamp).seconds())?;
        let local = instant.with_timezone(&offset).naive_local();
        Some((local.date(), local.time().num_seconds_from_midnight()))
    }
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
