//! What `scheduler serve` prints: where to look, and three lines that can be tried at once

use std::fmt::Write as _;
use std::net::SocketAddr;

use chrono::TimeDelta;
use scheduler_core::report::Language;
use uuid::Uuid;

use crate::http::app::App;
use crate::http::routes::shapes::BasketEntry;
use crate::http::routes::slots::{Search, SearchRequest, Wanted};
use crate::store::Address;

/// The text for a service that listens on `address`.
pub(super) async fn text(app: &App, address: SocketAddr, database: &Address) -> String {
    let base = format!("http://{address}");
    let mut text = format!(
        "Serving on {base}, with everything kept in {database}.\n\
         The planner's page is {base}/ and the one on which citizens book {base}/book\n\
         The whole interface is described by {base}/openapi.json\n"
    );
    if app.access().is_required() {
        text += "Requests need a key: `scheduler keys add NAME` makes one.\n";
    } else {
        text += "There are no keys: whoever can reach this machine's loopback may do everything. \
                 Once `scheduler keys add NAME` has made one, requests need it.\n";
    }
    // Writing to a string cannot fail.
    let _ = match example(app).await {
        Some(example) => {
            write!(text, "\nSearch, hold, confirm:\n\n{}", example.lines(app, &base))
        }
        None => writeln!(text, "\nNothing can be booked at the moment."),
    };
    text
}

/// A visit that can be booked.
struct Example {
    service: String,
    site: String,
    start: String,
}

/// The best slot of the first service that has one.
async fn example(app: &App) -> Option<Example> {
    let view = app.office().view().await.ok()?;
    let days = app.settings().window_days;
    let services = view.book.problem.services.iter().map(|service| service.id.clone());
    services.collect::<Vec<_>>().into_iter().find_map(|service| {
        let basket = vec![BasketEntry { service: service.clone(), persons: 1 }];
        let request = SearchRequest::of(Wanted::of(basket, 100));
        let search = Search { request: &request, channel: None, language: Language::English };
        let answer = search.find(&view.book, view.now, days, Vec::new()).ok()?;
        // Whoever tries it may not do so at once.
        let later = view.now + TimeDelta::hours(2);
        let slot = answer.slots.iter().find(|slot| slot.start >= later);
        let slot = slot.or_else(|| answer.slots.first())?;
        Some(Example { service, site: slot.site.clone(), start: slot.start.to_rfc3339() })
    })
}

impl Example {
    fn lines(&self, app: &App, base: &str) -> String {
        let Self { service, site, start } = self;
        let id = Uuid::now_v7();
        let basket = serde_json::json!([{ "service": service }]);
        let search = serde_json::json!({ "basket": basket, "limit": 3 });
        let hold = serde_json::json!({ "id": id, "site": site, "start": start, "basket": basket });
        let confirm = serde_json::json!({ "hold_id": id });
        let key =
            if app.access().is_required() { " -H \"Authorization: Bearer $KEY\"" } else { "" };
        let line = |path: &str, headers: &str, body: serde_json::Value| {
            // In single quotation marks a shell takes everything as it is but these.
            let body = body.to_string().replace('\'', "'\\''");
            format!(
                "  curl -sS {base}{path}{key} -H 'Content-Type: application/json'{headers} -d '{body}' -w '\\n'\n"
            )
        };
        let again = |step: &str| format!(" -H 'Idempotency-Key: {step}-{id}'");
        [
            line("/v1/slots/search", "", search),
            line("/v1/holds", &again("hold"), hold),
            line("/v1/appointments", &again("confirm"), confirm),
        ]
        .join("\n")
    }
}
