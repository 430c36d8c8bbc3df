//! How an office runs day by day, for simulation.

use chrono::NaiveDate;

use super::codes::{
    FIELD_RANGE, ID_DUPLICATE, ID_FORM, LIST_EMPTY, OPERATIONS_FEW, OPERATIONS_TWICE,
    OPERATIONS_UNUSED, REFERENCE_UNKNOWN, SCENARIO_TOO_LARGE, TIME_REVERSED, WALK_INS_NOTHING_KEPT,
};
use super::recurrence::dated;
use crate::time::Clock;
use crate::{wire, words};

wire! {
    /// How people book, come, wait and are served. Planning does not look at it.
    ///
    /// Every part may be left out; each says what holds then.
    pub struct Operations: Default {
        /// People without an appointment. Where left out, walk-in blocks of the quotas are nine
        /// tenths busy with the mix of the demand; an empty list means that nobody comes.
        #[wire(codes = &[SCENARIO_TOO_LARGE])]
        pub walk_ins: Option<Vec<WalkIns>>,
        /// How people book. How many ask for what, the scenario's demand says.
        pub requests: Option<Requests>,
        /// Share of bookings that are given back, at a time between booking and appointment that is
        /// uniform; the slot is free again. 0.1 where left out.
        #[wire(within = (0.0, 1.0))]
        pub cancellation_share: Option<f64>,
        /// Appointments to which nobody comes.
        pub no_show: Option<NoShow>,
        /// When people with an appointment arrive.
        pub lateness: Option<Lateness>,
        /// How long services take. The planned minutes and a lognormal with coefficient of
        /// variation 0.5 where a service is not named.
        pub service_times: Vec<ServiceTime> = Vec::new(),
        /// How long walk-ins wait before they go; for ever where left out.
        pub patience: Option<Patience>,
        /// Limits for walk-ins by site; none where a site is not named.
        pub tickets: Vec<TicketRule> = Vec::new(),
        /// Share of clerk-days on which the clerk is ill, beyond what `absent_on` says; 0 where
        /// left out.
        #[wire(within = (0.0, 1.0))]
        pub sick_share: Option<f64>,
        /// Clerks who call in sick on a date: plans do not know it, and the day is run without
        /// them.
        pub sick_calls: Vec<SickCall> = Vec::new(),
        /// Share of each service that is done online instead: neither requests nor walk-ins.
        pub online: Vec<Online> = Vec::new(),
        /// What clerks and sites cost.
        pub costs: Option<Costs>,
        /// Who is called next; appointments first where left out.
        pub call_policy: Option<CallPolicy>,
        /// With `by_appointment_time`: minutes for which somebody is late and keeps the place; 15
        /// where left out.
        #[wire(unit = "minutes", within = (0.0, 1440.0), codes = &[OPERATIONS_UNUSED])]
        pub grace_minutes: Option<f64>,
        /// What a customer who is served means for a break that is due; `wait` where left out.
        pub break_rule: Option<BreakRule>,
        /// How days of the same weekday differ in walk-ins beyond chance: standard deviation over
        /// mean of a gamma distributed factor of each site's day. 0 where left out.
        #[wire(within = (0.0, 3.0))]
        pub walk_in_day_cv: Option<f64>,
        /// A waitlist for times that are given back, as the booking service keeps it; none where left
        /// out.
        pub waitlist: Option<SimulatedWaitlist>,
        /// What may be true instead of the figures, where they were learnt from a history:
        /// replications of a simulation take one after the other, of large scenarios as many as fit
        /// into memory. The figures alone where left out.
        #[wire(length = (0, 200))]
        pub draws: Vec<OperationsDraw> = Vec::new(),
    }

    /// Who puts themselves on a waitlist, and what they say to the times that they are offered.
    #[derive(Copy)]
    pub struct SimulatedWaitlist: Default {
        /// Share of offers that are accepted; of the others half are declined and half not answered.
        #[wire(within = (0.0, 1.0), example = "0.7")]
        pub accepted_share: f64,
        /// Share of those who found nothing who wait; all where left out.
        #[wire(within = (0.0, 1.0))]
        pub without_offer_share: Option<f64>,
        /// Share of those who wait for an earlier time, of all who got one `earlier_days` or more later
        /// than they wanted; nobody where left out.
        #[wire(within = (0.0, 1.0))]
        pub earlier_share: Option<f64>,
        /// How much later that is; 7 where left out.
        #[wire(unit = "days", within = (1.0, 366.0))]
        pub earlier_days: Option<u32>,
        /// For how many days they wait; 28 where left out.
        #[wire(unit = "days", within = (1.0, 366.0))]
        pub days: Option<u32>,
        /// Minutes until who answers an offer does: mean of an exponential distribution; 120 where
        /// left out. A time is held for two fifths of the time until it begins, at most a day.
        #[wire(unit = "minutes", within = (0.01, 14400.0))]
        pub reply_minutes: Option<f64>,
    }

    /// One possibility of what is true, as factors on the figures; 1 where left out.
    pub struct OperationsDraw: Default {
        /// Of `per_hour`, by entry of `walk_ins` in their order; 1 for entries after the last one.
        #[wire(within = (0.0, 1000.0), codes = &[FIELD_RANGE])]
        pub walk_ins: Vec<f64> = Vec::new(),
        /// Of what belongs to services; those that are not named keep their figures.
        pub services: Vec<ServiceDraw> = Vec::new(),
        /// Of the probability of a no-show and what a week of lead adds.
        #[wire(within = (0.0, 1000.0))]
        pub no_show: f64 = 1.0,
        /// Of the share of bookings given back.
        #[wire(within = (0.0, 1000.0))]
        pub cancellation: f64 = 1.0,
        /// Minutes by which people with an appointment come later than the figures have it.
        #[wire(unit = "minutes", within = (-240.0, 240.0))]
        pub lateness_minutes: f64 = 0.0,
        /// Of the mean patience.
        #[wire(within = (0.001, 1000.0))]
        pub patience: f64 = 1.0,
    }

    /// Factors of a service.
    pub struct ServiceDraw: Default {
        /// Which.
        #[wire(codes = &[REFERENCE_UNKNOWN, OPERATIONS_TWICE])]
        pub service: String,
        /// Of the demand.
        #[wire(within = (0.0, 1000.0))]
        pub requests: f64 = 1.0,
        /// Of how long it takes.
        #[wire(within = (0.01, 100.0))]
        pub minutes: f64 = 1.0,
        /// Of the coefficient of variation of that.
        #[wire(within = (0.01, 100.0))]
        pub cv: f64 = 1.0,
    }
}

dated! {
    /// People without an appointment: a Poisson process with one rate in a window.
    pub struct WalkIns: Default {
        /// Unique among walk-ins.
        #[wire(example = r#""mitte-morning""#, codes = &[ID_FORM, ID_DUPLICATE])]
        pub id: String,
        /// Where.
        #[wire(codes = &[REFERENCE_UNKNOWN, WALK_INS_NOTHING_KEPT])]
        pub site: String,
    } on dates {
        /// Begin of the window; nobody comes while the site is closed.
        pub from: Clock,
        /// End of the window.
        #[wire(codes = &[TIME_REVERSED])]
        pub until: Clock,
        /// Arrivals an hour, 0 to 100,000. Several entries at a time add up.
        #[wire(unit = "people an hour", within = (0.0, 1e5), example = "24.0")]
        pub per_hour: f64,
        /// What they come for, in any proportion. Where empty, as the demand asks for at the site.
        #[wire(codes = &[FIELD_RANGE])]
        pub mix: Vec<MixShare> = Vec::new(),
    }
}

wire! {
    /// One service of a mix.
    pub struct MixShare {
        /// What for.
        #[wire(codes = &[REFERENCE_UNKNOWN])]
        pub service: String,
        /// In proportion to the others.
        #[wire(within = (0.0, 1e9))]
        pub share: f64,
    }

    /// How people book appointments.
    pub struct Requests: Default {
        /// Requests made for each that the demand expects, 0 to 1,000; 1 where left out.
        #[wire(within = (0.0, 1000.0))]
        pub factor: Option<f64>,
        /// Seven numbers: how requests fall on the days of the week, Monday first, in any
        /// proportion.
        #[wire(within = (0.0, 1e9), length = (7, 7), ruled)]
        pub by_weekday: Vec<f64> = Vec::new(),
        /// 24 numbers: how they fall on the hours of the day, in any proportion.
        #[wire(within = (0.0, 1e9), length = (24, 24), ruled)]
        pub by_hour: Vec<f64> = Vec::new(),
        /// Dates so many days ahead may be booked, 0 to 366; release policies may say less. 56
        /// where left out.
        #[wire(unit = "days", within = (0.0, 366.0))]
        pub horizon_days: Option<u32>,
        /// Share that takes the first free slot; the others want one from a day on that is
        /// `ahead_days` away.
        #[wire(within = (0.0, 1.0))]
        pub first_free_share: Option<f64>,
        /// How far ahead those others want to go: mean of a gamma distribution, in days.
        #[wire(unit = "days", within = (0.0, 366.0))]
        pub ahead_days: Option<f64>,
        /// Its coefficient of variation.
        #[wire(within = (0.01, 10.0))]
        pub ahead_cv: Option<f64>,
        /// Share that wants the days and the window of its demand entry and looks a week for it
        /// before it takes any time.
        #[wire(within = (0.0, 1.0))]
        pub choosy_share: Option<f64>,
        /// How many come with one appointment: shares of one person, two, three and so on, in any
        /// proportion. One person where left out.
        #[wire(within = (0.0, 1e9), length = (0, 100), ruled)]
        pub persons: Vec<f64> = Vec::new(),
        /// The booking channel whose release policies hold; that of all channels where left out.
        #[wire(codes = &[ID_FORM])]
        pub channel: Option<String>,
    }

    /// Appointments to which nobody comes.
    #[derive(Copy)]
    pub struct NoShow {
        /// Probability for an appointment booked for the same moment.
        #[wire(within = (0.0, 1.0), example = "0.12")]
        pub probability: f64,
        /// Added for each week between booking and appointment; 0 where left out. Never above 1.
        #[wire(within = (0.0, 1.0))]
        pub per_week_of_lead: Option<f64>,
    }

    /// When people with an appointment arrive: normal around the time of the appointment.
    #[derive(Copy)]
    pub struct Lateness: Default {
        /// Minutes after the time of the appointment; negative for early.
        #[wire(unit = "minutes", within = (-240.0, 240.0), example = "-4.0")]
        pub mean_minutes: f64,
        /// Standard deviation in minutes.
        #[wire(unit = "minutes", within = (0.0, 240.0), example = "6.0")]
        pub sd_minutes: f64,
        /// Nobody comes more minutes ahead than this.
        #[wire(unit = "minutes", within = (0.0, 1440.0), example = "15.0")]
        pub most_early_minutes: f64,
    }

    /// How long a service takes for one person.
    pub struct ServiceTime {
        /// Which.
        #[wire(codes = &[REFERENCE_UNKNOWN, OPERATIONS_TWICE])]
        pub service: String,
        /// Its distribution; lognormal where left out.
        pub distribution: Option<Shape>,
        /// Mean, above 0 and at most a day; the planned minutes where left out.
        #[wire(unit = "minutes", within = (0.01, 1440.0), codes = &[OPERATIONS_UNUSED])]
        pub mean_minutes: Option<f64>,
        /// Standard deviation over mean, above 0 and at most 10, of a gamma or lognormal one; 0.5
        /// where left out.
        #[wire(within = (0.01, 10.0), codes = &[OPERATIONS_UNUSED])]
        pub cv: Option<f64>,
        /// Observed minutes of an empirical one.
        #[wire(unit = "minutes", within = (0.0, 1440.0), ruled,
            codes = &[LIST_EMPTY, OPERATIONS_FEW, OPERATIONS_UNUSED])]
        pub minutes: Vec<f64> = Vec::new(),
    }

    /// How long people wait before they go.
    #[derive(Copy)]
    pub struct Patience {
        /// Mean.
        #[wire(unit = "minutes", within = (0.01, 144000.0), example = "60.0")]
        pub mean_minutes: f64,
        /// Deterministic, exponential, gamma or lognormal; exponential where left out.
        pub distribution: Option<Shape>,
        /// Standard deviation over mean of a gamma or lognormal one; 0.5 where left out.
        #[wire(within = (0.01, 10.0))]
        pub cv: Option<f64>,
    }
}

dated! {
    /// Limits for walk-ins of a site. The first rule that applies to a date holds.
    pub struct TicketRule: Default {
        /// Where.
        #[wire(codes = &[REFERENCE_UNKNOWN])]
        pub site: String,
    } on dates {
        /// Most tickets of a day.
        #[wire(unit = "tickets")]
        pub most_a_day: Option<u32>,
        /// No tickets in so many minutes before the doors close; 0 where left out.
        #[wire(unit = "minutes", within = (0.0, 1440.0))]
        pub stop_minutes_before_closing: Option<u32>,
        /// A walk-in who finds so many walk-ins waiting goes.
        #[wire(unit = "people")]
        pub most_waiting: Option<u32>,
    }
}

wire! {
    /// A clerk who calls in sick.
    #[derive(Eq)]
    pub struct SickCall: Default {
        /// Who.
        #[wire(codes = &[REFERENCE_UNKNOWN])]
        pub staff: String,
        /// When; dates outside the horizon and days without a shift change nothing.
        #[wire(length = (1, usize::MAX), ruled, codes = &[LIST_EMPTY])]
        pub dates: Vec<NaiveDate>,
    }

    /// A service that is partly done online.
    pub struct Online {
        /// Which.
        #[wire(codes = &[REFERENCE_UNKNOWN, OPERATIONS_TWICE])]
        pub service: String,
        /// Share of its customers who need not come.
        #[wire(within = (0.0, 1.0), example = "0.3")]
        pub share: f64,
    }

    /// What clerks and sites cost.
    pub struct Costs: Default {
        /// For an hour of a clerk on shift or in overtime; 32 where left out.
        #[wire(unit = "money an hour", within = (0.0, 1e9))]
        pub per_clerk_hour: Option<f64>,
        /// For a day on which a site is open; 0 where a site is not named.
        pub sites: Vec<SiteCost> = Vec::new(),
    }

    /// What a site costs.
    pub struct SiteCost {
        /// Which.
        #[wire(codes = &[REFERENCE_UNKNOWN, OPERATIONS_TWICE])]
        pub site: String,
        /// For each day on which it is open.
        #[wire(unit = "money a day", within = (0.0, 1e9))]
        pub per_day: f64,
    }
}

words! {
    /// Shape of a distribution of durations.
    pub enum Shape: "a distribution", default Lognormal {
        /// Always the mean.
        Deterministic = "deterministic",
        /// Exponential.
        Exponential = "exponential",
        /// Gamma.
        Gamma = "gamma",
        /// Lognormal.
        Lognormal = "lognormal",
        /// One of the observed `minutes`, each as likely.
        Empirical = "empirical",
    }

    /// Who is called next by a clerk who becomes free, among those whom the clerk can serve.
    pub enum CallPolicy: "a call policy", default AppointmentsFirst {
        /// Whoever has an appointment and is there, then walk-ins; each in order of arrival.
        AppointmentsFirst = "appointments_first",
        /// In order of arrival.
        FirstCome = "first_come",
        /// In order of the time of the appointment, or of arrival for walk-ins and those who are
        /// late.
        ByAppointmentTime = "by_appointment_time",
        /// Appointments whose time has come, then walk-ins, then appointments that are early.
        DuePriority = "due_priority",
        /// As appointments first, and no walk-in is called whose service would delay an
        /// appointment.
        Protected = "protected",
        /// Clerks in a walk-in block call walk-ins first, others appointments first.
        WalkInDesks = "walk_in_desks",
    }

    /// What happens when a break or the end of a shift is due while a customer is served.
    pub enum BreakRule: "a rule for breaks", default Wait {
        /// The customer is served first; the break begins late and has its full length.
        Wait = "wait",
        /// The customer is served first; the break begins late and ends on time.
        Ignore = "ignore",
        /// The customer is interrupted and served on after it.
        Preempt = "preempt",
    }
}
