//! What no assignment can do without.

use super::instance::Instance;

/// A bound that is known at once: the most tasks at a moment; one more than there are workers where
/// the tasks of some moment cannot all have a worker each, so that there is no assignment.
pub(super) fn at_a_moment(instance: &Instance) -> usize {
    let mut most = 0;
    let mut running: Vec<u32> = Vec::new();
    let mut holder = vec![u32::MAX; instance.workers];
    let mut seen = vec![0_u32; instance.workers];
    let mut search = 0;
    for task in 0..instance.tasks() as u32 {
        let begin = instance.spans[task as usize].from;
        for &ended in running.iter().filter(|&&t| instance.spans[t as usize].until <= begin) {
            for holds in &mut holder {
                if *holds == ended {
                    *holds = u32::MAX;
                }
            }
        }
        running.retain(|&other| instance.spans[other as usize].until > begin);
        running.push(task);
        most = most.max(running.len());
        search += 1;
        // Others may change places: what they did before this moment is another matter.
        if !seat(instance, task, search, &mut seen, &mut holder) {
            return instance.workers + 1;
        }
    }
    most
}

/// Augments a matching of the tasks that run with workers by `task` (Kuhn 1955).
fn seat(instance: &Instance, task: u32, search: u32, seen: &mut [u32], holder: &mut [u32]) -> bool {
    let able = instance.able.of(task);
    if let Some(&free) = able.iter().find(|&&worker| holder[worker as usize] == u32::MAX) {
        holder[free as usize] = task;
        return true;
    }
    for &worker in able {
        if std::mem::replace(&mut seen[worker as usize], search) == search {
            continue;
        }
        if seat(instance, holder[worker as usize], search, seen, holder) {
            holder[worker as usize] = task;
            return true;
        }
    }
    false
}
