//! The `scheduler` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    scheduler_service::cli::main()
}
