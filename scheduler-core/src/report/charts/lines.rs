//! Curves with the band in which their true course lies, in panels side by side.

use super::bars::Mark;
use super::page::{AXIS, Block, GRID, SECOND};
use super::scale::{Scale, Ticks};
use crate::report::language::Language;
use crate::report::svg::{Anchor, Area, Font, Svg};

const LEGEND: f64 = 24.0;
const TITLE: f64 = 20.0;
const LEFT: f64 = 44.0;
const BOTTOM: f64 = 24.0;
const AXIS_NAME: f64 = 15.0;
const GAP: f64 = 20.0;

/// Panels of curves that share both axes, or the one across only.
#[derive(Debug)]
pub(super) struct Lines {
    pub(super) heading: String,
    pub(super) note: String,
    pub(super) language: Language,
    /// What is across.
    pub(super) across: Across,
    /// Name of each curve, in the order of the curves of a panel.
    pub(super) legend: Vec<String>,
    pub(super) panels: Vec<Panel>,
    /// Whether all panels have the same axis upwards.
    pub(super) same_height: bool,
}

/// What is across, from left to right.
#[derive(Debug)]
pub(super) enum Across {
    /// Minutes since midnight; points lie half an hour apart.
    TimeOfDay,
    /// Days of the run from its begin, as weeks; with the name of the axis.
    Weeks(String),
    /// Any quantity, with its name.
    Quantity(String),
}

/// Curves in a frame.
#[derive(Debug)]
pub(super) struct Panel {
    pub(super) title: String,
    /// What is upwards, and its unit.
    pub(super) upwards: String,
    pub(super) curves: Vec<Vec<Point>>,
}

/// A point of a curve with half of its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) value: f64,
    pub(super) half_width: f64,
    /// How it stands against something, where that is told.
    pub(super) mark: Option<Mark>,
}

/// Colour and dashes of a curve; told apart in grey by the dashes.
const LOOKS: [(&str, &str); 4] =
    [("#0065a4", ""), ("#c8500a", "7 3"), ("#00795a", "2 3"), ("#7a4b8c", "9 3 2 3")];

impl Block for Lines {
    fn heading(&self) -> &str {
        &self.heading
    }

    fn note(&self) -> &str {
        &self.note
    }

    fn height(&self, _width: f64) -> f64 {
        let rows = self.panels.len().div_ceil(self.columns()).max(1);
        self.legend_height() + rows as f64 * (self.panel_height() + GAP) - GAP
    }

    fn draw(&self, svg: &mut Svg, area: Area) {
        if self.legend.len() > 1 {
            self.draw_legend(svg, area);
        }
        let columns = self.columns();
        let width = (area.width - (columns - 1) as f64 * GAP) / columns as f64;
        let height = self.panel_height();
        let all = self.most(&self.panels);
        for (index, panel) in self.panels.iter().enumerate() {
            let ticks =
                if self.same_height { Ticks::from_zero(all, 4) } else { self.ticks_of(panel) };
            let frame = Area {
                x: area.x + (index % columns) as f64 * (width + GAP),
                y: area.y + self.legend_height() + (index / columns) as f64 * (height + GAP),
                width,
                height,
            };
            self.draw_panel(svg, frame, panel, ticks);
        }
    }
}

impl Lines {
    fn legend_height(&self) -> f64 {
        if self.legend.len() > 1 { LEGEND } else { 0.0 }
    }

    /// Room below a plot.
    fn bottom(&self) -> f64 {
        match self.across {
            Across::TimeOfDay => BOTTOM,
            Across::Weeks(_) | Across::Quantity(_) => BOTTOM + AXIS_NAME,
        }
    }

    fn columns(&self) -> usize {
        match self.panels.len() {
            0 | 1 => 1,
            2..=4 => 2,
            5..=9 => 3,
            _ => 4,
        }
    }

    fn panel_height(&self) -> f64 {
        match self.columns() {
            1 => 290.0,
            2 => 250.0,
            3 => 200.0,
            _ => 165.0,
        }
    }

    /// What the axis upwards must reach: all curves and bands; of wild bands of half hours and weeks,
    /// where few people came, as much as a third of the highest curve.
    fn most(&self, panels: &[Panel]) -> f64 {
        let points = || panels.iter().flat_map(|panel| &panel.curves).flatten();
        let value = points().map(|point| point.value).fold(0.0, f64::max);
        let band = points().map(|point| point.value + point.half_width).fold(0.0, f64::max);
        match self.across {
            Across::Quantity(_) => band,
            Across::TimeOfDay | Across::Weeks(_) => band.min(value * 4.0 / 3.0).max(value),
        }
    }

    /// An axis of its own for a panel: from zero, unless what changes would be lost in what stays; then
    /// a broken line at its foot says that it begins higher.
    fn ticks_of(&self, panel: &Panel) -> Ticks {
        let most = self.most(std::slice::from_ref(panel));
        let least = panel.curves.iter().flatten().map(|point| point.value - point.half_width);
        let least = least.fold(f64::INFINITY, f64::min);
        if least.is_finite() && least > most / 2.0 {
            let room = 0.05 * (most - least);
            Ticks::covering((least - room).max(0.0), most, 4)
        } else {
            Ticks::from_zero(most, 4)
        }
    }

    fn draw_legend(&self, svg: &mut Svg, area: Area) {
        let font = Font::new(11.0);
        let mut x = area.x + LEFT;
        for (index, name) in self.legend.iter().enumerate() {
            let (colour, dashes) = LOOKS[index % LOOKS.len()];
            let y = area.y + 8.0;
            svg.area(Area { x, y: y - 5.0, width: 30.0, height: 10.0 }, &band_style(colour));
            svg.line((x, y), (x + 30.0, y), &line_style(colour, dashes));
            svg.text(x + 37.0, y + 4.0, font, name);
            x += 37.0 + font.width(name) + 24.0;
        }
    }

    fn draw_panel(&self, svg: &mut Svg, frame: Area, panel: &Panel, ticks: Ticks) {
        let head = if panel.title.is_empty() { 4.0 } else { TITLE };
        let plot = Area {
            x: frame.x + LEFT,
            y: frame.y + head + 14.0,
            width: frame.width - LEFT - 8.0,
            height: frame.height - head - 14.0 - self.bottom(),
        };
        let font = Font::new(12.0).bold();
        let title = font.fit(&panel.title, frame.width - 4.0).unwrap_or_default();
        svg.text(frame.x, frame.y + 11.0, font, &title);
        let font = Font::new(10.0).colour(SECOND);
        let upwards = font.fit(&panel.upwards, frame.width - 4.0).unwrap_or_default();
        svg.text(frame.x, frame.y + head + 5.0, font, &upwards);
        let y = Scale::new(ticks.domain(), (plot.y + plot.height, plot.y));
        for value in ticks.values() {
            let at = y.at(value);
            svg.line((plot.x, at), (plot.x + plot.width, at), GRID);
            let text = self.language.number(value, ticks.decimals());
            svg.text(plot.x - 6.0, at + 3.5, Font::new(10.0).anchor(Anchor::End), &text);
        }
        if ticks.from > 0.0 {
            let (x, y) = (plot.x, plot.y + plot.height);
            let zigzag =
                [(x, y), (x, y - 3.0), (x - 3.5, y - 5.0), (x + 3.5, y - 9.0), (x, y - 11.0)];
            svg.path(&zigzag, false, &format!("fill=\"none\" {AXIS}"));
        }
        let x = self.axis_across(svg, plot, panel);
        svg.line((plot.x, plot.y + plot.height), (plot.x + plot.width, plot.y + plot.height), AXIS);
        for (index, curve) in panel.curves.iter().enumerate() {
            let (colour, dashes) = LOOKS[index % LOOKS.len()];
            for run in self.unbroken(curve) {
                draw_run(svg, run, x, y, colour, dashes);
            }
        }
    }

    /// The stretches of a curve without a gap.
    fn unbroken<'a>(&self, curve: &'a [Point]) -> impl Iterator<Item = &'a [Point]> {
        let most = match self.across {
            Across::TimeOfDay => 31.0,
            Across::Weeks(_) | Across::Quantity(_) => f64::INFINITY,
        };
        curve.chunk_by(move |a, b| b.x - a.x <= most)
    }

    /// Draws the axis across and gives its scale, which all panels share.
    fn axis_across(&self, svg: &mut Svg, plot: Area, panel: &Panel) -> Scale {
        let points = || self.panels.iter().flat_map(|panel| &panel.curves).flatten();
        let least = points().map(|point| point.x).fold(f64::INFINITY, f64::min);
        let most = points().map(|point| point.x).fold(f64::NEG_INFINITY, f64::max);
        let (least, most) = if least <= most { (least, most) } else { (0.0, 1.0) };
        let range = (plot.x, plot.x + plot.width);
        let bottom = plot.y + plot.height;
        let font = Font::new(10.0).anchor(Anchor::Middle);
        let mut tick = |x: f64, text: &str| {
            svg.line((x, bottom), (x, bottom + 4.0), AXIS);
            svg.text(x, bottom + 16.0, font, text);
        };
        let (scale, name) = match &self.across {
            Across::TimeOfDay => {
                let from = (least / 60.0).floor() * 60.0;
                let until = ((most + 15.0) / 60.0).ceil() * 60.0;
                let scale = Scale::new((from, until), range);
                let hours = (until - from) / 60.0;
                let every = (hours * 38.0 / plot.width).ceil().max(1.0) as usize;
                for hour in ((from / 60.0) as u32..=(until / 60.0) as u32).step_by(every) {
                    tick(scale.at(f64::from(hour) * 60.0), &format!("{hour:02}:00"));
                }
                (scale, "")
            }
            Across::Weeks(name) => {
                let weeks = ((most + 1.0) / 7.0).ceil().max(1.0);
                let scale = Scale::new((0.0, weeks * 7.0), range);
                let every = (weeks * 26.0 / plot.width).ceil().max(1.0) as usize;
                for week in 0..=weeks as u32 {
                    let x = scale.at(f64::from(week) * 7.0);
                    svg.line((x, bottom), (x, bottom + 4.0), AXIS);
                }
                for week in (0..weeks as u32).step_by(every) {
                    let x = scale.at(f64::from(week) * 7.0 + 3.5);
                    svg.text(x, bottom + 16.0, font, &(week + 1).to_string());
                }
                (scale, name.as_str())
            }
            Across::Quantity(name) => {
                let scale = Scale::new((least, most), range);
                let ticks = values_across(panel);
                let every = (ticks.len() as f64 * 44.0 / plot.width).ceil().max(1.0) as usize;
                for &value in ticks.iter().step_by(every) {
                    tick(scale.at(value), &self.language.short(value));
                }
                (scale, name.as_str())
            }
        };
        let font = Font::new(10.0).colour(SECOND).anchor(Anchor::Middle);
        let name = font.fit(name, plot.width).unwrap_or_default();
        svg.text(plot.x + plot.width / 2.0, bottom + 31.0, font, &name);
        scale
    }
}

/// Where the curves of a panel have points.
fn values_across(panel: &Panel) -> Vec<f64> {
    let mut values: Vec<f64> = panel.curves.iter().flatten().map(|point| point.x).collect();
    values.sort_by(f64::total_cmp);
    values.dedup();
    values
}

fn draw_run(svg: &mut Svg, run: &[Point], x: Scale, y: Scale, colour: &str, dashes: &str) {
    let above = run.iter().map(|p| (x.at(p.x), y.at(p.value + p.half_width)));
    let below = run.iter().rev().map(|p| (x.at(p.x), y.at(p.value - p.half_width)));
    let band: Vec<(f64, f64)> = above.chain(below).collect();
    let line: Vec<(f64, f64)> = run.iter().map(|p| (x.at(p.x), y.at(p.value))).collect();
    if let [only] = line.as_slice() {
        svg.line(band[0], band[1], &format!("stroke=\"{colour}\" stroke-width=\"1.5\""));
        svg.disc(only.0, only.1, 2.5, &format!("fill=\"{colour}\""));
        return;
    }
    svg.path(&band, true, &band_style(colour));
    svg.path(&line, false, &line_style(colour, dashes));
    for (point, &(x, y)) in run.iter().zip(&line) {
        if let Some(mark) = point.mark {
            svg.disc(x, y, 4.2, mark.fill());
        }
    }
}

fn band_style(colour: &str) -> String {
    format!("fill=\"{colour}\" fill-opacity=\"0.16\"")
}

fn line_style(colour: &str, dashes: &str) -> String {
    let dashes =
        if dashes.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dashes}\"") };
    format!(
        "fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\" stroke-linejoin=\"round\"{dashes}"
    )
}
