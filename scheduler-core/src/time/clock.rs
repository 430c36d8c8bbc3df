//! Wall-clock times of a day.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// A minute of the day, 0 (`"00:00"`) to 1440 (`"24:00"`, the end of the day), as the wall clock
/// shows it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clock(pub u32);

/// A text that is no wall-clock time.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("not a wall-clock time from \"00:00\" to \"24:00\"")]
pub struct ClockError;

impl Clock {
    /// The wall-clock time `hour`:`minute`; later than 24:00 where the arguments are out of range,
    /// at the latest the last that can be told.
    pub const fn at(hour: u32, minute: u32) -> Self {
        Self(hour.saturating_mul(60).saturating_add(minute))
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl FromStr for Clock {
    type Err = ClockError;

    /// Reads two digits, a colon and two digits.
    fn from_str(text: &str) -> Result<Self, ClockError> {
        let &[h1, h2, b':', m1, m2] = text.as_bytes() else {
            return Err(ClockError);
        };
        let two = |tens: u8, ones: u8| {
            (tens.is_ascii_digit() && ones.is_ascii_digit())
                .then(|| u32::from(tens - b'0') * 10 + u32::from(ones - b'0'))
        };
        match (two(h1, h2), two(m1, m2)) {
            (Some(hour), Some(minute)) if minute < 60 && hour * 60 + minute <= 1440 => {
                Ok(Self::at(hour, minute))
            }
            _ => Err(ClockError),
        }
    }
}
