//! `/problems/{code}`: what the `type` of a problem refers to

use axum::Json;
use serde::Serialize;
use utoipa::ToSchema;

use super::shapes::Id;
use crate::http::problem::{self, Answer, HttpError};

/// A kind of problem.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemKind {
    /// Stable name.
    #[schema(value_type = problem::ProblemCode)]
    code: &'static str,
    /// HTTP status of answers with it.
    #[schema(example = 410)]
    status: u16,
    /// What it means.
    #[schema(example = "The hold has expired")]
    title: &'static str,
}

/// Explains a kind of problem.
#[utoipa::path(get, path = "/problems/{code}", tag = "service",
    params(("code" = String, Path, description = "Stable name of the kind of problem.",
        example = "hold-expired")),
    responses((status = 200, description = "What it means.", body = ProblemKind)),
    extensions(("x-problems" = json!(["not-found"]))))]
pub async fn kind(Id(name): Id) -> Answer<Json<ProblemKind>> {
    let code =
        problem::code(&name).ok_or_else(|| HttpError::not_found("kind of problem", &name))?;
    Ok(Json(ProblemKind { code: code.name, status: code.status.as_u16(), title: code.title }))
}
