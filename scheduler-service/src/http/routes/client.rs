//! `GET /v1/client`: who asks, and what it may do

use axum::Json;
use axum::extract::State;
use scheduler_core::names;
use serde::Serialize;
use utoipa::ToSchema;

use crate::booking::Scopes;
use crate::http::app::Shared;
use crate::http::auth::{Anyone, Caller};
use crate::http::problem::Answer;

names! {
    /// What a key may allow.
    pub ScopeName = Scopes::ALL.names().split(' ').map(str::to_owned).collect::<Vec<_>>();
}

/// A client, as its key says.
#[derive(Debug, Serialize, ToSchema)]
pub struct ClientView {
    /// Name of the key, `local` where none is asked for.
    #[schema(example = "web")]
    name: String,
    /// What it may do, scopes that others include among them.
    #[schema(value_type = Vec<ScopeName>, example = json!(["slots:read", "appointments:write"]))]
    scopes: Vec<String>,
    /// The channel that its key is bound to; missing where it is bound to none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    channel: Option<String>,
}

/// Who asks, and what it may do: for pages that show only what their reader can use.
#[utoipa::path(get, path = "/v1/client", tag = "service",
    responses((status = 200, description = "The client.", body = ClientView)),
    security(("key" = [])))]
pub async fn read(State(_app): State<Shared>, caller: Caller<Anyone>) -> Answer<Json<ClientView>> {
    let client = caller.client;
    Ok(Json(ClientView {
        scopes: client.scopes.included().names().split(' ').map(str::to_owned).collect(),
        name: client.name,
        channel: client.channel,
    }))
}
