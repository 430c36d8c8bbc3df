//! The least staff of a day in blocks of equal length.

use super::day::{OfficeDay, Period};
use super::error::{AnalyticError, not_negative, positive};

/// A day that begins empty, in blocks each with its own walk-ins and its own number of servers,
/// and what must be reached. Service is exponential; see [`OfficeDay`].
#[derive(Debug, Clone, PartialEq)]
pub struct StaffingBlocks {
    /// Customers in a unit of time, for each block.
    pub arrival_rates: Vec<f64>,
    /// Length of a block.
    pub block: f64,
    /// Customers that one server serves in a unit of time.
    pub service_rate: f64,
    /// Most that the mean wait of the day may be.
    pub most_mean_wait: f64,
    /// Most that the mean time from the end of the last block to the last departure may be.
    pub most_overtime: f64,
}

/// A staffing, and what it reaches.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct StaffedBlocks {
    /// Servers of each block, at least one.
    pub servers: Vec<u32>,
    /// Mean wait of the day.
    pub mean_wait: f64,
    /// Mean overtime.
    pub overtime: f64,
}

/// Most days that are computed.
const MOST_DAYS: u64 = 2_000_000;

impl StaffingBlocks {
    /// All staffings with the least sum of servers over the blocks, in lexical order.
    ///
    /// Sums are tried from below. A server more never makes anybody wait longer, as whoever comes
    /// later is served in the same order by as many or more: so a beginning is given up where the
    /// rest of the sum, given to each of the blocks that follow, would not reach the targets.
    ///
    /// # Errors
    /// A parameter is out of range, no staffing reaches the targets, or more than two million days
    /// would have to be computed.
    pub fn least(&self) -> Result<Vec<StaffedBlocks>, AnalyticError> {
        positive("length of a block", self.block)?;
        positive("service rate", self.service_rate)?;
        positive("number of blocks", self.arrival_rates.len() as f64)?;
        not_negative("most mean wait", self.most_mean_wait)?;
        not_negative("most overtime", self.most_overtime)?;
        for rate in &self.arrival_rates {
            not_negative("arrival rate", *rate)?;
        }
        let mut search = Search { question: self, servers: Vec::new(), found: Vec::new(), days: 0 };
        // As many servers as customers can come: nobody waits longer than the longest service.
        let plenty = self.arrival_rates.iter().sum::<f64>() * self.block;
        let plenty = (plenty + 9.0 * plenty.sqrt() + 40.0) as u32;
        if !search.reaches(plenty)? {
            let (name, value) = ("most overtime", self.most_overtime);
            return Err(AnalyticError::Parameter { name, value, must: "within reach" });
        }
        let blocks = self.arrival_rates.len() as u32;
        // The targets are out of reach while not even the whole sum in every block helps.
        let mut total = blocks;
        while !search.reaches(total + 1 - blocks)? {
            total += 1;
        }
        while search.found.is_empty() {
            search.extend(total)?;
            total += 1;
        }
        Ok(search.found)
    }

    fn reached_by(&self, day: &StaffedBlocks) -> bool {
        day.mean_wait <= self.most_mean_wait && day.overtime <= self.most_overtime
    }
}

struct Search<'a> {
    question: &'a StaffingBlocks,
    /// Servers of the first blocks.
    servers: Vec<u32>,
    found: Vec<StaffedBlocks>,
    days: u64,
}

impl Search<'_> {
    /// Tries all ways to continue where `left` servers are left for the blocks that follow.
    fn extend(&mut self, left: u32) -> Result<(), AnalyticError> {
        let blocks = self.question.arrival_rates.len();
        let following = (blocks - self.servers.len()) as u32;
        if following == 1 {
            let mut servers = self.servers.clone();
            servers.push(left);
            let day = self.day(servers)?;
            if self.question.reached_by(&day) {
                self.found.push(day);
            }
            return Ok(());
        }
        for servers in 1..=left + 1 - following {
            self.servers.push(servers);
            // Each block that follows can have what is left when the others have one.
            let left = left - servers;
            if self.reaches(left + 2 - following)? {
                self.extend(left)?;
            }
            self.servers.pop();
        }
        Ok(())
    }

    /// Whether the targets are reached with `each` servers in every block that follows.
    fn reaches(&mut self, each: u32) -> Result<bool, AnalyticError> {
        let mut servers = self.servers.clone();
        servers.resize(self.question.arrival_rates.len(), each);
        let day = self.day(servers)?;
        Ok(self.question.reached_by(&day))
    }

    fn day(&mut self, servers: Vec<u32>) -> Result<StaffedBlocks, AnalyticError> {
        self.days += 1;
        if self.days > MOST_DAYS {
            let what = "the least staff of the blocks";
            let (size, most) = (self.days, MOST_DAYS);
            return Err(AnalyticError::TooLarge { what, size, unit: "days", most });
        }
        let question = self.question;
        let period = |(index, servers): (usize, &u32)| Period {
            until: (index + 1) as f64 * question.block,
            arrival_rate: question.arrival_rates[index],
            servers: *servers,
        };
        let day = OfficeDay {
            periods: servers.iter().enumerate().map(period).collect(),
            service_rate: question.service_rate,
            appointments: Vec::new(),
            waiting_limit: None,
            close: None,
        };
        let found = day.figures()?;
        Ok(StaffedBlocks { servers, mean_wait: found.mean_wait, overtime: found.overtime })
    }
}
