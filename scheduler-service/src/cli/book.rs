//! The book of a service on the command line: what of it is learnt from.

use std::fmt::Write as _;

use scheduler_core::learn::Learner;
use scheduler_core::problem::Problem;
use scheduler_core::scenario::Scenario;

use super::failure::{Failure, chain};
use super::{Format, Language, log};
use crate::booking::{Clock as _, SystemClock};
use crate::history::book::{self, BookRead};
use crate::store::{Address, Archive, StoreError};

/// A book that was read.
pub(super) struct Opened {
    /// The scenario that was given, or that is booked from.
    pub(super) scenario: Scenario,
    /// What people call it.
    pub(super) name: String,
    /// With all that became of the appointments before today.
    pub(super) learner: Learner,
    /// What else there is to know.
    pub(super) book: BookRead,
}

/// Reads the database at `address`, with the scenario that was given or else its own.
pub(super) fn read(
    address: &Address,
    given: Option<(Scenario, String)>,
    format: Format,
) -> Result<Opened, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::Service(error.to_string()))?;
    let failed =
        |error: StoreError| Failure::Service(format!("cannot read {address}: {}", chain(&error)));
    runtime.block_on(async {
        let mut archive = Archive::open(address).await.map_err(failed)?;
        let (scenario, name) = match given {
            Some(given) => given,
            None => {
                let name = format!("the scenario in {address}");
                let body = archive.scenario().await.map_err(failed)?;
                let body = body.ok_or_else(|| {
                    Failure::Usage(format!("{address} has no scenario; add --scenario FILE"))
                })?;
                let read = Scenario::from_json(body.as_bytes());
                let wrong = |findings| Failure::findings(name.clone(), findings, format);
                (read.map_err(wrong)?, name)
            }
        };
        let wrong = |findings| Failure::findings(name.clone(), findings, format);
        let zone = Problem::new(&scenario).map_err(wrong)?.zone.clone();
        let now = SystemClock.now().fixed_offset();
        let today = zone.wall_clock(now).map(|(date, _)| date).unwrap_or_default();
        let mut learner = log::new_learner(&scenario);
        let names = log::names(&scenario);
        let found = book::read(&mut archive, (&names, &zone), today, &mut learner).await;
        let found = found.map_err(failed)?;
        archive.close().await.map_err(failed)?;
        if found.used + found.unmarked == 0 {
            return Err(Failure::Usage(format!(
                "{address} has no appointment of a day before today to learn from"
            )));
        }
        Ok(Opened { scenario, name, learner, book: found })
    })
}

/// What the book has beside the visits, and what it cannot tell.
pub(super) fn text(found: &BookRead, language: Language) -> String {
    let german = language == Language::De;
    let mut out = String::new();
    let mut line = |english: String, deutsch: String| {
        // A string takes all that is written to it.
        let _ = writeln!(out, "- {}", if german { deutsch } else { english });
    };
    let BookRead { used, unmarked, several_services, taken_over, .. } = *found;
    line(
        format!(
            "{used} appointments are known to have been kept, missed or cancelled; of {unmarked} nobody \
             has noted whether somebody came, and they say nothing of no-shows."
        ),
        format!(
            "Von {used} Terminen ist bekannt, ob sie wahrgenommen, versäumt oder abgesagt wurden; bei \
             {unmarked} hat niemand vermerkt, ob jemand kam; über Nichterscheinen sagen sie nichts."
        ),
    );
    line(
        "How long services take and how long people wait: the book notes arrivals and ends, and \
         not when somebody is called."
            .to_owned(),
        "Wie lange Anliegen und Wartezeiten dauern: Vermerkt sind Ankunft und Ende, nicht aber der \
         Aufruf."
            .to_owned(),
    );
    if several_services > 0 {
        line(
            format!("{several_services} were for several services; they count for the first."),
            format!("{several_services} galten mehreren Anliegen; sie zählen für das erste."),
        );
    }
    if taken_over > 0 {
        line(
            format!("{taken_over} were taken over: when they were made is not known."),
            format!("{taken_over} wurden übernommen: Wann sie gebucht wurden, ist nicht bekannt."),
        );
    }
    let BookRead { holds_in_vain, erased, wishes, wishes_booked, .. } = *found;
    line(
        format!("{holds_in_vain} holds became no appointment."),
        format!("{holds_in_vain} Vormerkungen wurden kein Termin."),
    );
    if wishes > 0 {
        line(
            format!(
                "{wishes} wishes were on the waitlist, of which {wishes_booked} got a time: so many \
                 at least asked for what was not free."
            ),
            format!(
                "{wishes} Wünsche standen auf der Warteliste, {wishes_booked} davon bekamen eine Zeit: \
                 So viele mindestens wollten, was nicht frei war."
            ),
        );
    }
    if erased > 0 {
        line(
            format!("{erased} older holds and appointments were erased."),
            format!("{erased} ältere Vormerkungen und Termine sind gelöscht."),
        );
    }
    for (id, count) in &found.unknown {
        line(
            format!("{count} were for {id:?}, which the scenario does not have: not used."),
            format!("{count} galten {id:?}, das es im Szenario nicht gibt: nicht verwendet."),
        );
    }
    let title = if german { "Aus dem Buch des Dienstes" } else { "From the book of the service" };
    format!("\n{title}\n{out}")
}
