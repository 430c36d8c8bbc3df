//! Sessions of browsers, of whose ids only fingerprints are kept.

use sqlx::Row;

use super::{AuditRow, Store, StoreError};

/// A session of a browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Fingerprint of its id.
    pub digest: String,
    /// Fingerprint of the key that it was exchanged for; `None` after a single sign-on.
    pub key: Option<String>,
    /// Name of the client.
    pub name: String,
    /// Names of the scopes that it had at its begin, separated by spaces.
    pub scopes: String,
    /// When it began, in milliseconds since the Unix epoch.
    pub created_at: i64,
    /// When it ends at the latest, in milliseconds since the Unix epoch.
    pub expires_at: i64,
}

/// Sessions of one client at a time; with one more the oldest ends.
pub const MOST_SESSIONS: u32 = 100;

impl Store {
    /// Begins `session` and adds `notes` to the audit log. Of the sessions of its client the latest
    /// [`MOST_SESSIONS`] stay.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn add_session(
        &self,
        session: &SessionRow,
        notes: &[AuditRow],
    ) -> Result<(), StoreError> {
        let mut writing = self.begin().await?;
        let query = sqlx::query(
            "INSERT INTO session (digest, key_hash, name, scopes, created_at, expires_at) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        );
        let query = query
            .bind(session.digest.clone())
            .bind(session.key.clone())
            .bind(session.name.clone())
            .bind(session.scopes.clone())
            .bind(session.created_at)
            .bind(session.expires_at);
        query.execute(&mut *writing.read().0).await?;
        let oldest = sqlx::query(
            "DELETE FROM session WHERE name = $1 AND digest NOT IN (SELECT digest FROM session \
             WHERE name = $1 ORDER BY created_at DESC, digest LIMIT $2)",
        );
        let oldest = oldest.bind(session.name.clone()).bind(i64::from(MOST_SESSIONS));
        oldest.execute(&mut *writing.read().0).await?;
        writing.audit(notes).await?;
        writing.commit().await
    }

    /// The session whose id has the fingerprint `digest`, as long as it goes on at `now`, in milliseconds
    /// since the Unix epoch.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn session(&self, digest: &str, now: i64) -> Result<Option<SessionRow>, StoreError> {
        let query = "SELECT digest, key_hash, name, scopes, created_at, expires_at FROM session \
                     WHERE digest = $1 AND expires_at > $2";
        let query = sqlx::query(query).bind(digest.to_owned()).bind(now);
        let mut reader = self.reader().await?;
        let row = query.fetch_optional(&mut *reader.read().0).await?;
        let read = row.map(|row| {
            Ok::<_, StoreError>(SessionRow {
                digest: row.try_get(0)?,
                key: row.try_get(1)?,
                name: row.try_get(2)?,
                scopes: row.try_get(3)?,
                created_at: row.try_get(4)?,
                expires_at: row.try_get(5)?,
            })
        });
        read.transpose()
    }

    /// Ends the session whose id has the fingerprint `digest` and adds `notes` to the audit log. Whether
    /// there was one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn end_session(&self, digest: &str, notes: &[AuditRow]) -> Result<bool, StoreError> {
        let mut writing = self.begin().await?;
        let query = sqlx::query("DELETE FROM session WHERE digest = $1").bind(digest.to_owned());
        if query.execute(&mut *writing.read().0).await?.rows_affected() != 1 {
            return Ok(false);
        }
        writing.audit(notes).await?;
        writing.commit().await?;
        Ok(true)
    }

    /// Erases the sessions that have ended at `now`, in milliseconds since the Unix epoch; how many.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn erase_sessions(&self, now: i64) -> Result<u64, StoreError> {
        let query = sqlx::query("DELETE FROM session WHERE expires_at <= $1").bind(now);
        Ok(self.execute(query).await?.rows_affected())
    }
}
