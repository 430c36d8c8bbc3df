//! The words and sentences of each language.

use super::language::Language;
use super::summary::{Limit, Missing, QuotaFigures, Scarce, ShortageFigures, WorthFigures};
use super::utilisation::rostered;

/// Headings and fixed phrases of one language.
#[derive(Debug)]
pub(super) struct Words {
    pub(super) plan: &'static str,
    pub(super) plan_note: &'static str,
    pub(super) priced_note: &'static str,
    pub(super) bound: &'static str,
    pub(super) bound_note: &'static str,
    pub(super) gap: &'static str,
    pub(super) optimal: &'static str,
    pub(super) by_site_and_day: &'static str,
    pub(super) by_site: &'static str,
    pub(super) by_day: &'static str,
    pub(super) by_week: &'static str,
    pub(super) week_from: &'static str,
    pub(super) by_service: &'static str,
    pub(super) flexible_heading: &'static str,
    pub(super) details: &'static str,
    pub(super) limits: &'static str,
    pub(super) limits_note: &'static str,
    pub(super) nothing_scarce: &'static str,
    pub(super) site_and_day: &'static str,
    pub(super) site: &'static str,
    pub(super) day: &'static str,
    pub(super) service: &'static str,
    pub(super) slots: &'static str,
    pub(super) promised: &'static str,
    pub(super) flexible: &'static str,
    pub(super) demand: &'static str,
    pub(super) requests: &'static str,
    pub(super) served: &'static str,
    pub(super) walk_in: &'static str,
    pub(super) needed: &'static str,
    pub(super) clerks: &'static str,
    pub(super) rooms: &'static str,
    pub(super) total: &'static str,
    pub(super) sites: [&'static str; 2],
    pub(super) people: [&'static str; 2],
    pub(super) counters: [&'static str; 2],
    pub(super) table_note: &'static str,
    pub(super) promised_note: &'static str,
    pub(super) flexible_note: &'static str,
    pub(super) shortened_note: &'static str,
    pub(super) break_: &'static str,
    pub(super) walk_in_block: &'static str,
    pub(super) room: &'static str,
    pub(super) shift: &'static str,
    pub(super) closed: &'static str,
    pub(super) absent: &'static str,
    pub(super) walk_in_arrivals: &'static str,
    pub(super) walk_in_counters: &'static str,
    pub(super) on_break: &'static str,
    pub(super) stay: &'static str,
    pub(super) seated: &'static str,
    pub(super) no_shift: &'static str,
    pub(super) value: &'static str,
    pub(super) value_note: &'static str,
    pub(super) seats: &'static str,
    pub(super) moves: &'static str,
    pub(super) free: &'static str,
    pub(super) breaks_together: &'static str,
    pub(super) missing: &'static str,
    pub(super) short_heading: &'static str,
    pub(super) what: &'static str,
    pub(super) time: &'static str,
    pub(super) asked: &'static str,
    pub(super) met: &'static str,
    pub(super) used: &'static str,
    pub(super) any_time: &'static str,
    pub(super) offer_note: &'static str,
    pub(super) missing_clerks: &'static str,
    pub(super) missing_counters: &'static str,
    pub(super) missing_minutes: &'static str,
    pub(super) promise_mark: &'static str,
    pub(super) nobody: &'static str,
    pub(super) and: &'static str,
    pub(super) days: [&'static str; 7],
    pub(super) days_short: [&'static str; 7],
    pub(super) months: [&'static str; 12],
}

static ENGLISH: Words = Words {
    plan: "Plan",
    plan_note: "minutes expected to be served, each weighted by the value of its service",
    priced_note: "the value less what is taken off for what has a price",
    bound: "Bound",
    bound_note: "no plan can reach more",
    gap: "Gap",
    optimal: "no better plan exists",
    by_site_and_day: "By site and day",
    by_site: "By site",
    by_day: "By day",
    by_week: "By week",
    week_from: "Week from",
    by_service: "By service over the whole horizon",
    flexible_heading: "Demand that can be served on several days or at several sites",
    details: "Services and walk-in quotas, day by day",
    limits: "What limits the plan",
    limits_note: "Estimates in weighted minutes, from the shadow prices of the bound; walk-in quotas that \
                  grow with rooms and clerks are left out of them.",
    nothing_scarce: "Nothing: more rooms, clerks or time would add next to nothing.",
    site_and_day: "Site and day",
    site: "Site",
    day: "Day",
    service: "Service",
    slots: "Slots",
    promised: "Promised",
    flexible: "Flexible",
    demand: "Demand",
    requests: "Requests",
    served: "Served",
    walk_in: "Walk-in min",
    needed: "Needed",
    clerks: "Clerks",
    rooms: "Rooms",
    total: "Total",
    sites: ["site", "sites"],
    people: ["clerk", "clerks"],
    counters: ["room", "rooms"],
    table_note: concat!(
        "Requests: expected number. Served: share of them expected to find a slot at the time that ",
        "they wish. Walk-in min: minutes that count for the quotas, and how many they need. Clerks: ",
        "work in % of ",
        rostered!(english),
        ". Rooms: use in % of opening hours."
    ),
    promised_note: "Promised: slots of appointments already made.",
    flexible_note: "Flexible: slots for demand that is not tied to this day and site; its requests are \
                    in the total and in a table of their own.",
    shortened_note: "Too many rows for one table; --details shows every site, day and service.",
    break_: "Break",
    walk_in_block: "Walk-in",
    room: "Room",
    shift: "On shift",
    closed: "Closed",
    absent: "Absent",
    walk_in_arrivals: "Walk-ins expected",
    walk_in_counters: "Walk-in counters",
    on_break: "On a break",
    stay: "At this counter",
    seated: "Who sits here",
    no_shift: "No shift in this time.",
    value: "Value",
    value_note: "expected to be served, each minute weighted by the value of its service",
    seats: "Seats",
    moves: "Moves",
    free: "Free time",
    breaks_together: "Breaks",
    missing: "Missing",
    short_heading: "What is asked for and missing",
    what: "Asked for",
    time: "Time",
    asked: "Asked",
    met: "Met",
    used: "Used",
    any_time: "Any time",
    offer_note: "Served: share of the requests expected to find a slot at the time that \
                 they wish. Any time: the same if everybody takes any time of that day at \
                 that site. Used: share of the slots without a promise expected to be \
                 used.",
    missing_clerks: "clerks",
    missing_counters: "walk-in counters",
    missing_minutes: "walk-in minutes",
    promise_mark: "Promised appointment",
    nobody: "Nobody is on shift.",
    and: "and",
    days: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    days_short: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
    months: [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
};

static GERMAN: Words = Words {
    plan: "Plan",
    plan_note: "erwartete bediente Minuten, gewichtet mit dem Wert der Dienstleistung",
    priced_note: "der Wert weniger Abzüge für das, was einen Preis hat",
    bound: "Schranke",
    bound_note: "kein Plan kann mehr erreichen",
    gap: "Lücke",
    optimal: "einen besseren Plan gibt es nicht",
    by_site_and_day: "Nach Standort und Tag",
    by_site: "Nach Standort",
    by_day: "Nach Tag",
    by_week: "Nach Woche",
    week_from: "Woche ab",
    by_service: "Nach Dienstleistung über den ganzen Zeitraum",
    flexible_heading: "Nachfrage, die an mehreren Tagen oder Standorten bedient werden kann",
    details: "Dienstleistungen und Quoten für Spontankunden, Tag für Tag",
    limits: "Was den Plan begrenzt",
    limits_note: "Schätzungen in gewichteten Minuten aus den Schattenpreisen der Schranke; dass \
                  Spontanquoten mit Räumen und Personal wachsen, bleibt außer Acht.",
    nothing_scarce: "Nichts: Mehr Räume, Personal oder Zeit brächten fast nichts.",
    site_and_day: "Standort, Tag",
    site: "Standort",
    day: "Tag",
    service: "Dienstleistung",
    slots: "Termine",
    promised: "Vergeben",
    flexible: "Flexibel",
    demand: "Nachfrage",
    requests: "Anfragen",
    served: "Bedient",
    walk_in: "Spontan",
    needed: "Nötig",
    clerks: "Personal",
    rooms: "Räume",
    total: "Summe",
    sites: ["Standort", "Standorte"],
    people: ["Person im Dienst", "Personen im Dienst"],
    counters: ["Raum", "Räume"],
    table_note: concat!(
        "Anfragen: erwartete Zahl. Bedient: Anteil, der voraussichtlich zur gewünschten Zeit einen ",
        "Termin findet. Spontan: Minuten, die für die Quoten zählen, und wie viele sie verlangen. ",
        "Personal: Arbeit in % der ",
        rostered!(german),
        ". Räume: Nutzung in % der Öffnungszeit."
    ),
    promised_note: "Vergeben: Termine, die schon zugesagt sind.",
    flexible_note: "Flexibel: Termine für Nachfrage, die nicht an diesen Tag und Standort gebunden ist; \
                    ihre Anfragen zählen in der Summe und stehen in einer eigenen Tabelle.",
    shortened_note: "Zu viele Zeilen für eine Tabelle; --details zeigt jeden Standort, Tag und Dienst.",
    break_: "Pause",
    walk_in_block: "Spontan",
    room: "Raum",
    shift: "Im Dienst",
    closed: "Geschlossen",
    absent: "Abwesend",
    walk_in_arrivals: "Spontan erwartet",
    walk_in_counters: "Schalter für Spontan",
    on_break: "In der Pause",
    stay: "An diesem Schalter",
    seated: "Wer hier sitzt",
    no_shift: "Kein Dienst in dieser Zeit.",
    value: "Wert",
    value_note: "voraussichtlich bedient, jede Minute gewichtet mit dem Wert der \
                 Dienstleistung",
    seats: "Plätze",
    moves: "Wechsel",
    free: "Freie Zeit",
    breaks_together: "Pausen",
    missing: "Fehlendes",
    short_heading: "Was verlangt ist und fehlt",
    what: "Verlangt",
    time: "Zeit",
    asked: "Soll",
    met: "Ist",
    used: "Genutzt",
    any_time: "Beliebig",
    offer_note: "Bedient: Anteil der Anfragen, der voraussichtlich zur gewünschten Zeit \
                 einen Termin findet. Beliebig: dasselbe, wenn alle jede Zeit dieses \
                 Tages an diesem Standort nehmen. Genutzt: Anteil der freien Termine, der \
                 voraussichtlich genutzt wird.",
    missing_clerks: "Personal",
    missing_counters: "Schalter für Spontankunden",
    missing_minutes: "Minuten für Spontankunden",
    promise_mark: "Vergebener Termin",
    nobody: "Niemand ist im Dienst.",
    and: "und",
    days: ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
    days_short: ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"],
    months: [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
};

impl Language {
    pub(super) fn words(self) -> &'static Words {
        match self {
            Self::English => &ENGLISH,
            Self::German => &GERMAN,
        }
    }

    pub(super) fn quota_kept(self, quota: &QuotaFigures) -> String {
        let QuotaFigures { quota, from, until, kept_minutes, min_minutes, max_minutes } = quota;
        let kept = self.number(f64::from(*kept_minutes), 0);
        let least = self.number(f64::from(*min_minutes), 0);
        let most = max_minutes.map(|minutes| self.number(f64::from(minutes), 0));
        match (self, most) {
            (Self::English, None) => {
                format!("Walk-in quota {quota}, {from}–{until}: {kept} min kept, {least} needed")
            }
            (Self::English, Some(most)) => format!(
                "Walk-in quota {quota}, {from}–{until}: {kept} min kept, {least} to {most} allowed"
            ),
            (Self::German, None) => format!(
                "Quote für Spontankunden {quota}, {from}–{until}: {kept} min, nötig sind {least}"
            ),
            (Self::German, Some(most)) => format!(
                "Quote für Spontankunden {quota}, {from}–{until}: {kept} min, erlaubt sind {least} \
                 bis {most}"
            ),
        }
    }

    /// Heads of a roster's columns.
    pub(super) fn roster_heads(self) -> [&'static str; 8] {
        match self {
            Self::English => {
                ["Date", "Place", "Shift", "Breaks", "Walk-ins", "Counters", "Hours", "Slots"]
            }
            Self::German => {
                ["Datum", "Ort", "Dienst", "Pausen", "Spontan", "Schalter", "Std.", "Termine"]
            }
        }
    }

    /// Columns of a roster for a spreadsheet.
    pub(super) fn roster_columns(self) -> [&'static str; 14] {
        match self {
            Self::English => [
                "staff",
                "name",
                "date",
                "weekday",
                "site",
                "from",
                "until",
                "hours_without_breaks",
                "breaks",
                "walk_ins",
                "counters",
                "slots",
                "slots_promised",
                "absent",
            ],
            Self::German => [
                "Kürzel",
                "Name",
                "Datum",
                "Wochentag",
                "Standort",
                "Beginn",
                "Ende",
                "Stunden ohne Pausen",
                "Pausen",
                "Spontankunden",
                "Schalter",
                "Termine",
                "davon vergeben",
                "Abwesenheit",
            ],
        }
    }

    /// Beside a clerk's name: what all days add up to.
    pub(super) fn roster_sum(self, minutes: u32, slots: usize) -> String {
        let (hours, slots) = (self.hours(minutes), self.count(slots));
        match self {
            Self::English => format!("{hours} h without breaks, {slots} slots"),
            Self::German => format!("{hours} Std. ohne Pausen, {slots} Termine"),
        }
    }

    /// `1 slot`, `213 slots`
    pub(super) fn slots(self, slots: usize) -> String {
        let count = self.count(slots);
        match (self, slots) {
            (Self::English, 1) => "1 slot".to_owned(),
            (Self::English, _) => format!("{count} slots"),
            (Self::German, 1) => "1 Termin".to_owned(),
            (Self::German, _) => format!("{count} Termine"),
        }
    }

    /// What stands for slots and for breaks in the cells of a week.
    pub(super) fn week_letters(self) -> [&'static str; 2] {
        match self {
            Self::English => ["sl.", "br."],
            Self::German => ["T.", "P."],
        }
    }

    /// What the letters mean; breaks stand in rows of `clerks`.
    pub(super) fn week_note(self, clerks: bool) -> &'static str {
        match (self, clerks) {
            (Self::English, true) => "sl.: slots, br.: break from",
            (Self::English, false) => "sl.: slots",
            (Self::German, true) => "T.: Termine, P.: Pause ab",
            (Self::German, false) => "T.: Termine",
        }
    }

    /// What a chart by room leaves out.
    pub(super) fn without_room(self, slots: usize) -> String {
        let count = self.count(slots);
        match (self, slots) {
            (Self::English, 1) => "1 slot needs no room and is not shown.".to_owned(),
            (Self::English, _) => format!("{count} slots need no room and are not shown."),
            (Self::German, 1) => "1 Termin braucht keinen Raum und fehlt hier.".to_owned(),
            (Self::German, _) => format!("{count} Termine brauchen keinen Raum und fehlen hier."),
        }
    }

    /// What could still be gained.
    pub(super) fn gap_note(self, minutes: f64) -> String {
        let minutes = self.number(minutes, 1);
        match self {
            Self::English => {
                format!("at most {minutes} better is possible; in % of the work that the plan does")
            }
            Self::German => {
                format!("höchstens {minutes} besser ist möglich; in % der Arbeit, die der Plan tut")
            }
        }
    }

    /// What is taken off the value: name, amount and what it is for, where it is anything.
    pub(super) fn taken_off(self, worth: &WorthFigures) -> Vec<(&'static str, f64, String)> {
        let words = self.words();
        let [seated, moved] = [worth.seated_shifts, worth.moved].map(|count| self.count(count));
        let minutes = self.number(worth.free_minutes as f64, 0);
        let ending = |count: usize, many: &'static str| if count == 1 { "" } else { many };
        let [seats, moves, free, breaks, short] = match self {
            Self::English => [
                format!(
                    "taken off for {seated} shift{} at a counter",
                    ending(worth.seated_shifts, "s")
                ),
                format!(
                    "for {moved} change{} of counter, or stays away from one's own",
                    ending(worth.moved, "s")
                ),
                format!(
                    "for {minutes} minutes of slots without a promise: what free time is worth"
                ),
                "for breaks of several at the same time".to_owned(),
                "for what is asked for and missing, see below".to_owned(),
            ],
            Self::German => [
                format!(
                    "Abzug für {seated} Dienst{} an einem Schalter",
                    ending(worth.seated_shifts, "e")
                ),
                format!("für {moved} Wechsel des Schalters oder Plätze fern vom eigenen"),
                format!("für {minutes} Minuten freier Termine: was freie Zeit wert ist"),
                "für Pausen mehrerer zur selben Zeit".to_owned(),
                "für das, was verlangt ist und fehlt, siehe unten".to_owned(),
            ],
        };
        let parts = [
            (words.seats, worth.seats, seats),
            (words.moves, worth.moves, moves),
            (words.free, worth.free, free),
            (words.breaks_together, worth.breaks, breaks),
            (words.missing, worth.short, short),
        ];
        parts.into_iter().filter(|&(_, amount, _)| amount > 0.0).collect()
    }

    /// What a shortage is of, and who asks.
    pub(super) fn shortage(self, shortage: &ShortageFigures) -> String {
        let words = self.words();
        let what = match shortage.what {
            Missing::Clerks => words.missing_clerks,
            Missing::Counters => words.missing_counters,
            Missing::Minutes => words.missing_minutes,
        };
        format!("{what} ({})", shortage.id)
    }

    /// How many shortages a table leaves out.
    pub(super) fn more_shortages(self, count: usize) -> String {
        let count = self.count(count);
        match self {
            Self::English => format!("{count} smaller ones more; --details shows all."),
            Self::German => format!("{count} kleinere mehr; --details zeigt alle."),
        }
    }

    pub(super) fn made_by(self, engine: &str, seconds: f64, seed: u64) -> String {
        let seconds = self.number(seconds, 1);
        match (self, engine) {
            (Self::English, "exact") => format!("Solved exactly in {seconds} s."),
            (Self::English, _) => format!("Found by {engine} in {seconds} s, seed {seed}."),
            (Self::German, "exact") => format!("Exakt gelöst in {seconds} s."),
            (Self::German, "search") => {
                format!("Gefunden durch Suche in {seconds} s, Startwert {seed}.")
            }
            (Self::German, _) => {
                format!("Gefunden durch {engine} in {seconds} s, Startwert {seed}.")
            }
        }
    }

    pub(super) fn one_more_room(self, equipment: &[String]) -> String {
        let equipment_list = self.list(equipment);
        match (self, equipment.is_empty()) {
            (Self::English, true) => "One more room, whatever its equipment,".to_owned(),
            (Self::English, false) => format!("One more room with {equipment_list}"),
            (Self::German, true) => "Ein weiterer Raum, gleich welcher Ausstattung,".to_owned(),
            (Self::German, false) => format!("Ein weiterer Raum mit {equipment_list}"),
        }
    }

    pub(super) fn one_more_clerk(self, skills: &[String]) -> String {
        let skill_list = self.list(skills);
        match (self, skills.is_empty()) {
            (Self::English, true) => "One more clerk, whatever their skills,".to_owned(),
            (Self::English, false) => format!("One more clerk for {skill_list}"),
            (Self::German, true) => "Eine weitere Person, gleich welcher Kenntnisse,".to_owned(),
            (Self::German, false) => format!("Eine weitere Person für {skill_list}"),
        }
    }

    pub(super) fn one_more_clerk_and_room(self, skills: &[String]) -> String {
        let skill_list = self.list(skills);
        match (self, skills.is_empty()) {
            (Self::English, true) => "One more clerk together with one more room".to_owned(),
            (Self::English, false) => {
                format!("One more clerk for {skill_list} together with one more room")
            }
            (Self::German, true) => "Eine weitere Person mit einem weiteren Raum".to_owned(),
            (Self::German, false) => {
                format!("Eine weitere Person für {skill_list} mit einem weiteren Raum")
            }
        }
    }

    pub(super) fn less_walk_in(self, quota: &str, minutes: u32) -> String {
        match self {
            Self::English => format!("A walk-in quota ({quota}) lower by {minutes} minutes"),
            Self::German => format!("Eine um {minutes} Minuten kleinere Spontanquote ({quota})"),
        }
    }

    pub(super) fn would_serve(self, thing: &str, limit: &Limit) -> String {
        let Limit { site, from, until, .. } = limit;
        let date = self.date(limit.date);
        let estimate = |minutes: f64| self.number(minutes, usize::from(minutes < 10.0));
        let minutes = estimate(limit.minutes);
        let all = estimate(limit.horizon_minutes);
        let mut text = match self {
            Self::English => format!(
                "{thing} at {site} on {date}, {from}–{until}, would serve about {minutes} more \
                 minutes of demand"
            ),
            Self::German => format!(
                "{thing} am Standort {site} am {date}, {from}–{until}, würde etwa {minutes} Minuten \
                 Nachfrage mehr bedienen"
            ),
        };
        if limit.horizon_minutes > 1.05 * limit.minutes {
            text.push_str(&match (self, &limit.scarce) {
                (Self::English, Scarce::Quota { .. }) => {
                    format!("; the same in every quota of the site, about {all}")
                }
                (Self::German, Scarce::Quota { .. }) => {
                    format!("; ebenso bei jeder Quote des Standorts etwa {all}")
                }
                (Self::English, _) => format!("; in all opening hours, about {all}"),
                (Self::German, _) => format!("; in allen Öffnungszeiten etwa {all}"),
            });
        }
        text.push('.');
        text
    }
}
