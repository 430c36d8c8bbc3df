//! Parameters of a query, read with all that is wrong with them; and cursors, by which lists go on.

use std::fmt::Display;
use std::str::FromStr;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::http::problem::{self, Answer, HttpError, Violation};
use crate::http::routes::services::{parameters, unknown_parameter};

/// The parameters of a request. Whoever takes them says for each what it should be; what is wrong is told
/// at the end, all at once.
#[derive(Debug)]
pub struct Query {
    given: Vec<(String, String)>,
    known: Vec<&'static str>,
    violations: Vec<Violation>,
}

impl Query {
    /// The parameters of `query`.
    pub fn new(query: Option<&str>) -> Self {
        let given = parameters(query.unwrap_or_default());
        Self { given, known: Vec::new(), violations: Vec::new() }
    }

    /// All values of the parameter `name`.
    pub fn all(&mut self, name: &'static str) -> Vec<String> {
        self.known.push(name);
        let own = |(given, value): &(String, String)| (given == name).then(|| value.clone());
        self.given.iter().filter_map(own).collect()
    }

    /// The value of the parameter `name`, which may be given once.
    pub fn text(&mut self, name: &'static str) -> Option<String> {
        let mut all = self.all(name);
        if all.len() > 1 {
            self.wrong(name, "twice", "it may be given once");
        }
        all.pop()
    }

    /// The same, read as what `expected` says.
    pub fn value<T: FromStr>(&mut self, name: &'static str, expected: &str) -> Option<T> {
        let text = self.text(name)?;
        let value = text.parse().ok();
        if value.is_none() {
            self.wrong(name, "format", format!("{text:?} is not {expected}"));
        }
        value
    }

    /// A number from 1 to `most`; `default` where it is not given.
    pub fn limit(&mut self, default: u32, most: u32) -> u32 {
        let limit = self.value("limit", "a number").unwrap_or(default);
        if !(1..=most).contains(&limit) {
            self.wrong("limit", "range", format!("{limit} is not between 1 and {most}"));
        }
        limit
    }

    /// All values of the parameter `name`, each of which `read` knows; their names are `words`.
    pub fn words<T>(
        &mut self,
        name: &'static str,
        words: &[&str],
        read: impl Fn(&str) -> Option<T>,
    ) -> Vec<T> {
        let mut found = Vec::new();
        for text in self.all(name) {
            match read(&text) {
                Some(value) => found.push(value),
                None => {
                    let detail = format!("{text:?} is none of {}", words.join(", "));
                    self.wrong(name, "unknown", detail);
                }
            }
        }
        found
    }

    /// Where a list goes on, from the parameter `cursor`: what [`cursor`] has made of `kind`.
    pub fn cursor<T: DeserializeOwned>(&mut self, kind: &str) -> Option<T> {
        let text = self.text("cursor")?;
        let position = position(kind, &text);
        if position.is_none() {
            let detail = "it is no cursor of this list: take what the page before gave, as it is";
            self.wrong("cursor", "format", detail);
        }
        position
    }

    /// Adds that the parameter `name` is wrong.
    pub fn wrong(&mut self, name: &str, code: &str, detail: impl Display) {
        self.violations.push(Violation::new(format!("?{name}"), code, detail.to_string()));
    }

    /// Adds what is wrong elsewhere.
    pub fn also(&mut self, violations: Vec<Violation>) {
        self.violations.extend(violations);
    }

    /// Ends reading.
    ///
    /// # Errors
    /// 400 with everything that is wrong, and what was given that there is not.
    pub fn finish(mut self) -> Answer<()> {
        let known = self.known.join(", ");
        let unknown = self.given.iter().filter(|(name, _)| !self.known.contains(&name.as_str()));
        self.violations.extend(unknown.map(|(name, _)| unknown_parameter(name, &known)));
        if self.violations.is_empty() {
            return Ok(());
        }
        Err(HttpError::violations(problem::MALFORMED, self.violations))
    }
}

/// A position in a list of that kind, in a form that says nothing to clients.
pub fn cursor(kind: &str, position: &impl Serialize) -> String {
    use std::fmt::Write as _;
    // Texts and numbers have a JSON form.
    let text = serde_json::to_string(&(kind, position)).unwrap_or_default();
    text.bytes().fold(String::with_capacity(text.len() * 2), |mut hex, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// What [`cursor`] has made a text of.
pub fn position<T: DeserializeOwned>(kind: &str, text: &str) -> Option<T> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return None;
    }
    let pairs = (0..text.len()).step_by(2);
    let bytes: Option<Vec<u8>> =
        pairs.map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok()).collect();
    let (own, position): (String, T) = serde_json::from_slice(&bytes?).ok()?;
    (own == kind).then_some(position)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_back_in_its_own_list_only() {
        let made = cursor("a", &("x\u{e9}", 7));
        assert_eq!(position("a", &made), Some(("x\u{e9}".to_owned(), 7)));
        assert_eq!(position::<(String, u32)>("b", &made), None);
        for broken in ["", "0", "zz", "\u{e9}\u{e9}", "5b", &made[2..]] {
            assert_eq!(position::<(String, u32)>("a", broken), None, "{broken}");
        }
    }

    #[test]
    fn everything_wrong_with_a_query_is_told_at_once() {
        let mut query = Query::new(Some("limit=0&date=x&date=y&colour=red"));
        assert_eq!(query.limit(10, 100), 0);
        assert_eq!(query.value::<chrono::NaiveDate>("date", "a date"), None);
        let details = query.finish().unwrap_err().details().clone();
        let found: Vec<_> = details.violations.iter().map(|v| (&*v.pointer, &*v.code)).collect();
        let expected = [
            ("?limit", "range"),
            ("?date", "twice"),
            ("?date", "format"),
            ("?colour", "unknown-field"),
        ];
        assert_eq!(found, expected);
    }
}
