//! The shapes of a chart, alike in its rows and its legend.

use super::palette::Look;
use crate::report::svg::{Anchor, Area, Font, Svg};

/// Around the whole chart.
pub(super) const MARGIN: f64 = 18.0;

/// Definitions that the shapes refer to; once in a document.
pub(super) const PATTERNS: &str = "<defs><pattern id=\"closed\" width=\"6\" height=\"6\" \
    patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
    <rect width=\"6\" height=\"6\" fill=\"#f4f4f4\"/>\
    <path d=\"M0 0V6\" stroke=\"#dcdcdc\" stroke-width=\"2\"/></pattern>\
    <pattern id=\"walk-in\" width=\"5\" height=\"5\" patternUnits=\"userSpaceOnUse\" \
    patternTransform=\"rotate(-45)\"><rect width=\"5\" height=\"5\" fill=\"#d4d4d4\"/>\
    <path d=\"M0 0V5\" stroke=\"#b0b0b0\" stroke-width=\"2\"/></pattern>\
    <pattern id=\"absent\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" \
    patternTransform=\"rotate(45)\"><rect width=\"7\" height=\"7\" fill=\"#fbecea\"/>\
    <path d=\"M0 0V7\" stroke=\"#e2a79d\" stroke-width=\"1.5\"/></pattern></defs>";

/// `text` in the middle of `area`, if it fits.
pub(super) fn inside(svg: &mut Svg, area: Area, text: &str) {
    let font = Font::new(9.5).anchor(Anchor::Middle);
    if font.width(text) <= area.width - 2.0 {
        svg.text(area.x + area.width / 2.0, area.y + area.height / 2.0 + 3.4, font, text);
    }
}

/// A slot: with the `name` of its service where that fits, else with its letters.
pub(super) fn service_area(svg: &mut Svg, area: Area, look: &Look, name: &str, promised: bool) {
    let inner = Area { x: area.x + 0.4, width: area.width - 0.8, ..area };
    svg.area(
        inner,
        &format!("rx=\"1\" fill=\"{}\" stroke=\"#222222\" stroke-width=\"0.5\"", look.fill),
    );
    let white = "fill=\"#ffffff\" fill-opacity=\"0.8\"";
    let band = Area { y: area.y + area.height - 3.2, height: 2.2, ..inner };
    if look.bands > 0 {
        svg.area(band, white);
    }
    if look.bands > 1 {
        svg.area(Area { y: area.y + 1.0, ..band }, white);
    }
    if promised {
        svg.area(inner, "rx=\"1\" fill=\"none\" stroke=\"#000000\" stroke-width=\"1.5\"");
        svg.corner(inner.x, inner.y, 5.0);
    }
    let middle = if look.bands == 1 { -1.2 } else { 0.0 };
    let font = Font { colour: look.ink, ..Font::new(9.5).bold().anchor(Anchor::Middle) };
    let long = format!("{} {name}", look.letters);
    let label = if font.width(&long) <= inner.width - 8.0 { &long } else { &look.letters };
    if font.width(label) <= inner.width {
        let y = area.y + area.height / 2.0 + 3.4 + middle;
        svg.text(area.x + area.width / 2.0, y, font, label);
    }
}

/// A stay: named `long` on `colour` where there is room for that, else `short`.
pub(super) fn stay_area(svg: &mut Svg, area: Area, colour: &str, long: &str, short: &str) {
    let inner = Area { x: area.x + 0.4, width: area.width - 0.8, ..area };
    let style = format!("rx=\"2\" fill=\"{colour}\" stroke=\"#555555\" stroke-width=\"0.7\"");
    svg.area(inner, &style);
    let font = Font::new(10.5).bold();
    let name = if long.is_empty() { short } else { long };
    let whole = font.width(name) <= area.width - 5.0;
    let text = if whole { Some(name.to_owned()) } else { font.fit(short, area.width - 3.0) };
    if let Some(text) = text {
        svg.text(area.x + if whole { 3.0 } else { 1.5 }, area.y + area.height - 2.2, font, &text);
    }
}

/// Time for which somebody is away.
pub(super) fn absent_area(svg: &mut Svg, area: Area) {
    svg.area(area, "rx=\"2\" fill=\"url(#absent)\" stroke=\"#a33a2a\" stroke-width=\"0.7\"");
}

pub(super) fn walk_in_area(svg: &mut Svg, area: Area) {
    let inner = Area { x: area.x + 0.4, width: area.width - 0.8, ..area };
    svg.area(inner, "rx=\"1\" fill=\"url(#walk-in)\" stroke=\"#444444\" stroke-width=\"0.7\"");
}

pub(super) fn break_area(svg: &mut Svg, area: Area) {
    let inner = Area { x: area.x + 0.8, width: area.width - 1.6, ..area };
    svg.area(
        inner,
        "rx=\"3\" fill=\"#ffffff\" stroke=\"#444444\" stroke-width=\"0.8\" stroke-dasharray=\"2.5 1.5\"",
    );
}

pub(super) fn shift_area(svg: &mut Svg, area: Area) {
    svg.area(area, "rx=\"2\" fill=\"#e3e8f0\" stroke=\"#b9c2cf\" stroke-width=\"0.5\"");
}

pub(super) fn closed_area(svg: &mut Svg, area: Area) {
    svg.area(area, "fill=\"url(#closed)\"");
}
