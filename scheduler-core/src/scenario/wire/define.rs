//! The macros that define parts of files.

/// Defines parts of a file: types, readers, writers and descriptions in one.
///
/// ```text
/// wire! {
///     /// What it is.
///     #[derive(Eq)]                        // beside Debug, Clone and PartialEq
///     pub struct Break: Default {          // `as "Name"`: its name in schemas; `Default`: with
///                                          // what is left out as files have it
///         /// What the field means.
///         #[wire(unit = "minutes", within = (1.0, 1440.0))]   // builders of `Field`
///         pub minutes: u32,                // `as "name"`: its name in files
///         /// May be left out, as the type is an option.
///         pub name: Option<String>,
///         /// May be left out, and is 0 then.
///         pub notice: u32 = 0,
///     }
/// }
/// ```
///
/// Serde reads each part by itself too, with all findings in the error.
///
/// `schema "scenario/1"` after the name of a type says what its field `schema` has; `with site: Site`
/// takes in the fields of another part, before its own.
#[macro_export]
#[doc(hidden)]
macro_rules! wire {
    ($(
        $(#[doc = $about:literal])*
        $(#[derive($($derive:path),*)])?
        $(#[serde($($serde:tt)*)])?
        $vis:vis struct $name:ident $(<$lt:lifetime>)? $(as $shown:literal)?
        $(schema $schema:literal)? $(with $base:ident: $base_type:ident)? $(: $standard:ident)? {
            $(
                $(#[doc = $field_about:literal])*
                $(#[wire($($key:ident $(= $value:expr)?),* $(,)?)])?
                $(#[serde($($field_serde:tt)*)])?
                $field_vis:vis $field:ident $(as $field_name:literal)?: $type:ty
                    $(= $default:expr)?
            ),* $(,)?
        }
    )*) => {$(
        $(#[doc = $about])*
        #[derive(Debug, Clone, PartialEq $($(, $derive)*)?)]
        $(#[serde($($serde)*)])?
        $vis struct $name $(<$lt>)? {
            $(
                #[doc = concat!("The fields of a [`", stringify!($base_type), "`].")]
                pub $base: $base_type,
            )?
            $(
                $(#[doc = $field_about])*
                $(#[serde($($field_serde)*)])?
                $field_vis $field: $type,
            )*
        }

        impl $(<$lt>)? $crate::scenario::wire::Part for $name $(<$lt>)? {
            const OBJECT: &'static $crate::scenario::wire::Object =
                &$crate::scenario::wire::Object {
                    name: $crate::wire!(@first $($shown)? stringify!($name)),
                    about: concat!($($about, "\n"),*),
                    constant: $crate::wire!(@option $(("schema", $schema))?),
                    base: $crate::wire!(
                        @option $(<$base_type as $crate::scenario::wire::Part>::OBJECT)?
                    ),
                    own: &[$(
                        $crate::scenario::wire::Field::of::<$type>(
                            $crate::wire!(@first $($field_name)? stringify!($field)),
                            concat!($($field_about, "\n"),*),
                        )
                        $($(.$key($($value)?))*)?
                        $(.or(|| {
                            let value: $type = $default;
                            $crate::scenario::wire::write(&value)
                        }))?
                    ),*],
                };

            fn take(
                fields: &mut $crate::scenario::wire::Fields,
                reader: &mut $crate::scenario::wire::Reader,
            ) -> Self {
                let mut next = $crate::scenario::wire::Cursor::new(Self::OBJECT);
                Self {
                    $($base: $crate::scenario::wire::Part::take(fields, reader),)?
                    $($field: $crate::wire!(@read next, fields, reader $(, $default)?),)*
                }
            }

            fn give<M: ::serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                let mut next = $crate::scenario::wire::Cursor::new(Self::OBJECT);
                next.constant(map)?;
                $($crate::scenario::wire::Part::give(&self.$base, map)?;)?
                $(
                    let left_out = $crate::wire!(@left_out self.$field, $type $(, $default)?);
                    next.give(map, &self.$field, left_out)?;
                )*
                Ok(())
            }

            fn check_fields(&self, walk: &mut $crate::scenario::wire::Walk<'_>) {
                let mut next = $crate::scenario::wire::Cursor::new(Self::OBJECT);
                $($crate::scenario::wire::Part::check_fields(&self.$base, walk);)?
                $(next.check(walk, &self.$field);)*
            }
        }

        impl $(<$lt>)? $crate::scenario::wire::Wire for $name $(<$lt>)? {
            const KIND: $crate::scenario::wire::Kind = $crate::scenario::wire::Kind::Object(
                <Self as $crate::scenario::wire::Part>::OBJECT,
            );

            fn read(
                tree: Option<$crate::scenario::wire::Tree>,
                reader: &mut $crate::scenario::wire::Reader,
            ) -> Self {
                let object = <Self as $crate::scenario::wire::Part>::OBJECT;
                let mut fields = reader.object(tree, object);
                fields.constant(object, reader);
                $crate::scenario::wire::Part::take(&mut fields, reader)
            }

            fn check(
                &self,
                _field: &$crate::scenario::wire::Field,
                walk: &mut $crate::scenario::wire::Walk<'_>,
            ) {
                $crate::scenario::wire::Part::check_fields(self, walk);
            }
        }

        impl $(<$lt>)? ::serde::Serialize for $name $(<$lt>)? {
            fn serialize<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                $crate::scenario::wire::write_part(self, to)
            }
        }

        $crate::wire!(@standard $($standard)? {
            impl $(<$lt>)? Default for $name $(<$lt>)? {
                fn default() -> Self {
                    Self {
                        $($base: Default::default(),)?
                        $($field: $crate::wire!(@default $($default)?),)*
                    }
                }
            }
        });
        $crate::wire!(@alone $name $(<$lt>)? $($schema)?);
        $crate::wire_schema!($name $(<$lt>)?);
    )*};

    (@alone $name:ident) => {
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                $crate::scenario::wire::deserialize(from)
            }
        }
    };
    (@standard { $($never:tt)* }) => {};
    (@standard Default { $($default:tt)* }) => { $($default)* };
    (@default) => { Default::default() };
    (@default $default:expr) => { $default };
    // Files and what borrows from them have readers of their own.
    (@alone $($name:tt)*) => {};
    (@first $first:literal $second:expr) => { $first };
    (@first $second:expr) => { $second };
    (@option) => { None };
    (@option $value:expr) => { Some($value) };
    (@read $next:ident, $fields:ident, $reader:ident) => { $next.read($fields, $reader) };
    (@read $next:ident, $fields:ident, $reader:ident, $default:expr) => {
        $next.read_or($fields, $reader, || $default)
    };
    (@left_out $value:expr, $type:ty) => { $crate::scenario::wire::Wire::is_absent(&$value) };
    (@left_out $value:expr, $type:ty, $default:expr) => {{
        let default: $type = $default;
        $value == default
    }};
}

/// Defines closed sets of words: `pub enum Weekday: "a weekday" { Mon = "mon", … }`, of which
/// `default Mon` may name the one that [`Default`] gives; `as "Name"` after the name of the type is its
/// name in schemas.
#[macro_export]
#[doc(hidden)]
macro_rules! words {
    ($(
        $(#[doc = $about:literal])*
        $vis:vis enum $name:ident $(as $shown:literal)?: $noun:literal
            $(, default $default:ident)? $(, code $code:ident)? $(,)? {
            $($(#[doc = $word_about:literal])* $word:ident = $text:literal),* $(,)?
        }
    )*) => {$(
        $(#[doc = $about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name {
            $($(#[doc = $word_about])* $word,)*
        }

        impl $name {
            /// All of them in order.
            pub const ALL: [Self; [$($text),*].len()] = [$(Self::$word),*];

            const WORDS: &'static $crate::scenario::wire::Words = &$crate::scenario::wire::Words {
                name: $crate::wire!(@first $($shown)? stringify!($name)),
                about: concat!($($about, "\n"),*),
                noun: $noun,
                words: &[$($crate::scenario::wire::Word {
                    word: $text,
                    about: concat!($($word_about, "\n"),*),
                }),*],
                code: $crate::words!(@code $($code)?),
            };

            /// As files have it.
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$word => $text,)*
                }
            }
        }

        $(impl Default for $name {
            fn default() -> Self {
                Self::$default
            }
        })?

        impl ::std::fmt::Display for $name {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(self.word())
            }
        }

        impl $crate::scenario::wire::Wire for $name {
            const KIND: $crate::scenario::wire::Kind =
                $crate::scenario::wire::Kind::Words(Self::WORDS);

            fn read(
                tree: Option<$crate::scenario::wire::Tree>,
                reader: &mut $crate::scenario::wire::Reader,
            ) -> Self {
                let place = reader.word(tree, Self::WORDS);
                Self::ALL[place.unwrap_or(0)]
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.serialize_str(self.word())
            }
        }

        $crate::wire!(@alone $name);
        $crate::wire_schema!($name);
    )*};

    (@code) => { $crate::scenario::codes::FIELD_WORD };
    (@code $code:ident) => { $code };
}

/// Defines one of several objects that a field tells apart. A variant is another part in
/// parentheses, or has its own fields in braces.
#[macro_export]
#[doc(hidden)]
macro_rules! choice {
    (
        $(#[doc = $about:literal])*
        $vis:vis enum $name:ident: $noun:literal by $tag:literal else $fallback:expr;
        $(
            $(#[doc = $variant_about:literal])*
            $variant:ident = $word:literal
            $(($part:ident))?
            $({$(
                $(#[doc = $field_about:literal])*
                $(#[wire($($key:ident $(= $value:expr)?),* $(,)?)])?
                $field:ident: $type:ty
            ),* $(,)?})?
        ),* $(,)?
    ) => {
        $(#[doc = $about])*
        #[derive(Debug, Clone, PartialEq)]
        #[allow(clippy::large_enum_variant, reason = "a file has few of them")]
        #[non_exhaustive]
        $vis enum $name {
            $($(#[doc = $variant_about])* $variant $(($part))? $({
                $($(#[doc = $field_about])* $field: $type,)*
            })?,)*
        }

        impl $name {
            const CHOICE: &'static $crate::scenario::wire::Choice =
                &$crate::scenario::wire::Choice {
                    name: stringify!($name),
                    about: concat!($($about, "\n"),*),
                    noun: $noun,
                    tag: $tag,
                    of: &[$(&$crate::scenario::wire::Object {
                        name: concat!(stringify!($variant), stringify!($name)),
                        about: concat!($($variant_about, "\n"),*),
                        constant: Some(($tag, $word)),
                        base: $crate::wire!(
                            @option $(<$part as $crate::scenario::wire::Part>::OBJECT)?
                        ),
                        own: &[$($(
                            $crate::scenario::wire::Field::of::<$type>(
                                stringify!($field),
                                concat!($($field_about, "\n"),*),
                            )
                            $($(.$key($($value)?))*)?
                        ),*)?],
                    }),*],
                };

            /// The word by which files name this one.
            pub const fn word(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $word,)*
                }
            }

            fn give<M: ::serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
                let mut next = $crate::scenario::wire::Cursor::chosen(Self::CHOICE, self.word());
                next.constant(map)?;
                match self {
                    $(Self::$variant $(($crate::choice!(@bind $part inner)))? $({$($field),*})? => {
                        $(<$part as $crate::scenario::wire::Part>::give(inner, map)?;)?
                        $($(
                            let left_out = $crate::scenario::wire::Wire::is_absent($field);
                            next.give(map, $field, left_out)?;
                        )*)?
                    })*
                }
                Ok(())
            }
        }

        impl $crate::scenario::wire::Wire for $name {
            const KIND: $crate::scenario::wire::Kind =
                $crate::scenario::wire::Kind::Choice(Self::CHOICE);

            fn read(
                tree: Option<$crate::scenario::wire::Tree>,
                reader: &mut $crate::scenario::wire::Reader,
            ) -> Self {
                let (word, mut fields) = reader.choice(tree, Self::CHOICE);
                let fields = &mut fields;
                match word {
                    $(Some($word) => {
                        let mut _next =
                            $crate::scenario::wire::Cursor::chosen(Self::CHOICE, $word);
                        Self::$variant
                            $((<$part as $crate::scenario::wire::Part>::take(fields, reader)))?
                            $({$($field: _next.read(fields, reader)),*})?
                    })*
                    _ => $fallback,
                }
            }

            fn check(
                &self,
                _field: &$crate::scenario::wire::Field,
                walk: &mut $crate::scenario::wire::Walk<'_>,
            ) {
                let mut next = $crate::scenario::wire::Cursor::chosen(Self::CHOICE, self.word());
                match self {
                    $(Self::$variant $(($crate::choice!(@bind $part inner)))? $({$($field),*})? => {
                        $(<$part as $crate::scenario::wire::Part>::check_fields(inner, walk);)?
                        $($(next.check(walk, $field);)*)?
                    })*
                }
            }
        }

        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                let mut map = to.serialize_map(None)?;
                self.give(&mut map)?;
                ::serde::ser::SerializeMap::end(map)
            }
        }

        $crate::wire!(@alone $name);
        $crate::wire_schema!($name);
    };

    (@bind $part:ident $name:ident) => { $name };
}

/// Gives a part its JSON Schema, where the feature `schema` is on.
#[cfg(feature = "schema")]
#[macro_export]
#[doc(hidden)]
macro_rules! wire_schema {
    ($name:ident $(<$lt:lifetime>)?) => {
        impl $(<$lt>)? $crate::scenario::wire::schema::PartialSchema for $name $(<$lt>)? {
            fn schema() -> $crate::scenario::wire::schema::RefOr<
                $crate::scenario::wire::schema::Schema,
            > {
                $crate::scenario::wire::schema::of(&<Self as $crate::scenario::wire::Wire>::KIND)
            }
        }

        impl $(<$lt>)? $crate::scenario::wire::schema::ToSchema for $name $(<$lt>)? {
            fn name() -> ::std::borrow::Cow<'static, str> {
                $crate::scenario::wire::schema::name(&<Self as $crate::scenario::wire::Wire>::KIND)
            }

            fn schemas(
                schemas: &mut Vec<(
                    String,
                    $crate::scenario::wire::schema::RefOr<$crate::scenario::wire::schema::Schema>,
                )>,
            ) {
                let kind = &<Self as $crate::scenario::wire::Wire>::KIND;
                $crate::scenario::wire::schema::parts(kind, schemas);
            }
        }
    };
}

/// Gives a part its JSON Schema, where the feature `schema` is on.
#[cfg(not(feature = "schema"))]
#[macro_export]
#[doc(hidden)]
macro_rules! wire_schema {
    ($($name:tt)*) => {};
}

/// Shows a text of which code knows all values, and which has no type of its own, as a closed set:
/// `names! { /// Which. pub FigureId = KpiId::ALL.map(KpiId::id); }` makes a type that only documents.
#[cfg(feature = "schema")]
#[macro_export]
#[doc(hidden)]
macro_rules! names {
    ($($(#[doc = $about:literal])* $vis:vis $name:ident = $names:expr;)*) => {$(
        $(#[doc = $about])*
        #[derive(Debug)]
        $vis struct $name;

        impl $crate::scenario::wire::schema::PartialSchema for $name {
            fn schema() -> $crate::scenario::wire::schema::RefOr<
                $crate::scenario::wire::schema::Schema,
            > {
                $crate::scenario::wire::schema::one_of(concat!($($about, "\n"),*), $names)
            }
        }

        impl $crate::scenario::wire::schema::ToSchema for $name {
            fn name() -> ::std::borrow::Cow<'static, str> {
                ::std::borrow::Cow::Borrowed(stringify!($name))
            }
        }
    )*};
}
