//! What the figures mean. Definitions move results by more than noise, so they are named in every
//! output.

use serde::Serialize;

use crate::report::language::Language;
use crate::report::utilisation::rostered;
use crate::simulate::result::KpiId;

/// How something is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Definition {
    /// Stable name, which figures refer to.
    pub id: &'static str,
    /// In a sentence or two.
    #[serde(rename = "text")]
    pub english: &'static str,
    /// The same in German.
    #[serde(skip)]
    pub german: &'static str,
}

impl Definition {
    /// Its words in `language`.
    pub fn text(&self, language: Language) -> &'static str {
        match language {
            Language::English => self.english,
            Language::German => self.german,
        }
    }
}

/// The id of the definition of a figure.
pub(super) fn definition_of(id: KpiId) -> &'static str {
    match id {
        KpiId::WaitMean(_) => "wait.mean",
        KpiId::WaitMedian(_) | KpiId::WaitP90(_) => "wait.quantile",
        KpiId::WaitWithin(..) => "wait.within",
        KpiId::WaitFromDue => "wait.from_due",
        KpiId::Served(_) => "served",
        KpiId::WalkInsLost => "walk_in.lost",
        KpiId::NoShows | KpiId::NoShowMinutes => "no_show",
        KpiId::MostWaiting => "waiting.most",
        KpiId::Utilisation => "utilisation",
        KpiId::Overtime => "overtime",
        KpiId::LeadNextFree => "lead.next_free",
        KpiId::LeadBooked => "lead.booked",
        KpiId::WithoutOffer => "lead.without_offer",
        KpiId::CostPerCase | KpiId::CostPerWeek => "cost",
        KpiId::CasesPerClerkDay => "cases.per_clerk_day",
    }
}

/// All definitions, in the order in which they are explained.
pub const DEFINITIONS: [Definition; 18] = [
    Definition {
        id: "lead.next_free",
        english: "Next free appointment: days from a moment to the first slot that is free then; \
                  where nothing is free, the whole horizon of booking counts.",
        german: "Nächster freier Termin: Tage von einem Zeitpunkt bis zum ersten dann freien Termin; \
                 ist nichts frei, zählt der ganze Buchungszeitraum.",
    },
    Definition {
        id: "lead.booked",
        english: "Booked ahead: date of the appointment less date of booking; those who choose a \
                  later slot than the first are in it.",
        german: "Vorlaufzeit: Datum des Termins weniger Datum der Buchung; wer einen späteren als \
                 den ersten Termin wählt, zählt mit.",
    },
    Definition {
        id: "lead.without_offer",
        english: "Requests without an offer: nothing was free within the horizon of booking.",
        german: "Anfragen ohne Angebot: Im ganzen Buchungszeitraum war nichts frei.",
    },
    Definition {
        id: "wait.mean",
        english: "Wait: start of service less arrival. The mean is over customers served, not over \
                  days.",
        german: "Wartezeit: Beginn der Bedienung weniger Ankunft. Das Mittel geht über alle \
                 Bedienten, nicht über Tage.",
    },
    Definition {
        id: "wait.from_due",
        english: "Wait after the appointed time: counted from the later of arrival and appointment.",
        german: "Wartezeit ab Terminzeit: ab dem späteren von Ankunft und Termin.",
    },
    Definition {
        id: "wait.quantile",
        english: "Half, or nine of ten, of the customers served wait at most so long.",
        german: "Die Hälfte oder neun von zehn der Bedienten warten höchstens so lange.",
    },
    Definition {
        id: "wait.within",
        english: "Share of the customers served who wait at most so long.",
        german: "Anteil der Bedienten, die höchstens so lange warten.",
    },
    Definition {
        id: "served",
        english: "Served: customers a day, over days on which a site is open.",
        german: "Bedient: Kundinnen und Kunden je Öffnungstag.",
    },
    Definition {
        id: "walk_in.lost",
        english: "Turned away or gone: walk-ins who got no ticket, found the room full or left \
                  before they were called; they are in no wait.",
        german: "Abgewiesen oder gegangen: wer ohne Termin keine Wartenummer bekam, den Warteraum \
                 voll fand oder vor dem Aufruf ging; in keiner Wartezeit enthalten.",
    },
    Definition {
        id: "no_show",
        english: "No-shows: share of the appointments of the day to which nobody comes, and the \
                  minutes a day for which a clerk stands idle because of them, at most a mean \
                  service each: less than was planned where walk-ins fill the gap.",
        german: "Nichterscheinen: Anteil der Termine des Tages, zu denen niemand kommt, und die \
                 Minuten am Tag, die Personal deshalb wartet, je Termin höchstens eine mittlere \
                 Bedienung: weniger als geplant, wo Kunden ohne Termin die Lücke füllen.",
    },
    Definition {
        id: "waiting.most",
        english: "Most people waiting: the most at one time of a day, mean over days: seats.",
        german: "Höchstens zugleich Wartende: das Meiste eines Tages, im Mittel der Tage: \
                 Sitzplätze.",
    },
    Definition {
        id: "waiting",
        english: "People waiting at a time: the mean over the half hour, of everybody who is there and \
                  not yet served.",
        german: "Gleichzeitig Wartende: im Mittel der halben Stunde alle, die da und noch nicht \
                 bedient sind.",
    },
    Definition {
        id: "utilisation",
        english: concat!(
            "Utilisation: time spent serving within shifts over ",
            rostered!(english),
            "; overtime is apart."
        ),
        german: concat!(
            "Auslastung: Zeit der Bedienung im Dienst durch ",
            rostered!(german),
            "; Überstunden zählen für sich."
        ),
    },
    Definition {
        id: "overtime",
        english: "Overtime: from closing to the last departure, a day and site; everyone inside at \
                  closing is served.",
        german: "Überstunden: von Dienstschluss bis zum letzten Gehen, je Tag und Standort; wer bei \
                 Schließung da ist, wird bedient.",
    },
    Definition {
        id: "cost",
        english: "Cost: clerks' hours and sites, in the currency of the scenario; a case is a \
                  customer served.",
        german: "Kosten: Stunden des Personals und Standorte, in der Währung des Szenarios; ein \
                 Fall ist eine bediente Person.",
    },
    Definition {
        id: "cases.per_clerk_day",
        english: "Cases per clerk and day: customers served for each clerk and day on duty.",
        german: "Fälle je Vollzeitkraft und Tag: Bediente für jede Kraft und jeden Tag im Dienst.",
    },
    Definition {
        id: "events.order",
        english: "At one instant: departures, then ends of shifts and breaks, then their begins, \
                  then arrivals with an appointment, then walk-ins.",
        german: "Im selben Augenblick: erst Gehende, dann Ende von Diensten und Pausen, dann deren \
                 Beginn, dann Ankünfte mit Termin, dann ohne.",
    },
    Definition {
        id: "clerk.finishes",
        english: "A clerk whose shift or break is due finishes the customer first, unless the \
                  scenario's break rule interrupts.",
        german: "Wer Dienstschluss oder Pause hat, bedient erst zu Ende, wenn die Pausenregel des \
                 Szenarios nicht unterbricht.",
    },
];

/// Those that a reader of tables should know.
pub(super) const IN_TEXT: [&str; 9] = [
    "lead.next_free",
    "lead.booked",
    "wait.mean",
    "walk_in.lost",
    "waiting.most",
    "utilisation",
    "overtime",
    "cost",
    "clerk.finishes",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_figure_is_defined_once() {
        for id in KpiId::ALL {
            let wanted = definition_of(id);
            assert_eq!(DEFINITIONS.iter().filter(|one| one.id == wanted).count(), 1, "{wanted}");
        }
        for wanted in IN_TEXT {
            assert!(DEFINITIONS.iter().any(|one| one.id == wanted), "{wanted}");
        }
    }
}
