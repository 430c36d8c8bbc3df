//! Printing what is wrong: with a scenario, a plan, or the hope for one.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{self, Write};

use scheduler_core::check::Violation;
use scheduler_core::plan::Conflict;
use scheduler_core::report;
use scheduler_core::scenario::{Finding, Severity};
use serde::Serialize;

use super::{Format, Language, origins};
use crate::tables::found::{At, Found};

/// One line of a list of findings.
#[derive(Debug, Serialize)]
pub(super) struct Item<'a> {
    severity: &'static str,
    code: &'a str,
    pointer: &'a str,
    /// Where in the tables, where it was read from some.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    at: Option<At>,
    message: Cow<'a, str>,
    /// The message in German, where it is not made of its code.
    #[serde(skip)]
    german: Option<&'a str>,
}

impl<'a> From<&'a Found> for Item<'a> {
    fn from(found: &'a Found) -> Self {
        let Found { severity, code, pointer, at, text } = found;
        let severity = severity_name(*severity);
        let (message, german) = (Cow::from(&text.en), Some(text.de.as_str()));
        Self { severity, code, pointer, at: at.clone(), message, german }
    }
}

fn severity_name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Infeasible => "infeasible",
        Severity::Warning => "warning",
    }
}

impl<'a> From<&'a Finding> for Item<'a> {
    fn from(finding: &'a Finding) -> Self {
        let Finding { severity, code, pointer, message } = finding;
        let (severity, at) = (severity_name(*severity), origins::at(pointer));
        Self { severity, code, pointer, at, message: message.into(), german: None }
    }
}

impl<'a> From<&'a Conflict> for Item<'a> {
    fn from(conflict: &'a Conflict) -> Self {
        let Conflict { code, pointer, message, .. } = conflict;
        let (at, message) = (origins::at(pointer), message.into());
        Self { severity: "conflict", code, pointer, at, message, german: None }
    }
}

impl<'a> From<&'a Violation> for Item<'a> {
    fn from(violation: &'a Violation) -> Self {
        let code = violation.code();
        let Violation { pointer, message, .. } = violation;
        let message = message.into();
        Self { severity: "violation", code, pointer, at: None, message, german: None }
    }
}

impl<'a> Item<'a> {
    /// A rule that a plan breaks.
    pub(super) fn broken(finding: &'a Finding) -> Self {
        Self { severity: "violation", ..Self::from(finding) }
    }

    /// The same with its message in `language`.
    pub(super) fn told(mut self, language: Language) -> Self {
        if language == Language::De {
            self.message = match self.german {
                Some(german) => german.into(),
                None => report::Language::German.finding(self.code, &self.message).into(),
            };
        }
        self
    }
}

/// A list of findings as JSON.
#[derive(Debug, Serialize)]
struct List<'a> {
    schema: &'static str,
    about: &'a str,
    findings: &'a [Item<'a>],
}

/// Prints `items`, found in the file called `about`, and how many there are.
pub(super) fn print<'a, T: Into<Item<'a>>>(
    out: &mut dyn Write,
    about: &str,
    items: impl IntoIterator<Item = T>,
    format: Format,
    language: Language,
) -> io::Result<()> {
    let items: Vec<Item<'_>> = items.into_iter().map(Into::into).collect();
    match format {
        Format::Text => {
            write_list(out, &items, language)?;
            writeln!(out, "{about}: {}", count(&items, language))
        }
        Format::Json => {
            let items: Vec<Item<'_>> = items.into_iter().map(|item| item.told(language)).collect();
            write_json(out, &List { schema: "findings/1", about, findings: &items })
        }
    }
}

/// Prints a line for each item.
pub(super) fn write_list(
    out: &mut dyn Write,
    items: &[Item<'_>],
    language: Language,
) -> io::Result<()> {
    let (whole, at) = match language {
        Language::En => ("(whole file)", "at"),
        Language::De => ("(ganze Datei)", "bei"),
    };
    let language = report::Language::from(language);
    for Item { severity, code, pointer, at: table, message, german } in items {
        let place = match table {
            Some(table) => in_table(table, language),
            None if pointer.is_empty() => whole.to_owned(),
            None => (*pointer).to_owned(),
        };
        let severity = language.severity_name(severity);
        // A message with control characters must not move the terminal's cursor.
        let clean = |text: &str| text.replace(|c: char| c.is_control(), " ");
        let message = match (german, language) {
            (Some(german), report::Language::German) => (*german).to_owned(),
            (_, report::Language::English) => message.to_string(),
            (None, report::Language::German) => language.finding(code, message),
        };
        writeln!(out, "{severity} {code} {at} {}", clean(&place))?;
        writeln!(out, "    {}", clean(&message))?;
    }
    Ok(())
}

/// Prints the first of each code, so that many of one do not hide the others, and how many more there
/// are: for warnings beside other output.
pub(super) fn write_some(
    out: &mut dyn Write,
    mut items: Vec<Item<'_>>,
    language: Language,
) -> io::Result<()> {
    const OF_EACH: usize = 3;
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    items.retain(|item| {
        let so_far = found.entry(item.code).or_default();
        *so_far += 1;
        *so_far <= OF_EACH
    });
    write_list(out, &items, language)?;
    let rest = found.into_iter().filter(|&(_, count)| count > OF_EACH);
    let rest: Vec<String> =
        rest.map(|(code, count)| format!("{} {code}", count - OF_EACH)).collect();
    if rest.is_empty() {
        return Ok(());
    }
    let rest = rest.join(", ");
    match language {
        Language::En => writeln!(out, "and {rest}; `scheduler validate` lists them all"),
        Language::De => writeln!(out, "und {rest}; `scheduler validate` zählt alle auf"),
    }
}

/// `Shifts!C7 ("8 h")`
fn in_table(at: &At, language: report::Language) -> String {
    let name = at.name();
    match (at.value.as_str(), language) {
        ("", _) => name,
        (value, report::Language::English) => format!("{name} (\"{value}\")"),
        (value, report::Language::German) => format!("{name} („{value}“)"),
    }
}

/// Pretty JSON and a line break.
pub(super) fn write_json(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    writeln!(out)
}

/// `2 errors, 1 warning`.
fn count(items: &[Item<'_>], language: Language) -> String {
    let of = |severity: &str| items.iter().filter(|item| item.severity == severity).count();
    let words = report::Language::from(language);
    let counts: Vec<String> = ["error", "infeasible", "violation", "conflict", "warning"]
        .into_iter()
        .map(|severity| (severity, of(severity)))
        .filter(|&(_, count)| count > 0)
        .map(|(severity, count)| words.severity(severity, count))
        .collect();
    match (counts.is_empty(), language) {
        (false, _) => counts.join(", "),
        (true, Language::En) => "nothing found".to_owned(),
        (true, Language::De) => "nichts gefunden".to_owned(),
    }
}

/// A message on stderr. Where that is closed there is nobody to tell.
pub(super) fn say(message: &str) {
    let _ = writeln!(io::stderr().lock(), "{message}");
}
