//! Settings of the service: each a flag and an environment variable.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use axum::http::Uri;
use clap::{Args, ValueEnum};
use scheduler_core::scenario::Scenario;
use scheduler_core::time::Clock;

use crate::booking::{Scopes, Settings};
use crate::http::addresses::{Header, Network, Proxies};
use crate::http::auth::is_loopback;
use crate::http::captcha::Captcha;
use crate::http::connections::ConnectionLimits;
use crate::http::limits::Rate;
use crate::http::outgoing::Target;
use crate::http::routes::sign_in::CALLBACK;
pub use crate::http::settings::HttpSettings;
use crate::http::sign_on::{Grant, Secret, SignOnSettings};
use crate::jobs::{JobSettings, LEASE};
use crate::store::{Address, JobLimits, StoreSettings};
use crate::studies::SizeLimits;

/// When the next day is seated; `None`: never.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeatingAt(pub Option<Clock>);

impl FromStr for SeatingAt {
    type Err = String;

    /// Reads a time before 24:00, or `off`.
    fn from_str(text: &str) -> Result<Self, String> {
        if text == "off" {
            return Ok(Self(None));
        }
        let clock = text.parse().ok().filter(|clock: &Clock| clock.0 < 24 * 60);
        let wrong = || "give a time of day from 00:00 to 23:59, such as 18:00, or off".to_owned();
        clock.map(|clock| Self(Some(clock))).ok_or_else(wrong)
    }
}

/// The form of log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs, one JSON object a line.
    Json,
}

/// Where everything is kept.
#[derive(Debug, Clone, Args)]
pub struct Database {
    /// The database: a postgres:// URL, or the path of an SQLite file, which is made.
    #[arg(
        long = "database",
        env = "DATABASE_URL",
        value_name = "URL|PATH",
        default_value = "scheduler-data/scheduler.db",
        hide_env_values = true
    )]
    pub address: Address,
}

/// How this process does jobs.
#[derive(Debug, Clone, Args)]
pub struct JobArguments {
    /// Jobs at a time in this process; 0: it leaves them to others on the same database.
    #[arg(long, env = "SCHEDULER_JOB_THREADS", value_name = "NUMBER", default_value_t = 1,
        value_parser = clap::value_parser!(u16).range(0..=1024))]
    pub job_threads: u16,

    /// How long a job and its result are kept after its end, in hours.
    #[arg(long, env = "SCHEDULER_JOB_HOURS", value_name = "HOURS", default_value_t = 24,
        value_parser = clap::value_parser!(u32).range(1..=8760))]
    pub job_hours: u32,
}

impl JobArguments {
    /// The settings, with these limits for jobs that are added.
    pub fn settings(&self, limits: JobLimits) -> JobSettings {
        JobSettings {
            threads: usize::from(self.job_threads),
            limits,
            kept: Duration::from_secs(u64::from(self.job_hours) * 3600),
            lease: LEASE,
        }
    }
}

/// What is logged.
#[derive(Debug, Clone, Args)]
pub struct Logging {
    /// What to log: a level (error, warn, info, debug), also for each module.
    ///
    /// debug has a line for each request.
    #[arg(long, env = "SCHEDULER_LOG", value_name = "FILTER", default_value = "info")]
    pub log: String,

    /// The form of log lines, which go to stderr.
    #[arg(long, env = "SCHEDULER_LOG_FORMAT", value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

/// Single sign-on by OpenID Connect.
#[derive(Debug, Clone, Args)]
pub struct SignOnArguments {
    /// The OpenID Connect provider by which people sign in to the planner's page, as it calls itself, such as
    /// <https://id.example.org/realms/town> [default: they sign in with keys only].
    ///
    /// Register <PUBLIC-URL/sign-in/callback> there as the address to come back to.
    #[arg(long, env = "SCHEDULER_OIDC_ISSUER", value_name = "URL", value_parser = issuer,
        requires_all = ["oidc_client_id", "oidc_groups", "public_url"])]
    pub oidc_issuer: Option<String>,

    /// As what the service is registered there.
    #[arg(long, env = "SCHEDULER_OIDC_CLIENT_ID", value_name = "ID", requires = "oidc_issuer")]
    pub oidc_client_id: Option<String>,

    /// File with the secret of that registration [default: it has none].
    #[arg(long, env = "SCHEDULER_OIDC_CLIENT_SECRET_FILE", value_name = "FILE",
        value_parser = secret_in, requires = "oidc_issuer")]
    pub oidc_client_secret_file: Option<Secret>,

    /// Which groups may do what, such as planners=planning:write,planners=slots:read,board=planning:read.
    /// Who is in none of them is not let in.
    #[arg(long, env = "SCHEDULER_OIDC_GROUPS", value_name = "GROUP=SCOPE", value_delimiter = ',',
        value_parser = grant, requires = "oidc_issuer")]
    pub oidc_groups: Vec<Grant>,

    /// The claim that lists the groups of a person; dots lead into objects, such as `realm_access.roles`.
    #[arg(
        long,
        env = "SCHEDULER_OIDC_GROUPS_CLAIM",
        value_name = "CLAIM",
        default_value = "groups"
    )]
    pub oidc_groups_claim: String,

    /// The claim by which people are told apart, and named in the audit log. Take one that the provider gives
    /// nobody else later.
    #[arg(long, env = "SCHEDULER_OIDC_NAME_CLAIM", value_name = "CLAIM", default_value = "sub")]
    pub oidc_name_claim: String,

    /// What the provider is asked for; some want `groups` besides.
    #[arg(
        long,
        env = "SCHEDULER_OIDC_SCOPES",
        value_name = "SCOPE",
        value_delimiter = ',',
        default_value = "openid,profile"
    )]
    pub oidc_scopes: Vec<String>,
}

impl SignOnArguments {
    /// The settings, for a service that browsers reach at `public_url`; `None` where nobody signs in.
    fn settings(&self, public_url: Option<&str>) -> Option<SignOnSettings> {
        let mut scope = self.oidc_scopes.clone();
        if !scope.iter().any(|one| one == "openid") {
            scope.insert(0, "openid".to_owned());
        }
        Some(SignOnSettings {
            issuer: self.oidc_issuer.clone()?,
            client_id: self.oidc_client_id.clone()?,
            client_secret: self.oidc_client_secret_file.clone(),
            redirect_uri: format!("{}{CALLBACK}", public_url?),
            scope: scope.join(" "),
            groups_claim: self.oidc_groups_claim.clone(),
            name_claim: self.oidc_name_claim.clone(),
            grants: self.oidc_groups.clone(),
        })
    }
}

/// The address of a provider: with TLS but on this machine, and nothing behind the path.
fn issuer(text: &str) -> Result<String, String> {
    let wrong = || format!("{text:?} is no address such as https://id.example.org/realms/town");
    let uri: Uri = text.parse().map_err(|_| wrong())?;
    let (Some(scheme @ ("https" | "http")), Some(authority), None) =
        (uri.scheme_str(), uri.authority(), uri.query())
    else {
        return Err(wrong());
    };
    if text.contains(['#', '@']) {
        return Err(wrong());
    }
    if scheme == "http" && !is_loopback(authority.as_str()) {
        return Err("it must begin with https:// but on this machine".to_owned());
    }
    Ok(text.to_owned())
}

/// The secret that a file has, without the end of its line.
fn secret_in(path: &str) -> Result<Secret, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    match text.trim() {
        "" => Err(format!("{path} is empty")),
        secret => Ok(Secret(secret.to_owned())),
    }
}

/// A time such as `24h`: minutes, hours or days, a year at the most.
fn time_before(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text:?} is no time such as 24h, 90m or 2d, of a year at the most");
    let (number, minutes) = [("m", 1), ("h", 60), ("d", 24 * 60)]
        .iter()
        .find_map(|(unit, minutes)| text.strip_suffix(unit).map(|number| (number, *minutes)))
        .ok_or_else(wrong)?;
    let minutes = number.parse::<u32>().ok().and_then(|number| number.checked_mul(minutes));
    let minutes = minutes.filter(|minutes| (1..=366 * 24 * 60).contains(minutes));
    minutes.map(|minutes| Duration::from_secs(60 * u64::from(minutes))).ok_or_else(wrong)
}

/// Where captchas are checked: with TLS but on this machine.
fn captcha_target(text: &str) -> Result<Target, String> {
    let target = Target::parse(text, true)?;
    let plain = text.strip_prefix("http://").map(|rest| rest.split('/').next().unwrap_or(rest));
    if plain.is_some_and(|host| !is_loopback(host)) {
        return Err("it must begin with https:// but on this machine".to_owned());
    }
    Ok(target)
}

fn grant(text: &str) -> Result<Grant, String> {
    let wrong = || format!("{text:?} is no group and scope such as planners=planning:write");
    let (group, scope) = text.rsplit_once('=').ok_or_else(wrong)?;
    if group.is_empty() {
        return Err(wrong());
    }
    let known = Scopes::ALL.names();
    if !known.split(' ').any(|one| one == scope) {
        return Err(format!("there is no scope {scope:?}; there are {known}"));
    }
    Ok(Grant { group: group.to_owned(), scope: scope.to_owned() })
}

/// Settings of `scheduler work`.
#[derive(Debug, Clone, Args)]
pub struct WorkArguments {
    /// Where the jobs are.
    #[command(flatten)]
    pub database: Database,

    /// How they are done.
    #[command(flatten)]
    pub jobs: JobArguments,

    /// What is logged.
    #[command(flatten)]
    pub logging: Logging,
}

/// Settings of `scheduler serve`.
#[derive(Debug, Clone, Args)]
pub struct Arguments {
    /// The scenario to begin with, where the database has none yet [default: an example town].
    ///
    /// Later starts go on with what the database has, and leave the file alone.
    #[arg(value_name = "SCENARIO")]
    pub scenario: Option<PathBuf>,

    /// Address and port to listen on.
    ///
    /// Without any key only a loopback address is taken, and whoever reaches it may do everything.
    #[arg(
        long,
        env = "SCHEDULER_LISTEN",
        value_name = "ADDRESS:PORT",
        default_value = "127.0.0.1:8080"
    )]
    pub listen: SocketAddr,

    /// Address and port of a second listener, for those who run the service: `/healthz`, `/readyz`
    /// and `/metrics`, which then is on no other. It answers however crowded the first one is.
    #[arg(long, env = "SCHEDULER_ADMIN_LISTEN", value_name = "ADDRESS:PORT")]
    pub admin_listen: Option<SocketAddr>,

    /// Addresses of the proxies that are believed when they say for whom they ask, such as
    /// 10.0.0.0/8,127.0.0.1 [default: none, an address is that of the connection].
    #[arg(long, env = "SCHEDULER_TRUSTED_PROXIES", value_name = "NETWORK", value_delimiter = ',')]
    pub trusted_proxies: Vec<Network>,

    /// The header by which they say it: each adds the address that it was asked from at the end.
    #[arg(long, env = "SCHEDULER_FORWARDED_HEADER", value_name = "NAME", value_enum,
        default_value_t = Header::XForwardedFor)]
    pub forwarded_header: Header,

    /// Requests that one address may send in a second, whatever its keys; 0: no limit.
    ///
    /// IPv6 addresses count by the network of their first 64 bits. This machine is not limited.
    #[arg(
        long,
        env = "SCHEDULER_ADDRESS_PER_SECOND",
        value_name = "NUMBER",
        default_value_t = 300
    )]
    pub address_per_second: u32,

    /// Requests that one address may send at once after a rest.
    #[arg(long, env = "SCHEDULER_ADDRESS_BURST", value_name = "NUMBER", default_value_t = 600)]
    pub address_burst: u32,

    /// Days after which entries of the audit log are erased [default: they are kept].
    #[arg(long, env = "SCHEDULER_AUDIT_DAYS", value_name = "DAYS",
        value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub audit_days: Option<u32>,

    /// Where everything is kept.
    #[command(flatten)]
    pub database: Database,

    /// How long a hold is kept where nothing else is asked for, in seconds.
    #[arg(long, env = "SCHEDULER_HOLD_SECONDS", value_name = "SECONDS", default_value_t = 600,
        value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub hold_seconds: u32,

    /// Longest that a hold may be asked for, in seconds.
    #[arg(long, env = "SCHEDULER_MAX_HOLD_SECONDS", value_name = "SECONDS", default_value_t = 1800,
        value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub max_hold_seconds: u32,

    /// Time for each plan that the service makes for itself, in seconds.
    #[arg(long, env = "SCHEDULER_PLAN_SECONDS", value_name = "SECONDS", default_value_t = 5,
        value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub plan_seconds: u32,

    /// Days that can be booked, today included; 0: those of the scenario, and no others.
    ///
    /// With more than 0 the horizon of the scenario moves on with time: at midnight the past day is
    /// closed, and a new one planned.
    #[arg(long, env = "SCHEDULER_HORIZON_DAYS", value_name = "DAYS", default_value_t = 42,
        value_parser = clap::value_parser!(u32).range(0..=366))]
    pub horizon_days: u32,

    /// When the service seats the next day, by the clock of the sites, such as 18:00; off: never.
    ///
    /// All promises of that day get clerks and rooms so that few people move and breaks are
    /// spread. What is booked or cancelled later changes as little as it can.
    #[arg(long, env = "SCHEDULER_SEATING_AT", value_name = "HH:MM|off", default_value = "18:00")]
    pub seating_at: SeatingAt,

    /// Days after which the promises of a past date are erased with their references; how many there
    /// were of each site, date and status stays [default: they are kept].
    #[arg(long, env = "SCHEDULER_RETAIN_DAYS", value_name = "DAYS",
        value_parser = clap::value_parser!(u32).range(0..=36_500))]
    pub retain_days: Option<u32>,

    /// Most days in the window of a search.
    #[arg(long, env = "SCHEDULER_WINDOW_DAYS", value_name = "DAYS", default_value_t = 42,
        value_parser = clap::value_parser!(u32).range(1..=366))]
    pub window_days: u32,

    /// Searches and checks that one key may make in a second; 0: no limit.
    ///
    /// Without keys there is one client, this machine, and no limit.
    #[arg(
        long,
        env = "SCHEDULER_SEARCHES_PER_SECOND",
        value_name = "NUMBER",
        default_value_t = 200
    )]
    pub searches_per_second: u32,

    /// Searches and checks that one key may make at once after a rest.
    #[arg(long, env = "SCHEDULER_SEARCHES_BURST", value_name = "NUMBER", default_value_t = 400)]
    pub searches_burst: u32,

    /// Holds that one key may make in a second; 0: no limit.
    #[arg(long, env = "SCHEDULER_HOLDS_PER_SECOND", value_name = "NUMBER", default_value_t = 50)]
    pub holds_per_second: u32,

    /// Holds that one key may make at once after a rest.
    #[arg(long, env = "SCHEDULER_HOLDS_BURST", value_name = "NUMBER", default_value_t = 100)]
    pub holds_burst: u32,

    /// Holds that one address may make in an hour with a key for pages (scope appointments:book); 0: no
    /// limit. Behind a proxy name it with --trusted-proxies.
    #[arg(long, env = "SCHEDULER_VISITOR_HOLDS", value_name = "NUMBER", default_value_t = 30)]
    pub visitor_holds: u32,

    /// Holds that one key may have open at a time.
    #[arg(long, env = "SCHEDULER_OPEN_HOLDS", value_name = "NUMBER", default_value_t = 500)]
    pub open_holds: u32,

    /// Time for an answer, in seconds; after it 503.
    #[arg(long, env = "SCHEDULER_REQUEST_SECONDS", value_name = "SECONDS", default_value_t = 30,
        value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub request_seconds: u32,

    /// Connections at a time; a further one takes the place of one that is idle, or waits.
    ///
    /// Each takes a file of the process: with more, raise the limit of the operating system too.
    #[arg(long, env = "SCHEDULER_CONNECTIONS", value_name = "NUMBER", default_value_t = 800,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub connections: u32,

    /// Time for the headers of a request, in seconds; after it the connection is closed, also one
    /// that nothing is asked on.
    #[arg(long, env = "SCHEDULER_HEADER_SECONDS", value_name = "SECONDS", default_value_t = 75,
        value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub header_seconds: u32,

    /// Time in which a client that does not take its answer has to take the least rate's worth of it,
    /// in seconds; after it the connection is closed.
    #[arg(long, env = "SCHEDULER_WRITE_SECONDS", value_name = "SECONDS", default_value_t = 10,
        value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub write_seconds: u32,

    /// Time for requests under way when the service is asked to stop (SIGTERM), in seconds; then
    /// their connections are closed. What was acknowledged is on disk.
    #[arg(long, env = "SCHEDULER_DRAIN_SECONDS", value_name = "SECONDS", default_value_t = 10,
        value_parser = clap::value_parser!(u32).range(0..=3600))]
    pub drain_seconds: u32,

    /// Largest body of a request, in KiB.
    #[arg(long, env = "SCHEDULER_BODY_KIB", value_name = "KIB", default_value_t = 256,
        value_parser = clap::value_parser!(u32).range(1..=1_048_576))]
    pub body_kib: u32,

    /// Largest body of a request with a scenario in it, in MiB.
    #[arg(long, env = "SCHEDULER_SCENARIO_MIB", value_name = "MIB", default_value_t = 16,
        value_parser = clap::value_parser!(u32).range(1..=1024))]
    pub scenario_mib: u32,

    /// Room for bodies above 16 KiB while they are read and answered, in MiB, over all connections;
    /// what does not fit is answered 503. One key gets half of it at the most.
    #[arg(long, env = "SCHEDULER_UPLOAD_MIB", value_name = "MIB", default_value_t = 64,
        value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub upload_mib: u32,

    /// Bodies above 16 KiB that one key may send in a second; 0: no limit.
    #[arg(long, env = "SCHEDULER_UPLOADS_PER_SECOND", value_name = "NUMBER", default_value_t = 10)]
    pub uploads_per_second: u32,

    /// Bodies above 16 KiB that one key may send at once after a rest.
    #[arg(long, env = "SCHEDULER_UPLOADS_BURST", value_name = "NUMBER", default_value_t = 40)]
    pub uploads_burst: u32,

    /// Least rate at which a client sends a body and takes an answer, in bytes a second; who is
    /// slower over several seconds is not served.
    #[arg(long, env = "SCHEDULER_LEAST_RATE", value_name = "BYTES", default_value_t = 4096,
        value_parser = clap::value_parser!(u32).range(1..=1_000_000_000))]
    pub least_rate: u32,

    /// Steps of the grid in which clerks and rooms may be there in a scenario in a body, over its
    /// dates; a larger one is answered 422 before any work. A step takes some twenty bytes.
    #[arg(long, env = "SCHEDULER_SCENARIO_STEPS", value_name = "NUMBER", default_value_t = 15_000_000,
        value_parser = clap::value_parser!(u32).range(1..))]
    pub scenario_steps: u32,

    /// Searches at a time [default: one for each core].
    #[arg(long, env = "SCHEDULER_SEARCH_THREADS", value_name = "NUMBER",
        value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub search_threads: Option<u16>,

    /// Searches that may wait for a thread; further ones are answered 503.
    #[arg(long, env = "SCHEDULER_SEARCH_QUEUE", value_name = "NUMBER", default_value_t = 1000)]
    pub search_queue: u32,

    /// Plans and simulations at a time, of those that are answered at once.
    #[arg(long, env = "SCHEDULER_PLAN_THREADS", value_name = "NUMBER", default_value_t = 1,
        value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub plan_threads: u16,

    /// Plans and simulations that may wait to be answered at once; further ones are answered 503.
    #[arg(long, env = "SCHEDULER_PLAN_QUEUE", value_name = "NUMBER", default_value_t = 8)]
    pub plan_queue: u32,

    /// How jobs are done.
    #[command(flatten)]
    pub jobs: JobArguments,

    /// Jobs that one key may have queued or running at a time.
    #[arg(long, env = "SCHEDULER_OPEN_JOBS", value_name = "NUMBER", default_value_t = 20,
        value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub open_jobs: u32,

    /// Origin of web pages that may call the service, such as <https://example.org>; * for all. Origins
    /// that a key names may as well.
    /// Can be given several times [default: none, no CORS headers].
    #[arg(long, env = "SCHEDULER_CORS", value_name = "ORIGIN", value_delimiter = ',')]
    pub cors: Vec<String>,

    /// Address under which browsers reach the service, such as <https://booking.example.org>: where a proxy
    /// asks it under another name, so that its own pages are told from others, and for single sign-on.
    #[arg(long, env = "SCHEDULER_PUBLIC_URL", value_name = "URL", value_parser = public_url)]
    pub public_url: Option<String>,

    /// Who signs people in.
    #[command(flatten)]
    pub sign_on: SignOnArguments,

    /// Longest that a session of the planner's page goes on, in hours; then people sign in again.
    #[arg(long, env = "SCHEDULER_SESSION_HOURS", value_name = "HOURS", default_value_t = 12,
        value_parser = clap::value_parser!(u32).range(1..=8760))]
    pub session_hours: u32,

    /// How long before an appointment its event `reminder_due` is told, such as 24h, 90m or 2d
    /// [default: there are none]. Once for each appointment, and again where it was moved; of one that is
    /// booked later, at once.
    #[arg(long, env = "SCHEDULER_REMIND_BEFORE", value_name = "TIME", value_parser = time_before)]
    pub remind_before: Option<Duration>,

    /// Where captchas of visitors are checked: the address of a `siteverify` service. Holds with keys for pages
    /// (scope appointments:book) then need `captcha` [default: no captchas]. The booking page has none: it is
    /// for pages of your own.
    #[arg(long, env = "SCHEDULER_CAPTCHA_VERIFY", value_name = "URL", value_parser = captcha_target,
        requires = "captcha_secret_file")]
    pub captcha_verify: Option<Target>,

    /// File with the secret by which that service knows this one.
    #[arg(long, env = "SCHEDULER_CAPTCHA_SECRET_FILE", value_name = "FILE", value_parser = secret_in,
        requires = "captcha_verify")]
    pub captcha_secret_file: Option<Secret>,

    /// Where people tell what of the pages they cannot use: <mailto:office@example.org>, or the address
    /// of a page. The accessibility statement, `/accessibility`, names it.
    #[arg(long, env = "SCHEDULER_CONTACT", value_name = "ADDRESS", value_parser = contact)]
    pub contact: Option<String>,
    /// Tell receivers of events also at private and loopback addresses, and without TLS: for receivers in
    /// the same network. Whoever may make a receiver can then have this service call others in it.
    #[arg(long, env = "SCHEDULER_ALLOW_PRIVATE_WEBHOOKS")]
    pub allow_private_webhooks: bool,

    /// Go without keys though there were some, or though pages of all origins may call: whoever reaches
    /// this machine's loopback may do everything.
    #[arg(long, env = "SCHEDULER_NO_KEYS")]
    pub no_keys: bool,

    /// What is logged.
    #[command(flatten)]
    pub logging: Logging,
}

/// An address that a link may lead to.
fn contact(text: &str) -> Result<String, String> {
    let leads = ["mailto:", "https://", "http://"].iter().any(|kind| text.starts_with(kind));
    if leads && !text.contains(|c: char| c.is_control() || c.is_whitespace()) {
        return Ok(text.to_owned());
    }
    Err("it must begin with mailto:, https:// or http:// and have no spaces".to_owned())
}

/// The origin of the pages: an address without a path, with TLS but on this machine.
fn public_url(text: &str) -> Result<String, String> {
    let wrong =
        || format!("{text:?} is no address such as https://booking.example.org, without a path");
    let uri: Uri = text.parse().map_err(|_| wrong())?;
    let (Some(scheme @ ("https" | "http")), Some(authority), "" | "/", None) =
        (uri.scheme_str(), uri.authority(), uri.path(), uri.query())
    else {
        return Err(wrong());
    };
    if authority.as_str().contains('@') || text.contains('#') {
        return Err(wrong());
    }
    if scheme == "http" && !is_loopback(authority.as_str()) {
        return Err("it must begin with https:// but on this machine: sessions need TLS".to_owned());
    }
    let usual = if scheme == "https" { 443 } else { 80 };
    let port = authority.port_u16().filter(|&port| port != usual);
    let port = port.map_or_else(String::new, |port| format!(":{port}"));
    Ok(format!("{scheme}://{}{port}", authority.host().to_ascii_lowercase()))
}

impl Arguments {
    /// The side of the settings that has no HTTP in it, to begin with `scenario`.
    pub fn office(&self, scenario: Option<Scenario>) -> Settings {
        Settings {
            scenario,
            horizon_days: Some(self.horizon_days).filter(|&days| days > 0),
            planning: Duration::from_secs(self.plan_seconds.into()),
            hold: Duration::from_secs(self.hold_seconds.into()),
            longest_hold: Duration::from_secs(self.max_hold_seconds.into()),
            ..Settings::new(StoreSettings::new(self.database.address.clone()))
        }
    }

    /// What connections of the second listener may take: probes come a few at a time.
    pub fn admin_connections(&self) -> ConnectionLimits {
        ConnectionLimits { most: 64, head: Duration::from_secs(10), ..self.connections() }
    }

    /// What connections may take.
    pub fn connections(&self) -> ConnectionLimits {
        ConnectionLimits {
            most: self.connections as usize,
            head: Duration::from_secs(self.header_seconds.into()),
            write: Duration::from_secs(self.write_seconds.into()),
            least_rate: self.least_rate,
            drain: Duration::from_secs(self.drain_seconds.into()),
        }
    }

    /// The HTTP side of the settings, on a machine with `cores`.
    pub fn http(&self, keys_required: bool, cores: usize) -> HttpSettings {
        let rate = |per_second, burst| Rate { per_second, burst };
        HttpSettings {
            keys_required,
            window_days: self.window_days,
            max_hold_seconds: self.max_hold_seconds,
            proxies: Proxies {
                trusted: self.trusted_proxies.clone(),
                header: self.forwarded_header,
            },
            addresses: rate(self.address_per_second, self.address_burst),
            searches: rate(self.searches_per_second, self.searches_burst),
            holds: rate(self.holds_per_second, self.holds_burst),
            open_holds: self.open_holds,
            visitor_holds: self.visitor_holds,
            request_seconds: self.request_seconds,
            body_bytes: self.body_kib as usize * 1024,
            scenario_bytes: self.scenario_mib as usize * 1024 * 1024,
            upload_bytes: self.upload_mib as usize * 1024 * 1024,
            uploads: rate(self.uploads_per_second, self.uploads_burst),
            least_rate: self.least_rate,
            sizes: SizeLimits { steps: self.scenario_steps.into(), ..SizeLimits::default() },
            search_threads: self.search_threads.map_or(cores, usize::from),
            search_queue: self.search_queue as usize,
            plan_threads: usize::from(self.plan_threads),
            plan_queue: self.plan_queue as usize,
            jobs: self
                .jobs
                .settings(JobLimits { open_of_client: self.open_jobs, ..JobLimits::default() }),
            private_webhooks: self.allow_private_webhooks,
            cors: self.cors.clone(),
            contact: self.contact.clone(),
            session_hours: self.session_hours,
            public_url: self.public_url.clone(),
            captcha: self
                .captcha_verify
                .clone()
                .zip(self.captcha_secret_file.clone())
                .map(|(verify, secret)| Captcha { verify, secret }),
            sign_on: self.sign_on.settings(self.public_url.as_deref()),
            own_metrics: self.admin_listen.is_none(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_before_an_appointment_have_a_unit() {
        let minutes = |text: &str| time_before(text).map(|time| time.as_secs() / 60);
        assert_eq!(minutes("24h"), Ok(1440));
        assert_eq!(minutes("90m"), Ok(90));
        assert_eq!(minutes("2d"), Ok(2880));
        for wrong in ["", "h", "24", "0h", "-1h", "1.5h", "367d", "99999999999h", "24 h", "24s"] {
            minutes(wrong).expect_err(wrong);
        }
    }

    #[test]
    fn groups_are_given_scopes_that_there_are() {
        let read = |text: &str| grant(text).map(|grant| (grant.group, grant.scope));
        let pair = |group: &str, scope: &str| Ok((group.to_owned(), scope.to_owned()));
        assert_eq!(read("planners=planning:write"), pair("planners", "planning:write"));
        assert_eq!(read("cn=planners=admin"), pair("cn=planners", "admin"));
        for wrong in ["planners", "=admin", "planners=", "planners=planning", "planners=Admin"] {
            read(wrong).expect_err(wrong);
        }
    }

    #[test]
    fn addresses_over_the_net_have_tls() {
        let public = |text: &str| public_url(text).map_err(|_| ());
        assert_eq!(public("https://Book.example:443/"), Ok("https://book.example".to_owned()));
        assert_eq!(public("http://localhost:8080"), Ok("http://localhost:8080".to_owned()));
        for wrong in [
            "http://book.example",
            "https://book.example/path",
            "https://book.example?x",
            "https://user@book.example",
            "book.example",
            "",
        ] {
            assert_eq!(public(wrong), Err(()), "{wrong}");
        }
        issuer("https://id.example/realms/town").unwrap();
        issuer("http://127.0.0.1:9000").unwrap();
        for wrong in ["http://id.example", "https://id.example?x", "https://u@id.example", "id"] {
            issuer(wrong).expect_err(wrong);
        }
    }
}
