//! Variants below each other, measures side by side: a bar with its interval for each.

use super::page::{AXIS, Block, GRID, SECOND};
use super::scale::{Scale, Ticks};
use crate::report::svg::{Area, Font, Svg};

const NAMES: f64 = 212.0;
const GAP: f64 = 22.0;
const TITLE: f64 = 38.0;
const ROW: f64 = 34.0;
const BAR: f64 = 10.0;
/// Measures side by side before they go on below.
const ACROSS: usize = 4;
const SPACE: f64 = 20.0;

/// A table of bars.
#[derive(Debug)]
pub(super) struct Bars {
    pub(super) heading: String,
    pub(super) note: String,
    /// Names of the variants; the first is the base.
    pub(super) variants: Vec<String>,
    pub(super) measures: Vec<Measure>,
}

/// A column of the table.
#[derive(Debug)]
pub(super) struct Measure {
    pub(super) title: String,
    /// Unit, and which way is better.
    pub(super) unit: String,
    /// One for each variant.
    pub(super) cells: Vec<Cell>,
}

/// A bar.
#[derive(Debug)]
pub(super) struct Cell {
    pub(super) value: f64,
    pub(super) half_width: f64,
    /// Value and interval in words.
    pub(super) figure: String,
    pub(super) mark: Mark,
    /// Sign and word of the mark.
    pub(super) verdict: [String; 2],
}

/// How a variant stands against the base.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Base,
    Better,
    Worse,
    /// Surely more or less, which may be good or bad.
    Other,
    Unclear,
}

impl Mark {
    pub(super) fn fill(self) -> &'static str {
        match self {
            Self::Base | Self::Other => "fill=\"#6b7280\"",
            Self::Better => "fill=\"#00795a\"",
            Self::Worse => "fill=\"url(#worse)\" stroke=\"#b5450b\" stroke-width=\"0.8\"",
            Self::Unclear => "fill=\"#ffffff\" stroke=\"#6b7280\" stroke-width=\"1\"",
        }
    }

    fn ink(self) -> &'static str {
        match self {
            Self::Better => "#00624a",
            Self::Worse => "#a03c08",
            Self::Base | Self::Other | Self::Unclear => SECOND,
        }
    }
}

impl Block for Bars {
    fn heading(&self) -> &str {
        &self.heading
    }

    fn note(&self) -> &str {
        &self.note
    }

    fn height(&self, _width: f64) -> f64 {
        let bands = self.measures.len().div_ceil(ACROSS) as f64;
        bands * (self.band_height() + SPACE) - SPACE
    }

    fn draw(&self, svg: &mut Svg, area: Area) {
        let across = self.measures.len().clamp(1, ACROSS);
        let width = (area.width - NAMES) / across as f64 - GAP;
        for (band, measures) in self.measures.chunks(ACROSS).enumerate() {
            let y = area.y + band as f64 * (self.band_height() + SPACE);
            self.draw_names(svg, Area { y, ..area });
            for (index, measure) in measures.iter().enumerate() {
                let x = area.x + NAMES + GAP + index as f64 * (width + GAP);
                self.draw_measure(svg, x, y, width, measure);
            }
        }
    }
}

impl Bars {
    fn band_height(&self) -> f64 {
        TITLE + self.variants.len() as f64 * ROW
    }

    fn draw_names(&self, svg: &mut Svg, area: Area) {
        for (index, name) in self.variants.iter().enumerate() {
            let y = area.y + TITLE + index as f64 * ROW;
            if index % 2 == 0 {
                let row = Area { y, height: ROW, ..area };
                svg.area(row, "fill=\"#f5f6f8\"");
            }
            let (font, lines) = name_lines(name, index == 0);
            let leading = font.leading();
            let first = y + (ROW - lines.len() as f64 * leading) / 2.0 + 0.78 * leading;
            for (line, text) in lines.iter().enumerate() {
                svg.text(area.x + 4.0, first + line as f64 * leading, font, text);
            }
        }
        let y = area.y + TITLE;
        svg.line((area.x, y), (area.x + area.width, y), AXIS);
    }

    fn draw_measure(&self, svg: &mut Svg, x: f64, y: f64, width: f64, measure: &Measure) {
        let font = Font::new(12.0).bold();
        let title = font.fit(&measure.title, width + GAP - 2.0).unwrap_or_default();
        svg.text(x, y + 12.0, font, &title);
        let font = Font::new(10.5).colour(SECOND);
        svg.text(x, y + 28.0, font, &font.fit(&measure.unit, width + 8.0).unwrap_or_default());
        let top = y + TITLE;
        let ends = measure.cells.iter().map(|cell| cell.value + cell.half_width.min(cell.value));
        let most = Ticks::from_zero(ends.fold(0.0, f64::max), 4).until;
        let scale = Scale::new((0.0, most), (x, x + width));
        let bottom = top + measure.cells.len() as f64 * ROW;
        svg.line((x, top), (x, bottom), GRID);
        if let Some(base) = measure.cells.first() {
            let at = scale.at(base.value);
            // Beside the bars only: it would strike the words out.
            for index in 1..measure.cells.len() {
                let y = top + index as f64 * ROW + 16.0;
                let style = "stroke=\"#6b7280\" stroke-width=\"1.2\" stroke-dasharray=\"2 2\"";
                svg.line((at, y), (at, y + BAR + 4.0), style);
            }
        }
        for (index, cell) in measure.cells.iter().enumerate() {
            draw_cell(svg, scale, x, top + index as f64 * ROW, width, cell);
        }
    }
}

fn draw_cell(svg: &mut Svg, scale: Scale, x: f64, y: f64, width: f64, cell: &Cell) {
    let ink = Font::new(10.5);
    svg.text(x, y + 13.0, ink, &cell.figure);
    let [sign, word] = &cell.verdict;
    let font = Font::new(10.5).bold().colour(cell.mark.ink());
    let at = x + ink.width(&cell.figure) + 4.0;
    let whole = format!("{sign} {word}");
    let whole = whole.trim_start();
    let text = if at + font.width(whole) <= x + width + 10.0 { whole } else { sign };
    svg.text(at, y + 13.0, font, text);
    let bar = Area { x, y: y + 18.0, width: scale.at(cell.value) - x, height: BAR };
    svg.area(bar, cell.mark.fill());
    let (from, until) =
        (scale.at(cell.value - cell.half_width), scale.at(cell.value + cell.half_width));
    if until - from > 1.5 {
        let middle = y + 18.0 + BAR / 2.0;
        // White beneath, so that the interval shows on a dark bar too.
        for style in
            ["stroke=\"#ffffff\" stroke-width=\"3.4\"", "stroke=\"#1a1a1a\" stroke-width=\"1.2\""]
        {
            svg.line((from, middle), (until, middle), style);
            for end in [from, until] {
                svg.line((end, middle - 3.5), (end, middle + 3.5), style);
            }
        }
    }
}

/// A name on the lines that a row has room for, smaller where two do not do.
fn name_lines(name: &str, bold: bool) -> (Font, Vec<String>) {
    let font = |size: f64| if bold { Font::new(size).bold() } else { Font::new(size) };
    let (large, small) = (font(11.5), font(9.5));
    let lines = large.wrapped(name, NAMES - 6.0, 2);
    let is_cut = lines.last().is_some_and(|line| line.ends_with('…'));
    if !is_cut { (large, lines) } else { (small, small.wrapped(name, NAMES - 6.0, 3)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_go_on_below() {
        let lines = |name: &str| name_lines(name, false).1;
        assert_eq!(lines("Nord"), ["Nord"]);
        assert_eq!(lines("Two mobile clerks in Leherheide and Grünhöfe").len(), 2);
        let long = "Zwei mobile Kräfte für Grünhöfe, Leherheide, Überseehäfen und Süd, dazu Öffnung bis acht";
        assert_eq!(lines(long).join(" "), long);
        assert_eq!(lines(&"Ä".repeat(300)).len(), 3);
    }
}
