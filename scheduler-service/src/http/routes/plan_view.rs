//! A day of `/v1/plan` as it is answered

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use scheduler_core::ledger::{Entry, Ledger, Seat};
use scheduler_core::problem::{Plan, Problem};
use scheduler_core::scenario::PlanFile;
use scheduler_core::time::Window;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::shapes::BasketEntry;
use super::written::BookingStatus;
use crate::booking::{Days, Record, SiteDay};
use crate::http::problem::{Answer, HttpError};

/// Who does what, as things stand. Promises may still change clerk and room.
#[derive(Debug, Serialize, ToSchema)]
pub struct BookPlan {
    /// Version of the scenario.
    scenario_version: u64,
    /// IANA name of the zone of all sites.
    #[schema(example = "Europe/Berlin")]
    time_zone: String,
    /// What the ids stand for.
    names: Names,
    /// The days of each site, in order of date and site; closed ones are left out.
    days: Vec<DayPlan>,
    /// The same as a plan file, where one date is asked for: what to edit and send back. A slot that
    /// keeps an appointment names one of its services.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<PlanFile<'static>>, nullable = false)]
    plan: Option<Value>,
}

/// Names for people, by id.
#[derive(Debug, Serialize, ToSchema)]
pub struct Names {
    /// Of sites.
    sites: BTreeMap<String, String>,
    /// Of clerks.
    staff: BTreeMap<String, String>,
    /// Of rooms.
    rooms: BTreeMap<String, String>,
    /// Of services.
    services: BTreeMap<String, String>,
}

/// A day of a site.
#[derive(Debug, Serialize, ToSchema)]
pub struct DayPlan {
    /// The date.
    #[schema(example = "2027-03-01")]
    date: NaiveDate,
    /// Id of the site.
    #[schema(example = "mitte")]
    site: String,
    /// Desk minutes for appointments: open hours of all shifts less breaks and walk-in blocks.
    appointment_minutes: u32,
    /// Desk minutes that are promised.
    promised_minutes: u32,
    /// When the service has seated the day; missing where it has not yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    seated_at: Option<DateTime<FixedOffset>>,
    /// Who is there, by clerk and start.
    shifts: Vec<ShiftPlan>,
    /// Holds and appointments, by start.
    promises: Vec<PromisePlan>,
    /// Stretches for people without an appointment, by start.
    walk_in_blocks: Vec<BlockPlan>,
    /// Breaks, by start.
    breaks: Vec<BreakPlan>,
    /// Who sits where, by clerk and start.
    stays: Vec<StayPlan>,
    /// Holds and appointments that nobody can keep as things stand.
    stranded: Vec<StrandedPlan>,
}

/// A clerk's shift.
#[derive(Debug, Serialize, ToSchema)]
pub struct ShiftPlan {
    /// Id of the clerk.
    staff: String,
    /// When it begins.
    start: DateTime<FixedOffset>,
    /// When it ends.
    end: DateTime<FixedOffset>,
    /// When the clerk is away.
    absences: Vec<AbsencePlan>,
}

/// A stretch of a shift in which its clerk is away.
#[derive(Debug, Serialize, ToSchema)]
pub struct AbsencePlan {
    /// When it begins.
    start: DateTime<FixedOffset>,
    /// When it ends.
    end: DateTime<FixedOffset>,
}

/// A clerk at a counter, from the begin of the first task there to the end of the last.
#[derive(Debug, Serialize, ToSchema)]
pub struct StayPlan {
    /// Id of the clerk.
    staff: String,
    /// Id of the room.
    room: String,
    /// When it begins.
    start: DateTime<FixedOffset>,
    /// When it ends.
    end: DateTime<FixedOffset>,
}

/// A hold or an appointment that nobody can keep as things stand.
#[derive(Debug, Serialize, ToSchema)]
pub struct StrandedPlan {
    /// Its id.
    id: String,
    /// When it begins.
    start: DateTime<FixedOffset>,
    /// When it ends.
    end: DateTime<FixedOffset>,
    /// What for.
    basket: Vec<BasketEntry>,
    /// Where it stands.
    status: BookingStatus,
    /// What the client calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reference: Option<String>,
}

/// A hold or an appointment.
#[derive(Debug, Serialize, ToSchema)]
pub struct PromisePlan {
    /// Its id.
    id: String,
    /// When it begins.
    start: DateTime<FixedOffset>,
    /// When it ends.
    end: DateTime<FixedOffset>,
    /// What for.
    basket: Vec<BasketEntry>,
    /// Id of the clerk.
    staff: String,
    /// Id of the room; null where none is needed.
    room: Option<String>,
    /// Whether it is a hold, which may still expire.
    held: bool,
    /// Where it stands.
    status: BookingStatus,
    /// What the client calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reference: Option<String>,
    /// Whether a planner has pinned it to its clerk and room.
    pinned: bool,
}

/// A stretch for people without an appointment.
#[derive(Debug, Serialize, ToSchema)]
pub struct BlockPlan {
    /// When it begins.
    start: DateTime<FixedOffset>,
    /// When it ends.
    end: DateTime<FixedOffset>,
    /// Id of the clerk.
    staff: String,
    /// Id of the room.
    room: String,
    /// Ids of the quotas that it counts for.
    quotas: Vec<String>,
    /// Whether a planner has pinned it.
    pinned: bool,
}

/// A clerk's break.
#[derive(Debug, Serialize, ToSchema)]
pub struct BreakPlan {
    /// When it begins.
    start: DateTime<FixedOffset>,
    /// When it ends.
    end: DateTime<FixedOffset>,
    /// Id of the clerk.
    staff: String,
    /// Whether a planner has pinned it.
    pinned: bool,
}

impl BookPlan {
    /// The site-days.
    ///
    /// # Errors
    /// Where the plan cannot be written as JSON.
    pub(super) fn of(days: &Days) -> Answer<Self> {
        let problem = days.view.problem();
        let planned = days.plan();
        let dates = days.all.iter().map(|day| day.key.date);
        let one_date = dates.clone().min() == dates.max();
        let plan = match one_date {
            true => Some(serde_json::to_value(days.file(&planned))),
            false => None,
        };
        let plan = plan.transpose().map_err(|error| HttpError::internal(&error))?;
        Ok(Self {
            scenario_version: days.view.scenario_version,
            time_zone: problem.zone.name().to_owned(),
            names: Names::of(problem),
            days: days.all.iter().map(|day| DayPlan::of(days, day, &planned.0)).collect(),
            plan,
        })
    }
}

impl Names {
    fn of(problem: &Problem) -> Self {
        let pairs = |ids: &mut dyn Iterator<Item = (&String, &String)>| {
            ids.map(|(id, name)| (id.clone(), name.clone())).collect()
        };
        Self {
            sites: pairs(&mut problem.sites.iter().map(|site| (&site.id, &site.name))),
            staff: pairs(&mut problem.clerks.iter().map(|clerk| (&clerk.id, &clerk.name))),
            rooms: pairs(&mut problem.rooms.iter().map(|room| (&room.id, &room.name))),
            services: pairs(&mut problem.services.iter().map(|s| (&s.id, &s.name))),
        }
    }
}

/// Instants and names of one site-day.
#[derive(Clone, Copy)]
struct Here<'a> {
    days: &'a Days,
    day: &'a SiteDay,
    problem: &'a Problem,
    ledger: &'a Ledger,
}

impl DayPlan {
    fn of(days: &Days, day: &SiteDay, plan: &Plan) -> Self {
        let (problem, ledger) = (days.view.problem().as_ref(), days.ledger(day));
        let here = Here { days, day, problem, ledger };
        let minutes = |steps: u32| steps * problem.grid.minutes();
        let local = |at: DateTime<Utc>| at.with_timezone(days.view.now.offset());
        Self {
            date: day.key.date,
            site: day.key.site.clone(),
            appointment_minutes: minutes(ledger.appointment_steps()),
            promised_minutes: minutes(ledger.promised_steps()),
            seated_at: day.seated_at.map(local),
            shifts: here.shifts(),
            promises: here.promises(),
            walk_in_blocks: here.blocks(),
            breaks: here.breaks(),
            stays: here.stays(plan),
            stranded: days.stranded(day).into_iter().map(StrandedPlan::of).collect(),
        }
    }
}

impl StrandedPlan {
    fn of(record: Record) -> Self {
        let basket = record.basket.into_iter();
        let basket = basket.map(|(service, persons)| BasketEntry { service, persons });
        Self {
            id: record.id.to_string(),
            start: record.start,
            end: record.end,
            basket: basket.collect(),
            status: record.status.into(),
            reference: record.reference,
        }
    }
}

impl Here<'_> {
    fn instants(&self, window: Window) -> (DateTime<FixedOffset>, DateTime<FixedOffset>) {
        self.problem.instants(self.problem.site_days[self.day.site_day].day, window)
    }

    fn clerk(&self, clerk: usize) -> String {
        self.problem.clerks[clerk].id.clone()
    }

    fn names(&self, seat: Seat) -> (String, Option<String>) {
        let room = seat.room.map(|room| self.problem.rooms[room.0].id.clone());
        (self.clerk(seat.clerk.0), room)
    }

    fn shifts(&self) -> Vec<ShiftPlan> {
        let shifts = self.problem.site_days[self.day.site_day].shifts.clone();
        let shifts = self.problem.shifts[shifts].iter().map(|shift| {
            let (start, end) = self.instants(shift.window);
            let absences = shift.absent.iter().map(|&away| {
                let (start, end) = self.instants(away);
                AbsencePlan { start, end }
            });
            let (staff, absences) = (self.clerk(shift.clerk), absences.collect());
            ShiftPlan { staff, start, end, absences }
        });
        let mut shifts: Vec<ShiftPlan> = shifts.collect();
        shifts.sort_by(|a, b| (&a.staff, a.start).cmp(&(&b.staff, b.start)));
        shifts
    }

    fn promises(&self) -> Vec<PromisePlan> {
        let promises = self.ledger.promises().map(|(entry, seat)| self.promise(entry, seat));
        let mut promises: Vec<PromisePlan> = promises.collect();
        promises.sort_by(|a, b| (a.start, &a.id).cmp(&(b.start, &b.id)));
        promises
    }

    fn promise(&self, entry: &Entry, seat: Seat) -> PromisePlan {
        let problem = self.problem;
        let told = entry.start + entry.visit.told_steps(problem.grid);
        let (start, end) = self.instants(Window::new(entry.start, told));
        let (staff, room) = self.names(seat);
        let basket = entry.basket.iter().map(|item| BasketEntry {
            service: problem.services[item.service].id.clone(),
            persons: item.persons,
        });
        let held = entry.expires_at.is_some();
        let record = self.days.record(self.day, &entry.id);
        let without = if held { BookingStatus::Held } else { BookingStatus::Booked };
        PromisePlan {
            id: entry.id.to_string(),
            start,
            end,
            basket: basket.collect(),
            staff,
            room,
            held,
            status: record.as_ref().map_or(without, |record| record.status.into()),
            reference: record.and_then(|record| record.reference),
            pinned: self.day.is_pinned(&entry.id),
        }
    }

    fn blocks(&self) -> Vec<BlockPlan> {
        let problem = self.problem;
        let blocks = self.ledger.blocks().map(|(block, seat)| {
            let ((start, end), (staff, room)) = (self.instants(block.window), self.names(seat));
            let quotas = block.quotas.iter().map(|&quota| problem.quotas[quota].id.clone());
            let (room, pinned) = (room.unwrap_or_default(), block.pinned.is_some());
            BlockPlan { start, end, staff, room, quotas: quotas.collect(), pinned }
        });
        let mut blocks: Vec<BlockPlan> = blocks.collect();
        blocks.sort_by(|a, b| (a.start, &a.staff).cmp(&(b.start, &b.staff)));
        blocks
    }

    fn breaks(&self) -> Vec<BreakPlan> {
        let breaks = self.ledger.stored_breaks().map(|taken| {
            let (start, end) = self.instants(taken.window);
            BreakPlan { start, end, staff: self.clerk(taken.clerk.0), pinned: taken.pinned }
        });
        let mut breaks: Vec<BreakPlan> = breaks.collect();
        breaks.sort_by(|a, b| (a.start, &a.staff).cmp(&(b.start, &b.staff)));
        breaks
    }

    fn stays(&self, plan: &Plan) -> Vec<StayPlan> {
        let stays = plan.stays.iter();
        let here = stays.filter(|s| self.problem.shifts[s.shift].site_day == self.day.site_day);
        let shown = here.map(|stay| {
            let (start, end) = self.instants(stay.window);
            let room = self.problem.rooms[stay.room].id.clone();
            StayPlan { staff: self.clerk(stay.clerk), room, start, end }
        });
        shown.collect()
    }
}
