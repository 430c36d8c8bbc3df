//! `scheduler keys`

use std::process::ExitCode;

use axum::http::Uri;
use chrono::{DateTime, TimeDelta};
use clap::{Args, Subcommand};

use super::failure::{Failure, chain};
use super::files;
use crate::booking::{Clock, Scopes, SystemClock};
use crate::config::Database;
use crate::http::auth::{KEYLESS, key_digest, new_key};
use crate::store::{ApiKey, MOST_KEYS, Store, StoreError, StoreSettings};

#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    database: Database,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Make a key and print it. It is not kept: nobody can print it again.
    ///
    /// A client may have two keys at a time: make the next one, let the client change over, revoke the
    /// old one. A running service knows a new key within a second.
    Add {
        /// Name of the client. Holds and appointments belong to it.
        name: String,
        /// What it may do: slots:read, appointments:book, appointments:write, studies:run, planning:read,
        /// planning:write, admin. A key that stands in a web page can be read by everybody: give it
        /// slots:read and appointments:book.
        #[arg(
            long,
            value_delimiter = ',',
            value_name = "SCOPE",
            default_value = "slots:read,appointments:write"
        )]
        scopes: Vec<String>,
        /// The channel that it books through, for release policies.
        #[arg(long)]
        channel: Option<String>,
        /// Origins of the pages that may use it, such as <https://example.org>. They may call the service
        /// and show the booking page in a frame. None: no page of another origin but those of --cors.
        #[arg(long, value_delimiter = ',', value_name = "ORIGIN", value_parser = origin)]
        origins: Vec<String>,
        /// Days after which it is no key any more; none: it is one until it is revoked.
        #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=36_500))]
        expires_in: Option<u32>,
    },
    /// List the keys: name, scopes, channel, id, when it ends, origins.
    List,
    /// Revoke the keys of a client, or one of them. A running service refuses them within a second.
    Revoke {
        /// Name of the client.
        name: String,
        /// Only the key with this id, as `list` shows it.
        #[arg(long)]
        id: Option<String>,
    },
}

pub(super) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::Service(error.to_string()))?;
    runtime.block_on(act(arguments))
}

async fn act(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let address = &arguments.database.address;
    let failed =
        |error: StoreError| Failure::Service(format!("cannot use {address}: {}", chain(&error)));
    let store = Store::open(&StoreSettings::new(address.clone())).await.map_err(failed)?;
    let done = match &arguments.action {
        Action::Add { name, scopes, channel, origins, expires_in } => {
            let (key, mut entry) = made(name, scopes, channel.clone(), *expires_in)?;
            entry.origins = Some(origins.join(" ")).filter(|origins| !origins.is_empty());
            match store.add_key(&entry).await {
                Ok(()) => print(&format!("{key}\n")),
                Err(StoreError::Race) => {
                    let detail = format!(
                        "there are {MOST_KEYS} keys of {name:?} already: revoke one of them first, \
                         `scheduler keys list` shows their ids"
                    );
                    Err(Failure::Usage(detail))
                }
                Err(error) => Err(failed(error)),
            }
        }
        Action::List => {
            let keys = store.keys().await.map_err(failed)?;
            let line = |key: &ApiKey| {
                let channel = key.channel.as_deref().unwrap_or("-");
                let end = key.expires_at.and_then(DateTime::from_timestamp_millis);
                let end = end.map_or_else(|| "-".to_owned(), |end| end.to_rfc3339());
                let origins = key.origins.as_deref().unwrap_or("-");
                let (name, scopes, id) = (&key.name, &key.scopes, key.id());
                format!("{name}\t{scopes}\t{channel}\t{id}\t{end}\t{origins}\n")
            };
            print(&keys.iter().map(line).collect::<String>())
        }
        Action::Revoke { name, id } => {
            let now = SystemClock.now().timestamp_millis();
            match store.remove_keys(name, id.as_deref(), now).await.map_err(failed)? {
                0 => Err(Failure::Usage(match id {
                    Some(id) => format!("there is no key {id:?} of {name:?}"),
                    None => format!("there is no key of {name:?}"),
                })),
                _ => Ok(()),
            }
        }
    };
    store.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

/// A new key and what is kept of it.
fn made(
    name: &str,
    scopes: &[String],
    channel: Option<String>,
    expires_in: Option<u32>,
) -> Result<(String, ApiKey), Failure> {
    if name == KEYLESS {
        let detail = format!("{KEYLESS:?} is who shows no key: choose another name");
        return Err(Failure::Usage(detail));
    }
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(Failure::Usage(
            "the name must be a text without control characters".to_owned(),
        ));
    }
    if channel.as_ref().is_some_and(|text| text.is_empty() || text.chars().any(char::is_control)) {
        let detail = "the channel must be a text without control characters";
        return Err(Failure::Usage(detail.to_owned()));
    }
    let scopes = Scopes::parse(&scopes.join(" ")).map_err(|unknown| {
        let known = Scopes::ALL.names();
        Failure::Usage(format!("there is no scope {unknown:?}; there are {known}"))
    })?;
    let key = new_key();
    let key = key.map_err(|error| Failure::Service(format!("no random numbers: {error}")))?;
    let now = SystemClock.now();
    let entry = ApiKey {
        hash: key_digest(&key),
        name: name.to_owned(),
        scopes: scopes.names(),
        channel,
        created_at: now.timestamp_millis(),
        expires_at: expires_in
            .and_then(|days| now.checked_add_signed(TimeDelta::days(days.into())))
            .map(|end| end.timestamp_millis()),
        origins: None,
    };
    Ok((key, entry))
}

/// An origin as browsers send it: scheme, host and, where it is not the usual one, port.
fn origin(text: &str) -> Result<String, String> {
    let wrong = || format!("{text:?} is no origin such as https://example.org");
    let uri: Uri = text.trim_end_matches('/').parse().map_err(|_| wrong())?;
    let (Some(scheme @ ("https" | "http")), Some(authority), "" | "/", None) =
        (uri.scheme_str(), uri.authority(), uri.path(), uri.query())
    else {
        return Err(wrong());
    };
    if authority.as_str().contains('@') {
        return Err(wrong());
    }
    let usual = if scheme == "https" { 443 } else { 80 };
    let port = authority.port_u16().filter(|&port| port != usual);
    let port = port.map_or_else(String::new, |port| format!(":{port}"));
    Ok(format!("{scheme}://{}{port}", authority.host().to_ascii_lowercase()))
}

fn print(text: &str) -> Result<(), Failure> {
    files::print(|to| to.write_all(text.as_bytes()))
}
