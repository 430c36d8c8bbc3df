//! Words for what a history says, in each language.

use crate::learn::{LEAD_BUCKETS, SpecialKind, Unknown, Withheld};
use crate::report::language::Language;

impl Language {
    /// `Monday`; 0 is the first.
    pub(super) fn day_of_week(self, day: usize) -> &'static str {
        self.words().days[day % 7]
    }

    /// `4–7 days`
    pub(super) fn lead_bucket(self, bucket: usize) -> String {
        let days = self.of("days", "Tage");
        let Some(&first) = LEAD_BUCKETS.get(bucket).filter(|&&first| first < i64::MAX) else {
            return self.of("unknown", "unbekannt").to_owned();
        };
        match LEAD_BUCKETS.get(bucket + 1) {
            Some(&next) if next == first + 1 && first == 0 => {
                self.of("same day", "selber Tag").to_owned()
            }
            Some(&next) if next == first + 1 => format!("{first} {}", self.of("day", "Tag")),
            Some(&next) if next < i64::MAX => format!("{first}–{} {days}", next - 1),
            _ => format!("{} {first} {days}", self.of("from", "ab")),
        }
    }

    pub(super) fn special(self, kind: SpecialKind) -> &'static str {
        match kind {
            SpecialKind::AfterClosure => self
                .of("On the first day after a closed one", "Am ersten Tag nach einer Schließung"),
            SpecialKind::MonthEnd => {
                self.of("On the last two days of a month", "An den letzten zwei Tagen eines Monats")
            }
            SpecialKind::MonthBegin => {
                self.of("On the first two days of a month", "An den ersten zwei Tagen eines Monats")
            }
        }
    }

    pub(super) fn withheld(self, why: Withheld) -> &'static str {
        match why {
            Withheld::NoVisit => self.of("no visit was measured", "kein Besuch wurde gemessen"),
            Withheld::ClerksUnknown => self.of(
                "the log does not say who served, so it may rest on fewer than five clerks \
                 (--clerks says how many there were at least)",
                "das Protokoll sagt nicht, wer bedient hat; es könnten weniger als fünf Personen \
                 sein (--clerks sagt, wie viele es mindestens waren)",
            ),
            Withheld::FewClerks => self.of(
                "fewer than five clerks served, or one of them most visits",
                "weniger als fünf Personen haben bedient, oder eine davon die meisten Besuche",
            ),
        }
    }

    /// What the history does not say, and why.
    #[allow(clippy::too_many_lines, reason = "one sentence after the other, in two languages")]
    pub(super) fn unknown(
        self,
        unknown: &Unknown,
        (sites, services): (&[String], &[String]),
    ) -> String {
        match *unknown {
            Unknown::UnmetRequests { at_horizon } => {
                let share = at_horizon.unwrap_or(0.0);
                let much = share > 0.05;
                let percent = self.percent(share, 1);
                match (self, much) {
                    (Self::English, false) => format!(
                        "Requests that found nothing leave no row: demand is at least what was \
                         booked. {percent} of the bookings lie in the last tenth of how far ahead \
                         people book, so few are likely to have found nothing."
                    ),
                    (Self::English, true) => format!(
                        "Requests that found nothing leave no row: demand is at least what was \
                         booked, and likely more. {percent} of the bookings lie in the last tenth \
                         of how far ahead people book: the calendar was full."
                    ),
                    (Self::German, false) => format!(
                        "Wer nichts fand, hinterlässt keine Zeile: Die Nachfrage ist mindestens \
                         das, was gebucht wurde. {percent} der Buchungen liegen im letzten Zehntel \
                         des Vorlaufs; vermutlich fanden wenige nichts."
                    ),
                    (Self::German, true) => format!(
                        "Wer nichts fand, hinterlässt keine Zeile: Die Nachfrage ist mindestens \
                         das, was gebucht wurde, und vermutlich höher. {percent} der Buchungen \
                         liegen im letzten Zehntel des Vorlaufs: Der Kalender war voll."
                    ),
                }
            }
            Unknown::WishedTimes => self
                .of(
                    "When of the day people would rather come: only what was free could be booked. \
                     Demand is for the whole opening hours.",
                    "Zu welcher Tageszeit man lieber käme: Buchbar war nur, was frei war. Die \
                     Nachfrage gilt für die ganze Öffnungszeit.",
                )
                .to_owned(),
            Unknown::Season { days } => match self {
                Self::English => format!(
                    "Trend and season: the history covers {days} days; it takes more than a year."
                ),
                Self::German => format!(
                    "Trend und Jahreszeit: Die Aufzeichnung umfasst {days} Tage; es braucht mehr \
                     als ein Jahr."
                ),
            },
            Unknown::BookedAt => self
                .of(
                    "How far ahead people book: the log does not say when appointments were made.",
                    "Wie weit im Voraus gebucht wird: Das Protokoll sagt nicht, wann gebucht wurde.",
                )
                .to_owned(),
            Unknown::Cancellations => self
                .of(
                    "Cancellations: the log has none.",
                    "Absagen: Das Protokoll hat keine.",
                )
                .to_owned(),
            Unknown::NoShows => self
                .of(
                    "No-shows: the log has none.",
                    "Nichterscheinen: Das Protokoll hat keine Fälle.",
                )
                .to_owned(),
            Unknown::Arrivals => self
                .of(
                    "Lateness: too few rows say when people with an appointment came.",
                    "Pünktlichkeit: Zu wenige Zeilen sagen, wann Terminkunden kamen.",
                )
                .to_owned(),
            Unknown::Patience => self
                .of(
                    "Patience: hardly anybody left before being called, as far as the log says.",
                    "Geduld: Kaum jemand ging vor dem Aufruf, soweit das Protokoll es sagt.",
                )
                .to_owned(),
            Unknown::WalkIns => self
                .of(
                    "People without an appointment: it has none. What the scenario says of them stands.",
                    "Wer ohne Termin kommt: Es gibt keine Einträge. Es bleibt, was das Szenario \
                     sagt.",
                )
                .to_owned(),
            Unknown::Durations { why } => {
                let why = self.withheld(why);
                match self {
                    Self::English => {
                        format!("How long services take: {why}; the planned minutes stand.")
                    }
                    Self::German => {
                        format!("Wie lange Anliegen dauern: {why}; es gelten die geplanten Minuten.")
                    }
                }
            }
            Unknown::Duration { service, why } => {
                let name = services.get(service).map_or("?", String::as_str);
                let why = self.withheld(why);
                match self {
                    Self::English => format!("How long {name} takes: {why}; the planned minutes stand."),
                    Self::German => format!("Wie lange {name} dauert: {why}; es gelten die geplanten Minuten."),
                }
            }
            Unknown::StoppedTickets { site, days } => {
                let name = sites.get(site).map_or("?", String::as_str);
                match self {
                    Self::English => format!(
                        "How many more would have come to {name} on {days} days on which nobody \
                         came any more long before others stop: tickets had run out, or the doors \
                         were closed. Only the time before counts."
                    ),
                    Self::German => format!(
                        "Wie viele in {name} an {days} Tagen noch gekommen wären, an denen lange \
                         vor der üblichen Zeit niemand mehr kam: Nummern vergeben oder Türen \
                         geschlossen. Nur die Zeit davor zählt."
                    ),
                }
            }
        }
    }
}
