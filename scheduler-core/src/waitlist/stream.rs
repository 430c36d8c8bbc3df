//! A waitlist in operation: wishes come, starts come back, offers are answered.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::choice::{Policy, Rules, choose};
use super::{FreeStart, Minute, Wish};

/// What happens at a waitlist.
#[derive(Debug, Clone, Default)]
pub struct Stream {
    /// The wishes, in the order in which they are asked.
    pub wishes: Vec<Wish>,
    /// The starts that become free, in the order in which they do.
    pub starts: Vec<FreeStart>,
}

/// What somebody says to an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// Whether they would like to have it.
    pub accepts: bool,
    /// How long they take to say so, in minutes; longer than the hold is no answer.
    pub after: Minute,
}

/// Who answers what.
pub trait Answers {
    /// The answer of a wish to a start, both by their index in the stream: always the same.
    fn answer(&self, wish: usize, start: usize) -> Answer;
}

/// What came of a stream.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outcome {
    /// The start that each wish got.
    pub got: Vec<Option<usize>>,
    /// When each wish that got a start accepted it.
    pub at: Vec<Option<Minute>>,
    /// The sum of gains of what was accepted ([`Wish::gain`]).
    pub gain: f64,
    /// Offers made, or messages sent.
    pub offers: usize,
    /// Offers that were declined.
    pub declined: usize,
    /// Offers that ended without an answer.
    pub expired: usize,
    /// Answers that came too late, as another had the start by then.
    pub disappointed: usize,
}

impl Stream {
    /// The wishes that each site will do for, by index.
    #[must_use]
    pub fn wishes_by_site(&self) -> BTreeMap<u32, Vec<usize>> {
        let mut by_site: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (index, wish) in self.wishes.iter().enumerate() {
            for &site in &wish.sites {
                by_site.entry(site).or_default().push(index);
            }
        }
        by_site
    }
}

/// Runs a stream under a policy. Starts and wishes are matched every `batch` minutes, if anything has
/// changed; with [`Policy::NotifyAll`] messages go out then.
#[must_use]
pub fn run(
    stream: &Stream,
    answers: &impl Answers,
    policy: Policy,
    rules: &Rules,
    batch: Minute,
) -> Outcome {
    let mut office = Office::new(stream, rules, policy);
    let (mut next_wish, mut next_start) = (0, 0);
    let mut now = Minute::MIN;
    loop {
        let moments = [
            stream.wishes.get(next_wish).map(|wish| wish.asked),
            stream.starts.get(next_start).map(|start| start.returned),
            office.answers.peek().map(|Reverse(due)| due.at),
        ];
        let Some(next) = moments.into_iter().flatten().min() else { break };
        // What happens until the end of the batch is decided together.
        now = now.max(next.div_euclid(batch) * batch + batch);
        while let Some(wish) = stream.wishes.get(next_wish).filter(|wish| wish.asked < now) {
            office.open(next_wish, wish);
            next_wish += 1;
        }
        while stream.starts.get(next_start).is_some_and(|start| start.returned < now) {
            office.free.insert(next_start);
            next_start += 1;
        }
        office.hear(now);
        office.offer(now, answers);
    }
    office.outcome
}

/// An answer, or the end of a hold, that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Due {
    at: Minute,
    start: usize,
    wish: usize,
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Accepted,
    Declined,
    Expired,
}

struct Office<'a> {
    stream: &'a Stream,
    rules: &'a Rules,
    policy: Policy,
    /// Starts that nobody has and nobody is offered.
    free: BTreeSet<usize>,
    /// Wishes that wait and have no offer, by site.
    waiting: BTreeMap<u32, BTreeSet<usize>>,
    asked: BTreeSet<(usize, usize)>,
    unanswered: Vec<u32>,
    answers: BinaryHeap<Reverse<Due>>,
    outcome: Outcome,
}

impl<'a> Office<'a> {
    fn new(stream: &'a Stream, rules: &'a Rules, policy: Policy) -> Self {
        let wishes = stream.wishes.len();
        Self {
            stream,
            rules,
            policy,
            free: BTreeSet::new(),
            waiting: BTreeMap::new(),
            asked: BTreeSet::new(),
            unanswered: vec![0; wishes],
            answers: BinaryHeap::new(),
            outcome: Outcome {
                got: vec![None; wishes],
                at: vec![None; wishes],
                ..Outcome::default()
            },
        }
    }

    fn open(&mut self, index: usize, wish: &Wish) {
        for &site in &wish.sites {
            self.waiting.entry(site).or_default().insert(index);
        }
    }

    fn close(&mut self, index: usize) {
        for site in &self.stream.wishes[index].sites {
            if let Some(waiting) = self.waiting.get_mut(site) {
                waiting.remove(&index);
            }
        }
    }

    /// Takes the answers that have come by now.
    fn hear(&mut self, now: Minute) {
        while let Some(Reverse(due)) = self.answers.peek().copied() {
            if due.at >= now {
                break;
            }
            self.answers.pop();
            if self.policy == Policy::NotifyAll {
                self.hear_from_many(due);
            } else {
                self.hear_from_one(due);
            }
        }
    }

    fn hear_from_one(&mut self, due: Due) {
        match due.what {
            What::Accepted => {
                self.accept(due);
                return;
            }
            What::Declined => self.outcome.declined += 1,
            What::Expired => {
                self.outcome.expired += 1;
                self.unanswered[due.wish] += 1;
            }
        }
        self.free.insert(due.start);
        if self.unanswered[due.wish] < self.rules.unanswered {
            self.open(due.wish, &self.stream.wishes[due.wish]);
        }
    }

    fn hear_from_many(&mut self, due: Due) {
        match due.what {
            What::Declined => self.outcome.declined += 1,
            What::Expired => self.outcome.expired += 1,
            What::Accepted if self.outcome.got[due.wish].is_some() => {}
            What::Accepted if !self.free.contains(&due.start) => self.outcome.disappointed += 1,
            What::Accepted => {
                self.free.remove(&due.start);
                self.close(due.wish);
                self.accept(due);
            }
        }
    }

    fn accept(&mut self, due: Due) {
        self.outcome.got[due.wish] = Some(due.start);
        self.outcome.at[due.wish] = Some(due.at);
        self.outcome.gain += self.stream.wishes[due.wish].gain(&self.stream.starts[due.start]);
    }

    fn offer(&mut self, now: Minute, answers: &impl Answers) {
        let (starts, rules) = (&self.stream.starts, self.rules);
        self.free.retain(|&start| rules.hold_until(now, &starts[start]).is_some());
        self.end(now);
        if self.free.is_empty() {
            return;
        }
        match self.policy {
            Policy::FirstComeFirstServed => {
                for start in self.free.clone() {
                    let free = &self.stream.starts[start];
                    let first = self.waiting.get(&free.site).and_then(|waiting| {
                        waiting.iter().copied().find(|&wish| self.may(start, wish, free))
                    });
                    if let Some(wish) = first {
                        self.hold(now, start, wish, answers);
                    }
                }
            }
            Policy::NotifyAll => self.notify(now, answers),
            Policy::Weighed => {
                let free: Vec<_> = self.free.iter().map(|&s| (s, &self.stream.starts[s])).collect();
                let sites: BTreeSet<u32> = free.iter().map(|(_, start)| start.site).collect();
                let ids: BTreeSet<usize> = sites
                    .iter()
                    .filter_map(|site| self.waiting.get(site))
                    .flatten()
                    .copied()
                    .collect();
                let waiting: Vec<_> =
                    ids.into_iter().map(|id| (id, &self.stream.wishes[id])).collect();
                let asked = &self.asked;
                let may = |start, wish| !asked.contains(&(start, wish));
                for offer in choose(now, &free, &waiting, self.rules, may) {
                    self.hold(now, offer.start, offer.wish, answers);
                }
            }
        }
    }

    /// Takes out the wishes that wait no longer.
    fn end(&mut self, now: Minute) {
        let wishes = &self.stream.wishes;
        for waiting in self.waiting.values_mut() {
            waiting.retain(|&wish| wishes[wish].until > now);
        }
    }

    fn may(&self, start: usize, wish: usize, free: &FreeStart) -> bool {
        let who = &self.stream.wishes[wish];
        who.gain(free) > 0.0 && who.fits(free) && !self.asked.contains(&(start, wish))
    }

    fn hold(&mut self, now: Minute, start: usize, wish: usize, answers: &impl Answers) {
        let Some(until) = self.rules.hold_until(now, &self.stream.starts[start]) else { return };
        self.outcome.offers += 1;
        self.asked.insert((start, wish));
        self.free.remove(&start);
        self.close(wish);
        self.answers.push(Reverse(due(now, until, start, wish, answers.answer(wish, start))));
    }

    fn notify(&mut self, now: Minute, answers: &impl Answers) {
        for start in self.free.clone() {
            let free = &self.stream.starts[start];
            let Some(waiting) = self.waiting.get(&free.site) else { continue };
            let told: Vec<usize> =
                waiting.iter().copied().filter(|&wish| self.may(start, wish, free)).collect();
            for wish in told {
                self.outcome.offers += 1;
                self.asked.insert((start, wish));
                let answer = answers.answer(wish, start);
                self.answers.push(Reverse(due(now, free.begins, start, wish, answer)));
            }
        }
    }
}

fn due(now: Minute, until: Minute, start: usize, wish: usize, answer: Answer) -> Due {
    let at = now.saturating_add(answer.after);
    let what = match answer.accepts {
        true if at < until => What::Accepted,
        false if at < until => What::Declined,
        _ => What::Expired,
    };
    Due { at: at.min(until), start, wish, what }
}
