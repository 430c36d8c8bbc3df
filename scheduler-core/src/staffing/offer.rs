//! What may be asked for: shifts by weekday, begin and length, and clerks who may be done without.

use std::collections::BTreeMap;

use crate::problem::Problem;
use crate::scenario::{Break, ExistingStaff, Scenario, Shift, ShiftTemplate, Staffing, Weekday};
use crate::simulate::booking::Repeat;
use crate::time::Clock;

use super::StaffError;

/// Most columns of a program: beyond, begins and lengths should be further apart.
const MOST_COLUMNS: usize = 6000;

/// Most shapes of shifts that are taken over from existing clerks: those that most of them work.
const MOST_DERIVED: usize = 40;

/// A shift that may be asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Index into [`Offer::templates`].
    pub template: usize,
    /// Index of its site in the problem.
    pub site: usize,
    /// When it is worked, each week.
    pub weekday: Weekday,
    /// First minute of the day.
    pub from: u32,
    /// First minute after.
    pub until: u32,
    /// The breaks that fit into it.
    pub breaks: Vec<Break>,
    /// Dates of the cycle on which somebody with it works, by index.
    pub dates: Vec<usize>,
    /// Cost of somebody with it, a week.
    pub cost: f64,
}

impl Column {
    /// Minutes on shift without breaks.
    pub fn paid_minutes(&self) -> u32 {
        let rest: u32 = self.breaks.iter().map(|pause| pause.minutes).sum();
        (self.until - self.from).saturating_sub(rest)
    }

    /// The same as an entry of a clerk at the site with the id `site`.
    pub(super) fn shift(&self, site: &str) -> Shift {
        Shift {
            site: site.to_owned(),
            days: Some(vec![self.weekday]),
            from: Clock(self.from),
            until: Clock(self.until),
            breaks: self.breaks.clone(),
            ..Shift::default()
        }
    }
}

/// All that a roster may be made of.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Shift templates: those of the scenario, or those that its clerks work.
    pub templates: Vec<ShiftTemplate>,
    /// Whether they were taken over from the clerks, as the scenario names none.
    pub derived: bool,
    /// The shifts, in order of template, weekday, begin and length.
    pub columns: Vec<Column>,
    /// Clerks of the problem who may be done without, and what each costs a week.
    pub removable: Vec<(usize, f64)>,
    /// What the clerks cost a week who stay.
    pub fixed_cost: f64,
    /// What an hour of a clerk costs where nothing else says so.
    pub hour_cost: f64,
}

impl Offer {
    /// What the `staffing` of `scenario` offers; `problem` is the one without those who are left
    /// out.
    ///
    /// # Errors
    /// Where there are too many shifts to choose from, or none.
    pub fn new(
        scenario: &Scenario,
        staffing: &Staffing,
        problem: &Problem,
    ) -> Result<Self, StaffError> {
        let derived = staffing.shift_templates.is_empty();
        let templates = if derived { derive(scenario) } else { staffing.shift_templates.clone() };
        let repeat = Repeat::of(problem);
        let weeks = (repeat.days / 7).max(1) as f64;
        let mut columns = Vec::new();
        for (index, template) in templates.iter().enumerate() {
            let found = problem.sites.iter().position(|site| site.id == template.site);
            let Some(site) = found else { continue };
            for weekday in Weekday::ALL {
                if template.days.as_ref().is_some_and(|days| !days.contains(&weekday)) {
                    continue;
                }
                let dates = open_dates(problem, repeat, site, weekday);
                if dates.is_empty() {
                    continue;
                }
                for (from, until) in spans(template) {
                    let breaks = fitting(&template.breaks, from, until);
                    let mut column = Column {
                        template: index,
                        site,
                        weekday,
                        from,
                        until,
                        breaks,
                        dates: dates.clone(),
                        cost: 0.0,
                    };
                    let hour = template.cost_per_hour.unwrap_or(problem.operations.per_clerk_hour);
                    let each =
                        f64::from(column.paid_minutes()) / 60.0 * hour + template.cost_per_shift;
                    column.cost = each * dates.len() as f64 / weeks;
                    columns.push(column);
                    if columns.len() > MOST_COLUMNS {
                        return Err(StaffError::TooManyShifts { most: MOST_COLUMNS });
                    }
                }
            }
        }
        let costs = clerk_costs(problem, repeat, weeks);
        let is_removable = staffing.existing == ExistingStaff::Removable;
        let removable: Vec<(usize, f64)> = if is_removable {
            costs.iter().copied().enumerate().filter(|&(_, cost)| cost > 0.0).collect()
        } else {
            Vec::new()
        };
        if columns.is_empty() && removable.is_empty() {
            return Err(StaffError::NoShifts);
        }
        let fixed_cost = if is_removable { 0.0 } else { costs.iter().sum() };
        let hour_cost = problem.operations.per_clerk_hour;
        Ok(Self { templates, derived, columns, removable, fixed_cost, hour_cost })
    }

    /// Whether whoever works `column` has all of `skills`.
    pub(super) fn has_skills(&self, column: &Column, skills: &[&str]) -> bool {
        let known = &self.templates[column.template].skills;
        skills.iter().all(|skill| known.iter().any(|own| own == skill))
    }
}

/// Dates of the cycle that fall on `weekday` and on which `site` is open.
fn open_dates(problem: &Problem, repeat: Repeat, site: usize, weekday: Weekday) -> Vec<usize> {
    (0..repeat.dates)
        .filter(|&day| {
            Weekday::from(chrono::Datelike::weekday(&problem.dates[day])) == weekday
                && !problem.site_days[problem.site_day(site, day)].open.is_empty()
        })
        .collect()
}

/// Begin and end of each shift of `template`.
fn spans(template: &ShiftTemplate) -> Vec<(u32, u32)> {
    let last = template.start_until.unwrap_or(template.start_from).0;
    let longest = template.most_minutes.unwrap_or(template.minutes);
    let starts =
        (template.start_from.0..=last).step_by(template.start_every_minutes.max(1) as usize);
    starts
        .flat_map(|from| {
            let lengths =
                (template.minutes..=longest).step_by(template.length_every_minutes.max(1) as usize);
            lengths.map(move |length| (from, from + length))
        })
        .filter(|&(_, until)| until <= 1440)
        .collect()
}

/// Those of `breaks` that fit into a shift one after the other.
fn fitting(breaks: &[Break], from: u32, until: u32) -> Vec<Break> {
    let mut earliest = from;
    let mut some = Vec::new();
    for pause in breaks {
        let begin = pause.from.0.max(earliest);
        if begin + pause.minutes <= pause.until.0.min(until) {
            earliest = begin + pause.minutes;
            some.push(*pause);
        }
    }
    some
}

/// Shifts that the clerks of `scenario` work, each by people with all skills of its site.
fn derive(scenario: &Scenario) -> Vec<ShiftTemplate> {
    type Shape = (String, u32, u32, Vec<(u32, u32, u32)>);
    let mut shapes: BTreeMap<Shape, (usize, Vec<Weekday>, Vec<Break>)> = BTreeMap::new();
    let mut skills: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for clerk in &scenario.staff {
        for shift in &clerk.shifts {
            let known = skills.entry(&shift.site).or_default();
            for skill in &clerk.skills {
                if !known.contains(skill) {
                    known.push(skill.clone());
                }
            }
            let breaks: Vec<Break> = match shift.pause {
                Some(pause) => vec![pause],
                None => shift.breaks.clone(),
            };
            let key = breaks.iter().map(|b| (b.minutes, b.from.0, b.until.0)).collect();
            let shape = (shift.site.clone(), shift.from.0, shift.until.0, key);
            let (count, days, of_shape) = shapes.entry(shape).or_default();
            *count += 1;
            let all = Weekday::ALL.to_vec();
            for day in shift.days.as_ref().unwrap_or(&all) {
                if !days.contains(day) {
                    days.push(*day);
                }
            }
            *of_shape = breaks;
        }
    }
    let mut shapes: Vec<_> = shapes.into_iter().collect();
    shapes.sort_by(|a, b| b.1.0.cmp(&a.1.0).then_with(|| a.0.cmp(&b.0)));
    shapes.truncate(MOST_DERIVED);
    shapes.sort_by(|a, b| a.0.cmp(&b.0));
    let template = |((site, from, until, _), (_, mut days, breaks)): (Shape, (_, Vec<_>, _))| {
        days.sort_unstable();
        let mut skills = skills.get(site.as_str()).cloned().unwrap_or_default();
        skills.sort_unstable();
        ShiftTemplate {
            id: format!("{site}-{}-{}", Clock(from), Clock(until)),
            start_from: Clock(from),
            minutes: until.saturating_sub(from),
            days: Some(days),
            breaks,
            skills,
            site,
            ..ShiftTemplate::default()
        }
    };
    let mut templates: Vec<ShiftTemplate> = shapes.into_iter().map(template).collect();
    // Shapes that differ in their breaks only.
    for index in 1..templates.len() {
        let stem = templates[index].id.clone();
        let before = templates[..index].iter().filter(|other| other.id.starts_with(&stem)).count();
        if before > 0 {
            templates[index].id = format!("{stem}-{}", before + 1);
        }
    }
    templates
}

/// What each clerk of `problem` costs a week: hours on shift on dates of the cycle on which the site
/// is open, without breaks.
fn clerk_costs(problem: &Problem, repeat: Repeat, weeks: f64) -> Vec<f64> {
    let mut costs = vec![0.0; problem.clerks.len()];
    for shift in &problem.shifts {
        let place = &problem.site_days[shift.site_day];
        if place.day >= repeat.dates || place.open.is_empty() {
            continue;
        }
        let present: u32 = shift.present().map(|window| u32::from(window.steps())).sum();
        let rest: u32 = shift.breaks.iter().map(|pause| u32::from(pause.steps)).sum();
        let hours = f64::from(present.saturating_sub(rest) * problem.grid.minutes()) / 60.0;
        costs[shift.clerk] += hours * problem.operations.per_clerk_hour / weeks;
    }
    costs
}
