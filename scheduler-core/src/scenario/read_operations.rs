//! Which fields the operations of a scenario have; all may be left out but those that give an entry
//! its meaning.

use super::codes;
use super::json::Tree;
use super::operations::{
    BreakRule, CallPolicy, Costs, Lateness, MixShare, NoShow, Online, Operations, Patience,
    Requests, ServiceTime, Shape, SiteCost, TicketRule, WalkIns,
};
use super::read::{Read, Reader, Text};

impl Read for Operations {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let known = [
            "walk_ins",
            "requests",
            "cancellation_share",
            "no_show",
            "lateness",
            "service_times",
            "patience",
            "tickets",
            "sick_share",
            "online",
            "costs",
            "call_policy",
            "grace_minutes",
            "break_rule",
        ];
        let mut fields = reader.object(tree, &known);
        Self {
            walk_ins: fields.optional("walk_ins", reader),
            requests: fields.optional("requests", reader),
            cancellation_share: fields.optional("cancellation_share", reader),
            no_show: fields.optional("no_show", reader),
            lateness: fields.optional("lateness", reader),
            service_times: fields.optional("service_times", reader).unwrap_or_default(),
            patience: fields.optional("patience", reader),
            tickets: fields.optional("tickets", reader).unwrap_or_default(),
            sick_share: fields.optional("sick_share", reader),
            online: fields.optional("online", reader).unwrap_or_default(),
            costs: fields.optional("costs", reader),
            call_policy: fields.optional("call_policy", reader),
            grace_minutes: fields.optional("grace_minutes", reader),
            break_rule: fields.optional("break_rule", reader),
        }
    }
}

impl Read for WalkIns {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let known = ["id", "site", "days", "from", "until", "per_hour", "mix"];
        let mut fields = reader.object(tree, &known);
        Self {
            id: fields.required("id", reader),
            site: fields.required("site", reader),
            days: fields.optional("days", reader),
            from: fields.required("from", reader),
            until: fields.required("until", reader),
            per_hour: fields.required("per_hour", reader),
            mix: fields.optional("mix", reader).unwrap_or_default(),
        }
    }
}

impl Read for MixShare {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let mut fields = reader.object(tree, &["service", "share"]);
        Self {
            service: fields.required("service", reader),
            share: fields.required("share", reader),
        }
    }
}

impl Read for Requests {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let known = [
            "factor",
            "by_weekday",
            "by_hour",
            "horizon_days",
            "first_free_share",
            "ahead_days",
            "ahead_cv",
            "choosy_share",
            "persons",
            "channel",
        ];
        let mut fields = reader.object(tree, &known);
        Self {
            factor: fields.optional("factor", reader),
            by_weekday: fields.optional("by_weekday", reader).unwrap_or_default(),
            by_hour: fields.optional("by_hour", reader).unwrap_or_default(),
            horizon_days: fields.optional("horizon_days", reader),
            first_free_share: fields.optional("first_free_share", reader),
            ahead_days: fields.optional("ahead_days", reader),
            ahead_cv: fields.optional("ahead_cv", reader),
            choosy_share: fields.optional("choosy_share", reader),
            persons: fields.optional("persons", reader).unwrap_or_default(),
            channel: fields.optional("channel", reader),
        }
    }
}

impl Read for NoShow {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let mut fields = reader.object(tree, &["probability", "per_week_of_lead"]);
        Self {
            probability: fields.required("probability", reader),
            per_week_of_lead: fields.optional("per_week_of_lead", reader),
        }
    }
}

impl Read for Lateness {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let known = ["mean_minutes", "sd_minutes", "most_early_minutes"];
        let mut fields = reader.object(tree, &known);
        Self {
            mean_minutes: fields.required("mean_minutes", reader),
            sd_minutes: fields.required("sd_minutes", reader),
            most_early_minutes: fields.required("most_early_minutes", reader),
        }
    }
}

impl Read for ServiceTime {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let known = ["service", "distribution", "mean_minutes", "cv", "minutes"];
        let mut fields = reader.object(tree, &known);
        Self {
            service: fields.required("service", reader),
            distribution: fields.optional("distribution", reader),
            mean_minutes: fields.optional("mean_minutes", reader),
            cv: fields.optional("cv", reader),
            minutes: fields.optional("minutes", reader).unwrap_or_default(),
        }
    }
}

impl Read for Patience {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let mut fields = reader.object(tree, &["mean_minutes", "distribution", "cv"]);
        Self {
            mean_minutes: fields.required("mean_minutes", reader),
            distribution: fields.optional("distribution", reader),
            cv: fields.optional("cv", reader),
        }
    }
}

impl Read for TicketRule {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let known = ["site", "days", "most_a_day", "stop_minutes_before_closing", "most_waiting"];
        let mut fields = reader.object(tree, &known);
        Self {
            site: fields.required("site", reader),
            days: fields.optional("days", reader),
            most_a_day: fields.optional("most_a_day", reader),
            stop_minutes_before_closing: fields.optional("stop_minutes_before_closing", reader),
            most_waiting: fields.optional("most_waiting", reader),
        }
    }
}

impl Read for Online {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let mut fields = reader.object(tree, &["service", "share"]);
        Self {
            service: fields.required("service", reader),
            share: fields.required("share", reader),
        }
    }
}

impl Read for Costs {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let mut fields = reader.object(tree, &["per_clerk_hour", "sites"]);
        Self {
            per_clerk_hour: fields.optional("per_clerk_hour", reader),
            sites: fields.optional("sites", reader).unwrap_or_default(),
        }
    }
}

impl Read for SiteCost {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let mut fields = reader.object(tree, &["site", "per_day"]);
        Self { site: fields.required("site", reader), per_day: fields.required("per_day", reader) }
    }
}

impl Read for Shape {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let shape = Text {
            parse: |text| match text {
                "deterministic" => Some(Self::Deterministic),
                "exponential" => Some(Self::Exponential),
                "gamma" => Some(Self::Gamma),
                "lognormal" => Some(Self::Lognormal),
                "empirical" => Some(Self::Empirical),
                _ => None,
            },
            expected: "a distribution: deterministic, exponential, gamma, lognormal or empirical",
            code: codes::FIELD_WORD,
        };
        reader.text(tree, &shape).unwrap_or_default()
    }
}

impl Read for CallPolicy {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let policy = Text {
            parse: |text| match text {
                "appointments_first" => Some(Self::AppointmentsFirst),
                "first_come" => Some(Self::FirstCome),
                "by_appointment_time" => Some(Self::ByAppointmentTime),
                "due_priority" => Some(Self::DuePriority),
                "protected" => Some(Self::Protected),
                "walk_in_desks" => Some(Self::WalkInDesks),
                _ => None,
            },
            expected: "a call policy: appointments_first, first_come, by_appointment_time, \
                       due_priority, protected or walk_in_desks",
            code: codes::FIELD_WORD,
        };
        reader.text(tree, &policy).unwrap_or_default()
    }
}

impl Read for BreakRule {
    fn read(tree: Option<Tree>, reader: &mut Reader) -> Self {
        let rule = Text {
            parse: |text| match text {
                "wait" => Some(Self::Wait),
                "ignore" => Some(Self::Ignore),
                "preempt" => Some(Self::Preempt),
                _ => None,
            },
            expected: "\"wait\", \"ignore\" or \"preempt\"",
            code: codes::FIELD_WORD,
        };
        reader.text(tree, &rule).unwrap_or_default()
    }
}
