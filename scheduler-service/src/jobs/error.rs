//! Why jobs cannot be added, asked for or watched.

use thiserror::Error;

use crate::store::StoreError;

/// Why jobs cannot be added, asked for or watched.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum JobError {
    /// The idempotency key was used for another request.
    #[error("the key was used for a request with another path or body")]
    OtherRequest,
    /// The client has as many unfinished jobs as it may.
    #[error("{0} of your jobs have not ended; that is all you may have")]
    TooManyOfClient(
        /// As many as it may have.
        u32,
    ),
    /// All clients together have as many unfinished jobs as there may be.
    #[error("{0} jobs have not ended; that is all there may be")]
    TooMany(
        /// As many as there may be.
        u32,
    ),
    /// As many watch jobs as may.
    #[error("{0} watch jobs already; ask for the job itself")]
    TooManyWatchers(
        /// As many as may.
        usize,
    ),
    /// The store does not do what it was asked to.
    #[error("the store is not available")]
    Store(#[from] StoreError),
}
