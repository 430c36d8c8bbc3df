//! A measure over two knobs, as a table whose cells are the darker the larger the figure is.

use super::page::{Block, SECOND};
use crate::report::svg::{Anchor, Area, Font, Svg};

const LEFT: f64 = 78.0;
const TITLE: f64 = 22.0;
const BOTTOM: f64 = 42.0;
const ROW: f64 = 34.0;
const GAP: f64 = 28.0;

/// Tables of the same knobs, one for each measure, two side by side.
#[derive(Debug)]
pub(super) struct Heat {
    pub(super) heading: String,
    pub(super) note: String,
    /// Name of the knob that grows to the right, and its values.
    pub(super) across: (String, Vec<String>),
    /// Name of the knob that grows upwards, and its values.
    pub(super) upwards: (String, Vec<String>),
    pub(super) panels: Vec<HeatPanel>,
}

/// One measure.
#[derive(Debug)]
pub(super) struct HeatPanel {
    pub(super) title: String,
    /// Values and what is written of them, row by row from the bottom.
    pub(super) cells: Vec<Vec<(f64, String)>>,
}

impl Block for Heat {
    fn heading(&self) -> &str {
        &self.heading
    }

    fn note(&self) -> &str {
        &self.note
    }

    fn height(&self, _width: f64) -> f64 {
        let rows = self.panels.len().div_ceil(self.columns()).max(1) as f64;
        rows * (self.panel_height() + GAP) - GAP
    }

    fn draw(&self, svg: &mut Svg, area: Area) {
        let columns = self.columns();
        let width = (area.width - (columns - 1) as f64 * GAP) / columns as f64;
        for (index, panel) in self.panels.iter().enumerate() {
            let frame = Area {
                x: area.x + (index % columns) as f64 * (width + GAP),
                y: area.y + (index / columns) as f64 * (self.panel_height() + GAP),
                width,
                height: self.panel_height(),
            };
            self.draw_panel(svg, frame, panel);
        }
    }
}

impl Heat {
    fn columns(&self) -> usize {
        if self.panels.len() < 2 || self.across.1.len() > 8 { 1 } else { 2 }
    }

    fn panel_height(&self) -> f64 {
        TITLE + self.upwards.1.len() as f64 * ROW + BOTTOM
    }

    fn draw_panel(&self, svg: &mut Svg, frame: Area, panel: &HeatPanel) {
        let font = Font::new(12.0).bold();
        let title = font.fit(&panel.title, frame.width).unwrap_or_default();
        svg.text(frame.x, frame.y + 11.0, font, &title);
        let values = || panel.cells.iter().flatten().map(|cell| cell.0);
        let least = values().fold(f64::INFINITY, f64::min);
        let most = values().fold(f64::NEG_INFINITY, f64::max);
        let rows = self.upwards.1.len();
        let top = frame.y + TITLE;
        let bottom = top + rows as f64 * ROW;
        let cell_width = (frame.width - LEFT) / self.across.1.len().max(1) as f64;
        // Without their intervals where one of them is too wide, so that all are alike.
        let font = Font::new(11.0).anchor(Anchor::Middle);
        let mut texts = panel.cells.iter().flatten().map(|(_, text)| text);
        let is_whole = texts.all(|text| font.width(text) <= cell_width - 4.0);
        for (row, cells) in panel.cells.iter().enumerate() {
            for (column, (value, text)) in cells.iter().enumerate() {
                let area = Area {
                    x: frame.x + LEFT + column as f64 * cell_width + 1.0,
                    y: bottom - (row + 1) as f64 * ROW + 1.0,
                    width: cell_width - 2.0,
                    height: ROW - 2.0,
                };
                let share = if most > least { (value - least) / (most - least) } else { 0.0 };
                svg.area(area, &format!("rx=\"2\" fill=\"{}\"", shade(share)));
                let colour = if share > 0.55 { "#ffffff" } else { "#1a1a1a" };
                let short = text.split(' ').next().unwrap_or_default();
                let text = if is_whole { text } else { short };
                let middle = (area.x + area.width / 2.0, area.y + ROW / 2.0 + 3.0);
                svg.text(middle.0, middle.1, font.colour(colour), text);
            }
        }
        let font = Font::new(10.5);
        for (row, name) in self.upwards.1.iter().enumerate() {
            let y = bottom - (row as f64 + 0.5) * ROW + 4.0;
            svg.text(frame.x + LEFT - 8.0, y, font.anchor(Anchor::End), name);
        }
        for (column, name) in self.across.1.iter().enumerate() {
            let x = frame.x + LEFT + (column as f64 + 0.5) * cell_width;
            svg.text(x, bottom + 15.0, font.anchor(Anchor::Middle), name);
        }
        let font = Font::new(10.5).colour(SECOND);
        let both = format!("→ {},  ↑ {}", self.across.0, self.upwards.0);
        let both = font.fit(&both, frame.width - LEFT).unwrap_or_default();
        svg.text(frame.x + LEFT, bottom + 34.0, font, &both);
    }
}

/// From nearly white to a dark blue, evenly in lightness.
fn shade(share: f64) -> String {
    let mix =
        |light: f64, dark: f64| (light + share.clamp(0.0, 1.0) * (dark - light)).round() as u8;
    format!("#{:02x}{:02x}{:02x}", mix(232.0, 8.0), mix(240.0, 64.0), mix(248.0, 120.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn larger_figures_are_darker() {
        assert_eq!(shade(0.0), "#e8f0f8");
        assert_eq!(shade(1.0), "#084078");
        assert!(shade(0.3) > shade(0.7));
    }
}
