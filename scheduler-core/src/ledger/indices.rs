//! Indices that cannot be taken for one another.

use std::fmt;

macro_rules! index {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub usize);

        impl From<usize> for $name {
            fn from(index: usize) -> Self {
                Self(index)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

index! {
    /// Index into [`Problem::shifts`](crate::problem::Problem::shifts).
    ShiftIndex
}

index! {
    /// Index into [`Problem::clerks`](crate::problem::Problem::clerks).
    ClerkIndex
}

index! {
    /// Index into [`Problem::rooms`](crate::problem::Problem::rooms).
    RoomIndex
}
