//! The `scheduler` command.

fn main() {}
