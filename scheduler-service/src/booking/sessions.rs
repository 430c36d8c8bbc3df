//! Sessions of browsers: who began and who ended them goes into the audit log.

use super::{BookingError, Office};
use crate::store::SessionRow;

impl Office {
    /// Begins a session.
    ///
    /// # Errors
    /// [`BookingError::Unavailable`].
    pub async fn add_session(&self, session: &SessionRow) -> Result<(), BookingError> {
        let notes = self.noted(self.now(), None, &[]);
        self.beside(self.store().add_session(session, &notes)).await
    }

    /// The session whose id has the fingerprint `digest`, as long as it goes on.
    ///
    /// # Errors
    /// [`BookingError::Unavailable`].
    pub async fn session(&self, digest: &str) -> Result<Option<SessionRow>, BookingError> {
        self.beside(self.store().session(digest, self.now().timestamp_millis())).await
    }

    /// Ends the session whose id has the fingerprint `digest`. Whether there was one.
    ///
    /// # Errors
    /// [`BookingError::Unavailable`].
    pub async fn end_session(&self, digest: &str) -> Result<bool, BookingError> {
        let notes = self.noted(self.now(), None, &[]);
        self.beside(self.store().end_session(digest, &notes)).await
    }
}
