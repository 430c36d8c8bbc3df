//! The pictures of one simulation.

use super::lines::{Across, Lines, Panel, Point};
use super::page::{Block, page};
use crate::report::language::Language;
use crate::report::simulation::{Measured, SimulationReport};
use crate::simulate::model::Channel;

/// Days of the run that a point of the lead times stands for.
const DAYS: usize = 7;

/// Draws waits by half hour, a panel for each site, and lead times over the weeks of the run.
pub fn simulation(report: &SimulationReport, language: Language) -> String {
    let waits = waits(report, language);
    let lead = lead(report, language);
    let mut blocks: Vec<&dyn Block> = vec![&waits];
    if let Some(lead) = &lead {
        blocks.push(lead);
    }
    let precision = language.precision_reached(report.precision_reached, Some(report.stop));
    let subtitle = format!("{} {precision}", language.simulated(report));
    page(&report.name, &subtitle, &blocks)
}

fn waits(report: &SimulationReport, language: Language) -> Lines {
    let places: Vec<Option<usize>> = if report.sites.len() < 2 {
        vec![None]
    } else {
        (0..report.sites.len()).map(Some).collect()
    };
    let channels = [Channel::Appointment, Channel::WalkIn];
    let panel = |&place: &Option<usize>| Panel {
        title: report.sites.get(place.unwrap_or(0)).cloned().unwrap_or_default(),
        upwards: language.minutes().to_owned(),
        curves: channels
            .map(|channel| {
                let cells = report.half_hours.iter();
                let cells =
                    cells.filter(|cell| cell.site_index == place && cell.channel == channel);
                let points =
                    cells.map(|cell| point(15.0 + 30.0 * cell.half_hour as f64, cell.measured));
                points.collect()
            })
            .to_vec(),
    };
    Lines {
        heading: language.waits_chart().to_owned(),
        note: language.band_note().to_owned(),
        language,
        across: Across::TimeOfDay,
        legend: channels.map(|channel| language.channel_long(channel).to_owned()).to_vec(),
        panels: places.iter().map(panel).collect(),
        same_height: true,
    }
}

/// `None` where there is nothing to see: no booking, or less than a week of it.
fn lead(report: &SimulationReport, language: Language) -> Option<Lines> {
    let days: Vec<_> = report.lead_by_day.iter().filter(|day| !day.warm_up).collect();
    let warm_up = report.lead_by_day.len() - days.len();
    let curve = |of: fn(&crate::report::simulation::LeadFigure) -> Measured| -> Vec<Point> {
        let day_of = |day: usize| (day - warm_up) as f64;
        days.iter()
            .map(|lead| point(day_of(lead.day), of(lead)))
            .filter(|p| p.value.is_finite())
            .collect()
    };
    let curves = vec![curve(|lead| lead.next_free), curve(|lead| lead.booked)];
    let longest = curves.iter().map(Vec::len).max().unwrap_or(0);
    (longest >= DAYS).then(|| Lines {
        heading: language.lead_chart().to_owned(),
        note: language.lead_note().to_owned(),
        language,
        across: Across::Weeks(language.week_of_run().to_owned()),
        legend: vec![language.next_free_long().to_owned(), language.booked_long().to_owned()],
        panels: vec![Panel { title: String::new(), upwards: language.days().to_owned(), curves }],
        same_height: true,
    })
}

fn point(x: f64, measured: Measured) -> Point {
    let half_width = if measured.half_width.is_finite() { measured.half_width } else { 0.0 };
    Point { x, value: measured.value, half_width, mark: None }
}
