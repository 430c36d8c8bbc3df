//! The least staff of a scenario, and what a certificate of it claims.

use std::time::Duration;

use scheduler_core::monitor::Monitor;
use scheduler_core::plan::Budget;
use scheduler_core::report::staffing::{StaffingReport, staffing_report};
use scheduler_core::scenario::wire::Wire as _;
use scheduler_core::scenario::{ExistingStaff, Scenario, WalkInCapacity};
use scheduler_core::staffing::{self, Answer, Certificate, Checked, StaffError, StaffOptions};
use scheduler_core::wire;
use serde_json::Value;

use super::error::StudyError;
use super::read;
use super::size::{self, SizeLimits};

/// What is asked for beside what the scenario says of its staffing.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// Targets as people type them, in the place of those of the scenario.
    pub targets: Vec<String>,
    /// How sure each of them has to be, in the place of what it says.
    pub confidence: Option<f64>,
    /// What becomes of existing clerks.
    pub existing: Option<ExistingStaff>,
    /// What is kept for walk-ins.
    pub walk_ins: Option<WalkInCapacity>,
    /// Most money a week.
    pub budget: Option<f64>,
}

/// `scenario` with what is asked for.
///
/// # Errors
/// Everything that is wrong with the targets.
pub fn asked(scenario: &Scenario, asked: &Asked) -> Result<Scenario, StudyError> {
    let mut scenario = scenario.clone();
    let sites: Vec<String> = scenario.sites.iter().map(|site| site.id.clone()).collect();
    let sites: Vec<&str> = sites.iter().map(String::as_str).collect();
    let staffing = scenario.staffing.get_or_insert_default();
    if !asked.targets.is_empty() {
        let (mut targets, mut wrong) = (Vec::new(), Vec::new());
        for phrase in &asked.targets {
            match staffing::target(phrase, &sites) {
                Ok(target) => targets.push(target),
                Err(error) => wrong.push(error.to_string()),
            }
        }
        if !wrong.is_empty() {
            return Err(StudyError::Targets(wrong.join("\n")));
        }
        staffing.targets = targets;
    }
    if let Some(confidence) = asked.confidence {
        staffing.targets.iter_mut().for_each(|target| target.confidence = confidence);
    }
    staffing.existing = asked.existing.unwrap_or(staffing.existing);
    staffing.walk_ins = asked.walk_ins.unwrap_or(staffing.walk_ins);
    staffing.budget = asked.budget.or(staffing.budget);
    Ok(scenario)
}

/// What was found.
#[derive(Debug)]
pub struct Staffed {
    /// The answer, with the scenario that has the roster.
    pub answer: Answer,
    /// What can be checked of it.
    pub certificate: Certificate,
    /// All figures.
    pub report: StaffingReport,
}

/// Looks for the least staff of `scenario`.
///
/// # Errors
/// Everything that is wrong with the scenario, or that it was stopped too early.
pub fn run(
    scenario: &Scenario,
    options: &StaffOptions,
    monitor: &dyn Monitor,
) -> Result<Staffed, StudyError> {
    let (answer, certificate) = staffing::staff(scenario, options, monitor)?;
    let name = scenario.name.clone().unwrap_or_default();
    let report = staffing_report(&name, &answer, &certificate);
    Ok(Staffed { answer, certificate, report })
}

/// Checks what `certificate` claims of `scenario`.
///
/// # Errors
/// Everything that is wrong with the scenario.
pub fn check(
    scenario: &Scenario,
    certificate: &Certificate,
    monitor: &dyn Monitor,
) -> Result<Checked, StudyError> {
    Ok(staffing::check(scenario, certificate, monitor)?)
}

impl From<StaffError> for StudyError {
    fn from(error: StaffError) -> Self {
        match error {
            StaffError::Scenario(findings) => Self::Scenario(findings),
            StaffError::Simulate(error) => error.into(),
            StaffError::Cancelled => Self::Stopped,
            other => Self::Targets(other.to_string()),
        }
    }
}

wire! {
    /// A scenario to staff.
    pub struct StaffingRequest {
        /// What to staff. Its `staffing` says which shifts may be asked for and what has to be reached.
        #[wire(kind = Scenario::KIND)]
        pub scenario: Value,
        /// Targets as people say them, such as `walk-ins within 30 minutes >= 80 %`, in the place of
        /// those of the scenario.
        #[wire(length = (0, 50))]
        pub targets: Vec<String> = Vec::new(),
        /// How sure each target has to be, in the place of what it says.
        #[wire(within = (0.5, 0.9999))]
        pub confidence: Option<f64>,
        /// Most money a week, in the place of what the scenario says.
        #[wire(unit = "money a week", within = (0.0, 1e12))]
        pub budget: Option<f64>,
        /// Time to look for, in seconds.
        #[wire(within = (1.0, 3600.0), example = "30.0", always)]
        pub seconds: f64 = 60.0,
        /// Rosters to simulate, instead of a time: the same answer each time, on any machine.
        #[wire(within = (1.0, 100000.0))]
        pub steps: Option<u64>,
        /// Seed of all random numbers.
        #[wire(within = (0.0, 1000000000.0), always)]
        pub seed: u64 = 1,
        /// Steps of search for the plan of each roster.
        #[wire(within = (1.0, 1000000.0), always)]
        pub plan_steps: u64 = StaffOptions::default().plan_steps,
        /// Weeks of one replication that are measured.
        #[wire(within = (1.0, 104.0), always)]
        pub weeks: u32 = StaffOptions::default().weeks,
    }
}

impl StaffingRequest {
    /// Whether the scenario is small enough.
    ///
    /// # Errors
    /// What of it cannot be read, or is too large.
    pub fn judge(&self, limits: &SizeLimits) -> Result<(), StudyError> {
        size::judge(&read::scenario(&self.scenario)?, limits)
    }

    /// Whether there is anything to look for.
    ///
    /// # Errors
    /// Everything that is wrong with the scenario or the targets.
    pub fn check(&self) -> Result<(), StudyError> {
        staffing::validate(&self.asked()?).map_err(StudyError::from)
    }

    fn asked(&self) -> Result<Scenario, StudyError> {
        let scenario = read::scenario(&self.scenario)?;
        let (targets, confidence) = (self.targets.clone(), self.confidence);
        let given = Asked { targets, confidence, budget: self.budget, ..Asked::default() };
        asked(&scenario, &given)
    }

    /// Looks for the least staff.
    ///
    /// # Errors
    /// Everything that is wrong with the request, and those of [`run`].
    pub fn run(&self, monitor: &dyn Monitor) -> Result<StaffingReport, StudyError> {
        let scenario = self.asked()?;
        let mut options = StaffOptions::default();
        options.budget = match self.steps {
            Some(steps) => Budget::Steps(steps),
            None => Budget::Time(Duration::from_secs_f64(self.seconds)),
        };
        (options.seed, options.plan_steps) = (self.seed, self.plan_steps);
        options.weeks = self.weeks;
        run(&scenario, &options, monitor).map(|staffed| staffed.report)
    }
}
