//! The table of contents: every path of the service.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::response::IntoResponse;
use axum::routing::get;
use axum::{Extension, Router, middleware};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::cors::{AllowOrigin, CorsLayer};
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::http::app::Shared;
use crate::http::parameters::{self, Parameters};
use crate::http::problem::{self, HttpError, ProblemDetails};
use crate::http::routes::lists::AppointmentStatus;
use crate::http::routes::{
    appointments, audit, calendars, check, client, comparisons, days, definitions, draft_apply,
    drafts, events, health, holds, imports, jobs, lists, offers, part_lists, parts, plan,
    plan_check, plans, problems, references, repairs, scenario, services, sessions, sign_in,
    simulations, sites, slots, staffings, ui, waitlist, webhooks, workbooks,
};
use crate::http::uploads::Most;
use crate::http::{addresses, conditional, document, language, observe};

/// Paths whose bodies have no scenario.
fn booking() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(slots::search))
        .routes(routes!(days::list))
        .routes(routes!(check::check))
        .routes(routes!(holds::create))
        .routes(routes!(holds::read, holds::release))
        .routes(routes!(holds::extend))
        .routes(routes!(appointments::create, lists::appointments))
        .routes(routes!(appointments::read))
        .routes(routes!(appointments::cancel))
        .routes(routes!(appointments::reschedule))
        .routes(routes!(appointments::arrive))
        .routes(routes!(appointments::fulfil))
        .routes(routes!(appointments::no_show))
        .routes(routes!(appointments::secret))
        .routes(routes!(lists::history))
        .routes(routes!(events::list))
        .routes(routes!(webhooks::create, webhooks::list))
        .routes(routes!(webhooks::read, webhooks::delete))
        .routes(routes!(webhooks::resume))
        .routes(routes!(references::read, references::erase))
        .routes(routes!(waitlist::create, waitlist::list))
        .routes(routes!(waitlist::read, waitlist::withdraw))
        .routes(routes!(waitlist::decline))
}

/// What there is to book.
fn around() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(sites::list))
        .routes(routes!(services::list))
        .routes(routes!(repairs::create))
        .routes(routes!(parts::sites::read, parts::sites::put, parts::sites::delete))
        .routes(routes!(parts::rooms::read, parts::rooms::put, parts::rooms::delete))
        .routes(routes!(parts::services::read, parts::services::put, parts::services::delete))
        .routes(routes!(parts::staff::read, parts::staff::put, parts::staff::delete))
        .routes(routes!(parts::quotas::read, parts::quotas::put, parts::quotas::delete))
        .routes(routes!(parts::demand::read, parts::demand::put, parts::demand::delete))
        .routes(routes!(parts::release::read, parts::release::put, parts::release::delete))
        .routes(routes!(part_lists::staff::list))
        .routes(routes!(part_lists::rooms::list))
        .routes(routes!(part_lists::quotas::list))
        .routes(routes!(part_lists::demand::list))
        .routes(routes!(part_lists::release::list))
        .routes(routes!(calendars::create, calendars::list))
        .routes(routes!(calendars::read, calendars::revoke))
        .routes(routes!(calendars::of_clerk))
        .routes(routes!(calendars::of_site))
}

/// What runs beside it, and whom it serves.
fn beside() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(jobs::list))
        .routes(routes!(jobs::read))
        .routes(routes!(jobs::cancel))
        .routes(routes!(jobs::events))
        .routes(routes!(audit::read))
        .routes(routes!(client::read))
        .routes(routes!(sessions::create, sessions::ways))
        .routes(routes!(sessions::current, sessions::end))
        .routes(routes!(definitions::read))
        .routes(routes!(health::healthz))
        .routes(routes!(health::readyz))
        .routes(routes!(health::figures))
        .routes(routes!(health::document))
        .routes(routes!(problems::kind))
}

/// Paths whose bodies have one.
fn planning() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(scenario::read, scenario::replace))
        .routes(routes!(plan::read, plan::put))
        .routes(routes!(plans::create))
        .routes(routes!(plan_check::check))
        .routes(routes!(simulations::create))
        .routes(routes!(comparisons::create))
        .routes(routes!(staffings::create))
        .routes(routes!(offers::search))
        .routes(routes!(imports::create))
        .routes(routes!(drafts::create, drafts::list))
        .routes(routes!(drafts::read, drafts::put, drafts::delete))
        .routes(routes!(drafts::versions))
        .routes(routes!(drafts::changes))
        .routes(routes!(drafts::findings))
        .routes(routes!(draft_apply::apply))
        .routes(routes!(workbooks::from))
        .routes(routes!(workbooks::to))
}

/// What no path refers to by itself.
#[derive(OpenApi)]
#[openapi(components(schemas(ProblemDetails, AppointmentStatus)))]
struct Problems;

/// The OpenAPI document, as JSON.
///
/// # Errors
/// Where it cannot be written as JSON.
pub fn document() -> Result<serde_json::Value, serde_json::Error> {
    let problems = OpenApiRouter::with_openapi(Problems::openapi());
    let around = booking().merge(around()).merge(beside());
    document::complete(&problems.merge(around).merge(planning()).into_openapi())
}

/// The whole service.
pub fn router(app: Shared) -> Router {
    let settings = app.settings().clone();
    let booking = booking().merge(around()).merge(beside());
    let booking = booking.layer(Extension(Most(settings.body_bytes)));
    let planning = planning().layer(Extension(Most(settings.scenario_bytes)));
    let (router, _) = booking.merge(planning).split_for_parts();
    let known = Arc::new(Parameters::of(app.openapi()));
    let router = router
        .layer(middleware::from_fn_with_state(known, parameters::only_known))
        // For people, not for programs: they are no part of the document.
        .merge(ui::pages())
        .merge(sign_in::pages())
        .method_not_allowed_fallback(wrong_method)
        .fallback(unknown_path)
        .layer(CatchPanicLayer::custom(observe::panicked))
        .layer(middleware::from_fn(conditional::unless_known))
        .layer(middleware::from_fn(language::told_in))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), observe::in_time))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn_with_state(Arc::clone(&app), addresses::limited));
    router
        .layer(cors(&app))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), observe::observe))
        .with_state(app)
}

/// What those who run the service ask for, for a listener of its own: it waits for nobody else.
pub fn admin(app: Shared) -> Router {
    Router::new()
        .route("/healthz", get(health::healthz))
        .route("/readyz", get(health::readyz))
        .route("/metrics", get(health::all_figures))
        .fallback(unknown_admin_path)
        .layer(CatchPanicLayer::custom(observe::panicked))
        .layer(middleware::from_fn_with_state(Arc::clone(&app), observe::in_time))
        .with_state(app)
}

async fn unknown_admin_path() -> impl IntoResponse {
    HttpError::new(problem::NOT_FOUND, "there are /healthz, /readyz and /metrics on this listener")
}

/// Headers of requests that mean something here.
const TAKEN: [HeaderName; 9] = [
    header::ACCEPT,
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    header::IF_MATCH,
    header::IF_NONE_MATCH,
    HeaderName::from_static(crate::http::auth::SECRET),
    HeaderName::from_static("idempotency-key"),
    HeaderName::from_static("last-event-id"),
    HeaderName::from_static("x-request-id"),
];

/// Headers of answers that a page may want to read.
const GIVEN: [HeaderName; 5] = [
    header::ETAG,
    header::LOCATION,
    header::RETRY_AFTER,
    header::WWW_AUTHENTICATE,
    HeaderName::from_static("x-request-id"),
];

/// How long a browser may remember what pages may do: longer than two hours none does.
const PREFLIGHT: Duration = Duration::from_secs(7200);

/// What pages of other origins may do: those of the settings, and those that a key names.
fn cors(app: &Shared) -> CorsLayer {
    let settings = app.settings();
    let origin = if settings.cors.iter().any(|origin| origin == "*") {
        AllowOrigin::any()
    } else {
        let app = Arc::clone(app);
        AllowOrigin::predicate(move |origin: &HeaderValue, _| {
            origin.to_str().is_ok_and(|origin| {
                app.settings().cors.iter().any(|own| own == origin)
                    || app.access().knows_origin(origin)
            })
        })
    };
    let methods = [Method::GET, Method::POST, Method::PUT, Method::DELETE];
    CorsLayer::new()
        .allow_origin(origin)
        .allow_methods(methods)
        // By name: `*` covers no `Authorization`.
        .allow_headers(TAKEN)
        .expose_headers(GIVEN)
        .max_age(PREFLIGHT)
}

async fn unknown_path() -> HttpError {
    ui::no_such_path()
}

async fn wrong_method() -> impl IntoResponse {
    HttpError::new(problem::METHOD_NOT_ALLOWED, "the header Allow lists the methods of this path")
}
