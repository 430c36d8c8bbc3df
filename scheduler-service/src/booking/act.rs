//! Who does something by hand, and why: what the audit log keeps of it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Client, Office};
use crate::store::AuditRow;

/// Something that is done by hand, as the audit log will have it.
#[derive(Debug, Clone, PartialEq)]
pub struct Act {
    client: String,
    key: Option<String>,
    action: &'static str,
    subject: Option<String>,
    reason: Option<String>,
    detail: Map<String, Value>,
    /// Whether it is noted only where it is done to what belongs to somebody else.
    to_others: bool,
}

impl Act {
    /// `client` does `action`, having shown the key with the id `key`.
    pub fn new(client: &Client, key: Option<&str>, action: &'static str) -> Self {
        Self {
            client: client.name.clone(),
            key: key.map(str::to_owned),
            action,
            subject: None,
            reason: None,
            detail: Map::new(),
            to_others: false,
        }
    }

    /// To what, such as a part of the scenario; the id of the hold or appointment where it is to one.
    #[must_use]
    pub fn to(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// Why, in the words of who does it.
    #[must_use]
    pub fn because(mut self, reason: Option<String>) -> Self {
        self.reason = reason;
        self
    }

    /// With something more to be known of it.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.detail.insert(name.to_owned(), value.into());
        self
    }

    /// Noted only where it is done to a hold or an appointment of another client: what a client does to
    /// its own is the history of these.
    #[must_use]
    pub fn only_to_others(mut self) -> Self {
        self.to_others = true;
        self
    }

    /// The entry of the audit log for what was done at `now` to `subject`, where this names nothing
    /// else.
    pub(super) fn entry(
        &self,
        now: DateTime<Utc>,
        subject: Option<String>,
        more: &[(&str, Value)],
    ) -> AuditRow {
        let mut detail = self.detail.clone();
        for (name, value) in more {
            detail.insert((*name).to_owned(), value.clone());
        }
        AuditRow {
            id: Uuid::now_v7(),
            at: now.timestamp_millis(),
            client: self.client.clone(),
            key: self.key.clone(),
            action: self.action.to_owned(),
            subject: self.subject.clone().or(subject),
            reason: self.reason.clone(),
            detail: Value::Object(detail).to_string(),
        }
    }

    /// Whether it is to be noted of something that belongs to `owner`.
    pub(super) fn is_noted_of(&self, owner: &str) -> bool {
        !self.to_others || self.client != owner
    }
}

impl Office {
    /// The same office; what is written through it goes into the audit log as `act`, in the same
    /// transaction.
    #[must_use]
    pub fn noting(&self, act: Act) -> Self {
        Self { act: Some(Arc::new(act)), ..self.clone() }
    }

    /// What of a write goes into the audit log.
    pub(super) fn noted(
        &self,
        now: DateTime<Utc>,
        subject: Option<&str>,
        more: &[(&str, Value)],
    ) -> Vec<AuditRow> {
        let subject = || subject.map(str::to_owned);
        self.act.iter().map(|act| act.entry(now, subject(), more)).collect()
    }
}
