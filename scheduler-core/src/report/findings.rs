//! Findings, violations and conflicts in the words of a language.
//!
//! Their own messages are English and have the values; in German there is a sentence for each code, with
//! what to do, and the values behind it.

use super::details;
use super::language::Language;

impl Language {
    /// What a finding, a violation or a conflict says, by its `code` and its English `message`.
    pub fn finding(self, code: &str, message: &str) -> String {
        match (self, german_sentence(code)) {
            (Self::German, Some(text)) => {
                let (subject, rest) = match subject(message) {
                    Some((subject, rest)) => (format!("{subject}: "), rest),
                    None => (String::new(), message),
                };
                match details::german(rest).as_str() {
                    "" => format!("{subject}{text}"),
                    details => format!("{subject}{text} ({details})"),
                }
            }
            (Self::German, None) | (Self::English, _) => message.to_owned(),
        }
    }

    /// How bad something is: `error`.
    pub fn severity_name(self, severity: &str) -> &str {
        self.severity_words(severity).0
    }

    /// How many are so bad: `2 errors`.
    pub fn severity(self, severity: &str, count: usize) -> String {
        let (one, many) = self.severity_words(severity);
        format!("{} {}", self.count(count), if count == 1 { one } else { many })
    }

    /// One, and several.
    fn severity_words(self, severity: &str) -> (&str, &str) {
        match (self, severity) {
            (Self::English, "error") => ("error", "errors"),
            (Self::English, "violation") => ("violation", "violations"),
            (Self::English, "conflict") => ("conflict", "conflicts"),
            (Self::English, "warning") => ("warning", "warnings"),
            (Self::German, "error") => ("Fehler", "Fehler"),
            (Self::German, "violation") => ("Verstoß", "Verstöße"),
            (Self::German, "conflict") => ("Konflikt", "Konflikte"),
            (Self::German, "warning") => ("Warnung", "Warnungen"),
            (Self::German, "infeasible") => ("unerfüllbar", "unerfüllbar"),
            (_, other) => (other, other),
        }
    }
}

/// What an English message begins with where it is about an entry with an id, and the same in German.
const KINDS: [(&str, &str); 13] = [
    ("site", "Standort"),
    ("room", "Raum"),
    ("service", "Dienstleistung"),
    ("clerk", "Person"),
    ("walk-in quota", "Quote"),
    ("cover", "Besetzung"),
    ("demand", "Nachfrage"),
    ("appointment", "Termin"),
    ("release policy", "Freigabe"),
    ("walk-ins", "Spontankunden"),
    ("shift template", "Dienstvorlage"),
    ("contract", "Vertrag"),
    ("target", "Ziel"),
];

/// `Nachfrage „pass“` and the rest of a message that begins with `demand "pass": `.
fn subject(message: &str) -> Option<(String, &str)> {
    let (english, german) = KINDS
        .iter()
        .find(|(english, _)| message.strip_prefix(english).is_some_and(|m| m.starts_with(" \"")))?;
    let quoted = message.get(english.len() + 2..)?;
    let (id, rest) = quoted.split_once("\": ")?;
    Some((format!("{german} „{id}“"), rest))
}

/// What is wrong and what to do, in German, for every code of a scenario or plan file, every rule of
/// the judge and every conflict.
pub fn german_sentence(code: &str) -> Option<&'static str> {
    GERMAN.iter().find(|(known, _)| *known == code).map(|&(_, text)| text)
}

/// In the order of the codes of scenarios, then of rules, then of conflicts.
const GERMAN: &[(&str, &str)] = &[
    ("file.empty", "Die Datei ist leer. Speichern Sie das Szenario noch einmal."),
    (
        "file.too_large",
        "Die Datei ist größer als erlaubt. Verkürzen Sie den Zeitraum oder teilen Sie sie.",
    ),
    ("file.encoding", "Die Datei ist nicht in UTF-8 gespeichert. Speichern Sie sie als UTF-8."),
    (
        "json.syntax",
        "Die Datei ist kein gültiges JSON. Prüfen Sie Kommas, Klammern und Anführungszeichen an dieser Stelle.",
    ),
    (
        "json.cut_off",
        "Die Datei bricht mitten in einem Wert ab. Sie ist wohl nicht ganz gespeichert.",
    ),
    ("json.duplicate_key", "Ein Feld steht zweimal da. Entfernen Sie eines davon."),
    (
        "schema.unsupported",
        "Die Datei ist von anderer Art oder Version. Prüfen Sie das Feld schema.",
    ),
    ("field.missing", "Ein Feld fehlt. Ergänzen Sie es."),
    (
        "field.unknown",
        "Dieses Feld gibt es nicht. Prüfen Sie die Schreibweise oder entfernen Sie es.",
    ),
    ("field.type", "Der Wert ist von falscher Art, etwa ein Text statt einer Zahl."),
    ("field.range", "Die Zahl liegt außerhalb des Erlaubten."),
    ("field.length", "Der Text oder die Liste ist zu kurz oder zu lang."),
    ("field.word", "Dieses Wort ist hier nicht erlaubt. Nehmen Sie eines der genannten."),
    (
        "time.format",
        "Das ist keine Uhrzeit oder kein Datum der erwarteten Form, etwa 07:30 oder 2027-03-04.",
    ),
    ("list.empty", "Die Liste braucht mindestens einen Eintrag."),
    ("id.form", "Eine Kennung ist leer oder hat unsichtbare Zeichen."),
    ("id.duplicate", "Zwei Einträge haben dieselbe Kennung. Geben Sie einem eine andere."),
    (
        "reference.unknown",
        "Diese Kennung gibt es nicht. Prüfen Sie die Schreibweise oder legen Sie den Eintrag an.",
    ),
    ("zone.unknown", "Diese Zeitzone gibt es nicht. Für Deutschland ist es Europe/Berlin."),
    ("horizon.reversed", "Der Zeitraum endet, bevor er beginnt. Tauschen Sie from und until."),
    ("horizon.too_long", "Der Zeitraum hat mehr als 366 Tage. Verkürzen Sie ihn."),
    ("horizon.years", "Der Zeitraum liegt außerhalb der Jahre 1900 bis 2999."),
    (
        "scenario.too_large",
        "Über die Tage des Zeitraums vervielfacht ergibt das zu viele Einträge. Verkürzen Sie den Zeitraum.",
    ),
    (
        "time.off_grid",
        "Eine Zeit oder Dauer liegt nicht im Raster (grid_minutes). Runden Sie sie oder ändern Sie das Raster.",
    ),
    ("time.reversed", "Das Ende liegt nicht nach dem Beginn."),
    (
        "time.clock_change",
        "Diese Zeit gibt es wegen der Zeitumstellung an dem Tag nicht oder zweimal. Nehmen Sie eine andere.",
    ),
    (
        "window.clock_change",
        "Wegen der Zeitumstellung fehlt an dem Tag eine Zeit oder kommt zweimal vor; geplant wird mit dem, was bleibt.",
    ),
    (
        "dates.reversed",
        "Der letzte Tag der Gültigkeit liegt vor dem ersten. Tauschen Sie from_date und until_date.",
    ),
    (
        "travel.twice",
        "Der Weg zwischen zwei Standorten ist zweimal angegeben oder führt zu sich selbst.",
    ),
    (
        "travel.time",
        "Zwischen zwei Diensten derselben Person bleibt zu wenig Zeit für den Weg. Lassen Sie den zweiten später beginnen.",
    ),
    (
        "shift.overlap",
        "Zwei Dienste derselben Person überschneiden sich. Kürzen Sie einen oder nennen Sie andere Tage.",
    ),
    (
        "shift.closed",
        "Ein Dienst liegt ganz außerhalb der Öffnungszeiten seines Standorts. Ändern Sie den Dienst oder die Öffnungszeiten.",
    ),
    ("break.twice", "Ein Dienst hat sowohl break als auch breaks. Behalten Sie breaks."),
    (
        "break.fit",
        "Eine Pause passt nicht in ihr Zeitfenster und den Dienst. Verlängern Sie das Fenster oder kürzen Sie die Pause.",
    ),
    (
        "break.coincide",
        "Alle eines Standorts müssen zur selben Zeit Pause machen. Erweitern Sie die Zeitfenster der Pausen.",
    ),
    ("quota.shares", "Der Mindestanteil einer Quote ist größer als ihr Höchstanteil."),
    (
        "quota.return",
        "Eine Quote endet, bevor sie Zeit zurückgibt. Nennen Sie bei returns_at eine frühere Zeit.",
    ),
    (
        "quota.opening",
        "Eine Quote reicht über die Öffnungszeiten hinaus. Nur Minuten, in denen offen ist, zählen.",
    ),
    (
        "quota.no_desk",
        "Eine Quote findet an manchen Tagen keinen besetzten Schalter und verlangt dann nichts.",
    ),
    (
        "quota.no_clerk",
        "Eine Quote verlangt Fähigkeiten, die niemand hat. Schulen Sie jemanden oder ändern Sie die Quote.",
    ),
    (
        "cover.staff",
        "Die Mindestbesetzung verlangt mehr Personen, als dann Dienst haben. Senken Sie sie oder planen Sie mehr Dienste.",
    ),
    (
        "demand.opening",
        "Eine Nachfrage reicht über die Öffnungszeiten hinaus. Termine beginnen nur, solange offen ist.",
    ),
    (
        "demand.closed",
        "Eine Nachfrage hat an manchen Tagen keinen offenen Standort und wird dann nicht bedient. Nennen Sie die Tage.",
    ),
    (
        "demand.never",
        "Kein Tag des Zeitraums ist einer der Tage dieser Nachfrage, also fragt niemand. Nennen Sie andere Tage oder verlängern Sie den Zeitraum.",
    ),
    (
        "demand.unpaid",
        "Ein Termin für diese Nachfrage bringt weniger, als die freie Zeit des Personals wert ist, und wird nie veröffentlicht. Erhöhen Sie value oder mean, oder senken Sie free_minute.",
    ),
    ("demand.site_twice", "Eine Nachfrage nennt einen Standort zweimal. Er zählt einmal."),
    (
        "service.equipment",
        "Eine Dienstleistung ohne Raum verlangt Ausstattung. Entfernen Sie equipment oder room.",
    ),
    (
        "service.no_clerk",
        "Eine Dienstleistung wird nie angeboten, denn niemand hat alle Fähigkeiten dafür. Schulen Sie jemanden oder berichtigen Sie die Fähigkeiten.",
    ),
    (
        "service.no_room",
        "Eine Dienstleistung wird nie angeboten, denn kein Raum hat die Ausstattung dafür. Statten Sie einen Raum aus oder berichtigen Sie die Ausstattung.",
    ),
    (
        "promise.horizon",
        "Ein zugesagter Termin liegt außerhalb des Zeitraums. Verlängern Sie den Zeitraum oder entfernen Sie den Termin.",
    ),
    ("promise.persons", "Ein zugesagter Termin ist für niemanden oder für zu viele Personen."),
    ("promise.midnight", "Ein zugesagter Termin endet nicht am Tag, an dem er beginnt."),
    (
        "promise.closed",
        "Zur Zeit eines zugesagten Termins ist der Standort nicht durchgehend offen. Ändern Sie die Öffnungszeiten oder verlegen Sie den Termin.",
    ),
    (
        "promise.no_clerk",
        "Für einen zugesagten Termin ist niemand mit den nötigen Fähigkeiten durchgehend im Dienst. Planen Sie jemanden ein oder verlegen Sie den Termin.",
    ),
    (
        "promise.staff",
        "Wer für einen zugesagten Termin festgelegt ist, kann ihn nicht halten. Legen Sie jemand anderen fest oder niemanden.",
    ),
    ("promise.no_room", "Kein Raum des Standorts hat die Ausstattung für einen zugesagten Termin."),
    (
        "promise.room",
        "Der Raum, der für einen zugesagten Termin festgelegt ist, passt nicht. Legen Sie einen anderen fest oder keinen.",
    ),
    ("release.shares", "Eine spätere Freigabe öffnet weniger, oder zwei sind zur selben Zeit."),
    (
        "release.overlap",
        "Für einen Standort und Kanal gelten zwei Regeln der Freigabe. Behalten Sie eine.",
    ),
    (
        "release.never_opens",
        "Nach einer Regel der Freigabe kann nie etwas gebucht werden. Öffnen Sie früher oder verlangen Sie weniger Vorlauf.",
    ),
    (
        "release.site_twice",
        "Eine Regel der Freigabe nennt einen Standort zweimal. Er zählt einmal.",
    ),
    (
        "walk_ins.nothing_kept",
        "An einem Standort mit Terminen kommen Menschen ohne Termin, aber keine Zeit ist für sie frei gehalten. Legen Sie eine Quote an.",
    ),
    (
        "operations.twice",
        "Der Betrieb (operations) nennt eine Dienstleistung oder einen Standort zweimal.",
    ),
    (
        "operations.unused",
        "Ein Teil von operations bleibt ohne Wirkung. Entfernen Sie ihn aus dem Szenario.",
    ),
    ("operations.few", "Für eine Verteilung sind die Beobachtungen zu wenige."),
    (
        "staffing.bounds",
        "Eine Grenze fehlt oder steht auf der falschen Seite. Anteile und Tage sind höchstens, „innerhalb“ ist mindestens.",
    ),
    (
        "staffing.figure",
        "Das Ziel hat eine Angabe, die zu seiner Kennzahl nicht gehört, oder ihm fehlt eine.",
    ),
    (
        "staffing.length",
        "Der längste Dienst ist kürzer als der kürzeste. Tauschen Sie minutes und most_minutes.",
    ),
    (
        "staffing.most",
        "Es sind weniger Personen erlaubt als verlangt. Tauschen Sie least und most.",
    ),
    (
        "staffing.window",
        "Jeder Dienst dieser Vorlage ginge über Mitternacht. Lassen Sie ihn früher beginnen oder kürzen Sie ihn.",
    ),
    (
        "staffing.no_target",
        "Ein Budget braucht ein Ziel, für das es ausgegeben wird. Ergänzen Sie eines.",
    ),
    (
        "staffing.skill",
        "Diese Fähigkeit verlangt keine Dienstleistung. Prüfen Sie die Schreibweise.",
    ),
    (
        "staffing.shift_closed",
        "Kein Dienst dieser Vorlage trifft die Öffnungszeiten. Prüfen Sie Zeiten und Tage.",
    ),
    (
        "simulation.overload",
        "Die Anfragen nach Terminen erreichen, was gebucht werden kann. Die Vorlaufzeiten sagen dann wenig.",
    ),
    (
        "simulation.busy",
        "Das Personal ist fast die ganze Zeit beschäftigt. Kleine Änderungen wirken dann stark.",
    ),
    (
        "simulation.trend",
        "Die Vorlaufzeiten wachsen noch, wenn die gemessenen Wochen enden. Messen Sie länger.",
    ),
    ("simulation.unserved", "Es kommen Menschen, für die niemand da ist."),
    (
        "simulation.endless",
        "Menschen ohne Termin werden noch Stunden nach Schließung bedient, und nichts begrenzt das. Setzen Sie Wartenummern, Geduld oder mehr Personal ein.",
    ),
    (
        "simulation.nothing_kept",
        "Es kommen Menschen ohne Termin, aber keine Zeit ist für sie frei gehalten. Legen Sie eine Quote an.",
    ),
    ("variant.idle", "Eine Änderung der Variante bewirkt nichts."),
    (
        "variant.nobody",
        "Eine Änderung verschiebt Menschen zwischen Wegen, von denen einen niemand nimmt.",
    ),
    (
        "plan.horizon",
        "Eine Zeit des Plans liegt außerhalb des Zeitraums. Gehört der Plan zu diesem Szenario?",
    ),
    ("plan.midnight", "Ein Eintrag des Plans geht über Mitternacht."),
    ("findings.omitted", "Es gibt mehr Befunde, als aufgezählt sind. Beheben Sie zuerst diese."),
    ("window.empty", "Ein Termin, ein Block oder eine Pause endet nicht nach dem Beginn."),
    ("slot.outside_shift", "Ein Termin liegt außerhalb des Dienstes der Person, die ihn hält."),
    ("slot.outside_opening", "Ein Termin liegt außerhalb der Öffnungszeiten."),
    ("slot.wrong_length", "Ein Termin ist kürzer oder länger, als seine Dienstleistung dauert."),
    ("slot.skill", "Wer einen Termin hält, hat nicht alle Fähigkeiten dafür."),
    (
        "slot.pool_mismatch",
        "Ein Termin ist einer Nachfrage zugeordnet, die er nicht bedienen kann.",
    ),
    ("room.wrong_site", "Ein Raum gehört zu einem anderen Standort."),
    ("room.equipment", "Dem Raum eines Termins fehlt Ausstattung."),
    ("room.missing", "Ein Termin hat keinen Raum, braucht aber einen."),
    ("room.not_needed", "Ein Termin hat einen Raum, braucht aber keinen."),
    ("clerk.double_booked", "Jemand tut zwei Dinge zur selben Zeit."),
    ("room.double_booked", "Ein Raum ist zur selben Zeit zweimal belegt."),
    ("block.outside_shift", "Ein Block für Spontankunden liegt außerhalb des Dienstes der Person."),
    ("block.outside_opening", "Ein Block für Spontankunden liegt außerhalb der Öffnungszeiten."),
    ("block.too_short", "Ein Block für Spontankunden ist kürzer, als die Quote verlangt."),
    ("break.missing", "Einem Dienst fehlt seine Pause."),
    ("break.extra", "Eine Pause gehört zu keinem Dienst."),
    ("break.outside_window", "Eine Pause liegt außerhalb ihres Zeitfensters."),
    ("break.wrong_length", "Eine Pause ist kürzer oder länger als vorgesehen."),
    ("break.absent", "Eine Pause liegt in einer Abwesenheit."),
    ("quota.short", "Für Spontankunden ist weniger Zeit frei gehalten, als die Quote verlangt."),
    ("quota.over", "Für Spontankunden ist mehr Zeit frei gehalten, als die Quote erlaubt."),
    ("promise.unkept", "Ein zugesagter Termin fehlt im Plan."),
    ("promise.twice", "Ein zugesagter Termin steht zweimal im Plan."),
    ("promise.moved", "Ein zugesagter Termin liegt an anderem Ort oder zu anderer Zeit."),
    ("promise.wrong_service", "Ein zugesagter Termin ist für eine andere Dienstleistung."),
    ("promise.pinned_clerk", "Einen zugesagten Termin hält jemand anderes, als festgelegt ist."),
    ("promise.pinned_room", "Ein zugesagter Termin ist in einem anderen Raum, als festgelegt ist."),
    ("promise.in_pool", "Ein zugesagter Termin ist zugleich einer Nachfrage zugeordnet."),
    ("objective.wrong", "Der angegebene Wert des Plans stimmt nicht; er ist neu berechnet."),
    ("bound.missing", "Dem Plan fehlt eine Schranke."),
    ("bound.below_objective", "Die angegebene Schranke liegt unter dem Wert des Plans."),
    ("duties.clash", "Diese Pflichten gehen nicht alle zusammen. Lockern Sie eine von ihnen."),
    (
        "promise.clerks_taken",
        "Wer einen zugesagten Termin halten könnte, ist durch andere gebunden.",
    ),
    (
        "promise.clerks_short",
        "Für zugesagte Termine zur selben Zeit gibt es zu wenig Personal. Planen Sie mehr ein oder verlegen Sie einen.",
    ),
    (
        "promise.rooms_short",
        "Für zugesagte Termine zur selben Zeit gibt es zu wenig Räume. Verlegen Sie einen.",
    ),
    (
        "quota.least_above_most",
        "Auf das Raster gerundet verlangt eine Quote mehr, als sie erlaubt. Erweitern Sie die Anteile.",
    ),
    (
        "quota.clerks_short",
        "Für eine Quote ist zu wenig Personal im Dienst. Senken Sie den Anteil oder planen Sie mehr Dienste.",
    ),
    ("quota.rooms_short", "Für eine Quote gibt es zu wenig Räume. Senken Sie den Anteil."),
    (
        "quota.blocks_short",
        "Blöcke der verlangten Länge gehen für eine Quote nicht oft genug in die Dienste. Verkürzen Sie block_minutes.",
    ),
    (
        "quota.breaks_short",
        "Neben den Pausen bleibt für eine Quote zu wenig Zeit. Senken Sie den Anteil oder erweitern Sie die Zeitfenster der Pausen.",
    ),
    (
        "quota.promises_short",
        "Neben den zugesagten Terminen bleibt für eine Quote zu wenig Zeit. Senken Sie den Anteil.",
    ),
    (
        "quota.block_above_most",
        "Schon ein Block ist länger, als die Quote erlaubt. Verkürzen Sie block_minutes oder erhöhen Sie den Höchstanteil.",
    ),
    ("quota.capped", "Was andere Quoten höchstens erlauben, lässt für diese zu wenig."),
    (
        "quota.rooms_shared",
        "Für mehrere Quoten zusammen gibt es zu wenig Räume. Senken Sie einen Anteil.",
    ),
    (
        "quota.not_met",
        "Eine Quote wird von keinem gefundenen Plan erfüllt. Suchen Sie länger oder senken Sie den Anteil.",
    ),
    (
        "promise.not_kept",
        "Ein zugesagter Termin wird von keinem gefundenen Plan gehalten. Suchen Sie länger oder verlegen Sie ihn.",
    ),
    (
        "break.not_held",
        "Eine Pause hat in keinem gefundenen Plan Platz. Suchen Sie länger oder erweitern Sie ihr Zeitfenster.",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_code_has_two_sentences() {
        for (index, (code, text)) in GERMAN.iter().enumerate() {
            assert!(GERMAN[..index].iter().all(|(other, _)| other != code), "{code}");
            assert!(text.ends_with(['.', '?']), "{code}: {text}");
        }
    }
}
