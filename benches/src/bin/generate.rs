//! Writes a member of the instance families as a scenario file.

use std::fs::File;
use std::io::{BufWriter, Write, stdout};
use std::path::PathBuf;

use anyhow::{Context, Result};
use clap::Parser;
use scheduler_benches::Member;

/// Writes a member of the instance families as a scenario file.
#[derive(Debug, Parser)]
struct Arguments {
    /// Name of the member; without it, all names are listed.
    member: Option<String>,
    /// Seed of the instance.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// File to write; standard output without it.
    #[arg(long)]
    out: Option<PathBuf>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let Some(name) = arguments.member else {
        for member in Member::all() {
            println!("{:<14} {}", member.name, member.family.name());
        }
        return Ok(());
    };
    let member = Member::find(&name).with_context(|| format!("there is no member {name:?}"))?;
    let scenario = member.scenario(arguments.seed);
    let mut out: Box<dyn Write> = match &arguments.out {
        Some(path) => {
            let file = File::create(path).with_context(|| path.display().to_string())?;
            Box::new(BufWriter::new(file))
        }
        None => Box::new(stdout().lock()),
    };
    serde_json::to_writer(&mut out, &scenario)?;
    writeln!(out)?;
    out.flush()?;
    Ok(())
}
