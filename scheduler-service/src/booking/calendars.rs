//! Calendars that calendar programs fetch: who made and who revoked them goes into the audit log.

use serde_json::Value;
use uuid::Uuid;

use super::{BookingError, Office};
use crate::store::{FeedOf, FeedRow};

/// Most calendars.
pub const MOST_FEEDS: u32 = 5_000;

impl Office {
    /// Adds a calendar, unless there are [`MOST_FEEDS`]. Whether it did.
    ///
    /// # Errors
    /// [`BookingError::Unavailable`].
    pub async fn add_feed(&self, feed: &FeedRow) -> Result<bool, BookingError> {
        let more = [("calendar", Value::from(feed.id.to_string()))];
        let notes = self.noted(self.now(), Some(&subject(&feed.of)), &more);
        self.beside(self.store().add_feed(feed, MOST_FEEDS, &notes)).await
    }

    /// Revokes a calendar. Whether it was there.
    ///
    /// # Errors
    /// [`BookingError::Unavailable`].
    pub async fn remove_feed(&self, feed: &FeedRow) -> Result<bool, BookingError> {
        let more = [("calendar", Value::from(feed.id.to_string()))];
        let notes = self.noted(self.now(), Some(&subject(&feed.of)), &more);
        self.beside(self.store().remove_feed(feed.id, &notes)).await
    }

    /// The calendar whose token has the fingerprint `digest`.
    ///
    /// # Errors
    /// [`BookingError::Unavailable`].
    pub async fn feed_by_token(&self, digest: &str) -> Result<Option<FeedRow>, BookingError> {
        self.beside(self.store().feed_by_token(digest)).await
    }

    /// The calendar `id`.
    ///
    /// # Errors
    /// [`BookingError::Unavailable`].
    pub async fn feed(&self, id: Uuid) -> Result<Option<FeedRow>, BookingError> {
        self.beside(self.store().feed(id)).await
    }
}

/// What the audit log calls it.
fn subject(of: &FeedOf) -> String {
    match of {
        FeedOf::Staff(id) => format!("staff {id}"),
        FeedOf::Site(id) => format!("site {id}"),
    }
}
