//! What has a price on a site-day, in local indices.

use crate::problem::{Problem, site_day::SiteDayModel};
use crate::time::Window;

/// No meter stands there.
pub(super) const NO_METER: u16 = u16::MAX;

/// Prices of a site-day and what they are asked for; times are local steps.
#[derive(Debug)]
pub(crate) struct Pricing {
    /// For the first stay of a shift.
    pub seat: f64,
    /// For each further stay.
    pub move_: f64,
    /// For a stay away from the clerk's own counter: by `shift * kinds + kind`.
    pub strange: Vec<f64>,
    /// By local service: for the time that a slot takes.
    pub slot_time: Vec<f64>,
    /// By step: for each pair of clerks on a break at once.
    pub pair: Vec<f64>,
    /// For each step of a clerk, a counter or a quota that is asked for and missing.
    pub short: f64,
    /// Least numbers of clerks.
    pub covers: Vec<Cover>,
    /// Least numbers of walk-in counters.
    pub counters: Vec<Counters>,
    /// Windows in which blocks shall cover so many steps.
    pub meters: Vec<Meter>,
    /// By quota: its meters.
    pub meters_of: Vec<Vec<u16>>,
    /// By profile: which meters a block's steps count for.
    pub lanes: Vec<Lanes>,
    /// By shift: its breaks.
    pub breaks: Vec<Vec<Rest>>,
    /// By shift and step: whether the clerk is there.
    pub present: Vec<Vec<bool>>,
    /// By local service: whether a slot takes a room.
    pub needs_room: Vec<bool>,
    /// Whether some service takes none.
    pub any_without_room: bool,
    /// By promise: whether it takes a room.
    pub promise_needs_room: Vec<bool>,
    /// By step: pools that a slot starting there may serve take no slot that starts before this one.
    pub pools_reach: Vec<u16>,
    /// By step: number of open steps from there on.
    pub open_run: Vec<u16>,
    /// Minutes of a step.
    pub step_minutes: f64,
    /// Price of what is missing where nobody is on shift.
    pub fixed: f64,
}

/// A least number of clerks who are present and not on a break.
#[derive(Debug)]
pub(crate) struct Cover {
    pub from: usize,
    pub until: usize,
    pub least: i16,
    /// By shift: whether the clerk counts.
    pub able: Vec<bool>,
}

/// A least number of walk-in blocks that run at the same time.
#[derive(Debug)]
pub(crate) struct Counters {
    pub quota: usize,
    pub from: usize,
    pub until: usize,
    pub least: i16,
}

/// A window of a quota in which blocks shall cover so many steps.
#[derive(Debug)]
pub(crate) struct Meter {
    pub quota: usize,
    pub from: usize,
    pub until: usize,
    pub least: i32,
    /// Whether what is missing has a price; else it is against the rules.
    pub priced: bool,
}

/// Meters of a profile in lanes: those of a lane do not overlap.
#[derive(Debug, Default)]
pub(crate) struct Lanes {
    pub count: usize,
    /// By `step * count + lane`: a meter or [`NO_METER`].
    pub at: Vec<u16>,
    /// Whether blocks of the profile count for counters, by entry.
    pub counters: Vec<u16>,
}

/// A break of a shift.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rest {
    pub steps: usize,
    pub from: usize,
    pub until: usize,
}

impl Pricing {
    /// The prices of `day`; `None` where nothing has a price and shifts are simple, so that the
    /// search without stays does.
    pub(crate) fn new(problem: &Problem, day: &SiteDayModel, relax: bool) -> Option<Self> {
        let place = &problem.site_days[day.site_day];
        let weights = problem.weights;
        let minutes = f64::from(problem.grid.minutes());
        let short = weights.short_minute * minutes;
        let (base, steps) = (usize::from(day.base), day.steps);
        let end = base + steps;
        let local = |step: u16| usize::from(step).clamp(base, end) - base;
        let shifts: Vec<_> = day.shifts.iter().map(|s| &problem.shifts[s.index]).collect();

        let asks = short > 0.0
            && (relax
                || !place.cover.is_empty()
                || place.quotas.iter().any(|&q| {
                    problem.quotas[q].counters > 0 || !problem.quotas[q].stretches.is_empty()
                }));
        let priced = weights.seat > 0.0
            || weights.move_ > 0.0
            || weights.free_minute > 0.0
            || weights.break_pair_minute > 0.0;
        let special = shifts.iter().any(|s| s.breaks.len() > 1 || !s.absent.is_empty())
            || day.services.iter().any(|s| !problem.services[s.index].needs_room)
            || place.promises.iter().any(|&p| !problem.services[problem.promises[p].service].needs_room);
        if !(asks || priced || special || relax) {
            return None;
        }

        let present: Vec<Vec<bool>> = shifts
            .iter()
            .map(|shift| {
                let mut there = vec![false; steps];
                for window in shift.present() {
                    there[local(window.from)..local(window.until)].fill(true);
                }
                there
            })
            .collect();
        let kinds = day.kinds.len();
        let mut strange = vec![0.0; shifts.len() * kinds];
        for (s, shift) in shifts.iter().enumerate() {
            for (k, kind) in day.kinds.iter().enumerate() {
                let away = kind.rooms.iter().all(|&room| problem.is_strange(shift.clerk, room));
                if away && !kind.rooms.is_empty() {
                    strange[s * kinds + k] = weights.move_;
                }
            }
        }
        let pair = (0..steps)
            .map(|t| {
                let there = present.iter().filter(|p| p[t]).count();
                if day.open[t] && there >= 2 {
                    weights.break_pair_minute * minutes / (there - 1) as f64
                } else {
                    0.0
                }
            })
            .collect();

        let mut fixed = 0.0;
        let outside = |window: Window| -> f64 {
            let open: u32 = place
                .open
                .iter()
                .map(|open| {
                    let both = open.intersection(window);
                    let inside =
                        both.intersection(Window::new(day.base, day.base + steps as u16));
                    u32::from(both.steps()) - u32::from(inside.steps())
                })
                .sum();
            f64::from(open)
        };
        let mut covers = Vec::new();
        for &cover in &place.cover {
            let cover = &problem.cover[cover];
            fixed += short * f64::from(cover.least) * outside(cover.window);
            covers.push(Cover {
                from: local(cover.window.from),
                until: local(cover.window.until),
                least: cover.least.min(i16::MAX as u32) as i16,
                able: shifts
                    .iter()
                    .map(|shift| cover.skills.is_subset(&problem.clerks[shift.clerk].skills))
                    .collect(),
            });
        }
        let (mut counters, mut meters) = (Vec::new(), Vec::new());
        let mut meters_of = vec![Vec::new(); day.quotas.len()];
        for (q, model) in day.quotas.iter().enumerate() {
            let quota = &problem.quotas[model.index];
            if quota.counters > 0 && short > 0.0 {
                fixed += short * f64::from(quota.counters) * outside(quota.window);
                counters.push(Counters {
                    quota: q,
                    from: model.from,
                    until: model.until,
                    least: quota.counters.min(i16::MAX as u32) as i16,
                });
            }
            let mut add = |from, until, least: u32, priced| {
                meters_of[q].push(meters.len() as u16);
                let least = i32::try_from(least).unwrap_or(i32::MAX);
                meters.push(Meter { quota: q, from, until, least, priced });
            };
            add(model.from, model.until, quota.min_steps, relax);
            if short > 0.0 {
                for stretch in &quota.stretches {
                    let window = stretch.window;
                    add(local(window.from), local(window.until), stretch.steps, true);
                }
            }
        }
        let lanes = day
            .profiles
            .iter()
            .map(|profile| Lanes::new(&profile.quotas, &meters, &meters_of, &counters, steps))
            .collect();

        let breaks = shifts
            .iter()
            .map(|shift| {
                shift
                    .breaks
                    .iter()
                    .map(|b| Rest {
                        steps: usize::from(b.steps),
                        from: local(b.window.from),
                        until: local(b.window.until),
                    })
                    .collect()
            })
            .collect();

        let mut first_start = vec![u16::MAX; day.pools.len()];
        for s in 0..day.services.len() {
            for t in (0..steps).rev() {
                for &pool in day.pools_at(s, t) {
                    let first = &mut first_start[usize::from(pool)];
                    *first = (*first).min(t as u16);
                }
            }
        }
        let pools_reach = (0..steps)
            .map(|t| {
                let pools = (0..day.services.len()).flat_map(|s| day.pools_at(s, t));
                pools.map(|&p| first_start[usize::from(p)]).min().unwrap_or(t as u16).min(t as u16)
            })
            .collect();
        let mut open_run = vec![0; steps + 1];
        for t in (0..steps).rev() {
            open_run[t] = if day.open[t] { open_run[t + 1] + 1 } else { 0 };
        }

        Some(Self {
            seat: weights.seat,
            move_: weights.move_,
            strange,
            slot_time: day
                .services
                .iter()
                .map(|s| weights.free_minute * minutes * s.steps as f64)
                .collect(),
            pair,
            short,
            covers,
            counters,
            meters,
            meters_of,
            lanes,
            breaks,
            present,
            needs_room: day
                .services
                .iter()
                .map(|s| problem.services[s.index].needs_room)
                .collect(),
            any_without_room: day
                .services
                .iter()
                .any(|s| !problem.services[s.index].needs_room),
            promise_needs_room: day
                .promises
                .iter()
                .map(|p| problem.services[problem.promises[p.index].service].needs_room)
                .collect(),
            pools_reach,
            open_run,
            step_minutes: minutes,
            fixed,
        })
    }

    /// The most that a step of anything missing costs.
    pub(crate) fn dearest(&self) -> f64 {
        let asked = self.covers.len() + self.counters.len() + self.meters.len();
        self.short * asked as f64
    }

    /// What a stay of `shift` in `kind` costs beyond `seat` or `move_`.
    #[inline]
    pub(super) fn strange(&self, shift: usize, kind: u16) -> f64 {
        let kinds = self.strange.len() / self.breaks.len();
        self.strange[shift * kinds + usize::from(kind)]
    }
}

impl Lanes {
    /// Greedy colouring by start: as many lanes as meters overlap at most.
    fn new(
        quotas: &[usize],
        meters: &[Meter],
        meters_of: &[Vec<u16>],
        counters: &[Counters],
        steps: usize,
    ) -> Self {
        let mut own: Vec<u16> =
            quotas.iter().flat_map(|&q| meters_of[q].iter().copied()).collect();
        own.sort_by_key(|&m| (meters[usize::from(m)].from, m));
        let mut ends: Vec<usize> = Vec::new();
        let mut placed = Vec::new();
        for m in own {
            let meter = &meters[usize::from(m)];
            if meter.until <= meter.from {
                continue;
            }
            let lane = ends.iter().position(|&end| end <= meter.from).unwrap_or_else(|| {
                ends.push(0);
                ends.len() - 1
            });
            ends[lane] = meter.until;
            placed.push((lane, m));
        }
        let count = ends.len();
        let mut at = vec![NO_METER; steps * count];
        for (lane, m) in placed {
            let meter = &meters[usize::from(m)];
            for t in meter.from..meter.until.min(steps) {
                at[t * count + lane] = m;
            }
        }
        let counters = (0..counters.len())
            .filter(|&c| quotas.contains(&counters[c].quota))
            .map(|c| c as u16)
            .collect();
        Self { count, at, counters }
    }
}
