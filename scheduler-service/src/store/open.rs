//! Where the database is, and how it is opened.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use sqlx::any::{AnyConnectOptions, AnyPoolOptions, AnyQueryResult};
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, Connection, Executor, Transaction};

use super::StoreError;
use super::migrations::migrator;
use super::read::Reading;
use super::write::Writing;

/// Where the database is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// An SQLite file, made on first use with the folders above it.
    Sqlite(PathBuf),
    /// The URL of a PostgreSQL database.
    Postgres(String),
}

impl FromStr for Address {
    type Err = StoreError;

    /// Reads `postgres://…` or `postgresql://…`, `sqlite:PATH`, or the path of a file.
    fn from_str(text: &str) -> Result<Self, StoreError> {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Self::Postgres(text.to_owned()));
        }
        let path = text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:"));
        let path = path.unwrap_or(text);
        if path.is_empty() || path.contains("://") {
            let problem = format!("{text:?}: use postgres://… or the path of an SQLite file");
            return Err(StoreError::Address(problem));
        }
        Ok(Self::Sqlite(PathBuf::from(path)))
    }
}

impl fmt::Display for Address {
    /// Without user and password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sqlite(path) => write!(f, "{}", path.display()),
            Self::Postgres(url) => {
                let address = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
                let host = address.rsplit_once('@').map_or(address, |(_, host)| host);
                write!(f, "postgres://{}", host.split('?').next().unwrap_or(host))
            }
        }
    }
}

/// How to open the database.
#[derive(Debug, Clone)]
pub struct StoreSettings {
    /// Where it is.
    pub address: Address,
    /// Connections that only read; writing has its own.
    pub readers: u32,
    /// Longest time that one transaction or one connection may take.
    pub timeout: Duration,
    /// Largest size of an SQLite file in bytes; no limit but the disk's where `None`.
    pub max_bytes: Option<u64>,
}

impl StoreSettings {
    /// Four readers, ten seconds, no limit.
    pub fn new(address: Address) -> Self {
        Self { address, readers: 4, timeout: Duration::from_secs(10), max_bytes: None }
    }
}

/// The database.
#[derive(Debug, Clone)]
pub struct Store {
    writers: AnyPool,
    readers: AnyPool,
    /// Connections of jobs, of which no booking ever has to wait for one.
    background: AnyPool,
    begin: &'static str,
    timeout: Duration,
}

/// Connections of jobs.
const BACKGROUND: u32 = 2;

/// Size of a page of an SQLite file, its default.
const PAGE_BYTES: u64 = 4096;

impl Store {
    /// Opens the database, makes it where it is an SQLite file, and brings its tables to this
    /// version.
    ///
    /// # Errors
    /// [`StoreError::Address`], [`StoreError::Unavailable`] and [`StoreError::Migration`].
    pub async fn open(settings: &StoreSettings) -> Result<Self, StoreError> {
        sqlx::any::install_default_drivers();
        let address = |error: &dyn fmt::Display| StoreError::Address(error.to_string());
        let (url, begin) = match &settings.address {
            Address::Sqlite(path) => {
                if let Some(folder) = path.parent() {
                    std::fs::create_dir_all(folder)
                        .map_err(|error| StoreError::Unavailable(sqlx::Error::Io(error)))?;
                }
                let path = path.to_str().ok_or_else(|| address(&path.display()))?;
                // A writer that begins as a reader could find its snapshot outdated.
                (format!("sqlite:{}?mode=rwc", escaped(path)), "BEGIN IMMEDIATE")
            }
            Address::Postgres(url) => (url.clone(), "BEGIN"),
        };
        let options: AnyConnectOptions = url.parse().map_err(|error| address(&error))?;
        let setup = setup(settings);
        let pool = |connections: u32| {
            let setup = setup.clone();
            AnyPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(settings.timeout)
                // SQLite ends a transaction by itself where the disk is full. The driver does not
                // notice, and could begin no other on that connection.
                .before_acquire(|connection, _| {
                    Box::pin(async move { Ok(!connection.is_in_transaction()) })
                })
                .after_connect(move |connection, _| {
                    let setup = setup.clone();
                    Box::pin(async move {
                        for statement in setup {
                            connection.execute(sqlx::AssertSqlSafe(statement)).await?;
                        }
                        Ok(())
                    })
                })
        };
        // A second writer only takes the place of one that hangs.
        let writers = pool(2).connect_with(options.clone()).await?;
        migrator().run(&writers).await.map_err(StoreError::Migration)?;
        let background = pool(BACKGROUND).connect_lazy_with(options.clone());
        let readers = pool(settings.readers.max(1)).connect_lazy_with(options);
        Ok(Self { writers, readers, background, begin, timeout: settings.timeout })
    }

    /// Longest time that a transaction may take.
    pub fn timeout(&self) -> Duration {
        self.timeout
    }

    /// A connection that reads what is committed.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn reader(&self) -> Result<Reader, StoreError> {
        Ok(Reader(self.readers.acquire().await?))
    }

    /// Begins a transaction that writes. It is undone unless [`Writing::commit`] is called.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn begin(&self) -> Result<Writing, StoreError> {
        Ok(Writing::new(self.writers.begin_with(self.begin).await?))
    }

    /// Runs `work`, but no longer than the timeout.
    ///
    /// # Errors
    /// [`StoreError::TimedOut`], and those of `work`.
    pub async fn in_time<T>(
        &self,
        work: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        tokio::time::timeout(self.timeout, work).await.unwrap_or(Err(StoreError::TimedOut))
    }

    /// Executes one statement outside a transaction, for keys and clean-up.
    pub(super) async fn execute(
        &self,
        query: sqlx::query::Query<'static, Any, sqlx::any::AnyArguments>,
    ) -> Result<AnyQueryResult, StoreError> {
        Ok(query.execute(&self.writers).await?)
    }

    /// The connections of jobs.
    pub(super) fn background(&self) -> &AnyPool {
        &self.background
    }

    /// Begins a transaction of a job.
    pub(super) async fn begin_background(&self) -> Result<Transaction<'static, Any>, StoreError> {
        Ok(self.background.begin_with(self.begin).await?)
    }

    /// Closes all connections, after what is under way.
    pub async fn close(&self) {
        self.readers.close().await;
        self.background.close().await;
        self.writers.close().await;
    }
}

/// A connection that reads.
#[derive(Debug)]
pub struct Reader(PoolConnection<Any>);

impl Reader {
    /// What can be read with it.
    pub fn read(&mut self) -> Reading<'_> {
        Reading(&mut self.0)
    }

    /// Whether the database answers.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn ping(&mut self) -> Result<(), StoreError> {
        let connection: &mut AnyConnection = &mut self.0;
        Ok(connection.ping().await?)
    }
}

/// What each new connection is told.
fn setup(settings: &StoreSettings) -> Vec<String> {
    let milliseconds = settings.timeout.as_millis();
    match &settings.address {
        Address::Sqlite(_) => {
            let mut setup = vec![
                format!("PRAGMA busy_timeout = {milliseconds}"),
                "PRAGMA journal_mode = WAL".to_owned(),
                // What is acknowledged survives a power failure.
                "PRAGMA synchronous = FULL".to_owned(),
                "PRAGMA foreign_keys = ON".to_owned(),
            ];
            if let Some(bytes) = settings.max_bytes {
                setup.push(format!("PRAGMA max_page_count = {}", bytes / PAGE_BYTES));
            }
            setup
        }
        Address::Postgres(_) => vec![
            format!("SET statement_timeout = {milliseconds}"),
            // Whatever the server's default: what is acknowledged is on disk.
            "SET synchronous_commit = on".to_owned(),
        ],
    }
}

/// `path` with what has a meaning in a URL escaped.
fn escaped(path: &str) -> String {
    path.replace('%', "%25").replace('?', "%3F").replace('#', "%23")
}
