//! One request to a receiver of events.

use std::time::Duration;

use axum::http::Method;

use crate::http::outgoing::{Call, Target};

/// How long a request may take, from the name to the answer.
const TIMEOUT: Duration = Duration::from_secs(10);

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The receiver has it: it answered 2xx.
    Taken,
    /// The receiver answered something else.
    Refused(String),
    /// There was no answer.
    Unreachable(String),
}

/// Sends `body` with `headers` to the receiver at `target`.
pub(super) async fn post(
    target: &Target,
    private: bool,
    headers: &[(&'static str, String)],
    body: Vec<u8>,
) -> Outcome {
    let headers = headers.iter().cloned();
    let call = Call {
        method: Method::POST,
        headers: headers.chain([("content-type", "application/json".to_owned())]).collect(),
        body,
        private,
        most: 0,
    };
    let answer = async { target.call(call).await.map(|(status, _)| status) };
    match tokio::time::timeout(TIMEOUT, answer).await {
        Ok(Ok(status)) if status.is_success() => Outcome::Taken,
        // Where it leads was not judged.
        Ok(Ok(status)) if status.is_redirection() => {
            Outcome::Refused(format!("it answers {status}, and redirects are not followed"))
        }
        Ok(Ok(status)) => Outcome::Refused(format!("it answers {status}")),
        Ok(Err(reason)) => Outcome::Unreachable(reason),
        Err(_) => Outcome::Unreachable(format!("no answer within {} s", TIMEOUT.as_secs())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn names_that_lead_to_private_addresses_are_not_called() {
        let target = Target::parse("https://localhost:9/", false).unwrap();
        let outcome = post(&target, false, &[], Vec::new()).await;
        let Outcome::Unreachable(reason) = outcome else { panic!("{outcome:?}") };
        assert!(reason.contains("no public address"), "{reason}");
    }
}
