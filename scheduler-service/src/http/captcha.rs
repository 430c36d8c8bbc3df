//! Whether a visitor of a page is a person: asks whoever made the captcha, in the form that such services
//! share (`siteverify`): a form with `secret`, `response` and `remoteip`, answered by JSON with `success`.

use std::net::IpAddr;
use std::time::Duration;

use axum::http::Method;
use form_urlencoded::Serializer;
use serde::Deserialize;

use crate::http::outgoing::{Call, Target};
use crate::http::problem::{self, Answer, HttpError};
use crate::http::sign_on::Secret;

/// How long it may take.
const TIMEOUT: Duration = Duration::from_secs(5);

/// Most bytes of the answer.
const MOST: usize = 64 << 10;

/// Who checks captchas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Captcha {
    /// Where.
    pub verify: Target,
    /// By what it knows this service.
    pub secret: Secret,
}

#[derive(Deserialize)]
struct Verdict {
    success: bool,
    #[serde(default, rename = "error-codes")]
    errors: Vec<String>,
}

impl Captcha {
    /// Whether `shown`, what a visitor at `address` got for the captcha, is good.
    ///
    /// # Errors
    /// 422 where it shows none, 403 where it is refused, 503 where nobody can say.
    pub async fn check(&self, shown: Option<&str>, address: Option<IpAddr>) -> Answer<()> {
        let Some(shown) = shown else {
            let violation = problem::Violation::new(
                "/captcha",
                "missing",
                "the key is for pages that everybody can open: show what the captcha gave",
            );
            return Err(HttpError::violations(problem::CAPTCHA_MISSING, vec![violation]));
        };
        let verdict = match tokio::time::timeout(TIMEOUT, self.ask(shown, address)).await {
            Ok(Ok(verdict)) => verdict,
            Ok(Err(why)) => return Err(unavailable(&why)),
            Err(_) => return Err(unavailable("no answer in time")),
        };
        if verdict.success {
            return Ok(());
        }
        // A mistake of this service, not of the visitor's.
        if let Some(ours) = verdict.errors.iter().find(|error| error.contains("secret")) {
            return Err(unavailable(ours));
        }
        let detail = "the captcha was not solved, is too old, or was used before: show a new one";
        Err(HttpError::new(problem::CAPTCHA_REFUSED, detail))
    }

    async fn ask(&self, shown: &str, address: Option<IpAddr>) -> Result<Verdict, String> {
        let address = address.map(|address| address.to_string());
        let pairs = [("secret", self.secret.0.as_str()), ("response", shown)];
        let pairs = pairs.into_iter().chain(address.iter().map(|text| ("remoteip", text.as_str())));
        let body = Serializer::new(String::new()).extend_pairs(pairs).finish().into_bytes();
        let headers = vec![
            ("content-type", "application/x-www-form-urlencoded".to_owned()),
            ("accept", "application/json".to_owned()),
        ];
        let call = Call { method: Method::POST, headers, body, private: true, most: MOST };
        let (status, body) = self.verify.call(call).await?;
        if !status.is_success() {
            return Err(format!("it answers {status}"));
        }
        serde_json::from_slice(&body).map_err(|error| format!("it answers nonsense: {error}"))
    }
}

fn unavailable(why: &str) -> HttpError {
    tracing::warn!(%why, "captchas cannot be checked");
    let detail = "the captcha cannot be checked for the moment";
    HttpError::new(problem::CAPTCHA_UNAVAILABLE, detail).retry_after(5)
}
