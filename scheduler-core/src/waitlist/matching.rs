//! The heaviest matching of a bipartite graph with few nodes on one side.

/// A pair that may be matched.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// Index on the side of which each node is searched from.
    pub left: usize,
    /// Index on the other side.
    pub right: usize,
    /// What it is worth. Pairs of weight 0 or less are never matched.
    pub weight: f64,
}

/// A heaviest matching, and prices that prove it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Matching {
    /// For each node on the left its partner.
    pub partner: Vec<Option<usize>>,
    /// The sum of the weights.
    pub weight: f64,
    /// For each node on the left a price, at least 0.
    pub left_price: Vec<f64>,
    /// For each node on the right a price, at least 0. For each pair the two prices together are at
    /// least its weight, so the sum of all prices is at least the weight of any matching; here it is
    /// equal (up to rounding).
    pub right_price: Vec<f64>,
}

/// The heaviest matching between `left` and `right` nodes.
///
/// One node on the left after the other looks for the path of least reduced cost to a free node on the
/// right, or to a node on the left that rather stays alone (Kuhn 1955, doi:10.1002/nav.3800020109, with
/// the potentials of Edmonds and Karp 1972, doi:10.1145/321694.321699): O(left · pairs · log pairs),
/// where mostly a path is one pair long. Pairs may come in any order; of equal pairs the first is taken.
#[must_use]
pub fn heaviest(left: usize, right: usize, pairs: &[Pair]) -> Matching {
    let mut search = Search::new(left, right, pairs);
    for node in 0..left {
        search.augment(node);
    }
    search.into_matching()
}

struct Search {
    /// Where the pairs of each left node begin in `edges`.
    first: Vec<usize>,
    edges: Vec<(usize, f64)>,
    right: usize,
    partner: Vec<Option<usize>>,
    /// Weight of the pair with the partner.
    held: Vec<f64>,
    owner: Vec<Option<usize>>,
    left_price: Vec<f64>,
    right_price: Vec<f64>,
    /// Of this search: distance to right nodes, from which left node, settled or not.
    distance: Vec<f64>,
    from: Vec<usize>,
    settled: Vec<bool>,
    touched: Vec<usize>,
    heap: std::collections::BinaryHeap<Entry>,
}

/// A right node at a distance; the nearest is the greatest, and of equally near ones the first.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Entry {
    distance: f64,
    right: usize,
}

impl Eq for Entry {}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        other.distance.total_cmp(&self.distance).then(other.right.cmp(&self.right))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Search {
    fn new(left: usize, right: usize, pairs: &[Pair]) -> Self {
        let mut first = vec![0; left + 1];
        for pair in pairs {
            first[pair.left + 1] += 1;
        }
        for node in 0..left {
            first[node + 1] += first[node];
        }
        let mut next = first.clone();
        let mut edges = vec![(0, 0.0); pairs.len()];
        for pair in pairs {
            edges[next[pair.left]] = (pair.right, pair.weight);
            next[pair.left] += 1;
        }
        // Prices at which no pair is worth more than its prices: all on the left.
        let left_price = (0..left)
            .map(|node| {
                edges[first[node]..first[node + 1]].iter().fold(0.0, |m: f64, e| m.max(e.1))
            })
            .collect();
        Self {
            first,
            edges,
            right,
            partner: vec![None; left],
            held: vec![0.0; left],
            owner: vec![None; right],
            left_price,
            right_price: vec![0.0; right],
            distance: vec![f64::INFINITY; right],
            from: vec![usize::MAX; right],
            settled: vec![false; right],
            touched: Vec::new(),
            heap: std::collections::BinaryHeap::new(),
        }
    }

    /// Matches `root`, or lets it, or who is last on the cheapest path, stay alone.
    fn augment(&mut self, root: usize) {
        // To stay alone costs a left node its price: (who, total distance).
        let mut alone = (root, self.left_price[root]);
        let mut lefts = vec![(root, 0.0)];
        self.relax(root, 0.0);
        let mut end = None;
        while let Some(Entry { distance, right }) = self.heap.pop() {
            if distance >= alone.1 {
                break;
            }
            if self.settled[right] || distance > self.distance[right] {
                continue;
            }
            self.settled[right] = true;
            let Some(owner) = self.owner[right] else {
                end = Some((right, distance));
                break;
            };
            lefts.push((owner, distance));
            if distance + self.left_price[owner] < alone.1 {
                alone = (owner, distance + self.left_price[owner]);
            }
            self.relax(owner, distance);
        }
        let length = end.map_or(alone.1, |(_, distance)| distance);
        for (node, distance) in lefts {
            self.left_price[node] -= (length - distance).max(0.0);
        }
        for &right in &self.touched {
            if self.settled[right] {
                self.right_price[right] += (length - self.distance[right]).max(0.0);
            }
        }
        self.flip(root, end.map(|(right, _)| right), alone.0);
        for right in self.touched.drain(..) {
            self.distance[right] = f64::INFINITY;
            self.settled[right] = false;
        }
        self.heap.clear();
    }

    fn relax(&mut self, node: usize, so_far: f64) {
        for &(right, weight) in &self.edges[self.first[node]..self.first[node + 1]] {
            if weight <= 0.0 || self.settled[right] {
                continue;
            }
            let reduced = (self.left_price[node] + self.right_price[right] - weight).max(0.0);
            let distance = so_far + reduced;
            if distance < self.distance[right] {
                if self.distance[right] == f64::INFINITY {
                    self.touched.push(right);
                }
                self.distance[right] = distance;
                self.from[right] = node;
                self.heap.push(Entry { distance, right });
            }
        }
    }

    /// Changes partners along the path that was found: to the free node `end`, or to `alone` who
    /// gives up its partner.
    fn flip(&mut self, root: usize, end: Option<usize>, alone: usize) {
        let mut right = match end {
            Some(right) => right,
            None if alone == root => return,
            None => {
                let Some(right) = self.partner[alone].take() else { return };
                self.held[alone] = 0.0;
                right
            }
        };
        loop {
            let node = self.from[right];
            let before = self.partner[node].replace(right);
            self.held[node] = self.edges[self.first[node]..self.first[node + 1]]
                .iter()
                .filter(|edge| edge.0 == right)
                .fold(0.0, |most: f64, edge| most.max(edge.1));
            self.owner[right] = Some(node);
            match before {
                Some(next) if node != root => right = next,
                _ => return,
            }
        }
    }

    fn into_matching(self) -> Matching {
        debug_assert_eq!(self.right, self.right_price.len());
        Matching {
            weight: self.held.iter().sum(),
            partner: self.partner,
            left_price: self.left_price,
            right_price: self.right_price,
        }
    }
}
