//! Waitlists: the matching against enumeration, and what may never happen in a stream.

use proptest::collection::vec;
use proptest::prelude::*;
use scheduler_core::waitlist::stream::{Answer, Answers, Stream, run};
use scheduler_core::waitlist::{
    FreeStart, Minute, Offer, Pair, Policy, Rules, Window, Wish, choose, heaviest, hindsight,
};

const DAY: Minute = 24 * 60;

/// The weight of the heaviest matching, by trying all.
fn heaviest_of_all(left: usize, pairs: &[Pair], node: usize, taken: u64) -> f64 {
    if node == left {
        return 0.0;
    }
    let mut best = heaviest_of_all(left, pairs, node + 1, taken);
    for pair in pairs.iter().filter(|pair| pair.left == node && pair.weight > 0.0) {
        if taken & (1 << pair.right) == 0 {
            let rest = heaviest_of_all(left, pairs, node + 1, taken | (1 << pair.right));
            best = best.max(pair.weight + rest);
        }
    }
    best
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn the_matching_is_the_heaviest_and_its_prices_prove_it(
        drawn in vec((0_usize..6, 0_usize..6, -3_i32..20), 0..24),
    ) {
        let pairs: Vec<Pair> = drawn
            .into_iter()
            .map(|(left, right, weight)| Pair { left, right, weight: f64::from(weight) / 2.0 })
            .collect();
        let matching = heaviest(6, 6, &pairs);
        let best = heaviest_of_all(6, &pairs, 0, 0);
        prop_assert!((matching.weight - best).abs() < 1e-9, "{} is not {best}", matching.weight);
        let mut taken = [false; 6];
        let mut sum = 0.0;
        for (left, partner) in matching.partner.iter().enumerate() {
            let Some(right) = *partner else { continue };
            prop_assert!(!std::mem::replace(&mut taken[right], true));
            let weights = pairs.iter().filter(|p| (p.left, p.right) == (left, right));
            sum += weights.map(|p| p.weight).fold(0.0, f64::max);
        }
        prop_assert!((sum - matching.weight).abs() < 1e-9);
        // Weak duality: these prices are no less than the weight of any matching.
        for pair in &pairs {
            let prices = matching.left_price[pair.left] + matching.right_price[pair.right];
            prop_assert!(prices + 1e-9 >= pair.weight);
        }
        let prices: f64 = matching.left_price.iter().chain(&matching.right_price).sum();
        prop_assert!((prices - matching.weight).abs() < 1e-9);
    }

    #[test]
    fn nothing_is_promised_twice_or_to_who_cannot_come(
        (stream, seed) in streams(),
        policy in prop_oneof![
            Just(Policy::FirstComeFirstServed), Just(Policy::NotifyAll), Just(Policy::Weighed)
        ],
    ) {
        let answers = ByKey(seed);
        let outcome = run(&stream, &answers, policy, &Rules::default(), 10);
        let mut taken = vec![false; stream.starts.len()];
        let mut gain = 0.0;
        for (index, got) in outcome.got.iter().enumerate() {
            let Some(start) = *got else { continue };
            let (wish, free) = (&stream.wishes[index], &stream.starts[start]);
            prop_assert!(!std::mem::replace(&mut taken[start], true), "start {start} twice");
            prop_assert!(wish.fits(free) && answers.answer(index, start).accepts);
            let at = outcome.at[index].unwrap();
            prop_assert!(at >= free.returned && at >= wish.asked && at < free.begins);
            gain += wish.gain(free);
        }
        prop_assert!((gain - outcome.gain).abs() < 1e-6);
        let bound = hindsight::bound(&stream, &answers);
        prop_assert!(outcome.gain <= bound + 1e-6, "{} over {bound}", outcome.gain);
    }
}

/// Small streams of two sites.
fn streams() -> impl Strategy<Value = (Stream, u64)> {
    let wish = (0..10 * DAY, 1..10 * DAY, 1_u32..4, 0..10 * DAY, 60..2 * DAY, 1_u32..4);
    let start = (0..10 * DAY, 0..3 * DAY, 0_u32..2, 1_u32..4);
    (vec(wish, 0..20), vec(start, 0..20), any::<u64>()).prop_map(|(wishes, starts, seed)| {
        let mut stream = Stream::default();
        for (asked, waits, sites, from, long, length) in wishes {
            stream.wishes.push(Wish {
                asked,
                until: asked + waits,
                sites: (0..2).filter(|site| sites & (1 << site) != 0).collect(),
                windows: vec![Window { from, until: from + long }],
                minutes: 10 * length,
                worth: f64::from(10 * length),
            });
        }
        for (returned, lead, site, length) in starts {
            let begins = returned + lead;
            stream.starts.push(FreeStart {
                site,
                begins,
                minutes: 10 * length,
                price: 0.3,
                returned,
            });
        }
        stream.wishes.sort_by_key(|wish| wish.asked);
        stream.starts.sort_by_key(|start| start.returned);
        (stream, seed)
    })
}

struct ByKey(u64);

impl Answers for ByKey {
    fn answer(&self, wish: usize, start: usize) -> Answer {
        let key =
            (self.0 ^ ((wish as u64) << 8) ^ start as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        Answer { accepts: key >> 62 != 0, after: Minute::from((key >> 40) as u16 % 600) }
    }
}

fn wish(asked: Minute, minutes: u32) -> Wish {
    Wish {
        asked,
        until: 100 * DAY,
        sites: vec![0],
        windows: vec![Window { from: 0, until: 100 * DAY }],
        minutes,
        worth: f64::from(minutes),
    }
}

fn free(begins: Minute, minutes: u32) -> FreeStart {
    FreeStart { site: 0, begins, minutes, price: 0.0, returned: 0 }
}

#[test]
fn of_equals_the_first_goes_first_and_who_waits_long_passes_who_is_worth_more() {
    let rules = Rules::default();
    let start = free(90 * DAY, 30);
    let first =
        |now, wishes: &[(usize, &Wish)]| choose(now, &[(0, &start)], wishes, &rules, |_, _| true);
    let (early, late) = (wish(0, 15), wish(5, 15));
    assert_eq!(first(10, &[(0, &early), (1, &late)]), [Offer { start: 0, wish: 0 }]);
    assert_eq!(first(10, &[(1, &late), (0, &early)]), [Offer { start: 0, wish: 0 }]);
    // Twice as long a visit goes first, until the short one has waited for fifty days: two percent of
    // its worth a day are then as much as its worth.
    let long = |asked| wish(asked, 30);
    assert_eq!(
        first(49 * DAY, &[(0, &early), (1, &long(49 * DAY))]),
        [Offer { start: 0, wish: 1 }]
    );
    assert_eq!(
        first(51 * DAY, &[(0, &early), (1, &long(51 * DAY))]),
        [Offer { start: 0, wish: 0 }]
    );
}

#[test]
fn who_can_come_at_any_time_leaves_the_only_time_of_another() {
    let narrow = Wish { windows: vec![Window { from: 600, until: 601 }], ..wish(5, 15) };
    let (only, other) = (free(600, 15), free(700, 15));
    let starts = [(0, &only), (1, &other)];
    let offers =
        choose(5, &starts, &[(0, &wish(0, 15)), (1, &narrow)], &Rules::default(), |_, _| true);
    assert_eq!(offers, [Offer { start: 0, wish: 1 }, Offer { start: 1, wish: 0 }]);
}

#[test]
fn what_ordinary_bookings_would_make_more_of_is_not_offered() {
    let dear = FreeStart { price: 1.1, ..free(600, 30) };
    assert!(
        choose(5, &[(0, &dear)], &[(0, &wish(0, 15))], &Rules::default(), |_, _| true).is_empty()
    );
}

#[test]
fn what_is_refused_or_too_near_or_over_is_not_offered() {
    let rules = Rules::default();
    let someone = wish(0, 15);
    let start = free(600, 15);
    assert!(choose(5, &[(0, &start)], &[(0, &someone)], &rules, |_, _| false).is_empty());
    assert!(choose(590, &[(0, &start)], &[(0, &someone)], &rules, |_, _| true).is_empty());
    let over = Wish { until: 5, ..someone };
    assert!(choose(5, &[(0, &start)], &[(0, &over)], &rules, |_, _| true).is_empty());
}

#[test]
fn a_hold_leaves_time_for_the_next() {
    let rules = Rules::default();
    let start = free(10 * DAY, 15);
    assert_eq!(rules.hold_until(0, &start), Some(DAY));
    assert_eq!(rules.hold_until(10 * DAY - 100, &start), Some(10 * DAY - 60));
    assert_eq!(rules.hold_until(10 * DAY - 20, &start), Some(10 * DAY - 5));
    assert_eq!(rules.hold_until(10 * DAY - 14, &start), None);
}
