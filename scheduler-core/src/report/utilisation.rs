//! What utilisation is measured against, said once for plans and simulations.

/// The time against which the work of clerks is measured; [`crate::problem::Problem::rostered_steps`]
/// counts it.
macro_rules! rostered {
    (english) => {
        "rostered time without breaks and absences, on days on which the site is open"
    };
    (german) => {
        "Dienstzeit ohne Pausen und Abwesenheiten, an Tagen, an denen der Standort offen ist"
    };
}

pub(super) use rostered;
