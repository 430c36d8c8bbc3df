//! `/v1/scenarios/…`: scenarios from workbooks, and as workbooks

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use scheduler_core::problem::Problem;
use scheduler_core::report::Language;
use scheduler_core::scenario::{Scenario, Severity};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::scenario_read;
use crate::http::app::Shared;
use crate::http::auth::{Caller, PlanningWrite};
use crate::http::body::{self, Taken};
use crate::http::language::Reads;
use crate::http::problem::{Answer, HttpError};
use crate::studies::size;
use crate::tables::book::Limits;
use crate::tables::found::Found;
use crate::tables::{Reading, from_workbook, to_workbook};

/// Media type of workbooks.
pub const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// What is unpacked and read of one request at the most; a command reads more.
const LIMITS: Limits = Limits {
    file_bytes: 16 << 20,
    entries: 1_000,
    unpacked_bytes: 128 << 20,
    cells: 500_000,
    text_bytes: 16 << 20,
};

/// A workbook (.xlsx), as its bytes.
#[derive(Debug, ToSchema)]
#[schema(value_type = String, format = Binary)]
#[expect(dead_code, reason = "only documents: bodies are read and written by hand")]
pub struct WorkbookFile(Vec<u8>);

/// What a workbook says.
#[derive(Debug, Serialize, ToSchema)]
pub struct FromWorkbook {
    /// The scenario; null where errors keep it from being read.
    #[schema(value_type = Option<Scenario>)]
    scenario: Option<Value>,
    /// All that is wrong or doubtful, with its place.
    findings: Vec<TableFinding>,
}

/// Something that is wrong or doubtful.
#[derive(Debug, Serialize, ToSchema)]
pub struct TableFinding {
    /// How bad it is.
    severity: Severity,
    /// Stable name of the kind of finding.
    #[schema(example = "table.unit")]
    code: String,
    /// JSON pointer into the scenario, where it is about that; empty otherwise.
    pointer: String,
    /// The sheet; null where it is about all of them.
    #[schema(example = "Services")]
    sheet: Option<String>,
    /// The cell, row or area; empty for the whole sheet, null as above.
    #[schema(example = "C7")]
    cell: Option<String>,
    /// What the cell shows; null as above.
    #[schema(example = "15 min")]
    value: Option<String>,
    /// What is wrong, and what to do.
    message: String,
}

impl TableFinding {
    fn new(found: &Found, language: Language) -> Self {
        let at = found.at.as_ref();
        Self {
            severity: found.severity,
            code: found.code.to_owned(),
            pointer: found.pointer.clone(),
            sheet: at.map(|at| at.sheet.to_string()),
            cell: at.map(|at| at.cell.clone()),
            value: at.map(|at| at.value.clone()),
            message: found.text.of(language).to_owned(),
        }
    }
}

/// Reads a workbook as a scenario. Changes nothing.
///
/// Sheets and columns are those of `scheduler template`, in English or German. What is wrong is told with
/// sheet, cell, value and what to do; where that are errors, there is no scenario.
#[utoipa::path(post, path = "/v1/scenarios/from-workbook", tag = "stateless",
    request_body(content = WorkbookFile, description = "The workbook (.xlsx).",
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    params(("Accept-Language" = Option<String>, Header, nullable = false, example = "de",
        description = "Language of the messages: `de`, or English.")),
    responses((status = 200, description = "What it says.", body = FromWorkbook)),
    security(("key" = ["planning:write"])),
    extensions(("x-problems" = json!(["busy", "unavailable"]))))]
pub async fn from(
    State(app): State<Shared>,
    _caller: Caller<PlanningWrite>,
    Reads(language): Reads,
    request: Request,
) -> Answer<Json<FromWorkbook>> {
    let sizes = app.settings().sizes;
    let read = move |bytes: &[u8]| {
        let Reading { scenario, mut found, origins } = from_workbook(bytes, &LIMITS);
        let scenario = scenario.and_then(|scenario| {
            // How large it is is counted before it is expanded.
            let judged = size::judge(&scenario, &sizes);
            let problem = match judged {
                Ok(()) => Problem::new(&scenario),
                Err(crate::studies::StudyError::Scenario(findings)) => Err(findings),
                // Too large to be planned here is no mistake of the tables.
                Err(_) => return Some(scenario),
            };
            let (findings, is_sound) = match problem {
                Ok(problem) => (problem.warnings.into_iter().collect::<Vec<_>>(), true),
                Err(findings) => (findings.into_iter().collect(), false),
            };
            found.extend(findings.iter().map(|finding| {
                let at = origins.as_ref().and_then(|origins| origins.at(&finding.pointer));
                Found::of_scenario(finding, at)
            }));
            Some(scenario).filter(|_| is_sound)
        });
        FromWorkbook {
            scenario: scenario.and_then(|scenario| serde_json::to_value(scenario).ok()),
            findings: found.iter().map(|found| TableFinding::new(found, language)).collect(),
        }
    };
    let Taken { value, turn, held: _held } = body::take_file(request, &app, WORKBOOK, read).await?;
    drop(turn);
    Ok(Json(value))
}

/// Writes a scenario as a workbook. Changes nothing.
#[utoipa::path(post, path = "/v1/scenarios/to-workbook", tag = "stateless", request_body = Scenario,
    params(("Accept-Language" = Option<String>, Header, nullable = false, example = "de",
        description = "Language of sheets and headings: `de`, or English.")),
    responses((status = 200, description = "The workbook.", body = WorkbookFile,
        content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")),
    security(("key" = ["planning:write"])),
    extensions(("x-problems" = json!(["invalid-scenario", "busy", "unavailable"]))))]
pub async fn to(
    State(app): State<Shared>,
    _caller: Caller<PlanningWrite>,
    Reads(language): Reads,
    request: Request,
) -> Answer<Response> {
    let read = |bytes: &[u8]| {
        Scenario::from_json(bytes).map_err(|findings| scenario_read::refused(&findings, ""))
    };
    let Taken { value: scenario, turn, held } = body::take(request, &app, read).await?;
    let work = move || {
        let _held = held;
        to_workbook(&scenario, language)
    };
    let book = app.plans.run_in(turn, work).await?.map_err(|error| HttpError::internal(&error))?;
    Ok(([(header::CONTENT_TYPE, WORKBOOK)], book).into_response())
}
