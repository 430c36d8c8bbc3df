//! Whether a start may be booked yet.

use chrono::{DateTime, FixedOffset, TimeDelta};
use thiserror::Error;

use crate::ledger::Snapshot;
use crate::problem::{Problem, ReleasePolicy};
use crate::time::{Step, Window};

/// Why a start may not be booked now, whatever is free.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum NotReleased {
    /// It has begun.
    #[error("that time has passed")]
    Past,
    /// It begins too soon.
    #[error("a start must be at least {minutes} minutes ahead")]
    Notice {
        /// How far ahead it must be.
        minutes: u32,
    },
    /// It is held back.
    #[error("{}", held_back(*released_at))]
    HeldBack {
        /// When it will be released as things stand; `None` where it never will be through this
        /// channel.
        released_at: Option<DateTime<FixedOffset>>,
    },
}

fn held_back(released_at: Option<DateTime<FixedOffset>>) -> String {
    match released_at {
        Some(at) => format!("that time is released at {}", at.to_rfc3339()),
        None => "that time is kept for other channels".to_owned(),
    }
}

impl NotReleased {
    /// A stable code, such as `"past"`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Past => "past",
            Self::Notice { .. } => "notice",
            Self::HeldBack { .. } => "not-released",
        }
    }
}

/// Whether `channel` may book `window` of the site-day at `now`: it has not begun, is far enough
/// ahead, and the share of the day that is released to the channel is not promised already. Whether
/// it is free is the ledger's to say.
///
/// # Errors
/// Why not.
pub fn released(
    problem: &Problem,
    channel: Option<&str>,
    snapshot: &Snapshot,
    window: Window,
    now: DateTime<FixedOffset>,
) -> Result<(), NotReleased> {
    let gate = Gate::new(problem, channel, snapshot, window.steps(), now);
    match gate.refusal(window.from) {
        Some(refusal) => Err(refusal),
        None => Ok(()),
    }
}

/// What of a site-day is released for visits of one length.
#[derive(Debug)]
pub(in crate::ledger) struct Gate {
    /// First step that has not passed.
    pub now: Step,
    /// First step that is far enough ahead.
    pub from: Step,
    minutes: u32,
    held_back: Option<NotReleased>,
}

impl Gate {
    pub(in crate::ledger) fn new(
        problem: &Problem,
        channel: Option<&str>,
        snapshot: &Snapshot,
        steps: Step,
        now: DateTime<FixedOffset>,
    ) -> Self {
        let place = &problem.site_days[snapshot.ledger().site_day()];
        let policy = problem.release_policy(place.site, channel);
        let minutes = policy.map_or(0, |policy| policy.min_notice_minutes);
        let first = first_step(problem, place.day, now);
        let ahead = now.checked_add_signed(TimeDelta::minutes(i64::from(minutes)));
        let from = match (minutes, ahead) {
            (0, _) => first,
            (_, Some(ahead)) => first_step(problem, place.day, ahead),
            (_, None) => Step::MAX,
        };
        let held_back =
            policy.and_then(|policy| held_back_by(policy, problem, snapshot, steps, now));
        Self { now: first, from, minutes, held_back }
    }

    /// What stands in the way of all starts that are far enough ahead.
    pub(in crate::ledger) fn held_back(&self) -> Option<NotReleased> {
        self.held_back
    }

    /// Whether nothing of the site-day may be booked.
    pub(in crate::ledger) fn is_shut(&self, problem: &Problem) -> bool {
        self.held_back.is_some() || self.from >= problem.grid.steps_per_day()
    }

    /// Whether `start` is not far enough ahead.
    pub(in crate::ledger) fn too_soon(&self, start: Step) -> Option<NotReleased> {
        if start < self.now {
            Some(NotReleased::Past)
        } else if start < self.from {
            Some(NotReleased::Notice { minutes: self.minutes })
        } else {
            None
        }
    }

    /// Why `start` is not released, if it is not.
    pub(in crate::ledger) fn refusal(&self, start: Step) -> Option<NotReleased> {
        self.too_soon(start).or(self.held_back)
    }
}

/// Whether a visit of `steps` would take more than is released.
fn held_back_by(
    policy: &ReleasePolicy,
    problem: &Problem,
    snapshot: &Snapshot,
    steps: Step,
    now: DateTime<FixedOffset>,
) -> Option<NotReleased> {
    let date = problem.dates[problem.site_days[snapshot.ledger().site_day()].day];
    let share = policy.share(&problem.zone, date, now);
    // All is all, also where a break lies in closed hours.
    if share >= 1.0 {
        return None;
    }
    let load = snapshot.load();
    let needed = f64::from(load.promised + u32::from(steps));
    let capacity = f64::from(load.capacity);
    let suffices = |share: f64| share >= 1.0 || share > 0.0 && needed <= share * capacity + 1e-9;
    if suffices(share) {
        return None;
    }
    let wave = policy.waves.iter().find(|wave| suffices(wave.share));
    let released_at = wave.and_then(|wave| wave.opens(&problem.zone, date));
    Some(NotReleased::HeldBack { released_at })
}

/// The first step of the `day`-th date that begins at `instant` or later; beyond the day where none
/// does.
///
/// Steps that a clock change removes or doubles are closed, so that for all others the order of the
/// wall clock is that of time.
fn first_step(problem: &Problem, day: usize, instant: DateTime<FixedOffset>) -> Step {
    let beyond = problem.grid.steps_per_day() + 1;
    // No zone is more than 26 hours off: for most dates its rules do not matter.
    let ahead = problem.dates[day].signed_duration_since(instant.naive_utc().date()).num_days();
    if ahead.abs() > 2 {
        return if ahead > 0 { 0 } else { beyond };
    }
    let Some((date, second)) = problem.zone.wall_clock(instant) else { return beyond };
    match problem.dates[day].cmp(&date) {
        std::cmp::Ordering::Less => beyond,
        std::cmp::Ordering::Greater => 0,
        std::cmp::Ordering::Equal => {
            let second = second + u32::from(instant.timestamp_subsec_nanos() > 0);
            second.div_ceil(problem.grid.minutes() * 60) as Step
        }
    }
}
