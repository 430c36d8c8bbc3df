//! A comparison as text.

use super::comparison::{ComparisonReport, VariantFigure, VariantReport};
use super::remarks::{self, Remark};
use super::report::SplitFigure;
use super::text::{definitions, heading, headline_table};
use super::waiting::{self, WaitlistFigure};
use crate::report::language::Language;
use crate::report::table::{Table, paragraph};
use crate::simulate::model::Channel;
use crate::simulate::result::KpiId;

/// What people notice.
const SERVICE: [KpiId; 5] = [
    KpiId::LeadNextFree,
    KpiId::WithoutOffer,
    KpiId::WaitMean(Channel::Appointment),
    KpiId::WaitMean(Channel::WalkIn),
    KpiId::WalkInsLost,
];

/// What the office notices.
const OFFICE: [KpiId; 5] = [
    KpiId::Overtime,
    KpiId::Utilisation,
    KpiId::CasesPerClerkDay,
    KpiId::CostPerCase,
    KpiId::CostPerWeek,
];

impl ComparisonReport {
    /// The comparison as text of at most 100 columns: two tables with a row for each variant,
    /// warnings, and a table of differences for each variant. `details` adds all figures, and those
    /// of each site.
    pub fn to_text(&self, language: Language, details: bool) -> String {
        self.text(language, Some(details))
    }

    /// `differences`: whether there is a table for each variant, and with all figures.
    pub(super) fn text(&self, language: Language, differences: Option<bool>) -> String {
        let mut out = String::new();
        paragraph(&mut out, "", &self.name);
        paragraph(&mut out, "", &language.compared(self));
        let precision = language.precision_reached(self.precision_reached, None);
        paragraph(&mut out, "", &format!("{precision} {}", language.interval_note()));
        if let Some(seconds) = self.plan_seconds {
            paragraph(&mut out, "", &language.planned_within(seconds));
        }
        let shown: Vec<(String, &VariantReport)> =
            self.names(language).into_iter().zip(self.distinct()).collect();
        for (title, ids) in [(language.for_people(), SERVICE), (language.for_the_office(), OFFICE)]
        {
            heading(&mut out, title);
            let mut table = headline_table(language, language.variant(), &ids);
            for (index, (name, variant)) in shown.iter().enumerate() {
                table.row(headline_row(language, name, variant, &ids));
                if index == 0 {
                    if let Some(row) = spread_row(language, variant, &ids) {
                        table.row(row);
                    }
                    table.rule();
                }
            }
            table.render(&mut out);
        }
        paragraph(&mut out, "", language.signs_note());
        if self.variants.iter().take(1).any(VariantReport::has_spread) {
            paragraph(&mut out, "", language.spread_note());
        }
        if shown.len() > 1 {
            let beaten = shown.iter().filter(|(_, variant)| !variant.on_front);
            let beaten: Vec<&str> = beaten.map(|(name, _)| &**name).collect();
            paragraph(&mut out, "", &language.front(&beaten.join("; ")));
        }
        let remarks: Vec<(&str, &[Remark])> =
            shown.iter().map(|(name, variant)| (&**name, &*variant.remarks)).collect();
        if remarks.iter().any(|(_, remarks)| !remarks.is_empty()) {
            heading(&mut out, language.remarks_heading());
            remarks::write_grouped(&mut out, language, &remarks);
        }
        let waitlists = shown.iter().filter(|(_, variant)| !variant.waitlist.is_empty());
        let waitlists: Vec<(&str, &[WaitlistFigure])> =
            waitlists.map(|(name, variant)| (&**name, &*variant.waitlist)).collect();
        if !waitlists.is_empty() {
            heading(&mut out, language.waitlist_heading());
            // As many beside each other as there is room for.
            for some in waitlists.chunks(3) {
                waiting::write(&mut out, language, some);
            }
        }
        for (name, variant) in shown.iter().skip(1) {
            if let Some(details) = differences {
                self.variant(&mut out, language, name, variant, details);
            }
        }
        definitions(&mut out, language);
        out
    }

    fn variant(
        &self,
        out: &mut String,
        language: Language,
        name: &str,
        variant: &VariantReport,
        details: bool,
    ) {
        heading(out, name);
        let mut header = vec![
            language.measure(),
            language.against_base(),
            language.as_it_is(),
            language.variant(),
            language.difference(),
        ];
        let unsure = variant.figures.iter().any(|one| one.difference_split.is_some());
        if unsure {
            let [_, unknown] = language.split_columns();
            header.push(unknown);
        }
        let mut table = Table::new(2, &header);
        let shown = |one: &&VariantFigure| {
            details
                || one.figure.kpi.site.is_none()
                    && SERVICE.iter().chain(&OFFICE).any(|id| *id == one.figure.kpi.id)
        };
        let mut site = None;
        for one in variant.figures.iter().filter(shown) {
            if one.figure.site != site {
                site.clone_from(&one.figure.site);
                table.heading(site.as_deref().unwrap_or_default());
            }
            let mut row = self.difference_row(language, one);
            if unsure {
                let unit = one.figure.kpi.id.unit();
                let split = one.difference_split.as_ref();
                let spread = |split: &SplitFigure| language.spread(split.unknown, unit);
                row.push(split.map_or_else(|| "–".to_owned(), spread));
            }
            table.row(row);
        }
        table.render(out);
    }

    fn difference_row(&self, language: Language, one: &VariantFigure) -> Vec<String> {
        let unit = one.figure.kpi.id.unit();
        let same = |base: &&VariantFigure| {
            base.figure.kpi.id == one.figure.kpi.id && base.figure.site == one.figure.site
        };
        let base = self.variants.first().and_then(|base| base.figures.iter().find(same));
        let dash = || "–".to_owned();
        vec![
            language.kpi_name(one.figure.kpi.id),
            one.verdict.map_or_else(String::new, |verdict| language.verdict(verdict).join(" ")),
            base.map_or_else(dash, |base| language.figure(base.figure.measured, unit)),
            language.figure(one.figure.measured, unit),
            one.difference.map_or_else(dash, |difference| language.change(difference, unit)),
        ]
    }
}

/// What another plan changes, under the figures of the base; `None` where no other was made.
fn spread_row(language: Language, base: &VariantReport, ids: &[KpiId]) -> Option<Vec<String>> {
    let spread = |&id: &KpiId| base.overall(id).and_then(|one| one.plan_spread);
    ids.iter().find_map(spread)?;
    let cell = |id: &KpiId| {
        let figure = |spread| format!("{}  ", language.spread(spread, id.unit()));
        spread(id).map_or_else(|| "–  ".to_owned(), figure)
    };
    Some(std::iter::once(language.another_plan().to_owned()).chain(ids.iter().map(cell)).collect())
}

fn headline_row(
    language: Language,
    name: &str,
    variant: &VariantReport,
    ids: &[KpiId],
) -> Vec<String> {
    let mut row = vec![name.to_owned()];
    for &id in ids {
        let Some(one) = variant.overall(id) else {
            row.push("–".to_owned());
            continue;
        };
        let figure = language.figure(one.figure.measured, id.unit());
        // The base has room for a sign too, so that figures stay below each other.
        let sign = one.verdict.map_or(" ", |verdict| language.verdict(verdict)[0]);
        row.push(format!("{figure} {sign}"));
    }
    row
}
