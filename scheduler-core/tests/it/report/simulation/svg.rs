//! The charts: SVG that every reader can parse, in which nothing lies beside the page.

use scheduler_core::report::simulation::{comparison_report, simulation_report, sweep_report};
use scheduler_core::report::{Language, charts};
use scheduler_core::simulate::result::Run;
use scheduler_core::simulate::statistics::Sample;

use super::runs::{comparison, run, sweep};
use super::{MORE, VARIANTS};

/// Charts of all kinds, small and large.
fn all() -> Vec<(&'static str, String)> {
    let names: Vec<String> =
        (0..40).map(|site| format!("Bürgeramt {site} am Platz der langen Namen")).collect();
    let forty: Vec<&str> = names.iter().map(String::as_str).collect();
    let simulation = |run: &Run| {
        charts::simulation(&simulation_report("Town <A> & \"B\"", run), Language::German)
    };
    let compared = comparison_report(&comparison(&VARIANTS));
    let sweeps = [sweep(&[0.0, 1.0, 2.0, 4.0], &[]), sweep(&[0.0, 1.0, 2.0], &[0.5, 1.0, 1.5])];
    let [line, table] = sweeps.map(|s| charts::sweep(&sweep_report(&s), Language::English));
    vec![
        ("one site", simulation(&run(&["Rathaus"], 0.3))),
        ("three sites", simulation(&run(&MORE, 1.0))),
        ("forty sites", simulation(&run(&forty, 1.2))),
        ("nobody", simulation(&nobody())),
        ("comparison", charts::comparison(&compared, Language::English)),
        ("sweep", line),
        ("two knobs", table),
    ]
}

/// A run in which nothing happened.
fn nobody() -> Run {
    let mut run = run(&["Rathaus"], 1.0);
    let nothing = Sample { num: 0.0, den: 0.0 };
    run.samples.iter_mut().for_each(|samples| samples.fill(nothing));
    run.sections.clear();
    run.half_hours.clear();
    for day in &mut run.lead_by_day {
        day.next_free.fill(nothing);
        day.booked.fill(nothing);
    }
    run
}

/// Whether the tags of `xml` are closed in order and its text has no markup. Of XML this knows what
/// charts use: elements, attributes in double quotes, the five entities.
fn is_well_formed(xml: &str) -> Result<(), String> {
    let mut open: Vec<&str> = Vec::new();
    for part in xml.split('<').skip(1) {
        let (tag, text) = part.split_once('>').ok_or(format!("<{part} has no end"))?;
        let entities = [tag, text].into_iter().flat_map(|text| text.split('&').skip(1));
        for entity in entities {
            let known = ["amp;", "lt;", "gt;", "quot;", "#39;"];
            if !known.iter().any(|name| entity.starts_with(name)) {
                return Err(format!("&{entity}"));
            }
        }
        if tag.matches('"').count() % 2 == 1 || text.contains('>') {
            return Err(format!("<{part}"));
        }
        let name = tag.split([' ', '/']).find(|name| !name.is_empty()).unwrap_or("");
        if tag.starts_with('/') {
            if open.pop() != Some(name) {
                return Err(format!("<{tag}> closes what is not open"));
            }
        } else if !tag.ends_with('/') {
            open.push(name);
        }
    }
    if open.is_empty() { Ok(()) } else { Err(format!("{open:?} stay open")) }
}

/// Values of the attribute `name` of all elements `element`.
fn attributes(svg: &str, element: &str, name: &str) -> Vec<f64> {
    let (begin, field) = (format!("<{element} "), format!(" {name}=\""));
    let elements = svg.split(begin.as_str()).skip(1);
    let values = elements.filter_map(|rest| {
        let tag = format!(" {}", rest.split('>').next()?);
        let (_, value) = tag.split_once(field.as_str())?;
        value.split('"').next()?.parse().ok()
    });
    values.collect()
}

#[test]
fn charts_are_well_formed_and_name_no_number_that_is_none() {
    for (what, svg) in all() {
        assert_eq!(is_well_formed(&svg), Ok(()), "{what}");
        assert!(!svg.contains("NaN") && !svg.contains("inf"), "{what}");
        assert!(svg.starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\""), "{what}");
    }
    assert!(is_well_formed("<a><b></a></b>").is_err() && is_well_formed("<a>&x;</a>").is_err());
}

#[test]
fn everything_is_on_the_page() {
    for (what, svg) in all() {
        let [width, height] = ["width", "height"].map(|name| attributes(&svg, "svg", name)[0]);
        for (element, x, y) in [("text", "x", "y"), ("circle", "cx", "cy"), ("rect", "x", "y")] {
            for (name, most) in [(x, width), (y, height)] {
                let places = attributes(&svg, element, name);
                let outside = places.iter().find(|&&at| !(0.0..=most).contains(&at));
                assert_eq!(outside, None, "{what}: {element} {name}");
            }
        }
    }
}

#[test]
fn every_site_has_a_panel_with_two_curves() {
    let names: Vec<String> = (0..40).map(|site| format!("Amt {site}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let run = run(&names, 1.0);
    let svg = charts::simulation(&simulation_report("City", &run), Language::English);
    for name in names {
        assert_eq!(svg.matches(&format!(">{name}<")).count(), 1, "{name}");
    }
    // Two curves in each panel, two of lead times, two in each of two legends.
    assert_eq!(svg.matches("stroke-linejoin").count(), 40 * 2 + 2 + 4);
}

#[test]
fn a_comparison_has_a_bar_for_each_variant_and_says_what_is_better() {
    let report = comparison_report(&comparison(&VARIANTS));
    let svg = charts::comparison(&report, Language::German);
    assert!(svg.contains("✓ besser") && svg.contains("✗ schlechter"), "{svg}");
    assert!(svg.contains(">Wartezeit ohne Termin<"), "{svg}");
    // The variant that changes nothing is the base: beside two bands of bars, and in the legend.
    assert_eq!(svg.matches(">Status quo<").count(), 3, "{svg}");
    // Eight measures of the base and three variants.
    assert_eq!(svg.matches("height=\"10\"").count(), 8 * 4);
}

#[test]
fn two_knobs_are_a_table_and_one_is_a_curve() {
    let table =
        charts::sweep(&sweep_report(&sweep(&[0.0, 1.0], &[0.5, 1.0, 2.0])), Language::English);
    assert_eq!(table.matches("rx=\"2\"").count(), 8 * 6);
    assert!(table.contains("→ Walk-ins, times,  ↑ More clerks like: brandt"), "{table}");
    assert!(table.contains(">More clerks like: brandt / Walk-ins, times. The mean"), "{table}");
    let curve = charts::sweep(&sweep_report(&sweep(&[0.0, 1.0, 3.0], &[])), Language::English);
    assert_eq!(curve.matches("stroke-linejoin").count(), 8);
}
