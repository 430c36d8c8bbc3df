//! The file of cases and what is read from it.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::Unanswered;

/// A file of cases. Members that are not known here are ignored.
#[derive(Debug, Clone, Deserialize)]
pub struct CaseFile {
    /// The cases, in the order of the file.
    pub cases: Vec<Case>,
}

impl CaseFile {
    /// Reads a file of cases: an object with `cases`, or the list of cases alone.
    ///
    /// # Errors
    /// The text is not JSON of that form.
    pub fn from_json(text: &str) -> Result<Self> {
        let value: Value = serde_json::from_str(text).context("not JSON")?;
        let file = if value.is_array() {
            serde_json::from_value(value).map(|cases| Self { cases })
        } else {
            serde_json::from_value(value)
        };
        file.context("not a file of cases")
    }
}

/// One case: a model, and the figures expected of it.
#[derive(Debug, Clone, Deserialize)]
pub struct Case {
    /// Short name, such as `Q01`.
    pub id: String,
    /// What kind of model: `queue`, `appointments`, `finite-day`, …
    #[serde(default)]
    pub group: String,
    /// One line about it.
    #[serde(default)]
    pub title: String,
    /// The model's parameters.
    #[serde(default)]
    pub params: Params,
    /// The figures; some are lists or objects.
    #[serde(default)]
    pub expected: Value,
    /// How the figures were found: `exact`, `exact-objective-numeric-optimum`, `simulation`, …
    #[serde(default)]
    pub kind: String,
}

/// Parameters of a case by name, which remember those that somebody asked for: what nobody asked
/// for is part of a model that is not this one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(transparent)]
pub struct Params {
    members: Map<String, Value>,
    #[serde(skip)]
    read: Arc<Mutex<BTreeSet<String>>>,
}

/// Parameters of the public cases: whoever leaves one of these out has no need of it, such as the
/// best schedule's search space where the schedule is given, or a note for people.
const PUBLIC: &str = "
    D ES K N T aht_min alpha_I alpha_T alpha_W appointment_epoch asa_min block_minutes bookings
    breaks breaks_rule c ci close co counters cv2 cw cw_appt cw_over_cs cw_walk d day divert
    epoch epoch_minutes epochs horizon_days interval_min lambda_ lambda_per_day lambda_per_h
    lateness max_occupancy max_per_slot mean_service mu mu_log n no_show per_epoch priority seed
    segments service service_appointment service_level service_walkin session_end show shrinkage
    sigma_log slots slots_per_day target_mean_wait target_overtime theta transactions unit until
    wait walkin_per_slot walkin_queue_limit walkin_rate_per_min walkin_until x";

impl Params {
    /// Parameters from the members of an object.
    #[must_use]
    pub fn of(members: Map<String, Value>) -> Self {
        Self { members, read: Arc::default() }
    }

    /// From now on nobody has asked for anything.
    pub(super) fn forget(&self) {
        self.lock().clear();
    }

    /// Names of the parameters that nobody asked for since [`Self::forget`], without those of the
    /// public cases.
    pub(super) fn unread(&self) -> Vec<String> {
        let read = self.lock();
        let names = self.members.iter().filter(|(_, value)| !value.is_null()).map(|(name, _)| name);
        let is_public = |name: &str| PUBLIC.split_whitespace().any(|known| known == name);
        let names = names.filter(|name| !read.contains(*name) && !is_public(name));
        names.cloned().collect()
    }

    /// Refuses parameters that nobody asked for.
    pub(super) fn refuse_unread(&self) -> Result<(), Unanswered> {
        let unread = self.unread();
        if unread.is_empty() { Ok(()) } else { Err(Unanswered::Unknown(unread.join(", "))) }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether there is a parameter of this name that is not null.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// The parameter, unless it is missing or null.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        let value = self.members.get(name).filter(|value| !value.is_null())?;
        self.lock().insert(name.to_owned());
        Some(value)
    }

    /// The first of `names` that is there, as a number.
    #[must_use]
    pub fn maybe(&self, names: &[&str]) -> Option<f64> {
        names.iter().find_map(|name| self.get(name).and_then(Value::as_f64))
    }

    /// The first of `names` that is there, as a number.
    ///
    /// # Errors
    /// None of them is a number.
    pub fn number(&self, names: &[&str]) -> Result<f64, Unanswered> {
        self.maybe(names).ok_or_else(|| missing(names))
    }

    /// Walk-ins that may wait, by any of the names that files have for it.
    #[must_use]
    pub fn waiting_limit(&self) -> Option<u32> {
        let names = [
            "walkin_queue_limit",
            "waiting_limit",
            "queue_limit",
            "limit",
            "seats",
            "qmax",
            "queue_cap",
            "max_queue",
            "q_limit",
            "walkin_limit",
            "reject_q",
        ];
        self.maybe_count(&names)
    }

    /// The first of `names` that is there, as a whole number that is not negative.
    #[must_use]
    pub fn maybe_count(&self, names: &[&str]) -> Option<u32> {
        self.maybe(names).and_then(to_count)
    }

    /// The first of `names` that is there, as a whole number that is not negative.
    ///
    /// # Errors
    /// None of them is one.
    pub fn count(&self, names: &[&str]) -> Result<u32, Unanswered> {
        self.maybe_count(names).ok_or_else(|| missing(names))
    }

    /// The first of `names` that is a list of numbers.
    #[must_use]
    pub fn maybe_list(&self, names: &[&str]) -> Option<Vec<f64>> {
        names.iter().find_map(|name| numbers(self.get(name)?))
    }

    /// The first of `names` that is a list of numbers.
    ///
    /// # Errors
    /// None of them is one.
    pub fn list(&self, names: &[&str]) -> Result<Vec<f64>, Unanswered> {
        self.maybe_list(names).ok_or_else(|| missing(names))
    }

    /// The first of `names` that is a list of whole numbers that are not negative.
    ///
    /// # Errors
    /// None of them is one.
    pub fn counts(&self, names: &[&str]) -> Result<Vec<u32>, Unanswered> {
        let list = self.list(names)?;
        list.into_iter().map(to_count).collect::<Option<_>>().ok_or_else(|| missing(names))
    }

    /// The first of `names` that is there, as text.
    #[must_use]
    pub fn text(&self, names: &[&str]) -> Option<&str> {
        names.iter().find_map(|name| self.get(name).and_then(Value::as_str))
    }
}

/// The numbers of a list of numbers.
fn numbers(value: &Value) -> Option<Vec<f64>> {
    value.as_array()?.iter().map(Value::as_f64).collect()
}

fn to_count(number: f64) -> Option<u32> {
    (number >= 0.0 && number <= f64::from(u32::MAX) && number.fract() == 0.0)
        .then_some(number as u32)
}

fn missing(names: &[&str]) -> Unanswered {
    Unanswered::Parameter(format!("{} is missing or has another form", names.join(" or ")))
}
