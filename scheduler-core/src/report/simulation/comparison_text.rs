//! A comparison as text.

use super::comparison::{ComparisonReport, VariantFigure, VariantReport};
use super::text::{definitions, heading, headline_table, warnings};
use crate::report::language::Language;
use crate::report::table::{Table, paragraph};
use crate::scenario::Finding;
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
    /// The comparison as text of at most 100 columns: warnings, two tables with a row for each
    /// variant, and a table of differences for each variant. `details` adds all figures, and those
    /// of each site.
    pub fn to_text(&self, language: Language, details: bool) -> String {
        self.text(language, Some(details))
    }

    /// `differences`: whether there is a table for each variant, and with all figures.
    pub(super) fn text(&self, language: Language, differences: Option<bool>) -> String {
        let mut out = String::new();
        paragraph(&mut out, "", &self.name);
        paragraph(&mut out, "", &language.compared(self));
        let precision = language.precision_reached(self.precision_reached, "");
        paragraph(&mut out, "", &format!("{precision} {}", language.interval_note()));
        warnings(&mut out, language, &self.all_warnings());
        for (title, ids) in [(language.for_people(), SERVICE), (language.for_the_office(), OFFICE)]
        {
            heading(&mut out, title);
            let mut table = headline_table(language, language.variant(), &ids);
            for (index, variant) in self.variants.iter().enumerate() {
                let name = if index == 0 { language.as_it_is() } else { &variant.name };
                table.row(headline_row(language, name, variant, &ids));
                if index == 0 {
                    table.rule();
                }
            }
            table.render(&mut out);
        }
        paragraph(&mut out, "", language.signs_note());
        for variant in self.variants.iter().skip(1) {
            if let Some(details) = differences {
                self.variant(&mut out, language, variant, details);
            }
        }
        definitions(&mut out, language);
        out
    }

    /// Each warning with the variants that it is about.
    fn all_warnings(&self) -> Vec<Finding> {
        let mut all: Vec<(Finding, Vec<String>)> = Vec::new();
        for variant in &self.variants {
            for warning in &variant.warnings {
                match all.iter_mut().find(|(known, _)| known == warning) {
                    Some((_, names)) => names.push(variant.name.clone()),
                    None => all.push((warning.clone(), vec![variant.name.clone()])),
                }
            }
        }
        let named = all.into_iter().map(|(warning, names)| {
            let about = if names.len() == self.variants.len() {
                String::new()
            } else {
                names.join(", ") + ": "
            };
            Finding { message: format!("{about}{}", warning.message), ..warning }
        });
        named.collect()
    }

    fn variant(
        &self,
        out: &mut String,
        language: Language,
        variant: &VariantReport,
        details: bool,
    ) {
        heading(out, &variant.name);
        let base = language.as_it_is();
        let header = [
            language.measure(),
            language.against_base(),
            base,
            &variant.name,
            language.difference(),
        ];
        let header = header.map(|name| crate::report::table::fit(name, 16));
        let mut table = Table::new(2, &header.each_ref().map(String::as_str));
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
            table.row(self.difference_row(language, one));
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
