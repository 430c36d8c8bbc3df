//! Wishes: visits that somebody waits for.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};
use uuid::Uuid;

use super::{EventRow, Store, StoreError};

/// A visit that somebody waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WishRow {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub client: String,
    /// The channel to book through.
    pub channel: Option<String>,
    /// What is wished for, as JSON.
    pub body: String,
    /// Fingerprint of the request.
    pub hash: String,
    /// What the client calls it.
    pub reference: Option<String>,
    /// When it ends by itself, in milliseconds since the Unix epoch.
    pub waits_until: i64,
    /// The hold that is offered.
    pub hold: Option<Uuid>,
    /// Sites and instants that were declined or not answered, as JSON.
    pub refused: String,
    /// Offers that ended without an answer.
    pub unanswered: u32,
    /// Why it waits no longer; `None` while it does.
    pub ended: Option<String>,
    /// When it was made.
    pub created_at: i64,
    /// When it was last changed.
    pub updated_at: i64,
}

const WISH: &str = "id, client, channel, body, hash, reference, waits_until, hold_id, refused, \
                    unanswered, ended, created_at, updated_at";

impl Store {
    /// Adds a wish, unless there is one of its id; that one, where there is. `None` where its client
    /// has `most` that wait.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn add_wish(&self, wish: &WishRow, most: u32) -> Result<Option<WishRow>, StoreError> {
        let mut writing = self.begin().await?;
        let connection = &mut *writing.read().0;
        let sql = format!("SELECT {WISH} FROM wish WHERE id = $1");
        let known = sqlx::query(AssertSqlSafe(sql)).bind(wish.id.to_string());
        if let Some(known) = known.fetch_optional(&mut *connection).await? {
            return row(&known).map(Some);
        }
        let count = "SELECT COUNT(*) FROM wish WHERE client = $1 AND ended IS NULL";
        let count = sqlx::query(count).bind(wish.client.clone());
        let count: i64 = count.fetch_one(&mut *connection).await?.try_get(0)?;
        if count >= i64::from(most) {
            return Ok(None);
        }
        let sql = format!(
            "INSERT INTO wish ({WISH}) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"
        );
        let query = sqlx::query(AssertSqlSafe(sql))
            .bind(wish.id.to_string())
            .bind(wish.client.clone())
            .bind(wish.channel.clone())
            .bind(wish.body.clone())
            .bind(wish.hash.clone())
            .bind(wish.reference.clone())
            .bind(wish.waits_until)
            .bind(wish.hold.map(|id| id.to_string()))
            .bind(wish.refused.clone())
            .bind(i64::from(wish.unanswered))
            .bind(wish.ended.clone())
            .bind(wish.created_at)
            .bind(wish.updated_at);
        query.execute(&mut *connection).await?;
        writing.commit().await?;
        Ok(Some(wish.clone()))
    }

    /// The wish `id`, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn wish(&self, id: Uuid) -> Result<Option<WishRow>, StoreError> {
        let mut reader = self.reader().await?;
        let sql = format!("SELECT {WISH} FROM wish WHERE id = $1");
        let query = sqlx::query(AssertSqlSafe(sql)).bind(id.to_string());
        query.fetch_optional(&mut *reader.read().0).await?.as_ref().map(row).transpose()
    }

    /// Wishes by age, at most `limit` of them, after the one called `after`: those of `client`, or of
    /// all where `None`, and only those that wait, or all.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn wishes(
        &self,
        client: Option<&str>,
        waiting: bool,
        after: Option<(i64, Uuid)>,
        limit: u32,
    ) -> Result<Vec<WishRow>, StoreError> {
        let mut reader = self.reader().await?;
        let whose = if client.is_some() { "client = $4" } else { "$4 = ''" };
        let which = if waiting { "AND ended IS NULL" } else { "" };
        let sql = format!(
            "SELECT {WISH} FROM wish WHERE {whose} {which} AND (created_at, id) > ($1, $2) \
             ORDER BY created_at, id LIMIT $3"
        );
        let (made, id) = after.map_or((i64::MIN, String::new()), |(at, id)| (at, id.to_string()));
        let query = sqlx::query(AssertSqlSafe(sql)).bind(made).bind(id).bind(i64::from(limit));
        let query = query.bind(client.unwrap_or_default().to_owned());
        query.fetch_all(&mut *reader.read().0).await?.iter().map(row).collect()
    }

    /// The wishes that `client`, or any, calls `reference`, by age.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn referred_wishes(
        &self,
        client: Option<&str>,
        reference: &str,
    ) -> Result<Vec<WishRow>, StoreError> {
        let mut reader = self.reader().await?;
        let whose = if client.is_some() { "client = $2" } else { "$2 = ''" };
        let sql = format!(
            "SELECT {WISH} FROM wish WHERE reference = $1 AND {whose} ORDER BY created_at, id"
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(reference.to_owned());
        let query = query.bind(client.unwrap_or_default().to_owned());
        query.fetch_all(&mut *reader.read().0).await?.iter().map(row).collect()
    }

    /// Writes what has become of a wish, and `events` of it, if it still has the hold `hold` and waits.
    /// Whether it did, and the number of the last event.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn change_wish(
        &self,
        hold: Option<Uuid>,
        wish: &WishRow,
        events: &[EventRow],
    ) -> Result<(bool, Option<u64>), StoreError> {
        let query = sqlx::query(
            "UPDATE wish SET hold_id = $1, refused = $2, unanswered = $3, ended = $4, \
             updated_at = $5 WHERE id = $6 AND COALESCE(hold_id, '') = $7 AND ended IS NULL",
        );
        let query = query
            .bind(wish.hold.map(|id| id.to_string()))
            .bind(wish.refused.clone())
            .bind(i64::from(wish.unanswered))
            .bind(wish.ended.clone())
            .bind(wish.updated_at)
            .bind(wish.id.to_string())
            .bind(hold.map(|id| id.to_string()).unwrap_or_default());
        if events.is_empty() {
            return Ok((self.execute(query).await?.rows_affected() > 0, None));
        }
        let mut writing = self.begin().await?;
        if query.execute(&mut *writing.read().0).await?.rows_affected() == 0 {
            return Ok((false, None));
        }
        let last = writing.append(events).await?;
        writing.commit().await?;
        Ok((true, last))
    }

    /// Erases some of the wishes that ended before `cutoff`; how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn erase_wishes(&self, cutoff: i64) -> Result<u64, StoreError> {
        let query = sqlx::query(
            "DELETE FROM wish WHERE id IN (SELECT id FROM wish WHERE ended IS NOT NULL \
             AND updated_at < $1 LIMIT 500)",
        );
        Ok(self.execute(query.bind(cutoff)).await?.rows_affected())
    }

    /// Takes `reference` off the wishes of `client`, or of all where `None`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn erase_wish_reference(
        &self,
        client: Option<&str>,
        reference: &str,
    ) -> Result<u64, StoreError> {
        let whose = if client.is_some() { "client = $2" } else { "$2 = ''" };
        let sql = format!("UPDATE wish SET reference = NULL WHERE reference = $1 AND {whose}");
        let query = sqlx::query(AssertSqlSafe(sql)).bind(reference.to_owned());
        let query = query.bind(client.unwrap_or_default().to_owned());
        Ok(self.execute(query).await?.rows_affected())
    }
}

fn row(row: &AnyRow) -> Result<WishRow, StoreError> {
    let corrupt = |problem: String| StoreError::Corrupt { table: "wish", problem };
    let uuid =
        |text: String| Uuid::try_parse(&text).map_err(|_| corrupt(format!("{text:?} is no id")));
    let hold: Option<String> = row.try_get(7)?;
    let unanswered: i64 = row.try_get(9)?;
    Ok(WishRow {
        id: uuid(row.try_get(0)?)?,
        client: row.try_get(1)?,
        channel: row.try_get(2)?,
        body: row.try_get(3)?,
        hash: row.try_get(4)?,
        reference: row.try_get(5)?,
        waits_until: row.try_get(6)?,
        hold: hold.map(uuid).transpose()?,
        refused: row.try_get(8)?,
        unanswered: u32::try_from(unanswered).unwrap_or(u32::MAX),
        ended: row.try_get(10)?,
        created_at: row.try_get(11)?,
        updated_at: row.try_get(12)?,
    })
}
