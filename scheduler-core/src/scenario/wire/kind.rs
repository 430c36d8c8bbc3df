//! Descriptions of what files have.

use serde_json::Value;

use crate::scenario::codes::{self, Code};

/// What a value is.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// Any JSON value.
    Any,
    /// True or false.
    Switch,
    /// Any text.
    Text,
    /// A text of a form, such as a date.
    Form(&'static Form),
    /// One of some words.
    Words(&'static Words),
    /// A number.
    Number,
    /// A whole number, 0 or more.
    Whole,
    /// A list.
    List(&'static Self),
    /// An object.
    Object(&'static Object),
    /// One of several objects, told apart by a field.
    Choice(&'static Choice),
}

/// A text of a form.
#[derive(Debug, Clone, Copy)]
pub struct Form {
    /// Name of the type in schemas; empty where it has none of its own.
    pub name: &'static str,
    /// Name of the form in JSON Schema's `format`.
    pub format: &'static str,
    /// What belongs there, after "is not".
    pub expected: &'static str,
    /// Regular expression that all such texts match; empty where `format` says all.
    pub pattern: &'static str,
    /// For documentation.
    pub example: &'static str,
    /// The finding where a text is none.
    pub code: Code,
}

/// A closed set of words.
#[derive(Debug, Clone, Copy)]
pub struct Words {
    /// Name of the type.
    pub name: &'static str,
    /// What they mean together, as its documentation has it.
    pub about: &'static str,
    /// What one of them is, such as "a weekday".
    pub noun: &'static str,
    /// The words in order.
    pub words: &'static [Word],
    /// The finding where a text is none of them.
    pub code: Code,
}

/// A word with its meaning.
#[derive(Debug, Clone, Copy)]
pub struct Word {
    /// As files have it.
    pub word: &'static str,
    /// What it means.
    pub about: &'static str,
}

impl Words {
    /// `a weekday: mon, tue or wed`.
    pub(super) fn expected(&self) -> String {
        let words: Vec<&str> = self.words.iter().map(|word| word.word).collect();
        match words.split_last() {
            Some((last, [])) => format!("{} {last:?}", self.noun),
            Some((last, before)) => format!("{}: {} or {last}", self.noun, before.join(", ")),
            None => self.noun.to_owned(),
        }
    }
}

/// An object: a part of a file.
#[derive(Debug, Clone, Copy)]
pub struct Object {
    /// Name of the type.
    pub name: &'static str,
    /// What it is, as its documentation has it.
    pub about: &'static str,
    /// A field that always has the same text, and that text: the kind of a file or an edit.
    pub constant: Option<(&'static str, &'static str)>,
    /// A part whose fields it has too, before its own.
    pub base: Option<&'static Self>,
    /// Its own fields, in order.
    pub own: &'static [Field],
}

impl Object {
    /// All fields but the constant, in order.
    pub fn fields(&self) -> Vec<&'static Field> {
        let mut fields = self.base.map_or_else(Vec::new, Self::fields);
        fields.extend(self.own);
        fields
    }

    /// The field called `name`.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        let own = self.own.iter().find(|field| field.name == name);
        own.or_else(|| self.base.and_then(|base| base.field(name)))
    }

    /// Whether there is a field called `name`, the constant included.
    pub fn has(&self, name: &str) -> bool {
        self.constant.is_some_and(|(constant, _)| constant == name) || self.field(name).is_some()
    }

    /// The names of all fields, in order.
    pub fn names(&self) -> Vec<&'static str> {
        let constant = self.constant.map(|(name, _)| name);
        constant.into_iter().chain(self.fields().iter().map(|field| field.name)).collect()
    }
}

/// One of several objects.
#[derive(Debug, Clone, Copy)]
pub struct Choice {
    /// Name of the type.
    pub name: &'static str,
    /// What it is, as its documentation has it.
    pub about: &'static str,
    /// What a word of the field is, such as "an edit".
    pub noun: &'static str,
    /// The field that tells which it is.
    pub tag: &'static str,
    /// The objects in order; the constant of each is the tag with its word.
    pub of: &'static [&'static Object],
}

/// A field of an object.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    /// As files have it.
    pub name: &'static str,
    /// What it means, as its documentation has it.
    pub about: &'static str,
    /// What its value is.
    pub kind: Kind,
    /// Whether it must be there.
    pub required: bool,
    /// Whether null stands for nothing.
    pub nullable: bool,
    /// What holds where it is left out, if that is a value.
    pub default: Option<fn() -> Value>,
    /// What its number, or each of its numbers, is measured in.
    pub unit: &'static str,
    /// Bounds of its number, or of each of its numbers, both allowed.
    pub within: Option<(f64, f64)>,
    /// Whether the lower bound itself is not allowed.
    pub above: bool,
    /// Least and greatest number of entries of its list or characters of its text.
    pub length: Option<(usize, usize)>,
    /// Whether a rule looks after its bounds, because it has more to say than that there are some.
    pub ruled: bool,
    /// Whether it is written even where it has its default.
    pub always: bool,
    /// An example as JSON; empty where the kind says enough.
    pub example: &'static str,
    /// What rules may find there, beside what its kind and bounds say.
    pub codes: &'static [Code],
}

impl Field {
    /// A field that holds a `T`.
    pub const fn of<T: super::Wire>(name: &'static str, about: &'static str) -> Self {
        Self {
            name,
            about,
            kind: T::KIND,
            required: !T::OPTIONAL,
            nullable: false,
            default: None,
            unit: "",
            within: None,
            above: false,
            length: None,
            ruled: false,
            always: false,
            example: "",
            codes: &[],
        }
    }

    /// With this where it is left out.
    #[must_use]
    pub const fn or(mut self, default: fn() -> Value) -> Self {
        self.required = false;
        self.default = Some(default);
        self
    }

    /// May be null.
    #[must_use]
    pub const fn nullable(mut self) -> Self {
        self.nullable = true;
        self
    }

    /// Measured in this.
    #[must_use]
    pub const fn unit(mut self, unit: &'static str) -> Self {
        self.unit = unit;
        self
    }

    /// Numbers within these bounds.
    #[must_use]
    pub const fn within(mut self, bounds: (f64, f64)) -> Self {
        self.within = Some(bounds);
        self
    }

    /// Numbers above the lower bound.
    #[must_use]
    pub const fn above(mut self) -> Self {
        self.above = true;
        self
    }

    /// Lists or texts of such a length.
    #[must_use]
    pub const fn length(mut self, bounds: (usize, usize)) -> Self {
        self.length = Some(bounds);
        self
    }

    /// A rule looks after the bounds.
    #[must_use]
    pub const fn ruled(mut self) -> Self {
        self.ruled = true;
        self
    }

    /// Written even where it has its default.
    #[must_use]
    pub const fn always(mut self) -> Self {
        self.always = true;
        self
    }

    /// Shown with this value, which is JSON.
    #[must_use]
    pub const fn example(mut self, json: &'static str) -> Self {
        self.example = json;
        self
    }

    /// Rules may find these.
    #[must_use]
    pub const fn codes(mut self, codes: &'static [Code]) -> Self {
        self.codes = codes;
        self
    }

    /// A value of this kind, whatever the type.
    #[must_use]
    pub const fn kind(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    /// What may be found at the field itself: what its kind and bounds say, then rules.
    pub fn findings(&self) -> Vec<Code> {
        let mut found = Vec::new();
        if self.required {
            found.push(codes::FIELD_MISSING);
        }
        match self.kind {
            Kind::Any => {}
            Kind::Form(form) => found.extend([codes::FIELD_TYPE, form.code]),
            Kind::Words(words) => found.extend([codes::FIELD_TYPE, words.code]),
            Kind::List(&Kind::Form(form)) => found.extend([codes::FIELD_TYPE, form.code]),
            Kind::List(&Kind::Words(words)) => found.extend([codes::FIELD_TYPE, words.code]),
            Kind::Whole => found.extend([codes::FIELD_TYPE, codes::FIELD_RANGE]),
            _ => found.push(codes::FIELD_TYPE),
        }
        if self.within.is_some() {
            found.push(codes::FIELD_RANGE);
        }
        match (self.length, self.kind) {
            (Some((1.., _)), Kind::List(_)) => found.push(codes::LIST_EMPTY),
            (Some(_), _) => found.push(codes::FIELD_LENGTH),
            _ => {}
        }
        found.extend(self.codes);
        let mut seen = Vec::with_capacity(found.len());
        for code in found {
            if !seen.contains(&code) {
                seen.push(code);
            }
        }
        seen
    }
}

/// The text of a documentation comment, a paragraph a line, without the marks of links.
pub fn plain(about: &str) -> String {
    let mut text = String::with_capacity(about.len());
    for line in about.lines().map(str::trim) {
        let glue = match text.chars().last() {
            None => "",
            _ if line.is_empty() => "\n",
            Some('\n') => "",
            Some(_) => " ",
        };
        text.push_str(glue);
        text.push_str(line);
    }
    text.trim().replace("[`", "`").replace("`]", "`")
}
