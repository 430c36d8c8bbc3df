//! Drafts of scenarios, each with its last versions.

use sqlx::any::AnyRow;
use sqlx::{AssertSqlSafe, Row};
use uuid::Uuid;

use super::{Store, StoreError};

/// A draft without its scenario.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRow {
    /// Its id, by the time when it was made.
    pub id: Uuid,
    /// What its planner calls it.
    pub name: String,
    /// Remarks for people.
    pub note: Option<String>,
    /// Version of the scenario that it is compared with.
    pub base_version: u64,
    /// Who made it.
    pub created_by: String,
    /// When, in milliseconds since the Unix epoch, as all times here.
    pub created_at: i64,
    /// Grows with each change.
    pub version: u64,
    /// Who changed it last.
    pub changed_by: String,
    /// When.
    pub changed_at: i64,
    /// What became of it, where it was applied.
    pub applied: Option<AppliedRow>,
}

/// That a draft was applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppliedRow {
    /// Who has applied it.
    pub by: String,
    /// When.
    pub at: i64,
    /// Version of the scenario that came of it.
    pub scenario_version: u64,
}

/// A draft as it is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDraft {
    /// Its id, which later ones exceed.
    pub id: Uuid,
    /// What its planner calls it.
    pub name: String,
    /// Remarks for people.
    pub note: Option<String>,
    /// The scenario that it is compared with.
    pub base: String,
    /// The version of that.
    pub base_version: u64,
    /// Its own scenario.
    pub body: String,
    /// Who makes it.
    pub client: String,
    /// When.
    pub at: i64,
}

/// What is changed about a draft.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DraftChange {
    /// Another name.
    pub name: Option<String>,
    /// Other remarks; none where empty.
    pub note: Option<String>,
    /// Another scenario.
    pub body: Option<String>,
    /// What it is compared with from now on, and that it was applied.
    pub applied: Option<(String, AppliedRow)>,
    /// Who changes it.
    pub client: String,
    /// When.
    pub at: i64,
}

/// A version of a draft that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftVersionRow {
    /// Which.
    pub version: u64,
    /// Who made it.
    pub client: String,
    /// When the first of its changes was made.
    pub begun_at: i64,
    /// When the last was.
    pub changed_at: i64,
}

/// How many versions of a draft are kept.
const KEPT: i64 = 30;

/// Changes of one client within so many milliseconds are one version: who types a number makes one
/// change, not one for each digit.
const TOGETHER: i64 = 5 * 60 * 1000;

const DRAFT: &str = "id, name, note, base_version, created_by, created_at, version, changed_by, \
                     changed_at, applied_by, applied_at, applied_version";

impl Store {
    /// Adds a draft, unless there are `most` already. Whether it did.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn add_draft(&self, draft: &NewDraft, most: u32) -> Result<bool, StoreError> {
        let mut writing = self.begin().await?;
        // First of all, so that two who do this at a time do it one after the other.
        let note = "INSERT INTO note (name, value) VALUES ('drafts', 0) \
                    ON CONFLICT (name) DO UPDATE SET value = note.value";
        sqlx::query(note).execute(&mut *writing.read().0).await?;
        let count = sqlx::query("SELECT COUNT(*) FROM draft");
        let count: i64 = count.fetch_one(&mut *writing.read().0).await?.try_get(0)?;
        if count >= i64::from(most) {
            return Ok(false);
        }
        let query = sqlx::query(
            "INSERT INTO draft (id, name, note, base, base_version, created_by, created_at, \
             version, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $6, $7)",
        );
        let query = query
            .bind(draft.id.to_string())
            .bind(draft.name.clone())
            .bind(draft.note.clone())
            .bind(draft.base.clone())
            .bind(draft.base_version.cast_signed())
            .bind(draft.client.clone())
            .bind(draft.at);
        query.execute(&mut *writing.read().0).await?;
        let query = sqlx::query(
            "INSERT INTO draft_version (draft, version, client, begun_at, changed_at, body) \
             VALUES ($1, 1, $2, $3, $3, $4)",
        );
        let query = query
            .bind(draft.id.to_string())
            .bind(draft.client.clone())
            .bind(draft.at)
            .bind(draft.body.clone());
        query.execute(&mut *writing.read().0).await?;
        writing.commit().await?;
        Ok(true)
    }

    /// At most `limit` drafts, the newest first, from after the one with the id `after` on.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn drafts(
        &self,
        after: Option<Uuid>,
        limit: u32,
    ) -> Result<Vec<DraftRow>, StoreError> {
        let sql = format!("SELECT {DRAFT} FROM draft WHERE id < $1 ORDER BY id DESC LIMIT {limit}");
        // Above all ids.
        let after = after.map_or_else(|| "g".to_owned(), |id| id.to_string());
        let mut reader = self.reader().await?;
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(after);
        let rows = rows.fetch_all(&mut *reader.read().0).await?;
        rows.iter().map(draft_row).collect()
    }

    /// The draft `id`, if there is one.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] and [`StoreError::Corrupt`].
    pub async fn draft(&self, id: Uuid) -> Result<Option<DraftRow>, StoreError> {
        let sql = format!("SELECT {DRAFT} FROM draft WHERE id = $1");
        let mut reader = self.reader().await?;
        let query = sqlx::query(AssertSqlSafe(sql)).bind(id.to_string());
        let row = query.fetch_optional(&mut *reader.read().0).await?;
        row.as_ref().map(draft_row).transpose()
    }

    /// The scenario of the draft `id` as it was in `version`, if that is kept.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn draft_body(&self, id: Uuid, version: u64) -> Result<Option<String>, StoreError> {
        // A version that changed something else has the scenario of the one before it.
        let query = sqlx::query(
            "SELECT body FROM draft_version WHERE draft = $1 AND version <= $2 \
             ORDER BY version DESC LIMIT 1",
        );
        let query = query.bind(id.to_string()).bind(version.cast_signed());
        let mut reader = self.reader().await?;
        let row = query.fetch_optional(&mut *reader.read().0).await?;
        row.map(|row| Ok(row.try_get(0)?)).transpose()
    }

    /// The scenario that the draft `id` is compared with.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn draft_base(&self, id: Uuid) -> Result<Option<String>, StoreError> {
        let query = sqlx::query("SELECT base FROM draft WHERE id = $1").bind(id.to_string());
        let mut reader = self.reader().await?;
        let row = query.fetch_optional(&mut *reader.read().0).await?;
        row.map(|row| Ok(row.try_get(0)?)).transpose()
    }

    /// The versions of the draft `id` that are kept, the newest first.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn draft_versions(&self, id: Uuid) -> Result<Vec<DraftVersionRow>, StoreError> {
        let query = sqlx::query(
            "SELECT version, client, begun_at, changed_at FROM draft_version WHERE draft = $1 \
             ORDER BY version DESC",
        );
        let mut reader = self.reader().await?;
        let rows = query.bind(id.to_string()).fetch_all(&mut *reader.read().0).await?;
        rows.iter().map(version_row).collect()
    }

    /// Changes the draft `id` of that version. The draft as it is then.
    ///
    /// # Errors
    /// [`StoreError::Race`] where it has another version, or is gone; [`StoreError::Unavailable`] and
    /// [`StoreError::Corrupt`].
    pub async fn change_draft(
        &self,
        id: Uuid,
        version: u64,
        change: &DraftChange,
    ) -> Result<DraftRow, StoreError> {
        let mut writing = self.begin().await?;
        let (base, applied) = change.applied.clone().unzip();
        let sql = format!(
            "UPDATE draft SET version = version + 1, changed_by = $3, changed_at = $4, \
             name = COALESCE($5, name), \
             note = CASE WHEN $6 IS NULL THEN note WHEN $6 = '' THEN NULL ELSE $6 END, \
             base = COALESCE($7, base), base_version = COALESCE($8, base_version), \
             applied_by = COALESCE($9, applied_by), applied_at = COALESCE($10, applied_at), \
             applied_version = COALESCE($8, applied_version) \
             WHERE id = $1 AND version = $2 RETURNING {DRAFT}"
        );
        let scenario_version = applied.as_ref().map(|row| row.scenario_version.cast_signed());
        let query = sqlx::query(AssertSqlSafe(sql))
            .bind(id.to_string())
            .bind(version.cast_signed())
            .bind(change.client.clone())
            .bind(change.at)
            .bind(change.name.clone())
            .bind(change.note.clone())
            .bind(base)
            .bind(scenario_version)
            .bind(applied.as_ref().map(|row| row.by.clone()))
            .bind(applied.as_ref().map(|row| row.at));
        let row = query.fetch_optional(&mut *writing.read().0).await?;
        let row = draft_row(&row.ok_or(StoreError::Race)?)?;
        if let Some(body) = &change.body {
            let together = change.applied.is_none();
            keep_version(&mut writing, &row, change, body, together).await?;
        }
        writing.commit().await?;
        Ok(row)
    }

    /// Deletes the draft `id` of that version.
    ///
    /// # Errors
    /// [`StoreError::Race`] where it has another version, or is gone; [`StoreError::Unavailable`].
    pub async fn delete_draft(&self, id: Uuid, version: u64) -> Result<(), StoreError> {
        let mut writing = self.begin().await?;
        let query = sqlx::query("DELETE FROM draft WHERE id = $1 AND version = $2");
        let query = query.bind(id.to_string()).bind(version.cast_signed());
        let done = query.execute(&mut *writing.read().0).await?;
        if done.rows_affected() != 1 {
            return Err(StoreError::Race);
        }
        let query = sqlx::query("DELETE FROM draft_version WHERE draft = $1").bind(id.to_string());
        query.execute(&mut *writing.read().0).await?;
        writing.commit().await
    }
}

/// Keeps the scenario of the newest version, in the place of the one before it where both are changes
/// of one client within a while and `together` says so.
async fn keep_version(
    writing: &mut super::Writing,
    row: &DraftRow,
    change: &DraftChange,
    body: &str,
    together: bool,
) -> Result<(), StoreError> {
    let query = sqlx::query(
        "SELECT version, client, begun_at, changed_at FROM draft_version WHERE draft = $1 \
         ORDER BY version DESC LIMIT 1",
    );
    let last = query.bind(row.id.to_string()).fetch_optional(&mut *writing.read().0).await?;
    let last = last.as_ref().map(version_row).transpose()?.filter(|last| {
        // The first version is what the draft was made as.
        together
            && last.version > 1
            && last.client == change.client
            && change.at - last.begun_at < TOGETHER
            // What was applied stays as it was.
            && row.applied.as_ref().is_none_or(|applied| applied.at < last.begun_at)
    });
    if let Some(last) = &last {
        let query = sqlx::query("DELETE FROM draft_version WHERE draft = $1 AND version = $2");
        let query = query.bind(row.id.to_string()).bind(last.version.cast_signed());
        query.execute(&mut *writing.read().0).await?;
    }
    let query = sqlx::query(
        "INSERT INTO draft_version (draft, version, client, begun_at, changed_at, body) \
         VALUES ($1, $2, $3, $4, $5, $6)",
    );
    let query = query
        .bind(row.id.to_string())
        .bind(row.version.cast_signed())
        .bind(change.client.clone())
        .bind(last.map_or(change.at, |last| last.begun_at))
        .bind(change.at)
        .bind(body.to_owned());
    query.execute(&mut *writing.read().0).await?;
    let query = sqlx::query(
        "DELETE FROM draft_version WHERE draft = $1 AND version <= (SELECT version FROM \
         draft_version WHERE draft = $1 ORDER BY version DESC LIMIT 1 OFFSET $2)",
    );
    let query = query.bind(row.id.to_string()).bind(KEPT);
    query.execute(&mut *writing.read().0).await?;
    Ok(())
}

fn draft_row(row: &AnyRow) -> Result<DraftRow, StoreError> {
    let by: Option<String> = row.try_get("applied_by")?;
    let at: Option<i64> = row.try_get("applied_at")?;
    let scenario_version: Option<i64> = row.try_get("applied_version")?;
    let applied = match (by, at, scenario_version) {
        (Some(by), Some(at), Some(version)) => {
            Some(AppliedRow { by, at, scenario_version: version.cast_unsigned() })
        }
        _ => None,
    };
    let id: String = row.try_get("id")?;
    Ok(DraftRow {
        id: id.parse().map_err(|_| StoreError::Corrupt {
            table: "draft",
            problem: format!("{id:?} is no id"),
        })?,
        name: row.try_get("name")?,
        note: row.try_get("note")?,
        base_version: row.try_get::<i64, _>("base_version")?.cast_unsigned(),
        created_by: row.try_get("created_by")?,
        created_at: row.try_get("created_at")?,
        version: row.try_get::<i64, _>("version")?.cast_unsigned(),
        changed_by: row.try_get("changed_by")?,
        changed_at: row.try_get("changed_at")?,
        applied,
    })
}

fn version_row(row: &AnyRow) -> Result<DraftVersionRow, StoreError> {
    Ok(DraftVersionRow {
        version: row.try_get::<i64, _>("version")?.cast_unsigned(),
        client: row.try_get("client")?,
        begun_at: row.try_get("begun_at")?,
        changed_at: row.try_get("changed_at")?,
    })
}
