//! Scenarios in code: [`Scenario::builder`], and the parts with what they cannot do without.
//!
//! All fields are public and every part has a [`Default`]; what has no function here is set
//! directly. Nothing is checked before [`Problem::new`](crate::problem::Problem::new), which gives
//! all findings at once.

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::{
    Appointment, Break, Demand, Horizon, Opening, Operations, PoolSpan, ReleasePolicy, Room,
    Scenario, Service, Shift, Site, Staff, WalkInQuota, Weekday, Weights,
};
use crate::time::Clock;

/// Makes a [`Scenario`] part by part.
///
/// ```
/// use scheduler_core::problem::Problem;
/// use scheduler_core::scenario::{Demand, Room, Scenario, Service, Shift, Site, Staff};
/// use scheduler_core::time::Clock;
///
/// let (eight, noon) = (Clock::at(8, 0), Clock::at(12, 0));
/// let monday = "2027-03-01".parse()?;
/// let scenario = Scenario::builder("Europe/Berlin", monday, monday)
///     .site(Site::new("hall").open(eight, noon))
///     .room(Room::new("counter", "hall").equipped(["scanner"]))
///     .service(Service::new("card", 15).skills(["id"]).equipment(["scanner"]))
///     .staff(Staff::new("ada").skills(["id"]).shift(Shift::new("hall", eight, noon)))
///     .demand(Demand::new("cards", "card", "hall", 20.0))
///     .build();
/// let problem = Problem::new(&scenario)?;
/// assert_eq!(problem.site_days[0].open[0].steps(), 48);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Default)]
#[must_use = "nothing is made before `build`"]
pub struct ScenarioBuilder(Scenario);

impl Scenario {
    /// Begins a scenario for the dates `from` to `until`, both included, with wall-clock times of
    /// the zone `time_zone`, such as `Europe/Berlin`, on a grid of five minutes.
    pub fn builder(
        time_zone: impl Into<String>,
        from: NaiveDate,
        until: NaiveDate,
    ) -> ScenarioBuilder {
        ScenarioBuilder(Self {
            time_zone: time_zone.into(),
            grid_minutes: 5,
            horizon: Horizon { from, until },
            ..Self::default()
        })
    }
}

impl ScenarioBuilder {
    /// What the planner calls it.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.0.name = Some(name.into());
        self
    }

    /// Every start and end is a multiple of this many minutes from midnight.
    pub fn grid_minutes(mut self, minutes: u32) -> Self {
        self.0.grid_minutes = minutes;
        self
    }

    /// One office more.
    pub fn site(mut self, site: Site) -> Self {
        self.0.sites.push(site);
        self
    }

    /// One counter or room more.
    pub fn room(mut self, room: Room) -> Self {
        self.0.rooms.push(room);
        self
    }

    /// One service more.
    pub fn service(mut self, service: Service) -> Self {
        self.0.services.push(service);
        self
    }

    /// One clerk more.
    pub fn staff(mut self, staff: Staff) -> Self {
        self.0.staff.push(staff);
        self
    }

    /// Capacity to keep for people without an appointment.
    pub fn walk_in_quota(mut self, quota: WalkInQuota) -> Self {
        self.0.walk_in_quotas.push(quota);
        self
    }

    /// Expected requests.
    pub fn demand(mut self, demand: Demand) -> Self {
        self.0.demand.push(demand);
        self
    }

    /// An appointment already promised.
    pub fn appointment(mut self, appointment: Appointment) -> Self {
        self.0.appointments.push(appointment);
        self
    }

    /// What is no rule but has a price; `Weights::default()` has all of them at 0.
    pub fn weights(mut self, weights: Weights) -> Self {
        self.0.weights = weights;
        self
    }

    /// When what may be booked through which channel.
    pub fn release(mut self, policy: ReleasePolicy) -> Self {
        self.0.release.push(policy);
        self
    }

    /// How people book, come and are served, for simulation.
    pub fn operations(mut self, operations: Operations) -> Self {
        self.0.operations = Some(operations);
        self
    }

    /// The scenario, unchecked.
    #[must_use]
    pub fn build(self) -> Scenario {
        self.0
    }
}

impl Site {
    /// An office that never opens yet.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), ..Self::default() }
    }

    /// Opens every day from `from` to `until`, beside what there is.
    #[must_use]
    pub fn open(mut self, from: Clock, until: Clock) -> Self {
        self.open.push(Opening { from, until, ..Opening::default() });
        self
    }

    /// Opens on `days` from `from` to `until`, beside what there is.
    #[must_use]
    pub fn open_on(
        mut self,
        days: impl IntoIterator<Item = Weekday>,
        from: Clock,
        until: Clock,
    ) -> Self {
        self.open.push(Opening {
            days: Some(days.into_iter().collect()),
            from,
            until,
            ..Opening::default()
        });
        self
    }
}

impl Room {
    /// A counter or room without equipment.
    #[must_use]
    pub fn new(id: impl Into<String>, site: impl Into<String>) -> Self {
        Self { id: id.into(), site: site.into(), ..Self::default() }
    }

    /// Adds equipment.
    #[must_use]
    pub fn equipped<T: Into<String>>(mut self, equipment: impl IntoIterator<Item = T>) -> Self {
        self.equipment.extend(equipment.into_iter().map(Into::into));
        self
    }
}

impl Service {
    /// A service for one person, worth 1 a minute, that every clerk can do in every room.
    #[must_use]
    pub fn new(id: impl Into<String>, minutes: u32) -> Self {
        Self { id: id.into(), minutes, max_persons: 1, value: 1.0, ..Self::default() }
    }

    /// Takes up to `most` persons, each after the first for `extra_minutes` more.
    #[must_use]
    pub fn persons(mut self, most: u32, extra_minutes: u32) -> Self {
        (self.max_persons, self.extra_person_minutes) = (most, extra_minutes);
        self
    }

    /// Adds skills that the clerk needs.
    #[must_use]
    pub fn skills<T: Into<String>>(mut self, skills: impl IntoIterator<Item = T>) -> Self {
        self.skills.extend(skills.into_iter().map(Into::into));
        self
    }

    /// Adds equipment that the room needs.
    #[must_use]
    pub fn equipment<T: Into<String>>(mut self, equipment: impl IntoIterator<Item = T>) -> Self {
        self.equipment.extend(equipment.into_iter().map(Into::into));
        self
    }
}

impl Staff {
    /// A clerk without skills and shifts.
    #[must_use]
    pub fn new(id: impl Into<String>) -> Self {
        Self { id: id.into(), ..Self::default() }
    }

    /// Adds skills.
    #[must_use]
    pub fn skills<T: Into<String>>(mut self, skills: impl IntoIterator<Item = T>) -> Self {
        self.skills.extend(skills.into_iter().map(Into::into));
        self
    }

    /// Adds a shift.
    #[must_use]
    pub fn shift(mut self, shift: Shift) -> Self {
        self.shifts.push(shift);
        self
    }
}

impl Shift {
    /// Every day from `from` to `until`, without a break.
    #[must_use]
    pub fn new(site: impl Into<String>, from: Clock, until: Clock) -> Self {
        Self { site: site.into(), from, until, ..Self::default() }
    }

    /// Only on `days`.
    #[must_use]
    pub fn on(mut self, days: impl IntoIterator<Item = Weekday>) -> Self {
        self.days = Some(days.into_iter().collect());
        self
    }

    /// With a break of `minutes` somewhere between `from` and `until`.
    #[must_use]
    pub fn pause(mut self, minutes: u32, from: Clock, until: Clock) -> Self {
        self.pause = Some(Break { minutes, from, until });
        self
    }
}

impl WalkInQuota {
    /// Keeps at least `min_share` of the desk minutes of every day between `from` and `until`, in
    /// blocks of at least half an hour.
    #[must_use]
    pub fn new(
        id: impl Into<String>,
        site: impl Into<String>,
        (from, until): (Clock, Clock),
        min_share: f64,
    ) -> Self {
        let (id, site) = (id.into(), site.into());
        Self { id, site, from, until, min_share, block_minutes: 30, ..Self::default() }
    }
}

impl Demand {
    /// On average `mean` requests a day for `service` at `site`, at any time of the day.
    #[must_use]
    pub fn new(
        id: impl Into<String>,
        service: impl Into<String>,
        site: impl Into<String>,
        mean: f64,
    ) -> Self {
        Self {
            id: id.into(),
            service: service.into(),
            sites: vec![site.into()],
            until: Clock::at(24, 0),
            mean,
            ..Self::default()
        }
    }

    /// One more site that suits.
    #[must_use]
    pub fn also_at(mut self, site: impl Into<String>) -> Self {
        self.sites.push(site.into());
        self
    }

    /// Only for starts from `from` to before `until`.
    #[must_use]
    pub fn between(mut self, from: Clock, until: Clock) -> Self {
        (self.from, self.until) = (from, until);
        self
    }

    /// The mean counts the requests of all dates together: any of them suits.
    #[must_use]
    pub fn on_any_date(mut self) -> Self {
        self.pool = PoolSpan::Horizon;
        self
    }
}

impl Appointment {
    /// A promise to one person, of whichever clerk and room.
    #[must_use]
    pub fn new(
        id: impl Into<String>,
        service: impl Into<String>,
        site: impl Into<String>,
        start: DateTime<FixedOffset>,
    ) -> Self {
        let (id, service, site) = (id.into(), service.into(), site.into());
        Self { id, service, site, start, persons: 1, ..Self::default() }
    }
}
