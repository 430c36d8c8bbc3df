//! What happens while a plan is made or simulated: the live line, and the wish to stop.

use std::io::{self, IsTerminal, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use scheduler_core::monitor::{
    Monitor, PlanningProgress, Progress, SimulationProgress, StaffingProgress,
};
use scheduler_core::report::Language;

use super::failure::Failure;
use super::findings::say;

/// Least time between two states of the live line.
const REFRESH: Duration = Duration::from_millis(100);
/// Exit code of a process that SIGINT ends.
const INTERRUPTED: i32 = 130;

/// Watches a run: shows it on stderr where that is a terminal, and stops it on Ctrl-C.
#[derive(Debug)]
pub(super) struct Live {
    start: Instant,
    stop: Arc<AtomicBool>,
    /// When the line was last drawn; nothing where there is no terminal to draw on.
    line: Option<Mutex<Option<Instant>>>,
    language: Language,
}

impl Live {
    /// Starts the clock and listens for Ctrl-C: the first stops the search, the second the
    /// process.
    pub(super) fn start(language: Language) -> Result<Self, Failure> {
        let stop = Arc::new(AtomicBool::new(false));
        let wish = Arc::clone(&stop);
        ctrlc::set_handler(move || {
            if wish.swap(true, Ordering::Relaxed) {
                std::process::exit(INTERRUPTED);
            }
            say("\nstopping; once more to give up");
        })?;
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let line = (io::stderr().is_terminal() && !dumb).then(|| Mutex::new(None));
        Ok(Self { start: Instant::now(), stop, line, language })
    }

    /// Removes the live line.
    pub(super) fn clear(&self) {
        if self.line.is_some() {
            let _ = write!(io::stderr().lock(), "\r\x1b[K");
        }
    }

    /// How far a search is, in words.
    fn planning(&self, progress: &PlanningProgress) -> String {
        let Self { language, .. } = self;
        let number = |value: f64| language.number(value, 1);
        let plan = progress.objective.map_or_else(|| "–".to_owned(), number);
        let bounded = progress.upper_bound.is_finite();
        let bound = if bounded { number(progress.upper_bound) } else { "–".to_owned() };
        let gap = progress
            .objective
            .filter(|_| bounded && progress.upper_bound > 0.0)
            .map(|objective| (progress.upper_bound - objective) / progress.upper_bound)
            .map_or_else(|| "–".to_owned(), |gap| language.percent(gap, 2));
        let seconds = number(progress.elapsed.as_secs_f64());
        match language {
            Language::English => format!("plan {plan}  bound {bound}  gap {gap}  {seconds} s"),
            Language::German => {
                format!("Plan {plan}  Schranke {bound}  Lücke {gap}  {seconds} s")
            }
        }
    }
}

impl Live {
    /// Shows `text` on the live line, unless that was just drawn.
    fn show(&self, text: impl FnOnce() -> String) {
        let Some(line) = &self.line else { return };
        // Another thread is drawing: its news is as good.
        let Ok(mut drawn) = line.try_lock() else {
            return;
        };
        if drawn.is_none_or(|drawn| drawn.elapsed() >= REFRESH) {
            *drawn = Some(Instant::now());
            let _ = write!(io::stderr().lock(), "\r{}\x1b[K", text());
        }
    }

    /// How far a simulation is, in words.
    fn simulating(&self, progress: &SimulationProgress) -> String {
        let Self { language, .. } = self;
        let SimulationProgress { scenario, scenarios, replications, reached, .. } = *progress;
        let which = match scenarios {
            1 => String::new(),
            _ => format!("{} / {scenarios}  ", scenario + 1),
        };
        let replications = language.number(replications as f64, 0);
        let reached =
            if reached.is_finite() { language.percent(reached, 1) } else { "–".to_owned() };
        let seconds = language.number(self.start.elapsed().as_secs_f64(), 1);
        match language {
            Language::English => {
                format!("{which}{replications} replications  precision ±{reached}  {seconds} s")
            }
            Language::German => {
                format!("{which}{replications} Durchläufe  Genauigkeit ±{reached}  {seconds} s")
            }
        }
    }
}

impl Live {
    fn staffing(&self, progress: &StaffingProgress) -> String {
        let Self { language, .. } = self;
        let money = |value: f64| language.number(value, 0);
        let cost = progress.cost.map_or("–".to_owned(), money);
        let bound =
            if progress.bound.is_finite() { money(progress.bound) } else { "–".to_owned() };
        let rosters = language.number(progress.trials as f64, 0);
        let seconds = language.number(self.start.elapsed().as_secs_f64(), 1);
        match language {
            Language::English => {
                format!("{rosters} rosters  cost {cost}  bound {bound}  {seconds} s")
            }
            Language::German => {
                format!("{rosters} Besetzungen  Kosten {cost}  Schranke {bound}  {seconds} s")
            }
        }
    }
}

impl Monitor for Live {
    fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    fn cancelled(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn progress(&self, progress: &Progress) {
        self.show(|| match (progress, self.language) {
            (Progress::Planning(planning), _) => self.planning(planning),
            (Progress::PlanningScenarios { done, scenarios }, Language::English) => {
                format!("planned {done} of {scenarios}")
            }
            (Progress::PlanningScenarios { done, scenarios }, Language::German) => {
                format!("geplant {done} von {scenarios}")
            }
            (Progress::Simulating(simulation), _) => self.simulating(simulation),
            (Progress::Assigning { workers, bound }, language) => {
                let workers = workers.map_or_else(|| "–".to_owned(), |count| count.to_string());
                match language {
                    Language::English => format!("{workers} clerks, at least {bound}"),
                    Language::German => format!("{workers} Beschäftigte, mindestens {bound}"),
                }
            }
            (Progress::Staffing(staffing), _) => self.staffing(staffing),
            _ => String::new(),
        });
    }
}
