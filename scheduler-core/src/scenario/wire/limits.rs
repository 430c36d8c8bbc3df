//! Bounds of numbers and lengths, as the definition says them.

use std::fmt::Display;

use super::kind::{Field, Kind};
use super::read::Wire;
use crate::scenario::codes::{self, Code};
use crate::scenario::finding::Collector;
use crate::scenario::place;

/// Goes through a value and keeps the place where it is.
#[derive(Debug)]
pub struct Walk<'a> {
    findings: &'a mut Collector,
    pointer: String,
}

/// Reports all that is out of bounds in `value`, which is at `base`, and not reported yet.
pub(crate) fn check_limits<T: Wire>(value: &T, base: &str, findings: &mut Collector) {
    let mut walk = Walk { findings, pointer: base.to_owned() };
    value.check(&Field::of::<T>("", ""), &mut walk);
}

impl Walk<'_> {
    pub(super) fn inside(&mut self, field: &str, act: impl FnOnce(&mut Self)) {
        let end = self.pointer.len();
        place::push(&mut self.pointer, field);
        act(self);
        self.pointer.truncate(end);
    }

    pub(super) fn at(&mut self, index: usize, act: impl FnOnce(&mut Self)) {
        let end = self.pointer.len();
        place::push_index(&mut self.pointer, index);
        act(self);
        self.pointer.truncate(end);
    }

    fn report(&mut self, code: Code, message: String) {
        if !self.findings.is_broken(&self.pointer) {
            self.findings.report(code, self.pointer.clone(), message);
        }
    }

    /// Reports a number, or one of the numbers of a list, that is out of the bounds of `field`.
    pub(super) fn number(&mut self, field: &Field, value: f64, shown: &dyn Display) {
        let Some((from, until)) = field.within.filter(|_| !field.ruled) else {
            return;
        };
        let is_low = if field.above { value <= from } else { value < from };
        if value.is_finite() && !is_low && value <= until {
            return;
        }
        let name = field.name;
        let message = match (field.above, matches!(field.kind, Kind::List(_))) {
            (true, _) => {
                format!("{name} is {shown}; it must be above {from} and at most {until}")
            }
            (false, true) => format!("{shown} is not between {from} and {until}"),
            (false, false) => format!("{name} is {shown}; it must be between {from} and {until}"),
        };
        self.report(codes::FIELD_RANGE, message);
    }

    /// Reports a text or list whose length is out of the bounds of `field`.
    pub(super) fn length(&mut self, field: &Field, length: usize, of: &str) {
        let Some((least, most)) = field.length.filter(|_| !field.ruled) else {
            return;
        };
        if (least..=most).contains(&length) {
            return;
        }
        let name = field.name;
        if length == 0 && matches!(field.kind, Kind::List(_)) {
            let message = format!("the list {name} is empty; it needs an entry");
            return self.report(codes::LIST_EMPTY, message);
        }
        let bounds = match (least, most) {
            (least, most) if least == most => format!("it must have {most}"),
            (0, most) => format!("at most {most}"),
            (least, usize::MAX) => format!("at least {least}"),
            (least, most) => format!("it must have {least} to {most}"),
        };
        self.report(codes::FIELD_LENGTH, format!("{name} has {length} {of}; {bounds}"));
    }
}
