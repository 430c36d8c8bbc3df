//! A staffing as people read it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::figures::{StaffingReport, TargetReport};
use crate::report::language::Language;
use crate::report::table::Table;
use crate::scenario::{StaffFigure, Weekday};
use crate::staffing::{Obstacle, Standing, Verdict};

impl Language {
    /// `Mon`, `Mo` for Monday.
    pub(super) fn short_day(self, day: Weekday) -> &'static str {
        self.words().days_short[day as usize]
    }
}

impl StaffingReport {
    /// The answer for people: the verdict, each target, the roster, and what limits the proof.
    pub fn to_text(&self, language: Language) -> String {
        let mut out = String::new();
        let heading = match language {
            Language::English => "least staff",
            Language::German => "geringste Besetzung",
        };
        let _ = writeln!(out, "{}\n", Language::heading(&self.name, heading));
        for line in self.verdict_lines(language) {
            let _ = writeln!(out, "{line}");
        }
        out.push('\n');
        if !self.targets.is_empty() {
            self.targets_table(language).render(&mut out);
            out.push('\n');
        }
        if !self.people.is_empty() {
            self.roster_table(language).render(&mut out);
            out.push('\n');
        }
        if !self.gone.is_empty() {
            let who = self.gone.join(", ");
            let _ = match language {
                Language::English => writeln!(out, "Can be done without: {who}.\n"),
                Language::German => writeln!(out, "Entbehrlich: {who}.\n"),
            };
        }
        self.next_line(language, &mut out);
        self.front_lines(language, &mut out);
        for line in self.notes(language) {
            let _ = writeln!(out, "· {line}");
        }
        out
    }

    /// The verdict in one sentence or two.
    pub fn verdict_lines(&self, language: Language) -> Vec<String> {
        let money = |value: f64| language.number(value, 0);
        let cost = self.cost.map(money).unwrap_or_default();
        let bound = self.bound.map(money).unwrap_or_default();
        let size = self.size(language);
        let gap = self.gap_clerk_weeks.unwrap_or(0.0);
        let gap = language.number((gap * 100.0).ceil() / 100.0, 2);
        let mut lines = match (self.verdict, language) {
            (Verdict::Proven, Language::English) => vec![format!(
                "{size} suffice for {cost} a week, and no roster that costs less does, with somebody there \
                 whenever the doors are open."
            )],
            (Verdict::Proven, Language::German) => vec![format!(
                "{size} reichen, für {cost} in der Woche, und keine billigere Besetzung reicht, bei der \
                 immer jemand da ist, solange geöffnet ist."
            )],
            (Verdict::Suffices, Language::English) => vec![
                format!("{size} suffice for {cost} a week."),
                format!(
                    "No roster below {bound} a week does, with somebody there whenever the doors are \
                     open; between the two lie {gap} weeks of a clerk."
                ),
            ],
            (Verdict::Suffices, Language::German) => vec![
                format!("{size} reichen, für {cost} in der Woche."),
                format!(
                    "Unter {bound} in der Woche reicht keine, bei der immer jemand da ist, solange \
                     geöffnet ist; dazwischen liegen {gap} Wochen einer Person."
                ),
            ],
            (Verdict::Affordable, Language::English) => vec![format!(
                "The best that was found for the money: {size}, {cost} a week."
            )],
            (Verdict::Affordable, Language::German) => vec![format!(
                "Das Beste, was für das Geld gefunden wurde: {size}, {cost} in der Woche."
            )],
            (Verdict::Impossible, Language::English) => {
                vec![
                    "No roster with somebody there whenever the doors are open reaches the targets, \
                     however many people there are."
                        .to_owned(),
                ]
            }
            (Verdict::Impossible, Language::German) => {
                vec![
                    "Keine Besetzung, bei der immer jemand da ist, solange geöffnet ist, erreicht die \
                     Ziele, wie viele es auch sind."
                        .to_owned(),
                ]
            }
            (Verdict::Open, Language::English) => vec![
                "No roster was found that reaches the targets, and it is not proven that there is \
                 none."
                    .to_owned(),
                format!("One that did, with somebody there whenever the doors are open, would cost at least \
                     {bound} a week."),
            ],
            (Verdict::Open, Language::German) => vec![
                "Es wurde keine Besetzung gefunden, die die Ziele erreicht, und es ist nicht bewiesen, \
                 dass es keine gibt."
                    .to_owned(),
                format!("Sie würde in der Woche mindestens {bound} kosten, wenn immer jemand da ist, solange \
                     geöffnet ist."),
            ],
        };
        if !self.obstacles.is_empty() {
            let names: Vec<String> =
                self.obstacles.iter().map(|&one| obstacle(one, language).to_owned()).collect();
            let list = language.list(&names);
            lines.push(match language {
                Language::English => format!("What stands in the way: {list}."),
                Language::German => format!("Im Weg stehen: {list}."),
            });
        }
        lines.extend(self.budget_line(language));
        lines.extend(
            self.targets
                .iter()
                .filter(|target| target.is_void())
                .map(|target| void(target, language)),
        );
        if let Some(share) = self.least_without_offer {
            // Rounded down: "at least" must stay true.
            let share = language.percent((share * 1000.0).floor() / 1000.0, 1);
            lines.push(match language {
                Language::English => format!(
                    "With any number of clerks at least {share} of the requests stay without an offer."
                ),
                Language::German => format!(
                    "Mit beliebig vielen Beschäftigten bleiben mindestens {share} der Wünsche ohne \
                     Angebot."
                ),
            });
        }
        lines
    }

    /// What is proven of the money that there is.
    fn budget_line(&self, language: Language) -> Option<String> {
        let budget = self.certificate.staffing.budget?;
        let money = |value: f64| language.number(value, 0);
        let is_more = |cost: f64| cost > budget + 1e-6 * budget.max(1.0);
        if is_more(self.fixed_cost) {
            let (fixed, budget) = (money(self.fixed_cost), money(budget));
            return Some(match language {
                Language::English => format!(
                    "The present staff, which stays, costs {fixed} a week, more than the budget of \
                     {budget}: it is proven that no roster can be had for it."
                ),
                Language::German => format!(
                    "Die heutige Besetzung, die bleibt, kostet {fixed} in der Woche, mehr als die {budget}, \
                     die es gibt: Dafür gibt es bewiesenermaßen keine Besetzung."
                ),
            });
        }
        let bound =
            self.bound.filter(|&bound| is_more(bound) && self.verdict == Verdict::Affordable)?;
        let (bound, budget) = (money(bound), money(budget));
        Some(match language {
            Language::English => format!(
                "It is proven that no roster for {budget} a week reaches all targets: one that did, with \
                 somebody there whenever the doors are open, would cost at least {bound}."
            ),
            Language::German => format!(
                "Für {budget} in der Woche erreicht bewiesenermaßen keine Besetzung alle Ziele: Sie würde \
                 mindestens {bound} kosten, wenn immer jemand da ist, solange geöffnet ist."
            ),
        })
    }

    /// `12 people` or `31 shifts a week`.
    fn size(&self, language: Language) -> String {
        let hours = language.number(self.hours, 1);
        let stays = self.fixed_cost > 0.0;
        match (language, self.counts_people) {
            (Language::English, true) => {
                let people = language.count(self.people.len());
                let more = if stays { " more" } else { "" };
                format!("{people}{more} people with {hours} hours a week")
            }
            (Language::German, true) => {
                let people = language.count(self.people.len());
                let more = if stays { "weitere " } else { "" };
                format!("{people} {more}Personen mit {hours} Stunden in der Woche")
            }
            (Language::English, false) => {
                let shifts = language.count(self.shifts as usize);
                let more = if stays { " more" } else { "" };
                format!("{shifts}{more} shifts a week ({hours} hours)")
            }
            (Language::German, false) => {
                let shifts = language.count(self.shifts as usize);
                let more = if stays { "weitere " } else { "" };
                format!("{shifts} {more}Dienste in der Woche ({hours} Stunden)")
            }
        }
    }

    fn targets_table(&self, language: Language) -> Table {
        let header = match language {
            Language::English => ["target", "asked for", "reached", ""],
            Language::German => ["Ziel", "verlangt", "erreicht", ""],
        };
        let mut table = Table::new(1, &header);
        for target in &self.targets {
            let sign = if target.at_least { "≥" } else { "≤" };
            let asked = format!("{sign} {}", figure(target, target.bound, language));
            let is = if target.measured.value.is_finite() {
                format!(
                    "{} ± {}",
                    figure(target, target.measured.value, language),
                    figure(target, target.measured.half_width, language)
                )
            } else {
                "–".to_owned()
            };
            let mark = match target.standing {
                _ if target.is_void() => "–",
                Standing::Reached => "✓",
                Standing::Missed => "✗",
                _ => "?",
            };
            table.row(vec![target.id.clone(), asked, is, mark.to_owned()]);
        }
        table
    }

    /// How many of each shift by weekday.
    fn roster_table(&self, language: Language) -> Table {
        let mut counts: BTreeMap<(&str, &str, &str, &str), [u32; 7]> = BTreeMap::new();
        for person in &self.people {
            for shift in &person.shifts {
                let key =
                    (person.site.as_str(), person.template.as_str(), &*shift.from, &*shift.until);
                counts.entry(key).or_default()[shift.day as usize] += 1;
            }
        }
        let mut header = match language {
            Language::English => vec!["shift template", "from – until"],
            Language::German => vec!["Dienstvorlage", "von – bis"],
        };
        header.extend(language.words().days_short);
        let mut table = Table::new(2, &header);
        let mut site = "";
        for (&(of, template, from, until), days) in &counts {
            if of != site {
                table.heading(of);
                site = of;
            }
            let mut cells = vec![template.to_owned(), format!("{from} – {until}")];
            let cell = |count: &u32| if *count == 0 { String::new() } else { count.to_string() };
            cells.extend(days.iter().map(cell));
            table.row(cells);
        }
        table
    }

    /// `One shift more (nord-day, Mon 07:30 – 16:00) would bring: …`
    fn next_line(&self, language: Language, out: &mut String) {
        let Some(next) = &self.next else { return };
        let told = self.targets.iter().zip(&next.changes);
        let told = told.filter(|(_, change)| change.value.is_finite());
        let changes = told.map(|(target, change)| {
            let sign = if change.value > 0.0 { "+" } else { "" };
            let value = figure(target, change.value, language);
            format!("{} {sign}{value} ± {}", target.id, figure(target, change.half_width, language))
        });
        let changes: Vec<String> = changes.collect();
        if changes.is_empty() {
            return;
        }
        let day = language.short_day(next.shift.day);
        let shift = format!("{}, {day} {} – {}", next.template, next.shift.from, next.shift.until);
        let changes = changes.join("; ");
        let _ = match language {
            Language::English => {
                writeln!(out, "One shift more ({shift}) would bring: {changes}.\n")
            }
            Language::German => writeln!(out, "Ein Dienst mehr ({shift}) brächte: {changes}.\n"),
        };
    }

    fn front_lines(&self, language: Language, out: &mut String) {
        if self.front.len() < 2 || self.targets.is_empty() {
            return;
        }
        let (title, cost) = match language {
            Language::English => {
                ("What more or less money would bring (search, not test)", "a week")
            }
            Language::German => {
                ("Was mehr oder weniger Geld brächte (Suche, nicht Prüfung)", "Woche")
            }
        };
        let _ = writeln!(out, "{title}");
        let mut header = vec![cost];
        header.extend(self.targets.iter().map(|target| target.id.as_str()));
        header.push("");
        let mut table = Table::new(0, &header);
        for point in &self.front {
            let mut cells = vec![language.number(point.cost, 0)];
            for (target, value) in self.targets.iter().zip(&point.figures) {
                cells.push(value.map_or("–".to_owned(), |value| figure(target, value, language)));
            }
            cells.push(if point.reaches { "✓" } else { "" }.to_owned());
            table.row(cells);
        }
        table.render(out);
        out.push('\n');
    }

    /// What a planner should know.
    pub fn notes(&self, language: Language) -> Vec<String> {
        let mut notes = Vec::new();
        let english = language == Language::English;
        if self.derived_templates {
            notes.push(if english {
                "The scenario names no shift templates: shifts are those that its clerks work today, \
                 held by people with all skills of their site."
                    .to_owned()
            } else {
                "Das Szenario nennt keine Dienstvorlagen: Die Dienste sind die, die heute gearbeitet \
                 werden, von Personen mit allen Fähigkeiten ihres Standorts."
                    .to_owned()
            });
        }
        if !self.counts_people {
            notes.push(if english {
                "Without contracts shifts are counted, not people; a week of a clerk is 39 hours."
                    .to_owned()
            } else {
                "Ohne Verträge werden Dienste gezählt, nicht Personen; eine Woche sind 39 Stunden."
                    .to_owned()
            });
        }
        for word in &self.looseness {
            notes.push(loose(word, language));
        }
        notes.push(if english {
            format!(
                "{} rosters were planned and simulated; {} cuts for walk-ins are in the proof.",
                self.trials, self.cuts
            )
        } else {
            format!(
                "{} Besetzungen wurden geplant und simuliert; {} Schnitte für Spontankunden stehen im \
                 Beweis.",
                self.trials, self.cuts
            )
        });
        notes
    }
}

/// A figure of a target in its unit.
fn figure(target: &TargetReport, value: f64, language: Language) -> String {
    if target.is_share {
        return language.percent(value, 1);
    }
    let number = language.number(value, 1);
    match (target.of, language) {
        (StaffFigure::NextFree, Language::English) => format!("{number} days"),
        (StaffFigure::NextFree, Language::German) => format!("{number} Tage"),
        _ => format!("{number} min"),
    }
}

/// Why a target asks for nothing.
fn void(target: &TargetReport, language: Language) -> String {
    let id = &target.id;
    match language {
        Language::English => {
            let nobody = match target.of {
                StaffFigure::WalkInsWithin
                | StaffFigure::WalkInsMeanWait
                | StaffFigure::WalkInsLost => "comes without an appointment",
                StaffFigure::AppointmentsWithin | StaffFigure::AppointmentsMeanWait => {
                    "comes with an appointment"
                }
                _ => "asks for an appointment",
            };
            format!("“{id}” asks for nothing: nobody {nobody} when and where it counts.")
        }
        Language::German => {
            let nobody = match target.of {
                StaffFigure::WalkInsWithin
                | StaffFigure::WalkInsMeanWait
                | StaffFigure::WalkInsLost => "kommt niemand ohne Termin",
                StaffFigure::AppointmentsWithin | StaffFigure::AppointmentsMeanWait => {
                    "kommt niemand mit Termin"
                }
                _ => "wünscht niemand einen Termin",
            };
            format!("„{id}“ verlangt nichts: Wann und wo es zählt, {nobody}.")
        }
    }
}

fn obstacle(one: Obstacle, language: Language) -> &'static str {
    match (one, language) {
        (Obstacle::Rooms, Language::English) => "the counters and rooms",
        (Obstacle::Rooms, Language::German) => "die Schalter und Räume",
        (Obstacle::Equipment, Language::English) => "the rooms with equipment",
        (Obstacle::Equipment, Language::German) => "die Räume mit Ausstattung",
        (Obstacle::Skills, Language::English) => "the skills that may be asked for",
        (Obstacle::Skills, Language::German) => "die Fähigkeiten, nach denen gefragt werden kann",
        (Obstacle::Clerks, Language::English) => "the clerks who may be asked for",
        (Obstacle::Clerks, Language::German) => "die Personen, nach denen gefragt werden kann",
        (Obstacle::WalkIns, Language::English) => "the walk-ins who have to be called in time",
        (Obstacle::WalkIns, Language::German) => {
            "die Spontankunden, die rechtzeitig aufzurufen sind"
        }
        (Obstacle::Work, Language::English) => "the work that has to be done without more overtime",
        (Obstacle::Work, Language::German) => "die Arbeit, die ohne mehr Überstunden zu tun ist",
        (Obstacle::Templates, Language::English) => "least and most of shift templates",
        (Obstacle::Templates, Language::German) => "die Grenzen der Dienstvorlagen",
        (Obstacle::Contracts, Language::English) => "the contracts",
        (Obstacle::Contracts, Language::German) => "die Verträge",
        (Obstacle::Doors, Language::English) => "open doors at times without a shift",
        (Obstacle::Doors, Language::German) => "Öffnungszeiten, zu denen es keinen Dienst gibt",
        (Obstacle::Offers, Language::English) => "the requests that have to find an offer",
        (Obstacle::Offers, Language::German) => "die Wünsche, die ein Angebot finden müssen",
    }
}

fn loose(word: &str, language: Language) -> String {
    let english = language == Language::English;
    if let Some(figure) = word.strip_prefix("figure:") {
        return if english {
            format!(
                "Nothing bounds the clerks whom the target on {figure} takes: the bound knows the other targets only."
            )
        } else {
            format!(
                "Wie viele das Ziel {figure} braucht, begrenzt nichts: Die Schranke kennt nur die anderen Ziele."
            )
        };
    }
    match (word, english) {
        ("may_leave", true) => {
            "Walk-ins may leave, and who leaves counts for nothing: the bound does not know them."
                .to_owned()
        }
        ("may_leave", false) => {
            "Spontankunden können gehen, und wer geht, zählt nicht: Die Schranke kennt sie nicht."
                .to_owned()
        }
        ("skills", true) => {
            "Some services can be done by few only; the bound takes everybody for everything and may be \
             far below the truth."
                .to_owned()
        }
        ("skills", false) => {
            "Manche Leistungen können nur einige erbringen; die Schranke nimmt alle für alles und kann \
             weit unter der Wahrheit liegen."
                .to_owned()
        }
        (_, true) => {
            "Appointments and walk-ins are bounded each by themselves; together they take more. With a \
             target on overtime the bound knows all the work."
                .to_owned()
        }
        (_, false) => {
            "Termine und Spontankunden sind je für sich begrenzt; zusammen brauchen sie mehr. Mit einem \
             Ziel für Überstunden kennt die Schranke alle Arbeit."
                .to_owned()
        }
    }
}
