//! Every kind of finding about a scenario or a plan file.
//!
//! ```
//! use scheduler_core::scenario::codes;
//!
//! let overlap = codes::ALL.iter().find(|code| code.name == "shift.overlap");
//! assert_eq!(overlap, Some(&codes::SHIFT_OVERLAP));
//! ```

use super::Severity;

/// A kind of finding: a name that never changes its meaning, and how bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Code {
    /// The name, such as `shift.overlap`.
    pub name: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it means.
    pub meaning: &'static str,
}

/// Declares each code once: as a constant and as an entry of [`ALL`].
macro_rules! codes {
    ($($constant:ident $severity:ident $name:literal $meaning:literal)*) => {
        $(
            #[doc = concat!("`", $name, "`: ", $meaning, ".")]
            pub const $constant: Code =
                Code { name: $name, severity: Severity::$severity, meaning: $meaning };
        )*

        /// All codes.
        pub const ALL: &[Code] = &[$($constant),*];
    };
}

codes! {
    FILE_EMPTY Error "file.empty" "the file holds nothing"
    FILE_TOO_LARGE Error "file.too_large" "the file is larger than the limit for reading"
    FILE_ENCODING Error "file.encoding" "the file is not UTF-8"
    JSON_SYNTAX Error "json.syntax" "the file is not JSON"
    JSON_CUT_OFF Error "json.cut_off" "the file ends within a value"
    JSON_DUPLICATE_KEY Error "json.duplicate_key" "an object has a field twice"
    SCHEMA_UNSUPPORTED Error "schema.unsupported" "the file is of another kind or version"
    FIELD_MISSING Error "field.missing" "a field is missing"
    FIELD_UNKNOWN Error "field.unknown" "there is no such field"
    FIELD_TYPE Error "field.type" "a value is of the wrong kind, such as text for a number"
    FIELD_RANGE Error "field.range" "a number is outside its range or not finite"
    FIELD_LENGTH Error "field.length" "a text or list is too short or too long"
    FIELD_WORD Error "field.word" "a word is not one of those that the field allows"
    TIME_FORMAT Error "time.format" "a text is no time or date of the expected form"
    LIST_EMPTY Error "list.empty" "a list that needs an entry has none"
    ID_FORM Error "id.form" "an id is empty or has a control character"
    ID_DUPLICATE Error "id.duplicate" "two entries of a kind have the same id"
    REFERENCE_UNKNOWN Error "reference.unknown" "an id refers to nothing"
    ZONE_UNKNOWN Error "zone.unknown" "there is no such time zone"
    HORIZON_REVERSED Error "horizon.reversed" "the horizon ends before it begins"
    HORIZON_TOO_LONG Error "horizon.too_long" "the horizon has more than 366 dates"
    HORIZON_YEARS Error "horizon.years" "the horizon lies outside the years 1900 to 2999"
    SCENARIO_TOO_LARGE Error "scenario.too_large" "the dates of the horizon multiply an entry too often"
    TIME_OFF_GRID Error "time.off_grid" "a time or length is no multiple of the grid"
    TIME_REVERSED Error "time.reversed" "a window ends before it begins or is empty"
    TIME_CLOCK_CHANGE Error "time.clock_change" "a clock change removes or doubles a time on a date"
    WINDOW_CLOCK_CHANGE Warning "window.clock_change" "a clock change removes or doubles a time of a window on a date"
    DATES_REVERSED Error "dates.reversed" "the last date on which something holds is before the first"
    TRAVEL_TWICE Error "travel.twice" "the way between two sites is named twice or leads to itself"
    TRAVEL_TIME Error "travel.time" "two shifts of a clerk on one date leave too little time for the way"
    SHIFT_OVERLAP Error "shift.overlap" "two shifts of a clerk overlap on a date, in the horizon or not"
    SHIFT_CLOSED Warning "shift.closed" "a shift never meets the opening hours of its site"
    BREAK_TWICE Error "break.twice" "a shift has both a break and a list of breaks"
    BREAK_FIT Error "break.fit" "a break does not fit into its window and shift"
    BREAK_COINCIDE Warning "break.coincide" "everybody at a site must be on a break at the same time"
    QUOTA_SHARES Error "quota.shares" "a quota's least share is above its greatest"
    QUOTA_RETURN Warning "quota.return" "a quota gives its time back when it is over"
    QUOTA_OPENING Warning "quota.opening" "a quota reaches beyond opening hours"
    QUOTA_NO_DESK Warning "quota.no_desk" "a quota's window has no desk minutes on a date"
    QUOTA_NO_CLERK Infeasible "quota.no_clerk" "a quota asks for skills that no clerk has"
    COVER_STAFF Warning "cover.staff" "cover asks for more clerks than have a shift then"
    DEMAND_OPENING Warning "demand.opening" "demand reaches beyond opening hours"
    DEMAND_CLOSED Warning "demand.closed" "demand has no open site on a date"
    DEMAND_NEVER Warning "demand.never" "no date of the horizon is one of the days of a demand"
    DEMAND_UNPAID Warning "demand.unpaid" "a slot for a demand brings less than the clerk's free time is worth"
    DEMAND_SITE_TWICE Warning "demand.site_twice" "demand names a site twice"
    SERVICE_EQUIPMENT Error "service.equipment" "a service without a room asks for equipment"
    SERVICE_NO_CLERK Warning "service.no_clerk" "no clerk has all skills of a service"
    SERVICE_NO_ROOM Warning "service.no_room" "no room has all equipment of a service"
    PROMISE_HORIZON Error "promise.horizon" "a promise lies outside the horizon"
    PROMISE_PERSONS Error "promise.persons" "a promise is for nobody or too many persons"
    PROMISE_MIDNIGHT Error "promise.midnight" "a promise does not end on the date on which it begins"
    PROMISE_CLOSED Infeasible "promise.closed" "the site of a promise is not open for all of it"
    PROMISE_NO_CLERK Infeasible "promise.no_clerk" "no clerk with the skills is on shift for all of a promise"
    PROMISE_STAFF Infeasible "promise.staff" "the clerk pinned to a promise cannot keep it"
    PROMISE_NO_ROOM Infeasible "promise.no_room" "no room of the site has the equipment for a promise"
    PROMISE_ROOM Infeasible "promise.room" "the room pinned to a promise does not suit it"
    RELEASE_SHARES Error "release.shares" "a later wave opens less, or two open at the same time"
    RELEASE_OVERLAP Error "release.overlap" "two release policies hold for a site and channel"
    RELEASE_NEVER_OPENS Warning "release.never_opens" "nothing can ever be booked by a release policy"
    RELEASE_SITE_TWICE Warning "release.site_twice" "a release policy names a site twice"
    WALK_INS_NOTHING_KEPT Warning "walk_ins.nothing_kept" "people walk in at a site with appointments that keeps no time for them"
    OPERATIONS_TWICE Error "operations.twice" "operations name a service or site twice"
    OPERATIONS_UNUSED Warning "operations.unused" "a part of the operations has no effect"
    OPERATIONS_FEW Warning "operations.few" "observations are too few for a distribution"
    STAFFING_BOUNDS Error "staffing.bounds" "a bound of a target or contract is missing or on the wrong side"
    STAFFING_FIGURE Error "staffing.figure" "a target has a part that its figure does not have, or lacks one"
    STAFFING_LENGTH Error "staffing.length" "the longest shift of a template is shorter than its shortest"
    STAFFING_MOST Error "staffing.most" "a template allows fewer people than it asks for"
    STAFFING_WINDOW Error "staffing.window" "every shift of a template goes over midnight"
    STAFFING_NO_TARGET Error "staffing.no_target" "a budget has no target to be spent on"
    STAFFING_SKILL Warning "staffing.skill" "a template has a skill that nothing asks for"
    STAFFING_SHIFT_CLOSED Warning "staffing.shift_closed" "no shift of a template meets opening hours"
    SIMULATION_OVERLOAD Warning "simulation.overload" "requests for appointments reach what can be booked"
    SIMULATION_BUSY Warning "simulation.busy" "clerks are busy nearly all the time that they are there"
    SIMULATION_TREND Warning "simulation.trend" "lead times still grow when the measured weeks end"
    SIMULATION_UNSERVED Warning "simulation.unserved" "customers come for whom nobody is there"
    SIMULATION_ENDLESS Warning "simulation.endless" "walk-ins are served for hours after closing, which nothing ends"
    SIMULATION_NOTHING_KEPT Warning "simulation.nothing_kept" "people come without an appointment where no time is kept for them"
    VARIANT_IDLE Warning "variant.idle" "an edit changes nothing"
    VARIANT_NOBODY Error "variant.nobody" "an edit shifts people between ways of coming of which one has nobody"
    PLAN_HORIZON Error "plan.horizon" "a time of a plan lies outside the horizon"
    PLAN_MIDNIGHT Error "plan.midnight" "an entry of a plan goes over midnight"
    FINDINGS_OMITTED Warning "findings.omitted" "there are more findings than are listed"
}
