//! Problems in German: what each kind is called, and a sentence for each code of a violation. The library
//! knows those of findings about scenarios, plans and variants. Values are in the English wording, which
//! comes with it.

use scheduler_core::report::Language;

use super::problem::ProblemDetails;
use super::reasons::ReasonCode;

/// What the kind of problem `code` is called in German; `None` where nobody has said.
pub fn german_title(code: &str) -> Option<&'static str> {
    Some(match code {
        "malformed" => "Die Anfrage ist nicht lesbar",
        "idempotency-key-missing" => "Der Header Idempotency-Key fehlt",
        "unauthorized" => "Ein gültiger Schlüssel ist nötig",
        "forbidden" => "Der Schlüssel erlaubt das nicht",
        "session-ended" => "Die Sitzung ist beendet",
        "captcha-refused" => "Das Captcha wird abgelehnt",
        "captcha-missing" => "Das Captcha fehlt",
        "captcha-unavailable" => "Captchas lassen sich gerade nicht prüfen",
        "csrf" => "Die Anfrage kommt nicht von der Seite der Sitzung",
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
        "hold-released" => "Die Vormerkung wurde zurückgegeben",
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

/// What a violation of the code `code` says in German; `None` where only its own words say it.
pub fn german_violation(code: &str) -> Option<&'static str> {
    let of_requests = match code {
        "syntax" => "Der Inhalt ist kein JSON",
        "missing" => "Diese Angabe fehlt",
        "unknown-field" => "Diese Angabe gibt es nicht",
        "type" => "Der Wert hat die falsche Art",
        "word" => "Der Wert ist keines der erlaubten Wörter",
        "format" => "Der Wert hat nicht die erwartete Form",
        "range" => "Der Wert liegt außerhalb der Grenzen",
        "length" => "Die Angabe ist zu kurz oder zu lang",
        "twice" => "Diese Angabe steht zweimal da",
        "conflict" => "Diese Angaben schließen einander aus",
        "unknown" => "Diese Kennung ist unbekannt",
        "control-character" => "Der Text enthält ein Steuerzeichen",
        "not-storable" => "Die Datenbank kann einen Wert nicht speichern",
        "empty" => "Es ist keine Leistung gewählt",
        "too-many" => "Es sind zu viele Leistungen gewählt",
        "repeated" => "Diese Angabe wiederholt sich",
        "too-long" => "Der Besuch dauert zu lange",
        "basket" => "Diese Leistungen lassen sich nicht zusammen buchen",
        "reversed" => "Das Ende liegt vor dem Anfang",
        "window-too-large" => "Der Zeitraum hat zu viele Tage",
        "never" => "Kein Tag des Zeitraums ist einer dieser Wochentage",
        "not-on-duty" => "An diesem Tag ist die Person nicht im Dienst",
        "beyond" => "Dieses Ereignis gibt es noch nicht",
        "after-midnight" => "Der Besuch würde erst nach Mitternacht enden",
        "url" => "An diese Adresse wird nichts geschickt",
        "mismatch" => "Die Kennung im Inhalt ist nicht die im Pfad",
        "contradicts" => "Das widerspricht dem, was andere geändert haben",
        "target" => "Das Ziel ist nicht lesbar",
        "booking" => "So lässt sich nicht simulieren",
        "not-here" => "Das lässt sich hier nicht ändern",
        "quota.not-kept" => "Eine Quote für Spontankunden ist nicht einzuhalten",
        "horizon.moves-on" => "Gebucht werden die Tage ab heute, nicht die des Szenarios",
        "start.dropped" => "Das passt nicht mehr und wurde weggelassen",
        "block.idle" => "Dieser Block zählt für keine Quote",
        _ => {
            return ReasonCode::ALL
                .into_iter()
                .find(|one| one.word() == code)
                .map(ReasonCode::german);
        }
    };
    Some(of_requests)
}

/// What is wrong, in German: a sentence, and the wording with the values.
fn violation(code: &str, wording: &str) -> String {
    match german_violation(code) {
        Some(sentence) => with_wording(sentence, wording),
        None => Language::German.finding(code, wording),
    }
}

fn with_wording(sentence: &str, wording: &str) -> String {
    format!("{sentence} (Im Wortlaut: {wording})")
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
    for one in &mut told.violations {
        one.detail = violation(&one.code, &one.detail);
    }
    let more = told.more_violations.unwrap_or_default();
    told.detail = match told.violations.as_slice() {
        [] => with_wording(&told.title, &told.detail),
        [only] => only.detail.clone(),
        all => format!("{} Angaben sind falsch; siehe violations", all.len() + more),
    };
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
