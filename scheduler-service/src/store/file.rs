//! The file of an SQLite database, and whether it is still where it was opened.
//!
//! A process goes on writing into a file that was deleted or replaced, and nobody finds what it wrote.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use super::StoreError;

/// How every SQLite database begins.
const MAGIC: &[u8; 16] = b"SQLite format 3\0";

/// The files that were opened.
#[derive(Debug)]
pub(super) struct Files(Vec<(PathBuf, Identity)>);

/// What is the same for a file as long as it is the same.
type Identity = (u64, u64);

impl Files {
    /// The database at `path` and its log, once they are open.
    ///
    /// # Errors
    /// Where the database is not there.
    pub(super) fn opened(path: &Path) -> Result<Self, StoreError> {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        let database = identity(path)
            .map_err(|error| StoreError::Unavailable(sqlx::Error::Io(error)))?
            .map(|identity| (path.to_owned(), identity));
        // Only while the log is used.
        let log = PathBuf::from(log);
        let identity = identity(&log).ok().flatten().map(|identity| (log, identity));
        Ok(Self(database.into_iter().chain(identity).collect()))
    }

    /// Whether the files are those that were opened.
    ///
    /// # Errors
    /// [`StoreError::Replaced`].
    pub(super) fn check(&self) -> Result<(), StoreError> {
        let other = self.0.iter().find(|(path, opened)| {
            !identity(path).is_ok_and(|now| now.is_none_or(|now| now == *opened))
        });
        match other {
            None => Ok(()),
            Some((path, _)) => Err(StoreError::Replaced(path.display().to_string())),
        }
    }
}

/// `None` where the system has no such thing.
#[cfg(unix)]
fn identity(path: &Path) -> io::Result<Option<Identity>> {
    use std::os::unix::fs::MetadataExt;
    let file = std::fs::metadata(path)?;
    Ok(Some((file.dev(), file.ino())))
}

/// `None` where the system has no such thing.
#[cfg(not(unix))]
fn identity(path: &Path) -> io::Result<Option<Identity>> {
    std::fs::metadata(path).map(|_| None)
}

/// Whether what is at `path`, if anything is, can be an SQLite database.
///
/// # Errors
/// [`StoreError::Address`] says what it is instead.
pub(super) fn may_be_database(path: &Path) -> Result<(), StoreError> {
    let wrong = |what: &str| Err(StoreError::Address(format!("{}: {what}", path.display())));
    if path.is_dir() {
        return wrong("this is a folder; name a file in it");
    }
    let Ok(mut file) = File::open(path) else { return Ok(()) };
    let mut begin = [0; MAGIC.len()];
    match file.read(&mut begin) {
        Ok(0) => Ok(()),
        Ok(read) if begin[..read] == MAGIC[..read] => Ok(()),
        Ok(_) => wrong("this file is no SQLite database; name another, which is made"),
        // What cannot be read is told when it is opened.
        Err(_) => Ok(()),
    }
}
