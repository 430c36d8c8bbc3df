//! Copies of an SQLite database, made while it is used, and put in place again.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Address, Store, StoreError, StoreSettings, file};

impl Store {
    /// Writes all that is committed to the new file `to`, while others read and write.
    ///
    /// # Errors
    /// [`StoreError::Address`] where there is such a file already, or the database is none;
    /// [`StoreError::Unavailable`].
    pub async fn backup(&self, to: &Path) -> Result<(), StoreError> {
        if !self.is_file() {
            return Err(StoreError::Address(POSTGRES.to_owned()));
        }
        if to.exists() {
            let problem = format!("{}: this file is there already", to.display());
            return Err(StoreError::Address(problem));
        }
        let name = to.to_str().ok_or_else(|| not_text(to))?.to_owned();
        let mut reader = self.reader().await?;
        sqlx::query("VACUUM INTO $1").bind(name).execute(&mut *reader.read().0).await?;
        // What is reported as done survives a power failure.
        let copy = fs::File::open(to).and_then(|file| file.sync_all());
        copy.map_err(|error| StoreError::Unavailable(sqlx::Error::Io(error)))
    }
}

/// What to do instead.
const POSTGRES: &str = "this is PostgreSQL: use pg_dump --format=custom, and pg_restore; \
                        docs/operating.md says how";

fn not_text(path: &Path) -> StoreError {
    StoreError::Address(format!("{}: the name is no text", path.display()))
}

/// Puts the backup `from` in the place of the database at `to`. Where there is one it is kept beside
/// it if `replace` says so; where, is returned.
///
/// # Errors
/// [`StoreError::Address`] where `from` is no backup, or there is a database that is not to be
/// replaced; [`StoreError::Newer`]; [`StoreError::Unavailable`].
pub async fn restore(
    from: &Path,
    to: &Address,
    replace: bool,
) -> Result<Option<PathBuf>, StoreError> {
    let Address::Sqlite(to) = to else { return Err(StoreError::Address(POSTGRES.to_owned())) };
    let io = |error| StoreError::Unavailable(sqlx::Error::Io(error));
    let address = |problem: String| Err(StoreError::Address(problem));
    if !from.is_file() {
        return address(format!("{}: there is no such file", from.display()));
    }
    file::may_be_database(from)?;
    if to.exists() && !replace {
        return address(format!(
            "{}: there is a database already; stop the service, and say --replace to put the backup \
             in its place, which keeps it under another name",
            to.display()
        ));
    }
    if let Some(folder) = to.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        fs::create_dir_all(folder).map_err(io)?;
    }
    // Beside its place, so that it gets there in one step; and opened there first, which brings its
    // tables to this version and shows that it is a database of this program.
    let beside = with_ending(to, ".restoring");
    for ending in ["", "-wal", "-shm"] {
        remove(&with_ending(&beside, ending)).map_err(io)?;
    }
    fs::copy(from, &beside).map_err(io)?;
    let store = Store::open(&StoreSettings::new(Address::Sqlite(beside.clone()))).await?;
    let whole = match store.is_whole().await {
        Ok(()) => store.skip_event_numbers().await,
        Err(error) => Err(error),
    };
    store.close().await;
    whole?;
    fs::File::open(&beside).and_then(|file| file.sync_all()).map_err(io)?;

    let mut kept = None;
    if to.exists() {
        let name = (0..).map(|number| with_ending(to, &format!(".replaced-{number}")));
        let aside = name.into_iter().find(|name| !name.exists()).unwrap_or_else(|| to.clone());
        // The log belongs to the database, or what it has not taken over yet would be lost.
        for ending in ["-wal", "-shm", ""] {
            let old = with_ending(to, ending);
            if old.exists() {
                fs::rename(&old, with_ending(&aside, ending)).map_err(io)?;
            }
        }
        kept = Some(aside);
    }
    for ending in ["-wal", "-shm", ""] {
        let new = with_ending(&beside, ending);
        if new.exists() {
            fs::rename(&new, with_ending(to, ending)).map_err(io)?;
        }
    }
    Ok(kept)
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn remove(path: &Path) -> std::io::Result<()> {
    if path.exists() { fs::remove_file(path) } else { Ok(()) }
}
