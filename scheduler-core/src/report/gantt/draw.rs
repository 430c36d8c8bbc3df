//! Drawing a chart.

use std::collections::BTreeMap;

use super::Options;
use super::legend::Legend;
use super::palette::Look;
use super::rows::{Band, Bar, Row, Work, room_labels};
use super::shapes::{
    MARGIN, PATTERNS, break_area, closed_area, inside, room_sign, service_area, shift_area,
    walk_in_area,
};
use crate::problem::{Plan, Problem};
use crate::report::language::Language;
use crate::report::svg::{Anchor, Area, Font, Svg};
use crate::time::Window;

const HEADER: f64 = 46.0;
const BAND_HEADER: f64 = 38.0;
const BAND_GAP: f64 = 14.0;
const ROW: f64 = 27.0;
const BAR: f64 = 14.0;
/// Widest column of clerks' ids.
const NAMES: f64 = 150.0;
/// Width to height of paper of the A series, landscape.
const PAPER: f64 = std::f64::consts::SQRT_2;

/// A chart of one day.
#[derive(Debug)]
pub(super) struct Chart<'a> {
    problem: &'a Problem,
    plan: &'a Plan,
    day: usize,
    options: &'a Options,
    looks: &'a BTreeMap<usize, Look>,
    from: u32,
    until: u32,
    left: f64,
    width: f64,
}

impl<'a> Chart<'a> {
    pub(super) fn new(
        problem: &'a Problem,
        plan: &'a Plan,
        day: usize,
        options: &'a Options,
        looks: &'a BTreeMap<usize, Look>,
        (from, until): (u32, u32),
    ) -> Self {
        Self { problem, plan, day, options, looks, from, until, left: 0.0, width: 0.0 }
    }

    pub(super) fn draw(mut self, bands: &[Band], legend: &Legend) -> String {
        let rows: usize = bands.iter().map(|band| band.rows.len()).sum();
        let content = 2.0 * MARGIN
            + HEADER
            + bands.len().max(1) as f64 * (BAND_HEADER + BAND_GAP)
            + rows as f64 * ROW;
        // Shaped like paper as far as that leaves the text a readable size.
        self.width = ((content + 50.0) * PAPER).clamp(1120.0, 1680.0);
        let font = Font::new(10.5);
        let names = bands.iter().flat_map(|band| &band.rows);
        let names = names.map(|row| font.width(&self.problem.clerks[row.clerk].name));
        self.left = MARGIN + names.fold(40.0, f64::max).min(NAMES) + 8.0;
        let title = self.title();
        let mut svg = Svg::new(self.width, content + legend.height(self.width), &title);
        svg.raw(PATTERNS);
        svg.text(MARGIN, MARGIN + 15.0, Font::new(17.0).bold(), &title);
        svg.text(MARGIN, MARGIN + 33.0, Font::new(11.0).colour("#444444"), &self.subtitle(bands));
        let mut y = MARGIN + HEADER;
        for band in bands {
            y = self.band(&mut svg, band, y) + BAND_GAP;
        }
        if bands.is_empty() {
            svg.text(MARGIN, y + 20.0, Font::new(12.0), self.options.language.words().nobody);
            y += BAND_HEADER + BAND_GAP;
        }
        legend.draw(&mut svg, self.width, y);
        svg.finish()
    }

    fn title(&self) -> String {
        let date = self.options.language.long_date(self.problem.dates[self.day]);
        let room = self.width - 2.0 * MARGIN;
        let font = Font::new(17.0).bold();
        let rest = format!(" – {date}");
        let name = font.fit(&self.problem.name, room - font.width(&rest));
        format!("{}{rest}", name.unwrap_or_default())
    }

    fn subtitle(&self, bands: &[Band]) -> String {
        let language = self.options.language;
        let bars = || bands.iter().flat_map(|band| &band.rows).flat_map(|row| &row.bars);
        let slots = bars().filter(|bar| matches!(bar.work, Work::Slot { .. })).count();
        let walk_in: u32 = bars()
            .filter(|bar| matches!(bar.work, Work::WalkIn { .. }))
            .map(|bar| u32::from(bar.window.steps()) * self.problem.grid.minutes())
            .sum();
        let slots = language.count(slots);
        let walk_in = language.number(f64::from(walk_in), 0);
        let objective = language.number(self.plan.objective, 1);
        let quality = language.possible_improvement(self.plan.objective, self.plan.upper_bound);
        match language {
            Language::English => format!(
                "{slots} slots, {walk_in} walk-in minutes on this day. Whole plan: {objective} \
                 weighted minutes, {quality}."
            ),
            Language::German => format!(
                "{slots} Termine, {walk_in} Minuten für Spontankunden an diesem Tag. Ganzer Plan: \
                 {objective} gewichtete Minuten, {quality}."
            ),
        }
    }

    fn x(&self, minute: u32) -> f64 {
        let scale = (self.width - MARGIN - self.left) / f64::from(self.until - self.from);
        self.left + f64::from(minute.saturating_sub(self.from)) * scale
    }

    fn across(&self, window: Window, y: f64, height: f64) -> Area {
        let grid = self.problem.grid;
        let x = self.x(grid.minute_of(window.from));
        Area { x, y, width: self.x(grid.minute_of(window.until)) - x, height }
    }

    /// Draws a site from `y` on; gives where it ends.
    fn band(&self, svg: &mut Svg, band: &Band, y: f64) -> f64 {
        let site = &self.problem.sites[band.site];
        let font = Font::new(13.0).bold();
        let open = &self.problem.site_days[self.problem.site_day(band.site, self.day)].open;
        let hours: Vec<String> = open.iter().map(|window| self.clocks(*window)).collect();
        let hours = hours.join(", ");
        let name = font.fit(&site.name, self.width - 2.0 * MARGIN - 10.0).unwrap_or_default();
        svg.text(MARGIN, y + 14.0, font, &name);
        svg.text(
            MARGIN + font.width(&name) + 10.0,
            y + 14.0,
            Font::new(11.0).colour("#444444"),
            &hours,
        );
        let top = y + BAND_HEADER;
        let height = band.rows.len() as f64 * ROW;
        self.closed(svg, open, top, height);
        for (index, row) in band.rows.iter().enumerate() {
            for &shift in &row.shifts {
                let y = top + index as f64 * ROW;
                shift_area(svg, self.across(shift, y + 1.0, ROW - 2.2));
            }
        }
        self.hours(svg, top, height);
        let labels = room_labels(self.problem, &site.rooms);
        for (index, row) in band.rows.iter().enumerate() {
            self.row(svg, row, top + index as f64 * ROW, &labels);
        }
        top + height
    }

    fn closed(&self, svg: &mut Svg, open: &[Window], top: f64, height: f64) {
        let grid = self.problem.grid;
        let mut closed_from = self.from;
        let ends = open.iter().map(|w| (grid.minute_of(w.from), grid.minute_of(w.until)));
        for (from, until) in ends.chain([(self.until, self.until)]) {
            if from > closed_from {
                let x = self.x(closed_from);
                closed_area(svg, Area { x, y: top, width: self.x(from) - x, height });
            }
            closed_from = closed_from.max(until);
        }
    }

    /// Hour lines and their labels.
    fn hours(&self, svg: &mut Svg, top: f64, height: f64) {
        let every = if self.until - self.from > 18 * 60 { 120 } else { 60 };
        for minute in (self.from..=self.until).step_by(30) {
            let x = self.x(minute);
            if minute % 60 == 0 {
                let style = "stroke=\"#9aa0a8\" stroke-width=\"0.7\"";
                svg.line((x, top - 3.0), (x, top + height), style);
            } else {
                let style = "stroke=\"#c9cdd3\" stroke-width=\"0.6\" stroke-dasharray=\"2 2\"";
                svg.line((x, top), (x, top + height), style);
            }
            if minute % every == 0 {
                let anchor = match minute {
                    m if m == self.until => Anchor::End,
                    _ => Anchor::Middle,
                };
                let font = Font::new(10.0).colour("#333333").anchor(anchor);
                svg.text(x, top - 6.0, font, &format!("{:02}:00", minute / 60));
            }
        }
        for y in [top, top + height] {
            let style = "stroke=\"#9aa0a8\" stroke-width=\"0.8\"";
            svg.line((MARGIN, y), (self.width - MARGIN, y), style);
        }
    }

    fn row(&self, svg: &mut Svg, row: &Row, y: f64, labels: &BTreeMap<usize, String>) {
        let font = Font::new(10.5);
        let clerk = &self.problem.clerks[row.clerk];
        if let Some(name) = font.fit(&clerk.name, self.left - MARGIN - 4.0) {
            svg.open_group(&self.about_clerk(row));
            svg.text(MARGIN, y + 13.0, font, &name);
            svg.close_group();
        }
        for bar in &row.bars {
            self.bar(svg, bar, y + 2.5, labels);
        }
        for (room, stay) in row.stays() {
            let label = labels.get(&room).map_or("", String::as_str);
            room_sign(svg, self.across(stay, y + 2.5 + BAR, ROW - BAR - 3.0), label);
        }
    }

    fn bar(&self, svg: &mut Svg, bar: &Bar, y: f64, labels: &BTreeMap<usize, String>) {
        let area = self.across(bar.window, y, BAR);
        let words = self.options.language.words();
        let times = self.clocks(bar.window);
        let room = |room: usize| {
            format!("{} {}", words.room, labels.get(&room).map_or("", String::as_str))
        };
        match bar.work {
            Work::Slot { service, room: at, promise } => {
                let name = &self.problem.services[service].name;
                let mut about = format!("{times} {name}");
                if let Some(at) = at {
                    about.push_str(&format!(", {}", room(at)));
                }
                if let Some(promise) = promise {
                    let id = &self.problem.promises[promise].id;
                    about.push_str(&format!(", {} {id}", words.promise_mark));
                }
                svg.open_group(&about);
                service_area(svg, area, &self.looks[&service], name, promise.is_some());
            }
            Work::WalkIn { room: at } => {
                svg.open_group(&format!("{times} {}, {}", words.walk_in_block, room(at)));
                walk_in_area(svg, area);
                inside(svg, area, words.walk_in_block);
            }
            Work::Break => {
                svg.open_group(&format!("{times} {}", words.break_));
                break_area(svg, area);
                inside(svg, area, words.break_);
            }
        }
        svg.close_group();
    }

    fn about_clerk(&self, row: &Row) -> String {
        let clerk = &self.problem.clerks[row.clerk];
        let skills = clerk.skills.iter().map(|skill| self.problem.skills[skill].clone());
        let shifts = row.shifts.iter().map(|shift| self.clocks(*shift));
        let lists = [shifts.collect::<Vec<_>>().join(", "), skills.collect::<Vec<_>>().join(", ")];
        format!("{}: {}", clerk.name, lists.join("; "))
    }

    fn clocks(&self, window: Window) -> String {
        let grid = self.problem.grid;
        format!("{}–{}", grid.clock(window.from), grid.clock(window.until))
    }
}
