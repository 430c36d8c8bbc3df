//! What taking over the promises of another system needs of the store.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, Row};

use super::rows::{self, PROMISE};
use super::sql::{CHUNK, parameters};
use super::write::Writing;
use super::{DayKey, PromiseRow, StoreError};

impl Writing {
    /// Waits until no other import is under way, and lets others wait until this one is done.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn import_alone(&mut self) -> Result<(), StoreError> {
        let query = sqlx::query("UPDATE note SET value = value + 1 WHERE name = 'imports'");
        query.execute(&mut *self.connection()).await?;
        Ok(())
    }

    /// The promises of `client` that it calls one of `references`, whatever became of them, by
    /// reference.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn referred(
        &mut self,
        client: &str,
        references: &[&str],
    ) -> Result<BTreeMap<String, PromiseRow>, StoreError> {
        let mut referred = BTreeMap::new();
        for chunk in references.chunks(CHUNK) {
            let sql = format!(
                "SELECT {PROMISE} FROM promise WHERE reference IN ({}) AND client = ${} ORDER BY id",
                parameters(chunk.len()),
                chunk.len() + 1
            );
            let mut query = sqlx::query(AssertSqlSafe(sql)).persistent(false);
            for &reference in chunk {
                query = query.bind(reference.to_owned());
            }
            let query = query.bind(client.to_owned());
            for row in query.fetch_all(&mut *self.connection()).await? {
                let promise = rows::promise(&row)?;
                if let Some(reference) = promise.reference.clone() {
                    referred.insert(reference, promise);
                }
            }
        }
        Ok(referred)
    }

    /// Makes those of the site-days `keys` that there are not, without a plan; the versions of all of
    /// them.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn days_for(&mut self, keys: &[DayKey]) -> Result<BTreeMap<DayKey, u64>, StoreError> {
        let mut versions = BTreeMap::new();
        for key in keys {
            let query = sqlx::query(
                "INSERT INTO site_day (date, site, version, witness, prices) \
                 VALUES ($1, $2, 1, '{}', 'null') \
                 ON CONFLICT (site, date) DO UPDATE SET version = site_day.version \
                 RETURNING version",
            );
            let query = query.bind(key.date.to_string()).bind(key.site.clone());
            let row = query.fetch_one(&mut *self.connection()).await?;
            let version: i64 = row.try_get(0)?;
            versions.insert(key.clone(), version.cast_unsigned());
        }
        Ok(versions)
    }
}
