//! Numbers, with a decimal comma or point.

use scheduler_core::scenario::wire::Field;
use serde_json::{Number, Value};

use super::super::book::{Cell, Decimal, Looks};
use super::super::codes::{AMBIGUOUS, UNIT, VALUE};
use super::{Context, Wrong, shown, shown_number, text};

/// The number that a cell holds; whole where it has to be.
pub(super) fn number(
    cell: &Cell,
    field: &Field,
    is_whole: bool,
    context: &Context<'_>,
) -> Result<Value, Wrong> {
    let number = match cell {
        Cell::Number(number, Looks::Plain | Looks::Percent) => *number,
        Cell::Number(number, looks) => return Err(of_time(*number, *looks, cell, field, context)),
        Cell::Text(text) => parse(text::trimmed(text), field, context.decimal)?,
        Cell::Switch(_) | Cell::Error(_) | Cell::Formula(_) => {
            return Err(no_number(&shown(cell, context), field));
        }
    };
    // Sums of fractions in spreadsheets are off in the last digits.
    let rounded = number.round();
    let is_near = is_whole && (number - rounded).abs() <= 1e-9 * rounded.abs().max(1.0);
    let number = if is_near { rounded } else { number };
    Ok(json(number))
}

fn json(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 9e15 && (number != 0.0 || number.is_sign_positive())
    {
        return Value::Number(Number::from(number as i64));
    }
    Number::from_f64(number).map_or(Value::Null, Value::Number)
}

/// That a date or a time is where a number belongs.
fn of_time(number: f64, looks: Looks, cell: &Cell, field: &Field, context: &Context<'_>) -> Wrong {
    let shown = shown(cell, context);
    if looks == Looks::Time && field.unit.contains("minutes") {
        let minutes = shown_number((number * 1440.0 * 1000.0).round() / 1000.0);
        return Wrong::new(
            UNIT,
            format!(
                "the cell holds the time {shown}, and the column counts minutes; write {minutes}, with the format \"Number\""
            ),
            format!(
                "Die Zelle enthält die Zeit {shown}, und die Spalte zählt Minuten. Schreiben Sie {minutes}, im Format „Zahl“."
            ),
        );
    }
    Wrong::new(
        VALUE,
        format!(
            "a number belongs here, and the spreadsheet holds the date or time {shown}, perhaps made of \
             something like 1.3; give the cell the format \"Number\" and write it again"
        ),
        format!(
            "Hier gehört eine Zahl hin, und die Tabelle enthält das Datum oder die Zeit {shown}, vielleicht \
             aus etwas wie 1.3 gemacht. Geben Sie der Zelle das Format „Zahl“, und schreiben Sie sie neu."
        ),
    )
}

fn no_number(text: &str, field: &Field) -> Wrong {
    let (en, de) = match field.unit {
        "" => (String::new(), String::new()),
        unit => (
            format!(" ({unit})"),
            format!(
                " ({})",
                super::super::words::unit(unit, scheduler_core::report::Language::German)
            ),
        ),
    };
    Wrong::new(
        VALUE,
        format!("{text:?} is not a number{en}; write digits only, such as 15 or 0.5"),
        format!("„{text}“ ist keine Zahl{de}. Schreiben Sie nur Ziffern, etwa 15 oder 0,5."),
    )
}

/// The number that a text writes.
pub(super) fn parse(text: &str, field: &Field, decimal: Decimal) -> Result<f64, Wrong> {
    let wrong = || no_number(text, field);
    if let Some(percent) = text.strip_suffix('%') {
        let number = digits(percent.trim_end(), decimal).ok_or_else(wrong)??;
        if field.unit.is_empty() {
            // Divided as text, so that 8.1 % is 0.081 and nothing beside it.
            let exact = format!("{number}e-2").parse();
            return exact.map_err(|_| wrong());
        }
        return Err(Wrong::new(
            UNIT,
            format!("{text} is a share, and the column counts {}; write how many", field.unit),
            format!(
                "{text} ist ein Anteil, und die Spalte zählt {}. Schreiben Sie, wie viele.",
                super::super::words::unit(field.unit, scheduler_core::report::Language::German)
            ),
        ));
    }
    if let Some(number) = digits(text, decimal) {
        return number;
    }
    Err(unit(text, field, decimal).unwrap_or_else(wrong))
}

/// That a number has a unit behind it, and what to write instead.
fn unit(text: &str, field: &Field, decimal: Decimal) -> Option<Wrong> {
    let end = text.rfind(|c: char| c.is_ascii_digit())? + 1;
    let (number, unit) = text.split_at(end);
    let number = digits(number.trim(), decimal)?.ok()?;
    let unit = unit.trim().trim_end_matches('.').to_lowercase();
    let in_minutes = match unit.as_str() {
        "h" | "std" | "stunde" | "stunden" | "hour" | "hours" => 60.0,
        "s" | "sek" | "sec" | "sekunden" | "seconds" => 1.0 / 60.0,
        _ => 1.0,
    };
    let factor = if field.unit.contains("minutes") { in_minutes } else { 1.0 };
    let plain = shown_number((number * factor * 1e6).round() / 1e6);
    let (en, de) = match field.unit {
        "" => ("has no unit".to_owned(), "hat keine Einheit".to_owned()),
        unit => (
            format!("counts {unit}"),
            format!(
                "zählt {}",
                super::super::words::unit(unit, scheduler_core::report::Language::German)
            ),
        ),
    };
    Some(Wrong::new(
        UNIT,
        format!("{text:?} has a unit, and the column {en}; write {plain}"),
        format!("„{text}“ hat eine Einheit, und die Spalte {de}. Schreiben Sie {plain}."),
    ))
}

/// What the decimal sign of a text that is a number must be, where that is certain.
pub fn decimal_evidence(text: &str) -> Option<Decimal> {
    let text = text::trimmed(text).trim_end_matches('%').trim_end().trim_start_matches(['+', '-']);
    let sign = |character| if character == ',' { Decimal::Comma } else { Decimal::Point };
    if !text.starts_with(|c: char| c.is_ascii_digit())
        || !text.bytes().all(|b| b.is_ascii_digit() || b == b',' || b == b'.')
    {
        return None;
    }
    let signs: Vec<(usize, char)> =
        text.char_indices().filter(|(_, c)| matches!(c, ',' | '.')).collect();
    let (end, last) = *signs.last()?;
    let after = text.len() - end - 1;
    let is_single = signs.len() == 1;
    let is_mixed = signs.iter().any(|&(_, sign)| sign != last)
        && signs.iter().filter(|&&(_, sign)| sign == last).count() == 1;
    let starts_with_zero = text.starts_with("0,") || text.starts_with("0.");
    (is_mixed || (is_single && (after != 3 || end > 3 || starts_with_zero)) && after > 0)
        .then(|| sign(last))
}

/// The number of a text without unit: nothing where it is none, an error where it may be two.
fn digits(text: &str, decimal: Decimal) -> Option<Result<f64, Wrong>> {
    // Spaces of all kinds and apostrophes set thousands apart.
    let spaced: Vec<&str> = text.split([' ', '\u{a0}', '\u{202f}', '\'', '’']).collect();
    if spaced.len() > 1 {
        let groups = spaced.get(1..)?.iter();
        let is_grouped = groups.clone().all(|group| {
            let whole = group.split([',', '.']).next().unwrap_or_default();
            whole.len() == 3 && whole.bytes().all(|byte| byte.is_ascii_digit())
        });
        if !is_grouped {
            return None;
        }
    }
    let bare = spaced.concat();
    let (sign, bare) = match bare.strip_prefix(['-', '−']) {
        Some(rest) => ("-", rest.to_owned()),
        None => ("", bare.strip_prefix('+').unwrap_or(&bare).to_owned()),
    };
    let plain = |text: &str| -> Option<f64> {
        let is_plain = text.starts_with(|c: char| c.is_ascii_digit())
            && text.bytes().all(|byte| {
                byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'-' | b'+')
            });
        let number: f64 = format!("{sign}{text}").parse().ok().filter(|_| is_plain)?;
        number.is_finite().then_some(number)
    };
    let signs: Vec<char> = bare.chars().filter(|c| matches!(c, ',' | '.')).collect();
    let certain = decimal_evidence(&bare);
    let mark = |decimal| if decimal == Decimal::Comma { ',' } else { '.' };
    match (signs.as_slice(), certain) {
        ([], _) => plain(&bare).map(Ok),
        ([only], Some(_)) => plain(&bare.replace(*only, ".")).map(Ok),
        ([only], None) => {
            let (before, after) = bare.split_once(*only)?;
            let is_group = (1..=3).contains(&before.len())
                && after.len() == 3
                && after.bytes().all(|b| b.is_ascii_digit());
            if !is_group {
                return plain(&bare.replace(*only, ".")).map(Ok);
            }
            if decimal != Decimal::Unknown && mark(decimal) == *only {
                return plain(&bare.replace(*only, ".")).map(Ok);
            }
            Some(Err(Wrong::new(
                AMBIGUOUS,
                format!(
                    "{text:?} may be {before}{after} or {before} and a fraction; write {before}{after}, or the fraction as a number of the spreadsheet"
                ),
                format!(
                    "„{text}“ kann {before}{after} heißen oder {before} und ein Bruchteil. Schreiben Sie {before}{after}, oder den Bruchteil als Zahl der Tabelle."
                ),
            )))
        }
        (_, Some(decimal)) => {
            let mark = mark(decimal);
            let (whole, fraction) = bare.split_once(mark)?;
            let mut groups = whole.split([',', '.']);
            let is_first = groups.next().is_some_and(|group| (1..=3).contains(&group.len()));
            (is_first && groups.all(|group| group.len() == 3))
                .then(|| plain(&format!("{}.{fraction}", whole.replace([',', '.'], ""))).map(Ok))?
        }
        // 1.234.567
        (signs, None) if signs.iter().all(|sign| Some(sign) == signs.first()) => {
            let mut groups = bare.split([',', '.']);
            let is_first = groups.next().is_some_and(|group| (1..=3).contains(&group.len()));
            (is_first && groups.all(|group| group.len() == 3))
                .then(|| plain(&bare.replace([',', '.'], "")).map(Ok))?
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, decimal: Decimal) -> Option<f64> {
        digits(text, decimal)?.ok()
    }

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, number) in [
            ("15", 15.0),
            ("-4", -4.0),
            ("1,5", 1.5),
            ("1.5", 1.5),
            ("0,125", 0.125),
            ("0.125", 0.125),
            ("1.234,5", 1234.5),
            ("1,234.5", 1234.5),
            ("1 234,5", 1234.5),
            ("12'500", 12500.0),
            ("1.234.567", 1_234_567.0),
            ("12345,678", 12345.678),
            ("1e-6", 1e-6),
        ] {
            assert_eq!(read(text, Decimal::Unknown), Some(number), "{text}");
        }
        for text in
            ["", "x", "1.2.3", "1,23,4", "12 5", "--1", "1e999", ".", "1.2345,6", "1.3.2027"]
        {
            assert_eq!(read(text, Decimal::Unknown), None, "{text}");
        }
    }

    #[test]
    fn what_can_be_read_in_two_ways_takes_the_sheet_to_tell() {
        assert!(digits("1.234", Decimal::Unknown).is_some_and(|read| read.is_err()));
        assert!(digits("1.234", Decimal::Comma).is_some_and(|read| read.is_err()));
        assert_eq!(read("1.234", Decimal::Point), Some(1.234));
        assert_eq!(read("1,234", Decimal::Comma), Some(1.234));
    }
}
