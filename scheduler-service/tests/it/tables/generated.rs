//! Scenarios of whatever the format can say, from its own definition: every field, with texts that
//! spreadsheets are known to spoil.

use scheduler_core::scenario::Scenario;
use scheduler_core::scenario::wire::{Kind, Object, Part as _};
use serde_json::{Map, Value, json};

/// Texts that are read as something else where one is careless.
const TEXTS: [&str; 40] = [
    "plain",
    "two words",
    "Bürgerbüro Süd",
    "=1+1",
    "+49 471",
    "-5",
    "@here",
    "'quoted",
    "\"in marks\"",
    "half \" mark",
    "a, b",
    "a; b",
    "line\nbreak",
    "tab\tstop",
    " before",
    "after ",
    "\u{a0}hard",
    "007",
    "1.5",
    "1,5",
    "3-1",
    "1.3.2027",
    "7:30",
    "TRUE",
    "#REF!",
    "#",
    "(none)",
    "(leer)",
    "[]",
    "{}",
    "_x0041_",
    "\u{1}",
    "日本語",
    "é e\u{301}",
    "Mo-Fr",
    "\\",
    "{\"a\": 1}",
    "0x1F",
    "1e5",
    "\r",
];

pub(super) struct Maker {
    state: u64,
    count: usize,
}

impl Maker {
    pub(super) fn new(seed: u64) -> Self {
        Self { state: seed, count: 0 }
    }

    /// `SplitMix64` (Steele, Lea and Flood 2014).
    fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.bits() % limit
    }

    /// A scenario that can be read, whether it makes sense or not.
    pub(super) fn scenario(&mut self) -> Scenario {
        let mut value = self.object(Scenario::OBJECT, 0);
        if self.below(4) > 0 {
            value["time_zone"] = json!("Europe/Berlin");
        }
        Scenario::from_value(&value).unwrap_or_else(|findings| panic!("{findings}\n{value:#}"))
    }

    fn object(&mut self, object: &Object, depth: usize) -> Value {
        let mut fields = Map::new();
        if let Some((name, text)) = object.constant {
            fields.insert(name.to_owned(), json!(text));
        }
        for field in object.fields() {
            if !field.required && self.below(2) == 0 {
                continue;
            }
            let value = if field.name == "id" {
                self.count += 1;
                json!(format!("{}{}", self.text(), self.count))
            } else {
                self.value(&field.kind, depth)
            };
            fields.insert(field.name.to_owned(), value);
        }
        Value::Object(fields)
    }

    fn text(&mut self) -> &'static str {
        let place = self.below(TEXTS.len() as u64);
        TEXTS[place as usize]
    }

    fn value(&mut self, kind: &Kind, depth: usize) -> Value {
        match kind {
            Kind::Switch => json!(self.below(2) == 0),
            Kind::Text => match self.below(50) {
                0 => json!(""),
                1 => json!("long, \"text\" ".repeat(7_000)),
                _ => json!(self.text()),
            },
            Kind::Form(form) => {
                let (year, month, day) =
                    (1901 + self.below(8000), 1 + self.below(12), 1 + self.below(28));
                let year = if self.below(9) == 0 { 1 + self.below(1899) } else { year };
                let (hour, minute) = (self.below(24), self.below(60));
                let date = format!("{year:04}-{month:02}-{day:02}");
                match form.format {
                    "clock" if self.below(8) == 0 => json!("24:00"),
                    "clock" => json!(format!("{hour:02}:{minute:02}")),
                    "date" => json!(date),
                    "date-time" => {
                        let offset = ["+01:00", "+02:00", "Z", "-09:30"][self.below(4) as usize];
                        let seconds = ["00", "00", "07", "00.25"][self.below(4) as usize];
                        json!(format!("{date}T{hour:02}:{minute:02}:{seconds}{offset}"))
                    }
                    other => panic!("a form that is not known: {other}"),
                }
            }
            Kind::Words(words) => {
                let place = self.below(words.words.len() as u64);
                json!(words.words[place as usize].word)
            }
            Kind::Number => match self.below(6) {
                0 => json!(self.below(100)),
                1 => json!(self.below(10_000) as f64 / 1000.0),
                2 => json!(-(self.below(1000) as f64) / 8.0),
                3 => json!(1e-9),
                4 => json!(123_456_789_012_345.6),
                _ => json!(f64::from_bits((self.bits() >> 12) | 0x3FE0_0000_0000_0000)),
            },
            Kind::Whole => json!(self.below(u64::from(u32::MAX))),
            Kind::List(of) => {
                let count = self.below(4);
                (0..count).map(|_| self.value(of, depth + 1)).collect()
            }
            Kind::Object(object) => self.object(object, depth + 1),
            Kind::Choice(choice) => {
                let place = self.below(choice.of.len() as u64);
                self.object(choice.of[place as usize], depth + 1)
            }
            Kind::Any => json!({ "any": [1, "two"] }),
        }
    }
}
