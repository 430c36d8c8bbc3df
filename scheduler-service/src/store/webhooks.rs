//! Whom the service tells of events by itself, and how far it is with each.
//!
//! **Architecture invariant:** one process tells, the one that has the lease of the sender; what another
//! writes of how far it is is not written.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};
use uuid::Uuid;

use super::rows::{self, version};
use super::{EventKind, EventRow, Lease, Store, StoreError};

/// A receiver of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebhookRow {
    /// Its id.
    pub id: Uuid,
    /// Whose it is: it gets what that client may see.
    pub client: String,
    /// Where it is.
    pub url: String,
    /// What it gets.
    pub kinds: Vec<EventKind>,
    /// What requests to it are signed with.
    pub secret: String,
    /// When it was made, in milliseconds since the Unix epoch.
    pub created_at: i64,
    /// The number of the last event that it has, or that waits for it.
    pub position: u64,
    /// Attempts in vain since the last success.
    pub failures: u32,
    /// Since when.
    pub failing_since: Option<i64>,
    /// When it may be tried again.
    pub next_at: i64,
    /// What went wrong last.
    pub last_failure: Option<String>,
    /// Whether it is not tried any more.
    pub disabled: bool,
    /// Events that were given up.
    pub dropped: u64,
}

/// An event that a receiver did not take, or that is behind such a one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingRow {
    /// The number of the event.
    pub number: u64,
    /// The promise that it is about.
    pub promise: Option<Uuid>,
    /// How often it was tried.
    pub attempts: u32,
    /// When it was tried first.
    pub first_at: i64,
    /// When it may be tried again.
    pub next_at: i64,
}

const WEBHOOK: &str = "id, client, url, kinds, secret, created_at, position, failures, \
     failing_since, next_at, last_failure, disabled, dropped";

/// Holds for who has the lease `$1` only.
const LEASED: &str = "EXISTS (SELECT 1 FROM webhook_sender WHERE id = 1 AND lease = $1)";

impl Store {
    /// Adds a receiver, unless its client has `most` already. Whether it did.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn add_webhook(&self, webhook: &WebhookRow, most: u32) -> Result<bool, StoreError> {
        let sql = format!(
            "INSERT INTO webhook ({WEBHOOK}) SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, \
             $12, $13 WHERE (SELECT COUNT(*) FROM webhook WHERE client = $2) < $14"
        );
        let names: Vec<&str> = webhook.kinds.iter().map(|kind| kind.name()).collect();
        let query = sqlx::query(AssertSqlSafe(sql))
            .bind(webhook.id.to_string())
            .bind(webhook.client.clone())
            .bind(webhook.url.clone())
            .bind(rows::json(&names))
            .bind(webhook.secret.clone())
            .bind(webhook.created_at)
            .bind(webhook.position.cast_signed())
            .bind(i64::from(webhook.failures))
            .bind(webhook.failing_since)
            .bind(webhook.next_at)
            .bind(webhook.last_failure.clone())
            .bind(i64::from(webhook.disabled))
            .bind(webhook.dropped.cast_signed())
            .bind(i64::from(most));
        Ok(query.execute(self.background()).await?.rows_affected() == 1)
    }

    /// The receivers of `client`, or of all, after the id `after`; at most `most`, by id.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn webhooks(
        &self,
        client: Option<&str>,
        after: Option<Uuid>,
        most: u32,
    ) -> Result<Vec<WebhookRow>, StoreError> {
        let of_client = if client.is_some() { " AND client = $3" } else { "" };
        let sql =
            format!("SELECT {WEBHOOK} FROM webhook WHERE id > $1{of_client} ORDER BY id LIMIT $2");
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        let mut query = sqlx::query(AssertSqlSafe(sql)).bind(after).bind(i64::from(most));
        if let Some(client) = client {
            query = query.bind(client.to_owned());
        }
        query.fetch_all(self.background()).await?.iter().map(webhook).collect()
    }

    /// The receiver `id`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn webhook(&self, id: Uuid) -> Result<Option<WebhookRow>, StoreError> {
        let sql = format!("SELECT {WEBHOOK} FROM webhook WHERE id = $1");
        let query = sqlx::query(AssertSqlSafe(sql)).bind(id.to_string());
        query.fetch_optional(self.background()).await?.as_ref().map(webhook).transpose()
    }

    /// Takes the receiver `id` away, with what waits for it.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn remove_webhook(&self, id: Uuid) -> Result<(), StoreError> {
        let query = sqlx::query("DELETE FROM webhook WHERE id = $1").bind(id.to_string());
        query.execute(self.background()).await?;
        Ok(())
    }

    /// Tries the receiver `id` again, at once.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn resume_webhook(&self, id: Uuid) -> Result<(), StoreError> {
        let query = sqlx::query(
            "UPDATE webhook SET disabled = 0, failures = 0, failing_since = NULL, next_at = 0 \
             WHERE id = $1",
        );
        query.bind(id.to_string()).execute(self.background()).await?;
        Ok(())
    }

    /// Who tells, and how often that was kept; `None` where nobody does.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn sender(&self) -> Result<Option<Lease>, StoreError> {
        let query = sqlx::query("SELECT lease, beat FROM webhook_sender WHERE id = 1");
        let row = query.fetch_one(self.background()).await?;
        let lease: Option<String> = row.try_get(0)?;
        let Some(name) = lease else { return Ok(None) };
        let name = Uuid::try_parse(&name).map_err(|error| corrupt(format!("lease: {error}")))?;
        Ok(Some(Lease { name, beat: row.try_get(1)? }))
    }

    /// Takes the lease of the sender, as `name`, from who has it as `old`. Whether it did.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn become_sender(&self, name: Uuid, old: Option<Lease>) -> Result<bool, StoreError> {
        let query = match old {
            None => sqlx::query(
                "UPDATE webhook_sender SET lease = $1, beat = 0 WHERE id = 1 AND lease IS NULL",
            )
            .bind(name.to_string()),
            Some(old) => sqlx::query(
                "UPDATE webhook_sender SET lease = $1, beat = 0 \
                 WHERE id = 1 AND lease = $2 AND beat = $3",
            )
            .bind(name.to_string())
            .bind(old.name.to_string())
            .bind(old.beat),
        };
        Ok(query.execute(self.background()).await?.rows_affected() == 1)
    }

    /// Keeps the lease, or gives it up. Whether it was still there.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn keep_sender(&self, name: Uuid, goes_on: bool) -> Result<bool, StoreError> {
        let query = if goes_on {
            "UPDATE webhook_sender SET beat = beat + 1 WHERE id = 1 AND lease = $1"
        } else {
            "UPDATE webhook_sender SET lease = NULL, beat = 0 WHERE id = 1 AND lease = $1"
        };
        let query = sqlx::query(query).bind(name.to_string());
        Ok(query.execute(self.background()).await?.rows_affected() == 1)
    }

    /// What waits for the receiver `id`, in order.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn waiting(&self, id: Uuid, most: u32) -> Result<Vec<WaitingRow>, StoreError> {
        let query = sqlx::query(
            "SELECT number, promise, attempts, first_at, next_at FROM webhook_waiting \
             WHERE webhook = $1 ORDER BY number LIMIT $2",
        );
        let query = query.bind(id.to_string()).bind(i64::from(most));
        let rows = query.fetch_all(self.background()).await?;
        rows.iter()
            .map(|row| {
                let promise: Option<String> = row.try_get(1)?;
                let promise = promise.map(|id| Uuid::try_parse(&id)).transpose();
                let attempts: i64 = row.try_get(2)?;
                Ok(WaitingRow {
                    number: version(row, 0)?,
                    promise: promise.map_err(|error| corrupt(error.to_string()))?,
                    attempts: u32::try_from(attempts).unwrap_or(u32::MAX),
                    first_at: row.try_get(3)?,
                    next_at: row.try_get(4)?,
                })
            })
            .collect()
    }

    /// The event `number`, where it is kept.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn event(&self, number: u64) -> Result<Option<EventRow>, StoreError> {
        let mut reader = self.reader().await?;
        reader.read().event(number).await
    }

    /// Writes how far the sender `lease` is with a receiver: its row, what waits from now on, and what
    /// does not any more. Whether the lease was still there; if not, nothing is written.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn keep_webhook(
        &self,
        lease: Uuid,
        webhook: &WebhookRow,
        waits: &[WaitingRow],
        done: &[u64],
    ) -> Result<bool, StoreError> {
        let mut transaction = self.begin_background().await?;
        let sql = format!(
            "UPDATE webhook SET position = $3, failures = $4, failing_since = $5, next_at = $6, \
             last_failure = $7, disabled = $8, dropped = $9 WHERE id = $2 AND {LEASED}"
        );
        let query = sqlx::query(AssertSqlSafe(sql))
            .bind(lease.to_string())
            .bind(webhook.id.to_string())
            .bind(webhook.position.cast_signed())
            .bind(i64::from(webhook.failures))
            .bind(webhook.failing_since)
            .bind(webhook.next_at)
            .bind(webhook.last_failure.clone())
            .bind(i64::from(webhook.disabled))
            .bind(webhook.dropped.cast_signed());
        if query.execute(&mut *transaction).await?.rows_affected() != 1 {
            return Ok(false);
        }
        for number in done {
            let query =
                sqlx::query("DELETE FROM webhook_waiting WHERE webhook = $1 AND number = $2");
            let query = query.bind(webhook.id.to_string()).bind(number.cast_signed());
            query.execute(&mut *transaction).await?;
        }
        for row in waits {
            let query = sqlx::query(
                "INSERT INTO webhook_waiting (webhook, number, promise, attempts, first_at, next_at) \
                 VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (webhook, number) DO UPDATE SET \
                 attempts = excluded.attempts, next_at = excluded.next_at",
            );
            let query = query
                .bind(webhook.id.to_string())
                .bind(row.number.cast_signed())
                .bind(row.promise.map(|id| id.to_string()))
                .bind(i64::from(row.attempts))
                .bind(row.first_at)
                .bind(row.next_at);
            query.execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(true)
    }
}

fn webhook(row: &AnyRow) -> Result<WebhookRow, StoreError> {
    let id: String = row.try_get(0)?;
    let kinds: String = row.try_get(3)?;
    let kinds: Vec<String> =
        serde_json::from_str(&kinds).map_err(|error| corrupt(error.to_string()))?;
    let failures: i64 = row.try_get(7)?;
    Ok(WebhookRow {
        id: Uuid::try_parse(&id).map_err(|error| corrupt(error.to_string()))?,
        client: row.try_get(1)?,
        url: row.try_get(2)?,
        // A kind that another version knows is told by that one.
        kinds: kinds.iter().filter_map(|name| EventKind::from_name(name)).collect(),
        secret: row.try_get(4)?,
        created_at: row.try_get(5)?,
        position: version(row, 6)?,
        failures: u32::try_from(failures).unwrap_or(u32::MAX),
        failing_since: row.try_get(8)?,
        next_at: row.try_get(9)?,
        last_failure: row.try_get(10)?,
        disabled: row.try_get::<i64, _>(11)? != 0,
        dropped: version(row, 12)?,
    })
}

fn corrupt(problem: String) -> StoreError {
    StoreError::Corrupt { table: "webhook", problem }
}
