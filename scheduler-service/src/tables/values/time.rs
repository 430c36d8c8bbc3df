//! Times of the day, dates and instants.

use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveDateTime, TimeDelta};
use scheduler_core::time::{Zone, ZoneError};

use super::super::book::{Cell, Looks};
use super::super::codes::{AMBIGUOUS, VALUE};
use super::{Context, Wrong, shown as shown_cell, text};

/// What a cell says of a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// A day without a time.
    Date(NaiveDate),
    /// A day and a time of the wall clock.
    Moment(NaiveDateTime),
    /// With an offset.
    Instant(DateTime<FixedOffset>),
}

/// The day with a serial number; nothing where there is none.
pub fn serial_day(number: f64, from_1904: bool) -> Option<NaiveDate> {
    let days = number.floor();
    if !(0.0..2_958_466.0).contains(&days) {
        return None;
    }
    // Spreadsheets count a 29 February 1900 that never was.
    let (first, days) = match (from_1904, days as u64) {
        (true, days) => (NaiveDate::from_ymd_opt(1904, 1, 1)?, days),
        (false, 60) => return None,
        (false, days @ 0..60) => (NaiveDate::from_ymd_opt(1899, 12, 31)?, days),
        (false, days) => (NaiveDate::from_ymd_opt(1899, 12, 30)?, days),
    };
    first.checked_add_days(Days::new(days))
}

/// The day and time with a serial number, to the nearest second.
fn serial_moment(number: f64, from_1904: bool) -> Option<NaiveDateTime> {
    let seconds = (number.fract() * 86_400.0).round();
    let day = serial_day(number, from_1904)?.and_hms_opt(0, 0, 0)?;
    day.checked_add_signed(TimeDelta::seconds(seconds as i64))
}

/// A serial number as the spreadsheet shows it.
pub(super) fn shown(number: f64, looks: Looks, from_1904: bool) -> String {
    let moment = serial_moment(number, from_1904);
    let shown = match looks {
        Looks::Date => moment.map(|moment| moment.date().to_string()),
        Looks::Time => {
            let seconds = (number * 86_400.0).round().max(0.0) as u64;
            let (hours, minutes, rest) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
            let rest = if rest == 0 { String::new() } else { format!(":{rest:02}") };
            Some(format!("{hours:02}:{minutes:02}{rest}"))
        }
        _ => moment.map(|moment| moment.format("%Y-%m-%d %H:%M").to_string()),
    };
    shown.unwrap_or_else(|| super::shown_number(number))
}

fn no_time(text: &str) -> Wrong {
    Wrong::new(
        VALUE,
        format!("{text:?} is no time of the day; write one such as 7:30, at most 24:00"),
        format!("„{text}“ ist keine Uhrzeit. Schreiben Sie sie wie 7:30, höchstens 24:00."),
    )
}

fn no_date(text: &str) -> Wrong {
    Wrong::new(
        VALUE,
        format!("{text:?} is no date; write one such as 2027-03-31 or 31.3.2027"),
        format!("„{text}“ ist kein Datum. Schreiben Sie es wie 31.3.2027 oder 2027-03-31."),
    )
}

/// A time of the day, as the format writes it.
pub(super) fn clock(cell: &Cell, context: &Context<'_>) -> Result<String, Wrong> {
    let wrong = || no_time(&shown_cell(cell, context));
    let minutes = match cell {
        Cell::Text(text) => clock_text(text::trimmed(text)).ok_or_else(wrong)?,
        Cell::Number(number, looks) => {
            let is_time = match looks {
                Looks::Time => (0.0..=1.0).contains(number),
                Looks::Plain => *number > 0.0 && *number < 1.0,
                _ => false,
            };
            let minutes = number * 1440.0;
            if !is_time || (minutes - minutes.round()).abs() > 0.001 {
                return Err(wrong());
            }
            minutes.round() as u32
        }
        Cell::Switch(_) | Cell::Error(_) | Cell::Formula(_) => return Err(wrong()),
    };
    Ok(format!("{:02}:{:02}", minutes / 60, minutes % 60))
}

/// Minutes after midnight: 7:30, 7.30 Uhr, 7h30, 7 Uhr, 7:30 pm.
fn clock_text(text: &str) -> Option<u32> {
    let small = text.to_lowercase();
    let half = |end: &str| small.strip_suffix(end).map(str::trim_end);
    let afternoon = half("pm").or_else(|| half("p.m."));
    let morning = half("am").or_else(|| half("a.m."));
    let (bare, half) = match (afternoon, morning) {
        (Some(bare), _) => (bare, Some(12)),
        (None, Some(bare)) => (bare, Some(0)),
        (None, None) => (small.as_str(), None),
    };
    let in_hours = bare.strip_suffix("uhr").or_else(|| bare.strip_suffix('h')).map(str::trim_end);
    let bare = in_hours.unwrap_or(bare);
    let number = |text: &str| {
        ((1..=2).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| text.parse::<u32>().ok())?
    };
    let (hour, minute) = match bare.split_once([':', '.', 'h']) {
        Some((hour, rest)) => {
            let (minute, seconds) = rest.split_once(':').unwrap_or((rest, "00"));
            let is_whole = seconds.trim_end_matches(".000") == "00";
            (number(hour)?, number(minute).filter(|_| minute.len() == 2 && is_whole)?)
        }
        None => (number(bare).filter(|_| in_hours.is_some() || half.is_some())?, 0),
    };
    let hour = match half {
        Some(_) if !(1..=12).contains(&hour) => return None,
        Some(half) => hour % 12 + half,
        None => hour,
    };
    (minute < 60 && hour * 60 + minute <= 1440).then_some(hour * 60 + minute)
}

/// A date.
pub(super) fn date(cell: &Cell, context: &Context<'_>) -> Result<NaiveDate, Wrong> {
    let shown = || shown_cell(cell, context);
    match moment(cell, context)? {
        Day::Date(date) => Ok(date),
        Day::Moment(moment) if moment.time() == chrono::NaiveTime::MIN => Ok(moment.date()),
        Day::Moment(_) | Day::Instant(_) => Err(Wrong::new(
            VALUE,
            format!("a date belongs here, and {:?} has a time, too; leave the time out", shown()),
            format!(
                "Hier gehört ein Datum hin, und „{}“ hat auch eine Uhrzeit. Lassen Sie die Uhrzeit weg.",
                shown()
            ),
        )),
    }
}

/// An instant, as the format writes it.
pub(super) fn instant(cell: &Cell, context: &Context<'_>) -> Result<String, Wrong> {
    // What has an offset stays as it is written.
    if let Cell::Text(text) = cell
        && DateTime::parse_from_rfc3339(text::trimmed(text)).is_ok()
    {
        return Ok(text::trimmed(text).to_owned());
    }
    let shown = shown_cell(cell, context);
    match moment(cell, context)? {
        Day::Instant(instant) => Ok(instant.to_rfc3339()),
        Day::Moment(moment) => at_wall_clock(moment, &shown, context.zone),
        // Beside another cell that has a time it is one.
        Day::Date(date) if matches!(cell, Cell::Number(_, Looks::DateTime)) => {
            at_wall_clock(date.and_time(chrono::NaiveTime::MIN), &shown, context.zone)
        }
        Day::Date(_) => Err(Wrong::new(
            VALUE,
            format!("{shown:?} has no time; write the date with a time, such as 2027-03-31 07:30"),
            format!(
                "„{shown}“ hat keine Uhrzeit. Schreiben Sie Tag und Uhrzeit, etwa 31.3.2027 7:30."
            ),
        )),
    }
}

/// The instant at which the wall clock shows `moment`.
fn at_wall_clock(moment: NaiveDateTime, shown: &str, zone: Option<&Zone>) -> Result<String, Wrong> {
    let Some(zone) = zone else {
        return Err(Wrong::new(
            VALUE,
            format!(
                "{shown:?} has no offset, and there is no time zone to read it in; state the time zone"
            ),
            format!(
                "„{shown}“ hat keine Zeitzone, und das Szenario nennt keine. Nennen Sie die Zeitzone."
            ),
        ));
    };
    let seconds =
        moment.signed_duration_since(moment.date().and_time(chrono::NaiveTime::MIN)).num_seconds();
    let minute = u32::try_from(seconds / 60).unwrap_or_default();
    match zone.instant(moment.date(), minute) {
        Ok(instant) => Ok((instant + TimeDelta::seconds(seconds % 60)).to_rfc3339()),
        Err(error) => {
            let fold = matches!(error, ZoneError::Fold { .. });
            let (en, de) = if fold {
                (
                    "comes twice, as the clock is set back",
                    "gibt es zweimal, weil die Uhr zurückgestellt wird",
                )
            } else {
                (
                    "does not exist, as the clock is set forward",
                    "gibt es nicht, weil die Uhr vorgestellt wird",
                )
            };
            Err(Wrong::new(
                AMBIGUOUS,
                format!(
                    "{shown:?} {en}; write another time, or with its offset, such as 2027-10-31T02:30:00+02:00"
                ),
                format!(
                    "„{shown}“ {de}. Schreiben Sie eine andere Zeit, oder mit Abstand zu UTC, etwa 2027-10-31T02:30:00+02:00."
                ),
            ))
        }
    }
}

/// What of the wall clock an instant of the format shows, where that tells it exactly: date and seconds.
pub fn local_day_time(instant: &str, zone: &Zone) -> Option<(NaiveDate, u32)> {
    let instant = DateTime::parse_from_rfc3339(instant).ok()?;
    let (date, seconds) = zone.wall_clock(instant)?;
    let same = zone.instant(date, seconds / 60).ok()? + TimeDelta::seconds(i64::from(seconds % 60));
    (same == instant && same.offset() == instant.offset()).then_some((date, seconds))
}

/// The day that a cell names, with whatever time.
///
/// # Errors
/// Where it names none, or may name two.
pub fn moment(cell: &Cell, context: &Context<'_>) -> Result<Day, Wrong> {
    let shown = || shown_cell(cell, context);
    match cell {
        Cell::Text(text) => day_text(text::trimmed(text)),
        Cell::Number(number, Looks::Date | Looks::DateTime | Looks::Plain) => {
            // A bare number is a date where the spreadsheet has lost the format: 1990 to 2099.
            let from_1904 = if context.from_1904 { 1462.0 } else { 0.0 };
            let is_likely = (32_874.0..73_051.0).contains(&(number + from_1904));
            let is_plain = matches!(cell, Cell::Number(_, Looks::Plain));
            let moment =
                serial_moment(*number, context.from_1904).filter(|_| is_likely || !is_plain);
            let moment = moment.ok_or_else(|| no_date(&shown()))?;
            // A date that is typed into a cell for date and time looks like midnight. Who means
            // midnight writes it as a text, as this program does.
            let is_bare = moment.time() == chrono::NaiveTime::MIN;
            Ok(if is_bare { Day::Date(moment.date()) } else { Day::Moment(moment) })
        }
        _ => Err(no_date(&shown())),
    }
}

fn day_text(text: &str) -> Result<Day, Wrong> {
    if let Ok(instant) = DateTime::parse_from_rfc3339(text) {
        return Ok(Day::Instant(instant));
    }
    // A weekday before it says nothing that the date does not.
    let bare = text
        .trim_start_matches(|c: char| c.is_alphabetic())
        .trim_start_matches(['.', ','])
        .trim_start();
    let text_of_day = if bare.starts_with(|c: char| c.is_ascii_digit()) && starts_with_weekday(text)
    {
        bare
    } else {
        text
    };
    if let Some(date) = date_text(text_of_day)? {
        return Ok(Day::Date(date));
    }
    // A day, then a time.
    let splits = text_of_day.char_indices().filter(|(_, c)| matches!(c, ' ' | 'T' | ','));
    for (place, _) in splits {
        let (day, time) = text_of_day.split_at(place);
        let time = time.trim_start_matches([' ', 'T', ',']);
        let time = time.strip_prefix("um ").or_else(|| time.strip_prefix("at ")).unwrap_or(time);
        let Some(minutes) = clock_text(time) else { continue };
        if let Some(date) = date_text(day.trim())? {
            let midnight = date.and_time(chrono::NaiveTime::MIN);
            return Ok(Day::Moment(midnight + TimeDelta::minutes(i64::from(minutes))));
        }
    }
    Err(no_date(text))
}

fn starts_with_weekday(text: &str) -> bool {
    const DAYS: [&str; 14] =
        ["mo", "di", "mi", "do", "fr", "sa", "so", "mon", "tue", "wed", "thu", "fri", "sat", "sun"];
    let word: String =
        text.chars().take_while(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect();
    DAYS.iter().any(|day| word == *day)
        || word.ends_with("tag")
        || word.ends_with("day")
        || word == "mittwoch"
}

/// The date that a text writes; nothing where it is none.
fn date_text(text: &str) -> Result<Option<NaiveDate>, Wrong> {
    let part = |text: &str| {
        let is_number =
            (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then(|| text.parse::<u32>().ok())?
    };
    let ymd = |year: u32, month: u32, day: u32| {
        NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)
    };
    for mark in ['-', '.', '/'] {
        let pieces: Vec<&str> = text.split(mark).map(str::trim).collect();
        let [first, second, third] = pieces.as_slice() else { continue };
        let (Some(a), Some(b), Some(c)) = (part(first), part(second), part(third)) else {
            continue;
        };
        if first.len() == 4 && second.len() <= 2 && third.len() <= 2 {
            return Ok(ymd(a, b, c));
        }
        if first.len() > 2 || second.len() > 2 {
            continue;
        }
        if third.len() == 2 && mark != '-' {
            return Err(Wrong::new(
                AMBIGUOUS,
                format!("{text:?} has a year of two digits; write four, such as 2027"),
                format!("„{text}“ hat ein Jahr aus zwei Ziffern. Schreiben Sie vier, etwa 2027."),
            ));
        }
        if third.len() != 4 {
            continue;
        }
        if mark == '.' || a > 12 {
            return Ok(ymd(c, b, a));
        }
        if mark == '/' && b > 12 {
            return Ok(ymd(c, a, b));
        }
        if a == b {
            return Ok(ymd(c, a, b));
        }
        return Err(Wrong::new(
            AMBIGUOUS,
            format!(
                "{text:?} may be in month {a} or month {b}; write the date as {c}-… with year, month and day, such as 2027-03-31"
            ),
            format!(
                "„{text}“ kann im Monat {a} oder im Monat {b} sein. Schreiben Sie das Datum wie 31.3.2027."
            ),
        ));
    }
    Ok(named_month(text))
}

/// 1. März 2027, March 1, 2027 and the like.
fn named_month(text: &str) -> Option<NaiveDate> {
    const MONTHS: [[&str; 3]; 12] = [
        ["januar", "january", "jan"],
        ["februar", "february", "feb"],
        ["märz", "march", "mar"],
        ["april", "april", "apr"],
        ["mai", "may", "may"],
        ["juni", "june", "jun"],
        ["juli", "july", "jul"],
        ["august", "august", "aug"],
        ["september", "september", "sep"],
        ["oktober", "october", "oct"],
        ["november", "november", "nov"],
        ["dezember", "december", "dec"],
    ];
    let words: Vec<String> = text
        .split([' ', ',', '.'])
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    let [one, two, three] = words.as_slice() else { return None };
    let month_of = |word: &str| {
        let short = |name: &str| word.chars().count() >= 3 && name.starts_with(word);
        MONTHS
            .iter()
            .position(|names| names.iter().any(|name| short(name)))
            .map(|place| place as u32 + 1)
    };
    let (day, month) = match (month_of(one), month_of(two)) {
        (Some(month), None) => (two, month),
        (None, Some(month)) => (one, month),
        _ => return None,
    };
    let day = day.trim_end_matches(|c: char| c.is_alphabetic()).parse().ok()?;
    let year = three.parse().ok().filter(|_| three.len() == 4)?;
    NaiveDate::from_ymd_opt(year, month, day)
}

#[cfg(test)]
mod tests {
    use super::super::super::book::Decimal;
    use super::*;

    fn context() -> Context<'static> {
        Context { decimal: Decimal::Unknown, from_1904: false, zone: None }
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, time) in [
            ("7:30", "07:30"),
            ("07:30:00", "07:30"),
            ("7.30 Uhr", "07:30"),
            ("7 Uhr", "07:00"),
            ("7h30", "07:30"),
            ("7:30 pm", "19:30"),
            ("12:15 AM", "00:15"),
            ("24:00", "24:00"),
        ] {
            assert_eq!(clock(&Cell::Text(text.into()), &context()).as_deref(), Ok(time), "{text}");
        }
        for text in ["7", "7.5", "24:01", "7:60", "25:00", "13 pm", "7:30:20", "730", ":30", "früh"]
        {
            assert!(clock(&Cell::Text(text.into()), &context()).is_err(), "{text}");
        }
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        for text in [
            "1.3.2027",
            "01.03.2027",
            "2027-03-01",
            "2027/3/1",
            "1. März 2027",
            "March 1, 2027",
            "1 Mar 2027",
            "Mo, 1.3.2027",
            "Montag 01.03.2027",
        ] {
            let read = date(&Cell::Text(text.into()), &context());
            assert_eq!(read.map(|date| date.to_string()).as_deref(), Ok("2027-03-01"), "{text}");
        }
        for text in ["3/4/2027", "1.3.27", "31.2.2027", "heute", "2027", "1.3.", "1.3.2027 7:30"] {
            assert!(date(&Cell::Text(text.into()), &context()).is_err(), "{text}");
        }
        assert_eq!(serial_day(46447.0, false), serial_day(44985.0, true));
        assert_eq!(
            serial_day(46447.0, false).map(|day| day.to_string()).as_deref(),
            Some("2027-03-01")
        );
        assert_eq!(serial_day(60.0, false), None);
        assert_eq!(
            serial_day(59.0, false).map(|day| day.to_string()).as_deref(),
            Some("1900-02-28")
        );
    }
}
