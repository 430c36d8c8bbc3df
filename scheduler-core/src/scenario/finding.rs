//! What is wrong with the user's data, where, and what to do.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use super::codes::Code;
use super::wire::{self, Kind};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Severity {
    /// Probably not what was meant; planning goes ahead.
    Warning,
    /// Well formed, but no plan can meet it.
    Infeasible,
    /// The data is wrong; there is nothing to plan.
    Error,
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Warning => "warning",
            Self::Infeasible => "infeasible",
            Self::Error => "error",
        })
    }
}

#[cfg(feature = "schema")]
crate::names! {
    /// A kind of finding, or a rule of plans.
    pub FindingCode = super::codes::ALL.iter().map(|code| code.name).collect::<BTreeSet<_>>();
}

/// One thing that is wrong with the user's data.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = Warning))]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// Stable name of the kind of finding, one of [`codes::ALL`](super::codes::ALL).
    #[cfg_attr(feature = "schema", schema(value_type = FindingCode))]
    pub code: &'static str,
    /// Where in the file: a JSON pointer (RFC 6901), empty for the whole file. For a missing field
    /// the place where it should be.
    pub pointer: String,
    /// What is wrong with which values, and what to do.
    pub message: String,
}

impl Finding {
    /// A finding of the kind `code` at `pointer`.
    pub fn new(code: Code, pointer: String, message: String) -> Self {
        Self { severity: code.severity, code: code.name, pointer, message }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.pointer.is_empty() { "file" } else { &self.pointer };
        write!(f, "{}[{}] {place}: {}", self.severity, self.code, self.message)
    }
}

/// Everything that was found, in the order of the format: a file's head first, then site by site,
/// room by room and so on, whatever the order in which the file has them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Findings(Vec<Finding>);

impl Findings {
    /// Most errors that are listed, and most other findings. Where there are more,
    /// [`codes::FINDINGS_OMITTED`](super::codes::FINDINGS_OMITTED) ends the list.
    pub const LIMIT: usize = 10_000;

    /// The findings in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Finding> {
        self.0.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them is an [`Severity::Error`].
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|finding| finding.severity == Severity::Error)
    }
}

impl From<Finding> for Findings {
    fn from(finding: Finding) -> Self {
        Self(vec![finding])
    }
}

impl FromIterator<Finding> for Findings {
    fn from_iter<I: IntoIterator<Item = Finding>>(findings: I) -> Self {
        Self(findings.into_iter().collect())
    }
}

impl IntoIterator for Findings {
    type Item = Finding;
    type IntoIter = std::vec::IntoIter<Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Findings {
    type Item = &'a Finding;
    type IntoIter = std::slice::Iter<'a, Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, finding) in self.0.iter().enumerate() {
            let line_break = if i == 0 { "" } else { "\n" };
            write!(f, "{line_break}{finding}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Findings {}

/// Gathers findings while a scenario is read and checked.
#[derive(Debug, Default)]
pub(crate) struct Collector {
    findings: Vec<Finding>,
    /// How many errors there were, listed or not.
    errors: usize,
    /// How many other findings there were, listed or not.
    others: usize,
    /// Places with an error: what is said there must not be relied on.
    broken: BTreeSet<String>,
}

impl Collector {
    /// Adds a finding, unless too many of its kind are listed.
    pub(crate) fn report(&mut self, code: Code, pointer: String, message: String) {
        let is_error = code.severity == Severity::Error;
        let count = if is_error { &mut self.errors } else { &mut self.others };
        *count += 1;
        if *count > Findings::LIMIT {
            return;
        }
        if is_error {
            self.broken.insert(pointer.clone());
        }
        self.findings.push(Finding::new(code, pointer, message));
    }

    /// Another one that knows the places with errors of this one and has no findings yet.
    pub(super) fn beside(&self) -> Self {
        Self { broken: self.broken.clone(), ..Self::default() }
    }

    /// Adds findings that others gathered.
    pub(super) fn extend(&mut self, findings: Findings) {
        for Finding { severity, code, pointer, message } in findings {
            self.report(Code { name: code, severity, meaning: "" }, pointer, message);
        }
    }

    /// Whether further errors would not be listed.
    pub(super) fn is_full(&self) -> bool {
        self.errors >= Findings::LIMIT
    }

    /// Whether there is an error at `pointer`, inside it, or at something that contains it.
    pub(crate) fn is_broken(&self, pointer: &str) -> bool {
        if self.broken.is_empty() {
            return false;
        }
        let inside = format!("{pointer}/");
        let contained = self.broken.range(inside.clone()..).next();
        self.broken.contains(pointer)
            || contained.is_some_and(|place| place.starts_with(&inside))
            || pointer.match_indices('/').any(|(end, _)| self.broken.contains(&pointer[..end]))
    }

    /// Whether there is an error at `pointer` itself.
    pub(crate) fn has_error_at(&self, pointer: &str) -> bool {
        self.broken.contains(pointer)
    }

    /// Whether an error was found.
    pub(crate) fn has_errors(&self) -> bool {
        self.errors > 0
    }

    /// Begins each message with what `subject` calls the place of its finding.
    pub(super) fn name_subjects(&mut self, subject: impl Fn(&str) -> Option<String>) {
        for finding in &mut self.findings {
            if let Some(subject) = subject(&finding.pointer) {
                finding.message = format!("{subject}: {}", finding.message);
            }
        }
    }

    /// The findings about a file of that kind, in order.
    pub(crate) fn finish(mut self, file: &Kind) -> Findings {
        self.findings.sort_by_cached_key(|finding| wire::sort_key(&finding.pointer, file));
        // A file whose errors fill the list was not read to its end.
        if self.is_full() || self.others > Findings::LIMIT {
            let message = format!(
                "only the first {} errors and as many other findings are listed; correct them and \
                 check again",
                Findings::LIMIT
            );
            let note = Finding::new(super::codes::FINDINGS_OMITTED, String::new(), message);
            self.findings.push(note);
        }
        Findings(self.findings)
    }
}
