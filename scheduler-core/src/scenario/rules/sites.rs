//! Sites and rooms.

use super::ids::Ids;
use super::{Calendar, Rules};
use crate::scenario::codes;
use crate::time::Window;

/// When each site is open on each date.
#[derive(Debug)]
pub(super) struct Hours {
    days: usize,
    /// By site and day: index `site * days + day`.
    open: Vec<Vec<Window>>,
    /// Likewise, as if nothing were `closed` for a time.
    usual: Vec<Vec<Window>>,
    /// Likewise, whether the site is closed for once.
    lapses: Vec<bool>,
}

impl Hours {
    /// Disjoint windows in order, free of clock changes; empty where closed.
    pub(super) fn at(&self, site: usize, day: usize) -> &[Window] {
        &self.open[site * self.days + day]
    }

    /// As [`Self::at`], times in which it is `closed` included: what entries are held against, as
    /// such a time is no news to the planner.
    pub(super) fn usual(&self, site: usize, day: usize) -> &[Window] {
        &self.usual[site * self.days + day]
    }

    /// Whether the date is one of the site's `closed_on`.
    pub(super) fn lapses(&self, site: usize, day: usize) -> bool {
        self.lapses[site * self.days + day]
    }

    /// The windows by site and day: index `site * days + day`.
    pub(super) fn into_windows(self) -> Vec<Vec<Window>> {
        self.open
    }
}

impl Rules<'_> {
    /// The opening hours of every site on every date. `None` where they are too many to list.
    pub(super) fn check_sites(&mut self, calendar: &Calendar) -> Option<Hours> {
        let sites = &self.scenario.sites;
        if sites.is_empty() {
            let message = "there is no site; add one".to_owned();
            self.report(codes::LIST_EMPTY, "/sites", "", message);
        }
        let days = calendar.dates.len();
        self.check_size("/sites", sites.len() * days)?;
        let mut open = vec![Vec::new(); sites.len() * days];
        let mut lapses = vec![false; sites.len() * days];
        for (i, site) in sites.iter().enumerate() {
            for day in site.closed_on.iter().filter_map(|&date| calendar.day(date)) {
                lapses[i * days + day] = true;
            }
            for (k, opening) in site.open.iter().enumerate() {
                let base = format!("/sites/{i}/open/{k}");
                self.check_when(&base, opening);
                let times = (opening.from, opening.until);
                let mut applies = calendar.days(opening);
                applies.retain(|day| !lapses[i * days + day]);
                self.check_clock_changes(calendar, &base, times, &applies);
                if let Some(window) = self.check_window(calendar, &base, times) {
                    for day in applies {
                        open[i * days + day].push(window);
                    }
                }
            }
        }
        for (site_day, windows) in open.iter_mut().enumerate() {
            let day = site_day % days;
            *windows = united(std::mem::take(windows))
                .into_iter()
                .flat_map(|window| calendar.free_of_change(day, window))
                .collect();
        }
        let usual = open.clone();
        for (i, site) in sites.iter().enumerate() {
            let list = format!("/sites/{i}/closed");
            for (day, closed) in self.check_spans(calendar, &list, &site.closed) {
                let windows = &mut open[i * days + day];
                *windows = without(windows, closed);
            }
        }
        Some(Hours { days, open, usual, lapses })
    }

    /// The site of each room, where it exists.
    pub(super) fn check_rooms(&mut self, ids: &Ids<'_>) -> Vec<Option<usize>> {
        let rooms = self.scenario.rooms.iter().enumerate();
        rooms
            .map(|(i, room)| self.refer(&ids.sites, &room.site, &format!("/rooms/{i}"), "site"))
            .collect()
    }

    /// `None` where `count` dated entries are too many to be planned in memory.
    pub(super) fn check_size(&mut self, list: &str, count: usize) -> Option<()> {
        if self.is_unreadable && count > MOST_UNREADABLE {
            return None;
        }
        if count > MOST {
            let message = format!(
                "over the horizon these are {count} dated entries, more than {MOST}; plan fewer \
                 dates or sites at a time"
            );
            self.report(codes::SCENARIO_TOO_LARGE, list, "", message);
            return None;
        }
        Some(())
    }
}

/// Most dated entries of a kind: some hundred bytes each make a gigabyte.
const MOST: usize = 5_000_000;

/// As [`MOST`], where errors of reading are told anyway: what else is wrong is not worth so much.
const MOST_UNREADABLE: usize = 200_000;

/// `windows` without `taken`.
fn without(windows: &[Window], taken: Window) -> Vec<Window> {
    let parts = windows.iter().flat_map(|window| {
        let before = Window::new(window.from, window.until.min(taken.from));
        let after = Window::new(window.from.max(taken.until), window.until);
        if window.overlaps(taken) { [before, after] } else { [*window, Window::default()] }
    });
    parts.filter(|part| !part.is_empty()).collect()
}

/// The same times as disjoint windows that do not touch, in order.
pub(super) fn united(mut windows: Vec<Window>) -> Vec<Window> {
    windows.sort_unstable();
    let mut united: Vec<Window> = Vec::with_capacity(windows.len());
    for window in windows {
        match united.last_mut() {
            Some(last) if window.from <= last.until => last.until = last.until.max(window.until),
            _ => united.push(window),
        }
    }
    united
}
