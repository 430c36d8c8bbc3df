//! Descriptions as JSON Schema, for OpenAPI documents.

use std::borrow::Cow;

use serde_json::Value;
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, Discriminator, ObjectBuilder, OneOfBuilder, Ref,
    RefBuilder, SchemaFormat, SchemaType, Type,
};

pub use utoipa::openapi::{RefOr, Schema};
pub use utoipa::{PartialSchema, ToSchema};

use super::kind::{Choice, Field, Form, Kind, Object, Words, plain};

/// The schema of a kind, with references to those that have names.
pub fn of(kind: &Kind) -> RefOr<Schema> {
    match kind {
        Kind::Words(words) => words_schema(words).into(),
        Kind::Form(form) => form_schema(form).into(),
        Kind::Object(object) => object_schema(object).into(),
        Kind::Choice(choice) => choice_schema(choice).into(),
        other => value(other, &Field::of::<Value>("", "")),
    }
}

/// The name of a kind among the components of a document; empty where it has none.
pub fn name(kind: &Kind) -> Cow<'static, str> {
    let name = match kind {
        Kind::Form(form) => form.name,
        Kind::Words(words) => words.name,
        Kind::Object(object) => object.name,
        Kind::Choice(choice) => choice.name,
        _ => "",
    };
    Cow::Borrowed(name)
}

/// Adds all that the schema of a kind refers to, each once.
pub fn parts(kind: &Kind, schemas: &mut Vec<(String, RefOr<Schema>)>) {
    match kind {
        Kind::List(of) => named(of, schemas),
        Kind::Object(object) => {
            for field in object.fields() {
                named(&field.kind, schemas);
            }
        }
        Kind::Choice(choice) => {
            for object in choice.of {
                named(&Kind::Object(object), schemas);
            }
        }
        _ => {}
    }
}

fn named(kind: &Kind, schemas: &mut Vec<(String, RefOr<Schema>)>) {
    let name = name(kind);
    if name.is_empty() {
        return parts(kind, schemas);
    }
    if schemas.iter().all(|(known, _)| *known != name) {
        schemas.push((name.into_owned(), of(kind)));
        parts(kind, schemas);
    }
}

fn words_schema(words: &Words) -> Schema {
    let mut about = plain(words.about);
    for word in words.words {
        about += &format!("\n- `{}`: {}", word.word, plain(word.about));
    }
    let values = words.words.iter().map(|word| word.word);
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(about))
        .enum_values(Some(values))
        .into()
}

/// The schema of a text that is one of `words`.
pub fn one_of(about: &str, words: impl IntoIterator<Item = impl Into<Value>>) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(plain(about)))
        .enum_values(Some(words))
        .into()
}

fn form_schema(form: &Form) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .format(Some(SchemaFormat::Custom(form.format.to_owned())))
        .pattern(Some(form.pattern).filter(|pattern| !pattern.is_empty()))
        .examples([form.example])
}

fn object_schema(object: &Object) -> Schema {
    let mut schema = ObjectBuilder::new()
        .description(Some(plain(object.about)))
        .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)));
    if let Some((name, value)) = object.constant {
        let constant = ObjectBuilder::new().schema_type(Type::String).enum_values(Some([value]));
        schema = schema.property(name, constant).required(name);
    }
    for field in object.fields() {
        schema = schema.property(field.name, field_schema(field));
        if field.required {
            schema = schema.required(field.name);
        }
    }
    schema.into()
}

fn choice_schema(choice: &Choice) -> Schema {
    let words = choice.of.iter().filter_map(|object| {
        let (_, word) = object.constant?;
        Some((word, Ref::from_schema_name(object.name).ref_location))
    });
    let schema = OneOfBuilder::new()
        .description(Some(plain(choice.about)))
        .discriminator(Some(Discriminator::with_mapping(choice.tag, words)));
    let objects = choice.of.iter();
    objects.fold(schema, |schema, object| schema.item(Ref::from_schema_name(object.name))).into()
}

fn field_schema(field: &Field) -> RefOr<Schema> {
    let about = plain(field.about);
    let default = field.default.map(|default| default());
    let example: Option<Value> = serde_json::from_str(field.example).ok();
    match value(&field.kind, field) {
        RefOr::Ref(reference) => {
            RefBuilder::from(reference).description(Some(about)).default(default).into()
        }
        RefOr::T(Schema::Array(list)) => ArrayBuilder::from(list)
            .description(Some(about))
            // What stands for a list that is left out need be no list of the right length.
            .default(default.filter(|default| is_long_enough(default, field)))
            .examples(example)
            .into(),
        RefOr::T(Schema::Object(object)) => ObjectBuilder::from(object)
            .description(Some(about))
            .default(default)
            .examples(example)
            .into(),
        other => other,
    }
}

/// The schema of the value of `field`, or of the entries of its list.
fn value(kind: &Kind, field: &Field) -> RefOr<Schema> {
    let name = name(kind);
    if !name.is_empty() {
        return Ref::from_schema_name(name).into();
    }
    let kind_of = |kind: Type| {
        if field.nullable { SchemaType::from_iter([kind, Type::Null]) } else { kind.into() }
    };
    match kind {
        Kind::Switch => ObjectBuilder::new().schema_type(kind_of(Type::Boolean)).into(),
        Kind::Text => {
            let (least, most) = match field.kind {
                Kind::Text => bounds(field.length),
                _ => (None, None),
            };
            let text = ObjectBuilder::new().schema_type(kind_of(Type::String));
            text.min_length(least).max_length(most).into()
        }
        Kind::Form(form) => form_schema(form).into(),
        Kind::Number | Kind::Whole => number(kind, field, kind_of).into(),
        Kind::List(of) => {
            let (least, most) = bounds(field.length);
            ArrayBuilder::new().items(value(of, field)).min_items(least).max_items(most).into()
        }
        _ => ObjectBuilder::new().schema_type(SchemaType::AnyValue).into(),
    }
}

fn number(kind: &Kind, field: &Field, kind_of: impl Fn(Type) -> SchemaType) -> ObjectBuilder {
    let is_whole = matches!(kind, Kind::Whole);
    let (mut least, mut most) = match field.within {
        Some((least, most)) => (Some(least), Some(most)),
        None => (None, None),
    };
    if is_whole {
        least = Some(least.unwrap_or(0.0).max(0.0));
        // What the type can hold is no bound that anybody meets.
        most = most.filter(|&most| most < f64::from(u32::MAX));
    }
    let above = least.filter(|_| field.above);
    ObjectBuilder::new()
        .schema_type(kind_of(if is_whole { Type::Integer } else { Type::Number }))
        .minimum(least.filter(|_| !field.above).map(shown))
        .exclusive_minimum(above.map(shown))
        .maximum(most.map(shown))
}

/// Whether a list has as many entries as `field` asks for.
fn is_long_enough(list: &Value, field: &Field) -> bool {
    let (least, _) = bounds(field.length);
    least.is_none_or(|least| list.as_array().is_some_and(|list| list.len() >= least))
}

/// Whole numbers without a decimal point.
fn shown(bound: f64) -> utoipa::Number {
    if bound.fract() == 0.0 && bound.abs() < 1e15 {
        utoipa::Number::Int(bound as isize)
    } else {
        utoipa::Number::Float(bound)
    }
}

fn bounds(length: Option<(usize, usize)>) -> (Option<usize>, Option<usize>) {
    let Some((least, most)) = length else { return (None, None) };
    (Some(least).filter(|&least| least > 0), Some(most).filter(|&most| most < usize::MAX))
}
