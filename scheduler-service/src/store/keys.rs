//! Keys of the clients, of which only fingerprints are kept.

use sqlx::Row;

use super::{Store, StoreError};

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
}

impl Store {
    /// All keys, by name.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn keys(&self) -> Result<Vec<ApiKey>, StoreError> {
        let mut reader = self.reader().await?;
        let query = "SELECT hash, name, scopes, channel, created_at FROM api_key ORDER BY name";
        let rows = sqlx::query(query).fetch_all(&mut *reader.read().0).await?;
        rows.iter()
            .map(|row| {
                Ok(ApiKey {
                    hash: row.try_get(0)?,
                    name: row.try_get(1)?,
                    scopes: row.try_get(2)?,
                    channel: row.try_get(3)?,
                    created_at: row.try_get(4)?,
                })
            })
            .collect()
    }

    /// Adds `key`; [`StoreError::Race`] where there is one of that name.
    ///
    /// # Errors
    /// [`StoreError::Race`] and [`StoreError::Unavailable`].
    pub async fn add_key(&self, key: &ApiKey) -> Result<(), StoreError> {
        let query = sqlx::query(
            "INSERT INTO api_key (hash, name, scopes, channel, created_at) \
             VALUES ($1, $2, $3, $4, $5)",
        );
        let query = query
            .bind(key.hash.clone())
            .bind(key.name.clone())
            .bind(key.scopes.clone())
            .bind(key.channel.clone())
            .bind(key.created_at);
        self.execute(query).await.map(|_| ())
    }

    /// Removes the key called `name`; whether there was one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn remove_key(&self, name: &str) -> Result<bool, StoreError> {
        let query = sqlx::query("DELETE FROM api_key WHERE name = $1").bind(name.to_owned());
        Ok(self.execute(query).await?.rows_affected() > 0)
    }
}
