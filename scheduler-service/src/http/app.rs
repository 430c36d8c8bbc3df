//! What all handlers share.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use axum::body::Bytes;
use metrics_exporter_prometheus::PrometheusHandle;
use thiserror::Error;

use crate::booking::{Client, Office, Scopes, StoreError};
use crate::http::auth::{Access, KEYLESS, Known};
use crate::http::limits::RateLimit;
use crate::http::observe;
use crate::http::pool::Pool;
use crate::http::settings::HttpSettings;
use crate::http::sign_on::SignOn;
use crate::http::uploads::Room;
use crate::http::webhooks::Webhooks;
use crate::jobs::{Jobs, Studies};

/// The shared state as handlers get it.
pub type Shared = Arc<App>;

/// What all handlers share.
#[derive(Debug)]
pub struct App {
    office: Office,
    settings: HttpSettings,
    access: Access,
    document: Bytes,
    openapi: serde_json::Value,
    figures: PrometheusHandle,
    stopping: AtomicBool,
    /// How often an address may ask for anything.
    pub addresses: RateLimit,
    /// How often a client may search.
    pub searching: RateLimit,
    /// How often a client may hold.
    pub holding: RateLimit,
    /// How often an address may hold with a key that everybody can read.
    pub visitors: RateLimit,
    /// How often a client may send a large body.
    pub uploading: RateLimit,
    /// Large bodies on their way in.
    pub uploads: Arc<Room>,
    /// Short work: searches.
    pub searches: Pool,
    /// Long work that is waited for: plans.
    pub plans: Pool,
    /// Long work of all processes on the database.
    pub jobs: Jobs,
    /// Who tells receivers of events.
    pub webhooks: Webhooks,
    /// The provider by which people sign in, where there is one.
    pub sign_on: Option<SignOn>,
}

/// Why a service cannot be set up.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SetUpError {
    /// No figures can be kept.
    #[error("cannot count requests: {0}")]
    Figures(#[from] metrics_exporter_prometheus::BuildError),
    /// The OpenAPI document cannot be written.
    #[error("cannot write the OpenAPI document: {0}")]
    Document(#[from] serde_json::Error),
    /// The keys cannot be read.
    #[error("cannot read the keys: {0}")]
    Keys(StoreError),
}

impl App {
    /// A service over `office`, whose paths and bodies the OpenAPI `document` describes.
    ///
    /// # Errors
    /// See [`SetUpError`].
    pub async fn new(
        office: Office,
        settings: HttpSettings,
        document: &serde_json::Value,
    ) -> Result<Shared, SetUpError> {
        let keys = known_keys(&office).await.map_err(SetUpError::Keys)?;
        let now = Instant::now();
        Ok(Arc::new(Self {
            access: Access::new(settings.keys_required, keys, now),
            document: serde_json::to_vec_pretty(document)?.into(),
            openapi: document.clone(),
            figures: observe::figures()?,
            stopping: AtomicBool::new(false),
            addresses: RateLimit::new(settings.addresses),
            searching: RateLimit::new(settings.searches),
            holding: RateLimit::new(settings.holds),
            visitors: RateLimit::hourly(settings.visitor_holds),
            uploading: RateLimit::new(settings.uploads),
            uploads: Room::new(settings.upload_bytes),
            searches: Pool::new("search", settings.search_threads, settings.search_queue),
            plans: Pool::new("plan", settings.plan_threads, settings.plan_queue),
            webhooks: Webhooks::start(
                office.clone(),
                settings.private_webhooks,
                !settings.keys_required,
            ),
            sign_on: settings.sign_on.clone().map(SignOn::new),
            jobs: Jobs::start(
                office.store().clone(),
                Arc::clone(office.clock()),
                settings.jobs,
                Arc::new(Studies::default()),
            ),
            office,
            settings,
        }))
    }

    /// From now on it is not ready.
    pub fn set_stopping(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    /// Whether it was asked to stop.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// The domain.
    pub fn office(&self) -> &Office {
        &self.office
    }

    /// What was set.
    pub fn settings(&self) -> &HttpSettings {
        &self.settings
    }

    /// Who may ask.
    pub fn access(&self) -> &Access {
        &self.access
    }

    /// Whether limits for each key hold for `client`: who shows none is this machine itself.
    pub fn limits(&self, client: &str) -> bool {
        client != KEYLESS
    }

    /// The OpenAPI document, as JSON.
    pub fn document(&self) -> Bytes {
        self.document.clone()
    }

    /// The OpenAPI document.
    pub fn openapi(&self) -> &serde_json::Value {
        &self.openapi
    }

    /// Figures for Prometheus.
    pub fn figures(&self) -> &PrometheusHandle {
        &self.figures
    }

    /// Now, on a clock that only goes forward; for durations.
    pub fn instant(&self) -> Instant {
        Instant::now()
    }

    /// Reads the keys again where they were not read for [`KEYS_FRESH`](super::auth::KEYS_FRESH).
    pub async fn refresh_keys(&self) {
        if self.access.is_due(self.instant()) {
            self.reload_keys().await;
        }
    }

    /// Reads the keys again. Where the store does not answer the old ones stay valid.
    pub async fn reload_keys(&self) {
        match known_keys(&self.office).await {
            Ok(keys) => self.access.replace(keys),
            Err(error) => tracing::warn!(%error, "cannot read the keys again"),
        }
    }
}

async fn known_keys(office: &Office) -> Result<Vec<Known>, StoreError> {
    let store = office.store();
    let keys = store.in_time(store.keys()).await?;
    let known = keys.into_iter().map(|key| Known {
        digest: key.hash,
        client: Client {
            name: key.name,
            // A scope that this version does not know grants nothing.
            scopes: Scopes::parse(&key.scopes).unwrap_or_default(),
            channel: key.channel,
        },
        expires_at: key.expires_at,
        origins: key.origins.iter().flat_map(|list| list.split(' ').map(str::to_owned)).collect(),
    });
    Ok(known.collect())
}
