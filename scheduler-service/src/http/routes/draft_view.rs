//! Drafts as they are answered

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use scheduler_core::problem::Problem;
use scheduler_core::report::Language;
use scheduler_core::scenario::{Finding, FindingCode, Findings, Scenario, Severity};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::scenario::Change;
use crate::drafts::{self, ChangeKind};
use crate::http::app::Shared;
use crate::http::problem::{Answer, HttpError};
use crate::store::{AppliedRow, DraftRow, DraftVersionRow};
use crate::studies::{StudyError, size};

/// A draft without its scenario.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftHead {
    /// Its id.
    id: Uuid,
    /// What its planner calls it.
    #[schema(example = "Longer Thursdays")]
    name: String,
    /// Remarks for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    note: Option<String>,
    /// Grows with each change; the `ETag`.
    #[schema(example = 3)]
    version: u64,
    /// Version of the scenario that it is compared with: the one that was booked from when it was made
    /// or last applied.
    #[schema(example = 7)]
    made_from: u64,
    /// Client that has made it.
    created_by: String,
    /// When.
    created_at: DateTime<Utc>,
    /// Client that has changed it last.
    changed_by: String,
    /// When.
    changed_at: DateTime<Utc>,
    /// That it was applied; missing where it never was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    applied: Option<AppliedDraft>,
}

/// That a draft was applied.
#[derive(Debug, Serialize, ToSchema)]
pub struct AppliedDraft {
    /// Client that has applied it.
    by: String,
    /// When.
    at: DateTime<Utc>,
    /// Version of the scenario that came of it.
    scenario_version: u64,
}

/// A draft with its scenario.
#[derive(Debug, Serialize, ToSchema)]
pub struct Draft {
    #[serde(flatten)]
    head: DraftHead,
    /// Its scenario, as it was sent: it may have mistakes.
    scenario: Value,
}

/// Drafts, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftList {
    /// The drafts.
    drafts: Vec<DraftHead>,
    /// What to send as `after` for those that follow; missing where none do.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    next: Option<Uuid>,
}

/// The versions of a draft that are kept, the newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftVersions {
    /// The versions. Changes of one client within five minutes are one.
    versions: Vec<DraftVersion>,
}

/// A version of a draft.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftVersion {
    /// Which.
    version: u64,
    /// Client that has made it.
    by: String,
    /// When the first of its changes was made.
    begun_at: DateTime<Utc>,
    /// When the last was.
    changed_at: DateTime<Utc>,
}

/// What a draft changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftChanges {
    /// Version of the draft.
    version: u64,
    /// Version of the scenario that it was made from.
    made_from: u64,
    /// Version of the scenario that is booked from now.
    scenario_version: u64,
    /// What the draft changes of what it was made from, in the order of the fields.
    changes: Vec<DraftChange>,
    /// What it changes and others have changed meanwhile, otherwise: it cannot be applied before these
    /// are as they are booked from, in `theirs`, or as they were, in `before`.
    conflicts: Vec<DraftConflict>,
}

/// A change of a field, or of an entry of a list whose entries have ids.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftChange {
    /// What became of it.
    kind: DraftChangeKind,
    /// Names of fields and ids of entries that lead to it.
    #[schema(example = json!(["staff", "mitte-01", "skills"]))]
    path: Vec<String>,
    /// JSON pointer into the draft; where it was removed, into what the draft was made from.
    #[schema(example = "/staff/0/skills")]
    pointer: String,
    /// How it was; missing where it is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    before: Option<Value>,
    /// How it is; missing where it was removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    after: Option<Value>,
}

/// What became of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DraftChangeKind {
    /// It is new.
    Added,
    /// It is not there any more.
    Removed,
    /// It is otherwise.
    Changed,
}

/// A change of something that others have changed, otherwise.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftConflict {
    #[serde(flatten)]
    change: DraftChange,
    /// How it is in the scenario that is booked from; missing where it is not there any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    theirs: Option<Value>,
}

/// What is wrong with a draft.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftFindings {
    /// Version of the draft.
    version: u64,
    /// Whether there are no errors.
    valid: bool,
    /// All that was found, errors and what is doubtful, of which the first 1,000 are listed.
    findings: Vec<DraftFinding>,
}

/// Something that is wrong or doubtful.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftFinding {
    /// How bad it is.
    severity: FindingSeverity,
    /// JSON pointer into the scenario of the draft.
    #[schema(example = "/staff/0/shifts/0/until")]
    pointer: String,
    /// Stable name of what is wrong.
    #[schema(value_type = FindingCode)]
    code: String,
    /// What is wrong with which value, and what to do.
    message: String,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FindingSeverity {
    /// The scenario cannot be booked from.
    Error,
    /// It can, and is perhaps not what was meant.
    Warning,
}

/// What applying a draft came to, or would.
#[derive(Debug, Serialize, ToSchema)]
pub struct DraftApplied {
    /// The draft then.
    draft: DraftHead,
    /// What became of the scenario and of what was promised. A dry run looks at promises only and
    /// places no walk-in blocks.
    change: Change,
}

/// Most findings that are listed.
const MOST_FINDINGS: usize = 1000;

impl DraftHead {
    /// What is answered of `row`.
    ///
    /// # Errors
    /// Where the store has no instants.
    pub fn of(row: &DraftRow) -> Answer<Self> {
        let applied = |AppliedRow { by, at, scenario_version }: &AppliedRow| {
            let (by, scenario_version) = (by.clone(), *scenario_version);
            Ok::<_, HttpError>(AppliedDraft { by, at: instant(*at)?, scenario_version })
        };
        Ok(Self {
            id: row.id,
            name: row.name.clone(),
            note: row.note.clone(),
            version: row.version,
            made_from: row.base_version,
            created_by: row.created_by.clone(),
            created_at: instant(row.created_at)?,
            changed_by: row.changed_by.clone(),
            changed_at: instant(row.changed_at)?,
            applied: row.applied.as_ref().map(applied).transpose()?,
        })
    }
}

impl Draft {
    /// `row` with its scenario.
    ///
    /// # Errors
    /// Those of [`DraftHead::of`].
    pub fn of(row: &DraftRow, scenario: Value) -> Answer<Self> {
        Ok(Self { head: DraftHead::of(row)?, scenario })
    }
}

impl DraftList {
    /// At most `limit` of `rows`; there are more where `rows` has one more.
    ///
    /// # Errors
    /// Those of [`DraftHead::of`].
    pub fn of(rows: &[DraftRow], limit: usize) -> Answer<Self> {
        let shown = &rows[..rows.len().min(limit)];
        let next = if rows.len() > limit { shown.last().map(|row| row.id) } else { None };
        Ok(Self { drafts: shown.iter().map(DraftHead::of).collect::<Answer<_>>()?, next })
    }
}

impl DraftVersions {
    /// What is answered of `rows`.
    ///
    /// # Errors
    /// Where the store has no instants.
    pub fn of(rows: Vec<DraftVersionRow>) -> Answer<Self> {
        let of = |row: DraftVersionRow| {
            Ok::<_, HttpError>(DraftVersion {
                version: row.version,
                by: row.client,
                begun_at: instant(row.begun_at)?,
                changed_at: instant(row.changed_at)?,
            })
        };
        Ok(Self { versions: rows.into_iter().map(of).collect::<Answer<_>>()? })
    }
}

impl DraftChanges {
    /// What `mine`, made of `base`, changes, and what of that contradicts `theirs` of that version.
    pub fn of(row: &DraftRow, [base, mine, theirs]: [&Value; 3], scenario_version: u64) -> Self {
        let conflict = |conflict: drafts::Conflict| DraftConflict {
            change: conflict.change.into(),
            theirs: conflict.theirs,
        };
        Self {
            version: row.version,
            made_from: row.base_version,
            scenario_version,
            changes: drafts::changes(base, mine).into_iter().map(Into::into).collect(),
            conflicts: drafts::merge(base, mine, theirs)
                .conflicts
                .into_iter()
                .map(conflict)
                .collect(),
        }
    }
}

impl From<drafts::Change> for DraftChange {
    fn from(change: drafts::Change) -> Self {
        let kind = match change.kind {
            ChangeKind::Added => DraftChangeKind::Added,
            ChangeKind::Removed => DraftChangeKind::Removed,
            ChangeKind::Changed => DraftChangeKind::Changed,
        };
        let drafts::Change { path, pointer, before, after, .. } = change;
        Self { kind, path, pointer, before, after }
    }
}

impl DraftFindings {
    /// All that is wrong with `scenario`, the draft of that version, in the words of a language.
    pub fn of(app: &Shared, version: u64, scenario: &Value, language: Language) -> Self {
        let found = findings(app, scenario);
        let mut told = BTreeSet::new();
        let finding = |finding: Finding| DraftFinding {
            severity: match finding.severity {
                Severity::Warning => FindingSeverity::Warning,
                Severity::Error | Severity::Infeasible => FindingSeverity::Error,
            },
            message: language.finding(finding.code, &finding.message),
            code: finding.code.to_owned(),
            pointer: finding.pointer,
        };
        let valid = found.iter().all(|found| found.severity == Severity::Warning);
        let new = |found: &Finding| told.insert((found.pointer.clone(), found.message.clone()));
        let findings = found.into_iter().filter(new).take(MOST_FINDINGS).map(finding).collect();
        Self { version, valid, findings }
    }
}

/// All that is wrong with a scenario, were it booked from.
fn findings(app: &Shared, value: &Value) -> Vec<Finding> {
    let list = |findings: Findings| findings.into_iter().collect();
    let mut scenario = match Scenario::from_value(value) {
        Ok(scenario) => scenario,
        Err(findings) => return list(findings),
    };
    let horizon = app.office().horizon_of(&scenario);
    if let Err(StudyError::Scenario(findings)) =
        size::judge_on(&scenario, horizon, &app.settings().sizes)
    {
        return list(findings);
    }
    scenario.horizon = horizon;
    match Problem::new(&scenario) {
        Ok(problem) => problem.warnings.to_vec(),
        Err(findings) => list(findings),
    }
}

impl DraftApplied {
    /// `row`, applied with `change`.
    ///
    /// # Errors
    /// Those of [`DraftHead::of`].
    pub fn of(row: &DraftRow, change: Change) -> Answer<Self> {
        Ok(Self { draft: DraftHead::of(row)?, change })
    }
}

fn instant(milliseconds: i64) -> Answer<DateTime<Utc>> {
    DateTime::from_timestamp_millis(milliseconds)
        .ok_or_else(|| HttpError::internal(&format_args!("no instant: {milliseconds}")))
}
