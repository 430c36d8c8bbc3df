//! On how many threads to work.

use std::num::NonZero;
use std::thread;

/// Threads for each that the machine runs at a time. More of them only cost memory.
const MOST_FOR_EACH: usize = 4;

/// Does `work` on `threads` threads, at least one and at most four for each that the machine runs at
/// a time; on the caller's own where `None`, or where the system grants no more.
pub(crate) fn on_threads<T: Send>(threads: Option<usize>, work: impl FnOnce() -> T + Send) -> T {
    match threads.and_then(pool) {
        Some(pool) => pool.install(work),
        None => work(),
    }
}

/// A pool of `threads` threads within the same bounds; `None` where the system grants no more.
pub(crate) fn pool(threads: usize) -> Option<rayon::ThreadPool> {
    let machine = thread::available_parallelism().map_or(1, NonZero::get);
    let threads = threads.clamp(1, MOST_FOR_EACH * machine);
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().ok()
}

#[cfg(test)]
mod tests {
    use super::on_threads;

    #[test]
    fn threads_are_at_least_one_and_not_many_more_than_the_machine_runs() {
        let machine = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let used = |threads| on_threads(Some(threads), rayon::current_num_threads);
        assert_eq!(used(0), 1);
        assert_eq!(used(2), 2);
        assert_eq!(used(1000 * machine), 4 * machine);
        assert_eq!(used(usize::MAX), 4 * machine);
    }
}
