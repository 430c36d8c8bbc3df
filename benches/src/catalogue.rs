//! Services, skills, equipment and opening hours that the offices share.

use scheduler_core::scenario::{Service, Weekday};
use scheduler_core::time::Clock;

/// A service with how often it is asked for.
#[derive(Debug, Clone)]
pub(crate) struct Offer {
    pub(crate) service: Service,
    /// Requests for each request of any service, up to a common factor.
    pub(crate) weight: f64,
}

/// id, minutes, minutes for each further person, most persons, skill, equipment, value, weight.
type Row = (&'static str, u32, u32, u32, &'static str, &'static [&'static str], f64, f64);

const CITIZENS_OFFICE: [Row; 14] = [
    ("identity-card", 15, 10, 4, "documents", &["biometrics"], 1.0, 36.0),
    ("passport", 15, 10, 4, "documents", &["biometrics"], 1.0, 23.0),
    ("registration", 15, 5, 6, "registration", &[], 1.2, 34.0),
    ("family-registration", 30, 5, 8, "registration", &[], 1.2, 5.7),
    ("deregistration", 10, 5, 6, "registration", &[], 0.8, 5.7),
    ("conduct-certificate", 5, 5, 3, "registration", &[], 0.8, 13.3),
    ("registration-certificate", 10, 5, 3, "registration", &[], 0.8, 9.5),
    ("resident-parking", 15, 0, 1, "parking", &[], 0.8, 9.5),
    ("certification", 10, 0, 1, "registration", &[], 0.8, 7.6),
    ("document-collection", 5, 5, 4, "documents", &[], 0.7, 15.2),
    ("vehicle-registration", 20, 0, 1, "vehicles", &["plates"], 1.1, 17.0),
    ("vehicle-deregistration", 15, 0, 1, "vehicles", &["plates"], 0.9, 5.7),
    ("driving-licence", 20, 0, 1, "licences", &["biometrics"], 1.0, 5.7),
    ("trade-registration", 30, 0, 1, "trade", &[], 1.0, 1.9),
];

/// The services of a citizens' office.
pub(crate) fn citizens_office() -> Vec<Offer> {
    CITIZENS_OFFICE.iter().map(offer).collect()
}

/// Six of them, for the smallest instances.
pub(crate) fn small_office() -> Vec<Offer> {
    citizens_office().into_iter().filter(|offer| offer.weight > 9.0).take(6).collect()
}

/// The same services, asking for equipment in combinations of which none contains another.
pub(crate) fn badly_nesting_office() -> Vec<Offer> {
    let mut offers = citizens_office();
    for offer in &mut offers {
        let equipment: &[&str] = match offer.service.id.as_str() {
            "passport" | "driving-licence" => &["biometrics", "scanner"],
            "registration" | "family-registration" => &["scanner"],
            "vehicle-registration" => &["plates", "scanner"],
            _ => continue,
        };
        offer.service.equipment = words(equipment);
    }
    offers
}

fn offer(&(id, minutes, extra, persons, skill, equipment, value, weight): &Row) -> Offer {
    let service = Service {
        id: id.to_owned(),
        name: None,
        minutes,
        extra_person_minutes: extra,
        max_persons: persons,
        skills: vec![skill.to_owned()],
        equipment: words(equipment),
        value,
        ..Service::default()
    };
    Offer { service, weight }
}

/// Skills, and the share of clerks who have each.
pub(crate) const SKILLS: [(&str, f64); 6] = [
    ("documents", 0.85),
    ("registration", 0.97),
    ("parking", 0.6),
    ("licences", 0.25),
    ("vehicles", 0.5),
    ("trade", 0.2),
];

/// Rooms as they repeat in an office: a third without equipment, sets nested.
pub(crate) const NESTED: &[&[&str]] = &[
    &["biometrics", "plates"],
    &[],
    &["biometrics"],
    &["biometrics", "plates"],
    &[],
    &["biometrics"],
];

/// Rooms of which each can do what the next cannot.
pub(crate) const BADLY_NESTED: &[&[&str]] = &[
    &["biometrics", "scanner"],
    &["plates", "scanner"],
    &["biometrics", "plates"],
    &["scanner"],
    &["biometrics"],
    &[],
];

/// Rooms that can do everything.
pub(crate) const EVERYTHING: &[&[&str]] = &[&["biometrics", "plates", "scanner"]];

/// When offices open.
pub(crate) const OPENS: Clock = Clock::at(7, 30);

/// When an office closes on a weekday.
pub(crate) fn closes(day: Weekday) -> Clock {
    match day {
        Weekday::Mon | Weekday::Tue => Clock::at(16, 0),
        Weekday::Thu => Clock::at(18, 0),
        Weekday::Wed | Weekday::Fri | Weekday::Sat | Weekday::Sun => Clock::at(13, 0),
    }
}

/// `words` as the scenario has them.
pub(crate) fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

/// A walk-in quota as every office has it on each of its days, cut to the opening hours.
#[derive(Debug, Clone, Copy)]
pub(crate) struct QuotaRule {
    pub(crate) from: Clock,
    pub(crate) until: Clock,
    pub(crate) min_share: f64,
    pub(crate) max_share: Option<f64>,
    pub(crate) block_minutes: u32,
    pub(crate) skills: &'static [&'static str],
}

const fn quota(
    from: Clock,
    until: Clock,
    min_share: f64,
    block_minutes: u32,
    skills: &'static [&'static str],
) -> QuotaRule {
    QuotaRule { from, until, min_share, max_share: None, block_minutes, skills }
}

/// A third of the morning and less of the afternoon.
pub(crate) const TWO_QUOTAS: &[QuotaRule] = &[
    quota(OPENS, Clock::at(12, 0), 0.3, 30, &["documents", "registration"]),
    quota(Clock::at(12, 0), Clock::at(18, 0), 0.15, 30, &["documents", "registration"]),
];

/// Different skills, windows and block lengths, overlapping each other, one with an upper limit.
pub(crate) const MANY_QUOTAS: &[QuotaRule] = &[
    quota(OPENS, Clock::at(10, 30), 0.2, 60, &["documents", "registration"]),
    quota(Clock::at(9, 0), Clock::at(12, 0), 0.08, 45, &["vehicles"]),
    quota(Clock::at(10, 30), Clock::at(14, 0), 0.12, 20, &["registration"]),
    quota(Clock::at(12, 0), Clock::at(18, 0), 0.05, 90, &["licences"]),
    quota(Clock::at(14, 0), Clock::at(16, 0), 0.1, 30, &["parking"]),
    QuotaRule {
        max_share: Some(0.4),
        ..quota(Clock::at(15, 30), Clock::at(18, 0), 0.15, 30, &["documents"])
    },
];
