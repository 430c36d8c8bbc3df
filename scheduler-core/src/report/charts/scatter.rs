//! What a variant costs against what it achieves.

use super::page::{AXIS, Block, GRID, SECOND};
use super::scale::{Scale, Ticks};
use crate::report::language::Language;
use crate::report::svg::{Anchor, Area, Font, Svg};

const PLOT: f64 = 330.0;
const LEFT: f64 = 52.0;
const BOTTOM: f64 = 44.0;
const GAP: f64 = 26.0;
const LEGEND_ROW: f64 = 20.0;
const LABEL: f64 = 9.0;
/// Least width of a name in the legend, and what stands beside it.
const LEAST_CELL: f64 = 250.0;
const BESIDE: f64 = 2.0 * LABEL + 14.0;
const NAME: Font = Font::new(11.0);

/// Variants by cost (across) and measures (upwards), one panel for each measure.
#[derive(Debug)]
pub(super) struct Scatter {
    pub(super) heading: String,
    pub(super) note: String,
    pub(super) language: Language,
    /// Name and unit of what is across.
    pub(super) across: String,
    /// Name and unit of what is upwards, for each panel.
    pub(super) upwards: Vec<String>,
    pub(super) variants: Vec<Variant>,
}

/// A variant.
#[derive(Debug)]
pub(super) struct Variant {
    pub(super) name: String,
    /// Whether no other is better in one thing and as good in all others.
    pub(super) front: bool,
    /// Value and half of its interval.
    pub(super) across: (f64, f64),
    /// The same for each panel.
    pub(super) upwards: Vec<(f64, f64)>,
}

impl Block for Scatter {
    fn heading(&self) -> &str {
        &self.heading
    }

    fn note(&self) -> &str {
        &self.note
    }

    fn height(&self, width: f64) -> f64 {
        PLOT + self.variants.len().div_ceil(self.columns(width)) as f64 * LEGEND_ROW
    }

    fn draw(&self, svg: &mut Svg, area: Area) {
        let panels = self.upwards.len().max(1) as f64;
        let width = (area.width - (panels - 1.0) * GAP) / panels;
        for (index, name) in self.upwards.iter().enumerate() {
            let x = area.x + index as f64 * (width + GAP);
            self.draw_panel(svg, Area { x, width, height: PLOT - 12.0, ..area }, index, name);
        }
        let columns = self.columns(area.width);
        let cell = area.width / columns as f64;
        let rows = self.variants.len().div_ceil(columns).max(1);
        for (index, variant) in self.variants.iter().enumerate() {
            let x = area.x + (index / rows) as f64 * cell + LABEL + 2.0;
            let y = area.y + PLOT + (index % rows) as f64 * LEGEND_ROW + 8.0;
            draw_label(svg, x, y, index, variant.front);
            let name = NAME.fit(&variant.name, cell - BESIDE).unwrap_or_default();
            svg.text(x + LABEL + 6.0, y + 4.0, NAME, &name);
        }
    }
}

impl Scatter {
    /// Columns of the legend: as many as the longest name leaves room for.
    fn columns(&self, width: f64) -> usize {
        let names = self.variants.iter().map(|variant| NAME.width(&variant.name) + BESIDE);
        let widest = names.fold(LEAST_CELL, f64::max);
        (width / widest).floor().max(1.0) as usize
    }

    fn draw_panel(&self, svg: &mut Svg, frame: Area, index: usize, name: &str) {
        let plot = Area {
            x: frame.x + LEFT,
            y: frame.y + 22.0,
            width: frame.width - LEFT - 10.0,
            height: frame.height - 22.0 - BOTTOM,
        };
        let font = Font::new(12.0).bold();
        svg.text(frame.x, frame.y + 11.0, font, &font.fit(name, frame.width).unwrap_or_default());
        let upwards = || self.variants.iter().map(|variant| variant.upwards[index]);
        let most = upwards().map(|(value, half)| value + half.min(value)).fold(0.0, f64::max);
        let up = Ticks::from_zero(most, 5);
        let y = Scale::new(up.domain(), (plot.y + plot.height, plot.y));
        let costs = || self.variants.iter().map(|variant| variant.across.0);
        let (least, most) = (costs().fold(f64::INFINITY, f64::min), costs().fold(0.0, f64::max));
        let room = ((most - least) * 0.08).max(most.abs() * 0.005);
        let right = Ticks::covering(least - room, most + room, 4);
        let x = Scale::new(right.domain(), (plot.x, plot.x + plot.width));
        for value in up.values() {
            let at = y.at(value);
            svg.line((plot.x, at), (plot.x + plot.width, at), GRID);
            let text = self.language.number(value, up.decimals());
            svg.text(plot.x - 6.0, at + 3.5, Font::new(10.0).anchor(Anchor::End), &text);
        }
        let bottom = plot.y + plot.height;
        for value in right.values() {
            let at = x.at(value);
            svg.line((at, bottom), (at, bottom + 4.0), AXIS);
            let text = self.language.number(value, right.decimals());
            svg.text(at, bottom + 16.0, Font::new(10.0).anchor(Anchor::Middle), &text);
        }
        svg.line((plot.x, bottom), (plot.x + plot.width, bottom), AXIS);
        let font = Font::new(10.5).colour(SECOND).anchor(Anchor::Middle);
        svg.text(plot.x + plot.width / 2.0, bottom + 33.0, font, &self.across);
        self.draw_variants(svg, plot, x, y, index);
    }

    fn draw_variants(&self, svg: &mut Svg, plot: Area, x: Scale, y: Scale, index: usize) {
        let places: Vec<(f64, f64)> = self
            .variants
            .iter()
            .map(|variant| (x.at(variant.across.0), y.at(variant.upwards[index].0)))
            .collect();
        for (variant, &(px, py)) in self.variants.iter().zip(&places) {
            let ((cost, across), (value, up)) = (variant.across, variant.upwards[index]);
            let style = "stroke=\"#8a8f98\" stroke-width=\"1.2\"";
            svg.line((x.at(cost - across), py), (x.at(cost + across), py), style);
            svg.line((px, y.at(value - up)), (px, y.at(value + up)), style);
            svg.disc(px, py, 2.6, "fill=\"#1a1a1a\"");
        }
        let mut taken = places.clone();
        for &place in &places {
            let at = free_place(place, plot, &taken);
            svg.line(place, at, "stroke=\"#8a8f98\" stroke-width=\"0.8\"");
            taken.push(at);
        }
        // Above all lines, none of which may strike a number out.
        for (number, (variant, at)) in self.variants.iter().zip(&taken[places.len()..]).enumerate()
        {
            draw_label(svg, at.0, at.1, number, variant.front);
        }
    }
}

/// Where a label for `place` hides least of what is drawn at `taken`.
fn free_place(place: (f64, f64), plot: Area, taken: &[(f64, f64)]) -> (f64, f64) {
    const AROUND: [(f64, f64); 8] = [
        (0.75, -0.75),
        (-0.75, -0.75),
        (0.75, 0.75),
        (-0.75, 0.75),
        (1.0, 0.0),
        (-1.0, 0.0),
        (0.0, -1.0),
        (0.0, 1.0),
    ];
    let mut best = (place, f64::NEG_INFINITY);
    for distance in [18.0, 32.0, 48.0, 66.0] {
        for (dx, dy) in AROUND {
            let at = (place.0 + dx * distance, place.1 + dy * distance);
            let inside = at.0 > plot.x + LABEL
                && at.0 < plot.x + plot.width
                && at.1 > plot.y
                && at.1 < plot.y + plot.height - LABEL;
            if !inside {
                continue;
            }
            let free = taken
                .iter()
                .map(|other| (other.0 - at.0).hypot(other.1 - at.1))
                .fold(f64::INFINITY, f64::min);
            if free >= 2.0 * LABEL + 2.0 || (distance < 20.0 && free >= 2.0 * LABEL - 1.0) {
                return at;
            }
            if free > best.1 {
                best = (at, free);
            }
        }
    }
    best.0
}

fn draw_label(svg: &mut Svg, x: f64, y: f64, index: usize, front: bool) {
    let (style, colour) = if front {
        ("fill=\"#0065a4\" stroke=\"#0065a4\"", "#ffffff")
    } else {
        ("fill=\"#ffffff\" stroke=\"#6b7280\"", "#1a1a1a")
    };
    svg.disc(x, y, LABEL, style);
    let font = Font::new(10.0).bold().colour(colour).anchor(Anchor::Middle);
    svg.text(x, y + 3.5, font, &(index + 1).to_string());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_of_the_same_place_lie_beside_each_other() {
        let plot = Area { x: 0.0, y: 0.0, width: 400.0, height: 300.0 };
        let mut taken = vec![(200.0, 150.0); 7];
        for _ in 0..7 {
            let at = free_place((200.0, 150.0), plot, &taken);
            let free = taken.iter().map(|other| (other.0 - at.0).hypot(other.1 - at.1));
            assert!(free.fold(f64::INFINITY, f64::min) >= 2.0 * LABEL - 1.0);
            taken.push(at);
        }
    }
}
