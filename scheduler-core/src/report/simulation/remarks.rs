//! Warnings as people read them.
//!
//! Without their figures, which stand in the tables beside them: so what several variants have in
//! common is one sentence with their names.

use super::edits::EditRemark;
use crate::compare::{Measured as Scenario, Warning};
use crate::report::language::Language;
use crate::report::table::paragraph;
use crate::simulate::result::Run;
use crate::simulate::warnings::WarningKind;

/// Most services that a sentence names.
const MOST_NAMED: usize = 5;

/// A warning without its figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Remark {
    /// About a simulation.
    Simulation {
        kind: WarningKind,
        /// Name of the site that it is about; empty for all together.
        site: String,
        /// Names of the services that it is about.
        services: Vec<String>,
    },
    /// About an edit.
    Edit(EditRemark),
}

impl Remark {
    /// What a simulation warns of.
    pub(super) fn of_run(run: &Run) -> Vec<Self> {
        let remark = |warning: &crate::simulate::warnings::Warning| Self::Simulation {
            kind: warning.kind,
            site: warning.site.map_or_else(String::new, |site| run.sites[site].clone()),
            services: warning.services.clone(),
        };
        run.warnings.iter().map(remark).collect()
    }

    /// What a variant and its simulation warn of.
    pub(super) fn of_scenario(scenario: &Scenario) -> Vec<Self> {
        let of_edit = |warning: &Warning| Self::Edit(EditRemark::of(warning, &scenario.scenario));
        let mut remarks: Vec<Self> = scenario.warnings.iter().map(of_edit).collect();
        remarks.extend(Self::of_run(&scenario.run));
        remarks
    }

    /// Takes over what `other` says; whether both are about the same.
    fn absorb(&mut self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Simulation { kind, site, services },
                Self::Simulation { kind: other_kind, site: other_site, services: more },
            ) if (&*kind, &*site) == (other_kind, other_site) => {
                for service in more {
                    if !services.contains(service) {
                        services.push(service.clone());
                    }
                }
                true
            }
            (Self::Edit(edit), Self::Edit(other)) => edit == other,
            _ => false,
        }
    }

    fn text(&self, language: Language) -> String {
        match self {
            Self::Simulation { kind, site, services } => {
                language.warning(*kind, site, &language.some_of(services))
            }
            Self::Edit(edit) => edit.text(language),
        }
    }
}

/// Appends a paragraph for each of `remarks`.
pub(super) fn write(out: &mut String, language: Language, remarks: &[Remark]) {
    for remark in remarks {
        paragraph(out, "! ", &remark.text(language));
    }
}

/// Appends a paragraph for each kind of remark and site, with the names of the `variants` that have
/// it.
pub(super) fn write_grouped(out: &mut String, language: Language, variants: &[(&str, &[Remark])]) {
    let mut groups: Vec<(Remark, Vec<String>)> = Vec::new();
    for (name, remarks) in variants {
        for remark in *remarks {
            match groups.iter_mut().find_map(|(known, names)| known.absorb(remark).then_some(names))
            {
                Some(names) => names.push((*name).to_owned()),
                None => groups.push((remark.clone(), vec![(*name).to_owned()])),
            }
        }
    }
    for (remark, names) in groups {
        let whose = match names.len() {
            count if count == variants.len() => language.for_all().to_owned(),
            _ => format!("{} {}.", language.applies_to(), names.join("; ")),
        };
        paragraph(out, "! ", &format!("{} {whose}", remark.text(language)));
    }
}

impl Language {
    /// The first of `names`, and how many more there are.
    fn some_of(self, names: &[String]) -> String {
        let more = names.len().saturating_sub(MOST_NAMED);
        let mut shown = names[..names.len() - more].to_vec();
        if more > 0 {
            shown.push(match self {
                Self::English => format!("{more} more"),
                Self::German => format!("{more} weitere"),
            });
        }
        self.list(&shown)
    }

    /// What a warning means and what to do; `services` is a list in words.
    fn warning(self, kind: WarningKind, site: &str, services: &str) -> String {
        let there = match self {
            Self::English if services.is_empty() => format!("there is time for at {site}"),
            Self::English => format!("there are slots ({services})"),
            Self::German if services.is_empty() => format!("bei {site} Zeit ist"),
            Self::German => format!("es gibt ({services})"),
        };
        match (self, kind) {
            (Self::English, WarningKind::Full) => format!(
                "People ask for at least as many appointments as {there}. The \
                 calendar fills up whatever else is done, and lead times say how far ahead people \
                 may book, not how good the office is. Add slots or send people elsewhere before \
                 you compare waits."
            ),
            (Self::German, WarningKind::Full) => format!(
                "Es werden mindestens so viele Termine nachgefragt, wie {there}. Der \
                 Kalender füllt sich, was auch sonst geschieht, und Vorlaufzeiten zeigen nur, wie \
                 weit im Voraus gebucht werden darf. Schaffen Sie Termine oder verlagern Sie \
                 Nachfrage, bevor Sie Wartezeiten vergleichen."
            ),
            (Self::English, WarningKind::NearlyFull) => format!(
                "People ask for nearly as many appointments as {there}. Lead \
                 times then depend on small changes of the demand and vary much from month to \
                 month. Do not rely on small differences of lead times, or add some slots."
            ),
            (Self::German, WarningKind::NearlyFull) => format!(
                "Es werden fast so viele Termine nachgefragt, wie {there}. \
                 Vorlaufzeiten hängen dann von kleinen Änderungen der Nachfrage ab und schwanken \
                 von Monat zu Monat stark. Verlassen Sie sich nicht auf kleine Unterschiede der \
                 Vorlaufzeiten, oder schaffen Sie einige Termine mehr."
            ),
            (Self::English, WarningKind::Busy) => format!(
                "Clerks of {site} are busy nearly all the time that they are there. Queues hardly \
                 shrink, and waits last until closing. Add clerks there, or send fewer people."
            ),
            (Self::German, WarningKind::Busy) => format!(
                "Das Personal von {site} ist fast die ganze Zeit beschäftigt. Schlangen werden kaum \
                 kürzer, und gewartet wird bis zum Schluss. Verstärken Sie den Standort, oder \
                 lenken Sie Kunden um."
            ),
            (Self::English, WarningKind::Endless) => format!(
                "At {site} walk-ins are served for hours after closing: nobody gives up and no ticket \
                 is refused, which no office bears. Set tickets or patience in the operations, or \
                 add clerks; the waits above are those of a model without an end."
            ),
            (Self::German, WarningKind::Endless) => format!(
                "Bei {site} werden Kunden ohne Termin noch Stunden nach Schließung bedient: Niemand \
                 gibt auf, und keine Wartenummer wird verweigert. So arbeitet kein Amt. Setzen Sie \
                 im Betriebsteil Wartenummern oder Geduld, oder verstärken Sie das Personal; die \
                 Wartezeiten oben sind die eines Modells ohne Ende."
            ),
            (Self::English, WarningKind::NothingKept) => format!(
                "People come to {site} without an appointment, and the plan keeps no time for them: \
                 they are served where appointments leave some. Ask for it with a walk-in quota."
            ),
            (Self::German, WarningKind::NothingKept) => format!(
                "Zu {site} kommen Kunden ohne Termin, und der Plan hält für sie keine Zeit frei: Sie \
                 werden bedient, wo Termine Zeit lassen. Fordern Sie sie mit einer Quote."
            ),
            (Self::English, WarningKind::Unserved) => format!(
                "People come to {site} for whom nobody is there, or no room: {services}. Send them \
                 elsewhere, or train or equip for them."
            ),
            (Self::German, WarningKind::Unserved) => format!(
                "Zu {site} kommen Kunden, für die niemand da ist oder kein Raum: {services}. \
                 Schicken Sie sie anderswohin, oder schulen Sie Personal oder statten Sie Räume aus."
            ),
            (Self::English, WarningKind::Settling) => {
                "The next free slot is not as far away in the last weeks as in the first: the weeks \
                 are still settling. Simulate more weeks, or take the mean lead time for what it is."
                    .to_owned()
            }
            (Self::German, WarningKind::Settling) => {
                "Der nächste freie Termin ist in den letzten Wochen nicht so weit weg wie in den \
                 ersten: Die Wochen sind noch nicht eingeschwungen. Simulieren Sie mehr Wochen, \
                 oder nehmen Sie die mittlere Vorlaufzeit als das, was sie ist."
                    .to_owned()
            }
        }
    }
}
