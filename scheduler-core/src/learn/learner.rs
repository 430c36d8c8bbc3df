//! Reading a history, row by row.

use super::arrivals::ArrivalCounts;
use super::bookings::BookingCounts;
use super::durations::DurationCounts;
use super::learned::Learned;
use super::no_shows::NoShowCounts;
use super::options::LearnOptions;
use super::people::{LatenessCounts, PatienceCounts};
use super::visit::{DAY, Outcome, PlannedService, Visit, weekday};

/// Counts and sums of the visits so far.
#[derive(Debug, Clone)]
pub struct Learner {
    services: Vec<PlannedService>,
    arrivals: Vec<ArrivalCounts>,
    bookings: BookingCounts,
    no_shows: NoShowCounts,
    durations: DurationCounts,
    lateness: LatenessCounts,
    patience: PatienceCounts,
    visits: u64,
    /// Rows of which neither appointment nor arrival is known.
    undated: u64,
    first: i64,
    last: i64,
}

impl Learner {
    /// Nothing yet, of so many sites and of `services`.
    pub fn new(sites: usize, services: &[PlannedService]) -> Self {
        Self {
            services: services.to_vec(),
            arrivals: vec![ArrivalCounts::new(services.len()); sites],
            bookings: BookingCounts::new(sites, services.len()),
            no_shows: NoShowCounts::new(services.len()),
            durations: DurationCounts::new(services),
            lateness: LatenessCounts::new(),
            patience: PatienceCounts::default(),
            visits: 0,
            undated: 0,
            first: i64::MAX,
            last: i64::MIN,
        }
    }

    /// One visit more. Those of sites or services that there are not, and those without a date, are
    /// counted and say nothing else.
    pub fn add(&mut self, visit: &Visit) {
        let known = visit.site < self.arrivals.len() && visit.service < self.services.len();
        self.visits += 1;
        let Some(date) = visit.date().filter(|_| known) else {
            self.undated += 1;
            return;
        };
        (self.first, self.last) = (self.first.min(date), self.last.max(date));
        match visit.appointment_at {
            Some(at) => self.add_booked(visit, at, date),
            None => self.add_walk_in(visit),
        }
        if let (Some(length), Some(called)) = (visit.served_for(), visit.called_at) {
            self.durations.add(visit.service, visit.persons, called, length, visit.clerk);
        }
    }

    /// An appointment that was not given back, of which nobody has noted whether somebody came: it says
    /// what was asked for and how far ahead.
    pub fn add_unmarked(&mut self, visit: &Visit) {
        let known = visit.site < self.arrivals.len() && visit.service < self.services.len();
        self.visits += 1;
        let Some(at) = visit.appointment_at.filter(|_| known) else {
            self.undated += 1;
            return;
        };
        let date = at.div_euclid(DAY);
        (self.first, self.last) = (self.first.min(date), self.last.max(date));
        self.bookings.add(visit, at, lead(visit, date));
        self.arrivals[visit.site].open(date);
    }

    fn add_booked(&mut self, visit: &Visit, at: i64, date: i64) {
        let lead = lead(visit, date);
        self.bookings.add(visit, at, lead);
        if visit.outcome == Outcome::Cancelled {
            return;
        }
        self.arrivals[visit.site].open(date);
        let missed = visit.outcome == Outcome::NoShow;
        self.no_shows.add(date, lead, visit.service, missed);
        if let Some(arrived) = visit.arrived_at.filter(|_| !missed) {
            self.lateness.add(arrived - at);
        }
    }

    fn add_walk_in(&mut self, visit: &Visit) {
        if let Some(arrived) = visit.arrived_at {
            self.arrivals[visit.site].walk_in(arrived, visit.service);
        }
        match visit.outcome {
            Outcome::Served => {
                if let Some(wait) = visit.waited() {
                    self.patience.served(wait);
                }
            }
            Outcome::Left => {
                let gone = visit.finished_at.or(visit.called_at);
                self.patience.left(gone.zip(visit.arrived_at).map(|(gone, came)| gone - came));
            }
            Outcome::NoShow | Outcome::Cancelled => {}
        }
    }

    /// What the visits say.
    pub fn finish(mut self, options: &LearnOptions) -> Learned {
        let open: Vec<[usize; 7]> = self
            .arrivals
            .iter()
            .map(|counts| {
                let mut open = [0; 7];
                counts.open_dates().for_each(|date| open[weekday(date)] += 1);
                open
            })
            .collect();
        let bookings = self.bookings.estimate(|site, weekday| open[site][weekday]);
        let sites = self.arrivals.iter().enumerate();
        let suffices = options.suffices.clamp(0.5, 0.999);
        let found = Learned {
            visits: self.visits,
            undated: self.undated,
            dates: (self.first <= self.last).then_some((self.first, self.last)),
            walk_ins: sites.map(|(site, counts)| counts.estimate(site)).collect(),
            bookings,
            no_shows: self.no_shows.estimate(),
            durations: self.durations.estimate(&self.services, suffices, options.clerks),
            durations_left_out: self.durations.left_out,
            lateness: self.lateness.estimate(),
            patience: self.patience.estimate(),
            unknown: Vec::new(),
            draws: Vec::new(),
        };
        found.completed(options)
    }
}

/// Days from the booking to `date`, where both are known and can be true.
fn lead(visit: &Visit, date: i64) -> Option<i64> {
    let lead = visit.booked_at.map(|booked| date - booked.div_euclid(DAY));
    lead.filter(|lead| (0..=400).contains(lead))
}
