//! A staffing in figures.

use serde::Serialize;

use crate::report::csv::{Cell, Csv};
use crate::report::language::Language;
use crate::report::simulation::Measured;
use crate::scenario::{ShiftTemplate, StaffFigure, Weekday};
use crate::simulate::statistics::Estimate;
use crate::staffing::{
    Answer, Certificate, Figure, FoundPerson, Looseness, NextClerk, Obstacle, Standing, Verdict,
};
use crate::time::Clock;

/// The least staff of a scenario. Serialises as `"staffing/1"`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = StaffingAnswer))]
pub struct StaffingReport {
    /// `"staffing/1"`.
    #[cfg_attr(feature = "schema", schema(value_type = StaffingForm))]
    pub schema: &'static str,
    /// What the planner calls the scenario.
    pub name: String,
    /// How it ended.
    pub verdict: Verdict,
    /// Cost a week of the roster, those included who stay anyway; left out where there is none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(nullable = false))]
    pub cost: Option<f64>,
    /// No roster that reaches the targets costs less a week; left out where none reaches them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(nullable = false))]
    pub bound: Option<f64>,
    /// Cost less bound, in weeks of a clerk.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(nullable = false))]
    pub gap_clerk_weeks: Option<f64>,
    /// What a week of a clerk costs.
    pub clerk_week: f64,
    /// Cost a week of the existing staff that stays in any case.
    pub fixed_cost: f64,
    /// Whether `people` are people with contracts, or hold shifts together.
    pub counts_people: bool,
    /// Whether the shift templates were taken over from the existing staff.
    pub derived_templates: bool,
    /// Shifts a week of the people.
    pub shifts: u32,
    /// Hours a week of the people, without breaks.
    pub hours: f64,
    /// Who works what.
    pub people: Vec<PersonReport>,
    /// Ids of existing clerks who may go.
    pub gone: Vec<String>,
    /// By target.
    pub targets: Vec<TargetReport>,
    /// What stands in the way of every roster: none of these can be done without.
    pub obstacles: Vec<Obstacle>,
    /// Share of requests without an offer that any number of clerks leaves, at the least.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(nullable = false))]
    pub least_without_offer: Option<f64>,
    /// Why the bound may be far below the truth.
    pub looseness: Vec<String>,
    /// Needed and present by half-hour.
    pub curves: Vec<CurveReport>,
    /// Rosters that were simulated: none is both dearer and worse than another.
    pub front: Vec<FrontReport>,
    /// What one shift more would bring; left out where that was not simulated.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(nullable = false))]
    pub next: Option<NextReport>,
    /// Shifts that may be asked for.
    pub templates: Vec<TemplateReport>,
    /// Rosters that were simulated.
    pub trials: u64,
    /// Cuts for walk-ins in the proof.
    pub cuts: usize,
    /// What can be checked of it.
    #[cfg_attr(feature = "schema", schema(value_type = Object))]
    pub certificate: Certificate,
}

#[cfg(feature = "schema")]
crate::names! {
    /// The form of an answer about staff.
    StaffingForm = ["staffing/1"];
}

/// Somebody of a roster.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = StaffingPerson))]
pub struct PersonReport {
    /// Id among the staff of the scenario with the roster.
    pub id: String,
    /// Id of the contract; left out where shifts are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(nullable = false))]
    pub contract: Option<String>,
    /// Id of the site.
    pub site: String,
    /// Id of the first shift template.
    pub template: String,
    /// The shifts of a week.
    pub shifts: Vec<ShiftReport>,
}

/// A shift of a week.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = StaffingShift))]
pub struct ShiftReport {
    /// The day of the week.
    pub day: Weekday,
    /// When it begins, by the wall clock.
    #[cfg_attr(feature = "schema", schema(example = "07:30"))]
    pub from: String,
    /// When it ends.
    #[cfg_attr(feature = "schema", schema(example = "13:00"))]
    pub until: String,
}

/// A target and what the roster makes of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = StaffingTarget))]
pub struct TargetReport {
    /// Id of the target.
    pub id: String,
    /// Which figure, as in targets.
    pub of: StaffFigure,
    /// What must be reached.
    pub bound: f64,
    /// Whether at least, or at most.
    pub at_least: bool,
    /// How sure.
    pub confidence: f64,
    /// The figure with half of its 95 % interval.
    pub measured: Measured,
    /// What is known of it.
    pub standing: Standing,
    /// Whether it is a share.
    #[serde(skip)]
    pub(super) is_share: bool,
}

/// A site on a weekday by half-hour.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = StaffingCurve))]
pub struct CurveReport {
    /// The site, as the scenario names it for people.
    pub site: String,
    /// Its id.
    pub site_id: String,
    /// The day of the week.
    pub day: Weekday,
    /// From opening to closing.
    pub half_hours: Vec<HalfHourReport>,
}

/// A half-hour.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = StaffingHalfHour))]
pub struct HalfHourReport {
    /// Minute of the day at which it begins.
    pub from: u32,
    /// Clerks whom walk-ins and appointments keep busy on average.
    pub needed: f64,
    /// Clerks on shift.
    pub present: f64,
    /// Mean wait of walk-ins who come then, in minutes; left out where nobody does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schema(nullable = false))]
    pub wait: Option<f64>,
}

/// A roster that was simulated.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = StaffingFrontPoint))]
pub struct FrontReport {
    /// Cost a week.
    pub cost: f64,
    /// By target; null where nobody came whom it is about.
    pub figures: Vec<Option<f64>>,
    /// Whether it seems to reach all targets.
    pub reaches: bool,
}

/// What one shift more would bring, where walk-ins wait longest.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = StaffingNext))]
pub struct NextReport {
    /// Id of its template.
    pub template: String,
    /// The shift.
    pub shift: ShiftReport,
    /// Cost a week of the roster with it.
    pub cost: f64,
    /// By target: change of the figure with half of its 95 % interval, on the same random numbers.
    pub changes: Vec<Measured>,
}

/// A shift template.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = StaffingTemplate))]
pub struct TemplateReport {
    /// Its id.
    pub id: String,
    /// Id of the site.
    pub site: String,
    /// What its people can do.
    pub skills: Vec<String>,
}

/// The figures of an answer about the scenario called `name`.
pub fn staffing_report(name: &str, answer: &Answer, certificate: &Certificate) -> StaffingReport {
    let bound = Some(answer.bound).filter(|bound| bound.is_finite());
    let roster = answer.roster.as_ref();
    let suffices = roster.filter(|roster| roster.confirmed);
    let gap = suffices.zip(bound).map(|(roster, bound)| (roster.cost - bound).max(0.0));
    StaffingReport {
        schema: "staffing/1",
        name: name.to_owned(),
        verdict: answer.verdict,
        cost: roster.map(|roster| roster.cost),
        bound,
        gap_clerk_weeks: gap.map(|gap| gap / answer.clerk_week.max(1e-9)),
        clerk_week: answer.clerk_week,
        fixed_cost: answer.fixed_cost,
        counts_people: answer.counts_people,
        derived_templates: answer.derived,
        shifts: roster.map_or(0, |roster| roster.shifts),
        hours: roster.map_or(0.0, |roster| roster.hours),
        people: roster.map_or_else(Vec::new, |roster| {
            roster
                .people
                .iter()
                .map(|person| PersonReport::new(person, &answer.templates))
                .collect()
        }),
        gone: roster.map_or_else(Vec::new, |roster| roster.gone.clone()),
        targets: roster.map_or_else(Vec::new, |roster| {
            roster.figures.iter().map(TargetReport::from).collect()
        }),
        obstacles: answer.obstacles.clone(),
        least_without_offer: answer.least_without_offer,
        looseness: answer.looseness.iter().map(looseness).collect(),
        curves: answer
            .curves
            .iter()
            .map(|curve| CurveReport {
                site: curve.name.clone(),
                site_id: curve.id.clone(),
                day: curve.weekday,
                half_hours: curve
                    .half_hours
                    .iter()
                    .map(|point| HalfHourReport {
                        from: point.from,
                        needed: point.needed,
                        present: point.present,
                        wait: point.wait,
                    })
                    .collect(),
            })
            .collect(),
        front: answer
            .front
            .iter()
            .map(|point| FrontReport {
                cost: point.cost,
                figures: point.figures.clone(),
                reaches: point.reaches,
            })
            .collect(),
        next: answer.next.as_ref().map(|next| NextReport::new(next, &answer.templates)),
        templates: answer
            .templates
            .iter()
            .map(|template| TemplateReport {
                id: template.id.clone(),
                site: template.site.clone(),
                skills: template.skills.clone(),
            })
            .collect(),
        trials: answer.trials,
        cuts: answer.cuts,
        certificate: certificate.clone(),
    }
}

/// In stable words.
fn looseness(looseness: &Looseness) -> String {
    match looseness {
        Looseness::Figure(figure) => format!("figure:{}", figure.word()),
        Looseness::MayLeave => "may_leave".to_owned(),
        Looseness::Skills => "skills".to_owned(),
        Looseness::Both => "both".to_owned(),
    }
}

impl PersonReport {
    fn new(person: &FoundPerson, templates: &[ShiftTemplate]) -> Self {
        let template = templates.get(person.template);
        Self {
            id: person.person.id.clone(),
            contract: person.person.contract.clone(),
            site: template.map(|template| template.site.clone()).unwrap_or_default(),
            template: template.map(|template| template.id.clone()).unwrap_or_default(),
            shifts: person
                .shifts
                .iter()
                .map(|&(day, from, until)| ShiftReport {
                    day,
                    from: Clock(from).to_string(),
                    until: Clock(until).to_string(),
                })
                .collect(),
        }
    }
}

impl NextReport {
    fn new(next: &NextClerk, templates: &[ShiftTemplate]) -> Self {
        Self {
            template: templates.get(next.template).map(|t| t.id.clone()).unwrap_or_default(),
            shift: ShiftReport {
                day: next.weekday,
                from: Clock(next.from).to_string(),
                until: Clock(next.until).to_string(),
            },
            cost: next.cost,
            changes: next.changes.iter().map(|&change| measured(change)).collect(),
        }
    }
}

/// An estimate as it is told; not a number where there is none.
fn measured(estimate: Option<Estimate>) -> Measured {
    match estimate {
        Some(estimate) => Measured {
            value: estimate.value,
            half_width: estimate.half_width,
            replications: estimate.replications,
        },
        None => Measured { value: f64::NAN, half_width: f64::NAN, replications: 0 },
    }
}

impl TargetReport {
    /// Whether nobody came whom it is about, so that it asks for nothing.
    pub(in crate::report) fn is_void(&self) -> bool {
        self.standing == Standing::Reached && !self.measured.value.is_finite()
    }
}

impl From<&Figure> for TargetReport {
    fn from(figure: &Figure) -> Self {
        let goal = &figure.goal;
        Self {
            id: goal.id.clone(),
            of: goal.figure,
            bound: goal.bound,
            at_least: goal.at_least(),
            confidence: goal.confidence,
            measured: measured(figure.estimate),
            standing: figure.standing,
            is_share: goal.figure.is_share(),
        }
    }
}

impl StaffingReport {
    /// The roster as a table for spreadsheets: a row for each shift of each holder.
    pub fn to_csv(&self, language: Language) -> String {
        let header = match language {
            Language::English => ["person", "contract", "site", "template", "day", "from", "until"],
            Language::German => ["Person", "Vertrag", "Standort", "Vorlage", "Tag", "von", "bis"],
        };
        let mut csv = Csv::new(language, &header);
        for person in &self.people {
            for shift in &person.shifts {
                csv.row(&[
                    Cell::Text(&person.id),
                    Cell::Text(person.contract.as_deref().unwrap_or_default()),
                    Cell::Text(&person.site),
                    Cell::Text(&person.template),
                    Cell::Text(language.short_day(shift.day)),
                    Cell::Text(&shift.from),
                    Cell::Text(&shift.until),
                ]);
            }
        }
        csv.finish()
    }
}
