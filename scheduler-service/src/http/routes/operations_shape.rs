//! The operations of a scenario as the OpenAPI document shows them; see
//! [`scenario_shape`](super::scenario_shape).

use serde::Deserialize;
use utoipa::ToSchema;

use super::scenario_shape::{Weekday, shapes};
use super::shapes::WallClock;

shapes! {
    /// How people book, come, wait and are served, for simulation. Every part may be left out.
    Operations {
        /// People without an appointment. Where left out, walk-in blocks of the quotas are nine
        /// tenths busy with the mix of the demand.
        #[schema(nullable = false)]
        walk_ins: Option<Vec<WalkIns>>,
        /// How people book.
        #[schema(nullable = false)]
        requests: Option<Requests>,
        /// Share of bookings that are given back; 0.1 where left out.
        #[schema(minimum = 0, maximum = 1, nullable = false)]
        cancellation_share: Option<f64>,
        /// Appointments to which nobody comes; 12 % where left out.
        #[schema(nullable = false)]
        no_show: Option<NoShow>,
        /// When people with an appointment arrive.
        #[schema(nullable = false)]
        lateness: Option<Lateness>,
        /// How long services take; lognormal with the planned minutes and a coefficient of
        /// variation of 0.5 where a service is not named.
        #[schema(nullable = false)]
        service_times: Option<Vec<ServiceTime>>,
        /// How long walk-ins wait before they go; for ever where left out.
        #[schema(nullable = false)]
        patience: Option<Patience>,
        /// Limits for walk-ins by site.
        #[schema(nullable = false)]
        tickets: Option<Vec<TicketRule>>,
        /// Share of clerk-days on which the clerk is ill; 0 where left out.
        #[schema(minimum = 0, maximum = 1, nullable = false)]
        sick_share: Option<f64>,
        /// Share of each service that is done online instead.
        #[schema(nullable = false)]
        online: Option<Vec<Online>>,
        /// What clerks and sites cost.
        #[schema(nullable = false)]
        costs: Option<Costs>,
        /// Who is called next.
        #[schema(nullable = false)]
        call_policy: Option<CallPolicy>,
        /// With `by_appointment_time`: minutes for which somebody is late and keeps the place; 15
        /// where left out.
        #[schema(minimum = 0, maximum = 1440, nullable = false)]
        grace_minutes: Option<f64>,
        /// What a customer who is served means for a break that is due.
        #[schema(nullable = false)]
        break_rule: Option<BreakRule>,
    }

    /// People without an appointment: a Poisson process with one rate in a window.
    WalkIns {
        /// Unique among walk-ins.
        #[schema(example = "mitte-morning")]
        id: String,
        /// Where.
        site: String,
        /// When it applies; every day where left out.
        #[schema(nullable = false)]
        days: Option<Vec<Weekday>>,
        /// Begin of the window.
        from: WallClock,
        /// End of the window.
        until: WallClock,
        /// Arrivals an hour. Several entries at a time add up.
        #[schema(minimum = 0, maximum = 100000, example = 24.0)]
        per_hour: f64,
        /// What they come for; as the demand asks for at the site where left out.
        #[schema(nullable = false)]
        mix: Option<Vec<MixShare>>,
    }

    /// One service of a mix.
    MixShare {
        /// What for.
        service: String,
        /// In proportion to the others.
        #[schema(minimum = 0)]
        share: f64,
    }

    /// How people book appointments.
    Requests {
        /// Requests made for each that the demand expects; 1 where left out.
        #[schema(minimum = 0, maximum = 1000, nullable = false)]
        factor: Option<f64>,
        /// How requests fall on the days of the week, Monday first, in any proportion.
        #[schema(min_items = 7, max_items = 7, nullable = false)]
        by_weekday: Option<Vec<f64>>,
        /// How they fall on the hours of the day, in any proportion.
        #[schema(min_items = 24, max_items = 24, nullable = false)]
        by_hour: Option<Vec<f64>>,
        /// Dates so many days ahead may be booked; 56 where left out.
        #[schema(minimum = 0, maximum = 366, nullable = false)]
        horizon_days: Option<u32>,
        /// Share that takes the first free slot; 0.2 where left out.
        #[schema(minimum = 0, maximum = 1, nullable = false)]
        first_free_share: Option<f64>,
        /// Mean days that the others want to go ahead; 8.2 where left out.
        #[schema(minimum = 0, maximum = 366, nullable = false)]
        ahead_days: Option<f64>,
        /// Its coefficient of variation; 0.6 where left out.
        #[schema(minimum = 0.01, maximum = 10, nullable = false)]
        ahead_cv: Option<f64>,
        /// Share that insists on weekday and time of day for a week; 0.5 where left out.
        #[schema(minimum = 0, maximum = 1, nullable = false)]
        choosy_share: Option<f64>,
        /// Shares of visits of one person, two and so on, in any proportion.
        #[schema(max_items = 100, nullable = false)]
        persons: Option<Vec<f64>>,
        /// The booking channel whose release policies hold.
        #[schema(nullable = false)]
        channel: Option<String>,
    }

    /// Appointments to which nobody comes.
    NoShow {
        /// Probability for an appointment booked for the same moment.
        #[schema(minimum = 0, maximum = 1, example = 0.12)]
        probability: f64,
        /// Added for each week between booking and appointment.
        #[schema(minimum = 0, maximum = 1, nullable = false)]
        per_week_of_lead: Option<f64>,
    }

    /// When people with an appointment arrive: normal around the time of the appointment.
    Lateness {
        /// Minutes after the time of the appointment; negative for early.
        #[schema(minimum = -240, maximum = 240, example = -4.0)]
        mean_minutes: f64,
        /// Standard deviation.
        #[schema(minimum = 0, maximum = 240, example = 6.0)]
        sd_minutes: f64,
        /// Nobody comes more minutes ahead than this.
        #[schema(minimum = 0, maximum = 1440, example = 15.0)]
        most_early_minutes: f64,
    }

    /// How long a service takes for one person.
    ServiceTime {
        /// Which.
        service: String,
        /// Its distribution; lognormal where left out.
        #[schema(nullable = false)]
        distribution: Option<Shape>,
        /// Mean; the planned minutes where left out.
        #[schema(minimum = 0.01, maximum = 1440, nullable = false)]
        mean_minutes: Option<f64>,
        /// Standard deviation over mean of a gamma or lognormal one; 0.5 where left out.
        #[schema(minimum = 0.01, maximum = 10, nullable = false)]
        cv: Option<f64>,
        /// Observed minutes of an empirical one.
        #[schema(nullable = false)]
        minutes: Option<Vec<f64>>,
    }

    /// How long people wait before they go.
    Patience {
        /// Mean.
        #[schema(minimum = 0.01, maximum = 144000, example = 60.0)]
        mean_minutes: f64,
        /// Any but empirical; exponential where left out.
        #[schema(nullable = false)]
        distribution: Option<Shape>,
        /// Standard deviation over mean of a gamma or lognormal one; 0.5 where left out.
        #[schema(minimum = 0.01, maximum = 10, nullable = false)]
        cv: Option<f64>,
    }

    /// Limits for walk-ins of a site.
    TicketRule {
        /// Where.
        site: String,
        /// When it applies; every day where left out. The first rule that applies holds.
        #[schema(nullable = false)]
        days: Option<Vec<Weekday>>,
        /// Most tickets of a day.
        #[schema(minimum = 0, nullable = false)]
        most_a_day: Option<u32>,
        /// No tickets in so many minutes before the doors close; 0 where left out.
        #[schema(minimum = 0, maximum = 1440, nullable = false)]
        stop_minutes_before_closing: Option<u32>,
        /// A walk-in who finds so many walk-ins waiting goes.
        #[schema(minimum = 0, nullable = false)]
        most_waiting: Option<u32>,
    }

    /// A service that is partly done online.
    Online {
        /// Which.
        service: String,
        /// Share of its customers who need not come.
        #[schema(minimum = 0, maximum = 1, example = 0.3)]
        share: f64,
    }

    /// What clerks and sites cost.
    Costs {
        /// For an hour of a clerk; 32 where left out.
        #[schema(minimum = 0, maximum = 1000000000, nullable = false)]
        per_clerk_hour: Option<f64>,
        /// For a day on which a site is open; 0 where a site is not named.
        #[schema(nullable = false)]
        sites: Option<Vec<SiteCost>>,
    }

    /// What a site costs.
    SiteCost {
        /// Which.
        site: String,
        /// For each day on which it is open.
        #[schema(minimum = 0, maximum = 1000000000)]
        per_day: f64,
    }
}

/// A distribution of durations.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Always the mean.
    Deterministic,
    /// Exponential.
    Exponential,
    /// Gamma.
    Gamma,
    /// Lognormal.
    Lognormal,
    /// One of the observed minutes, each as likely.
    Empirical,
}

/// Who is called next.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallPolicy {
    /// Whoever has an appointment and is there, then walk-ins.
    AppointmentsFirst,
    /// In order of arrival.
    FirstCome,
    /// In order of the time of the appointment, or of arrival.
    ByAppointmentTime,
    /// Appointments whose time has come, then walk-ins, then appointments that are early.
    DuePriority,
    /// No walk-in is called whose service would delay an appointment.
    Protected,
    /// Clerks in a walk-in block call walk-ins first.
    WalkInDesks,
}

/// What happens to a break that is due while a customer is served.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BreakRule {
    /// It begins late and has its full length.
    Wait,
    /// It begins late and ends on time.
    Ignore,
    /// The customer is interrupted.
    Preempt,
}
