//! Lists of appointments, page by page.

use super::{BookingError, Client, Office, Record, record};
pub use crate::store::{PromiseFilter, PromisePosition};

/// A page of appointments.
#[derive(Debug, Clone, PartialEq)]
pub struct AppointmentPage {
    /// The appointments, in order of date, start and id.
    pub records: Vec<Record>,
    /// Where the next page begins, if there is one.
    pub next: Option<PromisePosition>,
}

impl Office {
    /// At most `most` of the appointments of `filter` that `client` may see, from after `after` on.
    /// What is added or taken away between two pages shifts nothing; what is moved meanwhile from
    /// behind the position to before it is in neither.
    ///
    /// # Errors
    /// [`BookingError::Unavailable`].
    pub async fn appointments(
        &self,
        client: &Client,
        mut filter: PromiseFilter,
        after: Option<PromisePosition>,
        most: u32,
    ) -> Result<AppointmentPage, BookingError> {
        let inner = &self.inner;
        if !client.reads_all() {
            filter.client = Some(client.name.clone());
        }
        let read =
            async { inner.store.reader().await?.read().list(&filter, after, most + 1).await };
        let mut rows =
            inner.store.in_time(read).await.map_err(|error| inner.store_failed(&error))?;
        let more = rows.len() > most as usize;
        rows.truncate(most as usize);
        let next = rows.last().filter(|_| more).map(PromisePosition::of);
        let zone = &inner.state().frame.problem.zone;
        Ok(AppointmentPage {
            records: rows.iter().map(|row| record::of(zone, row)).collect(),
            next,
        })
    }
}
