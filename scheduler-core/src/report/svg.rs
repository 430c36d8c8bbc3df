//! Writing SVG: elements, numbers, escaping.

use std::fmt::Write;

/// Width of a character in units of the font size: a little more than the average of the usual
/// sans-serif fonts, so that text estimated to fit does fit.
const CHARACTER: f64 = 0.6;

/// An SVG document that grows element by element.
#[derive(Debug)]
pub(super) struct Svg {
    text: String,
}

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Font {
    pub(super) size: f64,
    pub(super) colour: &'static str,
    pub(super) bold: bool,
    pub(super) anchor: Anchor,
}

/// Which point of a text its position is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Font {
    pub(super) const fn new(size: f64) -> Self {
        Self { size, colour: "#1a1a1a", bold: false, anchor: Anchor::Start }
    }

    pub(super) fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub(super) fn colour(self, colour: &'static str) -> Self {
        Self { colour, ..self }
    }

    pub(super) fn anchor(self, anchor: Anchor) -> Self {
        Self { anchor, ..self }
    }

    /// Estimated width of `text`.
    pub(super) fn width(&self, text: &str) -> f64 {
        let bold = if self.bold { 1.08 } else { 1.0 };
        text.chars().count() as f64 * self.size * CHARACTER * bold
    }

    /// Distance between two lines of text.
    pub(super) fn leading(self) -> f64 {
        1.14 * self.size
    }

    /// `text` on lines of `width`, broken at spaces, or in a word that is wider than a line; the
    /// last of at most `most` lines ends with an ellipsis where that is not all.
    pub(super) fn wrapped(self, text: &str, width: f64, most: usize) -> Vec<String> {
        let mut lines = Vec::new();
        let mut rest = text.trim();
        while self.width(rest) > width && lines.len() + 1 < most {
            let fits = |at: &usize| self.width(&rest[..*at]) <= width;
            let space = rest.match_indices(' ').map(|(at, _)| at).rfind(fits);
            let letter = || rest.char_indices().map(|(at, _)| at).rfind(fits);
            let Some(at) = space.or_else(letter).filter(|&at| at > 0) else { break };
            lines.push(rest[..at].to_owned());
            rest = rest[at..].trim_start();
        }
        lines.extend(self.fit(rest, width));
        lines
    }

    /// `text`, cut with an ellipsis where it is wider than `width`; nothing where not even three
    /// characters fit.
    pub(super) fn fit(&self, text: &str, width: f64) -> Option<String> {
        if self.width(text) <= width {
            return Some(text.to_owned());
        }
        let characters = (width / self.width("x")).floor();
        (characters >= 3.0)
            .then(|| text.chars().take(characters as usize - 1).chain(['…']).collect())
    }
}

/// A rectangle.
#[derive(Debug, Clone, Copy)]
pub(super) struct Area {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Svg {
    /// A document of `width` times `height` user units on white, with a title for screen readers.
    pub(super) fn new(width: f64, height: f64, title: &str) -> Self {
        let mut text = String::new();
        let (width, height) = (Number(width), Number(height));
        let _ = write!(
            text,
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
             width=\"{width}\" height=\"{height}\" role=\"img\" \
             font-family=\"Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif\">\n\
             <title>{}</title>\n<rect width=\"{width}\" height=\"{height}\" fill=\"#ffffff\"/>\n",
            Escaped(title)
        );
        Self { text }
    }

    /// Raw markup that the caller vouches for.
    pub(super) fn raw(&mut self, markup: &str) {
        self.text.push_str(markup);
        self.text.push('\n');
    }

    /// Opens a group with a tooltip.
    pub(super) fn open_group(&mut self, tooltip: &str) {
        let _ = writeln!(self.text, "<g><title>{}</title>", Escaped(tooltip));
    }

    pub(super) fn close_group(&mut self) {
        self.text.push_str("</g>\n");
    }

    /// A rectangle with `style` as further attributes.
    pub(super) fn area(&mut self, area: Area, style: &str) {
        let Area { x, y, width, height } = area;
        let _ = writeln!(
            self.text,
            "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" {style}/>",
            Number(x),
            Number(y),
            Number(width.max(0.0)),
            Number(height.max(0.0)),
        );
    }

    /// A straight line with `style` as further attributes.
    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), style: &str) {
        let _ = writeln!(
            self.text,
            "<path d=\"M{} {}L{} {}\" {style}/>",
            Number(from.0),
            Number(from.1),
            Number(to.0),
            Number(to.1),
        );
    }

    /// Straight lines from point to point, closed to an area where `closed`.
    pub(super) fn path(&mut self, points: &[(f64, f64)], closed: bool, style: &str) {
        self.text.push_str("<path d=\"");
        for (index, &(x, y)) in points.iter().enumerate() {
            let letter = if index == 0 { 'M' } else { 'L' };
            let _ = write!(self.text, "{letter}{} {}", Number(x), Number(y));
        }
        let end = if closed { "z" } else { "" };
        let _ = writeln!(self.text, "{end}\" {style}/>");
    }

    /// A disc around (`x`, `y`).
    pub(super) fn disc(&mut self, x: f64, y: f64, radius: f64, style: &str) {
        let (x, y, r) = (Number(x), Number(y), Number(radius));
        let _ = writeln!(self.text, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{r}\" {style}/>");
    }

    /// A triangle in the upper left corner at (`x`, `y`), `size` wide and high.
    pub(super) fn corner(&mut self, x: f64, y: f64, size: f64) {
        let size = Number(size);
        let _ = writeln!(
            self.text,
            "<path d=\"M{} {}h{size}l-{size} {size}z\" fill=\"#000000\"/>",
            Number(x),
            Number(y),
        );
    }

    /// One line of text; `y` is its base line.
    pub(super) fn text(&mut self, x: f64, y: f64, font: Font, text: &str) {
        let anchor = match font.anchor {
            Anchor::Start => "",
            Anchor::Middle => " text-anchor=\"middle\"",
            Anchor::End => " text-anchor=\"end\"",
        };
        let weight = if font.bold { " font-weight=\"bold\"" } else { "" };
        let _ = writeln!(
            self.text,
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\" fill=\"{}\"{weight}{anchor}>{}</text>",
            Number(x),
            Number(y),
            Number(font.size),
            font.colour,
            Escaped(text),
        );
    }

    /// The finished document.
    pub(super) fn finish(mut self) -> String {
        self.text.push_str("</svg>\n");
        self.text
    }
}

/// A coordinate: two decimals at most, no trailing zeros.
#[derive(Debug)]
struct Number(f64);

impl std::fmt::Display for Number {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = format!("{:.2}", self.0);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

/// Text as XML character data: markup escaped, characters that XML 1.0 forbids replaced.
#[derive(Debug)]
struct Escaped<'a>(&'a str);

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for c in self.0.chars() {
            match c {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                '\t' | '\n' | '\r' => f.write_char(' ')?,
                c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => {
                    f.write_char('\u{fffd}')?;
                }
                c => f.write_char(c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_forbidden_characters_do_not_reach_the_document() {
        let mut svg = Svg::new(10.0, 10.0, "a & b");
        svg.open_group("<script>\u{1}\u{ffff}\"'\n");
        svg.close_group();
        let text = svg.finish();
        assert!(text.contains("<title>a &amp; b</title>"), "{text}");
        assert!(text.contains("&lt;script&gt;\u{fffd}\u{fffd}&quot;&#39; </title>"), "{text}");
    }

    #[test]
    fn text_that_is_too_wide_is_cut_or_left_out() {
        let font = Font::new(10.0);
        assert_eq!(font.fit("abcdef", 36.0).as_deref(), Some("abcdef"));
        assert_eq!(font.fit("abcdef", 30.0).as_deref(), Some("abcd…"));
        assert_eq!(font.fit("abcdef", 12.0), None);
    }
}
