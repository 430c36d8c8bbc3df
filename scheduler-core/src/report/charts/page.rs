//! A page: a title and blocks one below the other.

use crate::report::svg::{Area, Font, Svg};

/// Width of every page.
const WIDTH: f64 = 1060.0;
const MARGIN: f64 = 24.0;
const HEADER: f64 = 58.0;
const SUBTITLE_LINES: usize = 3;
const LEADING: f64 = 15.0;
const BLOCK_HEADER: f64 = 42.0;
const GAP: f64 = 26.0;

/// The grey of words that are read second.
pub(super) const SECOND: &str = "#55595f";
/// The grey of lines between rows and under ticks.
pub(super) const GRID: &str = "stroke=\"#e1e4e8\" stroke-width=\"1\"";
/// The grey of axes.
pub(super) const AXIS: &str = "stroke=\"#8a8f98\" stroke-width=\"1\"";

/// A part of a page with a heading of its own.
pub(super) trait Block {
    fn heading(&self) -> &str;
    /// A sentence on how to read it.
    fn note(&self) -> &str;
    /// Height that it takes below its heading.
    fn height(&self, width: f64) -> f64;
    fn draw(&self, svg: &mut Svg, area: Area);
}

/// Draws `blocks` below a title as one SVG document.
pub(super) fn page(title: &str, subtitle: &str, blocks: &[&dyn Block]) -> String {
    let width = WIDTH - 2.0 * MARGIN;
    let heights = blocks.iter().map(|block| BLOCK_HEADER + block.height(width) + GAP);
    let second = Font::new(11.5).colour(SECOND);
    let lines = second.wrapped(subtitle, width, SUBTITLE_LINES);
    let header = HEADER + lines.len().saturating_sub(1) as f64 * LEADING;
    let mut svg = Svg::new(WIDTH, MARGIN + header + heights.sum::<f64>(), title);
    svg.raw(PATTERNS);
    let font = Font::new(18.0).bold();
    svg.text(MARGIN, MARGIN + 16.0, font, &font.fit(title, width).unwrap_or_default());
    for (index, line) in lines.iter().enumerate() {
        svg.text(MARGIN, MARGIN + 35.0 + index as f64 * LEADING, second, line);
    }
    let mut y = MARGIN + header;
    for block in blocks {
        svg.text(MARGIN, y + 13.0, Font::new(14.0).bold(), block.heading());
        let font = Font::new(11.0).colour(SECOND);
        svg.text(MARGIN, y + 30.0, font, &font.fit(block.note(), width).unwrap_or_default());
        let height = block.height(width);
        block.draw(&mut svg, Area { x: MARGIN, y: y + BLOCK_HEADER, width, height });
        y += BLOCK_HEADER + height + GAP;
    }
    svg.finish()
}

/// What bars are filled with; once in a document.
const PATTERNS: &str = "<defs><pattern id=\"worse\" width=\"5\" height=\"5\" \
    patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\">\
    <rect width=\"5\" height=\"5\" fill=\"#f0a070\"/>\
    <path d=\"M0 0V5\" stroke=\"#b5450b\" stroke-width=\"3\"/></pattern></defs>";
