//! ID tokens: JSON Web Tokens (RFC 7519) that a provider has signed with one of its keys.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ED25519, RSA_PKCS1_2048_8192_SHA256,
    RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512, RSA_PSS_2048_8192_SHA256,
    RSA_PSS_2048_8192_SHA384, RSA_PSS_2048_8192_SHA512, RsaParameters, RsaPublicKeyComponents,
    UnparsedPublicKey, VerificationAlgorithm,
};
use serde::Deserialize;
use serde_json::Value;
use thiserror::Error;

/// Longest token that is looked at, in bytes.
const LONGEST: usize = 64 << 10;

/// A key of a provider (RFC 7517).
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Jwk {
    kty: String,
    kid: Option<String>,
    #[serde(rename = "use")]
    purpose: Option<String>,
    alg: Option<String>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

/// The keys of a provider.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub(super) struct Jwks {
    pub(super) keys: Vec<Jwk>,
}

/// Why a token is none.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(super) enum NotSigned {
    #[error("the ID token cannot be read: {0}")]
    Unreadable(&'static str),
    #[error("the ID token is signed by {0:?}, which is not accepted")]
    Algorithm(String),
    #[error("the provider has no key for the ID token")]
    NoKey,
    #[error("the signature of the ID token is wrong")]
    Wrong,
}

impl NotSigned {
    /// Whether another answer may come of newer keys.
    pub(super) fn may_be_old_keys(&self) -> bool {
        matches!(self, Self::NoKey | Self::Wrong)
    }
}

/// How a token may be signed: by keys of which only the provider has the other half. Neither `none`, nor a
/// secret that both have.
enum Algorithm {
    Rsa(&'static RsaParameters),
    Ec(&'static dyn VerificationAlgorithm, &'static str),
    Ed25519,
}

impl Algorithm {
    fn of(name: &str) -> Option<Self> {
        Some(match name {
            "RS256" => Self::Rsa(&RSA_PKCS1_2048_8192_SHA256),
            "RS384" => Self::Rsa(&RSA_PKCS1_2048_8192_SHA384),
            "RS512" => Self::Rsa(&RSA_PKCS1_2048_8192_SHA512),
            "PS256" => Self::Rsa(&RSA_PSS_2048_8192_SHA256),
            "PS384" => Self::Rsa(&RSA_PSS_2048_8192_SHA384),
            "PS512" => Self::Rsa(&RSA_PSS_2048_8192_SHA512),
            "ES256" => Self::Ec(&ECDSA_P256_SHA256_FIXED, "P-256"),
            "ES384" => Self::Ec(&ECDSA_P384_SHA384_FIXED, "P-384"),
            "EdDSA" => Self::Ed25519,
            _ => return None,
        })
    }

    /// Whether `key` is of its kind.
    fn takes(&self, key: &Jwk) -> bool {
        let (kind, curve) = match self {
            Self::Rsa(_) => ("RSA", None),
            Self::Ec(_, curve) => ("EC", Some(*curve)),
            Self::Ed25519 => ("OKP", Some("Ed25519")),
        };
        key.kty == kind && curve.is_none_or(|curve| key.crv.as_deref() == Some(curve))
    }

    /// Whether `signature` is one of `message` by `key`.
    fn verifies(&self, key: &Jwk, message: &[u8], signature: &[u8]) -> bool {
        let part = |text: &Option<String>| text.as_deref().and_then(decoded);
        match self {
            Self::Rsa(parameters) => part(&key.n).zip(part(&key.e)).is_some_and(|(n, e)| {
                RsaPublicKeyComponents { n, e }.verify(parameters, message, signature).is_ok()
            }),
            Self::Ec(algorithm, _) => part(&key.x).zip(part(&key.y)).is_some_and(|(x, y)| {
                let point = [&[4], x.as_slice(), y.as_slice()].concat();
                UnparsedPublicKey::new(*algorithm, point).verify(message, signature).is_ok()
            }),
            Self::Ed25519 => part(&key.x).is_some_and(|x| {
                UnparsedPublicKey::new(&ED25519, x).verify(message, signature).is_ok()
            }),
        }
    }
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    BASE64_URL_SAFE_NO_PAD.decode(text).ok()
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

/// The claims of `token`, which one of `keys` has signed.
pub(super) fn verified(token: &str, keys: &Jwks) -> Result<Value, NotSigned> {
    let unreadable = NotSigned::Unreadable;
    if token.len() > LONGEST {
        return Err(unreadable("it is too long"));
    }
    let mut parts = token.split('.');
    let (Some(header), Some(claims), Some(signature), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(unreadable("it has not three parts"));
    };
    let read = decoded(header).and_then(|bytes| serde_json::from_slice::<Header>(&bytes).ok());
    let read = read.ok_or(unreadable("its header"))?;
    let algorithm = Algorithm::of(&read.alg);
    let algorithm = algorithm.ok_or_else(|| NotSigned::Algorithm(read.alg.clone()))?;
    if read.crit.is_some() {
        return Err(unreadable("it needs extensions that are not known"));
    }
    let signature = decoded(signature).ok_or(unreadable("its signature"))?;
    let message = &token.as_bytes()[..header.len() + 1 + claims.len()];
    let right = |key: &&Jwk| {
        algorithm.takes(key)
            && key.purpose.as_deref().is_none_or(|purpose| purpose == "sig")
            && key.alg.as_deref().is_none_or(|alg| alg == read.alg)
            && (read.kid.is_none() || key.kid == read.kid)
    };
    let mut known = keys.keys.iter().filter(right).peekable();
    known.peek().ok_or(NotSigned::NoKey)?;
    if !known.any(|key| algorithm.verifies(key, message, &signature)) {
        return Err(NotSigned::Wrong);
    }
    let claims = decoded(claims).and_then(|bytes| serde_json::from_slice(&bytes).ok());
    claims.filter(Value::is_object).ok_or(unreadable("its claims"))
}

/// What the claims of an ID token have to be.
pub(super) struct Wanted<'a> {
    pub(super) issuer: &'a str,
    pub(super) audience: &'a str,
    pub(super) nonce: &'a str,
    /// Seconds since the Unix epoch.
    pub(super) now: i64,
    /// Seconds by which clocks may differ.
    pub(super) leeway: i64,
}

impl Wanted<'_> {
    /// Whether `claims` are that; why not.
    pub(super) fn check(&self, claims: &Value) -> Result<(), String> {
        let is = |name: &str, value: &str| claims[name].as_str() == Some(value);
        if !is("iss", self.issuer) {
            return Err(format!("the issuer is {}", claims["iss"]));
        }
        let (named, several) = match &claims["aud"] {
            Value::String(one) => (one == self.audience, false),
            Value::Array(all) => (all.iter().any(|one| one == self.audience), all.len() > 1),
            _ => (false, false),
        };
        if !named {
            return Err(format!("the audience is {}", claims["aud"]));
        }
        let party = claims.get("azp");
        if (several && party.is_none()) || party.is_some_and(|party| party != self.audience) {
            return Err("the ID token was made for another client".to_owned());
        }
        if !is("nonce", self.nonce) {
            return Err("the nonce is not the one of this sign-in".to_owned());
        }
        if claims["sub"].as_str().is_none_or(str::is_empty) {
            return Err("the ID token has no subject".to_owned());
        }
        // What is no number is no time, and not a time that is left out.
        let time = |name: &str| claims[name].as_f64().ok_or(format!("{name} is no time"));
        let now = self.now as f64;
        let leeway = self.leeway as f64;
        if time("exp")? + leeway <= now {
            return Err("the ID token has expired".to_owned());
        }
        if time("iat")? - leeway > now {
            return Err("the ID token is from the future".to_owned());
        }
        if claims.get("nbf").is_some() && time("nbf")? - leeway > now {
            return Err("the ID token is not valid yet".to_owned());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// The example of RFC 7515, appendix A.3, and of RFC 8037, appendix A.4.
    #[test]
    fn the_examples_of_the_standards_are_verified() {
        let key = |value: Value| Jwks { keys: vec![serde_json::from_value(value).unwrap()] };
        let es256 = key(json!({ "kty": "EC", "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" }));
        let token = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt\
                     cGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw\
                     5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
        assert_eq!(verified(token, &es256).unwrap()["iss"], "joe");
        let other = token.replacen("eyJpc3Mi", "eyJpc3MI", 1);
        assert_eq!(verified(&other, &es256), Err(NotSigned::Wrong));
        let eddsa = key(json!({ "kty": "OKP", "crv": "Ed25519",
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }));
        // "Example of Ed25519 signing" is signed right, and is no object.
        let token = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6\
                     dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        assert_eq!(verified(token, &eddsa), Err(NotSigned::Unreadable("its claims")));
        // A key is for its own kind only.
        assert_eq!(verified(token, &es256), Err(NotSigned::NoKey));
    }

    #[test]
    fn neither_none_nor_a_shared_secret_signs_anything() {
        let keys = Jwks { keys: vec![Jwk { kty: "oct".to_owned(), ..Jwk::default() }] };
        for alg in ["none", "None", "HS256", "HS512", "", "rs256", "ES256K"] {
            let header = BASE64_URL_SAFE_NO_PAD.encode(json!({ "alg": alg }).to_string());
            for token in [format!("{header}.e30."), format!("{header}.e30.AAAA")] {
                let answer = verified(&token, &keys);
                assert_eq!(answer, Err(NotSigned::Algorithm(alg.to_owned())), "{token}");
            }
        }
        for token in ["", "a.b", "a.b.c", "a.b.c.d", "e30.e30.", &"a".repeat(100_000)] {
            assert!(matches!(verified(token, &keys), Err(NotSigned::Unreadable(_))), "{token}");
        }
    }

    #[test]
    fn claims_are_for_this_sign_in_here_and_now() {
        let wanted =
            Wanted { issuer: "https://id", audience: "us", nonce: "n", now: 1000, leeway: 60 };
        let good = json!({ "iss": "https://id", "aud": "us", "nonce": "n", "sub": "1", "exp": 1001,
            "iat": 999 });
        let with = |name: &str, value: Value| {
            let mut claims = good.clone();
            claims[name] = value;
            wanted.check(&claims)
        };
        wanted.check(&good).unwrap();
        with("aud", json!(["us"])).unwrap();
        with("exp", json!(941)).unwrap();
        with("nbf", json!(1060)).unwrap();
        with("azp", json!("us")).unwrap();
        for (name, value) in [
            ("iss", json!("https://id/")),
            ("iss", json!(null)),
            ("aud", json!("you")),
            ("aud", json!(["you"])),
            ("aud", json!([])),
            ("aud", json!(["us", "you"])),
            ("azp", json!("you")),
            ("nonce", json!("m")),
            ("nonce", json!(null)),
            ("sub", json!("")),
            ("sub", json!(7)),
            ("exp", json!(940)),
            ("exp", json!("1001")),
            ("exp", json!(null)),
            ("iat", json!(1061)),
            ("iat", json!(null)),
            ("nbf", json!(1061)),
            ("nbf", json!("1000")),
        ] {
            with(name, value.clone()).expect_err(&format!("{name} {value}"));
        }
    }
}
