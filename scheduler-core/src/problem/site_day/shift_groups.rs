//! Shifts that can stand in for each other.

use std::collections::BTreeMap;

use super::SiteDayModel;

/// Shifts with the same hours, breaks, absences, capabilities, own counter and promises in reach:
/// whatever one of them can do in a day, the others can.
#[derive(Debug, Clone)]
pub(crate) struct ShiftGroup {
    /// Positions in [`SiteDayModel::shifts`], ascending; at least one.
    pub shifts: Vec<u16>,
    /// Promises that each of them may keep, by start.
    pub promises: Vec<u16>,
}

impl SiteDayModel {
    /// All shifts in groups, in the order of their first.
    pub(crate) fn shift_groups(&self) -> Vec<ShiftGroup> {
        let mut promises = vec![Vec::new(); self.shifts.len()];
        let mut by_start: Vec<usize> = (0..self.promises.len()).collect();
        by_start.sort_by_key(|&promise| self.promises[promise].from);
        for promise in by_start {
            for &shift in &self.promises[promise].shifts {
                promises[usize::from(shift)].push(promise as u16);
            }
        }
        let mut groups: Vec<ShiftGroup> = Vec::new();
        let mut index = BTreeMap::new();
        for (number, (shift, promises)) in self.shifts.iter().zip(promises).enumerate() {
            let hours = (shift.from, shift.until, &shift.breaks, &shift.absent);
            let key = (hours, shift.profile, shift.own_kind, promises.clone());
            let group = *index.entry(key).or_insert_with(|| {
                groups.push(ShiftGroup { shifts: Vec::new(), promises });
                groups.len() - 1
            });
            groups[group].shifts.push(number as u16);
        }
        groups
    }
}
