//! What groups of people go through: those of a service, those of a time of the week.

use serde::{Deserialize, Serialize};

use super::model::{Channel, MINUTE};
use super::statistics::Sample;
use super::tally::{HalfHourWaits, Waits};

/// What a group of people went through, by section.
#[derive(Debug, Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct CrowdFigures {
    /// Sum of waits in minutes, and customers served.
    pub wait: Vec<Sample>,
    /// Who was turned away or left before being served, and all who came.
    pub lost: Vec<Sample>,
    /// Minutes that people waited at that time, and minutes in which they could have: people
    /// waiting at a time. By time only.
    pub waiting: Vec<Sample>,
}

/// What those go through who come for one service.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ByService {
    /// Index into [`Run::sites`](super::result::Run::sites).
    pub site: usize,
    /// Who.
    pub channel: Channel,
    /// Index into [`Run::services`](super::result::Run::services).
    pub service: usize,
    /// What they go through.
    pub crowd: CrowdFigures,
}

/// What those go through who come at one time of the week; and who waits then.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct ByTime {
    /// Index into [`Run::sites`](super::result::Run::sites).
    pub site: usize,
    /// Who.
    pub channel: Channel,
    /// 0 for Monday.
    pub weekday: usize,
    /// Half hours since midnight.
    pub half_hour: usize,
    /// What they go through.
    pub crowd: CrowdFigures,
}

/// Waits in minutes and customers of a half-hour.
pub(super) fn wait_at(half_hour: &HalfHourWaits) -> Sample {
    Sample { num: half_hour.wait as f64 / f64::from(MINUTE), den: half_hour.served as f64 }
}

/// What some group of people went through.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Crowd {
    /// Minutes waited, and customers served.
    pub(super) wait: Sample,
    /// Who was turned away or left, and all who came.
    pub(super) lost: Sample,
    /// Time that people waited, and time in which they could have.
    pub(super) waiting: Sample,
}

impl Crowd {
    /// Those of a half-hour of so many days.
    pub(super) fn at(half_hour: &HalfHourWaits, days: f64) -> Self {
        let (left, served) = (half_hour.left as f64, half_hour.served as f64);
        Self {
            wait: wait_at(half_hour),
            lost: Sample { num: left, den: left + served },
            waiting: Sample { num: half_hour.waiting as f64 / f64::from(MINUTE), den: 30.0 * days },
        }
    }

    /// Those of a service.
    pub(super) fn of(waits: &Waits) -> Self {
        let (left, served) = (waits.left.iter().sum::<u64>() as f64, waits.served as f64);
        Self {
            wait: Sample { num: waits.wait as f64 / f64::from(MINUTE), den: served },
            lost: Sample { num: left, den: left + served },
            waiting: Sample::default(),
        }
    }

    fn add(&mut self, other: &Self) {
        let pairs = [
            (&mut self.wait, other.wait),
            (&mut self.lost, other.lost),
            (&mut self.waiting, other.waiting),
        ];
        for (sum, more) in pairs {
            sum.num += more.num;
            sum.den += more.den;
        }
    }
}

pub(super) fn add_all(sums: &mut [Crowd], more: &[Crowd]) {
    sums.iter_mut().zip(more).for_each(|(sum, more)| sum.add(more));
}

/// The groups that are not empty in all of `sections`, with their indices.
pub(super) fn groups(sections: &[&[Crowd]]) -> Vec<(usize, CrowdFigures)> {
    let count = sections.first().map_or(0, |section| section.len());
    let is_there = |crowd: &Crowd| crowd.lost.den > 0.0 || crowd.waiting.num > 0.0;
    let of_group = |index: usize| {
        let parts = || sections.iter().map(move |section| &section[index]);
        parts().any(is_there).then(|| {
            let figures = CrowdFigures {
                wait: parts().map(|crowd| crowd.wait).collect(),
                lost: parts().map(|crowd| crowd.lost).collect(),
                waiting: parts().map(|crowd| crowd.waiting).collect(),
            };
            (index, figures)
        })
    };
    (0..count).filter_map(of_group).collect()
}
