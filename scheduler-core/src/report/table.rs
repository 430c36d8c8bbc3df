//! Plain text tables and paragraphs of limited width.

/// Columns of text that a report may use.
pub(super) const WIDTH: usize = 100;
/// Least width to which a text gives way.
const LEAST: usize = 12;
/// Most lines of a text in a table.
const MOST_LINES: usize = 4;

/// A table whose first columns are text, aligned left, and all others figures, aligned right.
#[derive(Debug)]
pub(super) struct Table {
    texts: usize,
    header: Vec<Vec<String>>,
    rows: Vec<Row>,
}

#[derive(Debug)]
enum Row {
    Heading(String),
    Cells(Vec<String>),
    Rule,
}

impl Table {
    /// A table of which the first `texts` columns are text.
    pub(super) fn new(texts: usize, header: &[&str]) -> Self {
        let mut table = Self { texts, header: Vec::new(), rows: Vec::new() };
        table.under_header(header);
        table
    }

    /// A further line of the header.
    pub(super) fn under_header(&mut self, names: &[&str]) {
        self.header.push(names.iter().map(|&name| name.to_owned()).collect());
    }

    /// A line of its own across all columns.
    pub(super) fn heading(&mut self, text: &str) {
        self.rows.push(Row::Heading(text.to_owned()));
    }

    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(Row::Cells(cells));
    }

    pub(super) fn rule(&mut self) {
        self.rows.push(Row::Rule);
    }

    /// Appends the table to `out`. Texts give way where it would be too wide.
    pub(super) fn render(&self, out: &mut String) {
        let widths = self.widths();
        let total = width_of(&widths);
        for names in &self.header {
            self.line(out, names, &widths);
        }
        rule(out, total);
        for row in &self.rows {
            match row {
                Row::Heading(text) => {
                    out.push_str(&fit(text, WIDTH));
                    out.push('\n');
                }
                Row::Cells(cells) => self.line(out, cells, &widths),
                Row::Rule => rule(out, total),
            }
        }
    }

    fn widths(&self) -> Vec<usize> {
        let mut widths = vec![0; self.header.first().map_or(0, Vec::len)];
        let rows = self.rows.iter().filter_map(|row| match row {
            Row::Cells(cells) => Some(cells),
            Row::Heading(_) | Row::Rule => None,
        });
        for cells in self.header.iter().chain(rows) {
            for (width, cell) in widths.iter_mut().zip(cells) {
                *width = (*width).max(columns(cell));
            }
        }
        // The widest text gives way first.
        while width_of(&widths) > WIDTH {
            let texts = &mut widths[..self.texts];
            let Some(widest) = texts.iter_mut().max().filter(|width| **width > LEAST) else {
                break;
            };
            *widest -= 1;
        }
        widths
    }

    /// Texts that are too long go on in the lines below, beside nothing.
    fn line(&self, out: &mut String, cells: &[String], widths: &[usize]) {
        let lines: Vec<Vec<String>> = cells
            .iter()
            .zip(widths)
            .enumerate()
            .map(
                |(i, (cell, &width))| {
                    if i < self.texts { wrapped(cell, width) } else { vec![fit(cell, width)] }
                },
            )
            .collect();
        for number in 0..lines.iter().map(Vec::len).max().unwrap_or(0) {
            let mut text = String::new();
            for (i, (cell, &width)) in lines.iter().zip(widths).enumerate() {
                if i > 0 {
                    text.push_str("  ");
                }
                let cell = cell.get(number).map_or("", String::as_str);
                let padding = " ".repeat(width.saturating_sub(columns(cell)));
                let is_text = i < self.texts;
                let (before, after) = if is_text { ("", &*padding) } else { (&*padding, "") };
                text.extend([before, cell, after]);
            }
            out.push_str(text.trim_end());
            out.push('\n');
        }
    }
}

/// Width of a table with two spaces between its columns.
fn width_of(widths: &[usize]) -> usize {
    widths.iter().map(|width| width + 2).sum::<usize>().saturating_sub(2)
}

fn rule(out: &mut String, width: usize) {
    out.push_str(&"─".repeat(width));
    out.push('\n');
}

/// Terminal columns that `text` takes. Combining marks take none, wide East Asian characters and
/// emoji two.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(char_columns).sum()
}

fn char_columns(c: char) -> usize {
    match c as u32 {
        0x300..=0x36f | 0x200b..=0x200f | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f
        | 0x2e80..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0x1f300..=0x1faff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

/// `text` on one line, cut to `width` columns with an ellipsis where it is longer.
pub(super) fn fit(text: &str, width: usize) -> String {
    let clean: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if columns(&clean) <= width {
        return clean;
    }
    let mut out = String::new();
    let mut used = 0;
    for c in clean.chars() {
        used += char_columns(c);
        if used > width.saturating_sub(1) {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

/// `text` in lines of `width` columns, broken at spaces and all but the first indented by two
/// more; what is too long even so is cut.
fn wrapped(text: &str, width: usize) -> Vec<String> {
    if columns(text) <= width {
        return vec![fit(text, width)];
    }
    let indent = &text[..text.len() - text.trim_start().len()];
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if line.is_empty() {
            line = format!("{indent}{word}");
        } else if columns(&line) + 1 + columns(word) <= width {
            line = format!("{line} {word}");
        } else {
            lines.push(fit(&line, width));
            line = format!("{indent}  {word}");
        }
    }
    lines.push(fit(&line, width));
    if lines.len() > MOST_LINES {
        let last = lines.split_off(MOST_LINES - 1).join(" ");
        lines.push(fit(&last, width));
    }
    lines
}

/// Appends `text`, broken at spaces, its first line after `first` and all others indented alike.
pub(super) fn paragraph(out: &mut String, first: &str, text: &str) {
    let indent = " ".repeat(columns(first));
    let mut line = first.to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && columns(&line) + 1 + columns(word) > WIDTH {
            out.push_str(&line);
            out.push('\n');
            line.clone_from(&indent);
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    out.push_str(line.trim_end());
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_stay_aligned_beside_umlauts_in_either_form() {
        let mut table = Table::new(1, &["Ort", "Zahl"]);
        table.row(vec!["Übersee".into(), "7".into()]);
        table.row(vec!["U\u{308}bersee".into(), "10".into()]);
        let mut out = String::new();
        table.render(&mut out);
        let ends: Vec<usize> = out.lines().skip(2).map(columns).collect();
        assert_eq!(ends, [13, 13], "{out}");
    }

    #[test]
    fn a_long_first_column_gives_way() {
        let mut table = Table::new(1, &["Ort", "Zahl"]);
        table.row(vec!["x".repeat(300), "7".into()]);
        let mut out = String::new();
        table.render(&mut out);
        assert!(out.lines().all(|line| columns(line) <= WIDTH), "{out}");
        assert!(out.contains('…') && out.contains("   7"), "{out}");
    }

    #[test]
    fn a_long_text_goes_on_in_the_lines_below() {
        let mut table = Table::new(1, &["Ort", "Zahl"]);
        table.row(vec!["word ".repeat(25).trim().to_owned(), "7".into()]);
        let mut out = String::new();
        table.render(&mut out);
        assert_eq!(out.matches("word").count(), 25, "{out}");
        assert!(out.lines().nth(2).unwrap_or_default().ends_with("   7"), "{out}");
        assert!(out.lines().nth(3).unwrap_or_default().starts_with("  word"), "{out}");
    }

    #[test]
    fn paragraphs_keep_to_the_width_and_their_indent() {
        let mut out = String::new();
        paragraph(&mut out, "  - ", &"word ".repeat(60));
        assert!(out.lines().count() > 2);
        assert!(out.lines().all(|line| columns(line) <= WIDTH), "{out}");
        assert!(out.lines().skip(1).all(|line| line.starts_with("    word")), "{out}");
    }
}
