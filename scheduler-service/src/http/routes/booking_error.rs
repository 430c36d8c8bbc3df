//! What stands in the way of a booking, as HTTP says it

use crate::booking::BookingError;
use crate::http::problem::{self, Alternative, HttpError, Stranded, Violation};
use crate::http::reasons::ReasonCode;

/// Why a start cannot be booked whatever is promised already.
const NEVER: [&str; 4] = ["closed", "no-clerk", "no-room", "outside-day"];

impl From<BookingError> for HttpError {
    fn from(error: BookingError) -> Self {
        let detail = error.to_string();
        let seconds = |wait: std::time::Duration| u32::try_from(wait.as_secs()).unwrap_or(u32::MAX);
        match error {
            BookingError::NotFound => Self::new(problem::NOT_FOUND, detail),
            BookingError::Gone { code, alternatives, .. } => {
                metrics::counter!("scheduler_conflicts_total").increment(1);
                // Its own code, so that a frontend knows whether to look at other times of the day.
                let alternatives = alternatives.into_iter().map(|other| Alternative {
                    site: other.place.site,
                    start: other.place.start,
                    end: other.end,
                });
                let kind = if NEVER.contains(&code) {
                    problem::NOT_OFFERED
                } else {
                    problem::SLOT_UNAVAILABLE
                };
                let error = Self::violations(kind, vec![Violation::new("/start", code, detail)]);
                error.with_alternatives(alternatives.collect())
            }
            BookingError::NotReleased { code, released_at, .. } => {
                let violations = vec![Violation::new("/start", code, detail)];
                Self::violations(problem::NOT_RELEASED, violations).with_released_at(released_at)
            }
            BookingError::HoldExpired => {
                metrics::counter!("scheduler_too_late_total").increment(1);
                Self::new(problem::HOLD_EXPIRED, detail)
            }
            BookingError::HoldReleased => Self::new(problem::HOLD_RELEASED, detail),
            BookingError::TooManyHolds { .. } => {
                Self::new(problem::TOO_MANY_HOLDS, detail).retry_after(60)
            }
            BookingError::TooManyWishes { .. } => Self::new(problem::TOO_MANY_WISHES, detail),
            BookingError::Duplicate => Self::new(problem::ID_TAKEN, detail),
            BookingError::TooLate => Self::new(problem::TOO_LATE, detail),
            BookingError::TooEarly { .. } | BookingError::WrongStatus { .. } => {
                Self::new(problem::WRONG_STATE, detail)
            }
            BookingError::Stale { .. } => Self::new(problem::STALE, detail),
            BookingError::Invalid(violations) => {
                let start = violations.iter().all(|violation| violation.pointer == "/start");
                match start {
                    true => Self::violations(problem::NOT_OFFERED, violations),
                    false => crate::http::body::meaningless(violations),
                }
            }
            BookingError::Findings(findings) => super::scenario_read::refused(&findings, ""),
            BookingError::InvalidPlan(violations) => {
                Self::violations(problem::INVALID_PLAN, violations)
            }
            BookingError::WouldStrand(stranded) => {
                let stranded = stranded.into_iter().map(|promise| Stranded {
                    id: promise.id.to_string(),
                    site: promise.place.site,
                    start: promise.place.start,
                    reason: ReasonCode::of(promise.code),
                    reference: promise.reference,
                });
                Self::new(problem::WOULD_STRAND, detail).with_stranded(stranded.collect())
            }
            BookingError::Repeated => Self::new(problem::KEY_IN_USE, detail).retry_after(1),
            BookingError::NotReady { .. } => Self::new(problem::UNAVAILABLE, detail).retry_after(2),
            BookingError::Refused => {
                let violation = Violation::new("", "not-storable", detail);
                Self::violations(problem::INVALID, vec![violation])
            }
            // The log has the cause.
            BookingError::Internal => Self::internal(&detail),
            BookingError::Busy { retry_after } => {
                Self::new(problem::BUSY, detail).retry_after(seconds(retry_after))
            }
            BookingError::Unavailable { retry_after } => {
                Self::new(problem::UNAVAILABLE, detail).retry_after(seconds(retry_after))
            }
        }
    }
}
