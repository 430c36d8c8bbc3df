//! What was learnt, as text.

use chrono::{Days, NaiveDate};

use crate::learn::{DurationShape, Estimate, Learned, LeftOut, SiteArrivals};
use crate::report::language::Language;
use crate::report::table::{Table, paragraph};

/// What sites and services are called, by index.
#[derive(Debug, Clone, Default)]
pub struct Named {
    /// Sites.
    pub sites: Vec<String>,
    /// Services.
    pub services: Vec<String>,
}

/// The text: what was found, from how much, how sure, and what the history does not say. `suffices`
/// is the share of visits that slots are long enough for.
pub fn learned_text(
    learned: &Learned,
    (named, left_out): (&Named, &[LeftOut]),
    suffices: f64,
    language: Language,
) -> String {
    let text = Text { learned, named, language };
    let mut out = String::new();
    text.title(&mut out);
    text.walk_ins(&mut out);
    text.bookings(&mut out);
    text.no_shows(&mut out);
    text.people(&mut out);
    text.durations(&mut out, suffices);
    text.unknown(&mut out, left_out);
    out
}

struct Text<'a> {
    learned: &'a Learned,
    named: &'a Named,
    language: Language,
}

fn heading(out: &mut String, text: &str) {
    out.push('\n');
    out.push_str(text);
    out.push('\n');
}

impl Text<'_> {
    fn of(&self, english: &'static str, german: &'static str) -> &'static str {
        self.language.of(english, german)
    }

    /// `13.2 (12.9–13.5)`
    fn estimate(&self, estimate: Estimate, decimals: usize) -> String {
        let number = |value: f64| self.language.number(value, decimals);
        let Estimate { value, low, high } = estimate;
        // A dash beside a minus would be read as another.
        let dash = if low < 0.0 { self.of(" to ", " bis ") } else { "–" };
        format!("{} ({}{dash}{})", number(value), number(low), number(high))
    }

    fn share(&self, estimate: Estimate) -> String {
        let percent = |value: f64| value * 100.0;
        let Estimate { value, low, high } = estimate;
        let of = Estimate { value: percent(value), low: percent(low), high: percent(high) };
        format!("{} %", self.estimate(of, 1))
    }

    fn count(&self, count: u64) -> String {
        self.language.number(count as f64, 0)
    }

    fn site(&self, site: usize) -> &str {
        self.named.sites.get(site).map_or("?", String::as_str)
    }

    fn service(&self, service: usize) -> &str {
        self.named.services.get(service).map_or("?", String::as_str)
    }

    fn title(&self, out: &mut String) {
        let Self { learned, language, .. } = self;
        let visits = self.count(learned.visits);
        let dates = learned.dates.map_or_else(String::new, |(first, last)| {
            format!(", {}", language.period(date(first), date(last)))
        });
        let line = match language {
            Language::English => format!("Learnt from {visits} visits{dates}."),
            Language::German => format!("Gelernt aus {visits} Besuchen{dates}."),
        };
        paragraph(out, "", &line);
        let note = self.of(
            "In brackets: 90 % intervals, given the history. Clerks are counted, never compared.",
            "In Klammern: 90-%-Intervalle, gegeben die Aufzeichnung. Beschäftigte werden gezählt, \
             nie verglichen.",
        );
        paragraph(out, "", note);
        if learned.undated > 0 {
            let rows = self.count(learned.undated);
            let line = match language {
                Language::English => format!("{rows} rows have no date or place and say nothing."),
                Language::German => {
                    format!("{rows} Zeilen haben kein Datum oder keinen Ort und sagen nichts.")
                }
            };
            paragraph(out, "", &line);
        }
    }

    fn walk_ins(&self, out: &mut String) {
        let sites: Vec<&SiteArrivals> =
            self.learned.walk_ins.iter().filter(|site| site.count > 0).collect();
        if sites.is_empty() {
            return;
        }
        heading(out, self.of("Without an appointment", "Ohne Termin"));
        let header = [
            "",
            "",
            self.of("days", "Tage"),
            self.of("people a day", "Personen am Tag"),
            self.of("busiest half-hour", "stärkste halbe Stunde"),
            self.of("an hour then", "dann je Stunde"),
        ];
        let mut table = Table::new(2, &header);
        for site in &sites {
            for (index, day) in site.weekdays.iter().enumerate() {
                let busiest = day
                    .half_hours
                    .iter()
                    .max_by(|a, b| a.per_hour.value.total_cmp(&b.per_hour.value));
                let name = if index == 0 { self.site(site.site) } else { "" };
                table.row(vec![
                    name.to_owned(),
                    self.language.day_of_week(day.weekday).to_owned(),
                    day.days.to_string(),
                    self.estimate(day.per_day, 1),
                    busiest.map_or_else(String::new, |rate| clock(rate.half_hour)),
                    busiest.map_or_else(String::new, |rate| self.estimate(rate.per_hour, 1)),
                ]);
            }
        }
        table.render(out);
        for site in &sites {
            self.walk_in_notes(out, site);
        }
    }

    fn walk_in_notes(&self, out: &mut String, site: &SiteArrivals) {
        let name = self.site(site.site);
        let cv = site.day_cv;
        let cv = Estimate { value: cv.value * 100.0, low: cv.low * 100.0, high: cv.high * 100.0 };
        let cv = self.estimate(cv, 0);
        let mut line = match self.language {
            Language::English => {
                format!("{name}: days of a weekday differ by ±{cv} % beyond chance.")
            }
            Language::German => {
                format!(
                    "{name}: Tage desselben Wochentags schwanken um ±{cv} % über den Zufall hinaus."
                )
            }
        };
        if let Some(trend) = site.trend {
            let change = Estimate {
                value: (trend.value - 1.0) * 100.0,
                low: (trend.low - 1.0) * 100.0,
                high: (trend.high - 1.0) * 100.0,
            };
            let change = self.estimate(change, 1);
            line += &match self.language {
                Language::English => format!(" Trend: {change} % a year."),
                Language::German => format!(" Trend: {change} % im Jahr."),
            };
        }
        for special in &site.special {
            let factor = self.estimate(special.factor, 2);
            let (kind, days) = (self.language.special(special.kind), special.days);
            line += &match self.language {
                Language::English => {
                    format!(" {kind} {factor} times as many come ({days} days).")
                }
                Language::German => format!(" {kind} kommen {factor}-mal so viele ({days} Tage)."),
            };
        }
        paragraph(out, "", &line);
    }

    fn bookings(&self, out: &mut String) {
        let bookings = &self.learned.bookings;
        if bookings.count == 0 {
            return;
        }
        heading(out, self.of("Appointments", "Termine"));
        let mut table = Table::new(1, &["", self.of("value", "Wert"), self.of("from", "aus")]);
        let all = self.count(bookings.count);
        table.row(vec![self.of("Booked", "Gebucht").to_owned(), all.clone(), String::new()]);
        if let Some(lead) = bookings.lead {
            let known = self.count(lead.count);
            let number = |value: f64| self.language.number(value, 1);
            let three = [lead.mean, lead.median, lead.p90].map(number).join(" / ");
            table.row(vec![
                self.of(
                    "Days ahead: mean / median / nine of ten",
                    "Tage voraus: Mittel / Median / neun von zehn",
                )
                .to_owned(),
                three,
                known.clone(),
            ]);
            table.row(vec![
                self.of(
                    "Took the first slot known to be free, at most",
                    "Nahm den ersten als frei bekannten, höchstens",
                )
                .to_owned(),
                self.share(lead.first_free),
                known,
            ]);
        }
        if let Some(cancelled) = &bookings.cancelled {
            let name = self.of("Cancelled", "Abgesagt").to_owned();
            table.row(vec![name, self.share(cancelled.share), all]);
        }
        table.render(out);
        let mut notes = Vec::new();
        if bookings.unknown > 0 {
            let count = self.count(bookings.unknown);
            notes.push(match self.language {
                Language::English => {
                    format!("Of {count} appointments it is not known when they were made.")
                }
                Language::German => {
                    format!("Von {count} Terminen ist nicht bekannt, wann sie gebucht wurden.")
                }
            });
        }
        if bookings.after > 0 {
            let count = self.count(bookings.after);
            notes.push(match self.language {
                Language::English => format!("{count} were entered after their own time."),
                Language::German => format!("{count} wurden erst nach ihrer Zeit eingetragen."),
            });
        }
        notes.iter().for_each(|note| paragraph(out, "", note));
    }

    fn no_shows(&self, out: &mut String) {
        let Some(no_shows) = &self.learned.no_shows else { return };
        heading(out, self.of("No-shows", "Nicht erschienen"));
        let header = [
            self.of("booked ahead", "Vorlauf"),
            self.of("appointments", "Termine"),
            self.of("share at the end", "Anteil am Ende"),
        ];
        let mut table = Table::new(1, &header);
        for lead in &no_shows.by_lead {
            let name = self.language.lead_bucket(lead.bucket);
            table.row(vec![name, self.count(lead.count), self.share(lead.share)]);
        }
        table.rule();
        let all = self.of("all", "alle").to_owned();
        table.row(vec![all, self.count(no_shows.appointments), self.share(no_shows.share)]);
        table.heading(self.of("by service", "nach Anliegen"));
        for of in &no_shows.by_service {
            let name = format!("  {}", self.service(of.service));
            table.row(vec![name, self.count(of.count), self.share(of.share)]);
        }
        table.render(out);
        let number = |value: f64, decimals| self.language.number(value, decimals);
        let (day, drift) = (number(no_shows.day_sd, 2), number(no_shows.drift_sd, 2));
        paragraph(
            out,
            "",
            &match self.language {
                Language::English => format!(
                    "Log odds of days differ with a standard deviation of {day}; their level drifts by \
                 {drift} a month."
                ),
                Language::German => format!(
                    "Die logarithmierten Chancen der Tage streuen mit {day}; ihr Niveau wandert um \
                 {drift} im Monat."
                ),
            },
        );
        if let Some(trial) = no_shows.trial {
            let (held, days) = (self.language.percent(trial.held, 0), trial.days);
            let (brier, plain) = (number(trial.brier, 4), number(trial.brier_constant, 4));
            let calibration = number(trial.calibration, 3);
            paragraph(
                out,
                "",
                &match self.language {
                    Language::English => format!(
                        "Tried on the last {days} days, each forecast from those before it: the 90 % \
                     interval held on {held} of the days; Brier score {brier} (one constant share: \
                     {plain}); calibration error {calibration}."
                    ),
                    Language::German => format!(
                        "Erprobt an den letzten {days} Tagen, jeder aus den vorigen vorhergesagt: Das \
                     90-%-Intervall hielt an {held} der Tage; Brier-Wert {brier} (ein fester \
                     Anteil: {plain}); Kalibrierungsfehler {calibration}."
                    ),
                },
            );
        }
    }

    fn people(&self, out: &mut String) {
        let (lateness, patience) = (self.learned.lateness, self.learned.patience);
        if lateness.is_none() && patience.mean.is_none() {
            return;
        }
        heading(out, self.of("How people come and wait", "Wie man kommt und wartet"));
        let mut table = Table::new(1, &["", self.of("minutes", "Minuten"), self.of("from", "aus")]);
        if let Some(late) = lateness {
            let count = self.count(late.count);
            let mean = self.of("After the appointed time", "Nach der Terminzeit").to_owned();
            table.row(vec![mean, self.estimate(late.mean, 1), count.clone()]);
            let sd = self.of("Standard deviation", "Standardabweichung").to_owned();
            table.row(vec![sd, self.estimate(late.sd, 1), count]);
        }
        if let Some(mean) = patience.mean {
            let name =
                self.of("Walk-ins wait before they leave", "Ohne Termin wartet man höchstens");
            let left = self.count(patience.left);
            table.row(vec![name.to_owned(), self.estimate(mean, 0), left]);
        }
        table.render(out);
    }

    fn durations(&self, out: &mut String, suffices: f64) {
        let known: Vec<_> =
            self.learned.durations.iter().filter(|of| of.withheld.is_none()).collect();
        if known.is_empty() {
            return;
        }
        heading(out, self.of("How long services take", "Wie lange Anliegen dauern"));
        let share = self.language.percent(suffices, 0);
        let enough = match self.language {
            Language::English => format!("{share} need at most"),
            Language::German => format!("{share} brauchen höchstens"),
        };
        let header = [
            "",
            self.of("persons", "Personen"),
            self.of("visits", "Besuche"),
            self.of("mean, min", "Mittel, min"),
            self.of("variation", "Streuung"),
            &enough,
        ];
        let mut table = Table::new(1, &header);
        for of in &known {
            for (index, persons) in of.persons.iter().enumerate() {
                let name = if index == 0 { self.service(of.service) } else { "" };
                table.row(vec![
                    name.to_owned(),
                    persons.persons.to_string(),
                    self.count(persons.count),
                    self.estimate(persons.mean, 1),
                    self.estimate(persons.cv, 2),
                    self.language.number(persons.suffices, 1),
                ]);
            }
        }
        table.render(out);
        let gamma: Vec<String> = known
            .iter()
            .filter(|of| of.shape == DurationShape::Gamma)
            .map(|of| self.service(of.service).to_owned())
            .collect();
        if !gamma.is_empty() {
            let list = self.language.list(&gamma);
            paragraph(
                out,
                "",
                &match self.language {
                    Language::English => format!(
                        "Lognormal; a gamma distribution forecasts days that were left out better for \
                     {list}."
                    ),
                    Language::German => format!(
                        "Lognormal; eine Gammaverteilung sagt ausgelassene Tage besser vorher für {list}."
                    ),
                },
            );
        }
        if self.learned.durations_left_out > 0 {
            let count = self.count(self.learned.durations_left_out);
            paragraph(
                out,
                "",
                &match self.language {
                    Language::English => format!(
                        "{count} lengths were left out: less than a second, or more than eight hours."
                    ),
                    Language::German => format!(
                        "{count} Dauern blieben außer Acht: unter einer Sekunde oder über acht Stunden."
                    ),
                },
            );
        }
    }

    fn unknown(&self, out: &mut String, left_out: &[LeftOut]) {
        let names = (self.named.sites.as_slice(), self.named.services.as_slice());
        heading(out, self.of("What the history does not say", "Was die Aufzeichnung nicht sagt"));
        for unknown in &self.learned.unknown {
            paragraph(out, "- ", &self.language.unknown(unknown, names));
        }
        let mut told: Vec<(usize, usize, bool)> = Vec::new();
        for one in left_out {
            let key = (one.site, one.weekday, one.booked);
            if told.contains(&key) {
                continue;
            }
            told.push(key);
            let alike = left_out.iter().filter(|o| (o.site, o.weekday, o.booked) == key);
            let per_day = self.language.number(alike.map(|o| o.per_day).sum(), 1);
            let (site, day) = (self.site(one.site), self.language.day_of_week(one.weekday));
            paragraph(
                out,
                "- ",
                &match self.language {
                    Language::English => format!(
                        "{per_day} people a day come to {site} on a {day} when the scenario says that \
                     it is closed; they are not in it."
                    ),
                    Language::German => format!(
                        "{per_day} Personen am Tag kommen ({site}, {day}), wenn laut Szenario \
                     geschlossen ist; sie fehlen darin."
                    ),
                },
            );
        }
    }
}

/// A date from days since 1970.
pub(super) fn date(days: i64) -> NaiveDate {
    let since = Days::new(days.unsigned_abs());
    let epoch = NaiveDate::default();
    let date = if days < 0 { epoch.checked_sub_days(since) } else { epoch.checked_add_days(since) };
    date.unwrap_or(epoch)
}

/// Begin of a half-hour.
fn clock(half_hour: usize) -> String {
    format!("{:02}:{:02}", half_hour / 2, half_hour % 2 * 30)
}
