//! Lists of the parts of the scenario: `/v1/staff`, `/v1/rooms` and so on

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use scheduler_core::scenario as shape;
use serde::Serialize;
use utoipa::ToSchema;

use super::lists::{MOST, USUAL};
use super::written::etag;
use crate::http::app::Shared;
use crate::http::auth::{Caller, PlanningRead};
use crate::http::problem::Answer;
use crate::http::query::{Query, cursor};

macro_rules! part_lists {
    ($($module:ident $path:literal $list:ident $shape:ident $answer:ident $kinds:literal;)*) => {
        $(#[doc = concat!("`", $path, "`")]
        pub mod $module {
            use super::*;

            #[doc = concat!("Some ", $kinds, ".")]
            #[derive(Debug, Serialize, ToSchema)]
            pub struct $answer {
                /// They, by id.
                $list: Vec<shape::$shape>,
                /// What to give as `cursor` for the next page; missing where this is the last.
                #[serde(skip_serializing_if = "Option::is_none")]
                #[schema(nullable = false)]
                next_cursor: Option<String>,
            }

            #[doc = concat!("The ", $kinds, " of the scenario, by id.")]
            ///
            /// A page begins after the last entry of the one before, whatever was added or taken out
            /// meanwhile.
            #[utoipa::path(get, path = $path, tag = "planning",
                summary = concat!("The ", $kinds, " of the scenario, by id."),
                params(
                    ("limit" = Option<u32>, Query, nullable = false, minimum = 1, maximum = 1000,
                        description = "Most entries in the answer; 100 where left out.", example = 100),
                    ("cursor" = Option<String>, Query, nullable = false,
                        description = "`next_cursor` of the page before.")),
                responses((status = 200, description = "They.", body = $answer,
                    headers(("ETag" = String, description = "Version of the scenario.")))),
                security(("key" = ["planning:read"])),
                extensions(("x-problems" = json!(["malformed", "busy", "unavailable"]))))]
            pub async fn list(
                State(app): State<Shared>,
                _caller: Caller<PlanningRead>,
                RawQuery(query): RawQuery,
            ) -> Answer<Response> {
                let mut query = Query::new(query.as_deref());
                let limit = query.limit(USUAL, MOST) as usize;
                let after: Option<String> = query.cursor($path);
                query.finish()?;
                let view = app.office().view().await?;
                let all = view.scenario.$list.iter();
                let is_after = |id: &String| after.as_ref().is_none_or(|after| id > after);
                let mut all: Vec<&shape::$shape> = all.filter(|part| is_after(&part.id)).collect();
                all.sort_by(|one, other| one.id.cmp(&other.id));
                let more = all.len() > limit;
                all.truncate(limit);
                let next = all.last().filter(|_| more).map(|last| cursor($path, &last.id));
                let answer =
                    $answer { $list: all.into_iter().cloned().collect(), next_cursor: next };
                let tag = [(header::ETAG, etag(view.scenario_version))];
                Ok((tag, Json(answer)).into_response())
            }
        })*
    };
}

part_lists! {
    staff "/v1/staff" staff Staff StaffList "clerks";
    rooms "/v1/rooms" rooms Room RoomList "rooms";
    quotas "/v1/walk-in-quotas" walk_in_quotas WalkInQuota WalkInQuotaList "walk-in quotas";
    demand "/v1/demand" demand Demand DemandList "demand";
    release "/v1/release-policies" release ReleasePolicy ReleasePolicyList "release policies";
}
