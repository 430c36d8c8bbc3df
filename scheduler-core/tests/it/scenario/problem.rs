//! What a valid scenario becomes: dates expanded, times as steps, references as indices.

use scheduler_core::problem::{Break, Problem, Weights, tail_probabilities};
use scheduler_core::scenario::Scenario;
use scheduler_core::time::Window;
use serde_json::{Value, json};

const OFFICE: &str = include_str!("../data/office.json");

fn office() -> Value {
    serde_json::from_str(OFFICE).unwrap()
}

fn problem(scenario: &Value) -> Problem {
    let scenario = Scenario::from_json(scenario.to_string().as_bytes());
    Problem::new(&scenario.unwrap_or_else(|findings| panic!("{findings}"))).unwrap()
}

/// The north office alone, open as `open` says, on one date; bob is there all day.
fn one_day(date: &str, open: Value) -> Value {
    let mut scenario = office();
    scenario["horizon"] = json!({ "from": date, "until": date });
    scenario["sites"][1]["open"] = open;
    scenario["staff"][1]["shifts"][0]["from"] = json!("00:00");
    scenario["staff"][1]["shifts"][0]["until"] = json!("24:00");
    for list in ["walk_in_quotas", "demand", "appointments"] {
        scenario[list] = json!([]);
    }
    scenario
}

fn north_quota(from: &str, until: &str) -> Value {
    json!({
        "id": "north", "site": "north", "from": from, "until": until,
        "min_share": 0.07, "max_share": 0.29, "block_minutes": 5, "skills": [],
    })
}

fn window(from: u16, until: u16) -> Window {
    Window::new(from, until)
}

#[test]
fn sites_are_open_by_weekday_but_not_on_closing_dates() {
    let problem = problem(&office());
    let open = |site, day| problem.site_days[problem.site_day(site, day)].open.clone();
    let (morning, afternoon) = (window(96, 144), window(156, 192));
    let week = [vec![morning, afternoon], vec![morning], vec![morning], vec![morning, afternoon]];
    for (day, expected) in week.into_iter().enumerate() {
        assert_eq!(open(0, day), expected);
    }
    for day in 4..7 {
        assert_eq!(open(0, day), []);
    }
    assert_eq!(open(1, 6), [window(108, 144)]);
}

#[test]
fn openings_that_touch_or_overlap_are_one() {
    let open = json!([
        { "from": "10:00", "until": "12:00" },
        { "from": "08:00", "until": "10:00" },
        { "from": "13:00", "until": "15:00" },
        { "from": "14:00", "until": "14:30" },
        { "days": ["tue"], "from": "16:00", "until": "17:00" },
    ]);
    let problem = problem(&one_day("2027-03-22", open));
    assert_eq!(problem.site_days[1].open, [window(96, 144), window(156, 180)]);
}

#[test]
fn prices_are_the_usual_ones_where_the_scenario_sets_none() {
    assert_eq!(problem(&office()).weights, Weights::default());
    let mut priced = office();
    priced["weights"] = json!({ "seat": 0, "move": 7.5 });
    let expected = Weights { seat: 0.0, move_: 7.5, ..Weights::default() };
    assert_eq!(problem(&priced).weights, expected);
}

#[test]
fn shifts_stand_by_site_day_with_their_breaks_and_without_absences() {
    let problem = problem(&office());
    let shifts_of =
        |site, day| &problem.shifts[problem.site_days[problem.site_day(site, day)].shifts.clone()];
    let monday = &shifts_of(0, 0)[0];
    assert_eq!((monday.clerk, monday.source, monday.window), (0, 0, window(96, 192)));
    assert_eq!(monday.breaks, [Break { steps: 6, window: window(132, 168) }]);
    let tuesday = &shifts_of(0, 1)[0];
    assert_eq!((tuesday.source, tuesday.window), (1, window(96, 144)));
    assert_eq!(tuesday.breaks, []);
    assert_eq!(shifts_of(0, 2).len(), 0, "ada is absent on Wednesday");
    assert_eq!(problem.shifts.len(), 3 + 7);
    for shift in 0..problem.shifts.len() {
        let site_day = problem.shifts[shift].site_day;
        assert!(problem.site_days[site_day].shifts.contains(&shift));
    }
}

#[test]
fn a_clerk_may_work_at_two_sites_on_one_day() {
    let mut scenario = office();
    scenario["staff"][1]["shifts"] = json!([
        { "site": "north", "days": ["mon"], "from": "08:00", "until": "12:00" },
        { "site": "centre", "days": ["mon"], "from": "12:00", "until": "16:00" },
        { "site": "north", "days": ["tue"], "from": "11:00", "until": "12:00" },
        { "site": "north", "days": ["tue"], "from": "08:00", "until": "09:30" },
    ]);
    let problem = problem(&scenario);
    let bob: Vec<_> = problem.shifts.iter().filter(|shift| shift.clerk == 1).collect();
    let told: Vec<_> = bob.iter().map(|s| (s.site_day, s.source, s.window)).collect();
    let expected = [
        (0, 1, window(144, 192)),
        (7, 0, window(96, 144)),
        (8, 3, window(96, 114)),
        (8, 2, window(132, 144)),
    ];
    assert_eq!(told, expected);
}

#[test]
fn a_break_is_cut_to_its_shift() {
    let mut scenario = office();
    scenario["staff"][0]["shifts"][0]["break"] =
        json!({ "minutes": 30, "from": "15:00", "until": "18:00" });
    let breaks = &problem(&scenario).shifts[0].breaks;
    assert_eq!(*breaks, [Break { steps: 6, window: window(180, 192) }]);
}

#[test]
fn skills_and_equipment_decide_who_serves_what_where() {
    let problem = problem(&office());
    assert_eq!(problem.clerks[0].services.iter().collect::<Vec<_>>(), [0, 1]);
    assert_eq!(problem.clerks[1].services.iter().collect::<Vec<_>>(), [0]);
    let fitting =
        |service| (0..3).filter(|&room| problem.room_fits(room, service)).collect::<Vec<_>>();
    assert_eq!(fitting(0), [0, 2]);
    assert_eq!(fitting(1), [0, 1, 2]);
    assert_eq!(problem.sites[0].rooms, [0, 1]);
    assert_eq!(problem.sites[1].name, "north", "a site without a name has its id");
}

#[test]
fn a_quota_shares_out_the_desks_of_its_window() {
    let problem = problem(&office());
    let [quota] = &problem.quotas[..] else { panic!("one Monday, one quota") };
    assert_eq!((quota.site_day, quota.window), (0, window(96, 144)));
    assert_eq!(quota.desk_steps, 48, "one clerk, two rooms");
    assert_eq!((quota.min_steps, quota.max_steps), (15, Some(28)), "14.4 up, 28.8 down");
    assert_eq!(quota.block_steps, 7, "32 minutes take seven steps");
    assert_eq!(problem.site_days[0].quotas, [0]);
    assert!(problem.counts_for(0, 0));
}

#[test]
fn desks_are_the_smaller_of_clerks_and_rooms_while_open() {
    let open =
        json!([{ "from": "08:00", "until": "10:00" }, { "from": "11:00", "until": "12:00" }]);
    let mut scenario = one_day("2027-03-22", open);
    scenario["walk_in_quotas"] = json!([north_quota("09:00", "12:00")]);
    let shift = |from, until| json!({ "site": "north", "from": from, "until": until });
    let desks = |rooms: usize, shifts: &[Value]| {
        let mut scenario = scenario.clone();
        for (i, shift) in shifts.iter().enumerate() {
            let clerk = json!({ "id": format!("clerk {i}"), "skills": [], "shifts": [shift] });
            scenario["staff"].as_array_mut().unwrap().push(clerk);
        }
        for i in 1..rooms {
            let room = json!({ "id": format!("room {i}"), "site": "north", "equipment": [] });
            scenario["rooms"].as_array_mut().unwrap().push(room);
        }
        problem(&scenario).quotas[0].desk_steps
    };
    assert_eq!(desks(1, &[]), 24, "bob from 9 to 10 and from 11 to 12");
    let more = [shift("08:00", "09:30"), shift("11:30", "18:00")];
    assert_eq!(desks(1, &more), 24, "one room");
    assert_eq!(desks(2, &more), 24 + 6 + 6);
}

/// 0.07 · 100 is a little more than 7 in binary, 0.29 · 100 a little less than 29.
#[test]
fn shares_are_not_spoilt_by_rounding() {
    let open = json!([{ "from": "08:00", "until": "16:20" }]);
    let mut scenario = one_day("2027-03-22", open);
    scenario["walk_in_quotas"] = json!([north_quota("08:00", "16:20")]);
    let quota = &problem(&scenario).quotas[0];
    assert_eq!((quota.desk_steps, quota.min_steps, quota.max_steps), (100, 7, Some(29)));
}

#[test]
fn demand_pools_by_day_or_over_the_horizon_where_a_site_is_open() {
    let problem = problem(&office());
    let (cards, talks) = (window(108, 144), window(96, 192));
    let expected = [
        (0, 0, vec![(0, cards), (7, cards)]),
        // On Friday the centre is closed for once.
        (0, 0, vec![(11, cards)]),
        (1, 1, vec![(0, talks), (1, talks), (2, talks), (3, talks)]),
    ];
    let pools = problem.pools.iter().map(|p| (p.demand, p.service, p.places.clone()));
    assert_eq!(pools.collect::<Vec<_>>(), expected);
    assert_eq!(problem.demand_ids, ["cards", "talks"]);
}

#[test]
fn promises_last_as_long_as_their_persons_need() {
    let problem = problem(&office());
    let [family, talk] = &problem.promises[..] else { panic!("two promises") };
    assert_eq!((family.site_day, family.window), (0, window(108, 113)), "23 minutes, rounded up");
    assert_eq!((family.clerk, family.room), (Some(0), Some(0)));
    assert_eq!((talk.site_day, talk.window), (1, window(114, 120)), "08:30 UTC is 09:30 there");
    assert_eq!((talk.clerk, talk.room), (None, None));
    assert_eq!(problem.site_days[1].promises, [1]);
}

#[test]
fn days_of_clock_change_are_planned_around_the_change() {
    for date in ["2027-03-28", "2027-10-31"] {
        let mut scenario = one_day(date, json!([{ "from": "00:00", "until": "24:00" }]));
        scenario["staff"][1]["shifts"][0]["break"] =
            json!({ "minutes": 30, "from": "01:30", "until": "04:00" });
        scenario["walk_in_quotas"] = json!([north_quota("01:00", "04:00")]);
        let problem = problem(&scenario);
        assert_eq!(problem.site_days[1].open, [window(0, 24), window(36, 288)]);
        let pause = Break { steps: 6, window: window(36, 48) };
        assert_eq!(problem.shifts[0].breaks, [pause], "the hour after the change is longer");
        assert_eq!(problem.quotas[0].desk_steps, 24, "two hours are on the clock only once");
    }
}

#[test]
fn a_break_next_to_a_clock_change_keeps_the_longer_side() {
    let mut scenario = one_day("2027-03-28", json!([{ "from": "00:00", "until": "24:00" }]));
    for (from, until, expected) in
        [("00:30", "03:30", window(6, 24)), ("01:00", "04:00", window(12, 24))]
    {
        scenario["staff"][1]["shifts"][0]["break"] =
            json!({ "minutes": 30, "from": from, "until": until });
        assert_eq!(problem(&scenario).shifts[0].breaks[0].window, expected);
    }
}

/// Lists may come in any order of fields and be left out where nothing is in them.
#[test]
fn a_scenario_without_demand_quotas_and_promises_is_a_problem() {
    let mut scenario = office();
    for list in ["walk_in_quotas", "demand", "appointments"] {
        scenario.as_object_mut().unwrap().remove(list);
    }
    let problem = problem(&scenario);
    assert!(problem.quotas.is_empty() && problem.pools.is_empty() && problem.promises.is_empty());
}

/// Means that no office has, but that somebody may compute with.
#[test]
fn tails_of_any_demand_fall_from_one_to_nothing() {
    for mean in [0.0, -1.0, f64::NAN, 1e-300, 7.5, 1e3] {
        let tails: Vec<f64> = tail_probabilities(mean).take(2_000).collect();
        assert!(tails.is_sorted_by(|a, b| a >= b), "{mean}");
        let expected = if mean > 0.0 { mean } else { 0.0 };
        let sum: f64 = tails.iter().sum();
        assert!((sum - expected).abs() <= 1e-9 * expected.max(1e-9), "{mean}: {sum}");
    }
    for mean in [1.5e6, 1e9, 1e12, f64::MAX, f64::INFINITY] {
        assert!(tail_probabilities(mean).take(1_000_000).all(|tail| tail == 1.0), "{mean}");
    }
    // Half above, half below, and a standard deviation up as of the normal distribution.
    let mean: f64 = 4e6;
    let at = |k: f64| tail_probabilities(mean).nth(k as usize - 1).unwrap();
    assert!((at(mean) - 0.5).abs() < 1e-3 && (at(mean + mean.sqrt()) - 0.158_7).abs() < 1e-3);
    assert!((at(1.0 + mean - 13.0 * mean.sqrt()) - 1.0).abs() < 1e-12);
    assert_eq!(at(mean + 13.0 * mean.sqrt()), 0.0);
}

#[test]
fn demand_on_a_day_that_never_comes_is_named() {
    let mut scenario = office();
    // The horizon is a week; from Monday to Friday it has no Sunday.
    scenario["horizon"]["until"] = json!("2027-03-26");
    scenario["demand"][0]["days"] = json!(["sun"]);
    let warnings = problem(&scenario).warnings;
    let found = warnings.iter().find(|finding| finding.code == "demand.never");
    assert_eq!(
        found.map(|finding| finding.pointer.as_str()),
        Some("/demand/0/days"),
        "{warnings:?}"
    );
}

/// Indices of the dates on which clerk 1 of the office, from Monday 22 March, has a shift.
fn bob_works(scenario: &Value) -> Vec<usize> {
    let problem = problem(scenario);
    let bob = problem.shifts.iter().filter(|shift| shift.clerk == 1);
    bob.map(|shift| problem.site_days[shift.site_day].day).collect()
}

#[test]
fn seasons_and_rotas_hold_on_their_dates() {
    let mut scenario = office();
    scenario["horizon"]["until"] = json!("2027-04-11");
    let shift = |rule: Value| {
        let mut shift =
            json!({ "site": "north", "days": ["mon"], "from": "08:30", "until": "12:30" });
        shift.as_object_mut().unwrap().extend(rule.as_object().unwrap().clone());
        shift
    };
    let rules = [
        (json!({}), vec![0, 7, 14]),
        (json!({ "from_date": "2027-03-29" }), vec![7, 14]),
        (json!({ "until_date": "2027-03-29" }), vec![0, 7]),
        // The Sunday is in the week that begins on the 29th.
        (json!({ "weeks": { "every": 2, "of": "2027-04-04" } }), vec![7]),
        (json!({ "weeks": { "every": 2, "of": "2027-04-05" } }), vec![0, 14]),
        (
            json!({ "weeks": { "every": 3, "of": "2028-01-10" }, "until_date": "2027-04-01" }),
            vec![],
        ),
    ];
    for (rule, expected) in rules {
        scenario["staff"][1]["shifts"] = json!([shift(rule.clone())]);
        assert_eq!(bob_works(&scenario), expected, "{rule}");
    }
    scenario["staff"][1]["shifts"] = json!([
        shift(json!({ "weeks": { "every": 2, "of": "2027-03-22" } })),
        shift(json!({ "weeks": { "every": 2, "of": "2027-03-29" } })),
    ]);
    assert_eq!(bob_works(&scenario), [0, 7, 14], "shifts of other weeks do not clash");
}

#[test]
fn absences_and_closings_take_the_steps_that_they_touch() {
    let mut scenario = office();
    scenario["staff"][1]["absent"] = json!([
        { "from": "2027-03-22T09:01:00+01:00", "until": "2027-03-22T09:59:00+01:00" },
        { "from": "2027-03-22T12:25:00+01:00", "until": "2027-03-23T08:35:00+01:00" },
    ]);
    scenario["sites"][1]["closed"] =
        json!([{ "from": "2027-03-23T10:59:00Z", "until": "2027-03-24T10:00:00+01:00" }]);
    let problem = problem(&scenario);
    let bob: Vec<_> = problem.shifts.iter().filter(|shift| shift.clerk == 1).collect();
    assert_eq!(bob[0].window, window(102, 150));
    assert_eq!(bob[0].absent, [window(108, 120), window(149, 150)]);
    assert_eq!(bob[1].absent, [window(102, 103)]);
    let open = |day| problem.site_days[problem.site_day(1, day)].open.clone();
    // 10:59 in London is 11:59 here, and its step goes.
    assert_eq!(open(1), [window(108, 143)]);
    assert_eq!(open(2), [window(120, 144)]);
}

#[test]
fn breaks_that_an_absence_leaves_no_place_for_lapse() {
    let mut scenario = office();
    scenario["staff"][1]["shifts"][0]["breaks"] = json!([
        { "minutes": 15, "from": "09:00", "until": "10:00" },
        { "minutes": 30, "from": "10:00", "until": "12:00" },
    ]);
    scenario["staff"][1]["absent"] =
        json!([{ "from": "2027-03-22T08:30:00+01:00", "until": "2027-03-22T09:50:00+01:00" }]);
    let problem = problem(&scenario);
    let bob: Vec<_> = problem.shifts.iter().filter(|shift| shift.clerk == 1).collect();
    let (short, long) = (
        Break { steps: 3, window: window(108, 120) },
        Break { steps: 6, window: window(120, 144) },
    );
    assert_eq!(bob[0].breaks, [long]);
    assert_eq!(bob[1].breaks, [short, long]);
}

#[test]
fn a_buffer_keeps_clerk_and_room_and_is_rounded_with_the_visit() {
    let mut scenario = office();
    scenario["services"][0]["buffer_minutes"] = json!(4);
    scenario["services"][1]["room"] = json!(false);
    let problem = problem(&scenario);
    let card = &problem.services[0];
    assert_eq!((card.minutes, card.buffer_minutes, card.steps), (15, 4, 4));
    // 15 + 8 for the second person + 4.
    assert_eq!(problem.promises[0].window.steps(), 6);
    assert_eq!((card.needs_room, problem.services[1].needs_room), (true, false));
}

#[test]
fn a_quota_asks_in_stretches_that_are_a_block_at_least() {
    let mut scenario = office();
    // One clerk for two rooms, 08:00 to 12:00: 12 desk steps an hour, of which 0.3 are 3.6; a block
    // of 32 minutes is 6.4 steps, so that hours are joined in pairs of 7.2.
    let stretches = |scenario: &Value| {
        let problem = problem(scenario);
        let stretches = problem.quotas[0].stretches.iter();
        stretches.map(|stretch| (stretch.window, stretch.steps)).collect::<Vec<_>>()
    };
    assert_eq!(stretches(&scenario), [(window(96, 120), 7), (window(120, 144), 7)]);
    scenario["walk_in_quotas"][0]["block_minutes"] = json!(15);
    let hours = [96, 108, 120, 132].map(|from| (window(from, from + 12), 3));
    assert_eq!(stretches(&scenario), hours);
    // 90 minutes: 5.4 steps, and a last stretch of an hour that suffices by itself.
    scenario["walk_in_quotas"][0]["stretch_minutes"] = json!(90);
    let long = [(window(96, 114), 5), (window(114, 132), 5), (window(132, 144), 3)];
    assert_eq!(stretches(&scenario), long);
    // Now the last one is short, and joins the one before.
    scenario["walk_in_quotas"][0]["block_minutes"] = json!(20);
    assert_eq!(stretches(&scenario), [(window(96, 114), 5), (window(114, 144), 9)]);
    scenario["walk_in_quotas"][0]["stretch_minutes"] = json!(0);
    assert_eq!(stretches(&scenario), []);
    scenario["walk_in_quotas"][0]["counters"] = json!(1);
    assert_eq!(problem(&scenario).quotas[0].counters, 1);
}

#[test]
fn sick_calls_are_known_by_clerk_and_date() {
    let mut scenario = office();
    scenario["operations"] = json!({ "sick_calls": [
        { "staff": "bob", "dates": ["2027-03-24", "2027-03-22"] },
        { "staff": "ada", "dates": ["2027-03-22", "2031-01-01"] },
        { "staff": "bob", "dates": ["2027-03-22"] },
    ] });
    assert_eq!(problem(&scenario).operations.sick_calls, [(0, 0), (1, 0), (1, 2)]);
}
