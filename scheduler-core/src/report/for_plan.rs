//! The fewest clerks that keep what a plan promises, as data and as text.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::language::Language;
use super::table::{Table, paragraph};
use crate::check::check;
use crate::problem::{Plan, Problem};
use crate::scenario::{Finding, Severity};
use crate::staffing::fixed_tasks::Ended;
use crate::staffing::for_plan::{DayStaff, Keep, StaffForPlan};

/// The fewest clerks that keep what a plan promises. Serialises as `"staff-for-plan/1"`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StaffFigures {
    /// `"staff-for-plan/1"`.
    pub schema: &'static str,
    /// What the planner calls the scenario.
    pub name: String,
    /// Whether slots that are not promised are kept.
    pub keeps_slots: bool,
    /// Whether walk-in blocks are kept.
    pub keeps_walk_ins: bool,
    /// Clerks with a shift, summed over the site-days.
    pub present: usize,
    /// Clerks who keep it in the plan given, summed.
    pub planned: usize,
    /// Clerks who are needed, summed; null where nobody was found on some day.
    pub needed: Option<usize>,
    /// No fewer clerks suffice, summed.
    pub at_least: usize,
    /// Whether no answer is better on any day.
    pub proven: bool,
    /// In order of date and site.
    pub days: Vec<DayFigures>,
    /// Names by id: of the clerks of the days, where they have one that is not the id.
    pub clerk_names: BTreeMap<String, String>,
    /// The same of the sites.
    pub site_names: BTreeMap<String, String>,
    /// Moves between counters in the plan given: stays after the first of a shift, and those away
    /// from the clerk's own counter.
    pub moves_planned: usize,
    /// The same with the clerks who are needed.
    pub moves: usize,
    /// Whether the plan with the clerks who are needed keeps every rule, says the judge.
    pub valid: bool,
    /// The rules that it breaks.
    pub violations: Vec<Finding>,
}

/// A site on a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DayFigures {
    /// Id of the site.
    pub site: String,
    /// The date.
    pub date: NaiveDate,
    /// Promises to keep.
    pub promises: usize,
    /// Other slots to keep.
    pub slots: usize,
    /// Walk-in blocks to keep.
    pub walk_in_blocks: usize,
    /// Clerks with a shift.
    pub present: usize,
    /// Clerks who keep it in the plan given.
    pub planned: usize,
    /// Clerks who are needed; null where nobody was found for all of it.
    pub needed: Option<usize>,
    /// No fewer clerks suffice; one more than are present where it is proven that all of them cannot
    /// keep it.
    pub at_least: usize,
    /// Whether it is proven that no answer is better.
    pub proven: bool,
    /// Ids of those who are needed.
    pub clerks: Vec<String>,
    /// Ids of the others with a shift, who are free.
    pub free: Vec<String>,
}

/// What `staff`, found for `before` and what to `keep`, comes to.
pub fn staff_figures(
    problem: &Problem,
    before: &Plan,
    keep: Keep,
    staff: &StaffForPlan,
) -> StaffFigures {
    let days: Vec<DayFigures> = staff.days.iter().map(|day| figures(problem, day)).collect();
    let sum = |of: fn(&DayFigures) -> usize| days.iter().map(of).sum();
    let report = check(problem, &staff.plan);
    let broken = report.violations.into_iter().map(|violation| Finding {
        severity: Severity::Error,
        code: violation.code(),
        pointer: violation.pointer,
        message: violation.message,
    });
    let violations: Vec<Finding> = broken.collect();
    let is_named = |(id, name): &(&String, &String)| id != name && !name.is_empty();
    let owned = |(id, name): (&String, &String)| (id.clone(), name.clone());
    let clerks = problem.clerks.iter().map(|clerk| (&clerk.id, &clerk.name)).filter(is_named);
    let is_listed = |(id, _): &(&String, &String)| {
        days.iter().any(|day| day.clerks.contains(id) || day.free.contains(id))
    };
    let clerk_names = clerks.filter(is_listed).map(owned).collect();
    let sites = problem.sites.iter().map(|site| (&site.id, &site.name)).filter(is_named);
    let site_names =
        sites.filter(|(id, _)| days.iter().any(|day| day.site == **id)).map(owned).collect();
    StaffFigures {
        schema: "staff-for-plan/1",
        name: problem.name.clone(),
        keeps_slots: keep.slots,
        keeps_walk_ins: keep.walk_ins,
        present: sum(|day| day.present),
        planned: sum(|day| day.planned),
        needed: days.iter().map(|day| day.needed).sum(),
        at_least: sum(|day| day.at_least),
        proven: days.iter().all(|day| day.proven),
        moves_planned: problem.moves(&problem.stays(before)),
        moves: problem.moves(&problem.stays(&staff.plan)),
        valid: violations.is_empty(),
        violations,
        days,
        clerk_names,
        site_names,
    }
}

fn figures(problem: &Problem, day: &DayStaff) -> DayFigures {
    let place = &problem.site_days[day.site_day];
    let ids = |clerks: &[usize]| clerks.iter().map(|&c| problem.clerks[c].id.clone()).collect();
    let mut present: Vec<usize> =
        problem.shifts[place.shifts.clone()].iter().map(|shift| shift.clerk).collect();
    present.sort_unstable();
    present.dedup();
    DayFigures {
        site: problem.sites[place.site].id.clone(),
        date: problem.dates[place.day],
        promises: day.promises,
        slots: day.slots,
        walk_in_blocks: day.walk_in_blocks,
        present: present.len(),
        planned: day.planned,
        needed: day.needed.as_ref().map(Vec::len),
        at_least: day.bound,
        proven: day.ended == Ended::Proven,
        clerks: ids(day.needed.as_deref().unwrap_or(&[])),
        free: ids(&day.free),
    }
}

impl StaffFigures {
    /// A table of the days, then who is needed and who is free, of at most 100 columns.
    pub fn to_text(&self, language: Language) -> String {
        let mut out = String::new();
        paragraph(&mut out, "", &self.name);
        paragraph(&mut out, "", language.staff_heading(self));
        out.push('\n');
        self.table(language).render(&mut out);
        out.push('\n');
        paragraph(&mut out, "", &language.staff_verdict(self));
        for day in &self.days {
            out.push('\n');
            paragraph(&mut out, "", &self.place(day, language));
            if day.needed.is_none() {
                paragraph(&mut out, "  ", language.staff_nobody(day.proven));
                continue;
            }
            let [needed, free] = language.staff_groups();
            for (head, clerks) in [(needed, &day.clerks), (free, &day.free)] {
                if !clerks.is_empty() {
                    let clerks: Vec<String> =
                        clerks.iter().map(|id| called(&self.clerk_names, id)).collect();
                    paragraph(&mut out, &format!("  {head}: "), &clerks.join(", "));
                }
            }
        }
        out
    }

    /// A day and its site by name.
    fn place(&self, day: &DayFigures, language: Language) -> String {
        let site = self.site_names.get(&day.site).unwrap_or(&day.site);
        format!("{}, {site}", language.date(day.date))
    }

    fn table(&self, language: Language) -> Table {
        let mut table = Table::new(1, &language.staff_heads());
        let count = |value: usize| language.count(value);
        let needed = |value: Option<usize>| value.map_or_else(|| "–".to_owned(), count);
        for day in &self.days {
            table.row(vec![
                self.place(day, language),
                count(day.promises),
                count(day.slots),
                count(day.walk_in_blocks),
                count(day.present),
                count(day.planned),
                needed(day.needed),
                count(day.at_least),
                needed(day.needed.map(|needed| day.present - needed)),
            ]);
        }
        if self.days.len() > 1 {
            let sum = |of: fn(&DayFigures) -> usize| count(self.days.iter().map(of).sum());
            table.rule();
            table.row(vec![
                language.words().total.to_owned(),
                sum(|day| day.promises),
                sum(|day| day.slots),
                sum(|day| day.walk_in_blocks),
                count(self.present),
                count(self.planned),
                needed(self.needed),
                count(self.at_least),
                needed(self.needed.map(|needed| self.present - needed)),
            ]);
        }
        table
    }
}

/// `Name (id)`, or the id alone of whom has no name.
fn called(names: &BTreeMap<String, String>, id: &str) -> String {
    names.get(id).map_or_else(|| id.to_owned(), |name| format!("{name} ({id})"))
}

impl Language {
    fn staff_heading(self, figures: &StaffFigures) -> &'static str {
        match (self, figures.keeps_slots, figures.keeps_walk_ins) {
            (Self::English, false, false) => "Fewest clerks that keep all promises",
            (Self::English, false, true) => {
                "Fewest clerks that keep all promises and walk-in blocks"
            }
            (Self::English, true, false) => "Fewest clerks that keep all published slots",
            (Self::English, true, true) => {
                "Fewest clerks that keep all published slots and walk-in blocks"
            }
            (Self::German, false, false) => "Wenigste Beschäftigte, die alle Zusagen halten",
            (Self::German, false, true) => {
                "Wenigste Beschäftigte, die alle Zusagen und Spontanzeiten halten"
            }
            (Self::German, true, false) => "Wenigste Beschäftigte, die alle Termine halten",
            (Self::German, true, true) => {
                "Wenigste Beschäftigte, die alle Termine und Spontanzeiten halten"
            }
        }
    }

    fn staff_heads(self) -> [&'static str; 9] {
        match self {
            Self::English => [
                "Day and site",
                "Promises",
                "Slots",
                "Walk-in",
                "On shift",
                "In the plan",
                "Needed",
                "At least",
                "Free",
            ],
            Self::German => [
                "Tag, Standort",
                "Zusagen",
                "Termine",
                "Spontan",
                "Im Dienst",
                "Im Plan",
                "Nötig",
                "Mindestens",
                "Frei",
            ],
        }
    }

    fn staff_groups(self) -> [&'static str; 2] {
        match self {
            Self::English => ["needed", "free"],
            Self::German => ["nötig", "frei"],
        }
    }

    fn staff_nobody(self, proven: bool) -> &'static str {
        match (self, proven) {
            (Self::English, true) => "All clerks on shift together cannot keep it.",
            (Self::English, false) => "No assignment was found that keeps all of it.",
            (Self::German, true) => "Auch alle im Dienst zusammen können das nicht halten.",
            (Self::German, false) => "Es wurde keine Zuteilung gefunden, die alles hält.",
        }
    }

    fn staff_verdict(self, figures: &StaffFigures) -> String {
        let StaffFigures { needed, at_least, proven, moves, moves_planned, .. } = figures;
        let (least, now, then) =
            (self.count(*at_least), self.count(*moves_planned), self.count(*moves));
        let found = needed.map(|needed| match (self, needed) {
            (Self::English, 1) => "1 clerk-day suffices".to_owned(),
            (Self::English, _) => format!("{} clerk-days suffice", self.count(needed)),
            (Self::German, 1) => "1 Personentag genügt".to_owned(),
            (Self::German, _) => format!("{} Personentage genügen", self.count(needed)),
        });
        let judged = match (self, figures.violations.len()) {
            (Self::English, 0) => "The judge finds no rule broken.".to_owned(),
            (Self::English, 1) => "The judge finds one rule broken.".to_owned(),
            (Self::English, count) => format!("The judge finds {count} rules broken."),
            (Self::German, 0) => "Der Prüfer findet keine verletzte Regel.".to_owned(),
            (Self::German, 1) => "Der Prüfer findet eine verletzte Regel.".to_owned(),
            (Self::German, count) => format!("Der Prüfer findet {count} verletzte Regeln."),
        };
        let how_many = match (self, found, proven) {
            (Self::English, Some(found), true) => {
                format!("{found}; it is proven that fewer do not.")
            }
            (Self::English, Some(found), false) => {
                format!("{found}; fewer than {least} do not, in between is open.")
            }
            (Self::English, None, _) => "On some days no assignment keeps all of it.".to_owned(),
            (Self::German, Some(found), true) => {
                format!("{found}; bewiesen ist, dass weniger nicht genügen.")
            }
            (Self::German, Some(found), false) => {
                format!("{found}; weniger als {least} nicht, dazwischen ist offen.")
            }
            (Self::German, None, _) => "An manchen Tagen hält keine Zuteilung alles.".to_owned(),
        };
        let moved = match self {
            Self::English => {
                format!("Moves between counters: {now} in the plan, {then} with those needed.")
            }
            Self::German => {
                format!("Wechsel am Schalter: {now} im Plan, {then} mit denen, die nötig sind.")
            }
        };
        format!("{how_many} {moved} {judged}")
    }
}
