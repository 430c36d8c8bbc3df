//! What the HTTP side of the service is told at its start.

use super::addresses::Proxies;
use super::captcha::Captcha;
use super::limits::Rate;
use super::sign_on::SignOnSettings;
use crate::jobs::JobSettings;
use crate::studies::SizeLimits;

/// What the HTTP side of the service needs to know.
#[derive(Debug, Clone)]
pub struct HttpSettings {
    /// Whether requests need a key.
    pub keys_required: bool,
    /// Most days in the window of a search.
    pub window_days: u32,
    /// Longest time that a hold may be asked for, in seconds.
    pub max_hold_seconds: u32,
    /// Which proxies are believed when they say for whom they ask.
    pub proxies: Proxies,
    /// Requests of one address.
    pub addresses: Rate,
    /// Searches and checks of one key.
    pub searches: Rate,
    /// Holds of one key.
    pub holds: Rate,
    /// Holds that one key may have open.
    pub open_holds: u32,
    /// Holds that one address may make in an hour with a key that everybody can read; 0: no limit.
    pub visitor_holds: u32,
    /// Time for an answer, in seconds.
    pub request_seconds: u32,
    /// Largest body, in bytes.
    pub body_bytes: usize,
    /// Largest body with a scenario in it, in bytes.
    pub scenario_bytes: usize,
    /// Bytes of large bodies at a time, over all connections.
    pub upload_bytes: usize,
    /// Large bodies of one key.
    pub uploads: Rate,
    /// Bytes a second in the long run, below which a client is too slow.
    pub least_rate: u32,
    /// Most that a scenario in a body may ask for.
    pub sizes: SizeLimits,
    /// Searches at a time.
    pub search_threads: usize,
    /// Searches that may wait.
    pub search_queue: usize,
    /// Plans at a time.
    pub plan_threads: usize,
    /// Plans that may wait.
    pub plan_queue: usize,
    /// How jobs are done.
    pub jobs: JobSettings,
    /// Whether the first listener gives out figures; else only the one for operators does.
    pub own_metrics: bool,
    /// Whether receivers of events may be at addresses that are not public, and without TLS.
    pub private_webhooks: bool,
    /// Origins whose pages may call; none: no CORS headers. `*` for all.
    pub cors: Vec<String>,
    /// Longest that a session of a browser goes on, in hours.
    pub session_hours: u32,
    /// Origin under which browsers reach the service, where that is known.
    pub public_url: Option<String>,
    /// By which provider people sign in, where they do.
    pub sign_on: Option<SignOnSettings>,
    /// Who checks captchas of visitors, where somebody does.
    pub captcha: Option<Captcha>,
    /// Where people tell what of the pages they cannot use: an address of mail or of a page.
    pub contact: Option<String>,
}
