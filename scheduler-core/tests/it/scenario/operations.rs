//! How an office runs day by day: what is read, what is refused, what holds where nothing is said.

use scheduler_core::problem::Problem;
use scheduler_core::scenario::{BreakRule, CallPolicy, Scenario, Shape};
use serde_json::{Value, json};

const OFFICE: &str = include_str!("../data/office.json");

fn file(operations: Value) -> Value {
    let mut scenario: Value = serde_json::from_str(OFFICE).unwrap();
    scenario["operations"] = operations;
    scenario
}

fn read(operations: Value) -> Scenario {
    let file = file(operations).to_string();
    Scenario::from_json(file.as_bytes()).unwrap_or_else(|found| panic!("{found}"))
}

fn problem(operations: Value) -> Problem {
    Problem::new(&read(operations)).unwrap()
}

/// Every field once.
fn everything() -> Value {
    json!({
        "walk_ins": [{
            "id": "mornings", "site": "centre", "days": ["mon", "thu"], "from": "08:07",
            "until": "12:00", "per_hour": 6.5,
            "mix": [{ "service": "card", "share": 3.0 }, { "service": "advice", "share": 1.0 }]
        }],
        "requests": {
            "factor": 1.5, "by_weekday": [1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 0.0],
            "by_hour": (0..24).map(f64::from).collect::<Vec<_>>(), "horizon_days": 28,
            "first_free_share": 0.25, "ahead_days": 5.5, "ahead_cv": 0.75, "choosy_share": 0.5,
            "persons": [4.0, 1.0], "channel": "web"
        },
        "cancellation_share": 0.125,
        "no_show": { "probability": 0.1, "per_week_of_lead": 0.02 },
        "lateness": { "mean_minutes": -3.0, "sd_minutes": 5.0, "most_early_minutes": 20.0 },
        "service_times": [
            { "service": "card", "distribution": "gamma", "mean_minutes": 13.5, "cv": 0.4 },
            { "service": "advice", "distribution": "empirical", "minutes": vec![20.0; 40] }
        ],
        "patience": { "mean_minutes": 45.0, "distribution": "lognormal", "cv": 0.5 },
        "tickets": [
            { "site": "centre", "days": ["mon"], "most_a_day": 40 },
            { "site": "centre", "stop_minutes_before_closing": 30, "most_waiting": 12 }
        ],
        "sick_share": 0.05,
        "online": [{ "service": "advice", "share": 0.25 }],
        "costs": { "per_clerk_hour": 48.5, "sites": [{ "site": "north", "per_day": 120.0 }] },
        "call_policy": "by_appointment_time",
        "grace_minutes": 10.0,
        "waitlist": { "accepted_share": 0.6, "without_offer_share": 0.5, "earlier_share": 0.25,
                      "earlier_days": 5, "days": 21, "reply_minutes": 90.0 },
        "break_rule": "ignore"
    })
}

#[test]
fn what_is_written_is_read_again() {
    let scenario = read(everything());
    let written = serde_json::to_value(&scenario).unwrap();
    assert_eq!(written["operations"], everything());
    assert_eq!(Scenario::from_json(written.to_string().as_bytes()).unwrap(), scenario);
}

#[test]
fn a_problem_has_what_the_scenario_says() {
    let operations = problem(everything()).operations;
    let walk_ins = &operations.walk_ins[0];
    assert_eq!((walk_ins.site, walk_ins.from, walk_ins.until), (0, 487, 720));
    assert_eq!((&walk_ins.days[..], &walk_ins.mix[..]), (&[0, 3][..], &[(0, 0.75), (1, 0.25)][..]));
    assert_eq!(operations.requests.by_weekday, [0.2, 0.2, 0.2, 0.2, 0.2, 0.0, 0.0]);
    assert_eq!(operations.requests.persons, [0.8, 0.2]);
    assert_eq!(operations.service_times[0].shape, Shape::Gamma);
    assert_eq!(operations.service_times[1].mean_minutes, 20.0);
    assert_eq!(operations.online, [0.0, 0.25]);
    assert_eq!(operations.per_site_day, [0.0, 120.0]);
    assert_eq!(operations.call_policy, CallPolicy::ByAppointmentTime);
    assert_eq!(operations.break_rule, BreakRule::Ignore);
}

#[test]
fn of_several_ticket_rules_for_a_day_the_first_holds() {
    let problem = problem(everything());
    let (monday, tuesday) = (problem.site_day(0, 0), problem.site_day(0, 1));
    let tickets = &problem.operations.tickets;
    assert_eq!((tickets[monday].most, tickets[monday].stop_minutes), (Some(40), 0));
    assert_eq!((tickets[tuesday].most, tickets[tuesday].stop_minutes), (None, 30));
    assert_eq!(tickets[tuesday].most_waiting, Some(12));
    assert_eq!(tickets[problem.site_day(1, 1)].most, None);
}

/// Walk-ins of a quota fill nine tenths of the least that its blocks must cover.
#[test]
fn a_plain_scenario_has_walk_ins_for_its_quotas() {
    let scenario = Scenario::from_json(OFFICE.as_bytes()).unwrap();
    let problem = Problem::new(&scenario).unwrap();
    assert!(!problem.quotas.is_empty());
    assert_eq!(problem.operations.walk_ins.len(), problem.quotas.len());
    for (walk_ins, quota) in problem.operations.walk_ins.iter().zip(&problem.quotas) {
        let mean: f64 = walk_ins
            .mix
            .iter()
            .map(|&(service, share)| share * f64::from(problem.services[service].minutes))
            .sum();
        let site_day = &problem.site_days[quota.site_day];
        let open = site_day.open.iter().map(|open| open.intersection(quota.window).steps());
        let hours = f64::from(u32::from(open.sum::<u16>()) * problem.grid.minutes()) / 60.0;
        let busy = walk_ins.per_hour * hours * mean;
        let blocks = f64::from(quota.min_steps * problem.grid.minutes());
        assert!((busy - 0.9 * blocks).abs() < 1e-9, "{busy} minutes in {blocks}");
    }
    let nobody = self::problem(json!({ "walk_ins": [] }));
    assert!(nobody.operations.walk_ins.is_empty());
}

#[test]
fn every_mistake_is_found_at_its_place() {
    let operations = json!({
        "walk_ins": [
            { "id": "a", "site": "centre", "from": "12:00", "until": "08:00", "per_hour": -1.0 },
            { "id": "a", "site": "nowhere", "days": [], "from": "08:00", "until": "12:00",
              "per_hour": 1.0, "mix": [{ "service": "card", "share": 0.0 }] }
        ],
        "requests": { "by_weekday": [1.0], "by_hour": vec![0.0; 24], "persons": [-1.0],
                      "first_free_share": 1.5, "horizon_days": 400 },
        "cancellation_share": 2.0,
        "no_show": { "probability": -0.1 },
        "lateness": { "mean_minutes": 500.0, "sd_minutes": 1.0, "most_early_minutes": 1.0 },
        "service_times": [
            { "service": "card", "distribution": "empirical" },
            { "service": "card", "mean_minutes": 0.0 },
            { "service": "advice", "minutes": [5.0] }
        ],
        "patience": { "mean_minutes": 10.0, "distribution": "empirical" },
        "tickets": [{ "site": "centre", "stop_minutes_before_closing": 2000 }],
        "online": [{ "service": "crad", "share": 0.5 }],
        "costs": { "sites": [{ "site": "north", "per_day": 1.0 }, { "site": "north", "per_day": 2.0 }] },
        "waitlist": { "accepted_share": 1.2, "earlier_days": 0, "days": 500, "reply_minutes": 0.0 },
        "grace_minutes": 5.0
    });
    let findings = Problem::new(&read(operations)).unwrap_err();
    let found: Vec<(&str, &str)> =
        findings.iter().map(|finding| (finding.pointer.as_str(), finding.code)).collect();
    for expected in [
        ("/operations/walk_ins/0/until", "time.reversed"),
        ("/operations/walk_ins/0/per_hour", "field.range"),
        ("/operations/walk_ins/1/id", "id.duplicate"),
        ("/operations/walk_ins/1/site", "reference.unknown"),
        ("/operations/walk_ins/1/days", "list.empty"),
        ("/operations/walk_ins/1/mix", "field.range"),
        ("/operations/requests/by_weekday", "field.range"),
        ("/operations/requests/by_hour", "field.range"),
        ("/operations/requests/persons/0", "field.range"),
        ("/operations/requests/first_free_share", "field.range"),
        ("/operations/requests/horizon_days", "field.range"),
        ("/operations/cancellation_share", "field.range"),
        ("/operations/no_show/probability", "field.range"),
        ("/operations/lateness/mean_minutes", "field.range"),
        ("/operations/service_times/0/minutes", "list.empty"),
        ("/operations/service_times/1/service", "operations.twice"),
        ("/operations/service_times/1/mean_minutes", "field.range"),
        ("/operations/service_times/2/minutes", "operations.unused"),
        ("/operations/patience/distribution", "field.word"),
        ("/operations/tickets/0/stop_minutes_before_closing", "field.range"),
        ("/operations/online/0/service", "reference.unknown"),
        ("/operations/costs/sites/1/site", "operations.twice"),
        ("/operations/grace_minutes", "operations.unused"),
        ("/operations/waitlist/accepted_share", "field.range"),
        ("/operations/waitlist/earlier_days", "field.range"),
        ("/operations/waitlist/days", "field.range"),
        ("/operations/waitlist/reply_minutes", "field.range"),
    ] {
        assert!(found.contains(&expected), "{expected:?} is not in {findings}");
    }
    assert_eq!(found.len(), 27, "{findings}");
}

#[test]
fn words_and_fields_that_do_not_exist_are_refused_by_name() {
    let operations = json!({
        "call_policy": "loudest_first", "break_rule": 7, "walkins": [],
        "service_times": [{ "service": "card", "distribution": "weibull" }]
    });
    let findings = Scenario::from_json(file(operations).to_string().as_bytes()).unwrap_err();
    let text = findings.to_string();
    for part in [
        "error[field.word] /operations/call_policy",
        "error[field.type] /operations/break_rule",
        "error[field.unknown] /operations/walkins: there is no field \"walkins\"; did you mean \"walk_ins\"?",
        "error[field.word] /operations/service_times/0/distribution",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
}

#[test]
fn few_observations_are_doubtful_and_are_used_all_the_same() {
    let few = json!({ "service": "advice", "distribution": "empirical", "minutes": [10.0, 20.0] });
    let problem = problem(json!({ "service_times": [few] }));
    let found: Vec<&str> = problem.warnings.iter().map(|warning| warning.code).collect();
    assert_eq!(found, ["operations.few"]);
}
