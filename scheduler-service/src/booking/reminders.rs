//! Reminders of appointments that are near, as events for whoever tells citizens.

use std::time::Duration;

use chrono::TimeDelta;

use super::client::SERVICE;
use super::{BookingError, Office};

impl Office {
    /// Tells of some of the appointments that begin within `before` and were not told of: of each once, and
    /// again where it was moved. How many; to be called again at once where there are some.
    ///
    /// # Errors
    /// Those of every write.
    pub async fn remind(&self, before: Duration) -> Result<usize, BookingError> {
        let inner = &self.inner;
        inner.trusted()?;
        let now = inner.now();
        let before = TimeDelta::from_std(before).unwrap_or(TimeDelta::MAX);
        let until = now.checked_add_signed(before).unwrap_or(now);
        let (now, until) = (now.timestamp_millis(), until.timestamp_millis());
        let (count, last) = self.beside(inner.store.remind(now, until, SERVICE)).await?;
        if let Some(last) = last {
            inner.tell(last);
        }
        Ok(count)
    }
}
