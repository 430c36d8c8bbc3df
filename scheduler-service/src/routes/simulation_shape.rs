//! The file form `variant/1`, and the answers `simulation/1` and `comparison/1`, as the OpenAPI
//! document shows them. Documentation only: the library reads and writes them.

use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::scenario_shape::shapes;

shapes! {
    /// A change of a scenario: edits that apply in order, so that a later one may name what an
    /// earlier one added.
    Variant {
        /// The kind of file.
        #[schema(example = "variant/1", pattern = "^variant/1$")]
        schema: String,
        /// What the planner calls it.
        #[schema(example = "One clerk more in Nord")]
        name: String,
        /// Remarks for people.
        #[schema(nullable = false)]
        notes: Option<String>,
        /// What is changed, in order. `edit` names the kind of each: `add_clerks` (`count`, `like`;
        /// `id`, `skills`, `shifts`), `remove_clerks` (`clerks`), `train_clerks` (`clerks`,
        /// `skills`), `set_shifts` (`clerks`, `shifts`), `add_rooms` (`count`, `site`,
        /// `equipment`), `remove_rooms` (`rooms`), `add_site` (the fields of a site, `rooms`,
        /// `equipment`; `suits`, `cost_per_day`), `set_opening` (`open`; `sites`), `scale_quota`
        /// (`factor`; `sites`), `set_quota` (`min_share`; `max_share`, `sites`),
        /// `set_share_by_appointment` (`share`; `sites`), `divert_online` (`share`, `services`),
        /// `set_no_show` (`probability`; `per_week_of_lead`), `scale_duration` (`factor`;
        /// `services`), `set_slot_minutes` (`services`, `minutes`), `scale_walk_ins` (`factor`;
        /// `sites`), `scale_requests` (`factor`; `sites`, `services`), `set_tickets` (`sites`,
        /// `most_a_day`, `stop_minutes_before_closing`, `most_waiting`), `set_call_policy`
        /// (`policy`), `set_sick_share` (`share`). What stands after a semicolon may be left out.
        #[schema(value_type = Vec<Object>, example = json!([
            { "edit": "add_clerks", "count": 1, "like": "nord-03" }]))]
        edits: Vec<Value>,
    }

    /// A simulation in figures.
    Simulation {
        /// The kind of answer.
        #[schema(example = "simulation/1", pattern = "^simulation/1$")]
        schema: String,
        /// What the planner calls the scenario.
        name: String,
        /// Names of the sites.
        sites: Vec<String>,
        /// Replications done.
        replications: u64,
        /// Customers that went through them.
        customers: u64,
        /// Seed of the random numbers.
        seed: u64,
        /// What people who asked for an appointment were offered: the slots of the plan, or every
        /// start that the ledger could keep.
        #[schema(pattern = "^(slots|ledger)$", example = "slots")]
        booking_by: String,
        /// Who was ill on which date, while the plan stood; left out where nobody was.
        #[schema(nullable = false)]
        absent: Option<Vec<AbsentClerk>>,
        /// How the dates of the scenario became weeks without end.
        repeat: Repeat,
        /// Largest half width over value of the headline figures; null while there is none.
        precision_reached: Option<f64>,
        /// Why it ended: the replications or the precision asked for are reached, the most
        /// replications are done, or it was stopped.
        #[schema(pattern = "^(replications|precision|most|cancelled)$", example = "precision")]
        stop: String,
        /// What a planner should know before reading on.
        warnings: Vec<Warning>,
        /// All figures: of all sites together, then of each site.
        figures: Vec<Figure>,
        /// Mean waits by half hour of arrival: of all sites together, then of each site.
        half_hours: Vec<HalfHourFigure>,
        /// Lead times by day of the run, over all sites.
        lead_by_day: Vec<LeadFigure>,
        /// What queueing formulas say beside it.
        analytic: Vec<SanityFigures>,
        /// How the figures are counted.
        definitions: Vec<Definition>,
    }

    /// A clerk who is ill on a date.
    AbsentClerk {
        /// Id of the clerk.
        staff: String,
        /// Date.
        #[schema(example = "2027-03-04")]
        date: String,
    }

    /// How the dates of a scenario become weeks without end: whole weeks repeat.
    Repeat {
        /// Days after which everything repeats; whole weeks.
        days: u64,
        /// Dates of the scenario that repeat; on the other days everything is closed.
        dates: u64,
        /// Dates at its end that do not repeat, as they make no whole week.
        dates_left_out: u64,
    }

    /// Variants against a base, on the same random numbers.
    Comparison {
        /// The kind of answer.
        #[schema(example = "comparison/1", pattern = "^comparison/1$")]
        schema: String,
        /// What the planner calls the scenario.
        name: String,
        /// Seed of the random numbers.
        seed: u64,
        /// What people who asked for an appointment were offered: the slots of the plan, or every
        /// start that the ledger could keep.
        #[schema(pattern = "^(slots|ledger)$", example = "slots")]
        booking_by: String,
        /// How the dates of the scenario became weeks without end.
        repeat: Repeat,
        /// Seconds for which each plan was searched for; left out where it was a number of steps.
        #[schema(nullable = false)]
        plan_seconds: Option<f64>,
        /// Worst precision of the headline figures of all; null while there is none.
        precision_reached: Option<f64>,
        /// Confidence of the interval of each difference, such that for each figure those of all
        /// variants hold together with 95 %.
        difference_confidence: f64,
        /// The base first.
        variants: Vec<ComparedVariant>,
        /// How the figures are counted.
        definitions: Vec<Definition>,
    }

    /// One variant; or the base, which is compared with nothing.
    ComparedVariant {
        /// What the planner calls it.
        name: String,
        /// Replications done.
        replications: u64,
        /// Customers that went through them.
        customers: u64,
        /// Whether no other is surely better in cost, wait or lead time and as good in the others.
        on_front: bool,
        /// Whether it is the base, or a variant that changes nothing and has the figures of the base.
        is_base: bool,
        /// What a planner should know before reading on.
        warnings: Vec<Warning>,
        /// All figures: of all sites together, then of each site.
        figures: Vec<ComparedFigure>,
    }

    /// A figure of a variant against the base.
    ComparedFigure {
        /// Stable name.
        #[schema(example = "wait.walk_in.mean")]
        id: String,
        /// Name of the site; null for all together.
        site: Option<String>,
        /// The estimate; null where nothing was observed.
        value: Option<f64>,
        /// Half of its 95 % interval.
        half_width: Option<f64>,
        /// Replications that it rests on.
        replications: u64,
        /// What it is measured in.
        #[schema(pattern = "^(minutes|days|share|people|per_day|money|money_per_week)$")]
        unit: String,
        /// `lower` or `higher`; null where more may be good or bad.
        better: Option<String>,
        /// Id of its definition.
        definition: String,
        /// Variant less base, with an interval of `difference_confidence`; null for the base, and
        /// for sites that the base does not have.
        difference: Option<Measured>,
        /// How far apart plans of the base lie in it that are equally good; a difference counts
        /// where its interval lies outside this, too. Null where there was no other plan, and for
        /// sites that the base does not have.
        plan_spread: Option<f64>,
        /// `better`, `worse`, `higher`, `lower`, `not_distinguishable` or `same`; null where there
        /// is no difference.
        verdict: Option<String>,
    }

    /// One figure.
    Figure {
        /// Stable name.
        #[schema(example = "wait.walk_in.mean")]
        id: String,
        /// Name of the site; null for all together.
        site: Option<String>,
        /// The estimate; null where nothing was observed.
        value: Option<f64>,
        /// Half of its 95 % interval.
        half_width: Option<f64>,
        /// Replications that it rests on.
        replications: u64,
        /// What it is measured in.
        #[schema(pattern = "^(minutes|days|share|people|per_day|money|money_per_week)$")]
        unit: String,
        /// `lower` or `higher`; null where more may be good or bad.
        better: Option<String>,
        /// Id of its definition.
        definition: String,
    }

    /// A value with half of its interval; null where nothing was observed.
    Measured {
        /// The estimate.
        value: Option<f64>,
        /// Half of its interval: of 95 %, if nothing else is said.
        half_width: Option<f64>,
        /// Replications that it rests on.
        replications: u64,
    }

    /// Mean wait of those who arrive in one half hour.
    HalfHourFigure {
        /// Name of the site; null for all together.
        site: Option<String>,
        /// Who.
        #[schema(pattern = "^(appointment|walk_in)$")]
        channel: String,
        /// Begin of the half hour.
        #[schema(example = "07:30")]
        from: String,
        /// Minutes; null where nobody was served.
        value: Option<f64>,
        /// Half of its 95 % interval.
        half_width: Option<f64>,
        /// Replications that it rests on.
        replications: u64,
    }

    /// Lead times of one day of the run, in days.
    LeadFigure {
        /// Days since the begin of the run.
        day: u64,
        /// Whether the day only fills the calendar and is not in the figures.
        warm_up: bool,
        /// To the next free slot.
        next_free: Measured,
        /// From booking to appointment, of bookings made that day.
        booked: Measured,
    }

    /// What queueing formulas say of a site: steady state, exponential service, no skills. Not the
    /// same model, but of the same order.
    SanityFigures {
        /// Name of the site.
        site: String,
        /// Customers an hour while the doors are open.
        customers_per_hour: Option<f64>,
        /// Mean service time.
        service_minutes: Option<f64>,
        /// Clerks that would be busy all the time.
        offered_load: Option<f64>,
        /// Clerks on duty while the doors are open.
        clerks: Option<f64>,
        /// Mean wait by Erlang C; null where the load is not below the clerks.
        erlang_c_minutes: Option<f64>,
    }

    /// How something is counted.
    Definition {
        /// Stable name, which figures refer to.
        id: String,
        /// In a sentence or two.
        text: String,
    }

    /// Something doubtful.
    Warning {
        /// How bad it is.
        #[schema(pattern = "^(warning|infeasible|error)$")]
        severity: String,
        /// Stable name of the kind.
        code: String,
        /// Where in the scenario or the variant, as a JSON pointer.
        pointer: String,
        /// What is doubtful about which values, and what to do.
        message: String,
    }
}
