//! Types that are documentation only: the library reads and writes what they show.

/// Structs for the OpenAPI document, without fields that are not named.
macro_rules! shapes {
    ($($(#[$about:meta])* $name:ident {
        $($(#[$field_about:meta])* $field:ident: $type:ty,)*
    })*) => {
        $($(#[$about])*
        #[derive(Debug, Deserialize, ToSchema)]
        #[serde(deny_unknown_fields)]
        #[expect(dead_code, reason = "shows what the library reads or writes")]
        pub struct $name { $($(#[$field_about])* $field: $type,)* })*
    };
}
pub(super) use shapes;
