//! Drawing a day.

use std::collections::BTreeMap;

use super::flow::{CELL, Flow};
use super::legend::Legend;
use super::palette::{Look, tint};
use super::rows::{Band, Bar, Row, Work, room_labels};
use super::shapes::{
    MARGIN, PATTERNS, absent_area, break_area, closed_area, inside, service_area, shift_area,
    stay_area, walk_in_area,
};
use super::{By, Options};
use crate::problem::{Plan, Problem};
use crate::report::language::Language;
use crate::report::svg::{Anchor, Area, Font, Svg};
use crate::time::Window;

const HEADER: f64 = 50.0;
const BAND_HEADER: f64 = 40.0;
const BAND_GAP: f64 = 18.0;
const ROW: f64 = 32.0;
/// Height of slots, blocks and breaks; below them stand the stays.
const BAR: f64 = 15.0;
const STAY: f64 = 11.5;
/// A line of figures by half hour.
const FLOW: f64 = 19.0;
/// Widest column of names.
const NAMES: f64 = 170.0;
/// Least width: what an A4 page shows at a size that can be read.
const WIDTH: f64 = 1120.0;
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
        let flows: Vec<Vec<Line>> = bands.iter().map(|band| self.flow(band.site)).collect();
        let heights = bands.iter().zip(&flows).map(|(band, lines)| {
            BAND_HEADER + BAND_GAP + band.rows.len() as f64 * ROW + flow_height(lines)
        });
        let least = if bands.is_empty() { BAND_HEADER + BAND_GAP } else { 0.0 };
        let content = 2.0 * MARGIN + HEADER + heights.sum::<f64>().max(least);
        // Shaped like paper as far as that leaves the text a readable size: portrait, if need be.
        self.width = (content / PAPER).max(WIDTH);
        let font = name_font();
        let rows = bands.iter().flat_map(|band| &band.rows);
        let names = rows.map(|row| font.width(self.name(row)));
        let lines = flows.iter().flatten().map(|line| label_font().width(&line.label));
        self.left = MARGIN + names.chain(lines).fold(40.0, f64::max).min(NAMES) + 8.0;
        let title = self.title();
        let mut svg = Svg::new(self.width, content + legend.height(self.width), &title);
        svg.raw(PATTERNS);
        svg.text(MARGIN, MARGIN + 16.0, Font::new(18.0).bold(), &title);
        let font = Font::new(11.5).colour("#444444");
        let subtitle = font.fit(&self.subtitle(bands), self.width - 2.0 * MARGIN);
        svg.text(MARGIN, MARGIN + 35.0, font, &subtitle.unwrap_or_default());
        let mut y = MARGIN + HEADER;
        for (band, lines) in bands.iter().zip(&flows) {
            y = self.band(&mut svg, band, lines, y) + BAND_GAP;
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
        let font = Font::new(18.0).bold();
        let rest = if self.problem.name.is_empty() { date } else { format!(" – {date}") };
        let name = font.fit(&self.problem.name, room - font.width(&rest));
        format!("{}{rest}", name.unwrap_or_default())
    }

    fn subtitle(&self, bands: &[Band]) -> String {
        let language = self.options.language;
        let bars = || bands.iter().flat_map(|band| &band.rows).flat_map(|row| &row.bars);
        let slots = bars().filter(|bar| matches!(bar.work, Work::Slot { .. })).count();
        let walk_in: u32 = bars()
            .filter(|bar| matches!(bar.work, Work::WalkIn))
            .map(|bar| u32::from(bar.window.steps()) * self.problem.grid.minutes())
            .sum();
        let slots = language.count(slots);
        let walk_in = language.number(f64::from(walk_in), 0);
        let Plan { objective, upper_bound, work, .. } = *self.plan;
        let quality = language.possible_improvement(objective, upper_bound, work);
        let mut text = match language {
            Language::English => format!(
                "{slots} slots, {walk_in} walk-in minutes on this day. Of the whole plan: {quality}."
            ),
            Language::German => format!(
                "{slots} Termine, {walk_in} Minuten für Spontankunden an diesem Tag. Zum ganzen \
                 Plan: {quality}."
            ),
        };
        let without = self.plan.slots.iter().filter(|slot| {
            let shown = bands.iter().any(|band| band.site == slot.site);
            slot.day == self.day && shown && slot.room.is_none()
        });
        match without.count() {
            count if count > 0 && self.options.by == By::Room => {
                text.push(' ');
                text.push_str(&language.without_room(count));
            }
            _ => {}
        }
        text
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
    fn band(&self, svg: &mut Svg, band: &Band, lines: &[Line], y: f64) -> f64 {
        let site = &self.problem.sites[band.site];
        let font = Font::new(14.0).bold();
        let open = &self.problem.site_days[self.problem.site_day(band.site, self.day)].open;
        let hours: Vec<String> = open.iter().map(|window| self.clocks(*window)).collect();
        let hours = hours.join(", ");
        let name = font.fit(&site.name, self.width - 2.0 * MARGIN - 10.0).unwrap_or_default();
        svg.text(MARGIN, y + 14.0, font, &name);
        svg.text(
            MARGIN + font.width(&name) + 10.0,
            y + 14.0,
            Font::new(11.5).colour("#444444"),
            &hours,
        );
        let top = y + BAND_HEADER;
        let height = band.rows.len() as f64 * ROW;
        self.closed(svg, open, top, height);
        for (index, row) in band.rows.iter().enumerate() {
            let y = top + index as f64 * ROW;
            for &shift in &row.shifts {
                shift_area(svg, self.across(shift, y + 1.0, ROW - 2.2));
            }
            if row.away {
                let (x, end) = (self.x(self.from), self.x(self.until));
                self.absent(svg, Area { x, y: y + 1.0, width: end - x, height: ROW - 2.2 });
            }
        }
        self.hours(svg, top, height);
        let labels = room_labels(self.problem, &site.rooms);
        for (index, row) in band.rows.iter().enumerate() {
            self.row(svg, row, top + index as f64 * ROW, &labels);
        }
        self.draw_flow(svg, lines, top + height);
        top + height + flow_height(lines)
    }

    fn absent(&self, svg: &mut Svg, area: Area) {
        absent_area(svg, area);
        inside(svg, area, self.options.language.words().absent);
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
                let font = Font::new(11.0).colour("#333333").anchor(anchor);
                svg.text(x, top - 6.0, font, &format!("{:02}:00", minute / 60));
            }
        }
        for y in [top, top + height] {
            let style = "stroke=\"#9aa0a8\" stroke-width=\"0.8\"";
            svg.line((MARGIN, y), (self.width - MARGIN, y), style);
        }
    }

    /// What the row is called.
    fn name(&self, row: &Row) -> &'a str {
        match self.options.by {
            By::Clerk => &self.problem.clerks[row.subject].name,
            By::Room => &self.problem.rooms[row.subject].name,
        }
    }

    fn row(&self, svg: &mut Svg, row: &Row, y: f64, labels: &BTreeMap<usize, String>) {
        let font = name_font();
        if let Some(name) = font.fit(self.name(row), self.left - MARGIN - 4.0) {
            svg.open_group(&self.about(row));
            svg.text(MARGIN, y + 19.0, font, &name);
            svg.close_group();
        }
        let (bar_y, stay_y) = (y + 2.0, y + 3.0 + BAR);
        for bar in &row.bars {
            self.bar(svg, bar, bar_y, labels);
        }
        for &(other, window) in &row.stays {
            let area = self.across(window, stay_y, STAY);
            let (long, short, colour) = match self.options.by {
                By::Clerk => {
                    let short = labels.get(&other).map_or("", String::as_str);
                    let room = &self.problem.rooms[other];
                    // An id says less than the word.
                    let long = if room.name == room.id {
                        format!("{} {short}", self.options.language.words().room)
                    } else {
                        room.name.clone()
                    };
                    let rooms = &self.problem.sites[room.site].rooms;
                    let index = rooms.iter().position(|&room| room == other);
                    (long, short, tint(index.unwrap_or(0)))
                }
                By::Room => (String::new(), self.problem.clerks[other].name.as_str(), tint(other)),
            };
            stay_area(svg, area, colour, &long, short);
        }
        // A stay goes on while its clerk is away.
        for &away in &row.absent {
            self.absent(svg, self.across(away, y + 1.0, ROW - 2.2));
        }
    }

    fn bar(&self, svg: &mut Svg, bar: &Bar, y: f64, labels: &BTreeMap<usize, String>) {
        let area = self.across(bar.window, y, BAR);
        let words = self.options.language.words();
        let mut about = self.clocks(bar.window);
        let clerk = &self.problem.clerks[bar.clerk].name;
        let at = match (self.options.by, bar.room) {
            (By::Room, _) => format!(", {clerk}"),
            (By::Clerk, Some(room)) => {
                format!(", {} {}", words.room, labels.get(&room).map_or("", String::as_str))
            }
            (By::Clerk, None) => String::new(),
        };
        match bar.work {
            Work::Slot { service, promise } => {
                let name = &self.problem.services[service].name;
                about.push_str(&format!(" {name}{at}"));
                if let Some(promise) = promise {
                    let id = &self.problem.promises[promise].id;
                    about.push_str(&format!(", {} {id}", words.promise_mark));
                }
                svg.open_group(&about);
                service_area(svg, area, &self.looks[&service], name, promise.is_some());
            }
            Work::WalkIn => {
                svg.open_group(&format!("{about} {}{at}", words.walk_in_block));
                walk_in_area(svg, area);
                inside(svg, area, words.walk_in_block);
            }
            Work::Break => {
                svg.open_group(&format!("{about} {}", words.break_));
                break_area(svg, area);
                inside(svg, area, words.break_);
            }
        }
        svg.close_group();
    }

    /// The row's name in full, and what belongs to it.
    fn about(&self, row: &Row) -> String {
        let problem = self.problem;
        let mut lists = Vec::new();
        match self.options.by {
            By::Clerk => {
                let skills = problem.clerks[row.subject].skills.iter();
                let shifts = row.shifts.iter().map(|shift| self.clocks(*shift));
                lists.push(shifts.collect::<Vec<_>>().join(", "));
                let skills = skills.map(|skill| problem.skills[skill].clone());
                lists.push(skills.collect::<Vec<_>>().join(", "));
            }
            By::Room => {
                let equipment = problem.rooms[row.subject].equipment.iter();
                let equipment = equipment.map(|index| problem.equipment[index].clone());
                lists.push(equipment.collect::<Vec<_>>().join(", "));
            }
        }
        lists.retain(|list| !list.is_empty());
        format!("{}: {}", self.name(row), lists.join("; "))
    }

    fn clocks(&self, window: Window) -> String {
        let grid = self.problem.grid;
        format!("{}–{}", grid.clock(window.from), grid.clock(window.until))
    }

    /// The lines of figures below the rows of a site.
    fn flow(&self, site: usize) -> Vec<Line> {
        let hours = (self.from, self.until);
        let flow = Flow::new(self.problem, self.plan, (site, self.day), hours);
        let words = self.options.language.words();
        let arrivals = flow.arrivals.clone();
        let lines = [
            (words.walk_in_arrivals, flow.arrivals, Vec::new(), "#c8d9ec"),
            (words.walk_in_counters, flow.counters, arrivals, "#c9c9c9"),
            (words.on_break, flow.resting, Vec::new(), "#f2d9b8"),
        ];
        let lines = lines.into_iter().filter(|(_, values, ..)| !values.is_empty());
        let line = |(label, values, needed, fill): (&str, Vec<f64>, Vec<f64>, &'static str)| Line {
            label: label.to_owned(),
            values,
            needed,
            fill,
        };
        lines.map(line).collect()
    }

    /// A cell for each half hour with its figure, on a bar as high as that is of the line's largest.
    fn draw_flow(&self, svg: &mut Svg, lines: &[Line], top: f64) {
        for (index, line) in lines.iter().enumerate() {
            let y = top + 6.0 + index as f64 * (FLOW + 2.0);
            let label = label_font().fit(&line.label, self.left - MARGIN - 4.0);
            svg.text(MARGIN, y + 13.5, label_font(), &label.unwrap_or_default());
            let most = line.values.iter().copied().fold(0.0, f64::max);
            let minutes = (self.from..self.until).step_by(CELL as usize);
            for (minute, &value) in minutes.zip(&line.values) {
                let (x, end) = (self.x(minute), self.x(minute + CELL));
                let lacks = line.needed.get(index_of(minute, self.from)).is_some_and(|&n| n > 0.0);
                if value <= 0.0 && !lacks {
                    continue;
                }
                let height = if most > 0.0 { FLOW * value / most } else { 0.0 };
                let bar = Area { x: x + 0.6, y: y + FLOW - height, width: end - x - 1.2, height };
                svg.area(bar, &format!("fill=\"{}\"", line.fill));
                let font = Font::new(10.0).anchor(Anchor::Middle);
                let font = if value > 0.0 { font } else { font.bold().colour("#a33a2a") };
                let tenths = usize::from((value - value.round()).abs() >= 0.05 && value < 99.5);
                let text = self.options.language.number(value, tenths);
                svg.text((x + end) / 2.0, y + 13.5, font, &text);
            }
            let style = "stroke=\"#9aa0a8\" stroke-width=\"0.6\"";
            svg.line((self.left, y + FLOW), (self.width - MARGIN, y + FLOW), style);
        }
    }
}

/// A line of figures by half hour.
#[derive(Debug)]
struct Line {
    label: String,
    values: Vec<f64>,
    /// Where this is above zero, a zero of `values` is written out: somebody comes, and nobody is
    /// there.
    needed: Vec<f64>,
    fill: &'static str,
}

/// The half hour that begins at `minute`.
fn index_of(minute: u32, from: u32) -> usize {
    ((minute - from) / CELL) as usize
}

fn flow_height(lines: &[Line]) -> f64 {
    if lines.is_empty() { 0.0 } else { 8.0 + lines.len() as f64 * (FLOW + 2.0) }
}

fn name_font() -> Font {
    Font::new(11.5)
}

fn label_font() -> Font {
    Font::new(10.5).colour("#333333")
}
