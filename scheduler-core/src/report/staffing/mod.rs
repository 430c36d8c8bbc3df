//! The answer to "which people on which shifts" as data, text and CSV; [`charts`](super::charts) draws
//! it.

mod figures;
mod text;

pub use figures::{
    CurveReport, FrontReport, HalfHourReport, NextReport, PersonReport, ShiftReport,
    StaffingReport, TargetReport, TemplateReport, staffing_report,
};
