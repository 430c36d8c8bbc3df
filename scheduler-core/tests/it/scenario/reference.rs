//! `docs/scenario.md` is what the definition of the formats says.
//!
//! `UPDATE_DOCS=1 cargo test -p scheduler-core --test it reference` writes it anew.

use std::fmt::Write as _;
use std::{env, fs};

use scheduler_core::scenario::wire::{Choice, Field, Kind, Object, Wire, Words, plain};
use scheduler_core::scenario::{PlanFile, Scenario, Severity, Variant, codes};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/scenario.md");

const HEAD: &str = "# The fields of scenarios, variants and plans

<!-- Made from the definition of the formats; do not edit.
     UPDATE_DOCS=1 cargo test -p scheduler-core --test it reference -->

Files are JSON in UTF-8. A scenario says what is to be planned, a variant what would be different,
a plan what came out. `scheduler validate SCENARIO` lists everything that is wrong with one, each
with a code from the last column of these tables and from the [list of findings](#findings).

- A field without a default must be there. *Nothing* as the default means that it may be left out;
  its meaning says what holds then. A field that is not in these tables is an error.
- Times of the day are texts such as `\"08:30\"`, from `\"00:00\"` to `\"24:00\"`, dates such as
  `\"2027-03-31\"`, instants such as `\"2027-03-31T07:30:00+02:00\"`.
- Numbers are written with a point: `0.5`. Where a whole number belongs, `15.0` is one too.
- Every field may have `field.missing` (it must be there and is not) or `field.type` (a value of
  another kind); these two are left out of the tables.
";

#[test]
fn the_reference_is_what_the_definition_says() {
    let text = reference();
    if env::var_os("UPDATE_DOCS").is_some() {
        fs::write(FILE, &text).unwrap();
    }
    let file = fs::read_to_string(FILE).unwrap_or_default();
    assert!(
        file == text,
        "docs/scenario.md is out of date; \
         UPDATE_DOCS=1 cargo test -p scheduler-core --test it reference"
    );
}

/// A field that nobody explains would be a riddle in the reference and in the OpenAPI document.
#[test]
fn everything_is_explained() {
    let mut parts = Parts::default();
    for file in [Scenario::KIND, Variant::KIND, PlanFile::KIND] {
        parts.visit(&file);
    }
    assert!(parts.0.len() > 30);
    for part in &parts.0 {
        let (name, about) = match part {
            Part::Object(object) => {
                for field in object.fields() {
                    assert!(!field.about.trim().is_empty(), "{}.{}", object.name, field.name);
                }
                (object.name, object.about)
            }
            Part::Choice(choice) => (choice.name, choice.about),
            Part::Words(words) => (words.name, words.about),
        };
        assert!(!about.trim().is_empty(), "{name}");
    }
}

/// Something with a section of its own.
enum Part {
    Object(&'static Object),
    Choice(&'static Choice),
    Words(&'static Words),
}

impl Part {
    fn name(&self) -> &'static str {
        match self {
            Self::Object(object) => object.name,
            Self::Choice(choice) => choice.name,
            Self::Words(words) => words.name,
        }
    }
}

/// All parts of a format, each once, in the order in which they are met.
#[derive(Default)]
struct Parts(Vec<Part>);

impl Parts {
    fn visit(&mut self, kind: &Kind) {
        let part = match kind {
            Kind::List(of) => return self.visit(of),
            Kind::Object(object) => Part::Object(object),
            Kind::Choice(choice) => Part::Choice(choice),
            Kind::Words(words) => Part::Words(words),
            _ => return,
        };
        if self.0.iter().any(|known| known.name() == part.name()) {
            return;
        }
        self.0.push(part);
        match kind {
            Kind::Object(object) => {
                object.fields().iter().for_each(|field| self.visit(&field.kind));
            }
            Kind::Choice(choice) => {
                choice.of.iter().for_each(|object| self.visit(&Kind::Object(object)));
            }
            _ => {}
        }
    }
}

fn reference() -> String {
    let mut text = HEAD.to_owned();
    let mut parts = Parts::default();
    for (title, file) in
        [("Scenario", Scenario::KIND), ("Variant", Variant::KIND), ("Plan", PlanFile::KIND)]
    {
        let known = parts.0.len();
        parts.visit(&file);
        write!(text, "\n## {title} files\n").unwrap();
        for part in &parts.0[known..] {
            match part {
                Part::Object(object) => section(&mut text, object),
                Part::Choice(choice) => {
                    write!(text, "\n### {}\n\n{}\n\n", choice.name, plain(choice.about)).unwrap();
                    for object in choice.of {
                        let (_, word) = object.constant.unwrap();
                        writeln!(text, "- `{word}`: {}", link(object.name)).unwrap();
                    }
                }
                Part::Words(words) => {
                    write!(text, "\n### {}\n\n{}\n\n", words.name, plain(words.about)).unwrap();
                    for word in words.words {
                        writeln!(text, "- `{}`: {}", word.word, plain(word.about)).unwrap();
                    }
                }
            }
        }
    }
    text += "\n## Findings\n\nAn error makes a file useless, something infeasible leaves a scenario \
             without a plan, a warning is probably not what was meant.\n\n\
             | code | severity | meaning |\n| --- | --- | --- |\n";
    for code in codes::ALL {
        let severity = match code.severity {
            Severity::Warning => "warning",
            Severity::Infeasible => "infeasible",
            Severity::Error => "error",
        };
        writeln!(text, "| `{}` | {severity} | {} |", code.name, code.meaning).unwrap();
    }
    text
}

fn section(text: &mut String, object: &Object) {
    let about = plain(object.about).replace('\n', "\n\n");
    write!(
        text,
        "\n### {}\n\n{about}\n\n\
         | field | what | meaning | unit | bounds | default | example | findings |\n\
         | --- | --- | --- | --- | --- | --- | --- | --- |\n",
        object.name
    )
    .unwrap();
    if let Some((name, word)) = object.constant {
        writeln!(text, "| `{name}` | always `\"{word}\"` | what it is | | | | `\"{word}\"` | |")
            .unwrap();
    }
    for field in object.fields() {
        let found: Vec<String> = field
            .findings()
            .iter()
            .filter(|code| !matches!(code.name, "field.missing" | "field.type"))
            .map(|code| format!("`{}`", code.name))
            .collect();
        let cells = [
            format!("`{}`", field.name),
            what(&field.kind),
            plain(field.about).replace('\n', " "),
            field.unit.to_owned(),
            bounds(field),
            default(field),
            example(field),
            found.join(", "),
        ];
        writeln!(text, "| {} |", cells.map(|cell| cell.replace('|', "\\|")).join(" | ")).unwrap();
    }
}

fn what(kind: &Kind) -> String {
    match kind {
        Kind::Any => "anything".to_owned(),
        Kind::Switch => "`true` or `false`".to_owned(),
        Kind::Text => "text".to_owned(),
        Kind::Form(form) => match form.format {
            "clock" => "time of the day".to_owned(),
            "date-time" => "instant".to_owned(),
            other => other.to_owned(),
        },
        Kind::Words(words) => link(words.name),
        Kind::Number => "number".to_owned(),
        Kind::Whole => "whole number".to_owned(),
        Kind::List(of) => format!("list: {}", what(of)),
        Kind::Object(object) => link(object.name),
        Kind::Choice(choice) => link(choice.name),
    }
}

fn link(name: &str) -> String {
    format!("[{name}](#{})", name.to_lowercase())
}

fn bounds(field: &Field) -> String {
    let mut bounds = Vec::new();
    if let Some((least, most)) = field.within {
        let least = if field.above { format!("above {least}") } else { least.to_string() };
        bounds.push(if most < 4e9 {
            format!("{least} to {most}")
        } else {
            format!("from {least}")
        });
    }
    if let Some((least, most)) = field.length {
        let of = if matches!(field.kind, Kind::List(_)) { "entries" } else { "characters" };
        bounds.push(match (least, most) {
            (least, usize::MAX) => format!("at least {least} {of}"),
            (least, most) if least == most => format!("{most} {of}"),
            (least, most) => format!("{least} to {most} {of}"),
        });
    }
    bounds.join(", ")
}

fn default(field: &Field) -> String {
    match field.default {
        Some(default) => format!("`{}`", default()),
        None if field.required => String::new(),
        None => "nothing".to_owned(),
    }
}

fn example(field: &Field) -> String {
    match (field.example, &field.kind) {
        ("", Kind::Form(form)) => format!("`\"{}\"`", form.example),
        ("", Kind::Words(words)) => format!("`\"{}\"`", words.words[0].word),
        ("", _) => String::new(),
        (example, _) => format!("`{example}`"),
    }
}
