//! What kinds of problem are called in German. Details stay in English, but for findings about scenarios,
//! plans and variants, of which the library knows the German.

use scheduler_core::report::Language;

use super::problem::ProblemDetails;

/// What the kind of problem `code` is called in German; `None` where nobody has said.
pub fn german_title(code: &str) -> Option<&'static str> {
    Some(match code {
        "malformed" => "Die Anfrage ist nicht lesbar",
        "idempotency-key-missing" => "Der Header Idempotency-Key fehlt",
        "unauthorized" => "Ein gültiger Schlüssel ist nötig",
        "forbidden" => "Der Schlüssel erlaubt das nicht",
        "not-found" => "Das gibt es nicht",
        "method-not-allowed" => "Der Pfad kennt diese Methode nicht",
        "too-slow" => "Die Anfrage kommt zu langsam",
        "slot-unavailable" => "Dieser Beginn ist nicht mehr frei",
        "not-released" => "Dieser Beginn ist noch nicht freigegeben",
        "too-late" => "Der Termin hat schon begonnen",
        "wrong-state" => "Der Stand des Termins lässt das nicht zu",
        "id-taken" => "Die Kennung ist vergeben",
        "too-many-drafts" => "Es gibt zu viele Entwürfe",
        "draft-conflicts" => "Der Entwurf widerspricht dem, was andere geändert haben",
        "would-strand" => "Zusagen wären nicht zu halten",
        "idempotency-key-in-use" => "Eine Anfrage mit demselben Idempotency-Key läuft noch",
        "hold-expired" => "Die Vormerkung ist abgelaufen",
        "stale" => "Es hat sich geändert, seit es gelesen wurde",
        "too-large" => "Der Inhalt ist zu groß",
        "unsupported-media-type" => "Der Inhalt muss application/json sein",
        "invalid" => "Die Anfrage ergibt keinen Sinn",
        "invalid-basket" => "Die gewünschten Leistungen ergeben keinen Sinn",
        "invalid-window" => "Der Zeitraum ergibt keinen Sinn",
        "window-too-large" => "Der Zeitraum hat zu viele Tage",
        "not-offered" => "Zu dieser Zeit kann kein Termin beginnen",
        "invalid-scenario" => "Das Szenario ergibt keinen Sinn",
        "invalid-plan" => "Der Plan passt nicht zum Szenario",
        "invalid-variant" => "Eine Variante ergibt keinen Sinn",
        "no-plan" => "Für das Szenario gibt es keinen Plan",
        "idempotency-key-reused" => "Der Idempotency-Key gehört zu einer anderen Anfrage",
        "if-match-missing" => "Der Header If-Match fehlt",
        "too-many-requests" => "Zu viele Anfragen",
        "too-many-holds" => "Zu viele offene Vormerkungen",
        "too-many-wishes" => "Zu viele Wünsche auf der Warteliste",
        "too-many-calendars" => "Es gibt zu viele Kalender",
        "too-many-webhooks" => "Zu viele Empfänger von Ereignissen",
        "too-many-jobs" => "Zu viele unfertige Aufträge",
        "internal" => "Der Dienst hat einen Fehler gemacht",
        "given-up" => "Jeder Versuch endete mit seinem Prozess",
        "busy" => "Der Dienst ist ausgelastet",
        "unavailable" => "Der Dienst ist gerade nicht verfügbar",
        "timed-out" => "Die Anfrage hat zu lange gedauert",
        "no-solution-in-time" => "In der Zeit wurde kein Plan gefunden",
        _ => return None,
    })
}

/// The same problem in the words of `language`.
pub fn told(details: &ProblemDetails, language: Language) -> ProblemDetails {
    let mut told = details.clone();
    if language != Language::German {
        return told;
    }
    if let Some(title) = german_title(&told.code) {
        title.clone_into(&mut told.title);
    }
    for violation in &mut told.violations {
        violation.detail = language.finding(&violation.code, &violation.detail);
    }
    if let [only] = told.violations.as_slice() {
        told.detail.clone_from(&only.detail);
    }
    told
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::problem::CODES;

    #[test]
    fn every_kind_of_problem_has_a_german_title() {
        let missing: Vec<&str> = CODES
            .iter()
            .map(|code| code.name)
            .filter(|name| german_title(name).is_none())
            .collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
}
