//! A roster on A4 paper.

use super::text::cells;
use super::{ClerkRoster, Roster};
use crate::report::language::Language;
use crate::report::svg::{Anchor, Area, Font, Svg};

/// A4 portrait at 96 units an inch.
const WIDTH: f64 = 794.0;
const HEIGHT: f64 = 1123.0;
const MARGIN: f64 = 40.0;
const TITLE: f64 = 46.0;
const NAME: f64 = 24.0;
const HEAD: f64 = 20.0;
const GAP: f64 = 18.0;
const PADDING: f64 = 5.0;
/// Where columns begin, as shares of the width: date, place, hours, breaks, walk-ins, counters, net
/// hours, appointments.
const COLUMNS: [f64; 8] = [0.0, 0.11, 0.265, 0.395, 0.525, 0.665, 0.855, 0.92];
const TEXTS: usize = 6;
/// Most lines of a cell.
const LINES: usize = 12;

impl Roster {
    /// A page, or as many as it takes one below the other, of A4 paper: a table for each clerk, none
    /// of them broken at the end of a page where it fits on one.
    pub fn to_svg(&self, language: Language) -> String {
        let tables: Vec<Block> =
            self.clerks.iter().map(|clerk| Block::new(clerk, language)).collect();
        let mut places = Vec::new();
        let mut y = MARGIN + TITLE;
        for table in &tables {
            let (page, used) = ((y / HEIGHT).floor(), y % HEIGHT);
            if used + table.height() > HEIGHT - MARGIN && used > MARGIN + TITLE {
                y = (page + 1.0) * HEIGHT + MARGIN;
            }
            places.push(y);
            y += table.height() + GAP;
        }
        let pages = (y / HEIGHT).ceil().max(1.0);
        let mut svg = Svg::new(WIDTH, pages * HEIGHT, &self.name);
        let font = Font::new(17.0).bold();
        let title = font.fit(&self.name, WIDTH - 2.0 * MARGIN).unwrap_or_default();
        svg.text(MARGIN, MARGIN + 12.0, font, &title);
        let font = Font::new(11.0).colour("#444444");
        svg.text(MARGIN, MARGIN + 30.0, font, &language.period(self.from, self.until));
        for (table, y) in tables.iter().zip(places) {
            table.draw(&mut svg, y);
        }
        svg.finish()
    }
}

/// The table of one clerk.
#[derive(Debug)]
struct Block {
    title: String,
    /// Beside the name, at the right.
    sum: String,
    head: [&'static str; 8],
    rows: Vec<[Vec<String>; 8]>,
    /// In place of rows where there are none.
    nothing: &'static str,
}

impl Block {
    fn new(clerk: &ClerkRoster, language: Language) -> Self {
        let rows = clerk.duties.iter().map(|duty| {
            let mut column = 0;
            cells(duty, language).map(|text| {
                let lines = cell_font().wrapped(&text, width(column) - 2.0 * PADDING, LINES);
                column += 1;
                lines
            })
        });
        let slots: usize = clerk.duties.iter().map(|duty| duty.slots).sum();
        Self {
            title: clerk.title(),
            sum: language.roster_sum(clerk.minutes(), slots),
            head: language.roster_heads(),
            rows: rows.collect(),
            nothing: language.words().no_shift,
        }
    }

    fn row_height(row: &[Vec<String>]) -> f64 {
        let lines = row.iter().map(Vec::len).max().unwrap_or(1).max(1);
        lines as f64 * cell_font().leading() + 2.0 * PADDING
    }

    fn height(&self) -> f64 {
        let rows: f64 = self.rows.iter().map(|row| Self::row_height(row)).sum();
        NAME + HEAD + rows.max(if self.rows.is_empty() { 20.0 } else { 0.0 })
    }

    fn draw(&self, svg: &mut Svg, y: f64) {
        let all = WIDTH - 2.0 * MARGIN;
        let font = Font::new(13.0).bold();
        let small = Font::new(10.5).anchor(Anchor::End).colour("#333333");
        let title = font.fit(&self.title, all - small.width(&self.sum) - 12.0);
        svg.text(MARGIN, y + 13.0, font, &title.unwrap_or_default());
        svg.text(MARGIN + all, y + 13.0, small, &self.sum);
        let top = y + NAME;
        svg.area(Area { x: MARGIN, y: top, width: all, height: HEAD }, "fill=\"#e8ebf0\"");
        for (column, name) in self.head.iter().enumerate() {
            let font = Font::new(9.5).bold();
            let name = font.fit(name, width(column) - PADDING).unwrap_or_default();
            put(svg, column, top + 13.5, font, &name);
        }
        let mut at = top + HEAD;
        if self.rows.is_empty() {
            svg.text(MARGIN + PADDING, at + 14.0, cell_font(), self.nothing);
            at += 20.0;
        }
        for row in &self.rows {
            for (column, lines) in row.iter().enumerate() {
                for (index, line) in lines.iter().enumerate() {
                    let y = at + PADDING + 8.5 + index as f64 * cell_font().leading();
                    put(svg, column, y, cell_font(), line);
                }
            }
            at += Self::row_height(row);
            let style = "stroke=\"#c3c8d0\" stroke-width=\"0.7\"";
            svg.line((MARGIN, at), (MARGIN + all, at), style);
        }
    }
}

fn cell_font() -> Font {
    Font::new(10.0)
}

fn width(column: usize) -> f64 {
    let end = COLUMNS.get(column + 1).copied().unwrap_or(1.0);
    (end - COLUMNS[column]) * (WIDTH - 2.0 * MARGIN)
}

/// Writes `text` in its column: texts from the left, figures from the right.
fn put(svg: &mut Svg, column: usize, y: f64, font: Font, text: &str) {
    let left = MARGIN + COLUMNS[column] * (WIDTH - 2.0 * MARGIN);
    if column < TEXTS {
        svg.text(left + PADDING, y, font, text);
    } else {
        svg.text(left + width(column) - PADDING, y, font.anchor(Anchor::End), text);
    }
}
