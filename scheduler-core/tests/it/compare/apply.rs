//! What edits do to a scenario.

use chrono::Datelike;
use proptest::prelude::*;
use scheduler_core::compare::{apply, expected, settled};
use scheduler_core::problem::Problem;
use scheduler_core::scenario::{Scenario, Variant};
use serde_json::{Value, json};

use super::{VARIANT, office, variant};

fn applied(edits: &Value) -> Scenario {
    apply(&office(), &variant(edits)).unwrap().scenario
}

/// Expected requests, and expected walk-ins an hour summed over dates, of the whole horizon.
fn people(scenario: &Scenario) -> (f64, f64) {
    let problem = Problem::new(scenario).unwrap();
    let requests = problem.pools.iter().map(|pool| pool.mean).sum();
    let walk_ins = problem.operations.walk_ins.iter();
    let hours = |from: u32, until: u32| f64::from(until - from) / 60.0;
    let arrivals = walk_ins
        .map(|entry| entry.per_hour * hours(entry.from, entry.until) * entry.days.len() as f64);
    (requests, arrivals.sum())
}

fn close(found: f64, wanted: f64) -> bool {
    (found - wanted).abs() <= 1e-9 * wanted.abs().max(1.0)
}

#[test]
fn without_edits_it_is_the_settled_scenario() {
    let office = office();
    let settled = settled(&office, &Problem::new(&office).unwrap());
    assert_eq!(applied(&json!([])), settled);
}

#[test]
fn settling_writes_down_the_same_walk_ins_and_changes_nothing_twice() {
    let office = office();
    let problem = Problem::new(&office).unwrap();
    let once = settled(&office, &problem);
    let again = Problem::new(&once).unwrap();
    assert_eq!(again.operations, problem.operations);
    assert!(!problem.operations.walk_ins.is_empty());
    assert_eq!(settled(&once, &again), once);
}

#[test]
fn settling_takes_the_mean_of_dates_of_the_same_weekday() {
    let mut office = office();
    office.horizon.until = office.horizon.from + chrono::Days::new(13);
    // On the first Monday nobody works, so that day's quota asks for nobody.
    office.appointments.clear();
    for clerk in &mut office.staff {
        clerk.absent_on.push(office.horizon.from);
    }
    let problem = Problem::new(&office).unwrap();
    let per_hour: Vec<f64> = problem.operations.walk_ins.iter().map(|e| e.per_hour).collect();
    let [0.0, once] = per_hour[..] else { panic!("{per_hour:?}") };
    let settled = Problem::new(&settled(&office, &problem)).unwrap();
    let [entry] = &settled.operations.walk_ins[..] else { panic!() };
    assert!(close(entry.per_hour, once / 2.0));
    assert_eq!(entry.days.len(), 2);
    assert!(entry.days.iter().all(|&day| settled.dates[day].weekday() == chrono::Weekday::Mon));
}

#[test]
fn clerks_are_added_after_a_model_with_ids_of_their_own() {
    let scenario = applied(&json!([
        { "edit": "add_clerks", "count": 2, "like": "ada" },
        { "edit": "add_clerks", "count": 1, "like": "ada" },
        { "edit": "add_clerks", "count": 0, "like": "ada" },
    ]));
    let ids: Vec<&str> = scenario.staff.iter().map(|clerk| clerk.id.as_str()).collect();
    assert_eq!(ids, ["ada", "bob", "ada-new-1", "ada-new-2", "ada-new-3"]);
    let (ada, new) = (&scenario.staff[0], &scenario.staff[3]);
    assert_eq!((&ada.skills, &ada.shifts), (&new.skills, &new.shifts));
    assert_eq!(ada.absent_on, new.absent_on);
    // They come although the walk-in quota, a share of the desk time, now asks for more.
    assert_eq!(people(&scenario), people(&office()));
}

#[test]
fn what_was_promised_with_somebody_who_goes_is_kept_by_others() {
    let scenario = applied(&json!([
        { "edit": "add_clerks", "count": 1, "like": "ada" },
        { "edit": "remove_clerks", "clerks": ["ada"] },
        { "edit": "add_rooms", "count": 1, "site": "centre", "equipment": ["scanner"] },
        { "edit": "remove_rooms", "rooms": ["c1"] },
    ]));
    assert_eq!(scenario.appointments.len(), 2);
    assert_eq!((&scenario.appointments[0].staff, &scenario.appointments[0].room), (&None, &None));
    let rooms: Vec<&str> = scenario.rooms.iter().map(|room| room.id.as_str()).collect();
    assert_eq!(rooms, ["c2", "n1", "centre-room-new-1"]);
}

#[test]
fn a_promise_that_nobody_can_keep_any_more_is_said() {
    let gone = variant(&json!([{ "edit": "remove_clerks", "clerks": ["ada"] }]));
    let warnings = apply(&office(), &gone).unwrap().warnings;
    assert!(
        warnings.iter().any(|warning| {
            (warning.finding.code, &*warning.finding.pointer) == ("promise.no_clerk", "/edits")
        }),
        "{warnings:?}"
    );
}

#[test]
fn a_new_site_suits_a_share_of_the_people() {
    let scenario = applied(&json!([{
        "edit": "add_site", "id": "library", "rooms": 2, "equipment": ["scanner"],
        "open": [{ "days": ["mon"], "from": "10:00", "until": "14:00" }],
        "suits": [{ "share": 0.4, "sites": ["north"] }, { "share": 0.1 }], "cost_per_day": 90,
    }]));
    let demand: Vec<(&str, f64, usize)> =
        scenario.demand.iter().map(|d| (d.id.as_str(), d.mean, d.sites.len())).collect();
    assert_eq!(demand[..2], [("cards", 5.5 * 0.6, 2), ("talks", 4.0 * 0.9, 1)]);
    assert_eq!((demand[2].0, demand[2].2), ("cards+library", 3));
    assert_eq!((demand[3].0, demand[3].2), ("talks+library", 2));
    // Only dates on which the site is open have its pools, and nobody is lost.
    assert!(close(people(&scenario).0, people(&office()).0));
    let rooms: Vec<&str> = scenario.rooms.iter().map(|room| room.id.as_str()).collect();
    assert_eq!(rooms[3..], ["library-room-1", "library-room-2"]);
    let costs = scenario.operations.unwrap().costs.unwrap();
    assert_eq!((costs.sites[0].site.as_str(), costs.sites[0].per_day), ("library", 90.0));
}

#[test]
fn as_many_people_come_whatever_share_asks_for_appointments() {
    let (requests, walk_ins) = people(&office());
    for share in [0.0, 0.3, 0.9, 1.0] {
        let edit = json!([{ "edit": "set_share_by_appointment", "share": share }]);
        let scenario = applied(&edit);
        let (asking, walking) = people(&scenario);
        assert!(close(asking + walking, requests + walk_ins), "{share}: {asking} and {walking}");
        assert!(close(asking, share * (requests + walk_ins)), "{share}: {asking}");
        let quota = scenario.walk_in_quotas[0].min_share;
        assert!(close(quota, (0.3 * walking / walk_ins).min(1.0)), "{share}: quota {quota}");
    }
}

#[test]
fn quotas_scale_and_are_set_without_changing_who_comes() {
    let scaled = applied(&json!([{ "edit": "scale_quota", "factor": 2 }]));
    let quota = &scaled.walk_in_quotas[0];
    assert_eq!((quota.min_share, quota.max_share), (0.6, Some(1.0)));
    assert_eq!(people(&scaled), people(&office()));
    let set = applied(&json!([{ "edit": "set_quota", "min_share": 0.1, "sites": ["centre"] }]));
    assert_eq!((set.walk_in_quotas[0].min_share, set.walk_in_quotas[0].max_share), (0.1, None));
    assert_eq!(people(&set), people(&office()));
}

#[test]
fn slots_and_durations_change_apart_from_each_other() {
    let problem = |edits: &Value| Problem::new(&applied(edits)).unwrap();
    let longer = problem(&json!([
        { "edit": "set_slot_minutes", "services": ["card"], "minutes": 25 },
    ]));
    assert_eq!(longer.services[0].minutes, 25);
    assert_eq!(longer.operations.service_times[0].mean_minutes, 15.0);
    let slower = problem(&json!([
        { "edit": "scale_duration", "factor": 1.2 },
        { "edit": "scale_duration", "factor": 2, "services": ["advice"] },
    ]));
    assert_eq!(slower.services[0].minutes, 15);
    let means: Vec<f64> =
        slower.operations.service_times.iter().map(|time| time.mean_minutes).collect();
    assert_eq!(means, [18.0, 72.0]);
}

#[test]
fn plans_are_made_for_those_who_ask_and_not_for_those_online() {
    let online = applied(&json!([
        { "edit": "divert_online", "share": 0.25, "services": ["card"] },
        { "edit": "divert_online", "share": 0.5, "services": ["card"] },
    ]));
    let problem = Problem::new(&online).unwrap();
    let planned = expected(&problem);
    for (pool, planned) in problem.pools.iter().zip(&planned.pools) {
        let share = if problem.services[pool.service].id == "card" { 0.5 } else { 1.0 };
        assert!(close(planned.mean, share * pool.mean));
    }
}

#[test]
fn all_other_edits_are_in_the_scenario() {
    let variant = Variant::from_json(VARIANT.as_bytes()).unwrap();
    let scenario = apply(&office(), &variant).unwrap().scenario;
    let operations = scenario.operations.unwrap();
    assert_eq!(operations.tickets.len(), 3);
    assert_eq!(operations.tickets[0].most_a_day, Some(40));
    assert_eq!(operations.sick_share, Some(0.05));
    assert_eq!(
        operations.no_show.map(|n| (n.probability, n.per_week_of_lead)),
        Some((0.1, Some(0.02)))
    );
    assert_eq!(scenario.sites[1].open.len(), 1);
    assert!(scenario.staff.iter().all(|clerk| clerk.id != "bob"));
    assert_eq!(scenario.staff[1].skills, ["documents", "advice"]);
    assert_eq!(scenario.staff[2].shifts[0].site, "centre");
    let talks = scenario.demand.iter().find(|d| d.id == "talks").unwrap();
    assert!(talks.mean > 4.0);
}

proptest! {
    #[test]
    fn scaling_there_and_back_changes_nothing(factor in 0.1_f64..10.0) {
        let back = 1.0 / factor;
        let scenario = applied(&json!([
            { "edit": "scale_requests", "factor": factor },
            { "edit": "scale_walk_ins", "factor": factor },
            { "edit": "scale_walk_ins", "factor": back },
            { "edit": "scale_requests", "factor": back },
        ]));
        let (before, after) = (people(&office()), people(&scenario));
        prop_assert!(close(before.0, after.0) && close(before.1, after.1));
    }
}

#[test]
fn breaks_counters_and_absences_are_set() {
    let scenario = applied(&json!([
        { "edit": "set_breaks", "clerks": ["ada"],
          "breaks": [{ "minutes": 15, "from": "09:00", "until": "10:00" }] },
        { "edit": "set_own_room", "clerks": ["ada"], "room": "c2" },
        { "edit": "set_absent", "clerks": ["ada", "bob"], "dates": ["2027-03-24", "2027-03-25"] },
    ]));
    let [ada, bob] = &scenario.staff[..] else { panic!() };
    for shift in &ada.shifts {
        assert_eq!((shift.pause, shift.breaks.len(), shift.breaks[0].minutes), (None, 1, 15));
    }
    assert!(bob.shifts.iter().all(|shift| shift.breaks.is_empty()));
    assert_eq!((ada.room.as_deref(), bob.room.as_deref()), (Some("c2"), None));
    // One of the dates is among ada's absences already.
    assert_eq!((ada.absent_on.len(), bob.absent_on.len()), (2, 2));

    let gone = applied(&json!([
        { "edit": "set_own_room", "clerks": ["bob"], "room": "n1" },
        { "edit": "add_rooms", "count": 1, "site": "north", "equipment": ["scanner"] },
        { "edit": "remove_rooms", "rooms": ["n1"] },
    ]));
    assert_eq!(gone.staff[1].room, None, "the counter is gone");
}

#[test]
fn what_is_asked_for_and_its_prices_are_set() {
    let scenario = applied(&json!([
        { "edit": "set_counters", "counters": 2 },
        { "edit": "set_stretch", "minutes": 30, "sites": ["centre"] },
        { "edit": "set_weights", "move": 20 },
        { "edit": "set_cover", "cover": [{ "id": "one", "site": "centre", "days": ["mon"],
            "from": "08:00", "until": "12:00", "least": 1, "skills": [] }] },
    ]));
    let quota = &scenario.walk_in_quotas[0];
    assert_eq!((quota.counters, quota.stretch_minutes), (2, 30));
    let before = office().weights;
    assert_eq!((scenario.weights.move_, scenario.weights.seat), (20.0, before.seat));
    assert_eq!(scenario.cover.len(), 1);
    let problem = Problem::new(&scenario).unwrap();
    let shown = problem.cover.iter().map(|cover| (cover.site_day, cover.least));
    assert_eq!(shown.collect::<Vec<_>>(), [(0, 1)]);
}

#[test]
fn a_number_takes_the_place_of_the_only_price_that_an_edit_names() {
    let edit = |edit: Value| variant(&json!([edit])).edits[0].clone();
    let swept = edit(json!({ "edit": "set_weights", "move": 1 })).with(7.5);
    assert_eq!(swept, Some(edit(json!({ "edit": "set_weights", "move": 7.5 }))));
    let two = edit(json!({ "edit": "set_weights", "move": 1, "seat": 1 }));
    assert_eq!(two.with(7.5), None);
    let counters = edit(json!({ "edit": "set_counters", "counters": 1 })).with(3.0);
    assert_eq!(counters, Some(edit(json!({ "edit": "set_counters", "counters": 3 }))));
}
