//! Warnings about the edits of a variant as people read them.

use crate::compare::Warning;
use crate::report::findings::german_sentence;
use crate::report::language::Language;
use crate::scenario::Scenario;

/// A warning about an edit without its values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EditRemark {
    /// Word of the edit; `None` for all together.
    edit: Option<&'static str>,
    code: &'static str,
    /// What of the edited scenario it is about, in German; empty for the edit itself.
    subject: String,
    /// The finding's own words.
    message: String,
}

impl EditRemark {
    /// `scenario` is the edited one.
    pub(super) fn of(warning: &Warning, scenario: &Scenario) -> Self {
        let place = warning.place.as_deref();
        Self {
            edit: warning.edit,
            code: warning.finding.code,
            subject: place.map_or_else(String::new, |place| subject(place, scenario)),
            message: warning.finding.message.clone(),
        }
    }

    pub(super) fn text(&self, language: Language) -> String {
        let german = match language {
            Language::English => None,
            Language::German if self.subject.is_empty() => self.without_effect(),
            Language::German => self.doubtful(),
        };
        // The words of findings are English, and better than none.
        german.unwrap_or_else(|| sentence(&self.message))
    }

    /// Why the edit changes nothing, in German.
    fn without_effect(&self) -> Option<String> {
        let edit = self.edit?;
        let reason = match edit {
            "scale_quota" => "es gibt dort keine Quoten für Spontankunden",
            "set_quota" => {
                "es gibt dort keine Quoten für Spontankunden, also auch kein Zeitfenster, für das \
                 sie gelten könnte"
            }
            "scale_walk_ins" => {
                "dort kommt niemand ohne Termin; tragen Sie im Szenario unter operations ein, wer \
                 kommt"
            }
            "scale_requests" => "nach diesen Dienstleistungen fragt dort niemand",
            "add_site" => "niemand, dem der Standort recht wäre, fragt nach einem Termin",
            _ => return None,
        };
        Some(format!("{edit} bewirkt nichts: {reason}."))
    }

    /// What is doubtful after the edit, in German.
    fn doubtful(&self) -> Option<String> {
        let what = german_sentence(self.code)?;
        let after = self.edit.unwrap_or("allen Änderungen");
        Some(format!("Nach {after}, {}: {what}", self.subject))
    }
}

/// What is at `place` in German: the entry of a list with an id, else the place itself.
fn subject(place: &str, scenario: &Scenario) -> String {
    let mut tokens = place.split('/').skip(1);
    let list = tokens.next().unwrap_or_default();
    let entry = tokens.next().and_then(|position| position.parse::<usize>().ok());
    let named = entry.and_then(|at| {
        Some(match list {
            "staff" => ("Kraft", &scenario.staff.get(at)?.id),
            "rooms" => ("Raum", &scenario.rooms.get(at)?.id),
            "sites" => ("Standort", &scenario.sites.get(at)?.id),
            "services" => ("Dienstleistung", &scenario.services.get(at)?.id),
            "walk_in_quotas" => ("Quote", &scenario.walk_in_quotas.get(at)?.id),
            "demand" => ("Nachfrage", &scenario.demand.get(at)?.id),
            _ => return None,
        })
    });
    named.map_or_else(|| place.to_owned(), |(kind, id)| format!("{kind} „{id}“"))
}

/// `message` from its capital letter to its full stop.
fn sentence(message: &str) -> String {
    let mut letters = message.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    let end = if message.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", letters.as_str())
}
