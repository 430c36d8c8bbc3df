//! What people and programs read of simulations.
#![allow(clippy::unwrap_used, reason = "what a test sets up is right or the test fails")]

mod runs;

use scheduler_core::report::simulation::{
    Candidate, SimulationReport, comparison_report, simulation_report,
};
use scheduler_core::report::{Language, charts};

fn report() -> SimulationReport {
    simulation_report(
        "Bremerhaven, March 2027",
        &runs::run(&["Bürgerbüro Mitte", "Bürgerbüro Nord"], 1.0),
    )
}

#[test]
fn dump() {
    let dir = std::path::Path::new("/tmp/pics");
    std::fs::create_dir_all(dir).unwrap();
    std::fs::write(dir.join("sim2.svg"), charts::simulation(&report(), Language::English)).unwrap();
    std::fs::write(dir.join("sim2.txt"), report().to_text(Language::English, false)).unwrap();
    std::fs::write(dir.join("sim2de.txt"), report().to_text(Language::German, false)).unwrap();
    std::fs::write(dir.join("sim2.csv"), report().to_csv()).unwrap();
    let names: Vec<String> =
        (0..40).map(|i| format!("Bürgeramt Nummer {i} am Platz der langen Namen")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let forty = simulation_report("Berlin", &runs::run(&names, 1.2));
    std::fs::write(dir.join("sim40.svg"), charts::simulation(&forty, Language::German)).unwrap();
    std::fs::write(dir.join("sim40.txt"), forty.to_text(Language::German, false)).unwrap();
    let sites = ["Bürgerbüro Mitte", "Bürgerbüro Nord"];
    let more = ["Bürgerbüro Mitte", "Bürgerbüro Nord", "Mobile office in Leherheide and Grünhöfe"];
    let names = [
        "Status quo, as it was in 2018",
        "More by appointment, fewer walk-ins",
        "One clerk more in Nord",
        "Two mobile clerks in Leherheide and Grünhöfe",
        "Register extracts, resident parking and vehicle deregistration online",
        "All together",
        "Appointments only",
    ];
    let runs: Vec<_> = [1.0, 0.8, 0.97, 0.7, 1.001, 0.3, 1.3]
        .iter()
        .enumerate()
        .map(|(i, &load)| runs::run(if i % 3 == 0 && i > 0 { &more } else { &sites }, load))
        .collect();
    let candidates: Vec<Candidate<'_>> = names
        .iter()
        .zip(&runs)
        .map(|(name, run)| Candidate {
            name,
            run,
            on_front: run.replications > 0 && name.len() % 2 == 0,
        })
        .collect();
    let comparison = comparison_report("Bremerhaven, March 2027", candidates[0], &candidates[1..]);
    for language in [Language::English, Language::German] {
        std::fs::write(
            dir.join(format!("cmp{language:?}.svg")),
            charts::comparison(&comparison, language),
        )
        .unwrap();
        std::fs::write(
            dir.join(format!("cmp{language:?}.txt")),
            comparison.to_text(language, false),
        )
        .unwrap();
    }
    std::fs::write(dir.join("cmp.csv"), comparison.to_csv()).unwrap();
    let one = simulation_report("One", &runs::run(&["Rathaus"], 0.3));
    std::fs::write(dir.join("sim1.svg"), charts::simulation(&one, Language::German)).unwrap();
    std::fs::write(dir.join("sim1.txt"), one.to_text(Language::German, true)).unwrap();
}
