//! Matching of promises with clerks or rooms, and Hall's condition where there is none.
//!
//! P. Hall: *On Representatives of Subsets*. Journal of the London Mathematical Society 10 (1935).

/// More items than choices that any of them has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Violation {
    /// Positions of the items, ascending.
    pub(super) items: Vec<usize>,
    /// Their choices together, one fewer than items, ascending.
    pub(super) choices: Vec<usize>,
}

/// Gives each item one of its choices, no choice twice, as far as possible: the number of items
/// that have one, and for the first that found none a smallest proof why.
pub(super) fn matching(choices: &[Vec<usize>]) -> (usize, Option<Violation>) {
    let most = choices.iter().flatten().max().map_or(0, |&choice| choice + 1);
    let mut holder: Vec<Option<usize>> = vec![None; most];
    let mut matched = 0;
    let mut violation = None;
    for item in 0..choices.len() {
        let mut visited = vec![false; most];
        if augment(item, choices, &mut holder, &mut visited) {
            matched += 1;
        } else if violation.is_none() {
            let taken: Vec<usize> = (0..most).filter(|&choice| visited[choice]).collect();
            let mut items: Vec<usize> = taken.iter().filter_map(|&choice| holder[choice]).collect();
            items.push(item);
            items.sort_unstable();
            violation = Some(Violation { items, choices: taken });
        }
    }
    (matched, violation)
}

/// Finds a choice for `item`, moving others to other choices where need be.
fn augment(
    item: usize,
    choices: &[Vec<usize>],
    holder: &mut [Option<usize>],
    visited: &mut [bool],
) -> bool {
    for &choice in &choices[item] {
        if !visited[choice] {
            visited[choice] = true;
            if holder[choice].is_none_or(|other| augment(other, choices, holder, visited)) {
                holder[choice] = Some(item);
                return true;
            }
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_moves_on_to_make_room() {
        assert_eq!(matching(&[vec![0, 1], vec![0]]), (2, None));
    }

    #[test]
    fn the_proof_names_only_what_competes() {
        let violation = Violation { items: vec![1, 2, 3], choices: vec![1, 2] };
        let choices = [vec![0], vec![1, 2], vec![2], vec![1]];
        assert_eq!(matching(&choices), (3, Some(violation)));
    }
}
