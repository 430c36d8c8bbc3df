//! The part `operations` of the file form `scenario/1` as the OpenAPI document shows it: what
//! simulations look at. Documentation only, as the rest of that form.

use serde::Deserialize;
use utoipa::ToSchema;

use super::documented::shapes;
use super::scenario_shape::Weekday;
use super::shapes::WallClock;

shapes! {
    /// How people book, come, wait and are served. Planning does not look at it.
    ///
    /// Every part may be left out.
    Operations {
        /// People without an appointment. Where left out, walk-in blocks of the quotas are nine tenths
        /// busy with the mix of the demand; an empty list means that nobody comes.
        #[schema(nullable = false)]
        walk_ins: Option<Vec<WalkIns>>,
        /// How people book. How many ask for what, the scenario's demand says.
        #[schema(nullable = false)]
        requests: Option<Requests>,
        /// Share of bookings that are given back, at a time between booking and appointment that is
        /// uniform; the slot is free again. 0.1 where left out.
        #[schema(nullable = false)]
        cancellation_share: Option<f64>,
        /// Appointments to which nobody comes.
        #[schema(nullable = false)]
        no_show: Option<NoShow>,
        /// When people with an appointment arrive.
        #[schema(nullable = false)]
        lateness: Option<Lateness>,
        /// How long services take. The planned minutes and a lognormal with coefficient of variation
        /// 0.5 where a service is not named.
        #[schema(nullable = false)]
        service_times: Option<Vec<ServiceTime>>,
        /// How long walk-ins wait before they go; for ever where left out.
        #[schema(nullable = false)]
        patience: Option<Patience>,
        /// Limits for walk-ins by site; none where a site is not named.
        #[schema(nullable = false)]
        tickets: Option<Vec<TicketRule>>,
        /// Share of clerk-days on which the clerk is ill, beyond what `absent_on` says; 0 where left
        /// out.
        #[schema(nullable = false)]
        sick_share: Option<f64>,
        /// Share of each service that is done online instead: neither requests nor walk-ins.
        #[schema(nullable = false)]
        online: Option<Vec<Online>>,
        /// What clerks and sites cost.
        #[schema(nullable = false)]
        costs: Option<Costs>,
        /// Who is called next; appointments first where left out.
        #[schema(nullable = false)]
        call_policy: Option<CallPolicy>,
        /// With `by_appointment_time`: minutes for which somebody is late and keeps the place; 15 where
        /// left out.
        #[schema(nullable = false)]
        grace_minutes: Option<f64>,
        /// What a customer who is served means for a break that is due; `wait` where left out.
        #[schema(nullable = false)]
        break_rule: Option<BreakRule>,
    }

    /// People without an appointment: a Poisson process with one rate in a window.
    WalkIns {
        /// Unique among walk-ins.
        id: String,
        /// Where.
        site: String,
        /// When it applies; every day where left out.
        #[schema(nullable = false)]
        days: Option<Vec<Weekday>>,
        /// Begin of the window; nobody comes while the site is closed.
        from: WallClock,
        /// End of the window.
        until: WallClock,
        /// Arrivals an hour, 0 to 100,000. Several entries at a time add up.
        per_hour: f64,
        /// What they come for, in any proportion. Where empty, as the demand asks for at the site.
        #[schema(nullable = false)]
        mix: Option<Vec<MixShare>>,
    }

    /// One service of a mix.
    MixShare {
        /// What for.
        service: String,
        /// In proportion to the others.
        share: f64,
    }

    /// How people book appointments.
    Requests {
        /// Requests made for each that the demand expects, 0 to 1,000; 1 where left out.
        #[schema(nullable = false)]
        factor: Option<f64>,
        /// Seven numbers: how requests fall on the days of the week, Monday first, in any proportion.
        #[schema(nullable = false)]
        by_weekday: Option<Vec<f64>>,
        /// 24 numbers: how they fall on the hours of the day, in any proportion.
        #[schema(nullable = false)]
        by_hour: Option<Vec<f64>>,
        /// Dates so many days ahead may be booked, 0 to 366; release policies may say less. 56 where
        /// left out.
        #[schema(nullable = false)]
        horizon_days: Option<u32>,
        /// Share that takes the first free slot; the others want one from a day on that is
        /// `ahead_days` away.
        #[schema(nullable = false)]
        first_free_share: Option<f64>,
        /// How far ahead those others want to go: mean of a gamma distribution, in days.
        #[schema(nullable = false)]
        ahead_days: Option<f64>,
        /// Its coefficient of variation.
        #[schema(nullable = false)]
        ahead_cv: Option<f64>,
        /// Share that wants the days and the window of its demand entry and looks a week for it before
        /// it takes any time.
        #[schema(nullable = false)]
        choosy_share: Option<f64>,
        /// How many come with one appointment: shares of one person, two, three and so on, in any
        /// proportion. One person where left out.
        #[schema(nullable = false)]
        persons: Option<Vec<f64>>,
        /// The booking channel whose release policies hold; that of all channels where left out.
        #[schema(nullable = false)]
        channel: Option<String>,
    }

    /// Appointments to which nobody comes.
    NoShow {
        /// Probability for an appointment booked for the same moment.
        probability: f64,
        /// Added for each week between booking and appointment; 0 where left out. Never above 1.
        #[schema(nullable = false)]
        per_week_of_lead: Option<f64>,
    }

    /// When people with an appointment arrive: normal around the time of the appointment.
    Lateness {
        /// Minutes after the time of the appointment; negative for early.
        mean_minutes: f64,
        /// Standard deviation in minutes.
        sd_minutes: f64,
        /// Nobody comes more minutes ahead than this.
        most_early_minutes: f64,
    }

    /// How long a service takes for one person.
    ServiceTime {
        /// Which.
        service: String,
        /// Its distribution; lognormal where left out.
        #[schema(nullable = false)]
        distribution: Option<DistributionShape>,
        /// Mean, above 0 and at most a day; the planned minutes where left out.
        #[schema(nullable = false)]
        mean_minutes: Option<f64>,
        /// Standard deviation over mean, above 0 and at most 10, of a gamma or lognormal one; 0.5 where
        /// left out.
        #[schema(nullable = false)]
        cv: Option<f64>,
        /// Observed minutes of an empirical one.
        #[schema(nullable = false)]
        minutes: Option<Vec<f64>>,
    }

    /// How long people wait before they go.
    Patience {
        /// Mean.
        mean_minutes: f64,
        /// Deterministic, exponential, gamma or lognormal; exponential where left out.
        #[schema(nullable = false)]
        distribution: Option<DistributionShape>,
        /// Standard deviation over mean of a gamma or lognormal one; 0.5 where left out.
        #[schema(nullable = false)]
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
        #[schema(nullable = false)]
        most_a_day: Option<u32>,
        /// No tickets in so many minutes before the doors close; 0 where left out.
        #[schema(nullable = false)]
        stop_minutes_before_closing: Option<u32>,
        /// A walk-in who finds so many walk-ins waiting goes.
        #[schema(nullable = false)]
        most_waiting: Option<u32>,
    }

    /// A service that is partly done online.
    Online {
        /// Which.
        service: String,
        /// Share of its customers who need not come.
        share: f64,
    }

    /// What clerks and sites cost.
    Costs {
        /// For an hour of a clerk on shift or in overtime; 32 where left out.
        #[schema(nullable = false)]
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
        per_day: f64,
    }
}

/// Shape of a distribution of durations.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DistributionShape {
    /// Always the mean.
    Deterministic,
    /// Exponential.
    Exponential,
    /// Gamma.
    Gamma,
    /// Lognormal.
    Lognormal,
    /// One of the observed `minutes`, each as likely.
    Empirical,
}

/// Who is called next by a clerk who becomes free, among those whom the clerk can serve.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallPolicy {
    /// Whoever has an appointment and is there, then walk-ins; each in order of arrival.
    AppointmentsFirst,
    /// In order of arrival.
    FirstCome,
    /// In order of the time of the appointment, or of arrival for walk-ins and those who are late.
    ByAppointmentTime,
    /// Appointments whose time has come, then walk-ins, then appointments that are early.
    DuePriority,
    /// As appointments first, and no walk-in is called whose service would delay an appointment.
    Protected,
    /// Clerks in a walk-in block call walk-ins first, others appointments first.
    WalkInDesks,
}

/// What happens when a break or the end of a shift is due while a customer is served.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BreakRule {
    /// The customer is served first; the break begins late and has its full length.
    Wait,
    /// The customer is served first; the break begins late and ends on time.
    Ignore,
    /// The customer is interrupted and served on after it.
    Preempt,
}
