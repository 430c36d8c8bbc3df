//! What the looks in a chart mean.

use std::collections::BTreeMap;

use super::palette::{Look, tint};
use super::rows::Band;
use super::shapes::{
    MARGIN, absent_area, break_area, closed_area, service_area, shift_area, stay_area, walk_in_area,
};
use super::{By, Options};
use crate::problem::{Plan, Problem};
use crate::report::svg::{Area, Font, Svg};

const ROW: f64 = 20.0;
const SWATCH: f64 = 24.0;
const FONT: f64 = 11.0;

/// The entries of a legend, laid out in columns of equal width.
#[derive(Debug)]
pub(super) struct Legend {
    entries: Vec<(Sign, String)>,
}

#[derive(Debug)]
enum Sign {
    Service(Look),
    WalkIn,
    Break,
    Promise,
    Stay(&'static str),
    Shift,
    Absent,
    Closed,
}

impl Legend {
    pub(super) fn new(
        problem: &Problem,
        plan: &Plan,
        day: usize,
        looks: &BTreeMap<usize, Look>,
        options: &Options,
        bands: &[Band],
    ) -> Self {
        let words = options.language.words();
        let shown = |site: usize| options.site.is_none_or(|only| only == site);
        let mut counts = vec![0_usize; problem.services.len()];
        let mut promises = 0;
        for slot in plan.slots.iter().filter(|slot| slot.day == day && shown(slot.site)) {
            counts[slot.service] += 1;
            promises += usize::from(slot.promise.is_some());
        }
        let services = looks.iter().map(|(&service, look)| {
            let name = &problem.services[service].name;
            let count = options.language.count(counts[service]);
            (Sign::Service(look.clone()), format!("{name} ({count})"))
        });
        let mut entries: Vec<(Sign, String)> = services.collect();
        entries.push((Sign::WalkIn, words.walk_in_block.to_owned()));
        if options.by == By::Clerk {
            entries.push((Sign::Break, words.break_.to_owned()));
        }
        if promises > 0 {
            let count = options.language.count(promises);
            entries.push((Sign::Promise, format!("{} ({count})", words.promise_mark)));
        }
        match options.by {
            By::Clerk => {
                entries.push((Sign::Stay("3"), words.stay.to_owned()));
                entries.push((Sign::Shift, words.shift.to_owned()));
            }
            By::Room => entries.push((Sign::Stay(""), words.seated.to_owned())),
        }
        let mut rows = bands.iter().flat_map(|band| &band.rows);
        if rows.any(|row| row.away || !row.absent.is_empty()) {
            entries.push((Sign::Absent, words.absent.to_owned()));
        }
        entries.push((Sign::Closed, words.closed.to_owned()));
        Self { entries }
    }

    /// Height of the legend in a chart of `width`.
    pub(super) fn height(&self, width: f64) -> f64 {
        self.entries.len().div_ceil(self.columns(width)) as f64 * ROW
    }

    pub(super) fn draw(&self, svg: &mut Svg, width: f64, y: f64) {
        let columns = self.columns(width);
        let cell = (width - 2.0 * MARGIN) / columns as f64;
        let rows = self.entries.len().div_ceil(columns);
        for (index, (sign, name)) in self.entries.iter().enumerate() {
            // Down the columns, as one reads a list.
            let x = MARGIN + (index / rows) as f64 * cell;
            let y = y + (index % rows) as f64 * ROW;
            let area = Area { x, y, width: SWATCH, height: 14.0 };
            match sign {
                Sign::Service(look) => service_area(svg, area, look, "", false),
                Sign::Promise => {
                    let plain =
                        Look { fill: "#ffffff", ink: "#000000", bands: 0, letters: String::new() };
                    service_area(svg, area, &plain, "", true);
                }
                Sign::WalkIn => walk_in_area(svg, area),
                Sign::Break => break_area(svg, area),
                Sign::Stay(label) => {
                    let area = Area { y: y + 1.5, height: 11.5, ..area };
                    stay_area(svg, area, tint(0), "", label);
                }
                Sign::Absent => absent_area(svg, area),
                Sign::Shift => shift_area(svg, area),
                Sign::Closed => closed_area(svg, area),
            }
            let font = Font::new(FONT);
            if let Some(name) = font.fit(name, cell - SWATCH - 16.0) {
                svg.text(x + SWATCH + 6.0, y + 11.2, font, &name);
            }
        }
    }

    fn columns(&self, width: f64) -> usize {
        let font = Font::new(FONT);
        let widest = self.entries.iter().map(|(_, name)| font.width(name)).fold(80.0, f64::max);
        let cell = (SWATCH + 6.0 + widest + 14.0).min(320.0);
        (((width - 2.0 * MARGIN) / cell).floor() as usize).max(1)
    }
}
