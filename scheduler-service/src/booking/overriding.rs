//! Bookings beyond what is released, for emergencies: never a clerk or a room twice.

use uuid::Uuid;

use super::command::Command;
use super::{BookingError, Client, HoldRequest, Office, Record, Ticket, recorded};

impl Office {
    /// As [`Office::hold`], whatever is released to the client, and in place of walk-in capacity where
    /// need be.
    ///
    /// # Errors
    /// Those of [`Office::hold`], but [`BookingError::NotReleased`].
    pub async fn hold_beyond(
        &self,
        client: &Client,
        request: HoldRequest,
        ticket: Option<Ticket>,
    ) -> Result<Record, BookingError> {
        self.hold_or_nearest(client, request, true, ticket).await
    }

    /// As [`Office::confirm`], also a hold that has expired or was given back, if there still is a
    /// clerk and a room for it, in place of walk-in capacity where need be.
    ///
    /// # Errors
    /// Those of [`Office::confirm`], [`BookingError::Gone`] instead of
    /// [`BookingError::HoldExpired`].
    pub async fn confirm_beyond(
        &self,
        client: &Client,
        id: Uuid,
        reference: Option<String>,
        ticket: Option<Ticket>,
    ) -> Result<(Record, bool), BookingError> {
        let client = client.clone();
        let command = Command::Confirm { client, id, reference, beyond: true, secret: None };
        self.send(command, ticket).await.and_then(recorded)
    }
}
