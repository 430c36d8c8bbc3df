//! How to plan and simulate.

use scheduler_core::compare::CompareOptions;
use scheduler_core::plan::{self, Budget};
use scheduler_core::simulate::booking::BookingBy;
use scheduler_core::simulate::run::{SimulationOptions, Until};
use scheduler_core::{wire, words};

wire! {
    /// How to plan and simulate.
    pub struct RunOptions {
        /// Seed of all random numbers: the same request gives the same answer.
        #[wire(within = (0.0, 1000000000.0), always)]
        pub seed: u64 = RunOptions::default().seed,
        /// Stop as soon as half the 95 % interval of each headline figure is at most this share of it.
        #[wire(within = (0.0001, 1.0), always)]
        pub precision: f64 = RunOptions::default().precision,
        /// Most replications.
        #[wire(within = (1.0, 1000000.0), always)]
        pub most_replications: u64 = RunOptions::default().most_replications,
        /// So many replications, whatever the precision.
        #[wire(within = (1.0, 1000000.0))]
        pub replications: Option<u64>,
        /// Weeks of one replication that are measured.
        #[wire(within = (1.0, 104.0), always)]
        pub weeks: u32 = RunOptions::default().weeks,
        /// Weeks of booking before them, which fill the calendar; as many as booking looks ahead need
        /// where left out.
        #[wire(within = (0.0, 104.0))]
        pub warm_up_weeks: Option<u32>,
        /// What people who ask for an appointment are offered: the slots of the plan, or every start
        /// that the ledger of the booking service could keep. The latter takes much longer.
        #[wire(always)]
        pub booking_by: Booked = RunOptions::default().booking_by,
        /// Steps of search for each plan that has to be made.
        #[wire(within = (1.0, 1000000000.0), always)]
        pub plan_steps: u64 = RunOptions::default().plan_steps,
    }
}

words! {
    /// What people who ask for an appointment are offered.
    pub enum Booked: "a way of booking", default Slots {
        /// The slots of the plan.
        Slots = "slots",
        /// Every start that the ledger could keep.
        Ledger = "ledger",
    }
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
        let mut simulation = SimulationOptions::default();
        simulation.seed = self.seed;
        simulation.until = self.replications.map_or(precision, Until::Replications);
        simulation.weeks = self.weeks;
        simulation.warm_up_weeks = self.warm_up_weeks;
        simulation.booking_by = match self.booking_by {
            Booked::Slots => BookingBy::Slots,
            Booked::Ledger => BookingBy::Ledger,
        };
        simulation.threads = threads;
        let mut options = CompareOptions::default();
        options.simulation = simulation;
        options.plan = plan::Options {
            budget: Budget::Steps(self.plan_steps),
            seed: self.seed,
            threads,
            ..plan::Options::default()
        };
        options
    }
}
