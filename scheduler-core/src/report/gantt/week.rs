//! Drawing a week: a row for each clerk or room, a column for each day.

use std::collections::BTreeMap;

use chrono::{NaiveDate, Weekday};

use super::palette::tint;
use super::rows::{Band, Row, Work, bands, room_labels};
use super::shapes::{
    MARGIN, PATTERNS, absent_area, break_area, inside, shift_area, stay_area, walk_in_area,
};
use super::{By, Options};
use crate::problem::{Plan, Problem};
use crate::report::svg::{Area, Font, Svg};
use crate::time::Window;

const HEADER: f64 = 72.0;
const BAND: f64 = 26.0;
const STRIP: f64 = 14.0;
/// Below the counters.
const WALK_IN: f64 = 4.0;
const ROW: f64 = 40.0;
const LEGEND: f64 = 34.0;
const NAMES: f64 = 150.0;
/// Least width of a day.
const DAY: f64 = 150.0;
const WIDTH: f64 = 1120.0;
const LINE: &str = "stroke=\"#9aa0a8\" stroke-width=\"0.8\"";
const FINE: &str = "stroke=\"#d3d7dd\" stroke-width=\"0.7\"";

/// A chart of some days of one week.
#[derive(Debug)]
pub(super) struct Week<'a> {
    problem: &'a Problem,
    plan: &'a Plan,
    options: &'a Options,
    days: Vec<usize>,
    /// First and last minute of a day's column.
    hours: (u32, u32),
    left: f64,
    /// Of a day.
    column: f64,
}

/// A row of the week: what stands in it on each day.
type Days = BTreeMap<usize, Row>;

impl<'a> Week<'a> {
    /// The week of `day`: of its days those on which somebody is on shift or at work.
    pub(super) fn new(
        problem: &'a Problem,
        plan: &'a Plan,
        day: usize,
        options: &'a Options,
    ) -> Self {
        let monday = |date: NaiveDate| date.week(Weekday::Mon).first_day();
        let week = monday(problem.dates[day]);
        let days = (0..problem.dates.len()).filter(|&day| monday(problem.dates[day]) == week);
        Self { problem, plan, options, days: days.collect(), hours: (0, 0), left: 0.0, column: 0.0 }
    }

    pub(super) fn draw(mut self) -> String {
        let Self { problem, plan, options, .. } = self;
        let drawn: Vec<(usize, Vec<Band>)> = self
            .days
            .iter()
            .map(|&day| (day, bands(problem, plan, day, options.site, options.by)))
            .filter(|(_, bands)| !bands.is_empty())
            .collect();
        self.days = drawn.iter().map(|&(day, _)| day).collect();
        self.hours = self.hours_of(&drawn);
        let sites = self.rows(drawn);
        let names = sites.values().flat_map(BTreeMap::keys);
        let font = name_font();
        let widest = names.map(|&subject| font.width(self.name(subject))).fold(40.0, f64::max);
        self.left = MARGIN + widest.min(NAMES) + 8.0;
        let columns = self.days.len().max(1) as f64;
        let width = (self.left + columns * DAY + MARGIN).max(WIDTH);
        self.column = (width - MARGIN - self.left) / columns;
        let rows: usize = sites.values().map(BTreeMap::len).sum();
        let height =
            MARGIN + HEADER + sites.len() as f64 * BAND + rows as f64 * ROW + LEGEND + MARGIN;
        let title = self.title(width);
        let mut svg = Svg::new(width, height, &title);
        svg.raw(PATTERNS);
        svg.text(MARGIN, MARGIN + 16.0, Font::new(18.0).bold(), &title);
        let mut y = MARGIN + HEADER;
        self.head(&mut svg, y - 12.0);
        if sites.is_empty() {
            svg.text(MARGIN, y, Font::new(12.0), options.language.words().nobody);
        }
        for (&site, rows) in &sites {
            y = self.site(&mut svg, site, rows, y, width);
        }
        self.legend(&mut svg, y + 12.0);
        svg.finish()
    }

    fn title(&self, width: f64) -> String {
        let dates = || self.days.iter().map(|&day| self.problem.dates[day]);
        let language = self.options.language;
        let period = match (dates().next(), dates().next_back()) {
            (Some(from), Some(until)) => language.period(from, until),
            _ => String::new(),
        };
        let font = Font::new(18.0).bold();
        let rest = if self.problem.name.is_empty() { period } else { format!(" – {period}") };
        let name = font.fit(&self.problem.name, width - 2.0 * MARGIN - font.width(&rest));
        format!("{}{rest}", name.unwrap_or_default())
    }

    /// First and last minute of all shifts and tasks, out to full hours.
    fn hours_of(&self, drawn: &[(usize, Vec<Band>)]) -> (u32, u32) {
        let grid = self.problem.grid;
        let rows = || drawn.iter().flat_map(|(_, bands)| bands).flat_map(|band| &band.rows);
        let shifts = rows().flat_map(|row| &row.shifts).copied();
        let bars = rows().flat_map(|row| &row.bars).map(|bar| bar.window);
        let windows: Vec<Window> = shifts.chain(bars).collect();
        let from = windows.iter().map(|window| grid.minute_of(window.from)).min();
        let until = windows.iter().map(|window| grid.minute_of(window.until)).max();
        let from = from.unwrap_or(8 * 60) / 60 * 60;
        (from, (until.unwrap_or(16 * 60).div_ceil(60) * 60).max(from + 60))
    }

    /// Rows by site and subject. A clerk stands at each site where they are in that week.
    fn rows(&self, drawn: Vec<(usize, Vec<Band>)>) -> BTreeMap<usize, BTreeMap<usize, Days>> {
        let mut sites = BTreeMap::<usize, BTreeMap<usize, Days>>::new();
        for (day, bands) in drawn {
            for Band { site, rows } in bands {
                for row in rows {
                    let days = sites.entry(site).or_default().entry(row.subject).or_default();
                    days.insert(day, row);
                }
            }
        }
        sites
    }

    fn name(&self, subject: usize) -> &'a str {
        match self.options.by {
            By::Clerk => &self.problem.clerks[subject].name,
            By::Room => &self.problem.rooms[subject].name,
        }
    }

    fn x(&self, column: usize) -> f64 {
        self.left + column as f64 * self.column
    }

    /// Dates above the columns, with how much is offered on each.
    fn head(&self, svg: &mut Svg, y: f64) {
        let language = self.options.language;
        let shown = |site: usize| self.options.site.is_none_or(|only| only == site);
        for (column, &day) in self.days.iter().enumerate() {
            let slots = self.plan.slots.iter().filter(|slot| slot.day == day && shown(slot.site));
            let date = self.problem.dates[day];
            let text = format!("{} · {}", language.date(date), language.slots(slots.count()));
            let font = Font::new(12.0).bold();
            let text = font.fit(&text, self.column - 6.0).unwrap_or_default();
            svg.text(self.x(column) + 4.0, y, font, &text);
        }
    }

    fn site(
        &self,
        svg: &mut Svg,
        site: usize,
        rows: &BTreeMap<usize, Days>,
        y: f64,
        width: f64,
    ) -> f64 {
        let font = Font::new(13.0).bold();
        let name = &self.problem.sites[site].name;
        svg.area(
            Area { x: MARGIN, y, width: width - 2.0 * MARGIN, height: BAND - 4.0 },
            "fill=\"#e8ebf0\"",
        );
        let name = font.fit(name, width - 2.0 * MARGIN - 8.0).unwrap_or_default();
        svg.text(MARGIN + 4.0, y + 15.5, font, &name);
        let labels = room_labels(self.problem, &self.problem.sites[site].rooms);
        let top = y + BAND;
        for (index, (&subject, days)) in rows.iter().enumerate() {
            let y = top + index as f64 * ROW;
            let font = name_font();
            let name = font.fit(self.name(subject), self.left - MARGIN - 4.0).unwrap_or_default();
            svg.text(MARGIN, y + 17.0, font, &name);
            for (column, day) in self.days.iter().enumerate() {
                if let Some(row) = days.get(day) {
                    let area = Area {
                        x: self.x(column) + 4.0,
                        y: y + 3.0,
                        width: self.column - 10.0,
                        height: ROW - 5.0,
                    };
                    self.cell(svg, row, area, &labels);
                }
            }
            svg.line((MARGIN, y + ROW), (width - MARGIN, y + ROW), FINE);
        }
        let bottom = top + rows.len() as f64 * ROW;
        for column in 0..self.days.len() {
            svg.line((self.x(column), top), (self.x(column), bottom), LINE);
        }
        bottom
    }

    /// A strip with shift, counters, walk-ins and breaks, and a line of words below it.
    fn cell(&self, svg: &mut Svg, row: &Row, area: Area, labels: &BTreeMap<usize, String>) {
        let words = self.options.language.words();
        let across = |window: Window, y: f64, height: f64| {
            let grid = self.problem.grid;
            let (from, until) = self.hours;
            let scale = area.width / f64::from(until - from);
            let at = |minute: u32| area.x + f64::from(minute.saturating_sub(from)) * scale;
            let x = at(grid.minute_of(window.from));
            Area { x, y, width: at(grid.minute_of(window.until)) - x, height }
        };
        if row.away {
            let strip = Area { height: STRIP + WALK_IN, ..area };
            absent_area(svg, strip);
            inside(svg, strip, words.absent);
            return;
        }
        for &shift in &row.shifts {
            shift_area(svg, across(shift, area.y, STRIP + WALK_IN));
        }
        for &(other, window) in &row.stays {
            let (label, colour) = match self.options.by {
                By::Clerk => {
                    let label = labels.get(&other).map_or("", String::as_str);
                    let site = &self.problem.sites[self.problem.rooms[other].site];
                    let index = site.rooms.iter().position(|&room| room == other);
                    (label, tint(index.unwrap_or(0)))
                }
                By::Room => (self.problem.clerks[other].name.as_str(), tint(other)),
            };
            stay_area(svg, across(window, area.y + 1.0, STRIP - 2.0), colour, "", label);
        }
        for bar in &row.bars {
            match bar.work {
                Work::WalkIn => {
                    walk_in_area(svg, across(bar.window, area.y + STRIP - 0.5, WALK_IN));
                }
                Work::Break => break_area(svg, across(bar.window, area.y, STRIP + WALK_IN)),
                Work::Slot { .. } => {}
            }
        }
        for &away in &row.absent {
            absent_area(svg, across(away, area.y, STRIP + WALK_IN));
        }
        let font = Font::new(9.5).colour("#222222");
        let text = font.fit(&self.words(row), area.width + 4.0).unwrap_or_default();
        svg.text(area.x, area.y + STRIP + WALK_IN + 10.0, font, &text);
    }

    /// `07:30–16:00 · 14 T · P 12:00`
    fn words(&self, row: &Row) -> String {
        let grid = self.problem.grid;
        let [slot, pause] = self.options.language.week_letters();
        let mut parts = Vec::new();
        let hours = row
            .shifts
            .iter()
            .map(|window| format!("{}–{}", grid.clock(window.from), grid.clock(window.until)));
        parts.extend(hours);
        let slots = row.bars.iter().filter(|bar| matches!(bar.work, Work::Slot { .. })).count();
        if slots > 0 {
            parts.push(format!("{} {slot}", self.options.language.count(slots)));
        }
        let breaks: Vec<String> = row
            .bars
            .iter()
            .filter(|bar| matches!(bar.work, Work::Break))
            .map(|bar| grid.clock(bar.window.from).to_string())
            .collect();
        if !breaks.is_empty() {
            parts.push(format!("{pause} {}", breaks.join(", ")));
        }
        parts.join(" · ")
    }

    fn legend(&self, svg: &mut Svg, y: f64) {
        let words = self.options.language.words();
        let clerks = self.options.by == By::Clerk;
        let mut x = MARGIN;
        let mut entry = |svg: &mut Svg, draw: &dyn Fn(&mut Svg, Area), text: &str| {
            draw(svg, Area { x, y, width: 24.0, height: STRIP });
            svg.text(x + 30.0, y + 11.0, Font::new(11.0), text);
            x += 30.0 + Font::new(11.0).width(text) + 18.0;
        };
        let stay = |svg: &mut Svg, area: Area| {
            let label = if clerks { "3" } else { "" };
            stay_area(
                svg,
                Area { y: area.y + 1.0, height: STRIP - 2.0, ..area },
                tint(0),
                "",
                label,
            );
        };
        entry(svg, &stay, if clerks { words.stay } else { words.seated });
        let walk_in = |svg: &mut Svg, area: Area| {
            walk_in_area(svg, Area { y: area.y + 5.0, height: WALK_IN, ..area });
        };
        entry(svg, &walk_in, words.walk_in_block);
        if clerks {
            entry(svg, &break_area, words.break_);
            entry(svg, &shift_area, words.shift);
            entry(svg, &absent_area, words.absent);
        }
        let font = Font::new(11.0).colour("#444444");
        svg.text(x, y + 11.0, font, self.options.language.week_note(clerks));
    }
}

fn name_font() -> Font {
    Font::new(11.5)
}
