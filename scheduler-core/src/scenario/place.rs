//! JSON pointers: how to write them and in what order they stand in the format.

use std::fmt::Write as _;

/// The fields of the formats in their order. Where two parts of a format differ, the longer rules.
const FIELDS: [&str; 97] = [
    "schema",
    "id",
    "name",
    "notes",
    "edits",
    "edit",
    "time_zone",
    "grid_minutes",
    "horizon",
    "sites",
    "rooms",
    "services",
    "staff",
    "walk_in_quotas",
    "demand",
    "appointments",
    "release",
    "operations",
    "walk_ins",
    "requests",
    "cancellation_share",
    "no_show",
    "lateness",
    "service_times",
    "patience",
    "tickets",
    "sick_share",
    "online",
    "costs",
    "call_policy",
    "grace_minutes",
    "break_rule",
    "slots",
    "walk_in_blocks",
    "breaks",
    "service",
    "site",
    "open",
    "closed_on",
    "minutes",
    "extra_person_minutes",
    "max_persons",
    "skills",
    "equipment",
    "value",
    "shifts",
    "days",
    "from",
    "until",
    "break",
    "absent_on",
    "min_share",
    "max_share",
    "block_minutes",
    "returns_at",
    "mean",
    "pool",
    "start",
    "end",
    "persons",
    "room",
    "appointment",
    "gap",
    "channel",
    "min_notice_minutes",
    "waves",
    "days_ahead",
    "at",
    "share",
    "per_hour",
    "mix",
    "factor",
    "by_weekday",
    "by_hour",
    "horizon_days",
    "first_free_share",
    "ahead_days",
    "ahead_cv",
    "choosy_share",
    "probability",
    "per_week_of_lead",
    "mean_minutes",
    "sd_minutes",
    "most_early_minutes",
    "distribution",
    "cv",
    "most_a_day",
    "stop_minutes_before_closing",
    "most_waiting",
    "per_clerk_hour",
    "per_day",
    "count",
    "like",
    "clerks",
    "suits",
    "cost_per_day",
    "policy",
];

/// One token of a pointer: position in a list, known field, unknown field.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Token {
    Index(usize),
    Known(usize),
    Unknown(String),
}

/// Sorts pointers by their place in the format.
pub(super) fn sort_key(pointer: &str) -> Vec<Token> {
    let token = |text: &str| match (text.parse(), FIELDS.iter().position(|&field| field == text)) {
        (Ok(index), _) => Token::Index(index),
        (_, Some(rank)) => Token::Known(rank),
        _ => Token::Unknown(text.to_owned()),
    };
    pointer.split('/').skip(1).map(token).collect()
}

/// Appends one token to `pointer`.
pub(super) fn push(pointer: &mut String, field: &str) {
    pointer.push('/');
    pointer.push_str(&field.replace('~', "~0").replace('/', "~1"));
}

/// Appends a position in a list to `pointer`.
pub(super) fn push_index(pointer: &mut String, index: usize) {
    // Writing to a string cannot fail.
    let _ = write!(pointer, "/{index}");
}

/// `text` in quotation marks, escaped, shortened where it is long.
pub(crate) fn quote(text: &str) -> String {
    const LONGEST: usize = 60;
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{:?}…", &text[..end]),
        None => format!("{text:?}"),
    }
}

/// The texts in quotation marks, separated by commas.
pub(super) fn list(texts: &[String]) -> String {
    const MOST: usize = 10;
    let mut quoted: Vec<String> = texts.iter().take(MOST).map(|text| quote(text)).collect();
    if texts.len() > MOST {
        quoted.push("…".to_owned());
    }
    quoted.join(", ")
}

/// The one of `known` that `name` is probably meant to be.
pub(crate) fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let (distance, nearest) =
        known.iter().map(|&other| (edit_distance(name, other), other)).min()?;
    (distance <= name.len().max(nearest.len()).div_ceil(3)).then_some(nearest)
}

/// Levenshtein distance of two names; long ones count as far apart.
fn edit_distance(a: &str, b: &str) -> usize {
    if a.len() > 100 {
        return a.len();
    }
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, left) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, &right) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(left != right);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
