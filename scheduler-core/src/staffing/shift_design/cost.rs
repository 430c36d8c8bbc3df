//! What a design costs, from the definition alone: the judge of the search.

use super::{DesignedShift, ShiftDesign};

/// What a design costs, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct DesignCost {
    /// Minutes of people missing.
    pub under_minutes: u64,
    /// Minutes of people too many.
    pub over_minutes: u64,
    /// Different pairs of start and length that are used.
    pub shifts: u64,
    /// All of it.
    pub total: u64,
}

/// Why shifts are no design for a problem.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CostError {
    /// No kind allows this pair.
    #[error("no kind of shift starts at step {start} and lasts {length} steps")]
    NotAllowed {
        /// Its start.
        start: u32,
        /// Its length.
        length: u32,
    },
    /// There is not one number for each day.
    #[error("the shift from step {start} has people for {found} days, but there are {days}")]
    Days {
        /// Its start.
        start: u32,
        /// Numbers that it has.
        found: usize,
        /// Days of the horizon.
        days: u32,
    },
    /// The same pair is listed twice.
    #[error("the shift from step {start} that lasts {length} steps is listed twice")]
    Twice {
        /// Its start.
        start: u32,
        /// Its length.
        length: u32,
    },
}

impl ShiftDesign {
    /// What these shifts cost. The problem has no [`findings`](Self::findings).
    ///
    /// # Errors
    /// The shifts are no design for this problem.
    pub fn cost_of(&self, shifts: &[DesignedShift]) -> Result<DesignCost, CostError> {
        let horizon = self.required.len();
        let mut there = vec![0_u64; horizon];
        let mut used = 0;
        for (index, shift) in shifts.iter().enumerate() {
            let DesignedShift { start, length, ref people } = *shift;
            let allowed = |kind: &super::ShiftKind| {
                kind.starts.contains(&start) && kind.lengths.contains(&length)
            };
            if !self.kinds.iter().any(allowed) {
                return Err(CostError::NotAllowed { start, length });
            }
            if people.len() != self.days as usize {
                return Err(CostError::Days { start, found: people.len(), days: self.days });
            }
            if shifts[..index].iter().any(|other| (other.start, other.length) == (start, length)) {
                return Err(CostError::Twice { start, length });
            }
            used += u64::from(people.iter().any(|count| *count > 0));
            for (day, &count) in people.iter().enumerate() {
                let first = day * (horizon / self.days as usize) + start as usize;
                for step in first..first + length as usize {
                    there[step % horizon] += u64::from(count);
                }
            }
        }
        let minutes = u64::from(self.step_minutes);
        let (mut under, mut over) = (0, 0);
        for (there, required) in there.into_iter().zip(&self.required) {
            under += u64::from(*required).saturating_sub(there) * minutes;
            over += there.saturating_sub(u64::from(*required)) * minutes;
        }
        let costs = self.costs;
        let total = under * costs.under_minute + over * costs.over_minute + used * costs.shift;
        Ok(DesignCost { under_minutes: under, over_minutes: over, shifts: used, total })
    }
}
