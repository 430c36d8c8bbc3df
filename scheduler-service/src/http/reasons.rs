//! Why a start cannot be booked, or a promise cannot be kept: a closed set of names, and what each says in
//! German.

use chrono::{DateTime, FixedOffset};
use scheduler_core::ledger::offers::{NotReleased, Obstacle};
use scheduler_core::report::Language;
use scheduler_core::words;

words! {
    /// Why a start cannot be booked, or a promise cannot be kept.
    pub enum ReasonCode: "a reason" {
        /// The site is not open for so long then.
        Closed = "closed",
        /// No clerk with the skills is on shift for so long then.
        NoClerk = "no-clerk",
        /// The clerk who was asked for is not there for so long then.
        ClerkAbsent = "clerk-absent",
        /// No room has the equipment.
        NoRoom = "no-room",
        /// It has begun.
        Past = "past",
        /// It begins too soon.
        Notice = "notice",
        /// It is held back, for later or for other channels.
        NotReleased = "not-released",
        /// What is left is kept for people without an appointment.
        WalkIns = "walk-ins",
        /// All that there was is promised.
        Full = "full",
        /// Everything is taken then.
        Taken = "taken",
        /// What it would take to know was not spent on it.
        Unknown = "unknown",
        /// Another hold or appointment has the id.
        Duplicate = "duplicate",
        /// Nothing has the id.
        NotFound = "not-found",
        /// The date cannot be booked, yet or any more.
        OutsideHorizon = "outside-horizon",
        /// No visit begins at such a minute.
        OffGrid = "off-grid",
        /// The appointment is stranded: nobody can keep it as things stand.
        Stranded = "stranded",
        /// The scenario has no such site on that date.
        NoSiteDay = "no-site-day",
        /// The scenario does not have what was asked for, such as the service.
        UnknownInScenario = "unknown-in-scenario",
    }
}

impl ReasonCode {
    /// The reason that the book calls `code`. All that it has are here: tests look.
    pub fn of(code: &str) -> Self {
        Self::ALL.into_iter().find(|reason| reason.word() == code).unwrap_or(Self::Unknown)
    }

    /// What it says in `language`, of which `english` is the English.
    pub fn told(self, english: String, language: Language) -> String {
        match language {
            Language::English => english,
            Language::German => self.german().to_owned(),
        }
    }

    /// The same in German.
    pub fn german(self) -> &'static str {
        match self {
            Self::Closed => "Der Standort ist zu dieser Zeit nicht so lange geöffnet",
            Self::NoClerk => "Niemand mit den Fähigkeiten ist zu dieser Zeit so lange im Dienst",
            Self::ClerkAbsent => "Die gewünschte Person ist zu dieser Zeit nicht so lange da",
            Self::NoRoom => "Kein Raum hat die nötige Ausstattung",
            Self::Past => "Diese Zeit ist vorbei",
            Self::Notice => "Der Beginn liegt zu nah: Es gilt eine Vorlaufzeit",
            Self::NotReleased => "Diese Zeit ist noch nicht oder für andere Zugänge freigegeben",
            Self::WalkIns => "Was frei ist, wird für Menschen ohne Termin freigehalten",
            Self::Full => "Alles ist vergeben",
            Self::Taken => "Zu dieser Zeit ist nichts mehr frei",
            Self::Unknown => "Ob etwas frei ist, ließ sich in der Zeit nicht entscheiden",
            Self::Duplicate => "Eine andere Vormerkung oder ein anderer Termin hat diese Kennung",
            Self::NotFound => "Nichts hat diese Kennung",
            Self::OutsideHorizon => "Dieses Datum ist noch nicht oder nicht mehr buchbar",
            Self::OffGrid => "Zu dieser Minute beginnt kein Termin",
            Self::Stranded => "Der Termin ist gestrandet: Niemand kann ihn zurzeit wahrnehmen",
            Self::NoSiteDay => "Diesen Standort gibt es an diesem Tag nicht",
            Self::UnknownInScenario => "Was gewünscht war, gibt es nicht mehr",
        }
    }
}

/// What is known of a refusal in numbers: the least minutes between now and a start.
pub fn notice_minutes(refusal: &NotReleased) -> Option<u32> {
    match refusal {
        NotReleased::Notice { minutes } => Some(*minutes),
        _ => None,
    }
}

/// When a start that is held back will be released, where that is known.
pub fn released_at(refusal: &NotReleased) -> Option<DateTime<FixedOffset>> {
    match refusal {
        NotReleased::HeldBack { released_at } => *released_at,
        _ => None,
    }
}

/// The refusal of an obstacle, where that is one.
pub fn refusal(obstacle: &Obstacle) -> Option<&NotReleased> {
    match obstacle {
        Obstacle::NotReleased(refusal) => Some(refusal),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use scheduler_core::ledger::Refusal;

    #[test]
    fn every_reason_of_the_book_is_one_of_the_interface() {
        let refused = [NotReleased::Past, NotReleased::Notice { minutes: 1 }]
            .into_iter()
            .chain([NotReleased::HeldBack { released_at: None }]);
        let obstacles = [
            Obstacle::Closed,
            Obstacle::NoClerk,
            Obstacle::ClerkAbsent,
            Obstacle::NoRoom,
            Obstacle::WalkIns,
            Obstacle::Full,
            Obstacle::Unknown,
        ];
        let refusals = [
            Refusal::Duplicate,
            Refusal::NotFound,
            Refusal::Closed,
            Refusal::NoClerk,
            Refusal::NoRoom,
            Refusal::WalkIns,
            Refusal::Taken,
            Refusal::Unknown,
        ];
        let codes = obstacles.iter().map(Obstacle::code);
        let codes = codes.chain(refusals.iter().map(Refusal::code));
        for code in codes.chain(refused.map(|refusal| refusal.code())) {
            assert_eq!(ReasonCode::of(code).word(), code);
        }
    }
}
