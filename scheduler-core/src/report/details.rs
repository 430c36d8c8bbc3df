//! What the message of a finding tells beside its code, in German: messages are English sentences with
//! values in them, and the sentence of the code says what is wrong. What is left are the values.
//!
//! Messages that say more than their values have a pattern here. All others give their values in order:
//! what stands in quotation marks, numbers, times, dates, ids with digits, and names of fields.

/// English messages and what they are in German. Each `{}` stands for a value, and `{0}`, `{1}` in German
/// for the first, the second and so on. Longer patterns first where one is the begin of another.
const PATTERNS: &[(&str, &str)] = &[
    ("there is no field {}; did you mean {}?", "{0}; gemeint ist wohl {1}"),
    ("there is no field {}; remove it or use one of {}", "{0}; es gibt {1}"),
    ("there is no {} {}; did you mean {}?", "{1}; gemeint ist wohl {2}"),
    ("{} is not {}; did you mean {}?", "{0}; gemeint ist wohl {2}"),
    ("the field {} is missing; add it", "{0}"),
    ("the field {} occurs twice; keep one", "{0}"),
    ("{} is {}; it must be above {} and at most {}", "{0} ist {1}; mehr als {2} und höchstens {3}"),
    ("{} is {}; it must be between {} and {}", "{0} ist {1}; von {2} bis {3}"),
    ("{} is not between {} and {}", "{0}; von {1} bis {2}"),
    ("{} has {} characters; it must have {} to {}", "{0} hat {1} Zeichen; {2} bis {3}"),
    ("{} has {} numbers; it must have {}", "{0} hat {1}; es müssen {2} sein"),
    ("{} has {} numbers; at most {}", "{0} hat {1}; höchstens {2}"),
    (
        "{} is {} there, not on the grid of {} minutes from midnight",
        "{0}, dort {1}; Raster {2} Minuten",
    ),
    (
        "{} is {} in {} and not on the grid of {} minutes from midnight",
        "{0}, in {2} {1}; Raster {3} Minuten",
    ),
    (
        "{} is not on the grid of {} minutes from midnight; use {}",
        "{0}; Raster {1} Minuten; etwa {2}",
    ),
    (
        "{} minutes is no multiple of the grid of {}; use {}",
        "{0} Minuten; Raster {1} Minuten; etwa {2}",
    ),
    ("it ends on {}, before it begins on {}; swap them", "Ende {0}, Beginn {1}"),
    ("it ends at {}, not after its begin at {}; correct one", "Ende {0}, Beginn {1}"),
    ("the window ends at {}, not after its begin at {}; correct it", "Ende {0}, Beginn {1}"),
    ("the id {} is already that of {}; give each {} its own", "{0} ist schon die von {1}"),
    (
        "on {} the shift {} overlaps shift {}; shorten one or put them on different days",
        "am {0}: {1} und {2}",
    ),
    (
        "on {} the shift {} and shift {} leave {} minutes for the way of {} between {} and {}; move one or shorten it",
        "am {0}: zwischen {1} und {2} bleiben {3} Minuten, der Weg von {5} nach {6} braucht {4}",
    ),
    (
        "a break of {} minutes between {} and {} has only {} minutes of the shift {}; shorten the break or widen its window",
        "Pause von {0} Minuten zwischen {1} und {2}; vom Dienst {4} bleiben dort {3} Minuten",
    ),
    (
        "{} clerks are asked for at {}, and only {} with the skills are on shift at {} on {}; lower it or change a shift",
        "verlangt {0} in {1}, im Dienst mit den Fähigkeiten {2} um {3} am {4}",
    ),
    (
        "{} is outside the horizon {} to {}; widen it or drop the appointment",
        "{0}; Zeitraum {1} bis {2}",
    ),
    (
        "{} persons for {}, which takes 1 to {}; correct it or split the appointment",
        "{0} Personen für {1}; höchstens {2}",
    ),
    ("max_share {} is below min_share {}; swap them", "max_share {0} liegt unter min_share {1}"),
    ("most {} is below least {}; swap them", "most {0} liegt unter least {1}"),
    (
        "quota {} at {} on {} has {} walk-in minutes of {} desk minutes, {} are the least",
        "Quote {0} in {1} am {2}: {3} von {4} Schalterminuten, mindestens {5}",
    ),
    (
        "quota {} at {} on {} has {} walk-in minutes of {} desk minutes, {} are the most",
        "Quote {0} in {1} am {2}: {3} von {4} Schalterminuten, höchstens {5}",
    ),
    (
        "clerk {} has no shift at {} throughout {}",
        "{0} ist in {1} nicht durchgehend im Dienst: {2}",
    ),
    ("clerk {} lacks {} for {}", "{0} fehlt {1} für {2}"),
    ("room {} lacks {} for {}", "{0} fehlt {1} für {2}"),
    ("room {} is at {}, the slot at {}", "Raum {0} ist in {1}, der Termin in {2}"),
    ("room {} is at {}, the block at {}", "Raum {0} ist in {1}, der Block in {2}"),
    ("{} on {} is taken by {} until {}", "{0} um {1}: bis {3} belegt von {2}"),
    ("{} is pinned to clerk {}", "{0} ist auf {1} festgelegt"),
    ("{} is pinned to room {}", "{0} ist auf Raum {1} festgelegt"),
    ("{} is claimed, {} is right", "angegeben {0}, richtig {1}"),
    ("{} is claimed, the plan reaches {}", "angegeben {0}, der Plan erreicht {1}"),
];

/// What `message` tells in German, without brackets; empty where it has no values.
pub(super) fn german(message: &str) -> String {
    let found = PATTERNS.iter().find_map(|&(english, german)| {
        let values = matched(english, message)?;
        let values: Vec<String> = values.into_iter().map(value).collect();
        // A value that says nothing in German leaves a gap.
        let used = |place: usize| german.contains(&format!("{{{place}}}"));
        if values.iter().enumerate().any(|(place, value)| used(place) && value.is_empty()) {
            return None;
        }
        let fill = |text: String, (place, value): (usize, &String)| {
            text.replace(&format!("{{{place}}}"), value)
        };
        Some(values.iter().enumerate().fold(german.to_owned(), fill))
    });
    found.unwrap_or_else(|| values(message))
}

/// What stands in place of each `{}` of a pattern; `None` where the message is another.
fn matched<'a>(pattern: &str, message: &'a str) -> Option<Vec<&'a str>> {
    let mut parts = pattern.split("{}");
    let mut rest = message.strip_prefix(parts.next()?)?;
    let mut found = Vec::new();
    let mut parts = parts.peekable();
    while let Some(part) = parts.next() {
        // The last part is the end of the message.
        let place = match (parts.peek(), part) {
            (None, "") => rest.len(),
            (None, part) => rest.len() - rest.strip_suffix(part).map(|_| part.len())?,
            (Some(_), part) => rest.find(part)?,
        };
        let (before, after) = rest.split_at(place);
        found.push(before);
        rest = after.strip_prefix(part)?;
    }
    rest.is_empty().then_some(found)
}

/// A value of a pattern: as it is where it has no words or lists names, else the values in it.
fn value(text: &str) -> String {
    let is_plain = tokens(text).iter().all(Token::is_value);
    let lists_names = text.split(", ").all(|name| !name.contains(' '));
    if is_plain || lists_names { quoted(text) } else { values(text) }
}

/// The values of a text, set apart by commas, each once in a row.
fn values(text: &str) -> String {
    let mut found: Vec<String> =
        tokens(text).into_iter().filter(Token::is_value).map(|token| token.text()).collect();
    found.dedup();
    found.join(", ")
}

/// A piece of a message.
#[derive(Debug, PartialEq, Eq)]
enum Token<'a> {
    /// In quotation marks.
    Quoted(&'a str),
    /// Between white space, without punctuation around it.
    Word(&'a str),
}

impl Token<'_> {
    fn is_value(&self) -> bool {
        match self {
            Self::Quoted(_) => true,
            Self::Word(word) => {
                word.contains(|c: char| c.is_ascii_digit() || c == '_')
                    || word.starts_with('/') && word.len() > 1
                    || matches!(*word, "–" | "%")
            }
        }
    }

    fn text(&self) -> String {
        match self {
            Self::Quoted(text) => format!("„{text}“"),
            Self::Word(word) => (*word).to_owned(),
        }
    }
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('"')
            && let Some(end) = inside.find('"')
        {
            tokens.push(Token::Quoted(&inside[..end]));
            rest = &inside[end + 1..];
        } else {
            let end = rest.char_indices().skip(1).find(|(_, c)| c.is_whitespace() || *c == '"');
            let (word, after) = rest.split_at(end.map_or(rest.len(), |(place, _)| place));
            let around = [',', ';', '.', ':', '?', '!', '(', ')', '[', ']', '"'];
            let word = word.trim_matches(around);
            if !word.is_empty() {
                tokens.push(Token::Word(word));
            }
            rest = after;
        }
        rest = rest.trim_start();
    }
    tokens
}

/// With the quotation marks of German.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut is_open = false;
    for character in text.chars() {
        match character {
            '"' => {
                out.push(if is_open { '“' } else { '„' });
                is_open = !is_open;
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_keep_their_values() {
        for (english, wanted) in [
            ("nobody asks", ""),
            (
                "there is no site \"nrod\"; did you mean \"nord\"?",
                "„nrod“; gemeint ist wohl „nord“",
            ),
            ("there is no site \"x\"; add the site or correct the id", "„x“"),
            ("share is 1.5; it must be between 0 and 1", "share ist 1.5; von 0 bis 1"),
            (
                "07:50 is not on the grid of 15 minutes from midnight; use 07:45",
                "07:50; Raster 15 Minuten; etwa 07:45",
            ),
            (
                "on 2027-03-04 the shift 08:00–12:00 overlaps shift 2 (11:00–15:00); shorten one or put them on different days",
                "am 2027-03-04: 08:00–12:00 und 2 (11:00–15:00)",
            ),
            ("expected a whole number, found 1.5", "1.5"),
            (
                "there is no field \"x\"; remove it or use one of earlier_days, days, de",
                "„x“; es gibt earlier_days, days, de",
            ),
            ("de has 0 characters; it must have 1 to 200", "de hat 0 Zeichen; 1 bis 200"),
            ("all numbers of by_hour are 0; raise one or leave out by_hour", "by_hour, 0, by_hour"),
            ("a text with an open \" mark", ""),
        ] {
            assert_eq!(german(english), wanted, "{english}");
        }
    }

    #[test]
    fn each_pattern_uses_values_that_it_has() {
        for (english, german) in PATTERNS {
            let count = english.matches("{}").count();
            let used = (0..10).filter(|place| german.contains(&format!("{{{place}}}")));
            assert!(used.max().is_some_and(|most| most < count), "{english}");
            assert!(!german.contains("{}"), "{german}");
        }
    }
}
