//! `scheduler replay`

use std::process::ExitCode;

use chrono::{Datelike, NaiveDate};
use clap::{Args, ValueEnum};
use scheduler_core::compare::{CompareOptions, apply, expected};
use scheduler_core::learn::Visit;
use scheduler_core::monitor::Monitor;
use scheduler_core::problem::{Plan, Problem};
use scheduler_core::replay::{
    Customers, Explanation, Hindsight, Range, ReplayError, Replayed, Seen, StaffingBy, explain,
    hindsight, replay, waits,
};
use scheduler_core::report::history::{ReplayCase, replay_text};
use scheduler_core::scenario::{PlanFile, ReadOptions, Scenario, Variant};
use scheduler_core::simulate::model::Channel;
use serde_json::{Value, json};

use super::failure::Failure;
use super::files::{self, Place, read_scenario};
use super::live::Live;
use super::log::{self, trouble_text};
use super::study::no_result;
use super::{Format, Language, findings};
use crate::history::{ColumnNames, History};
use crate::studies::StudyError;
use crate::studies::plan::{self, Engine};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Logs of visits: CSV with a header and a row for each visit, or the trace of a simulation; -
    /// for stdin.
    #[arg(value_parser = Place::parser(), required = true)]
    logs: Vec<Place>,
    /// The scenario of the office.
    #[arg(long, value_name = "FILE", value_parser = Place::parser())]
    scenario: Place,
    /// The day to run once more. Where the scenario has no such date, one of the same weekday stands
    /// for it.
    #[arg(long, value_name = "DATE")]
    day: NaiveDate,
    /// The plan of that day [default: one is made].
    #[arg(long, value_name = "FILE", value_parser = Place::parser())]
    plan: Option<Place>,
    /// A variant to run the same day with, and with all who are planned in it.
    #[arg(long, value_name = "FILE", value_parser = Place::parser())]
    variant: Option<Place>,
    /// The site, by its id [default: each that was visited].
    #[arg(long, value_name = "ID")]
    site: Option<String>,
    /// Whose shifts hold: those of the plan without whoever served nobody, or from first call to last
    /// departure of each who served.
    #[arg(long, value_enum, default_value_t = Staff::Plan)]
    staff: Staff,
    /// Which column is which, as for learn.
    #[arg(long, value_name = "NAME=COLUMN,…", value_parser = ColumnNames::parse)]
    columns: Option<ColumnNames>,
    /// Steps of search for each plan that is made.
    #[arg(long, default_value_t = CompareOptions::STEPS)]
    steps: u64,
    /// Form of what is printed.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Language of the text.
    #[arg(long, value_enum, default_value_t = Language::En)]
    pub(super) language: Language,
}

/// Whose shifts hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Staff {
    /// Those of the plan.
    Plan,
    /// Those of the log.
    Log,
}

/// A scenario with its plan, and the date of it that stands for the day.
struct Office {
    problem: Problem,
    plan: Plan,
    day: usize,
}

/// The date of `problem` that is `date`, or else the first of the same weekday.
fn standing_for(problem: &Problem, date: NaiveDate) -> Result<usize, Failure> {
    if let Ok(day) = problem.dates.binary_search(&date) {
        return Ok(day);
    }
    let same = |day: &NaiveDate| day.weekday() == date.weekday();
    problem.dates.iter().position(same).ok_or_else(|| {
        let weekday = date.weekday();
        Failure::Usage(format!("the scenario has neither {date} nor another {weekday}"))
    })
}

impl Office {
    fn new(
        problem: Problem,
        plan: Option<Plan>,
        (day, steps): (usize, u64),
        monitor: &dyn Monitor,
    ) -> Result<Self, StudyError> {
        let mut options = CompareOptions::default();
        options.plan.budget = scheduler_core::plan::Budget::Steps(steps);
        let plan = match plan {
            Some(plan) => plan,
            None => {
                let made = plan::run(&expected(&problem), &options.plan, Engine::Search, monitor);
                made.map_err(|error| StudyError::NoPlan(vec![(0, error)]))?.plan
            }
        };
        Ok(Self { problem, plan, day })
    }

    fn replay(
        &self,
        customers: &Customers,
        clerks: &[String],
        by: StaffingBy,
    ) -> Result<(Replayed, Hindsight), ReplayError> {
        let known = |name: &String| {
            let wanted = name.trim();
            let mut of_problem = self.problem.clerks.iter();
            of_problem.position(|clerk| clerk.id == wanted || clerk.name == wanted)
        };
        let clerks: Vec<Option<usize>> = clerks.iter().map(known).collect();
        let day = (&self.problem, &self.plan, self.day);
        let replayed = replay(day, customers, &clerks, by)?;
        let hindsight = hindsight(day, customers, &clerks, by, &replayed)?;
        Ok((replayed, hindsight))
    }
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let format = arguments.format;
    let inputs: Vec<&Place> = arguments
        .logs
        .iter()
        .chain([&arguments.scenario])
        .chain(&arguments.plan)
        .chain(&arguments.variant)
        .collect();
    files::refuse_overwriting(&inputs, &[])?;
    let scenario = read_scenario(&arguments.scenario, format)?;
    let wrong = |findings| Failure::findings(arguments.scenario.input_name(), findings, format);
    let problem = Problem::new(&scenario).map_err(wrong)?;
    // A variant has the same dates.
    let how = (standing_for(&problem, arguments.day)?, arguments.steps);
    let given =
        arguments.plan.as_ref().map(|place| read_plan(&problem, place, format)).transpose()?;
    let variant =
        arguments.variant.as_ref().map(|place| varied(&scenario, place, format)).transpose()?;
    let (history, visits) = day_of(arguments, &scenario)?;
    let live = Live::start(arguments.language.into())?;
    let names = [arguments.scenario.input_name()];
    let study = |error| no_result(error, &names, format, arguments.language);
    let office = match Office::new(problem, given, how, &live) {
        Ok(office) => office,
        Err(error) => return study(error),
    };
    let varied = match variant {
        None => None,
        Some((name, problem)) => match Office::new(problem, None, how, &live) {
            Ok(office) => Some((name, office)),
            Err(error) => return study(error),
        },
    };
    live.clear();
    let (texts, cases) =
        cases(arguments, &scenario, (&office, varied.as_ref()), (&history, &visits))?;
    if texts.is_empty() {
        let text = trouble_text(&history.trouble, history.rows, arguments.language);
        let day = arguments.day;
        return Err(Failure::Usage(format!("the log has nobody on {day}\n{text}")));
    }
    files::print(|to| match format {
        Format::Text => {
            to.write_all(texts.join("\n").as_bytes())?;
            let text = trouble_text(&history.trouble, history.rows, arguments.language);
            to.write_all(text.as_bytes())
        }
        Format::Json => {
            let stands = office.problem.dates[office.day].to_string();
            let report = json!({
                "schema": "replay/1",
                "day": arguments.day.to_string(),
                "date_of_scenario": stands,
                "sites": cases,
                "trouble": history.trouble,
            });
            findings::write_json(to, &report)
        }
    })?;
    Ok(ExitCode::SUCCESS)
}

/// The day at each site that is meant and was visited, as text and as JSON.
fn cases(
    arguments: &Arguments,
    scenario: &Scenario,
    (office, varied): (&Office, Option<&(String, Office)>),
    (history, visits): (&History, &[Visit]),
) -> Result<(Vec<String>, Vec<Value>), Failure> {
    let date = arguments.day.signed_duration_since(NaiveDate::default()).num_days();
    let by = match arguments.staff {
        Staff::Plan => StaffingBy::Plan,
        Staff::Log => StaffingBy::Log,
    };
    let mut texts = Vec::new();
    let mut cases: Vec<Value> = Vec::new();
    for (index, site) in scenario.sites.iter().enumerate() {
        if arguments.site.as_ref().is_some_and(|wanted| *wanted != site.id) {
            continue;
        }
        let customers = Customers::of(visits, index, date);
        if customers.visits.is_empty() {
            continue;
        }
        let failed = |error: ReplayError| Failure::Usage(format!("{}: {error}", site.id));
        let (replayed, hindsight) =
            office.replay(&customers, history.clerks(), by).map_err(failed)?;
        let other = varied
            .map(|(name, office)| {
                let by = StaffingBy::AsPlanned;
                let replayed = office.replay(&customers, history.clerks(), by).map_err(failed)?;
                Ok::<_, Failure>((name.as_str(), replayed))
            })
            .transpose()?;
        let case = ReplayCase {
            site: site.name.as_deref().unwrap_or(&site.id),
            customers: &customers,
            replayed: &replayed,
            hindsight: &hindsight,
            variant: other.as_ref().map(|(name, (day, hindsight))| (*name, day, hindsight)),
        };
        texts.push(replay_text(&case, arguments.language.into()));
        cases.push(as_json(&site.id, &case));
    }
    Ok((texts, cases))
}

/// All visits of the day.
fn day_of(arguments: &Arguments, scenario: &Scenario) -> Result<(History, Vec<Visit>), Failure> {
    let date = arguments.day.signed_duration_since(NaiveDate::default()).num_days();
    let names = log::names(scenario);
    let mut history = History::new(&names, arguments.columns.clone().unwrap_or_default());
    let mut visits = Vec::new();
    for place in &arguments.logs {
        log::read(&mut history, place, |visit| {
            if visit.date() == Some(date) {
                visits.push(visit);
            }
        })?;
    }
    Ok((history, visits))
}

fn read_plan(problem: &Problem, place: &Place, format: Format) -> Result<Plan, Failure> {
    let bytes = place.read(PlanFile::MAX_BYTES)?;
    let wrong = |findings| Failure::findings(place.input_name(), findings, format);
    let file = PlanFile::from_json(&bytes).map_err(wrong)?;
    let (plan, findings) = file.resolve(problem);
    if findings.is_empty() {
        Ok(plan)
    } else {
        Err(Failure::findings(place.input_name(), findings, format))
    }
}

/// The scenario as a variant has it, and what that is called.
fn varied(
    scenario: &Scenario,
    place: &Place,
    format: Format,
) -> Result<(String, Problem), Failure> {
    let bytes = place.read(ReadOptions::default().max_bytes)?;
    let wrong = |findings| Failure::findings(place.input_name(), findings, format);
    let variant = Variant::from_json(&bytes).map_err(wrong)?;
    let applied = apply(scenario, &variant).map_err(wrong)?;
    Ok((variant.name.clone(), applied.problem))
}

fn as_json(site: &str, case: &ReplayCase<'_>) -> Value {
    let customers = case.customers;
    let measured = customers.measured();
    let figures = |seen: &[Seen]| {
        let of = |channel| {
            let waits = waits(customers, seen, channel);
            json!({
                "served": waits.served, "left": waits.left,
                "mean_minutes": waits.mean, "p90_minutes": waits.p90,
            })
        };
        json!({ "appointment": of(Channel::Appointment), "walk_in": of(Channel::WalkIn) })
    };
    let pairs = measured.iter().zip(&case.replayed.seen);
    let same = pairs.filter(|(one, other)| match (one, other) {
        (Seen::Served(one), Seen::Served(other)) | (Seen::Left(one), Seen::Left(other)) => {
            one.abs_diff(*other) < 1000
        }
        (one, other) => one == other,
    });
    let same = same.count();
    let explanations = explain(customers);
    let explanations: Vec<Value> = explanations.iter().map(explanation).collect();
    let staffing = case.replayed.staffing;
    let mut out = json!({
        "site": site,
        "visits": measured.len(),
        "same_to_the_second": same,
        "staffing": {
            "planned": staffing.planned, "absent": staffing.absent, "added": staffing.added,
            "by_counter": staffing.by_counter,
        },
        "left_out": {
            "times": customers.incomplete.times, "turned_away": customers.incomplete.turned_away,
            "cancelled": customers.incomplete.cancelled,
        },
        "measured": figures(&measured),
        "simulated": figures(&case.replayed.seen),
        "explanations": explanations,
        "hindsight": in_hindsight(case.hindsight, true),
    });
    if let Some((name, replayed, hindsight)) = case.variant {
        out["variant"] = json!({
            "name": name, "simulated": figures(&replayed.seen),
            "hindsight": in_hindsight(hindsight, false),
        });
    }
    out
}

/// Losses in minutes; those of the log only where the day is that of the log.
fn in_hindsight(of: &Hindsight, is_log: bool) -> Value {
    let range = |range: Range| json!({ "at_least": range.least, "at_most": range.most });
    let split = of.losses();
    let mut losses = json!({
        "calls": range(split.calls), "booking": range(split.booking),
        "template": range(split.template), "staffing": range(split.staffing),
    });
    let mut out = json!({
        "people": of.people,
        "nobody_can_serve": of.unserved,
        "worth_minutes": of.worth,
        "value_minutes": {
            "simulated": of.worth - of.simulated,
            "in_hindsight": range(Range {
                least: of.worth - of.template.most,
                most: of.worth - of.template.least,
            }),
        },
        "loss_minutes": {
            "simulated": of.simulated, "best_calls": range(of.calls),
            "best_booking": range(of.booking), "best_template": range(of.template),
        },
    });
    if is_log {
        losses["conduct"] = json!(split.conduct);
        out["value_minutes"]["measured"] = json!(of.worth - of.measured);
        out["loss_minutes"]["measured"] = json!(of.measured);
    }
    out["lost_by"] = losses;
    out
}

fn explanation(explanation: &Explanation) -> Value {
    match *explanation {
        Explanation::Pauses { count, minutes, longest } => json!({
            "what": "pauses", "count": count, "minutes": minutes,
            "longest_from_minute": longest.0, "longest_until_minute": longest.1,
        }),
        Explanation::Changeover { count, seconds } => {
            json!({ "what": "changeover", "count": count, "seconds": seconds })
        }
        Explanation::FewClerks => json!({ "what": "few_clerks" }),
        Explanation::OutOfOrder { count } => json!({ "what": "out_of_order", "count": count }),
    }
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use scheduler_core::learn::DAY;

    #[test]
    fn dates_count_from_where_logs_count_them() {
        let date = NaiveDate::from_ymd_opt(2026, 11, 3).unwrap();
        let days = date.signed_duration_since(NaiveDate::default()).num_days();
        assert_eq!(days * DAY, 1_793_664_000_000);
    }
}
