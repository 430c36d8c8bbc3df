//! Calendars that calendar programs fetch, and what was given out of each.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};
use uuid::Uuid;

use super::rows::{AuditRow, version};
use super::{Store, StoreError};

/// Whose calendar it is, by the id in the scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FeedOf {
    /// A clerk's.
    Staff(String),
    /// A site's.
    Site(String),
}

impl FeedOf {
    /// What it is called in the store.
    fn columns(&self) -> (&'static str, &str) {
        match self {
            Self::Staff(id) => ("staff", id),
            Self::Site(id) => ("site", id),
        }
    }
}

/// A calendar that calendar programs fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedRow {
    /// Its id.
    pub id: Uuid,
    /// Fingerprint of its token.
    pub digest: String,
    /// Whose it is.
    pub of: FeedOf,
    /// Whether it is in German, or else in English.
    pub is_german: bool,
    /// Whether each appointment is an event of its own.
    pub appointments: bool,
    /// Name of the client that made it.
    pub client: String,
    /// When, in milliseconds since the Unix epoch.
    pub created_at: i64,
    /// What was given out last; empty at first.
    pub body: String,
    /// How often that has changed.
    pub revision: u64,
}

const FEED: &str =
    "id, digest, kind, subject, language, appointments, client, created_at, body, revision";

/// The same without what was given out, which may be large.
const FEED_HEAD: &str =
    "id, digest, kind, subject, language, appointments, client, created_at, '', revision";

impl Store {
    /// Adds a calendar and `notes` to the audit log, unless there are `most` calendars already. Whether
    /// it did.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn add_feed(
        &self,
        feed: &FeedRow,
        most: u32,
        notes: &[AuditRow],
    ) -> Result<bool, StoreError> {
        let mut writing = self.begin().await?;
        let sql = format!(
            "INSERT INTO calendar_feed ({FEED}) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10 \
             WHERE (SELECT COUNT(*) FROM calendar_feed) < $11"
        );
        let (kind, subject) = feed.of.columns();
        let query = sqlx::query(AssertSqlSafe(sql))
            .bind(feed.id.to_string())
            .bind(feed.digest.clone())
            .bind(kind)
            .bind(subject.to_owned())
            .bind(if feed.is_german { "de" } else { "en" })
            .bind(i64::from(feed.appointments))
            .bind(feed.client.clone())
            .bind(feed.created_at)
            .bind(feed.body.clone())
            .bind(feed.revision.cast_signed())
            .bind(i64::from(most));
        if query.execute(&mut *writing.read().0).await?.rows_affected() != 1 {
            return Ok(false);
        }
        writing.audit(notes).await?;
        writing.commit().await?;
        Ok(true)
    }

    /// The calendars after the id `after`, at most `most`, by id, without what was given out of them.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn feeds(&self, after: Option<Uuid>, most: u32) -> Result<Vec<FeedRow>, StoreError> {
        let sql =
            format!("SELECT {FEED_HEAD} FROM calendar_feed WHERE id > $1 ORDER BY id LIMIT $2");
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let query = sqlx::query(AssertSqlSafe(sql)).bind(after).bind(i64::from(most));
        let mut reader = self.reader().await?;
        query.fetch_all(&mut *reader.read().0).await?.iter().map(feed).collect()
    }

    /// The calendar `id`, without what was given out of it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn feed(&self, id: Uuid) -> Result<Option<FeedRow>, StoreError> {
        let sql = format!("SELECT {FEED_HEAD} FROM calendar_feed WHERE id = $1");
        let query = sqlx::query(AssertSqlSafe(sql)).bind(id.to_string());
        let mut reader = self.reader().await?;
        query.fetch_optional(&mut *reader.read().0).await?.as_ref().map(feed).transpose()
    }

    /// The calendar whose token has the fingerprint `digest`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn feed_by_token(&self, digest: &str) -> Result<Option<FeedRow>, StoreError> {
        let sql = format!("SELECT {FEED} FROM calendar_feed WHERE digest = $1");
        let query = sqlx::query(AssertSqlSafe(sql)).bind(digest.to_owned());
        let mut reader = self.reader().await?;
        query.fetch_optional(&mut *reader.read().0).await?.as_ref().map(feed).transpose()
    }

    /// Notes that `body` is given out of the calendar `id` from now on, after the revision that
    /// `revision` follows. Whether that was still the last one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn keep_feed(&self, id: Uuid, revision: u64, body: &str) -> Result<bool, StoreError> {
        let query = sqlx::query(
            "UPDATE calendar_feed SET body = $1, revision = $2 WHERE id = $3 AND revision = $4",
        );
        let query = query
            .bind(body.to_owned())
            .bind(revision.cast_signed())
            .bind(id.to_string())
            .bind(revision.saturating_sub(1).cast_signed());
        Ok(self.execute(query).await?.rows_affected() == 1)
    }

    /// Takes the calendar `id` away and adds `notes` to the audit log. Whether there was one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn remove_feed(&self, id: Uuid, notes: &[AuditRow]) -> Result<bool, StoreError> {
        let mut writing = self.begin().await?;
        let query = sqlx::query("DELETE FROM calendar_feed WHERE id = $1").bind(id.to_string());
        if query.execute(&mut *writing.read().0).await?.rows_affected() != 1 {
            return Ok(false);
        }
        writing.audit(notes).await?;
        writing.commit().await?;
        Ok(true)
    }
}

fn feed(row: &AnyRow) -> Result<FeedRow, StoreError> {
    let corrupt = |problem: String| StoreError::Corrupt { table: "calendar_feed", problem };
    let (id, kind, subject): (String, String, String) =
        (row.try_get(0)?, row.try_get(2)?, row.try_get(3)?);
    Ok(FeedRow {
        id: Uuid::try_parse(&id).map_err(|error| corrupt(format!("{id}: {error}")))?,
        digest: row.try_get(1)?,
        of: match kind.as_str() {
            "staff" => FeedOf::Staff(subject),
            "site" => FeedOf::Site(subject),
            other => return Err(corrupt(format!("{id}: kind {other:?}"))),
        },
        is_german: row.try_get::<String, _>(4)? == "de",
        appointments: row.try_get::<i64, _>(5)? != 0,
        client: row.try_get(6)?,
        created_at: row.try_get(7)?,
        body: row.try_get(8)?,
        revision: version(row, 9)?,
    })
}
