//! What people read of a plan: figures, text and chart.

use scheduler_core::check::check;
use scheduler_core::plan::{Prices, RoomPrice};
use scheduler_core::problem::{Plan, Problem, tail_probabilities};
use scheduler_core::report::{Language, Scarce, Summary, gantt, summary};
use scheduler_core::scenario::{PlanFile, Scenario, Severity};
use scheduler_core::time::Window;

fn problem() -> Problem {
    problem_of(include_str!("scenario.json"))
}

fn problem_of(json: &str) -> Problem {
    Problem::new(&Scenario::from_json(json.as_bytes()).unwrap()).unwrap()
}

/// A plan that keeps all rules, as a file beside this test.
fn fixed_plan(problem: &Problem) -> Plan {
    let bytes = include_bytes!("plan.json");
    let (plan, findings) = PlanFile::from_json(bytes).unwrap().resolve(problem);
    assert_eq!(findings, []);
    assert_eq!(check(problem, &plan).violations, []);
    plan
}

/// Every pool's slot is worth 20 minutes, a room with biometrics in Rathaus Süd a minute each step
/// of the Thursday morning and two from 10:00 on, the quota half a minute a step.
fn prices(problem: &Problem) -> Prices {
    let mut rooms = vec![Vec::new(); problem.site_days.len()];
    let mut by_step = vec![0.0; 97];
    by_step[32..40].fill(1.0);
    by_step[40..48].fill(2.0);
    rooms[0] = vec![RoomPrice { rooms: vec![0], by_step }];
    Prices {
        pools: vec![20.0; problem.pools.len()],
        rooms,
        quotas: vec![0.5; problem.quotas.len()],
    }
}

fn fixed_summary() -> Summary {
    let problem = problem();
    summary(&problem, &fixed_plan(&problem), &prices(&problem))
}

#[test]
fn the_summary_reads_well_in_english() {
    insta::assert_snapshot!("summary_english", fixed_summary().to_text(Language::English, true));
}

#[test]
fn the_summary_reads_well_in_german() {
    insta::assert_snapshot!("summary_german", fixed_summary().to_text(Language::German, false));
}

#[test]
fn the_summary_as_json_keeps_its_form() {
    insta::assert_json_snapshot!("summary_json", fixed_summary());
}

#[test]
fn every_slot_and_every_request_is_counted_once_in_the_totals() {
    let problem = problem();
    let plan = fixed_plan(&problem);
    let summary = summary(&problem, &plan, &Prices::default());
    assert_eq!(summary.total.slots, plan.slots.len());
    let by_site: usize = summary.sites.iter().map(|site| site.total.slots).sum();
    let days = || summary.sites.iter().flat_map(|site| &site.days);
    assert_eq!(by_site, plan.slots.len());
    assert_eq!(days().map(|day| day.total.slots).sum::<usize>(), plan.slots.len());
    // 4 + 2 · 3 + 6 + 2, of which the last 2 are nobody's in particular.
    assert_eq!(summary.total.requests, 18.0);
    assert_eq!(days().map(|day| day.total.requests).sum::<f64>(), 16.0);
    assert_eq!(summary.flexible_demand.len(), 1);
    assert_eq!(summary.flexible_demand[0].requests, 2.0);
}

#[test]
fn without_prices_nothing_is_said_about_limits() {
    let problem = problem();
    let summary = summary(&problem, &fixed_plan(&problem), &Prices::default());
    assert_eq!(summary.limits, None);
    assert!(!summary.to_text(Language::English, false).contains("What limits the plan"));
}

/// One clerk, one room, a pool of two requests for 30 minutes at a value of 1, and one slot for it.
fn one_slot() -> (Problem, Plan) {
    let problem = problem_of(ONE_SLOT);
    let (plan, findings) = PlanFile::from_json(ONE_SLOT_PLAN).unwrap().resolve(&problem);
    assert_eq!(findings, []);
    (problem, plan)
}

const ONE_SLOT: &str = r#"{"schema": "scenario/1", "name": "One", "time_zone": "Europe/Berlin", "grid_minutes": 30,
            "horizon": {"from": "2027-03-04", "until": "2027-03-04"},
            "sites": [{"id": "s", "name": "S", "open": [{"from": "08:00", "until": "10:00"}]}],
            "rooms": [{"id": "r", "site": "s", "equipment": []}],
            "services": [{"id": "a", "name": "A", "minutes": 30, "extra_person_minutes": 0,
                          "max_persons": 1, "skills": ["x"], "equipment": [], "value": 1.0}],
            "staff": [{"id": "c", "skills": ["x"],
                       "shifts": [{"site": "s", "from": "08:00", "until": "10:00"}]}],
            "walk_in_quotas": [],
            "demand": [{"id": "d", "service": "a", "sites": ["s"], "from": "08:00",
                        "until": "10:00", "mean": 2.0}],
            "appointments": []}"#;

const ONE_SLOT_PLAN: &[u8] = br#"{"schema": "plan/1", "slots": [{"service": "a", "site": "s",
        "start": "2027-03-04T08:00:00+01:00", "end": "2027-03-04T08:30:00+01:00",
        "staff": "c", "room": "r", "demand": "d", "appointment": null}],
        "walk_in_blocks": [], "breaks": [], "objective": 25.93994, "upper_bound": 60.0,
        "gap": 0.5676677, "seconds": 0.1, "engine": "search", "seed": 1}"#;

#[test]
fn served_shares_and_utilisation_are_what_a_pocket_calculator_says() {
    let (problem, plan) = one_slot();
    let summary = summary(&problem, &plan, &Prices::default());
    // One slot serves somebody unless nobody comes: 1 − e⁻² of 2 requests.
    let expected = (1.0 - (-2.0_f64).exp()) / 2.0;
    assert!((summary.total.served_share().unwrap() - expected).abs() < 1e-12);
    // Half an hour of two.
    assert_eq!(summary.usage.clerk_share(), Some(0.25));
    assert_eq!(summary.usage.room_share(), Some(0.25));
}

#[test]
fn a_further_clerk_earns_less_with_each_slot_for_the_same_demand() {
    let (problem, plan) = one_slot();
    let prices = Prices { pools: vec![30.0], rooms: vec![Vec::new()], quotas: Vec::new() };
    let limits = summary(&problem, &plan, &prices).limits.unwrap();
    let limit = &limits[0];
    assert!(matches!(&limit.scarce, Scarce::Skill { skills, .. } if skills == &["x"]));
    // The only room is taken for the first of four half-hours. Three slots more after the one:
    // 30 · (P(D ≥ 2) + … + P(D ≥ 4)), D Poisson with mean 2.
    let e = (-2.0_f64).exp();
    let tails = [1.0 - 3.0 * e, 1.0 - 5.0 * e, 1.0 - 19.0 / 3.0 * e];
    let expected = 30.0 * tails.iter().sum::<f64>();
    assert!((limit.minutes - expected).abs() < 1e-9, "{} {expected}", limit.minutes);
}

#[test]
fn where_clerk_and_room_are_both_used_up_only_both_together_help() {
    let scenario = ONE_SLOT.replace(r#""mean": 2.0"#, r#""mean": 8.0"#);
    let problem = problem_of(&scenario);
    let (first, _) = PlanFile::from_json(ONE_SLOT_PLAN).unwrap().resolve(&problem);
    let halves = (0..4).map(|half| {
        let mut slot = first.slots[0].clone();
        let begin = slot.window.from + half;
        slot.window = Window::new(begin, begin + 1);
        slot
    });
    let plan = Plan { slots: halves.collect(), ..first };
    let room = |price: f64| vec![vec![RoomPrice { rooms: vec![0], by_step: vec![price; 48] }]];
    // The prices may share what the pair is worth in any way.
    for price in [0.0, 15.0, 30.0] {
        let prices = Prices { pools: vec![30.0], rooms: room(price), quotas: Vec::new() };
        let limits = summary(&problem, &plan, &prices).limits.unwrap();
        let [limit] = limits.as_slice() else { panic!("{limits:?}") };
        assert!(matches!(&limit.scarce, Scarce::ClerkAndRoom { .. }), "{limit:?}");
        // Four slots more after the four: 30 · (P(D ≥ 5) + … + P(D ≥ 8)).
        let tails = tail_probabilities(8.0).skip(4).take(4);
        let expected = 30.0 * tails.sum::<f64>();
        assert!((limit.minutes - expected).abs() < 1e-9, "{} {expected}", limit.minutes);
    }
}

#[test]
fn nothing_more_brings_more_than_the_demand_that_finds_no_slot() {
    let (problem, plan) = one_slot();
    let room = RoomPrice { rooms: vec![0], by_step: vec![100.0; 2000] };
    let prices = Prices { pools: vec![0.0], rooms: vec![vec![room]], quotas: Vec::new() };
    let limits = summary(&problem, &plan, &prices).limits.unwrap();
    let [limit] = limits.as_slice() else { panic!("{limits:?}") };
    assert!(matches!(&limit.scarce, Scarce::Room { .. }), "{limit:?}");
    // Of two requests the slot serves 1 − e⁻².
    let expected = 30.0 * (1.0 + (-2.0_f64).exp());
    assert!((limit.minutes - expected).abs() < 1e-9, "{} {expected}", limit.minutes);
    assert!((limit.horizon_minutes - expected).abs() < 1e-9, "{limit:?}");
}

#[test]
fn text_keeps_to_a_hundred_columns_whatever_the_names() {
    let json = include_str!("scenario.json")
        .replace("Rathaus Süd", &"Rathaus Süd ".repeat(20))
        .replace("Personalausweis", &"Personalausweis\u{308}".repeat(20));
    let problem = problem_of(&json);
    let plan = fixed_plan(&problem);
    let summary = summary(&problem, &plan, &prices(&problem));
    for language in [Language::English, Language::German] {
        for line in summary.to_text(language, true).lines() {
            let columns = line.chars().filter(|&c| c != '\u{308}').count();
            assert!(columns <= 100 || !line.contains(' '), "{columns}: {line}");
        }
    }
}

/// `count` sites, each with a clerk from 8 to 10, and an empty plan.
fn sites_and_clerks(count: usize, until: &str) -> Summary {
    let list = |item: &dyn Fn(usize) -> String| (0..count).map(item).collect::<Vec<_>>().join(",");
    let json = format!(
        r#"{{"schema": "scenario/1", "name": "Many", "time_zone": "Europe/Berlin",
            "grid_minutes": 30, "horizon": {{"from": "2027-03-04", "until": "{until}"}},
            "sites": [{}], "staff": [{}], "rooms": [],
            "services": [{{"id": "a", "name": "A", "minutes": 30, "extra_person_minutes": 0,
            "max_persons": 1, "skills": [], "equipment": [], "value": 1.0}}],
            "walk_in_quotas": [], "demand": [], "appointments": []}}"#,
        list(&|i| format!(
            r#"{{"id": "s{i}", "name": "Site {i}", "open": [{{"from": "08:00", "until": "10:00"}}]}}"#
        )),
        list(&|i| format!(
            r#"{{"id": "c{i}", "skills": [],
                "shifts": [{{"site": "s{i}", "from": "08:00", "until": "10:00"}}]}}"#
        )),
    );
    let plan = Plan {
        slots: Vec::new(),
        walk_in_blocks: Vec::new(),
        breaks: Vec::new(),
        stays: Vec::new(),
        objective: 0.0,
        upper_bound: 0.0,
        seconds: 0.0,
        engine: "search".to_owned(),
        seed: 1,
        work: 0.0,
    };
    summary(&problem_of(&json), &plan, &Prices::default())
}

#[test]
fn many_sites_are_summed_up_unless_details_are_asked_for() {
    let summary = sites_and_clerks(80, "2027-03-05");
    let rows = |text: &str| text.lines().filter(|line| line.starts_with("  Thu 4 Mar")).count();
    let short = summary.to_text(Language::English, false);
    assert_eq!(rows(&short), 0, "{short}");
    assert!(short.contains("By site\n") && short.contains("By day\n"), "{short}");
    assert!(short.contains("--details"), "{short}");
    assert_eq!(rows(&summary.to_text(Language::English, true)), 80);
}

#[test]
fn many_days_are_summed_up_by_week() {
    let text = sites_and_clerks(1, "2027-12-31").to_text(Language::English, false);
    assert!(text.contains("By week\n"), "{text}");
    // The first week begins before the horizon does.
    assert!(text.lines().any(|line| line.starts_with("Mon 1 Mar")), "{text}");
    assert!(text.lines().count() < 90, "{text}");
}

#[test]
fn a_chart_of_one_site_keeps_its_form() {
    let problem = problem();
    let options = gantt::Options { site: Some(0), ..gantt::Options::default() };
    let svg = gantt::day_chart(&problem, &fixed_plan(&problem), &options).unwrap();
    insta::assert_snapshot!("chart", svg);
}

#[test]
fn a_chart_shows_every_slot_block_and_break_of_its_day_and_no_other() {
    let problem = problem();
    let plan = fixed_plan(&problem);
    for day in 0..problem.dates.len() {
        let options = gantt::Options { day: Some(day), ..gantt::Options::default() };
        let svg = gantt::day_chart(&problem, &plan, &options).unwrap();
        let bars = svg.matches("<g><title>").count();
        let slots = plan.slots.iter().filter(|slot| slot.day == day).count();
        let blocks = plan.walk_in_blocks.iter().filter(|block| block.day == day).count();
        let breaks = plan.breaks.iter().filter(|taken| taken.day == day).count();
        let on_shift =
            problem.shifts.iter().filter(|shift| problem.site_days[shift.site_day].day == day);
        assert_eq!(bars, slots + blocks + breaks + on_shift.count());
        assert_eq!(svg.matches("</g>").count(), bars);
    }
}

#[test]
fn the_busiest_day_is_drawn_where_none_is_named() {
    let problem = problem();
    let plan = fixed_plan(&problem);
    let svg = gantt::day_chart(&problem, &plan, &gantt::Options::default()).unwrap();
    assert!(svg.contains("Thursday, 4 March 2027"), "{svg}");
}

#[test]
fn names_cannot_break_out_of_a_chart() {
    let problem = problem();
    let svg =
        gantt::day_chart(&problem, &fixed_plan(&problem), &gantt::Options::default()).unwrap();
    assert!(svg.contains("Bürgerbüro &quot;Häfen&quot; &lt;Ost&gt;"), "{svg}");
    assert!(!svg.contains("<Ost>") && !svg.contains("Ummeldung & An"), "{svg}");
}

/// Rooms and clerks may have names, which people read in place of their ids.
#[test]
fn a_chart_calls_rooms_and_clerks_by_their_names() {
    let mut scenario: serde_json::Value =
        serde_json::from_str(include_str!("scenario.json")).unwrap();
    for (index, room) in scenario["rooms"].as_array_mut().unwrap().iter_mut().enumerate() {
        room["name"] = format!("Schalter Q{index}").into();
    }
    for (index, clerk) in scenario["staff"].as_array_mut().unwrap().iter_mut().enumerate() {
        clerk["name"] = format!("Frau Q{index}").into();
    }
    let problem = problem_of(&scenario.to_string());
    let plan = fixed_plan(&problem);
    let svg = gantt::day_chart(&problem, &plan, &gantt::Options::default()).unwrap();
    let (clerk, room) = (plan.slots[0].clerk, plan.slots[0].room.unwrap());
    assert!(svg.contains(&format!("Frau Q{clerk}")), "{svg}");
    assert!(svg.contains(&format!(">Schalter Q{room}<")), "{svg}");
    assert!(!svg.contains(&problem.clerks[clerk].id), "{svg}");
}

#[test]
fn a_day_without_anybody_on_shift_is_a_chart_that_says_so() {
    let problem = problem();
    let language = Language::German;
    let options =
        gantt::Options { day: Some(1), site: Some(1), language, ..gantt::Options::default() };
    let svg = gantt::day_chart(&problem, &fixed_plan(&problem), &options).unwrap();
    assert!(svg.contains("Niemand ist im Dienst."), "{svg}");
}

#[test]
fn a_day_or_site_that_the_problem_does_not_have_is_refused_by_number() {
    let problem = problem();
    let plan = fixed_plan(&problem);
    let (dates, sites) = (problem.dates.len(), problem.sites.len());
    for day in [dates, usize::MAX] {
        let options = gantt::Options { day: Some(day), ..gantt::Options::default() };
        let refused = gantt::day_chart(&problem, &plan, &options);
        assert_eq!(refused, Err(gantt::ChartError::Day { day, dates }));
    }
    for site in [sites, usize::MAX] {
        let options = gantt::Options { site: Some(site), ..gantt::Options::default() };
        let refused = gantt::day_chart(&problem, &plan, &options);
        assert_eq!(refused, Err(gantt::ChartError::Site { site, sites }));
    }
}

/// The scenario with a changed copy of its JSON.
fn problem_with(change: impl FnOnce(&mut serde_json::Value)) -> Problem {
    let mut scenario: serde_json::Value =
        serde_json::from_str(include_str!("scenario.json")).unwrap();
    change(&mut scenario);
    problem_of(&scenario.to_string())
}

#[test]
fn a_chart_by_room_shows_every_task_in_its_room_and_who_sits_there() {
    let problem = problem();
    let plan = fixed_plan(&problem);
    for day in 0..problem.dates.len() {
        let by = gantt::By::Room;
        let options = gantt::Options { day: Some(day), by, ..gantt::Options::default() };
        let svg = gantt::day_chart(&problem, &plan, &options).unwrap();
        let staffed =
            |site: &usize| !problem.site_days[problem.site_day(*site, day)].shifts.is_empty();
        let sites = (0..problem.sites.len()).filter(staffed);
        let rooms: usize = sites.map(|site| problem.sites[site].rooms.len()).sum();
        let slots = plan.slots.iter().filter(|slot| slot.day == day && slot.room.is_some());
        let blocks = plan.walk_in_blocks.iter().filter(|block| block.day == day);
        let groups = svg.matches("<g><title>").count();
        assert_eq!(groups, rooms + slots.count() + blocks.count());
        for stay in plan.stays.iter().filter(|stay| stay.day == day) {
            assert!(svg.contains(&format!(">{}<", problem.clerks[stay.clerk].name)), "{svg}");
        }
    }
}

#[test]
fn a_week_has_a_column_for_each_day_on_which_anybody_works() {
    let problem = problem();
    let plan = fixed_plan(&problem);
    let week = |language, by| {
        let options = gantt::Options { language, by, ..gantt::Options::default() };
        gantt::week_chart(&problem, &plan, &options).unwrap()
    };
    let svg = week(Language::German, gantt::By::Clerk);
    for text in ["Do 04.03. · 23 Termine", "Fr 05.03. · 4 Termine", ">ärmel<", ">çelik<"] {
        assert!(svg.contains(text), "{text}: {svg}");
    }
    // Three clerks on Thursday and one on Friday, with hours each.
    assert_eq!(svg.matches("00–1").count(), 4, "{svg}");
    let svg = week(Language::English, gantt::By::Room);
    assert!(svg.contains(">hafen-1<") && svg.contains("Thu 4 Mar · 23 slots"), "{svg}");
}

#[test]
fn who_is_away_all_day_or_for_a_while_is_drawn_as_absent() {
    let svg = |problem: &Problem| {
        let plan = Plan { slots: Vec::new(), ..fixed_plan(&self::problem()) };
        let plan =
            Plan { walk_in_blocks: Vec::new(), breaks: Vec::new(), stays: Vec::new(), ..plan };
        let options = gantt::Options { day: Some(0), ..gantt::Options::default() };
        gantt::day_chart(problem, &plan, &options).unwrap()
    };
    let drawn = |svg: &str| svg.matches("fill=\"url(#absent)\"").count();
    assert_eq!(drawn(&svg(&problem())), 0);
    // Each with an entry in the legend.
    let all_day =
        problem_with(|it| it["staff"][1]["absent_on"] = serde_json::json!(["2027-03-04"]));
    assert_eq!(drawn(&svg(&all_day)), 0, "brandt has no other shift that says where");
    let all_day =
        problem_with(|it| it["staff"][0]["absent_on"] = serde_json::json!(["2027-03-04"]));
    assert_eq!(drawn(&svg(&all_day)), 2);
    let away = serde_json::json!([{"from": "2027-03-04T08:00:00+01:00", "until": "2027-03-04T09:00:00+01:00"}]);
    let an_hour = problem_with(|it| it["staff"][1]["absent"] = away);
    assert_eq!(drawn(&svg(&an_hour)), 2);
}

#[test]
fn a_chart_says_how_many_come_and_how_many_counters_wait_for_them() {
    let problem = problem_with(|it| {
        it["operations"] = serde_json::json!({"walk_ins": [
            {"id": "w", "site": "sued", "from": "08:00", "until": "12:00", "per_hour": 7.4}]});
    });
    let plan = fixed_plan(&problem);
    let language = Language::German;
    let options = gantt::Options { day: Some(0), site: Some(0), language, ..Default::default() };
    let svg = gantt::day_chart(&problem, &plan, &options).unwrap();
    // Eight half hours, and the hour before opening is empty.
    assert_eq!(svg.matches(">3,7<").count(), 8, "{svg}");
    assert!(svg.contains("Schalter für Spontan") && svg.contains("In der Pause"), "{svg}");
    // An hour of blocks: in the other half hours nobody is there, and that is written out.
    assert_eq!(svg.matches(">0<").count(), 6, "{svg}");
}

#[test]
fn the_parts_of_a_plan_s_worth_add_up_to_what_the_judge_counts() {
    let problem = problem();
    let plan = fixed_plan(&problem);
    let worth = summary(&problem, &plan, &Prices::default()).worth;
    let sum = worth.value - worth.seats - worth.moves - worth.free - worth.breaks - worth.short;
    let judged = check(&problem, &plan).objective;
    assert!((sum - judged).abs() < 1e-9, "{worth:?} {judged}");
}

#[test]
fn what_is_asked_for_and_missing_is_listed_with_time_and_figures() {
    let problem = problem_with(|it| {
        it["cover"] = serde_json::json!([{"id": "immer zwei", "site": "sued", "days": ["fri"],
            "from": "08:00", "until": "10:00", "least": 2, "skills": []}]);
    });
    let summary = summary(&problem, &fixed_plan(&problem), &Prices::default());
    let found: Vec<_> = summary
        .shortages
        .iter()
        .filter(|one| one.id == "immer zwei")
        .map(|one| (one.from.as_str(), one.until.as_str(), one.asked, one.met, one.missing_minutes))
        .collect();
    assert_eq!(found, [("08:00", "10:00", 2, 1, 120)]);
    let text = summary.to_text(Language::German, false);
    assert!(text.contains("Was verlangt ist und fehlt"), "{text}");
    assert!(text.contains("Personal (immer zwei)"), "{text}");
    assert!(text.contains("Abzug") || text.contains("siehe unten"), "{text}");
}

#[test]
fn a_day_on_which_all_is_closed_is_not_in_the_utilisation() {
    let (problem, plan) = one_slot();
    let open = summary(&problem, &plan, &Prices::default());
    let json = ONE_SLOT
        .replace("\"until\": \"2027-03-04\"", "\"until\": \"2027-03-05\"")
        .replace(r#""name": "S","#, r#""name": "S", "closed_on": ["2027-03-05"],"#);
    let problem = problem_of(&json);
    assert_eq!(problem.shifts.len(), 2, "the clerk is on shift on both days");
    let closed = summary(&problem, &plan, &Prices::default());
    assert_eq!(closed.usage.clerk_share(), open.usage.clerk_share());
    assert_eq!(closed.usage.rostered_minutes, 120);
}

/// Somebody who takes any time of the day finds a slot that was given to another time.
#[test]
fn served_shares_by_wished_time_and_by_any_time_are_told_apart() {
    let second = r#""mean": 1.0}, {"id": "e", "service": "a", "sites": ["s"], "from": "09:00",
        "until": "10:00", "mean": 1.0}]"#;
    let json = ONE_SLOT.replace(r#""mean": 2.0}]"#, second);
    assert_ne!(json, ONE_SLOT);
    let problem = problem_of(&json);
    let (plan, findings) = PlanFile::from_json(ONE_SLOT_PLAN).unwrap().resolve(&problem);
    assert!(findings.iter().all(|one| one.severity == Severity::Warning), "{findings:?}");
    let total = summary(&problem, &plan, &Prices::default()).total;
    let near = |one: f64, other: f64| (one - other).abs() < 1e-12;
    // One slot for requests with mean 1 of each time, and of both together.
    assert!(near(total.served_share().unwrap(), (1.0 - (-1.0_f64).exp()) / 2.0), "{total:?}");
    assert!(near(total.any_time_share().unwrap(), (1.0 - (-2.0_f64).exp()) / 2.0), "{total:?}");
    assert!(near(total.used_share().unwrap(), 1.0 - (-1.0_f64).exp()), "{total:?}");
}
