//! Dates and times as people and systems write them.

use chrono::{DateTime, Datelike as _, NaiveDate};
use scheduler_core::learn::{DAY, MINUTE, WallMillis};
use scheduler_core::time::Zone;

/// What a cell with a time says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell {
    /// Date and time of the wall clock.
    At(WallMillis),
    /// A date alone, as days since 1970.
    Date(i64),
    /// A time of the day; up to 48 hours, as what ends after midnight belongs to the day before.
    Clock(i64),
}

/// Days since 1 January 1970; `None` where there is no such date.
pub(super) fn days(year: i64, month: i64, day: i64) -> Option<i64> {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    if !(1900..=2200).contains(&year) || !(1..=longest).contains(&day) {
        return None;
    }
    let shifted = if month <= 2 { year - 1 } else { year };
    let era = shifted.div_euclid(400);
    let of_era = shifted.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// The digits at the beginning, and what follows.
fn number(text: &[u8]) -> Option<(i64, usize, &[u8])> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 || digits > 9 {
        return None;
    }
    let value = text[..digits].iter().fold(0, |value, byte| value * 10 + i64::from(byte - b'0'));
    Some((value, digits, &text[digits..]))
}

fn after(text: &[u8], separator: u8) -> Option<&[u8]> {
    text.split_first().filter(|(first, _)| **first == separator).map(|(_, rest)| rest)
}

/// `2026-11-03`, `2026/11/03`, `20261103` or `3.11.2026`, and what follows.
fn date(text: &[u8]) -> Option<(i64, &[u8])> {
    let (first, digits, rest) = number(text)?;
    if digits == 8 {
        return Some((days(first / 10_000, first / 100 % 100, first % 100)?, rest));
    }
    if digits == 4 {
        let separator = *rest.first().filter(|byte| matches!(byte, b'-' | b'/'))?;
        let (month, _, rest) = number(after(rest, separator)?)?;
        let (day, _, rest) = number(after(rest, separator)?)?;
        return Some((days(first, month, day)?, rest));
    }
    if digits > 2 {
        return None;
    }
    // Slashes would leave open which number is the month.
    let (month, _, rest) = number(after(rest, b'.')?)?;
    let (year, digits, rest) = number(after(rest, b'.')?)?;
    let year = match digits {
        4 => year,
        2 => 2000 + year,
        _ => return None,
    };
    Some((days(year, month, first)?, rest))
}

/// `8:15`, `08:15:30` or `08:15:30.123` in milliseconds, and what follows.
fn clock(text: &[u8]) -> Option<(i64, &[u8])> {
    let (hours, _, rest) = number(text)?;
    let (minutes, digits, rest) = number(after(rest, b':')?)?;
    if hours > 47 || digits != 2 || minutes > 59 {
        return None;
    }
    let mut time = (hours * 60 + minutes) * MINUTE;
    let Some(rest) = after(rest, b':') else { return Some((time, rest)) };
    let (seconds, digits, mut rest) = number(rest)?;
    if digits != 2 || seconds > 59 {
        return None;
    }
    time += seconds * 1000;
    if let Some(fraction) = after(rest, b'.').or_else(|| after(rest, b',')) {
        let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let thousandths = [100, 10, 1];
        time += fraction[..digits.min(3)]
            .iter()
            .zip(thousandths)
            .map(|(byte, unit)| i64::from(byte - b'0') * unit)
            .sum::<i64>();
        rest = &fraction[digits..];
    }
    Some((time, rest))
}

/// What follows a time: nothing, `Uhr`, or an offset from UTC in milliseconds, `Z` for none.
fn ends(rest: &[u8]) -> Option<Option<i64>> {
    let (sign, rest) = match rest {
        [] => return Some(None),
        [b'Z' | b'z'] => return Some(Some(0)),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return rest.trim_ascii().eq_ignore_ascii_case(b"uhr").then_some(None),
    };
    let (number, digits, rest) = number(rest)?;
    let (hours, minutes) = match (digits, rest) {
        (2, []) => (number, 0),
        (4, []) => (number / 100, number % 100),
        (2, [b':', ..]) => {
            let (minutes, digits, rest) = self::number(after(rest, b':')?)?;
            ((digits, rest) == (2, &[])).then_some((number, minutes))?
        }
        _ => return None,
    };
    (hours <= 18 && minutes <= 59).then_some(Some(sign * (hours * 60 + minutes) * MINUTE))
}

/// Days from Excel's beginning to 1970.
const EXCEL: i64 = 25_569;

/// A day and its part since then, as a number with a point or a comma.
fn serial(text: &[u8]) -> Option<Cell> {
    let text = std::str::from_utf8(text).ok()?.replace(',', ".");
    let number: f64 = text.parse().ok()?;
    // From 1954 to 2119.
    if !(20_000.0..80_000.0).contains(&number) {
        return None;
    }
    let date = number.floor() as i64 - EXCEL;
    if number.fract() == 0.0 {
        return Some(Cell::Date(date));
    }
    Some(Cell::At(date * DAY + (number.fract() * DAY as f64 / 1000.0).round() as i64 * 1000))
}

/// Reads a cell. Times with an offset are put onto the wall clock of `zone`; without a zone they are not
/// read.
pub(super) fn read(text: &[u8], zone: Option<&Zone>) -> Option<Cell> {
    let Some((date, rest)) = date(text) else {
        if let Some((time, rest)) = clock(text) {
            // Without a date nobody knows which offset its zone had.
            return ends(rest)?.is_none().then_some(Cell::Clock(time));
        }
        return serial(text);
    };
    let rest = match rest {
        [] => return Some(Cell::Date(date)),
        [b'T' | b't' | b' ' | b',', rest @ ..] => rest.trim_ascii_start(),
        _ => return None,
    };
    let (time, rest) = clock(rest)?;
    let shown = date * DAY + time;
    match ends(rest)? {
        None => Some(Cell::At(shown)),
        Some(offset) => wall(zone?, shown - offset).map(Cell::At),
    }
}

/// What the wall clock of `zone` shows at `instant`, in milliseconds since 1970 in UTC.
pub(super) fn wall(zone: &Zone, instant: i64) -> Option<WallMillis> {
    let (date, second) =
        zone.wall_clock(DateTime::from_timestamp_millis(instant)?.fixed_offset())?;
    Some(days_of(date) * DAY + i64::from(second) * 1000 + instant.rem_euclid(1000))
}

/// Days since 1 January 1970.
pub(super) fn days_of(date: NaiveDate) -> i64 {
    i64::from(date.num_days_from_ce()) - DAYS_TO_1970
}

/// Days from the first of the year 1, which is the first, to 1970.
const DAYS_TO_1970: i64 = 719_163;

#[cfg(test)]
mod tests {
    use super::{Cell, DAY, MINUTE, Zone, days, read};

    fn at(hour: i64, minute: i64) -> Option<Cell> {
        Some(Cell::At(20_760 * DAY + (hour * 60 + minute) * MINUTE))
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        assert_eq!(days(2026, 11, 3), Some(20_760));
        for text in [
            "2026-11-03T08:15:00",
            "2026-11-03 08:15",
            "3.11.2026 8:15",
            "03.11.26 08:15:00",
            "03.11.2026, 08:15 Uhr",
            "2026/11/03 8:15",
            "20261103T08:15",
            "46329,34375",
            "46329.34375",
        ] {
            assert_eq!(read(text.as_bytes(), None), at(8, 15), "{text}");
        }
        assert_eq!(read(b"08:15:30,25", None), Some(Cell::Clock((8 * 60 + 15) * MINUTE + 30_250)));
        assert_eq!(read(b"24:10", None), Some(Cell::Clock(1450 * MINUTE)));
        assert_eq!(read(b"3.11.2026", None), Some(Cell::Date(20_760)));
    }

    #[test]
    fn offsets_are_those_of_the_instant_and_not_of_the_place() {
        let berlin = Zone::new("Europe/Berlin").unwrap();
        for text in [
            "2026-11-03T07:15:00Z",
            "2026-11-03 07:15z",
            "2026-11-03T08:15:00.000+01:00",
            "2026-11-03T08:15:00+0100",
            "3.11.2026 08:15+01",
            "2026-11-03T02:15:00-05:00",
            "2026-11-03T12:45:00+05:30",
        ] {
            assert_eq!(read(text.as_bytes(), Some(&berlin)), at(8, 15), "{text}");
            assert_eq!(read(text.as_bytes(), None), None, "{text}");
        }
        // An hour that there is twice, and one before midnight on the day before.
        let shown = |text: &str| match read(text.as_bytes(), Some(&berlin)) {
            Some(Cell::At(at)) => at,
            other => panic!("{other:?}"),
        };
        assert_eq!(shown("2026-10-25T00:30:00Z"), shown("2026-10-25T01:30:00.000Z"));
        assert_eq!(shown("2026-07-01T22:30:00.250Z").rem_euclid(DAY), 30 * MINUTE + 250);
    }

    #[test]
    fn what_is_no_date_or_may_be_two_is_refused() {
        let berlin = Zone::new("Europe/Berlin").unwrap();
        for text in [
            "11/03/2026 8:15",
            "31.2.2026 8:15",
            "2026-13-01 8:15",
            "2026-11-03 8:75",
            "soon",
            "2026-11-03T08:15:00+25:00",
            "2026-11-03T08:15:00+1",
            "2026-11-03T08:15:00+01:00 Uhr",
            "08:15Z",
            "08:15+01:00",
            "48:00",
            "8.15",
            "2026-11-03 08:15 PM",
            "",
        ] {
            assert_eq!(read(text.as_bytes(), Some(&berlin)), None, "{text}");
        }
        assert_eq!(days(2027, 2, 29), None);
        assert_eq!(days(2028, 2, 29), Some(21_243));
    }
}
