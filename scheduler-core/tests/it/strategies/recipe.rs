//! From a few random numbers to a scenario file.

use proptest::collection::vec;
use proptest::prelude::*;
use scheduler_core::time::Zone;
use serde_json::{Map, Value, json};

use super::Size;
use crate::unpriced::unpriced;

type Numbers = (u32, u32, u32, u32, u32, u32);

/// Scenarios without prices up to `size`. Most make sense; not all have a plan.
pub(crate) fn scenario(size: Size) -> impl Strategy<Value = Value> {
    let numbers = || (0..60_u32, 0..60_u32, 0..60_u32, 0..60_u32, 0..60_u32, 0..60_u32);
    let frame =
        (1..=size.sites, 1..=size.days, 0..4_usize, 4..=size.day_steps, 0..6_usize, 0..8_u32);
    (
        frame,
        vec(numbers(), 1..=size.rooms),
        vec(numbers(), 1..=size.services),
        vec(numbers(), 1..=size.clerks),
        vec(numbers(), 0..=size.quotas),
        vec(numbers(), 1..=size.demands),
        vec(numbers(), 0..=size.promises),
    )
        .prop_map(move |(frame, rooms, services, clerks, quotas, demands, promises)| {
            let (sites, days, grid, day_steps, start, shape) = frame;
            // Enumeration over two days takes half the steps a day, over two sites one room each.
            let day_steps =
                if size.days == 2 { day_steps.div_ceil(days as u32) } else { day_steps };
            Recipe { sites, days, grid: [5, 10, 15, 30][grid], day_steps, start, shape }
                .build(&rooms, &services, &clerks, &quotas, &demands, &promises)
        })
}

struct Recipe {
    sites: usize,
    days: usize,
    grid: u32,
    day_steps: u32,
    start: usize,
    shape: u32,
}

/// A shift of a clerk, in steps from the start of the day, to place promises in.
struct Presence {
    clerk: usize,
    site: usize,
    from: u32,
    until: u32,
}

const SKILLS: [&str; 3] = ["x", "y", "w"];
const EQUIPMENT: [&str; 2] = ["a", "b"];
const MEANS: [f64; 8] = [1.0, 0.3, 2.5, 0.0, 0.01, 6.0, 40.0, 1e-6];
const VALUES: [f64; 5] = [1.0, 1.3, 0.5, 0.0, 2.0];
const SHARES: [f64; 8] = [0.1, 0.0, 0.2, 0.0, 0.25, 0.1, 0.4, 1.0];
const EXTRA_MINUTES: [u32; 3] = [0, 5, 7];
const WEEKDAYS: [&str; 3] = ["fri", "sat", "sun"];

impl Recipe {
    fn build(
        &self,
        rooms: &[Numbers],
        services: &[Numbers],
        clerks: &[Numbers],
        quotas: &[Numbers],
        demands: &[Numbers],
        promises: &[Numbers],
    ) -> Value {
        let (staff, presences) = self.staff(clerks);
        unpriced(json!({
            "schema": "scenario/1",
            "name": "random",
            "time_zone": "Europe/Berlin",
            "grid_minutes": self.grid,
            "horizon": { "from": self.date(0), "until": self.date(self.days - 1) },
            "sites": (0..self.sites).map(|site| self.site(site)).collect::<Vec<_>>(),
            "rooms": self.rooms(rooms),
            "release": self.release(),
            "services": self.services(services),
            "staff": staff,
            "walk_in_quotas": self.quotas(quotas),
            "demand": self.demand(demands, services.len()),
            "appointments": self.appointments(promises, (rooms, services, clerks), &presences),
        }))
    }

    /// Friday to Sunday in winter, or up to the Sunday on which the clock changes.
    fn date(&self, day: usize) -> String {
        let first = ["2027-01-", "2027-03-", "2027-10-"][(self.shape % 4).min(2) as usize];
        let day = day + [15, 26, 29][(self.shape % 4).min(2) as usize];
        format!("{first}{day}")
    }

    fn clock(&self, step: u32) -> String {
        let minute = self.minute(step);
        format!("{:02}:{:02}", minute / 60, minute % 60)
    }

    /// Minute of the day at a step of the recipe; at most 23:30, whatever the step.
    fn minute(&self, step: u32) -> u32 {
        let first = [480, 0, 90, 600, 1080, 420][self.start];
        let first = first / self.grid * self.grid;
        first + step.min((1410 - first) / self.grid) * self.grid
    }

    fn site(&self, site: usize) -> Value {
        let (end, half) = (self.day_steps, self.day_steps / 2);
        // Some sites close for a step in the middle of the day.
        let open = if (self.shape + site as u32).is_multiple_of(4) && half > 1 {
            json!([
                { "from": self.clock(0), "until": self.clock(half) },
                { "from": self.clock(half + 1), "until": self.clock(end) },
            ])
        } else {
            json!([{ "from": self.clock(0), "until": self.clock(end) }])
        };
        json!({ "id": format!("site-{site}"), "name": format!("Site {site}"), "open": open })
    }

    /// Every other office releases its days in waves, and holds some back from the web.
    fn release(&self) -> Vec<Value> {
        let wave = |days, share| json!({ "days_ahead": days, "at": "07:30", "share": share });
        let policies = [
            json!({ "id": "all", "waves": [wave(0, 1.0), wave(3, 0.25), wave(1, 0.5)] }),
            json!({
                "id": "web", "channel": "web", "sites": ["site-0"], "min_notice_minutes": 45,
                "waves": [wave(2, 0.4)],
            }),
        ];
        policies.into_iter().take(self.shape as usize % 4).collect()
    }

    fn rooms(&self, rooms: &[Numbers]) -> Vec<Value> {
        rooms
            .iter()
            .enumerate()
            .map(|(index, room)| {
                json!({
                    "id": format!("room-{index}"),
                    "site": format!("site-{}", index % self.sites),
                    "equipment": some_of(&EQUIPMENT, room.0),
                })
            })
            .collect()
    }

    fn services(&self, services: &[Numbers]) -> Vec<Value> {
        services
            .iter()
            .enumerate()
            .map(|(index, service)| {
                json!({
                    "id": format!("service-{index}"),
                    "name": format!("Service {index}"),
                    "minutes": (1 + service.0 % 3) * self.grid,
                    "extra_person_minutes": EXTRA_MINUTES[service.1 as usize % 3],
                    "max_persons": 4,
                    "skills": some_of(&SKILLS[..2], service.2),
                    "equipment": some_of(&EQUIPMENT, service.3),
                    "value": VALUES[service.4 as usize % 5],
                })
            })
            .collect()
    }

    fn staff(&self, clerks: &[Numbers]) -> (Vec<Value>, Vec<Presence>) {
        let (mut staff, mut presences) = (Vec::new(), Vec::new());
        for (clerk, numbers) in clerks.iter().enumerate() {
            let site = numbers.0 as usize % self.sites;
            let (end, half) = (self.day_steps, self.day_steps / 2);
            // A whole day, a late start, a split day, a day at two sites, an early end.
            let stretches = match numbers.1 % 5 {
                1 => vec![(site, numbers.4 % half, end)],
                2 => vec![(site, 0, half), (site, half + 1, end)],
                3 => vec![(site, 0, half), ((site + 1) % self.sites, half, end)],
                4 => vec![(site, 0, end - numbers.4 % half)],
                _ => vec![(site, 0, end)],
            };
            let mut shifts = Vec::new();
            for (site, from, until) in stretches {
                let (from, until) = (from.min(end), until.min(end));
                if self.minute(from) >= self.minute(until) {
                    continue;
                }
                let mut shift = Map::new();
                shift.insert("site".into(), json!(format!("site-{site}")));
                shift.insert("from".into(), json!(self.clock(from)));
                shift.insert("until".into(), json!(self.clock(until)));
                if numbers.2.is_multiple_of(2) && until - from >= 3 {
                    let steps = 1 + numbers.5 % 2;
                    let earliest = from + numbers.4 % (until - from - steps);
                    let latest = (earliest + steps + numbers.5 % 4).min(until);
                    shift.insert(
                        "break".into(),
                        json!({
                            "minutes": steps * self.grid,
                            "from": self.clock(earliest),
                            "until": self.clock(latest),
                        }),
                    );
                }
                shifts.push(Value::Object(shift));
                presences.push(Presence { clerk, site, from, until });
            }
            let absent = if numbers.5.is_multiple_of(7) {
                vec![self.date(self.days - 1)]
            } else {
                Vec::new()
            };
            staff.push(json!({
                "id": format!("clerk-{clerk}"),
                "skills": some_of(&SKILLS, numbers.3),
                "shifts": shifts,
                "absent_on": absent,
            }));
        }
        (staff, presences)
    }

    fn quotas(&self, quotas: &[Numbers]) -> Vec<Value> {
        quotas
            .iter()
            .enumerate()
            .map(|(index, quota)| {
                let (from, until) = self.window(quota.1, quota.2);
                let mut out = Map::new();
                let least = SHARES[quota.3 as usize % 8];
                out.insert("id".into(), json!(format!("quota-{index}")));
                out.insert("site".into(), json!(format!("site-{}", quota.0 as usize % self.sites)));
                out.insert("from".into(), json!(self.clock(from)));
                out.insert("until".into(), json!(self.clock(until)));
                out.insert("min_share".into(), json!(least));
                if quota.4.is_multiple_of(4) {
                    let most = SHARES[quota.4 as usize / 4 % 8];
                    out.insert("max_share".into(), json!(f64::max(least, most)));
                }
                out.insert("block_minutes".into(), json!((1 + quota.4 % 3) * self.grid));
                out.insert(
                    "skills".into(),
                    json!(some_of(&SKILLS, [0, 1, 2, 0, 4, 0][quota.5 as usize % 6])),
                );
                if quota.5.is_multiple_of(4) {
                    out.insert("days".into(), json!([WEEKDAYS[quota.0 as usize % self.days]]));
                }
                Value::Object(out)
            })
            .collect()
    }

    fn demand(&self, demands: &[Numbers], services: usize) -> Vec<Value> {
        demands
            .iter()
            .enumerate()
            .map(|(index, demand)| {
                let (from, until) = self.window(demand.1, demand.2);
                let sites: Vec<_> = (0..self.sites)
                    .filter(|site| {
                        demand.4 >> site & 1 == 0 || *site == demand.5 as usize % self.sites
                    })
                    .map(|site| format!("site-{site}"))
                    .collect();
                let mut out = Map::new();
                out.insert("id".into(), json!(format!("demand-{index}")));
                out.insert(
                    "service".into(),
                    json!(format!("service-{}", demand.0 as usize % services)),
                );
                out.insert("sites".into(), json!(sites));
                out.insert("from".into(), json!(self.clock(from)));
                out.insert("until".into(), json!(self.clock(until)));
                out.insert("mean".into(), json!(MEANS[demand.3 as usize % 8]));
                if demand.5.is_multiple_of(3) {
                    out.insert("pool".into(), json!("horizon"));
                }
                if demand.5.is_multiple_of(5) {
                    out.insert("days".into(), json!([WEEKDAYS[demand.4 as usize % self.days]]));
                }
                Value::Object(out)
            })
            .collect()
    }

    /// A window of the day of at least a step.
    fn window(&self, from: u32, length: u32) -> (u32, u32) {
        let from = from % self.day_steps;
        // Half of the windows reach to the end of the day, most of these from its start.
        if length.is_multiple_of(2) {
            return (if length.is_multiple_of(4) { 0 } else { from }, self.day_steps);
        }
        (from, (from + 1 + length % self.day_steps).min(self.day_steps))
    }

    /// Promises that some clerk could keep, were he free.
    fn appointments(
        &self,
        promises: &[Numbers],
        (rooms, services, clerks): (&[Numbers], &[Numbers], &[Numbers]),
        presences: &[Presence],
    ) -> Vec<Value> {
        let zone = Zone::new("Europe/Berlin").unwrap();
        let mut out = Vec::new();
        for (index, promise) in promises.iter().enumerate() {
            if presences.is_empty() {
                break;
            }
            let presence = &presences[promise.0 as usize % presences.len()];
            let skills = clerks[presence.clerk].3 % 8;
            let fits = |s: usize, room: u32| (services[s].3 % 4) & !(room % 4) == 0;
            let here = rooms.iter().skip(presence.site).step_by(self.sites);
            let able: Vec<_> = (0..services.len())
                .filter(|&s| (services[s].2 % 4) & !skills == 0)
                .filter(|&s| here.clone().any(|room| fits(s, room.0)))
                .collect();
            if able.is_empty() {
                continue;
            }
            let service = able[promise.1 as usize % able.len()];
            // Clerks are absent on the last date, if at all.
            let absent = clerks[presence.clerk].5.is_multiple_of(7);
            let days = if absent { self.days - 1 } else { self.days };
            let steps = 1 + services[service].0 % 3;
            let latest = presence.until.saturating_sub(steps);
            if days == 0 || latest < presence.from {
                continue;
            }
            let date = self.date(promise.3 as usize % days).parse().unwrap();
            let step = presence.from + promise.2 % (latest - presence.from + 1);
            let Ok(start) = zone.instant(date, self.minute(step)) else {
                continue;
            };
            let mut promised = Map::new();
            promised.insert("id".into(), json!(format!("promise-{index}")));
            promised.insert("service".into(), json!(format!("service-{service}")));
            promised.insert("site".into(), json!(format!("site-{}", presence.site)));
            promised.insert("start".into(), json!(start.to_rfc3339()));
            promised
                .insert("persons".into(), json!(if promise.4.is_multiple_of(4) { 2 } else { 1 }));
            if promise.5.is_multiple_of(3) {
                promised.insert("staff".into(), json!(format!("clerk-{}", presence.clerk)));
            }
            out.push(Value::Object(promised));
        }
        out
    }
}

fn some_of(names: &[&'static str], mask: u32) -> Vec<&'static str> {
    names
        .iter()
        .enumerate()
        .filter(|(bit, _)| mask >> bit & 1 == 1)
        .map(|(_, name)| *name)
        .collect()
}
