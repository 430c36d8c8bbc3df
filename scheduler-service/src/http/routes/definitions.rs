//! `GET /v1/definitions`: how figures are counted

use axum::Json;
use scheduler_core::report::simulation::DEFINITIONS;
use serde::Serialize;
use utoipa::ToSchema;

use crate::http::auth::{Anyone, Caller};
use crate::http::language::Reads;

/// How figures are counted.
#[derive(Debug, Serialize, ToSchema)]
pub struct DefinitionList {
    /// The definitions, in the order in which they are explained.
    definitions: Vec<DefinitionView>,
}

/// How a figure is counted.
#[derive(Debug, Serialize, ToSchema)]
pub struct DefinitionView {
    /// Stable name, which figures refer to.
    #[schema(example = "wait.mean")]
    id: &'static str,
    /// In a sentence or two.
    text: &'static str,
}

/// How the figures of simulations and comparisons are counted.
#[utoipa::path(get, path = "/v1/definitions", tag = "stateless",
    params(("Accept-Language" = Option<String>, Header, nullable = false, example = "de",
        description = "Language of the texts: `de`, or English.")),
    responses((status = 200, description = "The definitions.", body = DefinitionList)),
    security(("key" = [])))]
pub async fn read(_caller: Caller<Anyone>, Reads(language): Reads) -> Json<DefinitionList> {
    let of = |one: &scheduler_core::report::simulation::Definition| DefinitionView {
        id: one.id,
        text: one.text(language),
    };
    Json(DefinitionList { definitions: DEFINITIONS.iter().map(of).collect() })
}
