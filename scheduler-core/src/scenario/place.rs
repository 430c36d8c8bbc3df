//! JSON pointers, and how names are shown.

use std::fmt::Write as _;

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
