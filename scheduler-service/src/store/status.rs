//! Where a hold or an appointment stands.

use serde::{Deserialize, Serialize};

/// Where a hold or an appointment stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Kept for its client until it expires.
    Held,
    /// Promised.
    Booked,
    /// Promised, and nobody can keep it as things stand: it takes no capacity, and waits for somebody
    /// to decide.
    Stranded,
    /// The citizen is there.
    Arrived,
    /// Served.
    Fulfilled,
    /// Nobody came.
    NoShow,
    /// Given back after it was booked.
    Cancelled,
    /// A hold that was given back, or that expired.
    Released,
}

impl Status {
    /// Whether it is to be kept, or was.
    pub fn is_live(self) -> bool {
        !matches!(self, Self::Cancelled | Self::Released)
    }

    /// The name in the store, and in answers.
    pub fn name(self) -> &'static str {
        match self {
            Self::Held => "held",
            Self::Booked => "booked",
            Self::Stranded => "stranded",
            Self::Arrived => "arrived",
            Self::Fulfilled => "fulfilled",
            Self::NoShow => "no_show",
            Self::Cancelled => "cancelled",
            Self::Released => "released",
        }
    }

    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Held,
        Self::Booked,
        Self::Stranded,
        Self::Arrived,
        Self::Fulfilled,
        Self::NoShow,
        Self::Cancelled,
        Self::Released,
    ];

    /// The status with that name.
    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.name() == name)
    }
}
