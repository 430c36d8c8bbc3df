//! Pictures of simulations as SVG that needs nothing but itself: drawn for people who read no
//! statistics, and readable in grey.

mod bars;
mod comparison;
mod heat;
mod lines;
mod page;
mod scale;
mod scatter;
mod simulation;
mod sweep;

pub use comparison::comparison;
pub use simulation::simulation;
pub use sweep::sweep;
