//! Dates and times as people and systems write them.

use scheduler_core::learn::{DAY, MINUTE, WallMillis};

/// What a cell with a time says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cell {
    /// Date and time.
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

/// What follows a time: nothing, `Uhr`, or an offset of the zone of the wall clock. Greenwich's is
/// no office's.
fn ends(rest: &[u8]) -> bool {
    match rest {
        [] => true,
        [b'+' | b'-', offset @ ..] => {
            let digits = offset.iter().filter(|byte| byte.is_ascii_digit()).count();
            matches!(digits, 2 | 4) && offset.iter().all(|b| b.is_ascii_digit() || *b == b':')
        }
        _ => rest.trim_ascii().eq_ignore_ascii_case(b"uhr"),
    }
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

/// Reads a cell.
pub(super) fn read(text: &[u8]) -> Option<Cell> {
    let Some((date, rest)) = date(text) else {
        if let Some((time, rest)) = clock(text) {
            return ends(rest).then_some(Cell::Clock(time));
        }
        return serial(text);
    };
    let rest = match rest {
        [] => return Some(Cell::Date(date)),
        [b'T' | b't' | b' ' | b',', rest @ ..] => rest.trim_ascii_start(),
        _ => return None,
    };
    let (time, rest) = clock(rest)?;
    ends(rest).then_some(Cell::At(date * DAY + time))
}

#[cfg(test)]
mod tests {
    use super::{Cell, DAY, MINUTE, days, read};

    fn at(hour: i64, minute: i64) -> Option<Cell> {
        Some(Cell::At(20_760 * DAY + (hour * 60 + minute) * MINUTE))
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        assert_eq!(days(2026, 11, 3), Some(20_760));
        for text in [
            "2026-11-03T08:15:00",
            "2026-11-03 08:15",
            "2026-11-03T08:15:00.000+01:00",
            "3.11.2026 8:15",
            "03.11.26 08:15:00",
            "03.11.2026, 08:15 Uhr",
            "2026/11/03 8:15",
            "20261103T08:15",
            "46329,34375",
            "46329.34375",
        ] {
            assert_eq!(read(text.as_bytes()), at(8, 15), "{text}");
        }
        assert_eq!(read(b"08:15:30,25"), Some(Cell::Clock((8 * 60 + 15) * MINUTE + 30_250)));
        assert_eq!(read(b"24:10"), Some(Cell::Clock(1450 * MINUTE)));
        assert_eq!(read(b"3.11.2026"), Some(Cell::Date(20_760)));
    }

    #[test]
    fn what_is_no_date_or_may_be_two_is_refused() {
        for text in [
            "11/03/2026 8:15",
            "31.2.2026 8:15",
            "2026-13-01 8:15",
            "2026-11-03 8:75",
            "soon",
            "2026-11-03T08:15:00Z",
            "48:00",
            "8.15",
            "2026-11-03 08:15 PM",
            "",
        ] {
            assert_eq!(read(text.as_bytes()), None, "{text}");
        }
        assert_eq!(days(2027, 2, 29), None);
        assert_eq!(days(2028, 2, 29), Some(21_243));
    }
}
