//! The independent judge of plans.
