//! What people call sheets, columns and words, in two languages.
//!
//! English comes from the definition of the format, German from the tables beside it. What has
//! no German words yet is called as in English, so that a new field works before it is translated; a
//! test names those.

mod german;

use scheduler_core::report::Language;
use scheduler_core::scenario::wire::{Field, Object, Words, plain};

pub use german::{UNITS, german_column, german_sheet, german_word};

/// What something is called.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Names {
    /// As the format has it, with dots.
    pub key: String,
    /// English.
    pub en: String,
    /// German.
    pub de: String,
    /// What it means, in English.
    pub about_en: String,
    /// What it means, in German; empty where nobody has said so.
    pub about_de: String,
}

impl Names {
    fn new(key: &str, en: &str, de: &str) -> Self {
        let [key, en, de] = [key, en, de].map(str::to_owned);
        Self { key, en, de, about_en: String::new(), about_de: String::new() }
    }

    fn explained(mut self, en: &str, de: &str) -> Self {
        self.about_en = plain(en).replace('`', "");
        de.clone_into(&mut self.about_de);
        self
    }

    /// The name in that language.
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::English => &self.en,
            Language::German => &self.de,
        }
    }

    /// What it means in that language, or in English.
    pub fn about(&self, language: Language) -> &str {
        match language {
            Language::German if !self.about_de.is_empty() => &self.about_de,
            _ => &self.about_en,
        }
    }

    /// Whether `name`, which was [normalised](normal), is one of its names.
    pub fn is(&self, name: &str) -> bool {
        [&self.key, &self.en, &self.de].iter().any(|known| normal(known) == name)
    }

    /// Whether a name would mean both.
    pub fn clashes(&self, other: &Self) -> bool {
        [&other.key, &other.en, &other.de].iter().any(|name| self.is(&normal(name)))
    }

    /// With names that have the whole path.
    pub fn longer(&self, path: &str) -> Self {
        let longer = |name: &str| format!("{name} {path}");
        Self { key: longer(&self.key), en: longer(&self.en), de: longer(&self.de), ..self.clone() }
    }
}

/// A name as it is compared: small letters and digits only, umlauts written out, without what is in
/// brackets behind it.
pub fn normal(name: &str) -> String {
    let name = name.trim();
    let bare = match name.rfind('(') {
        Some(start) if start > 0 && name.ends_with(')') => name.get(..start).unwrap_or(name),
        _ => name,
    };
    let mut out = String::with_capacity(bare.len());
    for character in bare.chars().flat_map(char::to_lowercase) {
        match character {
            'ä' => out.push_str("ae"),
            'ö' => out.push_str("oe"),
            'ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            // A letter that is written as itself and two dots.
            '\u{308}' => out.push('e'),
            other if other.is_alphanumeric() => out.push(other),
            _ => {}
        }
    }
    out
}

/// What a sheet is called whose rows are `object`.
pub fn sheet(key: &str, object: &Object) -> Names {
    let names = match german_sheet(key) {
        Some((en, de, about)) => Names::new(key, en, de).explained(object.about, about),
        None if key.is_empty() => {
            Names::new("scenario", object.name, object.name).explained(object.about, "")
        }
        None => {
            let name = capital(&key.rsplit('.').next().unwrap_or(key).replace('_', " "));
            Names::new(key, &name, &name).explained(object.about, "")
        }
    };
    // Names of sheets have at most 31 characters.
    let short = |name: String| name.chars().take(31).collect();
    Names { en: short(names.en), de: short(names.de), ..names }
}

/// What the column for a field is called.
pub fn column(object: &Object, field: &Field) -> Names {
    let en = field.name.replace('_', " ");
    let (en, de, about) = match german_column(object.name, field.name) {
        Some((known, de, about)) => {
            (if known.is_empty() { en } else { known.to_owned() }, de.to_owned(), about)
        }
        None => (en.clone(), en, ""),
    };
    Names::new(field.name, &en, &de).explained(field.about, about)
}

/// What the column for a field of an object is called that is a field of another.
pub fn nested(
    above: &[(&'static Object, &'static Field)],
    object: &Object,
    field: &Field,
) -> Names {
    let own = column(object, field);
    let mut names = own.clone();
    for (object, field) in above.iter().rev() {
        let outer = column(object, field);
        names.key = format!("{}.{}", outer.key, names.key);
        names.en = format!("{}: {}", outer.en, names.en);
        names.de = format!("{}: {}", outer.de, names.de);
    }
    names
}

/// What the column is called that says which entry a row belongs to.
pub fn parent(object: &Object) -> Names {
    let en = object.name.chars().fold(String::new(), |mut name, letter| {
        if letter.is_uppercase() && !name.is_empty() {
            name.push(' ');
        }
        name.extend(letter.to_lowercase());
        name
    });
    let (en, de) = match german_column(object.name, "") {
        Some((known, de, _)) => (known.to_owned(), de.to_owned()),
        None => (en.clone(), en),
    };
    Names::new(&format!("of {en}"), &en, &de)
        .explained("The entry that the row belongs to.", "Wozu die Zeile gehört.")
}

/// What the column with numbers of rows is called.
pub fn number() -> Names {
    Names::new("number", "no", "Nr").explained(
        "A number of the row, for other sheets to name it: the n-th of the same entry where it is left out.",
        "Eine Nummer der Zeile, mit der andere Blätter sie nennen; ohne Angabe die wievielte sie ist.",
    )
}

/// What a word of the format is called.
pub fn word(words: &Words, word: &str, language: Language) -> String {
    match (language, german_word(words.name, word)) {
        (Language::German, Some((german, _))) => german.to_owned(),
        (Language::German, None) | (Language::English, _) => word.replace('_', " "),
    }
}

/// The word of the format that `text`, which was [normalised](normal), means.
pub fn meant(words: &Words, text: &str) -> Option<&'static str> {
    let known = |word: &str| {
        let german = german_word(words.name, word);
        let others = german
            .iter()
            .flat_map(|&(german, others)| std::iter::once(german).chain(others.iter().copied()));
        normal(word) == text || others.into_iter().any(|other| normal(other) == text)
    };
    words.words.iter().map(|word| word.word).find(|word| known(word))
}

/// A unit in that language.
pub fn unit(unit: &str, language: Language) -> &str {
    match language {
        Language::English => unit,
        Language::German => {
            UNITS.iter().find(|(english, _)| *english == unit).map_or(unit, |(_, german)| german)
        }
    }
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
