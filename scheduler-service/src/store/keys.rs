//! Keys of the clients, of which only fingerprints are kept.

use sqlx::Row;
use uuid::Uuid;

use super::{AuditRow, Store, StoreError};

/// A key that a client shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Fingerprint of the key.
    pub hash: String,
    /// Name of the client, unique.
    pub name: String,
    /// Names of its scopes, separated by spaces.
    pub scopes: String,
    /// The channel that it books through.
    pub channel: Option<String>,
    /// When it was made, in milliseconds since the Unix epoch.
    pub created_at: i64,
    /// When it ends, in milliseconds since the Unix epoch; never where `None`.
    pub expires_at: Option<i64>,
    /// Origins of the pages that may use it, separated by spaces; all where `None`.
    pub origins: Option<String>,
}

impl ApiKey {
    /// Whether it is one at `now`, in milliseconds since the Unix epoch.
    pub fn is_valid(&self, now: i64) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }

    /// By what people tell keys of one client apart: the begin of the fingerprint.
    pub fn id(&self) -> &str {
        self.hash.get(..8).unwrap_or(&self.hash)
    }
}

/// Who works on the machine of the database, as the audit log calls it.
const COMMAND_LINE: &str = "(command line)";

/// Keys of one client at a time: one that is used, and the next.
pub const MOST_KEYS: usize = 2;

impl Store {
    /// All keys, by name and age; those that have ended too.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn keys(&self) -> Result<Vec<ApiKey>, StoreError> {
        let mut reader = self.reader().await?;
        let query = "SELECT hash, name, scopes, channel, created_at, expires_at, origins \
                     FROM api_key ORDER BY name, created_at, hash";
        let rows = sqlx::query(query).fetch_all(&mut *reader.read().0).await?;
        rows.iter()
            .map(|row| {
                Ok(ApiKey {
                    hash: row.try_get(0)?,
                    name: row.try_get(1)?,
                    scopes: row.try_get(2)?,
                    channel: row.try_get(3)?,
                    created_at: row.try_get(4)?,
                    expires_at: row.try_get(5)?,
                    origins: row.try_get(6)?,
                })
            })
            .collect()
    }

    /// Whether there ever was a key.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn ever_had_keys(&self) -> Result<bool, StoreError> {
        let mut reader = self.reader().await?;
        let query = "SELECT COUNT(*) FROM note WHERE name = 'keys_since'";
        let row = sqlx::query(query).fetch_one(&mut *reader.read().0).await?;
        Ok(row.try_get::<i64, _>(0)? > 0)
    }

    /// Adds `key`; [`StoreError::Race`] where its client has [`MOST_KEYS`] that are valid.
    ///
    /// # Errors
    /// [`StoreError::Race`] and [`StoreError::Unavailable`].
    pub async fn add_key(&self, key: &ApiKey) -> Result<(), StoreError> {
        let mut writing = self.begin().await?;
        // First of all, so that two who do this at a time do it one after the other.
        let note = "INSERT INTO note (name, value) VALUES ('keys_since', $1) \
                    ON CONFLICT (name) DO UPDATE SET value = note.value";
        sqlx::query(note).bind(key.created_at).execute(&mut *writing.read().0).await?;
        let count = "SELECT COUNT(*) FROM api_key \
                     WHERE name = $1 AND (expires_at IS NULL OR expires_at > $2)";
        let count = sqlx::query(count).bind(key.name.clone()).bind(key.created_at);
        let count: i64 = count.fetch_one(&mut *writing.read().0).await?.try_get(0)?;
        if count >= MOST_KEYS as i64 {
            return Err(StoreError::Race);
        }
        let query = sqlx::query(
            "INSERT INTO api_key (hash, name, scopes, channel, created_at, expires_at, origins) \
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        );
        let query = query
            .bind(key.hash.clone())
            .bind(key.name.clone())
            .bind(key.scopes.clone())
            .bind(key.channel.clone())
            .bind(key.created_at)
            .bind(key.expires_at)
            .bind(key.origins.clone());
        query.execute(&mut *writing.read().0).await?;
        writing
            .audit(&[noted("key.add", key.created_at, &key.name, key.id(), &key.scopes)])
            .await?;
        writing.commit().await
    }

    /// Removes the keys of the client called `name`, or the one of them whose fingerprint begins with
    /// `id`, at `now` in milliseconds since the Unix epoch; how many there were.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn remove_keys(
        &self,
        name: &str,
        id: Option<&str>,
        now: i64,
    ) -> Result<u64, StoreError> {
        let id = id.unwrap_or_default();
        let query = sqlx::query(
            "DELETE FROM api_key WHERE name = $1 AND substr(hash, 1, $2) = $3 \
             RETURNING hash, scopes",
        );
        let length = i32::try_from(id.len()).unwrap_or(i32::MAX);
        let query = query.bind(name.to_owned()).bind(length).bind(id.to_owned());
        let mut writing = self.begin().await?;
        let removed = query.fetch_all(&mut *writing.read().0).await?;
        for row in &removed {
            let (hash, scopes): (String, String) = (row.try_get(0)?, row.try_get(1)?);
            let sessions =
                sqlx::query("DELETE FROM session WHERE key_hash = $1").bind(hash.clone());
            sessions.execute(&mut *writing.read().0).await?;
            let id = hash.get(..8).unwrap_or(&hash);
            writing.audit(&[noted("key.revoke", now, name, id, &scopes)]).await?;
        }
        writing.commit().await?;
        Ok(removed.len() as u64)
    }
}

/// What the audit log has of a key that was made or revoked on the command line.
fn noted(action: &str, at: i64, client: &str, id: &str, scopes: &str) -> AuditRow {
    AuditRow {
        id: Uuid::now_v7(),
        at,
        client: COMMAND_LINE.to_owned(),
        key: None,
        action: action.to_owned(),
        subject: Some(client.to_owned()),
        reason: None,
        detail: serde_json::json!({ "key": id, "scopes": scopes }).to_string(),
    }
}
