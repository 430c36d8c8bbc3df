//! Targets as people type them: `walk-ins within 30 minutes >= 80 %`, `nächster freier Termin <= 14 Tage`.

use thiserror::Error;

use crate::scenario::{StaffFigure, StaffTarget};

/// Why a phrase is no target.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{phrase:?} is no target: {what}")]
pub struct PhraseError {
    /// What was typed.
    pub phrase: String,
    /// What is wrong, and what to write.
    pub what: String,
}

/// Words by which a figure is known, the longest first. All of the words of one entry must occur.
const FIGURES: &[(StaffFigure, &[&[&str]])] = &[
    (
        StaffFigure::WithoutOffer,
        &[&["without", "offer"], &["no", "offer"], &["ohne", "angebot"], &["without_offer"]],
    ),
    (
        StaffFigure::NextFree,
        &[
            &["next", "free"],
            &["next", "appointment"],
            &["nächst", "frei"],
            &["naechst", "frei"],
            &["nächst", "termin"],
            &["next_free"],
        ],
    ),
    (StaffFigure::Overtime, &[&["overtime"], &["überstunden"], &["nach schluss"], &["mehrarbeit"]]),
    (
        StaffFigure::WalkInsLost,
        &[
            &["walk-ins", "lost"],
            &["walk-ins", "leave"],
            &["ohne termin", "verloren"],
            &["ohne termin", "gehen"],
            &["spontan", "gehen"],
            &["walk_ins_lost"],
        ],
    ),
    (
        StaffFigure::AppointmentsWithin,
        &[
            &["appointments", "within"],
            &["with appointment", "within"],
            &["mit termin", "innerhalb"],
            &["mit termin", "binnen"],
            &["appointments_within"],
        ],
    ),
    (
        StaffFigure::AppointmentsMeanWait,
        &[
            &["appointments", "wait"],
            &["with appointment", "wait"],
            &["mit termin", "warte"],
            &["appointments_mean_wait"],
        ],
    ),
    (
        StaffFigure::WalkInsWithin,
        &[
            &["walk-ins", "within"],
            &["walk ins", "within"],
            &["without appointment", "within"],
            &["ohne termin", "innerhalb"],
            &["ohne termin", "binnen"],
            &["spontan", "innerhalb"],
            &["spontan", "binnen"],
            &["walk_ins_within"],
        ],
    ),
    (
        StaffFigure::WalkInsMeanWait,
        &[
            &["walk-ins", "wait"],
            &["walk ins", "wait"],
            &["without appointment", "wait"],
            &["ohne termin", "warte"],
            &["spontan", "warte"],
            &["walk_ins_mean_wait"],
        ],
    ),
];

const EXAMPLES: &str = "write for example \"walk-ins within 30 minutes >= 80 %\", \"walk-ins wait <= 15 \
                        minutes\", \"next free appointment <= 14 days\", \"requests without an offer <= \
                        2 %\" or \"overtime <= 15 minutes\", and \"at SITE\" where it is about one site";

/// Words that may stand in a phrase besides those of [`STEMS`].
const WORDS: &[&str] = &[
    "a", "an", "the", "of", "to", "for", "who", "that", "are", "is", "be", "at", "in", "on",
    "with", "without", "no", "not", "any", "more", "less", "than", "least", "most", "per", "cent",
    "all", "they", "must", "should", "and", "until", "after", "min", "mins", "h", "std", "walk",
    "ins", "walk-in", "walk-ins", "walkins", "get", "gets", "der", "die", "das", "den", "dem",
    "des", "ein", "eine", "einem", "einen", "einer", "ohne", "mit", "kein", "keine", "im", "am",
    "an", "bei", "von", "vom", "zu", "zum", "zur", "und", "bis", "nach", "nicht", "mehr",
    "weniger", "als", "sollen", "soll", "werden", "wird", "muss", "müssen", "alle", "aller", "je",
];

/// Beginnings of words that may stand in a phrase.
const STEMS: &[&str] = &[
    "minute",
    "hour",
    "stunde",
    "day",
    "tag",
    "week",
    "woche",
    "percent",
    "prozent",
    "appointment",
    "termin",
    "customer",
    "kund",
    "request",
    "wunsch",
    "wünsch",
    "anfrag",
    "offer",
    "angebot",
    "people",
    "person",
    "leute",
    "citizen",
    "bürger",
    "visitor",
    "besuch",
    "gäste",
    "guest",
    "overtime",
    "überstunde",
    "mehrarbeit",
    "schluss",
    "closing",
    "next",
    "nächst",
    "naechst",
    "free",
    "frei",
    "wait",
    "warte",
    "spontan",
    "lost",
    "lose",
    "leav",
    "verlor",
    "verlier",
    "gehen",
    "within",
    "innerhalb",
    "binnen",
    "höchstens",
    "hoechstens",
    "mindestens",
    "wenigstens",
    "time",
    "zeit",
    "mean",
    "average",
    "mittel",
    "mittler",
    "durchschnitt",
    "share",
    "anteil",
    "call",
    "aufgeruf",
    "serve",
    "bedien",
    "clerk",
    "beschäftigt",
    "target",
    "goal",
    "ziel",
    "walk_ins_",
    "appointments_",
    "next_free",
    "without_offer",
];

/// Words after which a site is named.
const BEFORE_SITES: [&str; 6] = ["at", "in", "im", "bei", "am", "an"];

/// What nobody would know what to make of: a word that no target has, a site that is not there, or a
/// number too many. `sites` are the ids, of which `named` stand in `text`.
fn stray(text: &str, sites: &[&str], named: &[&str], numbers: usize) -> Option<String> {
    let mut rest = text.to_owned();
    for site in named {
        rest = without_word(&rest, &site.to_lowercase());
    }
    for sign in [">=", "<=", "≥", "≤", "%"] {
        rest = rest.replace(sign, " ");
    }
    let is_mark = |c: char| c.is_ascii_punctuation() && c != '-' && c != '_';
    let words: Vec<&str> = rest.split_whitespace().map(|word| word.trim_matches(is_mark)).collect();
    let is_known = |word: &str| {
        // The unit may follow its number without a space.
        let unit = word.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.' || c == ',');
        unit.is_empty() || WORDS.contains(&unit) || STEMS.iter().any(|stem| unit.starts_with(stem))
    };
    let strays: Vec<usize> = (0..words.len()).filter(|&at| !is_known(words[at])).collect();
    if let Some(&first) = strays.first() {
        let known = sites.join(", ");
        let unknown: Vec<&str> = strays.iter().map(|&at| words[at]).collect();
        let unknown = unknown.join(" ");
        let is_place = first > 0 && BEFORE_SITES.contains(&words[first - 1]);
        return Some(if is_place {
            format!("no site {unknown}; sites are {known}")
        } else {
            format!("it is not known what {unknown:?} asks for; {EXAMPLES}; sites are {known}")
        });
    }
    let found = words.iter().filter(|word| word.starts_with(|c: char| c.is_ascii_digit())).count();
    (found > numbers).then(|| format!("it has a number too many; {EXAMPLES}"))
}

/// The target that `phrase` says, in English or German, of a scenario whose sites have these ids.
/// All of the phrase has to be understood.
///
/// ```
/// use scheduler_core::scenario::StaffFigure;
/// use scheduler_core::staffing::target;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let asked = target("walk-ins within 30 minutes >= 80 %", &["nord"])?;
/// assert_eq!((asked.of, asked.minutes, asked.at_least), (StaffFigure::WalkInsWithin, Some(30.0), Some(0.8)));
/// let asked = target("nächster freier Termin in nord höchstens 14 Tage", &["nord"])?;
/// assert_eq!((asked.of, asked.at_most), (StaffFigure::NextFree, Some(14.0)));
/// assert_eq!(asked.site.as_deref(), Some("nord"));
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// Where it is not clear what is meant.
pub fn target(phrase: &str, sites: &[&str]) -> Result<StaffTarget, PhraseError> {
    let refuse = |what: String| PhraseError { phrase: phrase.to_owned(), what };
    let text = phrase.to_lowercase();
    let (left, right) = split(&text).ok_or_else(|| {
        refuse(format!("it has no bound such as >= 80 % or <= 14 days; {EXAMPLES}"))
    })?;
    let known = FIGURES.iter().find(|(_, entries)| {
        entries.iter().any(|words| words.iter().all(|word| left.contains(word)))
    });
    let Some(&(figure, _)) = known else {
        return Err(refuse(format!("it names no figure that is known; {EXAMPLES}")));
    };
    let (bound, unit) = number(right).ok_or_else(|| refuse("its bound is no number".to_owned()))?;
    let is_percent = unit.starts_with('%')
        || unit.starts_with("percent")
        || unit.starts_with("per cent")
        || unit.starts_with("prozent");
    let bound = match (figure.is_share(), is_percent) {
        (true, true) => bound / 100.0,
        (true, false) if bound > 1.0 => {
            return Err(refuse(format!("{bound} is no share; write {bound} %")));
        }
        (false, true) => {
            return Err(refuse("this figure is no share, so it has no percent".to_owned()));
        }
        (false, false)
            if is_in_days(unit) != (figure == StaffFigure::NextFree) && has_unit(unit) =>
        {
            let unit = if figure == StaffFigure::NextFree { "days" } else { "minutes" };
            return Err(refuse(format!("this figure is asked for in {unit}")));
        }
        // Hours and weeks where minutes and days are meant.
        (false, false)
            if unit.starts_with("hour")
                || unit.starts_with("stunde")
                || unit.starts_with("std") =>
        {
            bound * 60.0
        }
        (false, false) if unit.starts_with("week") || unit.starts_with("woche") => bound * 7.0,
        _ => bound,
    };
    let minutes = if figure.is_within() {
        let after = ["within", "innerhalb", "binnen"];
        let from = after.iter().find_map(|word| Some(left.find(word)? + word.len()));
        let found = from.and_then(|from| first_number(&left[from..]));
        Some(found.ok_or_else(|| refuse("it does not say within how many minutes".to_owned()))?)
    } else {
        None
    };
    // Of sites whose ids contain each other the longest is meant.
    let mut by_length = sites.to_vec();
    by_length.sort_by_key(|site| std::cmp::Reverse(site.len()));
    let (mut named, mut rest) = (Vec::new(), text.clone());
    for site in by_length {
        let id = site.to_lowercase();
        if !WORDS.contains(&&*id) && has_word(&rest, &id)
            || BEFORE_SITES.iter().any(|before| has_word(&rest, &format!("{before} {id}")))
        {
            rest = without_word(&rest, &id);
            named.push(site);
        }
    }
    if named.len() > 1 {
        let named = named.join(", ");
        return Err(refuse(format!("it names several sites ({named}); write a target for each")));
    }
    if let Some(stray) = stray(&text, sites, &named, 1 + usize::from(figure.is_within())) {
        return Err(refuse(stray));
    }
    let at_least = figure.more_is_better();
    let is_at_least = text.contains(">=") || text.contains('≥') || says_least(&text);
    if is_at_least != at_least {
        let sign = if at_least { ">=" } else { "<=" };
        return Err(refuse(format!("of {figure} only {sign} asks for anything")));
    }
    Ok(StaffTarget {
        id: phrase.trim().to_owned(),
        of: figure,
        minutes,
        site: named.first().map(|&site| site.to_owned()),
        at_least: at_least.then_some(bound),
        at_most: (!at_least).then_some(bound),
        ..StaffTarget::default()
    })
}

const LEAST: [&str; 4] = ["at least", "mindestens", "wenigstens", "not less than"];
const MOST: [&str; 4] = ["at most", "höchstens", "hoechstens", "not more than"];

fn says_least(text: &str) -> bool {
    LEAST.iter().any(|word| text.contains(word))
}

/// What comes before the bound, and the bound.
fn split(text: &str) -> Option<(&str, &str)> {
    let signs = [">=", "<=", "≥", "≤"];
    let all = signs.iter().chain(&LEAST).chain(&MOST);
    all.filter_map(|sign| text.split_once(sign)).min_by_key(|(left, _)| left.len())
}

/// A number and what follows; `80 %`, `2,5 prozent`.
fn number(text: &str) -> Option<(f64, &str)> {
    let text = text.trim_start();
    let end =
        text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == ',')).unwrap_or(text.len());
    let value: f64 = text[..end].replace(',', ".").parse().ok()?;
    Some((value, text[end..].trim_start())).filter(|_| value.is_finite())
}

fn first_number(text: &str) -> Option<f64> {
    let start = text.find(|c: char| c.is_ascii_digit())?;
    let (value, unit) = number(&text[start..])?;
    let is_hours = unit.starts_with("hour") || unit.starts_with("stunde");
    Some(if is_hours { value * 60.0 } else { value })
}

fn is_in_days(unit: &str) -> bool {
    ["day", "tag", "week", "woche"].iter().any(|stem| unit.starts_with(stem))
}

/// Whether a bound of `unit` is a time.
fn has_unit(unit: &str) -> bool {
    is_in_days(unit) || ["min", "hour", "stunde", "std"].iter().any(|stem| unit.starts_with(stem))
}

/// Whether `word` stands in `text` by itself.
fn has_word(text: &str, word: &str) -> bool {
    place_of(text, word).is_some()
}

/// Where `word` stands in `text` by itself.
fn place_of(text: &str, word: &str) -> Option<usize> {
    let is_part = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    let mut places = text.match_indices(word).map(|(at, _)| at);
    places.find(|&at| {
        !text[..at].chars().next_back().is_some_and(is_part)
            && !text[at + word.len()..].chars().next().is_some_and(is_part)
    })
}

/// `text` without the first `word` that stands by itself.
fn without_word(text: &str, word: &str) -> String {
    match place_of(text, word) {
        Some(at) => format!("{} {}", &text[..at], &text[at + word.len()..]),
        None => text.to_owned(),
    }
}
