//! When to let customers with appointments come, to one server: how many into each slot, or at
//! which distances.

mod descent;
mod gaps;
mod slots;
mod unit_slots;

pub use descent::Schedule;
pub use gaps::{GapFigures, OptimalGaps, SpacedSession};
pub use slots::{SlotFigures, SlotService, SlotWeights, SlottedSession};
pub use unit_slots::{UnitSlotCosts, UnitSlotFigures, UnitSlots};
