//! The `scheduler` command: plans, checks and validates scenario files.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
