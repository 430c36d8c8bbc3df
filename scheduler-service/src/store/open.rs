//! Where the database is, and how it is opened.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use sqlx::any::{AnyConnectOptions, AnyPoolOptions, AnyQueryResult};
use sqlx::migrate::MigrateError;
use sqlx::pool::PoolConnection;
use sqlx::{Any, AnyConnection, AnyPool, AssertSqlSafe, Connection, Executor, Row, Transaction};
use tokio::sync::Mutex;

use super::StoreError;
use super::file::{self, Files};
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
    /// The files of an SQLite database.
    files: Option<Arc<Files>>,
    /// A connection that is never used: as long as there is one SQLite keeps its log, by which it is
    /// noticed that the files are others.
    anchor: Arc<Mutex<Option<AnyConnection>>>,
    /// When this process has last written something, or tried in vain.
    pulse: Arc<Mutex<Pulse>>,
}

/// What is known of whether the database takes writes.
#[derive(Debug, Default)]
struct Pulse {
    /// When it was last asked, and whether it did.
    asked: Option<(Instant, Result<(), String>)>,
}

/// How long it holds that writing goes.
const PULSE: Duration = Duration::from_millis(500);

/// Time for a write by which it is learnt that writing goes.
const BEAT: Duration = Duration::from_millis(900);

/// After which a connection to a server that is not used is closed, and any, both as by default.
const IDLE: Duration = Duration::from_secs(10 * 60);
const OLD: Duration = Duration::from_secs(30 * 60);

/// How long a connection has to say that it is well when it is given back.
const PING: Duration = Duration::from_secs(2);

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
                file::may_be_database(path)?;
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
        // By itself, so that what is in the way is told at once: a pool tries until its time is over.
        let first = tokio::time::timeout(settings.timeout, AnyConnection::connect_with(&options));
        let mut first = first.await.map_err(|_| StoreError::TimedOut)??;
        let is_file = matches!(settings.address, Address::Sqlite(_));
        let pool = |connections: u32| {
            let setup = setup.clone();
            AnyPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(settings.timeout)
                // A connection to a file does not grow old.
                .idle_timeout((!is_file).then_some(IDLE))
                .max_lifetime((!is_file).then_some(OLD))
                // SQLite ends a transaction by itself where the disk is full. The driver does not
                // notice, and could begin no other on that connection.
                .before_acquire(|connection, _| {
                    Box::pin(async move { Ok(!connection.is_in_transaction()) })
                })
                // The pool asks a connection whether it is well before it takes it back, and waits for
                // ever where the server's machine is gone: its place would be lost.
                .after_release(move |connection, _| {
                    Box::pin(async move {
                        let answer = tokio::time::timeout(PING, connection.ping());
                        Ok(is_file || answer.await.is_ok_and(|answer| answer.is_ok()))
                    })
                })
                .after_connect(move |connection, _| {
                    let setup = setup.clone();
                    Box::pin(async move {
                        for statement in setup {
                            connection.execute(AssertSqlSafe(statement)).await?;
                        }
                        Ok(())
                    })
                })
        };
        // A second writer only takes the place of one that hangs.
        let writers = pool(2).connect_with(options.clone()).await?;
        migrator().run(&writers).await.map_err(|error| match error {
            MigrateError::VersionMissing(step) => StoreError::Newer(step),
            other => StoreError::Migration(other),
        })?;
        let background = pool(BACKGROUND).connect_lazy_with(options.clone());
        let readers = pool(settings.readers.max(1)).connect_lazy_with(options);
        let (files, anchor) = match &settings.address {
            Address::Sqlite(path) => {
                // The anchor has opened the log once it has read.
                for statement in setup.iter().chain([&"SELECT COUNT(*) FROM note".to_owned()]) {
                    first.execute(AssertSqlSafe(statement.clone())).await?;
                }
                (Some(Arc::new(Files::opened(path)?)), Some(first))
            }
            Address::Postgres(_) => {
                // It has said what it was asked.
                first.close().await?;
                (None, None)
            }
        };
        let timeout = settings.timeout;
        let anchor = Arc::new(Mutex::new(anchor));
        let pulse = Arc::default();
        Ok(Self { writers, readers, background, begin, timeout, files, anchor, pulse })
    }

    /// Whether the database takes writes, as it has shown within the last half second.
    ///
    /// # Errors
    /// In words, what is in the way.
    pub async fn takes_writes(&self) -> Result<(), String> {
        let asked = Instant::now();
        let mut pulse = self.pulse.lock().await;
        if let Some((at, known)) = &pulse.asked {
            // That it did not is true for those only who waited for the same answer.
            let holds = if known.is_ok() { at.elapsed() < PULSE } else { *at >= asked };
            if holds {
                return known.clone();
            }
        }
        let beat = tokio::time::timeout(BEAT, self.beat()).await;
        let known = match beat {
            Ok(Ok(())) => Ok(()),
            Ok(Err(error)) => {
                tracing::error!(
                    error = &error as &(dyn std::error::Error + 'static),
                    "the database takes no writes"
                );
                Err(match error {
                    StoreError::Replaced(_) => error.to_string(),
                    _ => "the database takes no writes; the log has more".to_owned(),
                })
            }
            Err(_) => Err("the database does not answer a write in time".to_owned()),
        };
        pulse.asked = Some((Instant::now(), known.clone()));
        known
    }

    async fn beat(&self) -> Result<(), StoreError> {
        let mut writing = self.begin().await?;
        writing.beat().await?;
        writing.commit().await
    }

    /// Whether the database is an SQLite file.
    pub(super) fn is_file(&self) -> bool {
        self.files.is_some()
    }

    /// Whether nothing in the file is damaged.
    pub(super) async fn is_whole(&self) -> Result<(), StoreError> {
        let mut reader = self.reader().await?;
        let row = sqlx::query("PRAGMA quick_check(1)").fetch_one(&mut *reader.read().0).await?;
        match row.try_get::<String, _>(0)?.as_str() {
            "ok" => Ok(()),
            other => Err(StoreError::Address(format!("the file is damaged: {other}"))),
        }
    }

    /// What the clock of the database shows; `None` where it has none of its own.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn clock(&self) -> Result<Option<i64>, StoreError> {
        if self.is_file() {
            return Ok(None);
        }
        let mut reader = self.reader().await?;
        let query = "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)";
        let row = sqlx::query(query).fetch_one(&mut *reader.read().0).await?;
        Ok(Some(row.try_get(0)?))
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
        self.is_where_it_was()?;
        Ok(Reader(self.readers.acquire().await?))
    }

    /// Begins a transaction that writes. It is undone unless [`Writing::commit`] is called.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`].
    pub async fn begin(&self) -> Result<Writing, StoreError> {
        self.is_where_it_was()?;
        Ok(Writing::new(self.writers.begin_with(self.begin).await?, self.files.clone()))
    }

    fn is_where_it_was(&self) -> Result<(), StoreError> {
        self.files.as_ref().map_or(Ok(()), |files| files.check())
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
        self.is_where_it_was()?;
        Ok(self.background.begin_with(self.begin).await?)
    }

    /// Closes all connections, after what is under way. The last one of an SQLite file takes the log
    /// over into it.
    pub async fn close(&self) {
        self.readers.close().await;
        self.background.close().await;
        self.writers.close().await;
        if let Some(anchor) = self.anchor.lock().await.take() {
            // It is closed, or was lost already.
            let _ = anchor.close().await;
        }
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

/// What each new connection is told. To a server: whatever its default, what is acknowledged is on disk;
/// and what was locked by a process whose machine is gone is free again in the time that a transaction may
/// take. Of one that is killed the server learns at once.
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
        // One message.
        Address::Postgres(_) => vec![format!(
            "SET statement_timeout = {milliseconds}; \
             SET idle_in_transaction_session_timeout = {milliseconds}; \
             SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; \
             SET tcp_keepalives_count = 3; SET synchronous_commit = on"
        )],
    }
}

/// `path` with what has a meaning in a URL escaped.
pub(super) fn escaped(path: &str) -> String {
    path.replace('%', "%25").replace('?', "%3F").replace('#', "%23")
}
