//! What was learnt, as pictures.

use super::learned::Named;
use crate::learn::{Estimate, Learned};
use crate::report::charts::learned::{Curve, Sheet, sheet};
use crate::report::language::Language;

/// A picture and the name of its file, without ending.
#[derive(Debug, Clone)]
pub struct Picture {
    /// Name of the file.
    pub name: &'static str,
    /// SVG.
    pub svg: String,
}

/// Walk-ins by half-hour with their bands, no-shows by lead, and lengths of services; those of which
/// something is known.
pub fn learned_pictures(learned: &Learned, named: &Named, language: Language) -> Vec<Picture> {
    let sheets = [
        walk_ins(learned, named, language),
        no_shows(learned, language),
        durations(learned, named, language),
    ];
    sheets
        .into_iter()
        .flatten()
        .map(|(name, of)| Picture { name, svg: sheet(&of, language) })
        .collect()
}

fn name(names: &[String], index: usize) -> String {
    names.get(index).cloned().unwrap_or_default()
}

fn point(x: f64, estimate: Estimate) -> (f64, f64, f64) {
    (x, estimate.value, (estimate.high - estimate.low) / 2.0)
}

fn walk_ins(learned: &Learned, named: &Named, language: Language) -> Option<(&'static str, Sheet)> {
    let sites = learned.walk_ins.iter().filter(|site| site.count > 0);
    let panels = sites.flat_map(|site| {
        site.weekdays.iter().map(|day| Curve {
            title: format!(
                "{}, {}",
                name(&named.sites, site.site),
                language.day_of_week(day.weekday)
            ),
            points: day
                .half_hours
                .iter()
                .map(|rate| point(15.0 + 30.0 * rate.half_hour as f64, rate.per_hour))
                .collect(),
        })
    });
    let panels: Vec<Curve> = panels.collect();
    (!panels.is_empty()).then(|| {
        let sheet = Sheet {
            title: language
                .of("Walk-ins by half-hour", "Ohne Termin nach halber Stunde")
                .to_owned(),
            note: band(language),
            upwards: language.of("people an hour", "Personen je Stunde").to_owned(),
            across: None,
            panels,
        };
        ("walk-ins", sheet)
    })
}

fn no_shows(learned: &Learned, language: Language) -> Option<(&'static str, Sheet)> {
    let no_shows = learned.no_shows.as_ref()?;
    let known =
        no_shows.by_lead.iter().filter(|lead| lead.bucket + 1 < crate::learn::LEAD_BUCKETS.len());
    let percent = |estimate: Estimate| Estimate {
        value: estimate.value * 100.0,
        low: estimate.low * 100.0,
        high: estimate.high * 100.0,
    };
    let points: Vec<_> = known.map(|lead| point(lead.mean_days, percent(lead.share))).collect();
    (!points.is_empty()).then(|| {
        let sheet = Sheet {
            title: language.of("No-shows by lead", "Nicht erschienen nach Vorlauf").to_owned(),
            note: band(language),
            upwards: "%".to_owned(),
            across: Some(language.of("days booked ahead", "Tage im Voraus gebucht").to_owned()),
            panels: vec![Curve { title: String::new(), points }],
        };
        ("no-shows", sheet)
    })
}

fn durations(
    learned: &Learned,
    named: &Named,
    language: Language,
) -> Option<(&'static str, Sheet)> {
    let known = learned.durations.iter().filter(|of| of.withheld.is_none());
    let panels: Vec<Curve> = known
        .map(|of| Curve {
            title: name(&named.services, of.service),
            points: of
                .persons
                .iter()
                .map(|persons| point(f64::from(persons.persons), persons.mean))
                .collect(),
        })
        .collect();
    (!panels.is_empty()).then(|| {
        let sheet = Sheet {
            title: language.of("How long services take", "Wie lange Anliegen dauern").to_owned(),
            note: band(language),
            upwards: language.of("minutes, mean", "Minuten im Mittel").to_owned(),
            across: Some(language.of("persons", "Personen").to_owned()),
            panels,
        };
        ("durations", sheet)
    })
}

fn band(language: Language) -> String {
    language
        .of(
            "Bands: 90 % intervals, given the history.",
            "Bänder: 90-%-Intervalle, gegeben die Aufzeichnung.",
        )
        .to_owned()
}
