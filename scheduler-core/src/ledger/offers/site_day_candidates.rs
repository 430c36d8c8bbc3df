//! One site-day of a search.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::Datelike;

use super::found::{Candidate, Decision, Found};
use super::release::Gate;
use super::{Offer, Query, Why};
use crate::ledger::{Answer, Book, Snapshot};
use crate::time::{Grid, Step, Window};

/// Starts on the same site-day nearer than this many minutes are less of a choice.
const REACH_MINUTES: f64 = 180.0;

/// The starts of one site-day that a search may choose from, and those that it chose.
#[derive(Debug)]
pub(super) struct SiteDayCandidates<'a> {
    pub snapshot: Arc<Snapshot>,
    /// Position among the sites of the query.
    pub site: usize,
    pub day: usize,
    pub gate: Gate,
    /// Nothing where nothing is released.
    pub found: Arc<Found>,
    query: &'a Query<'a>,
    grid: Grid,
    /// What all starts here lose by wishes that they do not meet.
    handicap: f64,
    /// What a start just beside a chosen one loses.
    nearness: f64,
    wished_day: bool,
    wished_site: bool,
    chosen: Vec<Step>,
    /// What this search asked about candidates that were not sure. What other searches know makes
    /// it faster, but must not show.
    decided: BTreeMap<usize, Answer>,
    /// Position of the best candidate that is left, and its score.
    pub best: Option<(f64, usize)>,
    /// Whether candidates that are not decided are left out.
    pub only_known: bool,
}

impl<'a> SiteDayCandidates<'a> {
    pub(super) fn new(
        book: &Book,
        query: &'a Query<'a>,
        snapshot: Arc<Snapshot>,
        (site, day): (usize, usize),
    ) -> Self {
        let problem = &*book.problem;
        let wishes = query.wishes;
        let gate = Gate::new(problem, query.channel, &snapshot, query.visit.steps, query.now);
        let found = if gate.is_shut(problem) {
            Arc::default()
        } else {
            snapshot.found(problem, query.visit, query.limits)
        };
        let date = problem.dates[day];
        let weekday = date.weekday().into();
        let wished_day = wishes.days.contains(&weekday) || wishes.dates.contains(&date);
        let wished_site = wishes.sites.contains(&query.sites[site]);
        let any_day = wishes.days.is_empty() && wishes.dates.is_empty();
        let missed =
            u8::from(!any_day && !wished_day) + u8::from(!wishes.sites.is_empty() && !wished_site);
        let later = day.saturating_sub(query.days.start) as f64;
        let worth: f64 = query
            .basket
            .iter()
            .filter_map(|item| problem.services.get(item.service))
            .map(|service| service.value * f64::from(service.minutes))
            .sum();
        let length = f64::from(problem.grid.minute_of(query.visit.steps));
        let mut day_candidates = Self {
            snapshot,
            site,
            day,
            gate,
            found,
            query,
            grid: problem.grid,
            handicap: wishes.earliest * later + wishes.weight * f64::from(missed),
            nearness: if worth > 0.0 { worth } else { length },
            wished_day,
            wished_site,
            chosen: Vec::new(),
            decided: BTreeMap::new(),
            best: None,
            only_known: false,
        };
        day_candidates.find_best();
        day_candidates
    }

    /// Whether the query and the notice allow `start`.
    pub(super) fn allows(&self, start: Step) -> bool {
        start >= self.gate.from && self.query.hours.is_none_or(|hours| hours.contains(start))
    }

    /// The candidates that are allowed, the cheapest first.
    pub(super) fn candidates(&self) -> impl Iterator<Item = (usize, &Candidate)> {
        let all = self.found.candidates.iter().enumerate();
        all.filter(|(_, candidate)| self.allows(candidate.start))
    }

    /// What is known about a candidate.
    pub(super) fn answer(&self, index: usize) -> Option<Answer> {
        let sure = self.found.candidates[index].sure;
        if sure { Some(Answer::Yes) } else { self.decided.get(&index).copied() }
    }

    /// Whether a candidate can be booked.
    pub(super) fn decide(&mut self, index: usize) -> Decision {
        let (ledger, query) = (self.snapshot.ledger(), self.query);
        let candidate = &self.found.candidates[index];
        let decision = candidate.decide(ledger, query.visit, query.limits);
        if !candidate.sure {
            self.decided.insert(index, decision.answer);
        }
        decision
    }

    /// Decides all candidates, at most `most_hard` of them by a search: the first ones in order of time.
    /// How many are not decided.
    pub(super) fn decide_all(&mut self, most_hard: usize) -> usize {
        let (ledger, query) = (self.snapshot.ledger(), self.query);
        let mut open: Vec<(Step, usize)> = self
            .candidates()
            .filter(|(_, candidate)| !candidate.sure)
            .map(|(index, candidate)| (candidate.start, index))
            .collect();
        open.sort_unstable();
        let (mut hard, mut unknown) = (0, 0);
        for (_, index) in open {
            let candidate = &self.found.candidates[index];
            let decision =
                candidate.decide_within(ledger, query.visit, query.limits, hard < most_hard);
            let answer = decision.map_or(Answer::Unknown, |decision| decision.answer);
            hard += usize::from(decision.is_none_or(|decision| decision.hard));
            unknown += usize::from(answer == Answer::Unknown);
            self.decided.insert(index, answer);
        }
        unknown
    }

    /// The allowed candidates that are known to be bookable.
    pub(super) fn bookable(&self) -> impl Iterator<Item = &Candidate> {
        let known = |&(index, _): &(usize, _)| self.answer(index) == Some(Answer::Yes);
        self.candidates().filter(known).map(|(_, candidate)| candidate)
    }

    /// Looks for the best candidate that is left.
    pub(super) fn find_best(&mut self) {
        let mut best: Option<(f64, Step, usize)> = None;
        for (index, candidate) in self.candidates() {
            let least = self.handicap + candidate.cost;
            // The rest costs as much or more.
            if best.is_some_and(|(score, ..)| least > score) {
                break;
            }
            let answer = self.answer(index);
            let out = matches!(answer, Some(Answer::No | Answer::Unknown))
                || self.only_known && answer.is_none();
            if out || self.chosen.contains(&candidate.start) {
                continue;
            }
            let missed = !self.query.wishes.hours.is_empty() && !self.wished_hours(candidate.start);
            let score = least
                + if missed { self.query.wishes.weight } else { 0.0 }
                + self.near_chosen(candidate.start);
            let better =
                best.is_none_or(|(other, start, _)| (score, candidate.start) < (other, start));
            if better {
                best = Some((score, candidate.start, index));
            }
        }
        self.best = best.map(|(score, _, index)| (score, index));
    }

    fn near_chosen(&self, start: Step) -> f64 {
        let nearest = self.chosen.iter().map(|&other| other.abs_diff(start)).min();
        nearest.map_or(0.0, |steps| {
            let minutes = f64::from(self.grid.minute_of(steps));
            self.nearness * f64::max(1.0 - minutes / REACH_MINUTES, 0.0)
        })
    }

    fn wished_hours(&self, start: Step) -> bool {
        let clock = self.grid.clock(start);
        self.query.wishes.hours.iter().any(|&(from, until)| from <= clock && clock < until)
    }

    /// Puts a candidate into the list.
    pub(super) fn choose(&mut self, book: &Book, index: usize) -> Offer {
        let offer = self.offer(book, index);
        self.chosen.push(offer.window.from);
        offer
    }

    /// The offer of a candidate. Whether nothing begins sooner is for the caller to say.
    pub(super) fn offer(&self, book: &Book, index: usize) -> Offer {
        let Candidate { start, cost, .. } = self.found.candidates[index];
        let (snapshot, visit) = (&*self.snapshot, self.query.visit);
        let problem = &*book.problem;
        let demand = &snapshot.basis(problem).demand;
        let local = usize::from(start - snapshot.ledger().frame.base);
        let fills = snapshot.costs(problem).fills_gap(demand, snapshot.ledger(), visit, local);
        let least = self.bookable().next().is_none_or(|cheapest| cost <= cheapest.cost);
        let why = [
            (Why::LeastCost, least),
            (Why::WishedDay, self.wished_day),
            (Why::WishedHours, self.wished_hours(start)),
            (Why::WishedSite, self.wished_site),
            (Why::FillsGap, fills),
            (Why::Spread, !self.chosen.is_empty()),
        ];
        let window = Window::new(start, start.saturating_add(visit.told_steps(problem.grid)));
        Offer {
            site_day: snapshot.ledger().site_day(),
            window,
            cost,
            why: why.into_iter().filter(|(_, holds)| *holds).map(|(why, _)| why).collect(),
        }
    }
}
