//! What the paths of drafts share: drafts in the store, and what they are compared with

use scheduler_core::scenario::Scenario;
use serde_json::Value;
use uuid::Uuid;

use crate::http::app::App;
use crate::http::problem::{self, Answer, HttpError};
use crate::store::{DraftChange, DraftRow};

/// The draft that `id` names.
///
/// # Errors
/// 404
pub async fn find(app: &App, id: &str) -> Answer<DraftRow> {
    let nothing = || HttpError::not_found("draft", id);
    let known = Uuid::try_parse(id).map_err(|_| nothing())?;
    app.office().beside(app.office().store().draft(known)).await?.ok_or_else(nothing)
}

/// What a draft is compared with, and its scenario.
///
/// # Errors
/// 404 where it was deleted meanwhile.
pub async fn bodies(app: &App, row: &DraftRow) -> Answer<(String, String)> {
    let store = app.office().store();
    let base = app.office().beside(store.draft_base(row.id)).await?;
    let mine = app.office().beside(store.draft_body(row.id, row.version)).await?;
    base.zip(mine).ok_or_else(|| HttpError::not_found("draft", &row.id.to_string()))
}

/// Base and draft, and the scenario that is booked from, so written that what means the same is the
/// same.
///
/// # Errors
/// Where the store has no JSON.
pub fn alike(base: &str, mine: &str, booked: &Scenario) -> Answer<[Value; 3]> {
    let (mut base, mut mine) = (value(base)?, value(mine)?);
    for scenario in [&mut base, &mut mine] {
        // One with mistakes is compared as it was written.
        if let Ok(read) = Scenario::from_value(scenario) {
            *scenario = json(&read)?;
        }
    }
    let theirs = json(booked)?;
    // The dates that are booked move on by themselves.
    if base["horizon"] == mine["horizon"] {
        for scenario in [&mut base, &mut mine] {
            if let Some(fields) = scenario.as_object_mut() {
                fields.insert("horizon".to_owned(), theirs["horizon"].clone());
            }
        }
    }
    Ok([base, mine, theirs])
}

/// Changes the draft `row`, where it has that version.
///
/// # Errors
/// 412 where it has another one by now.
pub async fn change_of(
    app: &App,
    row: &DraftRow,
    version: u64,
    change: &DraftChange,
) -> Answer<DraftRow> {
    fresh(row, version)?;
    let changed = app.office().store().change_draft(row.id, version, change);
    // Where somebody was faster since it was looked at, trying again tells so.
    Ok(app.office().beside(changed).await?)
}

/// Whether `version` is the draft's.
///
/// # Errors
/// 412
pub fn fresh(row: &DraftRow, version: u64) -> Answer<()> {
    if row.version == version {
        return Ok(());
    }
    let detail = format!(
        "the draft has version {} by now, changed by {:?}; read it again and repeat the change",
        row.version, row.changed_by
    );
    Err(HttpError::new(problem::STALE, detail))
}

/// Milliseconds since the Unix epoch.
pub fn now(app: &App) -> i64 {
    app.office().clock().now().timestamp_millis()
}

/// A value as it is kept.
///
/// # Errors
/// Where it cannot be written as JSON.
pub fn text(value: &impl serde::Serialize) -> Answer<String> {
    serde_json::to_string(value).map_err(|error| HttpError::internal(&error))
}

fn json(scenario: &Scenario) -> Answer<Value> {
    serde_json::to_value(scenario).map_err(|error| HttpError::internal(&error))
}

/// What is kept as a value.
///
/// # Errors
/// Where the store has no JSON.
pub fn value(text: &str) -> Answer<Value> {
    serde_json::from_str(text).map_err(|error| HttpError::internal(&error))
}
