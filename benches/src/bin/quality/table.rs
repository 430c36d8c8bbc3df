//! The table on standard output, a row as soon as its run has ended. It is Markdown.

use crate::run::Line;

/// A table whose head has been printed.
#[derive(Debug)]
pub(crate) struct Table;

impl Table {
    /// Prints the head.
    pub(crate) fn start() -> Self {
        println!(
            "| {:<20} | {:>6} | {:>8} | {:>11} | {:>11} | {:>7} | {:>8} | {:>7} | {:<8} |",
            "instance", "budget", "seconds", "plan", "bound", "gap %", "steps", "MiB", "check"
        );
        println!(
            "| {:-<20} | {:->5}: | {:->7}: | {:->10}: | {:->10}: | {:->6}: | {:->7}: | {:->6}: | {:-<8} |",
            "", "", "", "", "", "", "", "", ""
        );
        Self
    }

    /// Prints a row.
    pub(crate) fn row(&mut self, line: &Line) {
        let number = |value: Option<f64>, digits: usize| {
            value.map_or_else(|| "–".to_owned(), |value| format!("{value:.digits$}"))
        };
        let check = match line.violations {
            Some(0) => "ok".to_owned(),
            Some(count) => format!("{count} wrong"),
            None => "no plan".to_owned(),
        };
        println!(
            "| {:<20} | {:>6} | {:>8.2} | {:>11} | {:>11} | {:>7} | {:>8} | {:>7} | {:<8} |",
            line.instance,
            line.budget,
            line.seconds,
            number(line.objective, 2),
            number(line.bound, 2),
            number(line.gap.map(|gap| 100.0 * gap), 3),
            line.steps.map_or_else(|| "–".to_owned(), |steps| steps.to_string()),
            number(line.peak_mib, 0),
            check
        );
        if let Some(message) = &line.message {
            eprintln!("{}: {message}", line.instance);
        }
    }
}
