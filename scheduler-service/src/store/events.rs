//! What happened, in the order in which it was committed.

use chrono::NaiveDate;
use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};
use uuid::Uuid;

use super::event_rows::{self, EVENT, EVENT_COLUMNS, EventKind, EventRow, Spot};
use super::read::Reading;
use super::rows::{self, key};
use super::sql::{CHUNK, bind, values};
use super::write::Writing;
use super::{Status, Store, StoreError};

/// Numbers that one page looks at, whoever asks: what a page costs does not depend on how much of it
/// is whose.
const SPAN: u64 = 5000;

impl Writing {
    /// Writes `events`; the number of the last one.
    pub(super) async fn append(&mut self, events: &[EventRow]) -> Result<Option<u64>, StoreError> {
        if events.is_empty() {
            return Ok(None);
        }
        let count = i64::try_from(events.len()).unwrap_or(i64::MAX);
        let query =
            sqlx::query("UPDATE event_number SET last = last + $1 WHERE id = 1 RETURNING last");
        let row = query.bind(count).fetch_one(self.connection()).await?;
        let last = rows::version(&row, 0)?;
        let mut number = last - events.len() as u64;
        for chunk in events.chunks(CHUNK) {
            let values = values(chunk.len(), EVENT_COLUMNS);
            let sql = format!("INSERT INTO event ({EVENT}) VALUES {values}");
            let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(chunk.len() == 1);
            for event in chunk {
                number += 1;
                query = bind(query, event_rows::cells(event, number));
            }
            query.execute(self.connection()).await?;
        }
        Ok(Some(last))
    }
}

/// Some events, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventPage {
    /// The events.
    pub events: Vec<EventRow>,
    /// Up to where was looked: go on after it.
    pub after: u64,
    /// The last number that there is.
    pub last: u64,
    /// Up to here some may have been erased.
    pub erased: u64,
}

impl Reading<'_> {
    /// The number of the last event, and up to where some may have been erased.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn last_event(&mut self) -> Result<(u64, u64), StoreError> {
        let query = sqlx::query("SELECT last, erased FROM event_number WHERE id = 1");
        let row = query.fetch_one(&mut *self.0).await?;
        Ok((rows::version(&row, 0)?, rows::version(&row, 1)?))
    }

    /// At most `most` of the first events after the number `after`, of `kinds` and, where it is
    /// given, of `client`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn events(
        &mut self,
        after: u64,
        kinds: &[EventKind],
        client: Option<&str>,
        most: u32,
    ) -> Result<EventPage, StoreError> {
        // The last number first: all up to it are committed.
        let (last, erased) = self.last_event().await?;
        if after >= last || kinds.is_empty() {
            return Ok(EventPage { events: Vec::new(), after: after.max(last), last, erased });
        }
        let mut after = after;
        if after < erased {
            // Much of what was may be gone.
            let query = sqlx::query("SELECT MIN(number) FROM event WHERE number > $1");
            let row = query.bind(after.cast_signed()).fetch_one(&mut *self.0).await?;
            let first: Option<i64> = row.try_get(0)?;
            after = first.map_or(last, |first| first.cast_unsigned().saturating_sub(1).min(last));
        }
        let until = last.min(after.saturating_add(SPAN));
        let names: Vec<String> = kinds.iter().map(|kind| format!("'{}'", kind.name())).collect();
        let of_kinds = if kinds.len() == EventKind::ALL.len() {
            String::new()
        } else {
            format!(" AND kind IN ({})", names.join(", "))
        };
        let of_client = if client.is_some() { " AND client = $4" } else { "" };
        let sql = format!(
            "SELECT {EVENT} FROM event WHERE number > $1 AND number <= $2{of_kinds}{of_client} \
             ORDER BY number LIMIT $3"
        );
        let mut query = sqlx::query(AssertSqlSafe(sql));
        query = query.bind(after.cast_signed()).bind(until.cast_signed()).bind(i64::from(most));
        if let Some(client) = client {
            query = query.bind(client.to_owned());
        }
        let found = query.fetch_all(&mut *self.0).await?;
        let events = found.iter().map(event).collect::<Result<Vec<_>, _>>()?;
        let full = events.len() >= most as usize;
        let after = events.last().filter(|_| full).map_or(until, |event| event.number);
        Ok(EventPage { events, after, last, erased })
    }

    /// The event `number`, where it is kept.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn event(&mut self, number: u64) -> Result<Option<EventRow>, StoreError> {
        let sql = format!("SELECT {EVENT} FROM event WHERE number = $1");
        let query = sqlx::query(AssertSqlSafe(sql)).bind(number.cast_signed());
        query.fetch_optional(&mut *self.0).await?.as_ref().map(event).transpose()
    }

    /// What happened to the promise `id`, in order; the first `most` of it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn history(&mut self, id: Uuid, most: u32) -> Result<Vec<EventRow>, StoreError> {
        let sql = format!("SELECT {EVENT} FROM event WHERE promise = $1 ORDER BY number LIMIT $2");
        let query = sqlx::query(AssertSqlSafe(sql)).bind(id.to_string()).bind(i64::from(most));
        query.fetch_all(&mut *self.0).await?.iter().map(event).collect()
    }

    /// The digest of the secret for the promise `id`, where there is one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn secret(&mut self, id: Uuid) -> Result<Option<String>, StoreError> {
        let query = sqlx::query("SELECT digest FROM citizen_secret WHERE promise = $1");
        let row = query.bind(id.to_string()).fetch_optional(&mut *self.0).await?;
        row.map(|row| Ok(row.try_get(0)?)).transpose()
    }
}

/// Numbers that are left out when a backup is put in place: more than can have been given since it was
/// made.
const LEFT_OUT: i64 = 1_000_000_000;

impl Store {
    /// Goes on with numbers of events that were never given, and says that all before them may be
    /// missing: for a database as it was, while others know what happened after that.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub(super) async fn skip_event_numbers(&self) -> Result<(), StoreError> {
        let query = sqlx::query(
            "UPDATE event_number SET last = (last / $1 + 1) * $1, erased = (last / $1 + 1) * $1",
        );
        self.execute(query.bind(LEFT_OUT)).await.map(drop)
    }

    /// Erases some events from `cutoff` or before that are about no promise; those of a promise go
    /// with it. How many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn erase_events(&self, cutoff: i64) -> Result<u64, StoreError> {
        let query = sqlx::query(
            "DELETE FROM event WHERE number IN (SELECT number FROM event \
             WHERE promise IS NULL AND at <= $1 ORDER BY at LIMIT $2)",
        );
        Ok(self.execute(query.bind(cutoff).bind(500_i64)).await?.rows_affected())
    }
}

fn event(row: &AnyRow) -> Result<EventRow, StoreError> {
    let corrupt = |problem: String| StoreError::Corrupt { table: "event", problem };
    let number = rows::version(row, 0)?;
    let kind: String = row.try_get(2)?;
    let kind =
        EventKind::from_name(&kind).ok_or_else(|| corrupt(format!("{number}: kind {kind:?}")))?;
    let promise: Option<String> = row.try_get(5)?;
    let promise = promise.map(|id| id.parse::<Uuid>()).transpose();
    let promise = promise.map_err(|error| corrupt(format!("{number}: {error}")))?;
    let status: Option<String> = row.try_get(7)?;
    let status = status.as_deref().and_then(Status::from_name);
    let date = |column: usize| -> Result<Option<NaiveDate>, StoreError> {
        let text: Option<String> = row.try_get(column)?;
        Ok(text.map(|text| key(&text, String::new())).transpose()?.map(|key| key.date))
    };
    let small = |column: usize| -> Result<Option<u32>, StoreError> {
        let value: Option<i64> = row.try_get(column)?;
        Ok(value.and_then(|value| u32::try_from(value).ok()))
    };
    let from_site: Option<String> = row.try_get(14)?;
    let from = match (from_site, date(15)?, small(16)?) {
        (Some(site), Some(date), Some(minute)) => Some(Spot { site, date, minute }),
        _ => None,
    };
    Ok(EventRow {
        number,
        at: row.try_get(1)?,
        kind,
        actor: row.try_get(3)?,
        reason: row.try_get(4)?,
        promise,
        client: row.try_get(6)?,
        status,
        reference: row.try_get(8)?,
        version: rows::version(row, 9)?,
        site: row.try_get(10)?,
        date: date(11)?,
        minute: small(12)?,
        minutes: small(13)?,
        from,
    })
}
