//! What is known of a visit, and of the office before anything is learnt.

/// A day in [`WallMillis`].
pub const DAY: i64 = 86_400_000;

/// A minute in [`WallMillis`].
pub const MINUTE: i64 = 60_000;

/// Milliseconds that the wall clock shows, counted from its midnight of 1 January 1970: no time
/// zone, and days of clock change have 24 hours as every other.
pub type WallMillis = i64;

/// What became of a visit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// The customer was served.
    Served,
    /// Nobody came to the appointment.
    NoShow,
    /// The appointment was given back before its time.
    Cancelled,
    /// The customer came and left without having been served.
    Left,
}

/// A row of a history: a person or a group that came, or had an appointment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Visit {
    /// Index of the site.
    pub site: usize,
    /// Index of the service.
    pub service: usize,
    /// How many came together, at least 1.
    pub persons: u32,
    /// When the appointment was made.
    pub booked_at: Option<WallMillis>,
    /// When it was for; `None` for whom comes without one.
    pub appointment_at: Option<WallMillis>,
    /// When the customer came.
    pub arrived_at: Option<WallMillis>,
    /// When service began; of who left, when they were called in vain.
    pub called_at: Option<WallMillis>,
    /// When the customer left.
    pub finished_at: Option<WallMillis>,
    /// The counter, numbered by whoever reads the log.
    pub counter: Option<u32>,
    /// The clerk, numbered by whoever reads the log. Learning only counts how many there are.
    pub clerk: Option<u32>,
    /// What became of it.
    pub outcome: Outcome,
}

impl Visit {
    /// The date on which it is, as days since 1 January 1970: of the appointment, or of the arrival.
    pub fn date(&self) -> Option<i64> {
        self.appointment_at.or(self.arrived_at).map(|at| at.div_euclid(DAY))
    }

    /// Length of the service.
    pub fn served_for(&self) -> Option<i64> {
        (self.outcome == Outcome::Served).then(|| Some(self.finished_at? - self.called_at?))?
    }

    /// From the arrival to the call.
    pub fn waited(&self) -> Option<i64> {
        Some(self.called_at? - self.arrived_at?)
    }
}

/// Day of the week of a date, 0 for Monday.
pub fn weekday(date: i64) -> usize {
    // 1 January 1970 was a Thursday.
    (date + 3).rem_euclid(7) as usize
}

/// What the scenario says of a service, where the log says little.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedService {
    /// Minutes for one person.
    pub minutes: u32,
    /// Minutes for each person more.
    pub extra_person_minutes: u32,
    /// Most persons of a visit.
    pub max_persons: u32,
}
