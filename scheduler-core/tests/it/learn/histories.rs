//! Intervals of 90 % hold in nine of ten histories.

use std::collections::BTreeMap;

use scheduler_core::learn::synthetic::{Truth, history, no_show_levels};
use scheduler_core::learn::{DAY, LearnOptions, Learned, Learner, weekday};

fn learn(truth: &Truth, seed: u64) -> Learned {
    let mut learner = Learner::new(truth.sites.len(), &truth.planned());
    history(truth, seed, |visit| learner.add(&visit));
    learner.finish(&LearnOptions::default())
}

/// How often intervals of a kind of parameter held, of how many.
type Held = BTreeMap<&'static str, (u32, u32)>;

fn note(held: &mut Held, kind: &'static str, holds: bool) {
    let count = held.entry(kind).or_default();
    *count = (count.0 + u32::from(holds), count.1 + 1);
}

/// Shares of no-shows at the end of the history, overall and by bucket of lead, where each is the
/// mean over the appointments that fell into it.
fn true_no_shows(truth: &Truth, seed: u64) -> BTreeMap<Option<usize>, f64> {
    let end = no_show_levels(truth, seed).last().map_or(0.0, |level| level.0);
    let mut sums: BTreeMap<Option<usize>, (f64, f64)> = BTreeMap::new();
    history(truth, seed, |visit| {
        let (Some(booked), Some(at)) = (visit.booked_at, visit.appointment_at) else { return };
        if visit.outcome == scheduler_core::learn::Outcome::Cancelled {
            return;
        }
        let lead = at.div_euclid(DAY) - booked.div_euclid(DAY);
        let plain = truth.no_show.0 + truth.no_show.1 * lead as f64 / 7.0;
        let p = 1.0 / (1.0 + (1.0 - plain) / plain * (-end).exp());
        let bucket = scheduler_core::learn::LEAD_BUCKETS.iter().rposition(|&first| first <= lead);
        for key in [None, bucket] {
            let sum = sums.entry(key).or_default();
            *sum = (sum.0 + p, sum.1 + 1.0);
        }
    });
    sums.into_iter().map(|(key, (p, all))| (key, p / all)).collect()
}

fn judge(truth: &Truth, learned: &Learned, seed: u64, held: &mut Held) {
    for (site, found) in truth.sites.iter().zip(&learned.walk_ins) {
        note(held, "day_cv", found.day_cv.holds(site.day_cv));
        for of_day in &found.weekdays {
            let rates = &site.walk_ins[of_day.weekday];
            let all: f64 = rates.iter().sum::<f64>() / 2.0;
            note(held, "walk-ins a day", of_day.per_day.holds(all));
            for rate in &of_day.half_hours {
                note(held, "walk-ins an hour", rate.per_hour.holds(rates[rate.half_hour]));
            }
        }
    }
    let total: f64 = truth.services.iter().map(|service| service.share).sum();
    for wanted in &learned.bookings.wanted {
        let share = truth.services[wanted.service].share / total;
        let mean = truth.sites[wanted.site].appointments[wanted.weekday] * share;
        note(held, "requests a day", wanted.per_day.holds(mean));
    }
    for (service, found) in truth.services.iter().zip(&learned.durations) {
        for of in &found.persons {
            let mean = service.mean + service.extra * f64::from(of.persons - 1);
            note(held, "mean length", of.mean.holds(mean));
            note(held, "cv of length", of.cv.holds(service.cv));
        }
    }
    if let Some(lateness) = learned.lateness {
        note(held, "mean lateness", lateness.mean.holds(truth.lateness.0));
        note(held, "sd of lateness", lateness.sd.holds(truth.lateness.1));
    }
    if let Some(cancelled) = &learned.bookings.cancelled {
        note(held, "cancelled", cancelled.share.holds(truth.cancelled));
    }
    if let (Some(mean), Some(patience)) = (learned.patience.mean, truth.patience) {
        note(held, "patience", mean.holds(patience));
    }
    if let Some(no_shows) = &learned.no_shows {
        let shares = true_no_shows(truth, seed);
        note(held, "no-shows", no_shows.share.holds(shares[&None]));
        for lead in &no_shows.by_lead {
            note(held, "no-shows by lead", lead.share.holds(shares[&Some(lead.bucket)]));
        }
    }
}

fn tried(count: u64) -> (Held, [f64; 4]) {
    let mut held = Held::new();
    let mut trial = [0.0; 4];
    for seed in 0..count {
        // Truths differ, so that none is the one that suits.
        let mut truth = Truth::default();
        truth.sites[0].day_cv = 0.1 + 0.05 * (seed % 5) as f64;
        truth.no_show.1 = 0.01 * (seed % 4) as f64;
        truth.no_show_noise = (0.1 + 0.1 * (seed % 3) as f64, 0.005 * (1 + seed % 3) as f64);
        truth.services[1].cv = 0.35 + 0.1 * (seed % 4) as f64;
        truth.days = 120 + 40 * (seed % 5) as i64;
        let learned = learn(&truth, seed);
        judge(&truth, &learned, seed, &mut held);
        if let Some(found) = learned.no_shows.and_then(|no_shows| no_shows.trial) {
            trial[0] += found.held / count as f64;
            trial[1] += found.calibration / count as f64;
            trial[2] += f64::from(u8::from(found.brier < found.brier_constant)) / count as f64;
            trial[3] = trial[3].max(found.calibration);
        }
    }
    for (kind, (holds, all)) in &held {
        println!("{kind:18} {:5.1} % of {all}", 100.0 * f64::from(*holds) / f64::from(*all));
    }
    println!(
        "one day ahead {:.3}, calibration {:.4} (most {:.4}), better {:.2}",
        trial[0], trial[1], trial[3], trial[2]
    );
    (held, trial)
}

#[test]
fn intervals_hold() {
    let (held, trial) = tried(24);
    let all = held.values().fold((0, 0), |sum, of| (sum.0 + of.0, sum.1 + of.1));
    let share = f64::from(all.0) / f64::from(all.1);
    assert!((0.87..0.94).contains(&share), "{share} of all intervals held");
    for (kind, (holds, all)) in held {
        let share = f64::from(holds) / f64::from(all);
        // A few histories: four standard errors below what 500 must show.
        assert!(share > 0.66, "{kind}: {share} of the intervals held");
    }
    assert!((0.80..0.97).contains(&trial[0]), "forecasts held on {} of the days", trial[0]);
    assert!(trial[1] < 0.02, "calibration {}", trial[1]);
}

#[test]
#[ignore = "takes half a minute in release mode"]
fn intervals_hold_in_500_histories() {
    let (held, trial) = tried(500);
    for (kind, (holds, all)) in held {
        let share = f64::from(holds) / f64::from(all);
        assert!((0.85..0.95).contains(&share), "{kind}: {share} of the intervals held");
    }
    assert!((0.80..0.97).contains(&trial[0]), "forecasts held on {} of the days", trial[0]);
    assert!(trial[1] < 0.02, "calibration {}", trial[1]);
}

#[test]
fn mondays_are_mondays() {
    // 4 January 2027.
    assert_eq!(weekday(20_822), 0);
}
