//! What a simulation gives: figures by replication, so that others can estimate and compare.
//!
//! ```
//! use scheduler_core::simulate::model::Channel;
//! use scheduler_core::simulate::result::{Better, KpiId, Unit};
//!
//! let wait = KpiId::WaitP90(Channel::WalkIn);
//! assert_eq!(wait.id(), "wait.walk_in.p90");
//! assert_eq!((wait.unit(), wait.better()), (Unit::Minutes, Some(Better::Lower)));
//! ```

use chrono::NaiveDate;

use super::booking::{BookingBy, Repeat};
pub use super::crowd::{ByService, ByTime, CrowdFigures};
use super::model::{Channel, MINUTE};
use super::statistics::{Estimate, Sample};
use super::tally::Histogram;
pub use super::waiting::WaitlistMeasure;
use super::warnings::Warning;
use crate::words;

/// How many groups the replications are dealt into; replication `r` belongs to `r % SECTIONS`.
///
/// Quantiles have no mean over replications: they are computed for each group, and their spread
/// over the groups gives the interval (sectioning; Asmussen and Glynn, Stochastic Simulation,
/// 2007, III.5, doi:10.1007/978-0-387-69033-9).
pub const SECTIONS: usize = 20;

/// What a simulation found.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct Run {
    /// Names of the sites, by index.
    pub sites: Vec<String>,
    /// Their ids.
    pub site_ids: Vec<String>,
    /// The figures: those of all sites together first, then those of each site, each time the
    /// list of [`KpiId::ALL`]. The same list for every scenario with the same sites.
    pub kpis: Vec<Kpi>,
    /// What each replication contributes: `[replication][kpi]`. A figure is the ratio of sums. For
    /// [quantiles](KpiId::quantile) both numbers are 0; they come from [`Run::sections`].
    pub samples: Vec<Vec<Sample>>,
    /// [`SECTIONS`] groups of replications, fewer where there are fewer replications.
    pub sections: Vec<Section>,
    /// Waits by half hour of arrival, in order of site, channel and half hour; half hours without
    /// anybody are left out.
    pub half_hours: Vec<HalfHour>,
    /// Names of the services, by index.
    pub services: Vec<String>,
    /// Their ids.
    pub service_ids: Vec<String>,
    /// Waits and losses by service, in order of site, channel and service; what nobody came for is
    /// left out.
    pub by_service: Vec<ByService>,
    /// Waits, losses and people waiting by weekday and half hour, in order of site, weekday, channel
    /// and half hour; half hours in which nobody came or waited are left out.
    pub by_time: Vec<ByTime>,
    /// Lead times by day of the simulated weeks, warm-up included.
    pub lead_by_day: Vec<LeadDay>,
    /// What the waitlist brings over all sites, each once; `None` where there is no waitlist. Figures are
    /// `None` where nothing was counted.
    pub waitlist: Option<Vec<(WaitlistMeasure, Option<Estimate>)>>,
    /// How many of the days in `lead_by_day` are warm-up.
    pub warm_up_days: usize,
    /// What a planner should know before reading on: demand beyond capacity, trends, assumptions.
    pub warnings: Vec<Warning>,
    /// Queueing formulas beside each site.
    pub analytic: Vec<SanityLine>,
    /// Replications done.
    pub replications: u64,
    /// Seed of the random numbers.
    pub seed: u64,
    /// How many draws of what may be true the replications took in turns; 0 where the figures of the
    /// scenario are true.
    pub draws: usize,
    /// What people who asked for an appointment were offered.
    pub booking_by: BookingBy,
    /// Largest half width over value among the [headline](KpiId::is_headline) figures of all sites
    /// together; infinite where one is not known yet.
    pub reached: f64,
    /// Who was ill when, by name and date, beside those whom the operations let fall ill by chance.
    pub absent: Vec<(String, NaiveDate)>,
    /// How the dates of the scenario became weeks.
    pub repeat: Repeat,
    /// Why it ended.
    pub stop: Stop,
    /// Customers that went through the simulated days.
    pub customers: u64,
}

words! {
    /// Why a simulation ended.
    pub enum Stop as "SimulationStop": "an end of a simulation", default Replications {
        /// The replications asked for are done.
        Replications = "replications",
        /// The precision asked for is reached.
        Precision = "precision",
        /// The most replications are done, and the precision is not reached.
        Most = "most",
        /// The monitor asked to stop.
        Cancelled = "cancelled",
    }
}

/// One figure of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kpi {
    /// Which.
    pub id: KpiId,
    /// Index into [`Run::sites`]; `None` for all together.
    pub site: Option<usize>,
}

/// What a figure measures. Its words are in [`KpiId::id`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum KpiId {
    /// Start of service less arrival, mean over customers served.
    WaitMean(Channel),
    /// Half of the customers served waited at most so long.
    WaitMedian(Channel),
    /// Nine of ten customers served waited at most so long.
    WaitP90(Channel),
    /// Share of customers served who waited at most so many minutes: 5, 10, 15 or 30.
    WaitWithin(Channel, u8),
    /// As the mean wait of appointments, counted from the later of arrival and appointment.
    WaitFromDue,
    /// Customers served a day.
    Served(Channel),
    /// Share of walk-ins who got no ticket, found the room full or went before they were called.
    WalkInsLost,
    /// Share of appointments to which nobody came.
    NoShows,
    /// Time in which a clerk stood idle for somebody who did not come, at most a mean service
    /// long each; minutes a day and site.
    NoShowMinutes,
    /// Most people that waited at one time, mean over days.
    MostWaiting,
    /// Time that clerks served within their shifts over the length of those, breaks not counted.
    /// What is worked beyond is overtime.
    Utilisation,
    /// From closing to the last departure, minutes a day and site.
    Overtime,
    /// Days from a moment to the next free slot, mean over requests that might be made then. A
    /// moment at which nothing is free counts the whole horizon of booking.
    LeadNextFree,
    /// Date booked less date of booking, in days, mean over bookings.
    LeadBooked,
    /// Share of requests for which nothing was free.
    WithoutOffer,
    /// Cost over customers served.
    CostPerCase,
    /// Customers served for each clerk and day on duty.
    CasesPerClerkDay,
    /// Cost of clerks and sites a week.
    CostPerWeek,
}

words! {
    /// What is better.
    pub enum Better: "a direction" {
        /// Less.
        Lower = "lower",
        /// More.
        Higher = "higher",
    }

    /// What a figure is measured in.
    pub enum Unit as "FigureUnit": "a unit" {
        /// Minutes.
        Minutes = "minutes",
        /// Days.
        Days = "days",
        /// A share from 0 to 1.
        Share = "share",
        /// People.
        People = "people",
        /// Customers a day.
        PerDay = "per_day",
        /// Money, in the unit of the scenario's costs.
        Money = "money",
        /// Money a week.
        MoneyPerWeek = "money_per_week",
    }
}

impl KpiId {
    /// All figures, in the order in which a run lists them.
    pub const ALL: [Self; 29] = {
        use Channel::{Appointment, WalkIn};
        [
            Self::WaitMean(Appointment),
            Self::WaitMedian(Appointment),
            Self::WaitP90(Appointment),
            Self::WaitWithin(Appointment, 5),
            Self::WaitWithin(Appointment, 10),
            Self::WaitWithin(Appointment, 15),
            Self::WaitWithin(Appointment, 30),
            Self::WaitFromDue,
            Self::WaitMean(WalkIn),
            Self::WaitMedian(WalkIn),
            Self::WaitP90(WalkIn),
            Self::WaitWithin(WalkIn, 5),
            Self::WaitWithin(WalkIn, 10),
            Self::WaitWithin(WalkIn, 15),
            Self::WaitWithin(WalkIn, 30),
            Self::Served(Appointment),
            Self::Served(WalkIn),
            Self::WalkInsLost,
            Self::NoShows,
            Self::NoShowMinutes,
            Self::MostWaiting,
            Self::Utilisation,
            Self::Overtime,
            Self::LeadNextFree,
            Self::LeadBooked,
            Self::WithoutOffer,
            Self::CostPerCase,
            Self::CasesPerClerkDay,
            Self::CostPerWeek,
        ]
    };
}

/// Waits of one group of replications.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Section {
    /// How the waits are distributed: index `place * 2 + channel`, where place 0 is all sites together and
    /// `site + 1` a site, channel 0 appointments and 1 walk-ins.
    pub waits: Vec<Histogram>,
}

/// Waits of those who arrived in one half hour of the day.
#[derive(Debug, Clone, PartialEq)]
pub struct HalfHour {
    /// Index into [`Run::sites`].
    pub site: usize,
    /// Who.
    pub channel: Channel,
    /// Half hours since midnight.
    pub half_hour: usize,
    /// Sum of waits in minutes and number of customers, by section.
    pub sections: Vec<Sample>,
}

/// Lead times of one day of the simulated weeks, over all sites.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct LeadDay {
    /// Sum of days to the next free slot, and how often it was looked for, by section.
    pub next_free: Vec<Sample>,
    /// Sum of days between booking and date booked, and bookings made that day, by section.
    pub booked: Vec<Sample>,
}

/// What queueing formulas say of a site, beside the simulation: not the same model (steady state,
/// exponential service, no skills), but of the same order.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct SanityLine {
    /// Index into [`Run::sites`].
    pub site: usize,
    /// Customers an hour while the doors are open, appointments that are kept and walk-ins.
    pub per_hour: f64,
    /// Mean service time in minutes.
    pub service_minutes: f64,
    /// Clerks at their counters for each hour that the doors are open: without breaks, overtime
    /// and what of shifts lies outside opening hours.
    pub clerks: f64,
    /// Clerks that would be busy all the time (erlang).
    pub offered_load: f64,
    /// Mean wait by Erlang C in minutes; `None` where the load is not below the clerks, so that
    /// the queue would grow without end.
    pub erlang_c_minutes: Option<f64>,
}

impl Run {
    /// Value of the quantile figure at position `kpi` in each section that has customers; empty for
    /// other figures.
    pub fn section_quantiles(&self, kpi: usize) -> Vec<f64> {
        let Some((p, index)) = self.quantile_place(kpi) else { return Vec::new() };
        let histograms = self.sections.iter().filter_map(|section| section.waits.get(index));
        histograms.filter_map(|waits| waits.quantile(p)).map(minutes).collect()
    }

    /// Value of the quantile figure at position `kpi` over all replications; `None` for other
    /// figures and where nobody was served.
    pub fn quantile(&self, kpi: usize) -> Option<f64> {
        let (p, index) = self.quantile_place(kpi)?;
        let mut all = Histogram::default();
        for waits in self.sections.iter().filter_map(|section| section.waits.get(index)) {
            all.add(waits);
        }
        all.quantile(p).map(minutes)
    }

    fn quantile_place(&self, kpi: usize) -> Option<(f64, usize)> {
        let kpi = self.kpis.get(kpi)?;
        let (p, channel) = kpi.id.quantile()?;
        Some((p, histogram_index(kpi.site, channel)))
    }

    /// Position of a figure in [`Run::kpis`].
    pub fn position(&self, id: KpiId, site: Option<usize>) -> Option<usize> {
        self.kpis.iter().position(|kpi| kpi.id == id && kpi.site == site)
    }
}

fn minutes(millis: f64) -> f64 {
    millis / f64::from(MINUTE)
}

/// Where [`Section::waits`] has the waits of a site, or of all, and channel.
pub fn histogram_index(site: Option<usize>, channel: Channel) -> usize {
    let place = site.map_or(0, |site| site + 1);
    place * 2 + usize::from(channel == Channel::WalkIn)
}

impl Kpi {
    /// The list of a run over `sites` sites.
    pub fn list(sites: usize) -> Vec<Self> {
        let places = std::iter::once(None).chain((0..sites).map(Some));
        places.flat_map(|site| KpiId::ALL.into_iter().map(move |id| Self { id, site })).collect()
    }
}

impl KpiId {
    /// Stable name for files, such as `wait.walk_in.mean`.
    pub fn id(self) -> &'static str {
        use Channel::{Appointment, WalkIn};
        match self {
            Self::WaitMean(Appointment) => "wait.appointment.mean",
            Self::WaitMean(WalkIn) => "wait.walk_in.mean",
            Self::WaitMedian(Appointment) => "wait.appointment.median",
            Self::WaitMedian(WalkIn) => "wait.walk_in.median",
            Self::WaitP90(Appointment) => "wait.appointment.p90",
            Self::WaitP90(WalkIn) => "wait.walk_in.p90",
            Self::WaitWithin(Appointment, ..=5) => "wait.appointment.within_5",
            Self::WaitWithin(Appointment, 6..=10) => "wait.appointment.within_10",
            Self::WaitWithin(Appointment, 11..=15) => "wait.appointment.within_15",
            Self::WaitWithin(Appointment, _) => "wait.appointment.within_30",
            Self::WaitWithin(WalkIn, ..=5) => "wait.walk_in.within_5",
            Self::WaitWithin(WalkIn, 6..=10) => "wait.walk_in.within_10",
            Self::WaitWithin(WalkIn, 11..=15) => "wait.walk_in.within_15",
            Self::WaitWithin(WalkIn, _) => "wait.walk_in.within_30",
            Self::WaitFromDue => "wait.appointment.from_due",
            Self::Served(Appointment) => "served.appointment",
            Self::Served(WalkIn) => "served.walk_in",
            Self::WalkInsLost => "walk_in.lost",
            Self::NoShows => "no_show.share",
            Self::NoShowMinutes => "no_show.minutes",
            Self::MostWaiting => "waiting.most",
            Self::Utilisation => "utilisation",
            Self::Overtime => "overtime",
            Self::LeadNextFree => "lead.next_free",
            Self::LeadBooked => "lead.booked",
            Self::WithoutOffer => "lead.without_offer",
            Self::CostPerCase => "cost.per_case",
            Self::CasesPerClerkDay => "cases.per_clerk_day",
            Self::CostPerWeek => "cost.per_week",
        }
    }

    /// What it is measured in.
    pub fn unit(self) -> Unit {
        match self {
            Self::WaitMean(_)
            | Self::WaitMedian(_)
            | Self::WaitP90(_)
            | Self::WaitFromDue
            | Self::NoShowMinutes
            | Self::Overtime => Unit::Minutes,
            Self::WaitWithin(..)
            | Self::WalkInsLost
            | Self::NoShows
            | Self::Utilisation
            | Self::WithoutOffer => Unit::Share,
            Self::Served(_) | Self::CasesPerClerkDay => Unit::PerDay,
            Self::MostWaiting => Unit::People,
            Self::LeadNextFree | Self::LeadBooked => Unit::Days,
            Self::CostPerCase => Unit::Money,
            Self::CostPerWeek => Unit::MoneyPerWeek,
        }
    }

    /// What is better; `None` where more may be good or bad, as with how busy clerks are.
    pub fn better(self) -> Option<Better> {
        match self {
            Self::WaitWithin(..) | Self::Served(_) | Self::CasesPerClerkDay => Some(Better::Higher),
            Self::Utilisation | Self::NoShows | Self::LeadBooked => None,
            _ => Some(Better::Lower),
        }
    }

    /// Whether precision is asked of it: mean waits, lead time and overtime of all sites.
    pub fn is_headline(self) -> bool {
        matches!(self, Self::WaitMean(_) | Self::LeadNextFree | Self::Overtime)
    }

    /// For a quantile: which, and of whose waits.
    pub fn quantile(self) -> Option<(f64, Channel)> {
        match self {
            Self::WaitMedian(channel) => Some((0.5, channel)),
            Self::WaitP90(channel) => Some((0.9, channel)),
            _ => None,
        }
    }
}
