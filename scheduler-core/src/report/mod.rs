//! Tables and charts of plans.
