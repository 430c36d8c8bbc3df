//! How an office runs day by day, for simulation.

use serde::Serialize;

use super::Weekday;
use crate::time::Clock;

/// How people book, come, wait and are served. Planning does not look at it.
///
/// Every part may be left out; [`problem::Operations`](crate::problem::Operations) says what holds
/// then, and why.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Operations {
    /// People without an appointment. Where left out, walk-in blocks of the quotas are nine tenths
    /// busy with the mix of the demand; an empty list means that nobody comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub walk_ins: Option<Vec<WalkIns>>,
    /// How people book. How many ask for what, the scenario's demand says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requests: Option<Requests>,
    /// Share of bookings that are given back, at a time between booking and appointment that is
    /// uniform; the slot is free again. 0.1 where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cancellation_share: Option<f64>,
    /// Appointments to which nobody comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub no_show: Option<NoShow>,
    /// When people with an appointment arrive.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lateness: Option<Lateness>,
    /// How long services take. The planned minutes and a lognormal with coefficient of variation
    /// 0.5 where a service is not named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub service_times: Vec<ServiceTime>,
    /// How long walk-ins wait before they go; for ever where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub patience: Option<Patience>,
    /// Limits for walk-ins by site; none where a site is not named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tickets: Vec<TicketRule>,
    /// Share of clerk-days on which the clerk is ill, beyond what `absent_on` says; 0 where left
    /// out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sick_share: Option<f64>,
    /// Share of each service that is done online instead: neither requests nor walk-ins.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub online: Vec<Online>,
    /// What clerks and sites cost.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub costs: Option<Costs>,
    /// Who is called next; appointments first where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call_policy: Option<CallPolicy>,
    /// With `by_appointment_time`: minutes for which somebody is late and keeps the place; 15 where
    /// left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grace_minutes: Option<f64>,
    /// What a customer who is served means for a break that is due; `wait` where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub break_rule: Option<BreakRule>,
}

/// People without an appointment: a Poisson process with one rate in a window.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WalkIns {
    /// Unique among walk-ins.
    pub id: String,
    /// Where.
    pub site: String,
    /// When it applies; every day where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<Vec<Weekday>>,
    /// Begin of the window; nobody comes while the site is closed.
    pub from: Clock,
    /// End of the window.
    pub until: Clock,
    /// Arrivals an hour, 0 to 100,000. Several entries at a time add up.
    pub per_hour: f64,
    /// What they come for, in any proportion. Where empty, as the demand asks for at the site.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub mix: Vec<MixShare>,
}

/// One service of a mix.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MixShare {
    /// What for.
    pub service: String,
    /// In proportion to the others.
    pub share: f64,
}

/// How people book appointments.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Requests {
    /// Requests made for each that the demand expects, 0 to 1,000; 1 where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factor: Option<f64>,
    /// Seven numbers: how requests fall on the days of the week, Monday first, in any proportion.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub by_weekday: Vec<f64>,
    /// 24 numbers: how they fall on the hours of the day, in any proportion.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub by_hour: Vec<f64>,
    /// Dates so many days ahead may be booked, 0 to 366; release policies may say less. 56 where
    /// left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub horizon_days: Option<u32>,
    /// Share that takes the first free slot; the others want one from a day on that is
    /// `ahead_days` away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_free_share: Option<f64>,
    /// How far ahead those others want to go: mean of a gamma distribution, in days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ahead_days: Option<f64>,
    /// Its coefficient of variation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ahead_cv: Option<f64>,
    /// Share that wants the days and the window of its demand entry and looks a week for it before
    /// it takes any time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub choosy_share: Option<f64>,
    /// How many come with one appointment: shares of one person, two, three and so on, in any
    /// proportion. One person where left out.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub persons: Vec<f64>,
    /// The booking channel whose release policies hold; that of all channels where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
}

/// Appointments to which nobody comes.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct NoShow {
    /// Probability for an appointment booked for the same moment.
    pub probability: f64,
    /// Added for each week between booking and appointment; 0 where left out. Never above 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_week_of_lead: Option<f64>,
}

/// When people with an appointment arrive: normal around the time of the appointment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Lateness {
    /// Minutes after the time of the appointment; negative for early.
    pub mean_minutes: f64,
    /// Standard deviation in minutes.
    pub sd_minutes: f64,
    /// Nobody comes more minutes ahead than this.
    pub most_early_minutes: f64,
}

/// Shape of a distribution of durations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Always the mean.
    Deterministic,
    /// Exponential.
    Exponential,
    /// Gamma.
    Gamma,
    /// Lognormal.
    #[default]
    Lognormal,
    /// One of the observed `minutes`, each as likely.
    Empirical,
}

/// How long a service takes for one person.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ServiceTime {
    /// Which.
    pub service: String,
    /// Its distribution; lognormal where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distribution: Option<Shape>,
    /// Mean, above 0 and at most a day; the planned minutes where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean_minutes: Option<f64>,
    /// Standard deviation over mean, above 0 and at most 10, of a gamma or lognormal one; 0.5 where
    /// left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cv: Option<f64>,
    /// Observed minutes of an empirical one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub minutes: Vec<f64>,
}

/// How long people wait before they go.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Patience {
    /// Mean.
    pub mean_minutes: f64,
    /// Deterministic, exponential, gamma or lognormal; exponential where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub distribution: Option<Shape>,
    /// Standard deviation over mean of a gamma or lognormal one; 0.5 where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cv: Option<f64>,
}

/// Limits for walk-ins of a site.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TicketRule {
    /// Where.
    pub site: String,
    /// When it applies; every day where left out. The first rule that applies holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days: Option<Vec<Weekday>>,
    /// Most tickets of a day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub most_a_day: Option<u32>,
    /// No tickets in so many minutes before the doors close; 0 where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stop_minutes_before_closing: Option<u32>,
    /// A walk-in who finds so many walk-ins waiting goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub most_waiting: Option<u32>,
}

/// A service that is partly done online.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Online {
    /// Which.
    pub service: String,
    /// Share of its customers who need not come.
    pub share: f64,
}

/// What clerks and sites cost.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Costs {
    /// For an hour of a clerk on shift or in overtime; 32 where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub per_clerk_hour: Option<f64>,
    /// For a day on which a site is open; 0 where a site is not named.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sites: Vec<SiteCost>,
}

/// What a site costs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SiteCost {
    /// Which.
    pub site: String,
    /// For each day on which it is open.
    pub per_day: f64,
}

/// Who is called next by a clerk who becomes free, among those whom the clerk can serve.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum CallPolicy {
    /// Whoever has an appointment and is there, then walk-ins; each in order of arrival.
    #[default]
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
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum BreakRule {
    /// The customer is served first; the break begins late and has its full length.
    #[default]
    Wait,
    /// The customer is served first; the break begins late and ends on time.
    Ignore,
    /// The customer is interrupted and served on after it.
    Preempt,
}
