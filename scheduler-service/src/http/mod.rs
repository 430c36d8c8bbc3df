//! What speaks HTTP. [`router`] is the table of contents, [`routes`] has a file for each group of
//! paths, [`problem`] says how requests fail, and [`app`] is what all of them share.

pub mod addresses;
pub mod app;
pub mod auth;
pub mod body;
pub mod captcha;
pub mod conditional;
pub mod connections;
pub mod document;
pub mod door;
pub mod language;
pub mod limits;
pub mod observe;
pub mod outgoing;
mod paced;
pub mod parameters;
pub mod pool;
pub mod problem;
pub mod problem_words;
pub mod query;
pub mod reasons;
pub mod router;
pub mod routes;
pub mod sessions;
pub mod settings;
pub mod sign_on;
pub mod uploads;
pub mod webhooks;

use crate::booking::Office;
use app::{App, SetUpError, Shared};
use settings::HttpSettings;

/// What the handlers of a service over `office` share.
///
/// # Errors
/// See [`SetUpError`].
pub async fn set_up(office: Office, settings: HttpSettings) -> Result<Shared, SetUpError> {
    App::new(office, settings, &router::document()?).await
}
