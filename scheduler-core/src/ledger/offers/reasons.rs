//! Why there is nothing to offer.

use super::site_day_candidates::SiteDayCandidates;
use super::{NotReleased, Obstacle, Query, Reason};
use crate::ledger::{Answer, Book, bits};
use crate::time::Step;

/// What stands in the way on each of `site_days`, one reason for each obstacle, in the order of
/// [`Obstacle`], with all the site-days that it applies to. A site-day may have several: nobody with
/// the skills, and no room.
pub(super) fn reasons(
    book: &Book,
    query: &Query<'_>,
    site_days: &[SiteDayCandidates<'_>],
) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = Vec::new();
    for day_candidates in site_days {
        let site_day = day_candidates.snapshot.ledger().site_day();
        for obstacle in obstacles(book, query, day_candidates) {
            match reasons.iter_mut().find(|reason| reason.obstacle == obstacle) {
                Some(reason) => reason.site_days.push(site_day),
                None => reasons.push(Reason { obstacle, site_days: vec![site_day] }),
            }
        }
    }
    for reason in &mut reasons {
        reason.site_days.sort_unstable();
    }
    reasons.sort_by_key(|reason| (rank(reason.obstacle), reason.site_days[0]));
    reasons
}

fn rank(obstacle: Obstacle) -> (u8, Option<chrono::DateTime<chrono::FixedOffset>>) {
    match obstacle {
        Obstacle::Closed => (0, None),
        Obstacle::NoClerk => (1, None),
        Obstacle::ClerkAbsent => (2, None),
        Obstacle::NoRoom => (3, None),
        Obstacle::NotReleased(NotReleased::Past) => (4, None),
        Obstacle::NotReleased(NotReleased::Notice { .. }) => (5, None),
        Obstacle::NotReleased(NotReleased::HeldBack { released_at }) => {
            (if released_at.is_some() { 6 } else { 7 }, released_at)
        }
        Obstacle::WalkIns => (8, None),
        Obstacle::Full => (9, None),
        Obstacle::Unknown => (10, None),
    }
}

/// What stands in the way on one site-day, given that nothing was found there.
fn obstacles(
    book: &Book,
    query: &Query<'_>,
    day_candidates: &SiteDayCandidates<'_>,
) -> Vec<Obstacle> {
    let problem = &*book.problem;
    let ledger = day_candidates.snapshot.ledger();
    let frame = &*ledger.frame;
    let visit = query.visit;
    let length = visit.steps.max(1);
    let in_hours = |start: Step| query.hours.is_none_or(|hours| hours.contains(start));

    // Starts at which the site is open long enough.
    let open = problem.site_days[ledger.site_day()].open.iter();
    let starts: Vec<Step> = open
        .flat_map(|window| window.from..(window.until + 1).saturating_sub(length).max(window.from))
        .filter(|&start| in_hours(start))
        .collect();
    if starts.is_empty() {
        return vec![Obstacle::Closed];
    }
    // Of these, those at which somebody able is on shift.
    let able = frame.desks_for(visit);
    let attended = |start: &Step| {
        let from = start.checked_sub(frame.base).map(usize::from);
        from.is_some_and(|from| {
            let until = from + usize::from(length);
            bits::ones(&able).any(|desk| frame.desks.is_present(desk, from, until))
        })
    };
    let starts: Vec<Step> = starts.into_iter().filter(attended).collect();
    let mut found = Vec::new();
    if starts.is_empty() {
        let clerk = visit.clerk.and_then(|clerk| problem.clerks.get(clerk.0));
        let pinned = clerk.is_some_and(|clerk| visit.skills.is_subset(&clerk.skills));
        found.push(if pinned { Obstacle::ClerkAbsent } else { Obstacle::NoClerk });
    }
    if visit.needs_room && frame.rooms_for(visit).iter().all(|&word| word == 0) {
        found.push(Obstacle::NoRoom);
    }
    let Some(&last) = starts.last().filter(|_| found.is_empty()) else {
        return found;
    };
    // All of it has passed or begins too soon.
    if let Some(refusal) = day_candidates.gate.too_soon(last) {
        return vec![Obstacle::NotReleased(refusal)];
    }
    let mut undecided = false;
    // Found apart from what is released: where it could be booked, release is the obstacle.
    let all = day_candidates.snapshot.found(problem, visit, query.limits);
    for candidate in
        all.candidates.iter().filter(|candidate| day_candidates.allows(candidate.start))
    {
        match candidate.decide(ledger, visit, query.limits).answer {
            Answer::Yes => {
                return day_candidates
                    .gate
                    .held_back()
                    .map(Obstacle::NotReleased)
                    .into_iter()
                    .collect();
            }
            Answer::Unknown => undecided = true,
            Answer::No => {}
        }
    }
    if undecided {
        return vec![Obstacle::Unknown];
    }
    let without = all.without_walk_ins(ledger, visit, query.limits);
    let fits = without.iter().any(|&start| day_candidates.allows(start));
    vec![if fits { Obstacle::WalkIns } else { Obstacle::Full }]
}
