//! `scheduler keys`

use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::failure::Failure;
use super::files;
use super::serve::chain;
use crate::booking::{Clock, Scopes, SystemClock};
use crate::config::Database;
use crate::http::auth::{key_digest, new_key};
use crate::store::{ApiKey, Store, StoreError, StoreSettings};

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
    Add {
        /// Name of the client. Holds and appointments belong to it.
        name: String,
        /// What it may do: slots:read, appointments:write, planning:write, admin.
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
    },
    /// List the keys: name, scopes, channel.
    List,
    /// Revoke a key. A running service refuses it after two seconds.
    Revoke {
        /// Name of the client.
        name: String,
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
        Action::Add { name, scopes, channel } => {
            let (key, entry) = made(name, scopes, channel.clone())?;
            match store.add_key(&entry).await {
                Ok(()) => print(&format!("{key}\n")),
                Err(StoreError::Race) => {
                    let detail = format!("there is a key called {name:?} already: revoke it first");
                    Err(Failure::Usage(detail))
                }
                Err(error) => Err(failed(error)),
            }
        }
        Action::List => {
            let keys = store.keys().await.map_err(failed)?;
            let line = |key: &ApiKey| {
                let channel = key.channel.as_deref().unwrap_or("-");
                format!("{}\t{}\t{channel}\n", key.name, key.scopes)
            };
            print(&keys.iter().map(line).collect::<String>())
        }
        Action::Revoke { name } => match store.remove_key(name).await.map_err(failed)? {
            true => Ok(()),
            false => Err(Failure::Usage(format!("there is no key called {name:?}"))),
        },
    };
    store.close().await;
    done.map(|()| ExitCode::SUCCESS)
}

/// A new key and what is kept of it.
fn made(
    name: &str,
    scopes: &[String],
    channel: Option<String>,
) -> Result<(String, ApiKey), Failure> {
    if name.is_empty() || name.chars().any(char::is_control) {
        return Err(Failure::Usage(
            "the name must be a text without control characters".to_owned(),
        ));
    }
    let scopes = Scopes::parse(&scopes.join(" ")).map_err(|unknown| {
        let known = Scopes::ALL.names();
        Failure::Usage(format!("there is no scope {unknown:?}; there are {known}"))
    })?;
    let key = new_key();
    let key = key.map_err(|error| Failure::Service(format!("no random numbers: {error}")))?;
    let entry = ApiKey {
        hash: key_digest(&key),
        name: name.to_owned(),
        scopes: scopes.names(),
        channel,
        created_at: SystemClock.now().timestamp_millis(),
    };
    Ok((key, entry))
}

fn print(text: &str) -> Result<(), Failure> {
    files::print(|to| to.write_all(text.as_bytes()))
}
