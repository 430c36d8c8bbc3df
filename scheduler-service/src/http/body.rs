//! Request bodies: read, judged by their schema, and only then turned into types.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::header;
use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

use crate::http::app::Shared;
use crate::http::problem::{self, Answer, HttpError, Violation};
use crate::http::schema::Judgement;

/// A JSON body of the form that `T` documents.
#[derive(Debug)]
pub struct Body<T> {
    /// What it says.
    pub value: T,
    /// Where it is out of bounds. Whoever takes the body adds what else makes no sense, and
    /// answers with all of it.
    pub violations: Vec<Violation>,
    /// SHA-256 of the bytes, in hexadecimal digits.
    pub digest: String,
}

impl<T: DeserializeOwned + ToSchema> FromRequest<Shared> for Body<T> {
    type Rejection = HttpError;

    async fn from_request(request: Request, app: &Shared) -> Answer<Self> {
        let bytes = read(request, app).await?;
        let value = parse(&bytes)?;
        let Judgement { mut malformed, out_of_bounds } = app.schemas().judge(&T::name(), &value);
        if !malformed.is_empty() {
            malformed.extend(out_of_bounds);
            return Err(HttpError::violations(problem::MALFORMED, malformed));
        }
        match serde_json::from_value(value) {
            Ok(value) => Ok(Self { value, violations: out_of_bounds, digest: digest(&bytes) }),
            // Out of the bounds of the type itself, such as a negative number of persons.
            Err(_) if !out_of_bounds.is_empty() => Err(meaningless(out_of_bounds)),
            Err(error) => {
                let violation = Violation::new("", "type", error.to_string());
                Err(HttpError::violations(problem::MALFORMED, vec![violation]))
            }
        }
    }
}

/// The answer to a request that is readable and makes no sense, at least in one place. Its code
/// says which part makes none where it is only one.
pub fn meaningless(mut violations: Vec<Violation>) -> HttpError {
    // Where the rules of the domain noticed what the schema did, they say more.
    let (all, mut index) = (violations.clone(), 0);
    violations.retain(|violation| {
        index += 1;
        let again = all[index..].iter().any(|later| later.pointer == violation.pointer);
        !(again && matches!(violation.code.as_str(), "range" | "length"))
    });
    let all_in =
        |part: &str| violations.iter().all(|violation| violation.pointer.starts_with(part));
    let all_are = |code: &str| violations.iter().all(|violation| violation.code == code);
    let code = match () {
        () if all_are("window-too-large") => problem::WINDOW_TOO_LARGE,
        () if all_in("/basket") => problem::INVALID_BASKET,
        () if all_in("/window") => problem::INVALID_WINDOW,
        () => problem::INVALID,
    };
    HttpError::violations(code, violations)
}

/// `Ok` where nothing is wrong, else [`meaningless`].
pub fn sensible(violations: Vec<Violation>) -> Answer<()> {
    if violations.is_empty() { Ok(()) } else { Err(meaningless(violations)) }
}

/// SHA-256 in hexadecimal digits.
pub fn digest(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The bytes of a JSON body.
///
/// # Errors
/// 415 for another content type, 413 where it is too large.
pub async fn read(request: Request, app: &Shared) -> Answer<Bytes> {
    let content_type = request.headers().get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let is_json = essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"));
    if !is_json {
        let detail = format!("the Content-Type is {content_type:?}; send application/json");
        return Err(HttpError::new(problem::MEDIA_TYPE, detail));
    }
    Bytes::from_request(request, app).await.map_err(|rejection| {
        if rejection.status() == problem::TOO_LARGE.status {
            HttpError::new(problem::TOO_LARGE, "the body is larger than this path takes")
        } else {
            HttpError::new(problem::MALFORMED, "the body did not arrive whole")
        }
    })
}

/// The JSON value that `bytes` are, each key once.
///
/// # Errors
/// 400 with the place of the first mistake.
pub fn parse(bytes: &[u8]) -> Answer<Value> {
    let value: Result<UniqueKeys, _> = serde_json::from_slice(bytes);
    value.map(|value| value.0).map_err(|error| {
        let violation = Violation::new("", "syntax", error.to_string());
        HttpError::violations(problem::MALFORMED, vec![violation])
    })
}

/// A JSON value whose objects have each key once: of two, a reader could take either.
struct UniqueKeys(Value);

impl<'de> Deserialize<'de> for UniqueKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(UniqueKeysVisitor).map(Self)
    }
}

struct UniqueKeysVisitor;

impl<'de> Visitor<'de> for UniqueKeysVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    /// JSON has one kind of number: 1.0 is as whole as 1.
    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        const EXACT: f64 = 9_007_199_254_740_992.0;
        let whole = value.fract() == 0.0 && value.abs() <= EXACT;
        Ok(if whole { (value as i64).into() } else { value.into() })
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(UniqueKeys(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut fields = Map::new();
        while let Some((name, UniqueKeys(value))) = entries.next_entry::<String, UniqueKeys>()? {
            if fields.contains_key(&name) {
                return Err(A::Error::custom(format_args!("the field {name:?} comes twice")));
            }
            fields.insert(name, value);
        }
        Ok(Value::Object(fields))
    }
}
