//! `/v1/appointments/import`: the promises of the system before

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, FixedOffset};
use scheduler_core::wire;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::shapes::{VisitBody, pairs};
use super::written::BookingStatus;
use crate::booking::{Place, ToImport};
use crate::http::app::Shared;
use crate::http::auth::{Caller, PlanningWrite};
use crate::http::body::{Body, sensible};
use crate::http::language::Reads;
use crate::http::problem::{Answer, Violation};
use crate::http::reasons::ReasonCode;

/// Most appointments in a request.
const MOST: usize = 40_000;

wire! {
    /// Appointments of another system.
    pub struct ImportBody {
        /// The appointments, each once. Send more in several requests.
        #[wire(length = (1, MOST))]
        pub appointments: Vec<OldAppointment>,
        /// Name of the client that they belong to from here on, such as that of the booking frontend;
        /// the client that asks where left out.
        #[wire(length = (1, 200), example = r#""web""#)]
        pub client: Option<String>,
        /// Whether only to say what it would come to.
        pub dry_run: bool = false,
        /// Why, for the audit log. No name of a person.
        #[wire(length = (0, 200))]
        pub reason: Option<String>,
    }

    /// An appointment of another system.
    pub struct OldAppointment with visit: VisitBody {
        /// What its client calls it. No name of a person: the service needs none.
        #[wire(length = (1, 200), example = r#""A-4711""#)]
        pub reference: String,
        /// Id of the site.
        #[wire(length = (1, usize::MAX), example = r#""mitte""#)]
        pub site: String,
        /// When the visit begins; today or later.
        #[wire(example = r#""2027-03-01T09:15:00+01:00""#)]
        pub start: DateTime<FixedOffset>,
        /// How long was promised; as long as the basket takes where left out.
        #[wire(unit = "minutes", within = (1.0, 1440.0))]
        pub minutes: Option<u32>,
        /// The channel that it was booked through.
        #[wire(length = (0, 200))]
        pub channel: Option<String>,
    }
}

/// What an import came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct Import {
    /// Whether nothing was written, as was asked for.
    dry_run: bool,
    /// How many were taken over by this request.
    new: usize,
    /// How many of the references were known; they are as they were.
    known: usize,
    /// All of them, in the order of the request.
    appointments: Vec<ImportedAppointment>,
    /// Those taken over by this request that nobody can keep as things stand: they are on record
    /// with the status `stranded`, and take no capacity. Move or cancel them, or change the scenario:
    /// they are tried again with each change of it.
    stranded: Vec<StrandedAppointment>,
    /// Walk-in blocks that had to go for them.
    lost_walk_in_blocks: usize,
}

/// An appointment that was taken over.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedAppointment {
    /// What its client calls it.
    #[schema(example = "A-4711")]
    reference: String,
    /// Its id here. In a dry run it says nothing.
    id: Uuid,
    /// Where it stands.
    status: BookingStatus,
}

/// An appointment that nobody can keep.
#[derive(Debug, Serialize, ToSchema)]
pub struct StrandedAppointment {
    /// What its client calls it.
    #[schema(example = "A-4711")]
    reference: String,
    /// Its id here.
    id: Uuid,
    /// Id of the site.
    #[schema(example = "mitte")]
    site: String,
    /// When it begins.
    #[schema(example = "2027-03-01T09:15:00+01:00")]
    start: DateTime<FixedOffset>,
    /// Why nobody can keep it.
    reason: ReasonCode,
    /// The same in words.
    detail: String,
}

/// Takes over the appointments of another system, when this one goes live.
///
/// They were promised before, so that neither release policies nor walk-in quotas stand in their way;
/// those that nobody can keep are not refused but listed, and stored as stranded. Where something makes
/// no sense, such as a service that there is not, nothing is written. Appointments of dates that cannot
/// be booked yet wait for them. A reference of a client is taken over once, whatever became of it
/// since: after a failure send the same again, without an idempotency key.
#[utoipa::path(post, path = "/v1/appointments/import", tag = "planning",
    request_body(content = ImportBody, example = json!({
        "appointments": [{
            "reference": "A-4711", "site": "mitte", "start": "2027-03-01T09:15:00+01:00",
            "basket": [{ "service": "passport" }],
        }],
        "client": "web", "dry_run": true,
    })),
    responses((status = 200, description = "What it came to.", body = Import)),
    security(("key" = ["planning:write"])),
    extensions(("x-problems" = json!(["invalid", "busy", "unavailable"]))))]
pub async fn create(
    State(app): State<Shared>,
    caller: Caller<PlanningWrite>,
    Reads(language): Reads,
    body: Body<ImportBody>,
) -> Answer<Json<Import>> {
    let Body { value, mut violations, turn, .. } = body;
    let act = caller.act("appointments.import").because(value.reason.clone());
    let owner = value.client.unwrap_or(caller.client.name);
    violations.extend(Violation::of_text("/client", &owner));
    let reason = value.reason.iter();
    violations.extend(reason.filter_map(|text| Violation::of_text("/reason", text)));
    sensible(violations)?;
    let all = value.appointments.into_iter().map(|old| ToImport {
        reference: old.reference,
        basket: pairs(old.visit.basket),
        skills: old.visit.skills,
        staff: old.visit.staff,
        room: old.visit.room,
        place: Place { site: old.site, start: old.start },
        minutes: old.minutes,
        channel: old.channel,
    });
    let office = app.office().noting(act);
    let imported = office.import(&owner, all.collect(), value.dry_run).await?;
    drop(turn);
    let new = imported.taken.iter().filter(|one| one.is_new).count();
    let appointments = imported.taken.into_iter().map(|one| ImportedAppointment {
        reference: one.reference,
        id: one.id,
        status: one.status.into(),
    });
    let appointments: Vec<_> = appointments.collect();
    let stranded = imported.stranded.into_iter().map(|one| StrandedAppointment {
        reference: one.reference.unwrap_or_default(),
        id: one.id,
        site: one.place.site,
        start: one.place.start,
        reason: ReasonCode::of(one.code),
        detail: ReasonCode::of(one.code).told(one.detail, language),
    });
    Ok(Json(Import {
        dry_run: value.dry_run,
        new,
        known: appointments.len() - new,
        appointments,
        stranded: stranded.collect(),
        lost_walk_in_blocks: imported.lost_blocks,
    }))
}
