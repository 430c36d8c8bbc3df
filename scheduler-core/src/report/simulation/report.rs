//! A simulation in figures.

use serde::Serialize;

use super::crowds::{self, ServiceFigure, TimeFigure};
use super::definitions::{DEFINITIONS, Definition, definition_of};
use super::remarks::Remark;
use super::waiting::{WaitlistFigure, waitlist_figures};
use crate::scenario::Finding;
use crate::simulate::booking::{BookingBy, Repeat};
use crate::simulate::model::Channel;
#[cfg(feature = "schema")]
use crate::simulate::result::KpiId;
use crate::simulate::result::{Better, HalfHour, Kpi, Run, Stop, Unit};
use crate::simulate::statistics::{Estimate, Sample, Split, estimate, ratio, split};

/// A simulation in figures. Serialises as `"simulation/1"`.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "schema", schema(as = Simulation))]
pub struct SimulationReport {
    /// `"simulation/1"`.
    #[cfg_attr(feature = "schema", schema(value_type = SimulationForm))]
    pub schema: &'static str,
    /// What the planner calls the scenario.
    pub name: String,
    /// Sites by index, as the scenario names them for people.
    pub sites: Vec<String>,
    /// Replications done.
    pub replications: u64,
    /// Customers that went through them.
    pub customers: u64,
    /// Seed of the random numbers.
    pub seed: u64,
    /// What people who asked for an appointment were offered.
    pub booking_by: BookingBy,
    /// Who was ill on which date, while the plan stood; left out where nobody was.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schema(required = false))]
    pub absent: Vec<AbsentClerk>,
    /// How the dates of the scenario became weeks without end.
    pub repeat: RepeatFigures,
    /// Largest half width over value of the headline figures; null while there is none.
    #[cfg_attr(feature = "schema", schema(value_type = Option<f64>))]
    pub precision_reached: f64,
    /// Why it ended.
    pub stop: Stop,
    /// How many draws of what may be true the replications took in turns; left out where the figures of
    /// the scenario are true.
    #[serde(skip_serializing_if = "is_zero")]
    #[cfg_attr(feature = "schema", schema(required = false))]
    pub draws: usize,
    /// What a planner should know before reading on.
    pub warnings: Vec<Finding>,
    /// The same as people read it.
    #[serde(skip)]
    pub(super) remarks: Vec<Remark>,
    /// All figures: of all sites together, then of each site.
    pub figures: Vec<Figure>,
    /// What the waitlist brings, over all sites; left out where there is none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "schema", schema(required = false))]
    pub waitlist: Vec<WaitlistFigure>,
    /// Mean waits by half hour of arrival: of all sites together, then of each site.
    pub half_hours: Vec<HalfHourFigure>,
    /// Waits and losses by service: of all sites together, then of each where there are several.
    pub services: Vec<ServiceFigure>,
    /// The same by weekday and half hour of arrival, and people waiting then.
    pub times: Vec<TimeFigure>,
    /// Lead times by day of the run, over all sites.
    pub lead_by_day: Vec<LeadFigure>,
    /// What queueing formulas say beside it.
    pub analytic: Vec<SanityFigures>,
    /// How the figures are counted.
    #[cfg_attr(feature = "schema", schema(value_type = Vec<Definition>))]
    pub definitions: &'static [Definition],
}

#[cfg(feature = "schema")]
crate::names! {
    /// The form of a simulation.
    SimulationForm = ["simulation/1"];
    /// Which figure.
    FigureId = KpiId::ALL.map(KpiId::id);
    /// How figures are counted.
    DefinitionId = DEFINITIONS.iter().map(|definition| definition.id);
}

/// A clerk who is ill on a date.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct AbsentClerk {
    /// Id of the clerk.
    pub staff: String,
    /// Date, `"2027-03-04"`.
    pub date: String,
}

/// How the dates of the scenario became weeks without end.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct RepeatFigures {
    /// Days after which everything repeats; whole weeks.
    pub days: usize,
    /// Dates of the scenario that repeat; on the other days everything is closed.
    pub dates: usize,
    /// Dates at its end that do not repeat, as they make no whole week.
    pub dates_left_out: usize,
}

impl From<Repeat> for RepeatFigures {
    fn from(repeat: Repeat) -> Self {
        Self { days: repeat.days, dates: repeat.dates, dates_left_out: repeat.left_out }
    }
}

/// A value with half of its 95 % interval; null in JSON where nothing was observed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Measured {
    /// The estimate.
    #[cfg_attr(feature = "schema", schema(value_type = Option<f64>))]
    pub value: f64,
    /// The true value lies within so much of it, to each side, with 95 % certainty.
    #[cfg_attr(feature = "schema", schema(value_type = Option<f64>))]
    pub half_width: f64,
    /// Replications that it rests on.
    pub replications: u64,
}

/// Half widths of the two parts of a 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SplitFigure {
    /// Because replications are few: more of them make it smaller.
    pub chance: f64,
    /// Because what is true of the office is known from a history only: a longer one makes it smaller.
    pub unknown: f64,
    /// Both together.
    pub both: f64,
}

impl From<Split> for SplitFigure {
    fn from(split: Split) -> Self {
        Self { chance: split.chance, unknown: split.unknown, both: split.both() }
    }
}

/// Whether a count is left out.
fn is_zero(count: &usize) -> bool {
    *count == 0
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Figure {
    /// Stable name, such as `wait.walk_in.mean`.
    #[cfg_attr(feature = "schema", schema(value_type = FigureId))]
    pub id: &'static str,
    /// Name of the site; null for all together.
    pub site: Option<String>,
    /// Its id.
    pub site_id: Option<String>,
    /// The estimate.
    #[serde(flatten)]
    pub measured: Measured,
    /// What part of it is chance and what part is not knowing; left out where the scenario has no
    /// draws, or replications are fewer than twice as many, and for quantiles.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<SplitFigure>,
    /// What it is measured in.
    pub unit: Unit,
    /// What is better; null where more may be good or bad.
    pub better: Option<Better>,
    /// Name of its definition.
    #[cfg_attr(feature = "schema", schema(value_type = DefinitionId))]
    pub definition: &'static str,
    /// What the names above stand for.
    #[serde(skip)]
    pub kpi: Kpi,
}

/// Mean wait of those who arrive in one half hour.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct HalfHourFigure {
    /// Name of the site; null for all together.
    pub site: Option<String>,
    /// Its id.
    pub site_id: Option<String>,
    /// Who.
    pub channel: Channel,
    /// Begin of the half hour, `"07:30"`.
    #[cfg_attr(feature = "schema", schema(example = "07:30", pattern = "^[0-2][0-9]:[03]0$"))]
    pub from: String,
    /// Minutes; the interval is over groups of replications.
    #[serde(flatten)]
    pub measured: Measured,
    /// Half hours since midnight.
    #[serde(skip)]
    pub half_hour: usize,
    /// Index of the site.
    #[serde(skip)]
    pub site_index: Option<usize>,
}

/// Lead times of one day of the run, in days.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct LeadFigure {
    /// Days since the begin of the run.
    pub day: usize,
    /// Whether the day only fills the calendar and is not in the figures.
    pub warm_up: bool,
    /// To the next free slot.
    pub next_free: Measured,
    /// From booking to appointment, of bookings made that day.
    pub booked: Measured,
}

/// What queueing formulas say of a site: steady state, exponential service, no skills. Not the
/// same model, but of the same order.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct SanityFigures {
    /// Name of the site.
    pub site: String,
    /// Its id.
    pub site_id: String,
    /// Customers an hour while the doors are open.
    #[cfg_attr(feature = "schema", schema(value_type = Option<f64>))]
    pub customers_per_hour: f64,
    /// Mean service time.
    #[cfg_attr(feature = "schema", schema(value_type = Option<f64>))]
    pub service_minutes: f64,
    /// Clerks that would be busy all the time.
    #[cfg_attr(feature = "schema", schema(value_type = Option<f64>))]
    pub offered_load: f64,
    /// Clerks on duty while the doors are open.
    #[cfg_attr(feature = "schema", schema(value_type = Option<f64>))]
    pub clerks: f64,
    /// Mean wait by Erlang C; null where the load is not below the clerks.
    pub erlang_c_minutes: Option<f64>,
}

impl From<Option<Estimate>> for Measured {
    /// Not a number where there is no estimate: nothing was observed.
    fn from(estimate: Option<Estimate>) -> Self {
        estimate.map_or(
            Self { value: f64::NAN, half_width: f64::NAN, replications: 0 },
            |Estimate { value, half_width, replications, .. }| Self {
                value,
                half_width,
                replications,
            },
        )
    }
}

/// Puts the figures of `run` together; `name` is the scenario's.
pub fn simulation_report(name: &str, run: &Run) -> SimulationReport {
    SimulationReport {
        schema: "simulation/1",
        name: name.to_owned(),
        sites: run.sites.clone(),
        replications: run.replications,
        customers: run.customers,
        seed: run.seed,
        booking_by: run.booking_by,
        absent: run
            .absent
            .iter()
            .map(|(staff, date)| AbsentClerk { staff: staff.clone(), date: date.to_string() })
            .collect(),
        repeat: run.repeat.into(),
        draws: run.draws,
        precision_reached: run.reached,
        stop: run.stop,
        warnings: run.warnings.iter().map(|warning| warning.finding.clone()).collect(),
        remarks: Remark::of_run(run),
        figures: figures(run),
        waitlist: waitlist_figures(run),
        half_hours: half_hours(run),
        services: crowds::services(run),
        times: crowds::times(run),
        lead_by_day: lead_by_day(run),
        analytic: sanity(run),
        definitions: &DEFINITIONS,
    }
}

pub(super) fn figures(run: &Run) -> Vec<Figure> {
    let figures = run.kpis.iter().enumerate().map(|(index, &kpi)| Figure {
        id: kpi.id.id(),
        site: kpi.site.map(|site| run.sites[site].clone()),
        site_id: kpi.site.map(|site| run.site_ids[site].clone()),
        measured: estimate(run, index).into(),
        split: split(run, index).map(Into::into),
        unit: kpi.id.unit(),
        better: kpi.id.better(),
        definition: definition_of(kpi.id),
        kpi,
    });
    figures.collect()
}

/// All sites together first, where there are several.
fn half_hours(run: &Run) -> Vec<HalfHourFigure> {
    let mut out = Vec::new();
    let mut push =
        |site_index: Option<usize>, channel: Channel, half_hour: usize, sum: &[Sample]| {
            out.push(HalfHourFigure {
                site: site_index.map(|site| run.sites[site].clone()),
                site_id: site_index.map(|site| run.site_ids[site].clone()),
                channel,
                from: format!("{:02}:{:02}", half_hour / 2, half_hour % 2 * 30),
                measured: over_sections(sum, run.replications),
                half_hour,
                site_index,
            });
        };
    for channel in [Channel::Appointment, Channel::WalkIn] {
        let of_channel = || run.half_hours.iter().filter(|cell| cell.channel == channel);
        let last = of_channel().map(|cell| cell.half_hour).max();
        for half_hour in 0..last.map_or(0, |last| last + 1) {
            let cells: Vec<&HalfHour> =
                of_channel().filter(|cell| cell.half_hour == half_hour).collect();
            if !cells.is_empty() {
                push(None, channel, half_hour, &summed(&cells));
            }
        }
    }
    for cell in &run.half_hours {
        push(Some(cell.site), cell.channel, cell.half_hour, &cell.sections);
    }
    out
}

fn summed(cells: &[&HalfHour]) -> Vec<Sample> {
    let sections = cells.iter().map(|cell| cell.sections.len()).max().unwrap_or(0);
    let section = |index: usize| {
        let samples = cells.iter().filter_map(|cell| cell.sections.get(index));
        samples.fold(Sample { num: 0.0, den: 0.0 }, |sum, sample| Sample {
            num: sum.num + sample.num,
            den: sum.den + sample.den,
        })
    };
    (0..sections).map(section).collect()
}

/// The ratio of what groups of replications sum up to. The groups are alike and independent, so
/// their spread gives the interval.
pub(super) fn over_sections(sections: &[Sample], replications: u64) -> Measured {
    Measured { replications, ..ratio(sections.iter().copied()).into() }
}

fn lead_by_day(run: &Run) -> Vec<LeadFigure> {
    let figures = run.lead_by_day.iter().enumerate().map(|(day, lead)| LeadFigure {
        day,
        warm_up: day < run.warm_up_days,
        next_free: over_sections(&lead.next_free, run.replications),
        booked: over_sections(&lead.booked, run.replications),
    });
    figures.collect()
}

fn sanity(run: &Run) -> Vec<SanityFigures> {
    let lines = run.analytic.iter().map(|line| SanityFigures {
        site: run.sites[line.site].clone(),
        site_id: run.site_ids[line.site].clone(),
        customers_per_hour: line.per_hour,
        service_minutes: line.service_minutes,
        offered_load: line.offered_load,
        clerks: line.clerks,
        erlang_c_minutes: line.erlang_c_minutes,
    });
    lines.collect()
}

impl SimulationReport {
    /// A figure by what it measures, and where.
    pub(in crate::report) fn figure(&self, kpi: Kpi) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.kpi == kpi)
    }
}
