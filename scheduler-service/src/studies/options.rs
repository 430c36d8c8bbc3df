//! How to plan and simulate.

use scheduler_core::compare::CompareOptions;
use scheduler_core::plan::{self, Budget};
use scheduler_core::simulate::booking::BookingBy;
use scheduler_core::simulate::run::{SimulationOptions, Until};
use serde::{Deserialize, Serialize};

/// How to plan and simulate.
#[derive(Debug, Clone, PartialEq, Deserialize, Serialize)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields, default)]
pub struct RunOptions {
    /// Seed of all random numbers: the same request gives the same answer.
    #[cfg_attr(feature = "serve", schema(minimum = 0, maximum = 1000000000, default = 1))]
    pub seed: u64,
    /// Stop as soon as half the 95 % interval of each headline figure is at most this share of it.
    #[cfg_attr(feature = "serve", schema(minimum = 0.0001, maximum = 1, default = 0.02))]
    pub precision: f64,
    /// Most replications.
    #[cfg_attr(feature = "serve", schema(minimum = 1, maximum = 1000000, default = 10000))]
    pub most_replications: u64,
    /// So many replications, whatever the precision.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "serve", schema(minimum = 1, maximum = 1000000, nullable = false))]
    pub replications: Option<u64>,
    /// Weeks of one replication that are measured.
    #[cfg_attr(feature = "serve", schema(minimum = 1, maximum = 104, default = 4))]
    pub weeks: u32,
    /// Weeks of booking before them, which fill the calendar; as many as booking looks ahead need
    /// where left out.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "serve", schema(minimum = 0, maximum = 104, nullable = false))]
    pub warm_up_weeks: Option<u32>,
    /// What people who ask for an appointment are offered: the slots of the plan, or every start
    /// that the ledger of the booking service could keep. The latter takes much longer.
    pub booking_by: Booked,
    /// Steps of search for each plan that has to be made.
    #[cfg_attr(feature = "serve", schema(minimum = 1, maximum = 1000000000, default = 200000))]
    pub plan_steps: u64,
}

/// What people who ask for an appointment are offered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, Serialize, clap::ValueEnum)]
#[cfg_attr(feature = "serve", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Booked {
    /// The slots of the plan.
    #[default]
    Slots,
    /// Every start that the ledger could keep; takes much longer.
    Ledger,
}

impl Default for RunOptions {
    fn default() -> Self {
        Self {
            seed: 1,
            precision: 0.02,
            most_replications: 10_000,
            replications: None,
            weeks: 4,
            warm_up_weeks: None,
            booking_by: Booked::default(),
            plan_steps: CompareOptions::STEPS,
        }
    }
}

impl RunOptions {
    /// How the library plans and simulates, on so many threads; on all where `None`.
    pub fn library(&self, threads: Option<usize>) -> CompareOptions {
        let precision = Until::Precision { relative: self.precision, most: self.most_replications };
        CompareOptions {
            simulation: SimulationOptions {
                seed: self.seed,
                until: self.replications.map_or(precision, Until::Replications),
                weeks: self.weeks,
                warm_up_weeks: self.warm_up_weeks,
                booking_by: match self.booking_by {
                    Booked::Slots => BookingBy::Slots,
                    Booked::Ledger => BookingBy::Ledger,
                },
                threads,
            },
            plan: plan::Options {
                budget: Budget::Steps(self.plan_steps),
                seed: self.seed,
                threads,
                ..plan::Options::default()
            },
        }
    }
}
