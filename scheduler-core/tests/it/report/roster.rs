//! Who works when and where.

use scheduler_core::problem::{Plan, Problem};
use scheduler_core::report::Language;
use scheduler_core::report::roster::roster;
use scheduler_core::scenario::{PlanFile, Scenario};
use serde_json::{Value, json};

/// The office of the reports, changed, and a plan for it.
fn office(change: impl FnOnce(&mut Value)) -> (Problem, Plan) {
    let mut scenario: Value = serde_json::from_str(include_str!("scenario.json")).unwrap();
    change(&mut scenario);
    let scenario = Scenario::from_json(scenario.to_string().as_bytes()).unwrap();
    let problem = Problem::new(&scenario).unwrap();
    let (plan, _) = PlanFile::from_json(include_bytes!("plan.json")).unwrap().resolve(&problem);
    (problem, plan)
}

#[test]
fn everything_in_a_plan_is_in_the_roster_of_one_clerk_once() {
    let (problem, plan) = office(|_| {});
    let roster = roster(&problem, &plan, None);
    let duties = || roster.clerks.iter().flat_map(|clerk| &clerk.duties);
    assert_eq!(duties().count(), problem.shifts.len());
    assert_eq!(duties().map(|duty| duty.slots).sum::<usize>(), plan.slots.len());
    assert_eq!(duties().map(|duty| duty.promised).sum::<usize>(), 1);
    assert_eq!(duties().map(|duty| duty.walk_ins.len()).sum::<usize>(), plan.walk_in_blocks.len());
    assert_eq!(duties().map(|duty| duty.breaks.len()).sum::<usize>(), plan.breaks.len());
    assert_eq!(duties().map(|duty| duty.seats.len()).sum::<usize>(), plan.stays.len());
    // Four hours less half an hour of break, and two.
    assert_eq!(roster.clerks[0].minutes(), 330);
}

#[test]
fn the_roster_of_one_clerk_names_nobody_else() {
    let (problem, plan) = office(|it| {
        it["staff"][0]["name"] = json!("Frau Ärmel");
        it["staff"][1]["name"] = json!("Herr Brandt");
        it["rooms"][0]["name"] = json!("Schalter 1");
        it["rooms"][1]["name"] = json!("Schalter 2");
    });
    let one = roster(&problem, &plan, Some(1));
    for text in [one.to_text(Language::German), one.to_svg(Language::German)] {
        assert!(text.contains("Herr Brandt (brandt)"), "{text}");
        assert!(text.contains("Do 04.03.") && text.contains("08:00–11:00"), "{text}");
        assert!(text.contains("Schalter "), "{text}");
        assert!(!text.contains("Ärmel") && !text.contains("sued-"), "{text}");
    }
}

#[test]
fn a_german_roster_opens_in_a_german_spreadsheet_and_an_english_one_in_any() {
    let (problem, plan) = office(|it| it["rooms"][0]["name"] = json!("Zimmer 1; links, \"A\""));
    let roster = roster(&problem, &plan, None);
    let german = roster.to_csv(Language::German);
    let mut lines = german.strip_prefix('\u{feff}').unwrap().lines();
    assert!(lines.next().unwrap().starts_with("Kürzel;Name;Datum;Wochentag;Standort;Beginn;Ende;"));
    let first = lines.next().unwrap();
    assert!(first.starts_with("ärmel;ärmel;04.03.2027;Do;Rathaus Süd;08:00;12:00;3,5;"), "{first}");
    assert!(german.contains("\"Zimmer 1; links, \"\"A\"\"\""), "{german}");
    assert_eq!(german.lines().count(), 1 + problem.shifts.len());
    let english = roster.to_csv(Language::English);
    let first = english.lines().nth(1).unwrap();
    assert!(
        first.starts_with("ärmel,ärmel,2027-03-04,Thu,Rathaus Süd,08:00,12:00,3.5,"),
        "{first}"
    );
}

#[test]
fn days_away_stand_in_the_roster() {
    let (problem, plan) = office(|it| it["staff"][0]["absent_on"] = json!(["2027-03-05"]));
    let roster = roster(&problem, &plan, Some(0));
    let away = roster.clerks[0].duties.last().unwrap();
    assert_eq!((away.hours, away.minutes, away.date.to_string().as_str()), (None, 0, "2027-03-05"));
    let text = roster.to_text(Language::German);
    assert!(text.lines().any(|line| line.starts_with("Fr 05.03.  Abwesend")), "{text}");
    assert!(roster.to_csv(Language::German).contains(";05.03.2027;Fr;;;;0;;;;0;0;Abwesend\n"));
}

#[test]
fn a_roster_keeps_to_its_width_whatever_the_names() {
    let (problem, plan) = office(|it| {
        it["sites"][0]["name"] = json!("Rathaus Süd ".repeat(16));
        it["rooms"][0]["name"] = json!("Schalter ".repeat(20));
        it["staff"][0]["name"] = json!("Frau Ärmel ".repeat(18));
    });
    let roster = roster(&problem, &plan, None);
    for line in roster.to_text(Language::English).lines() {
        assert!(line.chars().count() <= 100, "{line}");
    }
    // A4 paper, one page.
    assert!(roster.to_svg(Language::English).contains("width=\"794\" height=\"1123\""));
}

#[test]
fn long_rosters_go_on_on_further_pages() {
    let (problem, plan) = office(|it| {
        let clerk = it["staff"][0].clone();
        for number in 0..40 {
            let mut more = clerk.clone();
            more["id"] = json!(format!("zusatz-{number}"));
            it["staff"].as_array_mut().unwrap().push(more);
        }
    });
    let svg = roster(&problem, &plan, None).to_svg(Language::English);
    let height = svg.split("height=\"").nth(1).unwrap().split('"').next().unwrap();
    let height: f64 = height.parse().unwrap();
    assert!(height > 1123.0 && height % 1123.0 == 0.0, "{height}");
    for number in 0..40 {
        assert!(svg.contains(&format!(">zusatz-{number}<")), "{number}");
    }
}
