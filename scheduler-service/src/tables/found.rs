//! What is wrong with tables, and where: sheet, cell, value and what to do, in two languages.

use std::sync::Arc;

use scheduler_core::report::Language;
use scheduler_core::scenario::{Finding, Severity};
use serde::{Serialize, Serializer};

use super::codes::Code;

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// English.
    pub en: String,
    /// German.
    pub de: String,
}

impl Text {
    /// Both texts.
    pub fn new(en: impl Into<String>, de: impl Into<String>) -> Self {
        Self { en: en.into(), de: de.into() }
    }

    /// The one in that language.
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::German => &self.de,
        }
    }
}

/// A place in a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct At {
    /// The sheet, or the file of a folder.
    #[serde(serialize_with = "as_text")]
    pub sheet: Arc<str>,
    /// The cell, such as `C7`, a row (`7`), or several cells; empty for the whole sheet.
    pub cell: String,
    /// What the cell shows; empty where it is empty.
    pub value: String,
}

fn as_text<S: Serializer>(text: &Arc<str>, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(text)
}

impl At {
    /// `Shifts!C7`, as spreadsheets write it.
    pub fn name(&self) -> String {
        match self.cell.as_str() {
            "" => self.sheet.to_string(),
            cell => format!("{}!{cell}", self.sheet),
        }
    }
}

/// One thing that is wrong with tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// How bad it is.
    pub severity: Severity,
    /// Stable name of the kind of finding: of [`codes::ALL`](super::codes::ALL), or one of the codes of
    /// scenarios.
    pub code: &'static str,
    /// The JSON pointer of what it is about, where it is about the scenario that was read.
    pub pointer: String,
    /// Where in the tables; nothing for all of them.
    pub at: Option<At>,
    /// What is wrong with which value, and what to do.
    pub text: Box<Text>,
}

impl Found {
    /// A finding about tables themselves.
    pub fn new(code: Code, at: Option<At>, text: Text) -> Self {
        let Code { name, severity, .. } = code;
        Self { severity, code: name, pointer: String::new(), at, text: Box::new(text) }
    }

    /// A finding about the scenario that was read, which is `at` that place.
    pub fn of_scenario(finding: &Finding, at: Option<At>) -> Self {
        let Finding { severity, code, pointer, message } = finding;
        let de = Language::German.finding(code, message);
        let text = Box::new(Text::new(message.clone(), de));
        Self { severity: *severity, code, pointer: pointer.clone(), at, text }
    }
}
