//! Maximum flow by shortest augmenting paths.
//!
//! J. Edmonds, R. M. Karp: *Theoretical improvements in algorithmic efficiency for network flow
//! problems*. Journal of the ACM 19 (1972).

use std::collections::VecDeque;

#[derive(Debug, Clone, Default)]
pub(super) struct Flow {
    /// Edge `2 i` with its reverse `2 i + 1`: end and capacity left.
    edges: Vec<(usize, u32)>,
    /// Edges that leave each node.
    leaving: Vec<Vec<usize>>,
}

impl Flow {
    pub(super) fn node(&mut self) -> usize {
        self.leaving.push(Vec::new());
        self.leaving.len() - 1
    }

    pub(super) fn edge(&mut self, from: usize, to: usize, capacity: u32) {
        self.leaving[from].push(self.edges.len());
        self.edges.push((to, capacity));
        self.leaving[to].push(self.edges.len());
        self.edges.push((from, 0));
    }

    /// The most that flows from `source` to `sink`.
    pub(super) fn most(mut self, source: usize, sink: usize) -> u32 {
        let mut total = 0;
        while let Some(path) = self.path(source, sink) {
            let amount = path.iter().map(|&edge| self.edges[edge].1).min().unwrap_or(0);
            for edge in path {
                self.edges[edge].1 -= amount;
                self.edges[edge ^ 1].1 += amount;
            }
            total += amount;
        }
        total
    }

    /// The edges of a shortest path with capacity left; `source` is not `sink`.
    fn path(&self, source: usize, sink: usize) -> Option<Vec<usize>> {
        let mut reached_by: Vec<Option<usize>> = vec![None; self.leaving.len()];
        let mut queue = VecDeque::from([source]);
        while let Some(node) = queue.pop_front() {
            for &edge in &self.leaving[node] {
                let (to, left) = self.edges[edge];
                if left > 0 && to != source && reached_by[to].is_none() {
                    reached_by[to] = Some(edge);
                    queue.push_back(to);
                }
            }
            if reached_by[sink].is_some() {
                break;
            }
        }
        let mut path = Vec::new();
        let mut node = sink;
        while node != source {
            let edge = reached_by[node]?;
            path.push(edge);
            node = self.edges[edge ^ 1].0;
        }
        Some(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flow_turns_back_where_that_helps() {
        let mut flow = Flow::default();
        let [source, a, b, sink] = std::array::from_fn(|_| flow.node());
        flow.edge(source, a, 1);
        flow.edge(source, b, 1);
        flow.edge(a, b, 1);
        flow.edge(a, sink, 1);
        flow.edge(b, sink, 1);
        assert_eq!(flow.most(source, sink), 2);
    }
}
