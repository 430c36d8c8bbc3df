//! Computes every case of a file by formula and by simulation, and says where they disagree.

mod table;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;
use scheduler_benches::cases::{CaseFile, formula, simulated};

use table::Table;

/// Prints expected and found figures of each case, then totals.
#[derive(Debug, Parser)]
struct Arguments {
    /// File of cases.
    #[arg(default_value = "benches/cases/simulation.json")]
    file: PathBuf,
    /// Only these cases, by id or group.
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Whether nothing disagrees.
fn run(arguments: &Arguments) -> Result<bool> {
    let path = arguments.file.display();
    let text = std::fs::read_to_string(&arguments.file).with_context(|| path.to_string())?;
    let file = CaseFile::from_json(&text).with_context(|| path.to_string())?;
    let wanted = |name: &String| arguments.only.is_empty() || arguments.only.contains(name);
    let mut table = Table::default();
    for case in file.cases.iter().filter(|case| wanted(&case.id) || wanted(&case.group)) {
        let by_formula = formula::figures(case);
        let by_simulation = simulated::figures(case);
        table.case(case, &by_formula, &by_simulation);
    }
    table.totals();
    Ok(!table.disagrees())
}
