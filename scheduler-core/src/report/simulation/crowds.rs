//! Figures by service, by weekday and by time of the week.

use std::collections::BTreeMap;

use serde::Serialize;

use super::report::{Measured, over_sections};
use crate::scenario::Weekday;
use crate::simulate::model::Channel;
use crate::simulate::result::{CrowdFigures, Run};
use crate::simulate::statistics::Sample;

/// What those go through who come for one service.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct ServiceFigure {
    /// Name of the site; null for all together.
    pub site: Option<String>,
    /// Its id.
    pub site_id: Option<String>,
    /// Name of the service.
    pub service: String,
    /// Its id.
    pub service_id: String,
    /// Who.
    pub channel: Channel,
    /// Mean wait in minutes of those who were served.
    pub wait: Measured,
    /// Share of those who came that was turned away or left before being served.
    pub lost: Measured,
}

/// What those go through who come on one weekday, or in one half hour of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TimeFigure {
    /// Name of the site; null for all together.
    pub site: Option<String>,
    /// Its id.
    pub site_id: Option<String>,
    /// The day of the week.
    pub weekday: Weekday,
    /// Who.
    pub channel: Channel,
    /// Begin of the half hour, `"07:30"`; null for the whole day.
    pub from: Option<String>,
    /// Mean wait in minutes of those who came then and were served.
    pub wait: Measured,
    /// Share of those who came then that was turned away or left before being served.
    pub lost: Measured,
    /// People waiting at a time; of half hours only.
    pub waiting: Option<Measured>,
    /// 0 for Monday.
    #[serde(skip)]
    pub(super) day: usize,
    /// Half hours since midnight; `None` for the whole day.
    #[serde(skip)]
    pub(super) half_hour: Option<usize>,
}

/// By service: all sites together first, then each where there are several.
pub(super) fn services(run: &Run) -> Vec<ServiceFigure> {
    let mut groups: BTreeMap<(usize, usize, Channel), Vec<&CrowdFigures>> = BTreeMap::new();
    for one in &run.by_service {
        for place in places(run, one.site) {
            groups.entry((place, one.service, one.channel)).or_default().push(&one.crowd);
        }
    }
    let figure =
        |((place, service, channel), crowds): ((usize, usize, Channel), Vec<&CrowdFigures>)| {
            ServiceFigure {
                site: of_site(&run.sites, place),
                site_id: of_site(&run.site_ids, place),
                service: run.services[service].clone(),
                service_id: run.service_ids[service].clone(),
                channel,
                wait: over_sections(&summed(&crowds, |crowd| &crowd.wait), run.replications),
                lost: over_sections(&summed(&crowds, |crowd| &crowd.lost), run.replications),
            }
        };
    groups.into_iter().map(figure).collect()
}

/// By weekday, then by half hour of it: all sites together first, then each where there are several.
pub(super) fn times(run: &Run) -> Vec<TimeFigure> {
    type Key = (usize, usize, Channel, Option<usize>);
    let mut groups: BTreeMap<Key, Vec<&CrowdFigures>> = BTreeMap::new();
    for one in &run.by_time {
        for place in places(run, one.site) {
            for half_hour in [None, Some(one.half_hour)] {
                let key = (place, one.weekday, one.channel, half_hour);
                groups.entry(key).or_default().push(&one.crowd);
            }
        }
    }
    let figure = |((place, day, channel, half_hour), crowds): (Key, Vec<&CrowdFigures>)| {
        let over = |part: fn(&CrowdFigures) -> &Vec<Sample>| {
            over_sections(&summed(&crowds, part), run.replications)
        };
        TimeFigure {
            site: of_site(&run.sites, place),
            site_id: of_site(&run.site_ids, place),
            weekday: Weekday::ALL[day],
            channel,
            from: half_hour
                .map(|half_hour| format!("{:02}:{:02}", half_hour / 2, half_hour % 2 * 30)),
            wait: over(|crowd| &crowd.wait),
            lost: over(|crowd| &crowd.lost),
            waiting: half_hour.map(|_| waiting(&crowds, run.replications)),
            day,
            half_hour,
        }
    };
    groups.into_iter().map(figure).collect()
}

/// People waiting at a time. Those of several sites add up: each has the same time to wait in, so
/// the sum is that of the means.
fn waiting(crowds: &[&CrowdFigures], replications: u64) -> Measured {
    let sections = crowds.iter().map(|crowd| crowd.waiting.len()).max().unwrap_or(0);
    let of_section = |section: usize| {
        let samples = crowds.iter().filter_map(|crowd| crowd.waiting.get(section));
        let mean = |sample: &Sample| if sample.den > 0.0 { sample.num / sample.den } else { 0.0 };
        Sample { num: samples.map(mean).sum(), den: 1.0 }
    };
    over_sections(&(0..sections).map(of_section).collect::<Vec<_>>(), replications)
}

/// The groups that a site belongs to: 0 for all together, and its own where there are several.
fn places(run: &Run, site: usize) -> impl Iterator<Item = usize> + use<> {
    let own = (run.sites.len() > 1).then_some(site + 1);
    std::iter::once(0).chain(own)
}

/// What `names` has for the site of a group; nothing for all together.
fn of_site(names: &[String], place: usize) -> Option<String> {
    place.checked_sub(1).map(|site| names[site].clone())
}

fn summed(crowds: &[&CrowdFigures], part: impl Fn(&CrowdFigures) -> &Vec<Sample>) -> Vec<Sample> {
    let sections = crowds.iter().map(|crowd| part(crowd).len()).max().unwrap_or(0);
    let section = |index: usize| {
        let samples = crowds.iter().filter_map(|crowd| part(crowd).get(index));
        samples.fold(Sample::default(), |sum, sample| Sample {
            num: sum.num + sample.num,
            den: sum.den + sample.den,
        })
    };
    (0..sections).map(section).collect()
}
