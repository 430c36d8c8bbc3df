//! What sheets refer to: their files, shared texts and formats.

use std::sync::Arc;

use super::super::book::{Limits, Looks};
use super::super::found::Found;
use super::package::{Node, Package, attribute, is_set, unreadable};
use super::too_many;

/// A sheet that the workbook names.
pub(super) struct Listed {
    pub(super) name: String,
    pub(super) is_hidden: bool,
    /// Its file in the package.
    pub(super) file: String,
}

/// What `workbook.xml` says.
pub(super) struct Listing {
    pub(super) sheets: Vec<Listed>,
    pub(super) from_1904: bool,
}

/// A relation of a part to another: id, type, target.
struct Relation {
    id: String,
    kind: String,
    target: String,
}

fn relations(package: &Package<'_>, of: &str) -> Result<Vec<Relation>, Found> {
    let (folder, file) = of.rsplit_once('/').unwrap_or(("", of));
    let name = if folder.is_empty() {
        format!("_rels/{file}.rels")
    } else {
        format!("{folder}/_rels/{file}.rels")
    };
    let mut relations = Vec::new();
    package.walk(&name, |node| {
        if let Node::Start(tag) = node
            && tag.local_name().as_ref() == "Relationship"
        {
            let text = |name| attribute(tag, name).unwrap_or_default();
            let target = resolve(folder, &text("Target"));
            relations.push(Relation { id: text("Id"), kind: text("Type"), target });
        }
        Ok(())
    })?;
    Ok(relations)
}

/// The name in the package of what a part in `folder` calls `target`.
fn resolve(folder: &str, target: &str) -> String {
    let (mut parts, target): (Vec<&str>, &str) = match target.strip_prefix('/') {
        Some(target) => (Vec::new(), target),
        None => (folder.split('/').filter(|part| !part.is_empty()).collect(), target),
    };
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// The name of `workbook.xml` in the package.
pub(super) fn main_part(package: &Package<'_>) -> Result<String, Found> {
    let all = relations(package, "")?;
    let main = all.into_iter().find(|relation| relation.kind.ends_with("/officeDocument"));
    main.map(|relation| relation.target).ok_or_else(|| unreadable("it has no main part"))
}

/// Reads `workbook.xml`, and the names of the files of shared texts and formats.
pub(super) fn listing(
    package: &Package<'_>,
    main: &str,
) -> Result<(Listing, Option<String>, Option<String>), Found> {
    let relations = relations(package, main)?;
    let of_kind = |end: &str| {
        let found = relations.iter().find(|relation| relation.kind.ends_with(end));
        found.map(|relation| relation.target.clone())
    };
    let mut listing = Listing { sheets: Vec::new(), from_1904: false };
    let found = package.walk(main, |node| {
        let Node::Start(tag) = node else { return Ok(()) };
        match tag.local_name().as_ref() {
            "workbookPr" => listing.from_1904 = is_set(tag, "date1904"),
            "sheet" => {
                let name = attribute(tag, "name").unwrap_or_default();
                let state = attribute(tag, "state").unwrap_or_default();
                // `r:id`; a sheet has `sheetId` beside it, whose local name is another.
                let id = attribute(tag, "id").unwrap_or_default();
                let relation = relations.iter().find(|relation| relation.id == id);
                let Some(relation) = relation else {
                    return Err(unreadable(&format!("the sheet {name:?} has no file")));
                };
                // Pages with nothing but a chart or a macro have no cells.
                if relation.kind.ends_with("/worksheet") {
                    let is_hidden = state.eq_ignore_ascii_case("hidden")
                        || state.eq_ignore_ascii_case("veryHidden");
                    listing.sheets.push(Listed { name, is_hidden, file: relation.target.clone() });
                }
            }
            _ => {}
        }
        Ok(())
    })?;
    found.ok_or_else(|| unreadable("its main part is missing"))?;
    Ok((listing, of_kind("/sharedStrings"), of_kind("/styles")))
}

/// Reads the shared texts.
pub(super) fn shared_texts(
    package: &Package<'_>,
    name: Option<&str>,
    limits: &Limits,
) -> Result<Vec<Arc<str>>, Found> {
    let (mut texts, mut text) = (Vec::new(), String::new());
    let (mut is_inside, mut phonetic) = (false, 0_usize);
    let Some(name) = name else { return Ok(texts) };
    package.walk(name, |node| {
        match node {
            Node::Start(tag) => match tag.local_name().as_ref() {
                "si" => text.clear(),
                "rPh" => phonetic += 1,
                "t" => is_inside = phonetic == 0,
                _ => {}
            },
            Node::End("rPh") => phonetic = phonetic.saturating_sub(1),
            Node::End("t") => is_inside = false,
            Node::End("si") => {
                if texts.len() >= limits.cells {
                    return Err(too_many(limits.cells));
                }
                texts.push(Arc::from(unescape(&text).as_str()));
            }
            Node::Text(part) if is_inside => text.push_str(part),
            Node::Text(_) | Node::End(_) => {}
        }
        Ok(())
    })?;
    Ok(texts)
}

/// Texts of workbooks write characters that XML cannot hold as `_x000D_`.
pub(super) fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("_x") {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let code = from.get(2..6).filter(|_| from.as_bytes().get(6) == Some(&b'_'));
        let code = code.filter(|code| code.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let decoded = code.and_then(|code| char::from_u32(u32::from_str_radix(code, 16).ok()?));
        match decoded {
            Some(character) => {
                out.push(character);
                rest = from.get(7..).unwrap_or_default();
            }
            None => {
                out.push_str("_x");
                rest = from.get(2..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    out
}

/// What each style makes of a number.
pub(super) fn looks(package: &Package<'_>, name: Option<&str>) -> Result<Vec<Looks>, Found> {
    let (mut own, mut all) = (Vec::new(), Vec::new());
    let mut is_inside = false;
    let Some(name) = name else { return Ok(all) };
    package.walk(name, |node| {
        match node {
            Node::Start(tag) => match tag.local_name().as_ref() {
                "numFmt" => {
                    let id = attribute(tag, "numFmtId").and_then(|id| id.parse::<u32>().ok());
                    let code = attribute(tag, "formatCode").unwrap_or_default();
                    own.extend(id.map(|id| (id, of_format(&code))));
                }
                "cellXfs" => is_inside = true,
                "xf" if is_inside => {
                    let id = attribute(tag, "numFmtId").and_then(|id| id.parse::<u32>().ok());
                    let id = id.unwrap_or_default();
                    let known = own.iter().find(|(own, _)| *own == id).map(|&(_, looks)| looks);
                    all.push(known.unwrap_or_else(|| built_in(id)));
                }
                _ => {}
            },
            Node::End("cellXfs") => is_inside = false,
            Node::End(_) | Node::Text(_) => {}
        }
        // A workbook has at most 64,000 styles.
        if own.len() > 70_000 || all.len() > 70_000 {
            return Err(unreadable("it has too many formats"));
        }
        Ok(())
    })?;
    Ok(all)
}

fn built_in(id: u32) -> Looks {
    match id {
        9 | 10 => Looks::Percent,
        14..=17 | 27..=31 | 36 | 50..=54 | 57 | 58 => Looks::Date,
        18..=21 | 32..=35 | 45..=47 | 55 | 56 => Looks::Time,
        22 => Looks::DateTime,
        _ => Looks::Plain,
    }
}

/// What a format such as `dd.mm.yyyy hh:mm` shows.
fn of_format(code: &str) -> Looks {
    let (mut has_date, mut has_time, mut has_month, mut has_percent) = (false, false, false, false);
    let mut characters = code.chars();
    if code.eq_ignore_ascii_case("general") {
        return Looks::Plain;
    }
    while let Some(character) = characters.next() {
        match character {
            '"' => drop(characters.by_ref().find(|&end| end == '"')),
            '\\' | '_' | '*' => drop(characters.next()),
            '[' => {
                // `[h]` counts hours; `[$-407]` is a language, `[Red]` a colour.
                let inside: String = characters.by_ref().take_while(|&end| end != ']').collect();
                has_time |= matches!(
                    inside.to_ascii_lowercase().as_str(),
                    "h" | "hh" | "m" | "mm" | "s" | "ss"
                );
            }
            ';' => break,
            'y' | 'Y' | 'd' | 'D' => has_date = true,
            'h' | 'H' | 's' | 'S' => has_time = true,
            'm' | 'M' => has_month = true,
            '%' => has_percent = true,
            _ => {}
        }
    }
    match (has_date, has_time) {
        (true, true) => Looks::DateTime,
        (true, false) => Looks::Date,
        (false, true) => Looks::Time,
        (false, false) if has_month => Looks::Date,
        (false, false) if has_percent => Looks::Percent,
        (false, false) => Looks::Plain,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_say_what_numbers_are() {
        for (code, looks) in [
            ("General", Looks::Plain),
            ("0.00", Looks::Plain),
            ("0.0%", Looks::Percent),
            ("dd.mm.yyyy", Looks::Date),
            ("[$-407]d. mmmm yyyy", Looks::Date),
            ("mmm", Looks::Date),
            ("[hh]:mm", Looks::Time),
            ("h:mm AM/PM", Looks::Time),
            ("yyyy-mm-dd hh:mm", Looks::DateTime),
            ("0\" days\"", Looks::Plain),
            ("#,##0;[Red]-#,##0", Looks::Plain),
        ] {
            assert_eq!(of_format(code), looks, "{code}");
        }
    }

    #[test]
    fn characters_that_xml_cannot_hold_are_escaped() {
        assert_eq!(unescape("a_x000D_b_x005F_x0041_ _x_ _x12"), "a\rb_x0041_ _x_ _x12");
    }
}
