//! Starts that can be booked instead of one that is gone.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset, TimeDelta};
use scheduler_core::ledger::offers::released;
use scheduler_core::ledger::{Answer, Limits, Snapshot, Visit};
use scheduler_core::time::{Step, Window};
use uuid::Uuid;

use super::request::{anew, at_place, resolve};
use super::state::Frame;
use super::{Alternative, Client, HoldRequest, Office, Place, Rescheduling, View, load, times};

/// How many are offered.
const MOST: usize = 3;

/// Starts at the same site that can be booked for the same visit now: the nearest, another time of the
/// same day, another day, as far as there are.
pub(super) async fn nearest(
    office: &Office,
    client: &Client,
    request: &HoldRequest,
) -> Vec<Alternative> {
    let inner = &office.inner;
    let frame = Arc::clone(&inner.state().frame);
    let Ok(wanted) = resolve(&frame.problem, request) else { return Vec::new() };
    let Ok(view) = office.view().await else { return Vec::new() };
    let search = Search {
        frame,
        view,
        client: client.clone(),
        visit: wanted.visit,
        limits: inner.settings.limits,
        start: request.place.start,
        without: None,
    };
    let found = inner.compute(move || search.run(wanted.site_day)).await;
    found.unwrap_or_default()
}

/// The same for an appointment that should move; its own capacity is free for it.
pub(super) async fn for_record(
    office: &Office,
    client: &Client,
    id: Uuid,
    how: Rescheduling,
) -> Vec<Alternative> {
    let inner = &office.inner;
    let frame = Arc::clone(&inner.state().frame);
    let Ok((site_day, _)) = at_place(&frame.problem, &how.to) else { return Vec::new() };
    let read = async { inner.store.reader().await?.read().promises(&[id]).await };
    let Ok(mut found) = inner.store.in_time(read).await else { return Vec::new() };
    let Some((mut row, _)) = found.remove(&id) else { return Vec::new() };
    // As it would be there.
    row.seat_pinned = false;
    let visit = if how.visit.apply(&mut row) {
        anew(&frame.problem, &row).map(|(_, visit)| visit).ok()
    } else {
        load::entry(&frame.problem, &frame.ids, &row).map(|entry| entry.visit).ok()
    };
    let Some(visit) = visit else { return Vec::new() };
    let Ok(view) = office.view().await else { return Vec::new() };
    let search = Search {
        frame,
        view,
        client: client.clone(),
        visit,
        limits: inner.settings.limits,
        start: how.to.start,
        without: Some(id.to_string().into()),
    };
    inner.compute(move || search.run(site_day)).await.unwrap_or_default()
}

/// A start that can be booked, the nearest first.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    distance: TimeDelta,
    site_day: usize,
    start: Step,
}

struct Search {
    frame: Arc<Frame>,
    view: Arc<View>,
    client: Client,
    visit: Visit,
    limits: Limits,
    start: DateTime<FixedOffset>,
    /// A promise that gives its capacity up for the new one.
    without: Option<Arc<str>>,
}

impl Search {
    /// Day by day away from the day of the start: the nearest there, and others that are a choice
    /// besides; where there is no choice, neighbours of these.
    fn run(&self, site_day: usize) -> Vec<Alternative> {
        if self.view.scenario_version != self.frame.version {
            return Vec::new();
        }
        let problem = &self.frame.problem;
        let (site, day) = (problem.site_days[site_day].site, problem.site_days[site_day].day);
        let mut found: Vec<Found> = Vec::new();
        for apart in [self.apart(), TimeDelta::zero()] {
            for away in 0..problem.dates.len() {
                let days = [day.checked_sub(away), day.checked_add(away)];
                let days = if away == 0 { &days[..1] } else { &days[..] };
                for day in days.iter().flatten().filter(|&&day| day < problem.dates.len()) {
                    // Of the same day at most two, so that another day is among them.
                    let most = match (apart.is_zero(), away) {
                        (true, _) => MOST,
                        (false, 0) => MOST - 1,
                        (false, _) => 1,
                    };
                    self.add_day(problem.site_day(site, *day), (apart, most), &mut found);
                }
                if found.len() >= MOST {
                    break;
                }
            }
        }
        found.sort();
        found.truncate(MOST);
        let alternatives = found.into_iter().map(|Found { site_day, start, .. }| {
            let end = start + self.visit.told_steps(self.frame.problem.grid);
            Alternative {
                place: Place {
                    site: self.frame.keys[site_day].site.clone(),
                    start: self.instant(site_day, start),
                },
                end: self.instant(site_day, end),
            }
        });
        alternatives.collect()
    }

    /// How far apart starts are that are a choice: as long as a visit takes, and half an hour.
    fn apart(&self) -> TimeDelta {
        let minutes = self.frame.problem.grid.minute_of(self.visit.steps);
        TimeDelta::minutes(i64::from(minutes)).max(TimeDelta::minutes(30))
    }

    fn instant(&self, site_day: usize, step: Step) -> DateTime<FixedOffset> {
        let problem = &self.frame.problem;
        let date = problem.dates[problem.site_days[site_day].day];
        times::instant(&problem.zone, date, problem.grid.minute_of(step))
    }

    /// Adds the nearest starts of a site-day that are so far apart from all others, as many as `most`.
    fn add_day(&self, site_day: usize, (apart, most): (TimeDelta, usize), found: &mut Vec<Found>) {
        let shown = &self.view.book.snapshots[site_day];
        let page = match &self.without {
            Some(id) if shown.ledger().get(id).is_some() => {
                let mut ledger = shown.ledger().clone();
                ledger.remove(id);
                Arc::new(Snapshot::new(ledger, shown.version()))
            }
            _ => Arc::clone(shown),
        };
        let starts = page.ledger().starts(&self.visit);
        let mut near: Vec<(TimeDelta, Step)> = starts
            .sure
            .iter()
            .chain(starts.open.iter())
            .map(|start| ((self.instant(site_day, start) - self.start).abs(), start))
            .collect();
        near.sort();
        let mut added = 0;
        for (distance, start) in near {
            if added == most || found.len() >= MOST {
                break;
            }
            let is_near = |other: &Found| {
                let between =
                    self.instant(other.site_day, other.start) - self.instant(site_day, start);
                between.is_zero() || between.abs() < apart
            };
            if found.iter().any(is_near) {
                continue;
            }
            let bookable = starts.sure.contains(start)
                || page.ledger().check(&self.visit, start, self.limits) == Answer::Yes;
            if bookable && self.is_released(&page, start) {
                found.push(Found { distance, site_day, start });
                added += 1;
            }
        }
    }

    fn is_released(&self, page: &Snapshot, start: Step) -> bool {
        let window = Window::new(start, start + self.visit.steps);
        let channel = self.client.channel.as_deref();
        released(&self.frame.problem, channel, page, window, self.view.now).is_ok()
    }
}
