//! A simulation as text.

use super::definitions::{DEFINITIONS, IN_TEXT};
use super::remarks;
use super::report::{HalfHourFigure, Measured, SimulationReport};
use super::waiting;
use super::words::Group;
use crate::report::language::Language;
use crate::report::table::{Table, WIDTH, columns, fit, paragraph};
use crate::simulate::model::Channel;
use crate::simulate::result::{Kpi, KpiId, Unit};

/// Sites that have a column each beside that of all together.
const SITES_ACROSS: usize = 2;
/// Sites beyond which their half hours are shown on request only.
const SITES_BY_HALF_HOUR: usize = 2;

/// What the row of a site, or of a variant, shows.
pub(super) const HEADLINES: [KpiId; 6] = [
    KpiId::LeadNextFree,
    KpiId::WaitMean(Channel::Appointment),
    KpiId::WaitMean(Channel::WalkIn),
    KpiId::WalkInsLost,
    KpiId::Overtime,
    KpiId::CostPerCase,
];

impl SimulationReport {
    /// The simulation as text of at most 100 columns: warnings, figures with their intervals, waits
    /// by half hour, formulas beside it, and how everything is counted. `details` adds every site
    /// and half hour where there are many.
    pub fn to_text(&self, language: Language, details: bool) -> String {
        let text = Text { report: self, language };
        let mut out = String::new();
        text.title(&mut out);
        if !self.remarks.is_empty() {
            heading(&mut out, language.warnings_heading());
            remarks::write(&mut out, language, &self.remarks);
        }
        text.figures(&mut out);
        text.split(&mut out);
        if self.sites.len() > SITES_ACROSS {
            text.sites(&mut out);
        }
        if !self.waitlist.is_empty() {
            heading(&mut out, language.waitlist_heading());
            waiting::write(&mut out, language, &[("", &self.waitlist)]);
        }
        text.half_hours(&mut out, details);
        self.crowds(&mut out, language, details);
        text.sanity(&mut out);
        definitions(&mut out, language);
        out
    }
}

#[derive(Debug)]
struct Text<'a> {
    report: &'a SimulationReport,
    language: Language,
}

impl Text<'_> {
    fn title(&self, out: &mut String) {
        let Self { report, language } = self;
        paragraph(out, "", &report.name);
        paragraph(out, "", &language.simulated(report));
        let precision = language.precision_reached(report.precision_reached, Some(report.stop));
        paragraph(out, "", &format!("{precision} {}", language.interval_note()));
    }

    /// The figures of all sites, and of each where there are few.
    fn figures(&self, out: &mut String) {
        let Self { report, language } = self;
        heading(out, language.figures_heading());
        let mut places = vec![None];
        if (2..=SITES_ACROSS).contains(&report.sites.len()) {
            places.extend((0..report.sites.len()).map(Some));
        }
        let name = |place: &Option<usize>| match place {
            Some(site) => fit(&report.sites[*site], 18),
            None => match report.sites.as_slice() {
                [only] => fit(only, 18),
                _ => language.all_sites().to_owned(),
            },
        };
        let names: Vec<String> = places.iter().map(name).collect();
        let mut header = vec!["", ""];
        header.extend(names.iter().map(String::as_str));
        let mut table = Table::new(2, &header);
        for group in Group::ALL {
            table.heading(group.name(*language));
            for id in KpiId::ALL.into_iter().filter(|&id| Group::of(id) == group) {
                let sign = language.unit_sign(id.unit()).to_owned();
                let mut row = vec![format!("  {}", language.kpi_row(id)), sign];
                row.extend(places.iter().map(|&site| self.cell(Kpi { id, site })));
                table.row(row);
            }
        }
        table.render(out);
    }

    /// What part of the intervals of the main figures is chance, where something is not known.
    fn split(&self, out: &mut String) {
        let Self { report, language } = self;
        if report.draws == 0 {
            return;
        }
        heading(out, language.split_heading());
        paragraph(out, "", &language.split_note(report.draws));
        let [chance, unknown] = language.split_columns();
        let mut table = Table::new(2, &["", "", chance, unknown]);
        let mut any = false;
        for id in HEADLINES {
            let Some(figure) = report.figure(Kpi { id, site: None }) else { continue };
            let Some(split) = figure.split else { continue };
            any = true;
            let chance = Measured { half_width: split.chance, ..figure.measured };
            table.row(vec![
                format!("{}: {}", Group::of(id).name(*language), language.kpi_row(id)),
                language.unit_sign(id.unit()).to_owned(),
                language.figure(chance, id.unit()),
                language.spread(split.unknown, id.unit()),
            ]);
        }
        if any {
            table.render(out);
        } else {
            paragraph(out, "", &language.split_too_few(2 * report.draws));
        }
    }

    fn cell(&self, kpi: Kpi) -> String {
        let figure = self.report.figure(kpi);
        figure.map_or_else(
            || "–".to_owned(),
            |figure| self.language.figure(figure.measured, kpi.id.unit()),
        )
    }

    fn sites(&self, out: &mut String) {
        let Self { report, language } = self;
        heading(out, language.by_site());
        let mut table = headline_table(*language, language.site(), &HEADLINES);
        for (site, name) in report.sites.iter().enumerate() {
            let mut row = vec![name.clone()];
            row.extend(HEADLINES.iter().map(|&id| self.cell(Kpi { id, site: Some(site) })));
            table.row(row);
        }
        table.rule();
        let mut row = vec![language.all_sites().to_owned()];
        row.extend(HEADLINES.iter().map(|&id| self.cell(Kpi { id, site: None })));
        table.row(row);
        table.render(out);
    }

    fn half_hours(&self, out: &mut String, details: bool) {
        let Self { report, language } = self;
        let several = report.sites.len() > 1;
        let many = report.sites.len() > SITES_BY_HALF_HOUR;
        let mut places: Vec<Option<usize>> = Vec::new();
        if !several || many {
            places.push(None);
        }
        if several && (details || !many) {
            places.extend((0..report.sites.len()).map(Some));
        }
        if report.half_hours.is_empty() {
            return;
        }
        heading(out, language.by_half_hour());
        // Two places side by side fill the page.
        for (index, pair) in places.chunks(2).enumerate() {
            if index > 0 {
                out.push('\n');
            }
            self.half_hour_table(pair).render(out);
        }
    }

    fn half_hour_table(&self, places: &[Option<usize>]) -> Table {
        let Self { report, language } = self;
        let channels = [Channel::Appointment, Channel::WalkIn];
        let name = |place: Option<usize>| match place {
            Some(site) => fit(&report.sites[site], 16),
            None => language.all_sites().to_owned(),
        };
        let single = report.sites.len() < 2;
        let names: Vec<String> = places.iter().map(|&place| name(place)).collect();
        let mut header = vec![language.arrival()];
        for place in &names {
            for channel in channels {
                let of_channel = language.channel_column(channel);
                header.push(if single { of_channel } else { place });
            }
        }
        let mut table = Table::new(1, &header);
        if !single {
            let mut under = vec![""];
            under.extend(names.iter().flat_map(|_| channels.map(|c| language.channel_column(c))));
            table.under_header(&under);
        }
        let shown =
            |cell: &&HalfHourFigure| report.sites.len() < 2 || places.contains(&cell.site_index);
        let rows = || report.half_hours.iter().filter(shown);
        let first = rows().map(|cell| cell.half_hour).min().unwrap_or(0);
        let last = rows().map(|cell| cell.half_hour).max().unwrap_or(0);
        for half_hour in first..=last {
            let mut row = vec![format!("{:02}:{:02}", half_hour / 2, half_hour % 2 * 30)];
            for &place in places {
                for channel in channels {
                    let cell = report.half_hours.iter().find(|cell| {
                        cell.half_hour == half_hour
                            && cell.site_index == place
                            && cell.channel == channel
                    });
                    row.push(cell.map_or_else(
                        || "–".to_owned(),
                        |cell| language.figure(cell.measured, Unit::Minutes),
                    ));
                }
            }
            table.row(row);
        }
        table
    }

    fn sanity(&self, out: &mut String) {
        let Self { report, language } = self;
        if report.analytic.is_empty() {
            return;
        }
        heading(out, language.sanity_heading());
        let (first, second) = language.sanity_columns();
        let mut table = Table::new(1, &first);
        table.under_header(&second);
        for line in &report.analytic {
            let busy = (line.clerks > 0.0).then(|| line.offered_load / line.clerks);
            table.row(vec![
                line.site.clone(),
                language.number(line.customers_per_hour, 1),
                language.number(line.service_minutes, 1),
                language.number(line.offered_load, 1),
                language.number(line.clerks, 1),
                busy.map_or_else(|| "–".to_owned(), |busy| language.percent(busy, 0)),
                line.erlang_c_minutes
                    .map_or_else(|| language.grows().to_owned(), |wait| language.number(wait, 1)),
            ]);
        }
        table.render(out);
        paragraph(out, "", language.sanity_note());
    }
}

/// A table with a name and the figures `ids`, whose heads are two lines and the unit.
pub(super) fn headline_table(language: Language, first: &str, ids: &[KpiId]) -> Table {
    let mut lines = [vec![first], vec![""], vec![""]];
    for &id in ids {
        let [above, below] = language.kpi_head(id);
        for (line, text) in lines.iter_mut().zip([above, below, language.unit_sign(id.unit())]) {
            line.push(text);
        }
    }
    let [above, below, units] = lines;
    let mut table = Table::new(1, &above);
    table.under_header(&below);
    table.under_header(&units);
    table
}

pub(super) fn heading(out: &mut String, text: &str) {
    let text = fit(text, WIDTH);
    out.push('\n');
    out.push_str(&text);
    out.push('\n');
    out.push_str(&"═".repeat(columns(&text)));
    out.push('\n');
}

pub(super) fn definitions(out: &mut String, language: Language) {
    heading(out, language.definitions_heading());
    for definition in DEFINITIONS.iter().filter(|one| IN_TEXT.contains(&one.id)) {
        paragraph(out, "• ", definition.text(language));
    }
}
