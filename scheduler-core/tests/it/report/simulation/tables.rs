//! Text, JSON and CSV.

use scheduler_core::compare;
use scheduler_core::report::Language;
use scheduler_core::report::simulation::{
    SimulationReport, comparison_report, simulation_report, sweep_report,
};
use scheduler_core::scenario::{Finding, codes};
use scheduler_core::simulate::statistics::Sample;
use scheduler_core::simulate::warnings::{Warning, WarningKind};
use serde_json::Value;

use super::runs::{comparison, run, sweep};
use super::{SITES, VARIANTS};

/// What a simulation in which `services` are scarce and Nord is busy warns of.
fn overload(services: &[&str]) -> Vec<Warning> {
    let warning = |kind, site, services: &[&str], code| Warning {
        kind,
        site,
        services: services.iter().map(|&name| name.to_owned()).collect(),
        finding: Finding::new(code, String::new(), "more than there is: 123 %".to_owned()),
    };
    vec![
        warning(WarningKind::Full, None, services, codes::SIMULATION_OVERLOAD),
        warning(WarningKind::Busy, Some(1), &[], codes::SIMULATION_BUSY),
    ]
}

fn report() -> SimulationReport {
    let mut run = run(&SITES, 1.0);
    run.warnings = overload(&["Passport", "Registration"]);
    simulation_report("Bremerhaven", &run)
}

#[test]
fn a_simulation_reads_well_in_both_languages() {
    insta::assert_snapshot!("simulation_english", report().to_text(Language::English, false));
    insta::assert_snapshot!("simulation_german", report().to_text(Language::German, false));
}

#[test]
fn a_comparison_reads_well_in_both_languages() {
    let mut comparison = comparison(&VARIANTS);
    comparison.scenarios[1].run.warnings = overload(&["Passport"]);
    comparison.scenarios[2].run.warnings = overload(&["Registration", "Passport"]);
    comparison.scenarios[4].warnings.push(compare::Warning {
        edit: Some("scale_walk_ins"),
        place: None,
        finding: Finding::new(
            codes::VARIANT_IDLE,
            "/edits/0".to_owned(),
            "scale_walk_ins: nobody walks in there".to_owned(),
        ),
    });
    let report = comparison_report(&comparison);
    insta::assert_snapshot!("comparison_english", report.to_text(Language::English, false));
    insta::assert_snapshot!("comparison_german", report.to_text(Language::German, true));
}

#[test]
fn a_sweep_has_a_row_for_each_point() {
    let report = sweep_report(&sweep(&[0.0, 1.0, 2.0], &[0.5, 1.0]));
    let text = report.to_text(Language::English, false);
    insta::assert_snapshot!("sweep_english", text);
    let rows = text.lines().filter(|line| line.starts_with("2 / 0.5 "));
    assert_eq!(rows.count(), 2, "{text}");
}

#[test]
fn text_keeps_to_a_hundred_columns_whatever_the_names() {
    let long = "Bürgerservice im Rathaus am Platz der langen Namen ".repeat(3);
    let sites: [&str; 2] = [&long, "Nord"];
    let many: Vec<&str> = (0..40).map(|_| long.as_str()).collect();
    let variants: [(&str, &[&str], f64); 3] =
        [(&long, &sites, 1.0), (&long, &sites, 123.4), (&long, &many[..3], 0.9)];
    for language in [Language::English, Language::German] {
        let texts = [
            simulation_report(&long, &run(&sites, 55.5)).to_text(language, true),
            simulation_report(&long, &run(&many, 1.0)).to_text(language, true),
            comparison_report(&comparison(&variants)).to_text(language, true),
        ];
        for line in texts.iter().flat_map(|text| text.lines()) {
            assert!(line.chars().count() <= 100, "{}: {line}", line.chars().count());
        }
    }
}

#[test]
fn many_sites_have_a_row_each_and_their_half_hours_on_request() {
    let names: Vec<String> = (0..40).map(|site| format!("Office {site:02}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let report = simulation_report("City", &run(&names, 1.0));
    let short = report.to_text(Language::English, false);
    assert_eq!(short.lines().filter(|line| line.starts_with("Office 17")).count(), 2, "{short}");
    assert!(short.lines().count() < 190, "{}", short.lines().count());
    assert!(!short.contains("Office 17  Office 17"), "{short}");
    assert!(report.to_text(Language::English, true).lines().count() > 400);
}

#[test]
fn what_nobody_did_has_a_dash_and_null_and_an_empty_cell() {
    let mut run = run(&["Rathaus"], 1.0);
    let wait = run.kpis.iter().position(|kpi| kpi.id.id() == "wait.walk_in.mean").unwrap();
    for replication in &mut run.samples {
        replication[wait] = Sample { num: 0.0, den: 0.0 };
    }
    let report = simulation_report("No walk-ins", &run);
    let text = report.to_text(Language::English, false);
    let rows: Vec<&str> = text.lines().filter(|line| line.contains("  Mean wait   ")).collect();
    assert!(rows.len() == 2 && !rows[0].ends_with('–') && rows[1].ends_with('–'), "{rows:?}");
    let json = serde_json::to_value(&report).unwrap();
    let figures = json["figures"].as_array().unwrap();
    let figure = figures.iter().find(|figure| figure["id"] == "wait.walk_in.mean").unwrap();
    assert_eq!((&figure["value"], &figure["half_width"]), (&Value::Null, &Value::Null));
    let csv = report.to_csv(Language::English);
    assert!(csv.contains("No walk-ins,wait.walk_in.mean,,,,,0,minutes,lower,wait.mean,,,,\n"));
}

#[test]
fn a_figure_in_json_has_value_interval_replications_unit_and_definition() {
    let json = serde_json::to_value(report()).unwrap();
    assert_eq!(json["schema"], "simulation/1");
    insta::assert_json_snapshot!("figure_json", json["figures"][8]);
    let known: Vec<&Value> =
        json["definitions"].as_array().unwrap().iter().map(|one| &one["id"]).collect();
    for figure in json["figures"].as_array().unwrap() {
        assert!(known.contains(&&figure["definition"]), "{figure}");
    }
    let comparison = serde_json::to_value(comparison_report(&comparison(&VARIANTS))).unwrap();
    assert_eq!(comparison["schema"], "comparison/1");
    insta::assert_json_snapshot!("change_json", comparison["variants"][1]["figures"][8]);
    let sweep = serde_json::to_value(sweep_report(&sweep(&[0.0, 1.0], &[]))).unwrap();
    assert_eq!(sweep["schema"], "sweep/1");
    assert_eq!(sweep["points"], serde_json::json!([[0.0], [1.0]]));
    assert_eq!(sweep["knobs"][0]["edit"]["edit"], "add_clerks");
}

/// Cells of a line of CSV.
fn cells(line: &str) -> Vec<String> {
    let (mut cells, mut quoted) = (vec![String::new()], false);
    for c in line.chars() {
        match c {
            '"' => quoted = !quoted,
            ',' if !quoted => cells.push(String::new()),
            c => cells.last_mut().unwrap().push(c),
        }
    }
    cells
}

#[test]
fn csv_has_the_figures_of_the_report_to_the_last_digit() {
    let report = report();
    let csv = report.to_csv(Language::English);
    let rows: Vec<Vec<String>> = csv.lines().map(cells).collect();
    let expected = report.figures.len() + report.half_hours.len() + 2 * report.lead_by_day.len();
    assert_eq!(rows.len(), 1 + expected);
    assert!(rows.iter().all(|row| row.len() == 14), "{csv}");
    assert_eq!(rows[0][4], "value");
    for (row, figure) in rows[1..].iter().zip(&report.figures) {
        assert_eq!(row[1], figure.id);
        assert_eq!(row[2], figure.site.as_deref().unwrap_or_default());
        assert_eq!(row[4].parse::<f64>().unwrap(), figure.measured.value);
        assert_eq!(row[5].parse::<f64>().unwrap(), figure.measured.half_width);
    }
}

#[test]
fn csv_of_a_comparison_has_differences_and_verdicts_but_for_the_base_and_new_sites() {
    let report = comparison_report(&comparison(&VARIANTS));
    let csv = report.to_csv(Language::English);
    let rows: Vec<Vec<String>> = csv.lines().skip(1).map(cells).collect();
    assert!(rows.iter().all(|row| row.len() == 14), "{csv}");
    let without = |row: &&Vec<String>| row[10].is_empty() && row[12].is_empty();
    let figures = report.variants[0].figures.len() / 3;
    // The base has its figures of all and two sites; the new site stands in one variant.
    assert_eq!(rows.iter().filter(without).count(), 3 * figures + figures);
    let wait = |row: &&Vec<String>| row[1] == "wait.walk_in.mean" && row[2].is_empty();
    let verdicts: Vec<&str> = rows.iter().filter(wait).map(|row| row[12].as_str()).collect();
    assert_eq!(verdicts, ["", "better", "better", "same", "worse"]);
}
