//! The database of the booking service.
