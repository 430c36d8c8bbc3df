//! Databases for tests.

pub(crate) mod office;
pub(crate) mod postgres;

use std::sync::Arc;

use scheduler_service::store::{Address, StoreSettings};
use tempfile::TempDir;

/// An empty database of its own.
#[derive(Debug, Clone)]
pub(crate) struct Database {
    pub(crate) settings: StoreSettings,
    /// The folder of an SQLite file; removed with the last clone.
    #[allow(dead_code, reason = "the files are there as long as it lives")]
    pub(crate) folder: Option<Arc<TempDir>>,
}

impl Database {
    /// An SQLite file that is not there yet.
    pub(crate) fn sqlite() -> Self {
        let folder = TempDir::new().unwrap();
        let address = Address::Sqlite(folder.path().join("bookings.sqlite"));
        Self { settings: StoreSettings::new(address), folder: Some(Arc::new(folder)) }
    }

    /// An empty database on the PostgreSQL server of this test run.
    pub(crate) fn postgres() -> Self {
        let address = Address::Postgres(postgres::Server::common().create_database());
        Self { settings: StoreSettings::new(address), folder: None }
    }

    /// Its address, as the command line takes it.
    pub(crate) fn address(&self) -> String {
        match &self.settings.address {
            Address::Sqlite(path) => path.to_str().unwrap().to_owned(),
            Address::Postgres(url) => url.clone(),
        }
    }
}

/// Runs the async `body`.
pub(crate) fn block_on<T>(body: impl Future<Output = T>) -> T {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(2).enable_all().build().unwrap().block_on(body)
}

/// Makes a test of each of the functions for each kind of database: they take a
/// [`Database`] that is empty, and are async.
#[macro_export]
macro_rules! on_both {
    ($($(#[$attribute:meta])* $name:ident),* $(,)?) => {
        mod sqlite {
            $($(#[$attribute])* #[test]
            fn $name() {
                $crate::support::block_on(super::$name($crate::support::Database::sqlite()));
            })*
        }
        mod postgres {
            $($(#[$attribute])* #[test]
            #[ignore = "needs PostgreSQL"]
            fn $name() {
                $crate::support::block_on(super::$name($crate::support::Database::postgres()));
            })*
        }
    };
}
