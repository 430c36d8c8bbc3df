//! The rules of the format: what must hold beyond the shape of the file.
//!
//! Each file states the rules of one part. They run on any scenario, however wrong: what breaks a
//! rule is reported and left out, so that the rules on the rest still find what there is to find.
//! What depends on something broken stays silent. The by-product is the scenario with references
//! resolved and windows as grid steps by date, from which the problem is built.

mod breaks;
mod calendar;
mod capacity;
mod cover;
mod demand;
mod ids;
mod operations;
mod promises;
mod quotas;
mod release;
mod services;
mod shifts;
mod sites;
mod staffing;

use std::fmt::Display;

use chrono::NaiveDate;

use super::Scenario;
use super::codes::Code;
use super::finding::{Collector, Finding, Findings};
use super::place::quote;
use super::wire::{Wire as _, check_limits};
use crate::time::{Grid, Window, Zone};
use calendar::Calendar;
use capacity::Capacity;
use ids::Ids;

pub(crate) use cover::DatedCover;
pub(crate) use demand::ResolvedDemand;
pub(crate) use promises::DatedPromise;
pub(crate) use quotas::DatedQuota;
pub(crate) use release::ResolvedRelease;
pub(crate) use shifts::DatedShift;

/// A scenario that breaks no rule, resolved.
#[derive(Debug)]
pub(crate) struct Resolved {
    pub(crate) zone: Zone,
    pub(crate) grid: Grid,
    /// The dates of the horizon, in order.
    pub(crate) dates: Vec<NaiveDate>,
    /// Site of each room.
    pub(crate) room_sites: Vec<usize>,
    /// When each site is open, by site and date: index `site * dates + day`.
    pub(crate) open: Vec<Vec<Window>>,
    /// Shifts by date, in order of site, day, clerk and start.
    pub(crate) shifts: Vec<DatedShift>,
    /// Quotas by date, in order of the scenario and day.
    pub(crate) quotas: Vec<DatedQuota>,
    /// Cover by date, in order of the scenario and day.
    pub(crate) cover: Vec<DatedCover>,
    /// The own room of each clerk, where there is one.
    pub(crate) own_rooms: Vec<Option<usize>>,
    /// Demand in order of the scenario.
    pub(crate) demand: Vec<ResolvedDemand>,
    /// Promises in order of the scenario.
    pub(crate) promises: Vec<DatedPromise>,
    /// Release policies in order of the scenario.
    pub(crate) release: Vec<ResolvedRelease>,
}

/// Which dates count for rules about any date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dates {
    /// All that ever come.
    Any,
    /// Those of the horizon: for scenarios that were accepted when only these counted.
    Horizon,
}

/// Resolves `scenario` and returns with it what is not an error.
///
/// # Errors
/// Everything that was found, where one of it is an error.
pub(crate) fn resolve(
    scenario: &Scenario,
    dates: Dates,
) -> Result<(Resolved, Vec<Finding>), Findings> {
    let findings = Collector::default();
    let mut rules = Rules { scenario, dates, is_unreadable: false, findings };
    match rules.run() {
        Some(resolved) => Ok((resolved, rules.finish().into_iter().collect())),
        None => Err(rules.finish()),
    }
}

/// Adds to `findings` of reading what is wrong with those parts of `scenario` in which reading
/// found no error.
pub(super) fn check_rest(scenario: &Scenario, findings: Collector) -> Findings {
    let mut rules = Rules { scenario, dates: Dates::Any, is_unreadable: true, findings };
    rules.run();
    rules.finish()
}

/// A scenario under scrutiny.
#[derive(Debug)]
struct Rules<'a> {
    scenario: &'a Scenario,
    dates: Dates,
    /// Whether reading has found errors already.
    is_unreadable: bool,
    findings: Collector,
}

impl<'a> Rules<'a> {
    /// `None` where an error was found.
    fn run(&mut self) -> Option<Resolved> {
        check_limits(self.scenario, "", &mut self.findings);
        let ids = Ids::check(self);
        let calendar = Calendar::check(self);
        self.check_services(&calendar);
        let room_sites = self.check_rooms(&ids);
        let hours = self.check_sites(&calendar)?;
        self.check_staffing(&calendar, &ids, &hours);
        let shifts = self.check_shifts(&calendar, &ids, &hours)?;
        let capacity = Capacity::new(self.scenario, &calendar, &hours, &shifts, &room_sites);
        self.check_break_windows(&capacity);
        let quotas = self.check_quotas(&ids, &capacity)?;
        let cover = self.check_cover(&ids, &capacity)?;
        let demand = self.check_demand(&calendar, &ids, &hours)?;
        let promises = self.check_promises(&ids, &capacity);
        let release = self.check_release(&ids)?;
        self.check_operations(&calendar, &ids);
        if self.findings.has_errors() {
            return None;
        }
        // Without errors nothing was left out.
        let open = hours.into_windows();
        let room_sites = room_sites.into_iter().flatten().collect();
        let own_room = |id: &String| ids.rooms.position(id);
        let own_rooms =
            self.scenario.staff.iter().map(|clerk| clerk.room.as_ref().and_then(own_room));
        let own_rooms = own_rooms.collect();
        let demand = demand.into_iter().flatten().collect();
        let Calendar { zone: Some(zone), grid: Some(grid), dates, .. } = calendar else {
            return None;
        };
        Some(Resolved {
            zone,
            grid,
            dates,
            room_sites,
            open,
            shifts,
            quotas,
            cover,
            own_rooms,
            demand,
            promises,
            release,
        })
    }

    /// All findings in order, each with the name of what it is about.
    fn finish(mut self) -> Findings {
        let scenario = self.scenario;
        self.findings.name_subjects(|pointer| subject(scenario, pointer));
        self.findings.finish(&Scenario::KIND)
    }

    /// Reports on `field` of the entry at `base`, or on the entry itself where `field` is empty;
    /// not where an error was already found there.
    fn report(&mut self, code: Code, base: &str, field: &str, message: String) {
        let pointer = if field.is_empty() { base.to_owned() } else { format!("{base}/{field}") };
        if !self.findings.is_broken(&pointer) {
            self.findings.report(code, pointer, message);
        }
    }

    /// Whether an error was found at, in or around `base`/`field`.
    fn is_broken(&self, base: &str, field: impl Display) -> bool {
        self.findings.is_broken(&format!("{base}/{field}"))
    }

    /// Whether an error was found at `list` or at `field` of one of its entries.
    fn is_any_broken(&self, list: &str, entries: usize, field: &str) -> bool {
        self.findings.has_error_at(list)
            || self.findings.has_errors()
                && (0..entries).any(|i| self.is_broken(list, format_args!("{i}/{field}")))
    }
}

/// `clerk "ada"` for a pointer into that clerk's entry: positions in lists mean little to people.
fn subject(scenario: &Scenario, pointer: &str) -> Option<String> {
    let inner = pointer.strip_prefix("/operations").or(pointer.strip_prefix("/staffing"));
    let pointer = inner.unwrap_or(pointer);
    let mut tokens = pointer.split('/').skip(1);
    let (list, position) = (tokens.next()?, tokens.next()?.parse::<usize>().ok()?);
    let (kind, id) = match list {
        "sites" => ("site", scenario.sites.get(position).map(|entry| &entry.id)),
        "rooms" => ("room", scenario.rooms.get(position).map(|entry| &entry.id)),
        "services" => ("service", scenario.services.get(position).map(|entry| &entry.id)),
        "staff" => ("clerk", scenario.staff.get(position).map(|entry| &entry.id)),
        "walk_in_quotas" => {
            ("walk-in quota", scenario.walk_in_quotas.get(position).map(|entry| &entry.id))
        }
        "cover" => ("cover", scenario.cover.get(position).map(|entry| &entry.id)),
        "demand" => ("demand", scenario.demand.get(position).map(|entry| &entry.id)),
        "appointments" => {
            ("appointment", scenario.appointments.get(position).map(|entry| &entry.id))
        }
        "release" => ("release policy", scenario.release.get(position).map(|entry| &entry.id)),
        "walk_ins" => {
            let walk_ins = scenario.operations.as_ref()?.walk_ins.as_ref()?;
            ("walk-ins", walk_ins.get(position).map(|entry| &entry.id))
        }
        "shift_templates" => {
            let templates = &scenario.staffing.as_ref()?.shift_templates;
            ("shift template", templates.get(position).map(|entry| &entry.id))
        }
        "contracts" => {
            let contracts = &scenario.staffing.as_ref()?.contracts;
            ("contract", contracts.get(position).map(|entry| &entry.id))
        }
        "targets" => {
            let targets = &scenario.staffing.as_ref()?.targets;
            ("target", targets.get(position).map(|entry| &entry.id))
        }
        _ => return None,
    };
    let named = id.filter(|id| !id.is_empty() && tokens.next() != Some("id"))?;
    Some(format!("{kind} {}", quote(named)))
}
