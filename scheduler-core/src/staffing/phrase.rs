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

/// The target that `phrase` says, in English or German, of a scenario whose sites have these ids.
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
        // Hours and weeks where minutes and days are meant.
        (false, false) if unit.starts_with("hour") || unit.starts_with("stunde") => bound * 60.0,
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
    let mut named: Vec<&&str> =
        sites.iter().filter(|site| has_word(&text, &site.to_lowercase())).collect();
    named.sort_by_key(|site| std::cmp::Reverse(site.len()));
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
        site: named.first().map(|site| (**site).to_owned()),
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

/// Whether `word` stands in `text` by itself.
fn has_word(text: &str, word: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    text.match_indices(word).any(|(at, _)| {
        !text[..at].chars().next_back().is_some_and(is_part)
            && !text[at + word.len()..].chars().next().is_some_and(is_part)
    })
}
